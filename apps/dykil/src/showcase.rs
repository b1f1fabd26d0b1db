//! Surveys on their owner's page: those that take answers.

use imajin_app::{Answer, Hit, Icon, Lang, Node};
use imajin_items::search::hits;
use imajin_protocol::Did;
use imajin_showcase::{ITEMS_MAX, Showcase};

use crate::manifest::MANIFEST;
use crate::{Dykil, asking};

impl Showcase for Dykil {
    fn items(&self, node: &Node, person: &Did, viewer: Option<&Did>, _: Lang) -> Answer<Vec<Hit>> {
        let surveys = asking::open(node, person, viewer, ITEMS_MAX)?;
        let items = surveys.iter().map(|survey| &*survey.item);
        hits(node, person, (MANIFEST.name, Icon::Chart), items)
    }
}
