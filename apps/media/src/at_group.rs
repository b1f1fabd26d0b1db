//! Media on other services' pages: the photos section of a group's page (a link to the timeline of what each member shares with
//! the group) and of a contact's page, and albums on their owner's page.

use imajin_app::{Answer, Hit, Icon, Lang, Node};
use imajin_circles::{AtContact, AtGroup, PlaceLink};
use imajin_protocol::Did;
use imajin_showcase::{ITEMS_MAX, Showcase};

use crate::manifest::TEXTS;
use crate::sight::{self, Viewer};
use crate::{Media, search};

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

impl Showcase for Media {
    fn items(&self, node: &Node, person: &Did, viewer: Option<&Did>, _: Lang) -> Answer<Vec<Hit>> {
        let viewer = Viewer::new(viewer.cloned());
        let albums = sight::visible_albums(node, &viewer, person, ITEMS_MAX)?;
        Ok(albums.into_iter().map(search::of_album).collect())
    }
}
