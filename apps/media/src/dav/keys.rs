//! The computers that authenticate with an app password.
//!
//! Always: each request checks the delegation, so an ended one grants no access. Only a computer that its owner named has access,
//! and its delegation covers six operations and nothing else. Keys stay in memory for a quarter of an hour.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts as _;
use axum::http::header;
use axum::http::request::Parts;
use data_encoding::BASE64;
use imajin_app::extract::SignInAttempt;
use imajin_app::{Node, Problem};
use imajin_dfos::cid::sha256;
use imajin_dfos::{Cid, PublicKey, SigningKey};
use imajin_drive::password::Password;
use imajin_protocol::{Did, Kid};
use parking_lot::{Mutex, MutexGuard};

use crate::queries;

/// The operations that an app password permits.
pub(crate) const SCOPE: [&str; 6] = [
    "media.add",
    "media.change",
    "media.move",
    "media.remove",
    "media.folder",
    "media.folder.remove",
];
/// The time that a key stays in memory.
const KEPT: Duration = Duration::from_secs(15 * 60);
/// Keys in memory.
const KEYS_MAX: usize = 256;

/// A person's computer.
pub(super) struct Computer {
    pub(super) owner: Did,
    pub(super) key: SigningKey,
    pub(super) kid: Kid,
    /// Held while a write is signed and entered: each names the one before.
    pub(super) turn: tokio::sync::Mutex<()>,
}

/// The keys that came lately, by the hash of owner and password, and when each computer came last.
#[derive(Default)]
struct Keys {
    held: Mutex<HashMap<[u8; 32], KeyLease>>,
    /// The time of the last use in milliseconds, by delegation.
    used: Mutex<HashMap<String, i64>>,
}

/// A computer, and until when its key stays in memory.
type KeyLease = (Arc<Computer>, Duration);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock()
}

/// When a computer was here last, in milliseconds, since the box started.
pub(crate) fn last_use(node: &Node, delegation: &str) -> Option<i64> {
    lock(&node.state::<Keys>().used).get(delegation).copied()
}

/// The computer that a request comes from; `None` if it has no password that holds.
///
/// # Errors
/// 429 after too many attempts, or what knows people can't be read.
pub(super) async fn computer(
    node: &Node,
    parts: &mut Parts,
) -> Result<Option<Arc<Computer>>, Problem> {
    let Some((name, password)) = parse_credentials(parts) else {
        return Ok(None);
    };
    let owner = owner(node, &name);
    let keys = node.state::<Keys>();
    let held = owner
        .as_ref()
        .and_then(|owner| keys.held(node, &digest(owner, &password)));
    let computer = match held {
        Some(computer) => computer,
        None => {
            // A key is made once in a while: that is an attempt to sign in, and wrong ones are nothing else.
            let attempt = SignInAttempt::from_request_parts(parts, node).await?;
            let Some(owner) = owner else {
                attempt.nobody(node)?;
                return Ok(None);
            };
            attempt.ask(node, &owner, node.status(&owner)?.is_some())?;
            match made(owner, &password) {
                Some(computer) => Arc::new(computer),
                None => return Ok(None),
            }
        }
    };
    let Some(delegation) = delegation(node, &computer)? else {
        return Ok(None);
    };
    keys.keep(node, digest(&computer.owner, &password), &computer);
    let mut used = lock(&keys.used);
    if used.len() > KEYS_MAX * 4 {
        used.clear();
    }
    used.insert(delegation.to_string(), node.now().as_millis());
    Ok(Some(computer))
}

/// The person of a user name: a short name, a DID, or only the last part of a DID, since many programs take no name with a colon.
fn owner(node: &Node, name: &str) -> Option<Did> {
    let named = node.find_person(name).ok().flatten();
    named.or_else(|| Did::parse(&format!("did:imajin:{name}")).ok())
}

/// The name and the password of a request: a DID has colons, a password none.
fn parse_credentials(parts: &Parts) -> Option<(String, Password)> {
    let mut all = parts.headers.get_all(header::AUTHORIZATION).iter();
    let value = all.next()?.to_str().ok()?;
    if all.next().is_some() {
        return None;
    }
    let (scheme, text) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = BASE64.decode(text.trim().as_bytes()).ok()?;
    let text = String::from_utf8(text).ok()?;
    let (name, password) = text.rsplit_once(':')?;
    Some((name.trim().to_owned(), Password::parse(password)?))
}

fn digest(owner: &Did, password: &Password) -> [u8; 32] {
    sha256(&[owner.as_str().as_bytes(), b"\0", password.bytes()].concat())
}

fn made(owner: Did, password: &Password) -> Option<Computer> {
    let key = password.key(&owner)?;
    let did = Did::from_key(PublicKey::from(&key).as_bytes());
    Some(Computer {
        owner,
        kid: Kid::of_bare_key(&did)?,
        key,
        turn: tokio::sync::Mutex::default(),
    })
}

impl Keys {
    fn held(&self, node: &Node, digest: &[u8; 32]) -> Option<Arc<Computer>> {
        let now = node.monotonic();
        let mut held = lock(&self.held);
        held.retain(|_, (_, until)| now < *until);
        held.get(digest).map(|(computer, _)| Arc::clone(computer))
    }

    fn keep(&self, node: &Node, digest: [u8; 32], computer: &Arc<Computer>) {
        let until = node.monotonic() + KEPT;
        let mut held = lock(&self.held);
        if held.len() >= KEYS_MAX && !held.contains_key(&digest) {
            let oldest = held.iter().min_by_key(|(_, (_, until))| *until);
            if let Some(oldest) = oldest.map(|(digest, _)| *digest) {
                held.remove(&oldest);
            }
        }
        held.entry(digest)
            .or_insert_with(|| (Arc::clone(computer), until));
    }
}

/// The delegation of a computer whose app password hasn't ended.
///
/// # Errors
/// 401 once it has; what knows people can't be read.
pub(super) fn check(node: &Node, computer: &Computer) -> Result<Cid, Problem> {
    match delegation(node, computer)? {
        Some(delegation) => Ok(delegation),
        None => Err(Problem::unauthorized("This app password has ended.")),
    }
}

/// The delegation by which a computer comes: in force, of no more than an app password may have, and named by its owner.
fn delegation(node: &Node, computer: &Computer) -> Result<Option<Cid>, Problem> {
    let owner = &computer.owner;
    let is_here = node.status(owner)?.is_some_and(|status| !status.deleted);
    if !is_here {
        return Ok(None);
    }
    let (key, now) = (PublicKey::from(&computer.key), node.now());
    for given in node.delegations(owner, Some(&key))? {
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
