//! A conversation as it is read, entry by entry: who is in, under which epoch, what was said.
//!
//! Always: the first thing that an honest box cannot show ends the reading ([`Report::stop`]); what an honest box cannot
//! see makes one entry void and ends nothing.

mod conversation_logs;
mod enter;
mod epochs;
mod input;
mod messages;
mod own;
mod reader_rules;
mod turns;

use std::collections::{BTreeMap, BTreeSet};

use imajin_dfos::{Cid, Timestamp};
use imajin_protocol::proof::EntryPosition;
use imajin_protocol::{Did, IdText};

use crate::ops::{Kind, Role};
use crate::people::People;
use crate::row::{Entry, ROWS_MAX, Row};
use crate::rule::{Checks, Finding, Problem};
use crate::seal::Secret;
pub use input::{Admins, ReaderState, RoomInput};

/// The state of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// A sealed message that this device decrypted.
    Opened,
    /// A readable message: the box can read it, too.
    Plain,
    /// An invalid message.
    Void,
    /// A message that its author deleted.
    Deleted,
    /// A message that a leader hid.
    Hidden,
    /// A message for which this device has no key.
    Locked,
    /// A message from a time when the reader was not a member.
    Unseen,
    /// A message of a newer version.
    Newer,
}

impl MessageState {
    /// Returns the name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Plain => "plain",
            Self::Void => "void",
            Self::Deleted => "deleted",
            Self::Hidden => "hidden",
            Self::Locked => "locked",
            Self::Unseen => "unseen",
            Self::Newer => "newer",
        }
    }
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The place of the entry.
    pub seq: u64,
    /// The time of the entry, by the box's clock.
    pub at: Timestamp,
    /// The message's ID.
    pub id: IdText,
    /// The author.
    pub from: Did,
    /// Whether the author signed the message; else only the box vouches for it.
    pub signed: bool,
    /// The agent that wrote the message for its author, by the box's word.
    pub via: Option<Did>,
    /// The message that it is about.
    pub re: Option<IdText>,
    /// The state of the message.
    pub state: MessageState,
    /// The contents, if they can be shown.
    pub said: Option<crate::ops::MessageContents>,
}

/// The result of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The finding that stops the conversation: nothing may be sent.
    pub stop: Option<Finding>,
    /// The invalid entries, in order.
    pub voids: Vec<Finding>,
    /// Why the reader's page makes a new epoch.
    pub renew: Option<Finding>,
    /// The newest entry.
    pub head: Option<EntryPosition>,
    /// Whether nothing in it is readable by the box.
    pub sealed: bool,
    /// The newest epoch; 0 without one.
    pub epoch: u64,
    /// The number of turns.
    pub turns: u64,
    /// The current members with their roles.
    pub members: BTreeMap<Did, Role>,
    /// The messages, up to the stopping entry.
    pub messages: Vec<Message>,
    /// Whether an entry was written by a newer version.
    pub newer: bool,
}

/// Checks what a box shows against all the rules.
pub fn verify(shown: &RoomInput, known: &ReaderState) -> Report {
    verify_by(shown, known, Checks::ALL)
}

pub(crate) fn verify_by(shown: &RoomInput, known: &ReaderState, checks: Checks) -> Report {
    let people = match People::read(&shown.chains, &known.chains, checks) {
        Ok(people) => people,
        Err(finding) => {
            return Report { stop: Some(finding), ..Report::default() };
        }
    };
    let mut room = Room::new(&people, known, checks);
    let stop = room.read(shown).err();
    room.report(stop)
}

/// An epoch as later entries are held to it.
#[derive(Debug)]
struct Epoch {
    number: u64,
    seq: u64,
    at: Timestamp,
    /// The keys that each member's wraps are for.
    keys: BTreeMap<Did, BTreeSet<[u8; 32]>>,
    /// Messages under it.
    messages: u64,
    /// Why this reader's copy is none, if it is none.
    problem: Option<Problem>,
}

