//! From a decision to sealed entries: bodies and their salts, openings if the operation writes to several logs, and
//! headers in order, each admitted by the rules before the next.

use std::borrow::Cow;
use std::sync::Arc;

use imajin_dfos::cid::{dag_cbor_cid, sha256};
use imajin_dfos::{Cid, Timestamp, Value, cbor};
use imajin_log::entry::{EntryError, Header, ProofPart, SALT_BYTES, Sealed, Will, encode_body};
use imajin_log::ops::Bound;
use imajin_log::rules::{
    Body, CheckError, Code, Fault, LogState, NOT_NEWEST, Opening, same_but_salt, sets_clock_right,
};
use imajin_protocol::{Did, Fact, IdText};

use super::evidence::WriterEvidence;
use super::job::{BodiesByLog, Failure, Prepared};
use super::search;
use super::staged::{Saved, Staged};
use super::write_refusal::closed_to_others;
use crate::errors::KeyError;
use crate::journal::encode_opening;
use crate::keys::author_of;
use crate::logfile::{Across, Row};
use crate::machine::{Command, CommandWill, Draft, Refusal, RefusalKind, SubmitError};
use crate::mentions::Mentions;
use crate::shared::Shared;

pub(super) struct AdmittedEntry<'a> {
    pub(super) offset: u64,
    pub(super) entry: Sealed,
    pub(super) body: Option<Cow<'a, Value>>,
    pub(super) erases: Vec<u64>,
}

/// A body's dag-cbor and its CID.
type EncodedBody = (Arc<[u8]>, Cid);

/// The content of an entry before it has its number.
struct Plan<'a> {
    did: Did,
    op: String,
    reference: Option<IdText>,
    fact: Option<Fact>,
    body: Option<Cow<'a, Value>>,
    bytes: Option<EncodedBody>,
}

pub(super) struct Sealing<'s, 'a> {
    pub(super) shared: &'s Shared,
    pub(super) staged: &'s mut Staged,
    pub(super) command: &'a Command,
    pub(super) prepared: &'a Prepared,
    /// The bodies that erasures among the entries name.
    pub(super) named: Vec<Arc<Mentions>>,
}

