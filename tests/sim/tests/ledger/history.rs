//! One history: people who write, a disk that fails, a node that is restarted.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Waker};

use imajin_dfos::{Cid, Timestamp, Value};
use imajin_ledger::{
    Command, CommandWill, Disk, Ledger, NodeKey, Options, Receipt, Stepper, SubmitError,
};
use imajin_log::{Clock, ManualClock};
use imajin_protocol::proof::{EntryPosition, ProofPayload};
use imajin_protocol::{Did, Proof};
use imajin_sim::disk::{self, Faults};
use imajin_sim::rng::Rng;

use crate::checks;
use crate::lying::LyingDisk;
use crate::world::{Notes, Party, START_MS, Say};

/// The results of a history.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Totals {
    /// Acknowledged entries, in order.
    pub acknowledged: Vec<(Did, u64, Cid)>,
    pub crashes: u64,
    /// Ends of the program alone, after which the system still had what was not synced.
    pub kills: u64,
    pub unknown: u64,
    pub full: u64,
    pub failed_starts: u64,
    /// Batches that were decided on before they were durable.
    pub ahead: u64,
}

impl Totals {
    pub fn add(&mut self, other: &Self) {
        self.acknowledged.extend_from_slice(&other.acknowledged);
        self.crashes += other.crashes;
        self.kills += other.kills;
        self.unknown += other.unknown;
        self.full += other.full;
        self.failed_starts += other.failed_starts;
        self.ahead += other.ahead;
    }

    /// Asserts that faults occurred: a simulation without faults tests nothing.
    pub fn assert_that_faults_were_met(&self) {
        assert!(self.acknowledged.len() > 1_000, "hardly anything was written");
        assert!(
            self.crashes > 100
                && self.kills > 10
                && self.unknown > 10
                && self.full > 10
                && self.ahead > 100,
            "hardly anything failed"
        );
    }
}

/// Prints an event if `IMAJIN_TRACE` is set, to debug a failing seed.
fn trace(what: impl Fn() -> String) {
    if std::env::var_os("IMAJIN_TRACE").is_some() {
        println!("{}", what());
    }
}

/// A command on its way.
type Submission<'l> = Pin<Box<dyn Future<Output = Result<Receipt, SubmitError>> + 'l>>;
/// The author of a command, the body that may be erased later, and the command on its way.
type Submitted<'l> = (usize, Option<Cid>, Submission<'l>);

/// A running history.
pub struct History {
    pub data: tempfile::TempDir,
    pub node: Party,
    pub people: Vec<Party>,
    pub clock: Arc<ManualClock>,
    pub totals: Totals,
    rng: Rng,
    /// Maximum size of a log's WAL before it wraps: after each move, now and then, or hardly ever.
    log_wal_bytes_max: u64,
    fresh: u64,
    salt: u64,
    /// Bodies that may be erased.
    bodies: Vec<(usize, Cid)>,
}

fn cast() -> &'static (Party, Vec<Party>) {
    static CAST: OnceLock<(Party, Vec<Party>)> = OnceLock::new();
    CAST.get_or_init(|| (Party::new(u64::MAX), (1..=4).map(Party::new).collect()))
}

impl History {
    /// Runs the history of a seed and checks its result.
    pub fn play(seed: u64) -> Totals {
        imajin_sim::install(seed);
        let (node, people) = cast().clone();
        let mut rng = Rng::new(!seed);
        let mut history = Self {
            data: checks::memory_folder(),
            node,
            people,
            clock: Arc::new(ManualClock::new(Timestamp::from_millis(START_MS).unwrap())),
            totals: Totals::default(),
            log_wal_bytes_max: [0, 16, 64][rng.below(3)] * 1024,
            rng,
            fresh: 0,
            salt: 0,
            bodies: Vec::new(),
        };
        for _ in 0..1 + history.rng.below(4) {
            history.live();
        }
        checks::all(&history);
        history.totals
    }

    pub fn options(&self) -> Options {
        let limits = imajin_ledger::Limits {
            // Small, so that moving, swapping and checkpointing occur in short histories.
            move_entries: 4,
            log_wal_bytes_max: self.log_wal_bytes_max,
            journal_swap_entries: 24,
            ..Default::default()
        };
        Options {
            data: self.data.path().to_owned(),
            machine: Arc::new(Notes { version: 1 }),
            node: NodeKey {
                did: self.node.did.clone(),
                kid: self.node.kid.clone(),
                key: self.node.key.clone(),
            },
            clock: self.clock.clone(),
            limits,
        }
    }

    pub fn disk() -> Arc<dyn Disk> {
        Arc::new(LyingDisk)
    }

    fn faults(&mut self) -> Faults {
        Faults {
            sync_fails_percent: if self.rng.chance(15) { 2 } else { 0 },
            full_percent: if self.rng.chance(15) { 2 } else { 0 },
            power_fails_after: self.rng.chance(70).then(|| self.rng.below(1_200) as u64),
            ..Faults::default()
        }
    }

