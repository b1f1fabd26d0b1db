//! The limits of each node's tunnel, and how much of them is used.
//!
//! Always: the bytes of the day and the times survive a restart, in one small file that is written as a whole at most once a
//! minute. A node that opens another tunnel has the same account.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use imajin_edge::tunnel::Meter;
use imajin_ledger::durable;
use imajin_relay::Clock;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::config::NodeLimits;
use super::places::Full;
use super::visitors::{Visitor, Visitors};

/// The file, in the folder of the tunnels.
const FILE: &str = "limits.json";
/// Maximum size of the file: 200 bytes a node.
const FILE_BYTES_MAX: u64 = 64 << 20;
const DAY_MS: i64 = 24 * 3_600 * 1_000;
/// How long a node without a tunnel is remembered.
const REMEMBER_MS: i64 = 90 * DAY_MS;
/// A node's lead over its rate, at most.
const BURST: Duration = Duration::from_millis(100);

/// A limit that closed a visitor's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Limit {
    /// The node had as many visitors as it may have.
    Connections,
    /// The node had as many visitors from this address as it may have.
    ConnectionsPerAddress,
    /// The node has moved all bytes of the day.
    BytesADay,
}

/// A limit and when it last closed a connection, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LimitReached {
    pub(super) limit: Limit,
    pub(super) at_ms: i64,
}

/// The accounts of all nodes that have or had a tunnel.
pub(super) struct Accounts {
    path: PathBuf,
    limits: NodeLimits,
    clock: Arc<dyn Clock>,
    nodes: Mutex<HashMap<String, Arc<Account>>>,
    /// The content of the file.
    written: Mutex<Vec<u8>>,
}

/// The account of one node.
pub(super) struct Account {
    limits: NodeLimits,
    clock: Arc<dyn Clock>,
    /// Counts the bytes of visitors.
    pub(super) meter: Meter,
    visitors: Arc<Visitors>,
    state: Mutex<AccountState>,
}

