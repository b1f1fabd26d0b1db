//! The state of an import: its owner, its source, its progress, and the files that wait for their owner's signature.
//!
//! Always: the number and bytes of files that wait for signatures are bounded. Everything that the walk found is counted once: as a file
//! that waits, was signed or existed before, or as left out.

use std::collections::BTreeMap;

use imajin_app::{Node, Problem};
use imajin_dfos::cid::parse_cid;
use imajin_ledger::stick::{State as Plugged, Stick};
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::rules::Why;
use crate::ids::AssetId;
use crate::queries::{self, State};

/// Files that wait for a signature, at most: a page signs some in a second.
const READY_MAX: usize = 200;
/// Their bytes, beyond which no other file is read.
const READY_BYTES_MAX: u64 = 2 << 30;
/// Maximum number of skipped files that are named; the others are only counted.
const NAMED_MAX: usize = 50;

/// The identity of the stick that an import reads. Its device name may differ when it is plugged in again.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StickMark {
    /// Its display name.
    pub(crate) called: String,
    label: String,
    model: String,
    filesystem: String,
    bytes: u64,
}

impl StickMark {
    pub(crate) fn new(stick: &Stick, called: &str) -> Self {
        Self {
            called: called.to_owned(),
            label: stick.label.clone(),
            model: stick.model.clone(),
            filesystem: stick.filesystem.clone(),
            bytes: stick.bytes,
        }
    }

    /// Whether this is the stick, and it can be read.
    pub(super) fn is(&self, stick: &Stick) -> bool {
        stick.state == Plugged::Mounted && *self == Self::new(stick, &self.called)
    }

    /// Whether this may be the stick, also if it was unmounted: then its size is not known.
    pub(super) fn may_be(&self, stick: &Stick) -> bool {
        let bytes = match stick.bytes {
            0 => self.bytes,
            bytes => bytes,
        };
        let other = Self::new(stick, &self.called);
        *self == Self { bytes, ..other }
    }
}

/// A file that is here and waits for its owner's signature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ready {
    /// Its path on the stick.
    pub(crate) path: String,
    pub(crate) cid: String,
    pub(crate) bytes: u64,
    /// When it was changed there, in milliseconds.
    pub(crate) changed: Option<i64>,
    /// The facts in the file: members of the body of `media.add`.
    pub(crate) facts: Json,
}

/// Why an import waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Waits {
    /// The stick, or the folder on it, isn't there.
    Stick,
    /// The next file does not fit: on the disk, or within the person's limit.
    Room,
    /// The disk with people's files isn't there.
    Disk,
    /// The person's record takes nothing now.
    Record,
}

impl Waits {
    /// The message for people.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Stick => "stick-waits-stick",
            Self::Room => "stick-waits-room",
            Self::Disk => "stick-waits-disk",
            Self::Record => "stick-waits-record",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Import {
    pub(crate) did: Did,
    /// Tells it from the person's other imports: when it began, in milliseconds.
    pub(crate) id: i64,
    pub(crate) stick: StickMark,
    /// The folder on the stick; empty for all of it.
    pub(crate) folder: String,
    /// Files and bytes in the folder, once they were counted.
    pub(crate) total: Option<(u64, u64)>,
    /// Files and bytes that were read, or left out when they were read.
    pub(crate) read: (u64, u64),
    /// Things of all kinds that the walk came to.
    pub(crate) seen: usize,
    /// The last of them.
    pub(crate) at: Option<String>,
    /// Failed attempts to read the next file.
    pub(crate) tries: u32,
    pub(crate) is_read: bool,
    /// Files that their owner signed.
    pub(crate) added: u64,
    /// Files that were here before.
    pub(crate) here: u64,
    pub(crate) ready: Vec<Ready>,
    /// Counts of files that were left out, by reason.
    pub(crate) left: BTreeMap<Why, u64>,
    /// The first of it.
    pub(crate) named: Vec<(String, Why)>,
    pub(crate) waits: Option<Waits>,
}

impl Import {
    /// One that begins.
    pub(crate) fn new(did: Did, id: i64, stick: StickMark, folder: String) -> Self {
        Self {
            did,
            id,
            stick,
            folder,
            total: None,
            read: (0, 0),
            seen: 0,
            at: None,
            tries: 0,
            is_read: false,
            added: 0,
            here: 0,
            ready: Vec::new(),
            left: BTreeMap::new(),
            named: Vec::new(),
            waits: None,
        }
    }

