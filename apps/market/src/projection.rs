//! The tables of this service.

mod orders;

use imajin_app::entries_table;
use imajin_app::operation::{Choice, read_operation};
use imajin_items::{Items, Put, items_tables};
use imajin_ledger::{ProjectionSpec, rows};
use imajin_log::Applied;
use imajin_selling::{Offered, offers_table};
use rusqlite::{Connection, params};

use crate::listings::{Listings, Own};
use crate::manifest::MANIFEST;
use crate::operations::{OfferListing, PutListing};

pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: MANIFEST.name,
    version: 5,
    page_bytes: imajin_ledger::machine::SMALL_PAGES,
    schema: concat!(
        entries_table!(),
        items_tables!(),
        offers_table!(),
        "
CREATE TABLE terms (
    owner_did TEXT NOT NULL,
    item TEXT NOT NULL,
    quantity INTEGER NOT NULL,        -- -1: without a limit
    returns INTEGER NOT NULL,         -- days
    deposit INTEGER,                  -- minor units
    PRIMARY KEY (owner_did, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX versions ON entries (owner_did, ref) WHERE op = 'market.put';
CREATE INDEX removals ON entries (owner_did, ref) WHERE op = 'market.remove';
",
        orders::schema!()
    ),
};

pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    match entry.op {
        PutListing::NAME => imajin_items::put(db, entry, version),
        OfferListing::NAME => offer(db, entry),
        _ => {
            imajin_items::apply(db, entry, Listings::DEPTH)?;
            orders::apply(db, entry)
        }
    }
}

fn version(put: PutListing) -> (Put, Own) {
    let own = Own {
        category: put.category,
        rent: put.rent,
        group: put.group,
        area: put.area.map(|area| area.0),
        lat: put.lat.map(|lat| lat.0),
        lon: put.lon.map(|lon| lon.0),
    };
    (imajin_items::version!(put, listing, put.kind), own)
}

fn offer(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    Offered::put(db, entry, |offer: OfferListing| (offer.price.0, offer.currency, offer.fair))?;
    let Some(read) = read_operation::<OfferListing>(entry) else {
        return Ok(());
    };
    let offer = read.operation;
    let sql = "INSERT OR REPLACE INTO terms (owner_did, item, quantity, returns, deposit) VALUES (?1, ?2, ?3, ?4, ?5)";
    let params = params![
        entry.did.as_str(),
        offer.listing.as_str(),
        offer.quantity.0,
        offer.returns.0,
        offer.deposit.map(|deposit| deposit.0),
    ];
    rows::run(db, sql, params)
}
