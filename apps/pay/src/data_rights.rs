//! Data rights in this service: export, count, delete, transfer.

use imajin_app::data_rights::entries;
use imajin_app::words::Money;
use imajin_app::{Count, DataRights, DeletePlan, Retained, TransferPlan};
use imajin_log::Applied;
use imajin_protocol::{Currency, Did, Minor};
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::operations::{
    Checkout, ChooseCallback, Credit, Expected, PaymentReceipt, Pending, PublishManifest, Refund,
    Refunded, SetDetails, Settle, TopUp,
};
use crate::{Pay, queries};

impl DataRights for Pay {
    fn keep(&self, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        entries::keep(db, entry)
    }

    /// Exports the section `pay` of bundle.json, exactly as docs/sections.md specifies it.
    fn export(&self, db: &Connection, did: &Did) -> rusqlite::Result<Option<Json>> {
        let entries = entries::read_entries(db, did)?;
        Ok((!entries.is_empty()).then(|| json!({ "entries": entries::exported(&entries) })))
    }

    fn manifest_operations(&self) -> &'static [&'static str] {
        &[PublishManifest::NAME]
    }

    /// Counts a person's data by kind.
    fn count(&self, db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
        let entries = entries::read_entries(db, did)?;
        Ok(entries::counts(&entries, &KINDS, MOVEMENTS))
    }

    /// Plans the deletion of a person's data here.
    fn delete(&self, db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan> {
        let (moves, goes): (Vec<_>, Vec<_>) =
            self.count(db, did)?.into_iter().partition(|count| count.kind == MOVEMENTS);
        let stays = [
            Retained::of_any(
                MOVEMENTS,
                Count::number_of(MOVEMENTS, &moves),
                "amounts without words stay in your signed record and in the books of the box, because other people's amounts depend on them",
            ),
            Retained::of_any(
                "other people's receipts",
                Count::number_of("receipts", &goes),
                "the people who paid you, or whom you paid, keep their own copies as proof",
            ),
            Retained::of_any(
                "kept manifest copies",
                Count::number_of("published manifests", &goes),
                "what was paid by a manifest of yours is proved by the copy in the receipts of payers and sellers",
            ),
            waiting(
                db,
                did,
                "once you are gone, nobody can pay you or confirm that a payment arrived. Finish them first, or wait until they end",
            )?,
            account(
                db,
                did,
                "close it with the provider yourself. Your signed record keeps the account's number",
            )?,
        ];
        let mut stays: Vec<_> = stays.into_iter().flatten().collect();
        stays.extend(credit(
            db,
            did,
            "you lose it when you go. Spend it first, or ask the owner of the box to pay it out",
        )?);
        stays.extend(debts(db, did)?);
        Ok(DeletePlan { goes, stays })
    }

    /// Plans a move: the record moves, credit stays a claim on the node that owes it.
    fn transfer(&self, db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
        let why = "credit can only be spent on the box that owes it. Your new box shows who owes it to you";
        let mut cannot = credit(db, did, why)?;
        cannot.extend(waiting(
            db,
            did,
            "they are between you and this box. Finish them before you move, or wait until they end",
        )?);
        cannot.extend(account(db, did, "this box opened it. Open another one where you move to")?);
        Ok(TransferPlan { moves: self.count(db, did)?, cannot })
    }
}

/// The kind of all other entries.
const MOVEMENTS: &str = "credit movements";

/// Names of kinds for people, with their operations.
const KINDS: [(&str, &[&str]); 6] = [
    ("payments", &[Settle::NAME, Checkout::NAME, TopUp::NAME, Pending::NAME, Expected::NAME]),
    ("receipts", &[PaymentReceipt::NAME]),
    ("refunds", &[Refund::NAME, Refunded::NAME]),
    ("published manifests", &[PublishManifest::NAME]),
    ("payment callbacks", &[ChooseCallback::NAME]),
    ("payment detail entries", &[SetDetails::NAME]),
];

/// Counts the open payments to or by a person.
fn waiting(db: &Connection, did: &Did, why: &str) -> rusqlite::Result<Option<Retained>> {
    let number = queries::waited_for(db.into(), did)?;
    Ok(Retained::of_any("open payments", number, why))
}

/// Counts a person's own account with the provider.
fn account(db: &Connection, did: &Did, why: &str) -> rusqlite::Result<Option<Retained>> {
    let account = queries::payout(db.into(), did)?;
    Ok(account.map(|_| Retained::new("account with the payment provider", 1, why)))
}

/// Lists what a person still owes others after e-transfers, and what others owe them: a line for each person and
/// currency. The text names the other person by ID; the page that shows the plan replaces it with their name.
fn debts(db: &Connection, did: &Did) -> rusqlite::Result<Vec<Retained>> {
    let lines = queries::owed(db.into(), did)?.into_iter().map(|owed| {
        let amount = Money::new(owed.sum, owed.currency);
        let (kind, why) = if owed.is_theirs { (
                format!("{amount} that {} owes you", owed.other),
                "once you are gone, nobody can pay it to you on this box. Settle it with them first",
            ) } else { (
                format!("{amount} that you owe {}", owed.other),
                "you still owe it after you leave, and can no longer pay it on this box. Pay it first",
            ) };
        Retained::new(kind, 0, why)
    });
    Ok(lines.collect())
}

/// Lists the credit that is owed either way, one line for each box and currency. The text states the amount, since
/// people can't read a number of minor units.
fn credit(db: &Connection, did: &Did, why: &str) -> rusqlite::Result<Vec<Retained>> {
    let owed = queries::credit_by_node(db.into(), did, Credit::NAME)?;
    let mut all = Vec::new();
    for (node, currency, sum) in owed {
        let (Ok(currency), Ok(sum)) = (Currency::parse(&currency), Minor::new(sum)) else {
            continue;
        };
        if sum.is_zero() {
            continue;
        }
        let amount = Money::new(sum.get().abs(), currency);
        // Only the box itself has the list of its owners.
        let kind = match (sum.is_negative(), queries::is_box(db.into(), &node)?) {
            (true, true) => format!("{amount} that you owe to this box"),
            (true, false) => format!("{amount} that you owe to another box"),
            (false, true) => format!("{amount} of credit that this box owes you"),
            (false, false) => format!("{amount} of credit that another box owes you"),
        };
        all.push(Retained::new(kind, 0, why));
    }
    Ok(all)
}
