//! The operations of this service. Each is declared once, as a type; `rules.rs` decides them.

use std::fmt;

use imajin_dfos::Cid;
use imajin_ledger::ops::BODY_ERASED;
use imajin_ledger::{Derivation, TargetLog};
use imajin_protocol::Did;
use imajin_service::operation::{
    Day, Declaration, FieldError, Int, ItemId, Line, List, Operation, Paragraphs, Reasons, Record,
    Url,
};
use serde::Serialize;

use crate::fields::{Accent, Kind, Millis, Origin, Slug, Visibility};
use crate::queries::Item;

/// All of them.
pub(crate) static ALL: [Declaration; 7] = [
    PutItem::DECLARATION,
    SetItem::DECLARATION,
    SortItems::DECLARATION,
    RemoveItem::DECLARATION,
    Follow::DECLARATION,
    Unfollow::DECLARATION,
    Counted::DECLARATION,
];

/// Items of one person at most.
pub(crate) const ITEMS_MAX: usize = 2_000;
/// Versions of one item at most.
pub(crate) const VERSIONS_MAX: i64 = 1_000;
/// Collections that one person can follow.
pub(crate) const FOLLOWED_MAX: usize = 1_000;

/// Adds an item to the end of the owner's page or of a collection, or replaces one: everything that is left out is empty
/// from then on.
#[derive(Debug, Operation)]
#[operation(
    name = "links.put",
    authority = Any,
    erasable_by = Author,
    refusal = PutRefusal,
    check
)]
pub(crate) struct PutItem {
    /// The item's id: `itm_` and 24 of 0-9 a-f, drawn by the client. Only its owner and the id together name an item.
    #[reference]
    pub(crate) item: ItemId,
    /// The title, in at most 200 characters.
    pub(crate) title: Line<200>,
    /// The address, which every link has and nothing else.
    pub(crate) url: Option<Url>,
    /// A text, in at most 10 000 characters.
    pub(crate) note: Option<Paragraphs<10_000>>,
    /// What follows the owner's name in the item's address, `/links/<owner>/<slug>`. Without one it is the id.
    pub(crate) slug: Option<Slug>,
    /// `link`, `collection`, or `page` for the page itself. Default: `link`. It can't change.
    #[fact]
    pub(crate) kind: Option<Kind>,
    /// The collection that a link is in.
    #[fact]
    #[field(name = "in")]
    pub(crate) parent: Option<ItemId>,
    /// The `rev` of the version that was edited, 0 for a new item. If there is another one by now, the operation is refused.
    #[fact]
    pub(crate) rev: Option<Int<0, { i64::MAX >> 11 }>>,
    /// Who sees it: `public` for everyone, `connections` for the owner's connections, `link` for everyone who has its address,
    /// `private` for the owner alone. Default: `public`.
    #[fact]
    pub(crate) visibility: Option<Visibility>,
    /// 0 while only the owner sees it. Default: 1.
    #[fact]
    pub(crate) on: Option<Int<0, 1>>,
    /// Until then only the owner sees it.
    #[fact]
    pub(crate) from: Option<Millis>,
    /// From then on only the owner sees it.
    #[fact]
    pub(crate) until: Option<Millis>,
    /// The colour of a page or collection: `ember`, `moss`, `sea`, `plum`, `rose`, `gold` or `slate`.
    #[fact]
    pub(crate) accent: Option<Accent>,
    /// Of a page, 0: its clicks are not counted. Default: 1.
    #[fact]
    pub(crate) count: Option<Int<0, 1>>,
    /// The item that it is a copy of: the DID of the original's owner, `/`, its id.
    #[fact]
    pub(crate) copied: Option<Origin>,
}

