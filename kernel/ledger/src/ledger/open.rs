//! Opening a data folder: the lock, the journal, the projections, recovery, the threads.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use imajin_dfos::Timestamp;
use imajin_dfos::multikey::KeyCache;
use scheduled_thread_pool::ScheduledThreadPool;

use super::{Inner, Ledger, OpenError, Options, Threads};
use crate::cache::{LogCache, StateCache};
use crate::disk::{Disk, RealDisk, create_dir};
use crate::holds::Holds;
use crate::journal::{Journal, JournalReader};
use crate::lock::DataLock;
use crate::logfile::LogFile;
use crate::machine::ProjectionSpec;
use crate::media::MediaStore;
use crate::mover::Mover;
use crate::projection::Writable;
use crate::quarantine;
use crate::queue::Queue;
use crate::rebuild::{self, Sources};
use crate::recovery;
use crate::shared::Shared;
use crate::step::Stepper;
use crate::waiting::Waiting;
use crate::writer::Writer;

/// Decompressed keys of delegates that are remembered.
const KEYS_REMEMBERED: usize = 1_024;
/// Stack of the writer and the mover: decoding does not recurse deeply.
const STACK_BYTES: usize = 2 * 1024 * 1024;

impl Ledger {
    /// Opens the data folder, recovers what a crash left, and starts the writer and the mover.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        Self::open_on(options, Arc::new(RealDisk))
    }

    /// The same, on a disk of the caller's choice.
    pub fn open_on(options: Options, disk: Arc<dyn Disk>) -> Result<Self, OpenError> {
        Opened::open(options, disk).map(start)
    }

    /// The same without threads: the writer and the mover work when the [`Stepper`] is told to, so that a test can play
    /// the same history again.
    pub fn open_stepped(
        options: Options,
        disk: Arc<dyn Disk>,
    ) -> Result<(Self, Stepper), OpenError> {
        let Opened {
            shared,
            journal,
            projections,
            lock,
        } = Opened::open(options, disk)?;
        let mover = Arc::new(Mover::new(shared.clone()));
        let writer = Writer::new(shared.clone(), mover.clone(), journal, projections);
        let ledger = ledger(shared, mover.clone(), None, lock);
        Ok((ledger, Stepper::new(writer, mover)))
    }
}

/// A data folder that was opened and recovered, before anything works on it.
struct Opened {
    shared: Arc<Shared>,
    journal: Journal,
    projections: BTreeMap<&'static str, Writable>,
    lock: DataLock,
}

impl Opened {
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
        // r2d2 opens connections on threads of its own; one is enough for all pools.
        let threads = Arc::new(ScheduledThreadPool::new(1));
        let mut projections = BTreeMap::new();
        for spec in specs {
            let readers = options.limits.readers_per_service;
            let opened = Writable::open(&disk, &data.join("runtime"), spec, readers, &threads)?;
            projections.insert(spec.name, opened);
        }
        let shared = Arc::new(share(options, &disk, &journal, &projections)?);
        let waiting = recovery::index_journal(&journal, &shared)?;
        for projection in projections.values_mut() {
            let path = projection.shared.path().to_owned();
            recovery::catch_up(&journal, &shared, projection)
                .and_then(|()| recovery::replay(&shared, projection))
                .map_err(|error| OpenError::Damaged {
                    path,
                    reason: error.to_string(),
                })?;
        }
        quarantine::at_start(&shared, &mut journal, &mut projections).map_err(|error| {
            OpenError::Damaged {
                path: data.join("quarantine"),
                reason: error.to_string(),
            }
        })?;
        if waiting > 0 {
            tracing::info!(
                entries = waiting,
                "the journal has entries that are on their way into the logs"
            );
        }
        journal.checkpoint().map_err(|source| OpenError::Database {
            path: data.join("node/journal.sqlite"),
            source,
        })?;
        Ok(Self {
            shared,
            journal,
            projections,
            lock,
        })
    }
}

/// The time of the newest entry that this data folder has seen, for [`crate::SystemClock::new`].
pub fn newest_time(data: &Path) -> Result<Option<Timestamp>, OpenError> {
    let path = data.join("node").join("journal.sqlite");
    if !path.exists() {
        return Ok(None);
    }
    let journal = Journal::open(&path)?;
    let millis = journal
        .newest_at()
        .map_err(|source| OpenError::Database { path, source })?;
    Ok(Some(millis)
        .filter(|millis| *millis > 0)
        .and_then(|millis| Timestamp::from_millis(millis).ok()))
}

