//! Adding members of a group to its conversation: an invitation into the group alone adds no one.

use std::collections::BTreeSet;

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, Group, List, Operation, Reasons, Request,
};
use imajin_app::{Problem, RoomRole, refuse_if};
use imajin_protocol::Did;

use super::{KEYLESS_NAMED, Keyless, READABLE_MAX, RoomRefusal, SEALED_MAX, inside, the_same};
use crate::fields::{Kind, Number};
use crate::queries::{self, Room};

/// The people who are let in.
#[derive(Debug, Clone, Group)]
#[group(facts)]
pub(crate) struct Admission {
    /// One to five people of the group.
    pub(crate) dids: List<Did, 1, 5>,
    /// As what.
    pub(crate) role: RoomRole,
    /// The turns that the signer knows.
    pub(crate) turns: Number,
}

/// Lets people of the group into its conversation.
#[derive(Debug, Operation)]
#[operation(
    name = "chat.admit",
    authority = OwnKey,
    undo = Happened,
    derives = [the_same(Admitted::NAME)],
    refusal = AdmitRefusal,
    prepared = Looked
)]
pub(crate) struct Admit {
    /// The conversation's log.
    #[reference]
    pub(crate) log: Did,
    #[group]
    pub(crate) admission: Admission,
}

/// The conversation's newest entry at the time when the group was asked for its members.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Looked {
    seq: u64,
}

#[derive(Debug, Reasons)]
pub(crate) enum AdmitRefusal {
    #[refused(all)]
    Room(RoomRefusal),
    /// Nobody is let into a conversation of this kind.
    #[refused(BadRequest)]
    Kind,
    /// People who lead the group let others in; its owner alone lets in people who lead it.
    #[refused(Forbidden)]
    Role,
    /// One of these people is in the conversation already.
    #[refused(Conflict, reason = "exists")]
    In,
    /// One of these people is not in the group, or has another role.
    #[refused(NotFound, field = "dids")]
    NotInGroup,
    /// This conversation is encrypted, and {} has no encryption key yet.
    #[refused(Conflict, reason = "keyless", members)]
    Keyless(Keyless),
    /// This conversation has at most {} people.
    #[refused(Conflict, reason = "full")]
    Full(usize),
    /// turns is more than there were: look at the conversation again.
    #[refused(Conflict, reason = "place")]
    Turns,
}

impl BeforeSubmit for Admit {
    fn before_submit(&self, request: &Request<'_>) -> Result<Looked, Problem> {
        let node = request.node;
        let room = queries::read(node, |db| queries::room(db, self.log.as_str()))?;
        let of = room.as_ref().and_then(|room| room.of.as_ref());
        let (Some(room), Some(of)) = (&room, of) else {
            // The decision says what is wrong.
            return Ok(Looked { seq: 0 });
        };
        for did in &self.admission.dids.0 {
            let role = node.in_room(of, did)?.role();
            if role.is_none_or(|role| role < self.admission.role) {
                return Err(Problem::not_found(
                    "One of these people is not in the group, or has another role.",
                ));
            }
        }
        Ok(Looked { seq: room.last_seq })
    }
}

impl Admit {
    fn check_people(&self, ctx: &Context<'_, Self>, room: &Room) -> Decision<AdmitRefusal> {
        let log = &room.log;
        let mut lacking = Vec::new();
        let dids: BTreeSet<&Did> = self.admission.dids.0.iter().collect();
        refuse_if!(dids.len() != self.admission.dids.0.len(), AdmitRefusal::In);
        for did in dids {
            refuse_if!(queries::role(ctx.reader(), log, did)?.is_some(), AdmitRefusal::In);
            let out = queries::put_out(ctx.reader(), log, did)?;
            refuse_if!(out.is_some_and(|seq| seq > ctx.prepared().seq), AdmitRefusal::NotInGroup);
            if queries::person(ctx.reader(), did)?.keys.is_empty() {
                lacking.push(did.to_string());
            }
        }
        let most = if room.is_sealed { SEALED_MAX } else { READABLE_MAX };
        let added = self.admission.dids.0.len() as u64;
        let is_full = queries::size(ctx.reader(), log)? + added > most as u64;
        refuse_if!(is_full, AdmitRefusal::Full(most));
        lacking.truncate(KEYLESS_NAMED);
        if room.is_sealed && !lacking.is_empty() {
            Err(AdmitRefusal::Keyless(Keyless { keyless: lacking }).into())
        } else {
            Ok(())
        }
    }
}

impl Decide for Admit {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AdmitRefusal> {
        let (room, role) = inside(ctx, &self.log)?;
        let role = role.ok_or(AdmitRefusal::Room(RoomRefusal::Unknown))?;
        refuse_if!(room.kind != Kind::Group, AdmitRefusal::Kind);
        let least = if self.admission.role.leads() { RoomRole::Owner } else { RoomRole::Admin };
        refuse_if!(role < least || self.admission.role == RoomRole::Owner, AdmitRefusal::Role);
        let is_ahead = u64::try_from(self.admission.turns.0).is_ok_and(|turns| turns > room.turns);
        refuse_if!(is_ahead, AdmitRefusal::Turns);
        self.check_people(ctx, &room)?;
        let admitted = Admitted { log: self.log.clone(), admission: self.admission.clone() };
        Ok(ctx.derive(self.log.clone(), &admitted)?)
    }
}

/// The conversation's log: a person was let in.
#[derive(Debug, Operation)]
#[operation(name = "chat.admitted", authority = Derived)]
pub(crate) struct Admitted {
    /// The conversation's log.
    #[reference]
    log: Did,
    #[group]
    pub(crate) admission: Admission,
}
