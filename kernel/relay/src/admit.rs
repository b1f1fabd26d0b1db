//! Admission: the rules by which the relay accepts an operation, refuses it, or keeps it waiting.
//!
//! Always: one operation after the other, each against all accepted before it. A refused operation changes nothing. A
//! waiting operation names what it waits for. This module does not know where operations come from or where they go
//! next.
//!
//! Rules: DFOS v1 WEB-RELAY "Ingestion".

mod content;
mod identity;
mod statements;

use imajin_dfos::Timestamp;
use imajin_dfos::batch::Signatures;
use imajin_dfos::operation::{Body, FUTURE_SKEW_SECS_MAX, Operation};
use imajin_dfos::resolve::{ResolveError, Verifier};
use serde::Serialize;

use super::knowledge::{Knowledge, Recent, Side};
use super::projection::StaleRows;
use super::store::{Answer, Authored, Changes, Kind, OperationRow, Origin, Tally, kind_code};

/// Outcome of an operation's admission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The operation was appended to the log.
    New { kind: Kind, chain_id: String },
    /// The log had the operation before.
    Duplicate { kind: Kind, chain_id: String },
    /// The operation is not in the log and can never be.
    Rejected { error: String },
    /// The operation is not in the log, but may be once the operation or identity in `wanted` (a CID or a DID) arrives.
    Waits { error: String, wanted: String },
}

/// Whether operations are new, or come from the log in a rebuild.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Log {
    Append,
    Rederive { seq: i64 },
}

/// A batch of operations to admit, in one transaction.
pub(super) struct Session<'s> {
    pub(super) tx: Changes<'s>,
    pub(super) recent: &'s Recent,
    pub(super) now: Timestamp,
    /// The text of `now`.
    pub(super) ingested_at: String,
    pub(super) log: Log,
    /// Index rows to look at again at the end.
    pub(super) dirty: StaleRows,
    pub(super) tally: Tally,
    /// The grant that the last operation revoked, if the relay has it.
    pub(super) revoked: Option<RevokedGrant>,
}

/// Scope of a revoked grant (the relay API's `revokedGrant`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RevokedGrant {
    /// Whether it covered every chain of its issuer.
    wildcard: bool,
    /// The chains that it covered.
    content_ids: Vec<String>,
}

impl RevokedGrant {
    fn from_scope(scope: &[(String, String)]) -> Self {
        let chains = scope.iter();
        let chains = chains.filter_map(|(resource, _)| resource.strip_prefix("chain:"));
        let (all, mut content_ids): (Vec<String>, Vec<String>) =
            chains.map(str::to_owned).partition(|id| id == "*");
        content_ids.sort_unstable();
        content_ids.dedup();
        Self { wildcard: !all.is_empty(), content_ids }
    }
}

/// An operation on its way in.
pub(super) struct Arrival<'a, 'v> {
    pub(super) token: &'a str,
    pub(super) cid: String,
    pub(super) created_at: Timestamp,
    pub(super) origin: Origin,
    pub(super) signatures: &'v dyn Signatures,
}

impl<'s> Session<'s> {
    pub(super) fn new(tx: Changes<'s>, recent: &'s Recent, now: Timestamp, log: Log) -> Self {
        Self {
            tx,
            recent,
            now,
            ingested_at: now.to_string(),
            log,
            dirty: StaleRows::default(),
            tally: Tally::default(),
            revoked: None,
        }
    }

    /// Admits an operation, or returns why not.
    pub(super) fn admit(
        &mut self,
        operation: Operation<'_>,
        origin: Origin,
        signatures: &dyn Signatures,
    ) -> Answer<Outcome> {
        let arrival = Arrival {
            token: operation.token(),
            cid: operation.cid().to_string(),
            created_at: operation.created_at(),
            origin,
            signatures,
        };
        if let Some(outcome) = self.before(&operation, &arrival)? {
            return Ok(outcome);
        }
        match operation.into_body() {
            Body::Identity(read) => self.identity(read, &arrival),
            Body::Content(read) => self.content(read, &arrival),
            Body::Artifact(read) => self.artifact(read, &arrival),
            Body::Countersign(read) => self.countersign(read, &arrival),
            Body::Revocation(read) => self.revocation(read, &arrival),
            Body::Credential(read) => self.credential(&read, &arrival),
        }
    }

