//! Listings on their seller's page.

use imajin_app::{Answer, Hit, Icon, Lang, Node};
use imajin_items::search::hits;
use imajin_items::visible_items;
use imajin_protocol::Did;
use imajin_showcase::{ITEMS_MAX, Showcase};

use crate::Market;
use crate::listings::{Kind, Listings};
use crate::manifest::MANIFEST;

impl Showcase for Market {
    fn items(&self, node: &Node, person: &Did, viewer: Option<&Did>, _: Lang) -> Answer<Vec<Hit>> {
        let mut items = visible_items::<Listings>(node, person, viewer)?;
        items.retain(|item| item.kind == Kind::Listing);
        let items = items.iter().take(ITEMS_MAX).map(|item| &**item);
        hits(node, person, (MANIFEST.name, Icon::Tag), items)
    }
}
