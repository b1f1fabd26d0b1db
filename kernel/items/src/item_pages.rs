//! The interface by which the routes, the feed and the search know a service. A service says only what differs from the others.

use imajin_app::{Answer, Catalogue, Icon, Lang, Node, Problem, args};
use imajin_protocol::Did;

use crate::{Base, ItemOf, ItemView, Items, Owner, visible_item, visible_items};

/// A service in which each person has a page, below which their items have theirs.
pub trait ItemPages: Items {
    /// The icon of items.
    const ICON: Icon;
    /// The service's texts. The message `title`, with a person's `name`, is the title of their page.
    const TEXTS: &'static Catalogue;
    /// The message for an item that doesn't exist, or that isn't for its viewer.
    const NOT_FOUND: &'static str;

    /// Returns a person's items as a viewer finds them, in the order of the page.
    fn list(node: &Node, owner: &Did, viewer: Option<&Did>) -> Answer<Vec<ItemOf<Self>>> {
        visible_items::<Self>(node, owner, viewer)
    }

    /// Returns the item that a viewer names by its id or slug.
    ///
    /// # Errors
    /// 404 if it doesn't exist, or isn't for them.
    fn find(
        node: &Node,
        owner: &Did,
        viewer: Option<&Did>,
        name: &str,
    ) -> Answer<ItemView<ItemOf<Self>>> {
        visible_item::<Self>(node, owner, viewer, name)?.ok_or_else(Self::not_found)
    }

    /// Builds the 404 for an item that doesn't exist, or that isn't for its viewer.
    fn not_found() -> Problem {
        Problem::not_found(Self::TEXTS.say(Self::NOT_FOUND, args![]))
    }

    /// Returns the title of a person's page.
    fn title(owner: &Owner, lang: Lang) -> String {
        Self::TEXTS.for_reader(lang).format("title", args![name = owner.called(lang)])
    }

    /// Returns whether feeds have items of a kind.
    fn is_in_feeds(_: Self::Kind) -> bool {
        true
    }

    /// Returns the path to which a feed leads for an item.
    fn target_path(owner: &Owner, item: &Base) -> String {
        format!("{}/{}", owner.path(Self::SERVICE), item.address())
    }

    /// Returns the path of an item's page: its viewer sees `all` of its owner's, whose page is at `path`.
    fn page_path(path: &str, item: &ItemOf<Self>, _all: &[ItemOf<Self>]) -> String {
        format!("{path}/{}", item.address())
    }
}
