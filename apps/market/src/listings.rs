//! Listings and wishes: items of two kinds.
//!
//! Always: an item has no contact. It is read from the entry of the newest version, for the listing's owner and for members who
//! ask for it.

use imajin_app::operation::Choice;
use imajin_items::{ItemOf, Items};
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::categories::Category;
use crate::manifest::MANIFEST;

/// A kind of item of this service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Something that its owner sells, lends or gives away.
    Listing,
    /// Something that its owner looks for.
    Wanted,
}

/// The unit of time that a price of something lent is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Rent {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week.
    Week,
}

impl Rent {
    /// Returns the length of the unit, in milliseconds.
    pub(crate) const fn millis(self) -> i64 {
        let hours = match self {
            Self::Hour => 1,
            Self::Day => 24,
            Self::Week => 7 * 24,
        };
        hours * 3_600_000
    }
}

/// The ways to reach the owner of a listing.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Contact {
    /// A telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<String>,
    /// An email address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    /// A telephone number at WhatsApp.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) whatsapp: Option<String>,
}

/// The members that only items of this service have.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Own {
    /// The category.
    pub(crate) category: Category,
    /// The time that the price of something lent is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rent: Option<Rent>,
    /// The group that its owner speaks for.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(crate) group: Option<Did>,
    /// The area, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) area: Option<String>,
    /// Degrees north, in hundredths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lat: Option<i64>,
    /// Degrees east, in hundredths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lon: Option<i64>,
}

/// The items of this service.
#[derive(Debug)]
pub(crate) struct Listings;

impl Items for Listings {
    const SERVICE: &'static str = MANIFEST.name;
    const DEPTH: usize = 1;
    type Kind = Kind;
    type Own = Own;

    fn may_contain(_: Kind, _: Kind) -> bool {
        false
    }

    fn may_be_followed(_: Kind) -> bool {
        true
    }
}

/// A listing or wish as the table has it.
pub(crate) type Item = ItemOf<Listings>;

/// Returns whether it can be ordered once it has terms.
pub(crate) fn is_for_sale(item: &Item) -> bool {
    item.kind == Kind::Listing
}
