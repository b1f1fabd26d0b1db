//! One batch: commands become entries against states and projections that nobody else sees yet.
//!
//! Always: a refused command leaves no trace; what `apply` could not take leaves none of the batch.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use imajin_protocol::Did;
use rusqlite::Connection;

use super::seal::{Entered, Sealing};
use super::{Failure, Prepared};
use crate::feed::{self, Broken};
use crate::holds::Hold;
use crate::logfile::Row;
use crate::machine::{
    Command, CommandWill, Decide, DecideHost, EntryRef, Receipt, Refusal, RefusalKind, SubmitError,
};
use crate::ops::{self, OpSpec};
use crate::projection::Writable;
use crate::replay::{self, Erasure};
use crate::rules::{LogState, LogView};
use crate::shared::{Named, Shared};

/// A batch in the making.
pub(super) struct Batch<'a> {
    pub(super) shared: &'a Shared,
    projections: &'a mut BTreeMap<&'static str, Writable>,
    pub(super) staged: Staged,
    next_offset: u64,
    erasures: Vec<Erasure>,
}

/// What is not durable yet: states and rows.
#[derive(Default)]
pub(super) struct Staged {
    /// The logs that were looked at in this batch. None: there is no such log.
    states: RefCell<HashMap<Did, Option<Arc<LogState>>>>,
    /// Those of them that have new entries.
    touched: HashSet<Did>,
    pub(super) rows: Vec<Row>,
}

/// What a batch came to.
pub(super) struct Made {
    pub(super) rows: Vec<Row>,
    pub(super) states: Vec<Arc<LogState>>,
    pub(super) erasures: Vec<Erasure>,
}

