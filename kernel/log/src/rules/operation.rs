//! Operations: an intent and its consequences (docs/format.md §7), as one log sees them.

use std::sync::Arc;

use imajin_dfos::Cid;
use imajin_protocol::FactValue;
use imajin_protocol::fact::FactItem;

use super::delegation::check_delegate;
use super::fault::fail;
use super::model::{Counts, Operation};
use super::replay::ReplayStep;
use super::{Cause, CheckError, Code, Evidence, Fault, LogState, Result, SignatureCheck, shape};
use crate::entry::{Header, Sealed, Will};
use crate::ops::{
    self, Bound, Derivation, Equal, MemberSource, OpSpec, RequiredAuthority, Source, TargetLog,
};

/// The result of checking a derived entry.
pub(super) struct Derived {
    pub(super) operation: Operation,
    pub(super) withheld: Option<Cid>,
    pub(super) replay: ReplayStep,
}

impl LogState {
    /// Checks a derived entry against its intent.
    pub(super) fn check_derived(
        &self,
        entry: &Sealed,
        cause: Cid,
        evidence: &dyn Evidence,
        checks: &mut Vec<SignatureCheck>,
    ) -> Result<Derived> {
        let header = &*entry.header;
        let mut withheld = None;
        let mut replay = ReplayStep::default();
        let mut operation = match &self.operation {
            Some(operation) if operation.cid == cause => operation.clone(),
            _ => {
                let intent = self.foreign_intent(&cause, evidence, checks, &mut replay)?;
                if intent.body.is_none() && intent.header.body.is_some() {
                    withheld = Some(cause);
                }
                let counts = self.replay.as_ref().and_then(|replay| replay.counts(&cause));
                let counts = counts.cloned().unwrap_or_default();
                Operation {
                    intent: intent.header.clone(),
                    body: intent.body.clone(),
                    cid: cause,
                    here: false,
                    counts,
                }
            }
        };
        let intent = &*operation.intent;
        if header.author != intent.author {
            return fail(Code::Cause, "the author is not the one of the cause");
        }
        let derivation = self.derivation(intent, header)?;
        if !operation.here {
            self.check_reach(intent, derivation)?;
        }
        if let Some(derivation) = derivation {
            self.check_place(derivation, intent, header)?;
            count(&mut operation.counts, derivation.op, derivation.at_most, intent)?;
        }
        check_txn(header, &operation)?;
        if let (Some(_), false) = (&self.replay, operation.here) {
            replay.counts = Some((cause, operation.counts.clone()));
        }
        Ok(Derived { operation, withheld, replay })
    }

