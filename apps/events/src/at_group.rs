//! The events section of a group's page: links to the group's events, where its members can also make new ones.

use imajin_app::{Icon, Lang, Node, Problem};
use imajin_circles::{AtGroup, Place};
use imajin_protocol::Did;

use crate::Events;
use crate::manifest::TEXTS;

impl AtGroup for Events {
    fn place(&self, _: &Node, group: &Did, _: &Did, lang: Lang) -> Result<Option<Place>, Problem> {
        Ok(Some(Place {
            href: format!("/events?group={group}"),
            label: TEXTS.of(lang).text("service").into_owned(),
            icon: Icon::Calendar,
        }))
    }
}
