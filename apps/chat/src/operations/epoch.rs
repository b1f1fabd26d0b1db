//! A new secret, for exactly those who are in and exactly their keys.
//!
//! Always: what pages would stop at (docs/conversations.md, rules 4 and 8) is not entered.

use std::collections::BTreeMap;

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, FieldError, Group, Int, List, Operation, Reasons,
    Record, Request,
};
use imajin_app::{Problem, refuse_if};
use imajin_dfos::order;
use imajin_ledger::rows::first;
use imajin_protocol::Did;
use imajin_room::seal::SUITE;

use super::{EpochNow, KEYLESS_NAMED, Keyless, RoomRefusal, SEALED_MAX, inside, the_same};
use crate::epochs::{Because, Before, Keys, UNCALLED_MS, keys_text};
use crate::fields::{Bytes, CidText, Kind, Link, Number, TurnAt, Wrap};
use crate::queries::{self, Room};
use crate::verified::{check_seen, check_turns};

/// One member's part of an epoch.
#[derive(Debug, Clone, Record)]
pub(crate) struct MemberWraps {
    /// Who.
    pub(crate) did: Did,
    /// The newest operation of their chain: these are its keys.
    pub(crate) chain: Link,
    /// The secret for each of their encryption keys, as `[key, wrap]`.
    pub(crate) wraps: List<Wrap, 1, 8>,
}

/// A secret, wrapped for everybody who is in.
#[derive(Debug, Clone, Group)]
pub(crate) struct Epoch {
    /// Its number: one more than the one before.
    #[fact]
    pub(crate) epoch: Number,
    /// The turns that the signer knows.
    #[fact]
    pub(crate) turns: Number,
    /// The place of the newest entry that the signer's page verified.
    #[fact]
    pub(crate) seq: Number,
    /// The CID of that entry.
    #[fact]
    pub(crate) seen: CidText,
    /// The suite of cryptography: 1.
    pub(crate) suite: Int<1, 1>,
    /// The check value that the secret must fit, 32 bytes.
    pub(crate) check: Bytes<32>,
    /// Every turn since the epoch before, which is the first of them, as `[seq, link]`.
    #[field(name = "turns")]
    pub(crate) since: List<TurnAt, 1, 4096>,
    /// Everybody who is in, with the secret for each of their keys.
    pub(crate) members: List<MemberWraps, 1, 256>,
}

const _: () = assert!(SUITE == 1, "the field allows the one suite that there is");

impl Epoch {
    pub(crate) fn keys(&self) -> Keys {
        let keys = self.members.0.iter().map(|member| {
            let wraps = member.wraps.0.iter().map(|wrap| *wrap.key().as_bytes());
            (member.did.to_string(), keys_text(wraps))
        });
        order::map(keys)
    }
}

/// Makes a new secret for a conversation.
#[derive(Debug, Operation)]
#[operation(
    name = "chat.epoch",
    needs = Seal,
    authority = OwnKey,
    undo = Happened,
    erasable_by = LogOwner,
    derives = [the_same(EpochMade::NAME)],
    refusal = EpochRefusal,
    prepared = ()
)]
pub(crate) struct MakeEpoch {
    /// The conversation's log.
    #[reference]
    pub(crate) log: Did,
    #[group]
    pub(crate) epoch: Epoch,
}

#[derive(Debug, Reasons)]
pub(crate) enum EpochRefusal {
    #[refused(all)]
    Room(RoomRefusal),
    /// This conversation is never encrypted.
    #[refused(BadRequest)]
    Never,
    /// The conversation’s epoch, people or keys have changed meanwhile ({}): look again, and make another epoch.
    #[refused(Conflict, reason = "epoch", members)]
    Epoch(EpochNow),
    /// {} has no encryption key yet.
    #[refused(Conflict, reason = "keyless", members)]
    Keyless(Keyless),
    /// An encrypted conversation has at most {} people.
    #[refused(Conflict, reason = "full")]
    Full(usize),
    // The epoch has no reason, and its maker made one within the hour.
    /// Nothing calls for a new epoch: write under the newest.
    #[refused(Conflict, reason = "not-needed")]
    NotNeeded,
    // The signer has a newer entry in the conversation than the one that they name.
    /// You have entered something here since: look at the conversation again, and sign again.
    #[refused(Conflict, reason = "place")]
    Place,
}

