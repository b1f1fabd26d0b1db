//! Pods and groups: what a person wills is in their log and, derived, in the group's.
//!
//! | room | what it has |
//! |---|---|
//! | here | making a group, and changing it |
//! | `end` | dissolving it |
//! | `invites` | inviting into it, and joining |
//! | `members` | leaving, roles, removing |
//! | `owner` | handing it over |

mod end;
mod invites;
mod members;
mod owner;

pub(crate) use end::{DissolveGroup, GroupDissolved};
pub(crate) use invites::{
    GroupInviteEnded, GroupInvited, GroupJoined, JoinGroup, MakeGroupInvite, WithdrawGroupInvite,
};
pub(crate) use members::{
    GroupLeft, GroupRemoved, GroupRoleChanged, LeaveGroup, RemoveMember, SetRole,
};
pub(crate) use owner::{GroupHanded, GroupOffered, OfferGroup, TakeGroup};

use imajin_app::operation::{
    BeforeSubmit, Choice, Context, Decide, Decision, FieldError, Operation, Reasons, Refused,
    Request,
};
use imajin_app::{Problem, RoomRole, refuse_if};
use imajin_host::prelude::*;
use imajin_log::{Derivation, Equal, TargetLog};
use imajin_protocol::tier::Capability;
use imajin_protocol::{Did, IdText};
use serde_json::json;

use super::{AwayRefusal, here};
use crate::fields::{About, GroupDid, GroupName, Kind, Visibility};
use crate::groups::queries::{self, Group};
use crate::groups::{KEPT, NESTING_MAX, OWNED_MAX, POD};

/// Makes a derivation into the group's log and the logs of affected members.
const fn in_parties(op: &'static str) -> Derivation {
    Derivation::new(op, TargetLog::Parties)
}

/// Equal parts of the entry in the group's log: its reference is the author, and its fact the one that they signed.
const WHAT_ITS_AUTHOR_SAYS: &[Equal] = &[Equal::RefIsIntentAuthor, Equal::SameFact];
/// Equal part of the entry in the group's log: its reference is the author.
const BY_AUTHOR: &[Equal] = &[Equal::RefIsIntentAuthor];
/// Equal part of the entry: its reference is the author's.
const SAME_REF: &[Equal] = &[Equal::RefIsIntentRef];

