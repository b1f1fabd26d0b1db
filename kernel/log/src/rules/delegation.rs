//! Delegations: what another key may do, until when, and how often (docs/format.md §6).

use std::sync::Arc;

use imajin_dfos::{Cid, PublicKey, Timestamp, VerifyingKey};
use imajin_protocol::Kid;

use super::fault::fail;
use super::{Code, Fault};
use crate::entry::Header;
use crate::ops::{OpSpec, RequiredAuthority};

/// A delegation, in force or past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// The CID of the delegation entry.
    pub cid: Cid,
    /// The number of that entry.
    pub seq: u64,
    /// The delegate's key.
    pub key: PublicKey,
    /// The decompressed key, computed once; `None` if it is not a point on the curve.
    pub(super) point: Option<Arc<VerifyingKey>>,
    /// The operations in scope: an operation, or `service.*`.
    pub scope: Arc<[String]>,
    /// The end of the delegation.
    pub until: Timestamp,
    /// Maximum number of uses; `None` for any number.
    pub uses: Option<u64>,
    /// Number of uses so far; counted only if `uses` limits them.
    pub used: u64,
    /// Whether an `auth.delegation.end` is in the log.
    pub ended: bool,
}

impl Delegation {
    /// Returns whether an operation is in scope.
    pub fn covers(&self, op: &str) -> bool {
        covers(&self.scope, op)
    }

    /// Returns whether a key may do an operation at a time by this delegation.
    pub fn is_usable(&self, key: &[u8; 32], op: &str, at: Timestamp) -> bool {
        self.key.as_bytes() == key
            && !self.ended
            && self.covers(op)
            && at < self.until
            && self.uses.is_none_or(|uses| self.used < uses)
    }
}

pub(super) fn covers(scope: &[String], op: &str) -> bool {
    let service = |item: &String| {
        item.strip_suffix(".*").is_some_and(|s| s == imajin_protocol::naming::service_of(op))
    };
    scope.iter().any(|item| item == op || service(item))
}

/// Makes the checks of §6 that do not need the delegation's own log.
pub(super) fn check_delegate(
    header: &Header,
    spec: Option<&OpSpec>,
    scope: &[String],
    until: Timestamp,
    key: &[u8; 32],
    kid: &Kid,
) -> Result<(), Fault> {
    if spec.is_some_and(|spec| {
        matches!(spec.by, RequiredAuthority::Controller | RequiredAuthority::OwnKey)
    }) {
        return fail(Code::Delegation, format!("{} can never be delegated", header.op));
    }
    if !covers(scope, &header.op) {
        return fail(Code::Delegation, format!("{} is not in the delegation's scope", header.op));
    }
    if header.at >= until {
        return fail(Code::Delegation, format!("the delegation ended at {until}"));
    }
    if !kid.is_of_bare_key(key) {
        return fail(Code::Delegation, "the proof is not by the key of the delegation");
    }
    Ok(())
}
