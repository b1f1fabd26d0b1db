//! Queries on sales, by the logs of the seller and the buyer.

use imajin_app::operation::Choice;
use imajin_ledger::{Reader, rows};
use imajin_protocol::Did;
use imajin_protocol::fair::Digest;
use rusqlite::{Result, Row, params};

use super::fairs::EnteredFair;
use crate::fields::Use;
use crate::ids::AssetId;
use crate::operations::Licence;

/// Sales that a page lists, the newest first.
const SALES_MAX: usize = 200;

/// The state of a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum Standing {
    /// Its payment is on its way.
    Promised,
    /// The buyer has it.
    Sold,
    /// The money went back, and the licence ended.
    Returned,
}

/// A use of a work that a person bought or ordered.
#[derive(Debug, Clone)]
pub(crate) struct Purchase {
    /// The seller's asset.
    pub(crate) asset: AssetId,
    pub(crate) seller: Did,
    pub(crate) buyer: Did,
    pub(crate) licence: Licence,
    pub(crate) standing: Standing,
    /// Since when, in milliseconds.
    pub(crate) at_ms: i64,
}

const COLUMNS: &str = "asset, seller, buyer, payment, used, fair, state, at_ms";

fn read(row: &Row<'_>) -> Result<Purchase> {
    Ok(Purchase {
        asset: rows::parsed(row, 0, AssetId::parse)?,
        seller: rows::did(row, 1)?,
        buyer: rows::did(row, 2)?,
        licence: Licence {
            payment: rows::id(row, 3)?,
            used: rows::parsed(row, 4, Use::from_name)?,
            fair: rows::parsed(row, 5, Digest::parse)?,
        },
        standing: rows::parsed(row, 6, Standing::from_name)?,
        at_ms: row.get(7)?,
    })
}

/// Returns the purchase of a payment, by the log of its seller or its buyer.
pub(crate) fn purchase(db: Reader<'_>, owner: &str, payment: &str) -> Result<Option<Purchase>> {
    let sql = format!("SELECT {COLUMNS} FROM purchases WHERE owner_did = ?1 AND payment = ?2");
    db.row(&sql, [owner, payment], read)
}

/// A use of an asset that a buyer may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BuyersUse<'a> {
    pub(crate) asset: &'a str,
    pub(crate) buyer: &'a str,
    pub(crate) used: Use,
}

/// Whether a buyer has a use of a seller's asset, by the seller's log.
pub(crate) fn has_bought(db: Reader<'_>, seller: &str, of: BuyersUse<'_>) -> Result<bool> {
    let sql =
        "SELECT 1 FROM purchases WHERE owner_did = ?1 AND asset = ?2 AND buyer = ?3 AND used = ?4
        AND seller = ?1 AND state = 'sold'";
    db.exists(sql, [seller, of.asset, of.buyer, of.used.name()])
}

/// Whether a buyer ever bought a file.
pub(crate) fn is_bought(db: Reader<'_>, buyer: &str, cid: &str) -> Result<bool> {
    db.exists("SELECT 1 FROM purchases WHERE owner_did = ?1 AND cid = ?2", [buyer, cid])
}

/// Returns the sales of an owner's asset, the newest first.
pub(crate) fn sales(db: Reader<'_>, owner: &str, asset: &str) -> Result<Vec<Purchase>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM purchases WHERE owner_did = ?1 AND asset = ?2 AND seller = ?1 ORDER BY at_ms DESC, payment LIMIT {SALES_MAX}"
    );
    db.rows(&sql, [owner, asset], read)
}

/// Returns a buyer's purchases and orders of an asset, by the seller's id or by the id in the buyer's library.
pub(crate) fn purchases(db: Reader<'_>, buyer: &str, asset: &str) -> Result<Vec<Purchase>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM purchases WHERE owner_did = ?1 AND buyer = ?1 AND (asset = ?2 OR own = ?2) ORDER BY at_ms DESC, payment LIMIT {SALES_MAX}"
    );
    db.rows(&sql, [buyer, asset], read)
}

/// Whether an asset's owner offers it, on terms that this version can read or not.
pub(crate) fn is_on_offer(db: Reader<'_>, owner: &str, asset: &str) -> Result<bool> {
    db.exists("SELECT 1 FROM offers WHERE owner_did = ?1 AND item = ?2", [owner, asset])
}

/// A manifest as each of its owners entered it.
pub(crate) fn fairs_of(db: Reader<'_>, digest: &str) -> Result<Vec<(String, EnteredFair)>> {
    let sql = "SELECT fair, manifest, agreed, work, owner_did FROM fairs WHERE fair = ?1 ORDER BY owner_did, asset";
    db.rows(sql, [digest], |row| Ok((row.get(4)?, EnteredFair::read(row)?)))
}

/// The buyer whom an entry of a seller's log names.
pub(crate) fn buyer(db: Reader<'_>, seller: &str, seq: u64) -> Result<Option<Did>> {
    let sql = "SELECT fact ->> 'buyer' FROM entries WHERE owner_did = ?1 AND seq = ?2";
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    db.row(sql, params![seller, seq], |row| rows::did(row, 0))
}
