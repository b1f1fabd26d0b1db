//! What an admitted entry will do to the state, and what is still to check of it.

use std::sync::Arc;

use imajin_dfos::{Cid, VerifyingKey};
use imajin_protocol::{Did, Kid};

use super::operation::Operation;
use super::replay::ReplayStep;
use super::state::{Delegation, Home, KidState, Newest, Owner};
use super::{Code, Fault};

/// A signature that has to be checked for an entry to stand.
#[derive(Debug, Clone)]
pub struct SignatureCheck {
    /// The key.
    pub key: Arc<VerifyingKey>,
    /// Other keys of the same hand, any of which will do.
    pub others: Vec<Arc<VerifyingKey>>,
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
        let input = self.signing_input.as_bytes();
        let holds = |key: &Arc<VerifyingKey>| {
            imajin_dfos::jws::verify_signature(key, input, &self.signature).is_ok()
        };
        if holds(&self.key) || self.others.iter().any(holds) {
            return Ok(());
        }
        Err(Fault::new(self.code, "the signature does not verify"))
    }
}

/// An entry that keeps the rules, but for its signatures.
#[derive(Debug)]
pub struct Admission {
    /// What is still to check, in the order of the rules. The writer's admission lacks the entry's own proof, because
    /// whoever submitted it has checked it.
    pub checks: Vec<SignatureCheck>,
    /// The operation that nobody here knows and that keeps this entry from being proved: its own, or its intent's.
    pub unknown: Option<String>,
    /// Whether its body, which is there, is the home's word only.
    pub home_word: bool,
    /// Whether that body is a receipt of which who gets what is the home's word, too.
    pub home_division: bool,
    /// Whether nothing but its home vouches for what the entry says (docs/format.md §8).
    pub is_home_said: bool,
    /// Places of the entries whose bodies this one erases.
    pub erases: Vec<u64>,
    /// For a derived entry whose intent stands in another log: that intent, if its body is withheld.
    pub withheld: Option<Cid>,
    pub(super) step: Step,
}

/// The change of the state.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) newest: Newest,
    pub(super) effect: Effect,
    pub(super) kid: Option<(Kid, KidState)>,
    /// How far the chain of another author is.
    pub(super) author: Option<(Did, usize)>,
    /// The delegation that was used.
    pub(super) used: Option<Cid>,
    pub(super) operation: Option<Operation>,
    pub(super) replay: ReplayStep,
}

/// What the kernel's own operations do.
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
