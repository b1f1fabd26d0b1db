//! The handle that every handler gets: the ledger, the services, and what the node knows of itself.
//!
//! Always: cheap to clone. People's data is written through [`crate::commands`] only.

mod address;
mod care;
mod claim;
mod limits;
mod people;
mod tokens;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use imajin_dfos::{PublicKey, Timestamp};
use imajin_ledger::{Command, Ledger, LogStatus, NodeKey, OpTable, TypedCommand};
use imajin_protocol::Did;

use crate::access::Table;
use crate::budget::Budgets;
use crate::challenges::Challenges;
use crate::clock::{DateHeader, Time};
use crate::config::Config;
use crate::exchange::Nonces;
use crate::health::Pulse;
use crate::jobs::Jobs;
use crate::kept::Keeper;
use crate::mail::Mailer;
use crate::metrics::Metrics;
use crate::names::Names;
use crate::network::Network;
use crate::problem::Problem;
use crate::random::RandomError;
use crate::role::Roles;
use crate::room::Room;
use crate::secrets::{Secrets, SecretsError, Vault};
use crate::service::Services;
use crate::sessions::Sessions;
use crate::upkeep::{Sales, Upkeep};

use claim::Claim;
pub(crate) use limits::Rates;

/// A node, as its services see it.
#[derive(Clone)]
pub struct Node(Arc<Inner>);

/// What a node is put together from.
pub struct NodeOptions {
    /// The data folder; `secrets.sqlite` stands in it.
    pub data: PathBuf,
    /// The ledger, opened with a [`crate::Machine`] of the same services.
    pub ledger: Ledger,
    /// The services.
    pub services: Services,
    /// The node's own identity.
    pub key: NodeKey,
    /// Whether that is sealed on the disk, and so are its secrets.
    pub sealed: bool,
    /// The clocks, the same that the ledger has.
    pub clock: Arc<dyn Time>,
    /// The owner's decisions.
    pub config: Config,
    /// The node's address where the configuration names none, e.g. `http://127.0.0.1:7000`.
    pub url: String,
}

/// Why a node cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// `secrets.sqlite`.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// Letters that wait.
    #[error("the letters that wait cannot be read: {0}")]
    Mail(String),
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
}

struct Inner {
    data: PathBuf,
    ledger: Ledger,
    services: Services,
    key: NodeKey,
    clock: Arc<dyn Time>,
    config: Config,
    url: String,
    names: Names,
    network: Arc<Network>,
    secrets: Secrets,
    keeper: Keeper,
    mail: Mailer,
    sessions: Sessions,
    challenges: Challenges,
    nonces: Nonces,
    metrics: Metrics,
    rates: Rates,
    access: Table,
    roles: Roles,
    budgets: Budgets,
    room: Room,
    pulse: Pulse,
    jobs: Arc<Jobs>,
    date: DateHeader,
    /// Names this run in request ids.
    run: String,
    started: Duration,
    claim: Claim,
    ops: OpTable,
    stopping: AtomicBool,
    sales: Sales,
    upkeep: Arc<OnceLock<Arc<dyn Upkeep>>>,
}

impl Node {
    /// Puts a node together. The services learn of it when a [`crate::Site`] is made.
    pub fn new(options: NodeOptions) -> Result<Self, NodeError> {
        let NodeOptions {
            data,
            ledger,
            services,
            key,
            sealed,
            clock,
            config,
            url,
        } = options;
        let schemas: Vec<&str> = services.iter().map(|service| service.secrets()).collect();
        let secrets = Secrets::open(
            &data.join("secrets.sqlite"),
            &schemas,
            Vault::of(&key.key),
            sealed,
        )?;
        let limits = &config.limits;
        let ops = OpTable::new(services.iter().flat_map(|service| service.ops()));
        let names = Names::new(
            config.hosts.iter().cloned(),
            services.iter().map(|service| service.name()),
        );
        let sessions = Sessions::new(
            secrets.clone(),
            Arc::clone(&clock),
            config.session_ttl(),
            limits.sessions_per_did,
        )?;
        let mail = Mailer::new(secrets.clone(), Arc::clone(&clock), config.mail.clone())
            .map_err(|problem| NodeError::Mail(problem.to_string()))?;
        let challenges =
            Challenges::new(key.did.clone(), limits.challenges, config.challenge_ttl());
        let rates = Rates::new(limits);
        let budgets = Budgets::open(
            &data.join("node"),
            limits.daily.clone(),
            limits.rate_entries,
            &rates.attempt,
            clock.now(),
            clock.monotonic(),
        )?;
        let metrics = Metrics::new();
        let network = Arc::new(Network::default());
        let upkeep = Arc::default();
        metrics.watch(
            ledger.clone(),
            Arc::clone(&network),
            Arc::clone(&upkeep),
            data.clone(),
        );
        let url = config
            .url
            .clone()
            .unwrap_or(url)
            .trim_end_matches('/')
            .to_owned();
        Ok(Self(Arc::new(Inner {
            sales: Sales::open(&data),
            room: Room::new(&data, config.disk.clone()),
            upkeep,
            data,
            ledger,
            access: Table::new(&services, &config.budgets),
            roles: Roles::new(),
            services,
            started: clock.monotonic(),
            clock,
            url,
            names,
            network,
            mail,
            secrets,
            keeper: Keeper::new(&key.key),
            key,
            sessions,
            challenges,
            nonces: Nonces::default(),
            metrics,
            rates,
            budgets,
            pulse: Pulse::default(),
            jobs: Jobs::new(),
            date: DateHeader::new(),
            run: crate::random::hex::<4>()?,
            claim: Claim::default(),
            ops,
            stopping: AtomicBool::new(false),
            config,
        })))
    }

