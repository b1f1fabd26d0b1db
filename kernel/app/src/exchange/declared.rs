//! Declarations of use on their way through the edge: a true one is stored with the request that it allowed, on every
//! route.
//!
//! Always: a read is answered only once its declaration is stored. A write is admitted only where there is room to
//! store its declaration, since a write cannot be undone.

use axum::extract::Request;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use imajin_protocol::Did;
use imajin_protocol::exchange::{Consent, Instruction};

use crate::capabilities::{DeclaredUse, KeepsConsents};
use crate::node::Node;
use crate::problem::Problem;

/// Longest path that is kept.
const PATH_BYTES_MAX: usize = 512;

/// The person whose data a response holds, as an extension of the response. Without it, a declaration is about the person whose DID begins its content.
#[derive(Debug, Clone)]
pub struct DataOwner(pub Did);

impl DeclaredUse {
    /// Makes a declared use with its request. The query is left out, since it may hold the secret of a link.
    pub(super) fn new(
        consent: Consent,
        settlement: Option<Instruction>,
        parts: &Parts,
        nonce: &str,
    ) -> Self {
        let path = parts.uri.path();
        let path = path.get(..PATH_BYTES_MAX).unwrap_or(path);
        Self {
            consent,
            settlement,
            request: format!("{} {path}", parts.method),
            nonce: nonce.to_owned(),
        }
    }
}

/// Lets a request through, and keeps its declaration if it succeeds.
pub(super) async fn pass(
    node: &Node,
    request: Request,
    next: Next,
    declared: &DeclaredUse,
) -> Result<Response, Problem> {
    let Some(keeps) = node.get::<dyn KeepsConsents>() else {
        return Ok(next.run(request).await);
    };
    let named = owner_named(node, &declared.consent.content)?;
    let is_read = request.method().is_safe();
    if !is_read {
        keeps.check_room(node, &named, declared)?;
    }
    let response = next.run(request).await;
    if !response.status().is_success() {
        return Ok(response);
    }
    let owner = response.extensions().get::<DataOwner>();
    let owner = owner.map_or(named, |DataOwner(owner)| owner.clone());
    // A declaration about the consumer's own data is not stored.
    if owner == declared.consent.consumer {
        return Ok(response);
    }
    match keeps.keep_consent(node, &owner, declared).await {
        Err(problem) if is_read => return Err(problem),
        Err(problem) => {
            let (request, detail) = (&declared.request, problem.detail());
            tracing::warn!("the declaration of use of {request} was not kept: {detail}");
        }
        Ok(()) => {}
    }
    Ok(response)
}

/// Finds whose data a content is: that of the DID that it begins with, if they have a record here, else the box's own.
fn owner_named(node: &Node, content: &str) -> Result<Did, Problem> {
    let name = content.split('/').next().unwrap_or_default();
    let did = Did::parse(name).ok();
    let did = did.and_then(|did| node.resolve(did.as_str()).transpose());
    if let Some(did) = did.transpose()?
        && let Some(status) = node.status(&did)?
        && status.read_only.is_none()
        && !status.deleted
    {
        return Ok(did);
    }
    Ok(node.did().clone())
}
