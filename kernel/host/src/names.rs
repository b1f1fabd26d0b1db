//! The names a node answers to. A `Host` that is none of them is refused: a stranger's web page must not reach the
//! node under a name of the stranger's (DNS rebinding).
//!
//! Always: compared in lower case, without port and trailing dot.

use std::net::{IpAddr, SocketAddr};

use imajin_app::Services;
use imajin_dfos::Timestamp;

use crate::config::Config;
use crate::network::NetworkState;

/// The hosts of this node, and which part of it each names.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Lower-case host names without port, the first one is how the node calls itself.
    hosts: Vec<String>,
    /// The hosts as the owner wrote them, which may have a port.
    declared: Vec<String>,
    /// Mounted services, which answer at `<service>.<host>` as well.
    services: Vec<&'static str>,
}

/// The target of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The node: every service below its own path.
    Node,
    /// One service, whose paths are at the root.
    Service(&'static str),
}

impl Names {
    /// The names of a node with this configuration and these services.
    pub fn from_config(config: &Config, services: &Services) -> Self {
        Self::new(
            config.hosts.iter().cloned(),
            config.machine_names.iter().cloned(),
            services.iter().map(|service| service.name()),
        )
    }

    /// Makes names from the configuration, and the machine's other names; loopback names and addresses need not be
    /// listed.
    pub fn new(
        declared: impl IntoIterator<Item = String>,
        machine: impl IntoIterator<Item = String>,
        services: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        let declared: Vec<String> = declared.into_iter().collect();
        let hosts = declared.iter().cloned().chain(machine);
        Self {
            hosts: hosts.map(|host| normal(&host)).filter(|host| !host.is_empty()).collect(),
            declared,
            services: services.into_iter().collect(),
        }
    }

    /// The node's own name for itself, if it was given one.
    pub fn first(&self) -> Option<&str> {
        self.hosts.first().map(String::as_str)
    }

    /// Whether the owner declared this name (lower-case, no port) and port for the node: a name without a port means
    /// the port of the scheme.
    pub(crate) fn covers(&self, name: &str, port: u16, secure: bool) -> bool {
        let mut declared = self.declared.iter();
        declared.any(|declared| normal(declared) == name && port_of(declared, secure) == port)
    }

    /// Every host that the node answers to, in lower case without port: its name at home, the names of the settings and
    /// the machine, `localhost`, and the names whose certificate every browser accepts. Each service answers below each
    /// of them.
    fn hosts<'a>(
        &'a self,
        place: &'a NetworkState,
        now: Timestamp,
    ) -> impl Iterator<Item = &'a str> {
        let home = place.lan.iter().map(|lan| lan.name.as_str());
        home.chain(self.hosts.iter().map(String::as_str))
            .chain(["localhost"])
            .chain(place.public_hosts(now))
    }

    /// Every name that the node answers to: each host, then the services below each. These are the names that its certificates are for.
    pub fn all(&self, place: &NetworkState, now: Timestamp) -> Vec<String> {
        let hosts = self.hosts(place, now).map(str::to_owned);
        let below = self.hosts(place, now).flat_map(|host| self.below(host));
        let mut names: Vec<String> = Vec::new();
        for name in hosts.chain(below) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The services' names below a host: `auth.imajin.local`.
    pub fn below(&self, host: &str) -> impl Iterator<Item = String> {
        let services = self.services.iter();
        services.map(move |service| format!("{service}.{host}"))
    }

    /// Resolves a `Host` header; `None` for a name that is not the node's.
    pub fn resolve(&self, host: &str, place: &NetworkState, now: Timestamp) -> Option<Bound> {
        // The overwhelming case, without an allocation.
        if is_address(host) {
            // An attacker's name is needed for rebinding; an address in `Host` means that no name was resolved.
            return Some(Bound::Node);
        }
        let host = normal(host);
        let is_ours = |name: &str| self.hosts(place, now).any(|host| host == name);
        if is_ours(&host) {
            return Some(Bound::Node);
        }
        let (service, parent) = self.split_service(&host)?;
        is_ours(parent).then_some(Bound::Service(service))
    }

    /// The service that the first label of a host names, and the host without that label, with its port: `auth` and
    /// `imajin.local:7000` of `auth.imajin.local:7000`.
    pub(crate) fn split_service<'a>(&self, host: &'a str) -> Option<(&'static str, &'a str)> {
        let (first, parent) = host.split_once('.')?;
        let mut services = self.services.iter().copied();
        let service = services.find(|service| *service == first)?;
        Some((service, parent))
    }
}

fn is_address(host: &str) -> bool {
    match host.as_bytes().first() {
        Some(b'0'..=b'9') => host.parse::<SocketAddr>().is_ok() || host.parse::<IpAddr>().is_ok(),
        Some(b'[') => {
            host.parse::<SocketAddr>().is_ok()
                || host
                    .strip_prefix('[')
                    .and_then(|rest| rest.strip_suffix(']'))
                    .is_some_and(|address| address.parse::<IpAddr>().is_ok())
        }
        _ => false,
    }
}

