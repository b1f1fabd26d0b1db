//! Albums on their owner's page.

use imajin_app::{Hit, Lang, Node, Problem};
use imajin_protocol::Did;
use imajin_showcase::{ITEMS_MAX, Showcase};

use crate::sight::{self, Viewer};
use crate::{Media, queries, search};

impl Showcase for Media {
    fn items(
        &self,
        node: &Node,
        person: &Did,
        viewer: Option<&Did>,
        _: Lang,
    ) -> Result<Vec<Hit>, Problem> {
        let viewer = Viewer::new(viewer.cloned());
        let mut albums = queries::read(node, |db| queries::albums(db, person.as_str()))?;
        albums.retain(|album| sight::album(node, &viewer, (person, album.id.as_str())).is_ok());
        let hits = albums.into_iter().take(ITEMS_MAX).map(search::of_album);
        Ok(hits.collect())
    }
}
