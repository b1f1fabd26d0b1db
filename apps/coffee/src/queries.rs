//! Queries of tips, offers and reminders. Jars are items ([`crate::jars`]).

use imajin_ledger::{Reader, Refusal, RefusalKind};
use imajin_protocol::{Currency, Did, Minor};
use imajin_service::operation::{Int, ItemId};
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Row, params};

/// On which terms a jar takes tips.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    /// A tip is at least this, in minor units.
    pub(crate) price: i64,
    /// In which currency.
    pub(crate) currency: Currency,
    /// The digest of the manifest by which tips are shared.
    pub(crate) fair: String,
}

/// What is the same of a tip before and after its payment.
#[derive(Debug, Clone)]
pub(crate) struct GivenTip {
    pub(crate) jar: ItemId,
    pub(crate) seller: Did,
    pub(crate) from: Did,
    pub(crate) amount: Minor,
    pub(crate) currency: Currency,
    pub(crate) shown: Int<0, 1>,
}

/// A tip that was paid.
#[derive(Debug, Clone)]
pub(crate) struct Tip {
    pub(crate) payment: String,
    pub(crate) jar: String,
    pub(crate) seller: Did,
    pub(crate) from: Did,
    /// In minor units, what went back included.
    pub(crate) amount: i64,
    /// What went back.
    pub(crate) back: i64,
    pub(crate) currency: Currency,
    /// Whether the giver's name may be shown.
    pub(crate) shown: bool,
    /// When it was entered, in milliseconds.
    pub(crate) at: i64,
    pub(crate) said: Option<String>,
    /// The name to be shown with what was said.
    pub(crate) said_as: Option<String>,
    /// Whether the jar's page shows it.
    pub(crate) is_out: bool,
}

/// A reminder that its reader asked for.
#[derive(Debug, Clone)]
pub(crate) struct Reminder {
    pub(crate) seller: Did,
    pub(crate) jar: String,
    /// The day of the month.
    pub(crate) day: i64,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    pub(crate) since: i64,
}

/// A text of the tables as its type: this service wrote it in that form.
fn parsed<T, E: std::error::Error + Send + Sync + 'static>(
    row: &Row<'_>,
    at: usize,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> rusqlite::Result<T> {
    let text = row.get_ref(at)?.as_str().map_err(|error: FromSqlError| {
        rusqlite::Error::FromSqlConversionFailure(at, Type::Text, Box::new(error))
    })?;
    parse(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(at, Type::Text, Box::new(error)))
}

const TIP: &str =
    "payment, jar, seller, from_did, amount, back, currency, shown, at_ms, said, said_as, is_out";

fn read_tip(row: &Row<'_>) -> rusqlite::Result<Tip> {
    Ok(Tip {
        payment: row.get(0)?,
        jar: row.get(1)?,
        seller: parsed(row, 2, Did::parse)?,
        from: parsed(row, 3, Did::parse)?,
        amount: row.get(4)?,
        back: row.get(5)?,
        currency: parsed(row, 6, Currency::parse)?,
        shown: row.get(7)?,
        at: row.get(8)?,
        said: row.get(9)?,
        said_as: row.get(10)?,
        is_out: row.get(11)?,
    })
}

/// A tip that somebody gave or got.
pub(crate) fn tip<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    payment: &str,
) -> rusqlite::Result<Option<Tip>> {
    let sql = format!("SELECT {TIP} FROM tips WHERE owner_did = ?1 AND payment = ?2");
    db.into().row(&sql, [owner, payment], read_tip)
}

/// Which tips of somebody's.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Which<'a> {
    /// Those that they got.
    Got,
    /// Those that they gave.
    Given,
    /// Those that this jar of theirs got, as far as its page shows what was said.
    Out(&'a str),
}

/// Somebody's tips, the newest first.
pub(crate) fn tips<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    which: Which<'_>,
    (limit, offset): (usize, usize),
) -> rusqlite::Result<Vec<Tip>> {
    let (filter, jar) = match which {
        Which::Got => ("seller = ?1", ""),
        Which::Given => ("from_did = ?1", ""),
        Which::Out(jar) => (
            "seller = ?1 AND jar = ?2 AND is_out = 1 AND said IS NOT NULL",
            jar,
        ),
    };
    let sql = format!(
        "SELECT {TIP} FROM tips WHERE owner_did = ?1 AND ?2 = ?2 AND {filter} ORDER BY at_ms DESC, payment LIMIT ?3 OFFSET ?4"
    );
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    db.into().rows(
        &sql,
        params![owner, jar, number(limit), number(offset)],
        read_tip,
    )
}

/// What a jar of somebody's got and kept in a currency, in minor units, and by how many tips.
pub(crate) fn total<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    jar: &str,
    currency: Currency,
) -> rusqlite::Result<(i64, i64)> {
    let sql = "SELECT coalesce(sum(amount - back), 0), count(*) FROM tips
        WHERE owner_did = ?1 AND seller = ?1 AND jar = ?2 AND currency = ?3 AND back < amount";
    let total = db
        .into()
        .row(sql, params![owner, jar, currency.code()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    Ok(total.unwrap_or_default())
}

/// On which terms a jar takes tips; `None` for one that takes none.
pub(crate) fn offer<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    jar: &str,
) -> rusqlite::Result<Option<Offer>> {
    let sql = "SELECT price, currency, fair FROM offers WHERE owner_did = ?1 AND jar = ?2";
    db.into().row(sql, [owner, jar], |row| {
        Ok(Offer {
            price: row.get(0)?,
            currency: parsed(row, 1, Currency::parse)?,
            fair: row.get(2)?,
        })
    })
}

/// A tip that was promised to somebody, or by them.
pub(crate) fn promised<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    payment: &str,
) -> Result<Option<GivenTip>, Refusal> {
    let sql = "SELECT jar, seller, from_did, amount, currency, shown FROM promises WHERE owner_did = ?1 AND payment = ?2";
    let row = db.into().row(sql, [owner, payment], |row| {
        Ok((
            row.get::<_, String>(0)?,
            parsed(row, 1, Did::parse)?,
            parsed(row, 2, Did::parse)?,
            row.get::<_, i64>(3)?,
            parsed(row, 4, Currency::parse)?,
            row.get::<_, i64>(5)?,
        ))
    })?;
    let Some((jar, seller, from, amount, currency, shown)) = row else {
        return Ok(None);
    };
    let stored =
        |what: &str| Refusal::new(RefusalKind::Stored, format!("a promised tip has {what}"));
    Ok(Some(GivenTip {
        jar: ItemId::parse(&jar).ok_or_else(|| stored("no jar"))?,
        seller,
        from,
        amount: Minor::new(amount).map_err(|_| stored("no amount"))?,
        currency,
        shown: Int(shown),
    }))
}

/// Somebody's reminders.
pub(crate) fn reminders<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
) -> rusqlite::Result<Vec<Reminder>> {
    let sql = "SELECT seller, jar, day, amount, currency, since_ms FROM reminders WHERE owner_did = ?1 ORDER BY day, seller, jar";
    db.into().rows(sql, [owner], |row| {
        Ok(Reminder {
            seller: parsed(row, 0, Did::parse)?,
            jar: row.get(1)?,
            day: row.get(2)?,
            amount: row.get(3)?,
            currency: parsed(row, 4, Currency::parse)?,
            since: row.get(5)?,
        })
    })
}
