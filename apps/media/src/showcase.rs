//! Albums on their owner's page.

use imajin_app::{Answer, Hit, Lang, Node};
use imajin_protocol::Did;
use imajin_showcase::{ITEMS_MAX, Showcase};

use crate::sight::{self, Viewer};
use crate::{Media, search};

impl Showcase for Media {
    fn items(&self, node: &Node, person: &Did, viewer: Option<&Did>, _: Lang) -> Answer<Vec<Hit>> {
        let viewer = Viewer::new(viewer.cloned());
        let albums = sight::visible_albums(node, &viewer, person, ITEMS_MAX)?;
        Ok(albums.into_iter().map(search::of_album).collect())
    }
}