#[derive(Default)]
struct AccountState {
    registered_ms: i64,
    /// When the node last had a tunnel, in milliseconds since 1970.
    seen_ms: i64,
    /// Days since 1970-01-01 (UTC).
    day: i64,
    /// The meter when the day began, which may be below zero.
    before: u64,
    /// When everything that was admitted so far will have been sent at the node's rate.
    sent_at: Option<Instant>,
    reached: Option<LimitReached>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct LimitsFile {
    nodes: BTreeMap<String, AccountRecord>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct AccountRecord {
    seen_ms: i64,
    day: i64,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    reached: Option<LimitReached>,
}

impl Accounts {
    /// The accounts of the last run, in a file of this folder. An unreadable file starts over.
    pub(super) fn open(
        folder: &Path,
        limits: NodeLimits,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join(FILE);
        let stored = durable::read_short_json(&path, FILE_BYTES_MAX).unwrap_or_else(|error| {
            tracing::warn!("{}: {error}: the day's bytes begin again", path.display());
            LimitsFile::default()
        });
        let account = |record| Arc::new(Account::new(limits, Arc::clone(&clock), record));
        let nodes = stored.nodes.into_iter().map(|(id, record)| (id, account(record))).collect();
        Ok(Self { path, limits, clock, nodes: Mutex::new(nodes), written: Mutex::default() })
    }

    /// The account of a node that opens a tunnel.
    pub(super) fn account(&self, id: &str, registered_ms: i64) -> Arc<Account> {
        let account = {
            let nodes = &mut *self.nodes.lock();
            let account = nodes.entry(id.to_owned()).or_insert_with(|| {
                let record = AccountRecord::default();
                Arc::new(Account::new(self.limits, Arc::clone(&self.clock), record))
            });
            Arc::clone(account)
        };
        account.state.lock().registered_ms = registered_ms;
        account.seen();
        account
    }

    /// The account of a node, if it ever had a tunnel.
    pub(super) fn get(&self, id: &str) -> Option<Arc<Account>> {
        self.nodes.lock().get(id).cloned()
    }

    /// Writes the file, if something changed. Blocks.
    pub(super) fn save(&self) -> io::Result<()> {
        let now_ms = self.clock.now().as_millis();
        let nodes = {
            let nodes = &mut *self.nodes.lock();
            nodes.retain(|_, account| account.is_recent(now_ms));
            nodes.iter().map(|(id, account)| (id.clone(), account.record(now_ms))).collect()
        };
        let bytes = serde_json::to_vec(&LimitsFile { nodes })?;
        let mut written = self.written.lock();
        if *written != bytes {
            durable::replace(&self.path, &bytes)?;
            *written = bytes;
        }
        Ok(())
    }
}

impl Account {
    fn new(limits: NodeLimits, clock: Arc<dyn Clock>, record: AccountRecord) -> Self {
        Self {
            limits,
            clock,
            meter: Meter::default(),
            visitors: Visitors::new(limits.connections, limits.connections_per_address),
            state: Mutex::new(AccountState {
                seen_ms: record.seen_ms,
                day: record.day,
                before: 0_u64.wrapping_sub(record.bytes),
                reached: record.reached,
                ..AccountState::default()
            }),
        }
    }

    /// Notes that the node has a tunnel now.
    pub(super) fn seen(&self) {
        self.state.lock().seen_ms = self.now_ms();
    }

    /// When the node last had a tunnel, in milliseconds since 1970.
    pub(super) fn seen_ms(&self) -> i64 {
        self.state.lock().seen_ms
    }

    /// The limit that last closed a connection.
    pub(super) fn reached(&self) -> Option<LimitReached> {
        self.state.lock().reached
    }

    /// Bytes of today, and how many there may be.
    pub(super) fn today(&self) -> (u64, u64) {
        let now_ms = self.now_ms();
        let state = &mut *self.state.lock();
        (self.bytes(state, now_ms), self.bytes_max(state, now_ms))
    }

    /// Waits for a place for one more visitor, or returns the limit that is reached.
    pub(super) async fn admit(&self, address: IpAddr) -> Result<Visitor, Limit> {
        let (bytes, bytes_max) = self.today();
        let limit = if bytes >= bytes_max {
            Limit::BytesADay
        } else {
            match self.visitors.admit(address).await {
                Ok(visitor) => return Ok(visitor),
                Err(Full::Everywhere) => Limit::Connections,
                Err(Full::Address) => Limit::ConnectionsPerAddress,
            }
        };
        self.state.lock().reach(limit, self.now_ms());
        Err(limit)
    }

    /// Waits until the node's rate has room for these bytes. Fails once the day's bytes are used up.
    pub(super) async fn pace(&self, bytes: usize) -> Result<(), Limit> {
        let now_ms = self.now_ms();
        let pause = {
            let state = &mut *self.state.lock();
            if self.bytes(state, now_ms) > self.bytes_max(state, now_ms) {
                state.reach(Limit::BytesADay, now_ms);
                return Err(Limit::BytesADay);
            }
            state.pause(bytes, self.limits.bits_a_second, Instant::now())
        };
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        Ok(())
    }

    fn now_ms(&self) -> i64 {
        self.clock.now().as_millis()
    }

    fn bytes(&self, state: &mut AccountState, now_ms: i64) -> u64 {
        let day = now_ms.div_euclid(DAY_MS);
        let total = self.meter.bytes();
        // A clock that goes back begins no day again.
        if day > state.day {
            state.day = day;
            state.before = total;
        }
        total.wrapping_sub(state.before)
    }

    fn bytes_max(&self, state: &AccountState, now_ms: i64) -> u64 {
        self.limits.bytes_a_day(state.registered_ms, now_ms)
    }

    fn is_recent(&self, now_ms: i64) -> bool {
        now_ms.saturating_sub(self.seen_ms()) < REMEMBER_MS
    }

    fn record(&self, now_ms: i64) -> AccountRecord {
        let state = &mut *self.state.lock();
        AccountRecord {
            bytes: self.bytes(state, now_ms),
            seen_ms: state.seen_ms,
            day: state.day,
            reached: state.reached,
        }
    }
}

impl AccountState {
    fn reach(&mut self, limit: Limit, at_ms: i64) {
        self.reached = Some(LimitReached { limit, at_ms });
    }

    /// How long to wait before these bytes move (the generic cell rate algorithm).
    fn pause(&mut self, bytes: usize, bits_a_second: u64, now: Instant) -> Duration {
        let cost = Duration::from_secs_f64(bytes as f64 * 8.0 / bits_a_second as f64);
        let begin = self.sent_at.map_or(now, |sent_at| sent_at.max(now));
        let sent_at = begin + cost;
        self.sent_at = Some(sent_at);
        sent_at.duration_since(now).saturating_sub(BURST)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use imajin_dfos::Timestamp;

    use super::*;

    const START_MS: i64 = 20_000 * DAY_MS;

    struct Manual(AtomicI64);

    impl Clock for Manual {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::SeqCst)).unwrap()
        }
    }

