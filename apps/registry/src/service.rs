//! The registry as a service of a node: its relay stands at the node's root and below `/registry/relay`, its store in the
//! node's folder.
//!
//! Always: what the relay keeps is public network data, so nothing here belongs to anybody's log. A relay that cannot be
//! opened takes nothing down with it: its own routes say so, and the next request tries again.

mod door;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::http::Method;
use imajin_dfos::Timestamp;
use imajin_ledger::{Applied, Command, Decide, OpSpec, ProjectionSpec, Refusal, RefusalKind};
use imajin_protocol::Did;
use imajin_service::clock::Time;
use imajin_service::openapi::routes;
use imajin_service::outgoing::Allowed;
use imajin_service::room::DiskConfig;
use imajin_service::routing::{OpenApiRouter, get, post};
use imajin_service::{Count, DeletePlan, Node, Notice, Ports, Service, TransferPlan};
use rusqlite::Connection;
use tokio::sync::OnceCell;

use crate::Clock;
use crate::directory::{self, Directory, Slot};
use crate::relay::{Capabilities, Config, Limits, Peer, Relay, RelayError};
use crate::{pages, routes as own};

const NAME: &str = "registry";
/// Where the relay stands below the service.
const RELAY: &str = "/relay";
/// The name of a relay whose owner gave the node none.
const UNNAMED: &str = "Imajin node";
/// The node's own folder in its data folder: the relay's store and key stand there.
pub(crate) const FOLDER: &str = "node";

/// What the node's owner decides about relay and directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// What it does for others.
    pub capabilities: Capabilities,
    /// The relays that it knows.
    pub peers: Vec<Peer>,
    /// Whether it fetches the documents of chains that are open to everybody.
    pub follow: bool,
    /// What it says its version is; this program's where empty.
    pub version: String,
    /// Bounds.
    pub limits: Limits,
    /// The directory of nodes, if it keeps one.
    pub directory: Option<directory::Config>,
}

/// Why the relay cannot be used now.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It does not open.
    #[error(transparent)]
    Relay(#[from] RelayError),
    /// Opening it ended with a panic.
    #[error("opening the relay broke off: {0}")]
    Broken(#[from] imajin_service::Problem),
    /// A question that is none, or an answer that breaks off.
    #[error("asking the relay: {0}")]
    Ask(#[from] axum::Error),
    /// The service is not part of a node yet.
    #[error("the registry is not mounted yet")]
    NotMounted,
}

/// The service. Cheap to clone.
#[derive(Clone, Default)]
pub struct Registry(Arc<Inner>);

#[derive(Default)]
struct Inner {
    settings: Settings,
    /// Known when the service is mounted. Not the node itself, which holds this service.
    place: OnceLock<Place>,
    relay: OnceCell<Relay>,
    directory: OnceLock<Slot>,
}

struct Place {
    folder: PathBuf,
    /// What the relay calls itself in its profile.
    name: String,
    clock: Arc<dyn Time>,
    /// Which addresses of peers it may reach.
    allowed: Allowed,
    /// How much of the disk stays free.
    disk: DiskConfig,
}

/// The node's clock, as the relay asks it.
struct NodeClock(Arc<dyn Time>);

impl Clock for NodeClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

impl Registry {
    /// The service with its owner's decisions.
    pub fn new(settings: Settings) -> Self {
        Self(Arc::new(Inner {
            settings,
            ..Inner::default()
        }))
    }

    /// The relay; opened by whoever asks first, and from then on in touch with its peers.
    pub async fn relay(&self) -> Result<&Relay, OpenError> {
        self.0.relay.get_or_try_init(|| self.open()).await
    }

    async fn open(&self) -> Result<Relay, OpenError> {
        let place = self.0.place.get().ok_or(OpenError::NotMounted)?;
        let settings = &self.0.settings;
        let config = Config {
            name: place.name.clone(),
            version: settings.version.clone(),
            disk: place.disk.clone(),
            capabilities: settings.capabilities,
            peers: settings.peers.clone(),
            follow: settings.follow,
            private_addresses: place.allowed.private,
            is_local: place.allowed.loopback,
            limits: settings.limits.clone(),
            ..Config::new(&place.folder)
        };
        let clock = Arc::new(NodeClock(Arc::clone(&place.clock)));
        let opened = imajin_service::blocking::run(move || Relay::open(config, clock)).await?;
        Ok(opened?)
    }

    /// Asks the relay in this process what one would ask it over HTTP: the status and the text of the answer.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Vec<u8>,
    ) -> Result<(u16, String), OpenError> {
        door::ask(self.relay().await?, method, path, token, body).await
    }

    /// Opens the directory, if the node keeps one, so that it sweeps from the start.
    pub async fn open_directory(&self) -> Result<(), imajin_service::Problem> {
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

    /// Stops following peers and sweeping, where there was any of it.
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
    fn name(&self) -> &'static str {
        NAME
    }

    fn ports(&self) -> Ports {
        Ports {
            dev: 3002,
            prod: 7002,
        }
    }

    fn ops(&self) -> &'static [OpSpec] {
        &[]
    }

    fn projection(&self) -> ProjectionSpec {
        ProjectionSpec {
            name: NAME,
            version: 1,
            page_bytes: imajin_ledger::machine::SMALL_PAGES,
            schema: "",
        }
    }

    fn decide(&self, _: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
        Err(Refusal::new(
            RefusalKind::NotFound,
            format!(
                "There is no operation {:?}: what the relay takes in is posted to /registry/relay/proof/v1/operations.",
                command.op
            ),
        ))
    }

    fn apply(&self, _: &Connection, _: &Applied<'_>) -> rusqlite::Result<()> {
        Ok(())
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        let slot = self.0.directory.get_or_init(|| self.slot(&node));
        OpenApiRouter::new()
            .routes(routes!(own::registries, own::choose))
            .route("/", get(pages::page).merge(post(pages::choose)))
            .with_state(node)
            .merge(directory::routes(slot.clone()))
    }

    fn notice(&self, node: &Node) -> Option<Notice> {
        Some(Notice {
            text: pages::notice(node)?,
            label: "Registries",
            href: "/registry",
        })
    }

    fn protocol(&self, node: Node) -> Option<(&'static str, Router)> {
        self.0.place.get_or_init(|| Place {
            folder: node.data().join(FOLDER),
            // Not the machine's host name, which its owner never chose to publish.
            name: node
                .config()
                .name
                .clone()
                .unwrap_or_else(|| UNNAMED.to_owned()),
            disk: node.config().disk.clone(),
            clock: Arc::clone(node.clock()),
            allowed: Allowed::of(&node),
        });
        Some((RELAY, door::router(self.clone(), node)))
    }

    fn protocol_at_root(&self, node: Node) -> Option<(&'static [&'static str], Router)> {
        Some((door::PREFIXES, door::at_root(self.clone(), node)))
    }

    fn export(&self, _: &Connection, _: &Did) -> rusqlite::Result<Option<serde_json::Value>> {
        Ok(None)
    }

    fn count(&self, _: &Connection, _: &Did) -> rusqlite::Result<Vec<Count>> {
        Ok(Vec::new())
    }

    fn delete(&self, _: &Connection, _: &Did) -> rusqlite::Result<DeletePlan> {
        Ok(DeletePlan::default())
    }

    fn transfer(&self, _: &Connection, _: &Did) -> rusqlite::Result<TransferPlan> {
        Ok(TransferPlan::default())
    }
}
