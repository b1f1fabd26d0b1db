//! The client of a request, and the one of our names that it used.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use crate::problem::Problem;

/// The other end of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// The client's address; behind a trusted proxy, the one that the proxy names.
    pub address: IpAddr,
    /// Whether they speak TLS (to us, or to the trusted proxy).
    pub secure: bool,
}

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get().copied().ok_or_else(|| {
            Problem::internal("a request without a peer: it did not come through Site")
        })
    }
}

/// The host that a request names: the `Host` header, or the absolute form of its target.
pub fn host_of(parts: &Parts) -> Option<&str> {
    match parts.uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => {
            let mut hosts = parts.headers.get_all(header::HOST).iter();
            let host = hosts.next()?.to_str().ok()?;
            // Two of them are two answers to one question (RFC 9112 §3.2).
            hosts.next().is_none().then_some(host)
        }
    }
}
