//! Opens a data folder: the lock, the journal, the projections, recovery, the threads.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use imajin_dfos::multikey::KeyCache;
use imajin_log::sql::{SqlErrorKind, classify};
use parking_lot::Mutex;
use scheduled_thread_pool::ScheduledThreadPool;

use super::{Inner, Ledger, Threads};
use crate::cache::{LogCache, StateCache};
use crate::disk::{Disk, RealDisk, create_dir};
use crate::errors::OpenError;
use crate::exclusive::ExclusiveQueue;
use crate::flusher::Flusher;
use crate::folders::folders;
use crate::journal::{Journal, JournalReader};
use crate::lock::DataLock;
use crate::logfile::{LogError, LogFile};
use crate::machine::ProjectionSpec;
use crate::media::MediaStore;
use crate::options::Options;
use crate::pending_entries::PendingEntries;
use crate::projection::Writable;
use crate::quarantine;
use crate::queue::Queue;
use crate::rebuild::{self, Sources};
use crate::recovery::{self, CatchUpError};
use crate::shared::Shared;
use crate::stepper::Stepper;
use crate::write_freeze::WriteFreezes;
use crate::writer::Writer;
use crate::writer::syncer::{Syncer, SyncerKind};

/// Number of delegates' decompressed keys in the cache.
const KEYS_REMEMBERED: usize = 1_024;
/// Stack of the writer and the flusher in bytes: decoding does not recurse deeply.
const STACK_BYTES: usize = 2 * 1024 * 1024;

impl Ledger {
    /// Opens the data folder, recovers from a crash, and starts the writer and the flusher.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        Self::open_on(options, Arc::new(RealDisk))
    }

    /// Like [`Self::open`], on a given disk.
    pub fn open_on(options: Options, disk: Arc<dyn Disk>) -> Result<Self, OpenError> {
        LedgerParts::open(options, disk).map(start)
    }

    /// Like [`Self::open`], without threads: the writer and the flusher work when the test drives the [`Stepper`], so
    /// that a test can repeat the same history.
    pub fn open_stepped(
        options: Options,
        disk: Arc<dyn Disk>,
    ) -> Result<(Self, Stepper), OpenError> {
        let parts = LedgerParts::open(options, disk)?;
        let (inner, writer, syncer) = parts.assemble(SyncerKind::Caller);
        let stepper = Stepper::new(writer, inner.flusher.clone(), syncer);
        Ok((Self { inner: Arc::new(inner) }, stepper))
    }
}

/// A data folder that was opened and recovered, before any thread works on it.
struct LedgerParts {
    shared: Arc<Shared>,
    journal: Journal,
    projections: BTreeMap<&'static str, Writable>,
    lock: DataLock,
}

impl LedgerParts {
    fn open(options: Options, disk: Arc<dyn Disk>) -> Result<Self, OpenError> {
        let data = options.data.clone();
        for folder in ["node", "users", "runtime"] {
            let path = data.join(folder);
            create_dir(&*disk, &path).map_err(|source| OpenError::Io { path, source })?;
        }
        let lock = DataLock::take(&data)?;
        recovery::remove_scratch(&data.join("runtime"));
        let mut journal = open_journal(&data, &disk)?;
        let specs = options.machine.projections();
        remake_stale(&options, &disk, &journal, &specs)?;
        // r2d2 opens connections on its own threads; one thread is enough for all pools.
        let threads = Arc::new(ScheduledThreadPool::new(1));
        let mut projections = BTreeMap::new();
        for spec in specs {
            let readers = options.limits.readers_per_service;
            let opened = Writable::open(&disk, &data.join("runtime"), spec, readers, &threads)?;
            projections.insert(spec.name, opened);
        }
        let shared = Arc::new(share(options, &disk, &projections)?);
        let waiting = recovery::index_journal(&journal, &shared)?;
        for projection in projections.values_mut() {
            bring_up(&journal, &shared, projection)?;
        }
        quarantine::at_start(&shared, &mut journal, &mut projections).map_err(|error| {
            let path = data.join("quarantine");
            match error {
                LogError::Full => OpenError::Full { path },
                other => OpenError::Damaged { path, reason: other.to_string() },
            }
        })?;
        if waiting > 0 {
            tracing::info!(
                entries = waiting,
                "the journal has entries that are not in the logs yet"
            );
        }
        match journal.checkpoint() {
            // The entries stay in the WAL until there is room.
            Err(error) if classify(&error) == SqlErrorKind::Full => {}
            done => done.map_err(|source| OpenError::Database {
                path: data.join("node/journal.sqlite"),
                source,
            })?,
        }
        Ok(Self { shared, journal, projections, lock })
    }

    /// Makes the ledger, before it has threads, and what works on its writer's thread and its syncer's.
    fn assemble(self, kind: SyncerKind) -> (Inner, Writer, Arc<Syncer>) {
        let Self { shared, journal, projections, lock } = self;
        let flusher = Arc::new(Flusher::new(shared.clone()));
        let exclusive = Arc::<ExclusiveQueue<Writer>>::default();
        let syncer = Arc::new(Syncer::new(shared.clone(), flusher.clone(), journal.wal(), kind));
        let writer = Writer::new(
            shared.clone(),
            flusher.clone(),
            exclusive.clone(),
            syncer.clone(),
            journal,
            projections,
        );
        let (threads, lock) = (Mutex::default(), Mutex::new(Some(lock)));
        (Inner { shared, flusher, exclusive, threads, lock }, writer, syncer)
    }
}

