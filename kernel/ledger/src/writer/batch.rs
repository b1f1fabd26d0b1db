//! One batch: commands become entries, with states and projections that no other thread sees yet.
//!
//! Always: a refused command leaves no trace; if `apply` fails, nothing of the batch remains.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use imajin_log::clock::monotonic;
use imajin_log::ops::{self, OpSpec};
use imajin_log::rules::{LogState, LogView};
use imajin_protocol::Did;
use rusqlite::Connection;

use super::job::{Failure, Prepared};
use super::rate::LogRates;
use super::seal::{AdmittedEntry, Sealing};
use super::staged::{BatchEntries, Staged};
use super::write_refusal::{is_home_here, read_only, refuse_deleted};
use crate::feed::{self, Broken};
use crate::machine::{
    Command, CommandWill, Decide, DecideHost, Draft, EntryRef, Receipt, Refusal, RefusalKind,
    SubmitError,
};
use crate::mentions::Mentions;
use crate::projection::Writable;
use crate::replay::{self, Erasure};
use crate::shared::Shared;

pub(super) struct Batch<'a> {
    pub(super) shared: &'a Shared,
    projections: &'a mut BTreeMap<&'static str, Writable>,
    pub(super) staged: Staged,
    rates: &'a mut LogRates,
    next_offset: u64,
    erasures: Vec<Erasure>,
}

pub(super) struct BatchOutput {
    pub(super) entered: BatchEntries,
    pub(super) erasures: Vec<Erasure>,
}

impl<'a> Batch<'a> {
    /// Begins a batch on top of the entries of the batch before it, if these may not be durable yet.
    pub(super) fn new(
        shared: &'a Shared,
        projections: &'a mut BTreeMap<&'static str, Writable>,
        rates: &'a mut LogRates,
        before: Option<Arc<BatchEntries>>,
        next_offset: u64,
    ) -> Self {
        Self {
            shared,
            projections,
            rates,
            staged: Staged::new(before),
            next_offset,
            erasures: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> BatchOutput {
        BatchOutput { entered: self.staged.finish(), erasures: self.erasures }
    }

    pub(super) fn roll_back(self) {
        self.projections.values_mut().for_each(Writable::roll_back);
    }

    /// Processes one command. The inner result is its answer, the outer the batch's fate.
    pub(super) fn process(
        &mut self,
        command: &Command,
        prepared: &Prepared,
    ) -> Result<Result<Receipt, Failure>, Broken> {
        let now = monotonic();
        if let Err(failure) = self.admit(command, now) {
            return Ok(Err(failure));
        }
        let decided = match self.decide(command) {
            Ok(decided) => decided,
            Err(error) => return stored(error),
        };
        let others = decided.drafts.iter().map(|draft| &draft.did);
        if let Err(failure) = self.has_time(others, now) {
            return Ok(Err(failure));
        }
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
            self.rates.note(&entry.entry.header.did, now);
            self.apply(entry)?;
        }
        self.note_erasures(&entered, &named)?;
        let receipt = receipt(&entered, decided.reply);
        Ok(receipt
            .ok_or_else(|| Refusal::new(RefusalKind::Stored, "the service entered nothing").into()))
    }

    /// Refuses if one of these logs takes more entries than its time allows.
    fn has_time<'d>(
        &self,
        mut dids: impl Iterator<Item = &'d Did>,
        now: Instant,
    ) -> Result<(), Failure> {
        match dids.find_map(|did| Some((did, self.rates.wait(did, now)?))) {
            None => Ok(()),
            Some((did, wait)) => Err(SubmitError::TooFast { did: did.clone(), wait }.into()),
        }
    }