#[derive(Debug, Reasons)]
pub(crate) enum GroupRefusal {
    // The caller is not in the group; the answer reveals nothing about it.
    /// You are in no such group.
    #[refused(NotFound, field = "ref")]
    Unknown,
    #[refused(Forbidden, message = "That is for its {}; you are {}.")]
    Role(String, &'static str),
}

/// The group, if the owner of the command's log belongs to it in one of these roles, and as which.
fn as_role<O: Operation>(
    ctx: &Context<'_, O>,
    group: &GroupDid,
    roles: &[RoomRole],
) -> Result<(Group, RoomRole), Refused<O::Refusal>>
where
    O::Refusal: From<GroupRefusal>,
{
    let refused = |reason: GroupRefusal| Refused::For(reason.into());
    let role = queries::role(ctx.reader(), group.0.as_str(), ctx.owner())?;
    let role = role.ok_or_else(|| refused(GroupRefusal::Unknown))?;
    let row = queries::group(ctx.reader(), group.0.as_str())?;
    let row = row.ok_or_else(|| refused(GroupRefusal::Unknown))?;
    if roles.contains(&role) {
        Ok((row, role))
    } else {
        let roles: Vec<&str> = roles.iter().map(RoomRole::name).collect();
        Err(refused(GroupRefusal::Role(roles.join(" or "), role.name())))
    }
}

/// Refuses unless the group's log takes entries; the caller is told which group it was.
fn in_group<O: Operation>(ctx: &mut Context<'_, O>, group: &Did) -> Result<(), Refused<O::Refusal>>
where
    O::Refusal: From<AwayRefusal>,
{
    here(ctx, group)?;
    ctx.reply(json!({ "group": group }));
    Ok(())
}

#[derive(Debug, Reasons)]
pub(crate) enum OwnedRefusal {
    /// You have {} groups, which is the most: dissolve one first.
    #[refused(Conflict, reason = "full")]
    Full(u64),
}

/// Refuses a person who owns the maximum number of groups.
fn may_own_another<O: Operation>(ctx: &Context<'_, O>) -> Result<(), Refused<O::Refusal>>
where
    O::Refusal: From<OwnedRefusal>,
{
    if queries::owned(ctx.reader(), ctx.owner())? >= OWNED_MAX {
        Err(Refused::For(OwnedRefusal::Full(OWNED_MAX).into()))
    } else {
        Ok(())
    }
}

/// Makes a group, or a pod.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.group.create",
    authority = OwnKey,
    undo = By(&["connections.group.dissolve"]),
    erasable_by = Author,
    derives = [in_parties(GroupOpened::NAME).equal(WHAT_ITS_AUTHOR_SAYS)],
    refusal = CreateRefusal,
    prepared = (),
    check
)]
pub(crate) struct CreateGroup {
    /// The DID that this node made for the group.
    #[reference]
    pub(crate) group: GroupDid,
    /// `group`, or `pod`: a small circle, private and inside no other group.
    #[fact]
    pub(crate) kind: Kind,
    /// Who sees it.
    #[fact]
    pub(crate) visibility: Visibility,
    /// The group that it is inside of, which its maker leads; at most three deep.
    #[fact]
    pub(crate) parent: Option<IdText>,
    /// The name, in at most 80 characters.
    pub(crate) name: GroupName,
    /// The description, in at most 2 000 characters.
    pub(crate) about: Option<About>,
}

#[derive(Debug, Reasons)]
pub(crate) enum CreateRefusal {
    /// Only people who lead a group make another one inside it.
    #[refused(Forbidden, field = "parent")]
    NotLeading,
    /// A pod has no groups inside.
    #[refused(BadRequest, field = "parent")]
    InPod,
    /// Groups are at most {} deep inside each other.
    #[refused(BadRequest, field = "parent")]
    TooDeep(usize),
    /// This group exists already.
    #[refused(Conflict, reason = "exists")]
    Exists,
    #[refused(all)]
    Owned(OwnedRefusal),
    #[refused(all)]
    Away(AwayRefusal),
}

impl CreateGroup {
    fn check(&self) -> Result<(), FieldError> {
        let is_small = self.visibility == Visibility::Private && self.parent.is_none();
        if self.kind == Kind::Group || is_small {
            Ok(())
        } else {
            Err(FieldError::new(
                "kind",
                "A pod is private and inside no other group: choose another kind, or leave parent out and make it private.",
            ))
        }
    }
}

impl BeforeSubmit for CreateGroup {
    fn before_submit(&self, request: &Request<'_>) -> Result<(), Problem> {
        request.node.require(request.owner, Capability::Connect)?;
        let kept = request.node.kept_key(&self.group.0)?;
        if kept.is_some_and(|kept| kept.what == KEPT && kept.whose == *request.owner) {
            Ok(())
        } else {
            Err(Problem::field(
                "ref",
                "ref must be the DID that this box made for the group: ask POST /connections/api/groups/key for it.",
            ))
        }
    }
}

impl Decide for CreateGroup {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<CreateRefusal> {
        if let Some(parent) = &self.parent {
            let role = queries::role(ctx.reader(), parent.as_str(), ctx.owner())?;
            let parent = queries::group(ctx.reader(), parent.as_str())?;
            let parent = parent
                .filter(|_| role.is_some_and(RoomRole::leads))
                .ok_or(CreateRefusal::NotLeading)?;
            refuse_if!(parent.kind == POD, CreateRefusal::InPod);
            let depth = queries::depth(ctx.reader(), &parent)?;
            refuse_if!(depth >= NESTING_MAX, CreateRefusal::TooDeep(NESTING_MAX));
        }
        let before = queries::any(ctx.reader(), self.group.0.as_str())?;
        refuse_if!(before.is_some(), CreateRefusal::Exists);
        may_own_another(ctx)?;
        in_group(ctx, &self.group.0)?;
        let opened = GroupOpened {
            founder: ctx.owner().clone(),
            kind: self.kind,
            visibility: self.visibility,
            parent: self.parent.clone(),
            name: self.name.clone(),
            about: self.about.clone(),
        };
        Ok(ctx.derive(self.group.0.clone(), &opened)?)
    }
}

/// The group's log: it was made.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.group.opened",
    authority = Derived,
    erasable_by = Author,
    bound = Intent
)]
pub(crate) struct GroupOpened {
    /// Its maker.
    #[reference]
    founder: Did,
    /// `group` or `pod`.
    #[fact]
    kind: Kind,
    /// Who sees it.
    #[fact]
    visibility: Visibility,
    /// The group that it is inside of.
    #[fact]
    parent: Option<IdText>,
    /// The name.
    name: GroupName,
    /// The description.
    about: Option<About>,
}

/// Changes a group's name, its description and who sees it.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.group.update",
    authority = Any,
    undo = By(&["connections.group.dissolve"]),
    erasable_by = Author,
    derives = [in_parties(GroupChanged::NAME).equal(WHAT_ITS_AUTHOR_SAYS)],
    refusal = ChangeRefusal
)]
pub(crate) struct ChangeGroup {
    /// The group.
    #[reference]
    pub(crate) group: GroupDid,
    /// Who sees it.
    #[fact]
    pub(crate) visibility: Visibility,
    /// The name, in at most 80 characters.
    pub(crate) name: GroupName,
    /// The description, in at most 2 000 characters.
    pub(crate) about: Option<About>,
}

#[derive(Debug, Reasons)]
pub(crate) enum ChangeRefusal {
    #[refused(all)]
    Group(GroupRefusal),
    /// A pod is seen by its members only: visibility is "private".
    #[refused(BadRequest, field = "visibility")]
    Pod,
    #[refused(all)]
    Away(AwayRefusal),
}

impl Decide for ChangeGroup {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<ChangeRefusal> {
        let (group, _) = as_role(ctx, &self.group, &[RoomRole::Owner])?;
        refuse_if!(self.visibility == Visibility::Public && group.kind == POD, ChangeRefusal::Pod);
        in_group(ctx, &group.did)?;
        let changed = GroupChanged {
            by: ctx.owner().clone(),
            visibility: self.visibility,
            name: self.name.clone(),
            about: self.about.clone(),
        };
        Ok(ctx.derive(group.did, &changed)?)
    }
}

/// The group's log: it was changed.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.group.changed",
    authority = Derived,
    erasable_by = Author,
    bound = Intent
)]
pub(crate) struct GroupChanged {
    /// Its owner.
    #[reference]
    by: Did,
    /// Who sees it.
    #[fact]
    visibility: Visibility,
    /// The name.
    name: GroupName,
    /// The description.
    about: Option<About>,
}
