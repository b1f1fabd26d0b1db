//! Construction of a node, and the handles that it gives its apps.
//!
//! Always: every part that a method of [`Node`] returns is added by [`Node::new`], and by nothing else.

mod address;
mod claim;
mod limits;
mod tokens;
mod upkeep;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use imajin_app::exchange::{ForeignKeys, Nonces};
use imajin_app::front::Fronts;
use imajin_app::gate::Gate;
use imajin_app::node::{Core, Parts};
use imajin_app::roles::Roles;
use imajin_app::{Node, Services, Time, extension};
use imajin_ledger::{Ledger, NodeKey};
use imajin_log::OpTable;

use crate::admission::Table;
use crate::alarms::Alarms;
use crate::budget::Budgets;
use crate::challenges::Challenges;
use crate::clock::DateHeader;
use crate::config::Config;
use crate::custodial_keys::{self, KeyVault};
use crate::gate::NodeGate;
use crate::health::{self, Pulse};
use crate::jobs::Jobs;
use crate::joining::Joining;
use crate::mail::{self, Mailer};
use crate::metrics::{Metrics, Watched};
use crate::names::Names;
use crate::network::Network;
use crate::random::{self, RandomError};
use crate::room::Room;
use crate::rounds::Running;
use crate::secrets::{Secrets, SecretsError, Vault};
use crate::sessions::{self, Sessions};
use crate::stop::{Stop, Stopper};
use crate::upkeep::{Sales, Upkeep};

pub use address::Addresses;
use claim::Claim;
pub use claim::Claims;
pub use limits::Bounds;
pub(crate) use limits::{Counters, Rates};
pub use tokens::Tokens;
pub(crate) use tokens::find_session;
pub use upkeep::OwnUpkeep;

/// The parts of a new node.
pub struct NodeOptions {
    /// The data folder; it holds `secrets.sqlite`.
    pub data: PathBuf,
    /// The ledger, opened with a [`imajin_app::Machine`] of the same services.
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

/// The reason why a node cannot be made.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum NodeError {
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error("the letters that wait cannot be read: {0}")]
    Mail(String),
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// The host's own tables in `secrets.sqlite`.
const SCHEMAS: [&str; 5] = [
    sessions::SCHEMA,
    custodial_keys::SCHEMA,
    custodial_keys::SETTINGS_SCHEMA,
    mail::SCHEMA,
    health::SCHEMA,
];

/// This run of the node.
struct Run {
    /// Names it in the ids of requests.
    name: String,
    /// When it began, by the monotonic clock.
    started: Duration,
    stopper: Stopper,
}

/// The address that home entries name.
struct Url(String);

