//! Checks what ties the body of a derived entry to a will or a signature (docs/format.md §8, *bound*): its author
//! signed another entry, so without a tie the body would rest on the home's word alone.
//!
//! Always: only existing bodies are checked, and only of operations whose row asks for it. The writer, whose services
//! have checked what they derive, checks the ties but no signature.

mod texts;

use std::sync::Arc;

use imajin_dfos::identity::Role;
use imajin_dfos::{PublicKey, Value, VerifyingKey};
use imajin_protocol::{Did, FactValue};

use super::fault::fail;
use super::model::Operation;
use super::{Body, ChainKey, Code, Evidence, Fault, LogState, Result, SignatureCheck};
use crate::entry::{Header, Will};
use crate::ops::{self, Bound, OpSpec};
pub use texts::same_but_salt;
use texts::{AttestationText, CountersignatureText, Ticket};

/// The person or home whose word a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// A person willed or signed it.
    Tied,
    /// The home stated it.
    Home,
    /// The home stated it, including the division of a payment.
    HomeToTheCent,
}

/// The roles whose keys are accepted, of all keys that an identity ever had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EverKeys {
    All,
    /// Keys under `authKeys`.
    Auth,
}

impl EverKeys {
    fn has(self, key: &ChainKey) -> bool {
        self == Self::All || key.roles().any(|role| role == Role::Auth)
    }
}

/// A derived entry with its body, and its intent.
struct Subject<'s> {
    header: &'s Header,
    body: &'s Value,
    intent: &'s Header,
    intent_body: Option<&'s Value>,
    evidence: &'s dyn Evidence,
}

impl LogState {
    /// Checks the tie of an entry's body, if it must have one. Adds signatures to `checks`.
    pub(super) fn check_bound(
        &self,
        header: &Header,
        body: Body<'_>,
        spec: &OpSpec,
        operation: &Operation,
        evidence: &dyn Evidence,
        checks: &mut Vec<SignatureCheck>,
    ) -> Result<Word> {
        let (Will::Derived, Some(body)) = (&header.will, body.value()) else {
            return Ok(Word::Tied);
        };
        let subject = Subject {
            header,
            body,
            intent: &operation.intent,
            intent_body: operation.body.as_deref(),
            evidence,
        };
        match spec.bound {
            Bound::Nothing => Ok(Word::Tied),
            Bound::Node => Ok(Word::Home),
            Bound::Intent => Ok(subject.is_the_intents()?),
            Bound::Attestation => self.attestation(&subject, checks),
            Bound::Countersignature => self.countersignature(&subject, checks),
            Bound::Ticket => self.ticket(&subject, checks),
            Bound::Manifests => Ok(subject.manifests()?),
            Bound::Receipt => Ok(subject.receipt(self.replay.is_some())?),
        }
    }

    fn attestation(&self, subject: &Subject<'_>, checks: &mut Vec<SignatureCheck>) -> Result<Word> {
        let attestation = AttestationText::read(subject.body)?;
        if subject.reference() != Some(attestation.cid.to_string().as_str()) {
            return Err(untied("ref is not the CID of the attestation").into());
        }
        let is_received = subject.header.op == ops::ATTESTATION_RECEIVED;
        if is_received && attestation.subject.as_deref() != Some(self.did.as_str()) {
            return Err(
                untied("the attestation is about somebody else than the log's owner").into()
            );
        }
        let keys = self.keys_of(&attestation.issuer, EverKeys::All, subject.evidence)?;
        checks.extend(self.signed(keys, attestation.text, attestation.signature, "its issuer")?);
        Ok(Word::Tied)
    }

