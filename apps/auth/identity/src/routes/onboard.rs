//! Coming in with an e-mail address: a mailed link proves it. Later the keys become the person's own.

use std::collections::BTreeMap;

use axum::Json as Answer200;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Attempt, Authed, Json, Person, SignInJson};
use imajin_app::{Answer, Lang, Node, Peer, Problem, args};
use imajin_host::budget::Spend;
use imajin_host::mail::{self, Mail};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::challenge::{SessionAnswer, session};
use super::register::{CHAIN_BYTES_MAX, check_name};
use crate::TEXTS;
use crate::guests::arrive;
use crate::guests::links::{self, Link, LinkOutcome};
use crate::guests::upgrade::{self, Own};
use crate::{login, people};

/// The person that wants to come in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Onboard {
    /// The address that a letter goes to.
    #[schema(example = "bob@example.com")]
    email: String,
    /// The name to be shown, for a new person.
    name: Option<String>,
    /// An invite, for a person who wants keys later.
    invite_code: Option<String>,
    /// Where the link leads once it was followed: a path of this node.
    #[schema(example = "/data")]
    next: Option<String>,
}

/// The parts of a request to come in with an e-mail address.
type OnboardRequest = (State<Node>, Peer, Lang, Attempt, Json<Onboard>);

/// The answer that a letter is on its way; the same whether or not a person of this node has the address.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OnboardAnswer {
    /// Always true.
    success: bool,
    /// The address as a DID: another name for the person that proves it.
    #[schema(example = "did:email:bob_at_example.com")]
    alias: String,
    /// Whether this node sends letters; if not, its owner hands the link on.
    mailed: bool,
    /// For how many seconds the link is good.
    expires_in: i64,
}

/// Come in with an e-mail address.
///
/// A link is mailed to it, good once and for 15 minutes. Nothing begins before it is followed.
#[utoipa::path(
    post, path = "/api/onboard", tag = "sign in", request_body = Onboard,
    responses((status = 202, body = OnboardAnswer), (status = 400, description = "No address that a letter can go to"), (status = 403, description = "The node has no owner yet"), (status = 503, description = "Too many letters wait")),
)]
pub(crate) async fn onboard(
    request: OnboardRequest,
) -> Answer<(StatusCode, Answer200<OnboardAnswer>)> {
    let (State(node), peer, lang, _, Json(ask)) = request;
    // Unless configured otherwise, a box admits its owner first.
    if !node.is_claimed() && node.config().registration.is_none() {
        return Err(Problem::forbidden(
            "This box has no owner yet. Its first person comes with the claim code that it showed when it started.",
        )
        .slug("unclaimed"));
    }
    let alias = arrive::alias(&ask.email)?;
    let email = mailbox(&alias)?;
    let name = ask.name.map(check_name).transpose()?;
    let next = ask.next.filter(|next| is_own_path(next));
    let link = Link {
        email: email.clone(),
        name,
        invite: ask.invite_code.map(|code| code.chars().take(64).collect()),
        of: None,
    };
    // Strangers' requests use another budget than those of people who are here already, whose links are bounded by
    // address. The answer is the same, so that it does not tell who is here.
    let is_here = node.resolve_alias(&alias)?.is_some();
    let outcome = if is_here || node.spend(Spend::Letter, peer.address).is_ok() {
        links::make(&node, link).await?
    } else {
        LinkOutcome::Enough
    };
    match outcome {
        LinkOutcome::Made(token) => send(&node, email, &token, next.as_deref(), lang).await?,
        LinkOutcome::Enough => {}
        LinkOutcome::Full => return Err(too_many()),
    }
    let answer = OnboardAnswer {
        success: true,
        alias: alias.to_string(),
        mailed: node.mail().can_send(),
        expires_in: links::MINUTES * 60,
    };
    Ok((StatusCode::ACCEPTED, Answer200(answer)))
}

/// Come in with an e-mail address: the same under the name that existing clients use.
///
/// The session begins when the mailed link is followed.
#[utoipa::path(
    post, path = "/api/session/soft", tag = "sign in", request_body = Onboard,
    responses((status = 202, body = OnboardAnswer), (status = 400, description = "No address that a letter can go to"), (status = 403, description = "The node has no owner yet"), (status = 503, description = "Too many letters wait")),
)]
pub(crate) async fn soft_session(
    request: OnboardRequest,
) -> Answer<(StatusCode, Answer200<OnboardAnswer>)> {
    onboard(request).await
}

