//! Rows of the directory's tables.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::config::Times;
use super::status::{self, Life, Now, Status, Verdict};

/// A registered node. Times are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeRow {
    /// The node's DID, in canonical form.
    pub id: String,
    /// The node's public key: 64 hex digits.
    pub public_key: String,
    /// The node's `did:dfos`, if its key is in force in an identity chain that was verified here.
    pub dfos: Option<String>,
    /// The name that is kept for it.
    pub hostname: Option<String>,
    /// The addresses of the name: those in the attestation, else the source address of the registration.
    #[serde(default)]
    pub addresses: Vec<IpAddr>,
    /// The attestation as received.
    pub attestation: Value,
    /// The parsed members of the attestation.
    #[serde(rename = "said")]
    pub attested: AttestedFields,
    /// Time of the first registration.
    pub registered_ms: i64,
    /// End of the registration.
    pub expires_ms: i64,
    /// The last sign of life.
    pub seen_ms: i64,
    /// The last heartbeat.
    pub heartbeat: Option<Heartbeat>,
    /// The registry's verdict about the node, if any.
    pub verdict: Option<Verdict>,
    /// The status as of the last update.
    pub status: Status,
    /// Time of the next change of the status.
    pub next_ms: Option<i64>,
    /// The newest heads of the node's own record in its heartbeats, in the order of their arrival.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub heads: Vec<String>,
}

/// The part of a [`NodeRow`] that a signature is checked with.
#[derive(Debug, Deserialize)]
pub(super) struct KeyRow {
    pub(super) public_key: String,
}

/// The parts of an attestation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttestedFields {
    /// Time of the signature, in milliseconds since 1970.
    pub at_ms: i64,
    /// SHA-256 of the program: 64 hex digits.
    pub build_hash: String,
    /// Commit of the program's source.
    pub source_commit: String,
    /// Version of the program.
    pub version: String,
    /// Services that run on the node.
    pub services: Vec<String>,
    /// Capabilities of the node.
    pub capabilities: Vec<String>,
    /// DIDs of the operators.
    pub operators: Vec<String>,
    /// The scopes that the node serves.
    pub scopes: Vec<String>,
    /// The node's public address, if it has one.
    #[serde(default)]
    pub url: Option<String>,
    /// Addresses that the node wants its name to resolve to.
    #[serde(default)]
    pub addresses: Vec<IpAddr>,
    /// Whether its name is to lead to the registry, which carries connections to it.
    #[serde(default)]
    pub tunnel: bool,
}

/// The last heartbeat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// Time of the signature, by the node's clock.
    pub signed_ms: i64,
    /// Time at which the registry received it.
    pub at_ms: i64,
    /// SHA-256 of the program that runs.
    pub build_hash: String,
    /// Version of the program.
    pub version: String,
    /// The health that the node reported.
    pub health: Value,
    /// The number of the heartbeat's rate limit. It is part of this row so that a heartbeat changes one row.
    #[serde(default)]
    pub rate_ms: Option<i64>,
}

/// Kinds of tags that nodes are searched by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TagKind {
    /// Every node has this one, with an empty value.
    Any,
    /// A service that runs there.
    Service,
    /// Something that it can do.
    Capability,
    /// The scopes that the node serves.
    Scope,
    /// The `did:dfos` behind it.
    Dfos,
}

/// A kind and its value.
pub type Tag = (TagKind, String);

impl TagKind {
    /// Number of the kind in databases.
    pub fn code(self) -> i64 {
        self as i64
    }
}

impl NodeRow {
    /// Returns the tags that the node is found by.
    pub fn tags(&self) -> BTreeSet<Tag> {
        let of = |kind: TagKind, values: &[String]| -> Vec<Tag> {
            values.iter().map(|value| (kind, value.clone())).collect()
        };
        let attested = &self.attested;
        let mut tags = BTreeSet::from([(TagKind::Any, String::new())]);
        tags.extend(of(TagKind::Service, &attested.services));
        tags.extend(of(TagKind::Capability, &attested.capabilities));
        tags.extend(of(TagKind::Scope, &attested.scopes));
        tags.extend(self.dfos.iter().map(|did| (TagKind::Dfos, did.clone())));
        tags
    }

    /// Whether it has the same tags, which is so with nearly every change.
    pub fn has_tags_of(&self, other: &Self) -> bool {
        let (own, others) = (&self.attested, &other.attested);
        own.services == others.services
            && own.capabilities == others.capabilities
            && own.scopes == others.scopes
            && self.dfos == other.dfos
    }

    /// Computes the node's state at a moment.
    pub(super) fn at(&self, times: &Times, now_ms: i64) -> Now {
        let life = Life {
            seen_ms: self.seen_ms,
            expires_ms: self.expires_ms,
            has_name: self.hostname.is_some(),
            verdict: self.verdict.as_ref(),
        };
        status::at(life, times, now_ms)
    }

    /// Updates the row to the moment; returns whether the node is still remembered.
    pub(super) fn settle(&mut self, times: &Times, now_ms: i64) -> bool {
        let now = self.at(times, now_ms);
        self.status = now.status;
        self.next_ms = now.next_ms;
        if !now.keeps_name {
            self.hostname = None;
        }
        now.is_remembered
    }
}

/// Filter of the list of nodes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only nodes with this status.
    pub status: Option<Status>,
    /// Only nodes with all of these tags.
    pub tags: Vec<Tag>,
}

/// Start of a page of nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageStart {
    /// After so many from the beginning.
    Start(usize),
    /// Before so many at the end: those of the page count among them.
    End(usize),
    /// Behind a node that was the last of the page before, whether it is still there or not.
    Behind(Status, String),
}

/// Numbers of nodes by [`Status::code`].
pub type Counts = [u64; Status::ALL.len()];

/// A release of the registry's own program, or of a fork's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// The fork; empty for the registry's own program.
    pub fork: String,
    /// Which.
    pub version: String,
    /// SHA-256 of each program, for as many architectures.
    pub hashes: Vec<String>,
    /// The release date, as signed.
    pub date: String,
    /// Older versions are asked to upgrade.
    pub minimum: Option<String>,
    /// Release notes.
    pub notes: Option<String>,
    /// Why it is not approved any more.
    pub withdrawn: Option<String>,
    /// The signed message that released it.
    #[serde(rename = "word")]
    pub message: Value,
}

/// A program that others make from the same source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fork {
    /// The fork's name; empty for the registry's own program.
    pub name: String,
    /// Address of the source.
    pub source: String,
    /// The key that signs the fork's releases: 64 hex digits.
    pub key: String,
    /// The highest minimum version of its releases.
    pub minimum: Option<String>,
    /// The registry's signed message.
    #[serde(rename = "word")]
    pub message: Value,
}

/// The wanted records of a name, and the state of their publication.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameRow {
    /// The name, without the domain.
    pub name: String,
    /// Its addresses; empty to remove the name.
    pub addresses: Vec<IpAddr>,
    /// The answer to a certificate authority's challenge.
    pub challenge: Option<Challenge>,
    /// Time at which to publish the name, in milliseconds since 1970.
    pub due_ms: Option<i64>,
    /// Failed attempts in a row.
    pub failures: u32,
}

/// The answer to a certificate authority's challenge (RFC 8555 §8.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// The text of the record.
    pub text: String,
    /// Time of expiry, in milliseconds since 1970.
    pub until_ms: i64,
}

impl NameRow {
    /// Whether nothing is left to publish under the name.
    pub(super) fn is_empty(&self) -> bool {
        self.addresses.is_empty() && self.challenge.is_none()
    }
}
