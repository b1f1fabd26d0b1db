//! Links and collections on their owner's page.

use imajin_app::{Answer, Hit, Icon, Lang, Node};
use imajin_items::search::hits;
use imajin_protocol::Did;
use imajin_showcase::{ITEMS_MAX, Showcase};

use crate::fields::Kind;
use crate::manifest::MANIFEST;
use crate::{Links, queries};

impl Showcase for Links {
    fn items(&self, node: &Node, person: &Did, viewer: Option<&Did>, _: Lang) -> Answer<Vec<Hit>> {
        let mut items = queries::visible_items(node, person, viewer)?;
        items.retain(|item| item.kind != Kind::Page && item.parent.is_none());
        let items = items.iter().take(ITEMS_MAX).map(|item| &**item);
        hits(node, person, (MANIFEST.name, Icon::Link), items)
    }
}
