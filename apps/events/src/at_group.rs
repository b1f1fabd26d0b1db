//! The events section of a group's page (links to the group's events, where its members can also make new ones), and of a
//! contact's page.

use imajin_app::{Answer, Icon, Lang, Node};
use imajin_circles::{AtContact, AtGroup, PlaceLink};
use imajin_protocol::Did;

use crate::Events;
use crate::manifest::TEXTS;

impl AtGroup for Events {
    fn place(&self, _: &Node, group: &Did, _: &Did, lang: Lang) -> Answer<Option<PlaceLink>> {
        Ok(Some(PlaceLink {
            href: format!("/events?group={group}"),
            label: TEXTS.for_reader(lang).text("service").into_owned(),
            icon: Icon::Calendar,
        }))
    }
}

impl AtContact for Events {
    fn place(&self, _: &Node, contact: &Did, lang: Lang) -> Answer<PlaceLink> {
        Ok(PlaceLink {
            href: format!("/events/invite?with={contact}"),
            label: TEXTS.for_reader(lang).text("at-contact").into_owned(),
            icon: Icon::Calendar,
        })
    }
}
