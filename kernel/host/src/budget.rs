//! Daily budgets for what strangers may use up: registrations, letters, relay writes; by address and for the node. And
//! the counters of the table of access: uses by strangers, and entries that authors left in other people's logs.
//!
//! Always: the node's own people have separate budgets, so that a stranger's use never locks them out. The budgets
//! survive a restart in one small file, written at most once a minute, which names no address and no person, only
//! salted hashes. A budget starts over when the calendar of the box has a new day.

use imajin_app::Zone;
use imajin_ledger::durable;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use imajin_dfos::{Timestamp, cid::sha256, hex};
use serde::{Deserialize, Serialize};

use crate::limits::Daily;
use crate::prefix::Prefix;
use crate::random::{self, RandomError};
use crate::rate::Buckets;

/// The name of the file in the node's folder.
const FILE: &str = "limits.json";
/// Maximum size of the file; a longer one was not written by a node.
const FILE_BYTES_MAX: u64 = 16 << 20;
/// Maximum number of counters of the table of access in the file: the largest ones. 60 bytes each.
const COUNTS_KEPT_MAX: usize = 50_000;
/// The interval between two writes of the file.
const WRITE_EVERY: Duration = Duration::from_secs(60);
/// The entry that all addresses share that are not remembered.
const OTHERS: &str = "others";
/// The entry of the whole node.
const NODE: &str = "node";

/// A resource with a daily budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Spend {
    /// A new identity, without an invitation.
    Registration,
    /// A letter that a stranger asks for.
    Letter,
    /// A letter with tickets to an address that a stranger types.
    Ticket,
    /// A write to the relay.
    Relay,
}

/// A salted hash: an address, or the name of a counter, as the file and the tables know it.
pub(crate) type Hashed = [u8; 16];

/// A command's demand on one counter of the table of access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Want {
    pub(crate) count: Hashed,
    pub(crate) amount: u32,
    /// The counter's maximum in a day.
    pub(crate) most: u32,
}

/// The day that a reservation counts for, in days since 1970-01-01 on the calendar of the box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day(i64);

/// All budgets of a node.
pub struct Budgets {
    daily: Daily,
    entries: usize,
    file: Arc<LimitsFile>,
    salt: [u8; 16],
    state: Mutex<State>,
}

/// The daily budgets of a program without a node, which has no attempts to remember.
pub struct Spending {
    budgets: Budgets,
    attempts: Buckets<Hashed>,
    begun: std::time::Instant,
}

impl Spending {
    /// Opens the budgets of the last run, in a file of this folder.
    pub fn open(
        folder: &Path,
        daily: Daily,
        entries: usize,
        now: Timestamp,
    ) -> Result<Self, RandomError> {
        let attempts = Buckets::new(0.0, 1.0, 1);
        let budgets = Budgets::open(folder, daily, entries, &attempts, now, Duration::ZERO)?;
        Ok(Self { budgets, attempts, begun: imajin_app::time::instant() })
    }

    /// Takes one from the budgets of an address and of the program, or returns the seconds until they are renewed. The
    /// program's own machine is not counted.
    pub fn take(&self, spend: Spend, from: std::net::IpAddr, now: Timestamp) -> Result<(), u32> {
        if from.is_loopback() {
            return Ok(());
        }
        let taken = self.budgets.take(spend, Prefix::from_address(from), now);
        self.budgets.keep(&self.attempts, now, self.begun.elapsed());
        taken
    }

    /// Writes the file: the program is about to stop.
    pub fn flush(&self, now: Timestamp) {
        self.budgets.flush(&self.attempts, now, self.begun.elapsed());
    }
}

/// The file, whose writers may overtake each other: an older state never replaces a newer one.
struct LimitsFile {
    path: PathBuf,
    /// The number of the newest state that was written.
    newest: Mutex<u64>,
}

/// The text of the file, numbered in the order in which it was taken.
struct Text {
    number: u64,
    bytes: Vec<u8>,
}

