//! The directory's settings, with the default of every limit.

use std::net::IpAddr;

use imajin_dfos::{VerifyingKey, hex};
use serde::{Deserialize, Serialize};

use crate::version::Version;

const DAY_SECS: i64 = 24 * 3_600;

/// Policy for the builds that may register.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// Any.
    #[default]
    Open,
    /// Builds that the registry or an approved fork has released.
    Approved,
}

imajin_app::settings! {
    /// Durations of registrations, heartbeats and names (docs/api.md, "Registry").
    #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
    #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
    pub struct Times {
        /// Seconds that a registration lasts.
        pub registration_secs: i64 = 30 * DAY_SECS,
        /// Seconds between two heartbeats.
        pub heartbeat_secs: i64 = DAY_SECS,
        /// Missed heartbeats after which a node is stale.
        pub stale_after: i64 = 3,
        /// Missed heartbeats after which it is unreachable.
        pub unreachable_after: i64 = 7,
        /// Seconds after its end for which a registration's name is kept for its node.
        pub grace_secs: i64 = 7 * DAY_SECS,
        /// Seconds before the end of a registration from which the registry asks the node to renew.
        pub renew_within_secs: i64 = 7 * DAY_SECS,
        /// Seconds after the grace for which an expired node is remembered.
        pub forget_after_secs: i64 = 90 * DAY_SECS,
    }
}

imajin_app::settings! {
    /// Rate limits: so many an hour, and as many at once.
    #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
    #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
    pub struct Limits {
        /// Registrations of one node.
        pub node_registrations_an_hour: u32 = 20,
        /// Attempts to register from one address.
        pub address_registrations_an_hour: u32 = 120,
        /// Heartbeats of one node.
        pub heartbeats_an_hour: u32 = 60,
        /// Seconds between two sweeps.
        pub sweep_every_secs: u64 = 60,
    }
}

/// The directory's settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Policy for the builds that may register.
    pub policy: Policy,
    /// Public keys (64 hex digits) that may sign builds, suspensions and revocations.
    pub keys: Vec<String>,
    /// The domain above the nodes' names. Without one, nodes have no subdomain.
    pub domain: Option<String>,
    /// Names that no node may have, in addition to the built-in ones.
    pub reserved_names: Vec<String>,
    /// Versions below this one are asked to upgrade, and refused where builds must be approved.
    pub minimum_version: Option<String>,
    /// The header in which a reverse proxy names the client's address. Without this setting, no header is believed.
    pub address_header: Option<String>,
    /// Durations of registrations, heartbeats and names.
    pub times: Times,
    /// Rate limits.
    pub limits: Limits,
    /// Addresses at which the registry carries connections to nodes: the names of nodes with a tunnel lead there. Empty: none.
    /// The program takes them from `[tunnel]`.
    #[serde(skip)]
    pub tunnel_addresses: Vec<IpAddr>,
}

impl Config {
    /// Checks what the types can't.
    pub fn check(&self) -> Result<(), String> {
        public_keys(&self.keys)?;
        let times = &self.times;
        let all = [
            times.registration_secs,
            times.heartbeat_secs,
            times.stale_after,
            times.unreachable_after,
            times.grace_secs,
            times.renew_within_secs,
            times.forget_after_secs,
        ];
        // A century: far from where sums of milliseconds would not fit.
        if !all.iter().all(|number| (0..=3_155_760_000).contains(number)) {
            return Err("times must be between 0 and a hundred years".to_owned());
        }
        if times.stale_after > times.unreachable_after {
            return Err("stale-after must not be more than unreachable-after".to_owned());
        }
        if let Some(minimum) = &self.minimum_version {
            minimum.parse::<Version>().map_err(|error| format!("minimum-version: {error}"))?;
        }
        Ok(())
    }
}

/// The public keys of a configuration in canonical form. Fails on a text that is not a key.
pub(super) fn public_keys(texts: &[String]) -> Result<Vec<String>, String> {
    let check_key = |text: &String| {
        let bytes = key(text)
            .ok_or_else(|| format!("{text} is not a public key: 64 hexadecimal digits"))?;
        VerifyingKey::from_bytes(&bytes).map_err(|error| format!("{text}: {error}"))?;
        Ok(hex::encode(&bytes))
    };
    texts.iter().map(check_key).collect()
}

/// 32 bytes as 64 hex digits.
pub(super) fn key(text: &str) -> Option<[u8; 32]> {
    hex::decode(text)?.try_into().ok()
}
