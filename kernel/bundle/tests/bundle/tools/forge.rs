//! An attacker's changes to a finished log: takes its rows apart, and links them again as a home could.

use std::collections::HashMap;

use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Cid, Timestamp};
use imajin_log::entry::{Header, Sealed, encode_body};

use crate::support::{Log, Make};

/// An entry with its body, out of its place.
#[derive(Clone)]
pub struct Row {
    pub header: Header,
    pub body: Option<Vec<u8>>,
}

impl Row {
    /// Returns this entry with another body.
    pub fn with_body(mut self, make: Make) -> Self {
        let body = encode_body(&make.body.unwrap()).unwrap();
        self.header.body = Some(dag_cbor_cid(&body));
        self.body = Some(body);
        self
    }
}

pub fn rows(log: &Log) -> Vec<Row> {
    let row = |entry: &Sealed| Row {
        header: Header::clone(&entry.header),
        body: log.bodies.get(&entry.header.seq).cloned(),
    };
    log.entries.iter().map(row).collect()
}

/// Returns a log with the rows in this order, linked again: `seq`, `prev`, and the causes that are in the log itself.
/// Heads stay as they were: no one but the home can make new ones.
pub fn relink(log: &Log, rows: Vec<Row>) -> Log {
    let before: HashMap<u64, Cid> = log.entries.iter().map(|e| (e.header.seq, e.cid)).collect();
    let mut moved: HashMap<Cid, Cid> = HashMap::new();
    let mut out = log.clone();
    out.entries.clear();
    out.bodies.clear();
    for (seq, mut row) in (0u64..).zip(rows) {
        let was = before.get(&row.header.seq).copied();
        row.header.seq = seq;
        row.header.prev = out.entries.last().map(|entry| entry.cid);
        if let Some(cause) = row.header.cause.as_mut() {
            *cause = moved.get(cause).copied().unwrap_or(*cause);
        }
        let sealed = Sealed::seal(row.header, None);
        if let Some(was) = was {
            moved.entry(was).or_insert(sealed.cid);
        }
        out.bodies.extend(row.body.map(|body| (seq, body)));
        out.entries.push(sealed);
    }
    out
}

/// Links the rows again as the home, which signs a new head.
pub fn relink_as_home(log: &Log, rows: Vec<Row>) -> Log {
    let mut out = relink(log, rows);
    out.head();
    out
}

/// Changes one entry and nothing after it.
pub fn change(log: &Log, seq: u64, edit: impl FnOnce(&mut Row)) -> Log {
    let at = usize::try_from(seq).unwrap();
    let mut row = rows(log).swap_remove(at);
    edit(&mut row);
    let mut out = log.clone();
    out.entries[at] = Sealed::seal(row.header, None);
    match row.body {
        Some(body) => out.bodies.insert(seq, body),
        None => out.bodies.remove(&seq),
    };
    out
}

/// Changes one entry; the home links the rest to it and signs a new head.
pub fn change_as_home(log: &Log, seq: u64, edit: impl FnOnce(&mut Row)) -> Log {
    let mut rows = rows(log);
    edit(&mut rows[usize::try_from(seq).unwrap()]);
    relink_as_home(log, rows)
}

/// Returns a time between this entry's and the next.
pub fn just_after(row: &Row) -> Timestamp {
    row.header.at.checked_add_millis(500).unwrap()
}

/// Returns the first `entries` entries, without the rows that belong to later ones.
pub fn cut(log: &Log, entries: u64) -> Log {
    let mut out = log.clone();
    out.entries.truncate(usize::try_from(entries).unwrap());
    out.bodies.retain(|seq, _| *seq < entries);
    out
}
