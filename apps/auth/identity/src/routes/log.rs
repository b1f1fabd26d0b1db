//! A log as it is, and what a client needs to sign its next entry (docs/exchanges.md).

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use imajin_app::exchange::SignedBy;
use imajin_app::extract::{Authed, Path, Query, Visitor};
use imajin_app::{Answer, Node, Problem, log_rows};
use imajin_dfos::base64;
use imajin_host::prelude::*;
use imajin_ledger::StoredEntry;
use imajin_protocol::{Did, Kid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::people;

/// The delegation scope that permits reading a log.
pub(crate) const READ_LOG: &str = "auth.log";

#[derive(Debug, Deserialize)]
pub(crate) struct Part {
    after: Option<u64>,
    limit: Option<usize>,
}

/// An entry.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryAnswer {
    /// The header's dag-cbor, base64url.
    header: String,
    /// The body's dag-cbor, base64url; null if there is none, or no more.
    body: Option<String>,
}

/// A part of a log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogAnswer {
    /// Oldest first.
    entries: Vec<EntryAnswer>,
    /// Whether there are more behind these.
    has_more: bool,
    /// The newest head, a JWS; of a damaged log that of the part that verifies.
    head: Option<String>,
    /// The log's damage; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    damaged: Option<DamagedAnswer>,
}

/// A log that is damaged on this node: it can be read as far as it verifies, and nothing is written to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DamagedAnswer {
    /// The first entry that is not given: those before it verify.
    from: u64,
    /// The reason.
    reason: String,
}

/// My log, entry by entry.
#[utoipa::path(
    get, path = "/api/log/{did}", tag = "log",
    params(
        ("did" = String, Path, description = "Whose: your own, or one that was delegated to you (`X-Acting-For`, scope `auth.log`)"),
        ("after" = Option<u64>, Query, description = "After this place"), ("limit" = Option<u32>, Query, description = "How many at most, up to 1000"),
    ),
    responses((status = 200, body = LogAnswer), (status = 401, description = "Not signed in"), (status = 403, description = "Somebody else's")),
)]
pub(crate) async fn log(
    State(node): State<Node>,
    who: Authed,
    headers: HeaderMap,
    Path(name): Path<String>,
    Query(part): Query<Part>,
) -> Answer<Json<LogAnswer>> {
    let did = people::named_for(&node, &name, Some(&who.0.did))?;
    let reader = who.acting_for(&node, &headers, READ_LOG)?;
    if reader != did {
        return Err(Problem::forbidden("A log is its owner's to read, and who they let read it."));
    }
    let most = node.limits().log_page_max;
    let limit = part.limit.unwrap_or(node.limits().page_max).clamp(1, most);
    let (reading, of) = (node.clone(), did.clone());
    // The verifiable part of a damaged log is put together first.
    let read = imajin_app::blocking::run(move || {
        let ledger = reading.ledger();
        let readable = ledger.readable(&of, part.after, limit + 1)?;
        // The head is as new as the entries if it can be written; on a full disk, reading still works.
        let head = ledger.head(&of).or_else(|_| ledger.readable_head(&of))?;
        Ok::<_, imajin_ledger::ReadError>((readable, head))
    });
    let (readable, head) = read.await??;
    let mut stored = readable.entries;
    let fits = log_rows::fitting(stored.iter().map(log_rows::size_of), limit);
    let has_more = fits < stored.len();
    stored.truncate(fits);
    Ok(Json(LogAnswer {
        entries: stored.iter().map(entry).collect(),
        has_more,
        head,
        damaged: readable
            .damaged
            .map(|damaged| DamagedAnswer { from: damaged.from, reason: damaged.reason }),
    }))
}