#[derive(Default)]
struct State {
    /// Days since 1970-01-01 on the calendar of the box.
    day: i64,
    spent: HashMap<(Spend, String), u64>,
    /// The counters of the table of access for today, by the hash of their name.
    counts: HashMap<Hashed, u32>,
    is_changed: bool,
    written: Option<Duration>,
    /// The number of texts that were taken.
    texts: u64,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct BudgetFile {
    salt: String,
    day: i64,
    spent: Vec<(Spend, String, u64)>,
    counts: Vec<(String, u32)>,
    /// When it was written, in milliseconds since 1970, and what attempts were left by then.
    at_ms: i64,
    attempts: Vec<(String, f64)>,
}

impl Budgets {
    /// The counts of the last run, with those of `attempts`. An unreadable file starts over.
    pub(crate) fn open(
        folder: &Path,
        daily: Daily,
        entries: usize,
        attempts: &Buckets<Hashed>,
        now: Timestamp,
        monotonic: Duration,
    ) -> Result<Self, RandomError> {
        let path = folder.join(FILE);
        let stored = durable::read_short_json(&path, FILE_BYTES_MAX).unwrap_or_else(|error| {
            tracing::warn!("{}: {error}: today's budgets begin again", path.display());
            BudgetFile::default()
        });
        let salt = match hashed(&stored.salt) {
            Some(salt) => salt,
            None => random::bytes()?,
        };
        let gone_s = (now.as_millis() - stored.at_ms).max(0) as f64 / 1000.0;
        for (address, tokens) in stored.attempts {
            if let Some(address) = hashed(&address) {
                attempts.restore(address, tokens, gone_s, monotonic);
            }
        }
        let (spent, counts) = (stored.spent.into_iter(), stored.counts.into_iter());
        let state = State {
            day: stored.day,
            spent: spent.map(|(spend, who, count)| ((spend, who), count)).collect(),
            counts: counts.filter_map(|(name, n)| Some((hashed(&name)?, n))).collect(),
            ..State::default()
        };
        Ok(Self {
            daily,
            entries: entries.max(1),
            file: Arc::new(LimitsFile { path, newest: Mutex::default() }),
            salt,
            state: Mutex::new(state),
        })
    }

    /// An address as the tables know it.
    pub(crate) fn hashed(&self, block: Prefix) -> Hashed {
        self.salted(&block.bytes())
    }

    /// The hash that names a counter.
    pub(crate) fn name(&self, parts: &[&str]) -> Hashed {
        // No part has a line break.
        self.salted(parts.join("\n").as_bytes())
    }

    fn salted(&self, bytes: &[u8]) -> Hashed {
        let hash = sha256(&[&self.salt[..], bytes].concat());
        std::array::from_fn(|at| hash[at])
    }

    /// Takes all wanted amounts and returns the day that they count for; or takes none if one of the counters lacks
    /// room, and returns the seconds until they are renewed.
    pub(crate) fn reserve(&self, wanted: &[Want], now: Timestamp) -> Result<Day, u32> {
        let state = &mut *self.state.lock();
        let today = state.turn(now, Zone::home());
        for (n, want) in wanted.iter().enumerate() {
            let before = state.counts.get(&want.count).copied().unwrap_or_default();
            let same = wanted[..=n].iter().filter(|one| one.count == want.count);
            let taken = same.fold(before, |sum, one| sum.saturating_add(one.amount));
            if taken > want.most {
                return Err(today.seconds_left(now));
            }
        }
        for want in wanted {
            let count = state.counts.entry(want.count).or_default();
            *count = count.saturating_add(want.amount);
        }
        state.is_changed = true;
        Ok(Day(today.day))
    }

    /// Adds an amount to each of these counters, also beyond the limit.
    pub(crate) fn add(&self, counts: &[Hashed], amount: u32) {
        let state = &mut *self.state.lock();
        for count in counts {
            let number = state.counts.entry(*count).or_default();
            *number = number.saturating_add(amount);
        }
        state.is_changed = true;
    }

    /// Subtracts an amount from each of these counters, down to 0. A later day has new counters, which keep theirs.
    pub(crate) fn give_back(&self, day: Day, counts: &[Hashed], amount: u32) {
        let state = &mut *self.state.lock();
        if state.day != day.0 {
            return;
        }
        for count in counts {
            let Some(number) = state.counts.get_mut(count) else {
                continue;
            };
            *number = number.saturating_sub(amount);
            if *number == 0 {
                state.counts.remove(count);
            }
        }
        state.is_changed = true;
    }

