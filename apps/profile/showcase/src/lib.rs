//! Parts that other apps add to a person's page. An app with such a part offers [`Showcase`]; the app with people's pages
//! asks those that the person chose, in their order. The apps don't depend on each other.
#![forbid(unsafe_code)]

use imajin_app::{Hit, Lang, Node, Problem};
use imajin_protocol::Did;

/// Maximum number of items of one app on a page.
pub const ITEMS_MAX: usize = 6;

/// An app with something to show on the page of the person who has it.
pub trait Showcase: Send + Sync {
    /// Returns what a viewer may see of a person's, in the order of the page: at most [`ITEMS_MAX`]. The viewer is never the
    /// person, who sees the page as others do.
    fn items(
        &self,
        node: &Node,
        person: &Did,
        viewer: Option<&Did>,
        lang: Lang,
    ) -> Result<Vec<Hit>, Problem>;
}
