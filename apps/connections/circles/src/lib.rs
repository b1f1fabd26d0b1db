//! Places in other apps where the members of a group meet, or two connected people. An app with such a place offers
//! [`AtGroup`] or [`AtContact`]; the app with groups, or with people's pages, asks every such app when it draws the page of
//! one. The apps don't depend on each other.
#![forbid(unsafe_code)]

use imajin_app::{Icon, Lang, Node, Problem};
use imajin_protocol::Did;

/// A place in an app.
#[derive(Debug, Clone)]
pub struct PlaceLink {
    /// The link to the place's page.
    pub href: String,
    /// The label, in the requested language.
    pub label: String,
    /// The icon.
    pub icon: Icon,
}

/// An app in which the members of a group meet.
pub trait AtGroup: Send + Sync {
    /// Returns the group's place for one of its members; `None` if the member can't do anything there yet.
    fn place(
        &self,
        node: &Node,
        group: &Did,
        member: &Did,
        lang: Lang,
    ) -> Result<Option<PlaceLink>, Problem>;
}

/// An app in which a person does something with a contact.
pub trait AtContact: Send + Sync {
    /// Returns the place where a person and this contact, with whom they are connected, meet.
    fn place(&self, node: &Node, contact: &Did, lang: Lang) -> Result<PlaceLink, Problem>;
}
