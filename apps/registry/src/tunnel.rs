//! Tunnels: the registry carries connections from anywhere to boxes behind a router, and cannot read them
//! (docs/registry.md, "Tunnels").
//!
//! Always: a visitor's TLS ends at the box; the registry reads the name in its first message and nothing else. A node has at most
//! one tunnel, its newest. Every number of connections and of bytes has a limit.
//!
//! | module | what |
//! |---|---|
//! | `routes`, `page` | opening a tunnel, and whether a node has one |
//! | `session` | one tunnel, and its visitors |
//! | `owned_names` | names of a node's own, by their zones |
//! | `listener`, `hello` | visitors, and the name that they ask for |
//! | `limits`, `visitors`, `places` | the limits of each node, and what is used of them |
//! | `config` | the settings |

mod config;
mod hello;
mod limits;
mod listener;
mod owned_names;
mod page;
mod places;
mod routes;
mod session;
mod visitors;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hyper::upgrade::OnUpgrade;
use imajin_dfos::Timestamp;
use imajin_host::names;
use imajin_host::stop::{Stop, Stopper};
use imajin_relay::Clock;
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::directory::{Directory, Refusal, TunnelHolder};
use limits::{Account, Accounts, LimitReached};
use owned_names::OwnedNames;
use places::Places;
use session::Session;

pub use config::{Config, NodeLimits};
pub use listener::Listeners;
pub(crate) use page::router as pages;
pub(crate) use routes::router as api;

/// The folder of the tunnels' files, below the registry's.
const FOLDER: &str = "tunnel";
/// Interval between two writes of what is used.
const SAVE_EVERY: Duration = Duration::from_secs(60);
/// How long all tunnels together may take to end.
const STOP: Duration = Duration::from_secs(2);

const NO_TUNNEL: &str = "this node has no tunnel here";

/// All tunnels of a registry. Cheap to clone.
#[derive(Clone)]
pub struct Tunnels(Arc<Inner>);

struct Inner {
    config: Config,
    directory: Directory,
    clock: Arc<dyn Clock>,
    accounts: Accounts,
    owned_names: OwnedNames,
    /// The visitors of all nodes, and those of the registry's own names.
    places: Arc<Places>,
    /// Open tunnels, by each host name.
    sessions: Mutex<HashMap<String, Arc<Session>>>,
    /// The end of the listeners.
    stopper: Stopper,
    /// The signal to each tunnel to end.
    stopping: watch::Sender<bool>,
}

/// The target of a host name.
enum Route {
    Node(Arc<Session>),
    /// The proxy of the registry's own site.
    Pass(SocketAddr),
    /// None: the name is unknown, or its node has no tunnel.
    Nowhere,
}

/// The state of a node's tunnel.
struct Reach {
    name: String,
    is_connected: bool,
    /// When it was opened, or when it was last open, in milliseconds since 1970.
    since_ms: i64,
    reached: Option<LimitReached>,
}

impl Reach {
    fn since(&self) -> Timestamp {
        time(self.since_ms)
    }
}

impl Tunnels {
    /// Makes the tunnels of a registry. `folder` is the registry's.
    pub fn open(
        config: Config,
        folder: &Path,
        directory: Directory,
        clock: Arc<dyn Clock>,
    ) -> std::io::Result<Self> {
        let limits = config.limits;
        let accounts = Accounts::open(&folder.join(FOLDER), limits, Arc::clone(&clock))?;
        Ok(Self(Arc::new(Inner {
            places: Places::new(config.connections, config.connections_per_address),
            owned_names: OwnedNames::new(&config),
            config,
            directory,
            clock,
            accounts,
            sessions: Mutex::default(),
            stopper: Stopper::default(),
            stopping: watch::Sender::new(false),
        })))
    }

    /// Serves visitors until the [shutdown](Self::shutdown).
    pub(crate) async fn serve(self, listeners: Listeners) {
        let stop = self.0.stopper.signal();
        tokio::join!(listeners.serve(self.clone(), stop.clone()), self.keep(stop));
    }

    /// Ends all tunnels, each with GOAWAY, and writes what is used.
    pub(crate) async fn shutdown(&self) {
        self.0.stopper.stop();
        self.0.stopping.send_replace(true);
        if tokio::time::timeout(STOP, self.0.stopping.closed()).await.is_err() {
            tracing::warn!("tunnels were still open after {} s", STOP.as_secs());
        }
        self.save().await;
    }

