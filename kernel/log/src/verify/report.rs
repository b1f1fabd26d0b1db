//! The report of a verification, for people and programs (`imajin verify --json`; docs/format.md §11).
//!
//! Always: an invalid report names the first fault, and a valid one has none. A report with unknown entries has no
//! fault and names them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::entry::{Header, WillKind};
use crate::format::manifest::SignerKind;
use crate::format::views::OwnedThing;
use crate::rules::{Code, Fault};

/// The verdict in one or two words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// Every rule holds for every entry.
    #[serde(rename = "valid")]
    Valid,
    /// No rule is broken, but some entries are of operations that this program does not know: they are not proved.
    #[serde(rename = "unknown entries")]
    UnknownEntries,
    /// A rule is broken.
    #[default]
    #[serde(rename = "not valid")]
    NotValid,
}

/// The report of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The verdict.
    pub verdict: Verdict,
    /// Whether every rule holds for every entry: whether the verdict is [`Verdict::Valid`].
    pub valid: bool,
    /// The log's DID: the requested one, else the one in entry 0.
    pub did: Option<String>,
    /// Entries that were read.
    pub entries: u64,
    /// Entries by will.
    pub by_will: ByWill,
    /// The newest entry that a head commits the node to.
    pub attested_to: Option<u64>,
    /// Bodies that were erased.
    pub erased: u64,
    /// Causes and bodies that are withheld from this owner.
    pub withheld: u64,
    /// Unproved entries, whose operation, or the one that they follow from, this program does not know.
    #[serde(flatten)]
    pub unknown: Unknown,
    /// Bodies of derived entries that only the home vouches for, by operation.
    pub home_words: BTreeMap<String, u64>,
    /// Number of receipts whose division rests on the home's word, too (docs/format.md §8, *Receipts*).
    pub home_divisions: u64,
    /// Whether the owner has no chain, so that the whole log rests on the node's word.
    pub node_word_only: bool,
    /// The newest head.
    pub head: Option<HeadReport>,
    /// The last entry.
    pub last: Option<LastReport>,
    /// The log's homes, oldest first.
    pub homes: Vec<HomeReport>,
    /// The rest of the bundle, if it was one.
    pub bundle: Option<BundleReport>,
    /// The result of comparing with anchors, if any were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchors: Option<AnchorsReport>,
    /// The first fault.
    pub fault: Option<FaultReport>,
}

/// Unproved entries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// The unknown operations.
    pub unknown_ops: BTreeSet<String>,
    /// Number of unproved entries.
    #[serde(rename = "unknown_entries")]
    pub entries: u64,
    /// The first of these entries.
    #[serde(rename = "unknown")]
    pub first: Vec<UnknownEntry>,
}

/// Entries that a report names one by one.
const UNKNOWN_NAMED_MAX: usize = 100;

/// An unproved entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownEntry {
    /// The entry's number.
    pub seq: u64,
    /// The entry's operation.
    pub op: String,
    /// The unknown operation: its own, or the one that it follows from.
    pub of: String,
}

impl Unknown {
    /// Adds an entry that the unknown operation `of` keeps from being proved.
    pub(crate) fn add(&mut self, header: &Header, of: String) {
        self.entries += 1;
        if self.first.len() < UNKNOWN_NAMED_MAX {
            self.first.push(UnknownEntry {
                seq: header.seq,
                op: header.op.clone(),
                of: of.clone(),
            });
        }
        if !self.unknown_ops.contains(&of) {
            self.unknown_ops.insert(of);
        }
    }
}

impl Report {
    /// Returns every unknown operation, in this log and in those next to it.
    pub fn unknown_ops(&self) -> Vec<String> {
        let beside = self.bundle.iter().flat_map(|bundle| bundle.logs.values());
        let mut ops = self.unknown.unknown_ops.clone();
        for report in beside {
            ops.extend(report.unknown.unknown_ops.iter().cloned());
        }
        ops.into_iter().collect()
    }

    /// Sets the verdict, for this log and those next to it.
    pub(crate) fn conclude(&mut self) {
        let beside = self.bundle.iter().flat_map(|bundle| bundle.logs.values());
        let mut verdicts = beside.map(|report| report.verdict);
        self.verdict = if self.fault.is_some() {
            Verdict::NotValid
        } else if self.unknown.entries > 0 || verdicts.any(|one| one != Verdict::Valid) {
            Verdict::UnknownEntries
        } else {
            Verdict::Valid
        };
        self.valid = self.verdict == Verdict::Valid;
    }
}

