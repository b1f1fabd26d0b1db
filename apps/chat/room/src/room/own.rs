//! The reader's own log: how far they had read, whom they compared keys with, the groups that they own, and keyrings.
//!
//! Always: entries follow each other without a gap, and so do each key's proofs (rule 6). Only what the reader signed with a key
//! of their chain counts (rule 2): the rest of their log is the box's word.

use std::collections::{BTreeMap, BTreeSet};

use imajin_dfos::Cid;
use imajin_protocol::entry::{Header, ProofPart, Will};
use imajin_protocol::proof::EntryPosition;
use imajin_protocol::{Did, EncryptionKey, FactItem, IdText};

use super::Room;
use super::conversation_logs::ConversationLogs;
use super::enter::{signed_oneself, verifies};
use crate::ops::{self, Authority};
use crate::people::Person;
use crate::row::{Entry, RowBytes, read_body};
use crate::rule::{Finding, Problem};
use crate::seal::{EncryptionSecret, open_ring};

/// The operations that bring a chain's operations into its owner's log.
const IDENTITY: [&str; 2] = ["auth.identity.create", "auth.identity.update"];
/// The move to another home.
const HOME: &str = "auth.home";

/// The state read from the reader's own log.
#[derive(Debug, Default)]
pub(super) struct Own {
    /// The newest entry of this conversation that they saw.
    pub(super) newest: Option<EntryPosition>,
    /// The groups that they own, each with the admins that they made.
    groups: BTreeMap<IdText, BTreeSet<IdText>>,
    /// The newest operation of each chain whose keys they compared, as they wrote it.
    pins: BTreeMap<Did, IdText>,
    pub(super) logs: ConversationLogs,
    /// Whether an entry before was signed by the reader: from the first such on they have a chain.
    signs: bool,
    /// The newest operation of their chain that an entry named.
    under: usize,
    /// The newest operation of their chain that is in the log.
    entered: Option<usize>,
}

impl Own {
    /// The admins that the reader made, if a group is theirs.
    pub(super) fn admins(&self, group: &Did) -> Option<BTreeSet<&str>> {
        let admins = self.groups.get(&IdText::from_did(group).ok()?)?;
        Some(admins.iter().map(IdText::as_str).collect())
    }

    fn take(&mut self, header: &Header) {
        self.logs.add(header);
        if let Some((who, chain)) = pin_of(header) {
            self.pins.insert(who, chain);
        }
        let verb = header.op.strip_prefix("connections.group.");
        if let (Some(verb), Some(group)) = (verb, &header.reference) {
            self.take_group(verb, group, header);
        }
    }

    fn take_group(&mut self, verb: &str, group: &IdText, header: &Header) {
        let fact = header.fact.as_ref();
        match verb {
            "create" | "take" => {
                self.groups.insert(group.clone(), BTreeSet::new());
            }
            "offer" | "dissolve" => {
                self.groups.remove(group);
            }
            "role" => {
                let dids = fact.and_then(|fact| fact.list("dids"));
                let who = dids.and_then(<[FactItem]>::first);
                let (Some(admins), Some(FactItem::Id(who))) = (self.groups.get_mut(group), who)
                else {
                    return;
                };
                let role = fact.and_then(|fact| fact.id("role"));
                if role.is_some_and(|role| role.as_str() == "admin") {
                    admins.insert(who.clone())
                } else {
                    admins.remove(who)
                };
            }
            _ => (),
        }
    }
}

/// Returns the person whose keys were compared, and the newest operation of their chain at that time.
fn pin_of(header: &Header) -> Option<(Did, IdText)> {
    (header.op == "chat.pin").then_some(())?;
    let who = header.reference.as_ref()?.to_did()?;
    Some((who, header.fact.as_ref()?.id("chain")?.clone()))
}