    /// Returns the derivation that allows this entry (§8); `None` if one of the two operations is unknown, so that
    /// nothing is proved.
    fn derivation(
        &self,
        intent: &Header,
        header: &Header,
    ) -> Result<Option<&'static Derivation>, Fault> {
        let Some(spec) = self.ops.get(&intent.op) else {
            // The operations that define a log, and those that erase from it, may not follow from an unknown one.
            return match header.service() {
                ops::SERVICE => Err(may_not_derive(intent, header)),
                _ => Ok(None),
            };
        };
        if self.ops.get(&header.op).is_none() {
            return Ok(None);
        }
        spec.derivation(&header.op).map(Some).ok_or_else(|| may_not_derive(intent, header))
    }

    /// Returns an intent in another log: its row in `causes`, valid without that log.
    fn foreign_intent(
        &self,
        cause: &Cid,
        evidence: &dyn Evidence,
        checks: &mut Vec<SignatureCheck>,
        step: &mut ReplayStep,
    ) -> Result<Arc<Cause>> {
        let lacking = || {
            let text = format!(
                "the cause {cause} is neither right before its consequences nor in the table causes"
            );
            Fault::new(Code::Cause, text)
        };
        let intent = well_formed(cause, evidence)?.ok_or_else(lacking)?;
        let header = &*intent.header;
        if header.did == self.did {
            return Err(lacking().into());
        }
        if matches!(header.will, Will::Derived) {
            return fail(Code::Cause, "the cause is itself derived");
        }
        check_cause_will(header, self.ops.get(&header.op))?;
        match (&header.will, header.via) {
            (Will::Signed(_), Some(via)) => {
                let check = self.delegate_of(header, &via, evidence, checks, step)?;
                self.add_check(cause, check, checks, step)?;
            }
            (Will::Signed(_), None) if !evidence.is_admitted(cause) => {
                let check = self.author_of(header, evidence)?;
                self.add_check(cause, check, checks, step)?;
            }
            _ => {}
        }
        Ok(intent)
    }

    /// Adds the check of a cause's signature, which no other header may have.
    fn add_check(
        &self,
        cause: &Cid,
        check: SignatureCheck,
        checks: &mut Vec<SignatureCheck>,
        step: &mut ReplayStep,
    ) -> Result<(), Fault> {
        let once = match &self.replay {
            Some(replay) => replay.check_once(cause, &check.signing_input, step),
            None => Ok(()),
        };
        checks.push(check);
        once
    }

    /// Returns the check of an intent's proof by its author's key, in the state that its `chain` names.
    fn author_of(&self, header: &Header, evidence: &dyn Evidence) -> Result<SignatureCheck> {
        let author = &header.author;
        let Some(proof) = header.proof() else {
            return fail(Code::Cause, "the cause has no proof");
        };
        if proof.kid.did() != author {
            return fail(Code::Key, "the proof of the cause is not by its author");
        }
        let chain = match self.owner.chain() {
            Some(own) if *author == self.did => Some(own.clone()),
            _ => evidence.chain(author)?,
        };
        let role = super::will::role_of(self.ops.get(&header.op));
        let named = proof.payload.chain.as_ref();
        let (_, key) = super::will::key_at(chain.as_deref(), &proof.kid, named, role, None)?;
        Ok(SignatureCheck::of_proof(key, &proof, proof.signing_input()))
    }

    /// Returns the check of an intent's proof by a delegate, whose delegation is in `causes` too.
    fn delegate_of(
        &self,
        header: &Header,
        via: &Cid,
        evidence: &dyn Evidence,
        checks: &mut Vec<SignatureCheck>,
        step: &mut ReplayStep,
    ) -> Result<SignatureCheck> {
        let wrong = |text: &str| {
            CheckError::from(Fault::new(
                Code::Delegation,
                format!("the delegation of the cause {text}"),
            ))
        };
        let delegation =
            well_formed(via, evidence)?.ok_or_else(|| wrong("is not in the table causes"))?;
        let entry = &*delegation.header;
        let Some(body) = delegation.body.as_deref().filter(|_| entry.op == ops::DELEGATION_CREATE)
        else {
            return Err(wrong("is none, or its body is withheld"));
        };
        if entry.did != header.did
            || entry.author != entry.did
            || header.author != entry.did
            || entry.seq >= header.seq
        {
            return Err(wrong("is not its author's, or came later"));
        }
        check_cause_will(entry, self.ops.get(&entry.op))?;
        if let Will::Signed(_) = entry.will {
            let check = self.author_of(entry, evidence)?;
            self.add_check(via, check, checks, step)?;
        }
        let delegate = shape::delegate(entry, body)?;
        let proof = header.proof().ok_or_else(|| wrong("covers no proof"))?;
        check_delegate(
            header,
            self.ops.get(&header.op),
            &delegate.scope,
            delegate.until,
            delegate.key.as_bytes(),
            &proof.kid,
        )?;
        if proof.payload.chain.is_some() {
            return fail(Code::Key, "chain must be null under a delegation");
        }
        let key = delegate.key.verifying_key().map_err(|_| {
            let text =
                "the delegation of the cause names no key on the curve, so nothing verifies by it";
            Fault::new(Code::Proof, text)
        })?;
        Ok(SignatureCheck::of_proof(Arc::new(key), &proof, proof.signing_input()))
    }

    /// Checks that the intent in another log names this log (§7). Without a proof and without a row no one can tell.
    fn check_reach(&self, intent: &Header, derivation: Option<&Derivation>) -> Result<(), Fault> {
        let reached = match &intent.will {
            Will::Signed(part) => part.to.contains(&self.did),
            _ => {
                fact_dids(intent).any(|did| did == self.did.as_str())
                    || self.is_of_its_home()
                    || derivation.is_none_or(|derivation| derivation.target == TargetLog::Parties)
            }
        };
        if reached { Ok(()) } else { fail(Code::Cause, "the intent does not name this log") }
    }

    /// Returns whether this is the log of a node that is its own home.
    fn is_of_its_home(&self) -> bool {
        self.home().is_some_and(|home| home.node == self.did)
    }

    /// Checks the log that the entry is in, and the fields that must be equal (§8).
    fn check_place(
        &self,
        derivation: &Derivation,
        intent: &Header,
        header: &Header,
    ) -> Result<(), Fault> {
        let (fits, whose) = match derivation.target {
            TargetLog::SameLog => (intent.did == self.did, "the log of its intent"),
            TargetLog::Node => {
                let is_addressed = match intent.proof_part() {
                    Some(part) => part.aud == self.did,
                    None => self.is_of_its_home(),
                };
                (is_addressed, "the log of the node that the intent was addressed to")
            }
            TargetLog::FactDids => (
                fact_dids(intent).any(|did| did == self.did.as_str()),
                "the logs that the intent's fact names",
            ),
            // `to` and `txn` say which logs these are.
            TargetLog::Parties => (true, "the logs of the operation"),
        };
        if !fits {
            return fail(Code::Cause, format!("{} may only be in {whose}", header.op));
        }
        let mut equal = derivation.equal.iter();
        equal.try_for_each(|equal| self.check_equal(*equal, intent, header))?;
        let mut members = derivation.members.iter();
        members.try_for_each(|row| check_member(row, intent, header))
    }

    fn check_equal(&self, equal: Equal, intent: &Header, header: &Header) -> Result<(), Fault> {
        let (wanted, name) = match equal {
            Equal::RefIsIntentDid => (Some(intent.did.as_str()), "did"),
            Equal::RefIsIntentAuthor => (Some(intent.author.as_str()), "author"),
            Equal::RefIsIntentRef => {
                let named = intent.reference.as_ref();
                (named.map(|id| id.as_str()), "ref")
            }
            Equal::Fact => return self.check_same(intent, header),
            Equal::SameFact => return check_same_fact(intent, header),
        };
        if header.reference.as_ref().map(|id| id.as_str()) == wanted {
            Ok(())
        } else {
            fail(Code::Cause, format!("ref is not the {name} of the intent"))
        }
    }

    /// Checks that the entry has the exact fact of its intent, and the exact body if it has the intent's.
    fn check_same(&self, intent: &Header, header: &Header) -> Result<(), Fault> {
        check_same_fact(intent, header)?;
        let spec = self.ops.get(&header.op);
        let has_the_body = spec.is_some_and(|spec| spec.bound == Bound::Intent);
        if has_the_body && header.body != intent.body {
            return fail(Code::Cause, "the body is not the very one of the intent");
        }
        Ok(())
    }
}

