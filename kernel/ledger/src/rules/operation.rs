//! Operations: an intent and what follows from it (docs/format.md §7), as one log sees them.

use std::sync::Arc;

use imajin_dfos::{Cid, Timestamp, Value};
use imajin_protocol::Kid;
use imajin_protocol::fact::FactItem;

use super::fault::fail;
use super::replay::ReplayStep;
use super::state::covers;
use super::{Cause, CheckError, Code, Evidence, Fault, LogState, SignatureCheck, shape};
use crate::entry::{Header, Sealed, Will};
use crate::ops::{self, By, Derivation, Equal, OpSpec, Place};

/// How often each op was derived from one intent.
pub(super) type Counts = Vec<(&'static str, u32)>;

/// The operation that the newest entry belongs to.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    pub(super) intent: Arc<Header>,
    /// Its body, where a body that follows from it may be bound to it.
    pub(super) body: Option<Arc<Value>>,
    pub(super) cid: Cid,
    /// Whether the intent stands in this log.
    pub(super) here: bool,
    pub(super) counts: Counts,
}

/// What checking a derived entry comes to.
pub(super) struct Derived {
    pub(super) operation: Operation,
    pub(super) withheld: Option<Cid>,
    pub(super) replay: ReplayStep,
}

impl LogState {
    /// A derived entry against its intent.
    pub(super) fn check_derived(
        &self,
        entry: &Sealed,
        cause: Cid,
        evidence: &dyn Evidence,
        checks: &mut Vec<SignatureCheck>,
    ) -> Result<Derived, CheckError> {
        let header = &*entry.header;
        let mut withheld = None;
        let mut operation = match &self.operation {
            Some(operation) if operation.cid == cause => operation.clone(),
            _ => {
                let found = self.foreign_intent(&cause, evidence, checks)?;
                if found.body.is_none() && found.header.body.is_some() {
                    withheld = Some(cause);
                }
                let counts = self
                    .replay
                    .as_ref()
                    .and_then(|replay| replay.counts(&cause));
                let counts = counts.cloned().unwrap_or_default();
                Operation {
                    intent: found.header.clone(),
                    body: found.body.clone(),
                    cid: cause,
                    here: false,
                    counts,
                }
            }
        };
        let intent = &*operation.intent;
        if header.author != intent.author {
            return Err(Fault::new(Code::Cause, "the author is not the one of the cause").into());
        }
        let derivation = self.derivation(intent, header)?;
        if !operation.here {
            self.check_reach(intent, derivation)?;
        }
        if let Some(derivation) = derivation {
            self.check_place(derivation, intent, header)?;
            count(
                &mut operation.counts,
                derivation.op,
                derivation.at_most,
                intent,
            )?;
        }
        check_txn(header, &operation)?;
        let mut replay = ReplayStep::default();
        if let (Some(_), false) = (&self.replay, operation.here) {
            replay.counts = Some((cause, operation.counts.clone()));
        }
        Ok(Derived {
            operation,
            withheld,
            replay,
        })
    }

