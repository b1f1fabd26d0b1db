//! The operations that every service of items can have, each under the service's name: `Set::<Links>` is `links.set`.
//!
//! Always: an operation's fields, words and rules are written once, here and in `rules`; a service lists the declarations
//! of those that it has.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use imajin_app::operation::{
    AfterSubmit, BeforeSubmit, Content, Context, Decide, Decision, Declaration, FieldError, Group,
    Handler, ItemId, List, Operation, Parts, Reasons, Refused, Request, Submitted, declare,
};
use imajin_app::{Answer, Node};
use imajin_dfos::Cid;
use imajin_ledger::Reader;
use imajin_log::ops::BODY_ERASED;
use imajin_log::{
    Bound, Derivation, EntryField, ErasableBy, ErasureScope, OpSpec, RequiredAuthority, TargetLog,
};
use imajin_protocol::Did;
use serde::Serialize;
use serde_json::Value as Json;

use crate::{ITEMS_MAX, Items, Showing};

/// An operation of the service `S` with the fields `P`.
#[derive(Debug)]
pub struct Of<S, P> {
    /// The operation's fields.
    pub fields: P,
    service: PhantomData<fn() -> S>,
}

/// Switches an item of `S` on or off, and says who sees it and when.
pub type Set<S> = Of<S, SetItem>;
/// Orders items of `S`.
pub type Sort<S> = Of<S, SortItems>;
/// Removes an item of `S`.
pub type Remove<S> = Of<S, RemoveItem>;
/// Follows an item of `S`.
pub type Follow<S> = Of<S, FollowItem>;
/// Stops following an item of `S`.
pub type Unfollow<S> = Of<S, UnfollowItem>;

/// The fields of an operation that services of items share, with its rules.
pub trait Shared<S: Items>: Group {
    /// The part of the operation's name after the service's.
    const VERB: &'static str;
    /// The operation's description for its callers.
    const ABOUT: &'static str;
    /// The authority that it requires.
    const BY: RequiredAuthority = RequiredAuthority::Any;
    /// The operations that may be derived from it.
    const DERIVES: &'static [Derivation] = &[];
    /// Why its decision refuses.
    type Refusal: Reasons;
    /// The facts that the decision needs from outside the writer.
    type Prepared: Default + Send + Sync + 'static;

    /// Compares fields with each other.
    fn check(&self) -> Result<(), FieldError> {
        Ok(())
    }

    /// Fetches the facts that the decision needs, outside the writer.
    fn prepare(&self, _request: &Request<'_>) -> Answer<Self::Prepared> {
        Ok(Self::Prepared::default())
    }

    /// Decides, and returns the bodies that are erased.
    fn decide(
        &self,
        db: Reader<'_>,
        owner: &Did,
        prepared: &Self::Prepared,
    ) -> Result<Vec<Cid>, Refused<Self::Refusal>>;

    /// Acts on the durable entries. After a crash the call may be missing.
    fn done(_node: &Node, _owner: &Did, _prepared: &Self::Prepared) {}
}

/// The verb of the operation that says which files an item has.
pub(crate) const ATTACH: &str = "attach";
/// Room for an operation's name.
const NAME_BYTES: usize = 32;

/// Returns `<service>.<verb>`, with its length.
const fn name(service: &str, verb: &str) -> ([u8; NAME_BYTES], usize) {
    let (service, verb) = (service.as_bytes(), verb.as_bytes());
    let (mut bytes, mut at) = ([b'.'; NAME_BYTES], 0);
    while at < service.len() {
        bytes[at] = service[at];
        at += 1;
    }
    while at < service.len() + verb.len() {
        bytes[at + 1] = verb[at - service.len()];
        at += 1;
    }
    (bytes, at + 1)
}

