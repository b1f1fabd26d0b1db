//! Rules 1 to 4: an entry's place, its intent, its author's keys, and what its author had seen.

use imajin_dfos::cid::sha256;
use imajin_dfos::{Value, VerifyingKey};
use imajin_protocol::entry::{Header, ProofPart};
use imajin_protocol::identity::did_of_genesis;
use imajin_protocol::proof::EntryPosition;
use imajin_protocol::{Did, IdText, KeyRole};

use super::Room;
use crate::ops::Op;
use crate::people::conversation_name;
use crate::row::{Entry, Row};
use crate::rule::{Finding, Problem, Rule};
use crate::seal::EncryptionSecret;

const GENESIS: &str = "auth.identity.create";

impl Room<'_> {
    /// Checks that entry 0 names this conversation, and that rows are complete from the requested place on.
    pub(super) fn begin(&mut self, rows: &[Row]) -> Result<(), Finding> {
        let first =
            rows.first().filter(|row| row.seq() == 0).ok_or(Finding::at(0, Problem::Gap))?;
        let name = genesis_name(first);
        if name.is_none() && self.checks.has(Rule::Intent) {
            return Err(Finding::at(0, Problem::Signature));
        }
        self.need(name.is_none_or(|name| name == self.known.name), 0, Problem::OtherLog)?;
        self.log = Some(first.header().did.clone());
        self.cids.insert(0, first.entry.cid);
        self.window = window_of(rows);
        self.need(self.window <= self.known.from, self.window, Problem::Gap)
    }

    /// Adds the next entry.
    pub(super) fn enter(&mut self, row: &Row) -> Result<(), Finding> {
        let (header, seq) = (row.header(), row.seq());
        self.check_place(row)?;
        let op = Op::from_header(header);
        self.newer |= op.is_none();
        let op = op.unwrap_or(Op::Other);
        if seq < self.window {
            self.need(op.is_turn(), seq, Problem::Gap)?;
        }
        if let Some(body) = &row.body {
            self.need(header.body == Some(body.cid), seq, Problem::OtherBody)?;
        }
        // An erasure that follows from something else than chat's own intents says nothing here.
        if op != Op::Other
            && let Some((intent, signed)) = self.check_intent(row, op)?
        {
            self.act(row, op, &intent.header, signed)?;
            self.last_by.insert(header.author.clone(), seq);
        }
        let cid = row.entry.cid;
        self.cids.insert(seq, cid);
        if op.is_turn() {
            self.turns += 1;
            self.since_epoch.push(EntryPosition { seq, cid });
        }
        Ok(())
    }

    /// Rule 1: the next entry of this log.
    fn check_place(&self, row: &Row) -> Result<(), Finding> {
        let (header, seq) = (row.header(), row.seq());
        self.need(self.log.as_ref() == Some(&header.did), seq, Problem::OtherLog)?;
        let (last, before) = self
            .cids
            .last_key_value()
            .filter(|(last, _)| **last < seq)
            .ok_or(Finding::at(seq, Problem::Gap))?;
        // The first row of the window, too, follows a row that was not asked for.
        let follows = (self.window > 0 && seq <= self.window)
            || (last.checked_add(1) == Some(seq) && header.prev == Some(*before));
        self.need(follows, seq, Problem::Gap)
    }

    /// Rule 3: a reader who has keys is shown their own chain, with all of them. Else rules 9 and 13 would say nothing.
    pub(super) fn check_own_chain(&self) -> Result<(), Finding> {
        let reader = self.known;
        if !self.checks.has(Rule::Chain)
            || (reader.secrets.is_empty() && !reader.chains.contains_key(&reader.me))
        {
            return Ok(());
        }
        let person = self.people.get(&reader.me);
        let mut keys = reader.secrets.iter().map(EncryptionSecret::public);
        let named = person.is_some_and(|person| keys.all(|key| person.had_by(usize::MAX, &key)));
        if named { Ok(()) } else { Err(Finding::apart(Problem::KeptBack)) }
    }

    /// Rule 2: the intent, and whether its author signed it. `None` for an erasure that is not chat's.
    fn check_intent<'r>(
        &mut self,
        row: &'r Row,
        op: Op,
    ) -> Result<Option<(&'r Entry, bool)>, Finding> {
        let (header, seq) = (row.header(), row.seq());
        let is_intent = |cause: &&Entry| op.intents().contains(&cause.header.op.as_str());
        let Some(cause) = row.cause.as_ref().filter(is_intent) else {
            return match op {
                Op::Erased => Ok(None),
                _ => Err(Finding::at(seq, Problem::NotTheIntent)),
            };
        };
        let intent = &cause.header;
        let mut fits = header.cause == Some(cause.cid)
            && header.author == intent.author
            && intent.did == intent.author;
        if op.is_same() {
            fits &= header.reference == intent.reference
                && header.fact == intent.fact
                && header.body == intent.body;
        }
        self.need(fits, seq, Problem::NotTheIntent)?;
        let signed = match self.check_signature(seq, intent)? {
            None => false,
            Some(index) => {
                let under = self.signed_under.entry(intent.author.clone()).or_default();
                let goes_on = index >= *under;
                *under = (*under).max(index);
                self.use_chain(&intent.author, index);
                self.need(goes_on, seq, Problem::OtherChain)?;
                true
            }
        };
        self.need(self.is_for_here(op, intent, signed), seq, Problem::NotForHere)?;
        let about = match op {
            Op::Erased => header.body.as_ref().map(IdText::from_cid),
            _ => header.reference.clone(),
        };
        let entry = (cause.cid, header.op.clone(), about);
        let once = self.entered.insert(entry);
        self.need(once, seq, Problem::Twice)?;
        // A box may put what was signed once into a second header.
        if let Some(proof) = intent.proof() {
            let text = sha256(proof.signing_input().as_bytes());
            let first = *self.texts.entry(text).or_insert(cause.cid);
            self.need(first == cause.cid, seq, Problem::Twice)?;
        }
        Ok(Some((cause, signed)))
    }

    /// The operation of its author's chain under which an intent is signed. `None` for an unsigned one, which is the box's
    /// word, and so is one that a delegate signed.
    pub(super) fn check_signature(
        &self,
        seq: u64,
        intent: &Header,
    ) -> Result<Option<usize>, Finding> {
        let Some(part) = signed_oneself(intent) else {
            return Ok(None);
        };
        let (index, verifies) = self.signature_of(intent, part);
        self.need(index.is_some(), seq, Problem::KeptBack)?;
        self.need(verifies, seq, Problem::Signature)?;
        Ok(Some(index.unwrap_or(0)))
    }

    /// Returns the index of the chain operation that a proof names, and whether the proof verifies with an auth key in
    /// force there. If the proof names no known operation, the newest keys are used.
    pub(super) fn signature_of(&self, intent: &Header, part: &ProofPart) -> (Option<usize>, bool) {
        let person = self.people.get(&intent.author);
        let index = person.and_then(|person| person.index(part.chain.as_ref()?));
        let state = person.and_then(|person| match index {
            Some(index) => person.states.get(index),
            None => person.states.last(),
        });
        let key = state.and_then(|state| state.auth.get(part.kid.key_id()));
        (index, *part.kid.did() == intent.author && verifies(intent, key))
    }

    /// Records that an entry names an operation of a chain. Returns false if an earlier entry named a newer one.
    pub(super) fn use_chain(&mut self, did: &Did, index: usize) -> bool {
        let used = self.used.entry(did.clone()).or_default();
        let goes_on = index >= *used;
        *used = (*used).max(index);
        goes_on
    }

    /// Whether an intent names this log, and a signed one lets it have consequences here.
    fn is_for_here(&self, op: Op, intent: &Header, signed: bool) -> bool {
        let Some(log) = &self.log else {
            return false;
        };
        let is_log = |id: Option<&IdText>| id.is_some_and(|id| *id.as_str() == *log.as_str());
        let fact = intent.fact.as_ref();
        let named = match op {
            Op::Admitted | Op::EpochMade => is_log(intent.reference.as_ref()),
            Op::Erased if intent.op == "chat.forget" => is_log(intent.reference.as_ref()),
            // A group's own operations name the group, which rule 7 looks at.
            Op::Out | Op::Role => true,
            _ => is_log(fact.and_then(|fact| fact.id("log"))),
        };
        let to = intent.proof_part().is_some_and(|part| part.to.contains(log));
        named && (to || !signed)
    }

    /// Rule 4: what an author had seen is what is shown here, up to their own last entry at least.
    pub(super) fn check_seen(&self, row: &Row, seen: &EntryPosition) -> Result<(), Finding> {
        let seq = row.seq();
        let last = self.last_by.get(&row.header().author);
        let fits = seen.seq < seq && self.shows(seen) && last.is_none_or(|last| *last <= seen.seq);
        self.need(fits, seq, Problem::Fork)
    }

    /// Whether an entry is the one shown here. One that was not asked for is believed.
    pub(super) fn shows(&self, seen: &EntryPosition) -> bool {
        match self.cids.get(&seen.seq) {
            Some(cid) => *cid == seen.cid,
            None => seen.seq < self.window,
        }
    }

    /// The body of a turn, which is never withheld.
    pub(super) fn body_of<'r>(&self, row: &'r Row) -> Result<&'r Value, Finding> {
        let missing = Finding::at(row.seq(), Problem::MissingBody);
        row.body.as_ref().map(|body| &body.value).ok_or(missing)
    }

    /// An entry whose ref, fact or body has another form than its operation's.
    pub(super) fn malformed(row: &Row) -> Finding {
        Finding::at(row.seq(), Problem::Malformed)
    }

    fn act(&mut self, row: &Row, op: Op, intent: &Header, signed: bool) -> Result<(), Finding> {
        match op {
            Op::Opened => self.opened(row, signed),
            Op::Admitted => self.admitted(row, signed),
            Op::Out => self.out(row, intent, signed),
            Op::Role => self.role(row, intent, signed),
            Op::EpochMade => self.epoch_made(row, signed),
            Op::Message => self.message(row, signed),
            Op::Hidden => self.hidden(row, signed),
            Op::Erased => self.erased(row, intent, signed),
            Op::Accepted => self.check_signed(row, signed),
            Op::Other => Ok(()),
        }
    }

    /// Rule 12: nothing unsigned in a sealed conversation.
    pub(super) fn check_signed(&self, row: &Row, signed: bool) -> Result<(), Finding> {
        self.need(signed || !self.sealed, row.seq(), Problem::Unsigned)
    }
}