impl<'a> Sealing<'_, 'a> {
    /// Seals the intent and its consequences, and returns what erasures among them name. Changes nothing if it refuses.
    pub(super) fn seal(
        mut self,
        intent: bool,
        drafts: Vec<Draft>,
        offset: u64,
    ) -> Result<(Vec<AdmittedEntry<'a>>, Vec<Arc<Mentions>>), Failure> {
        if !intent {
            let text = "the service decided without entering the command itself";
            return Err(Refusal::new(RefusalKind::Stored, text).into());
        }
        let plans = self.plans(drafts)?;
        let mut bodies = BodiesByLog::new();
        for plan in &plans {
            search::add_bodies(&mut bodies, &plan.did, &plan.op, plan.body.as_deref());
        }
        self.named = search::collect_mentions(self.shared, &self.prepared.named, bodies)?;
        let alone = plans.len() == 1;
        let saved = if alone {
            // The log's state changes only after the entry was admitted.
            Vec::new()
        } else {
            self.load_all(&plans)?
        };
        let rows = self.staged.rows.len();
        let result = self.enter_all(plans, offset);
        if result.is_err() && !alone {
            self.staged.rows.truncate(rows);
            self.staged.restore(saved);
        }
        Ok((result?, self.named))
    }

    fn load_all(&self, plans: &[Plan<'_>]) -> Result<Saved, Failure> {
        for plan in plans {
            self.staged.state(self.shared, &plan.did)?;
        }
        Ok(self.staged.save(plans.iter().map(|plan| plan.did.clone())))
    }

    fn plans(&self, drafts: Vec<Draft>) -> Result<Vec<Plan<'a>>, Failure> {
        let command = self.command;
        let mut plans = Vec::with_capacity(1 + drafts.len());
        plans.push(Plan {
            did: command.did.clone(),
            op: command.op.clone(),
            reference: command.reference.clone(),
            fact: command.fact.clone(),
            body: command.body.as_ref().map(Cow::Borrowed),
            bytes: self.prepared.body.clone(),
        });
        for (n, draft) in drafts.into_iter().enumerate() {
            let (body, bytes) = match self.the_intents_body(&draft) {
                Some((body, bytes)) => (Some(Cow::Borrowed(body)), Some(bytes)),
                None => {
                    let salted = |body| salted(body, &self.fresh("salt", n));
                    let body = draft.body.map(salted).transpose().map_err(refuse_body)?;
                    let bytes = body.as_ref().map(encode_body).transpose().map_err(refuse_body)?;
                    let encoded = |bytes: Vec<u8>| -> EncodedBody {
                        let cid = dag_cbor_cid(&bytes);
                        (bytes.into(), cid)
                    };
                    (body.map(Cow::Owned), bytes.map(encoded))
                }
            };
            plans.push(Plan {
                did: draft.did,
                op: draft.op.to_owned(),
                reference: draft.reference,
                fact: draft.fact,
                body,
                bytes,
            });
        }
        Ok(plans)
    }

    /// Returns the intent's body, if the draft's must equal it: with the same salt, so that its CID alone shows that it
    /// does.
    fn the_intents_body(&self, draft: &Draft) -> Option<(&'a Value, EncodedBody)> {
        let spec = self.shared.ops.get(draft.op)?;
        let (intent, body) = (self.command.body.as_ref()?, draft.body.as_ref()?);
        let is_bound = spec.bound == Bound::Intent && same_but_salt(intent, body);
        is_bound.then_some(())?;
        Some((intent, self.prepared.body.clone()?))
    }

    /// Returns 16 bytes that only this command produces, different for each use.
    fn fresh(&self, what: &str, n: usize) -> [u8; SALT_BYTES] {
        let mut seed = Vec::with_capacity(64);
        seed.extend_from_slice(what.as_bytes());
        seed.extend_from_slice(&(n as u64).to_be_bytes());
        seed.extend_from_slice(&self.command.fresh);
        let mut out = [0; SALT_BYTES];
        out.copy_from_slice(&sha256(&seed)[..SALT_BYTES]);
        out
    }

    fn enter_all(
        &mut self,
        plans: Vec<Plan<'a>>,
        offset: u64,
    ) -> Result<Vec<AdmittedEntry<'a>>, Failure> {
        let several = plans.iter().any(|plan| plan.did != self.command.did);
        let openings = if several { self.openings(&plans) } else { Vec::new() };
        let list = several.then(|| list_of(&openings));
        let txn = list.as_ref().map(|(cid, _)| *cid);
        let mut entered: Vec<AdmittedEntry<'a>> = Vec::with_capacity(plans.len());
        let mut across: Option<Arc<Across>> = None;
        let mut parts = Some((openings, list));
        for (plan, offset) in plans.into_iter().zip(offset..) {
            let entry = self.header(&plan, entered.first(), txn)?;
            let entry = Sealed::seal(entry, plan.bytes.map(|(bytes, _)| bytes));
            if let Some((openings, list)) = parts.take() {
                across = self.across(&entry, openings, list)?.map(Arc::new);
            }
            let erases = self.admit(&entry, plan.body.as_deref(), across.as_deref())?;
            self.staged.rows.push(Row { offset, entry: entry.clone(), across: across.clone() });
            entered.push(AdmittedEntry { offset, entry, body: plan.body, erases });
        }
        Ok(entered)
    }

    fn header(
        &self,
        plan: &Plan<'_>,
        intent: Option<&AdmittedEntry<'_>>,
        txn: Option<Cid>,
    ) -> Result<Header, Failure> {
        let state = self.staged.state(self.shared, &plan.did)?;
        let last = state.as_ref().and_then(|state| state.newest().copied());
        if last.is_none() && intent.is_some() {
            let text = format!("there is no log of {} here", plan.did);
            return Err(Refusal::new(RefusalKind::NotFound, text).into());
        }
        if plan.did != self.command.did
            && let Some(state) = &state
            && let Some(error) = closed_to_others(self.shared, state)
        {
            return Err(error.into());
        }
        if intent.is_some()
            && plan.did != self.command.did
            && let Some((reason, newer)) =
                state.as_deref().and_then(|state| self.shared.why_read_only(state))
        {
            let did = plan.did.clone();
            return Err(SubmitError::ReadOnly { did, reason, newer }.into());
        }
        let (author, will, via) = match intent {
            Some(intent) => (intent.entry.header.author.clone(), Will::Derived, None),
            None => self.will(),
        };
        Ok(Header {
            did: plan.did.clone(),
            seq: last.map_or(0, |last| last.seq + 1),
            prev: last.map(|last| last.cid),
            at: later(
                self.command.now,
                last.map(|last| last.at).filter(|last| !self.goes_back(plan, *last)),
            ),
            op: plan.op.clone(),
            reference: plan.reference.clone(),
            body: plan.bytes.as_ref().map(|(_, cid)| *cid),
            fact: plan.fact.clone(),
            author,
            will,
            via,
            cause: intent.map(|intent| intent.entry.cid),
            txn,
        })
    }

    /// Returns whether the owner says that a wrong clock dated the previous entry.
    fn goes_back(&self, plan: &Plan<'_>, last: Timestamp) -> bool {
        match &self.command.will {
            CommandWill::Signed(proof) => sets_clock_right(&plan.op, proof.payload.iat, last),
            _ => false,
        }
    }

    fn will(&self) -> (Did, Will, Option<Cid>) {
        match &self.command.will {
            CommandWill::Signed(proof) => {
                let (author, via) = author_of(proof);
                (author, Will::Signed(Box::new(ProofPart::from_proof(proof))), via)
            }
            CommandWill::Custodial { author, via } => (author.clone(), Will::Custodial, Some(*via)),
            CommandWill::Node => (self.shared.node.did.clone(), Will::Node, None),
        }
    }

    /// Returns the operation's shared parts; nearly always none.
    fn across(
        &self,
        intent: &Sealed,
        openings: Vec<(Cid, Did, Arc<[u8]>)>,
        list: Option<(Cid, Arc<[u8]>)>,
    ) -> Result<Option<Across>, Failure> {
        let beside = &self.prepared.beside;
        if list.is_none() && beside.chains.is_empty() && beside.heads.is_empty() {
            return Ok(None);
        }
        let is_signed = matches!(self.command.will, CommandWill::Signed(_));
        let via = intent.header.via.filter(|_| list.is_some() && is_signed);
        let delegation =
            via.map(|via| self.delegation(&intent.header.did, &via)).transpose()?.flatten();
        let chains = beside.chain_dids.iter().zip(&beside.chains);
        Ok(Some(Across {
            intent: intent.clone(),
            delegation,
            list,
            openings,
            chains: chains.map(|(did, chain)| (did.clone(), chain.tokens())).collect(),
            heads: beside.heads.clone(),
        }))
    }

    fn delegation(&self, did: &Did, via: &Cid) -> Result<Option<Sealed>, Failure> {
        let state = self.staged.state(self.shared, did)?;
        let delegation =
            state.as_ref().and_then(|state| state.delegations().iter().find(|d| d.cid == *via));
        let Some(seq) = delegation.map(|delegation| delegation.seq) else {
            return Ok(None);
        };
        if let Some(row) = self.staged.entries(did).find(|row| row.entry.header.seq == seq) {
            return Ok(Some(row.entry.clone()));
        }
        Ok(self.shared.entry(did, seq).map_err(SubmitError::from)?)
    }

    /// Asks the rules, and applies the entry to the log's state.
    fn admit(
        &mut self,
        entry: &Sealed,
        body: Option<&Value>,
        across: Option<&Across>,
    ) -> Result<Vec<u64>, Failure> {
        let did = &entry.header.did;
        let body = body.map_or(Body::None, Body::Here);
        let evidence = WriterEvidence {
            shared: self.shared,
            staged: self.staged,
            did,
            across,
            beside: &self.prepared.beside,
            named: &self.named,
        };
        let payload = self.prepared.payload.filter(|_| entry.header.proof_part().is_some());
        let state = self.staged.state(self.shared, did)?.unwrap_or_else(|| {
            Arc::new(LogState::for_writer(did.clone(), self.shared.ops.clone()))
        });
        let admission = state.check_with(entry, body, &evidence, payload);
        drop(state);
        let admission = admission.map_err(|error| refuse(error, self.shared.clock.now()))?;
        for check in admission.checks.iter().filter(|check| check.code != Code::Proof) {
            check
                .verify()
                .map_err(|fault| refuse(CheckError::Fault(fault), self.shared.clock.now()))?;
        }
        let erases = admission.erases.clone();
        self.staged.change(self.shared, did, |state| state.advance(admission));
        Ok(erases)
    }

    fn openings(&self, plans: &[Plan<'_>]) -> Vec<(Cid, Did, Arc<[u8]>)> {
        let open = |(n, plan): (usize, &Plan<'_>)| {
            let opening = Opening {
                did: plan.did.clone(),
                service: imajin_protocol::naming::service_of(&plan.op).to_owned(),
                op: plan.op.clone(),
                body: plan.bytes.as_ref().map(|(_, cid)| *cid),
                salt: self.fresh("opening", n),
            };
            let (cid, bytes) = encode_opening(&opening);
            (cid, opening.did, bytes)
        };
        plans.iter().enumerate().map(open).collect()
    }
}

