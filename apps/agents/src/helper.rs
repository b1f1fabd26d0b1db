//! The program that a request comes from.
//!
//! Always: only a delegation that its owner named as a helper's opens anything. Both take the owner's own key.

use std::sync::Arc;
use std::time::Duration;

use axum::body::to_bytes;
use axum::http::StatusCode;
use axum::http::request::Parts;
use imajin_app::own_routes::ReadGrant;
use imajin_app::{Answer, DelegationRecord, Node, Peer, Problem, Session, args};
use imajin_dfos::Cid;
use imajin_host::delegates::{self, Credentials, Delegate, Password};
use imajin_protocol::Did;
use serde_json::Value as Json;

use crate::manifest::TEXTS;
use crate::queries;

/// The context in which a token and its owner make a key.
const CONTEXT: &str = "mjn:agents:v1";
/// The beginning of every token; the last part of the owner's DID, a dot and an app password follow.
const TOKEN: &str = "mjn_";

/// The time that one reading may take.
const READING: Duration = Duration::from_secs(60);

/// A program whose token holds.
pub(crate) struct Helper {
    pub(crate) delegate: Arc<Delegate>,
    record: DelegationRecord,
    pub(crate) peer: Option<Peer>,
}

impl Helper {
    /// Returns the helper that a request comes from; `None` if it has no token that holds.
    /// Errors: 429 after too many attempts, or what knows people can't be read.
    pub(crate) async fn from_request(node: &Node, parts: &mut Parts) -> Answer<Option<Self>> {
        let Some(credentials) = parse_credentials(parts) else {
            return Ok(None);
        };
        let cid = |delegate: &Delegate| {
            let record = find_record(node, delegate);
            record.map(|record| record.map(|record| record.cid))
        };
        let delegate = delegates::authenticate(node, parts, &credentials, cid).await?;
        let Some(delegate) = delegate else {
            return Ok(None);
        };
        let peer = parts.extensions.get::<Peer>().copied();
        let record = find_record(node, &delegate)?;
        Ok(record.map(|record| Self { delegate, record, peer }))
    }

    /// The person for whom it acts.
    pub(crate) fn owner(&self) -> &Did {
        &self.delegate.owner
    }

    pub(crate) fn delegation(&self) -> Cid {
        self.record.cid
    }

    /// Returns whether its delegation covers an operation, or a scope of reading.
    pub(crate) fn may(&self, node: &Node, scope: &str) -> bool {
        self.record.delegation.allows(scope, node.now())
    }

    /// Returns the CID of its delegation, found in force at this moment.
    /// Errors: 401 once it has ended.
    pub(crate) fn check(&self, node: &Node) -> Answer<Cid> {
        let record = find_record(node, &self.delegate)?;
        let same = record.filter(|record| record.cid == self.record.cid);
        same.map(|record| record.cid)
            .ok_or_else(|| Problem::unauthorized(TEXTS.say("token-ended", args![])))
    }

    /// Reads a path as its owner, at one route. Returns the status of the answer and its JSON; null for other content.
    ///
    /// # Errors
    /// 413 for an answer of more bytes than the maximum, and 503 before the node answers requests.
    pub(crate) async fn read(
        &self,
        node: &Node,
        path: &str,
        (route, bytes_max): (String, usize),
    ) -> Answer<(StatusCode, Json)> {
        let session = self.session(node);
        let grant = ReadGrant { session, route };
        let response = node.read_own(path, grant, self.peer).await?;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), bytes_max).await;
        let bytes = bytes.map_err(|_| Problem::too_large(TEXTS.say("answer-too-long", args![])))?;
        let json = serde_json::from_slice(&bytes).unwrap_or(Json::Null);
        Ok((status, json))
    }

    /// Returns the session by which it reads as its owner. It ends with the delegation.
    fn session(&self, node: &Node) -> Session {
        Session {
            did: self.owner().clone(),
            id: self.record.cid.to_string(),
            expires: self.record.delegation.until,
            ends: node.monotonic() + READING,
        }
    }
}

/// Builds the 400 for a reading that was refused, with the reason in the answer.
pub(crate) fn not_read(status: StatusCode, answer: &Json) -> Problem {
    let why = answer.get("detail").and_then(Json::as_str).unwrap_or(status.as_str());
    Problem::bad_request(TEXTS.say("not-read", args![why = why]))
}

/// Reads the token of a request.
fn parse_credentials(parts: &Parts) -> Option<Credentials> {
    let token = Credentials::text(parts, "bearer")?;
    let (did, password) = token.strip_prefix(TOKEN)?.rsplit_once('.')?;
    Some(Credentials {
        name: format!("did:imajin:{did}"),
        password: Password::parse(password)?,
        context: CONTEXT,
    })
}

/// Returns the newest delegation to a delegate's key that is in force and has a name.
fn find_record(node: &Node, delegate: &Delegate) -> Answer<Option<DelegationRecord>> {
    let owner = &delegate.owner;
    // Somebody who moved away ends here, too: nothing that their helpers do could be noted.
    let status = node.status(owner)?;
    if status.is_none_or(|status| status.deleted || status.read_only.is_some()) {
        return Ok(None);
    }
    let records = node.delegations(owner, Some(&delegate.public_key()))?;
    for record in records.into_iter().rev() {
        let cid = record.cid.to_string();
        if is_in_force(node, &record)
            && queries::read(node, |db| queries::has_helper(db, owner, &cid))?
        {
            return Ok(Some(record));
        }
    }
    Ok(None)
}

pub(crate) fn is_in_force(node: &Node, record: &DelegationRecord) -> bool {
    !record.ended && record.delegation.until > node.now()
}

/// Returns the CIDs of the delegations of a person's helpers that are in force.
pub(crate) fn in_force(node: &Node, owner: &Did) -> Answer<Vec<String>> {
    let named = queries::read(node, |db| queries::helpers(db, owner))?;
    let mut cids = Vec::new();
    for record in node.delegations(owner, None)? {
        let cid = record.cid.to_string();
        let is_named = named.iter().any(|helper| helper.delegation == cid);
        if is_named && is_in_force(node, &record) {
            cids.push(cid);
        }
    }
    Ok(cids)
}
