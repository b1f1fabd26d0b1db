//! The page of what another person shows the viewer: their albums, and their newest pictures and videos.

use axum::response::{IntoResponse, Response};
use imajin_app::extract::Path;
use imajin_app::{Node, Problem, args};
use imajin_protocol::Did;
use maud::html;

use super::albums::cover;
use super::parts::{self, Door, Own, Tile, called, messages, page};
use crate::queries::{self, Asset};
use crate::sight::{self, Sight, Viewer};

/// Maximum number of pictures on the page.
const PICTURES_MAX: usize = 120;

/// Answers the page of what a person shows the caller.
pub(crate) async fn contact(
    Path(who): Path<String>,
    Own { node, session, t }: Own,
) -> Result<Response, Problem> {
    let person = node.person(&who)?;
    let viewer = Viewer::new(Some(session.did.clone()));
    let albums = sight::visible_albums(&node, &viewer, &person, usize::MAX)?;
    let pictures = shown_pictures(&node, &viewer, &person)?;
    let title = t.format("with", args![name = called(&node, t, &person)?]);
    let content = html! {
        (messages(t))
        h1 { (title) }
        @if albums.is_empty() && pictures.is_empty() { p.lead.empty { (t.text("with-empty")) } }
        @if !albums.is_empty() { ul.covers { @for album in &albums { li { (cover(album, t)) } } } }
        @if !pictures.is_empty() {
            h2 { (t.text("tab-photos")) }
            div.actions.tight { (parts::select_to_keep(t, "pictures", Door::Own)) }
            div #pictures.grid { @for asset in &pictures { (Tile::from(asset).cell(t, Door::Own)) } }
        }
    };
    let page = page((&node, t), Some(&session), &title, content)?;
    Ok(page.script("/assets/media/visitor.js").into_response())
}

fn shown_pictures(node: &Node, viewer: &Viewer, person: &Did) -> Result<Vec<Asset>, Problem> {
    let all = queries::read(node, |db| {
        queries::shared_pictures(db, person.as_str(), PICTURES_MAX)
    })?;
    let mut shown = Vec::with_capacity(all.len());
    for asset in all {
        if sight::may(node, viewer, &asset)? >= Sight::Previews {
            shown.push(asset);
        }
    }
    Ok(shown)
}
