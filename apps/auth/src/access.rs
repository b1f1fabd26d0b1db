//! The rows of the access table for strangers and members in this service. Guests and up may do the rest.
//!
//! Always: a stranger may begin an identity, look at their own record, use an invite, ask the owner as an app, sign out
//! and leave; nothing else.

use imajin_app::{Access, Reach, Role};
use imajin_identity::operations::{GiveNode, KeepChain, SetEmail, TakeNode};
use imajin_log::ops;

pub(crate) const ROWS: &[Access] = &[
    // Each of these decides for itself who may begin (`operations`, `admission`).
    stranger(ops::IDENTITY_CREATE),
    stranger(ops::IDENTITY_REGISTER),
    stranger(KeepChain::NAME),
    stranger(SetEmail::NAME),
    // The way out is open to everybody.
    stranger(ops::BODY_ERASED).reaching(OTHERS).despite_block(),
    stranger(ops::DELETE),
    stranger("GET /api/delete"),
    stranger("POST /api/delete"),
    stranger("GET /api/count"),
    stranger("GET /api/services"),
    stranger("GET /api/log/{did}"),
    // The caller's identity and sessions, and signing out.
    stranger("GET /api/session"),
    stranger("GET /api/sessions"),
    stranger("DELETE /api/sessions"),
    stranger("DELETE /api/sessions/{id}"),
    stranger("POST /api/logout"),
    // An app that the owner doesn't know asks them first.
    stranger("POST /api/apps"),
    // The way for a stranger to become a member.
    stranger("POST /api/invites/use"),
    // Statements about others leave entries in their logs, too.
    guest(ops::ATTESTATION_ISSUE).reaching(OTHERS),
    guest(ops::ATTESTATION_COUNTERSIGN).reaching(OTHERS),
    guest(ops::ATTESTATION_DECLINE).reaching(OTHERS).despite_block(),
    guest(ops::ATTESTATION_REVOKE).reaching(OTHERS).despite_block(),
    // Only the owner can give the box away; a member who shows its claim code can take a box without an owner.
    Access::new(GiveNode::NAME, Role::Owner),
    member(TakeNode::NAME),
    // An anchor is an entry in the node's own log.
    member("POST /api/anchors"),
    // An address that letters go to.
    member("POST /api/email"),
    member("POST /api/email/confirm"),
    // The sticks in the household's machine.
    member("GET /api/usb"),
    member("DELETE /api/usb/{stick}"),
    member("POST /api/usb/{stick}/verify"),
];

/// Daily limits on entries in other people's logs.
const OTHERS: Reach = Reach::daily(200, 20);

const fn guest(what: &'static str) -> Access {
    Access::new(what, Role::Guest)
}

const fn stranger(what: &'static str) -> Access {
    Access::new(what, Role::Stranger)
}

const fn member(what: &'static str) -> Access {
    Access::new(what, Role::Member)
}
