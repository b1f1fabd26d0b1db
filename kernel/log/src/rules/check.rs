//! Checks one entry against the state, in the order of docs/format.md §11.

use std::sync::Arc;

use imajin_dfos::Cid;
use imajin_dfos::Value;
use imajin_dfos::cid::dag_cbor_cid;
use imajin_protocol::Did;
use imajin_protocol::did::DidKind;

use super::admission::{Effect, Transition};
use super::bound::Word;
use super::fault::fail;
use super::model::{Newest, Operation};
use super::operation::fact_dids;
use super::replay::ReplayStep;
use super::{Admission, Body, Code, Evidence, Fault, LogState, Result, SignatureCheck, shape};
use crate::entry::{EntryError, Header, Sealed, Will, WillKind, decode_body};
use crate::ops::{self, Bound, Derivation, Equal, ErasableBy, OpSpec, TargetLog};

/// Returns the body of a stored entry, if its bytes exist: they must match the CID in the header, and be a well-formed
/// body.
///
/// # Errors
/// A fault of code `body` or `decode`.
pub fn read_body(entry: &Sealed) -> Result<Option<Value>, Fault> {
    let Some(bytes) = entry.body_bytes.as_deref() else {
        return Ok(None);
    };
    match &entry.header.body {
        None => fail(Code::Stray, "the entry names no body"),
        Some(named) if dag_cbor_cid(bytes) != *named => {
            fail(Code::Body, "the body is not the one that the header names")
        }
        Some(_) => decode_body(bytes).map(Some).map_err(Fault::from),
    }
}

impl From<EntryError> for Fault {
    fn from(error: EntryError) -> Self {
        let code = match &error {
            EntryError::Will { .. } => Code::Will,
            EntryError::Field("prev") => Code::Prev,
            _ => Code::Decode,
        };
        Self::new(code, error.to_string())
    }
}

/// The inputs of a check.
struct Subject<'a> {
    entry: &'a Sealed,
    header: &'a Header,
    body: Body<'a>,
    spec: Option<&'static OpSpec>,
    evidence: &'a dyn Evidence,
}

impl LogState {
    /// Checks whether `entry` may follow. Changes nothing.
    pub fn check(
        &self,
        entry: &Sealed,
        body: Body<'_>,
        evidence: &dyn Evidence,
    ) -> Result<Admission> {
        self.check_with(entry, body, evidence, None)
    }

    /// [`LogState::check`] for the writer: `payload` is the raw CID of the proof's payload, whose signature was
    /// checked.
    pub fn check_with(
        &self,
        entry: &Sealed,
        body: Body<'_>,
        evidence: &dyn Evidence,
        payload: Option<Cid>,
    ) -> Result<Admission> {
        let header = &*entry.header;
        let subject = Subject { entry, header, body, spec: self.ops.get(&header.op), evidence };
        let mut checks = Vec::new();
        match self.admit(&subject, &mut checks, payload) {
            Ok(mut admission) => {
                admission.checks = checks;
                Ok(admission)
            }
            Err(error) => {
                // Verifies the signatures that come before this rule, so that the reported fault is the first one.
                for check in &checks {
                    check.verify()?;
                }
                Err(error)
            }
        }
    }

    /// Applies the rules in the order of docs/format.md §11; `checks` gets the signatures that come before the one that
    /// fails.
    fn admit(
        &self,
        subject: &Subject<'_>,
        checks: &mut Vec<SignatureCheck>,
        payload: Option<Cid>,
    ) -> Result<Admission> {
        let Subject { entry, header, body, evidence, .. } = *subject;
        self.check_next(header)?;
        self.check_body(subject)?;
        self.check_fields(header, subject.spec)?;
        // A home is in force for the very proof that names it; all other effects come after the will.
        let effect = self.effect_of(header, &entry.cid, body, evidence, checks);
        let (effect, late) = match effect {
            Ok(effect) => (effect, None),
            Err(error) if header.op == ops::HOME || self.home().is_none() => return Err(error),
            Err(error) => (Effect::None, Some(error)),
        };
        let mut step = Transition {
            newest: Newest { seq: header.seq, cid: entry.cid, at: header.at },
            effect,
            kid: None,
            author: None,
            used: None,
            operation: None,
            replay: ReplayStep::default(),
        };
        let withheld = self.check_will(subject, &mut step, checks, payload)?;
        if let (Some(replay), Some(operation)) = (&self.replay, &step.operation) {
            let intent = (&*operation.intent, &operation.cid);
            replay.check_txn(&self.did, header, intent, evidence, &mut step.replay)?;
        }
        if let Some(error) = late {
            return Err(error);
        }
        if let Some(spec) = subject.spec {
            check_fact(header, spec)?;
        }
        let erases = self.check_erasure(header, body, step.operation.as_ref(), evidence)?;
        let unknown = self.unknown_op(header, step.operation.as_ref());
        let word = match (&unknown, subject.spec, &step.operation) {
            (None, Some(spec), Some(operation)) => {
                self.check_bound(header, body, spec, operation, evidence, checks)?
            }
            _ => Word::Tied,
        };
        let mut home_word = word != Word::Tied;
        let (is_home_said, was_home_said) = match (header.will_kind(), &step.operation) {
            (WillKind::Signed, _) => (false, false),
            (WillKind::Derived, Some(operation)) if operation.is_signed() => {
                let before = home_word || self.is_untied_fact(header, operation);
                home_word |= !self.is_backed(header, body, operation);
                (home_word, before)
            }
            _ => (true, true),
        };
        Ok(Admission {
            checks: Vec::new(),
            home_word: home_word && unknown.is_none(),
            unknown,
            erases,
            home_division: word == Word::HomeToTheCent,
            is_home_said,
            was_home_said,
            withheld,
            step,
        })
    }

