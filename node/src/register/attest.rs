//! A node's attestation: the program that runs, as its digest, source and version, and the node's purpose.
//!
//! Always: the digest is that of the very file that runs, also where another one was put in its place since.

use crate::config::RegistriesConfig;
use imajin_app::Node;
use imajin_box::registry::sign;
use imajin_dfos::hex;
use imajin_host::prelude::*;
use imajin_ledger::NodeKey;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::net::IpAddr;

/// The commit that this was built from; zeros where it was built outside a repository.
pub const COMMIT: &str = env!("IMAJIN_COMMIT");
/// This program's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The running program, even if the file at its path has changed (proc(5)).
const RUNNING: &str = "/proc/self/exe";

/// The program that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// SHA-256 of its file, as 64 hex digits.
    pub hash: String,
}

impl Program {
    /// Reads the program that runs. Takes as long as reading its file does.
    pub fn running() -> io::Result<Self> {
        Self::from_reader(File::open(RUNNING)?)
    }

    fn from_reader(file: impl Read) -> io::Result<Self> {
        let mut digest = Sha256::new();
        io::copy(&mut BufReader::with_capacity(64 << 10, file), &mut digest)?;
        Ok(Self { hash: hex::encode(&digest.finalize()) })
    }
}

/// The wish of a node for where its name leads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameTarget {
    /// Addresses; empty for the address that the request comes from.
    pub addresses: Vec<IpAddr>,
    /// Whether the name is to lead to the registry, which carries connections to the node.
    pub tunnel: bool,
}

/// The part of the attestation that is the same for every registry.
pub struct About {
    /// The program.
    pub program: Program,
    key: NodeKey,
    /// The attestation without addresses, time and signature.
    members: Json,
}

impl About {
    /// Builds the attestation's constant part for this node.
    pub fn new(node: &Node, settings: &RegistriesConfig, program: Program) -> Self {
        let services: Vec<&str> = node.services().iter().map(|service| service.name()).collect();
        let key = node.key().clone();
        let mut members = json!({
            "nodeId": node.did().as_str(),
            "publicKey": node.public_key().to_hex(),
            "buildHash": program.hash,
            "sourceCommit": COMMIT,
            "version": VERSION,
            "hostname": hostname(settings, node.did().as_str()),
            "services": services,
            "capabilities": settings.capabilities,
            "operators": settings.operators,
            "scopes": settings.scopes,
        });
        if node.config().url.is_some() {
            members["url"] = json!(node.url());
        }
        Self { program, key, members }
    }

    /// Digest of what is attested.
    pub fn digest(&self, target: &NameTarget) -> String {
        let members = self.members(target).to_string();
        hex::encode(&Sha256::digest(members.as_bytes()))
    }

    /// The attestation of this moment.
    pub fn attestation(&self, target: &NameTarget, now_ms: i64) -> Json {
        self.signed(self.members(target), now_ms)
    }

    fn members(&self, target: &NameTarget) -> Json {
        let mut members = self.members.clone();
        if !target.addresses.is_empty() {
            members["addresses"] = json!(target.addresses);
        }
        if target.tunnel {
            members["tunnel"] = json!(true);
        }
        members
    }

    /// A sign of life of this moment. `head` is the newest head of the node's own record.
    pub fn heartbeat(&self, node: &Node, head: Option<String>, now_ms: i64) -> Json {
        let is_well = node.ledger().fatal().is_none();
        let services = self.members["services"].as_array().into_iter().flatten();
        let state = if is_well { "ok" } else { "failed" };
        let services: serde_json::Map<String, Json> =
            services.filter_map(|name| Some((name.as_str()?.to_owned(), json!(state)))).collect();
        let mut beat = json!({
            "nodeId": self.members["nodeId"],
            "buildHash": self.program.hash,
            "version": VERSION,
            "health": {
                "status": if is_well { "healthy" } else { "failed" },
                "services": services,
                "uptime": node.uptime().as_secs(),
            },
        });
        if let Some(head) = head {
            beat["head"] = json!(head);
        }
        self.signed(beat, now_ms)
    }

    fn signed(&self, document: Json, now_ms: i64) -> Json {
        sign(&self.key.key, document, now_ms)
    }
}

/// The name that the node asks for: the one of the settings, else one that only it would have.
pub fn hostname(settings: &RegistriesConfig, did: &str) -> String {
    if settings.name.is_empty() {
        let digest = hex::encode(&Sha256::digest(did.as_bytes()));
        format!("box-{}", digest.get(..10).unwrap_or(&digest))
    } else {
        settings.name.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_of_the_file() {
        let text = Program::from_reader(&b"abc"[..]).unwrap().hash;
        assert_eq!(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let file = std::env::current_exe().unwrap();
        let running = Program::running().unwrap();
        assert_eq!(running, Program::from_reader(File::open(file).unwrap()).unwrap());
    }

    #[test]
    fn the_commit_is_one() {
        assert!((7..=64).contains(&COMMIT.len()) && COMMIT.bytes().all(|b| b.is_ascii_hexdigit()));
    }
}
