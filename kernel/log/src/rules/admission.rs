//! The changes that an admitted entry makes to the state, and the checks that remain.

use std::sync::Arc;

use imajin_dfos::{Cid, VerifyingKey};
use imajin_protocol::{Did, Kid, Proof};

use super::delegation::Delegation;
use super::fault::fail;
use super::model::{Home, KidState, Newest, Operation, Owner};
use super::replay::ReplayStep;
use super::{Code, Fault};

/// A signature that must verify for an entry to be valid.
#[derive(Debug, Clone)]
pub struct SignatureCheck {
    /// The key to try first.
    pub key: Arc<VerifyingKey>,
    /// Other keys of the same identity, any of which may have signed.
    pub others: Vec<Arc<VerifyingKey>>,
    /// The signed bytes: a JWS signing input (RFC 7515 §5.1).
    pub signing_input: String,
    /// The Ed25519 signature.
    pub signature: [u8; 64],
    /// The code of the fault if no key verifies it.
    pub code: Code,
}

impl SignatureCheck {
    pub(super) fn of_proof(key: Arc<VerifyingKey>, proof: &Proof, signing_input: String) -> Self {
        let signature = proof.signature;
        Self { key, others: Vec::new(), signing_input, signature, code: Code::Proof }
    }

    /// Checks it strictly: S < L, no small-order keys (RFC 8032 §5.1.7).
    ///
    /// # Errors
    /// A fault with [`Self::code`].
    pub fn verify(&self) -> Result<(), Fault> {
        let input = self.signing_input.as_bytes();
        let holds = |key: &Arc<VerifyingKey>| {
            imajin_dfos::jws::verify_signature(key, input, &self.signature).is_ok()
        };
        if holds(&self.key) || self.others.iter().any(holds) {
            return Ok(());
        }
        fail(self.code, "the signature does not verify")
    }
}

/// An entry that keeps the rules, except for its signatures.
#[derive(Debug)]
pub struct Admission {
    /// The remaining checks, in the order of the rules. The writer's admission lacks the entry's own proof, because it
    /// was checked when the command was submitted.
    pub checks: Vec<SignatureCheck>,
    /// The unknown operation that keeps this entry from being proved: its own, or its intent's.
    pub unknown: Option<String>,
    /// Whether it follows from a signed intent, or has a body that could have been tied, and rests on the home's word.
    pub home_word: bool,
    /// Whether that body is a receipt whose division of the money rests on the home's word, too.
    pub home_division: bool,
    /// Whether only its home vouches for what the entry says (docs/format.md §8).
    pub is_home_said: bool,
    /// Whether earlier versions, whose rule was narrower, said so in the bundles that they made.
    pub was_home_said: bool,
    /// Numbers of the entries whose bodies this one erases.
    pub erases: Vec<u64>,
    /// The CID of the intent of a derived entry, if the intent is in another log and its body is withheld.
    pub withheld: Option<Cid>,
    pub(super) step: Transition,
}

/// The change of the state.
#[derive(Debug)]
pub(super) struct Transition {
    pub(super) newest: Newest,
    pub(super) effect: Effect,
    pub(super) kid: Option<(Kid, KidState)>,
    /// The position of another author's chain.
    pub(super) author: Option<(Did, usize)>,
    /// The delegation that was used.
    pub(super) used: Option<Cid>,
    pub(super) operation: Option<Operation>,
    pub(super) replay: ReplayStep,
}

/// The effect of a kernel operation.
#[derive(Debug)]
pub(super) enum Effect {
    None,
    /// The first entry.
    Begin {
        owner: Owner,
        home: Home,
    },
    /// The identity was adopted or updated.
    Owner(Owner),
    Home(Home),
    Delegate(Delegation),
    EndDelegation(Cid),
    RequireSigned(bool),
    Delete,
}
