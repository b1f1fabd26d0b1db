//! The registry as a service of a node. It mounts the relay at the node's root and below `/registry/relay`, the directory
//! below `/registry/api`, and the enrolment's page and API.
//!
//! Always: relay and directory hold public network data, so nothing here is part of a person's log. If the relay does not
//! open, its routes answer 503, the rest of the node works, and the next request tries again.

mod forward;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::http::Method;
use imajin_app::capabilities::FindsChains;
use imajin_app::routing::{OpenApiRouter, get, post, routes};
use imajin_app::{HoldsNothing, Lang, Manifest, Node, Notice, OwnerNotice, Service, Time};
use imajin_dfos::Timestamp;
use imajin_host::outgoing::Allowed;
use imajin_host::prelude::*;
use imajin_host::room::DiskConfig;
use imajin_relay::{Capabilities, Clock, Config, Limits, Peer, Relay, RelayError};
use tokio::sync::OnceCell;

use crate::directory::{self, Directory, Slot};
use crate::enrolment::{owner_notice, pages, routes as own};
use crate::manifest::{FOLDER, MANIFEST, TEXTS};
use crate::relay_host::RelayHost;
use crate::resolver::{self, OpensRelay, Resolver};

/// Path of the relay below the service.
const RELAY: &str = "/relay";
/// The name of a relay on a node without a name.
const UNNAMED: &str = "Imajin node";

/// The node's settings for relay and directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The relay's capabilities.
    pub capabilities: Capabilities,
    /// The peers of the relay.
    pub peers: Vec<Peer>,
    /// Whether the relay fetches the documents of chains that everybody may read.
    pub follow: bool,
    /// The version that the relay reports; this program's if empty.
    pub version: String,
    /// The relay's limits.
    pub limits: Limits,
    /// The directory of nodes, if this node has one.
    pub directory: Option<directory::Config>,
}

/// Why the relay is unusable at the moment.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum OpenError {
    #[error(transparent)]
    Relay(#[from] RelayError),
    #[error("opening the relay failed: {0}")]
    Broken(#[from] imajin_app::Problem),
    #[error("asking the relay: {0}")]
    Ask(#[from] axum::Error),
    #[error("the registry is not mounted yet")]
    NotMounted,
}

/// The service. Cheap to clone.
#[derive(Clone, Default)]
pub struct Registry(Arc<Inner>);

#[derive(Default)]
struct Inner {
    settings: Settings,
    /// Set when the service is mounted. Not the node itself, because the node holds this service.
    environment: OnceLock<RelayEnvironment>,
    relay: OnceCell<Relay>,
    directory: OnceLock<Slot>,
}

/// The node's parts that the relay uses.
struct RelayEnvironment {
    folder: PathBuf,
    /// The name in the relay's profile.
    name: String,
    clock: Arc<dyn Time>,
    /// Addresses that the relay may connect to.
    allowed: Allowed,
    /// Settings of the space that stays free on the disk.
    disk: DiskConfig,
}

/// The node's clock for relay and directory.
struct NodeClock(Arc<dyn Time>);

impl Clock for NodeClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

impl Registry {
    /// The service with the settings of its owner.
    pub fn new(settings: Settings) -> Self {
        Self(Arc::new(Inner { settings, ..Inner::default() }))
    }

    /// The relay. The first call opens it and starts the exchange with its peers.
    pub async fn relay(&self) -> Result<&Relay, OpenError> {
        self.0.relay.get_or_try_init(|| self.open()).await
    }

    async fn open(&self) -> Result<Relay, OpenError> {
        let environment = self.0.environment.get().ok_or(OpenError::NotMounted)?;
        let settings = &self.0.settings;
        let config = Config {
            name: environment.name.clone(),
            version: settings.version.clone(),
            capabilities: settings.capabilities,
            peers: settings.peers.clone(),
            follow: settings.follow,
            limits: settings.limits.clone(),
            ..Config::new(&environment.folder)
        };
        let clock = Arc::new(NodeClock(Arc::clone(&environment.clock)));
        let host = RelayHost::new(&config, environment.disk.clone(), environment.allowed)?;
        let open = move || Relay::open(config, clock, Arc::new(host));
        let opened = imajin_app::blocking::run(open).await?;
        Ok(opened?)
    }

    /// Sends a request to the relay within this process. Returns the status and the body of the answer.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Vec<u8>,
    ) -> Result<(u16, String), OpenError> {
        forward::ask(self.relay().await?, method, path, token, body).await
    }

    /// Opens the directory, if the node has one, so that its sweeps run from the start.
    pub async fn open_directory(&self) -> Result<(), imajin_app::Problem> {
        match (&self.0.settings.directory, self.0.directory.get()) {
            (Some(_), Some(slot)) => slot.directory().await.map(drop),
            _ => Ok(()),
        }
    }

    fn slot(&self, node: &Node) -> Slot {
        let Some(config) = self.0.settings.directory.clone() else {
            return Slot::none();
        };
        let (folder, clock) = (node.data().join(FOLDER), Arc::clone(node.clock()));
        Slot::later(move || {
            let clock = Arc::new(NodeClock(Arc::clone(&clock)));
            Directory::open(&folder, config.clone(), clock)
        })
    }

    /// Stops the tasks of relay and directory.
    pub async fn shutdown(&self) {
        if let Some(slot) = self.0.directory.get() {
            slot.shutdown().await;
        }
        if let Some(relay) = self.0.relay.get() {
            relay.shutdown().await;
        }
    }
}

impl Service for Registry {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        let slot = self.0.directory.get_or_init(|| self.slot(&node));
        let registry = self.clone();
        let opens: OpensRelay = Arc::new(move || {
            let registry = registry.clone();
            Box::pin(async move { registry.relay().await.ok().cloned() })
        });
        OpenApiRouter::new()
            .routes(routes!(own::registries, own::choose))
            .route("/", get(pages::page).merge(post(pages::choose)))
            .with_state(node.clone())
            .merge(directory::routes(slot.clone()))
            .merge(resolver::router(Resolver::OfNode(node, opens, slot.clone())))
    }

    imajin_app::offers! { FindsChains, OwnerNotice }

    fn protocol(&self, node: Node) -> Option<(&'static str, Router)> {
        self.0.environment.get_or_init(|| RelayEnvironment {
            folder: node.data().join(FOLDER),
            // Not the machine's host name: its owner never chose to publish it.
            name: node.config().name.clone().unwrap_or_else(|| UNNAMED.to_owned()),
            disk: node.config().disk.clone(),
            clock: Arc::clone(node.clock()),
            allowed: Allowed::from_node(&node),
        });
        Some((RELAY, forward::router(self.clone(), node)))
    }

    fn protocol_at_root(&self, node: Node) -> Option<(&'static [&'static str], Router)> {
        Some((forward::PREFIXES, forward::at_root(self.clone(), node)))
    }
}

impl HoldsNothing for Registry {}

impl OwnerNotice for Registry {
    fn notice(&self, node: &Node, lang: Lang) -> Option<Notice> {
        let words = node.services().words().with_lang(lang);
        Some(Notice {
            text: words.sentence(&owner_notice(node)?).into_owned(),
            label: TEXTS.for_reader(lang).text("registries"),
            href: "/registry",
        })
    }
}
