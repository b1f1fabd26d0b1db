//! A node in a temporary folder, with people who sign, and a small state machine: what the ledger's tests drive.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    clippy::unwrap_used,
    reason = "each test file uses a part of it, and a helper that fails is a failed test"
)]

// Explicit paths, since other test programs include this file too.
#[path = "world/machine.rs"]
mod machine;
#[path = "world/people.rs"]
mod people;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use imajin_dfos::{Cid, Timestamp, Value};
use imajin_ledger::{
    Command, CommandWill, Disk, Ledger, Limits, NodeKey, Options, RealDisk, Receipt, StateMachine,
    SubmitError,
};
use imajin_log::verify::{VerifyOptions, verify_log};
use imajin_log::{Clock, ManualClock};
use imajin_protocol::proof::{EntryPosition, ProofPayload};
use imajin_protocol::{Did, Proof};
use rusqlite::Connection;

use machine::Older;
pub use machine::{Notes, REPLAYS};
pub use people::{Party, Say};

/// 2026-01-01T00:00:00Z.
pub const START_MS: i64 = 1_767_225_600_000;

/// The place of a node's data.
pub enum Folder {
    Goes(tempfile::TempDir),
    Stays(PathBuf),
}

impl Folder {
    pub fn path(&self) -> &Path {
        match self {
            Self::Goes(folder) => folder.path(),
            Self::Stays(path) => path,
        }
    }
}

/// A node that can be stopped, dropped and opened again.
pub struct World {
    pub folder: Folder,
    pub clock: Arc<ManualClock>,
    pub node: Party,
    pub version: u32,
    pub limits: Limits,
    pub disk: Arc<dyn Disk>,
    ledger: Option<Ledger>,
    fresh: AtomicU64,
}

impl World {
    /// Makes a node that keeps one state as it is and packs all others.
    pub fn new() -> Self {
        Self::with_limits(Limits { log_states_max: 1, ..Limits::default() })
    }

    pub fn with_limits(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::on(folder, limits, Arc::new(RealDisk))
    }

    /// Makes a node with another key than other tests have.
    pub fn with_seed(seed: u64) -> Self {
        Self::of_node(
            Folder::Goes(tempfile::tempdir().unwrap()),
            Limits::default(),
            Arc::new(RealDisk),
            Party::new(seed),
        )
    }

    /// Makes a node in a folder that stays.
    pub fn at(path: PathBuf) -> Self {
        Self::begin(Folder::Stays(path), Limits::default(), Arc::new(RealDisk))
    }

    pub fn on(folder: tempfile::TempDir, limits: Limits, disk: Arc<dyn Disk>) -> Self {
        Self::begin(Folder::Goes(folder), limits, disk)
    }

    fn begin(folder: Folder, limits: Limits, disk: Arc<dyn Disk>) -> Self {
        Self::of_node(folder, limits, disk, Party::new(u64::MAX))
    }