    /// Whether a stranger at an address may do one more, without taking it; otherwise the seconds to wait.
    pub fn look(&self, spend: Spend, from: Prefix, now: Timestamp) -> Result<(), u32> {
        let who = hex::encode(&self.hashed(from));
        let state = &mut *self.state.lock();
        let today = state.turn(now, Zone::home());
        self.check(state, spend, &who, today.seconds_left(now))
    }

    /// Takes one from the budgets of an address and of the node, or returns the seconds until they are renewed.
    pub fn take(&self, spend: Spend, from: Prefix, now: Timestamp) -> Result<(), u32> {
        let who = hex::encode(&self.hashed(from));
        let state = &mut *self.state.lock();
        let today = state.turn(now, Zone::home());
        self.check(state, spend, &who, today.seconds_left(now))?;
        let who = self.entry(state, spend, &who);
        for who in [who, NODE.to_owned()] {
            *state.spent.entry((spend, who)).or_default() += 1;
        }
        state.is_changed = true;
        Ok(())
    }

    fn check(&self, state: &State, spend: Spend, who: &str, wait_s: u32) -> Result<(), u32> {
        let used = |who: String| state.spent.get(&(spend, who)).copied().unwrap_or(0);
        let (of_address, of_node) = self.daily.limits(spend);
        let is_left = |limit: u64, used: u64| limit == 0 || used < limit;
        let who = self.entry(state, spend, who);
        if is_left(of_address, used(who)) && is_left(of_node, used(NODE.to_owned())) {
            Ok(())
        } else {
            Err(wait_s)
        }
    }

    /// The entry that counts for an address: its own, as long as there is room for another one.
    fn entry(&self, state: &State, spend: Spend, who: &str) -> String {
        let is_known = state.spent.contains_key(&(spend, who.to_owned()));
        if is_known || state.spent.len() < self.entries {
            who.to_owned()
        } else {
            OTHERS.to_owned()
        }
    }

    /// Writes the file in the background if something changed and it is time.
    pub(crate) fn keep(&self, attempts: &Buckets<Hashed>, now: Timestamp, monotonic: Duration) {
        let is_due = {
            let state = &mut *self.state.lock();
            let is_old = state
                .written
                .is_none_or(|written| monotonic.saturating_sub(written) >= WRITE_EVERY);
            let is_due = state.is_changed && is_old;
            if is_due {
                state.written = Some(monotonic);
            }
            is_due
        };
        if is_due && tokio::runtime::Handle::try_current().is_ok() {
            let (file, text) = (Arc::clone(&self.file), self.text(attempts, now, monotonic));
            imajin_app::blocking::detach(move || file.write(&text));
        }
    }

    /// Writes the file now: the node is about to stop.
    pub(crate) fn flush(&self, attempts: &Buckets<Hashed>, now: Timestamp, monotonic: Duration) {
        self.file.write(&self.text(attempts, now, monotonic));
    }

    /// An attempt was made: the file is out of date.
    pub(crate) fn changed(&self) {
        self.state.lock().is_changed = true;
    }

