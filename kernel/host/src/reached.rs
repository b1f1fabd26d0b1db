//! The address by which a request reached the node, for pages and feeds that are read elsewhere and so name whole
//! addresses.
//!
//! Always: the host is one of the node's, so that a request cannot make a page or a feed name another host.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use imajin_app::extract::Host;
use imajin_app::{Node, Peer};

use crate::prelude::*;

/// The beginning of whole addresses: the scheme and the host of the request; the node's own URL, if the request names a
/// host that only a router before the box knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached(pub String);

impl FromRequestParts<Node> for Reached {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Infallible> {
        let is_secure = parts.extensions.get::<Peer>().is_some_and(|peer| peer.secure);
        Ok(Self(match Host::from_request_parts(parts, node).await {
            Ok(Host(host)) if is_secure => format!("https://{host}"),
            Ok(Host(host)) => format!("http://{host}"),
            Err(_) => node.url().to_owned(),
        }))
    }
}
