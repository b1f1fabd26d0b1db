//! Listings and wishes: items of two kinds, and their categories, of which none is about health, belief, sex or politics.
//!
//! Always: an item has no contact. It is read from the entry of the newest version, for the listing's owner and for members who
//! ask for it.

use imajin_app::operation::Choice;
use imajin_app::{Answer, Catalogue, FromRow, Icon, Node, Problem, args};
use imajin_items::{ItemOf, ItemPages, ItemView, Items, visible_item};
use imajin_ledger::Reader;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Market;
use crate::manifest::{MANIFEST, TEXTS};

/// A kind of item of this service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Something that its owner sells, lends or gives away.
    Listing,
    /// Something that its owner looks for.
    Wanted,
}

/// The category of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Category {
    // Pages offer them in this order.
    Furniture,
    Lamps,
    Decoration,
    Textiles,
    Kitchen,
    Appliances,
    Garden,
    Plants,
    Tools,
    Materials,
    Bicycles,
    Vehicles,
    Parts,
    Computers,
    Phones,
    Audio,
    Cameras,
    Consoles,
    Games,
    Toys,
    Baby,
    Clothes,
    Shoes,
    Bags,
    Jewellery,
    Books,
    Music,
    Films,
    Instruments,
    Art,
    Crafts,
    Antiques,
    Collections,
    Sports,
    Camping,
    Pets,
    Food,
    Office,
    Help,
    #[field(unknown)]
    Other,
}

impl Category {
    pub(crate) fn label(self) -> String {
        format!("category-{}", self.name())
    }
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
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema, FromRow)]
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

impl ItemPages for Listings {
    const ICON: Icon = Icon::Tag;
    const TEXTS: &'static Catalogue = &TEXTS;
    const NOT_FOUND: &'static str = "no-such-listing";

    /// Returns the listing that a viewer names by its id or slug; 410 if it was removed.
    fn find(node: &Node, owner: &Did, viewer: Option<&Did>, name: &str) -> Answer<ItemView<Item>> {
        if let Some(view) = visible_item::<Self>(node, owner, viewer, name)? {
            return Ok(view);
        }
        let is_removed = node.read(MANIFEST.name, |db| is_removed(db.into(), owner, name))?;
        Err(if is_removed {
            Problem::gone(TEXTS.say("removed", args![]))
        } else {
            Self::not_found()
        })
    }
}

/// Returns whether a person had a listing with this id, and removed it.
fn is_removed(db: Reader<'_>, owner: &Did, id: &str) -> rusqlite::Result<bool> {
    // The operation is a part of the statement, so that a partial index serves it.
    let sql = "SELECT 1 FROM entries WHERE owner_did = ?1 AND ref = ?2 AND op = 'market.remove'
        AND NOT EXISTS (SELECT 1 FROM items WHERE items.owner_did = ?1 AND id = ?2)";
    db.exists(sql, [owner.as_str(), id])
}

imajin_items::searchable!(Market, Listings);

/// A listing or wish as the table has it.
pub(crate) type Item = ItemOf<Listings>;

#[cfg(test)]
mod tests {
    use imajin_app::Lang;

    use super::*;

    #[test]
    fn there_are_forty_categories_and_none_tells_what_a_person_is_or_believes() {
        assert_eq!(Category::ALL.len(), 40);
        let messages = TEXTS.ids(Lang::En);
        for category in Category::ALL {
            assert_eq!(Category::from_name(category.name()), Some(*category));
            assert!(messages.contains(&category.label()), "{category:?}");
        }
        for name in ["health", "medicine", "religion", "politics", "adult"] {
            assert_eq!(Category::from_name(name), None);
        }
    }
}
