//! Following: one entry in the follower's log and one in the log of each followed person, all or none.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, List, Operation, Reasons, Request,
};
use imajin_app::{Answer, refuse_if};
use imajin_log::{Derivation, Equal, TargetLog};
use imajin_protocol::Did;

use crate::queries::{follows, is_follower};

/// The people of one operation. A fact has room for eight.
type People = List<Did, 1, 8>;

/// Returns the derivation of the entry in the log of each named person.
const fn in_each(op: &'static str) -> Derivation {
    Derivation::new(op, TargetLog::FactDids).equal(&[Equal::RefIsIntentAuthor])
}

/// Follows people.
#[derive(Debug, Operation)]
#[operation(
    name = "profile.follow",
    authority = Any,
    undo = By(&["profile.unfollow"]),
    derives = [in_each(Follower::NAME)],
    refusal = FollowRefusal,
    prepared = Vec<Did>
)]
pub(crate) struct Follow {
    /// The people to follow, each once. A proof names the same DIDs in `to`.
    #[fact]
    pub(crate) dids: People,
}

/// Stops following people.
#[derive(Debug, Operation)]
#[operation(
    name = "profile.unfollow",
    authority = Any,
    undo = Ends,
    derives = [in_each(FollowerEnd::NAME)],
    refusal = UnfollowRefusal
)]
pub(crate) struct Unfollow {
    /// The people to stop following, each once.
    #[fact]
    pub(crate) dids: People,
}

/// The entry in the log of each followed person.
#[derive(Debug, Operation)]
#[operation(name = "profile.follower", authority = Derived)]
pub(crate) struct Follower {
    /// The follower.
    #[reference]
    pub(crate) follower: Did,
}

/// The end of it. This version doesn't write the entry: the follower's own log has the end.
#[derive(Debug, Operation)]
#[operation(name = "profile.follower.end", authority = Derived)]
pub(crate) struct FollowerEnd {
    /// The follower.
    #[reference]
    pub(crate) follower: Did,
}

#[derive(Debug, Reasons)]
pub(crate) enum PeopleRefusal {
    /// You cannot follow yourself.
    #[refused(BadRequest, field = "dids")]
    Oneself,
    /// {} is named twice.
    #[refused(BadRequest, field = "dids")]
    Twice(Did),
}

#[derive(Debug, Reasons)]
pub(crate) enum FollowRefusal {
    #[refused(all)]
    People(PeopleRefusal),
    // The DID has no log on this node, or belongs to an event, a group or a conversation.
    /// Nobody on this box goes by {}.
    #[refused(NotFound, field = "dids")]
    Unknown(Did),
    /// You follow them already.
    #[refused(Conflict, reason = "unchanged")]
    Unchanged,
}

#[derive(Debug, Reasons)]
pub(crate) enum UnfollowRefusal {
    #[refused(all)]
    People(PeopleRefusal),
    /// You do not follow them.
    #[refused(Conflict, reason = "unchanged")]
    Unchanged,
}

/// Checks that the list names people other than the author, each once.
fn check(people: &People, author: &Did) -> Result<(), PeopleRefusal> {
    if people.0.contains(author) {
        return Err(PeopleRefusal::Oneself);
    }
    let mut all = people.0.iter().enumerate();
    let twice = all.find(|(n, did)| people.0[..*n].contains(did));
    twice.map_or(Ok(()), |(_, did)| Err(PeopleRefusal::Twice(did.clone())))
}

impl BeforeSubmit for Follow {
    /// Finds the events, groups and conversations among the people.
    fn before_submit(&self, request: &Request<'_>) -> Answer<Vec<Did>> {
        let mut things = Vec::new();
        for did in &self.dids.0 {
            if request.node.is_thing(did)? {
                things.push(did.clone());
            }
        }
        Ok(things)
    }
}

impl Decide for Follow {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<FollowRefusal> {
        check(&self.dids, ctx.owner()).map_err(FollowRefusal::from)?;
        let mut is_new = false;
        for did in &self.dids.0 {
            is_new |= !follows(ctx.reader(), ctx.owner(), did)?;
            if ctx.prepared().contains(did) || ctx.log(did).is_none_or(|log| log.deleted) {
                return Err(FollowRefusal::Unknown(did.clone()).into());
            }
        }
        refuse_if!(!is_new, FollowRefusal::Unchanged);
        let follower = Follower { follower: ctx.owner().clone() };
        for did in &self.dids.0 {
            // A former follower is in that log already, so repeated following doesn't make it longer.
            if !is_follower(ctx.reader(), did, &follower.follower)? {
                ctx.derive(did.clone(), &follower)?;
            }
        }
        Ok(())
    }
}

impl Decide for Unfollow {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<UnfollowRefusal> {
        check(&self.dids, ctx.owner()).map_err(UnfollowRefusal::from)?;
        for did in &self.dids.0 {
            if follows(ctx.reader(), ctx.owner(), did)? {
                return Ok(());
            }
        }
        Err(UnfollowRefusal::Unchanged.into())
    }
}
