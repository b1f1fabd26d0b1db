//! The operations of this service, as docs/format.md §8 lists them.

use imajin_ledger::{Bound, By, Class, Derivation, Equal, OpSpec, Place};

/// Sets members of one's profile.
pub(crate) const UPDATE: &str = "profile.update";
/// Takes a handle.
pub(crate) const HANDLE_CLAIM: &str = "profile.handle.claim";
/// Gives the handle back.
pub(crate) const HANDLE_RELEASE: &str = "profile.handle.release";
/// Follows the DIDs of the fact `dids`.
pub(crate) const FOLLOW: &str = "profile.follow";
/// Stops following them.
pub(crate) const UNFOLLOW: &str = "profile.unfollow";
/// What following leaves in the log of who is followed.
pub(crate) const FOLLOWER: &str = "profile.follower";
/// What its end leaves there.
pub(crate) const FOLLOWER_END: &str = "profile.follower.end";

/// The key of the fact that names DIDs.
pub(crate) const FACT_DIDS: &str = "dids";
/// The key of the fact that names media files.
pub(crate) const FACT_MEDIA: &str = "media";

const fn without_body(op: &'static str, by: By, derives: &'static [Derivation]) -> OpSpec {
    // Without a body the class decides nothing.
    OpSpec {
        op,
        by,
        body: false,
        class: Class::Keep,
        bound: Bound::Nothing,
        derives,
    }
}

const fn in_each(op: &'static str) -> Derivation {
    Derivation {
        op,
        place: Place::FactDids,
        at_most: 1,
        equal: &[Equal::RefIsIntentAuthor],
    }
}

/// docs/format.md §8, rows `profile.*`.
pub(crate) const OPS: &[OpSpec] = &[
    OpSpec {
        op: UPDATE,
        by: By::Any,
        body: true,
        class: Class::Mine,
        bound: Bound::Nothing,
        derives: &[],
    },
    OpSpec {
        op: HANDLE_CLAIM,
        by: By::Any,
        body: true,
        class: Class::Mine,
        bound: Bound::Nothing,
        derives: &[],
    },
    without_body(HANDLE_RELEASE, By::Any, &[]),
    without_body(FOLLOW, By::Any, &[in_each(FOLLOWER)]),
    without_body(UNFOLLOW, By::Any, &[in_each(FOLLOWER_END)]),
    without_body(FOLLOWER, By::Derived, &[]),
    without_body(FOLLOWER_END, By::Derived, &[]),
];
