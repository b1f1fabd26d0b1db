//! Jars on their owner's page: those that take tips.

use imajin_app::{Answer, Hit, Icon, Lang, Node};
use imajin_items::search::hits;
use imajin_protocol::Did;
use imajin_showcase::{ITEMS_MAX, Showcase};

use crate::manifest::MANIFEST;
use crate::{Coffee, jars};

impl Showcase for Coffee {
    fn items(&self, node: &Node, person: &Did, viewer: Option<&Did>, _: Lang) -> Answer<Vec<Hit>> {
        let jars = jars::offered(node, (person, viewer), ITEMS_MAX)?;
        let jars = jars.iter().map(|jar| &**jar);
        hits(node, person, (MANIFEST.name, Icon::Cup), jars)
    }
}
