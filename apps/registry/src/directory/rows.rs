//! What the directory keeps.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::config::Times;
use super::status::{self, Life, Now, Status, Verdict};

/// A node as it is registered. Times are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeRow {
    /// Its DID, in canonical form.
    pub id: String,
    /// The key that it signs with: 64 hex digits.
    pub public_key: String,
    /// Its `did:dfos`, if its key is in force in an identity chain that was verified here.
    pub dfos: Option<String>,
    /// The name that is kept for it.
    pub hostname: Option<String>,
    /// Where that name leads: to the addresses that it gave, else to the one that it was seen from.
    #[serde(default)]
    pub addresses: Vec<IpAddr>,
    /// What it said of itself, as it came.
    pub attestation: Value,
    /// The parts of that which are looked for.
    pub said: Said,
    /// When it was first registered.
    pub registered_ms: i64,
    /// When the registration ends.
    pub expires_ms: i64,
    /// The last sign of life.
    pub seen_ms: i64,
    /// The last heartbeat.
    pub heartbeat: Option<Heartbeat>,
    /// What the registry has decided about it.
    pub verdict: Option<Verdict>,
    /// How well it is, as of the last time that it was looked at.
    pub status: Status,
    /// When that changes.
    pub next_ms: Option<i64>,
}

/// The part of a [`NodeRow`] that a signature is checked with.
#[derive(Debug, Deserialize)]
pub(super) struct KeyRow {
    pub(super) public_key: String,
}

/// The parts of an attestation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// When it was signed, in milliseconds since 1970.
    pub at_ms: i64,
    /// SHA-256 of the program: 64 hex digits.
    pub build_hash: String,
    /// From which source.
    pub source_commit: String,
    /// Of which version.
    pub version: String,
    /// What runs there.
    pub services: Vec<String>,
    /// What it can do.
    pub capabilities: Vec<String>,
    /// Who answers for it: DIDs.
    pub operators: Vec<String>,
    /// For whom it is there.
    pub scopes: Vec<String>,
    /// Where it answers, if it has an address for everybody.
    #[serde(default)]
    pub url: Option<String>,
    /// Where its name is to lead.
    #[serde(default)]
    pub addresses: Vec<IpAddr>,
}

/// The last heartbeat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// When it was signed, by the node's clock.
    pub signed_ms: i64,
    /// When it came.
    pub at_ms: i64,
    /// SHA-256 of the program that runs.
    pub build_hash: String,
    /// Its version.
    pub version: String,
    /// What it said of itself.
    pub health: Value,
    /// How many there were lately, as the number of a rate; it stands here and not with the others, so that a heartbeat
    /// changes one row.
    #[serde(default)]
    pub rate_ms: Option<i64>,
}

/// What nodes are looked for by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TagKind {
    /// Every node has this one, with an empty value.
    Any,
    /// A service that runs there.
    Service,
    /// Something that it can do.
    Capability,
    /// For whom it is there.
    Scope,
    /// The `did:dfos` behind it.
    Dfos,
}

/// A kind and its value.
pub type Tag = (TagKind, String);

impl TagKind {
    /// Its place in databases.
    pub fn code(self) -> i64 {
        self as i64
    }
}

impl NodeRow {
    /// What it is found by.
    pub fn tags(&self) -> BTreeSet<Tag> {
        let of = |kind: TagKind, values: &[String]| -> Vec<Tag> {
            values.iter().map(|value| (kind, value.clone())).collect()
        };
        let said = &self.said;
        let mut tags = BTreeSet::from([(TagKind::Any, String::new())]);
        tags.extend(of(TagKind::Service, &said.services));
        tags.extend(of(TagKind::Capability, &said.capabilities));
        tags.extend(of(TagKind::Scope, &said.scopes));
        tags.extend(self.dfos.iter().map(|did| (TagKind::Dfos, did.clone())));
        tags
    }

    /// Whether it has the same tags, which is so with nearly every change.
    pub fn has_tags_of(&self, other: &Self) -> bool {
        let (said, others) = (&self.said, &other.said);
        said.services == others.services
            && said.capabilities == others.capabilities
            && said.scopes == others.scopes
            && self.dfos == other.dfos
    }

    /// What holds of it at a moment.
    pub(super) fn at(&self, times: &Times, now_ms: i64) -> Now {
        let life = Life {
            seen_ms: self.seen_ms,
            expires_ms: self.expires_ms,
            has_name: self.hostname.is_some(),
            verdict: self.verdict.as_ref(),
        };
        status::at(life, times, now_ms)
    }

    /// Brings it up to the moment; whether it is remembered.
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

/// Which nodes are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those that are so.
    pub status: Option<Status>,
    /// Only those with all of these.
    pub tags: Vec<Tag>,
}

/// Where a page of nodes begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// After so many from the beginning.
    Start(usize),
    /// Before so many at the end: those of the page count among them.
    End(usize),
    /// Behind a node that was the last of the page before, whether it is still there or not.
    Behind(Status, String),
}

/// How many nodes there are, by [`Status::code`].
pub type Counts = [u64; Status::ALL.len()];

/// A release of the registry's own program, or of a fork's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// Whose: empty for the registry's own.
    pub fork: String,
    /// Which.
    pub version: String,
    /// SHA-256 of each program, for as many architectures.
    pub hashes: Vec<String>,
    /// When it was made, as it was said.
    pub date: String,
    /// Older versions are asked to upgrade.
    pub minimum: Option<String>,
    /// What is new.
    pub notes: Option<String>,
    /// Why it is not approved any more.
    pub withdrawn: Option<String>,
    /// The signed message that released it.
    pub word: Value,
}

/// A program that others make from the same source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fork {
    /// What it is called; empty for the registry's own program.
    pub name: String,
    /// Where its source is.
    pub source: String,
    /// Which key releases it: 64 hex digits.
    pub key: String,
    /// The highest minimum version of its releases.
    pub minimum: Option<String>,
    /// The registry's word for it.
    pub word: Value,
}
