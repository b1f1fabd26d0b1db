//! The photos section of a group's page (a link to the timeline of what each member shares with the group), and of a
//! contact's page.

use imajin_app::{Answer, Icon, Lang, Node};
use imajin_circles::{AtContact, AtGroup, PlaceLink};
use imajin_protocol::Did;

use crate::Media;
use crate::manifest::TEXTS;

impl AtGroup for Media {
    fn place(&self, _: &Node, group: &Did, _: &Did, lang: Lang) -> Answer<Option<PlaceLink>> {
        Ok(Some(PlaceLink {
            href: format!("/media/family?with={group}"),
            label: TEXTS.for_reader(lang).text("at-group").into_owned(),
            icon: Icon::Picture,
        }))
    }
}

impl AtContact for Media {
    fn place(&self, _: &Node, contact: &Did, lang: Lang) -> Answer<PlaceLink> {
        Ok(PlaceLink {
            href: format!("/media/with/{contact}"),
            label: TEXTS.for_reader(lang).text("at-contact").into_owned(),
            icon: Icon::Picture,
        })
    }
}
