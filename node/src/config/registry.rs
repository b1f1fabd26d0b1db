//! Settings of the registry's relay and directory, and how a peer is written: `https://relay.example`, then words for what it is not
//! used for.

use imajin_registry::Settings;
use imajin_registry::directory::{self, Policy};
use imajin_relay::{Capabilities, Limits, Peer};
use serde::Deserialize;

/// The relay, and the directory.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistryConfig {
    /// Other relays.
    pub peers: Vec<PeerSetting>,
    /// Whether documents that are open to everyone are fetched from the peers.
    pub follow: bool,
    /// Capabilities of the relay.
    pub capabilities: Capabilities,
    /// The version that the relay reports; empty for this program's.
    pub version: String,
    /// Bounds.
    pub limits: RelayLimits,
    /// The directory of nodes.
    pub directory: DirectoryConfig,
}

/// The directory of nodes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryConfig {
    /// Whether this node keeps one.
    pub enabled: bool,
    /// Policy for the builds that may register.
    pub policy: Policy,
    /// Keys that may sign builds, suspensions and revocations.
    pub keys: Vec<String>,
    /// The directory asks nodes with an older version to upgrade; empty for none.
    pub minimum_version: String,
}

impl DirectoryConfig {
    fn settings(&self) -> Option<directory::Config> {
        self.enabled.then(|| directory::Config {
            policy: self.policy,
            keys: self.keys.clone(),
            minimum_version: Some(self.minimum_version.clone()).filter(|text| !text.is_empty()),
            ..directory::Config::default()
        })
    }
}

/// Bounds of the relay.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelayLimits {
    /// Operations that wait for others.
    pub pending: u64,
    /// Bytes of them.
    pub pending_bytes: u64,
    /// Longest life of an auth token, in seconds; 0 for as long as it says.
    pub auth_token_s: i64,
    /// Operations that are read from a peer in one go.
    pub sync_operations: usize,
    /// Seconds between two looks at a peer's log.
    pub sync_every_s: u64,
    /// Seconds to wait for a peer's answer.
    pub peer_timeout_s: u64,
    /// Unanswered sign requests of one subject.
    pub mailbox: u64,
    /// Bytes of the relay's store before what others send is refused; 0 for the smaller of 1 GiB and a twentieth of the disk.
    pub store_bytes: u64,
}

/// A peer as written in the settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PeerSetting(pub Peer);

impl TryFrom<String> for PeerSetting {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let url = words.next().unwrap_or_default();
        let parsed = reqwest::Url::parse(url)
            .map_err(|error| format!("`registry.peers`: {url:?}: {error}"))?;
        if !matches!(parsed.scheme(), "http" | "https") || parsed.host_str().is_none() {
            return Err(format!("`registry.peers`: {url:?} must begin with http:// or https://"));
        }
        let mut peer = Peer::new(url);
        for word in words {
            match word {
                "no-gossip" => peer.gossip = false,
                "no-read-through" => peer.read_through = false,
                "no-sync" => peer.sync = false,
                _ => {
                    return Err(format!(
                        "`registry.peers`: {word:?} after {url} must be no-gossip, no-read-through or no-sync"
                    ));
                }
            }
        }
        Ok(Self(peer))
    }
}

impl RegistryConfig {
    /// Checks the rules that the types alone do not express.
    pub(super) fn check(&self) -> Result<(), String> {
        if let Some(directory) = self.directory.settings() {
            directory.check().map_err(|error| format!("`registry.directory`: {error}"))?;
        }
        let limits = &self.limits;
        let at_least_one = [
            ("pending", limits.pending),
            ("pending_bytes", limits.pending_bytes),
            ("sync_operations", limits.sync_operations as u64),
            ("sync_every_s", limits.sync_every_s),
            ("peer_timeout_s", limits.peer_timeout_s),
            ("mailbox", limits.mailbox),
        ];
        match at_least_one.into_iter().find(|(_, value)| *value == 0) {
            Some((name, _)) => Err(format!("`registry.limits.{name}` must be at least 1")),
            None => Ok(()),
        }
    }

    /// Converts to the registry's settings.
    pub fn settings(&self) -> Settings {
        Settings {
            capabilities: self.capabilities,
            peers: self.peers.iter().map(|peer| peer.0.clone()).collect(),
            follow: self.follow,
            version: self.version.clone(),
            limits: Limits {
                pending_max: self.limits.pending,
                pending_bytes_max: self.limits.pending_bytes,
                auth_token_secs_max: self.limits.auth_token_s,
                sync_operations_max: self.limits.sync_operations,
                sync_every_secs: self.limits.sync_every_s,
                peer_timeout_secs: self.limits.peer_timeout_s,
                mailbox_max: self.limits.mailbox,
                store_bytes_max: self.limits.store_bytes,
            },
            directory: self.directory.settings(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(text: &str) -> Result<Peer, String> {
        PeerSetting::try_from(text.to_owned()).map(|peer| peer.0)
    }

    #[test]
    fn a_peer_is_an_address_and_what_it_is_not_used_for() {
        assert_eq!(peer("https://a.example"), Ok(Peer::new("https://a.example")));
        let lite = peer("http://b.example:4444/relay no-gossip  no-sync").unwrap();
        assert!(!lite.gossip && lite.read_through && !lite.sync);
        for wrong in ["", "a.example", "ftp://a.example", "https://a.example no"] {
            let error = peer(wrong).unwrap_err();
            assert!(error.contains("`registry.peers`"), "{error}");
        }
    }
}