/// The address of an alias: it has one spelling from here on.
pub(super) fn mailbox(alias: &Did) -> Answer<String> {
    let email = alias.email().filter(|email| mail::is_address(email));
    email
        .ok_or_else(|| Problem::field("email", "This is no email address that a letter can go to."))
}

/// The refusal of a link while too many are open.
pub(super) fn too_many() -> Problem {
    Problem::unavailable("Too many people are coming in at once. Try again in some minutes.")
}

/// The refusal of a link's token.
pub(super) fn no_link() -> Problem {
    Problem::field(
        "token",
        "This link was used already, or its 15 minutes are over. Ask for another one.",
    )
}

/// A path of this very node, and nothing that a browser takes for another's.
fn is_own_path(next: &str) -> bool {
    let plain =
        next.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~?=%:".contains(&byte));
    plain && next.len() <= 512 && next.starts_with('/') && !next.starts_with("//")
}

/// The token comes after the `#`, so no server's log and no other site ever sees it.
async fn send(node: &Node, to: String, token: &str, next: Option<&str>, lang: Lang) -> Answer<()> {
    let next = next.map_or_else(String::new, |next| format!("&next={next}"));
    let link = format!("{}/mail#token={token}{next}", node.url());
    queue(node, to, ["mail-subject", "mail-text"], link, lang).await
}

/// Queues the letter with a link, in the words of two messages.
pub(super) async fn queue(
    node: &Node,
    to: String,
    [subject, text]: [&str; 2],
    link: String,
    lang: Lang,
) -> Answer<()> {
    let t = TEXTS.for_reader(lang);
    let (site, minutes) = (node.name(), links::MINUTES);
    let text = t.format(text, args![site = site.as_str(), minutes = minutes, link = link]);
    let expires = node.now().checked_add_millis(links::MINUTES * 60_000);
    // The link signs its bearer in: it is never written to disk.
    node.mail()
        .queue_in_memory(Mail {
            to,
            subject: t.format(subject, args![site = site]),
            text: text + "\n",
            attachments: Vec::new(),
            unsubscribe: None,
            once: None,
            expires: expires.unwrap_or(node.now()),
        })
        .await
}

/// The parameters of the link.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Follow {
    /// The token of the mailed link.
    pub(super) token: String,
}

/// Follow a mailed link: a session. The first time it begins an identity.
#[utoipa::path(
    post, path = "/api/onboard/verify", tag = "sign in", request_body = Follow,
    responses(
        (status = 200, description = "With the cookie `imajin_session`", body = SessionAnswer),
        (status = 400, description = "The link was used or has ended"), (status = 403, description = "This node takes nobody in"),
        (status = 409, description = "This identity has keys of its own and signs in with them"),
    ),
)]
pub(crate) async fn verify(
    State(node): State<Node>,
    peer: Peer,
    headers: HeaderMap,
    _: Attempt,
    SignInJson(follow): SignInJson<Follow>,
) -> Answer<Response> {
    let link = links::take(&node, &follow.token, None).await?;
    let link = link.ok_or_else(no_link)?;
    let signed_in = arrive::arrive(&node, &headers, link).await?;
    Ok(session(&node, peer, signed_in))
}

/// The code of a guest.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ByCode {
    /// Their address, however it is typed.
    #[schema(example = "bob@example.com")]
    email: String,
    /// The code that they were given when they first came.
    #[schema(example = "7KQ2-M9XT-04RB")]
    code: String,
}

/// Come in again with the code that you were given when you first came.
#[utoipa::path(
    post, path = "/api/onboard/code", tag = "sign in", request_body = ByCode,
    responses(
        (status = 200, description = "With the cookie `imajin_session`", body = SessionAnswer),
        (status = 400, description = "No address"), (status = 401, description = "The address and the code do not belong together"),
    ),
)]
pub(crate) async fn by_code(
    State(node): State<Node>,
    peer: Peer,
    headers: HeaderMap,
    _: Attempt,
    SignInJson(ask): SignInJson<ByCode>,
) -> Answer<Response> {
    let signed_in = arrive::by_code(&node, &headers, &ask.email, &ask.code).await?;
    Ok(session(&node, peer, signed_in))
}

