//! What the directory is told when it starts. Every bound has its default here.

use serde::Deserialize;

const HOUR_SECS: i64 = 3_600;
const DAY_SECS: i64 = 24 * HOUR_SECS;

/// Which builds may register.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// Any.
    #[default]
    Open,
    /// Those that the registry or an approved fork has released.
    Approved,
}

impl Policy {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
        }
    }
}

/// How long things last (WIRE.md §8).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Times {
    /// Seconds that a registration lasts.
    pub registration_secs: i64,
    /// Seconds between two heartbeats.
    pub heartbeat_secs: i64,
    /// Missed heartbeats after which a node is stale.
    pub stale_after: i64,
    /// Missed heartbeats after which it is unreachable.
    pub unreachable_after: i64,
    /// Seconds after its end for which a registration's name is kept for its node.
    pub grace_secs: i64,
    /// Seconds before its end from which on a node is asked to renew its registration.
    pub renew_within_secs: i64,
    /// Seconds after the grace for which an expired node is remembered.
    pub forget_after_secs: i64,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            registration_secs: 30 * DAY_SECS,
            heartbeat_secs: DAY_SECS,
            stale_after: 3,
            unreachable_after: 7,
            grace_secs: 7 * DAY_SECS,
            renew_within_secs: 7 * DAY_SECS,
            forget_after_secs: 90 * DAY_SECS,
        }
    }
}

/// How often somebody may do something: so much an hour, and as much at once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limits {
    /// Registrations of one node.
    pub node_registrations_an_hour: u32,
    /// Attempts to register from one address.
    pub address_registrations_an_hour: u32,
    /// Heartbeats of one node.
    pub heartbeats_an_hour: u32,
    /// Seconds between two sweeps.
    pub sweep_every_secs: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            node_registrations_an_hour: 20,
            address_registrations_an_hour: 120,
            heartbeats_an_hour: 60,
            sweep_every_secs: 60,
        }
    }
}

/// What the directory is told when it starts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Which builds may register.
    pub policy: Policy,
    /// Public keys (64 hex digits) whose word counts for builds, suspensions and revocations.
    pub keys: Vec<String>,
    /// The domain below which a node's name stands; without one nodes have no subdomain.
    pub domain: Option<String>,
    /// Names that nobody gets, beside those that are reserved anyway.
    pub reserved_names: Vec<String>,
    /// Versions below this one are asked to upgrade, and refused where builds must be approved.
    pub minimum_version: Option<String>,
    /// The header in which a proxy in front of the registry names who asks; without one nobody's header is believed.
    pub address_header: Option<String>,
    /// How long things last.
    pub times: Times,
    /// How often somebody may do something.
    pub limits: Limits,
}

impl Config {
    /// What types alone do not say.
    pub fn check(&self) -> Result<(), String> {
        super::word::keys(&self.keys)?;
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
        if !all
            .iter()
            .all(|number| (0..=3_155_760_000).contains(number))
        {
            return Err("times must be between 0 and a hundred years".to_owned());
        }
        if times.stale_after > times.unreachable_after {
            return Err("stale-after must not be more than unreachable-after".to_owned());
        }
        if let Some(minimum) = &self.minimum_version {
            let parsed = minimum.parse::<crate::version::Version>();
            parsed.map_err(|error| format!("minimum-version: {error}"))?;
        }
        Ok(())
    }
}
