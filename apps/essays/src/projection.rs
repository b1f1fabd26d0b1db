//! The tables of this service.

use imajin_app::entries_table;
use imajin_app::operation::{Choice, read_operation};
use imajin_items::{Items, Put, Set, items_tables};
use imajin_ledger::{ProjectionSpec, rows};
use imajin_log::Applied;
use rusqlite::{Connection, params};

use crate::Essays;
use crate::items::Own;
use crate::manifest::MANIFEST;
use crate::operations::{NameMakers, PutItem};

pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: MANIFEST.name,
    version: 1,
    page_bytes: imajin_ledger::machine::SMALL_PAGES,
    schema: concat!(
        entries_table!(),
        items_tables!(),
        "
CREATE INDEX entries_by_item ON entries (owner_did, ref);
CREATE INDEX essays_public ON items (put_ms) WHERE kind = 'essay' AND visibility = 'public' AND is_on = 1;
CREATE TABLE makers (
    owner_did TEXT NOT NULL,
    item TEXT NOT NULL,
    fair TEXT,                        -- digest of the manifest; null where this version can't read it
    PRIMARY KEY (owner_did, item)
) STRICT, WITHOUT ROWID;
"
    ),
};

/// Applies an entry to the tables.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    match entry.op {
        PutItem::NAME => {
            imajin_items::put(db, entry, version)?;
            date(db, entry)
        }
        Set::<Essays>::NAME => {
            imajin_items::apply(db, entry, Essays::DEPTH)?;
            date(db, entry)
        }
        NameMakers::NAME => name_makers(db, entry),
        _ => imajin_items::apply(db, entry, Essays::DEPTH),
    }
}

/// Dates an item that others may see by when they first could see it, and not by its first draft.
fn date(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    // A later version may write any text as a time.
    let sql = "UPDATE items SET put_ms = coalesce((SELECT min(max(at, coalesce(CAST(fact ->> '$.from' AS INTEGER), 0))) FROM entries
            WHERE owner_did = ?1 AND ref = ?2 AND op IN (?3, ?4) AND coalesce(fact ->> '$.on', 1) = 1
                AND coalesce(fact ->> '$.visibility', '') <> 'private'), put_ms)
        WHERE owner_did = ?1 AND id = ?2 AND is_on = 1 AND visibility <> 'private'";
    let ops = (PutItem::NAME, Set::<Essays>::NAME);
    rows::run(db, sql, params![entry.did.as_str(), entry.reference, ops.0, ops.1])
}

fn version(put: PutItem) -> (Put, Own) {
    let text = put.text.as_ref().map_or("", |text| &text.0);
    let own = Own {
        words: text.split_whitespace().count() as u64,
        jar: put.jar.map(|jar| jar.as_str().to_owned()),
    };
    (imajin_items::version!(put, item, put.kind), own)
}

fn name_makers(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let read = read_operation::<NameMakers>(entry).filter(|read| !read.has_more);
    let fair = read.map(|read| read.operation.fair.to_string());
    let sql = "INSERT OR REPLACE INTO makers (owner_did, item, fair) VALUES (?1, ?2, ?3)";
    rows::run(db, sql, params![entry.did.as_str(), entry.reference, fair])
}