/// Returns the text of [`name`].
const fn as_name(name: &'static ([u8; NAME_BYTES], usize)) -> &'static str {
    match std::str::from_utf8(name.0.split_at(name.1).0) {
        Ok(name) => name,
        Err(_) => panic!("the name of a service is ASCII"),
    }
}

impl<S: Items, P: Shared<S>> Of<S, P> {
    const BYTES: ([u8; NAME_BYTES], usize) = name(S::SERVICE, P::VERB);

    /// The operation's name: `links.set`.
    pub const NAME: &'static str = as_name(&Self::BYTES);

    /// Makes an operation with these fields.
    pub const fn new(fields: P) -> Self {
        Self { fields, service: PhantomData }
    }
}

impl<S: Items, P: Shared<S>> Operation for Of<S, P> {
    type Refusal = P::Refusal;
    type Prepared = P::Prepared;

    const DECLARATION: Declaration = Declaration {
        spec: OpSpec {
            op: Self::NAME,
            by: P::BY,
            body: declare::has_body(P::MEMBERS),
            erasable_by: if declare::has_body(P::MEMBERS) {
                ErasableBy::Author
            } else {
                ErasableBy::Nobody
            },
            bound: Bound::Nothing,
            derives: P::DERIVES,
        },
        about: P::ABOUT,
        members: P::MEMBERS,
        reasons: P::Refusal::ALL,
        reads: |parts| Self::read(parts).map(drop),
        handler: Some(Handler::prepared::<Self>().settling::<Self>()),
        undo: None,
        needs: None,
    };

    fn read(parts: &Parts<'_>) -> Result<Self, FieldError> {
        parts.check(&Self::DECLARATION)?;
        let fields = P::read(parts)?;
        fields.check()?;
        Ok(Self::new(fields))
    }

    fn read_entered(parts: &Parts<'_>) -> Result<Self, FieldError> {
        P::read(parts).map(Self::new)
    }

    fn write(&self, content: &mut Content) -> Result<(), FieldError> {
        self.fields.write(content)
    }
}

impl<S: Items, P: Shared<S>> BeforeSubmit for Of<S, P> {
    fn before_submit(&self, request: &Request<'_>) -> Answer<P::Prepared> {
        self.fields.prepare(request)
    }
}

impl<S: Items, P: Shared<S>> Decide for Of<S, P> {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<P::Refusal> {
        let bodies = self.fields.decide(ctx.reader(), ctx.owner(), ctx.prepared())?;
        if !bodies.is_empty() {
            ctx.erase(bodies);
        }
        Ok(())
    }
}

impl<S: Items, P: Shared<S>> AfterSubmit for Of<S, P> {
    fn after_submit(&self, done: &Submitted<'_, Self>) {
        if done.outcome.is_ok() {
            P::done(done.node, done.owner, done.prepared);
        }
    }
}

/// The fields of `set`.
#[derive(Debug, Group)]
pub struct SetItem {
    /// The item's id.
    #[reference]
    pub item: ItemId,
    /// Who sees it, and when.
    #[group]
    pub showing: Showing,
}

/// The fields of `sort`.
#[derive(Debug, Group)]
pub struct SortItems {
    /// The item in which others are ordered; none for those that are in no other.
    #[reference]
    pub parent: Option<ItemId>,
    /// The items' ids, first to last.
    pub order: List<ItemId, 1, ITEMS_MAX>,
}

/// The bodies and files that the removal of an item erases, as the log is before it.
#[derive(Debug, Default)]
pub struct Removal {
    /// The bodies of the item, of everything in it, and of what hangs on them.
    pub bodies: Vec<Cid>,
    /// The files of these items.
    pub files: BTreeSet<Cid>,
}

/// The fields of `remove`.
#[derive(Debug, Group)]
pub struct RemoveItem {
    /// The item's id.
    #[reference]
    pub item: ItemId,
}

/// The fields of `follow`.
#[derive(Debug, Group)]
pub struct FollowItem {
    /// The item's id.
    #[reference]
    pub item: ItemId,
    /// Its owner.
    #[fact]
    pub dids: List<Did, 1, 1>,
}

/// The fields of `unfollow`.
#[derive(Debug, Group)]
pub struct UnfollowItem {
    /// The item's id.
    #[reference]
    pub item: ItemId,
    /// Its owner.
    #[fact]
    pub dids: List<Did, 1, 1>,
}

/// The erasure that `remove` derives: the words of an item, and of everything in it.
pub(crate) struct Erasure<S>(PhantomData<fn() -> S>);

impl<S: Items> Erasure<S> {
    const PUT: ([u8; NAME_BYTES], usize) = name(S::SERVICE, "put");
    const ATTACH: ([u8; NAME_BYTES], usize) = name(S::SERVICE, ATTACH);
    const WORDS: &'static [&'static str] = &[as_name(&Self::ATTACH), as_name(&Self::PUT)];
    const OF_ITEM: &'static [(EntryField, EntryField)] = &[(EntryField::Ref, EntryField::Ref)];

    const fn scope(ops: &'static [&'static str]) -> ErasureScope {
        let scope = ErasureScope::new(ops, Self::OF_ITEM);
        if S::DEPTH > 1 { scope.below(as_name(&Self::PUT)) } else { scope }
    }

    const SCOPES: &'static [ErasureScope] = if S::HANGING.is_empty() {
        &[Self::scope(Self::WORDS)]
    } else {
        &[Self::scope(Self::WORDS), Self::scope(S::HANGING)]
    };
    pub(crate) const DERIVATIONS: &'static [Derivation] =
        &[Derivation::new(BODY_ERASED, TargetLog::SameLog).erases(Self::SCOPES)];
}

