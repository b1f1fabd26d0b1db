//! The entries of an app as rows, and the data rights that follow where its section of a bundle is those entries.
//!
//! Always: a row for each entry of the app itself, in the order of the log, as the log has it; a body is without its salt,
//! and gone once it is erased.

use std::collections::BTreeSet;

use imajin_dfos::cbor;
use imajin_log::Applied;
use imajin_protocol::Did;
use rusqlite::{Connection, Row, params};
use serde_json::{Map, Value as Json, json};

use super::{Count, DataRights, DeletePlan, HoldsNothing, Retained, TransferPlan};
use crate::operation::Operation;
use crate::time;

/// The `CREATE` statements of the table `entries`, for the schema of a projection:
/// `concat!(entries_table!(), "CREATE TABLE …")`.
#[macro_export]
macro_rules! entries_table {
    () => {
        "
CREATE TABLE entries (
    id INTEGER PRIMARY KEY,           -- offset
    owner_did TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,              -- milliseconds
    op TEXT NOT NULL,
    ref TEXT,
    fact TEXT,                        -- JSON
    body TEXT                         -- JSON without its salt; null where there is none, or it was erased
) STRICT;
CREATE INDEX entries_by_owner ON entries (owner_did, seq);
"
    };
}

/// An app that exports its entries as they are: the section `{entries: […]}` of docs/format.md §12. All of it is erased by a
/// deletion, and moves to another node.
///
/// The app's schema has [`entries_table!`](crate::entries_table), which the frame fills before [`crate::Service::apply`]
/// sees an entry.
pub trait KeepsEntries {
    /// The kinds of things that people have in the app, for counting.
    const THINGS: &'static [Things];

    /// See [`DataRights::manifest_operations`].
    const MANIFEST_OPERATIONS: &'static [&'static str] = &[];

    /// The other members of its section, made of the entries of this DID's log alone.
    fn besides(_did: &Did, _entries: &[Entry]) -> Map<String, Json> {
        Map::new()
    }
}

/// A kind of thing that people have in an app.
#[derive(Debug, Clone, Copy)]
pub struct Things {
    kind: &'static str,
    put: &'static str,
    /// Whether the operation that adds the things has a body: without a body, nothing is left of an erased thing.
    has_body: bool,
    removed: &'static str,
    /// Why a deletion leaves it with others.
    stays: Option<&'static str>,
}

impl Things {
    /// Declares the things that this operation adds; entries with the same `ref` are about the same thing. `kind` is
    /// the plural, for people: `notes`.
    pub const fn put_by<O: Operation>(kind: &'static str) -> Self {
        let spec = O::DECLARATION.spec;
        Self { kind, put: spec.op, has_body: spec.body, removed: "", stays: None }
    }

    /// Names the operation that removes the things, by the same `ref`.
    #[must_use]
    pub const fn removed_by<O: Operation>(self) -> Self {
        Self { removed: O::DECLARATION.spec.op, ..self }
    }

    /// Says why other people keep the things when the person deletes their data.
    #[must_use]
    pub const fn left_with_others(self, why: &'static str) -> Self {
        Self { stays: Some(why), ..self }
    }

    fn count(&self, db: &Connection, did: &Did) -> rusqlite::Result<u64> {
        let sql = "SELECT op, coalesce(ref, CAST(id AS TEXT)), body IS NOT NULL FROM entries WHERE owner_did = ?1 AND op IN (?2, ?3) ORDER BY seq";
        let mut statement = db.prepare_cached(sql)?;
        let mut rows = statement.query([did.as_str(), self.put, self.removed])?;
        let mut there: BTreeSet<String> = BTreeSet::new();
        while let Some(row) = rows.next()? {
            let (op, thing, has_body): (String, String, bool) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            if op == self.put && (has_body || !self.has_body) {
                there.insert(thing)
            } else {
                there.remove(&thing)
            };
        }
        Ok(there.len() as u64)
    }
}

impl<T: HoldsNothing> KeepsEntries for T {
    const THINGS: &'static [Things] = &[];
}

impl<T: KeepsEntries> DataRights for T {
    fn keep(&self, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        match T::THINGS {
            [] => Ok(()),
            _ => keep(db, entry),
        }
    }

