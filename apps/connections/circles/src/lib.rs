//! Places in other apps where the members of a group meet. An app with such a place offers [`AtGroup`]; the app with
//! groups asks every such app when it draws a group's page. The apps don't depend on each other.
#![forbid(unsafe_code)]

use imajin_app::{Icon, Lang, Node, Problem};
use imajin_protocol::Did;

/// A place of a group in an app.
#[derive(Debug, Clone)]
pub struct GroupLink {
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
    ) -> Result<Option<GroupLink>, Problem>;
}
