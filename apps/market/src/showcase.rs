//! Listings on their seller's page.

use imajin_app::{Answer, Hit, Icon, Lang, Node};
use imajin_items::search::hits;
use imajin_protocol::Did;
use imajin_showcase::{ITEMS_MAX, Showcase};

use crate::Market;
use crate::listing_view::of_person;
use crate::listings::Kind;
use crate::manifest::MANIFEST;

impl Showcase for Market {
    fn items(&self, node: &Node, person: &Did, viewer: Option<&Did>, _: Lang) -> Answer<Vec<Hit>> {
        let mut listings = of_person(node, person, viewer)?;
        listings.retain(|listing| listing.item.kind == Kind::Listing && listing.is_listed());
        let items = listings.iter().take(ITEMS_MAX);
        let items = items.map(|listing| &*listing.item);
        hits(node, person, (MANIFEST.name, Icon::Tag), items)
    }
}
