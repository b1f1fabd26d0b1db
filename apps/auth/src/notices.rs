//! Notices about identities: changed keys, new delegations. People are also notified of changes that they made themselves, because
//! another person may have used their device.

use imajin_app::notices::{About, Notice, Tells};
use imajin_log::{Applied, ops};

/// The operations that tell something.
pub(crate) const TELLS: &[Tells] = &[
    Tells::new(ops::IDENTITY_UPDATE, "told-keys", &[]),
    Tells::new(ops::DELEGATION_CREATE, "told-delegation", &[]),
];

pub(crate) fn from_entry(entry: &Applied<'_>) -> Vec<Notice> {
    vec![Notice::for_owner(entry, About::Security).urgent()]
}
