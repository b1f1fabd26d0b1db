//! The projection of this service: the tables of its parts, in one database.
//!
//! Always: never refuses; every table has `owner_did`, and a row depends on its owner's log alone.

use imajin_ledger::ProjectionSpec;
use imajin_log::Applied;
use rusqlite::Connection;

use crate::outbox;

/// The schemas of the parts.
const PARTS: [&str; 3] =
    [imajin_identity::tables::SCHEMA, outbox::SCHEMA, imajin_trust::tables::SCHEMA];

const BYTES: usize = PARTS[0].len() + PARTS[1].len() + PARTS[2].len();

pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: imajin_identity::NAME,
    version: 10,
    page_bytes: imajin_ledger::machine::LARGE_PAGES,
    schema: match str::from_utf8(&JOINED) {
        Ok(schema) => schema,
        Err(_) => panic!("a schema is a text"),
    },
};

/// The schemas, one after the other.
const JOINED: [u8; BYTES] = {
    let mut joined = [0; BYTES];
    let (mut part, mut end) = (0, 0);
    while part < PARTS.len() {
        let bytes = PARTS[part].as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            joined[end] = bytes[at];
            (at, end) = (at + 1, end + 1);
        }
        part += 1;
    }
    joined
};

/// Brings an entry into the tables. The outbox is the first: it asks what the entries before said.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    outbox::apply(db, entry)?;
    imajin_identity::tables::apply(db, entry)?;
    imajin_trust::tables::apply(db, entry)
}