    /// Runs the node from its start to its end: the power fails, or the program alone ends.
    fn live(&mut self) {
        trace(|| "power on".to_owned());
        let mut fails_syncs = false;
        if self.rng.chance(30) {
            // Faults may also hit the start, in the middle of a recovery.
            let faults = self.faults();
            fails_syncs |= faults.sync_fails_percent > 0;
            disk::set_faults(faults);
        }
        match Ledger::open_stepped(self.options(), Self::disk()) {
            Ok((ledger, mut stepper)) => {
                let faults = self.faults();
                fails_syncs |= faults.sync_fails_percent > 0;
                disk::set_faults(faults);
                self.work(&ledger, &mut stepper);
                disk::cut_power();
                drop((ledger, stepper));
            }
            Err(_) => {
                self.totals.failed_starts += 1;
                disk::cut_power();
            }
        }
        // After a failed sync the system's memory and the disk never agree again: there only the disk counts.
        if !fails_syncs && self.rng.chance(25) {
            trace(|| "killed".to_owned());
            self.totals.kills += 1;
            disk::restart().expect("every file gets closed");
            return;
        }
        self.totals.crashes += 1;
        disk::crash().expect("the folder in memory can be written");
    }

    fn work(&mut self, ledger: &Ledger, stepper: &mut Stepper) {
        for _ in 0..self.rng.below(60) {
            match self.rng.below(10) {
                0..=6 => self.write(ledger, stepper),
                7 | 8 => {
                    trace(|| "  move".to_owned());
                    stepper.move_one(false);
                }
                _ => while stepper.move_one(true) && self.rng.chance(80) {},
            }
            self.clock.advance(self.rng.below(500) as i64);
            if !disk::powered() || ledger.stats().fatal.is_some() {
                break;
            }
        }
    }

    /// Submits one batch, with at most one command of each person and of the node; now and then in two, of which the
    /// second is decided before the first is durable.
    fn write(&mut self, ledger: &Ledger, stepper: &mut Stepper) {
        let all: Vec<usize> = (0..=self.people.len()).collect();
        let (first, second): (Vec<usize>, Vec<usize>) = if self.rng.chance(50) {
            all.into_iter().partition(|_| self.rng.chance(50))
        } else {
            (all, Vec::new())
        };
        let is_ahead = !second.is_empty();
        let mut waiting = self.submit(ledger, &first);
        let shown = self.visible(ledger);
        if is_ahead {
            let was_behind = stepper.is_behind();
            if stepper.write_ahead() {
                trace(|| "  ahead".to_owned());
                self.totals.ahead += 1;
                let now = self.visible(ledger);
                assert!(
                    was_behind || shown.is_none() || now.is_none() || now == shown,
                    "readers see what is not durable: {shown:?}, {now:?}"
                );
            }
            if self.rng.chance(5) {
                disk::cut_power();
            }
            waiting.extend(self.submit(ledger, &second));
        }
        stepper.write();
        stepper.sync();
        let mut context = Context::from_waker(Waker::noop());
        for (who, body, answer) in waiting {
            let mut answer = pin!(answer);
            if let Poll::Ready(outcome) = answer.as_mut().poll(&mut context) {
                self.take(who, body, outcome);
            }
        }
    }

