//! Listings and wishes: items of two kinds.
//!
//! Always: a contact is in the table for its listing's owner and for `POST …/contact`, and never serialized with the item.

use imajin_app::operation::Choice;
use imajin_items::{ItemOf, Items};
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

/// The ways to reach the owner of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
    /// The area, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) area: Option<String>,
    /// Degrees north, in hundredths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lat: Option<i64>,
    /// Degrees east, in hundredths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lon: Option<i64>,
    /// The contact, which is read from the table and never written out.
    #[serde(default, skip_serializing)]
    pub(crate) contact: Option<Contact>,
}

/// An item's own members as the table has them, with the contact.
#[derive(Debug, Serialize)]
pub(crate) struct StoredOwn {
    #[serde(flatten)]
    pub(crate) own: Own,
    pub(crate) contact: Option<Contact>,
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_read_from_the_table_and_never_written_out() {
        let contact = Contact {
            phone: Some("+41 44 123 45 67".to_owned()),
            email: None,
            whatsapp: None,
        };
        let own = Own {
            category: Category::Tools,
            rent: None,
            area: None,
            lat: Some(0),
            lon: Some(-854),
            contact: None,
        };
        let stored = StoredOwn {
            own,
            contact: Some(contact.clone()),
        };
        let read: Own = serde_json::from_str(&serde_json::to_string(&stored).unwrap()).unwrap();
        assert_eq!((read.lat, read.lon), (Some(0), Some(-854)));
        assert_eq!(read.contact.as_ref(), Some(&contact));
        let shown = serde_json::to_string(&read).unwrap();
        assert!(
            !shown.contains("contact") && !shown.contains("+41"),
            "{shown}"
        );
    }
}
