//! `GET /api/identity/{did}`: what this registry knows of an identity, as clients of the network read it to check signatures: the DID
//! document with `did`, `publicKey`, `type` and `tier`.
//!
//! Always: an answer has no name, address or picture. A private thing is unknown, and an alias isn't a DID. Clients verify the chain
//! themselves.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::middleware;
use imajin_app::capabilities::Existence;
use imajin_app::extract::Path;
use imajin_app::routing::{OpenApiRouter, routes};
use imajin_app::{Authority, Node, Problem, blocking};
use imajin_dfos::PublicKey;
use imajin_dfos::identity::{Key, Verified};
use imajin_protocol::identity::{Scope, Subtype, Tier, bare_document, did_document, verify_chain};
use imajin_protocol::{Did, DidKind};
use imajin_relay::Relay;
use serde_json::{Value, json};

use crate::directory::{Slot, readable_by_all};

/// Opens the relay of a node, or finds it open; `None` if it does not open, which is logged.
pub(crate) type OpensRelay =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Option<Relay>> + Send>> + Send + Sync>;

/// Source of the answers. Cheap to clone.
#[derive(Clone)]
pub(crate) enum Resolver {
    /// A node with its people, its relay and its directory, if it keeps one.
    OfNode(Node, OpensRelay, Slot),
    /// A registry alone.
    #[cfg(feature = "server")]
    Alone(Relay, Slot),
}

/// An identity, as far as this registry knows it.
struct IdentityRecord {
    /// The chain, if the identity has one and the registry has it.
    chain: Option<Verified>,
    /// The identity's key; `None` if a node keeps the key for a guest.
    key: Option<PublicKey>,
    scope: &'static str,
    subtype: Option<&'static str>,
    tier: Tier,
    is_deleted: bool,
}

/// The route, below `/api` of the service.
pub(crate) fn router(resolver: Resolver) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(show))
        .layer(middleware::from_fn(readable_by_all))
        .with_state(resolver)
}

/// Returns the public record of an identity.
///
/// A W3C DID document with `did`, `publicKey` (64 hex digits), `type` (the scope), `tier` and `subtype`; with a chain also `dfosDid`,
/// `imajin:chainHead` and `imajin:keyCount`. Of a guest whose key a node keeps: `{did, tier, verifiable: false, stub: true}`.
#[utoipa::path(get, path = "/api/identity/{did}", tag = "directory", params(("did" = String, Path, description = "A `did:imajin`")),
    responses((status = 200, description = "The document", body = Object), (status = 400, description = "No `did:imajin`"), (status = 404, description = "Unknown"), (status = 410, description = "Deleted by its owner")))]
pub(crate) async fn show(
    State(resolver): State<Resolver>,
    Path(did): Path<String>,
) -> Result<Json<Value>, Problem> {
    let parsed = Did::parse(&did).ok();
    let did = parsed.filter(|did| !matches!(did.kind(), DidKind::Email | DidKind::Dfos));
    let did = did.ok_or_else(|| Problem::field("did", "did must be a did:imajin."))?;
    let record = match did.kind() {
        DidKind::Key => resolver.find(&did).await?,
        // A conversation is for those who are in it.
        _ => None,
    };
    let record =
        record.ok_or_else(|| Problem::not_found(format!("This registry does not know {did}.")))?;
    if record.is_deleted {
        return Err(Problem::gone(format!("{did} was deleted by its owner.")));
    }
    Ok(Json(record.document(&did)))
}

