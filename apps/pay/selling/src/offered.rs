//! Terms on which an item is offered: its price, and the manifest by which the price is shared.
//!
//! Always: an item whose terms have additions of a later version, or another form, can't be bought here, because they
//! may bind a sale in a way that this version doesn't know.

use imajin_app::operation::{Operation, Request, read_operation};
use imajin_app::{FromRow, Problem};
use imajin_ledger::{Reader, rows};
use imajin_log::Applied;
use imajin_protocol::fair::{Digest, Manifest};
use imajin_protocol::{Currency, Minor};
use rusqlite::{Connection, params};
use serde::Serialize;
use utoipa::ToSchema;

use crate::agreed::word;
use crate::{Offer, Rail, Sells, cashier};

/// The terms on which a person offers an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema, FromRow)]
pub struct Offered {
    /// The price, or the least of it, in minor units.
    pub price: i64,
    /// In which currency.
    #[schema(value_type = String, example = "CHF")]
    pub currency: Currency,
    /// The digest of the manifest by which what is paid is shared; empty where the item can't be bought on this box.
    pub fair: String,
}

/// The `CREATE` statement of the table `offers`, for the schema of a projection.
#[macro_export]
macro_rules! offers_table {
    () => {
        "
CREATE TABLE offers (
    owner_did TEXT NOT NULL,
    item TEXT NOT NULL,
    price INTEGER NOT NULL,           -- minor units
    currency TEXT NOT NULL,
    fair TEXT NOT NULL,               -- digest of the manifest by which the price is shared; '' where the item can't be bought
    PRIMARY KEY (owner_did, item)
) STRICT, WITHOUT ROWID;
"
    };
}

impl Offered {
    /// Returns the terms of an item; `None` if it isn't offered.
    pub fn find<'a>(
        db: impl Into<Reader<'a>>,
        owner: &str,
        item: &str,
    ) -> rusqlite::Result<Option<Self>> {
        let sql = "SELECT price, currency, fair FROM offers WHERE owner_did = ?1 AND item = ?2";
        db.into().row(sql, [owner, item], Self::read)
    }

    /// Stores the terms of an entry: price, currency and manifest of its operation.
    pub fn put<O: Operation>(
        db: &Connection,
        entry: &Applied<'_>,
        terms: impl FnOnce(O) -> (i64, Currency, Digest),
    ) -> rusqlite::Result<()> {
        let owner = entry.did.as_str();
        let Some(read) = read_operation::<O>(entry) else {
            let sql = "UPDATE offers SET fair = '' WHERE owner_did = ?1 AND item = ?2";
            return rows::run(db, sql, params![owner, entry.reference]);
        };
        let has_more = read.has_more;
        let (price, currency, fair) = terms(read.operation);
        let fair = if has_more { String::new() } else { fair.to_string() };
        let sql = "INSERT OR REPLACE INTO offers (owner_did, item, price, currency, fair) VALUES (?1, ?2, ?3, ?4, ?5)";
        let params = params![owner, entry.reference, price, currency.code(), fair];
        rows::run(db, sql, params)
    }

    /// Returns the digest of the manifest; `None` if the item can't be bought.
    pub fn digest(&self) -> Option<Digest> {
        Digest::parse(&self.fair)
    }
}

/// Message about a manifest that its owner didn't sign, or that isn't published here.
const FAIR: &str = "fair must be the digest of a .fair manifest that you signed and published here (pay.fair.publish).";

/// Checks the terms of an offer, and returns its manifest: the caller signed it, and money can follow it.
///
/// # Errors
/// The field that is wrong, or 409 if the manifests can't be followed.
pub fn check_offer<S: Sells>(
    request: &Request<'_>,
    terms: (i64, Currency, &Digest),
) -> Result<Manifest, Problem> {
    check_terms(request, (S::SERVICE, S::KIND), terms)
}

/// Checks the terms of an offer like [`check_offer`], for goods of this service and kind.
pub fn check_terms(
    request: &Request<'_>,
    (service, kind): (&'static str, &'static str),
    (price, currency, fair): (i64, Currency, &Digest),
) -> Result<Manifest, Problem> {
    let wrong = || Problem::field("fair", FAIR);
    let node = request.node;
    let cashier = cashier(node)?;
    let price = Minor::new(price).map_err(Problem::internal)?;
    cashier.check_price(price, currency)?;
    let offer = Offer {
        // The node, as the payer, receives none of the amount.
        payer: node.did().clone(),
        amount: price.max(Minor::new(1).map_err(Problem::internal)?),
        currency,
        service: word(service)?,
        kind: word(kind)?,
        manifest: cashier.manifest(node, fair)?.ok_or_else(wrong)?,
        agreed: None,
        rail: Rail::Ledger,
        quoted: None,
    };
    if cashier.quote(node, &offer)?.seller == *request.owner {
        Ok(offer.manifest)
    } else {
        Err(wrong())
    }
}
