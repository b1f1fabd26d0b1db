//! The tables, and how an entry changes them: items as in every such service, and clicks.

use imajin_app::operation::{Choice, read_operation};
use imajin_items::{Items, Put};
use imajin_ledger::ProjectionSpec;
use imajin_ledger::rows::run;
use imajin_log::Applied;
use rusqlite::{Connection, params};

use crate::Links;
use crate::fields::{Kind, Own};
use crate::operations::{ClickCounts, PutItem};

pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: "links",
    version: 4,
    page_bytes: imajin_ledger::machine::SMALL_PAGES,
    schema: concat!(
        imajin_items::items_tables!(),
        "
CREATE INDEX pages ON items (owner_did) WHERE kind = 'page';
CREATE TABLE counted (owner_did TEXT NOT NULL, day TEXT NOT NULL, link TEXT NOT NULL, clicks INTEGER NOT NULL, PRIMARY KEY (owner_did, day, link)) STRICT, WITHOUT ROWID;
"
    ),
};

/// Applies an entry to the tables.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    match entry.op {
        PutItem::NAME => imajin_items::put(db, entry, version),
        ClickCounts::NAME => counted(db, entry),
        _ => imajin_items::apply(db, entry, Links::DEPTH),
    }
}

fn version(put: PutItem) -> (Put, Own) {
    let own = Own {
        url: put.url.map(|url| url.as_str().to_owned()),
        accent: put.accent,
        counts: put.count.is_none_or(|count| count.0 == 1),
        clicks: None,
    };
    (imajin_items::version!(put, item, put.kind.unwrap_or(Kind::Link)), own)
}

fn counted(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(counted) = read_operation::<ClickCounts>(entry) else {
        return Ok(());
    };
    let counted = counted.operation;
    let sql = "INSERT INTO counted (owner_did, day, link, clicks) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    for count in &counted.counts.0 {
        let (day, link) = (counted.day.as_str(), count.link.as_str());
        run(db, sql, params![entry.did.as_str(), day, link, count.clicks.0])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