    /// Returns whether a signature backs (§8) each field of a derived entry: `ref`, the members of its fact, and those
    /// of its body that no rule ties.
    fn is_backed(&self, header: &Header, body: Body<'_>, operation: &Operation) -> bool {
        let spec = self.ops.get(&operation.intent.op);
        let Some(derivation) = spec.and_then(|spec| spec.derivation(&header.op)) else {
            return true;
        };
        let bound = self.ops.get(&header.op).map(|spec| spec.bound);
        let body = body.value();
        let of_body = match (bound, body) {
            (Some(bound), Some(_)) => bound.signed_fields(),
            _ => &[],
        };
        let has = |member: &str| of_body.contains(&member);
        let is_ref_backed = header.reference.is_none() || derivation.ties_the_ref() || has("ref");
        let mut members = header.fact.iter().flat_map(|fact| fact.iter());
        let is_fact_backed = derivation.ties_the_fact()
            || members.all(|(member, _)| derivation.source(member).is_some() || has(member));
        let is_body_backed = match (bound, body) {
            (Some(bound), Some(body)) => {
                super::bound::is_all_tied(bound, body, operation.body.as_deref())
            }
            _ => true,
        };
        is_ref_backed && is_fact_backed && is_body_backed
    }

    /// Returns whether a derived entry without a body has a fact that is not its intent's. Earlier versions asked only
    /// this.
    fn is_untied_fact(&self, header: &Header, operation: &Operation) -> bool {
        let spec = self.ops.get(&operation.intent.op);
        let derivation = spec.and_then(|spec| spec.derivation(&header.op));
        let is_whole = |derivation: &Derivation| derivation.equal.contains(&Equal::Fact);
        header.body.is_none() && header.fact.is_some() && !derivation.is_some_and(is_whole)
    }

    /// Returns the body of an intent, if the bodies of its consequences are bound to it.
    fn kept_for_ties(&self, subject: &Subject<'_>) -> Option<Arc<Value>> {
        let body = subject.body.value()?;
        let is_tied = |derivation: &Derivation| {
            let bound = self.ops.get(derivation.op).map(|spec| spec.bound);
            matches!(bound, Some(Bound::Intent | Bound::Countersignature | Bound::Attestation))
        };
        let mut derives = subject.spec?.derives.iter();
        derives.any(is_tied).then(|| Arc::new(body.clone()))
    }

    /// Returns the unknown operation (§8), of this entry or of its intent.
    fn unknown_op(&self, header: &Header, operation: Option<&Operation>) -> Option<String> {
        let mut ops = std::iter::once(&header.op).chain(operation.map(|op| &op.intent.op));
        ops.find(|op| self.ops.get(op).is_none()).cloned()
    }

    /// Checks that an entry belongs here, before its body is considered.
    pub(crate) fn check_next(&self, header: &Header) -> Result<(), Fault> {
        if !header.is_well_formed() {
            let text = "a DID carries a key, and the fact's media are raw CIDs";
            return fail(Code::Decode, text);
        }
        self.check_links(header)
    }

