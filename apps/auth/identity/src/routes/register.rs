//! Registering a key. Public data alone gives no session and begins no log.

use axum::Json as Answer200;
use axum::extract::State;
use axum::http::StatusCode;
use imajin_app::extract::{Attempt, Json};
use imajin_app::operation::{shows, turns_direction};
use imajin_app::{Answer, HandleState, Node, Peer, Problem};
use imajin_dfos::PublicKey;
use imajin_host::budget::Spend;
use imajin_host::prelude::*;
use imajin_host::room::For;
use imajin_host::{Registration, codes};
use imajin_protocol::Did;
use imajin_protocol::identity::{Scope, Subtype, verify_chain};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::admission::Turn;
use crate::admission::invites;
use crate::admission::pending::{self, Pending};
use crate::people;

/// Maximum length of a name, in characters: the same as in a profile.
const NAME_CHARS_MAX: usize = 100;
/// Maximum size in bytes of a chain that waits with a registration, about sixty operations. Anyone may register.
pub(super) const CHAIN_BYTES_MAX: usize = 65_536;

/// A person's details, as they give them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Register {
    /// The Ed25519 key, 64 hex digits.
    #[schema(example = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")]
    public_key: String,
    /// The value that older clients send: a sub-type or a scope.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// `actor` (default), `family`, `community`, `business`.
    scope: Option<String>,
    /// `human`, `agent`, `device`, `presence`, `event`, `org`.
    subtype: Option<String>,
    /// The handle wished for; needs `signature`.
    handle: Option<String>,
    /// The name to be shown.
    name: Option<String>,
    /// An invite of this node's owner.
    invite_code: Option<String>,
    /// Taken from clients that send it, and not kept: addresses are proved by onboarding.
    #[expect(dead_code, reason = "part of the call, see above")]
    email: Option<String>,
    /// Over `JSON.stringify` of `{publicKey,handle,name,scope,subtype}`, absent ones left out; 128 hex digits.
    signature: Option<String>,
    /// The identity chain, if there is one already: kept in the log once the key is proved.
    dfos_chain: Option<Chain>,
}

/// Operations of an identity chain, oldest first.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Chain {
    /// Compact JWS each.
    log: Vec<String>,
}

/// The new identity.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Registered {
    /// Equal to `did`.
    id: String,
    /// The DID of the key.
    #[schema(example = "did:imajin:6ASf5EcmmEHTgDJ4X4ZT5vT6iHVJBXPg5AN5YoTCpGWt")]
    did: String,
    /// The sub-type, else the scope.
    #[serde(rename = "type")]
    kind: String,
    /// The scope.
    scope: String,
    /// The sub-type.
    subtype: Option<String>,
    /// The handle that is kept for 24 h until the key is proved, or the one they have.
    handle: Option<String>,
    /// Whether this call registered it.
    created: bool,
}