/// The keys that become the person's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Upgrade {
    /// The identity chain that the client made with keys of the person's own: its operations, oldest first. Whose genesis it
    /// is does not matter, since the DID stays: the keys in force at its end become those of this identity.
    log: Vec<String>,
    /// For each of these keys, by its multikey (`z6Mk…`), its signature over `imajin:upgrade:1:<node DID>:<DID>:<CID of the log's
    /// newest operation>`, 128 hex digits: a chain is public, and naming a key does not mean having it.
    #[serde(default)]
    signatures: BTreeMap<String, String>,
    /// The X25519 key for copies encrypted to the person, 64 hex digits.
    encryption_key: Option<String>,
    /// An invite. A key without one keeps soft rights where this node takes people in by invite.
    invite_code: Option<String>,
}

/// The identity with its new keys.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Upgraded {
    /// The DID, as before.
    did: String,
    /// The chain behind it.
    dfos_did: Option<String>,
    /// The chain's operations.
    log: Vec<String>,
    /// `soft`, `preliminary` or `established`.
    #[schema(value_type = String)]
    tier: imajin_protocol::identity::Tier,
}

/// Make the identity your own: same DID, same record, keys that only you have.
///
/// Destroys the key that the node kept and ends sessions. No letter lets anyone in any more: sign in with the new key.
#[utoipa::path(
    post, path = "/api/upgrade", tag = "sign in", request_body = Upgrade,
    responses(
        (status = 200, body = Upgraded), (status = 400, description = "A key's signature is missing"), (status = 401, description = "Not signed in, or a key's signature does not verify"), (status = 403, description = "The invite is no good"),
        (status = 409, description = "The keys are the person's own already"), (status = 422, description = "The chain does not verify"),
    ),
)]
pub(crate) async fn upgrade(
    State(node): State<Node>,
    peer: Peer,
    Authed(who): Authed,
    SignInJson(ask): SignInJson<Upgrade>,
) -> Answer<Response> {
    if ask.log.iter().map(String::len).sum::<usize>() > CHAIN_BYTES_MAX {
        return Err(Problem::field("log", format!("log may have {CHAIN_BYTES_MAX} bytes.")));
    }
    let mut own = Own::read(&ask.log)?;
    own.invite = ask.invite_code;
    own.signatures = ask.signatures;
    if let Some(text) = &ask.encryption_key {
        let bytes = imajin_dfos::hex::decode(text).and_then(|bytes| bytes.try_into().ok());
        own.encryption_key = Some(bytes.ok_or_else(|| {
            Problem::field("encryptionKey", "encryptionKey must be 64 hexadecimal digits.")
        })?);
    }
    upgrade::upgrade(&node, &who.did, own).await?;
    let identity = people::get(&node, &who.did)?;
    let answer = Upgraded {
        did: who.did.to_string(),
        tier: node.tier(&identity.did)?,
        dfos_did: identity.dfos_did,
        log: people::chain_log(&node, &who.did)?,
    };
    let cookie = [(header::SET_COOKIE, login::no_cookie(peer))];
    Ok((cookie, Answer200(answer)).into_response())
}

/// A letter that waits.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Letter {
    /// To whom.
    to: String,
    /// The subject.
    subject: String,
    /// Its text, for the owner to pass on, if this node sends no letters. Otherwise only the recipient reads it.
    text: Option<String>,
    /// Since when.
    created_at: String,
    /// When it is given up.
    expires_at: String,
    /// How often it was tried.
    tries: u32,
    /// Why it could not be sent the last time.
    failure: Option<String>,
}

/// The letters that wait.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Letters {
    /// Whether this node sends letters.
    mailed: bool,
    /// The newest first.
    letters: Vec<Letter>,
    /// How many.
    total: usize,
}

/// Lists the letters that wait to be sent, or passed on. For the node's owner.
#[utoipa::path(
    get, path = "/api/mail", tag = "node",
    responses((status = 200, body = Letters), (status = 401, description = "Not signed in"), (status = 403, description = "Not the owner")),
)]
pub(crate) async fn letters(Person(node, who): Person) -> Answer<Answer200<Letters>> {
    if people::owner_of_node(&node)?.as_deref() != Some(who.did.as_str()) {
        return Err(Problem::forbidden("Only the owner of this node reads what it sends."));
    }
    let mailed = node.mail().can_send();
    let letter = |waiting: mail::Waiting| Letter {
        to: waiting.to,
        subject: waiting.subject,
        text: (!mailed).then_some(waiting.text),
        created_at: waiting.created.to_string(),
        expires_at: waiting.expires.to_string(),
        tries: waiting.tries,
        failure: waiting.failure,
    };
    let letters: Vec<Letter> = node.mail().pending(&node)?.into_iter().map(letter).collect();
    Ok(Answer200(Letters { mailed, total: letters.len(), letters }))
}