impl PutItem {
    fn check(&self) -> Result<(), FieldError> {
        let kind = self.kind.unwrap_or(Kind::Link);
        let refuse = |field: &str, message: &str| Err(FieldError::new(field, message));
        if self.title.trim().is_empty() {
            return refuse("title", "title must not be empty.");
        }
        match kind {
            Kind::Link if self.url.is_none() => return refuse("url", "url is missing."),
            Kind::Link if self.accent.is_some() => {
                return refuse("accent", "accent is for pages and collections.");
            }
            Kind::Collection | Kind::Page if self.url.is_some() => {
                return refuse("url", "url is for links.");
            }
            Kind::Collection | Kind::Page if self.parent.is_some() => {
                return refuse("in", "in is for links: only they can be in a collection.");
            }
            Kind::Page if self.slug.is_some() => {
                return refuse(
                    "slug",
                    "slug is for links and collections: a page has none.",
                );
            }
            Kind::Page if self.visibility.is_some() => {
                return refuse("visibility", "visibility is for links and collections.");
            }
            Kind::Page if self.on.is_some() || self.from.is_some() || self.until.is_some() => {
                return refuse(
                    "on",
                    "A page is always there: switch its links off instead.",
                );
            }
            Kind::Link | Kind::Collection if self.count.is_some() => {
                return refuse("count", "count is for pages.");
            }
            _ => {}
        }
        check_schedule(self.from, self.until)
    }
}

fn check_schedule(from: Option<Millis>, until: Option<Millis>) -> Result<(), FieldError> {
    match (from, until) {
        (Some(from), Some(until)) if until.0 <= from.0 => {
            Err(FieldError::new("until", "until must be later than from."))
        }
        _ => Ok(()),
    }
}

/// Why an item was not put.
#[derive(Debug, Reasons)]
pub(crate) enum PutRefusal {
    /// The page is full.
    #[refused(
        Conflict,
        reason = "full",
        message = "A page has at most 2 000 items: remove one first."
    )]
    Full,
    /// The item is full.
    #[refused(
        Conflict,
        reason = "versions",
        message = "This has been changed 1 000 times. Remove it, and add it again."
    )]
    Versions,
    /// There is another version by now.
    #[refused(
        Conflict,
        reason = "stale",
        field = "rev",
        message = "“{}” was changed elsewhere in the meantime: look at it before you save over it.",
        members
    )]
    Stale(Box<Newest>),
    /// An item stays what it is.
    #[refused(
        Conflict,
        reason = "kind",
        field = "kind",
        message = "An item of this id is there already, and it is of another kind."
    )]
    Kind,
    /// A person has one page.
    #[refused(
        Conflict,
        reason = "page",
        field = "kind",
        message = "Your page is there already: change it instead."
    )]
    Page,
    /// Two items can't have one address.
    #[refused(
        Conflict,
        reason = "slug",
        field = "slug",
        message = "Another link or collection of yours has this address."
    )]
    Slug,
    /// The collection is not there.
    #[refused(
        NotFound,
        field = "in",
        message = "There is no such collection on your page."
    )]
    NoCollection,
}

/// The version of an item that an edit would have replaced.
#[derive(Debug, Serialize)]
pub(crate) struct Newest {
    pub(crate) newest: Item,
}

impl fmt::Display for Newest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.newest.title)
    }
}

/// Switches an item on or off, and says who sees it and when. What is left out has its default from then on.
#[derive(Debug, Operation)]
#[operation(name = "links.set", authority = Any, refusal = SetRefusal, check)]
pub(crate) struct SetItem {
    /// The item's id.
    #[reference]
    pub(crate) item: ItemId,
    /// 0 while only the owner sees it. Default: 1.
    #[fact]
    pub(crate) on: Option<Int<0, 1>>,
    /// Who sees it, as in `links.put`. Default: `public`.
    #[fact]
    pub(crate) visibility: Option<Visibility>,
    /// Until then only the owner sees it.
    #[fact]
    pub(crate) from: Option<Millis>,
    /// From then on only the owner sees it.
    #[fact]
    pub(crate) until: Option<Millis>,
}

impl SetItem {
    fn check(&self) -> Result<(), FieldError> {
        check_schedule(self.from, self.until)
    }
}

/// Why an item was not switched.
#[derive(Debug, Reasons)]
pub(crate) enum SetRefusal {
    /// It is not on the page.
    #[refused(
        NotFound,
        field = "ref",
        message = "There is no such link or collection on your page."
    )]
    Unknown,
}

/// Orders the page, or a collection. Items that are not named stay in their order, after those that are.
#[derive(Debug, Operation)]
#[operation(
    name = "links.sort",
    authority = Any,
    erasable_by = Author,
    refusal = SortRefusal
)]
pub(crate) struct SortItems {
    /// The collection whose links are ordered; none for the page itself.
    #[reference]
    pub(crate) parent: Option<ItemId>,
    /// The items' ids, first to last.
    pub(crate) order: List<ItemId, 1, ITEMS_MAX>,
}

