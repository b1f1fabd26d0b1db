//! Places in other apps where the members of a group meet. An app with such a place offers [`AtGroup`]; the app with
//! groups asks all of them for a group's page. Neither knows the other.
#![forbid(unsafe_code)]

use imajin_protocol::Did;
use imajin_service::{Icon, Lang, Node, Problem};

/// A place of a group in an app.
#[derive(Debug, Clone)]
pub struct Place {
    /// The link to its page.
    pub href: String,
    /// The label, in the requested language.
    pub label: String,
    /// The icon.
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
