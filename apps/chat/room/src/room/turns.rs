//! Rule 7: who may change who is in.

use imajin_protocol::entry::Header;
use imajin_protocol::{Did, IdText};

use super::{Admins, Room};
use crate::ops::{Admit, Kind, OpenBody, OpenFact, Role, SEALED_MEMBERS_MAX, TurnFact};
use crate::row::Row;
use crate::rule::{Finding, Problem};

impl Room<'_> {
    pub(super) fn opened(&mut self, row: &Row, signed: bool) -> Result<(), Finding> {
        let (header, seq) = (row.header(), row.seq());
        let fact = OpenFact::read(header.fact.as_ref()).ok_or(Self::malformed(row))?;
        let body = OpenBody::read(self.body_of(row)?).ok_or(Self::malformed(row))?;
        let name = header.reference.as_ref().map(IdText::as_str);
        let named = name == Some(self.known.name.as_str()) && fact.kind == self.kind;
        self.need(named, seq, Problem::OtherLog)?;
        self.check_log(seq, &header.author, &fact)?;
        self.check_own_record(seq, &fact)?;
        let may = self.turns == 0 && self.may_open(&header.author, &fact, &body);
        self.need(may, seq, Problem::OpenedBy)?;
        let may = signed || self.may_open_unsigned(&header.author, &fact, &body);
        self.need(may, seq, Problem::UnsignedTurn)?;
        self.sealed = fact.sealed;
        self.of = fact.of;
        self.members = body.members;
        self.check_keyless(row, &fact.keyless)
    }

    /// Rule 1: a name has one log. Another log is valid only if a leader continues the previous one.
    fn check_log(&self, seq: u64, author: &Did, fact: &OpenFact) -> Result<(), Finding> {
        let earlier_log = self.known.log.as_ref();
        let Some(before) = earlier_log.filter(|log| self.log.as_ref() != Some(*log)) else {
            return Ok(());
        };
        let goes_on = fact.after.as_ref() == Some(before)
            && self.known.leaders.contains(author)
            && (fact.sealed || !self.known.sealed);
        self.need(goes_on, seq, Problem::OtherLog)
    }

    fn may_open(&self, author: &Did, fact: &OpenFact, body: &OpenBody) -> bool {
        let members = &body.members;
        let mut dids = members.keys();
        match self.kind {
            Kind::Direct => match (dids.next(), dids.next(), dids.next()) {
                (Some(one), Some(other), None) => {
                    members.contains_key(author) && Did::direct(one, other) == self.known.name
                }
                _ => false,
            },
            Kind::Group => {
                let leads = members.get(author).is_some_and(|role| role.leads());
                let of = fact.of.as_ref();
                leads && of.is_some_and(|group| self.may_open_of(author, group))
            }
            Kind::Event => !fact.sealed,
        }
    }

    /// Whether an opening may be the box's word alone. A person with a chain may open a readable conversation in a session,
    /// but a box takes none without a reason: a member lacks a key, or there are too many members.
    fn may_open_unsigned(&self, author: &Did, fact: &OpenFact, body: &OpenBody) -> bool {
        let says_why = !fact.keyless.is_empty() || body.members.len() > SEALED_MEMBERS_MAX;
        let has_chain = self.people.get(author).is_some();
        !fact.sealed && (self.kind == Kind::Event || says_why || !has_chain)
    }

    /// Whether the reader lets this leader open a group's conversation.
    fn may_open_of(&self, author: &Did, group: &Did) -> bool {
        let may = |named: bool| *author == self.known.me || named;
        match &self.known.admins {
            Admins::Anyone => true,
            Admins::These(admins) => may(admins.contains(author)),
            // The name must be the group's, so that a conversation of one group cannot be opened in the name of
            // another.
            Admins::Own => {
                let admins = self.own.admins(group);
                Did::conversation_of(group) == self.known.name
                    && admins.is_none_or(|admins| may(admins.contains(author.as_str())))
            }
        }
    }

    /// Rule 12: turns need a signature, except by a person without a key in a readable conversation.
    fn check_turn(&self, row: &Row, signed: bool) -> Result<(), Finding> {
        let has_key = self.people.get(&row.header().author).is_some();
        self.need(signed || !(self.sealed || has_key), row.seq(), Problem::UnsignedTurn)
    }

    pub(super) fn admitted(&mut self, row: &Row, signed: bool) -> Result<(), Finding> {
        let (header, seq) = (row.header(), row.seq());
        let admit = Admit::read(header.fact.as_ref()).ok_or(Self::malformed(row))?;
        self.check_turn(row, signed)?;
        let least = if admit.role.leads() { Role::Owner } else { Role::Admin };
        let author = self.members.get(&header.author);
        let may = self.kind == Kind::Group
            && author.is_some_and(|role| *role >= least)
            && admit.role != Role::Owner
            && admit.turns <= self.turns;
        self.need(may, seq, Problem::AdmittedBy)?;
        for did in admit.dids {
            self.members.entry(did).or_insert(admit.role);
        }
        Ok(())
    }

    pub(super) fn out(&mut self, row: &Row, intent: &Header, signed: bool) -> Result<(), Finding> {
        let (header, seq) = (row.header(), row.seq());
        let who = who(header).ok_or(Self::malformed(row))?;
        let by_self = intent.op.ends_with(".leave");
        let may = if by_self {
            self.need(signed || !self.sealed, seq, Problem::UnsignedTurn)?;
            who == header.author && self.is_of(intent)
        } else {
            self.check_turn(row, signed)?;
            self.names(intent, &who) && self.outranks(&header.author, &who)
        };
        self.need(may, seq, Problem::OutBy)?;
        self.members.remove(&who);
        self.offered.take_if(|offered| *offered == who);
        Ok(())
    }

    /// A leader over a member, the owner over an admin. Somebody who is not in can be put out of the group all the same.
    fn outranks(&self, author: &Did, who: &Did) -> bool {
        let author = self.members.get(author);
        let who = self.members.get(who);
        author.is_some_and(|author| author.leads() && who.is_none_or(|who| author > who))
    }

    pub(super) fn role(&mut self, row: &Row, intent: &Header, signed: bool) -> Result<(), Finding> {
        let (header, seq) = (row.header(), row.seq());
        let who = who(header).ok_or(Self::malformed(row))?;
        let fact = TurnFact::read(header.fact.as_ref()).ok_or(Self::malformed(row))?;
        self.check_turn(row, signed)?;
        self.need(self.may_give(&header.author, &who, fact, intent), seq, Problem::RoleBy)?;
        self.give(who, fact);
        Ok(())
    }

    fn may_give(&self, author: &Did, who: &Did, fact: TurnFact, intent: &Header) -> bool {
        let owns = self.members.get(author) == Some(&Role::Owner);
        match (intent.op.rsplit('.').next(), fact) {
            (Some("role"), TurnFact::Role(role)) => {
                let role_id = intent.fact.as_ref().and_then(|fact| fact.id("role"));
                let same = role_id.is_some_and(|said| said.as_str() == role.as_str());
                let other = who != author && role != Role::Owner;
                owns && same && other && self.names(intent, who)
            }
            (Some("offer"), TurnFact::Offered) => owns && self.names(intent, who),
            (Some("take"), TurnFact::Role(Role::Owner)) => {
                let offered = self.offered.as_ref() == Some(author);
                who == author && offered && self.is_of(intent)
            }
            // The owner before stays as an admin, once the other owns it.
            (Some("take"), TurnFact::Role(Role::Admin)) => {
                let owned = self.members.get(who) == Some(&Role::Owner);
                owns && owned && who != author && self.is_of(intent)
            }
            _ => false,
        }
    }

    fn give(&mut self, who: Did, fact: TurnFact) {
        let Some(role) = self.members.get_mut(&who) else {
            return;
        };
        match fact {
            // Offered to its owner, it stays theirs.
            TurnFact::Offered if *role == Role::Owner => self.offered = None,
            TurnFact::Offered => self.offered = Some(who),
            TurnFact::Role(new) => {
                *role = new;
                self.offered.take_if(|offered| *offered == who);
            }
        }
    }

    /// Whether a group's operation is about this conversation's group.
    fn is_of(&self, intent: &Header) -> bool {
        let of = intent.reference.as_ref().and_then(IdText::to_did);
        of.is_some() && of == self.of
    }

    /// Whether a group's operation is about this conversation's group and about this person alone.
    fn names(&self, intent: &Header, who: &Did) -> bool {
        let dids = intent.fact.as_ref().and_then(|fact| fact.ids("dids"));
        let alone = match dids.as_deref() {
            Some([did]) => did.as_str() == who.as_str(),
            _ => false,
        };
        alone && self.is_of(intent)
    }
}

fn who(header: &Header) -> Option<Did> {
    header.reference.as_ref()?.to_did()
}