/// Why an item was not put, in every service.
#[derive(Debug, Reasons)]
pub enum PutRefusal {
    /// You have 2 000 items here, and more don’t fit: remove one first.
    #[refused(Conflict, reason = "full")]
    Full,
    /// This has been changed 1 000 times, which is the most. Remove it, and add it again.
    #[refused(Conflict, reason = "versions")]
    Versions,
    /// “{}” was changed elsewhere in the meantime: look at it before you save over it.
    #[refused(Conflict, reason = "stale", field = "rev", members)]
    Stale(Box<Newest>),
    /// An item of this id exists already, and it is of another kind.
    #[refused(Conflict, reason = "kind", field = "kind")]
    Kind,
    /// Something else of yours has this address.
    #[refused(Conflict, reason = "slug", field = "slug")]
    Slug,
    /// There is nothing of yours with this id that this can be in.
    #[refused(NotFound, field = "in")]
    NoContainer,
}

/// The version of an item that an edit would have replaced.
#[derive(Debug, Serialize)]
pub struct Newest {
    pub(crate) newest: Json,
    #[serde(skip)]
    pub(crate) title: String,
}

impl fmt::Display for Newest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title)
    }
}

/// Why an item was not switched.
#[derive(Debug, Reasons)]
pub enum SetRefusal {
    /// There is nothing of yours with this id that can be switched.
    #[refused(NotFound, field = "ref")]
    Unknown,
}

/// Why nothing was ordered.
#[derive(Debug, Reasons)]
pub enum SortRefusal {
    /// There is nothing of yours with the id {} here.
    #[refused(NotFound, field = "order")]
    Unknown(String),
}

/// Why an item was not removed.
#[derive(Debug, Reasons)]
pub enum RemoveRefusal {
    /// There is nothing of yours with this id.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// This was changed just now. Remove it again.
    #[refused(Conflict, reason = "changed")]
    Changed,
}

/// Why an item isn't followed.
#[derive(Debug, Reasons)]
pub enum FollowRefusal {
    // The item isn't on this node, isn't for the author, or never contains anything.
    /// This box has nothing with this id that you can follow, or it isn’t shown to you.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// This is your own: there is nothing to follow.
    #[refused(BadRequest, field = "dids")]
    Own,
    /// You follow 1 000 of these, and more don’t fit.
    #[refused(Conflict, reason = "full")]
    Full,
}

/// Why nothing changed.
#[derive(Debug, Reasons)]
pub enum UnfollowRefusal {
    /// You don’t follow this.
    #[refused(NotFound, field = "ref")]
    Unknown,
}
