//! The operations of docs/format.md §8 that are not the kernel's own, written down once more from that page.

use std::sync::Arc;

use imajin_ledger::{By, Class, Derivation, Equal, OpSpec, OpTable, Place};

const fn op(op: &'static str, by: By, body: bool, derives: &'static [Derivation]) -> OpSpec {
    OpSpec {
        op,
        by,
        body,
        class: Class::Mine,
        derives,
    }
}

const fn follower(op: &'static str) -> Derivation {
    Derivation {
        op,
        place: Place::FactDids,
        at_most: 1,
        equal: &[Equal::RefIsIntentAuthor],
    }
}

const FOLLOW: &[Derivation] = &[follower("profile.follower")];
const UNFOLLOW: &[Derivation] = &[follower("profile.follower.end")];

const PROFILE: &[OpSpec] = &[
    op("profile.update", By::Any, true, &[]),
    op("profile.handle.claim", By::Any, true, &[]),
    op("profile.handle.release", By::Any, false, &[]),
    op("profile.follow", By::Any, false, FOLLOW),
    op("profile.unfollow", By::Any, false, UNFOLLOW),
    op("profile.follower", By::Derived, false, &[]),
    op("profile.follower.end", By::Derived, false, &[]),
];

/// The table that the Python verifier has too.
pub fn real() -> Arc<OpTable> {
    Arc::new(OpTable::new(PROFILE))
}
