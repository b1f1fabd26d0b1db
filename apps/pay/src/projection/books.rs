//! The node's books: postings and what is waited for.
//!
//! Always: an entry that lacks something (of a node with other rules) moves nothing.

use imajin_dfos::Value;
use imajin_ledger::Applied;
use rusqlite::{Connection, params};

use super::int;

/// A row of a posting.
struct Row<'a> {
    did: &'a str,
    amount: i64,
    /// It goes to or comes from an account with the provider.
    out: bool,
}

/// What a posting is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A payment, by its rail.
    Payment,
    /// Something of a payment is given back: as its seller wants it, or as a bank does.
    Back { by_provider: bool },
    /// What could not be given back at the provider is the payer's credit.
    Kept,
}

impl Kind {
    fn of(text: &str) -> Self {
        match text {
            "refund" => Self::Back { by_provider: true },
            "dispute" => Self::Back { by_provider: false },
            "kept" => Self::Kept,
            _ => Self::Payment,
        }
    }
}

/// A posting.
pub(super) fn post(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<Option<()>> {
    let (node, Some(payment), Some(fact)) = (entry.did.as_str(), entry.reference, entry.fact)
    else {
        return Ok(None);
    };
    let id = |key: &str| fact.id(key).map(|id| id.as_str());
    let (Some(word), Some(currency), Some(amount), Some(rows)) = (
        id("kind"),
        id("currency"),
        fact.int("amount"),
        entry.body.and_then(rows),
    ) else {
        return Ok(None);
    };
    let kind = Kind::of(word);
    for (n, row) in rows.iter().enumerate() {
        let sql = "INSERT INTO accounts (owner_did, did, currency, balance) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET balance = balance + excluded.balance";
        db.prepare_cached(sql)?
            .execute(params![node, row.did, currency, row.amount])?;
        let sql = match kind {
            _ if row.out => continue,
            Kind::Kept => continue,
            Kind::Back { .. } => {
                "UPDATE legs SET back = back - ?5 WHERE owner_did = ?1 AND payment = ?2 AND n = ?3 AND did = ?4"
            }
            Kind::Payment => {
                "INSERT INTO legs (owner_did, payment, n, did, amount, back) VALUES (?1, ?2, ?3, ?4, ?5, 0) ON CONFLICT DO NOTHING"
            }
        };
        db.prepare_cached(sql)?.execute(params![
            node,
            payment,
            int(n as u64),
            row.did,
            row.amount
        ])?;
    }
    // What was taken back from the seller's own account: their row, not the node's.
    let part: i64 = rows
        .iter()
        .filter(|row| row.out && row.did != node)
        .map(|row| row.amount)
        .sum();
    match kind {
        Kind::Back { by_provider } => back(db, node, payment, amount, part, by_provider)?,
        Kind::Kept => {}
        Kind::Payment => paid(db, entry, payment, word, currency, amount)?,
    }
    Ok(Some(()))
}

fn back(
    db: &Connection,
    node: &str,
    payment: &str,
    amount: i64,
    part: i64,
    by_provider: bool,
) -> rusqlite::Result<()> {
    let sql = "UPDATE payments SET refunded = refunded + ?3 WHERE owner_did = ?1 AND payment = ?2";
    db.prepare_cached(sql)?
        .execute(params![node, payment, amount])?;
    let sql = "UPDATE holds SET part_back = part_back + ?3 WHERE owner_did = ?1 AND payment = ?2";
    db.prepare_cached(sql)?
        .execute(params![node, payment, part])?;
    if by_provider {
        let sql = "INSERT INTO returns (owner_did, payment, n, amount, part, status)
            SELECT ?1, ?2, 1 + (SELECT count(*) FROM returns WHERE owner_did = ?1 AND payment = ?2), ?3, ?4, 'due'
            FROM payments WHERE owner_did = ?1 AND payment = ?2 AND rail = 'stripe'";
        db.prepare_cached(sql)?
            .execute(params![node, payment, amount, part])?;
    }
    Ok(())
}

fn paid(
    db: &Connection,
    entry: &Applied<'_>,
    payment: &str,
    rail: &str,
    currency: &str,
    amount: i64,
) -> rusqlite::Result<()> {
    let node = entry.did.as_str();
    let id = |key: &str| entry.fact?.id(key).map(|id| id.as_str());
    if let (Some(payer), Some(seller)) = (id("payer"), id("seller")) {
        let sql = "INSERT INTO payments (id, owner_did, payment, rail, payer, seller, currency, gross, refunded, service, sold, told, called, at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10, 0, 0, ?11) ON CONFLICT DO NOTHING";
        db.prepare_cached(sql)?.execute(params![
            int(entry.offset.0),
            node,
            payment,
            rail,
            payer,
            seller,
            currency,
            amount,
            id("service"),
            id("sold"),
            entry.at.as_millis()
        ])?;
    }
    db.prepare_cached("UPDATE holds SET done = 1 WHERE owner_did = ?1 AND payment = ?2")?
        .execute([node, payment])
        .map(drop)
}

/// The rows of a posting.
fn rows(body: &Value) -> Option<Vec<Row<'_>>> {
    let rows = body.get("rows")?.as_list()?.iter();
    rows.map(|row| {
        Some(Row {
            did: row.get_str("did")?,
            amount: row.get_i64("amount")?,
            out: row.get("out") == Some(&Value::Bool(true)),
        })
    })
    .collect()
}

/// A payment that is waited for.
pub(super) fn hold(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<Option<()>> {
    let (Some(payment), Some(fact)) = (entry.reference, entry.fact) else {
        return Ok(None);
    };
    let id = |key: &str| fact.id(key).map(|id| id.as_str());
    let (Some(payer), Some(payee), Some(currency), Some(amount)) =
        (id("payer"), id("payee"), id("currency"), fact.int("amount"))
    else {
        return Ok(None);
    };
    let (Some(rail), Some(service), Some(kind), Some(until)) =
        (id("rail"), id("service"), id("kind"), fact.int("until"))
    else {
        return Ok(None);
    };
    let sql = "INSERT INTO holds (owner_did, payment, payer, payee, currency, amount, follows, rail, service, kind, until,
            part_back, done, failed, fulfilled)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, 0, 0, 0) ON CONFLICT DO NOTHING";
    db.prepare_cached(sql)?.execute(params![
        entry.did.as_str(),
        payment,
        payer,
        payee,
        currency,
        amount,
        id("follows"),
        rail,
        service,
        kind,
        until
    ])?;
    Ok(Some(()))
}