    /// Writes what is used from time to time.
    async fn keep(&self, stop: Stop) {
        while stop.rest(SAVE_EVERY).await {
            for session in self.0.sessions.lock().values() {
                session.account.seen();
            }
            self.save().await;
        }
    }

    async fn save(&self) {
        let tunnels = self.clone();
        let saved = tokio::task::spawn_blocking(move || tunnels.0.accounts.save()).await;
        if let Ok(Err(error)) = saved {
            tracing::warn!(%error, "the limits of tunnels cannot be written");
        }
    }

    fn now_ms(&self) -> i64 {
        self.0.clock.now().as_millis()
    }

    fn is_stopping(&self) -> bool {
        *self.0.stopping.borrow()
    }

    fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stopping.subscribe()
    }

    fn account(&self, holder: &TunnelHolder) -> Arc<Account> {
        self.0.accounts.account(&holder.id, holder.registered_ms)
    }

    /// Begins a tunnel on a connection that the node upgrades. Returns the bytes that it moved today, and how many it may.
    fn begin(&self, upgrade: OnUpgrade, holder: TunnelHolder) -> (u64, u64) {
        let today = self.account(&holder).today();
        tokio::spawn(session::run(self.clone(), upgrade, holder));
        today
    }

    /// Makes a tunnel the one of its node.
    fn install(&self, session: &Arc<Session>) {
        let sessions = &mut *self.0.sessions.lock();
        let is_older = |other: &Arc<Session>| other.holder.id == session.holder.id;
        sessions.retain(|_, other| {
            if is_older(other) {
                other.stopper.stop();
            }
            !is_older(other)
        });
        for name in &session.holder.names {
            sessions.insert(name.clone(), Arc::clone(session));
        }
    }

    /// Leads the names of the node's own to its tunnel that their zones allow, and the others no longer. Of two tunnels for one name
    /// the newer has it. Returns whether a name is missing.
    async fn carry_claimed(&self, session: &Arc<Session>) -> bool {
        let TunnelHolder { id, claimed_names, .. } = &session.holder;
        for name in claimed_names {
            let is_held = if self.0.config.is_own_name(name) {
                Some(false)
            } else {
                self.0.owned_names.is_held(name, id).await
            };
            let sessions = &mut *self.0.sessions.lock();
            let other = sessions.get(name);
            match is_held {
                Some(true) if other.is_none_or(|other| other.since_ms <= session.since_ms) => {
                    sessions.insert(name.clone(), Arc::clone(session));
                }
                Some(false) if other.is_some_and(|other| Arc::ptr_eq(other, session)) => {
                    sessions.remove(name);
                }
                _ => {}
            }
        }
        let names = self.names_of(session);
        claimed_names.iter().any(|name| !names.contains(name))
    }

    /// The names that lead to a tunnel.
    fn names_of(&self, session: &Arc<Session>) -> Vec<String> {
        let sessions = self.0.sessions.lock();
        let own = sessions.iter().filter(|(_, other)| Arc::ptr_eq(other, session));
        let mut names: Vec<String> = own.map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        names
    }

    /// Forgets a tunnel, unless a newer one has its names already.
    fn remove(&self, session: &Arc<Session>) {
        session.account.seen();
        let mut sessions = self.0.sessions.lock();
        sessions.retain(|_, other| !Arc::ptr_eq(other, session));
    }

    fn route(&self, name: &str) -> Route {
        if let Some(session) = self.0.sessions.lock().get(name) {
            return Route::Node(Arc::clone(session));
        }
        match self.0.config.pass {
            Some(proxy) if self.0.config.is_own_name(name) => Route::Pass(proxy),
            _ => Route::Nowhere,
        }
    }

    /// The state of the tunnel of the node with this name. A name of a node's own is known while it is carried.
    async fn reach(&self, name: String) -> Result<Reach, Refusal> {
        let carried = match self.route(&names::normal(&name)) {
            Route::Node(session) => Some((session.holder.id.clone(), names::normal(&name))),
            Route::Pass(_) | Route::Nowhere => None,
        };
        let (id, name) = match carried {
            Some(node) => node,
            None => self.0.directory.named_node(name).await?,
        };
        let account = self.0.accounts.get(&id).ok_or(Refusal::NotFound(NO_TUNNEL))?;
        let since_ms = self.0.sessions.lock().get(&name).map(|session| session.since_ms);
        Ok(Reach {
            name,
            is_connected: since_ms.is_some(),
            since_ms: since_ms.unwrap_or_else(|| account.seen_ms()),
            reached: account.reached(),
        })
    }
}

fn time(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms).unwrap_or(Timestamp::MIN)
}
