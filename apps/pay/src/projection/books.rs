//! The node's books: postings and awaited payments.
//!
//! Always: an entry that lacks a required member (of a node with other rules) moves nothing.

use imajin_dfos::Value;
use imajin_ledger::Reader;
use imajin_ledger::rows::{pair, run};
use imajin_log::Applied;
use rusqlite::{Connection, params};

use super::free_times;

/// A row of a posting.
struct Row<'a> {
    did: &'a str,
    amount: i64,
    /// Whether the amount moves to or from an account with the provider.
    out: bool,
    /// The leg of the payment that the row takes from.
    leg: Option<i64>,
}

/// The kind of a posting, from the `kind` of its fact.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A payment, by its rail.
    Payment,
    /// `refund`, `dispute`: each part of the payment gives back its share; the rows are in the order of its legs.
    Back { by_provider: bool },
    /// `repaid`: the seller refunded it from their own balance.
    Repaid,
    /// `lost`: a bank took it.
    Lost,
    /// `payout`: set aside.
    Payout,
    /// `paid-out`, `unpaid`: the outcome of a payout.
    Closed(&'static str),
    /// `kept`, `twice`, `debt`, `forgiven`, `transfer`, `untransferred`, `sent-back`: only its rows and debts matter.
    Other,
}

impl Kind {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "ledger" | "free" | "emt" | "stripe" | "topup" => Self::Payment,
            "refund" => Self::Back { by_provider: true },
            "dispute" => Self::Back { by_provider: false },
            "repaid" => Self::Repaid,
            "lost" => Self::Lost,
            "payout" => Self::Payout,
            "paid-out" => Self::Closed("paid"),
            "unpaid" => Self::Closed("refused"),
            "kept" | "twice" | "debt" | "forgiven" | "transfer" | "untransferred" | "sent-back" => {
                Self::Other
            }
            _ => return None,
        })
    }
}

/// The parts of a posting that its steps need.
struct Post<'a> {
    entry: &'a Applied<'a>,
    node: &'a str,
    payment: &'a str,
    currency: &'a str,
    amount: i64,
    rows: Vec<Row<'a>>,
}

impl Post<'_> {
    /// Returns the amount taken back from the seller's own account with the provider: the seller's row, not the node's.
    fn part(&self) -> i64 {
        let theirs = |row: &&Row<'_>| row.out && row.did != self.node;
        self.rows.iter().filter(theirs).map(|row| row.amount).sum()
    }
}