    fn ticket(&self, subject: &Subject<'_>, checks: &mut Vec<SignatureCheck>) -> Result<Word> {
        let ticket = Ticket::read(subject.body)?;
        ticket.fits(subject.header)?;
        subject.says_what_was_willed(&["event", "holder", "type"])?;
        if self.did != ticket.event && self.did != ticket.holder {
            return Err(untied("the ticket is neither its event's nor its holder's").into());
        }
        let keys = self.keys_of(&ticket.event, EverKeys::Auth, subject.evidence)?;
        checks.extend(self.signed(keys, ticket.text, ticket.signature, "its event")?);
        Ok(Word::Tied)
    }

    /// Checks a countersignature, whose text may name the attestation itself; else the attestation is the one that the
    /// intent names.
    fn countersignature(
        &self,
        subject: &Subject<'_>,
        checks: &mut Vec<SignatureCheck>,
    ) -> Result<Word> {
        let countersignature = CountersignatureText::read(subject.body)?;
        let willed = match subject.intent_body {
            Some(intent) if intent.get_str("witness_jws") != Some(countersignature.token) => {
                return Err(untied("witness_jws is not the one of the intent").into());
            }
            willed => willed.is_some(),
        };
        let names_it = subject.reference() == Some(countersignature.target.as_str());
        let chain = self.chain_of(&subject.header.author, subject.evidence)?;
        let Some(chain) = chain else {
            return Ok(if willed { Word::Tied } else { Word::Home });
        };
        if countersignature.did != chain.dfos_did() {
            return Err(untied("the countersignature is not its author's").into());
        }
        let keys = chain.ever_keys().filter(|key| *key.id() == *countersignature.key_id);
        let keys = keys.filter_map(|key| key.verifying()).collect();
        checks.extend(self.signed(
            keys,
            countersignature.signing_input,
            countersignature.signature,
            "its author",
        )?);
        Ok(if willed || names_it { Word::Tied } else { Word::Home })
    }

    /// Returns the keys that a DID ever had; without a chain, the key in the DID.
    fn keys_of(
        &self,
        did: &Did,
        which: EverKeys,
        evidence: &dyn Evidence,
    ) -> Result<Vec<Arc<VerifyingKey>>> {
        let Some(chain) = self.chain_of(did, evidence)? else {
            let key = did.key_bytes().map(PublicKey::from_bytes);
            let key = key.and_then(|key| key.verifying_key().ok());
            return Ok(key.map(Arc::new).into_iter().collect());
        };
        let keys = chain.ever_keys().filter(|key| which.has(key));
        let mut verifying_keys: Vec<Arc<VerifyingKey>> = Vec::new();
        for key in keys.filter_map(|key| key.verifying()) {
            if !verifying_keys.contains(&key) {
                verifying_keys.push(key);
            }
        }
        Ok(verifying_keys)
    }

    fn chain_of(&self, did: &Did, evidence: &dyn Evidence) -> Result<Option<Arc<super::Chain>>> {
        match self.owner.chain() {
            Some(own) if *did == self.did => Ok(Some(own.clone())),
            _ if *did == self.did => Ok(None),
            _ => Ok(evidence.chain(did)?),
        }
    }

    /// Returns the check of a signature by one of these keys; `None` for the writer.
    fn signed(
        &self,
        mut keys: Vec<Arc<VerifyingKey>>,
        signing_input: String,
        signature: [u8; 64],
        whose: &str,
    ) -> Result<Option<SignatureCheck>, Fault> {
        if self.replay.is_none() {
            return Ok(None);
        }
        let Some(key) = keys.pop() else {
            return fail(Code::Cause, format!("there is no key of {whose}"));
        };
        Ok(Some(SignatureCheck { key, others: keys, signing_input, signature, code: Code::Cause }))
    }
}