/// Register a key.
///
/// A log begins with the first proof of possession: `challenge` and `authenticate`, or a signed `auth.identity.create`.
/// A registration that proves nothing ends after 24 hours.
#[utoipa::path(
    post, path = "/api/register", tag = "sign in", request_body = Register,
    responses(
        (status = 201, body = Registered), (status = 200, description = "This key was registered before", body = Registered),
        (status = 400, description = "A field is wrong"), (status = 401, description = "The signature does not verify"),
        (status = 403, description = "This node takes nobody in, or the invite is no good"), (status = 409, description = "The handle is taken"),
        (status = 422, description = "The chain does not verify"),
    ),
)]
pub(crate) async fn register(
    State(node): State<Node>,
    peer: Peer,
    _: Attempt,
    Json(ask): Json<Register>,
) -> Answer<(StatusCode, Answer200<Registered>)> {
    let key = PublicKey::from_hex(&ask.public_key)
        .ok()
        .filter(|key| key.verifying_key().is_ok())
        .ok_or_else(|| {
        Problem::field("publicKey", "publicKey must be an Ed25519 key as 64 hexadecimal digits.")
    })?;
    let did = Did::from_key(key.as_bytes());
    let registering = node.state::<Turn>();
    let _turn = registering.0.lock();
    if let Some(identity) = people::find(&node, &did)? {
        let handle = node.card(&did)?.and_then(|card| card.handle);
        return Ok((
            StatusCode::OK,
            registered(&did, identity.scope, identity.subtype, handle, false),
        ));
    }
    let chain = checked_chain(&did, ask.dfos_chain.as_ref())?;
    if let Some(waiting) = pending::find(&node, &did)? {
        if waiting.chain.is_empty() && !chain.is_empty() {
            pending::put_chain(&node, &did, &chain)?;
        }
        return Ok((
            StatusCode::OK,
            registered(&did, waiting.scope, waiting.subtype, waiting.handle, false),
        ));
    }
    node.need_room(CHAIN_BYTES_MAX as u64, For::Strangers)?;
    check_signature(&key, &ask)?;
    let (scope, subtype) = words(&ask)?;
    let waiting = Pending {
        handle: ask.handle.as_deref().map(|handle| free_handle(&node, handle)).transpose()?,
        name: ask.name.map(check_name).transpose()?,
        did: did.clone(),
        scope,
        subtype,
        chain,
        invite: None,
        admitted: false,
    };
    let handle = waiting.handle.clone();
    put(&node, peer, waiting, ask.invite_code)?;
    Ok((StatusCode::CREATED, registered(&did, scope, subtype, handle, true)))
}

/// The chain that came along, verified; it is kept in the log as soon as the key is proved.
fn checked_chain(did: &Did, chain: Option<&Chain>) -> Result<Vec<String>, Problem> {
    let Some(Chain { log }) = chain else {
        return Ok(Vec::new());
    };
    if log.iter().map(String::len).sum::<usize>() > CHAIN_BYTES_MAX {
        return Err(Problem::field(
            "dfosChain",
            format!(
                "dfosChain may have {CHAIN_BYTES_MAX} bytes here; send a longer one once you are signed in."
            ),
        ));
    }
    verify_chain(did, log)
        .map_err(|error| Problem::unprocessable(format!("{error}.")).slug("chain"))?;
    Ok(log.clone())
}

/// Puts the registration down, with the invite taken for it.
fn put(node: &Node, peer: Peer, mut waiting: Pending, code: Option<String>) -> Result<(), Problem> {
    match (node.registration(), code) {
        (Registration::Closed, _) => {
            return Err(
                Problem::forbidden("This node accepts no new people at the moment.").slug("closed")
            );
        }
        (Registration::Open, code) => {
            // An open node requires no invitation. A valid one still records that a person vouches for the newcomer.
            match code.filter(|code| invites::take(node, code).is_ok()) {
                Some(code) => waiting.invite = Some(codes::canonical(&code)),
                None => node.spend(Spend::Registration, peer.address)?,
            }
            waiting.admitted = true;
        }
        (Registration::Invite, Some(code)) => {
            invites::take(node, &code)?;
            waiting.invite = Some(codes::canonical(&code));
            waiting.admitted = true;
        }
        // Only admitted people can reserve a short name.
        (Registration::Invite, None) if waiting.handle.is_some() => {
            return Err(Problem::forbidden(
                "A short name is for members: register with an invite, or without a handle.",
            )
            .slug("registration"));
        }
        // A key without an invite may be here, as a stranger.
        (Registration::Invite, None) => node.spend(Spend::Registration, peer.address)?,
    }
    let invite = waiting.invite.clone();
    let put = pending::put(node, &waiting);
    let refused = match put {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(handle)) => {
            Problem::conflict(format!("The handle {handle} is taken.")).slug("handle")
        }
        Err(problem) => problem,
    };
    if let Some(code) = invite {
        invites::give_back(node, &code);
    }
    Err(refused)
}

