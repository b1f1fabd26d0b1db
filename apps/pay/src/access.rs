//! What only the node's owner may do with its money: the rows of this service in the table of access. Guests and up may do
//! the rest, with what is theirs.

use imajin_service::{Access, Role};

use crate::ops;

pub(crate) const ROWS: &[Access] = &[
    owner(ops::FEES_CHANGE),
    owner(ops::LIMIT),
    owner(ops::PAYOUT_CLOSE),
    owner(ops::TOPUP_REVERSED),
];

const fn owner(what: &'static str) -> Access {
    Access::of(what, Role::Owner)
}