/// The state of a conversation after some of its entries.
struct Room<'a> {
    people: &'a People,
    known: &'a ReaderState,
    checks: Checks,
    /// The log, once its entry 0 was read.
    log: Option<Did>,
    kind: Kind,
    /// The group or event that it belongs to.
    of: Option<Did>,
    cids: BTreeMap<u64, Cid>,
    /// The first entry of the window in which rows are complete.
    window: u64,
    members: BTreeMap<Did, Role>,
    /// The member to whom the group is offered.
    offered: Option<Did>,
    sealed: bool,
    turns: u64,
    /// The turns from the newest epoch on.
    since_epoch: Vec<EntryPosition>,
    epoch: Option<Epoch>,
    /// The time of each maker's last epoch without a reason.
    uncalled: BTreeMap<Did, Timestamp>,
    secrets: BTreeMap<u64, Secret>,
    /// Secrets from keyrings.
    ring: BTreeMap<u64, Vec<Secret>>,
    /// The newest operation of each chain that an intent of its owner named.
    signed_under: BTreeMap<Did, usize>,
    /// The newest one that any entry named.
    used: BTreeMap<Did, usize>,
    last_by: BTreeMap<Did, u64>,
    /// The entries that followed from each intent: operation and ref.
    entered: BTreeSet<(Cid, String, Option<IdText>)>,
    /// The intent around each signed text, by the text's SHA-256.
    texts: BTreeMap<[u8; 32], Cid>,
    messages: Vec<Message>,
    by_id: BTreeMap<IdText, usize>,
    /// Messages whose bodies are not there.
    missing: BTreeSet<usize>,
    own: own::Own,
    voids: Vec<Finding>,
    /// Whether a newer version wrote something here.
    newer: bool,
}

impl<'a> Room<'a> {
    fn new(people: &'a People, known: &'a ReaderState, checks: Checks) -> Self {
        Self {
            people,
            known,
            checks,
            log: None,
            kind: Kind::from_name(&known.name).unwrap_or(Kind::Direct),
            of: None,
            cids: BTreeMap::new(),
            window: 0,
            members: BTreeMap::new(),
            offered: None,
            sealed: false,
            turns: 0,
            since_epoch: Vec::new(),
            epoch: None,
            uncalled: BTreeMap::new(),
            secrets: BTreeMap::new(),
            ring: BTreeMap::new(),
            signed_under: BTreeMap::new(),
            used: BTreeMap::new(),
            last_by: BTreeMap::new(),
            entered: BTreeSet::new(),
            texts: BTreeMap::new(),
            messages: Vec::new(),
            by_id: BTreeMap::new(),
            missing: BTreeSet::new(),
            own: own::Own::default(),
            voids: Vec::new(),
            newer: false,
        }
    }

    fn read(&mut self, shown: &RoomInput) -> Result<(), Finding> {
        let malformed = |seq| Finding { seq, problem: Problem::Malformed };
        if shown.rows.len() > ROWS_MAX {
            return Err(malformed(None));
        }
        let mut rows = Vec::with_capacity(shown.rows.len());
        for bytes in &shown.rows {
            let before = rows.last().map(Row::seq);
            rows.push(Row::read(bytes).ok_or(malformed(before))?);
        }
        self.check_own_chain()?;
        self.begin(&rows)?;
        if let Some(own) = &shown.own {
            self.read_own(own)?;
        }
        for row in rows.iter().skip(1) {
            self.enter(row)?;
        }
        for bytes in &shown.reads {
            let mark = Entry::read(bytes).ok_or(malformed(None))?;
            self.check_read(&mark)?;
        }
        self.check_known()?;
        self.check_bodies()
    }

    /// An error if a rule is checked and broken.
    fn need(&self, holds: bool, seq: u64, problem: Problem) -> Result<(), Finding> {
        if holds || !self.checks.has(problem.rule()) {
            Ok(())
        } else {
            Err(Finding::at(seq, problem))
        }
    }

    /// Notes a problem that is about no entry of the conversation.
    fn need_apart(&self, holds: bool, problem: Problem) -> Result<(), Finding> {
        self.need(holds, 0, problem).map_err(|found| Finding { seq: None, ..found })
    }

    fn void(&mut self, seq: u64, problem: Problem) {
        if self.checks.has(problem.rule()) {
            self.voids.push(Finding::at(seq, problem));
        }
    }

    fn leads(&self, did: &Did) -> bool {
        self.members.get(did).is_some_and(|role| role.leads())
    }

    fn head(&self) -> Option<EntryPosition> {
        let (seq, cid) = self.cids.last_key_value()?;
        Some(EntryPosition { seq: *seq, cid: *cid })
    }

    fn report(self, stop: Option<Finding>) -> Report {
        let renew = self.renewal();
        let mut voids = self.voids.clone();
        voids.sort_unstable();
        voids.dedup();
        Report {
            renew: renew.filter(|_| stop.is_none()),
            stop,
            voids,
            head: self.head(),
            sealed: self.sealed,
            epoch: self.epoch.as_ref().map_or(0, |epoch| epoch.number),
            turns: self.turns,
            members: self.members,
            messages: self.messages,
            newer: self.newer,
        }
    }
}
