//! Rules 8 to 10: epochs, for exactly those who are in and exactly their keys.

use std::collections::{BTreeMap, BTreeSet};

use imajin_dfos::order;
use imajin_protocol::Did;

use super::{Epoch, Room};
use crate::ops::{EpochBody, EpochFact, Kind, MemberKeys};
use crate::row::Row;
use crate::rule::{Finding, Problem, Rule};
use crate::seal::{SUITE, Secret, WrapInfo, check_of, open_wrap};

/// Messages under one epoch before another is called for.
const EPOCH_MESSAGES_MAX: u64 = 1000;
/// The time in milliseconds after which another epoch is called for.
const EPOCH_MS_MAX: i64 = 30 * 24 * 3600 * 1000;
/// Between two epochs of one maker that nothing called for, in milliseconds.
const UNCALLED_MS: i64 = 3600 * 1000;
/// After a change of keys others need a moment to learn of it, in milliseconds.
const LATE_MS: i64 = 60 * 1000;

type Keys = BTreeMap<Did, BTreeSet<[u8; 32]>>;

impl Room<'_> {
    pub(super) fn epoch_made(&mut self, row: &Row, signed: bool) -> Result<(), Finding> {
        let (header, seq) = (row.header(), row.seq());
        let fact = EpochFact::read(header.fact.as_ref()).ok_or(Self::malformed(row))?;
        let body = EpochBody::read(self.body_of(row)?).ok_or(Self::malformed(row))?;
        self.need(signed, seq, Problem::Unsigned)?;
        self.check_seen(row, &fact.seen)?;
        let next = self.epoch.as_ref().map_or(1, |epoch| epoch.number + 1);
        self.need(fact.epoch == next, seq, Problem::EpochNumber)?;
        let is_in = self.members.contains_key(&header.author) && self.kind != Kind::Event;
        self.need(is_in, seq, Problem::EpochMaker)?;
        let turns = fact.turns == self.turns && body.turns == self.since_epoch;
        self.need(turns, seq, Problem::EpochTurns)?;
        self.need(body.members.keys().eq(self.members.keys()), seq, Problem::EpochMembers)?;
        for (did, keys) in &body.members {
            self.check_keys(seq, did, keys)?;
        }
        let keys = keys_of(&body);
        self.check_called(row, &keys)?;
        let problem = self.take_secret(row, next, &body)?;
        self.epoch = Some(Epoch { number: next, seq, at: header.at, keys, messages: 0, problem });
        self.sealed = true;
        self.since_epoch.clear();
        Ok(())
    }

    fn check_keys(&mut self, seq: u64, did: &Did, keys: &MemberKeys) -> Result<(), Finding> {
        let person = self.people.get(did);
        let index = person.and_then(|person| person.index(&keys.chain));
        self.need(index.is_some(), seq, Problem::KeptBack)?;
        let Some(index) = index else {
            return Ok(());
        };
        let goes_on = self.use_chain(did, index);
        self.need(goes_on, seq, Problem::EpochOldState)?;
        let state = person.and_then(|person| person.states.get(index));
        let exactly = state.is_some_and(|state| {
            let theirs = state.encryption.iter().map(|key| key.as_bytes());
            theirs.eq(keys.wraps.keys())
        });
        self.need(exactly && !keys.wraps.is_empty(), seq, Problem::EpochKeys)
    }

    /// Rule 8: limits epochs without a reason to one an hour for each member. Without the limit, a flood of epochs
    /// would make every message outdated.
    fn check_called(&mut self, row: &Row, keys: &Keys) -> Result<(), Finding> {
        let header = row.header();
        let Some(before) = &self.epoch else {
            return Ok(());
        };
        let since = |at: imajin_dfos::Timestamp| header.at.as_millis() - at.as_millis();
        // The epoch before is the first of the turns since. Before the window messages were not asked for, nor counted.
        let called = before.seq < self.window
            || self.since_epoch.len() > 1
            || before.messages >= EPOCH_MESSAGES_MAX
            || since(before.at) >= EPOCH_MS_MAX
            || *keys != before.keys;
        if called {
            return Ok(());
        }
        let last = self.uncalled.insert(header.author.clone(), header.at);
        let rarely = last.is_none_or(|last| since(last) >= UNCALLED_MS);
        self.need(rarely, row.seq(), Problem::EpochFlood)
    }

    /// Opens this reader's copy of the secret. Answers what is wrong with it, which only they can tell.
    fn take_secret(
        &mut self,
        row: &Row,
        epoch: u64,
        body: &EpochBody,
    ) -> Result<Option<Problem>, Finding> {
        if body.suite != SUITE {
            self.newer = true;
            return Ok(None);
        }
        let opened = self.unwrap(row, epoch, body);
        let fits = |secret: &Secret| {
            let log = self.log.as_ref();
            let fits = log.is_some_and(|log| check_of(secret, log, epoch) == body.check);
            fits || !self.checks.has(Rule::Secret)
        };
        let (secret, problem) = match opened {
            Some(secret) => match secret.filter(fits) {
                Some(secret) => (Some(secret), None),
                None => (None, Some(Problem::NoSecret)),
            },
            // The wraps are for other keys: an earlier keyring may have the secret.
            None => {
                let mut ring = self.ring.get(&epoch).into_iter().flatten();
                (ring.find(|secret| fits(secret)).copied(), None)
            }
        };
        if let Some(secret) = secret {
            let old = self.secrets.values().any(|known| *known == secret);
            self.need(!old, row.seq(), Problem::EpochOldSecret)?;
            self.secrets.insert(epoch, secret);
        }
        Ok(problem.filter(|problem| self.checks.has(problem.rule())))
    }

    /// Decrypts the secret with a key of this device: `None` without a wrap for any of its keys, `Some(None)` if
    /// decryption fails.
    fn unwrap(&self, row: &Row, epoch: u64, body: &EpochBody) -> Option<Option<Secret>> {
        let ours = &body.members.get(&self.known.me)?.wraps;
        let mut secrets = self.known.secrets.iter();
        let (secret, wrapped) = secrets.find_map(|secret| {
            let wrapped = ours.get(secret.public().as_bytes())?;
            Some((secret, wrapped))
        })?;
        let info = WrapInfo {
            log: &row.header().did,
            epoch,
            maker: &row.header().author,
            member: &self.known.me,
            key: &secret.public(),
            check: &body.check,
        };
        Some(open_wrap(&info, secret, wrapped))
    }

    /// Rules 9 and 10: why this reader's page makes a new epoch.
    pub(super) fn renewal(&self) -> Option<Finding> {
        let epoch = self.epoch.as_ref()?;
        self.members.get(&self.known.me)?;
        if let Some(problem) = epoch.problem {
            return Some(Finding::at(epoch.seq, problem));
        }
        let person = self.people.get(&self.known.me)?;
        let newest = person.states.last()?.encryption.iter();
        let newest: BTreeSet<[u8; 32]> = order::set(newest.map(|key| *key.as_bytes()));
        if !self.checks.has(Rule::OwnKeys) || epoch.keys.get(&self.known.me) == Some(&newest) {
            return None;
        }
        let since = person.keys_since()?;
        let problem = if epoch.at.as_millis() - since.as_millis() > LATE_MS {
            Problem::OldKeysLate
        } else {
            Problem::OldKeys
        };
        Some(Finding::at(epoch.seq, problem))
    }
}

fn keys_of(body: &EpochBody) -> Keys {
    let members = body.members.iter();
    members.map(|(did, keys)| (did.clone(), order::set(keys.wraps.keys().copied()))).collect()
}
