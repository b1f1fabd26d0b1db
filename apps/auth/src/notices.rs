//! What entries of identities tell: keys changed, or something may act for a person. They are told of what they did themselves, too:
//! somebody else may have had their device in hand.

use imajin_ledger::{Applied, ops};
use imajin_service::notices::{About, Notice, Tells};

/// The operations that tell something.
pub(crate) const TELLS: &[Tells] = &[
    Tells {
        op: ops::IDENTITY_UPDATE,
        brief: "told-keys",
        full: &[],
    },
    Tells {
        op: ops::DELEGATION_CREATE,
        brief: "told-delegation",
        full: &[],
    },
];

/// What an entry of theirs tells.
pub(crate) fn of(entry: &Applied<'_>) -> Vec<Notice> {
    vec![Notice::of(entry, About::Security).urgent()]
}
