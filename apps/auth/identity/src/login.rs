//! Signing in: a challenge that a key answered becomes a session, its token and its cookie.
//!
//! Always: presence is proved by a signature over the challenge's text, and proves nothing else; public data alone never
//! gives a session. The first proof of a bare key begins its log.

use axum::http::{HeaderMap, HeaderValue, header};
use imajin_app::extract::COOKIE;
use imajin_app::{Answer, CommandRequest, Node, Peer, Problem, Session};
use imajin_dfos::{PublicKey, Value};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use imajin_protocol::identity::{Scope, Subtype, Tier, verify_chain};
use imajin_protocol::token::{self, Claims};
use serde::Serialize;
use utoipa::ToSchema;

use crate::admission::has_room;
use crate::admission::pending::{self, Pending};
use crate::operations::{KeepChain, KeysStay, Multikey, Proved, RegisterIdentity, home};
use crate::people::{self, Identity};

/// Somebody who just signed in.
pub(crate) struct SignedIn {
    pub(crate) identity: IdentityAnswer,
    pub(crate) session: Session,
    pub(crate) token: String,
    /// The code by which a guest gets in again, where they were given one just now.
    pub(crate) code: Option<String>,
}

/// An identity.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IdentityAnswer {
    /// The DID.
    id: String,
    /// The DID again.
    did: String,
    /// Whom the identity stands for.
    #[schema(value_type = String, example = "actor")]
    scope: &'static str,
    /// The kind of actor.
    subtype: Option<&'static str>,
    /// The name they gave themselves.
    name: Option<String>,
    /// The handle.
    handle: Option<String>,
    /// The tier that they have on this node: `soft`, `preliminary`, `established`.
    #[schema(value_type = String, example = "preliminary")]
    tier: Tier,
}

impl IdentityAnswer {
    /// Describes an identity as its owner sees it.
    pub(crate) fn new(node: &Node, identity: &Identity) -> Answer<Self> {
        let card = node.card(&identity.did)?;
        let (handle, name) = card.map_or((None, None), |card| (card.handle, card.display_name));
        Ok(Self {
            id: identity.did.to_string(),
            did: identity.did.to_string(),
            scope: identity.scope.as_str(),
            subtype: identity.subtype.map(|subtype| subtype.as_str()),
            name,
            handle,
            tier: node.tier(&identity.did)?,
        })
    }
}

/// An answer to a challenge.
pub(crate) struct Attempt<'a> {
    pub(crate) peer: Peer,
    /// The host name that the client uses.
    pub(crate) host: &'a str,
    /// The DID that the client names; without it, the one that the challenge was given to.
    pub(crate) did: Option<&'a Did>,
    pub(crate) challenge_id: &'a str,
    /// 128 hex digits over the challenge's text.
    pub(crate) signature: &'a str,
}

/// Checks an answer and begins a session.
pub(crate) async fn sign_in(
    node: &Node,
    headers: &HeaderMap,
    attempt: Attempt<'_>,
) -> Answer<SignedIn> {
    refuse_plain_http(attempt.peer)?;
    // Taken before anything is checked, so that it can't be tried again.
    let challenge =
        node.challenges().take(attempt.challenge_id, node.monotonic()).ok_or_else(|| {
            Problem::field(
                "challengeId",
                "This challenge was used or has expired: ask for another one.",
            )
        })?;
    if challenge.host != attempt.host {
        return Err(Problem::unauthorized(format!(
            "This challenge was given at {}: answer it there.",
            challenge.host
        )));
    }
    let did = challenge.did;
    if attempt.did.is_some_and(|said| *said != did) {
        return Err(Problem::unauthorized("This challenge was given to somebody else."));
    }
    let identity = people::find(node, &did)?;
    let waiting = match &identity {
        Some(identity) if !identity.bare => None,
        _ => pending::find(node, &did)?,
    };
    let key = signing_key(
        node,
        &did,
        identity.as_ref(),
        waiting.as_ref(),
        &challenge.text,
        attempt.signature,
    )?;
    if identity.as_ref().is_some_and(|identity| identity.deleted) {
        return Err(Problem::gone(format!("{did} was deleted by its owner.")));
    }
    let generation = node.sessions().generation();
    let check = || match &identity {
        Some(_) => check_again(node, &did, &challenge.text, attempt.signature),
        None => Ok(()),
    };
    let session = begin_checked(node, headers, did.clone(), (&key, "key"), check).await?;
    let begun = match (&identity, waiting) {
        (None, None) => Err(Problem::not_found("This registration has ended: register again.")),
        (None, Some(waiting)) => begin_log(node, &session, &waiting).await,
        // The node stopped in the middle of beginning it.
        (Some(_), Some(waiting)) => finish_log(node, &session, &waiting).await,
        (Some(_), None) => Ok(()),
    };
    if let Err(problem) = begun {
        node.sessions().end(&did, &session.public_id()).await?;
        return Err(problem);
    }
    describe(node, session, generation)
}