    /// Checks the log before the service decides.
    fn admit(&self, command: &Command, now: Instant) -> Result<(), Failure> {
        let did = &command.did;
        if let Some(reason) = self.shared.quarantine_of(did) {
            return Err(SubmitError::Quarantined { did: did.clone(), reason }.into());
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
        let Some(state) = self.staged.state(self.shared, did)? else {
            return self.admit_new(command);
        };
        self.follows(&state, command)?;
        self.has_time([did].into_iter(), now)?;
        if let Some(error) = read_only(self.shared, &state, command) {
            return Err(error.into());
        }
        // A repeated deletion gets the first answer.
        refuse_deleted(&state).map_or(Ok(()), |error| Err(Failure::Stale(error)))
    }

    /// Checks a command for a log that this node lacks.
    fn admit_new(&self, command: &Command) -> Result<(), Failure> {
        let did = command.did.clone();
        if ![ops::IDENTITY_CREATE, ops::IDENTITY_REGISTER].contains(&&*command.op) {
            let text = format!("there is no log of {did} here");
            return Err(Refusal::new(RefusalKind::NotFound, text).field("did").into());
        }
        is_home_here(self.shared, command)?;
        match self.shared.why_old_copy().map_err(SubmitError::from)? {
            None => Ok(()),
            Some(reason) => Err(SubmitError::ReadOnly { did, reason, newer: None }.into()),
        }
    }

    /// Checks the proof's `after`. A proof with the wrong `after` was entered before, or never can be. The check comes
    /// before the service decides, because the service may now refuse what the proof did.
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
        // One transaction for the batch: a decision reads everything before it, committed or not.
        if let Some(projection) = self.projections.get_mut(command.service.as_str()) {
            projection.begin()?;
        }
        let host =
            Host { shared: self.shared, projections: self.projections, staged: &self.staged };
        let unavailable = || {
            let text = format!("this node does not run {:?}", command.service);
            Refusal::new(RefusalKind::Unavailable, text)
        };
        let db = host.projection(&command.service).ok_or_else(unavailable)?;
        let mut ctx = Decide::new(&host, db, command);
        self.shared.machine.decide(&mut ctx, command)?;
        let decided = ctx.finish();
        names_others(command, &decided.drafts)?;
        Ok(decided)
    }

    /// Feeds an entry to the projections that it concerns.
    fn apply(&mut self, entered: &AdmittedEntry<'_>) -> Result<(), Broken> {
        for projection in self.projections.values_mut() {
            feed::project(
                self.shared,
                projection,
                entered.offset,
                &entered.entry,
                entered.body.as_deref(),
            )?;
        }
        Ok(())
    }

    /// Notes in the projections that the owners' rows must be replayed from the rest of their logs. Other threads
    /// do that, and the caller is answered afterwards.
    fn note_erasures(
        &mut self,
        entered: &[AdmittedEntry<'_>],
        named: &[Arc<Mentions>],
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
            self.erasures.push(Erasure { did: header.did.clone(), seq: header.seq, services });
        }
        Ok(())
    }
}

/// Checks that the proof names in `to` every other log that the operation writes to (docs/format.md §3). Only the
/// decision knows which those are, so the refusal lists all of them, and the client signs again.
fn names_others(command: &Command, drafts: &[Draft]) -> Result<(), Refusal> {
    let CommandWill::Signed(proof) = &command.will else {
        return Ok(());
    };
    let others: BTreeSet<&Did> =
        drafts.iter().map(|draft| &draft.did).filter(|did| **did != command.did).collect();
    let Some(missing) = others.iter().find(|did| !proof.payload.to.contains(did)) else {
        return Ok(());
    };
    let text = format!("This also writes in the record of {missing}: name every owner in \"to\".");
    Err(Refusal::new(RefusalKind::BadRequest, text)
        .field("to")
        .extra(serde_json::json!({ "to": others })))
}

fn stored(error: Refusal) -> Result<Result<Receipt, Failure>, Broken> {
    if error.kind == RefusalKind::Stored {
        tracing::error!(%error, "a decision failed");
    }
    Ok(Err(error.into()))
}

fn receipt(entered: &[AdmittedEntry<'_>], reply: Option<serde_json::Value>) -> Option<Receipt> {
    let intent = &entered.first()?.entry;
    let reference = |entered: &AdmittedEntry<'_>| EntryRef {
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

/// Answers a decision's questions.
struct Host<'a> {
    shared: &'a Shared,
    projections: &'a BTreeMap<&'static str, Writable>,
    staged: &'a Staged,
}

impl DecideHost for Host<'_> {
    fn projection(&self, service: &str) -> Option<&Connection> {
        self.projections.get(service).map(|projection| &projection.db)
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
