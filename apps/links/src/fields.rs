//! The types of this service's items.

use imajin_app::operation::Choice;
use imajin_items::{Accent, Items};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Links;

/// A kind of item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A link, on the page itself or in a collection.
    Link,
    /// A section of the page with a separate address.
    Collection,
    /// The page itself: its title, its words, its accent. There is at most one.
    Page,
}

/// The members that only items of this service have.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Own {
    /// Where a link leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The colour of a page or collection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<Accent>,
    /// Whether clicks on this page are counted.
    #[serde(default = "is_counted", skip_serializing_if = "Clone::clone")]
    pub counts: bool,
    /// The number of clicks until yesterday. Only the owner sees this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clicks: Option<u64>,
}

/// Returns the default: clicks are counted.
fn is_counted() -> bool {
    true
}

impl Items for Links {
    const SERVICE: &'static str = crate::manifest::MANIFEST.name;
    const DEPTH: usize = 2;
    type Kind = Kind;
    type Own = Own;

    fn may_contain(outer: Kind, inner: Kind) -> bool {
        (outer, inner) == (Kind::Collection, Kind::Link)
    }

    fn may_be_hidden(kind: Kind) -> bool {
        kind != Kind::Page
    }

    fn may_be_followed(kind: Kind) -> bool {
        kind == Kind::Collection
    }
}