    /// People's logs.
    pub fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    /// The mounted services.
    pub fn services(&self) -> &Services {
        &self.0.services
    }

    /// The node's DID.
    pub fn did(&self) -> &Did {
        &self.0.key.did
    }

    /// The node's own identity: heads, sessions and receipts are signed with it.
    pub fn key(&self) -> &NodeKey {
        &self.0.key
    }

    /// The owner's decisions.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.0.data
    }

    /// What must not travel in a bundle.
    pub fn secrets(&self) -> &Secrets {
        &self.0.secrets
    }

    /// Letters that the node sends.
    pub fn mail(&self) -> &Mailer {
        &self.0.mail
    }

    /// Who is signed in.
    pub fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    /// Challenges that wait for a signature.
    pub fn challenges(&self) -> &Challenges {
        &self.0.challenges
    }

    /// What the node counts about itself.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn keeper(&self) -> &Keeper {
        &self.0.keeper
    }

    pub(crate) fn nonces(&self) -> &Nonces {
        &self.0.nonces
    }

    pub(crate) fn access(&self) -> &Table {
        &self.0.access
    }

    pub(crate) fn roles(&self) -> &Roles {
        &self.0.roles
    }

    pub(crate) fn pulse(&self) -> &Pulse {
        &self.0.pulse
    }

    /// Whose turn it is with what takes long.
    pub fn jobs(&self) -> &Arc<Jobs> {
        &self.0.jobs
    }

    pub(crate) fn date(&self) -> axum::http::HeaderValue {
        self.0.date.at(self.now())
    }

    pub(crate) fn run(&self) -> &str {
        &self.0.run
    }

    /// The node's time.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The monotonic clock.
    pub fn monotonic(&self) -> Duration {
        self.0.clock.monotonic()
    }

    /// The clocks.
    pub fn clock(&self) -> &Arc<dyn Time> {
        &self.0.clock
    }

    /// How long the node has been running.
    pub fn uptime(&self) -> Duration {
        self.monotonic().saturating_sub(self.0.started)
    }

    /// Reads a service's projection.
    pub fn read<T>(
        &self,
        service: &str,
        f: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Problem> {
        self.0.ledger.read(service, f).map_err(Problem::from)
    }

    /// What is known of a log.
    pub fn status(&self, did: &Did) -> Result<Option<LogStatus>, Problem> {
        self.0.ledger.status(did).map_err(Problem::from)
    }

    /// The service that moves money.
    pub fn cashier(&self) -> Result<&dyn crate::sale::Cashier, Problem> {
        self.0.services.cashier().ok_or_else(|| {
            Problem::unavailable("This box moves no money: it runs without the service pay.")
        })
    }

    /// Lets another service look, outside the writer, at what `command` will ask of it ([`imajin_ledger::Decide::ask`]):
    /// it may refuse, or put typed extras into `args`.
    pub fn prepare_asked(
        &self,
        headers: &axum::http::HeaderMap,
        command: &Command,
        asked: &TypedCommand,
    ) -> Result<serde_json::Value, Problem> {
        let name = imajin_protocol::naming::service_of(&asked.op);
        let service = self.0.services.get(name).ok_or_else(|| {
            Problem::unavailable(format!("This node does not run the service {name:?}."))
        })?;
        let mut inner = Command {
            did: asked.did.clone(),
            service: name.to_owned(),
            op: asked.op.clone(),
            reference: asked.reference.clone(),
            body: asked.body.clone(),
            fact: asked.fact.clone(),
            args: asked.args.clone(),
            ..command.clone()
        };
        service.prepare(self, headers, &mut inner)?;
        Ok(inner.args)
    }

    /// All operations of the node.
    pub fn ops(&self) -> &OpTable {
        &self.0.ops
    }

    /// The node's public key.
    pub fn public_key(&self) -> PublicKey {
        PublicKey::from(&self.0.key.key)
    }

    /// From now on the node refuses new work: it is going to stop.
    pub fn stop(&self) {
        self.0.stopping.store(true, Ordering::Release);
        self.0.sessions.flush();
        let (now, monotonic) = (self.now(), self.monotonic());
        self.0.budgets.flush(&self.0.rates.attempt, now, monotonic);
    }

    /// Whether the node is going to stop.
    pub fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Acquire)
    }
}