fn check_same_fact(intent: &Header, header: &Header) -> Result<(), Fault> {
    if header.fact == intent.fact {
        return Ok(());
    }
    fail(Code::Cause, "the fact is not that of the intent")
}

/// Checks that a member of the fact is what the intent determines (§8).
fn check_member(row: &MemberSource, intent: &Header, header: &Header) -> Result<(), Fault> {
    let value = header.fact.as_ref().and_then(|fact| fact.get(row.member));
    let text = |text: &str| matches!(value, Some(FactValue::Id(id)) if id.as_str() == text);
    let of_intent = |name: &str| intent.fact.as_ref().and_then(|fact| fact.get(name));
    let is_it = match row.from {
        Source::Author => text(intent.author.as_str()),
        Source::Ref => intent.reference.as_ref().is_some_and(|id| text(id.as_str())),
        Source::OnlyDid => {
            let mut dids = fact_dids(intent);
            dids.next().is_some_and(text) && dids.next().is_none()
        }
        Source::Fact(name) => value == of_intent(name),
        Source::Text(wanted) => text(wanted),
        Source::Piece => match (value, of_intent("quantity"), of_intent("amount")) {
            (Some(FactValue::Int(price)), Some(FactValue::Int(pieces)), Some(amount)) => {
                price.checked_mul(*pieces).map(FactValue::Int).as_ref() == Some(amount)
            }
            _ => false,
        },
    };
    if is_it {
        return Ok(());
    }
    fail(Code::Cause, format!("{} is not what the intent gives", row.member))
}

