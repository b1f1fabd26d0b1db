//! What a verification found, for people and programs (`imajin verify --json`; docs/format.md §11).
//!
//! Always: a report that is not valid names the first fault, and a valid one has none. One with unknown entries has no
//! fault and names them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::bundle::manifest::SignerKind;
use crate::entry::{Header, WillKind};
use crate::rules::{Code, Fault};

/// The answer in one word or two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// Every rule holds, of every entry.
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

/// What a verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The answer.
    pub verdict: Verdict,
    /// Whether every rule holds, of every entry: whether the verdict is [`Verdict::Valid`].
    pub valid: bool,
    /// Whose log: the one asked for, else the one that entry 0 names.
    pub did: Option<String>,
    /// Entries that were read.
    pub entries: u64,
    /// Entries by will.
    pub by_will: ByWill,
    /// Up to which entry the node's word is fixed by a head.
    pub attested_to: Option<u64>,
    /// Bodies that were erased.
    pub erased: u64,
    /// Causes and bodies that this owner may not see.
    pub withheld: u64,
    /// Entries that are not proved, since they or what they follow from are of operations that this program does not know.
    #[serde(flatten)]
    pub unknown: Unknown,
    /// Bodies of derived entries that nobody but the home vouches for, by operation.
    pub home_words: BTreeMap<String, u64>,
    /// Of how many receipts who gets what is the home's word, too (docs/format.md §8, *Receipts*).
    pub home_divisions: u64,
    /// Whether the owner has no chain, so that all of it is the node's word only.
    pub node_word_only: bool,
    /// The newest head.
    pub head: Option<HeadReport>,
    /// The last entry.
    pub last: Option<LastReport>,
    /// Where the log was kept, oldest first.
    pub homes: Vec<HomeReport>,
    /// What stands around the log, where it was a bundle.
    pub bundle: Option<BundleReport>,
    /// What the anchors say, where some were shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchors: Option<AnchorsReport>,
    /// The first fault.
    pub fault: Option<FaultReport>,
}

/// Entries that are not proved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// The operations that are not known.
    pub unknown_ops: BTreeSet<String>,
    /// How many entries.
    #[serde(rename = "unknown_entries")]
    pub entries: u64,
    /// The first of them.
    #[serde(rename = "unknown")]
    pub first: Vec<UnknownEntry>,
}

/// Entries that a report names one by one.
const UNKNOWN_NAMED_MAX: usize = 100;

/// An entry that is not proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownEntry {
    /// Its place.
    pub seq: u64,
    /// Its operation.
    pub op: String,
    /// The operation that is not known: its own, or the one that it follows from.
    pub of: String,
}

impl Unknown {
    /// Takes in an entry that `of` keeps from being proved.
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
    /// Every operation that is not known, in this log and in those beside it.
    pub fn unknown_ops(&self) -> Vec<String> {
        let beside = self.bundle.iter().flat_map(|bundle| bundle.logs.values());
        let mut ops = self.unknown.unknown_ops.clone();
        for report in beside {
            ops.extend(report.unknown.unknown_ops.iter().cloned());
        }
        ops.into_iter().collect()
    }

    /// Says what the verdict is, of this log and of those beside it.
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

/// What published anchors say of a log (docs/format.md §15).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AnchorsReport {
    /// The anchors that hold this log, oldest first.
    pub anchored: Vec<AnchorReport>,
    /// Anchors that this log's paths show not to hold it: it did not change before them.
    pub absent: u64,
    /// Anchors that no path says anything of: made before the log began, or too late for this copy.
    pub silent: u64,
    /// When the newest of these was made.
    pub newest_silent: Option<String>,
    /// Paths of the copy to anchors that were not among those shown.
    pub unknown: u64,
}

/// A head that a node published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnchorReport {
    /// The node.
    pub node: String,
    /// The operation of its content chain.
    pub operation: String,
    /// When, by the node's word.
    pub at: String,
    /// The epoch of the home.
    pub epoch: u64,
    /// The entry.
    pub seq: u64,
    /// Its CID.
    pub cid: String,
    /// Whether the owner countersigned the operation.
    pub countersigned: bool,
}

/// Entries by will.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ByWill {
    /// Signed by a key of the author or of a delegate.
    pub signed: u64,
    /// Asked for with a session.
    pub custodial: u64,
    /// Consequences of other entries.
    pub derived: u64,
    /// The home's own word.
    pub node: u64,
}

impl ByWill {
    /// Counts one.
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
    /// The entry that it fixes.
    pub seq: u64,
    /// Its CID.
    pub cid: String,
    /// Its time.
    pub at: String,
    /// The node that signed.
    pub node: String,
    /// The token.
    pub jws: String,
}

/// The last entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastReport {
    /// Its place.
    pub seq: u64,
    /// Its CID.
    pub cid: String,
    /// Its time.
    pub at: String,
}

/// A home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HomeReport {
    /// The node.
    pub node: String,
    /// Where it answers.
    pub url: String,
    /// Counts from 1.
    pub epoch: u64,
    /// The entry from which it is home.
    pub from: u64,
}

/// What stands around the log in a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BundleReport {
    /// Who signed the manifest.
    pub signed_by: SignerKind,
    /// With which key.
    pub kid: String,
    /// Files, without the manifest.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Media files.
    pub media: u64,
    /// Their bytes.
    pub media_bytes: u64,
    /// Whether it was encrypted.
    pub encrypted: bool,
    /// Other logs in it, by their names.
    pub logs: BTreeMap<String, Report>,
    /// Views of services that this program does not know: they are signed, and not recomputed.
    pub unproved_views: BTreeSet<String>,
    /// Files that nothing makes again from the log: what they show is the word of who signed the bundle.
    pub signers_word: BTreeSet<String>,
}

/// The first fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaultReport {
    /// The entry; none where it is no entry's.
    pub seq: Option<u64>,
    /// The code of docs/format.md §11.
    pub code: Code,
    /// A sentence for people.
    pub message: String,
    /// The file of the bundle, by its whole name; none where it is the log at the top.
    pub file: Option<String>,
}

impl FaultReport {
    /// A fault of the log.
    pub(crate) fn of(seq: Option<u64>, fault: Fault) -> Self {
        Self {
            // Where a file is damaged it tells of no entry.
            seq: seq.filter(|_| fault.code != Code::File),
            code: fault.code,
            message: fault.message,
            file: None,
        }
    }

    /// A fault of a file of a bundle.
    pub(crate) fn file(code: Code, name: &str, message: impl Into<String>) -> Self {
        Self {
            seq: None,
            code,
            message: message.into(),
            file: Some(name.to_owned()),
        }
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
