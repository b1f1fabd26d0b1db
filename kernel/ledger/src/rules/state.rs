//! The state that the rules need of all entries so far, and what an admitted entry does to it.

use std::sync::Arc;

use imajin_dfos::{Cid, PublicKey, Timestamp, Value, VerifyingKey};
use imajin_protocol::Did;

use super::{Chain, Code, EvidenceError, Fault};
use crate::entry::Sealed;
use crate::ops::OpTable;

/// Where a log is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The node.
    pub node: Did,
    /// Where it answers.
    pub url: Arc<str>,
    /// Counts up from 1 with every move.
    pub epoch: u64,
}

/// Who a log belongs to.
#[derive(Debug, Clone)]
pub enum Owner {
    /// Before the first entry.
    Nobody,
    /// Somebody with a key and no chain: all is the node's word.
    BareKey(PublicKey),
    /// Somebody with an identity chain.
    Chain(Arc<Chain>),
}

/// A delegation in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// The CID of the delegation entry.
    pub cid: Cid,
    /// Its place.
    pub seq: u64,
    /// Whose key may act.
    pub key: PublicKey,
    /// For which ops: an op, or `service.*`.
    pub scope: Arc<[String]>,
    /// Until when.
    pub until: Timestamp,
    /// How often still; none for any number.
    pub uses_left: Option<u64>,
}

/// The body of an entry, as the one who checks has it.
#[derive(Debug, Clone, Copy)]
pub enum Body<'a> {
    /// The entry names none.
    None,
    /// Here it is; its bytes have the CID that the header names.
    Here(&'a Value),
    /// The header names one that is not there: erased later, or a fault.
    Gone,
}

/// A signature that has to be checked for an entry to stand.
#[derive(Debug, Clone)]
pub struct SignatureCheck {
    /// The key.
    pub key: Arc<VerifyingKey>,
    /// What is signed.
    pub signing_input: String,
    /// The signature.
    pub signature: [u8; 64],
    /// What it is a fault of, if it does not hold.
    pub code: Code,
}

impl SignatureCheck {
    /// Checks it. Strict: S < L, no small-order keys.
    pub fn verify(&self) -> Result<(), Fault> {
        imajin_dfos::jws::verify_signature(
            &self.key,
            self.signing_input.as_bytes(),
            &self.signature,
        )
        .map_err(|_| Fault::new(self.code, "the signature does not verify"))
    }
}

/// Why an entry was not admitted.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// It breaks a rule.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// What it depends on could not be read.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
}

/// An entry that keeps the rules, but for its signatures.
#[derive(Debug)]
pub struct Admission {
    /// What is still to check.
    pub checks: Vec<SignatureCheck>,
    /// Whether the op is one that nobody here knows: it is not proved.
    pub unknown_op: bool,
    /// Places of the entries whose bodies this one erases.
    pub erases: Vec<u64>,
}

/// What is remembered of a key that signed in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KidState {
    /// The place of its last entry.
    pub seq: u64,
    /// The raw CID of that entry's proof payload.
    pub payload: Cid,
}

/// What a decision may know of a log.
#[derive(Debug, Clone)]
pub struct LogView {
    /// Where it is kept.
    pub home: Home,
    /// Whose it is.
    pub owner: Owner,
    /// The place of its newest entry.
    pub seq: u64,
    /// Whether an `auth.delete` stands in it.
    pub deleted: bool,
    /// Why this node may not write to it, if so.
    pub read_only: Option<String>,
}

/// The state of a log after its newest entry.
#[derive(Debug, Clone)]
pub struct LogState {
    did: Did,
    ops: Arc<OpTable>,
}

impl LogState {
    /// The state before the first entry. It remembers everything that a whole replay needs.
    pub fn new(did: Did, ops: Arc<OpTable>) -> Self {
        Self { did, ops }
    }

    /// Whose log.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// Whether `entry` may follow. Changes nothing.
    pub fn check(
        &self,
        entry: &Sealed,
        body: Body<'_>,
        evidence: &dyn super::Evidence,
    ) -> Result<Admission, CheckError> {
        let _ = (entry, body, evidence, &self.ops);
        Err(Fault::new(Code::File, "not implemented yet").into())
    }

    /// Takes in an entry that [`LogState::check`] admitted against this very state.
    pub fn advance(&mut self, admission: Admission) {
        let _ = admission;
    }

    /// What can only be told at the end of a replay.
    pub fn finish(&self) -> Result<(), (u64, Fault)> {
        Ok(())
    }
}
