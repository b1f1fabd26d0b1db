//! A data folder in use: its lock, the node's own key, the clocks, the services, and the ledger over them. Serving and
//! the offline commands open it in the same way, so that there is one recovery and one refusal when it is in use.

#[cfg(test)]
mod app_separation;
mod documents;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod sentences;
mod services;
#[cfg(test)]
mod translations;

pub(crate) use services::add;
pub use services::{
    MoreServices, ServiceSelection, all_services, bundle_views, choose, machine, op_table,
};

use crate::config::{Config, ConfigError};
use imajin_app::{Machine, Node, Services, Time};
use imajin_box::backup::{BackupError, finish_broken_off};
use imajin_box::clock;
use imajin_box::failure::{Failure, OrFail};
use imajin_box::folder::{NODE_FOLDER, is_data_folder, is_sealed};
use imajin_box::identity::{IdentityError, NodeIdentity};
use imajin_edge::Site;
use imajin_host::{NodeOptions, SystemClock};
use imajin_ledger::{Ballast, Ledger, Limits, OpenError, Options};
use imajin_log::Space;
use imajin_registry::Registry;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An open data folder. The lock is the ledger's.
pub struct OpenFolder {
    /// The folder.
    pub data: PathBuf,
    /// The node.
    pub identity: NodeIdentity,
    /// The mounted services.
    pub services: Services,
    /// The registry, if it is one of them.
    pub registry: Option<Registry>,
    /// The clocks that the ledger has.
    pub clock: Arc<SystemClock>,
    /// The ledger.
    pub ledger: Ledger,
}

/// Why a data folder cannot be opened.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum FolderError {
    #[error("{0} is not the data folder of a node: `imajin init --data {0}` makes one")]
    Missing(PathBuf),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("there is no service {name:?}; this program has {known}")]
    Service {
        name: String,
        /// The names of all services, separated by commas.
        known: String,
    },
    #[error(transparent)]
    Restore(#[from] BackupError),
    #[error("{0}")]
    Budget(String),
    #[error("payments from outside: {0}")]
    Pay(String),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error(transparent)]
    Ledger(#[from] OpenError),
}

impl FolderError {
    /// Whether there is only too little room on the disk: with more of it the same folder opens.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Ledger(error) if error.is_full())
    }
}

impl From<FolderError> for Failure {
    fn from(error: FolderError) -> Self {
        Self::unusable(error)
    }
}

/// Free bytes below which opening a folder uses the node's reserve.
const OPENING_BYTES: u64 = 4 << 20;

/// Uses the room that was set aside for this, where the disk is full.
fn make_room(data: &Path) {
    let is_full = Space::measure(data).is_ok_and(|space| space.free < OPENING_BYTES);
    if !is_full {
        return;
    }
    match Ballast::new(data).give_up() {
        Ok(true) => tracing::warn!("the disk is full: opening uses the room that was set aside"),
        Ok(false) => {}
        Err(error) => tracing::warn!(%error, "the room that was set aside cannot be used"),
    }
}

impl OpenFolder {
    /// Opens a folder that exists.
    pub fn existing(data: &Path, config: &Config) -> Result<Self, FolderError> {
        finish_broken_off(data)?;
        if !is_data_folder(data) {
            return Err(FolderError::Missing(data.to_path_buf()));
        }
        Self::new(data, config)
    }

    /// Opens a folder, making what is missing.
    pub fn new(data: &Path, config: &Config) -> Result<Self, FolderError> {
        finish_broken_off(data)?;
        Self::with_identity(data, config, NodeIdentity::open(data)?)
    }

    /// Opens the folder for a node that starts; `None` if it is sealed and no secret is available.
    pub fn at_start(data: &Path, config: &Config) -> Result<Option<Self>, FolderError> {
        finish_broken_off(data)?;
        let identity = NodeIdentity::at_start(data)?;
        identity.map(|identity| Self::with_identity(data, config, identity)).transpose()
    }

    /// Opens the folder with a key that is not in it yet.
    pub fn with_identity(
        data: &Path,
        config: &Config,
        identity: NodeIdentity,
    ) -> Result<Self, FolderError> {
        let ServiceSelection { services, registry } = choose(config)?;
        make_room(data);
        let clock = Arc::new(clock::open(data, config.clock, Some(&identity.key().did)));
        let ledger = Ledger::open(Options {
            data: data.to_path_buf(),
            machine: Arc::new(Machine::new(services.clone())),
            node: identity.key(),
            clock: clock.clone(),
            limits: Limits::default(),
        })?;
        ledger.media().look_for_disks_in(config.disk_places());
        Ok(Self { data: data.to_path_buf(), identity, services, registry, clock, ledger })
    }

    /// The node with its own log and its services begun, reachable at `url` where the settings name no other address.
    pub async fn site(&self, config: &Config, url: String) -> Result<Site, Failure> {
        let node = self.node(config, url)?;
        imajin_identity::begin_node_identity(&node).await.or_unusable("the node's own log")?;
        Ok(Site::new(&node, documents::DOCUMENTS))
    }

    /// The node with nothing begun.
    pub fn node(&self, config: &Config, url: String) -> Result<Node, Failure> {
        config.zone().make_home();
        NodeOptions {
            data: self.data.clone(),
            ledger: self.ledger.clone(),
            services: self.services.clone(),
            key: self.identity.key(),
            sealed: is_sealed(&self.data.join(NODE_FOLDER)),
            clock: Arc::clone(&self.clock) as Arc<dyn Time>,
            config: config.for_services(),
            url,
        }
        .build()
        .or_unusable("cannot start")
    }

    /// Empties the journal, closes every file and gives the folder free.
    pub fn close(self) -> Result<(), Failure> {
        self.ledger.shutdown().map_err(Failure::unusable)
    }
}
