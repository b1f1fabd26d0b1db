//! Who may begin an identity here: the one with the claim code, invites, and registrations that wait for their first proof.
//!
//! Always: nothing here is anybody's data: a registration that proves nothing ends after 24 h, an invite is the owner's
//! to give. Found out outside the writer, and handed to `decide` as `args`.

pub(crate) mod erase;
pub(crate) mod invites;
pub(crate) mod pending;

use axum::http::HeaderMap;
use imajin_ledger::{Command, ops};
use imajin_protocol::Did;
use imajin_service::room::For;
use imajin_service::{Done, Node, Problem, Registration};
use serde_json::{Value as Json, json};

use crate::{decide, node_identity, people, soft};

/// The header that carries the claim code on `auth.identity.create`.
pub(crate) const CLAIM: &str = "x-imajin-claim";
/// The header that carries an invite there, for who did not register before.
pub(crate) const INVITE: &str = "x-imajin-invite";

/// In `args`: the invite that was taken, to be given back if nothing comes of it.
const ARG_INVITE: &str = "invite";
/// In `args` of a delete: the e-mail address, for what waits for it.
const ARG_ADDRESS: &str = "address";

/// `auth_invited`: how often an invitation to connect let somebody in. `auth_admitted`: keys that may have a chain here, since
/// an invite was theirs or everybody might. `auth_uninvited`: keys that became somebody's own without an invite.
/// `auth_arrivals`: imports that may become a home.
pub(crate) const SECRETS: &str = "
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
CREATE TABLE IF NOT EXISTS auth_arrivals (id TEXT PRIMARY KEY, created INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS auth_codes (hash BLOB PRIMARY KEY, did TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS auth_links (
  hash BLOB PRIMARY KEY, email TEXT NOT NULL, name TEXT, invite TEXT, created INTEGER NOT NULL, expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// Looks at a command before it is submitted.
pub(crate) fn prepare(
    node: &Node,
    headers: &HeaderMap,
    command: &mut Command,
) -> Result<(), Problem> {
    match command.op.as_str() {
        // The node's own doing: an identity whose key it keeps, or hands over. Nobody's request can say so.
        ops::IDENTITY_CREATE if command.args[decide::ARG_ADMITTED] == json!(true) => {}
        ops::IDENTITY_CREATE => {
            has_room(node, &command.did)?;
            command.args = admit(node, headers, &command.did)?;
        }
        ops::IDENTITY_REGISTER => has_room(node, &command.did)?,
        ops::DELETE => {
            command.args = erase::list(node, &command.did)?;
            // Known now, erased by then.
            command.args[ARG_ADDRESS] = json!(soft::arrive::address_of(node, &command.did)?);
        }
        _ => {}
    }
    Ok(())
}

/// Refuses somebody new on a disk whose room is for those who are here.
fn has_room(node: &Node, did: &Did) -> Result<(), Problem> {
    match did == node.did() || people::find(node, did)?.is_some() {
        true => Ok(()),
        false => node.need_room(0, For::Strangers),
    }
}

/// Whether this key may begin a chain here, as `args` for `decide`.
fn admit(node: &Node, headers: &HeaderMap, did: &Did) -> Result<Json, Problem> {
    // The same request again, since its answer was lost: it takes no second invite and no second claim.
    if people::find(node, did)?.is_some_and(|identity| !identity.bare) {
        return Ok(json!({ decide::ARG_ADMITTED: true }));
    }
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(code) = text(CLAIM) {
        if node.is_claim_code(code) {
            return Ok(json!({ decide::ARG_CLAIM: true }));
        }
        return Err(match node.is_claimed() {
            true => Problem::conflict("This node has an owner already; a claim code works once."),
            false => {
                Problem::forbidden("This is not the claim code. The node prints it when it starts.")
                    .slug("claim-code")
            }
        });
    }
    let admitted = match node.registration() {
        Registration::Open => true,
        Registration::Closed => false,
        Registration::Invite => invites::is_admitted(node, did)?,
    };
    if admitted || node.registration() == Registration::Closed {
        return Ok(json!({ decide::ARG_ADMITTED: admitted }));
    }
    match text(INVITE) {
        Some(code) => {
            invites::take(node, code)?;
            Ok(json!({ decide::ARG_ADMITTED: true, ARG_INVITE: code }))
        }
        None => Ok(json!({ decide::ARG_ADMITTED: false })),
    }
}

/// Looks at what became of a command.
pub(crate) fn settled(node: &Node, done: &Done<'_>) {
    let args = |name| done.args.get(name);
    if done.op == ops::DELETE && done.outcome.is_ok() {
        soft::forget(node, done.did, args(ARG_ADDRESS).and_then(Json::as_str));
    }
    if done.op != ops::IDENTITY_CREATE {
        return;
    }
    match done.outcome {
        Ok(_) => {
            if let Err(problem) = pending::finish(node, done.did) {
                tracing::warn!("auth: {problem}");
            }
            if args(decide::ARG_CLAIM).is_some() {
                claimed(node, done.did);
            }
        }
        Err(_) => {
            if let Some(code) = args(ARG_INVITE).and_then(Json::as_str) {
                invites::give_back(node, code);
            }
        }
    }
}

fn claimed(node: &Node, owner: &Did) {
    node.set_claimed();
    tracing::info!("{owner} is the owner of this node now");
    node_identity::follow_owner(node);
}