impl NodeOptions {
    /// Makes a node. The services learn of it when the edge makes its site.
    pub fn build(self) -> Result<Node, NodeError> {
        let NodeOptions { data, ledger, services, key, sealed, clock, config, url } = self;
        let schemas: Vec<&str> =
            SCHEMAS.into_iter().chain(services.iter().map(|service| service.secrets())).collect();
        let secrets = Secrets::open(
            &data.join("secrets.sqlite"),
            &schemas,
            Vault::from_node_key(&key.key),
            sealed,
        )?;
        let limits = &config.limits;
        let ops = OpTable::new(services.iter().flat_map(|service| service.specs()));
        let names = Names::from_config(&config, &services);
        let sessions = Sessions::new(
            secrets.clone(),
            Arc::clone(&clock),
            Duration::from_secs(limits.session_h.saturating_mul(3600)),
            limits.sessions_per_did,
        )?;
        let mail = Mailer::new(secrets.clone(), Arc::clone(&clock), config.mail.clone())
            .map_err(|problem| NodeError::Mail(problem.to_string()))?;
        let ttl = Duration::from_secs(limits.challenge_s);
        let challenges = Challenges::new(key.did.clone(), limits.challenges, ttl);
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
        let upkeep: Arc<OnceLock<Arc<dyn Upkeep>>> = Arc::default();
        let alarms = Arc::new(Alarms::open(&data));
        metrics.watch(Watched {
            ledger: ledger.clone(),
            network: Arc::clone(&network),
            upkeep: Arc::clone(&upkeep),
            alarms: Arc::clone(&alarms),
            data: data.clone(),
            disk: config.disk.clone(),
            clock: Arc::clone(&clock),
        });
        let name = config.name.as_deref().or_else(|| names.first());
        let fronts = Fronts::open(&data, name.unwrap_or("Imajin node"));
        let joining = Joining::open(&data);
        let url = config.url.clone().unwrap_or(url).trim_end_matches('/').to_owned();
        let gate: Arc<dyn Gate> = Arc::new(NodeGate);
        let parts = Parts::default()
            .with_part(gate)
            .with_part(Sales::open(&data))
            .with_part(Room::new(&data, config.disk.clone()))
            .with_part(alarms)
            .with_part(upkeep)
            .with_part(Table::new(&services, &config.budgets))
            .with_part(Roles::default())
            .with_part(services)
            .with_part(fronts)
            .with_part(joining)
            .with_part(Url(url))
            .with_part(names)
            .with_part(network)
            .with_part(mail)
            .with_part(secrets)
            .with_part(KeyVault::new(&key.key))
            .with_part(sessions)
            .with_part(challenges)
            .with_part(Nonces::default())
            .with_part(ForeignKeys::default())
            .with_part(metrics)
            .with_part(rates)
            .with_part(budgets)
            .with_part(Pulse::default())
            .with_part(Jobs::new())
            .with_part(DateHeader::new())
            .with_part(Claim::default())
            .with_part(Running::default())
            .with_part(Run {
                name: random::hex::<4>()?,
                started: clock.monotonic(),
                stopper: Stopper::default(),
            })
            .with_part(config);
        let core = Core { data, ledger, key, clock, ops };
        let node = Node::from_parts(core, parts);
        mail::take_up_mail(&node);
        Ok(node)
    }
}

/// The parts of a node that other modules of the host own.
#[extension(pub trait HostParts)]
impl Node {
    /// The owner's decisions.
    fn config(&self) -> &Config {
        self.part()
    }

    /// The secrets, which must not travel in a bundle.
    fn secrets(&self) -> &Secrets {
        self.part()
    }

    /// Letters that the node sends.
    fn mail(&self) -> &Mailer {
        self.part()
    }

    /// The sessions.
    fn sessions(&self) -> &Sessions {
        self.part()
    }

    /// Challenges that wait for a signature.
    fn challenges(&self) -> &Challenges {
        self.part()
    }

    /// The node's metrics.
    fn metrics(&self) -> &Metrics {
        self.part()
    }

    /// The turns of long jobs.
    fn jobs(&self) -> &Arc<Jobs> {
        self.part()
    }

    /// The value of `Date` in answers.
    fn date(&self) -> axum::http::HeaderValue {
        self.part::<DateHeader>().at(self.now())
    }

    /// The prefix of the ids of this run's answers: two boxes with one key differ in it.
    fn run_id(&self) -> &str {
        &self.part::<Run>().name
    }

    /// How long the node has been running.
    fn uptime(&self) -> Duration {
        let started = self.part::<Run>().started;
        self.monotonic().saturating_sub(started)
    }

    /// Begins the node's shutdown: from now on it refuses new work.
    fn stop(&self) {
        self.part::<Run>().stopper.stop();
        self.sessions().flush();
        let (now, monotonic) = (self.now(), self.monotonic());
        self.budgets().flush(&self.rates().attempt, now, monotonic);
    }

    /// Whether the node is going to stop.
    fn is_stopping(&self) -> bool {
        self.stop_signal().is_given()
    }

    /// The signal that the node is going to stop.
    fn stop_signal(&self) -> Stop {
        self.part::<Run>().stopper.signal()
    }
}