fn entry(stored: &StoredEntry) -> EntryAnswer {
    EntryAnswer {
        header: base64::encode_url(&stored.header),
        body: stored.body.as_ref().map(|body| base64::encode_url(body)),
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct NextProof {
    kid: Option<String>,
    op: Option<String>,
}

/// The newest entry.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeenAnswer {
    /// Its place.
    seq: u64,
    /// The CID of its header.
    cid: String,
}

/// The values that a client needs to sign.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct HeadAnswer {
    /// The home of the log: `aud` of the next proof.
    node: String,
    /// Where the home answers.
    url: String,
    /// The number of the home, counted from 1.
    epoch: u64,
    /// The place of the newest entry; null if there is none, or if the caller may not write there. The same holds for `seen`, `after` and `head`.
    seq: Option<u64>,
    /// The newest entry, for `seen`.
    seen: Option<SeenAnswer>,
    /// The payload of the last proof by the key that was asked for, for `after`.
    after: Option<String>,
    /// The newest identity operation, for `chain`.
    chain: Option<String>,
    /// The delegation by which the key that was asked for may do the operation that was asked for, for `via`. Left out unless the key is
    /// a delegate's.
    #[serde(skip_serializing_if = "Option::is_none")]
    via: Option<String>,
    /// The newest head, a JWS; of another node's own record the newest that this node met.
    head: Option<String>,
    /// The node's time, for `iat`.
    time: String,
}

/// The state of a log, which a client needs to sign the next entry. Without a session, the request must be a signed exchange by a key that
/// may write in the log. Anyone else gets its home and chain only: its length shows when its owner is active.
#[utoipa::path(
    get, path = "/api/head/{did}", tag = "log",
    params(("did" = String, Path, description = "Whose log"), ("kid" = Option<String>, Query, description = "The key that is going to sign, `<did>#<key id>`"),
        ("op" = Option<String>, Query, description = "The operation that it is going to sign, of which a delegate needs to know `via`")),
    responses((status = 200, body = HeadAnswer), (status = 400, description = "No DID, or no key's name"), (status = 401, description = "The signature does not hold")),
)]
pub(crate) async fn head(
    Visitor(node, caller): Visitor,
    SignedBy(signer): SignedBy,
    Path(name): Path<String>,
    Query(next): Query<NextProof>,
) -> Answer<Json<HeadAnswer>> {
    let caller = signer.as_ref().or(caller.did());
    let did = if name.starts_with("did:") {
        // A log that has not begun yet has an answer too.
        node.resolve_for(&name, caller)?
            .ok_or_else(|| Problem::not_found(format!("Nobody here goes by {name}.")))?
    } else {
        people::by_name(&node, &name)?
    };
    let status = if people::may_know_of(&node, &did, caller)? { node.status(&did)? } else { None };
    let Some(status) = status else {
        return unborn(&node, &did, caller);
    };
    let home = HeadAnswer {
        node: status.home.node.to_string(),
        url: status.home.url.to_string(),
        epoch: status.home.epoch,
        chain: status.chain.map(|cid| cid.to_string()),
        time: node.now().to_string(),
        ..HeadAnswer::default()
    };
    if !people::may_follow(&node, &did, caller)? {
        return Ok(Json(home));
    }
    // If the clock went back, the next entry and its proof are still dated after the last entry.
    let time = node.now().max(status.at).to_string();
    let kid = next.kid.as_deref().map(Kid::parse).transpose();
    let kid = kid.map_err(|error| Problem::field("kid", format!("{error}.")))?;
    let after = match &kid {
        Some(kid) => node.ledger().after(&did, &kid.to_string())?,
        None => None,
    };
    let via = match (&kid, &next.op) {
        (Some(kid), Some(op)) if *kid.did() != did => {
            node.ledger().delegation_for(&did, kid, op)?
        }
        _ => None,
    };
    Ok(Json(HeadAnswer {
        seq: Some(status.seq),
        seen: Some(SeenAnswer { seq: status.seq, cid: status.cid.to_string() }),
        after: after.map(|cid| cid.to_string()),
        via: via.map(|cid| cid.to_string()),
        head: node.ledger().last_head(&did)?,
        time,
        ..home
    }))
}

/// Answers for a log that isn't here. Another node gets the head that this one remembers of its record; to anyone else that would show that
/// the two have met.
fn unborn(node: &Node, did: &Did, caller: Option<&Did>) -> Answer<Json<HeadAnswer>> {
    if !people::is_key(did) {
        return Err(Problem::not_found(format!("This node does not know {did}.")));
    }
    let is_own = caller == Some(did);
    let met = is_own.then(|| node.network().now().met_heads.get(did.as_str()).cloned());
    Ok(Json(HeadAnswer {
        node: node.did().to_string(),
        url: node.url().to_owned(),
        epoch: 1,
        head: met.flatten(),
        time: node.now().to_string(),
        ..HeadAnswer::default()
    }))
}
