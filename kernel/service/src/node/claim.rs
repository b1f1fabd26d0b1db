//! Whether the node has an owner, and the code that makes one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::Node;
use crate::config::Registration;

/// Whether the node has an owner, and the code that makes one.
#[derive(Default)]
pub(super) struct Claim {
    claimed: AtomicBool,
    code: Mutex<Option<String>>,
}

impl Node {
    /// Whether the node has an owner.
    pub fn is_claimed(&self) -> bool {
        self.0.claim.claimed.load(Ordering::Acquire)
    }

    /// Notes that the node has an owner: its claim code is void.
    pub fn set_claimed(&self) {
        self.0.claim.claimed.store(true, Ordering::Release);
        *self
            .0
            .claim
            .code
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Sets the code that makes an identity the owner. The node prints it.
    pub fn set_claim_code(&self, code: String) {
        *self
            .0
            .claim
            .code
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(code);
    }

    /// Whether this is the claim code, in any case and with or without dashes. Takes the same time for every wrong one.
    pub fn is_claim_code(&self, code: &str) -> bool {
        let ours = self
            .0
            .claim
            .code
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(ours) = ours.as_deref().filter(|_| !self.is_claimed()) else {
            return false;
        };
        let plain =
            |text: &str| -> String { text.chars().filter(char::is_ascii_alphanumeric).collect() };
        let digest =
            |text: &str| imajin_dfos::cid::sha256(plain(text).to_ascii_uppercase().as_bytes());
        digest(ours) == digest(code)
    }

    /// Who may begin an identity here.
    pub fn registration(&self) -> Registration {
        self.0.config.registration(self.is_claimed())
    }
}
