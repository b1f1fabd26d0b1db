//! Courses on their teacher's page.

use imajin_app::{Answer, Hit, Icon, Lang, Node};
use imajin_items::PersonPage;
use imajin_items::search::hits;
use imajin_protocol::Did;
use imajin_showcase::{ITEMS_MAX, Showcase};

use crate::Learn;
use crate::manifest::MANIFEST;

impl Showcase for Learn {
    fn items(&self, node: &Node, person: &Did, viewer: Option<&Did>, _: Lang) -> Answer<Vec<Hit>> {
        let courses = Self::listed(node, person, viewer)?;
        let courses = courses.iter().take(ITEMS_MAX).map(|course| &**course);
        hits(node, person, (MANIFEST.name, Icon::Book), courses)
    }
}