    fn export(&self, db: &Connection, did: &Did) -> rusqlite::Result<Option<Json>> {
        let entries = match T::THINGS {
            [] => Vec::new(),
            _ => read_entries(db, did)?,
        };
        if entries.is_empty() {
            return Ok(None);
        }
        let mut section = T::besides(did, &entries);
        section.insert("entries".to_owned(), exported(&entries));
        Ok(Some(section.into()))
    }

    fn manifest_operations(&self) -> &'static [&'static str] {
        T::MANIFEST_OPERATIONS
    }

    fn count(&self, db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
        let count = |things: &Things| Ok((things.kind, things.count(db, did)?));
        let counts: rusqlite::Result<Vec<_>> = T::THINGS.iter().map(count).collect();
        Ok(Count::of_any(counts?))
    }

    fn delete(&self, db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan> {
        let goes = self.count(db, did)?;
        let stays = T::THINGS.iter().filter_map(|things| {
            let number = Count::number_of(things.kind, &goes);
            Retained::of_any(things.kind, number, things.stays?)
        });
        let stays = stays.collect();
        Ok(DeletePlan { goes, stays })
    }

    fn transfer(&self, db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
        Ok(TransferPlan { moves: self.count(db, did)?, cannot: Vec::new() })
    }
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// When its home entered it, in milliseconds since 1970.
    pub at: i64,
    /// The operation.
    pub op: String,
    /// The id that it is about.
    pub reference: Option<String>,
    /// The entry's fact, or null.
    pub fact: Json,
    /// The entry's body without the salt; null if it has none or was erased.
    pub body: Json,
}

impl Entry {
    /// Reads the columns `at`, `op`, `ref`, `fact` and `body`, in this order.
    pub fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        // The frame wrote it.
        let json = |text: Option<String>| {
            text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
        };
        Ok(Self {
            at: row.get(0)?,
            op: row.get(1)?,
            reference: row.get(2)?,
            fact: json(row.get(3)?),
            body: json(row.get(4)?),
        })
    }
}

/// The list `entries` of a section.
pub fn exported(entries: &[Entry]) -> Json {
    let entry = |entry: &Entry| {
        json!({
            "op": entry.op,
            "at": time::text(entry.at),
            "ref": entry.reference,
            "fact": entry.fact,
            "body": entry.body,
        })
    };
    entries.iter().map(entry).collect()
}

/// Counts entries by kind, each with the operations that make it, and the rest as `rest`; kinds without entries are
/// left out. Kinds are plurals, for people.
pub fn counts(entries: &[Entry], kinds: &[(&str, &[&str])], rest: &str) -> Vec<Count> {
    let mut numbers = vec![0; kinds.len() + 1];
    for entry in entries {
        let kind = kinds.iter().position(|(_, operations)| operations.contains(&entry.op.as_str()));
        numbers[kind.unwrap_or(kinds.len())] += 1;
    }
    let names = kinds.iter().map(|(kind, _)| *kind).chain([rest]);
    Count::of_any(names.zip(numbers))
}

/// The app's own entries in a person's log, in the order of the log.
pub fn read_entries(db: &Connection, did: &Did) -> rusqlite::Result<Vec<Entry>> {
    let sql = "SELECT at, op, ref, fact, body FROM entries WHERE owner_did = ?1 ORDER BY seq";
    db.prepare_cached(sql)?.query_map([did.as_str()], Entry::read)?.collect()
}

/// Adds an entry to the table.
pub fn keep(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let sql = "INSERT INTO entries (id, owner_did, seq, at, op, ref, fact, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    db.prepare_cached(sql)?.execute(params![
        entry.offset,
        entry.did.as_str(),
        entry.seq,
        entry.at.as_millis(),
        entry.op,
        entry.reference,
        entry.fact.map(|fact| fact.to_json().to_string()),
        words(entry),
    ])?;
    Ok(())
}

/// An entry's body as JSON without its salt; `None` if the entry has none, or it was erased.
pub fn words(entry: &Applied<'_>) -> Option<String> {
    let mut body = entry.body?.clone();
    if let Some(members) = body.as_map_mut() {
        members.remove("salt");
    }
    // A body that was entered has a JSON form.
    Some(cbor::to_dag_json(&body).unwrap_or_default().to_string())
}