pub(super) fn post(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<Option<()>> {
    let (Some(payment), Some(word), Some(currency), Some(amount), Some(rows)) = (
        entry.reference,
        entry.id("kind"),
        entry.id("currency"),
        entry.int("amount"),
        entry.body.and_then(rows),
    ) else {
        return Ok(None);
    };
    let Some(kind) = Kind::parse(word) else {
        return Ok(None);
    };
    let post = Post { entry, node: entry.did.as_str(), payment, currency, amount, rows };
    for (n, row) in (0..).zip(&post.rows) {
        let sql = "INSERT INTO accounts (owner_did, did, currency, balance) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET balance = balance + excluded.balance";
        run(db, sql, params![post.node, row.did, currency, row.amount])?;
        if !row.out {
            leg(db, &post, kind, n, row)?;
        }
    }
    match kind {
        Kind::Back { by_provider } => back(db, &post, amount, by_provider)?,
        Kind::Repaid => back(db, &post, amount, true)?,
        Kind::Lost => {
            back(db, &post, entry.int("back").unwrap_or(0), false)?;
            end(db, &post, entry.int("ended").unwrap_or(0))?;
        }
        Kind::Payout => withdraw(db, &post)?,
        Kind::Closed(status) => {
            let sql = "UPDATE withdrawals SET status = ?3 WHERE owner_did = ?1 AND payment = ?2";
            run(db, sql, [post.node, payment, status])?;
        }
        Kind::Payment => paid(db, &post, word)?,
        Kind::Other => {}
    }
    // Older entries lack `sent`: their refunds counted as sent, and still do.
    let unsaid = match kind {
        Kind::Back { .. } | Kind::Repaid => amount,
        _ => 0,
    };
    let sent = entry.int("sent").unwrap_or(unsaid);
    if sent != 0 {
        let sql = "UPDATE payments SET sent = sent + ?3 WHERE owner_did = ?1 AND payment = ?2 AND rail = 'emt'";
        run(db, sql, params![post.node, payment, sent])?;
    }
    debts(db, &post, kind)?;
    free_times::refresh(db, post.node, payment, entry.at.as_millis())?;
    Ok(Some(()))
}

/// Enters the `n`th row as a leg of its payment, or as what a leg gave back.
fn leg(
    db: &Connection,
    post: &Post<'_>,
    kind: Kind,
    n: i64,
    row: &Row<'_>,
) -> rusqlite::Result<()> {
    let back = "UPDATE legs SET back = back - ?5 WHERE owner_did = ?1 AND payment = ?2 AND n = ?3 AND did = ?4";
    let (sql, n) = match (kind, row.leg) {
        (Kind::Payment, _) => (
            "INSERT INTO legs (owner_did, payment, n, did, amount, back) VALUES (?1, ?2, ?3, ?4, ?5, 0) ON CONFLICT DO NOTHING",
            n,
        ),
        (Kind::Back { .. }, _) => (back, n),
        (Kind::Lost, Some(leg)) => (back, leg),
        _ => return Ok(()),
    };
    run(db, sql, params![post.node, post.payment, n, row.did, row.amount])
}

fn back(db: &Connection, post: &Post<'_>, amount: i64, by_provider: bool) -> rusqlite::Result<()> {
    let (node, payment, part) = (post.node, post.payment, post.part());
    let sql = "UPDATE payments SET refunded = refunded + ?3, voided = coalesce(?4, voided) WHERE owner_did = ?1 AND payment = ?2";
    run(db, sql, params![node, payment, amount, post.entry.int("voided")])?;
    let sql = "UPDATE holds SET part_back = part_back + ?3 WHERE owner_did = ?1 AND payment = ?2";
    run(db, sql, params![node, payment, part])?;
    if by_provider {
        let sql = "INSERT INTO returns (owner_did, payment, n, amount, part, ended, sent, status)
            SELECT ?1, ?2, 1 + (SELECT count(*) FROM returns WHERE owner_did = ?1 AND payment = ?2), ?3, ?4, 0, 0, 'due'
            FROM payments WHERE owner_did = ?1 AND payment = ?2 AND rail = 'stripe'";
        run(db, sql, params![node, payment, amount, part])?;
    }
    Ok(())
}

/// Ends refunds under way up to the amount that a bank took: first those that the provider refused, then those not
/// requested yet, those pending, and those kept as credit.
fn end(db: &Connection, post: &Post<'_>, mut amount: i64) -> rusqlite::Result<()> {
    let sql = "SELECT n, amount - ended FROM returns WHERE owner_did = ?1 AND payment = ?2 AND amount > ended
        AND status IN ('refused', 'due', 'pending', 'failed')
        ORDER BY CASE status WHEN 'refused' THEN 0 WHEN 'due' THEN 1 WHEN 'pending' THEN 2 ELSE 3 END, n";
    let rows: Vec<(i64, i64)> = Reader::from(db).rows(sql, [post.node, post.payment], pair)?;
    for (n, left) in rows {
        let ends = left.min(amount);
        amount -= ends;
        let sql = "UPDATE returns SET ended = ended + ?4 WHERE owner_did = ?1 AND payment = ?2 AND n = ?3";
        run(db, sql, params![post.node, post.payment, n, ends])?;
    }
    Ok(())
}

fn withdraw(db: &Connection, post: &Post<'_>) -> rusqlite::Result<()> {
    let sql = "INSERT INTO withdrawals (owner_did, payment, did, currency, amount, status, at) VALUES (?1, ?2, ?3, ?4, ?5, 'asked', ?6)
        ON CONFLICT DO NOTHING";
    let (did, at) = (post.entry.id("payer"), post.entry.at.as_millis());
    run(db, sql, params![post.node, post.payment, did, post.currency, post.amount, at])
}

/// Records or changes what the seller owes others for the payment.
fn debts(db: &Connection, post: &Post<'_>, kind: Kind) -> rusqlite::Result<()> {
    let debts = post.entry.body.and_then(|body| body.get("debts")?.as_list());
    let is_void = matches!(kind, Kind::Back { .. });
    let (node, payment, currency) = (post.node, post.payment, post.currency);
    let (seller, at) = (post.entry.id("seller"), post.entry.at.as_millis());
    for debt in debts.unwrap_or_default() {
        let (Some(creditor), Some(amount)) = (debt.get_str("did"), debt.get_i64("amount")) else {
            continue;
        };
        if kind == Kind::Payment {
            let sql = "INSERT INTO debts (owner_did, payment, creditor, debtor, currency, amount, voided, remaining, at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?6, ?7) ON CONFLICT DO NOTHING";
            run(db, sql, params![node, payment, creditor, seller, currency, amount, at])?;
        } else {
            let sql = "UPDATE debts SET remaining = remaining + ?4, voided = voided - ?5 * ?4
                WHERE owner_did = ?1 AND payment = ?2 AND creditor = ?3";
            run(db, sql, params![node, payment, creditor, amount, is_void])?;
        }
    }
    Ok(())
}

fn paid(db: &Connection, post: &Post<'_>, rail: &str) -> rusqlite::Result<()> {
    let (node, payment, entry) = (post.node, post.payment, post.entry);
    run(db, "UPDATE holds SET done = 1 WHERE owner_did = ?1 AND payment = ?2", [node, payment])?;
    let (Some(payer), Some(seller)) = (entry.id("payer"), entry.id("seller")) else {
        return Ok(());
    };
    let at = entry.at.as_millis();
    // Payments from before parts were held are free at once, and were attested when they were paid.
    let base = entry.int("free_at").unwrap_or(0);
    let is_sold_later = "SELECT 1 FROM holds WHERE owner_did = ?1 AND payment = ?2";
    let is_sold_later = Reader::from(db).exists(is_sold_later, [node, payment])?;
    let unfulfilled = base > 0 && is_sold_later && rail != "topup";
    let is_seen = matches!(rail, "ledger" | "stripe");
    let attested = base == 0 || !is_seen || (base <= at && !unfulfilled);
    let sql = "INSERT INTO payments (id, owner_did, payment, rail, payer, seller, currency, gross, refunded, service, sold, told,
            called, at, base, about, unfulfilled, free_at, voided, sent, attested)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10, 0, 0, ?11, ?12, ?13, ?14, 0, 0, 0, ?15) ON CONFLICT DO NOTHING";
    let values = params![
        entry.offset,
        node,
        payment,
        rail,
        payer,
        seller,
        post.currency,
        post.amount,
        entry.id("service"),
        entry.id("sold"),
        at,
        base,
        entry.id("about"),
        unfulfilled,
        attested
    ];
    run(db, sql, values)
}

