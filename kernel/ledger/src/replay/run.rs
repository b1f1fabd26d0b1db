//! One replay: watches the rows, computes them again in a scratch file, compares, and takes over those that differ.
//!
//! Always: the watch begins before anything is read, so a row that is neither recorded as changed nor found to differ
//! is the same in both. The log's length makes no difference to the writer.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::mpsc;

use imajin_dfos::{Cid, Timestamp};
use imajin_log::entry::Sealed;
use imajin_protocol::Did;

use super::register::{PendingReplay, SCRATCH};
use super::scratch::Scratch;
use crate::exclusive::{ExclusiveQueue, LOOK, wait_for};
use crate::feed;
use crate::media::{MediaError, Removed};
use crate::projection::tables::Values;
use crate::shared::Shared;
use crate::sweep;

/// Entries read at a time: the log is locked meanwhile.
const CHUNK: usize = 64;
/// Maximum number of times that a replay starts over because another log replaced this one meanwhile.
const TRIES: u32 = 4;

/// Why a replay ended early.
#[derive(Debug)]
pub(super) enum Stopped {
    /// The node is stopping.
    Closing,
    /// The disk or a service failed.
    Failed(String),
}

impl<E: std::fmt::Display> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Failed(error.to_string())
    }
}

/// The writer's part of a replay.
pub(crate) trait Swaps: 'static {
    /// Records from now on which rows of an owner change; returns how often another log has replaced theirs so far.
    fn watch(&mut self, services: &[&'static str], did: &Did) -> Result<u64, String>;
    /// Takes over the result of a replay.
    fn swap(&mut self, replay: Box<Replay>) -> Swap;
}

/// A replay's access to the writer.
pub(super) enum Hand<'w, W> {
    /// Another thread reaches the writer between two batches.
    Queue(&'w Shared, &'w ExclusiveQueue<W>),
    /// The replay runs on the writer's own thread.
    Here(&'w mut W),
}

impl<W: Swaps> Hand<'_, W> {
    fn writer<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut W) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        match self {
            Self::Here(writer) => Ok(work(writer)),
            Self::Queue(shared, exclusive) => {
                let (send, answer) = mpsc::channel();
                exclusive.push(move |writer| {
                    // The caller is gone if the node stops.
                    let _ = send.send(work(writer));
                });
                shared.queue.nudge();
                wait_for(&answer, || is_stopping(shared)).ok_or(Stopped::Closing)
            }
        }
    }
}

/// One projection's part of a replay.
pub(crate) struct Part {
    pub(crate) service: &'static str,
    pub(crate) scratch: Scratch,
    /// Rows to take over: the table's position, and the key.
    pub(crate) differing: Vec<(usize, Values)>,
}

pub(crate) struct Replay {
    pub(crate) did: Did,
    /// The newest erasure that it covers.
    pub(crate) upto: u64,
    /// Number of times that another log had replaced this one when the replay began.
    pub(crate) installs: u64,
    pub(crate) parts: Vec<Part>,
    /// Bodies removed by erasures that have not reached the log's file.
    erased: HashMap<Cid, u64>,
    /// Files that entries name: whether an entry with its body names it, and whether one without.
    media: HashMap<Cid, Names>,
    /// The newest entry that it has read.
    after: Option<u64>,
    /// The time at which the replay began, by the node's clock.
    begun: Timestamp,
    /// Number of times that the replay was handed to the writer.
    pub(crate) tries: u32,
    _folder: tempfile::TempDir,
}

/// The kinds of entries that name a file.
#[derive(Debug, Clone, Copy, Default)]
struct Names {
    alive: bool,
    erased: bool,
}

/// The writer's answer to a replay.
pub(crate) enum Swap {
    /// The projections are correct.
    Done(Box<Replay>),
    /// More rows remain, or too many entries came meanwhile: hand the replay over once more.
    More(Box<Replay>),
    /// Another log replaced this one: start over.
    Again,
    /// A projection could not be written.
    Failed(String),
}

pub(super) fn run<W: Swaps>(
    shared: &Arc<Shared>,
    did: &Did,
    wanted: &PendingReplay,
    mut hand: Hand<'_, W>,
) -> Result<(), Stopped> {
    let services: Vec<&'static str> = wanted.services.iter().copied().collect();
    for _ in 0..TRIES {
        let (watched, of) = (services.clone(), did.clone());
        let installs = hand.writer(move |writer| writer.watch(&watched, &of))??;
        let mut replay = Box::new(Replay::begin(shared, did, wanted, installs)?);
        while replay.feed(shared, CHUNK)? > 0 {
            if is_stopping(shared) {
                return Err(Stopped::Closing);
            }
        }
        replay.compare(shared)?;
        loop {
            // Reads what came meanwhile, so that little is left for the writer.
            while replay.feed(shared, CHUNK)? == CHUNK {}
            if is_stopping(shared) {
                return Err(Stopped::Closing);
            }
            match hand.writer(move |writer| writer.swap(replay))? {
                Swap::Done(mut done) => {
                    return done.remove_media(shared, matches!(hand, Hand::Queue(..)));
                }
                Swap::More(left) => replay = left,
                Swap::Again => break,
                Swap::Failed(reason) => return Err(Stopped::Failed(reason)),
            }
        }
    }
    Err(Stopped::Failed("the log was replaced again and again".to_owned()))
}

