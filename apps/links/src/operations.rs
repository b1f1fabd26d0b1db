//! The operations of this service. Each is declared once, as a type; `rules.rs` decides them.

use imajin_app::operation::{
    Day, FieldError, Int, ItemId, List, Operation, Paragraphs, Reasons, Record, Title, Url,
};
use imajin_items::{Accent, Attach, Follow, Placed, Remove, Set, Showing, Sort, Unfollow};

use crate::Links;
use crate::fields::Kind;

pub(crate) use imajin_items::ITEMS_MAX;

imajin_app::declarations! {
    PutItem, Set<Links>, Attach<Links>, Sort<Links>, Remove<Links>, Follow<Links>, Unfollow<Links>,
    ClickCounts,
}

/// Adds an item to the end of the owner's page or of a collection, or replaces one: everything that is left out is empty
/// from then on.
#[derive(Debug, Operation)]
#[operation(name = "links.put", authority = Any, erasable_by = Author, refusal = PutRefusal, check)]
pub(crate) struct PutItem {
    /// The item's id: `itm_` and 24 of 0-9 a-f, drawn by the client. Only its owner and the id together name an item.
    #[reference]
    pub(crate) item: ItemId,
    /// The title, in at most 200 characters.
    pub(crate) title: Title<200>,
    /// The address, which every link has and nothing else.
    pub(crate) url: Option<Url>,
    /// A text, in at most 10 000 characters.
    pub(crate) note: Option<Paragraphs<10_000>>,
    /// `link`, `collection`, or `page` for the page itself. Default: `link`. It can't change.
    #[fact]
    pub(crate) kind: Option<Kind>,
    /// Where it is.
    #[group]
    pub(crate) placed: Placed,
    /// Who sees it, and when.
    #[group]
    pub(crate) showing: Showing,
    /// The colour of a page or collection: `ember`, `moss`, `sea`, `plum`, `rose`, `gold` or `slate`.
    #[fact]
    pub(crate) accent: Option<Accent>,
    /// Whether the clicks of a page are counted: 0 if not. Default: 1.
    #[fact]
    pub(crate) count: Option<Int<0, 1>>,
}

impl PutItem {
    fn check(&self) -> Result<(), FieldError> {
        let (placed, showing) = (&self.placed, &self.showing);
        let is_timed = showing.from.is_some() || showing.until.is_some();
        let refuse = |field: &str, message: &str| Err(FieldError::new(field, message));
        if self.title.trim().is_empty() {
            return refuse("title", "title must not be empty.");
        }
        match self.kind.unwrap_or(Kind::Link) {
            Kind::Link if self.url.is_none() => return refuse("url", "url is missing."),
            Kind::Link if self.accent.is_some() => {
                return refuse("accent", "accent is for pages and collections.");
            }
            Kind::Collection | Kind::Page if self.url.is_some() => {
                return refuse("url", "url is for links.");
            }
            Kind::Collection | Kind::Page if placed.parent.is_some() => {
                return refuse("in", "in is for links: only they can be in a collection.");
            }
            Kind::Page if placed.slug.is_some() => {
                let text = "slug is for links and collections: a page has none.";
                return refuse("slug", text);
            }
            Kind::Page if showing.visibility.is_some() => {
                return refuse("visibility", "visibility is for links and collections.");
            }
            Kind::Page if showing.on.is_some() || is_timed => {
                let text = "A page is always there: switch its links off instead.";
                return refuse("on", text);
            }
            Kind::Link | Kind::Collection if self.count.is_some() => {
                return refuse("count", "count is for pages.");
            }
            _ => {}
        }
        showing.check()
    }
}

#[derive(Debug, Reasons)]
pub(crate) enum PutRefusal {
    #[refused(all)]
    Item(imajin_items::PutRefusal),
    /// Your page exists already: change it instead.
    #[refused(Conflict, reason = "page", field = "kind")]
    Page,
}

/// The clicks of one day, by the home's word: numbers only, nothing about the visitors.
#[derive(Debug, Operation)]
#[operation(
    name = "links.counted",
    authority = Node,
    erasable_by = Author,
    refusal = CountedRefusal
)]
pub(crate) struct ClickCounts {
    /// The day on the calendar of the box, as YYYY-MM-DD.
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

#[derive(Debug, Reasons)]
pub(crate) enum CountedRefusal {
    /// This day is counted already.
    #[refused(Conflict, reason = "counted")]
    Again,
}
