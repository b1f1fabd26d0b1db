//! Where the members of a group meet in other apps. An app that has such a place offers [`AtGroup`]; the app of groups asks all of
//! them for the page of a group. Neither knows the other.
#![forbid(unsafe_code)]

use imajin_protocol::Did;
use imajin_service::{Icon, Lang, Node, Problem};

/// A place of a group in an app.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its page.
    pub href: String,
    /// What it is called, in the language that was asked for.
    pub label: String,
    /// Its picture.
    pub icon: Icon,
}

/// An app in which the members of a group meet.
pub trait AtGroup: Send + Sync {
    /// The group's place in it, for one of its members; none where there is nothing yet that they could do there.
    fn place(
        &self,
        node: &Node,
        group: &Did,
        member: &Did,
        lang: Lang,
    ) -> Result<Option<Place>, Problem>;
}
