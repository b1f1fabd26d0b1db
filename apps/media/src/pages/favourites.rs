//! The page of the viewer's favourites, the newest first.

use imajin_app::extract::Page as Part;
use imajin_app::{Answer, Page};
use maud::html;

use super::folders::{SCRIPT, files, more};
use super::parts::{self, Door, Own, Tile, messages, tabs};
use crate::ids::FAVOURITES;
use crate::manifest::OWN_PAGE;
use crate::queries::AssetQuery;

/// `/media/favourites`
pub(crate) async fn favourites(part: Part, Own { node, session, t }: Own) -> Answer<Page> {
    let query = AssetQuery { album: Some(FAVOURITES), ..AssetQuery::default() };
    let (assets, has_more) = files(&node, session.did.as_str(), query, part.offset)?;
    let content = html! {
        (messages(t))
        h1 { (t.text("favourites")) }
        (tabs(t, OWN_PAGE))
        div.actions.tight {
            a.button href=(OWN_PAGE) { (t.text("favourites-all")) }
            @if !assets.is_empty() { (parts::select(t, "favourites", "unfavourite,album,folder,share,download,trash")) }
        }
        p.lead.empty[assets.is_empty()] { (t.text(if assets.is_empty() { "favourites-empty" } else { "favourites-lead" })) }
        div #favourites.grid { @for asset in &assets { (Tile::from(asset).cell(t, Door::Own)) } }
        (more(has_more, part.offset, t))
    };
    let page = Own { node, session, t }.page("help-favourites", &t.text("favourites"), content)?;
    Ok(page.script(SCRIPT))
}