impl Resolver {
    async fn find(&self, did: &Did) -> Result<Option<IdentityRecord>, Problem> {
        let (relay, slot) = match self {
            Self::OfNode(node, open, slot) => {
                if node.existence(did)? == Existence::Private {
                    return Ok(None);
                }
                let (asked, of) = (node.clone(), did.clone());
                let here = blocking::run(move || of_node(&asked, &of)).await??;
                if here.is_some() {
                    return Ok(here);
                }
                (open().await, slot)
            }
            #[cfg(feature = "server")]
            Self::Alone(relay, slot) => (Some(relay.clone()), slot),
        };
        if let Some(record) = in_directory(slot, did).await? {
            return Ok(Some(record));
        }
        let Some(relay) = relay else {
            return Ok(None);
        };
        let chain = relay.identity_of_key(did).await.map_err(Problem::internal)?;
        Ok(chain.map(IdentityRecord::of_chain))
    }
}

/// A person or a public thing of a node.
fn of_node(node: &Node, did: &Did) -> Result<Option<IdentityRecord>, Problem> {
    let Some(authority) = node.get::<dyn Authority>() else {
        return Ok(None);
    };
    let Some(public) = authority.public(node, did)? else {
        return Ok(None);
    };
    let chain = if public.chain.is_empty() {
        None
    } else {
        Some(verify_chain(did, &public.chain).map_err(Problem::internal)?)
    };
    Ok(Some(IdentityRecord {
        is_deleted: public.is_deleted,
        key: public.key,
        scope: public.scope.as_str(),
        subtype: public.subtype.map(Subtype::as_str),
        tier: public.tier,
        chain,
    }))
}

/// A node that registered.
async fn in_directory(slot: &Slot, did: &Did) -> Result<Option<IdentityRecord>, Problem> {
    let directory = match slot.directory().await {
        Ok(directory) => directory,
        Err(problem) if problem.has_slug("no-directory") => return Ok(None),
        Err(problem) => return Err(problem),
    };
    let Some((key, chain)) = directory.key_and_chain(did).await? else {
        return Ok(None);
    };
    let mut record = if chain.is_empty() {
        IdentityRecord {
            chain: None,
            key: None,
            scope: Scope::Actor.as_str(),
            subtype: None,
            tier: Tier::Preliminary,
            is_deleted: false,
        }
    } else {
        IdentityRecord::of_chain(verify_chain(did, &chain).map_err(Problem::internal)?)
    };
    record.key = PublicKey::from_hex(&key).ok().or(record.key);
    record.subtype = Some(Subtype::Device.as_str());
    Ok(Some(record))
}

impl IdentityRecord {
    /// An identity of which only the chain is known.
    fn of_chain(chain: Verified) -> Self {
        let state = chain.state();
        let key = state.keys.auth.first().or(state.keys.controller.first());
        Self {
            key: key.and_then(|key: &Key| key.public_key().ok()),
            scope: Scope::Actor.as_str(),
            subtype: None,
            tier: Tier::Preliminary,
            is_deleted: state.is_deleted,
            chain: Some(chain),
        }
    }

    fn document(&self, did: &Did) -> Value {
        let Some(key) = &self.key else {
            return with_subtype(
                json!({ "did": did, "tier": self.tier, "verifiable": false, "stub": true }),
                self.subtype,
            );
        };
        let mut document = match &self.chain {
            Some(chain) => did_document(did.as_str(), chain.did().as_str(), chain),
            None => bare_document(did, key),
        };
        document["did"] = json!(did);
        document["publicKey"] = json!(key.to_hex());
        document["type"] = json!(self.scope);
        document["tier"] = json!(self.tier);
        if let Some(chain) = &self.chain {
            let keys: BTreeSet<&str> = chain.state().keys.iter().map(Key::id).collect();
            document["dfosDid"] = json!(chain.did().as_str());
            document["imajin:dfosDid"] = json!(chain.did().as_str());
            document["imajin:chainHead"] = json!(chain.head_cid().to_string());
            document["imajin:keyCount"] = json!(keys.len());
        }
        with_subtype(document, self.subtype)
    }
}

/// A document with the sub-type, if there is one.
fn with_subtype(mut document: Value, subtype: Option<&str>) -> Value {
    if let Some(subtype) = subtype {
        document["subtype"] = json!(subtype);
    }
    document
}
