//! The node directory: which nodes there are, under which names, how well they are, and which programs they may run.
//!
//! Always: a node proves with a key of its DID that it registers itself. Every decision of the registry about a node is
//! public, with a reason and a signature. An answer is correct at the time of the request, whether the sweeper ran
//! before or not. All time comes from one clock. This module knows nothing of the node that it may run on.
//!
//! | module | what |
//! |---|---|
//! | `register`, `heartbeat` | registrations and heartbeats of nodes |
//! | `builds` | the programs that may run: releases, forks, minimum versions |
//! | `verdicts` | suspensions and revocations |
//! | `status` | the status of a node, from its row and the time |
//! | `message`, `binding`, `directive` | signed messages, and the keys behind them |
//! | `name`, `rate` | names of nodes, rate limits |
//! | [`dns`] | names in the DNS |
//! | `tunnel` | which nodes may have a tunnel |
//! | [`store`], `sqlite`, `postgres` | the store and its two databases |
//! | `http` | every route |
//!
//! Rules: docs/api.md, "Registry".

mod attestation;
mod binding;
mod builds;
mod config;
mod directive;
pub mod dns;
mod heads;
mod heartbeat;
mod http;
mod message;
mod name;
#[cfg(feature = "server")]
mod postgres;
mod rate;
mod refusal;
mod register;
pub mod rows;
mod sql;
mod sqlite;
mod status;
pub mod store;
#[cfg(feature = "server")]
mod tunnel;
mod verdicts;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use utoipa::openapi::Info;

use imajin_app::blocking;
use imajin_app::routing::OpenApiRouter;
use imajin_host::stop::{Stop, Stopper};
use imajin_protocol::Did;
use imajin_relay::Clock;
use imajin_relay::storage::{Answer, StoreError};

pub use builds::WITHDRAW;
pub use config::{Config, Limits, Policy, Times};
pub use http::Slot;
pub(crate) use http::{readable_by_all, router as routes};
#[cfg(feature = "server")]
pub use postgres::Postgres;
pub use refusal::Refusal;
pub use sqlite::Sqlite;
pub use status::{Status, Verdict};
#[cfg(feature = "server")]
pub(crate) use tunnel::TunnelHolder;
pub use verdicts::Decision;

use dns::Provider;
use rate::Rate;
use rows::NodeRow;
use store::{Reads, Store, Writes};

/// The store's file in the registry's folder.
const FILE: &str = "registry.sqlite";
/// Nodes that are moved in one transaction of a sweep.
const SWEEP_MAX: usize = 500;

const NO_NODE: &str = "there is no such node";