    fn check_links(&self, header: &Header) -> Result<(), Fault> {
        if header.did != self.did {
            return fail(Code::Did, format!("the entry is of {}", header.did));
        }
        if header.seq != self.next_seq() {
            return fail(
                Code::Seq,
                format!("the header says seq {}, but {} is next", header.seq, self.next_seq()),
            );
        }
        if header.prev != self.newest.map(|newest| newest.cid) {
            return fail(Code::Prev, "prev is not the CID of the header before");
        }
        let iat = header.proof_part().map(|part| part.iat);
        let goes_back =
            |before| iat.is_some_and(|iat| super::sets_clock_right(&header.op, iat, before));
        if self.newest.is_some_and(|newest| header.at <= newest.at && !goes_back(newest.at)) {
            return fail(Code::At, "at is not later than in the entry before");
        }
        Ok(())
    }

    fn check_body(&self, subject: &Subject<'_>) -> Result<()> {
        let Subject { header, body, spec, .. } = subject;
        if let Some(spec) = spec
            && spec.body != header.body.is_some()
        {
            let text = if spec.body { "needs a body" } else { "may not have a body" };
            return fail(Code::Body, format!("{} {text}", header.op));
        }
        let Some(named) = &header.body else {
            return match body {
                Body::None => Ok(()),
                _ => fail(Code::Stray, "the entry names no body"),
            };
        };
        match body {
            Body::Here(_)
                if self.replay.is_some() && subject.evidence.erased_later(named, header.seq)? =>
            {
                fail(Code::Body, "the body is still there although it was erased")
            }
            Body::Here(body) => Ok(shape::check(header, body)?),
            _ => {
                let keep = spec.is_some_and(|spec| spec.erasable_by == ErasableBy::Nobody);
                if keep
                    || !(self.may_withhold || subject.evidence.erased_later(named, header.seq)?)
                {
                    return fail(Code::Body, "the body is missing");
                }
                Ok(())
            }
        }
    }

    /// Checks the rules of the will. Returns the CID of the intent if its body is withheld.
    fn check_will(
        &self,
        subject: &Subject<'_>,
        step: &mut Transition,
        checks: &mut Vec<SignatureCheck>,
        payload: Option<Cid>,
    ) -> Result<Option<Cid>> {
        let Subject { header, entry, evidence, .. } = subject;
        let home = match &step.effect {
            Effect::Begin { home, .. } | Effect::Home(home) => home,
            _ => match self.home() {
                Some(home) => home,
                None => return fail(Code::Home, "the log has no home"),
            },
        };
        match &header.will {
            Will::Signed(_) => {
                let signed =
                    self.check_signed(header, subject.body, home, *evidence, payload, checks)?;
                (step.kid, step.author, step.used) = (Some(signed.kid), signed.author, signed.used);
            }
            Will::Custodial => {}
            Will::Node if header.author != home.node => {
                return fail(Code::Will, "a node entry is not by the home in force");
            }
            Will::Node => {}
            Will::Derived => {
                let Some(cause) = header.cause else {
                    return fail(Code::Will, "a derived entry has a cause");
                };
                let derived = self.check_derived(entry, cause, *evidence, checks)?;
                step.operation = Some(derived.operation);
                step.replay = derived.replay;
                return Ok(derived.withheld);
            }
        }
        let operation = Operation {
            intent: entry.header.clone(),
            body: self.kept_for_ties(subject),
            cid: entry.cid,
            here: true,
            counts: Vec::new(),
        };
        step.operation = Some(operation);
        Ok(None)
    }
}

/// Checks §8: an operation whose consequences are in the logs that its fact names must name them there, and the same in
/// `to`.
fn check_fact(header: &Header, spec: &OpSpec) -> Result<(), Fault> {
    if !spec.derives.iter().any(|derivation| derivation.target == TargetLog::FactDids) {
        return Ok(());
    }
    let items = header.fact.as_ref().and_then(|fact| fact.ids("dids"));
    let is_did =
        |text: &str| Did::parse(text).is_ok_and(|did| did == *text && did.kind() == DidKind::Key);
    if !items.is_some_and(|items| items.iter().all(|id| is_did(id.as_str()))) {
        return fail(
            Code::Decode,
            format!("the fact of {} needs \"dids\", a list of DIDs", header.op),
        );
    }
    if let Some(part) = header.proof_part() {
        let all = fact_dids(header).all(|did| part.to.iter().any(|to| to.as_str() == did));
        let only = part.to.iter().all(|to| fact_dids(header).any(|did| did == to.as_str()));
        if !(all && only) {
            return fail(Code::Proof, "to does not have the same DIDs as the fact");
        }
    }
    Ok(())
}
