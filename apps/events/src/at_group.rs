//! The events section of a group's page: links to the group's events, where its members can also make new ones.

use imajin_app::{Answer, Icon, Lang, Node};
use imajin_circles::{AtGroup, GroupLink};
use imajin_protocol::Did;

use crate::Events;
use crate::manifest::TEXTS;

impl AtGroup for Events {
    fn place(&self, _: &Node, group: &Did, _: &Did, lang: Lang) -> Answer<Option<GroupLink>> {
        Ok(Some(GroupLink {
            href: format!("/events?group={group}"),
            label: TEXTS.for_reader(lang).text("service").into_owned(),
            icon: Icon::Calendar,
        }))
    }
}
