//! The names a node answers to. A `Host` that is none of them is refused: a stranger's web page must not reach the
//! node under a name of the stranger's (DNS rebinding).
//!
//! Always: compared in lower case, without port and trailing dot.

use std::net::{IpAddr, SocketAddr};

/// The hosts of this node, and which part of it each names.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Lower-case host names without port, the first one is how the node calls itself.
    hosts: Vec<String>,
    /// What the owner wrote, which may have a port.
    declared: Vec<String>,
    /// Mounted services, which answer at `<service>.<host>` as well.
    services: Vec<&'static str>,
}

/// What a host names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The node: every service below its own path.
    Node,
    /// One service: its paths are at the root.
    Service(&'static str),
}

impl Names {
    /// Names from configuration, and those that the machine has besides; loopback names and addresses need not be listed.
    pub fn new(
        declared: impl IntoIterator<Item = String>,
        machine: impl IntoIterator<Item = String>,
        services: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        let declared: Vec<String> = declared.into_iter().collect();
        let hosts = declared.iter().cloned().chain(machine);
        Self {
            hosts: hosts
                .map(|host| normal(&host))
                .filter(|host| !host.is_empty())
                .collect(),
            declared,
            services: services.into_iter().collect(),
        }
    }

    /// The name that the node calls itself by, if it was given one.
    pub fn first(&self) -> Option<&str> {
        self.hosts.first().map(String::as_str)
    }

    /// Whether the owner declared that the node is found at this name (lower-case, no port) and port: a name without a port
    /// stands for the scheme's own.
    pub(crate) fn covers(&self, name: &str, port: u16, secure: bool) -> bool {
        let mut declared = self.declared.iter();
        declared.any(|declared| normal(declared) == name && port_of(declared, secure) == port)
    }

    /// What the `Host` header names; `None` for a name that is not ours.
    pub fn resolve(&self, host: &str) -> Option<Bound> {
        self.resolve_with(host, |_| false)
    }

    /// [`Names::resolve`], with names that the node has besides (lower case, no port): a service answers below these, too.
    pub(crate) fn resolve_with(
        &self,
        host: &str,
        is_known: impl Fn(&str) -> bool,
    ) -> Option<Bound> {
        // The overwhelming case, without an allocation.
        if is_address(host) {
            // An attacker's name is needed for rebinding; an address in `Host` means that no name was resolved.
            return Some(Bound::Node);
        }
        let host = normal(host);
        let is_ours = |host: &str| self.is_ours(host) || is_known(host);
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

    fn is_ours(&self, host: &str) -> bool {
        host == "localhost" || self.hosts.iter().any(|ours| ours == host)
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
pub(crate) fn normal(host: &str) -> String {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// The port of a host, or that of its scheme.
pub(crate) fn port_of(host: &str, secure: bool) -> u16 {
    let port = host
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse().ok());
    port.unwrap_or(if secure { 443 } else { 80 })
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(names.resolve("box:1234"), Some(Bound::Node));
    }

    #[test]
    fn a_service_answers_below_each_name_of_the_node() {
        let names = Names::new(["chat.example".to_owned()], [], ["auth", "chat"]);
        let resolve = |host: &str| names.resolve_with(host, |name| name == "imajin-2.local");
        for (host, bound) in [
            ("chat.example", Some(Bound::Node)),
            ("auth.chat.example:8080", Some(Bound::Service("auth"))),
            ("imajin-2.local", Some(Bound::Node)),
            ("Auth.imajin-2.local.:7000", Some(Bound::Service("auth"))),
            ("mail.imajin-2.local", None),
            ("auth.chat.imajin-2.local", None),
            ("auth.example", None),
        ] {
            assert_eq!(resolve(host), bound, "{host}");
        }
    }

    #[test]
    fn ours_and_nobody_elses() {
        let names = Names::new(["Imajin.local".to_owned()], [], ["auth", "profile"]);
        for host in [
            "imajin.local",
            "IMAJIN.local:7000",
            "imajin.local.",
            "localhost",
            "localhost:7000",
            "127.0.0.1:7000",
            "192.168.1.4",
            "[::1]:80",
            "[fe80::1]",
        ] {
            assert_eq!(names.resolve(host), Some(Bound::Node), "{host}");
        }
        assert_eq!(
            names.resolve("auth.imajin.local:7000"),
            Some(Bound::Service("auth"))
        );
        assert_eq!(
            names.resolve("profile.localhost"),
            Some(Bound::Service("profile"))
        );
        for host in [
            "",
            "evil.example",
            "imajin.local.evil.example",
            "1.2.3.4.evil.example",
            "chat.imajin.local",
            "auth.auth.imajin.local",
            "[::1].evil",
            "localhost.evil",
            "127.0.0.1@evil.example",
        ] {
            assert_eq!(names.resolve(host), None, "{host}");
        }
    }
}
