//! Queries of tips, offers and reminders. Jars are items ([`crate::jars`]).

use imajin_app::FromRow;
use imajin_app::operation::{Group, Int, ItemId};
use imajin_ledger::{Reader, rows};
use imajin_protocol::{Currency, Did, Minor};
use imajin_selling::Offered;
use rusqlite::{Result, params};

use crate::manifest::MANIFEST;

imajin_app::read_tables!(MANIFEST);

/// The members of a tip that its payment does not change.
#[derive(Debug, Clone, Group)]
#[group(facts)]
pub(crate) struct GivenTip {
    /// The jar.
    pub(crate) jar: ItemId,
    /// The jar's owner.
    pub(crate) seller: Did,
    /// The person who gives it.
    pub(crate) from: Did,
    /// How much, in minor units.
    pub(crate) amount: Minor,
    /// In which currency.
    pub(crate) currency: Currency,
    /// 1: the tipper's name may be shown with it.
    pub(crate) shown: Int<0, 1>,
}

impl GivenTip {
    /// Returns the people whose logs have the tip.
    pub(crate) fn parties(&self) -> [Did; 2] {
        [self.seller.clone(), self.from.clone()]
    }
}

/// A tip that was paid.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Tip {
    pub(crate) payment: String,
    pub(crate) jar: String,
    pub(crate) seller: Did,
    pub(crate) from: Did,
    /// The amount in minor units, including any refund.
    pub(crate) amount: i64,
    /// The refunded amount.
    pub(crate) back: i64,
    pub(crate) currency: Currency,
    /// Whether the giver's name may be shown.
    pub(crate) shown: bool,
    /// Time of the entry, in milliseconds.
    pub(crate) at: i64,
    pub(crate) said: Option<String>,
    /// The name to show with the words.
    pub(crate) said_as: Option<String>,
    /// Whether the jar's page shows the words.
    pub(crate) is_out: bool,
}

/// A reminder that its reader asked for.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Reminder {
    pub(crate) seller: Did,
    pub(crate) jar: String,
    /// The day of the month.
    pub(crate) day: i64,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    pub(crate) since: i64,
}

const TIP: &str =
    "payment, jar, seller, from_did, amount, back, currency, shown, at_ms, said, said_as, is_out";

/// Returns a tip that a person gave or got, by its payment.
pub(crate) fn tip(db: Reader<'_>, owner: &str, payment: &str) -> Result<Option<Tip>> {
    let sql = format!("SELECT {TIP} FROM tips WHERE owner_did = ?1 AND payment = ?2");
    db.row(&sql, [owner, payment], Tip::read)
}

/// A selection of a person's tips.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Which<'a> {
    /// Tips that they got.
    Got,
    /// Tips that they gave.
    Given,
    /// Tips to this jar of theirs whose words its page shows.
    Out(&'a str),
}

/// Returns a page of a person's tips, the newest first.
pub(crate) fn tips(
    db: Reader<'_>,
    owner: &str,
    which: Which<'_>,
    (limit, offset): (usize, usize),
) -> Result<Vec<Tip>> {
    let (filter, jar) = match which {
        Which::Got => ("seller = ?1", ""),
        Which::Given => ("from_did = ?1", ""),
        Which::Out(jar) => ("seller = ?1 AND jar = ?2 AND is_out = 1 AND said IS NOT NULL", jar),
    };
    let sql = format!(
        "SELECT {TIP} FROM tips WHERE owner_did = ?1 AND ?2 = ?2 AND {filter} ORDER BY at_ms DESC, payment LIMIT ?3 OFFSET ?4"
    );
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    db.rows(&sql, params![owner, jar, number(limit), number(offset)], Tip::read)
}

/// Returns the amount that a jar of a person got and kept in a currency, in minor units, and the number of its tips.
pub(crate) fn total(
    db: Reader<'_>,
    owner: &str,
    jar: &str,
    currency: Currency,
) -> Result<(i64, i64)> {
    let sql = "SELECT coalesce(sum(amount - back), 0), count(*) FROM tips
        WHERE owner_did = ?1 AND seller = ?1 AND jar = ?2 AND currency = ?3 AND back < amount";
    let total =
        db.row(sql, params![owner, jar, currency.code()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(total.unwrap_or_default())
}

/// Returns the terms on which a jar takes tips; `None` if it takes none.
pub(crate) fn offer(db: Reader<'_>, owner: &str, jar: &str) -> Result<Option<Offered>> {
    let offered = Offered::find(db, owner, jar)?;
    Ok(offered.filter(|offered| offered.digest().is_some()))
}

/// Returns a tip that was promised to a person, or by them.
pub(crate) fn promised(db: Reader<'_>, owner: &str, payment: &str) -> Result<Option<GivenTip>> {
    let sql = "SELECT jar, seller, from_did, amount, currency, shown FROM promises WHERE owner_did = ?1 AND payment = ?2";
    db.row(sql, [owner, payment], |row| {
        Ok(GivenTip {
            jar: rows::parsed(row, 0, ItemId::parse)?,
            seller: rows::did(row, 1)?,
            from: rows::did(row, 2)?,
            amount: rows::minor(row, 3)?,
            currency: rows::currency(row, 4)?,
            shown: Int(row.get(5)?),
        })
    })
}

pub(crate) fn reminders(db: Reader<'_>, owner: &str) -> Result<Vec<Reminder>> {
    let sql = "SELECT seller, jar, day, amount, currency, since_ms FROM reminders WHERE owner_did = ?1 ORDER BY day, seller, jar";
    db.rows(sql, [owner], Reminder::read)
}