    /// Whether as much waits for a signature as may.
    pub(crate) fn is_full(&self) -> bool {
        let bytes: u64 = self.ready.iter().map(|ready| ready.bytes).sum();
        self.ready.len() >= READY_MAX || bytes >= READY_BYTES_MAX
    }

    /// Whether nothing is left to do.
    pub(crate) fn is_done(&self) -> bool {
        self.is_read && self.ready.is_empty()
    }

    /// Returns the progress that must be saved: entries seen, the total if counted, and whether reading is complete.
    pub(super) fn progress(&self) -> (usize, Option<(u64, u64)>, bool) {
        (self.seen, self.total, self.is_read)
    }

    /// The walk came to something: it is done with.
    pub(super) fn pass(&mut self, path: &str) {
        self.at = Some(path.to_owned());
        self.seen += 1;
        self.tries = 0;
    }

    /// A file was read.
    pub(super) fn count(&mut self, bytes: u64) {
        self.read = (self.read.0 + 1, self.read.1.saturating_add(bytes));
    }

    /// Counts something that is left out, and names the first of it.
    pub(super) fn leave_out(&mut self, path: &str, why: Why) {
        *self.left.entry(why).or_default() += 1;
        if why.is_named() && self.named.len() < NAMED_MAX {
            self.named.push((path.to_owned(), why));
        }
    }

    /// Its owner's page could not add these. False if none of them waits.
    pub(super) fn refuse(&mut self, cids: &[String]) -> bool {
        let all = std::mem::take(&mut self.ready).into_iter();
        let (refused, ready): (Vec<Ready>, _) = all.partition(|one| cids.contains(&one.cid));
        self.ready = ready;
        for one in &refused {
            self.leave_out(&one.path, Why::Refused);
        }
        !refused.is_empty()
    }

    /// Begins again, as if nothing was read.
    fn again(&mut self) {
        *self = Self::new(
            self.did.clone(),
            self.id,
            self.stick.clone(),
            std::mem::take(&mut self.folder),
        );
    }

    /// Looks which files were signed meanwhile, and whether what waits is still here. Whether anything is different.
    pub(super) fn look_again(&mut self, node: &Node) -> Result<bool, Problem> {
        let before = self.ready.len();
        if before == 0 {
            return Ok(false);
        }
        let owner = self.did.clone();
        self.ready = queries::read(node, |db| {
            let mut waiting = Vec::new();
            for one in &self.ready {
                let id = AssetId::derive(&owner, &one.cid, 0);
                if queries::state(db, owner.as_str(), &id)? != Some(State::Kept) {
                    waiting.push(one.clone());
                }
            }
            Ok(waiting)
        })?;
        self.added += (before - self.ready.len()) as u64;
        let media = node.ledger().media();
        let is_gone = |one: &Ready| {
            let size = parse_cid(&one.cid).map(|cid| media.size(&owner, &cid));
            matches!(size, Ok(Ok(None)))
        };
        if self.ready.iter().any(is_gone) {
            // The file was unsigned for a day, and the sweep removed it.
            self.again();
            return Ok(true);
        }
        Ok(self.ready.len() != before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import() -> Import {
        Import::new(Did::from_key(&[7; 32]), 1, StickMark::default(), "DCIM".to_owned())
    }

    fn ready(n: usize, bytes: u64) -> Ready {
        Ready {
            path: format!("DCIM/{n}.jpg"),
            cid: n.to_string(),
            bytes,
            changed: None,
            facts: Json::Null,
        }
    }

    #[test]
    fn no_more_is_read_ahead_than_a_page_signs_soon() {
        let mut import = import();
        import.ready = (0..READY_MAX - 1).map(|n| ready(n, 1)).collect();
        assert!(!import.is_full());
        import.ready.push(ready(READY_MAX, 1));
        assert!(import.is_full());
        import.ready = vec![ready(1, READY_BYTES_MAX)];
        assert!(import.is_full());
    }

    #[test]
    fn what_is_left_out_is_counted_and_the_first_of_it_is_named() {
        let mut import = import();
        for n in 0..100 {
            import.leave_out(&format!("{n}"), Why::Link);
            import.leave_out(&format!("._{n}"), Why::Programs);
        }
        assert_eq!(import.left[&Why::Link], 100);
        assert_eq!(import.left[&Why::Programs], 100);
        assert_eq!(import.named.len(), NAMED_MAX);
        import.ready = vec![ready(1, 1), ready(2, 1)];
        assert!(!import.refuse(&["3".to_owned()]));
        assert!(import.refuse(&["2".to_owned()]));
        assert_eq!(import.left[&Why::Refused], 1);
        assert_eq!(import.ready, [ready(1, 1)]);
    }
}