/// Why the directory does not start.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum DirectoryError {
    #[error("the directory's folder {folder}: {error}")]
    Folder { folder: String, error: std::io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the directory's settings: {0}")]
    Config(String),
    #[error("the directory needs a tokio runtime around it: {0}")]
    Runtime(#[from] tokio::runtime::TryCurrentError),
}

/// Time limit for a check of the database.
const LOOK: Duration = Duration::from_secs(5);

/// The directory. Cheap to clone.
#[derive(Clone)]
pub struct Directory {
    core: Arc<Core>,
    stopper: Stopper,
    tasks: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

/// The directory without network.
struct Core {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    config: Config,
    /// The registry's keys, each as 64 hex digits.
    keys: Vec<String>,
    /// The DNS provider of the zone with the nodes' names, if there is one.
    provider: Option<Arc<dyn Provider>>,
    /// Locked during a sweep.
    sweeping: Mutex<()>,
    /// Sends after each verdict about a node.
    verdicts: watch::Sender<()>,
}

impl Directory {
    /// Opens the directory in a folder. Blocks while it opens its store; must be called inside a tokio runtime.
    pub fn open(
        folder: &Path,
        config: Config,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, DirectoryError> {
        let store = Sqlite::in_folder(folder)?;
        Self::open_in(Arc::new(store), config, clock, None)
    }

    /// The header in which a reverse proxy names the client's address, if there is a proxy.
    pub fn address_header(&self) -> Option<&str> {
        self.core.config.address_header.as_deref()
    }

    /// Opens the directory over the caller's store, and with the DNS provider of the nodes' names.
    pub fn open_in(
        store: Arc<dyn Store>,
        config: Config,
        clock: Arc<dyn Clock>,
        provider: Option<Arc<dyn Provider>>,
    ) -> Result<Self, DirectoryError> {
        let runtime = Handle::try_current()?;
        config.check().map_err(DirectoryError::Config)?;
        let keys = config::public_keys(&config.keys).map_err(DirectoryError::Config)?;
        if provider.is_some() && config.domain.is_none() {
            let missing = "names in the DNS need a domain".to_owned();
            return Err(DirectoryError::Config(missing));
        }
        let every = Duration::from_secs(config.limits.sweep_every_secs.max(1));
        let core = Arc::new(Core {
            store,
            clock,
            config,
            keys,
            provider,
            sweeping: Mutex::new(()),
            verdicts: watch::Sender::default(),
        });
        let stopper = Stopper::default();
        let mut tasks = vec![runtime.spawn(sweep(Arc::clone(&core), every, stopper.signal()))];
        if core.provider.is_some() {
            tasks.push(runtime.spawn(dns::follow(Arc::clone(&core), stopper.signal())));
        }
        Ok(Self { core, stopper, tasks: Arc::new(Mutex::new(tasks)) })
    }

    /// The key of a registered node, as 64 hex digits, and the operations of its chain that the registry has.
    pub(crate) async fn key_and_chain(
        &self,
        did: &Did,
    ) -> Result<Option<(String, Vec<String>)>, Refusal> {
        let did = did.to_string();
        self.work(move |core| {
            core.read(|reads| {
                let Some(key) = reads.key(&did)? else {
                    return Ok(None);
                };
                Ok(Some((key, reads.chain(&did)?)))
            })
        })
        .await
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// The database does not answer in time, or answers with an error.
    pub async fn answers(&self) -> Result<(), Refusal> {
        let look = self.work(|core| {
            let mut look = |reads: &dyn store::Reads| reads.number("healthz").map(drop);
            Ok(core.store.read(&mut look)?)
        });
        let late = StoreError::Away(format!("no answer in {} s", LOOK.as_secs()));
        tokio::time::timeout(LOOK, look).await.unwrap_or(Err(late.into()))
    }

    /// All routes, below `/api` of where they are mounted, with their OpenAPI document at `/api/spec`.
    pub fn router(&self) -> axum::Router {
        self.router_with(OpenApiRouter::new())
    }

    /// All routes, and more of the same registry.
    pub(crate) fn router_with(&self, more: OpenApiRouter) -> axum::Router {
        let own = routes(Slot::from_directory(self.clone()));
        let (routes, mut api) = own.merge(more).split_for_parts();
        api.info = Info::new("Imajin registry", env!("CARGO_PKG_VERSION"));
        let spec = move || std::future::ready(axum::Json(api.clone()));
        routes.route("/api/spec", imajin_app::routing::get(spec))
    }

    /// Stops sweeping and telling. What is durable stays, whether this is called or not.
    pub async fn shutdown(&self) {
        self.stopper.stop();
        let tasks = {
            let mut kept = self.tasks.lock();
            std::mem::take(&mut *kept)
        };
        for task in tasks {
            // A task that panicked has stopped, too.
            let _ = task.await;
        }
    }

    /// Runs `f`, which may block, on a thread for blocking work.
    async fn work<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Core) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let core = Arc::clone(&self.core);
        run(move || f(&core)).await
    }
}

/// Whether a text has the form of a node's name.
pub fn is_name(text: &str) -> bool {
    name::is_label(text)
}

impl Core {
    fn now_ms(&self) -> i64 {
        self.clock.now().as_millis()
    }

    /// Reads as of one moment.
    fn read<T>(&self, mut f: impl FnMut(&dyn Reads) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let mut outcome = Err(never_run());
        self.store.read(&mut |reads| keep(&mut outcome, f(reads)))?;
        outcome
    }

    /// Runs a transaction. A refusal commits like an answer: counters that `f` has raised stay raised.
    fn write<T>(
        &self,
        mut f: impl FnMut(&mut dyn Writes) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut outcome = Err(never_run());
        self.store.write(&mut |tx| keep(&mut outcome, f(tx)))?;
        outcome
    }

    /// The host name that the registry keeps for a node.
    fn subdomain(&self, node: &NodeRow) -> Option<String> {
        let domain = self.config.domain.as_ref()?;
        Some(format!("{}.{domain}", node.hostname.as_ref()?))
    }

    /// Updates all statuses to this moment; returns the number of changed nodes.
    fn settle(&self) -> Result<usize, Refusal> {
        let now_ms = self.now_ms();
        if !self.read(|reads| Ok(reads.is_due(now_ms)?))? {
            return Ok(0);
        }
        let _one = self.sweeping.lock();
        let mut moved = 0;
        loop {
            let count = self.write(|tx| {
                let due = tx.due(now_ms, SWEEP_MAX)?;
                for before in &due {
                    let mut after: NodeRow = before.clone();
                    if after.settle(&self.config.times, now_ms) {
                        self.put(tx, Some(before), &after)?
                    } else {
                        self.forget(tx, before)?
                    }
                }
                Ok(due.len())
            })?;
            moved += count;
            if count < SWEEP_MAX {
                return Ok(moved);
            }
        }
    }
}

/// Runs `f`, which may block, on a thread for blocking work.
async fn run<T: Send + 'static>(
    f: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    blocking::run(f).await.map_err(|problem| StoreError::Failed(problem.to_string()))?
}

fn never_run() -> Refusal {
    Refusal::Store(StoreError::Failed("the database did nothing".to_owned()))
}

/// A failure of the store fails the transaction; everything else is an answer.
fn keep<T>(found: &mut Result<T, Refusal>, answer: Result<T, Refusal>) -> Answer<()> {
    match answer {
        Err(Refusal::Store(error)) => Err(error),
        answer => {
            *found = answer;
            Ok(())
        }
    }
}

/// Counts one more of what is bounded.
fn take(tx: &mut dyn Writes, name: &str, rate: Rate, now_ms: i64) -> Result<(), Refusal> {
    let number = rate.take(tx.number(name)?, now_ms).map_err(Refusal::TooMany)?;
    Ok(tx.put_number(name, number, Some(number))?)
}

/// Updates the status of nodes regularly, so that requests rarely have to.
async fn sweep(core: Arc<Core>, every: Duration, stop: Stop) {
    loop {
        let core = Arc::clone(&core);
        let done = tokio::task::spawn_blocking(move || {
            core.settle()?;
            core.write(|tx| Ok(tx.forget_numbers(core.now_ms())?))
        });
        if let Ok(Err(error)) = done.await {
            tracing::error!(%error, "directory: the sweep failed; it is tried again");
        }
        if !stop.rest(every).await {
            return;
        }
    }
}