/// Whether an entry has a proof that verifies with a key.
pub(super) fn verifies(header: &Header, key: Option<&VerifyingKey>) -> bool {
    header.proof().zip(key).is_some_and(|(proof, key)| proof.verify(key).is_ok())
}

/// The proof of an entry that its author signed themselves, and no delegate of theirs.
pub(super) fn signed_oneself(header: &Header) -> Option<&ProofPart> {
    header.proof_part().filter(|_| header.via.is_none())
}

/// The delegate that signed an entry for its author.
pub(super) fn delegate(header: &Header) -> Option<&Did> {
    let part = header.proof_part().filter(|_| header.via.is_some());
    part.map(|part| part.kid.did())
}

/// The name in a genesis that the conversation's own key signed.
fn genesis_name(row: &Row) -> Option<Did> {
    let header = row.header();
    let body = row.body.as_ref()?;
    let (did, chain) = did_of_genesis(body.value.get_str("token")?).ok()?;
    let proof = header.proof()?;
    let key = chain.state().key(KeyRole::Controller, proof.kid.key_id())?;
    proof.verify(&key.public_key().ok()?.verifying_key().ok()?).ok()?;
    let fits = header.op == GENESIS
        && header.body == Some(body.cid)
        && did == header.did
        && did == header.author
        && did == *proof.kid.did()
        && proof.payload.chain == Some(*chain.head_cid());
    conversation_name(&chain.state().services).filter(|_| fits)
}

/// The first entry after which the rows have no gap.
fn window_of(rows: &[Row]) -> u64 {
    let mut window = rows.last().map_or(0, Row::seq);
    for row in rows.iter().rev().skip(1) {
        if row.seq().checked_add(1) != Some(window) {
            break;
        }
        window = row.seq();
    }
    window
}
