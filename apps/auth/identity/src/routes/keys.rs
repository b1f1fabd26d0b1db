//! The keys of an identity, and changing them with the next operation of its chain.

use axum::Json as Answer200;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use imajin_app::extract::{self, Path, Visitor};
use imajin_app::{Answer, CommandRequest, Node, Problem};
use imajin_dfos::Value;
use imajin_host::prelude::*;
use imajin_ledger::Receipt;
use imajin_protocol::Did;
use imajin_protocol::identity::verify_chain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::operations::{KeepChain, Text, UpdateIdentity};
use crate::people;

/// A key.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyAnswer {
    /// Its name in the chain.
    id: String,
    /// The key as a multikey.
    #[schema(example = "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw")]
    key: String,
    /// The key as 64 hex digits.
    public_key: Option<String>,
    /// The key's roles: `auth`, `assert`, `controller`; none for a bare key.
    roles: Vec<&'static str>,
}

/// The keys in force.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeysAnswer {
    /// Whose.
    did: String,
    /// The keys by name.
    keys: Vec<KeyAnswer>,
}

/// A chain with one operation more than the one that is known.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewKeys {
    /// All operations, oldest first; the old ones unchanged.
    log: Vec<String>,
    /// The salt of the body `{token, salt}` that the proof names, as 32 hex digits.
    salt: Option<String>,
}

/// The node, the name of an identity, and the request for its keys.
type KeysRequest = (State<Node>, Path<String>, Request);

/// The entry that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeysChanged {
    /// Whose.
    did: String,
    /// The place of the entry in the log.
    seq: u64,
    /// The CID of the entry.
    cid: String,
    /// The keys in force now, by name.
    keys: Vec<KeyAnswer>,
}

/// Lists the keys in force.
#[utoipa::path(
    get, path = "/api/identity/{did}/keys", tag = "people", params(("did" = String, Path, description = "A DID in any form")),
    responses((status = 200, body = KeysAnswer), (status = 404, description = "This node does not know the DID"), (status = 410, description = "Deleted")),
)]
pub(crate) async fn list(
    Visitor(node, caller): Visitor,
    Path(did): Path<String>,
) -> Answer<Answer200<KeysAnswer>> {
    let did = people::by_name_for(&node, &did, caller.did())?;
    people::get(&node, &did)?;
    Ok(Answer200(KeysAnswer { keys: keys(&node, &did)?, did: did.to_string() }))
}

fn keys(node: &Node, did: &Did) -> Result<Vec<KeyAnswer>, Problem> {
    let rows = people::keys(node, did)?;
    let answer = |row: people::KeyRow| KeyAnswer {
        public_key: row.public_key().map(|key| key.to_hex()),
        roles: row.roles(),
        id: row.id,
        key: row.multikey,
    };
    Ok(rows.into_iter().map(answer).collect())
}

/// Change keys: add a device, replace a lost one.
///
/// `log` is the whole chain with one operation more. The entry is signed by a controller key that is in force before it:
/// `MJN-Proof` wills `auth.identity.update` with the body `{token, salt}`. A client that signs no entries (a bare key) sends its
/// chain with its session instead. Old signatures stay valid, old keys sign nothing new; when a key was removed or replaced,
/// all sessions end.
#[utoipa::path(
    post, path = "/api/identity/{did}/keys", tag = "people", request_body = NewKeys,
    params(("did" = String, Path, description = "A DID in any form"), ("MJN-Proof" = String, Header, description = "The proof of will")),
    responses(
        (status = 201, body = KeysChanged), (status = 200, description = "This very proof was entered before", body = KeysChanged),
        (status = 403, description = "Not signed"), (status = 409, description = "The chain is another one by now"), (status = 422, description = "The chain does not verify"),
    ),
)]
pub(crate) async fn update(request: KeysRequest) -> Answer<(StatusCode, Answer200<KeysChanged>)> {
    let (State(node), Path(did), request) = request;
    let did = people::by_name(&node, &did)?;
    let identity = people::get(&node, &did)?;
    let (parts, body) = request.into_parts();
    let new: NewKeys = extract::parse_json(&extract::read_body(body, &node).await?)?;
    if identity.bare {
        return keep(&node, &did, &parts, &new.log).await;
    }
    let old = people::chain_log(&node, &did)?;
    // The very same request again finds its operation in the chain already; the ledger then knows its proof.
    let prefix = old.len().min(new.log.len().saturating_sub(1));
    if new.log.len() < old.len()
        || new.log.len() > old.len() + 1
        || new.log[..prefix] != old[..prefix]
    {
        return Err(Problem::conflict(
            "log must be the whole chain that this node has and one operation more.",
        )
        .with_member("length", old.len()));
    }
    let chain = verify_chain(&did, &new.log)
        .map_err(|error| Problem::unprocessable(format!("{error}.")).slug("chain"))?;
    if chain.state().keys.controller.is_empty() {
        return Err(Problem::unprocessable(
            "At least one controller key must stay, or nobody could ever change this identity again.",
        ));
    }
    let salt =
        new.salt.as_deref().and_then(imajin_dfos::hex::decode).filter(|salt| salt.len() == 16);
    let salt = salt.ok_or_else(|| {
        Problem::field(
            "salt",
            "salt must be the 16 bytes of the signed body's salt, as 32 hexadecimal digits.",
        )
    })?;
    let token = new.log.last().cloned().unwrap_or_default();
    let update = UpdateIdentity { token: Text(token) };
    let command = CommandRequest::from_operation(did.clone(), &update)?.salt(Value::Bytes(salt));
    let receipt = node.submit(&parts, None, command).await?;
    changed(&node, &did, &receipt)
}

/// Change keys: the same under the name that existing clients use.
#[utoipa::path(
    post, path = "/api/identity/{did}/rotate", tag = "people", request_body = NewKeys,
    params(("did" = String, Path, description = "A DID in any form"), ("MJN-Proof" = String, Header, description = "The proof of will")),
    responses((status = 201, body = KeysChanged), (status = 422, description = "The chain does not verify")),
)]
pub(crate) async fn rotate(request: KeysRequest) -> Answer<(StatusCode, Answer200<KeysChanged>)> {
    update(request).await
}

/// The chain of a client that signs no entries: its tokens sign themselves, and the session says whose log it is.
async fn keep(
    node: &Node,
    did: &Did,
    parts: &Parts,
    log: &[String],
) -> Answer<(StatusCode, Answer200<KeysChanged>)> {
    let session = extract::session_of(parts, node)?.filter(|session| session.did == *did);
    let session = session.ok_or_else(|| {
        Problem::unauthorized("Sign in with a key of this identity to have its chain kept here.")
    })?;
    verify_chain(did, log)
        .map_err(|error| Problem::unprocessable(format!("{error}.")).slug("chain"))?;
    let command = CommandRequest::from_operation(did.clone(), &KeepChain::from_log(log))?;
    let receipt = node.submit_custodial(&session, command).await?;
    changed(node, did, &receipt)
}

fn changed(
    node: &Node,
    did: &Did,
    receipt: &Receipt,
) -> Answer<(StatusCode, Answer200<KeysChanged>)> {
    let status = if receipt.repeated { StatusCode::OK } else { StatusCode::CREATED };
    let answer = KeysChanged {
        did: did.to_string(),
        seq: receipt.seq,
        cid: receipt.cid.to_string(),
        keys: keys(node, did)?,
    };
    Ok((status, Answer200(answer)))
}
