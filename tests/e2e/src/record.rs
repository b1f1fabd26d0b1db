//! Logs as `imajin log --json` prints them: what a test compares acknowledgements with.

use crate::program::imajin;
use serde_json::Value as Json;
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// One entry.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its place.
    pub seq: u64,
    /// The CID of its header.
    pub cid: String,
    /// The operation.
    pub op: String,
    /// Whose will.
    pub will: String,
    /// For a derived one: the entry that set it off.
    pub cause: Option<String>,
    /// The whole line.
    pub json: Json,
}

/// Every entry of a DID in a data folder that no node holds.
pub fn log_of(data: &Path, did: &str) -> Vec<Entry> {
    let data = data.to_str().expect("a path");
    parse(&imajin(["log", "--json", "--data", data, did]).ok())
}

/// Every entry of a bundle or a log file.
pub fn log_at(path: &Path) -> Vec<Entry> {
    parse(&imajin(["log", "--json", path.to_str().expect("a path")]).ok())
}

fn parse(lines: &str) -> Vec<Entry> {
    lines
        .lines()
        .map(|line| {
            let json: Json = serde_json::from_str(line).expect("a line of JSON");
            let text = |name: &str| json[name].as_str().map(str::to_owned);
            Entry {
                seq: json["seq"].as_u64().expect("seq"),
                cid: text("cid").expect("cid"),
                op: text("op").expect("op"),
                will: text("will").expect("will"),
                cause: text("cause"),
                json,
            }
        })
        .collect()
}

/// Entries of several DIDs, which an operation may span.
pub struct Logs(pub HashMap<String, Vec<Entry>>);

/// How far logs were read: the place and CID of the last entry of each.
#[derive(Default)]
pub struct Known(HashMap<String, (u64, String)>);

impl Known {
    /// Reads what came since the last time, and finds what was there then still in its place.
    pub fn read_on<'a>(&mut self, data: &Path, dids: impl IntoIterator<Item = &'a str>) -> Logs {
        let folder = data.to_str().expect("a path");
        let mut logs = HashMap::new();
        for did in dids {
            let known = self.0.get(did).cloned();
            // The last known one is read again.
            let after = known
                .as_ref()
                .and_then(|(seq, _)| seq.checked_sub(1))
                .map(|seq| seq.to_string());
            let mut words = vec!["log", "--json", "--data", folder, did];
            if let Some(after) = &after {
                words.extend(["--after", after]);
            }
            let mut entries = parse(&imajin(words).ok());
            if let Some((seq, cid)) = known {
                let first = entries.remove(0);
                assert_eq!(
                    (first.seq, first.cid),
                    (seq, cid),
                    "the log of {did} is another one now"
                );
            }
            if let Some(last) = entries.last() {
                self.0.insert(did.to_owned(), (last.seq, last.cid.clone()));
            }
            logs.insert(did.to_owned(), entries);
        }
        Logs(logs)
    }
}

impl Logs {
    /// Whether the entry `seq` of a log is this one.
    pub fn has(&self, did: &str, seq: u64, cid: &str) -> bool {
        let entry = |log: &Vec<Entry>| {
            let at = seq.checked_sub(log.first()?.seq)?;
            log.get(usize::try_from(at).ok()?).cloned()
        };
        self.0
            .get(did)
            .and_then(entry)
            .is_some_and(|entry| entry.seq == seq && entry.cid == cid)
    }

    /// Panics where an operation of `op` wrote in some of its logs and not in all: an intent without its `width`
    /// consequences of these kinds, which all of them have, or a consequence without its intent.
    pub fn assert_whole(&self, op: &str, kinds: &[&str], width: usize) {
        let mut consequences: HashMap<&str, usize> = HashMap::new();
        for entry in self.0.values().flatten() {
            if let Some(cause) = &entry.cause {
                let counted = usize::from(kinds.contains(&&*entry.op));
                *consequences.entry(cause).or_default() += counted;
            }
        }
        for entry in self.0.values().flatten().filter(|entry| entry.op == op) {
            let found = consequences.remove(entry.cid.as_str()).unwrap_or(0);
            assert_eq!(
                found, width,
                "{op} {} stands in {found} of {width} other logs",
                entry.cid
            );
        }
        let others: HashSet<&str> = self
            .0
            .values()
            .flatten()
            .filter(|entry| entry.will != "derived")
            .map(|entry| entry.cid.as_str())
            .collect();
        for cause in consequences.keys() {
            assert!(
                others.contains(cause),
                "consequences of {cause}, which is nowhere"
            );
        }
    }
}