    pub fn of_node(folder: Folder, limits: Limits, disk: Arc<dyn Disk>, node: Party) -> Self {
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(START_MS).unwrap()));
        let mut world = Self {
            folder,
            clock,
            node,
            version: 1,
            limits,
            disk,
            ledger: None,
            fresh: AtomicU64::new(0),
        };
        world.open();
        if world.ledger().status(&world.node.did.clone()).unwrap().is_none() {
            world.create(&world.node.clone());
        }
        world
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub fn machine(&self) -> Arc<dyn StateMachine> {
        Arc::new(Notes { version: self.version })
    }

    pub fn open(&mut self) {
        self.try_open().unwrap();
    }

    fn options(&self) -> Options {
        let node = NodeKey {
            did: self.node.did.clone(),
            kid: self.node.kid.clone(),
            key: self.node.key.clone(),
        };
        Options {
            data: self.data(),
            machine: self.machine(),
            node,
            clock: self.clock.clone(),
            limits: self.limits.clone(),
        }
    }

    /// Rebuilds with a program from before the notes.
    pub fn rebuild_without_notes(&mut self) -> Result<(), imajin_ledger::OpenError> {
        self.stop();
        let machine: Arc<dyn StateMachine> = Arc::new(Older(Notes { version: self.version }));
        imajin_ledger::rebuild::rebuild(&self.data(), &machine, &self.disk, false, &mut |_, _| {})
            .map(drop)
    }

    pub fn ledger(&self) -> &Ledger {
        self.ledger.as_ref().unwrap()
    }

    /// Stops the node, and opens its folder without threads: only the stepper makes progress.
    pub fn stepped(&mut self) -> (Ledger, imajin_ledger::Stepper) {
        self.stop();
        Ledger::open_stepped(self.options(), self.disk.clone()).unwrap()
    }

    /// Stops the node gracefully.
    pub fn stop(&mut self) {
        self.ledger.take().unwrap().shutdown().unwrap();
    }

    /// Ends the program as it is, without a graceful stop.
    pub fn kill(&mut self) {
        drop(self.ledger.take());
    }

    /// Opens the node, on a disk that may fail.
    pub fn try_open(&mut self) -> Result<(), imajin_ledger::OpenError> {
        self.ledger = Some(Ledger::open_on(self.options(), self.disk.clone())?);
        Ok(())
    }

    /// Copies the data folder as it is on the disk at this moment, which is what a kill would leave, and continues there.
    pub fn crash(&mut self) {
        self.crash_with(|_| {});
    }

    /// Crashes, and changes the data folder before the next start.
    pub fn crash_with(&mut self, befall: impl FnOnce(&Path)) {
        let copy = tempfile::tempdir().unwrap();
        copy_folder(self.folder.path(), copy.path());
        drop(self.ledger.take());
        befall(copy.path());
        self.folder = Folder::Goes(copy);
        self.open();
    }

    pub fn home(&self) -> Value {
        Value::map([
            ("node", Value::from(self.node.did.as_str())),
            ("url", Value::from("https://node.example")),
            ("epoch", Value::Int(1)),
        ])
    }

    pub fn creation(&self, party: &Party) -> Say {
        Say::op("auth.identity.create").body(vec![
            ("token", Value::from(party.token.as_str())),
            ("home", self.home()),
            ("scope", Value::from("person")),
        ])
    }

    /// Creates the person of a seed.
    pub fn person(&self, seed: u64) -> Party {
        let party = Party::new(seed);
        self.create(&party);
        party
    }

    pub fn create(&self, party: &Party) -> Receipt {
        self.submit(party, self.creation(party)).unwrap()
    }

    /// Returns the command, signed against the current log.
    pub fn signed(&self, party: &Party, did: &Did, say: Say) -> Command {
        let status = self.ledger().status(did).unwrap();
        let seen = status.map(|status| EntryPosition { seq: status.seq, cid: status.cid });
        let after = self.ledger().after(did, &party.kid.to_string()).unwrap();
        let seen = if *did == party.did { seen } else { None };
        self.signed_as(party, did, say, seen, after)
    }

    pub fn signed_as(
        &self,
        party: &Party,
        did: &Did,
        say: Say,
        seen: Option<EntryPosition>,
        after: Option<Cid>,
    ) -> Command {
        let payload = say.payload(party, did, &self.node, self.clock.now());
        let payload = ProofPayload { seen, after, ..payload };
        let proof = Proof::sign(&party.key, party.kid.clone(), payload).unwrap();
        self.command(did, say, CommandWill::Signed(Arc::new(proof)))
    }

    pub fn command(&self, did: &Did, say: Say, will: CommandWill) -> Command {
        let fresh = self.fresh.fetch_add(1, Ordering::Relaxed);
        say.command(did, will, self.clock.now(), fresh)
    }

    pub fn submit(&self, party: &Party, say: Say) -> Result<Receipt, SubmitError> {
        self.clock.advance(1);
        self.ledger().submit_blocking(self.signed(party, &party.did, say))
    }

    pub fn notes(&self, did: &Did) -> Vec<String> {
        let read = |db: &Connection| {
            let mut query =
                db.prepare("SELECT text FROM note WHERE owner_did = ?1 ORDER BY seq")?;
            query.query_map([did.as_str()], |row| row.get(0))?.collect()
        };
        self.ledger().read("note", read).unwrap()
    }

    pub fn log_path(&self, party: &Party) -> PathBuf {
        let folder = self.data().join("users").join(party.did.folder_name());
        folder.join("log.sqlite")
    }

    /// Verifies a person's log as a file. The node is stopped, or the missing pages are in the WAL.
    pub fn assert_valid(&self, party: &Party) {
        let options = VerifyOptions { did: Some(party.did.clone()), ..VerifyOptions::default() };
        let report = verify_log(&self.log_path(party), &self.machine().ops(), &options).unwrap();
        assert!(report.valid, "{report:?}");
    }

    /// Stops the node, verifies these people's logs, and compares the projections with those of a rebuild.
    pub fn assert_sound(&mut self, people: &[Party]) {
        self.stop();
        people.iter().for_each(|party| self.assert_valid(party));
        self.open();
        self.assert_rebuildable();
    }

    /// Stops the node and compares its projections with those of a rebuild.
    pub fn assert_rebuildable(&mut self) {
        self.stop();
        let rebuilt = imajin_ledger::rebuild::rebuild(
            &self.data(),
            &self.machine(),
            &self.disk,
            true,
            &mut |_, _| {},
        )
        .unwrap();
        assert_eq!(rebuilt.differences, []);
        assert_eq!(rebuilt.damaged, []);
        self.open();
    }
}

/// Copies a folder in use. A file that is renamed or removed meanwhile has the copy begun again: one that lacked it under
/// both names would be no moment of the folder's.
pub fn copy_folder(from: &Path, to: &Path) {
    while let Err(error) = copy_once(from, to) {
        assert_eq!(error.kind(), io::ErrorKind::NotFound, "{}: {error}", from.display());
        std::fs::remove_dir_all(to).unwrap();
        std::fs::create_dir(to).unwrap();
    }
}

fn copy_once(from: &Path, to: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            std::fs::create_dir_all(&target)?;
            copy_once(&entry.path(), &target)?;
        } else if !entry.file_name().to_string_lossy().ends_with("-shm") {
            std::fs::copy(entry.path(), &target)?;
            // A sweep depends on arrival times.
            let copy = std::fs::File::options().write(true).open(&target)?;
            copy.set_modified(entry.metadata()?.modified()?)?;
        }
    }
    Ok(())
}

impl World {
    /// Returns a command signed without reading the log from the node.
    pub fn submit_raw(&self, party: &Party, say: Say) -> Result<Receipt, SubmitError> {
        self.clock.advance(1);
        self.ledger().submit_blocking(self.signed_as(party, &party.did, say, None, None))
    }
}

/// Waits until `is_so`, for a minute at most; then panics with `what`.
pub fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..12_000 {
        if is_so() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("waited in vain for {what}");
}
