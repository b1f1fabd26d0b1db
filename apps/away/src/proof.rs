//! The proof that this node is the home of a DID (docs/exchanges.md).
//!
//! Always: only what strangers may see. The head is at the home entry itself, so that the proof does not tell the length of a record.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Json, http::header};
use imajin_app::capabilities::{Authority, Existence, PictureSize};
use imajin_app::extract::Path;
use imajin_app::{Answer, Node, Problem, args, blocking};
use imajin_dfos::Value;
use imajin_log::entry::{Header, decode_body};
use imajin_log::home::{
    HomeCard, HomeNode, HomeProof, ProvenEntry, head_payload, home_address, named_home,
};
use imajin_log::ops;
use imajin_log::rules::Home;
use imajin_protocol::identity::verify_chain;
use imajin_protocol::{Did, DidKind, Head};

use crate::manifest::{MANIFEST, TEXTS};

/// Returns the URL of the proof of a DID at a node.
pub(crate) fn url(node_url: &str, did: &Did) -> String {
    format!("{node_url}/{}/api/home/{did}", MANIFEST.name)
}

/// Entries that are read at once.
const PAGE: usize = 500;

/// Where the record of a DID lives, with the proof: its identity chain, the entry that named this node, a head of this node, this node's chain, and
/// how this node shows the person to strangers.
#[utoipa::path(
    get, path = "/api/home/{did}", tag = "away", params(("did" = String, Path, description = "A did:imajin")),
    responses(
        (status = 200, body = Object, description = "`{chain, entry: {header, body}, head, node: {did, chain, url}, card}`"),
        (status = 308, description = "They moved: `Location` is this path at their new home"),
        (status = 404, description = "Not at home here, or a bare key, which has no proof"), (status = 410, description = "They deleted their data"),
    ),
)]
pub(crate) async fn home(State(node): State<Node>, Path(did): Path<String>) -> Answer<Response> {
    let did = Did::parse(&did).map_err(|error| Problem::field("did", format!("{error}.")))?;
    // Finding the entry may read the beginning of a log from the disk.
    let proof = blocking::run(move || prove(&node, &did)).await??;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(proof)).into_response())
}

fn prove(node: &Node, did: &Did) -> Answer<HomeProof> {
    let elsewhere = || Problem::not_found(TEXTS.say("proof-not-here", args![]));
    if did.kind() != DidKind::Key || node.existence(did)? == Existence::Private {
        return Err(elsewhere());
    }
    let status = node.status(did)?.ok_or_else(elsewhere)?;
    if status.home.node != *node.did() {
        return Err(elsewhere());
    }
    if status.deleted {
        return Err(Problem::gone(TEXTS.say("proof-deleted", args![])));
    }
    if status.bare_key {
        return Err(Problem::not_found(TEXTS.say("proof-bare-key", args![])));
    }
    let (entry, home) = find_entry(node, did)?.ok_or_else(elsewhere)?;
    let (header, body) = (&entry.decoded, entry.body.as_deref().unwrap_or_default());
    let payload = head_payload(header, entry.cid, &home);
    let head = Head::sign(&node.key().key, node.key().kid.clone(), payload);
    Ok(HomeProof {
        chain: chain_of(node, did)?,
        entry: ProvenEntry::new(&entry.header, body),
        head: head.map_err(Problem::internal)?.to_compact(),
        node: this_node(node, &home)?,
        card: card(node, did)?,
    })
}

fn chain_of(node: &Node, did: &Did) -> Answer<Vec<String>> {
    let authority = node.get::<dyn Authority>();
    authority.map_or_else(|| Ok(Vec::new()), |authority| authority.chain(node, did))
}

fn this_node(node: &Node, home: &Home) -> Answer<HomeNode> {
    let chain = chain_of(node, node.did())?;
    let verified = verify_chain(node.did(), &chain).map_err(Problem::internal)?;
    let services = &verified.state().services;
    Ok(HomeNode {
        did: node.did().to_string(),
        url: home_address(node.did(), services, &home.url).to_owned(),
        chain,
    })
}

/// Returns the newest entry that names the home by the owner's signature. It is the one from which the home is in force; or, for a log that began
/// with a bare key, the one that gave it a chain.
fn find_entry(node: &Node, did: &Did) -> Answer<Option<(imajin_ledger::StoredEntry, Home)>> {
    let Some(span) = node.ledger().home_span(did)? else {
        return Ok(None);
    };
    let mut after = span.from_seq.checked_sub(1);
    loop {
        let entries = node.ledger().entries(did, after, PAGE)?;
        after = entries.last().map(|entry| entry.seq);
        let is_whole = entries.len() < PAGE;
        for entry in entries {
            if let Some(home) = home_in(&entry.decoded, entry.body.as_deref())
                && home.epoch == span.home.epoch
            {
                return Ok(Some((entry, home)));
            }
        }
        if is_whole {
            return Ok(None);
        }
    }
}

fn home_in(header: &Header, body: Option<&[u8]>) -> Option<Home> {
    if !matches!(header.op.as_str(), ops::IDENTITY_CREATE | ops::HOME) {
        return None;
    }
    let body: Value = decode_body(body?).ok()?;
    named_home(header, &body).ok()?
}

/// How this node shows a person to strangers; `None` if it shows nothing of them.
fn card(node: &Node, did: &Did) -> Answer<Option<HomeCard>> {
    let Some(card) = node.card_for_strangers(did)? else {
        return Ok(None);
    };
    let picture = node.picture_of(&card, PictureSize::Head);
    let is_blank = card.display_name.is_none() && card.handle.is_none() && picture.is_none();
    Ok((!is_blank).then_some(HomeCard {
        name: card.display_name,
        handle: card.handle,
        picture,
    }))
}
