//! The operations of this service, one file for what belongs together. Each is declared once, as a type.

mod connect;
mod groups;
mod invites;
mod people;
mod questions;

pub(crate) use connect::{Accept, Accepted, Confirm, Disconnect, Disconnected};
pub(crate) use groups::{
    ChangeGroup, CreateGroup, DissolveGroup, GroupChanged, GroupDissolved, GroupHanded,
    GroupInviteEnded, GroupInvited, GroupJoined, GroupLeft, GroupOffered, GroupOpened,
    GroupRemoved, GroupRoleChanged, JoinGroup, LeaveGroup, MakeGroupInvite, OfferGroup,
    RemoveMember, SetRole, TakeGroup, WithdrawGroupInvite,
};
pub(crate) use invites::{MakeInvite, WithdrawInvite};
pub(crate) use people::{Block, EndBlock, NamePerson};
pub(crate) use questions::{Ask, Asking, Queried, QuestionAsked, SetPolicy};

use imajin_app::Problem;
use imajin_app::operation::{Context, Operation, Reasons, Refused};
use imajin_ledger::Refusal;
use imajin_protocol::Did;

imajin_app::declarations! {
    MakeInvite, WithdrawInvite, Accept, Accepted, Confirm, Disconnect, Disconnected, Block,
    EndBlock, NamePerson, SetPolicy, Queried, Ask, QuestionAsked, CreateGroup, ChangeGroup,
    MakeGroupInvite, WithdrawGroupInvite, JoinGroup, LeaveGroup, SetRole, RemoveMember, OfferGroup,
    TakeGroup, DissolveGroup, GroupOpened, GroupChanged, GroupInvited, GroupInviteEnded,
    GroupJoined, GroupLeft, GroupRoleChanged, GroupRemoved, GroupOffered, GroupHanded,
    GroupDissolved,
}

#[derive(Debug, Reasons)]
pub(crate) enum AwayRefusal {
    /// They are not on this box any more.
    #[refused(Gone)]
    Left,
    /// Nobody on this box goes by {}.
    #[refused(NotFound)]
    Unknown(Did),
}

/// Refuses the operation unless the other person's record takes entries.
fn here<O: Operation>(ctx: &Context<'_, O>, did: &Did) -> Result<(), Refused<O::Refusal>>
where
    O::Refusal: From<AwayRefusal>,
{
    let away = match ctx.log(did) {
        _ if ctx.takes_entries(did) => return Ok(()),
        Some(_) => AwayRefusal::Left,
        None => AwayRefusal::Unknown(did.clone()),
    };
    Err(Refused::For(away.into()))
}

#[derive(Debug, Reasons)]
pub(crate) enum OneselfRefusal {
    /// You cannot connect with yourself.
    #[refused(BadRequest, field = "dids")]
    Connect,
}

/// Refuses a connection of a person with themselves.
fn not_oneself(owner: &Did, other: &Did) -> Result<(), Problem> {
    if owner == other {
        Err(Refusal::from(Refused::from(OneselfRefusal::Connect)).into())
    } else {
        Ok(())
    }
}