fn registered(
    did: &Did,
    scope: Scope,
    subtype: Option<Subtype>,
    handle: Option<String>,
    created: bool,
) -> Answer200<Registered> {
    Answer200(Registered {
        id: did.to_string(),
        did: did.to_string(),
        kind: subtype.map_or(scope.as_str(), Subtype::as_str).to_owned(),
        scope: scope.to_string(),
        subtype: subtype.map(|subtype| subtype.to_string()),
        handle,
        created,
    })
}

/// docs/api.md, "Identity and sign-in": the signature is over `JSON.stringify` of these members, in this order, absent ones left out.
fn check_signature(key: &PublicKey, ask: &Register) -> Result<(), Problem> {
    let Some(signature) = &ask.signature else {
        return match ask.handle {
            Some(_) => Err(Problem::field(
                "signature",
                "A handle needs a signature: anybody could take it otherwise.",
            )),
            None => Ok(()),
        };
    };
    let mut signed = Map::new();
    let members = [
        ("publicKey", Some(&ask.public_key)),
        ("handle", ask.handle.as_ref()),
        ("name", ask.name.as_ref()),
        ("scope", ask.scope.as_ref()),
        ("subtype", ask.subtype.as_ref()),
    ];
    for (name, value) in members {
        if let Some(value) = value {
            signed.insert(name.to_owned(), Value::from(value.as_str()));
        }
    }
    let text = Value::Object(signed).to_string();
    if imajin_protocol::verify(key, text.as_bytes(), signature) {
        Ok(())
    } else {
        Err(Problem::unauthorized(
            "The signature does not verify over {publicKey,handle,name,scope,subtype} as JSON in this order.",
        ))
    }
}

/// Scope and sub-type, also from the one word that older clients send.
fn words(ask: &Register) -> Result<(Scope, Option<Subtype>), Problem> {
    let scope = ask
        .scope
        .as_deref()
        .map(str::parse::<Scope>)
        .transpose()
        .map_err(|error| Problem::field("scope", format!("scope {error}.")))?;
    let subtype = ask
        .subtype
        .as_deref()
        .map(str::parse::<Subtype>)
        .transpose()
        .map_err(|error| Problem::field("subtype", format!("subtype {error}.")))?;
    match ask.kind.as_deref() {
        Some(word) if scope.is_none() && subtype.is_none() => {
            match (word.parse::<Subtype>(), word.parse::<Scope>()) {
                (Ok(subtype), _) => Ok((Scope::Actor, Some(subtype))),
                (_, Ok(scope)) => Ok((scope, None)),
                _ => Err(Problem::field(
                    "type",
                    "type must be a sub-type (human, agent, device, presence, event, org) or a scope (actor, family, community, business).",
                )),
            }
        }
        _ => Ok((scope.unwrap_or(Scope::Actor), subtype)),
    }
}

fn free_handle(node: &Node, handle: &str) -> Result<String, Problem> {
    match node.handle(handle)? {
        Some(HandleState::Free) => Ok(handle.trim_start_matches('@').to_lowercase()),
        Some(HandleState::Taken(_)) => {
            Err(Problem::conflict(format!("The handle {handle} is taken.")).slug("handle"))
        }
        Some(HandleState::Refused(reason)) => Err(Problem::field("handle", reason)),
        None => Err(Problem::field("handle", "This node runs no service that gives out handles.")),
    }
}

/// Refuses a name that shows nothing, or is not one line.
pub(super) fn check_name(name: String) -> Result<String, Problem> {
    let is_fine = (1..=NAME_CHARS_MAX).contains(&name.chars().count())
        && shows(&name)
        && !name.chars().any(|c| c.is_control() || turns_direction(c));
    if is_fine {
        Ok(name)
    } else {
        Err(Problem::field(
            "name",
            format!("A name has 1 to {NAME_CHARS_MAX} characters, in one line."),
        ))
    }
}