impl BeforeSubmit for MakeEpoch {
    fn before_submit(&self, request: &Request<'_>) -> Result<(), Problem> {
        let (node, epoch) = (request.node, &self.epoch);
        if node.status(&self.log)?.is_none() {
            // The decision says what is wrong.
            return Ok(());
        }
        check_seen(node, &self.log, epoch.seq.0.unsigned_abs(), &epoch.seen)?;
        check_turns(node, &self.log, &epoch.since.0)
    }
}

impl MakeEpoch {
    fn check_members(&self, ctx: &Context<'_, Self>, room: &Room) -> Decision<EpochRefusal> {
        let members = queries::members(ctx.reader(), &room.log)?;
        refuse_if!(members.len() > SEALED_MAX, EpochRefusal::Full(SEALED_MAX));
        let mut theirs = BTreeMap::new();
        for member in &self.epoch.members.0 {
            let keys = member.wraps.0.iter().map(|wrap| *wrap.key().as_bytes());
            let text = keys_text(keys);
            // Each key has one wrap.
            if text.split_whitespace().count() != member.wraps.0.len() {
                return Err(FieldError::new("members", "members names a key twice.").into());
            }
            let link = CidText::from_cid(&member.chain.0);
            if theirs.insert(&member.did, (link, text)).is_some() {
                return Err(FieldError::new("members", "members names somebody twice.").into());
            }
        }
        let mut lacking = Vec::new();
        let mut fits = theirs.len() == members.len();
        for (did, _) in &members {
            let person = queries::person(ctx.reader(), did)?;
            if person.keys.is_empty() {
                lacking.push(did.to_string());
            }
            let entry = theirs.get(did);
            fits &= entry
                .is_some_and(|(link, keys)| link.as_str() == person.head && *keys == person.keys);
        }
        lacking.truncate(KEYLESS_NAMED);
        match (lacking.is_empty(), fits) {
            (false, _) => Err(EpochRefusal::Keyless(Keyless { keyless: lacking }).into()),
            (true, false) => Err(EpochRefusal::Epoch(EpochNow::new(room, Because::Keys)).into()),
            (true, true) => Ok(()),
        }
    }

    fn check_called(&self, ctx: &Context<'_, Self>, room: &Room) -> Decision<EpochRefusal> {
        let Some(before) = Before::read(ctx.reader(), &room.log)? else {
            return Ok(());
        };
        if before.calls_for(ctx.now(), &self.epoch.keys()) {
            return Ok(());
        }
        let sql = "SELECT at FROM uncalled WHERE owner_did = ?1 AND did = ?2";
        let params = [room.log.as_str(), ctx.owner().as_str()];
        let last: Option<i64> = ctx.reader().row(sql, params, first)?;
        if last.is_some_and(|at| ctx.now().as_millis().saturating_sub(at) < UNCALLED_MS) {
            Err(EpochRefusal::NotNeeded.into())
        } else {
            Ok(())
        }
    }
}

impl Decide for MakeEpoch {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<EpochRefusal> {
        let (room, role) = inside(ctx, &self.log)?;
        refuse_if!(role.is_none(), EpochRefusal::Room(RoomRefusal::Unknown));
        refuse_if!(!ctx.is_own_key(), EpochRefusal::Room(RoomRefusal::OwnKey));
        refuse_if!(room.kind == Kind::Event, EpochRefusal::Never);
        let epoch = &self.epoch;
        let now = |because| Err(EpochRefusal::Epoch(EpochNow::new(&room, because)).into());
        if epoch.epoch.0.unsigned_abs() != room.epoch + 1 {
            return now(Because::Newer);
        }
        let turns = queries::turns_from(ctx.reader(), &self.log, room.epoch_seq)?;
        let listed = epoch.since.0.iter().map(|turn| turn.seq);
        if epoch.turns.0.unsigned_abs() != room.turns || !listed.eq(turns) {
            return now(Because::Turn);
        }
        self.check_members(ctx, &room)?;
        let place = queries::place(ctx.reader(), &self.log, ctx.owner())?;
        let is_behind = place.is_some_and(|place| epoch.seq.0.unsigned_abs() < place);
        refuse_if!(is_behind, EpochRefusal::Place);
        self.check_called(ctx, &room)?;
        let made = EpochMade { log: self.log.clone(), epoch: epoch.clone() };
        Ok(ctx.derive(self.log.clone(), &made)?)
    }
}

/// The conversation's log: it has a new secret.
#[derive(Debug, Operation)]
#[operation(name = "chat.epoch.made", authority = Derived, erasable_by = Nobody, bound = Intent)]
pub(crate) struct EpochMade {
    /// The conversation's log.
    #[reference]
    log: Did,
    #[group]
    pub(crate) epoch: Epoch,
}
