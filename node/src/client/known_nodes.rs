//! The nodes that this person's command line has spoken to: a file with one line for each address, `<address> <DID>`.
//!
//! Always: an address that answers with another DID than the one in the file is an error, unless the person accepted the
//! new node; nothing is signed for it before that. An address of this machine is not in the file: no other machine on the
//! network can take it.

use super::ClientError;
use imajin_ledger::durable;
use imajin_protocol::Did;
use reqwest::Url;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// Where the file is, if not in the usual place.
pub const VARIABLE: &str = "IMAJIN_KNOWN_NODES";

/// The file, and whether a new node at a known address is accepted.
#[derive(Debug, Clone)]
pub struct KnownNodes {
    /// The file's path.
    pub path: PathBuf,
    accept_new: bool,
}

/// Result of comparing a node's DID with the one remembered for its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeMeeting {
    /// The node that answered before.
    Again,
    /// A node on this machine, where many nodes come and go, each at any port.
    Here,
    /// A node at an address that was not known before.
    First,
    /// Another node answered before, and the person accepted this one.
    Instead(Did),
}

impl KnownNodes {
    /// The file of this person: `$IMAJIN_KNOWN_NODES`, else `imajin/known-nodes` in `$XDG_CONFIG_HOME` or `~/.config`.
    pub fn of_person(accept_new: bool) -> Result<Self, ClientError> {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let path = match (variable(VARIABLE), variable("XDG_CONFIG_HOME"), variable("HOME")) {
            (Some(path), _, _) => PathBuf::from(path),
            (None, Some(config), _) => Path::new(&config).join("imajin/known-nodes"),
            (None, None, Some(home)) => Path::new(&home).join(".config/imajin/known-nodes"),
            (None, None, None) => return Err(ClientError::NoPlaceForNodes),
        };
        Ok(Self { path, accept_new })
    }

    /// A node answered at this address.
    pub fn meet(&self, address: &str, node: &Did) -> Result<NodeMeeting, ClientError> {
        if is_loopback(address) {
            return Ok(NodeMeeting::Here);
        }
        let mut lines = self.read()?;
        let met = match lines.iter().position(|(at, _)| at == address) {
            None => {
                lines.push((address.to_owned(), node.clone()));
                NodeMeeting::First
            }
            Some(at) if lines[at].1 == *node => return Ok(NodeMeeting::Again),
            Some(at) if self.accept_new => {
                NodeMeeting::Instead(std::mem::replace(&mut lines[at].1, node.clone()))
            }
            Some(at) => {
                return Err(ClientError::AnotherNode {
                    address: address.to_owned(),
                    known: lines[at].1.clone(),
                    found: node.clone(),
                    file: self.path.clone(),
                });
            }
        };
        self.write(&lines)?;
        Ok(met)
    }

    fn read(&self) -> Result<Vec<(String, Did)>, ClientError> {
        let text = durable::if_there(std::fs::read_to_string(&self.path));
        let text = text.map_err(|error| self.failed(&error))?.unwrap_or_default();
        let line = |line: &str| {
            let (address, did) = line.split_once(' ')?;
            Some((address.to_owned(), Did::parse(did.trim()).ok()?))
        };
        text.lines()
            .filter(|text| !text.trim().is_empty())
            .map(|text| {
                line(text).ok_or_else(|| {
                    self.failed(&format!("{text:?} is not a line with an address and a DID"))
                })
            })
            .collect()
    }

    fn write(&self, lines: &[(String, Did)]) -> Result<(), ClientError> {
        let mut text = String::new();
        for (address, did) in lines {
            writeln!(text, "{address} {did}").map_err(|error| self.failed(&error))?;
        }
        durable::replace(&self.path, text.as_bytes()).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &dyn std::fmt::Display) -> ClientError {
        ClientError::KnownNodes { file: self.path.clone(), error: error.to_string() }
    }
}

/// Whether an address says itself that it is this machine: a number, or `localhost`.
fn is_loopback(address: &str) -> bool {
    let url = Url::parse(address).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    let number = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || number.is_ok_and(|number| number.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_remembered_at_first_use_and_another_one_stops_everything() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config/known-nodes");
        let nodes = |accept_new| KnownNodes { path: path.clone(), accept_new };
        let (home, other) = (Did::from_key(&[1; 32]), Did::from_key(&[2; 32]));
        let at = "https://imajin.local";
        assert_eq!(nodes(false).meet(at, &home).unwrap(), NodeMeeting::First);
        assert_eq!(nodes(false).meet(at, &home).unwrap(), NodeMeeting::Again);
        assert_eq!(nodes(false).meet("http://imajin.local", &other).unwrap(), NodeMeeting::First);
        let stopped = nodes(false).meet(at, &other).unwrap_err().to_string();
        for part in [home.as_str(), other.as_str(), at, "--accept-new-node"] {
            assert!(stopped.contains(part), "{stopped}");
        }
        assert_eq!(nodes(false).meet(at, &home).unwrap(), NodeMeeting::Again);
        assert_eq!(nodes(true).meet(at, &other).unwrap(), NodeMeeting::Instead(home.clone()));
        assert_eq!(nodes(false).meet(at, &other).unwrap(), NodeMeeting::Again);
        assert!(nodes(false).meet(at, &home).is_err());
        let cases = "http://127.0.0.1:7000 http://127.9.9.9 https://localhost:7443 \
            http://[::1]:7000";
        for at in cases.split(' ') {
            for node in [&home, &other, &home] {
                assert_eq!(nodes(false).meet(at, node).unwrap(), NodeMeeting::Here, "{at}");
            }
        }
        for at in ["http://localhost.example", "http://box.localhost:7000"] {
            assert_eq!(nodes(false).meet(at, &home).unwrap(), NodeMeeting::First, "{at}");
            assert!(nodes(false).meet(at, &other).is_err(), "{at}");
        }
        std::fs::write(&path, "nonsense\n").unwrap();
        assert!(nodes(true).meet(at, &home).is_err(), "a damaged file is not replaced");
    }
}
