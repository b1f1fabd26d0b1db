//! The extractor for handlers that speak with the provider.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use imajin_app::{Node, Problem};

use crate::Pay;

/// The node, and this service with its provider.
#[derive(Clone)]
pub(crate) struct Counter {
    pub(crate) node: Node,
    pub(crate) pay: Pay,
}

impl FromRequestParts<Node> for Counter {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Problem> {
        let pay = parts.extensions.get::<Pay>().cloned();
        Ok(Self {
            node: node.clone(),
            pay: pay.ok_or_else(|| Problem::internal("pay's routes run without pay"))?,
        })
    }
}
