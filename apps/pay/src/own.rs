//! What everybody may ask of the keeper of their data: take it away, count it, delete it, move it.

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_service::{Count, DeletePlan, Stays, TransferPlan};
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::{ops, reads};

/// The section `pay` of bundle.json, exactly as docs/format.md §12 says.
pub(crate) fn export(db: &Connection, did: &Did) -> rusqlite::Result<Option<Json>> {
    let entries = reads::entries(db, did)?;
    if entries.is_empty() {
        return Ok(None);
    }
    let entries = entries.into_iter().map(|entry| {
        json!({
            "op": entry.op,
            "at": time(entry.at),
            "ref": entry.payment,
            "fact": entry.fact,
            "body": entry.body,
        })
    });
    Ok(Some(json!({ "entries": entries.collect::<Vec<_>>() })))
}

/// A time as it is written everywhere.
pub(crate) fn time(millis: i64) -> Option<String> {
    Timestamp::from_millis(millis)
        .ok()
        .map(|time| time.to_string())
}

/// Kinds for people, and which operations each is.
const KINDS: [(&str, &[&str]); 5] = [
    (
        "payments and requests",
        &[
            ops::SETTLE,
            ops::CHECKOUT,
            ops::TOPUP,
            ops::PENDING,
            ops::EXPECTED,
        ],
    ),
    ("receipts", &[ops::RECEIPT]),
    ("refunds", &[ops::REFUND, ops::REFUNDED]),
    ("published manifests", &[ops::FAIR_PUBLISH]),
    ("addresses that are told of payments", &[ops::CALLBACK]),
];

/// In numbers.
pub(crate) fn count(db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
    let entries = reads::entries(db, did)?;
    let kinds = KINDS.iter().map(|(kind, ops)| {
        let number = entries
            .iter()
            .filter(|entry| ops.contains(&entry.op.as_str()))
            .count();
        Count::new(*kind, number as u64)
    });
    let rest = entries.iter().filter(|entry| {
        KINDS
            .iter()
            .all(|(_, ops)| !ops.contains(&entry.op.as_str()))
    });
    let rest = Count::new("movements of credit", rest.count() as u64);
    Ok(kinds
        .chain([rest])
        .filter(|count| count.number > 0)
        .collect())
}

/// What a deletion does here.
pub(crate) fn delete(db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan> {
    let (moves, goes): (Vec<_>, Vec<_>) = count(db, did)?
        .into_iter()
        .partition(|count| count.kind == "movements of credit");
    let mut stays: Vec<Stays> = moves.into_iter().map(|count| Stays {
        kind: count.kind,
        number: count.number,
        why: "amounts without words stay in your signed record and in the books of the box, since others' amounts depend on them".to_owned(),
    }).collect();
    let receipts = goes
        .iter()
        .find(|count| count.kind == "receipts")
        .map_or(0, |count| count.number);
    if receipts > 0 {
        stays.push(Stays {
            kind: "receipts of the other side".to_owned(),
            number: receipts,
            why: "who paid you, or was paid by you, keeps their own copy: it is their proof"
                .to_owned(),
        });
    }
    let published = goes
        .iter()
        .find(|count| count.kind == "published manifests");
    if let Some(published) = published {
        stays.push(Stays {
            kind: "copies of manifests in receipts".to_owned(),
            number: published.number,
            why: "what was paid by a manifest of yours is proved by the copy in the receipts of who paid and who sold"
                .to_owned(),
        });
    }
    stays.extend(waiting(
        db,
        did,
        "nobody can pay you, or say that it arrived, once you are gone: finish them first, or let them end",
    )?);
    stays.extend(account(
        db,
        did,
        "it is between you and the provider: close it there; of it your signed record keeps its number",
    )?);
    stays.extend(credit(
        db,
        did,
        "credit is a claim on the box that owes it: spend it before you go, or have it paid out",
    )?);
    Ok(DeletePlan { goes, stays })
}

/// What a move does here: the record moves along, credit stays a claim on who owes it.
pub(crate) fn transfer(db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
    let why =
        "credit can only be spent on the box that owes it; elsewhere it is shown as owed by it";
    let mut cannot = credit(db, did, why)?;
    cannot.extend(waiting(
        db,
        did,
        "they are between you and this box: finish them before you move, or let them end",
    )?);
    cannot.extend(account(
        db,
        did,
        "it was begun by this box: begin another where you move to",
    )?);
    Ok(TransferPlan {
        moves: count(db, did)?,
        cannot,
    })
}

/// Payments to or by somebody that are waited for.
fn waiting(db: &Connection, did: &Did, why: &str) -> rusqlite::Result<Option<Stays>> {
    let number = reads::waited_for(db, did)?;
    Ok((number > 0).then(|| Stays {
        kind: "payments that are waited for".to_owned(),
        number,
        why: why.to_owned(),
    }))
}

/// Somebody's own account with the provider.
fn account(db: &Connection, did: &Did, why: &str) -> rusqlite::Result<Option<Stays>> {
    Ok(reads::payout(db, did)?.map(|_| Stays {
        kind: "account with the payment provider".to_owned(),
        number: 1,
        why: why.to_owned(),
    }))
}

/// What is owed either way, in minor units, by currency.
fn credit(db: &Connection, did: &Did, why: &str) -> rusqlite::Result<Vec<Stays>> {
    let owed = reads::credit_by_node(db, did)?
        .into_iter()
        .filter(|(_, _, sum)| *sum != 0);
    Ok(owed
        .map(|(node, currency, sum)| Stays {
            kind: match sum > 0 {
                true => format!("minor units of {currency} that {node} owes you"),
                false => format!("minor units of {currency} that you owe {node}"),
            },
            number: sum.unsigned_abs(),
            why: why.to_owned(),
        })
        .collect())
}
