//! The settings of tunnels, the table `[tunnel]`, with the default of every limit.

use std::net::{IpAddr, SocketAddr};

use imajin_edge::tunnel::STREAMS_MAX;
use imajin_host::dns::Dns;
use serde::Deserialize;

const WEEK_MS: i64 = 7 * 24 * 3_600 * 1_000;

imajin_app::settings! {
    /// Settings of the registry's tunnels.
    #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
    #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
    pub struct Config {
        /// Where visitors of nodes come, usually port 443. The registry offers tunnels only with it.
        pub listen: Option<SocketAddr> = None,
        /// Where plain HTTP is redirected to HTTPS, usually port 80.
        pub redirect: Option<SocketAddr> = None,
        /// The registry's own host names, whose connections go to `pass`.
        pub names: Vec<String> = Vec::new(),
        /// The proxy with the certificates of `names`.
        pub pass: Option<SocketAddr> = None,
        /// Whether `pass` is told the visitor's address (the PROXY protocol, version 1).
        pub pass_proxy_protocol: bool = false,
        /// Addresses of this machine, to which the names of nodes with a tunnel lead.
        pub addresses: Vec<IpAddr> = Vec::new(),
        /// The name server that is asked whether a name belongs to a node; this machine's if it is empty.
        pub resolver: Dns = Dns::default(),
        /// Seconds until the zone of a name that is carried is asked again.
        pub carried_name_secs: u64 = 3600,
        /// Seconds until the zone of a name that is not carried is asked again.
        pub missing_name_secs: u64 = 60,
        /// Most visitors at once.
        pub connections: usize = 2048,
        /// Most visitors at once from one address (IPv4, or the /64 of IPv6).
        pub connections_per_address: usize = 128,
        /// Limits of one node.
        pub limits: NodeLimits = NodeLimits::default(),
    }
}

imajin_app::settings! {
    /// Limits of one node's tunnel.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
    #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
    pub struct NodeLimits {
        /// Most visitors at once.
        pub connections: usize = STREAMS_MAX as usize,
        /// Most visitors at once from one address (IPv4, or the /64 of IPv6).
        pub connections_per_address: usize = 48,
        /// Bits a second, of both directions together.
        pub bits_a_second: u64 = 20_000_000,
        /// Bytes a day (UTC), of both directions together.
        pub bytes_a_day: u64 = 5_000_000_000,
        /// Bytes a day in the first week after a node registered.
        pub bytes_a_day_at_first: u64 = 1_000_000_000,
    }
}

impl NodeLimits {
    /// Bytes that a node may move on the day of `now_ms`, if it first registered at `registered_ms`.
    pub(super) fn bytes_a_day(&self, registered_ms: i64, now_ms: i64) -> u64 {
        if now_ms.saturating_sub(registered_ms) < WEEK_MS {
            self.bytes_a_day_at_first
        } else {
            self.bytes_a_day
        }
    }
}

impl Config {
    /// Checks the rules that the types alone do not express. The error names the setting and its valid values.
    pub fn check(&self) -> Result<(), String> {
        if self.listen.is_none() && *self == Self::default() {
            return Ok(());
        }
        if self.listen.is_none() {
            return Err("listen must be an address such as \"0.0.0.0:443\"".to_owned());
        }
        if self.names.is_empty() != self.pass.is_none() {
            return Err("names and pass belong together: connections for names go to pass".into());
        }
        if self.connections == 0 || self.connections_per_address == 0 {
            return Err("connections and connections-per-address must be at least 1".to_owned());
        }
        if self.carried_name_secs == 0 || self.missing_name_secs == 0 {
            return Err("carried-name-secs and missing-name-secs must be at least 1".to_owned());
        }
        if self.limits.connections_per_address == 0 {
            return Err("limits.connections-per-address must be at least 1".to_owned());
        }
        if !(1..=STREAMS_MAX as usize).contains(&self.limits.connections) {
            return Err(format!("limits.connections must be 1 to {STREAMS_MAX}"));
        }
        if self.limits.bits_a_second < 8_000 {
            return Err("limits.bits-a-second must be at least 8000".to_owned());
        }
        Ok(())
    }

    /// Whether a host name is one of the registry's own.
    pub(super) fn is_own_name(&self, name: &str) -> bool {
        self.names.iter().any(|own| own.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<Config, String> {
        let config: Config = toml::from_str(text).map_err(|error| error.to_string())?;
        config.check().map(|()| config)
    }

    #[test]
    fn settings_that_mean_nothing_name_the_setting() {
        let on = "listen = \"0.0.0.0:443\"\n";
        assert!(config("").is_ok() && config(on).is_ok());
        for (text, named) in [
            ("redirect = \"0.0.0.0:80\"".to_owned(), "listen"),
            ("listen = \"443\"".to_owned(), "listen"),
            (format!("{on}names = [\"a.example\"]"), "pass"),
            (format!("{on}pass = \"127.0.0.1:8443\""), "names"),
            (format!("{on}connections = 0"), "connections and"),
            (format!("{on}[limits]\nconnections = 65"), "limits.connections"),
            (format!("{on}[limits]\nbits-a-second = 1"), "bits-a-second"),
            (format!("{on}resolver = \"dns.example\""), "name server"),
            (format!("{on}missing-name-secs = 0"), "missing-name-secs"),
            (format!("{on}port = 443"), "port"),
        ] {
            let error = config(&text).unwrap_err();
            assert!(error.contains(named), "{text}: {error}");
        }
    }

    #[test]
    fn a_node_has_less_in_its_first_week() {
        let limits = NodeLimits::default();
        let at = |now_ms| limits.bytes_a_day(1_000, now_ms);
        assert_eq!(at(1_000 + WEEK_MS - 1), 1_000_000_000);
        assert_eq!(at(1_000 + WEEK_MS), 5_000_000_000);
    }
}
