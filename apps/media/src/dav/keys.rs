//! The computers that authenticate with an app password.
//!
//! Always: only a computer that its owner named has access, and its delegation covers six operations and nothing else.

use std::sync::Arc;

use axum::http::request::Parts;
use data_encoding::BASE64;
use imajin_app::{Answer, Node, Problem};
use imajin_dfos::Cid;
use imajin_host::delegates::{self, Credentials, Password};

use crate::queries;

pub(super) use imajin_host::delegates::Delegate as Computer;

/// The operations that an app password permits.
pub(crate) const SCOPE: [&str; 6] = [
    "media.add",
    "media.change",
    "media.move",
    "media.remove",
    "media.folder",
    "media.folder.remove",
];
/// The context in which a password and its owner make a key.
const CONTEXT: &str = "mjn:media:app-password:v1";

/// The computer that a request comes from; `None` if it has no password that holds.
/// Errors: 429 after too many attempts, or what knows people can't be read.
pub(super) async fn computer(node: &Node, parts: &mut Parts) -> Answer<Option<Arc<Computer>>> {
    let Some(credentials) = parse_credentials(parts) else {
        return Ok(None);
    };
    let in_force = |computer: &Computer| delegation(node, computer);
    delegates::authenticate(node, parts, &credentials, in_force).await
}

/// The name and the password of a request: a DID has colons, a password none.
fn parse_credentials(parts: &Parts) -> Option<Credentials> {
    let text = BASE64.decode(Credentials::text(parts, "basic")?.as_bytes()).ok()?;
    let text = String::from_utf8(text).ok()?;
    let (name, password) = text.rsplit_once(':')?;
    Some(Credentials {
        name: name.trim().to_owned(),
        password: Password::parse(password)?,
        context: CONTEXT,
    })
}

/// The delegation of a computer whose app password hasn't ended.
/// Errors: 401 once it has; what knows people can't be read.
pub(super) fn check(node: &Node, computer: &Computer) -> Answer<Cid> {
    let ended = || Problem::unauthorized("This app password has ended.");
    delegation(node, computer)?.ok_or_else(ended)
}

/// The delegation by which a computer comes: in force, of no more than an app password may have, and named by its owner.
fn delegation(node: &Node, computer: &Computer) -> Answer<Option<Cid>> {
    let owner = &computer.owner;
    let is_here = node.status(owner)?.is_some_and(|status| !status.deleted);
    if !is_here {
        return Ok(None);
    }
    let now = node.now();
    for given in node.delegations(owner, Some(&computer.public_key()))? {
        let scope = &given.delegation.scope;
        let is_narrow = scope.iter().all(|item| SCOPE.contains(&item.as_str()));
        if given.ended || given.delegation.until <= now || scope.is_empty() || !is_narrow {
            continue;
        }
        let cid = given.cid.to_string();
        let is_named = queries::read(node, |db| queries::has_device(db, owner.as_str(), &cid))?;
        if is_named {
            return Ok(Some(given.cid));
        }
    }
    Ok(None)
}
