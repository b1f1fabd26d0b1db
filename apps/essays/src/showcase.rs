//! Essays on their author's page: the newest, those in series included.

use std::cmp::Reverse;

use imajin_app::{Answer, Hit, Icon, Lang, Node};
use imajin_dfos::order::Order as _;
use imajin_items::search::hits;
use imajin_items::visible_items;
use imajin_protocol::Did;
use imajin_showcase::{ITEMS_MAX, Showcase};

use crate::Essays;
use crate::items::Kind;
use crate::manifest::MANIFEST;

impl Showcase for Essays {
    fn items(&self, node: &Node, person: &Did, viewer: Option<&Did>, _: Lang) -> Answer<Vec<Hit>> {
        let mut essays = visible_items::<Self>(node, person, viewer)?;
        essays.retain(|item| item.kind == Kind::Essay);
        essays.order_by_key(|essay| Reverse(essay.put));
        let essays = essays.iter().take(ITEMS_MAX).map(|essay| &**essay);
        hits(node, person, (MANIFEST.name, Icon::Record), essays)
    }
}
