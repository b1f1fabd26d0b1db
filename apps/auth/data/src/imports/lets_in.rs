//! Imports that may become a new home: those that began with what a registration needs.
//!
//! Always: kept in `secrets.sqlite`, so that a restart between the upload and the signature loses no invite.

use imajin_app::{Node, Problem, Role};
use imajin_host::Registration;
use imajin_host::prelude::*;
use imajin_identity::admission::invites;
use imajin_protocol::Did;
use rusqlite::params;

/// Time after which an unfinished import is forgotten.
const KEPT_MS: i64 = 7 * 24 * 3_600_000;

/// Notes that the owner of the copy that arrives under this id may come to live here.
pub(super) fn note(node: &Node, id: &str) -> Result<(), Problem> {
    let now = node.now().as_millis();
    node.secrets().write_blocking(|db| {
        db.execute("DELETE FROM auth_arrivals WHERE created < ?1", [now - KEPT_MS])?;
        db.execute("INSERT OR REPLACE INTO auth_arrivals VALUES (?1, ?2)", params![id, now])
            .map(drop)
    })
}

/// Refuses a home unless the import was admitted or the person is a member or an admitted key already.
pub(super) fn require(node: &Node, id: &str, did: &Did) -> Result<(), Problem> {
    let noted = node.secrets().exists("SELECT 1 FROM auth_arrivals WHERE id = ?1", [id])?;
    if noted || node.is_at_least(did, Role::Member)? || invites::is_admitted(node, did)? {
        return Ok(());
    }
    let text = "A copy becomes a home here by an invite of the owner's, or by the owner's own hand: begin the import again with inviteCode. As a backup it may stay.";
    Err(Problem::forbidden(text).slug("registration"))
}

/// The import became a home: its owner is a member.
pub(super) fn done(node: &Node, id: &str, did: &Did) -> Result<(), Problem> {
    if node.registration() != Registration::Open {
        invites::note_invited(node, did)?;
    }
    invites::admit(node, did)?;
    node.secrets().execute("DELETE FROM auth_arrivals WHERE id = ?1", [id]).map(drop)
}