/// A host without its port, in lower case.
pub fn normal(host: &str) -> String {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// The port of a host, or that of its scheme.
pub(crate) fn port_of(host: &str, secure: bool) -> u16 {
    let port = host.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    port.unwrap_or(if secure { 443 } else { 80 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Lan, PublicNames};

    const NOW: &str = "2026-11-20T10:00:00.000Z";

    fn now() -> Timestamp {
        Timestamp::parse(NOW).unwrap()
    }

    /// A node without a network, as most of its requests meet it.
    fn resolved(names: &Names, host: &str) -> Option<Bound> {
        names.resolve(host, &NetworkState::default(), now())
    }

    fn place() -> NetworkState {
        let public = |name: &str, expires: &str| PublicNames {
            names: vec![name.to_owned()],
            expires: Timestamp::parse(expires).ok(),
            ..PublicNames::default()
        };
        NetworkState {
            lan: Some(Lan { name: "imajin-2.local".to_owned(), neighbours: Vec::new() }),
            public: vec![
                public("ada.example", "2027-01-01T00:00:00.000Z"),
                public("ended.example", "2026-01-01T00:00:00.000Z"),
            ],
            ..NetworkState::default()
        }
    }

    #[test]
    fn a_name_without_a_port_covers_its_schemes_own_and_one_with_a_port_covers_that() {
        let declared = ["Ada.example", "box.example:8443", "[2001:db8::1]"].map(str::to_owned);
        let names = Names::new(declared, ["box".to_owned()], []);
        for (name, port, secure, covered) in [
            ("ada.example", 443, true, true),
            ("ada.example", 80, false, true),
            ("ada.example", 443, false, false),
            ("ada.example", 8000, false, false),
            ("box.example", 8443, true, true),
            ("box.example", 443, true, false),
            ("[2001:db8::1]", 80, false, true),
            ("box", 80, false, false),
            ("localhost", 80, false, false),
        ] {
            assert_eq!(names.covers(name, port, secure), covered, "{name} {port}");
        }
        assert_eq!(resolved(&names, "box:1234"), Some(Bound::Node));
    }

    #[test]
    fn a_service_answers_below_each_name_of_the_node() {
        let names = Names::new(["chat.example".to_owned()], [], ["auth", "chat"]);
        let place = place();
        let resolve = |host: &str| names.resolve(host, &place, now());
        for (host, bound) in [
            ("chat.example", Some(Bound::Node)),
            ("auth.chat.example:8080", Some(Bound::Service("auth"))),
            ("imajin-2.local", Some(Bound::Node)),
            ("Auth.imajin-2.local.:7000", Some(Bound::Service("auth"))),
            ("mail.imajin-2.local", None),
            ("auth.chat.imajin-2.local", None),
            ("auth.example", None),
            ("auth.ada.example", Some(Bound::Service("auth"))),
            ("ended.example", None),
        ] {
            assert_eq!(resolve(host), bound, "{host}");
        }
    }

    #[test]
    fn every_name_is_one_that_it_answers_to_and_hosts_come_first() {
        let declared = ["Chat.example".to_owned()];
        let machine = ["box", "box.local"].map(str::to_owned);
        let names = Names::new(declared, machine, ["auth", "chat"]);
        let place = place();
        let all = names.all(&place, now());
        let hosts =
            ["imajin-2.local", "chat.example", "box", "box.local", "localhost", "ada.example"];
        assert_eq!(all[..6], hosts);
        assert_eq!(all.len(), 3 * hosts.len());
        for name in &all {
            assert!(names.resolve(name, &place, now()).is_some(), "{name}");
        }
        for name in ["auth.localhost", "chat.imajin-2.local", "auth.ada.example"] {
            assert!(all.iter().any(|listed| listed == name), "{name}");
        }
    }

    #[test]
    fn ours_and_nobody_elses() {
        let names = Names::new(["Imajin.local".to_owned()], [], ["auth", "profile"]);
        let cases = "imajin.local IMAJIN.local:7000 imajin.local. localhost localhost:7000 \
            127.0.0.1:7000 192.168.1.4 [::1]:80 [fe80::1]";
        for host in cases.split(' ') {
            assert_eq!(resolved(&names, host), Some(Bound::Node), "{host}");
        }
        assert_eq!(resolved(&names, "auth.imajin.local:7000"), Some(Bound::Service("auth")));
        assert_eq!(resolved(&names, "profile.localhost"), Some(Bound::Service("profile")));
        let others = "|evil.example|imajin.local.evil.example|1.2.3.4.evil.example|\
            chat.imajin.local|auth.auth.imajin.local|[::1].evil|localhost.evil|\
            127.0.0.1@evil.example";
        for host in others.split('|') {
            assert_eq!(resolved(&names, host), None, "{host}");
        }
    }
}