/// Published anchors of a log (docs/format.md §14).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AnchorsReport {
    /// The anchors that contain this log, oldest first.
    pub anchored: Vec<AnchorReport>,
    /// Number of anchors that, by this log's paths, do not contain it: it did not change before them.
    pub absent: u64,
    /// Number of anchors without a path: made before the log began, or too late for this copy.
    pub silent: u64,
    /// The time of the newest of these.
    pub newest_silent: Option<String>,
    /// Paths of the copy to anchors that were not among those given.
    pub unknown: u64,
}

/// A published head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnchorReport {
    /// The node.
    pub node: String,
    /// The operation of its content chain.
    pub operation: String,
    /// The time, by the node's word.
    pub at: String,
    /// The epoch of the home.
    pub epoch: u64,
    /// The entry's number.
    pub seq: u64,
    /// The CID of its header.
    pub cid: String,
    /// Whether the owner countersigned the operation.
    pub countersigned: bool,
}

/// Entries by will.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ByWill {
    /// Signed by a key of the author or of a delegate.
    pub signed: u64,
    /// Requested with a session.
    pub custodial: u64,
    /// Consequences of other entries.
    pub derived: u64,
    /// The home's own statements.
    pub node: u64,
}

impl ByWill {
    /// Counts one entry.
    pub(crate) fn add(&mut self, will: WillKind) {
        match will {
            WillKind::Signed => self.signed += 1,
            WillKind::Custodial => self.custodial += 1,
            WillKind::Derived => self.derived += 1,
            WillKind::Node => self.node += 1,
        }
    }
}

/// A head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeadReport {
    /// The home's epoch.
    pub epoch: u64,
    /// The entry's number.
    pub seq: u64,
    /// The CID of its header.
    pub cid: String,
    /// The entry's time.
    pub at: String,
    /// The node that signed.
    pub node: String,
    /// The head as compact JWS.
    pub jws: String,
}

/// The last entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastReport {
    /// The entry's number.
    pub seq: u64,
    /// The entry's CID.
    pub cid: String,
    /// The entry's time.
    pub at: String,
}

/// A home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HomeReport {
    /// The node.
    pub node: String,
    /// The home's address.
    pub url: String,
    /// Increases with every move, from 1.
    pub epoch: u64,
    /// The entry from which it was home.
    pub from: u64,
}

/// The bundle around the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BundleReport {
    /// The owner of the key that signed the manifest.
    pub signed_by: SignerKind,
    /// The signer's key.
    pub kid: String,
    /// Files, without the manifest.
    pub files: u64,
    /// Total bytes of the files.
    pub bytes: u64,
    /// Media files.
    pub media: u64,
    /// Total bytes of the media files.
    pub media_bytes: u64,
    /// Whether it was encrypted.
    pub encrypted: bool,
    /// Other logs in it, by their names.
    pub logs: BTreeMap<String, Report>,
    /// The things that the record says its owner has, and whose logs are not in the bundle.
    pub left_out: Vec<OwnedThing>,
    /// Views of services that this program does not know: signed, but not recomputed.
    pub unproved_views: BTreeSet<String>,
    /// Files that cannot be rebuilt from the log: they rest on the word of the bundle's signer.
    pub signers_word: BTreeSet<String>,
}

/// The first fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaultReport {
    /// The entry's number; `None` if the fault is not in an entry.
    pub seq: Option<u64>,
    /// The code of docs/format.md §11.
    pub code: Code,
    /// A sentence for people.
    pub message: String,
    /// The file in the bundle; `None` for the log at the top.
    pub file: Option<String>,
}

impl FaultReport {
    pub(crate) fn from_fault(seq: Option<u64>, fault: Fault) -> Self {
        Self {
            // A fault of the file itself is not about an entry.
            seq: seq.filter(|_| fault.code != Code::File),
            code: fault.code,
            message: fault.message,
            file: None,
        }
    }

    /// Makes a fault of a file of a bundle.
    pub(crate) fn file(code: Code, name: &str, message: impl Into<String>) -> Self {
        Self { seq: None, code, message: message.into(), file: Some(name.to_owned()) }
    }
}

impl std::fmt::Display for FaultReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}: ")?;
        }
        if let Some(seq) = self.seq {
            write!(f, "entry {seq}: ")?;
        }
        write!(f, "{} ({})", self.message, self.code)
    }
}
