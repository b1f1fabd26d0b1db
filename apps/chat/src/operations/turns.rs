//! Removals and role changes in a group's conversation. Only the app with groups can call these operations, within its
//! own.

use imajin_app::operation::{Context, Decide, Decision, Nested, Operation, Reasons};
use imajin_app::{RoomRole, refuse_if};
use imajin_ledger::{Refusal, RefusalKind};
use imajin_protocol::Did;
use imajin_turns::group_of;
use serde_json::Value as Json;

use crate::fields::TurnRole;
use crate::queries::{self, Room};

#[derive(Debug, Reasons)]
pub(crate) enum TurnRefusal {
    /// The group's conversation is end-to-end encrypted: sign this with your own key.
    #[refused(Forbidden, reason = "own-key")]
    OwnKey,
    /// You lack the role for this in the group’s conversation: ask to be let in there first.
    #[refused(Conflict, reason = "not-in")]
    NotLeading,
    /// They are not in the group's conversation yet: let them in there first.
    #[refused(Conflict, reason = "not-in")]
    NotIn,
    /// The group was offered to you before it had a conversation: ask its owner to offer it again.
    #[refused(Conflict, reason = "offer")]
    NotOffered,
}

fn group(args: &Json) -> Result<Did, Refusal> {
    let stored = || Refusal::new(RefusalKind::Stored, "the asking app named no group");
    group_of(args).ok_or_else(stored)
}

/// The conversation of the group, and the role of whom this is about; none without a conversation.
fn room_of<O: Operation<Prepared = Did>>(
    ctx: &Context<'_, O>,
    who: &Did,
) -> rusqlite::Result<Option<(Room, Option<RoomRole>)>> {
    let room = queries::room_of_subject(ctx.reader(), ctx.prepared())?;
    let Some(room) = room.filter(|room| ctx.takes_entries(&room.log)) else {
        return Ok(None);
    };
    let role = queries::role(ctx.reader(), &room.log, who)?;
    Ok(Some((room, role)))
}

/// The conversation's log: a person is out, whether or not they were in.
#[derive(Debug, Clone, Operation)]
#[operation(name = "chat.out", authority = Derived, nested, refusal = TurnRefusal, prepared = Did)]
pub(crate) struct Out {
    /// Who.
    #[reference]
    pub(crate) who: Did,
    /// The role that they had in the group.
    #[fact]
    pub(crate) role: TurnRole,
}

impl Nested for Out {
    fn prepared_by_caller(args: &Json) -> Result<Did, Refusal> {
        group(args)
    }
}

impl Decide for Out {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<TurnRefusal> {
        let Some((room, role)) = room_of(ctx, &self.who)? else {
            return Ok(());
        };
        let mine = queries::role(ctx.reader(), &room.log, ctx.owner())?;
        let leads =
            mine.is_some_and(|mine| mine.leads() && role.is_none_or(|theirs| mine > theirs));
        match (self.who == *ctx.owner() || leads, role) {
            (true, _) => {}
            // The person is not in the conversation.
            (false, None) => return Ok(()),
            (false, Some(_)) => return Err(TurnRefusal::NotLeading.into()),
        }
        refuse_if!(room.is_sealed && !ctx.is_own_key(), TurnRefusal::OwnKey);
        Ok(ctx.derive(room.log, self)?)
    }
}

/// The conversation's log: a member has another role, or is offered the group.
#[derive(Debug, Clone, Operation)]
#[operation(name = "chat.role", authority = Derived, nested, refusal = TurnRefusal, prepared = Did)]
pub(crate) struct RoleGiven {
    /// Who.
    #[reference]
    pub(crate) who: Did,
    /// Their role from now on; `offered` if they may take the group.
    #[fact]
    pub(crate) role: TurnRole,
}

impl Nested for RoleGiven {
    fn prepared_by_caller(args: &Json) -> Result<Did, Refusal> {
        group(args)
    }
}

impl Decide for RoleGiven {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<TurnRefusal> {
        let Some((room, role)) = room_of(ctx, &self.who)? else {
            return Ok(());
        };
        let mine = queries::role(ctx.reader(), &room.log, ctx.owner())?;
        let is_offered = room.offered.as_ref() == Some(ctx.owner());
        match (self.role, role) {
            (TurnRole::Offered, None) => return Err(TurnRefusal::NotIn.into()),
            // A new owner of the group needs the offer here, too.
            (TurnRole::Owner, _) if !is_offered => return Err(TurnRefusal::NotOffered.into()),
            // The person gets their role when they are added.
            (_, None) => return Ok(()),
            // The new owner, who took the group, and the previous one.
            (TurnRole::Owner, Some(_)) => {}
            (TurnRole::Admin, Some(RoomRole::Owner)) if is_offered => {}
            (_, Some(_)) if mine == Some(RoomRole::Owner) => {}
            (_, Some(_)) => return Err(TurnRefusal::NotLeading.into()),
        }
        refuse_if!(room.is_sealed && !ctx.is_own_key(), TurnRefusal::OwnKey);
        Ok(ctx.derive(room.log, self)?)
    }
}