    fn text(&self, attempts: &Buckets<Hashed>, now: Timestamp, monotonic: Duration) -> Text {
        let left = attempts.left(monotonic).into_iter();
        let state = &mut *self.state.lock();
        state.is_changed = false;
        state.texts += 1;
        let spent = state.spent.iter();
        let stored = BudgetFile {
            salt: hex::encode(&self.salt),
            day: state.day,
            spent: spent.map(|((spend, who), count)| (*spend, who.clone(), *count)).collect(),
            counts: largest(&state.counts),
            at_ms: now.as_millis(),
            attempts: left.map(|(hashed, tokens)| (hex::encode(&hashed), tokens)).collect(),
        };
        Text {
            number: state.texts,
            // Numbers and texts: this does not fail.
            bytes: serde_json::to_vec(&stored).unwrap_or_default(),
        }
    }
}

impl State {
    /// A new day in this zone has new budgets; a clock that goes back does not, nor a zone further west. Returns the day that counts.
    fn turn(&mut self, now: Timestamp, zone: Zone) -> DayInZone {
        let day = zone.day_number(now);
        if day > self.day {
            self.day = day;
            self.spent.clear();
            self.counts.clear();
            self.is_changed = true;
        }
        DayInZone { day: self.day, zone }
    }
}

/// A day of the calendar in a zone.
struct DayInZone {
    day: i64,
    zone: Zone,
}

impl DayInZone {
    /// The seconds until the next day begins.
    fn seconds_left(&self, now: Timestamp) -> u32 {
        let next = self.zone.start_of_day(self.day.saturating_add(1));
        let left = next.map_or(1, |next| next.as_secs() - now.as_secs());
        u32::try_from(left.max(1)).unwrap_or(u32::MAX)
    }
}

fn hashed(text: &str) -> Option<Hashed> {
    hex::decode(text)?.try_into().ok()
}

/// The largest counts, as the file keeps them.
fn largest(counts: &HashMap<Hashed, u32>) -> Vec<(String, u32)> {
    let mut all: Vec<(&Hashed, u32)> = counts.iter().map(|(count, n)| (count, *n)).collect();
    if all.len() > COUNTS_KEPT_MAX {
        all.select_nth_unstable_by_key(COUNTS_KEPT_MAX, |(_, n)| std::cmp::Reverse(*n));
        all.truncate(COUNTS_KEPT_MAX);
    }
    all.into_iter().map(|(count, n)| (hex::encode(count), n)).collect()
}

impl LimitsFile {
    fn write(&self, text: &Text) {
        let mut newest = self.newest.lock();
        if text.number <= *newest {
            return;
        }
        *newest = text.number;
        if let Err(error) = durable::replace(&self.path, &text.bytes) {
            tracing::warn!("{}: {error}: a restart forgets today's budgets", self.path.display());
        }
    }
}

impl Daily {
    /// The budgets of an address and of the node.
    fn limits(&self, spend: Spend) -> (u64, u64) {
        match spend {
            Spend::Registration => (self.registrations_address, self.registrations),
            Spend::Letter => (self.letters_address, self.letters),
            Spend::Ticket => (self.tickets_address, self.tickets),
            Spend::Relay => (self.relay_writes_address, self.relay_writes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const DAY_S: i64 = 86_400;

    fn block(text: &str) -> Prefix {
        Prefix::from_address(text.parse().unwrap())
    }

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000 + secs * 1000).unwrap()
    }

    fn attempts() -> Buckets<Hashed> {
        Buckets::new(0.01, 3.0, 10)
    }

    fn open(folder: &Path, entries: usize, attempts: &Buckets<Hashed>, now: Timestamp) -> Budgets {
        let daily = Daily { registrations_address: 2, registrations: 3, ..Daily::default() };
        Budgets::open(folder, daily, entries, attempts, now, Duration::ZERO).unwrap()
    }

    #[test]
    fn an_address_and_the_node_have_budgets_that_last_over_a_restart_until_midnight() {
        let folder = tempfile::tempdir().unwrap();
        let attempts = attempts();
        let budgets = open(folder.path(), 100, &attempts, at(0));
        let take =
            |budgets: &Budgets, from, now| budgets.take(Spend::Registration, block(from), now);
        assert_eq!(take(&budgets, "192.0.2.1", at(0)), Ok(()));
        assert_eq!(take(&budgets, "192.0.2.1", at(0)), Ok(()));
        assert!(take(&budgets, "192.0.2.1", at(0)).is_err());
        assert_eq!(budgets.take(Spend::Letter, block("192.0.2.1"), at(0)), Ok(()));
        budgets.flush(&attempts, at(0), Duration::ZERO);
        let again = open(folder.path(), 100, &attempts, at(5));
        assert!(take(&again, "192.0.2.1", at(5)).is_err(), "kept");
        assert_eq!(take(&again, "2001:db8::1", at(5)), Ok(()));
        // The node's budget is used up for all addresses.
        let wait = take(&again, "192.0.2.9", at(5)).unwrap_err();
        assert!(u32::try_from(DAY_S).unwrap() >= wait && wait > 0);
        assert!(take(&again, "192.0.2.1", at(-2 * DAY_S)).is_err(), "no day twice");
        assert_eq!(take(&again, "192.0.2.1", at(i64::from(wait) + 5)), Ok(()));
        let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(!text.contains("192.0.2"), "{text}");
    }

    /// One of each, and two of both together.
    fn make_wants(budgets: &Budgets, who: &str) -> [Want; 2] {
        let want = |parts: [&str; 2], most| Want { count: budgets.name(&parts), amount: 1, most };
        [want(["all", ""], 2), want(["each", who], 1)]
    }

    #[test]
    fn a_day_begins_at_midnight_on_the_calendar_of_the_box() {
        let time = |text: &str| Timestamp::parse(text).unwrap();
        let zurich = Zone::find("Europe/Zurich").unwrap();
        let mut state = State::default();
        let mut turns = |now: &str, zone: Zone| {
            let name = (Spend::Letter, NODE.to_owned());
            *state.spent.entry(name).or_default() += 1;
            let today = state.turn(time(now), zone);
            (state.spent.is_empty(), today.seconds_left(time(now)))
        };
        // In summer the day of a box in Zurich is two hours ahead; the day on which the clocks go back has 25 hours.
        assert_eq!(turns("2026-07-01T21:59:00.000Z", zurich), (true, 60));
        assert_eq!(turns("2026-07-01T21:59:59.000Z", zurich), (false, 1));
        assert_eq!(turns("2026-07-01T22:00:00.000Z", zurich), (true, 86_400));
        assert_eq!(turns("2026-07-02T00:00:00.000Z", zurich), (false, 79_200));
        assert_eq!(turns("2026-10-24T22:00:00.000Z", zurich), (true, 90_000));
        // A box that moves west has the same day again, and waits for the one after.
        let honolulu = Zone::find("Pacific/Honolulu").unwrap();
        assert_eq!(turns("2026-10-25T09:00:00.000Z", honolulu), (false, 90_000));
    }

    #[test]
    fn strangers_share_an_allowance_that_is_new_each_day() {
        let folder = tempfile::tempdir().unwrap();
        let attempts = attempts();
        let budgets = open(folder.path(), 10, &attempts, at(0));
        let take = |who: &str, now| budgets.reserve(&make_wants(&budgets, who), now).map(drop);
        assert_eq!(take("one", at(0)), Ok(()));
        assert!(take("one", at(0)).is_err(), "one each");
        assert_eq!(take("two", at(0)), Ok(()));
        let wait = take("three", at(10)).unwrap_err();
        assert_eq!(i64::from(wait), DAY_S - at(10).as_secs().rem_euclid(DAY_S));
        assert_eq!(take("three", at(10 + i64::from(wait))), Ok(()));
    }

    #[test]
    fn what_came_to_nothing_is_not_counted() {
        let folder = tempfile::tempdir().unwrap();
        let attempts = attempts();
        let budgets = open(folder.path(), 10, &attempts, at(0));
        let wants = make_wants(&budgets, "one");
        for _ in 0..5 {
            let day = budgets.reserve(&wants, at(0)).unwrap();
            budgets.give_back(day, &wants.map(|want| want.count), 1);
        }
        assert!(budgets.state.lock().counts.is_empty());
    }

    #[test]
    fn yesterdays_reservation_returns_nothing_to_today() {
        let folder = tempfile::tempdir().unwrap();
        let attempts = attempts();
        let budgets = open(folder.path(), 10, &attempts, at(0));
        let wants = make_wants(&budgets, "one");
        let yesterday = budgets.reserve(&wants, at(0)).unwrap();
        assert!(budgets.reserve(&wants, at(DAY_S)).is_ok());
        budgets.give_back(yesterday, &wants.map(|want| want.count), 1);
        assert!(budgets.reserve(&wants, at(DAY_S)).is_err(), "one each");
    }

    #[test]
    fn several_logs_at_once_count_each() {
        let folder = tempfile::tempdir().unwrap();
        let attempts = attempts();
        let budgets = open(folder.path(), 10, &attempts, at(0));
        let wants = make_wants(&budgets, "one");
        let three = [wants[0], wants[0], wants[0]];
        assert!(budgets.reserve(&three, at(0)).is_err());
        assert!(budgets.reserve(&three[..2], at(0)).is_ok());
        assert!(budgets.reserve(&wants[..1], at(0)).is_err());
    }

    #[test]
    fn an_order_of_several_counts_as_many() {
        let folder = tempfile::tempdir().unwrap();
        let attempts = attempts();
        let budgets = open(folder.path(), 10, &attempts, at(0));
        let places = |amount| {
            let count = budgets.name(&["places", "one"]);
            let want = Want { count, amount, most: 10 };
            budgets.reserve(&[want], at(0)).map(drop)
        };
        assert_eq!(places(8), Ok(()));
        assert!(places(3).is_err(), "ten is the most");
        assert!(places(u32::MAX).is_err(), "nor any number that wraps");
        assert_eq!(places(2), Ok(()), "what was refused took nothing");
        assert!(places(1).is_err());
        let day = budgets.reserve(&[], at(0)).unwrap();
        budgets.give_back(day, &[budgets.name(&["places", "one"])], 8);
        assert_eq!(places(8), Ok(()));
    }

    #[test]
    fn what_somebody_left_with_others_is_counted_over_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let attempts = attempts();
        let budgets = open(folder.path(), 10, &attempts, at(0));
        budgets.reserve(&make_wants(&budgets, "one"), at(0)).unwrap();
        budgets.flush(&attempts, at(0), Duration::ZERO);
        let again = open(folder.path(), 10, &attempts, at(5));
        assert!(again.reserve(&make_wants(&again, "one"), at(5)).is_err(), "kept");
        assert!(again.reserve(&make_wants(&again, "two"), at(5)).is_ok());
        let many = (0..COUNTS_KEPT_MAX + 10).map(|n| {
            let number = if n == 7 { 9 } else { 1 };
            (again.name(&[&n.to_string()]), number)
        });
        let kept = largest(&many.collect());
        assert_eq!(kept.len(), COUNTS_KEPT_MAX);
        assert!(kept.iter().any(|(_, number)| *number == 9), "the largest stay");
    }