fn is_stopping(shared: &Shared) -> bool {
    shared.is_stopping() || shared.replays.is_closed()
}

impl Replay {
    fn begin(
        shared: &Shared,
        did: &Did,
        wanted: &PendingReplay,
        installs: u64,
    ) -> Result<Self, Stopped> {
        let folder =
            tempfile::Builder::new().prefix(SCRATCH).tempdir_in(shared.data.join("runtime"))?;
        let mut parts = Vec::new();
        for spec in shared.machine.projections() {
            if wanted.services.contains(spec.name) {
                parts.push(Part {
                    service: spec.name,
                    scratch: Scratch::make(folder.path(), &spec)?,
                    differing: Vec::new(),
                });
            }
        }
        Ok(Self {
            did: did.clone(),
            upto: wanted.erasures.last().copied().unwrap_or(0),
            installs,
            parts,
            // Taken before any entry is read: an erasure that is flushed in between has already removed the bodies from
            // the file.
            erased: shared.erased_waiting(did)?,
            media: HashMap::new(),
            after: None,
            begun: shared.clock.now(),
            tries: 0,
            _folder: folder,
        })
    }

    /// Reads up to `most` more entries of the log; returns how many there were.
    fn feed(&mut self, shared: &Shared, most: usize) -> Result<usize, String> {
        let entries = shared.entries(&self.did, self.after, most);
        self.take(shared, &entries.map_err(|error| error.to_string())?)
    }

    /// Like [`Self::feed`], unless the log is in use.
    pub(crate) fn feed_if_free(
        &mut self,
        shared: &Shared,
        most: usize,
    ) -> Result<Option<usize>, String> {
        let entries = shared.entries_if_free(&self.did, self.after, most).transpose();
        let entries = entries.map_err(|error| error.to_string())?;
        entries.map(|entries| self.take(shared, &entries)).transpose()
    }

    fn take(&mut self, shared: &Shared, entries: &[(u64, Sealed)]) -> Result<usize, String> {
        for (offset, entry) in entries {
            let body = feed::left_of(entry, &self.erased).map_err(|error| error.to_string())?;
            let named = entry.header.fact.as_ref().and_then(|fact| fact.ids("media"));
            for cid in named.unwrap_or_default().iter().filter_map(|id| id.to_cid()) {
                let names = self.media.entry(cid).or_default();
                let is_erased = entry.header.body.is_some() && body.is_none();
                names.erased |= is_erased;
                names.alive |= !is_erased;
            }
            for part in &self.parts {
                if feed::concerns(&*shared.machine, part.service, &entry.header) {
                    part.scratch
                        .take(&*shared.machine, *offset, entry, body.as_ref())
                        .map_err(|error| error.to_string())?;
                }
            }
            self.after = Some(entry.header.seq);
        }
        Ok(entries.len())
    }

    /// Reads the log to its end, and removes the files that only entries without their bodies name. Leaves a file that another
    /// log names, or that arrived again since, to the sweep. Waits, where it may, for commands on their way that name one,
    /// and looks again.
    fn remove_media(&mut self, shared: &Shared, may_wait: bool) -> Result<(), Stopped> {
        let after = self.begun.checked_add_millis(1).unwrap_or(self.begun);
        for _ in 0..TRIES {
            let removal = shared.media.removal(&self.did);
            while self.feed(shared, CHUNK)? > 0 {}
            let erased = |names: &Names| names.erased && !names.alive;
            if !self.media.values().any(erased) {
                return Ok(());
            }
            let mut others = HashSet::new();
            sweep::by_others(shared, &self.did, &mut others)?;
            let mut pinned = Vec::new();
            for (cid, _) in self.media.iter().filter(|(_, names)| erased(names)) {
                if others.contains(cid) {
                    continue;
                }
                match removal.remove_older(cid, after) {
                    Ok(Removed::Pinned) => pinned.push(*cid),
                    Ok(Removed::Yes | Removed::No) => {}
                    // The sweep removes it when the disk is there again.
                    Err(MediaError::DiskMissing { .. }) => return Ok(()),
                    Err(error) => return Err(error.into()),
                }
            }
            if pinned.is_empty() || !may_wait {
                return Ok(());
            }
            while !removal.wait(&pinned, LOOK) {
                if is_stopping(shared) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Finds the rows that differ. From here on the scratch rows are watched, too.
    fn compare(&mut self, shared: &Shared) -> Result<(), Stopped> {
        let owner = self.did.as_str();
        for part in &mut self.parts {
            let projection = shared
                .projection(part.service)
                .ok_or_else(|| format!("there is no projection {}", part.service))?;
            part.scratch.watch(owner)?;
            let live = projection.connect()?;
            part.differing = part.scratch.differing(&live, owner)?;
        }
        Ok(())
    }
}
