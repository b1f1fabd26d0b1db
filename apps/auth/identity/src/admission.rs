//! Admission of new identities: by the claim code, by invites, and by registrations that wait for their first proof.
//!
//! Always: nothing here is personal data in a log: a registration without a proof ends after 24 h, and invites belong
//! to the owner. Admission is determined outside the writer and passed to the decision as [`Admission`].

pub mod invites;
pub(crate) mod pending;

use axum::http::HeaderMap;
use imajin_app::operation::{AfterSubmit, BeforeSubmit, Request, Submitted};
use imajin_app::{Node, Problem};
use imajin_host::Registration;
use imajin_host::prelude::*;
use imajin_host::room::For;
use imajin_protocol::Did;
use parking_lot::Mutex;

use crate::operations::{
    Admission, CreateIdentity, Proved, RegisterIdentity, SetEmail, ShowedCode, TakeNode,
};
use crate::{node_identity, ownership, people};

/// The header that carries the claim code on `auth.identity.create`.
pub(crate) const CLAIM: &str = "x-imajin-claim";
/// The header that carries an invite there, for people who did not register before.
pub(crate) const INVITE: &str = "x-imajin-invite";

/// `auth_invited`: number of people that an invitation to connect admitted. `auth_admitted`: keys that may have a chain
/// here, by an invite or on an open node. `auth_uninvited`: people's own keys without an invite. `auth_link_for`: links
/// by which people of this node prove another address. `auth_app_requests`: apps that ask the owner; `answer` is null
/// while one waits, 1 for yes, 0 for no. `auth_by_invite`: people who came with an invitation. `auth_arrivals`: imports
/// that may become a home.
pub const SECRETS: &str = "
CREATE TABLE IF NOT EXISTS auth_invites (
  code TEXT PRIMARY KEY, max_uses INTEGER NOT NULL, uses INTEGER NOT NULL, expires INTEGER NOT NULL, created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS auth_invited (
  code TEXT PRIMARY KEY, uses INTEGER NOT NULL, expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS auth_pending (
  did TEXT PRIMARY KEY, handle TEXT, name TEXT, scope TEXT NOT NULL, subtype TEXT, invite TEXT, admitted INTEGER NOT NULL, created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS auth_pending_chains (did TEXT PRIMARY KEY, log TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS auth_admitted (did TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS auth_invited_by (code TEXT PRIMARY KEY, did TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS auth_uninvited (did TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS auth_by_invite (did TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS auth_arrivals (id TEXT PRIMARY KEY, created INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS auth_codes (hash BLOB PRIMARY KEY, did TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS auth_links (
  hash BLOB PRIMARY KEY, email TEXT NOT NULL, name TEXT, invite TEXT, created INTEGER NOT NULL, expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS auth_app_requests (
  did TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL, returns TEXT NOT NULL, scope TEXT NOT NULL,
  block TEXT NOT NULL, created INTEGER NOT NULL, answer INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS auth_link_for (hash BLOB PRIMARY KEY, did TEXT NOT NULL) STRICT, WITHOUT ROWID;
";

/// Held while a registration or a person uses an invite: the same request twice at once uses it once.
#[derive(Default)]
pub(crate) struct Turn(pub(crate) Mutex<()>);

impl BeforeSubmit for CreateIdentity {
    fn before_submit(&self, request: &Request<'_>) -> Result<Admission, Problem> {
        // The node itself begins an identity whose key it keeps, such as an event's: only the node can sign with that
        // key.
        if request.is_signed() && request.node.kept_key(request.owner)?.is_some() {
            return Ok(Admission::Admitted);
        }
        has_room(request.node, request.owner)?;
        admit(request.node, request.headers, request.owner)
    }
}

impl BeforeSubmit for RegisterIdentity {
    /// Only signing in proves a key, with its own command.
    fn before_submit(&self, request: &Request<'_>) -> Result<Proved, Problem> {
        has_room(request.node, request.owner)?;
        Ok(Proved(false))
    }
}

impl BeforeSubmit for SetEmail {
    /// Only following a mailed link proves an address.
    fn before_submit(&self, _: &Request<'_>) -> Result<Proved, Problem> {
        Ok(Proved(false))
    }
}

/// Refuses a new person while the disk's remaining room is reserved for existing people.
pub(crate) fn has_room(node: &Node, did: &Did) -> Result<(), Problem> {
    if did == node.did() || people::find(node, did)?.is_some() {
        Ok(())
    } else {
        node.need_room(0, For::Strangers)
    }
}

/// Checks that this code makes its bearer the owner of the node now.
pub(crate) fn check_claim(node: &Node, code: &str) -> Result<(), Problem> {
    if node.is_being_restored() {
        let restoring =
            "This box is being restored from a backup: it will have the owner that it had before.";
        return Err(Problem::conflict(restoring).slug("restoring"));
    }
    match (node.is_claim_code(code), node.is_claimed()) {
        (true, _) => Ok(()),
        (false, true) => {
            Err(Problem::conflict("This node has an owner already; a claim code works once.")
                .slug("claimed"))
        }
        (false, false) => Err(Problem::forbidden(
            "This is not the claim code. The node prints it when it starts.",
        )
        .slug("claim-code")),
    }
}

/// Whether this key may begin a chain here.
fn admit(node: &Node, headers: &HeaderMap, did: &Did) -> Result<Admission, Problem> {
    // The repetition of a request whose answer was lost uses no second invite and no second claim.
    if people::find(node, did)?.is_some_and(|identity| !identity.bare) {
        return Ok(Admission::Admitted);
    }
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(code) = text(CLAIM) {
        return check_claim(node, code).map(|()| Admission::Claims);
    }
    let is_admitted = match node.registration() {
        // An open node requires no invitation. A valid one still records that a person vouches for the newcomer.
        Registration::Open => {
            let invite = text(INVITE).filter(|code| invites::take(node, code).is_ok());
            return Ok(
                invite.map_or(Admission::Admitted, |code| Admission::Invited(code.to_owned()))
            );
        }
        Registration::Closed => return Ok(Admission::Refused),
        Registration::Invite => invites::is_admitted(node, did)?,
    };
    if is_admitted {
        return Ok(Admission::Admitted);
    }
    match text(INVITE) {
        Some(code) => {
            invites::take(node, code)?;
            Ok(Admission::Invited(code.to_owned()))
        }
        None => Ok(Admission::Refused),
    }
}

impl AfterSubmit for CreateIdentity {
    fn after_submit(&self, done: &Submitted<'_, Self>) {
        let (node, did) = (done.node, done.owner);
        match (done.outcome, done.prepared) {
            (Ok(receipt), admission) => {
                if let Err(problem) = pending::finish(node, did) {
                    tracing::warn!("auth: {problem}");
                }
                let noted = match admission {
                    // The same proof twice at once took two.
                    Admission::Invited(code) if receipt.repeated => {
                        invites::give_back(node, code);
                        Ok(())
                    }
                    Admission::Invited(_) => invites::note_invited(node, did),
                    _ => Ok(()),
                };
                if let Err(problem) = noted {
                    tracing::warn!("auth: {problem}");
                }
                if *admission == Admission::Claims {
                    claimed(node, did);
                }
            }
            (Err(_), Admission::Invited(code)) => invites::give_back(node, code),
            (Err(_), _) => {}
        }
    }
}

impl BeforeSubmit for TakeNode {
    fn before_submit(&self, request: &Request<'_>) -> Result<ShowedCode, Problem> {
        let code = request.headers.get(CLAIM).and_then(|code| code.to_str().ok());
        // Sent again because its answer was lost: the code is used up, and the ledger knows the proof.
        if people::owner_of_node(request.node)?.as_deref() == Some(request.owner.as_str()) {
            return Ok(ShowedCode);
        }
        check_claim(request.node, code.unwrap_or_default())?;
        Ok(ShowedCode)
    }
}

impl AfterSubmit for TakeNode {
    fn after_submit(&self, done: &Submitted<'_, Self>) {
        if done.outcome.is_ok() {
            done.node.forget_role(done.owner);
            claimed(done.node, done.owner);
        }
    }
}

fn claimed(node: &Node, owner: &Did) {
    ownership::settle(node);
    tracing::info!("{owner} is the owner of this node now");
    node_identity::follow_owner(node);
}