fn list_of(openings: &[(Cid, Did, Arc<[u8]>)]) -> (Cid, Arc<[u8]>) {
    let links = openings.iter().map(|(cid, _, _)| Value::Link(*cid));
    let bytes = cbor::encode(&Value::List(links.collect()));
    (dag_cbor_cid(&bytes), bytes.into())
}

/// Returns `max(now, last + 1 ms)`.
fn later(now: Timestamp, last: Option<Timestamp>) -> Timestamp {
    let least = last.map(|last| last.checked_add_millis(1).unwrap_or(Timestamp::MAX));
    least.map_or(now, |least| now.max(least))
}

pub(crate) fn salted(body: Value, salt: &[u8; SALT_BYTES]) -> Result<Value, EntryError> {
    match body {
        Value::Map(mut members) => {
            members.insert("salt".to_owned(), Value::Bytes(salt.to_vec()));
            Ok(Value::Map(members))
        }
        _ => Err(EntryError::NotMap),
    }
}

pub(crate) fn refuse_body(error: EntryError) -> Failure {
    let kind = match error {
        EntryError::TooLarge { .. } => RefusalKind::TooLarge,
        _ => RefusalKind::BadRequest,
    };
    Refusal::new(kind, error.to_string()).field("body").into()
}

/// Returns the caller's error for a refusal by the rules.
fn refuse(error: CheckError, now: Timestamp) -> Failure {
    let Fault { code, message } = match error {
        CheckError::Fault(fault) => fault,
        CheckError::Evidence(error) => {
            return Refusal::new(RefusalKind::Stored, error.to_string()).into();
        }
    };
    let (kind, field) = match code {
        Code::Order if message.starts_with("after") => return Failure::Order(message),
        Code::Order => (RefusalKind::Conflict, "seen"),
        // Another device changed the keys since the proof was looked at: answered as it would have been then.
        Code::Key if message == NOT_NEWEST => return Failure::Stale(KeyError::Chain.into()),
        Code::Key => (RefusalKind::Unauthorized, "kid"),
        Code::Proof => (RefusalKind::Unauthorized, "proof"),
        Code::Aud => (RefusalKind::BadRequest, "aud"),
        Code::Delegation => (RefusalKind::Forbidden, "via"),
        Code::Will => (RefusalKind::Forbidden, "will"),
        Code::Home => (RefusalKind::Conflict, "home"),
        Code::Iat => {
            let text = format!("iat is more than 300 s from the node's time, which is {now}");
            return Refusal::new(RefusalKind::Unauthorized, text).field("iat").into();
        }
        _ => (RefusalKind::BadRequest, "body"),
    };
    let refusal = Refusal::new(kind, message).field(field);
    match code {
        // An identity operation cannot be entered twice: a caller that lost the answer needs the first one.
        Code::Key | Code::Identity | Code::Home => Failure::Stale(refusal.into()),
        _ => refusal.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_from_before_a_change_of_keys_may_be_signed_again_or_be_a_repetition() {
        let refused = |message: &str| {
            let fault = Fault::new(Code::Key, message);
            match refuse(CheckError::Fault(fault), Timestamp::from_millis(0).unwrap()) {
                Failure::Stale(SubmitError::Refused(refusal)) => refusal.into_inner(),
                other => panic!("{other:?}"),
            }
        };
        let (before, never) = (refused(NOT_NEWEST), refused("kid is not a key of the author"));
        assert_eq!((before.kind, before.field.as_deref()), (RefusalKind::Conflict, Some("chain")));
        assert_eq!((never.kind, never.field.as_deref()), (RefusalKind::Unauthorized, Some("kid")));
    }
}