/// Returns a row of `causes`, whose body must have the form of its operation.
fn well_formed(cid: &Cid, evidence: &dyn Evidence) -> Result<Option<Arc<Cause>>> {
    let candidate = evidence.cause(cid)?;
    if let Some(cause) = &candidate
        && let Some(body) = &cause.body
    {
        let wrong =
            |fault: Fault| Fault::new(Code::Cause, format!("cause {cid}: {}", fault.message));
        shape::check(&cause.header, body).map_err(wrong)?;
    }
    Ok(candidate)
}

/// Checks which wills an intent may have, as far as that does not need its own log.
fn check_cause_will(header: &Header, spec: Option<&OpSpec>) -> Result<(), Fault> {
    let Some(spec) = spec else { return Ok(()) };
    if super::will::is_anothers(header) {
        let text = format!("the cause is {}, but not by its log's owner", header.op);
        return fail(Code::Cause, text);
    }
    let fits = match (&header.will, spec.by) {
        (_, RequiredAuthority::Derived) => false,
        (Will::Signed(_), by) => {
            !matches!(by, RequiredAuthority::CustodialAtStart | RequiredAuthority::Node)
        }
        (Will::Custodial, RequiredAuthority::Node) => false,
        (Will::Custodial, _) => !super::will::is_always_signed(&header.op),
        (Will::Node, by) => by == RequiredAuthority::Node,
        (Will::Derived, _) => false,
    };
    let will = header.will_kind();
    if fits {
        Ok(())
    } else {
        fail(Code::Cause, format!("the cause is {}, which may not be {will}", header.op))
    }
}

fn check_txn(header: &Header, operation: &Operation) -> Result<(), Fault> {
    if header.txn != operation.intent.txn {
        return fail(Code::Txn, "the txn is not that of the intent");
    }
    if !operation.here && header.txn.is_none() {
        return fail(Code::Txn, "an operation that wrote in several logs has a txn");
    }
    Ok(())
}

fn count(
    counts: &mut Counts,
    op: &'static str,
    at_most: u32,
    intent: &Header,
) -> Result<(), Fault> {
    let place = match counts.iter().position(|(counted, _)| *counted == op) {
        Some(place) => place,
        None => {
            counts.push((op, 0));
            counts.len() - 1
        }
    };
    counts[place].1 += 1;
    if counts[place].1 > at_most {
        return fail(Code::Cause, format!("{} derives {op} more often than allowed", intent.op));
    }
    Ok(())
}

fn may_not_derive(intent: &Header, header: &Header) -> Fault {
    Fault::new(Code::Cause, format!("{} may not derive {}", intent.op, header.op))
}

pub(super) fn fact_dids(header: &Header) -> impl Iterator<Item = &str> {
    let items = header.fact.as_ref().and_then(|fact| fact.list("dids")).unwrap_or_default();
    items.iter().filter_map(|item| match item {
        FactItem::Id(id) => Some(id.as_str()),
        FactItem::Int(_) => None,
    })
}