    /// Queues a command of about half of these people.
    fn submit<'l>(&mut self, ledger: &'l Ledger, people: &[usize]) -> Vec<Submitted<'l>> {
        let mut commands = Vec::new();
        for person in people {
            if self.rng.chance(50)
                && let Some(command) = self.command(ledger, *person)
            {
                commands.push(command);
            }
        }
        let mut context = Context::from_waker(Waker::noop());
        let mut waiting: Vec<Submitted<'l>> = Vec::new();
        for (who, body, command) in commands {
            trace(|| format!("  {who} submits, erasable {body:?}"));
            let mut answer: Submission<'l> = Box::pin(ledger.submit(command));
            // The first poll queues the command; an immediate answer did not involve the writer.
            match answer.as_mut().poll(&mut context) {
                Poll::Ready(outcome) => assert!(outcome.is_err(), "entered without the writer"),
                Poll::Pending => waiting.push((who, body, answer)),
            }
        }
        waiting
    }

    /// Returns what readers see: the number of notes, and the newest entry of each log. `None` if the disk prevents it.
    fn visible(&self, ledger: &Ledger) -> Option<(i64, Vec<Option<u64>>)> {
        if !disk::powered() {
            return None;
        }
        let count = |db: &rusqlite::Connection| {
            db.query_row("SELECT count(*) FROM note", [], |row| row.get(0))
        };
        let mut newest = Vec::new();
        for party in self.people.iter().chain([&self.node]) {
            newest.push(ledger.status(&party.did).ok()?.map(|status| status.seq));
        }
        Some((ledger.read("note", count).ok()?, newest))
    }

    fn take(&mut self, who: usize, body: Option<Cid>, outcome: Result<Receipt, SubmitError>) {
        trace(|| format!("  {who}: {:?}", outcome.as_ref().map(|receipt| &receipt.entries)));
        match outcome {
            Ok(receipt) => {
                let entries =
                    receipt.entries.into_iter().map(|entry| (entry.did, entry.seq, entry.cid));
                self.totals.acknowledged.extend(entries);
                self.bodies.extend(body.map(|body| (who, body)));
            }
            Err(SubmitError::Full) => self.totals.full += 1,
            Err(SubmitError::OutcomeUnknown) => self.totals.unknown += 1,
            Err(SubmitError::Busy | SubmitError::Closed) => {}
            // A read that failed because of the disk.
            Err(_) if !disk::powered() => {}
            Err(SubmitError::Refused(refusal)) if refusal.message.contains("disk") => {}
            Err(other) => panic!("refused: {other:?}"),
        }
    }

    /// Returns the next command of this person (the node is the last), or `None` if the disk prevents the necessary
    /// reads.
    fn command(&mut self, ledger: &Ledger, who: usize) -> Option<(usize, Option<Cid>, Command)> {
        let party = self.people.get(who).unwrap_or(&self.node).clone();
        // A node creates its own log before any other: its chain goes into all of them.
        if who < self.people.len() {
            ledger.status(&self.node.did).ok()??;
        }
        let status = ledger.status(&party.did).ok()?;
        let Some(status) = status else {
            let say = self.creation(&party);
            return Some((who, None, self.signed(&party, say, None, None)));
        };
        let say = match self.rng.below(10) {
            0..=5 => self.note(),
            6 | 7 => self.ping(ledger, who)?,
            8 => match self.erasure(who) {
                Some(say) => say,
                None => self.note(),
            },
            _ => Say::op("note.plain"),
        };
        let erasable = say.body_cid().filter(|_| say.op == "note.write");
        let seen = EntryPosition { seq: status.seq, cid: status.cid };
        let after = ledger.after(&party.did, &party.kid.to_string()).ok()?;
        Some((who, erasable, self.signed(&party, say, Some(seen), after)))
    }

    fn creation(&mut self, party: &Party) -> Say {
        let home = Value::map([
            ("node", Value::from(self.node.did.as_str())),
            ("url", Value::from("https://node.example")),
            ("epoch", Value::Int(1)),
        ]);
        let token = Value::from(party.token.as_str());
        self.salted(Say::op("auth.identity.create").body(vec![
            ("token", token),
            ("home", home),
            ("scope", Value::from("actor")),
        ]))
    }

    fn note(&mut self) -> Say {
        let text = "x".repeat(self.rng.below(3_000));
        self.salted(Say::note(&text))
    }

    /// Pings two other people who have a log, so that the operation spans three.
    fn ping(&mut self, ledger: &Ledger, who: usize) -> Option<Say> {
        let mut others = Vec::new();
        for (at, party) in self.people.iter().enumerate() {
            if at != who && ledger.status(&party.did).ok()?.is_some() {
                others.push(party.did.clone());
            }
        }
        while others.len() > 2 {
            others.remove(self.rng.below(others.len()));
        }
        if others.is_empty() {
            return Some(Say::op("note.plain"));
        }
        Some(self.salted(Say::ping(&others)))
    }

    fn erasure(&mut self, who: usize) -> Option<Say> {
        let mine: Vec<usize> =
            (0..self.bodies.len()).filter(|at| self.bodies[*at].0 == who).collect();
        let at = *mine.get(self.rng.below(mine.len()))?;
        let (_, body) = self.bodies.remove(at);
        trace(|| format!("  {who} erases {body}"));
        Some(self.salted(Say::erase(&[body])))
    }

    /// Sets salts that depend on the seed: the helpers' own differ from run to run.
    fn salted(&mut self, mut say: Say) -> Say {
        self.salt += 1;
        let mut salt = vec![0; 16];
        salt[..8].copy_from_slice(&self.salt.to_le_bytes());
        if let Some(Value::Map(members)) = &mut say.body {
            members.insert("salt".to_owned(), Value::Bytes(salt));
        }
        say
    }

    fn signed(
        &mut self,
        party: &Party,
        say: Say,
        seen: Option<EntryPosition>,
        after: Option<Cid>,
    ) -> Command {
        let now = self.clock.now();
        let payload = say.payload(party, &party.did, &self.node, now);
        let payload = ProofPayload { seen, after, ..payload };
        let proof = Proof::sign(&party.key, party.kid.clone(), payload).unwrap();
        self.fresh += 1;
        say.command(&party.did, CommandWill::Signed(Arc::new(proof)), now, self.fresh)
    }
}