/// Brings a projection up to date. On a full disk it shows what it has, and gets the rest once there is room; rows that
/// an erasure removed are not shown again.
fn bring_up(
    journal: &Journal,
    shared: &Shared,
    projection: &mut Writable,
) -> Result<(), OpenError> {
    let path = projection.shared.path().to_owned();
    let failed = |error: CatchUpError| {
        if error.is_full() {
            OpenError::Full { path: path.clone() }
        } else {
            OpenError::Damaged { path: path.clone(), reason: error.to_string() }
        }
    };
    match recovery::catch_up(journal, shared, projection) {
        Err(error) if error.is_full() && !recovery::has_erasures(journal, projection)? => {
            projection.roll_back();
            recovery::keep_for(journal, shared, projection)?;
            projection.behind = true;
            let service = projection.shared.spec.name;
            tracing::warn!(
                service,
                "the disk is full: pages show the newest entries once there is room"
            );
            match projection.replays().map(|left| left.is_empty()) {
                Ok(true) => Ok(()),
                _ => Err(OpenError::Full { path }),
            }
        }
        done => done.and_then(|()| recovery::replay(shared, projection)).map_err(failed),
    }
}

/// Opens the journal. If the journal was lost and the logs were not, offsets continue after the newest one in any log.
fn open_journal(data: &Path, disk: &Arc<dyn Disk>) -> Result<Journal, OpenError> {
    let path = data.join("node").join("journal.sqlite");
    let mut journal = Journal::open(&path, disk)?;
    disk.sync_dir(&data.join("node"))
        .map_err(|source| OpenError::Io { path: path.clone(), source })?;
    if journal.newest() > 0 {
        return Ok(journal);
    }
    let mut newest = 0;
    for folder in folders(&data.join("users"))? {
        // Ignores an unreadable log, which is quarantined when something uses it.
        if let Ok(Some(did)) = LogFile::whose(&folder)
            && let Ok(Some(log)) = LogFile::open(disk, &folder, &did)
        {
            newest = newest.max(log.newest_offset().unwrap_or(0));
        }
    }
    if newest > 0 {
        journal.raise_floor(newest).map_err(|source| OpenError::Database { path, source })?;
    }
    Ok(journal)
}

/// Rebuilds the projections that cannot continue from their current state.
fn remake_stale(
    options: &Options,
    disk: &Arc<dyn Disk>,
    journal: &Journal,
    specs: &[ProjectionSpec],
) -> Result<(), OpenError> {
    let stale = recovery::stale(&options.data.join("runtime"), journal, specs)?;
    if stale.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = stale.iter().map(|spec| spec.name).collect();
    let sources =
        Sources { data: &options.data, machine: &options.machine, disk, journal: Some(journal) };
    let mut logged = 0;
    let rebuilt = rebuild::make_all(&sources, &stale, &mut |done, total| {
        if done - logged >= 100_000 {
            logged = done;
            tracing::info!(done, total, "rebuilding projections");
        }
    })?;
    if rebuilt.entries > 0 {
        tracing::info!(?names, entries = rebuilt.entries, "projections were made again");
    }
    for (folder, reason) in &rebuilt.damaged {
        tracing::error!(folder = %folder.display(), reason, "a log could not be read; nothing of it is in the projections");
    }
    Ok(())
}

fn share(
    options: Options,
    disk: &Arc<dyn Disk>,
    projections: &BTreeMap<&'static str, Writable>,
) -> Result<Shared, OpenError> {
    let Options { data, machine, node, clock, limits } = options;
    let path = data.join("node").join("journal.sqlite");
    let reader =
        JournalReader::open(&path).map_err(|source| OpenError::Database { path, source })?;
    let write_freezes = WriteFreezes::open(&data, disk.clone())
        .map_err(|source| OpenError::Io { path: data.clone(), source })?;
    let ops = machine.ops();
    let states = StateCache::new(ops.clone(), limits.log_states_max, limits.packed_states_max);
    Ok(Shared {
        disk: disk.clone(),
        media: MediaStore::new(&data, limits.media_file_bytes_max, clock.clone()),
        clock,
        node,
        ops,
        machine,
        logs: LogCache::new(data.join("users"), disk.clone(), limits.open_logs_max),
        states,
        pending_entries: PendingEntries::new(limits.waiting_bytes_max, limits.move_entries),
        journal: Mutex::new(reader),
        projections: projections.values().map(|projection| projection.shared.clone()).collect(),
        queue: Queue::new(limits.queue_commands_max),
        flights: Arc::default(),
        keys: KeyCache::new(KEYS_REMEMBERED),
        write_freezes,
        quarantined: Mutex::default(),
        beginnings: Default::default(),
        fatal: OnceLock::new(),
        closing: false.into(),
        behind: false.into(),
        moving: Default::default(),
        catching_up: Default::default(),
        emptying: Default::default(),
        counters: Default::default(),
        tables: Default::default(),
        replays: Default::default(),
        to_come: Default::default(),
        installs: Default::default(),
        limits,
        data,
    })
}

fn start(parts: LedgerParts) -> Ledger {
    let (inner, writer, syncer) = parts.assemble(SyncerKind::Thread);
    let spawn =
        |name: &str| std::thread::Builder::new().name(name.to_owned()).stack_size(STACK_BYTES);
    let syncing = spawn("ledger-syncer").spawn(move || syncer.run());
    let writer = spawn("ledger-writer").spawn(move || writer.run());
    let moving = inner.flusher.clone();
    let moving = spawn("ledger-flusher").spawn(move || moving.run());
    match (writer, syncing, moving) {
        (Ok(writer), Ok(syncer), Ok(flusher)) => {
            *inner.threads.lock() = Some(Threads { writer, syncer, flusher });
        }
        (writer, syncing, moving) => {
            let error = writer.err().or(syncing.err()).or(moving.err());
            inner.shared.fail(format!("a thread could not be started: {error:?}"));
        }
    }
    Ledger { inner: Arc::new(inner) }
}
