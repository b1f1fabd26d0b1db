//! Dissolving a group.

use imajin_app::operation::{BeforeSubmit, Context, Decide, Decision, Operation, Reasons, Request};
use imajin_app::{Problem, RoomRole, refuse_if};
use imajin_dfos::{Cid, Value};
use imajin_ledger::Draft;
use imajin_log::ops::{BODY_ERASED, SERVICE as AUTH};
use imajin_log::{EntryField, ErasureScope};
use imajin_protocol::Did;

use super::{
    AwayRefusal, BY_AUTHOR, GroupChanged, GroupHanded, GroupOpened, GroupRefusal, as_role,
    in_group, in_parties,
};
use crate::fields::GroupDid;
use crate::groups::queries;

/// Maximum number of bodies that the end of a group erases in its log: as many as an entry of 1 MiB can name, and more
/// than an owner writes.
const GROUP_WORDS_MAX: usize = 10_000;

/// The operations whose entries in a group's log have words.
const WITH_WORDS: &[&str] = &[GroupChanged::NAME, GroupHanded::NAME, GroupOpened::NAME];
/// The owner's words in the group's log.
const WORDS: &[ErasureScope] = &[ErasureScope::new(
    WITH_WORDS,
    &[(EntryField::Author, EntryField::Author), (EntryField::Did, EntryField::Ref)],
)];

/// Ends a group for everybody, and erases its owner's words from its log.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.group.dissolve",
    authority = OwnKey,
    undo = Ends,
    derives = [in_parties(GroupDissolved::NAME).equal(BY_AUTHOR), in_parties(BODY_ERASED).erases(WORDS)],
    refusal = DissolveRefusal,
    prepared = OwnWords
)]
pub(crate) struct DissolveGroup {
    /// The group.
    #[reference]
    pub(crate) group: GroupDid,
}

/// The bodies in a group's log that its owner wrote.
#[derive(Clone)]
pub(crate) struct OwnWords(Vec<Cid>);

#[derive(Debug, Reasons)]
pub(crate) enum DissolveRefusal {
    #[refused(all)]
    Group(GroupRefusal),
    /// Other groups are inside this one: dissolve those first.
    #[refused(Conflict, reason = "inside")]
    Inside,
    #[refused(all)]
    Away(AwayRefusal),
}

impl BeforeSubmit for DissolveGroup {
    fn before_submit(&self, request: &Request<'_>) -> Result<OwnWords, Problem> {
        let mut words = request.node.bodies(&self.group.0, |header| {
            WITH_WORDS.contains(&&*header.op) && header.author == *request.owner
        })?;
        words.truncate(GROUP_WORDS_MAX);
        Ok(OwnWords(words))
    }
}

impl Decide for DissolveGroup {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<DissolveRefusal> {
        let (group, _) = as_role(ctx, &self.group, &[RoomRole::Owner])?;
        refuse_if!(!queries::inside(ctx.reader(), &group.did)?.is_empty(), DissolveRefusal::Inside);
        in_group(ctx, &group.did)?;
        let by = ctx.owner().clone();
        ctx.derive(group.did.clone(), &GroupDissolved { by })?;
        let bodies: Vec<Value> = ctx.prepared().0.iter().copied().map(Value::Link).collect();
        if !bodies.is_empty() {
            ctx.derive_entry(Draft {
                did: group.did,
                service: AUTH,
                op: BODY_ERASED,
                reference: None,
                body: Some(Value::map([("bodies", Value::List(bodies))])),
                fact: None,
            });
        }
        Ok(())
    }
}

/// The group's log: it was dissolved.
#[derive(Debug, Operation)]
#[operation(name = "connections.group.dissolved", authority = Derived)]
pub(crate) struct GroupDissolved {
    /// Its owner.
    #[reference]
    by: Did,
}