    /// §8: the row by which this follows; none where one of the two operations is not known, so that nothing is proved.
    fn derivation(
        &self,
        intent: &Header,
        header: &Header,
    ) -> Result<Option<&'static Derivation>, Fault> {
        let Some(spec) = self.ops.get(&intent.op) else {
            // What a log is, and what is gone from it, follows from nothing that cannot be judged.
            return match header.service() {
                ops::SERVICE => Err(may_not_derive(intent, header)),
                _ => Ok(None),
            };
        };
        if self.ops.get(&header.op).is_none() {
            return Ok(None);
        }
        match spec.derivation(&header.op) {
            Some(derivation) => Ok(Some(derivation)),
            None => Err(may_not_derive(intent, header)),
        }
    }

    /// An intent that stands in another log: its row in `causes`, valid by itself.
    fn foreign_intent(
        &self,
        cause: &Cid,
        evidence: &dyn Evidence,
        checks: &mut Vec<SignatureCheck>,
    ) -> Result<Arc<Cause>, CheckError> {
        let lacking = || {
            let text = format!(
                "the cause {cause} stands neither right before its consequences nor in the table causes"
            );
            Fault::new(Code::Cause, text)
        };
        let found = well_formed(cause, evidence)?.ok_or_else(lacking)?;
        let header = &*found.header;
        if header.did == self.did {
            return Err(lacking().into());
        }
        if matches!(header.will, Will::Derived) {
            return Err(Fault::new(Code::Cause, "the cause is itself derived").into());
        }
        check_cause_will(header, self.ops.get(&header.op))?;
        match (&header.will, header.via) {
            (Will::Signed(_), Some(via)) => {
                let check = self.delegate_of(header, &via, evidence, checks)?;
                checks.push(check);
            }
            (Will::Signed(_), None) if !evidence.is_admitted(cause) => {
                checks.push(self.author_of(header, evidence)?);
            }
            _ => {}
        }
        Ok(found)
    }

    /// The check of an intent's proof by its author's key, in the state that its `chain` names.
    fn author_of(
        &self,
        header: &Header,
        evidence: &dyn Evidence,
    ) -> Result<SignatureCheck, CheckError> {
        let author = &header.author;
        let Some(proof) = header.proof() else {
            return Err(Fault::new(Code::Cause, "the cause has no proof").into());
        };
        if proof.kid.did() != author {
            return Err(
                Fault::new(Code::Key, "the proof of the cause is not by its author").into(),
            );
        }
        let chain = match self.owner.chain() {
            Some(own) if *author == self.did => Some(own.clone()),
            _ => evidence.chain(author)?,
        };
        let role = super::will::role_of(self.ops.get(&header.op));
        let (_, key) = super::will::key_in_chain(chain.as_deref(), &proof, role, None)?;
        Ok(SignatureCheck {
            key,
            others: Vec::new(),
            signing_input: proof.signing_input(),
            signature: proof.signature,
            code: Code::Proof,
        })
    }

    /// The check of an intent's proof by a delegate, whose delegation stands in `causes` too.
    fn delegate_of(
        &self,
        header: &Header,
        via: &Cid,
        evidence: &dyn Evidence,
        checks: &mut Vec<SignatureCheck>,
    ) -> Result<SignatureCheck, CheckError> {
        let wrong = |text: &str| {
            CheckError::from(Fault::new(
                Code::Delegation,
                format!("the delegation of the cause {text}"),
            ))
        };
        let found =
            well_formed(via, evidence)?.ok_or_else(|| wrong("is not in the table causes"))?;
        let entry = &*found.header;
        let Some(body) = found
            .body
            .as_deref()
            .filter(|_| entry.op == ops::DELEGATION_CREATE)
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
            checks.push(self.author_of(entry, evidence)?);
        }
        let delegate = shape::delegate(entry, body)?;
        let Some(proof) = header.proof() else {
            return Err(wrong("covers no proof"));
        };
        check_delegate(
            header,
            self.ops.get(&header.op),
            &delegate.scope,
            delegate.until,
            delegate.key.as_bytes(),
            &proof.kid,
        )?;
        if proof.payload.chain.is_some() {
            return Err(Fault::new(Code::Key, "chain must be null under a delegation").into());
        }
        let key = delegate.key.verifying_key().map_err(|_| {
            let text =
                "the delegation of the cause names no key on the curve, so nothing verifies by it";
            Fault::new(Code::Proof, text)
        })?;
        Ok(SignatureCheck {
            key: Arc::new(key),
            others: Vec::new(),
            signing_input: proof.signing_input(),
            signature: proof.signature,
            code: Code::Proof,
        })
    }

    /// §7: the intent of another log names this one. Without a proof and without a row nobody can say.
    fn check_reach(&self, intent: &Header, derivation: Option<&Derivation>) -> Result<(), Fault> {
        let reached = match &intent.will {
            Will::Signed(part) => part.to.contains(&self.did),
            _ => {
                fact_dids(intent).any(|did| did == self.did.as_str())
                    || self.is_of_its_home()
                    || derivation.is_none_or(|derivation| derivation.place == Place::Parties)
            }
        };
        if reached {
            Ok(())
        } else {
            fail(Code::Cause, "the intent does not name this log")
        }
    }

    /// Whether this is the log of a node that is its own home.
    fn is_of_its_home(&self) -> bool {
        self.home().is_some_and(|home| home.node == self.did)
    }

    /// §8: whose log, and which fields are equal.
    fn check_place(
        &self,
        derivation: &Derivation,
        intent: &Header,
        header: &Header,
    ) -> Result<(), Fault> {
        let (fits, whose) = match derivation.place {
            Place::SameLog => (intent.did == self.did, "the log of its intent"),
            Place::Node => {
                let is_addressed = match intent.proof_part() {
                    Some(part) => part.aud == self.did,
                    None => self.is_of_its_home(),
                };
                (
                    is_addressed,
                    "the log of the node that the intent was addressed to",
                )
            }
            Place::FactDids => (
                fact_dids(intent).any(|did| did == self.did.as_str()),
                "the logs that the intent's fact names",
            ),
            // Who they are, `to` and `txn` say.
            Place::Parties => (true, "the logs of the operation"),
        };
        if !fits {
            return fail(
                Code::Cause,
                format!("{} may only stand in {whose}", header.op),
            );
        }
        let reference = header.reference.as_ref().map(|id| id.as_str());
        for equal in derivation.equal {
            let (wanted, name) = match equal {
                Equal::RefIsIntentDid => (Some(intent.did.as_str()), "did"),
                Equal::RefIsIntentAuthor => (Some(intent.author.as_str()), "author"),
                Equal::RefIsIntentRef => {
                    let named = intent.reference.as_ref();
                    (named.map(|id| id.as_str()), "ref")
                }
            };
            if reference != wanted {
                return fail(Code::Cause, format!("ref is not the {name} of the intent"));
            }
        }
        Ok(())
    }
}

