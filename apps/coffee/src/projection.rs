//! The tables of this service.

mod tips;

use imajin_app::entries_table;
use imajin_app::operation::Choice;
use imajin_items::{Put, items_tables};
use imajin_ledger::ProjectionSpec;
use imajin_log::Applied;
use imajin_selling::offers_table;
use rusqlite::Connection;

use crate::jars::{Kind, Own};
use crate::manifest::MANIFEST;
use crate::operations::PutJar;

pub(crate) use tips::{REFUND, REFUNDED};

pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: MANIFEST.name,
    version: 3,
    page_bytes: imajin_ledger::machine::SMALL_PAGES,
    schema: concat!(entries_table!(), items_tables!(), offers_table!(), tips::schema!()),
};

/// Applies an entry to the tables.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    match entry.op {
        PutJar::NAME => imajin_items::put(db, entry, version),
        _ => {
            imajin_items::apply(db, entry, 1)?;
            tips::apply(db, entry)
        }
    }
}

fn version(put: PutJar) -> (Put, Own) {
    let amounts = put.amounts.map(|amounts| amounts.0).unwrap_or_default();
    let own = Own {
        thanks: put.thanks.map(|thanks| thanks.0),
        amounts: amounts.into_iter().map(|amount| amount.0).collect(),
        goal: put.goal.map(|goal| goal.get()),
        accent: put.accent,
    };
    (imajin_items::version!(put, jar, Kind::Jar), own)
}
