//! Following: one entry in the follower's log and one in the log of each followed person, all or none.

use imajin_ledger::{Derivation, Equal, TargetLog};
use imajin_protocol::Did;
use imajin_service::operation::{Context, Decide, Decision, List, Operation, Reasons, Refused};

use crate::queries::{follows, is_follower};

/// The people of one operation. A fact has room for eight.
type People = List<Did, 1, 8>;

/// The entry derived in the log of each named person.
const fn in_each(op: &'static str) -> Derivation {
    Derivation::of(op, TargetLog::FactDids).equal(&[Equal::RefIsIntentAuthor])
}

/// Follows people.
#[derive(Debug, Operation)]
#[operation(
    name = "profile.follow",
    authority = Any,
    derives = [in_each(Follower::NAME)],
    refusal = FollowRefusal
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

/// Why following is refused.
#[derive(Debug, Reasons)]
pub(crate) enum FollowRefusal {
    /// The author's own DID is in the list.
    #[refused(BadRequest, field = "dids", message = "One cannot follow oneself.")]
    Oneself,
    /// A DID is in the list twice.
    #[refused(BadRequest, field = "dids", message = "{} is named twice.")]
    Twice(Did),
    /// The DID has no log on this node.
    #[refused(NotFound, field = "dids", message = "Nobody on this box goes by {}.")]
    Unknown(Did),
    /// The author follows all of them already.
    #[refused(Conflict, reason = "unchanged", message = "You follow them already.")]
    Unchanged,
}

/// Why unfollowing is refused.
#[derive(Debug, Reasons)]
pub(crate) enum UnfollowRefusal {
    /// The author's own DID is in the list.
    #[refused(BadRequest, field = "dids", message = "One cannot follow oneself.")]
    Oneself,
    /// A DID is in the list twice.
    #[refused(BadRequest, field = "dids", message = "{} is named twice.")]
    Twice(Did),
    /// The author follows none of them.
    #[refused(Conflict, reason = "unchanged", message = "You do not follow them.")]
    Unchanged,
}

/// A DID that is in the list twice, if there is one.
fn twice(people: &People) -> Option<&Did> {
    let mut all = people.0.iter().enumerate();
    all.find_map(|(n, did)| people.0[..n].contains(did).then_some(did))
}

impl Decide for Follow {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<FollowRefusal> {
        if self.dids.0.contains(ctx.owner()) {
            return Err(FollowRefusal::Oneself.into());
        }
        if let Some(did) = twice(&self.dids) {
            return Err(FollowRefusal::Twice(did.clone()).into());
        }
        let mut is_new = false;
        for did in &self.dids.0 {
            is_new |= !follows(ctx.reader(), ctx.owner(), did)?;
            if ctx.log(did).is_none_or(|log| log.deleted) {
                return Err(FollowRefusal::Unknown(did.clone()).into());
            }
        }
        if !is_new {
            return Err(FollowRefusal::Unchanged.into());
        }
        let follower = Follower {
            follower: ctx.owner().clone(),
        };
        for did in &self.dids.0 {
            // A former follower is in that log already, so following again and again doesn't make it longer.
            if !is_follower(ctx.reader(), did, &follower.follower)? {
                ctx.derive(did.clone(), &follower)?;
            }
        }
        Ok(())
    }
}

impl Decide for Unfollow {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<UnfollowRefusal> {
        if self.dids.0.contains(ctx.owner()) {
            return Err(UnfollowRefusal::Oneself.into());
        }
        if let Some(did) = twice(&self.dids) {
            return Err(UnfollowRefusal::Twice(did.clone()).into());
        }
        for did in &self.dids.0 {
            if follows(ctx.reader(), ctx.owner(), did)? {
                return Ok(());
            }
        }
        Err(Refused::For(UnfollowRefusal::Unchanged))
    }
}