    #[test]
    fn an_older_state_never_replaces_a_newer_one() {
        let folder = tempfile::tempdir().unwrap();
        let attempts = attempts();
        let budgets = open(folder.path(), 2, &attempts, at(0));
        let older = budgets.text(&attempts, at(0), Duration::ZERO);
        budgets.take(Spend::Letter, block("192.0.2.1"), at(0)).unwrap();
        budgets.flush(&attempts, at(0), Duration::ZERO);
        budgets.file.write(&older);
        let stored =
            durable::read_short_json::<BudgetFile>(&folder.path().join(FILE), FILE_BYTES_MAX)
                .unwrap();
        assert!(!stored.spent.is_empty(), "the older text came last");
    }

    #[test]
    fn attempts_last_over_a_restart_and_the_table_is_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let before = attempts();
        let budgets = open(folder.path(), 2, &before, at(0));
        let key = budgets.hashed(block("192.0.2.1"));
        while before.take(&key, Duration::ZERO).is_ok() {}
        budgets.flush(&before, at(0), Duration::ZERO);
        let after = attempts();
        let again = open(folder.path(), 2, &after, at(10));
        assert_eq!(again.hashed(block("192.0.2.1")), key);
        assert!(after.take(&key, Duration::ZERO).is_err());
        assert_eq!(after.take(&key, Duration::from_secs(90)), Ok(()), "as time goes by");
        for n in 0..100 {
            let _ = again.take(Spend::Letter, block(&format!("192.0.2.{n}")), at(0));
        }
        assert!(again.state.lock().spent.len() <= 4);
        // A damaged file is started over.
        fs::write(folder.path().join(FILE), "{").unwrap();
        let again = open(folder.path(), 2, &attempts(), at(0));
        assert_eq!(again.take(Spend::Registration, block("192.0.2.1"), at(0)), Ok(()));
    }
}