impl Room<'_> {
    /// Returns the newest entry of this conversation that an entry of the reader's own log names as seen.
    pub(super) fn mark_of(&self, header: &Header) -> Option<EntryPosition> {
        let fact = header.fact.as_ref()?;
        let log = match header.op.as_str() {
            "chat.send" => fact.id("log")?,
            "chat.epoch" | "chat.read" => header.reference.as_ref()?,
            _ => return None,
        };
        let ours = self.log.as_ref().is_some_and(|own| *own.as_str() == *log.as_str());
        ours.then(|| ops::seen(fact)).flatten()
    }

    pub(super) fn read_own(&mut self, rows: &[RowBytes]) -> Result<(), Finding> {
        let gap = Finding::apart(Problem::OwnGap);
        let mut before: Option<(u64, Cid)> = None;
        let mut proofs: BTreeMap<String, Cid> = BTreeMap::new();
        for bytes in rows {
            let entry = Entry::read(&bytes.header).ok_or(gap)?;
            let header = &entry.header;
            let follows = match before {
                None => header.seq == 0,
                Some((seq, cid)) => {
                    seq.checked_add(1) == Some(header.seq) && header.prev == Some(cid)
                }
            };
            let proved = header.proof().is_none_or(|proof| {
                let last = proofs.insert(proof.kid.to_string(), proof.payload.cid());
                proof.payload.after == last
            });
            self.need_apart(follows && proved && header.did == self.known.me, Problem::OwnGap)?;
            let entered = self.operation_in(bytes, header, before);
            self.own.entered = self.own.entered.max(entered);
            before = Some((header.seq, entry.cid));
            if self.is_move(header) {
                self.own.logs.leave_home();
            }
            if !self.counts(header)? {
                continue;
            }
            self.own.newest = newer(self.own.newest.take(), self.mark_of(header));
            self.own.take(header);
            if header.op == "chat.keyring" {
                self.take_ring(bytes, header);
            }
        }
        // Rule 6: the own log of a reader who has a chain begins with the entry that brought it.
        let is_begun = !rows.is_empty() || self.people.get(&self.known.me).is_none();
        self.need_apart(is_begun, Problem::OwnGap)?;
        self.check_reach()?;
        self.check_pins()
    }

    /// Rule 6: the log reaches at least the operations that named this device's keys. A box that cuts it before would leave nothing
    /// of what the reader wrote on other devices. A key that the chain does not name yet brings nothing.
    fn check_reach(&self) -> Result<(), Finding> {
        let person = self.people.get(&self.known.me);
        let is_named_by = |index: usize, key: &EncryptionKey| {
            person.is_some_and(|person| person.had_by(index, key))
        };
        let keys = self.known.secrets.iter().map(EncryptionSecret::public);
        let mut named = keys.filter(|key| is_named_by(usize::MAX, key));
        let entered = self.own.entered;
        let reached = named.all(|key| entered.is_some_and(|index| is_named_by(index, &key)));
        self.need_apart(reached, Problem::OwnGap)
    }

    /// The operation of the reader's chain that an entry brings into their log, signed right after the entry before it.
    fn operation_in(
        &self,
        bytes: &RowBytes,
        header: &Header,
        before: Option<(u64, Cid)>,
    ) -> Option<usize> {
        let part = signed_oneself(header).filter(|_| IDENTITY.contains(&header.op.as_str()))?;
        let seen = part.seen.as_ref().map(|seen| (seen.seq, seen.cid));
        let body = bytes.body.as_deref().and_then(read_body)?;
        let fits = seen == before && header.body == Some(body.cid);
        let person = self.people.get(&self.known.me).filter(|_| fits)?;
        let token = body.value.get_str("token")?;
        let index = person.tokens.iter().position(|one| one == token)?;
        self.is_by_controller(header, part).then_some(index)
    }

    /// Rule 2: whether the reader signed an entry that matters here. Reports an entry as forged if it requires the
    /// reader's key but lacks their signature.
    fn counts(&mut self, header: &Header) -> Result<bool, Finding> {
        let part = signed_oneself(header);
        let signed_before = self.own.signs;
        self.own.signs |= part.is_some();
        let Some(authority) = Authority::from_op(&header.op) else {
            return Ok(false);
        };
        let Some(part) = part else {
            // Before a person has a chain, their whole log depends on the box's word.
            let custodial = matches!(header.will, Will::Custodial) && !signed_before;
            self.need_apart(authority == Authority::Any || custodial, Problem::OwnForged)?;
            return Ok(false);
        };
        self.need_apart(header.author == self.known.me, Problem::OwnForged)?;
        let (index, verifies) = self.signature_of(header, part);
        self.need_apart(index.is_some(), Problem::KeptBack)?;
        let index = index.unwrap_or(self.own.under);
        self.need_apart(verifies && index >= self.own.under, Problem::OwnForged)?;
        self.own.under = index;
        Ok(true)
    }

    /// Whether an entry moves the reader to a home.
    fn is_move(&self, header: &Header) -> bool {
        let part = signed_oneself(header).filter(|_| header.op == HOME);
        part.is_some_and(|part| self.is_by_controller(header, part))
    }

    /// Whether a controller key of the reader signed an entry, in the state that its proof names.
    fn is_by_controller(&self, header: &Header, part: &ProofPart) -> bool {
        let person = self.people.get(&self.known.me);
        let state =
            person.and_then(|person| person.states.get(person.index(part.chain.as_ref()?)?));
        let key = state.and_then(|state| state.controllers.get(part.kid.key_id()));
        *part.kid.did() == self.known.me && verifies(header, key)
    }

    /// Rule 3: each chain extends the one whose keys the reader compared.
    fn check_pins(&self) -> Result<(), Finding> {
        let goes_on = self.own.pins.iter().all(|(did, chain)| {
            let index = |person: &Person| person.index(&chain.to_cid()?);
            let person = self.people.get(did);
            person.is_none_or(|person| index(person).is_some())
        });
        self.need_apart(goes_on, Problem::OtherChain)
    }

    /// Reads this conversation's secrets from a keyring. Ignores a keyring that cannot be decrypted.
    fn take_ring(&mut self, bytes: &RowBytes, header: &Header) {
        let body = bytes.body.as_deref().and_then(read_body);
        let body = body.filter(|body| header.body == Some(body.cid));
        let Some((wraps, sealed)) = body.and_then(|body| ops::keyring(&body.value)) else {
            return;
        };
        for secret in &self.known.secrets {
            let Some(wrapped) = wraps.get(secret.public().as_bytes()) else {
                continue;
            };
            let opened = open_ring(secret, &self.known.me, wrapped, &sealed);
            for one in opened.into_iter().flatten() {
                if Some(&one.log) == self.log.as_ref() {
                    self.ring.entry(one.epoch).or_default().push(one.secret);
                }
            }
        }
    }
}

/// The newer of two entries; of two at one place the later said.
fn newer(one: Option<EntryPosition>, other: Option<EntryPosition>) -> Option<EntryPosition> {
    match (one, other) {
        (Some(one), Some(other)) if other.seq < one.seq => Some(one),
        (one, other) => other.or(one),
    }
}
