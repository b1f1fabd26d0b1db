//! The router's port mapping to the box: the owner's choice, and the current state.
//!
//! Always: off until the owner turns it on. The choice is one small file in the node's folder, replaced as a whole; the owner's
//! page and the command line write it, the running node follows it.

use std::io;
use std::net::IpAddr;
use std::path::Path;

use imajin_dfos::Timestamp;
use imajin_ledger::durable;
use serde::{Deserialize, Serialize};

const FILE_NAME: &str = "port-mapping.json";

#[derive(Default, Serialize, Deserialize)]
struct Choice {
    on: bool,
}

/// Whether the owner wants it. `folder` is the node's.
pub fn is_wanted(folder: &Path) -> io::Result<bool> {
    let choice: Choice = durable::read_json(&folder.join(FILE_NAME))?;
    Ok(choice.on)
}

/// Enters the owner's choice.
pub fn choose(folder: &Path, on: bool) -> io::Result<()> {
    durable::replace_json(&folder.join(FILE_NAME), &Choice { on })
}

/// The state of the mapping, if the owner wants one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mapping {
    /// The router is being asked.
    Asking,
    /// The router leads a port to this box.
    Open(OpenPort),
    /// The mapping failed, for this reason. The node asks again.
    Failed(String),
}

/// A port that is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenPort {
    /// How the router was asked: `PCP`, `NAT-PMP` or `UPnP`.
    pub by: String,
    /// The router's address on the internet, if the router reports it.
    pub address: Option<IpAddr>,
    /// The port there.
    pub port: u16,
    /// The box's address at home.
    pub inside: IpAddr,
    /// The box's port of HTTPS.
    pub inside_port: u16,
    /// The end of the mapping, unless it is renewed; `None` if the router names no end.
    pub until: Option<Timestamp>,
}

impl OpenPort {
    /// Describes the mapping, for people.
    pub fn says(&self) -> String {
        let address = self.address.map_or_else(|| "the router".to_owned(), |ip| ip.to_string());
        let until = self.until.map(|until| format!(", renewed before {until}"));
        format!(
            "{address}:{} leads to this box, {}:{} ({}{})",
            self.port,
            self.inside,
            self.inside_port,
            self.by,
            until.unwrap_or_default()
        )
    }

    /// Whether the internet reaches the router's own address. If not, it is behind another router, often the provider's
    /// (RFC 6598).
    pub fn is_reachable(&self) -> bool {
        self.address.is_none_or(crate::outgoing::is_public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_port_is_opened_until_the_owner_says_so() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_wanted(folder.path()).unwrap());
        choose(folder.path(), true).unwrap();
        assert!(is_wanted(folder.path()).unwrap());
        choose(folder.path(), false).unwrap();
        assert!(!is_wanted(folder.path()).unwrap());
        std::fs::write(folder.path().join(FILE_NAME), "{").unwrap();
        assert!(is_wanted(folder.path()).is_err(), "damage is no choice");
    }

    #[test]
    fn a_router_behind_a_router_is_told() {
        let port = |address: &str| OpenPort {
            by: "PCP".to_owned(),
            address: Some(address.parse().unwrap()),
            port: 443,
            inside: "192.168.1.9".parse().unwrap(),
            inside_port: 7443,
            until: None,
        };
        assert!(port("93.184.216.34").is_reachable());
        for behind in ["100.64.3.2", "192.168.0.2", "10.0.0.1"] {
            assert!(!port(behind).is_reachable(), "{behind}");
        }
    }
}
