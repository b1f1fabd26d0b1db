//! Links and collections on their owner's page. A link leads on at once.

use imajin_app::{Answer, Hit, Icon, Lang, Node};
use imajin_items::search::hits;
use imajin_items::{ItemPages, Owner};
use imajin_protocol::Did;
use imajin_showcase::{ITEMS_MAX, Showcase};

use crate::Links;
use crate::fields::Kind;
use crate::manifest::MANIFEST;

impl Showcase for Links {
    fn items(&self, node: &Node, person: &Did, viewer: Option<&Did>, _: Lang) -> Answer<Vec<Hit>> {
        let mut items = Self::list(node, person, viewer)?;
        items.retain(|item| item.kind != Kind::Page && item.parent.is_none());
        items.truncate(ITEMS_MAX);
        let bases = items.iter().map(|item| &**item);
        let mut hits = hits(node, person, (MANIFEST.name, Icon::Link), bases)?;
        let owner = Owner::from_did(node, person.clone())?;
        for (hit, item) in hits.iter_mut().zip(&items) {
            if item.kind == Kind::Link {
                hit.href = Self::target_path(&owner, item);
            }
        }
        Ok(hits)
    }
}
