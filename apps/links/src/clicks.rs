//! Counts clicks on their way into the log: in memory, then in a table, then in one entry a day.
//!
//! Always: one number for each link and day, by the calendar of the box. A day in the log is closed: if the box moves
//! to a zone in which the day isn't over yet, clicks count for the next day. Addresses stay in memory for an hour, so
//! that one address counts at most 30 times.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use imajin_app::operation::{Day, Int, ItemId, List};
use imajin_app::{Answer, Node, Problem, Zone};
use imajin_host::prelude::*;
use imajin_host::rate::Buckets;
use imajin_host::rounds::Rounds;
use imajin_ledger::rows::run;
use imajin_ledger::{Reader, RefusalKind, SubmitError};
use imajin_protocol::Did;
use parking_lot::Mutex;
use rusqlite::params;

use crate::operations::{ClickCounts, Clicks, ITEMS_MAX};
use crate::queries;

/// The table in `secrets.sqlite`, for numbers that are not yet part of anyone's record.
pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS links_clicks (owner_did TEXT NOT NULL, day TEXT NOT NULL, link TEXT NOT NULL, clicks INTEGER NOT NULL,
    PRIMARY KEY (owner_did, day, link)) STRICT, WITHOUT ROWID;
";

/// Maximum number of clicks from one address that count in an hour.
const FROM_ONE_MAX: f64 = 30.0;
/// Maximum number of addresses, and of links, that are remembered: beyond this, nothing is counted until the next
/// round.
const REMEMBERED_MAX: usize = 10_000;
/// Maximum number of days by which the calendars of two zones differ.
const ZONES_DAYS_MAX: usize = 2;

/// The numbers in memory, by owner, day and link.
type Numbers = BTreeMap<(String, Day, String), u32>;

/// Returns the day on the calendar of the box.
fn today(node: &Node) -> Day {
    Day::in_zone(node.now(), Zone::home())
}

/// The numbers in memory, and the addresses that clicked in the last hour.
pub(crate) struct Waiting {
    clicks: Mutex<Numbers>,
    from: Buckets<IpAddr>,
}

impl Default for Waiting {
    fn default() -> Self {
        Self {
            clicks: Mutex::default(),
            from: Buckets::new(FROM_ONE_MAX / 3_600.0, FROM_ONE_MAX, REMEMBERED_MAX),
        }
    }
}

impl Waiting {
    /// Counts a click.
    pub(crate) fn note(&self, node: &Node, from: Option<IpAddr>, owner: &Did, link: &str) {
        if from.is_some_and(|from| self.from.take(&from, node.monotonic()).is_err()) {
            return;
        }
        let key = (owner.to_string(), today(node), link.to_owned());
        let mut clicks = self.clicks.lock();
        if clicks.contains_key(&key) || clicks.len() < REMEMBERED_MAX {
            *clicks.entry(key).or_default() += 1;
        }
    }

    fn take(&self) -> Numbers {
        std::mem::take(&mut *self.clicks.lock())
    }
}

/// Starts moving the numbers from memory to the table, and into the log, until the node stops.
pub(crate) fn started(node: &Node) {
    node.begin(Counting);
}

struct Counting;

impl Rounds for Counting {
    const NAME: &'static str = "clicks of links";
    const EVERY: Duration = Duration::from_secs(600);

    async fn round(&mut self, node: &Node) -> Answer<()> {
        round(node).await
    }

    async fn end(&mut self, node: &Node) -> Answer<()> {
        keep(node).await
    }
}

/// Saves the numbers from memory, and enters the days that are over.
pub(crate) async fn round(node: &Node) -> Answer<()> {
    keep(node).await?;
    let today = today(node);
    let sql = "SELECT DISTINCT owner_did, day FROM links_clicks WHERE day < ?1";
    let over: Vec<(String, String)> =
        node.secrets().rows(sql, [today.as_str()], |row| row.try_into())?;
    for (owner, day) in over {
        enter(node, owner, day).await?;
    }
    Ok(())
}

async fn keep(node: &Node) -> Answer<()> {
    let taken = node.state::<Waiting>().take();
    if taken.is_empty() {
        return Ok(());
    }
    let taken = queries::read(node, |db| {
        let mut open = Numbers::new();
        for ((owner, day, link), clicks) in taken {
            let day = open_day(db, &owner, day)?;
            *open.entry((owner, day, link)).or_default() += clicks;
        }
        Ok(open)
    })?;
    let sql = "INSERT INTO links_clicks (owner_did, day, link, clicks) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (owner_did, day, link) DO UPDATE SET clicks = clicks + excluded.clicks";
    let write = move |db: &rusqlite::Transaction<'_>| {
        for ((owner, day, link), clicks) in &taken {
            run(db, sql, params![owner, day.as_str(), link, clicks])?;
        }
        Ok(())
    };
    node.secrets().write(write).await
}

/// Returns the first day, from this one on, that is not in the owner's log yet. Zones are at most two days apart.
fn open_day(db: Reader<'_>, owner: &str, mut day: Day) -> rusqlite::Result<Day> {
    for _ in 0..ZONES_DAYS_MAX {
        match day.following() {
            Some(next) if queries::is_counted(db, owner, day.as_str())? => day = next,
            _ => break,
        }
    }
    Ok(day)
}

async fn enter(node: &Node, owner: String, day: String) -> Answer<()> {
    let sql = "SELECT link, clicks FROM links_clicks WHERE owner_did = ?1 AND day = ?2 ORDER BY clicks DESC, link LIMIT ?3";
    let most = i64::try_from(ITEMS_MAX).unwrap_or(i64::MAX);
    let counts: Vec<(String, i64)> =
        node.secrets().rows(sql, params![owner, day, most], |row| row.try_into())?;
    let counts = counts.into_iter().filter_map(|(link, clicks)| {
        Some(Clicks { link: ItemId::parse(&link)?, clicks: Int(clicks) })
    });
    let counted = ClickCounts {
        day: Day::parse(&day)
            .ok_or_else(|| Problem::internal("the table of clicks has an invalid day"))?,
        counts: List(counts.collect()),
    };
    let did = Did::parse(&owner).map_err(Problem::internal)?;
    match node.record(did, &counted).await {
        // The day was entered before a crash, or can't be entered: the owner left or moved away.
        Ok(_) | Err(SubmitError::ReadOnly { .. }) => {}
        Err(SubmitError::Refused(refusal)) if refusal.kind != RefusalKind::Stored => {}
        Err(error) => return Err(error.into()),
    }
    let sql = "DELETE FROM links_clicks WHERE owner_did = ?1 AND day = ?2";
    let forget = move |db: &rusqlite::Transaction<'_>| db.execute(sql, [&owner, &day]).map(drop);
    node.secrets().write(forget).await
}

#[cfg(test)]
mod tests;