    /// Checks that apply to all kinds: the operation is not in the log already, and not from the future.
    fn before(
        &mut self,
        operation: &Operation<'_>,
        arrival: &Arrival<'_, '_>,
    ) -> Answer<Option<Outcome>> {
        if self.log == Log::Append
            && let Some(stored) = self.tx.operation(&arrival.cid)?
        {
            if arrival.origin == Origin::Own
                && stored.origin != Origin::Own
                && stored.token == arrival.token
            {
                self.tx.mark_own(&arrival.cid)?;
            }
            return Ok(Some(if stored.token == arrival.token {
                Outcome::Duplicate { kind: stored.kind, chain_id: stored.chain_id }
            } else {
                rejected("operation already exists with a different signature")
            }));
        }
        let is_dated = matches!(operation.kind(), Kind::Identity | Kind::Content);
        let latest = self.now.checked_add_millis(FUTURE_SKEW_SECS_MAX * 1000);
        if is_dated && latest.is_some_and(|latest| arrival.created_at > latest) {
            return Ok(Some(rejected("createdAt is too far in the future")));
        }
        Ok(None)
    }

    fn knowledge(&self) -> Knowledge<'_> {
        Knowledge::new(&self.tx, self.recent, Side::Writer)
    }

    /// Puts an accepted operation in the log.
    fn accept(
        &mut self,
        arrival: &Arrival<'_, '_>,
        kind: Kind,
        chain_id: &str,
        authored: Option<Authored>,
    ) -> Answer<Outcome> {
        let mut row = OperationRow {
            seq: 0,
            cid: arrival.cid.clone(),
            token: String::new(),
            origin: arrival.origin,
            ingested_at: self.ingested_at.clone(),
            kind,
            chain_id: chain_id.to_owned(),
            created_at: arrival.created_at.to_string(),
            authored,
        };
        match self.log {
            Log::Append => {
                row.token = arrival.token.to_owned();
                self.tx.append(&row)?;
            }
            Log::Rederive { seq } => {
                row.seq = seq;
                self.tx.rederive(&row)?;
            }
        }
        if let Some(count) = self.tally.get_mut(kind_code(kind)) {
            *count += 1;
        }
        Ok(Outcome::New { kind, chain_id: row.chain_id })
    }

    /// Ends the turn: the index follows, and the numbers.
    pub(super) fn finish(self) -> Answer<()> {
        self.dirty.flush(self.tx, self.recent, self.now.as_secs())?;
        self.tx.tally(&self.tally)
    }
}

impl Arrival<'_, '_> {
    /// Returns the verifier: with the keys in force for a posted operation, with the keys of all times for a peer's.
    fn verifier<'k>(&'k self, knowledge: &'k Knowledge<'_>) -> Verifier<'k> {
        let verifier = match self.origin {
            Origin::Direct | Origin::Own => Verifier::of_new(knowledge),
            Origin::Peer => Verifier::of_peer(knowledge),
        };
        verifier.with_signatures(self.signatures)
    }
}

pub(super) fn rejected(error: impl Into<String>) -> Outcome {
    Outcome::Rejected { error: error.into() }
}

pub(super) fn waits(error: impl Into<String>, wanted: &str) -> Outcome {
    Outcome::Waits { error: error.into(), wanted: wanted.to_owned() }
}

/// A refusal because of a key that is not there, or not yet.
fn unresolved(error: &dyn std::fmt::Display, cause: Option<&ResolveError>) -> Outcome {
    match cause {
        Some(ResolveError::UnknownIdentity(did) | ResolveError::UnknownKey { did, .. }) => {
            waits(error.to_string(), did.as_str())
        }
        _ => rejected(error.to_string()),
    }
}
