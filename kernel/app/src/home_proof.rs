//! The proof that this node is the home of a DID (docs/exchanges.md).

use imajin_dfos::Value;
use imajin_ledger::StoredEntry;
use imajin_log::entry::{Header, decode_body};
use imajin_log::home::{HomeNode, HomeProof, ProvenEntry, head_payload, home_address, named_home};
use imajin_log::ops;
use imajin_log::rules::Home;
use imajin_protocol::identity::verify_chain;
use imajin_protocol::{Did, Head};

use crate::capabilities::Authority;
use crate::{Answer, Node, Problem};

/// Entries that are read at once.
const PAGE: usize = 500;

/// Proves that this node is the home of a DID, without a card; `None` if its owner's record has no entry that proves it: they live elsewhere, or are a
/// bare key. The head is at that entry itself, so that the proof does not tell the length of a record.
///
/// Finding the entry may read the beginning of a log from the disk.
pub fn home_proof(node: &Node, did: &Did) -> Answer<Option<HomeProof>> {
    let Some((entry, home)) = find_entry(node, did)? else {
        return Ok(None);
    };
    let (header, body) = (&entry.decoded, entry.body.as_deref().unwrap_or_default());
    let payload = head_payload(header, entry.cid, &home);
    let head = Head::sign(&node.key().key, node.key().kid.clone(), payload);
    Ok(Some(HomeProof {
        chain: chain_of(node, did)?,
        entry: ProvenEntry::new(&entry.header, body),
        head: head.map_err(Problem::internal)?.to_compact(),
        node: this_node(node, &home)?,
        card: None,
    }))
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

/// Returns the newest entry that names this node by the owner's signature. It is the one from which the home is in force; or, for a log that began
/// with a bare key, the one that gave it a chain.
fn find_entry(node: &Node, did: &Did) -> Answer<Option<(StoredEntry, Home)>> {
    let Some(span) = node.ledger().home_span(did)? else {
        return Ok(None);
    };
    if span.home.node != *node.did() {
        return Ok(None);
    }
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