/// Why nothing was ordered.
#[derive(Debug, Reasons)]
pub(crate) enum SortRefusal {
    /// One of them is not there.
    #[refused(
        NotFound,
        field = "order",
        message = "There is no link {} on your page."
    )]
    Unknown(String),
}

/// Removes an item and everything in it, and erases the words of both, in all versions.
#[derive(Debug, Operation)]
#[operation(
    name = "links.remove",
    authority = OwnKey,
    derives = [Derivation::of(BODY_ERASED, TargetLog::SameLog)],
    refusal = RemoveRefusal,
    prepared = Versions
)]
pub(crate) struct RemoveItem {
    /// The item's id.
    #[reference]
    pub(crate) item: ItemId,
}

/// The bodies of an item, and of everything in it, in its owner's log.
pub(crate) struct Versions(pub(crate) Vec<Cid>);

/// Why an item was not removed.
#[derive(Debug, Reasons)]
pub(crate) enum RemoveRefusal {
    /// It is not on the page.
    #[refused(
        NotFound,
        field = "ref",
        message = "There is no such link on your page."
    )]
    Unknown,
    /// It got another version while its bodies were looked up.
    #[refused(
        Conflict,
        reason = "changed",
        message = "This link was changed just now. Remove it again."
    )]
    Changed,
}

/// Follows somebody's collection: what is new in it appears on Home.
#[derive(Debug, Operation)]
#[operation(
    name = "links.follow",
    authority = Any,
    refusal = FollowRefusal,
    prepared = MayFollow
)]
pub(crate) struct Follow {
    /// The collection's id.
    #[reference]
    pub(crate) item: ItemId,
    /// Its owner.
    #[fact]
    pub(crate) dids: List<Did, 1, 1>,
}

/// Whether the author can see the collection.
pub(crate) struct MayFollow(pub(crate) bool);

/// Why a collection isn't followed.
#[derive(Debug, Reasons)]
pub(crate) enum FollowRefusal {
    /// It isn't here, or isn't for the author.
    #[refused(
        NotFound,
        field = "ref",
        message = "There is no such collection on this box, or it isn’t shown to you."
    )]
    Unknown,
    /// It is the author's.
    #[refused(
        BadRequest,
        field = "dids",
        message = "This is your own collection: there is nothing to follow."
    )]
    Own,
    /// Too many.
    #[refused(
        Conflict,
        reason = "full",
        message = "You follow 1 000 collections, and more don’t fit."
    )]
    Full,
}

/// Stops following a collection.
#[derive(Debug, Operation)]
#[operation(name = "links.unfollow", authority = Any, refusal = UnfollowRefusal)]
pub(crate) struct Unfollow {
    /// The collection's id.
    #[reference]
    pub(crate) item: ItemId,
    /// Its owner.
    #[fact]
    pub(crate) dids: List<Did, 1, 1>,
}

/// Why nothing changed.
#[derive(Debug, Reasons)]
pub(crate) enum UnfollowRefusal {
    /// It isn't followed.
    #[refused(NotFound, field = "ref", message = "You don’t follow this collection.")]
    Unknown,
}

/// The clicks of one day, by the home's word: numbers only, nothing about the visitors.
#[derive(Debug, Operation)]
#[operation(
    name = "links.counted",
    authority = Node,
    erasable_by = Author,
    refusal = CountedRefusal
)]
pub(crate) struct Counted {
    /// The day (UTC), as YYYY-MM-DD.
    #[fact]
    pub(crate) day: Day,
    /// The links that were clicked.
    pub(crate) counts: List<Clicks, 1, ITEMS_MAX>,
}

/// The clicks on a link.
#[derive(Debug, Record)]
pub(crate) struct Clicks {
    /// The link's id.
    pub(crate) link: ItemId,
    /// The number of clicks.
    pub(crate) clicks: Int<1, { i64::MAX >> 11 }>,
}

/// Why a day was not entered.
#[derive(Debug, Reasons)]
pub(crate) enum CountedRefusal {
    /// The day was entered before.
    #[refused(Conflict, reason = "counted", message = "This day is counted already.")]
    Again,
}
