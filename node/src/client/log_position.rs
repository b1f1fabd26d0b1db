//! Where a log is: what `GET /auth/api/head/<did>?kid=…` answers (docs/exchanges.md).

use super::ClientError;
use imajin_dfos::{Cid, Timestamp, cid::parse_cid};
use imajin_protocol::{Did, EntryPosition};
use serde_json::Value as Json;

/// State of a log that the next proof must name, as reported by its node.
#[derive(Debug, Clone)]
pub struct LogPosition {
    /// DID of the log's home node.
    pub node: Did,
    /// URL of the home node.
    pub url: String,
    /// The home's epoch.
    pub epoch: u64,
    /// The newest entry.
    pub seen: Option<EntryPosition>,
    /// This key's last proof in the log.
    pub after: Option<Cid>,
    /// The newest identity operation; none for a bare key or a delegate.
    pub chain: Option<Cid>,
    /// The newest head.
    pub head: Option<String>,
    /// The node's time.
    pub time: Timestamp,
}

impl LogPosition {
    /// From the node's answer.
    pub fn from_json(answer: &Json) -> Result<Self, ClientError> {
        let text = |name: &'static str| answer.get(name).and_then(Json::as_str);
        let cid = |name: &'static str| match text(name) {
            None => Ok(None),
            Some(text) => parse_cid(text).map(Some).map_err(|_| ClientError::Form(name)),
        };
        let seen = match answer.get("seen") {
            None | Some(Json::Null) => None,
            Some(seen) => Some(seen_from(seen)?),
        };
        Ok(Self {
            node: text("node")
                .and_then(|did| Did::parse(did).ok())
                .ok_or(ClientError::Form("node"))?,
            url: text("url").ok_or(ClientError::Form("url"))?.to_owned(),
            epoch: answer.get("epoch").and_then(Json::as_u64).unwrap_or(1),
            seen,
            after: cid("after")?,
            chain: cid("chain")?,
            head: text("head").map(str::to_owned),
            time: text("time")
                .and_then(|time| Timestamp::parse(time).ok())
                .ok_or(ClientError::Form("time"))?,
        })
    }
}

fn seen_from(seen: &Json) -> Result<EntryPosition, ClientError> {
    let cid = seen.get("cid").and_then(Json::as_str).and_then(|cid| parse_cid(cid).ok());
    match (cid, seen.get("seq").and_then(Json::as_u64)) {
        (Some(cid), Some(seq)) => Ok(EntryPosition { seq, cid }),
        _ => Err(ClientError::Form("seen")),
    }
}
