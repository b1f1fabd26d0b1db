//! The page of what another person shows the viewer: their albums, and their newest pictures and videos.

use imajin_app::extract::{Path, Query};
use imajin_app::{Answer, Node, Page, args};
use imajin_protocol::Did;
use maud::html;

use super::albums::{PartQuery, cover};
use super::parts::{self, Door, Own, Tile, called, messages};
use crate::queries::{self, Asset};
use crate::sight::{self, Sight, Viewer};

/// Maximum number of pictures on the page.
const PICTURES_MAX: usize = 120;
/// Maximum number of pictures that the page looks at: many may be for others.
const CANDIDATES_MAX: usize = 10 * PICTURES_MAX;

/// Answers the page of what a person shows the caller.
pub(crate) async fn contact(
    Path(who): Path<String>,
    Query(part): Query<PartQuery>,
    Own { node, session, t }: Own,
) -> Answer<Page> {
    let person = node.person(&who)?;
    let viewer = Viewer::new(Some(session.did.clone()));
    let albums = sight::visible_albums(&node, &viewer, &person, usize::MAX)?;
    let (shown, next) = visible_pictures(&node, &viewer, &person, part.from())?;
    let title = t.format("with", args![name = called(&node, t, &person)?]);
    let content = html! {
        (messages(t))
        h1 { (title) }
        @if albums.is_empty() && shown.is_empty() && next.is_none() { p.lead.empty { (t.text("with-empty")) } }
        @if !albums.is_empty() { ul.covers { @for album in &albums { li { (cover(album, t)) } } } }
        @if !shown.is_empty() {
            h2 { (t.text("tab-photos")) }
            div.actions.tight { (parts::select_to_keep(t, "pictures", Door::Own)) }
            div #pictures.grid { @for asset in &shown { (Tile::from(asset).cell(t, Door::Own)) } }
        }
        @if let Some(next) = next { div.actions { a.button href={ "?from=" (next) } { (t.text("more")) } } }
    };
    let page = Own { node, session, t }.page("help-contact", &title, content)?;
    Ok(page.script("/assets/media/visitor.js"))
}

/// A part of the pictures that a person shows, and the position among all that aren't private at which more begin, if any do.
fn visible_pictures(
    node: &Node,
    viewer: &Viewer,
    person: &Did,
    from: usize,
) -> Answer<(Vec<Asset>, Option<usize>)> {
    let (mut shown, mut next) = (Vec::new(), from);
    while shown.len() < PICTURES_MAX && next - from < CANDIDATES_MAX {
        let candidates = queries::read(node, |db| {
            queries::shared_pictures(db, person.as_str(), (PICTURES_MAX, next))
        })?;
        if candidates.is_empty() {
            return Ok((shown, None));
        }
        for asset in candidates {
            if shown.len() == PICTURES_MAX {
                break;
            }
            next += 1;
            if sight::may(node, viewer, &asset)? >= Sight::Previews {
                shown.push(asset);
            }
        }
    }
    Ok((shown, Some(next)))
}
