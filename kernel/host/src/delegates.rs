//! Programs that act for a person by a delegation and sign in with an app password. The delegate's key follows from the
//! password and its owner; the node signs with it while a request brings the password.
//!
//! Always: no password is kept, and a key stays in memory for a quarter of an hour. A password opens nothing in another context
//! of derivation. Each request asks whether the delegation is in force, so an ended one grants no access.

mod password;
mod signing;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts as _;
use axum::http::header;
use axum::http::request::Parts;
use imajin_app::extract::SignInAttempt;
use imajin_app::{Node, Problem};
use imajin_dfos::cid::sha256;
use imajin_dfos::{Cid, PublicKey, SigningKey};
use imajin_protocol::{Did, Kid};
use parking_lot::Mutex;

pub use password::Password;
pub use signing::submit;

/// The time that a key stays in memory.
const KEPT: Duration = Duration::from_secs(15 * 60);
/// Keys in memory.
const KEYS_MAX: usize = 256;

/// A name and a password of a request.
pub struct Credentials {
    /// The owner: a short name, a DID, or only the last part of a DID, since many programs take no name with a colon.
    pub name: String,
    /// The password.
    pub password: Password,
    /// The context of the key derivation, one for each app.
    pub context: &'static str,
}

/// A program with the key of a delegate.
pub struct Delegate {
    /// The person for whom it acts.
    pub owner: Did,
    key: SigningKey,
    kid: Kid,
    /// Held while a write is signed and entered: each names the one before.
    turn: tokio::sync::Mutex<()>,
}

/// The keys of recent requests by the hash of their credentials, and the time of each delegation's last use.
#[derive(Default)]
struct Keys {
    leases: Mutex<HashMap<[u8; 32], KeyLease>>,
    /// In milliseconds, by the delegation's CID.
    used: Mutex<HashMap<String, i64>>,
}

/// A delegate, and until when its key stays in memory.
type KeyLease = (Arc<Delegate>, Duration);

/// Returns the time of a delegation's last use, in milliseconds, since the node started.
pub fn last_use(node: &Node, delegation: &str) -> Option<i64> {
    node.state::<Keys>().used.lock().get(delegation).copied()
}

/// Returns the delegate with these credentials, if `delegation` finds one of its delegations in force.
///
/// # Errors
/// 429 after too many attempts; the errors of `delegation`.
pub async fn authenticate(
    node: &Node,
    parts: &mut Parts,
    credentials: &Credentials,
    delegation: impl Fn(&Delegate) -> Result<Option<Cid>, Problem> + Send,
) -> Result<Option<Arc<Delegate>>, Problem> {
    let owner = credentials.owner(node);
    let keys = node.state::<Keys>();
    let recent = owner.as_ref().and_then(|owner| keys.recent(node, &credentials.digest(owner)));
    let delegate = match recent {
        Some(delegate) => delegate,
        None => {
            // A key is made once in a while: that is an attempt to sign in, and wrong ones are nothing else.
            let attempt = SignInAttempt::from_request_parts(parts, node).await?;
            let Some(owner) = owner else {
                attempt.nobody(node)?;
                return Ok(None);
            };
            attempt.ask(node, &owner, node.status(&owner)?.is_some())?;
            match credentials.delegate(owner) {
                Some(delegate) => Arc::new(delegate),
                None => return Ok(None),
            }
        }
    };
    let Some(cid) = delegation(&delegate)? else {
        return Ok(None);
    };
    keys.keep(node, credentials.digest(&delegate.owner), &delegate);
    keys.note_use(cid, node.now().as_millis());
    Ok(Some(delegate))
}

impl Credentials {
    /// Returns the text after this scheme in the only `Authorization` header of a request.
    pub fn text<'a>(parts: &'a Parts, scheme: &str) -> Option<&'a str> {
        let mut all = parts.headers.get_all(header::AUTHORIZATION).iter();
        let value = all.next()?.to_str().ok()?;
        let (named, text) = value.split_once(' ')?;
        let is_it = all.next().is_none() && named.eq_ignore_ascii_case(scheme);
        is_it.then(|| text.trim())
    }

    fn owner(&self, node: &Node) -> Option<Did> {
        let named = node.find_person(&self.name).ok().flatten();
        named.or_else(|| Did::parse(&format!("did:imajin:{}", self.name)).ok())
    }

    fn digest(&self, owner: &Did) -> [u8; 32] {
        let (context, owner) = (self.context.as_bytes(), owner.as_str().as_bytes());
        sha256(&[context, b"\0", owner, b"\0", &self.password.0].concat())
    }

    fn delegate(&self, owner: Did) -> Option<Delegate> {
        let key = self.password.key(&owner, self.context)?;
        let did = Did::from_key(PublicKey::from(&key).as_bytes());
        Some(Delegate {
            owner,
            kid: Kid::of_bare_key(&did)?,
            key,
            turn: tokio::sync::Mutex::default(),
        })
    }
}

impl Delegate {
    /// Returns its public key, which its delegations name.
    pub fn public_key(&self) -> PublicKey {
        PublicKey::from(&self.key)
    }
}

impl Keys {
    fn recent(&self, node: &Node, digest: &[u8; 32]) -> Option<Arc<Delegate>> {
        let now = node.monotonic();
        let mut leases = self.leases.lock();
        leases.retain(|_, (_, until)| now < *until);
        leases.get(digest).map(|(delegate, _)| Arc::clone(delegate))
    }

    fn keep(&self, node: &Node, digest: [u8; 32], delegate: &Arc<Delegate>) {
        let until = node.monotonic() + KEPT;
        let mut leases = self.leases.lock();
        if leases.len() >= KEYS_MAX && !leases.contains_key(&digest) {
            let oldest = leases.iter().min_by_key(|(_, (_, until))| *until);
            if let Some(oldest) = oldest.map(|(digest, _)| *digest) {
                leases.remove(&oldest);
            }
        }
        leases.entry(digest).or_insert_with(|| (Arc::clone(delegate), until));
    }

    fn note_use(&self, delegation: Cid, at_ms: i64) {
        let mut used = self.used.lock();
        if used.len() > KEYS_MAX * 4 {
            used.clear();
        }
        used.insert(delegation.to_string(), at_ms);
    }
}
