//! Parses logs as printed by `imajin log --json`, for comparison with receipts.

use crate::prelude::*;
use std::collections::{HashMap, HashSet};

/// A log entry.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Sequence number.
    pub seq: u64,
    /// CID of the header.
    pub cid: String,
    /// Operation.
    pub op: String,
    /// The DID whose will the entry is.
    pub will: String,
    /// For a derived entry: the entry that caused it.
    pub cause: Option<String>,
    /// The whole line.
    pub json: Json,
}

/// Returns every entry of a DID in a data folder of a stopped node.
pub fn log_of(data: &Path, did: &str) -> Vec<Entry> {
    let data = data.to_str().expect("a path");
    parse(&imajin(["log", "--json", "--data", data, did]).ok())
}

/// Returns every entry of a bundle or a log file.
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

/// Entries of several DIDs, for operations that span logs.
pub struct Logs(pub HashMap<String, Vec<Entry>>);

/// Read positions: sequence number and CID of the last entry of each log.
#[derive(Default)]
pub struct ReadPositions(HashMap<String, (u64, String)>);

impl ReadPositions {
    /// Reads the new entries of each log, and asserts that the last known one is unchanged.
    pub fn read_on<'a>(&mut self, data: &Path, dids: impl IntoIterator<Item = &'a str>) -> Logs {
        let folder = data.to_str().expect("a path");
        let mut logs = HashMap::new();
        for did in dids {
            let position = self.0.get(did).cloned();
            // Starts at the last known entry.
            let after = position
                .as_ref()
                .and_then(|(seq, _)| seq.checked_sub(1))
                .map(|seq| seq.to_string());
            let mut words = vec!["log", "--json", "--data", folder, did];
            if let Some(after) = &after {
                words.extend(["--after", after]);
            }
            let mut entries = parse(&imajin(words).ok());
            if let Some((seq, cid)) = position {
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
    /// Whether a log has this entry, at `seq` if that is given.
    pub fn has(&self, did: &str, seq: Option<u64>, cid: &str) -> bool {
        let Some(seq) = seq else {
            let mut log = self.0.get(did).into_iter().flatten();
            return log.any(|entry| entry.cid == cid);
        };
        let entry = |log: &Vec<Entry>| {
            let at = seq.checked_sub(log.first()?.seq)?;
            log.get(usize::try_from(at).ok()?).cloned()
        };
        self.0.get(did).and_then(entry).is_some_and(|entry| entry.seq == seq && entry.cid == cid)
    }

    /// Panics unless each operation of `op` left exactly the entries that `expected` returns, and no consequence lacks
    /// its intent. `expected` is called for each operation, one log after the other, in their order.
    pub fn assert_whole(
        &self,
        op: &str,
        mut expected: impl FnMut(&str, &Entry) -> Vec<Consequence>,
    ) {
        let mut consequences: HashMap<&str, Vec<Consequence>> = HashMap::new();
        for (did, entry) in self.entries() {
            if let Some(cause) = &entry.cause {
                let consequence = Consequence::from_entry(did, entry);
                consequences.entry(cause).or_default().push(consequence);
            }
        }
        for (did, entry) in self.entries().filter(|(_, entry)| entry.op == op) {
            let mut actual = consequences.remove(entry.cid.as_str()).unwrap_or_default();
            let mut expected_left = expected(did, entry);
            actual.sort();
            expected_left.sort();
            assert_eq!(actual, expected_left, "what {op} {} left", entry.cid);
        }
        let others: HashSet<&str> = self
            .entries()
            .filter(|(_, entry)| entry.will != "derived")
            .map(|(_, entry)| entry.cid.as_str())
            .collect();
        for cause in consequences.keys() {
            assert!(others.contains(cause), "consequences of {cause}, which is nowhere");
        }
    }

    /// Panics unless each paid settlement with immediately available money left exactly the usual entries: in the logs
    /// of payer and seller a receipt, credit, and the node's attestation of the settlement; in the node's log the
    /// posting; and in the payer's the attestation that they are a customer, at their first payment to this seller.
    /// `paid` holds the earlier pairs of payer and seller, and gets those of these logs.
    pub fn assert_settlements_whole(&self, node: &str, paid: &mut HashSet<(String, String)>) {
        self.assert_whole("pay.settle", |payer, entry| {
            let seller = entry.json["fact"]["seller"].as_str().expect("a seller");
            let consequence =
                |did: &str, what: &str| Consequence { did: did.to_owned(), what: what.to_owned() };
            let mut all = vec![consequence(node, "pay.posted")];
            for did in [payer, seller] {
                for what in ["pay.receipt", "pay.credit", "transaction.settled"] {
                    all.push(consequence(did, what));
                }
            }
            if paid.insert((payer.to_owned(), seller.to_owned())) {
                all.push(consequence(payer, "customer"));
            }
            all
        });
    }

    fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        let logs = self.0.iter();
        logs.flat_map(|(did, log)| log.iter().map(|entry| (did.as_str(), entry)))
    }
}

/// A consequence of an operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Consequence {
    /// The DID of its log.
    pub did: String,
    /// Its operation, or for an attestation the attested type.
    pub what: String,
}

impl Consequence {
    fn from_entry(did: &str, entry: &Entry) -> Self {
        let attested = entry.json["body"]["attestation"].as_str().map(|text| {
            let attestation: Json = serde_json::from_str(text).expect("an attestation");
            attestation["type"].as_str().expect("its type").to_owned()
        });
        Self { did: did.to_owned(), what: attested.unwrap_or_else(|| entry.op.clone()) }
    }
}
