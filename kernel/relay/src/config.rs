//! The relay's settings.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::store::PendingMax;

/// Capabilities of the relay. The routes of a disabled one answer 501.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Capabilities {
    /// Operations and documents may be posted. A relay without only follows its peers.
    pub write: bool,
    /// Documents are kept and served.
    pub content: bool,
    /// The whole log can be read.
    pub log: bool,
    /// Revocations can be asked for.
    pub revocations: bool,
    /// The index can be asked.
    pub index: bool,
    /// Sign requests are passed between two people.
    pub signing: bool,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self {
            write: true,
            content: true,
            log: true,
            revocations: true,
            index: true,
            signing: false,
        }
    }
}

/// Another relay.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// The relay's base URL, without the paths of the protocol.
    pub url: String,
    /// Whether the relay sends it new operations.
    #[serde(default = "yes")]
    pub gossip: bool,
    /// Whether the relay fetches missing chains from it.
    #[serde(default = "yes", rename = "read-through")]
    pub read_through: bool,
    /// Whether its log is followed.
    #[serde(default = "yes")]
    pub sync: bool,
}

fn yes() -> bool {
    true
}

impl Peer {
    /// A peer for everything.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), gossip: true, read_through: true, sync: true }
    }
}

/// Bounds that the protocol leaves to the relay.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limits {
    /// Operations that wait for others; of more the oldest are dropped.
    pub pending_max: u64,
    /// Bytes of operations that wait for others; of more the oldest are dropped.
    pub pending_bytes_max: u64,
    /// Longest validity of an auth token in seconds; 0 for no limit.
    pub auth_token_secs_max: i64,
    /// Operations that are read from a peer's log in one go.
    pub sync_operations_max: usize,
    /// Seconds between two looks at a peer's log.
    pub sync_every_secs: u64,
    /// Seconds after which a peer that does not answer is given up.
    pub peer_timeout_secs: u64,
    /// Unanswered sign requests of one subject.
    pub mailbox_max: u64,
    /// Bytes that the store may have before what others send is refused; 0 for the smaller of 1 GiB and a twentieth of the disk.
    pub store_bytes_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pending_max: 100_000,
            pending_bytes_max: 256 << 20,
            auth_token_secs_max: imajin_dfos::auth::LIFETIME_SECS_MAX,
            sync_operations_max: 5_000,
            sync_every_secs: 30,
            peer_timeout_secs: 20,
            mailbox_max: 1_024,
            store_bytes_max: 0,
        }
    }
}

impl Limits {
    /// Returns the time limit for a peer's answer.
    pub fn peer_timeout(&self) -> Duration {
        Duration::from_secs(self.peer_timeout_secs.max(1))
    }

    /// Returns the limits on waiting operations.
    pub(super) fn pending(&self) -> PendingMax {
        PendingMax { count: self.pending_max, bytes: self.pending_bytes_max }
    }
}

/// An identity whose key the caller keeps.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenIdentity {
    /// Its DID.
    pub did: String,
    /// Its profile artifact's token.
    pub profile: String,
}

/// The relay's settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The folder of its store and its key; made if there is none.
    #[serde(default)]
    pub folder: PathBuf,
    /// The name in its profile.
    #[serde(default = "default_name")]
    pub name: String,
    /// The version that the relay reports; this program's if empty.
    #[serde(default)]
    pub version: String,
    /// The relay's identity; if it is missing, the relay makes one.
    #[serde(default)]
    pub identity: Option<GivenIdentity>,
    /// The relay's capabilities.
    #[serde(default)]
    pub capabilities: Capabilities,
    /// The relays that it knows.
    #[serde(default)]
    pub peers: Vec<Peer>,
    /// Whether the relay fetches the documents of chains that are open to everyone.
    #[serde(default)]
    pub follow: bool,
    /// Bounds.
    #[serde(default)]
    pub limits: Limits,
}

fn default_name() -> String {
    "DFOS Relay".to_owned()
}

impl Config {
    /// Makes the default settings for a relay in a folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            name: default_name(),
            version: String::new(),
            identity: None,
            capabilities: Capabilities::default(),
            peers: Vec::new(),
            follow: false,
            limits: Limits::default(),
        }
    }
}