/// A row of `causes`, whose body has the form that its op asks for.
fn well_formed(cid: &Cid, evidence: &dyn Evidence) -> Result<Option<Arc<Cause>>, CheckError> {
    let found = evidence.cause(cid)?;
    if let Some(cause) = &found
        && let Some(body) = &cause.body
    {
        let wrong =
            |fault: Fault| Fault::new(Code::Cause, format!("cause {cid}: {}", fault.message));
        shape::check(&cause.header, body).map_err(wrong)?;
    }
    Ok(found)
}

/// Which wills an intent may have, as far as its own log need not be known for it.
fn check_cause_will(header: &Header, spec: Option<&OpSpec>) -> Result<(), Fault> {
    let Some(spec) = spec else { return Ok(()) };
    if super::will::is_anothers(header) {
        let text = format!("the cause is {}, but not by its log's owner", header.op);
        return fail(Code::Cause, text);
    }
    let fits = match (&header.will, spec.by) {
        (_, By::Derived) => false,
        (Will::Signed(_), by) => !matches!(by, By::CustodialAtStart | By::Node),
        (Will::Custodial, By::Node) => false,
        (Will::Custodial, _) => !super::will::is_always_signed(&header.op),
        (Will::Node, by) => by == By::Node,
        (Will::Derived, _) => false,
    };
    let will = header.will_kind();
    if fits {
        Ok(())
    } else {
        fail(
            Code::Cause,
            format!("the cause is {}, which may not be {will}", header.op),
        )
    }
}

/// §6, but for what only the delegation's own log knows.
pub(super) fn check_delegate(
    header: &Header,
    spec: Option<&OpSpec>,
    scope: &[String],
    until: Timestamp,
    key: &[u8; 32],
    kid: &Kid,
) -> Result<(), Fault> {
    if spec.is_some_and(|spec| matches!(spec.by, By::Controller | By::OwnKey)) {
        return fail(
            Code::Delegation,
            format!("{} can never be delegated", header.op),
        );
    }
    if !covers(scope, &header.op) {
        return fail(
            Code::Delegation,
            format!("{} is not in the delegation's scope", header.op),
        );
    }
    if header.at >= until {
        return fail(Code::Delegation, format!("the delegation ended at {until}"));
    }
    if !kid.is_of_bare_key(key) {
        return fail(
            Code::Delegation,
            "the proof is not by the key of the delegation",
        );
    }
    Ok(())
}

fn check_txn(header: &Header, operation: &Operation) -> Result<(), Fault> {
    if header.txn != operation.intent.txn {
        return fail(Code::Txn, "the txn is not that of the intent");
    }
    if !operation.here && header.txn.is_none() {
        return fail(
            Code::Txn,
            "an operation that wrote in several logs has a txn",
        );
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
        return fail(
            Code::Cause,
            format!("{} derives {op} more often than allowed", intent.op),
        );
    }
    Ok(())
}

fn may_not_derive(intent: &Header, header: &Header) -> Fault {
    Fault::new(
        Code::Cause,
        format!("{} may not derive {}", intent.op, header.op),
    )
}

pub(super) fn fact_dids(header: &Header) -> impl Iterator<Item = &str> {
    let items = header
        .fact
        .as_ref()
        .and_then(|fact| fact.list("dids"))
        .unwrap_or_default();
    items.iter().filter_map(|item| match item {
        FactItem::Id(id) => Some(id.as_str()),
        FactItem::Int(_) => None,
    })
}
