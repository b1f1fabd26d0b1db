//! Relay, directory and tunnels without a node, behind the edge of a node: a connection table, deadlines, one budget for all
//! bodies, and daily budgets of relay writes.
//!
//! Always: answers accepted requests before it stops.

use std::path::Path;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use imajin_app::{Peer, lines};
use imajin_edge::{Edge, EdgeLimits};
use imajin_host::budget::{Spend, Spending};
use imajin_host::limits::Daily;
use imajin_host::room::DiskConfig;
use imajin_relay::Clock;
use imajin_relay::{Relay, over_budget};
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;

use crate::directory::{Directory, Slot};
use crate::resolver::{self, Resolver};
use crate::tunnel::{self, Listeners, Tunnels};

/// Maximum number of addresses with a separate daily budget; further ones share one budget.
const ADDRESSES_MAX: usize = 10_000;

imajin_app::settings! {
    /// Daily budgets; 0 for no limit.
    #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
    #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
    pub struct DailyWrites {
        /// Requests that write to the relay, from one address (of IPv6: from its /64). 5000; each has at most 100 operations.
        pub relay_writes_address: u64 = Daily::default().relay_writes_address,
        /// Requests that write to the relay, from everybody. 100 000.
        pub relay_writes: u64 = Daily::default().relay_writes,
    }
}

/// The settings of this program alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// Connections, deadlines, bodies: the table `[edge]`.
    pub edge: EdgeLimits,
    /// Relay writes: the table `[daily]`.
    pub daily: DailyWrites,
    /// Space that stays free on the disk: the table `[disk]`.
    pub disk: DiskConfig,
    /// Whether a public name of a peer may lead to a private address: `private-addresses`.
    pub private_addresses: bool,
    /// Tunnels to nodes: the table `[tunnel]`.
    pub tunnel: tunnel::Config,
}

/// The relay writes of a day.
struct Writes {
    spending: Spending,
    clock: Arc<dyn Clock>,
}

/// Relay and directory, ready to serve.
pub struct Standalone {
    edge: Edge,
    relay: Relay,
    directory: Directory,
    writes: Arc<Writes>,
    tunnels: Option<Tunnels>,
}

impl Standalone {
    /// Puts relay and directory together. `folder` holds what clients have used up today.
    pub fn new(
        config: &Config,
        folder: &Path,
        relay: Relay,
        directory: Directory,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, String> {
        let header = directory.address_header().map(HeaderName::try_from);
        let header = header
            .transpose()
            .map_err(|_| "[directory]: address-header must be the name of a header".to_owned())?;
        let daily = Daily {
            relay_writes_address: config.daily.relay_writes_address,
            relay_writes: config.daily.relay_writes,
            ..Daily::default()
        };
        let spending = Spending::open(folder, daily, ADDRESSES_MAX, clock.now());
        let spending = spending.map_err(|error| error.to_string())?;
        let writes = Arc::new(Writes { spending, clock: Arc::clone(&clock) });
        let spends = middleware::from_fn_with_state(Arc::clone(&writes), spend);
        let resolver = Resolver::Alone(relay.clone(), Slot::from_directory(directory.clone()));
        let mut more = resolver::router(resolver);
        let mut pages = Router::new();
        let tunnels = match config.tunnel.listen {
            Some(_) => {
                let (config, directory) = (config.tunnel.clone(), directory.clone());
                let tunnels = Tunnels::open(config, folder, directory, Arc::clone(&clock));
                let tunnels = tunnels.map_err(|error| format!("[tunnel]: {error}"))?;
                more = more.merge(tunnel::api(tunnels.clone()));
                pages = tunnel::pages(tunnels.clone());
                Some(tunnels)
            }
            None => None,
        };
        let router = Router::new()
            .route("/healthz", get(healthz).with_state(directory.clone()))
            .merge(pages)
            .merge(directory.router_with(more))
            .nest("/relay", relay.router().layer(spends.clone()))
            .merge(relay.router().layer(spends));
        Ok(Self {
            edge: Edge::new(&config.edge, header, router),
            relay,
            directory,
            writes,
            tunnels,
        })
    }

    /// Serves until `stop` resolves. `visitors` are the listeners of tunnels, if there are to be any.
    pub async fn serve(
        self,
        listener: TcpListener,
        visitors: Option<Listeners>,
        stop: impl Future<Output = ()>,
    ) {
        let tunnels = self.tunnels.clone();
        let stop = async {
            stop.await;
            // Boxes hear of the end while their connections are still open.
            if let Some(tunnels) = &self.tunnels {
                tunnels.shutdown().await;
            }
        };
        let carrying = async {
            if let (Some(tunnels), Some(visitors)) = (tunnels, visitors) {
                tunnels.serve(visitors).await;
            }
        };
        tokio::join!(self.edge.serve(listener, stop), carrying);
        self.relay.shutdown().await;
        self.directory.shutdown().await;
        self.writes.spending.flush(self.writes.clock.now());
    }
}

/// The health check: 503 with the name of the database if that does not answer.
async fn healthz(State(directory): State<Directory>) -> Response {
    match directory.answers().await {
        Ok(()) => "ok".into_response(),
        Err(refusal) => {
            if let Some(left_out) = lines::next("registry") {
                tracing::error!(left_out, "the registry is not well: {refusal}");
            }
            let health = json!({ "status": "failed", "failing": "database" });
            let unavailable = StatusCode::SERVICE_UNAVAILABLE;
            (unavailable, [(RETRY_AFTER, "5")], Json(health)).into_response()
        }
    }
}

/// Charges a write to today's budget, or refuses it.
async fn spend(State(writes): State<Arc<Writes>>, request: Request, next: Next) -> Response {
    let is_write = !request.method().is_safe() && request.method() != Method::OPTIONS;
    let peer = request.extensions().get::<Peer>().copied();
    if let Some(peer) = peer.filter(|_| is_write) {
        let now = writes.clock.now();
        if let Err(after_s) = writes.spending.take(Spend::Relay, peer.address, now) {
            return over_budget(Some(HeaderValue::from(after_s)));
        }
    }
    next.run(request).await
}