/// The journal. Where it was lost and the logs were not, offsets go on behind the newest that any log has.
fn open_journal(data: &Path, disk: &Arc<dyn Disk>) -> Result<Journal, OpenError> {
    let path = data.join("node").join("journal.sqlite");
    let mut journal = Journal::open(&path)?;
    disk.sync_dir(&data.join("node"))
        .map_err(|source| OpenError::Io {
            path: path.clone(),
            source,
        })?;
    if journal.newest() > 0 {
        return Ok(journal);
    }
    let mut newest = 0;
    for folder in rebuild::folders(&data.join("users"))? {
        // A log that cannot be read has no say; it is set aside when it is used.
        let Ok(Some(did)) = LogFile::whose(&folder) else {
            continue;
        };
        let Ok(Some(log)) = LogFile::open(disk, &folder, &did) else {
            continue;
        };
        newest = newest.max(log.newest_offset().unwrap_or(0));
    }
    if newest > 0 {
        journal
            .raise_floor(newest)
            .map_err(|source| OpenError::Database { path, source })?;
    }
    Ok(journal)
}

/// Makes the projections again that cannot go on from where they are.
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
    let sources = Sources {
        data: &options.data,
        machine: &options.machine,
        disk,
        journal: Some(journal),
    };
    let mut said = 0;
    let rebuilt = rebuild::make_all(&sources, &stale, &mut |done, total| {
        if done - said >= 100_000 {
            said = done;
            tracing::info!(done, total, "projections are being made again");
        }
    })?;
    if rebuilt.entries > 0 {
        tracing::info!(
            ?names,
            entries = rebuilt.entries,
            "projections were made again"
        );
    }
    for (folder, reason) in &rebuilt.damaged {
        tracing::error!(folder = %folder.display(), reason, "a log could not be read; nothing of it is in the projections");
    }
    Ok(())
}

fn share(
    options: Options,
    disk: &Arc<dyn Disk>,
    journal: &Journal,
    projections: &BTreeMap<&'static str, Writable>,
) -> Result<Shared, OpenError> {
    let Options {
        data,
        machine,
        node,
        clock,
        limits,
    } = options;
    let path = data.join("node").join("journal.sqlite");
    let reader =
        JournalReader::open(&path).map_err(|source| OpenError::Database { path, source })?;
    let holds = Holds::open(&data, disk.clone()).map_err(|source| OpenError::Io {
        path: data.clone(),
        source,
    })?;
    debug_assert!(journal.floor() <= journal.newest());
    Ok(Shared {
        disk: disk.clone(),
        media: MediaStore::new(&data, limits.media_file_bytes_max, clock.clone()),
        clock,
        node,
        ops: machine.ops(),
        machine,
        logs: LogCache::new(data.join("users"), disk.clone(), limits.open_logs_max),
        states: StateCache::new(limits.log_states_max),
        waiting: Waiting::new(limits.waiting_bytes_max, limits.move_entries),
        journal: Mutex::new(reader),
        projections: projections
            .values()
            .map(|projection| projection.shared.clone())
            .collect(),
        queue: Queue::new(limits.queue_commands_max),
        exclusive: Default::default(),
        flights: Arc::default(),
        keys: KeyCache::new(KEYS_REMEMBERED),
        holds,
        quarantined: Mutex::default(),
        fatal: OnceLock::new(),
        closing: false.into(),
        counters: Default::default(),
        tables: Default::default(),
        replays: Default::default(),
        to_come: Default::default(),
        installs: Default::default(),
        limits,
        data,
    })
}

fn start(opened: Opened) -> Ledger {
    let Opened {
        shared,
        journal,
        projections,
        lock,
    } = opened;
    let mover = Arc::new(Mover::new(shared.clone()));
    let writer = Writer::new(shared.clone(), mover.clone(), journal, projections);
    let spawn = |name: &str| {
        std::thread::Builder::new()
            .name(name.to_owned())
            .stack_size(STACK_BYTES)
    };
    let writer = spawn("ledger-writer").spawn(move || writer.run());
    let moving = mover.clone();
    let moving = spawn("ledger-mover").spawn(move || moving.run());
    let threads = match (writer, moving) {
        (Ok(writer), Ok(mover)) => Some(Threads { writer, mover }),
        (writer, moving) => {
            let error = writer.err().or(moving.err());
            shared.fail(format!("a thread could not be started: {error:?}"));
            None
        }
    };
    ledger(shared, mover, threads, lock)
}

fn ledger(
    shared: Arc<Shared>,
    mover: Arc<Mover>,
    threads: Option<Threads>,
    lock: DataLock,
) -> Ledger {
    Ledger {
        inner: Arc::new(Inner {
            shared,
            mover,
            threads: Mutex::new(threads),
            lock: Mutex::new(Some(lock)),
        }),
    }
}
