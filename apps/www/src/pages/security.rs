//! `/.well-known/security.txt`: where to report a weakness of this box (RFC 9116), if its settings name a contact.

use axum::extract::State;
use axum::response::Response;
use imajin_app::{Answer, Node, Problem, args};
use imajin_dfos::Timestamp;
use imajin_host::prelude::*;

use crate::manifest::TEXTS;

/// Milliseconds for which the contact counts: half a year. RFC 9116 recommends less than a year.
const VALID_MS: i64 = 180 * 24 * 3_600_000;

pub(crate) async fn contact(State(node): State<Node>) -> Answer<Response> {
    let Some(contact) = &node.config().security_contact else {
        let none = TEXTS.say("security-no-contact", args![]);
        return Err(Problem::not_found(none));
    };
    let expires = node.now().checked_add_millis(VALID_MS).unwrap_or(Timestamp::MAX);
    Ok(super::text(format!("Contact: {contact}\nExpires: {expires}\n")))
}