/// Reads the rows of a posting.
fn rows(body: &Value) -> Option<Vec<Row<'_>>> {
    let rows = body.get("rows")?.as_list()?.iter();
    rows.map(|row| {
        Some(Row {
            did: row.get_str("did")?,
            amount: row.get_i64("amount")?,
            out: row.get("out") == Some(&Value::Bool(true)),
            leg: row.get_i64("leg"),
        })
    })
    .collect()
}

/// Enters an awaited payment.
pub(super) fn hold(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let id = |key: &str| entry.id(key);
    let int = |key: &str| entry.int(key);
    let (Some(payment), Some(payer), Some(payee), Some(currency), Some(amount)) =
        (entry.reference, id("payer"), id("payee"), id("currency"), int("amount"))
    else {
        return Ok(());
    };
    let (Some(rail), Some(service), Some(kind), Some(until)) =
        (id("rail"), id("service"), id("kind"), int("until"))
    else {
        return Ok(());
    };
    let sql = "INSERT INTO holds (owner_did, payment, payer, payee, currency, amount, follows, rail, service, kind, until,
            part_back, done, failed, fulfilled, free_at, about, memo)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, 0, 0, 0, ?12, ?13, ?14) ON CONFLICT DO NOTHING";
    let values = params![
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
        until,
        int("free_at"),
        id("about"),
        id("memo")
    ];
    run(db, sql, values)
}

#[cfg(test)]
mod tests {
    use imajin_dfos::Timestamp;
    use imajin_dfos::cbor::from_dag_json;
    use imajin_log::{Offset, Seq, WillKind};
    use imajin_protocol::{Did, Fact};
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::projection::PROJECTION;
    use crate::queries;

    /// Enters postings of one e-transfer, and returns what its seller still has to send back.
    fn to_send(refund: &Json) -> i64 {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(PROJECTION.schema).unwrap();
        let (node, seller) = (Did::from_key(&[1; 32]), Did::from_key(&[2; 32]));
        let payer = Did::from_key(&[3; 32]);
        let paid = json!({ "kind": "emt", "amount": 1_250, "currency": "CHF", "payer": payer, "seller": seller });
        let body = from_dag_json(&json!({ "rows": [] })).unwrap();
        for (seq, fact) in [(1, &paid), (2, refund)] {
            let fact = Fact::from_json(fact).unwrap();
            let entry = Applied {
                offset: Offset(seq),
                did: &node,
                seq: Seq(seq),
                at: Timestamp::from_millis(1_700_000_000_000).unwrap(),
                service: "pay",
                op: "pay.posted",
                reference: Some("pay_1"),
                body: Some(&body),
                fact: Some(&fact),
                author: &node,
                will: WillKind::Node,
            };
            assert_eq!(post(&db, &entry).unwrap(), Some(()), "{fact:?}");
        }
        let payment = queries::payment((&db).into(), &node, "pay_1").unwrap().unwrap();
        assert_eq!(payment.refunded.get(), 250);
        payment.to_send().get()
    }

    #[test]
    fn a_refund_that_says_nothing_of_sending_is_from_before_and_done() {
        let fact = |more: Json| {
            let mut fact = json!({ "kind": "repaid", "amount": 250, "currency": "CHF" });
            let members = more.as_object().unwrap().clone();
            fact.as_object_mut().unwrap().extend(members);
            fact
        };
        assert_eq!(to_send(&fact(json!({}))), 0);
        assert_eq!(to_send(&fact(json!({ "sent": 0 }))), 250);
        assert_eq!(to_send(&fact(json!({ "sent": 100 }))), 150);
    }
}
