//! The logs of conversations that the reader's own record names. A box can show no other log in their place, and no readable
//! conversation in the place of a sealed one, even to a page that remembers nothing.
//!
//! Always: only entries that count (rule 2) name a log. A move leaves conversations at the home before, so a log holds its name
//! only for as long as the reader stays.

use std::collections::BTreeMap;

use imajin_protocol::entry::Header;
use imajin_protocol::{Did, DidKind, IdText};

use super::Room;
use crate::ops::{Kind, OpenFact};
use crate::rule::{Finding, Problem};

/// A conversation's log, as the reader's entries describe it.
#[derive(Debug)]
struct ConversationLog {
    /// The number of logs that were named before it.
    order: usize,
    /// The conversation's name, if an opening or an acceptance says it. Else the log's genesis does.
    name: Option<IdText>,
    /// Whether an entry names it since the reader last moved.
    is_at_home: bool,
    /// Whether the reader opened the conversation sealed.
    is_opened_sealed: bool,
    /// Whether the reader opened it sealed, or wrote in it under an epoch.
    is_sealed: bool,
}

/// All logs that the reader's own record names.
#[derive(Debug, Default)]
pub(super) struct ConversationLogs(BTreeMap<Did, ConversationLog>);

impl ConversationLogs {
    /// Notes that the reader moved.
    pub(super) fn leave_home(&mut self) {
        for log in self.0.values_mut() {
            log.is_at_home = false;
        }
    }

    /// Adds what an entry that counts says.
    pub(super) fn add(&mut self, header: &Header) {
        let fact = header.fact.as_ref();
        let log = match header.op.as_str() {
            "chat.accept" | "chat.hide" | "chat.open" | "chat.send" => {
                fact.and_then(|fact| fact.id("log"))
            }
            "chat.admit" | "chat.epoch" | "chat.forget" | "chat.read" => header.reference.as_ref(),
            _ => None,
        };
        let Some(did) = log.and_then(key_did) else {
            return;
        };
        let order = self.0.len();
        let log = self.0.entry(did).or_insert_with(|| ConversationLog {
            order,
            name: None,
            is_at_home: true,
            is_opened_sealed: false,
            is_sealed: false,
        });
        log.is_at_home = true;
        let int = |key| fact.and_then(|fact| fact.int(key)).unwrap_or(0);
        match header.op.as_str() {
            "chat.accept" => log.name = log.name.take().or_else(|| direct_name(header)),
            "chat.open" => {
                log.name = log.name.take().or_else(|| header.reference.clone());
                log.is_opened_sealed |= int("sealed") == 1;
                log.is_sealed |= log.is_opened_sealed;
            }
            "chat.epoch" => log.is_sealed = true,
            "chat.send" => log.is_sealed |= int("epoch") > 0,
            _ => (),
        }
    }
}

/// The name of the conversation with the person whose request an entry accepts.
fn direct_name(header: &Header) -> Option<IdText> {
    let other = key_did(header.reference.as_ref()?)?;
    IdText::from_did(&Did::direct(&header.did, &other)).ok()
}

/// The DID of a person or of a log.
fn key_did(id: &IdText) -> Option<Did> {
    id.to_did().filter(|did| did.kind() == DidKind::Key)
}

impl Room<'_> {
    /// Whether a log that the reader's record names is of this conversation.
    fn has_this_name(&self, did: &Did, log: &ConversationLog) -> bool {
        match &log.name {
            Some(name) => *name.as_str() == *self.known.name.as_str(),
            None => {
                let person = self.people.get(did);
                person.is_some_and(|person| person.conversation.as_ref() == Some(&self.known.name))
            }
        }
    }

    /// Rules 1 and 12: the log is the one that the reader's own record names, or continues an earlier one. It is not opened
    /// readable where the record says that the conversation is sealed.
    pub(super) fn check_own_record(&self, seq: u64, fact: &OpenFact) -> Result<(), Finding> {
        let is_this = |did: &Did| self.log.as_ref() == Some(did);
        let logs = self.own.logs.0.iter();
        let mut logs: Vec<_> = logs.filter(|(did, log)| self.has_this_name(did, log)).collect();
        logs.sort_unstable_by_key(|(_, log)| log.order);
        let this_log = logs.iter().find(|(did, _)| is_this(did));
        let was_opened_sealed = this_log.is_some_and(|(_, log)| log.is_opened_sealed);
        self.need(fact.sealed || !was_opened_sealed, seq, Problem::Readable)?;
        let newest = logs.iter().rfind(|(_, log)| log.is_at_home);
        let is_newest = newest.is_none_or(|(did, _)| is_this(did));
        let continues = fact.after.is_some() || self.known.is_continued;
        self.need(is_newest || continues, seq, Problem::OtherLog)?;
        let was_sealed = logs.last().is_some_and(|(_, log)| log.is_sealed);
        let is_downgrade = this_log.is_none() && was_sealed && !fact.sealed;
        self.need(!is_downgrade, seq, Problem::OtherLog)
    }

    /// Rule 3: in a readable conversation, every other log that the reader's record names says of which conversation it is.
    /// One whose genesis is not shown may be the sealed log of this name.
    pub(super) fn check_geneses(&self) -> Result<(), Finding> {
        if self.sealed || self.kind == Kind::Event {
            return Ok(());
        }
        let are_shown = self.own.logs.0.iter().all(|(did, log)| {
            !log.is_at_home
                || log.name.is_some()
                || self.log.as_ref() == Some(did)
                || self.people.get(did).is_some()
        });
        self.need_apart(are_shown, Problem::GenesisKeptBack)
    }
}
