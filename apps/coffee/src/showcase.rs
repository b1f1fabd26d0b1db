//! Jars on their owner's page: those that take tips.

use imajin_app::{Answer, Hit, Icon, Lang, Node};
use imajin_items::search::hits;
use imajin_protocol::Did;
use imajin_showcase::{ITEMS_MAX, Showcase};

use crate::manifest::MANIFEST;
use crate::{Coffee, jars, queries};

impl Showcase for Coffee {
    fn items(&self, node: &Node, person: &Did, viewer: Option<&Did>, _: Lang) -> Answer<Vec<Hit>> {
        let jars = jars::all(node, person, viewer)?;
        let offered = queries::read(node, |db| {
            let mut offered = Vec::with_capacity(ITEMS_MAX);
            for jar in &jars {
                if offered.len() == ITEMS_MAX {
                    break;
                }
                if queries::offer(db, person.as_str(), &jar.id)?.is_some() {
                    offered.push(&**jar);
                }
            }
            Ok(offered)
        })?;
        hits(
            node,
            person,
            (MANIFEST.name, Icon::Cup),
            offered.into_iter(),
        )
    }
}
