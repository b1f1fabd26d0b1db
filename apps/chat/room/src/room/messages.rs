//! Rules 11 to 15: messages, their authors, epochs and states.

use imajin_dfos::Timestamp;
use imajin_protocol::entry::Header;
use imajin_protocol::{Did, IdText};

use super::enter::delegate;
use super::{Message, MessageState, Room};
use crate::ops::{Kind, MessageBody, MessageContents, MessageFact, Unreadable, erased_bodies};
use crate::row::Row;
use crate::rule::{Finding, Problem};
use crate::seal::{MessagePlace, Sealed, open};

/// Time in milliseconds that a person's first key may take to become known to others.
const KEYLESS_MS: i64 = 300 * 1000;
const ID_PREFIX: &str = "msg_";
const ID_HEX: usize = 24;

impl Room<'_> {
    pub(super) fn message(&mut self, row: &Row, signed: bool) -> Result<(), Finding> {
        let (header, seq) = (row.header(), row.seq());
        let fact = MessageFact::read(header.fact.as_ref()).ok_or(Self::malformed(row))?;
        let id = header.reference.clone().filter(is_message_id).ok_or(Self::malformed(row))?;
        let body = match &row.body {
            Some(body) => Some(MessageBody::read(&body.value).ok_or(Self::malformed(row))?),
            None => None,
        };
        self.need(!self.by_id.contains_key(&id), seq, Problem::Twice)?;
        self.check_seen(row, &fact.seen)?;
        self.check_signed(row, signed)?;
        let is_boxed = matches!(body, None | Some(MessageBody::Sealed(_))) && fact.epoch > 0;
        self.need(is_boxed || !self.sealed, seq, Problem::Readable)?;
        let is_in = self.kind == Kind::Event || self.members.contains_key(&header.author);
        self.need(is_in, seq, Problem::Stranger)?;
        self.check_epoch(seq, &fact)?;
        self.check_keyless(row, &fact.keyless)?;
        if let Some(epoch) = &mut self.epoch {
            epoch.messages += 1;
        }
        let missing = body.is_none();
        let (state, said) = match body {
            None => (MessageState::Unseen, None),
            Some(MessageBody::Plain(said)) => (MessageState::Plain, Some(said)),
            Some(MessageBody::Newer) => (MessageState::Newer, None),
            Some(MessageBody::Sealed(sealed)) => self.open(header, &fact, &id, &sealed),
        };
        let message = Message {
            seq,
            at: header.at,
            id,
            from: header.author.clone(),
            signed,
            via: row.cause.as_ref().and_then(|cause| delegate(&cause.header)).cloned(),
            re: fact.re,
            state,
            said,
        };
        self.keep(message, missing);
        Ok(())
    }

    fn open(
        &self,
        header: &Header,
        fact: &MessageFact,
        id: &IdText,
        sealed: &Sealed,
    ) -> (MessageState, Option<MessageContents>) {
        let Some(secret) = self.secrets.get(&fact.epoch) else {
            return (MessageState::Locked, None);
        };
        let place = MessagePlace {
            name: &self.known.name,
            log: &header.did,
            epoch: fact.epoch,
            sender: &header.author,
            id,
            re: fact.re.as_ref(),
        };
        match open(secret, &place, sealed).map(|text| MessageContents::from_box(&text)) {
            Some(Ok(said)) => (MessageState::Opened, Some(said)),
            Some(Err(Unreadable::Newer)) => (MessageState::Newer, None),
            Some(Err(Unreadable::Malformed)) | None => (MessageState::Void, None),
        }
    }

    /// Rule 14, and the message's place among the others.
    fn keep(&mut self, mut message: Message, missing: bool) {
        let authors = message.said.as_ref().is_some_and(|said| said.kind.is_authors());
        let problem = match message.state {
            MessageState::Void => Some(Problem::BadBox),
            _ if authors && !self.is_by(&message) => Some(Problem::NotAuthor),
            _ => None,
        };
        if let Some(problem) = problem.filter(|problem| self.checks.has(problem.rule())) {
            message.state = MessageState::Void;
            message.said = None;
            self.void(message.seq, problem);
        }
        let index = self.messages.len();
        let here = self.kind == Kind::Event || self.members.contains_key(&self.known.me);
        if missing && here {
            self.missing.insert(index);
        }
        self.by_id.insert(message.id.clone(), index);
        self.messages.push(message);
    }

    /// Whether what a message is about is by its own author. What was not asked for can't be told, and is believed.
    fn is_by(&self, message: &Message) -> bool {
        let about = message.re.as_ref().and_then(|re| self.by_id.get(re));
        match about.and_then(|index| self.messages.get(*index)) {
            Some(about) => about.from == message.from,
            None => self.window > 0,
        }
    }

    /// Rule 11: a message is under the newest epoch, no turn came since, and its author knew the same turns.
    fn check_epoch(&self, seq: u64, fact: &MessageFact) -> Result<(), Finding> {
        let Some(epoch) = &self.epoch else {
            self.need(fact.epoch == 0, seq, Problem::OldEpoch)?;
            return self.need(fact.turns <= self.turns, seq, Problem::OtherTurns);
        };
        // The epoch itself is the first of the turns since.
        let newest = fact.epoch == epoch.number && self.since_epoch.len() == 1;
        self.need(newest, seq, Problem::OldEpoch)?;
        self.need(fact.turns == self.turns, seq, Problem::OtherTurns)
    }

    /// Rule 13: nothing is readable for the lack of a key that its owner had.
    pub(super) fn check_keyless(&self, row: &Row, keyless: &[Did]) -> Result<(), Finding> {
        let intent = row.cause.as_ref().map(|cause| &cause.header);
        let signed = intent.and_then(Header::proof_part).map(|part| part.iat);
        let signed = signed.map(|secs| secs.saturating_mul(1000));
        let at = signed.unwrap_or(row.header().at.as_millis());
        let then = Timestamp::from_millis(at.saturating_sub(KEYLESS_MS)).ok();
        let had = keyless.iter().any(|did| {
            let person = self.people.get(did);
            let state = person.and_then(|person| person.at(then?));
            state.is_some_and(|state| !state.encryption.is_empty())
        });
        self.need(!had, row.seq(), Problem::Keyless)
    }

    /// A leader hides a message.
    pub(super) fn hidden(&mut self, row: &Row, signed: bool) -> Result<(), Finding> {
        self.check_signed(row, signed)?;
        let header = row.header();
        let id = header.reference.as_ref().ok_or(Self::malformed(row))?;
        self.need(self.leads(&header.author), row.seq(), Problem::HiddenBy)?;
        if let Some(index) = self.by_id.get(id).copied() {
            self.end(index, MessageState::Hidden);
        }
        Ok(())
    }

    /// An author deletes a message, or all of theirs.
    pub(super) fn erased(
        &mut self,
        row: &Row,
        intent: &Header,
        signed: bool,
    ) -> Result<(), Finding> {
        self.check_signed(row, signed)?;
        if let Some(body) = &row.body {
            erased_bodies(&body.value).ok_or(Self::malformed(row))?;
        }
        let author = &row.header().author;
        let is_theirs = |message: &Message| message.from == *author;
        if intent.op == "chat.forget" {
            for index in 0..self.messages.len() {
                if self.messages.get(index).is_some_and(is_theirs) {
                    self.end(index, MessageState::Deleted);
                }
            }
            return Ok(());
        }
        let id = intent.reference.as_ref().ok_or(Self::malformed(row))?;
        let Some(index) = self.by_id.get(id).copied() else {
            return Ok(());
        };
        if self.messages.get(index).is_some_and(is_theirs) {
            self.end(index, MessageState::Deleted)
        } else {
            self.void(row.seq(), Problem::NotAuthor)
        }
        Ok(())
    }

    fn end(&mut self, index: usize, state: MessageState) {
        if let Some(message) = self.messages.get_mut(index) {
            // A deleted message stays deleted.
            if message.state != MessageState::Deleted {
                message.state = state;
            }
            message.said = None;
            self.missing.remove(&index);
        }
    }

    /// Rule 15: every body that is not there was deleted or hidden, or was never for this reader.
    pub(super) fn check_bodies(&self) -> Result<(), Finding> {
        let first = self.missing.first();
        match first.and_then(|index| self.messages.get(*index)) {
            Some(message) => self.need(false, message.seq, Problem::MissingBody),
            None => Ok(()),
        }
    }
}

fn is_message_id(id: &IdText) -> bool {
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let hex = id.as_str().strip_prefix(ID_PREFIX);
    hex.is_some_and(|hex| hex.len() == ID_HEX && hex.bytes().all(is_hex))
}