    struct World {
        folder: tempfile::TempDir,
        clock: Arc<Manual>,
    }

    impl World {
        fn new() -> Self {
            Self {
                folder: tempfile::tempdir().unwrap(),
                clock: Arc::new(Manual(AtomicI64::new(START_MS))),
            }
        }

        fn accounts(&self) -> Accounts {
            let limits = NodeLimits {
                connections: 3,
                connections_per_address: 2,
                bytes_a_day: 1_000,
                bytes_a_day_at_first: 100,
                ..NodeLimits::default()
            };
            let clock = Arc::<Manual>::clone(&self.clock);
            Accounts::open(self.folder.path(), limits, clock).unwrap()
        }

        fn add_ms(&self, ms: i64) {
            self.clock.0.fetch_add(ms, Ordering::SeqCst);
        }
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    /// Moves bytes as a stream does.
    fn use_up(account: &Account, bytes: u64) {
        let state = &mut *account.state.lock();
        state.before = state.before.wrapping_sub(bytes);
    }

    #[tokio::test]
    async fn visitors_are_limited_by_node_and_by_address() {
        let accounts = World::new().accounts();
        let account = accounts.account("did", 0);
        let admit = async |last| account.admit(address(last)).await;
        let first = admit(1).await.unwrap_or_else(|_| panic!());
        let _second = admit(1).await.unwrap_or_else(|_| panic!());
        assert_eq!(admit(1).await.err(), Some(Limit::ConnectionsPerAddress));
        let _third = admit(2).await.unwrap_or_else(|_| panic!());
        assert_eq!(admit(3).await.err(), Some(Limit::Connections));
        let reached = account.reached().unwrap();
        assert_eq!((reached.limit, reached.at_ms), (Limit::Connections, START_MS));
        drop(first);
        assert_eq!(admit(1).await.err(), None);
        let other = accounts.account("other", 0);
        assert!(other.admit(address(3)).await.is_ok());
    }

    #[tokio::test]
    async fn the_bytes_of_a_day_end_with_it_and_outlast_a_restart() {
        let world = World::new();
        let accounts = world.accounts();
        let account = accounts.account("did", START_MS);
        assert_eq!(account.today(), (0, 100), "the first week");
        let account = accounts.account("did", 0);
        use_up(&account, 1_000);
        assert_eq!(account.pace(1).await, Ok(()));
        accounts.save().unwrap();

        let accounts = world.accounts();
        let account = accounts.account("did", 0);
        assert_eq!(account.today(), (1_000, 1_000));
        assert_eq!(account.admit(address(1)).await.err(), Some(Limit::BytesADay));
        use_up(&account, 1);
        assert_eq!(account.pace(1).await, Err(Limit::BytesADay));
        world.add_ms(-DAY_MS);
        assert_eq!(account.today().0, 1_001, "a clock that goes back");
        world.add_ms(2 * DAY_MS);
        assert_eq!(account.today().0, 0);
        assert!(account.admit(address(1)).await.is_ok());
    }

    #[test]
    fn the_file_is_written_whole_and_forgets_nodes_that_are_long_gone() {
        let world = World::new();
        let accounts = world.accounts();
        accounts.account("old", 0);
        world.add_ms(REMEMBER_MS);
        accounts.account("new", 0);
        accounts.save().unwrap();
        let accounts = world.accounts();
        assert!(accounts.get("old").is_none());
        assert_eq!(accounts.get("new").unwrap().seen_ms(), START_MS + REMEMBER_MS);
        std::fs::write(world.folder.path().join(FILE), "{").unwrap();
        assert!(world.accounts().get("new").is_none(), "a damaged file starts over");
    }

    #[test]
    fn a_node_moves_as_fast_as_its_rate_and_a_little_ahead() {
        let mut state = AccountState::default();
        let now = Instant::now();
        let pauses: Vec<u128> =
            (0..4).map(|_| state.pause(125_000, 20_000_000, now).as_millis()).collect();
        // 125 000 bytes take 50 ms.
        assert_eq!(pauses, [0, 0, 50, 100]);
        let later = now + Duration::from_secs(1);
        assert_eq!(state.pause(125_000, 20_000_000, later), Duration::ZERO);
    }
}