fn not_signed() -> Problem {
    Problem::unauthorized(
        "The signature over the challenge does not verify with a key of yours that is in force.",
    )
}

/// Checks an answered challenge again: its key may have been removed since, and its owner may have left.
fn check_again(node: &Node, did: &Did, text: &str, signature: &str) -> Answer<()> {
    let identity = people::get(node, did)?;
    signing_key(node, did, Some(&identity), None, text, signature).map(drop)
}

/// Begins a session, and ends it unless `check` still allows it: a change of keys that came after the first check has ended
/// all sessions before this one began.
pub(crate) async fn begin_checked(
    node: &Node,
    headers: &HeaderMap,
    did: Did,
    proof: (&PublicKey, &'static str),
    check: impl Fn() -> Answer<()> + Send,
) -> Answer<Session> {
    let session = begin_session(node, headers, did, proof).await?;
    if let Err(problem) = check() {
        node.sessions().end(&session.did, &session.public_id()).await?;
        return Err(problem);
    }
    Ok(session)
}

/// Begins a session on the device that asks. `proof` is the key that the session rests on, and how its person showed who they are.
pub(crate) async fn begin_session(
    node: &Node,
    headers: &HeaderMap,
    did: Did,
    (key, method): (&PublicKey, &'static str),
) -> Answer<Session> {
    let label = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or("unnamed device");
    node.use_reserve();
    node.sessions().begin(did, key, method, label).await
}

/// A session's token opens everything for a day: it travels over TLS, or inside this machine.
fn refuse_plain_http(peer: Peer) -> Answer<()> {
    if peer.secure || peer.address.is_loopback() {
        return Ok(());
    }
    Err(Problem::forbidden(
        "Nobody signs in here with a key over plain HTTP, where others can read the session along. Open this node by its \
         https:// address, or on the machine itself. Its owner turns HTTPS on in the settings (`[tls]`), or names the proxy \
         that speaks it under `limits.trusted_proxies`.",
    )
    .slug("plain-http"))
}

/// The key of a person that signed a text.
///
/// # Errors
/// 401 if none did.
fn signing_key(
    node: &Node,
    did: &Did,
    identity: Option<&Identity>,
    waiting: Option<&Pending>,
    text: &str,
    signature: &str,
) -> Answer<PublicKey> {
    let sent = waiting.filter(|waiting| !waiting.chain.is_empty());
    let keys = match (identity, sent) {
        (Some(identity), _) => people::login_keys(node, identity)?,
        (None, Some(waiting)) => keys_of(did, &waiting.chain),
        (None, None) => did.key_bytes().map(PublicKey::from_bytes).into_iter().collect(),
    };
    let signed = |key: &PublicKey| imajin_protocol::verify(key, text.as_bytes(), signature);
    keys.into_iter().find(signed).ok_or_else(not_signed)
}

/// The keys that prove presence by a chain that was sent with a registration.
fn keys_of(did: &Did, log: &[String]) -> Vec<PublicKey> {
    let Ok(chain) = verify_chain(did, log) else {
        return Vec::new();
    };
    let keys = &chain.state().keys;
    let keys = if keys.auth.is_empty() { &keys.controller } else { &keys.auth };
    keys.iter().filter_map(|key| key.public_key().ok()).collect()
}

/// docs/format.md §4, "Bare keys": the first proof of possession begins the log.
async fn begin_log(node: &Node, session: &Session, waiting: &Pending) -> Answer<()> {
    match register(node, session, waiting.scope, waiting.subtype).await {
        Ok(()) => {}
        // Two devices answered at once, and the other one was first.
        Err(_) if people::find(node, &waiting.did)?.is_some() => return Ok(()),
        Err(problem) => return Err(problem),
    }
    finish_log(node, session, waiting).await
}

/// Begins the log of the bare key that a session just proved.
pub(crate) async fn register(
    node: &Node,
    session: &Session,
    scope: Scope,
    subtype: Option<Subtype>,
) -> Answer<()> {
    let did = &session.did;
    let key = did.key_bytes().map(PublicKey::from_bytes);
    let register = RegisterIdentity {
        key: Multikey(key.ok_or_else(|| Problem::internal("a registration without a key"))?),
        home: home(node),
        scope: scope.as_str().into(),
        subtype: subtype.map(|subtype| subtype.as_str().into()),
    };
    has_room(node, did)?;
    let command = CommandRequest::prepared(did.clone(), register, Proved(true))?;
    node.submit_custodial(session, command).await.map(drop)
}

/// The rest of a registration: the chain that came along, then handle and name.
async fn finish_log(node: &Node, session: &Session, waiting: &Pending) -> Answer<()> {
    let tokens = people::chain_log(node, &waiting.did)?;
    if waiting.chain.len() > tokens.len() {
        // The current session was begun with a key of this very chain.
        let keep = KeepChain::from_log(&waiting.chain);
        let command = CommandRequest::prepared(waiting.did.clone(), keep, KeysStay(true))?;
        node.submit_custodial(session, command).await?;
    }
    pending::finish(node, &waiting.did)?;
    introduce(node, session, waiting.handle.as_ref(), waiting.name.as_ref()).await;
    Ok(())
}

/// Handle and name of the registration; neither is worth failing a sign-in.
pub(crate) async fn introduce(
    node: &Node,
    session: &Session,
    handle: Option<&String>,
    name: Option<&String>,
) {
    let wishes =
        [("profile.handle.claim", "handle", handle), ("profile.update", "displayName", name)];
    for (op, member, value) in wishes {
        let Some(value) = value.filter(|_| node.ops().get(op).is_some()) else {
            continue;
        };
        let command = CommandRequest::new(session.did.clone(), op)
            .body(Value::map([(member, Value::from(value.as_str()))]));
        if let Err(problem) = node.submit_custodial(session, command).await {
            tracing::info!(did = %session.did, op, "what was registered could not be entered: {problem}");
        }
    }
}

/// Describes a session with its token, and remembers it unless sessions ended since the generation was read.
pub(crate) fn describe(node: &Node, session: Session, generation: u64) -> Answer<SignedIn> {
    let identity = people::get(node, &session.did)?;
    let answer = IdentityAnswer::new(node, &identity)?;
    let claims = Claims {
        sub: session.did.clone(),
        iss: node.did().clone(),
        aud: node.did().to_string(),
        iat: node.now().as_secs(),
        exp: session.expires.as_secs(),
        jti: session.id.clone(),
        scope: identity.scope,
        subtype: identity.subtype,
        tier: answer.tier,
        extra: serde_json::Map::new(),
    };
    let token = token::sign(&node.key().key, &node.key().kid, &claims);
    let token = token.map_err(Problem::internal)?;
    node.sessions().remember(&token, session.clone(), generation);
    Ok(SignedIn { identity: answer, token, session, code: None })
}

/// The cookie of a token: no script reads it, no other site's page sends it with a write.
pub(crate) fn cookie(node: &Node, peer: Peer, token: &str) -> HeaderValue {
    write_cookie(peer, token, node.sessions().ttl.as_secs())
}

/// The cookie that ends it.
pub(crate) fn no_cookie(peer: Peer) -> HeaderValue {
    write_cookie(peer, "", 0)
}

fn write_cookie(peer: Peer, token: &str, age_s: u64) -> HeaderValue {
    let secure = if peer.secure { "; Secure" } else { "" };
    let text = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age_s}{secure}");
    // A token is base64url and dots.
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}