impl Subject<'_> {
    fn reference(&self) -> Option<&str> {
        self.header.reference.as_ref().map(|id| id.as_str())
    }

    /// Checks the intent's body by its CID. A copy with its own salt, as older nodes made them, needs the same members.
    fn is_the_intents(&self) -> Result<Word, Fault> {
        if self.header.body == self.intent.body {
            return Ok(Word::Tied);
        }
        match self.intent_body {
            Some(intent) if same_but_salt(intent, self.body) => Ok(Word::Tied),
            None if self.intent.body.is_some() => Ok(Word::Home),
            _ => fail(Code::Cause, "the body is not that of the intent"),
        }
    }

    fn manifests(&self) -> Result<Word, Fault> {
        let manifests = texts::list(self.body, "manifests")?;
        let digests = texts::digests(&manifests)?;
        let gone = match self.body.get("gone") {
            Some(_) => texts::list(self.body, "gone")?,
            None => Vec::new(),
        };
        self.follows(&digests, &gone)?;
        if let Some(agreed) = self.body.get("agreed") {
            let json = imajin_dfos::cbor::to_dag_json(agreed);
            let json = json.map_err(|error| untied(&format!("agreed: {error}")))?;
            texts::check_agreed(&json, &manifests)?;
        }
        Ok(if self.pins() { Word::Tied } else { Word::Home })
    }

    /// Checks a receipt. A receipt is the statement of the node that settled, about what the intent and this entry say.
    /// Its division is not, if the intent names the manifests and none is missing: a verifier computes it again; the
    /// writer need not, because its service has just done so.
    fn receipt(&self, again: bool) -> Result<Word, Fault> {
        let receipt = texts::Receipt::read(self.body)?;
        receipt.fits(self.header)?;
        self.says_what_was_willed(&["amount", "currency", "seller"])?;
        self.follows(&texts::digests(&receipt.manifests)?, &receipt.deleted_people()?)?;
        if again && !(receipt.adds_up()? && self.pins()) {
            return Ok(Word::HomeToTheCent);
        }
        Ok(Word::Home)
    }

    /// Returns whether the intent names all manifests that its money follows.
    fn pins(&self) -> bool {
        matches!(self.intent_fact("follows"), Some(FactValue::Id(_)))
    }

    /// Checks that the manifests, and the people who are gone, are those that the intent names. Earlier intents name the manifests alone.
    fn follows(&self, digests: &[String], gone: &[String]) -> Result<(), Fault> {
        let named = |name| match self.intent_fact(name) {
            Some(FactValue::Id(id)) => Some(id.as_str()),
            _ => None,
        };
        let all = [gone, &[]].map(|gone| texts::digest_of_all(digests, gone));
        let first = digests.first().map(String::as_str);
        if named("fair").is_some_and(|fair| Some(fair) != first)
            || named("follows").is_some_and(|follows| all.iter().all(|all| follows != all))
        {
            return fail(Code::Cause, "the manifests are not those of the intent");
        }
        Ok(())
    }

    /// Checks that members which both facts have are equal in both.
    fn says_what_was_willed(&self, names: &[&str]) -> Result<(), Fault> {
        for name in names {
            let Some(willed) = self.intent_fact(name) else {
                continue;
            };
            if self.header.fact.as_ref().and_then(|fact| fact.get(name)) != Some(willed) {
                return fail(Code::Cause, format!("{name} is not that of the intent"));
            }
        }
        Ok(())
    }

    fn intent_fact(&self, name: &str) -> Option<&FactValue> {
        self.intent.fact.as_ref()?.get(name)
    }
}

/// Returns whether a signature or the intent backs every member of a body: the members of an attestation that its
/// issuer did not sign are the intent's, and a ticket's body has nothing but the ticket.
pub(super) fn is_all_tied(bound: Bound, body: &Value, intent: Option<&Value>) -> bool {
    match bound {
        Bound::Attestation => ["audience", "expires_at", "author_jws"]
            .iter()
            .all(|name| body.get(name) == intent.and_then(|intent| intent.get(name))),
        Bound::Ticket => ["title", "startsAt", "timezone", "typeName"]
            .iter()
            .all(|name| body.get(name).is_none()),
        _ => true,
    }
}

pub(super) fn untied(what: &str) -> Fault {
    Fault::new(Code::Cause, what)
}
