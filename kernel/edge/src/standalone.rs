//! The edge of a program without a node: the same table of connections, deadlines and budget of bodies that a node has, for
//! any router.
//!
//! Always: a handler finds who asks as [`Peer`]; no thread waits for a client.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, Request};
use axum::response::Response;
use hyper::body::Incoming;
use imajin_app::Peer;
use imajin_host::Limits;
use imajin_host::prefix::Prefix;
use serde::Deserialize;
use tokio::net::TcpListener;

use crate::bodies::{self, Account, Budget, Pace};
use crate::connections::{self, Answers, Table};

/// How long requests that are under way may take after the program was told to stop.
const STOP: Duration = Duration::from_secs(10);

imajin_app::settings! {
    /// Limits with documented defaults, which are a node's.
    #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
    #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
    pub struct EdgeLimits {
        /// Most connections at once. 1024: at the limit, the longest idle one of the address with the most is closed.
        pub connections: usize = Limits::default().connections,
        /// Most connections of one address (IPv4, or the /64 of IPv6). 128. Loopback has no such limit, and behind a proxy
        /// no client has one, because all connections are the proxy's.
        pub connections_per_address: usize = Limits::default().connections_per_address,
        /// Seconds in which the headers of a request must have arrived, from the connection or from their first byte. 10.
        pub header_timeout_secs: u64 = Limits::default().header_timeout_s,
        /// Seconds that a connection may idle between requests. 75.
        pub idle_timeout_secs: u64 = Limits::default().idle_timeout_s,
        /// Seconds that a body may be silent. 30.
        pub body_idle_secs: u64 = Limits::default().body_idle_s,
        /// Bytes a second that a body must bring, over `body-idle-secs`. 256.
        pub body_rate_min: u64 = Limits::default().body_rate_min,
        /// Bytes of all bodies that are in memory at once. 32 MiB: a body beyond the budget waits for three seconds, then
        /// gets 503.
        pub bodies_bytes: usize = Limits::default().bodies_bytes,
        /// Seconds in which a client must take some of what is sent to it. 30.
        pub write_timeout_secs: u64 = Limits::default().write_timeout_s,
    }
}

impl EdgeLimits {
    /// Converts the limits into those of the parts that are shared with a node.
    fn limits(&self, is_behind_proxy: bool) -> Limits {
        Limits {
            connections: self.connections,
            connections_per_address: if is_behind_proxy {
                self.connections
            } else {
                self.connections_per_address
            },
            header_timeout_s: self.header_timeout_secs,
            idle_timeout_s: self.idle_timeout_secs,
            body_idle_s: self.body_idle_secs,
            body_rate_min: self.body_rate_min,
            bodies_bytes: self.bodies_bytes,
            write_timeout_s: self.write_timeout_secs,
            ..Limits::default()
        }
    }
}

/// A router behind the edge. Cheap to clone.
#[derive(Clone)]
pub struct Edge(Arc<Inner>);

struct Inner {
    router: Router,
    table: Arc<Table>,
    bodies: Arc<Budget>,
    pace: Pace,
    /// The header in which a proxy in front names who asks.
    address_header: Option<HeaderName>,
}

impl Edge {
    /// Around a router. With `address_header` there is a proxy in front, which names the client's address in that header.
    pub fn new(limits: &EdgeLimits, address_header: Option<HeaderName>, router: Router) -> Self {
        let limits = limits.limits(address_header.is_some());
        Self(Arc::new(Inner {
            router,
            table: Table::new(&limits),
            bodies: Budget::new(limits.bodies_bytes),
            pace: Pace::new(&limits),
            address_header,
        }))
    }

    /// Serves on one listener until `stop` resolves, then lets requests under way end.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        connections::run(listener, self, None, Box::pin(stop)).await;
    }

    /// The client: the last address that the proxy names, or the other end of the connection.
    fn real_peer<B>(&self, request: &Request<B>, peer: Peer) -> Peer {
        let named = self.0.address_header.as_ref().and_then(|name| {
            let value = request.headers().get_all(name).iter().next_back()?;
            let last = value.to_str().ok()?.rsplit(',').next()?;
            last.trim().parse::<IpAddr>().ok()
        });
        Peer { address: named.map_or(peer.address, |named| named.to_canonical()), ..peer }
    }
}

impl Answers for Edge {
    fn connections(&self) -> &Arc<Table> {
        &self.0.table
    }

    fn patience(&self) -> Duration {
        STOP
    }

    async fn respond(&self, request: Request<Incoming>, peer: Peer) -> Response {
        let peer = self.real_peer(&request, peer);
        let (mut parts, body) = request.into_parts();
        parts.extensions.insert(peer);
        let account = Account::Address(Prefix::from_address(peer.address));
        // A standalone edge has no household to reserve room for.
        let lease = |_: &_| self.0.bodies.lease(account, false);
        bodies::call(self.0.router.clone(), parts, body, lease, self.0.pace).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_a_proxy_names_last_asks_and_nobody_is_named_without_one() {
        let direct = Peer { address: IpAddr::from([127, 0, 0, 1]), secure: false };
        let name = HeaderName::from_static("x-forwarded-for");
        let edge = |header| Edge::new(&EdgeLimits::default(), header, Router::new());
        let ask = |edge: &Edge, value: &str| {
            let request = Request::builder().header("x-forwarded-for", value);
            edge.real_peer(&request.body(()).unwrap(), direct).address.to_string()
        };
        let behind = edge(Some(name));
        assert_eq!(ask(&behind, "192.0.2.1, 192.0.2.2"), "192.0.2.2");
        assert_eq!(ask(&behind, "::ffff:192.0.2.3"), "192.0.2.3");
        assert_eq!(ask(&behind, "nobody"), "127.0.0.1");
        assert_eq!(ask(&edge(None), "192.0.2.1"), "127.0.0.1");
    }

    #[test]
    fn the_limit_of_an_address_is_a_nodes_and_none_behind_a_proxy() {
        let limits = EdgeLimits::default();
        assert_eq!(limits.limits(false), Limits::default());
        assert_eq!(limits.limits(true).connections_per_address, 1024);
    }
}
