//! Whether the node has an owner, and the code that makes one.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::watch;

use imajin_app::{Node, extension};

/// Whether the node has an owner, and the code that makes one.
#[derive(Default)]
pub(super) struct Claim {
    claimed: AtomicBool,
    /// The number of times that the node got an owner or was released, as of the last release; 0 before the first one.
    /// People live on a released node, so it admits newcomers only by invitation or with the code.
    released_at: AtomicU64,
    /// Whether the node is being restored from a backup, which brings its owner.
    being_restored: AtomicBool,
    code: watch::Sender<Option<String>>,
}

/// The claim of a new node by its owner.
#[extension(pub trait Claims)]
impl Node {
    /// Whether the node has an owner.
    fn is_claimed(&self) -> bool {
        self.part::<Claim>().claimed.load(Ordering::Acquire)
    }

    /// Notes that the node has an owner: its claim code is void.
    fn set_claimed(&self) {
        self.part::<Claim>().claimed.store(true, Ordering::Release);
        self.part::<Claim>().code.send_replace(None);
    }

    /// Notes that its owner released the node, with the number of times it got an owner or was released. It has no code until
    /// `Node::set_claim_code` sets a new one.
    fn set_released(&self, changes: u64) {
        let claim = self.part::<Claim>();
        claim.released_at.store(changes, Ordering::Release);
        // The previous code was already used to claim the node.
        if claim.claimed.swap(false, Ordering::AcqRel) {
            claim.code.send_replace(None);
        }
    }

    /// Whether the node is being restored from a backup. Its claim code is refused meanwhile.
    fn is_being_restored(&self) -> bool {
        self.part::<Claim>().being_restored.load(Ordering::Acquire)
    }

    /// Notes that a restore began or failed.
    fn set_being_restored(&self, is_so: bool) {
        let claim = self.part::<Claim>();
        claim.being_restored.store(is_so, Ordering::Release);
    }

    /// Whether an owner of the node released it, in this run or before.
    fn was_released(&self) -> bool {
        self.released_at() > 0
    }

    /// The release that a claim code must belong to: a code with another number has been used. 0 before the first
    /// release.
    fn released_at(&self) -> u64 {
        self.part::<Claim>().released_at.load(Ordering::Acquire)
    }

    /// The code that makes a person the owner, as long as there is none. For the machine's own console and screen.
    fn claim_code(&self) -> Option<String> {
        let code = self.part::<Claim>().code.borrow().clone();
        code.filter(|_| !self.is_claimed())
    }

    /// Returns a receiver that hears of a new owner, a release and a new code.
    fn claim_changes(&self) -> watch::Receiver<Option<String>> {
        self.part::<Claim>().code.subscribe()
    }

    /// Sets the code that makes an identity the owner. The node prints it.
    fn set_claim_code(&self, code: String) {
        self.part::<Claim>().code.send_replace(Some(code));
    }

    /// Whether this is the claim code, in any case and with or without dashes. Takes the same time for every wrong one.
    fn is_claim_code(&self, code: &str) -> bool {
        let ours = self.part::<Claim>().code.borrow();
        let Some(ours) = ours.as_deref().filter(|_| !self.is_claimed()) else {
            return false;
        };
        let plain =
            |text: &str| -> String { text.chars().filter(char::is_ascii_alphanumeric).collect() };
        let digest =
            |text: &str| imajin_dfos::cid::sha256(plain(text).to_ascii_uppercase().as_bytes());
        digest(ours) == digest(code)
    }
}