impl<'a> Batch<'a> {
    pub(super) fn new(
        shared: &'a Shared,
        projections: &'a mut BTreeMap<&'static str, Writable>,
        next_offset: u64,
    ) -> Self {
        Self {
            shared,
            projections,
            staged: Staged::default(),
            next_offset,
            erasures: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> Made {
        let touched = self.staged.touched;
        let states = self.staged.states.into_inner().into_iter();
        let states = states
            .filter(|(did, _)| touched.contains(did))
            .filter_map(|(_, state)| state);
        let states = states.map(|mut state| {
            Arc::make_mut(&mut state).forget_details();
            state
        });
        Made {
            rows: self.staged.rows,
            states: states.collect(),
            erasures: self.erasures,
        }
    }

    pub(super) fn roll_back(self) {
        self.projections.values_mut().for_each(Writable::roll_back);
    }

    /// One command. The inner result is its answer, the outer the batch's fate.
    pub(super) fn process(
        &mut self,
        command: &Command,
        prepared: &Prepared,
    ) -> Result<Result<Receipt, Failure>, Broken> {
        if let Err(failure) = self.admit(command) {
            return Ok(Err(failure));
        }
        let decided = match self.decide(command) {
            Ok(decided) => decided,
            Err(error) => return stored(error),
        };
        let sealing = Sealing {
            shared: self.shared,
            staged: &mut self.staged,
            command,
            prepared,
            named: Vec::new(),
        };
        let (entered, named) = match sealing.seal(decided.intent, decided.drafts, self.next_offset)
        {
            Ok(entered) => entered,
            Err(failure) => return Ok(Err(failure)),
        };
        self.next_offset += entered.len() as u64;
        for entry in &entered {
            self.apply(entry)?;
        }
        self.note_erasures(&entered, &named)?;
        let receipt = receipt(&entered, decided.reply);
        Ok(receipt
            .ok_or_else(|| Refusal::new(RefusalKind::Stored, "the service entered nothing").into()))
    }

    /// What must hold of the log before anybody decides.
    fn admit(&self, command: &Command) -> Result<(), Failure> {
        let did = &command.did;
        if let Some(reason) = self.shared.quarantine_of(did) {
            return Err(SubmitError::Quarantined {
                did: did.clone(),
                reason,
            }
            .into());
        }
        if self.shared.replays.is_arriving(did) {
            return Err(SubmitError::Busy.into());
        }
        let spec = self.shared.ops.get(&command.op);
        if spec.is_none() || imajin_protocol::naming::service_of(&command.op) != command.service {
            let text = format!(
                "there is no operation {:?} of the service {:?} here",
                command.op, command.service
            );
            return Err(Refusal::new(RefusalKind::NotFound, text).field("op").into());
        }
        match self.staged.state(self.shared, did)? {
            Some(state) => {
                self.follows(&state, command)?;
                if let Some(error) = read_only(self.shared, &state, command) {
                    return Err(error.into());
                }
                match gone(&state) {
                    // The deletion itself may be asked for again, to hear its answer.
                    Some(error) => Err(Failure::Stale(error)),
                    None => Ok(()),
                }
            }
            None if matches!(
                command.op.as_str(),
                ops::IDENTITY_CREATE | ops::IDENTITY_REGISTER
            ) =>
            {
                is_home_here(self.shared, command)
            }
            None => {
                let text = format!("there is no log of {did} here");
                Err(Refusal::new(RefusalKind::NotFound, text)
                    .field("did")
                    .into())
            }
        }
    }

    /// A proof that does not follow the last of its key was entered before, or never can be: found out before anybody
    /// decides, since what it did may be what a decision refuses now.
    fn follows(&self, state: &LogState, command: &Command) -> Result<(), Failure> {
        let CommandWill::Signed(proof) = &command.will else {
            return Ok(());
        };
        let last = match state.kid(&proof.kid) {
            Some(known) => Some(known.payload),
            None if state.knows_all_kids() => None,
            // The rules will look it up.
            None => return Ok(()),
        };
        if proof.payload.after == last {
            return Ok(());
        }
        let text = "after is not the proof before by this key: something is missing, repeated or out of order";
        Err(Failure::Order(text.to_owned()))
    }

    fn decide(&mut self, command: &Command) -> Result<crate::machine::Decided, Refusal> {
        // One transaction a batch: what a decision reads is what came before it, committed or not.
        if let Some(projection) = self.projections.get_mut(command.service.as_str()) {
            projection.begin()?;
        }
        let host = Host {
            shared: self.shared,
            projections: self.projections,
            staged: &self.staged,
        };
        let unavailable = || {
            Refusal::new(
                RefusalKind::Unavailable,
                format!("this node does not run {:?}", command.service),
            )
        };
        let db = host.projection(&command.service).ok_or_else(unavailable)?;
        let mut ctx = Decide::new(&host, db, command);
        self.shared.machine.decide(&mut ctx, command)?;
        Ok(ctx.finish())
    }

    /// Gives an entry to the projections that it concerns.
    fn apply(&mut self, entered: &Entered<'_>) -> Result<(), Broken> {
        for projection in self.projections.values_mut() {
            feed::give(
                self.shared,
                projection,
                entered.offset,
                &entered.entry,
                entered.body.as_deref(),
            )?;
        }
        Ok(())
    }

    /// Notes in the projections whose rows are to be replayed: what is left of their logs says what these are. That is
    /// done beside the writer, and whoever asked is answered when it is.
    fn note_erasures(
        &mut self,
        entered: &[Entered<'_>],
        named: &[Arc<Named>],
    ) -> Result<(), Broken> {
        for erasing in entered.iter().filter(|entered| !entered.erases.is_empty()) {
            let header = &erasing.entry.header;
            let machine = &*self.shared.machine;
            let named = named.iter().find(|named| named.did == header.did);
            let services = match named {
                Some(named) => {
                    replay::services_of(machine, named.entries.iter().map(|entry| &*entry.op))
                }
                None => replay::all_services(machine),
            };
            for service in &services {
                let Some(projection) = self.projections.get_mut(service) else {
                    continue;
                };
                let noted = projection
                    .begin()
                    .and_then(|()| projection.mark_replay(header.did.as_str(), header.seq));
                noted.map_err(|error| feed::broken(service, &header.op, &error))?;
                projection.gave(erasing.offset);
            }
            self.erasures.push(Erasure {
                did: header.did.clone(),
                seq: header.seq,
                services,
            });
        }
        Ok(())
    }
}

fn stored(error: Refusal) -> Result<Result<Receipt, Failure>, Broken> {
    if error.kind == RefusalKind::Stored {
        tracing::error!(%error, "a decision failed");
    }
    Ok(Err(error.into()))
}

fn receipt(entered: &[Entered<'_>], reply: Option<serde_json::Value>) -> Option<Receipt> {
    let intent = &entered.first()?.entry;
    let reference = |entered: &Entered<'_>| EntryRef {
        did: entered.entry.header.did.clone(),
        seq: entered.entry.header.seq,
        cid: entered.entry.cid,
    };
    Some(Receipt {
        did: intent.header.did.clone(),
        seq: intent.header.seq,
        cid: intent.cid,
        at: intent.header.at,
        entries: entered.iter().map(reference).collect(),
        repeated: false,
        value: reply,
    })
}

/// Why this node may not write the command into the log, if so.
fn read_only(shared: &Shared, state: &LogState, command: &Command) -> Option<SubmitError> {
    // A home entry that names this node is how a log comes here, or goes on here.
    if command.op == ops::HOME && names_node(shared, command) {
        let abandons = command
            .body
            .as_ref()
            .and_then(|body| body.get_str("abandons"));
        let hold = shared
            .hold_on(state)
            .filter(|hold| !hold.lets_home(abandons))?;
        return Some(SubmitError::ReadOnly {
            did: command.did.clone(),
            reason: hold.reason,
            newer: hold.newer,
        });
    }
    let (reason, newer) = shared.why_read_only(state)?;
    Some(SubmitError::ReadOnly {
        did: command.did.clone(),
        reason,
        newer,
    })
}

/// Why nobody may write into a log any more, if so: its owner deleted it.
fn gone(state: &LogState) -> Option<SubmitError> {
    let text = || format!("{} was deleted by its owner", state.did());
    state
        .deleted()
        .then(|| Refusal::new(RefusalKind::Gone, text()).into())
}

/// Why no consequence of another log's entry may be written into a log, if so.
pub(super) fn closed_to_others(shared: &Shared, state: &LogState) -> Option<SubmitError> {
    if shared.replays.is_arriving(state.did()) {
        return Some(SubmitError::Busy);
    }
    if let Some((reason, newer)) = shared.why_read_only(state) {
        return Some(SubmitError::ReadOnly {
            did: state.did().clone(),
            reason,
            newer,
        });
    }
    gone(state)
}

fn names_node(shared: &Shared, command: &Command) -> bool {
    command.body.as_ref().and_then(|body| body.get_str("node")) == Some(shared.node.did.as_str())
}

/// A log begins where it is at home.
fn is_home_here(shared: &Shared, command: &Command) -> Result<(), Failure> {
    let home = command.body.as_ref().and_then(|body| body.get("home"));
    if home.and_then(|home| home.get_str("node")) == Some(shared.node.did.as_str()) {
        return Ok(());
    }
    let text = format!("home.node must be this node, {}", shared.node.did);
    Err(Refusal::new(RefusalKind::BadRequest, text)
        .field("home")
        .into())
}

impl Shared {
    /// The hold on a log that no home entry has ended.
    fn hold_on(&self, state: &LogState) -> Option<Hold> {
        self.holds
            .get(state.did())
            .filter(|hold| !hold.is_over(state))
    }

    /// Whether a home entry ends the hold on a log.
    pub(crate) fn waits_for_home(&self, state: &LogState) -> bool {
        self.hold_on(state).is_some_and(|hold| hold.epoch.is_some())
    }

    /// Why this node may not write to a log: its home is elsewhere, or a hold is on it.
    pub(crate) fn why_read_only(&self, state: &LogState) -> Option<(String, Option<String>)> {
        if let Some(hold) = self.hold_on(state) {
            return Some((hold.reason, hold.newer));
        }
        let home = state.home()?;
        let reason = || format!("its home is {} ({})", home.url, home.node);
        (home.node != self.node.did).then(|| (reason(), None))
    }
}

/// States as they were, to be put back.
pub(super) type Saved = Vec<(Did, Option<Arc<LogState>>, bool)>;

impl Staged {
    /// The state of a log as of this command, if there is such a log.
    pub(super) fn state(
        &self,
        shared: &Shared,
        did: &Did,
    ) -> Result<Option<Arc<LogState>>, Failure> {
        if let Some(state) = self.states.borrow().get(did) {
            return Ok(state.clone());
        }
        let state = shared.state(did).map_err(SubmitError::from)?;
        self.states.borrow_mut().insert(did.clone(), state.clone());
        Ok(state)
    }

    /// Changes a state; makes it where it is a new log. What others see is not touched.
    pub(super) fn change(&mut self, shared: &Shared, did: &Did, f: impl FnOnce(&mut LogState)) {
        let state = self.states.get_mut().entry(did.clone()).or_default();
        let state = state
            .get_or_insert_with(|| Arc::new(LogState::for_writer(did.clone(), shared.ops.clone())));
        f(Arc::make_mut(state));
        if !self.touched.contains(did) {
            self.touched.insert(did.clone());
        }
    }

    /// The states of some logs, as they are.
    pub(super) fn save(&self, dids: impl Iterator<Item = Did>) -> Saved {
        let states = self.states.borrow();
        let save = |did: Did| {
            let state = states.get(&did).cloned().flatten();
            let touched = self.touched.contains(&did);
            (did, state, touched)
        };
        dids.map(save).collect()
    }

    /// Puts them back.
    pub(super) fn restore(&mut self, saved: Saved) {
        for (did, state, touched) in saved {
            if !touched {
                self.touched.remove(&did);
            }
            self.states.get_mut().insert(did, state);
        }
    }

    /// Entries of a log that this batch made.
    pub(super) fn entries<'s>(&'s self, did: &'s Did) -> impl DoubleEndedIterator<Item = &'s Row> {
        self.rows
            .iter()
            .filter(move |row| row.entry.header.did == *did)
    }
}

/// What a decision may ask.
struct Host<'a> {
    shared: &'a Shared,
    projections: &'a BTreeMap<&'static str, Writable>,
    staged: &'a Staged,
}

impl DecideHost for Host<'_> {
    fn projection(&self, service: &str) -> Option<&Connection> {
        self.projections
            .get(service)
            .map(|projection| &projection.db)
    }

    fn log(&self, did: &Did) -> Option<LogView> {
        let state = self.staged.state(self.shared, did).ok().flatten()?;
        state.view(self.shared.why_read_only(&state).map(|(reason, _)| reason))
    }

    fn node(&self) -> &Did {
        &self.shared.node.did
    }

    fn spec(&self, op: &str) -> Option<&'static OpSpec> {
        self.shared.ops.get(op)
    }

    fn decide(&self, ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
        self.shared.machine.decide(ctx, command)
    }
}

/// Whose will a command is.
pub(super) fn is_signed(command: &Command) -> bool {
    matches!(command.will, CommandWill::Signed(_))
}
