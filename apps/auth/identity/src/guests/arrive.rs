//! Somebody followed a mailed link: the address is proved, and becomes a session. The first time it begins an identity.

use axum::http::HeaderMap;
use imajin_app::{Answer, CommandRequest, Node, Problem, Session};
use imajin_dfos::PublicKey;
use imajin_host::Registration;
use imajin_host::prelude::*;
use imajin_protocol::Did;
use imajin_protocol::identity::{Scope, Subtype};
use tokio::sync::Mutex;

use super::links::Link;
use super::{codes, keys, readmitted};
use crate::admission::invites;
use crate::login::{self, SignedIn, begin_checked, begin_session};
use crate::operations::{Proved, SetEmail};
use crate::people::{self, KeyRow};

/// Serializes arrivals: two links of a new address must not begin two identities.
#[derive(Default)]
struct Turn(Mutex<()>);

/// Signs in the owner of an address that was proved.
pub(crate) async fn arrive(node: &Node, headers: &HeaderMap, link: Link) -> Answer<SignedIn> {
    let arriving = node.state::<Turn>();
    let turn = arriving.0.lock().await;
    let generation = node.sessions().generation();
    let session = match known(node, &link.email)? {
        Some(did) => {
            if !node.mail().can_send() {
                // The owner handed the link on, and could have followed it: that must not go unseen.
                readmitted::enter(node, &did).await?;
            }
            let check = || known(node, &link.email).map(drop);
            let key = current_key(node, &did)?;
            begin_checked(node, headers, did, (&key, "mail"), check).await?
        }
        None => begin(node, headers, &link).await?,
    };
    drop(turn);
    let mut signed_in = login::describe(node, session, generation)?;
    signed_in.code = codes::give(node, &signed_in.session.did)?;
    Ok(signed_in)
}

/// The DID with this address here, if mail may let its owner in.
fn known(node: &Node, address: &str) -> Answer<Option<Did>> {
    let alias = alias(address)?;
    let Some(did) = node.resolve_alias(&alias)? else {
        return Ok(None);
    };
    let identity = people::get(node, &did)?;
    // While the keys were being made the person's own, the node's is still there: they may ask again.
    if identity.bare || keys::has(node, &did)? {
        Ok(Some(did))
    } else {
        Err(Problem::conflict(
            "This identity has keys of its own now, so no letter lets anybody in any more. Sign in with the key, or restore it from the recovery sheet.",
        )
        .slug("own-key"))
    }
}

/// A key that a session rests on which no key proved: one in force, or the one that begins the log.
fn current_key(node: &Node, did: &Did) -> Answer<PublicKey> {
    let first = people::keys(node, did)?.iter().find_map(KeyRow::public_key);
    let key = first.or_else(|| did.key_bytes().map(PublicKey::from_bytes));
    key.ok_or_else(|| Problem::internal(format!("{did} has no key")))
}

/// The alias of an address, or what is wrong with it.
pub(crate) fn alias(address: &str) -> Answer<Did> {
    Did::from_email(address).map_err(|error| Problem::field("email", format!("{error}.")))
}

/// Signs in a guest by the code that they were given, and their address.
pub(crate) async fn by_code(
    node: &Node,
    headers: &HeaderMap,
    address: &str,
    code: &str,
) -> Answer<SignedIn> {
    let alias = alias(address)?;
    let owner = || -> Answer<Did> {
        codes::owner(node, &alias, code)?.ok_or_else(|| {
            Problem::unauthorized("This address and this code do not belong together.")
        })
    };
    let did = owner()?;
    people::get(node, &did)?;
    let generation = node.sessions().generation();
    let check = || owner().map(drop);
    let key = current_key(node, &did)?;
    let session = begin_checked(node, headers, did, (&key, "code"), check).await?;
    login::describe(node, session, generation)
}

/// Begins an identity, or continues after a stop in the middle of that.
async fn begin(node: &Node, headers: &HeaderMap, link: &Link) -> Answer<Session> {
    let alias = alias(&link.email)?;
    let did = match keys::unfinished(node, &alias)? {
        Some(did) => did,
        None => new_key(node, &alias).await?,
    };
    let key = current_key(node, &did)?;
    let session = begin_session(node, headers, did.clone(), (&key, "mail")).await?;
    match enter(node, &session, link).await {
        Ok(()) => Ok(session),
        Err(problem) => {
            node.sessions().end(&did, &session.public_id()).await?;
            Err(problem)
        }
    }
}

async fn new_key(node: &Node, alias: &Did) -> Answer<Did> {
    match node.registration() {
        Registration::Closed => {
            Err(Problem::forbidden("This node accepts no new people at the moment.").slug("closed"))
        }
        _ => keys::make(node, alias).await,
    }
}

async fn enter(node: &Node, session: &Session, link: &Link) -> Answer<()> {
    let did = &session.did;
    if people::find(node, did)?.is_none() {
        login::register(node, session, Scope::Actor, Some(Subtype::Human)).await?;
    }
    let set = SetEmail::from_address(&link.email)?;
    let command = CommandRequest::prepared(did.clone(), set, Proved(true))?;
    node.submit_custodial(session, command).await?;
    keys::finished(node, did)?;
    if let Some(code) = &link.invite
        && invites::take(node, code).is_ok()
    {
        invites::note_invited(node, did)?;
        invites::admit(node, did)?;
    }
    if let Some(name) = &link.name {
        login::introduce(node, session, None, Some(name)).await;
    }
    Ok(())
}
