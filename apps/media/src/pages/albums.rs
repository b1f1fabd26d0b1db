//! Album pages: the list of the viewer's own albums, and one album as its viewer may see it.

use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Caller, Path, Query, Visitor};
use imajin_app::operation::Choice;
use imajin_app::page::Preview;
use imajin_app::{Answer, Icon, Lang, Node, Page, Session, Texts, args};
use imajin_host::reached::Reached;
use imajin_protocol::Did;
use maud::{Markup, html};
use serde::Deserialize;

use super::parts::{self, Door, Own, Tile, audience, called, messages, or_sign_in, page, tabs};
use crate::ids::AssetId;
use crate::manifest::TEXTS;
use crate::operations::IN_ALBUM_MAX;
use crate::queries::{self, Album, Asset};
use crate::routes::zip::FILES_MAX;
use crate::sight::{self, Sight, Viewer};

/// The script of another person's album.
const VISITOR_SCRIPT: &str = "/assets/media/visitor.js";
/// Pictures of an album on one page.
const PAGE_MAX: usize = 240;

/// The caller's own albums.
pub(crate) async fn albums(Own { node, session, t }: Own) -> Answer<Page> {
    let all = queries::read(&node, |db| queries::albums(db, session.did.as_str()))?;
    let content = html! {
        (messages(t))
        h1 { (t.text("tab-albums")) }
        (tabs(t, "/media/albums"))
        div.actions { button #new-album.main type="button" { (t.text("new-album")) } }
        @if all.is_empty() { p.lead.empty { (t.text("albums-empty")) } }
        @else { ul.covers { @for album in &all { li { (cover(album, t)) } } } }
    };
    let page = Own { node, session, t }.page("help-albums", &t.text("tab-albums"), content)?;
    Ok(page.script("/assets/media/album.js"))
}

pub(super) fn cover(album: &Album, t: Texts) -> Markup {
    html! {
        a href={ "/media/albums/" (album.owner) "/" (album.id) } {
            @match &album.cover {
                Some(cover) => img src=(Door::Own.file(cover, "w=400")) loading="lazy" width="400" height="400" alt="";,
                None => span.blank { (Icon::Picture.draw()) },
            }
            strong { (album.title) }
            span.hint { (t.format("count", args![count = album.count])) }
        }
    }
}

/// The query of an album's page: the position of its first picture.
#[derive(Debug, Deserialize)]
pub(crate) struct PartQuery {
    from: Option<usize>,
}

impl PartQuery {
    /// The place of the first picture.
    pub(super) fn from(&self) -> usize {
        self.from.unwrap_or(0)
    }
}

pub(crate) async fn album(
    Visitor(node, Caller(session)): Visitor,
    lang: Lang,
    Path((owner, id)): Path<(String, String)>,
    Query(query): Query<PartQuery>,
    Reached(address): Reached,
) -> Answer<Response> {
    let session = session.as_ref();
    let place = (owner.as_str(), id.as_str(), query.from());
    let answer = render_album(&node, session, (lang, &address), place);
    or_sign_in(session, &format!("/media/albums/{owner}/{id}"), answer)
}

fn render_album(
    node: &Node,
    session: Option<&Session>,
    (lang, address): (Lang, &str),
    (owner, id, from): (&str, &str, usize),
) -> Answer<Response> {
    let t = TEXTS.for_reader(lang);
    let owner = node.person(owner)?;
    let viewer = Viewer::new(session.map(|session| session.did.clone()));
    let album = sight::album(node, &viewer, (&owner, id))?;
    let is_own = viewer.is(owner.as_str());
    let path = format!("/media/albums/{owner}/{id}");
    let content = html! {
        (messages(t))
        @if is_own { p { a href="/media/albums" { "‹ " (t.text("tab-albums")) } } }
        (head(node, t, (&album, &owner), is_own)?)
        @if is_own { (actions(&album, t)) }
        @else { (visitors(t, &album, Door::Album(&album), viewer.did())) }
        (pictures(node, t, (&album, Door::Album(&album)), (from, &path))?)
    };
    let page = page((node, t), session, ("help-album", &album.title), content)?;
    if is_own {
        return Ok(page.script("/assets/media/album.js").into_response());
    }
    let viewed = (&viewer, Door::Album(&album), &*path);
    let page = visited((node, t), page, (&album, &owner), (viewed, address))?;
    Ok(page.into_response())
}

/// Another person's album: with its script for a signed-in viewer, and for others with a link preview of what they see now.
pub(super) fn visited(
    (node, t): (&Node, Texts),
    page: Page,
    (album, owner): (&Album, &Did),
    ((viewer, door, path), address): ((&Viewer, Door<'_>, &str), &str),
) -> Answer<Page> {
    if viewer.did().is_some() {
        return Ok(page.script(VISITOR_SCRIPT));
    }
    let cover = album.cover.as_deref().and_then(AssetId::parse);
    let cover = cover.and_then(|id| sight::seen(node, viewer, &id).ok());
    let cover = cover.filter(|(asset, sight)| asset.is_seen() && *sight >= Sight::Previews);
    let picture = cover.map(|(asset, _)| door.file(&asset.id, "w=og"));
    let from = t.format("from", args![name = called(node, t, owner)?]);
    let count = t.format("count", args![count = album.count]);
    Ok(page.description(format!("{from} · {count}")).preview(Preview {
        url: format!("{address}{path}"),
        picture: picture.map(|path| format!("{address}{path}")),
        is_article: false,
    }))
}

/// The actions of visitors: a signed-in visitor can copy the album's pictures into their own library.
pub(super) fn visitors(t: Texts, album: &Album, door: Door<'_>, viewer: Option<&Did>) -> Markup {
    let is_other = viewer.is_some_and(|did| did.as_str() != album.owner);
    html! {
        div.actions.tight {
            @if album.count > 0 && is_other {
                button #keep-all.main type="button" data-of=(door.list(album)) data-keep=(door.keep()) { (t.text("keep-all")) }
                (parts::select_to_keep(t, "pictures", door))
            }
            (downloads(t, (album, door)))
        }
    }
}

/// Title, owner and text of an album.
pub(super) fn head(
    node: &Node,
    t: Texts,
    (album, owner): (&Album, &Did),
    is_own: bool,
) -> Answer<Markup> {
    let name = called(node, t, owner)?;
    Ok(html! {
        h1 { (album.title) }
        p.soft {
            (t.format("count", args![count = album.count])) " · "
            @if is_own { (audience(t, album.access)) } @else { (t.format("from", args![name = name])) }
        }
        @if let Some(text) = &album.text { p.said { (text) } }
    })
}

/// The ways to a ZIP of all files of an album, a thousand in each.
pub(super) fn downloads(t: Texts, (album, door): (&Album, Door<'_>)) -> Markup {
    let count = usize::try_from(album.count).unwrap_or(usize::MAX);
    html! {
        @for from in (0..count).step_by(FILES_MAX) {
            a.button href=(door.zip(album, from)) download rel="nofollow" {
                @if count <= FILES_MAX { (t.text("album-download")) }
                @else { (t.format("album-download-part", args![from = from + 1, to = count.min(from + FILES_MAX)])) }
            }
        }
    }
}

/// The pictures of an album, from a position.
pub(super) fn pictures(
    node: &Node,
    t: Texts,
    (album, door): (&Album, Door<'_>),
    (from, path): (usize, &str),
) -> Answer<Markup> {
    let mut inside: Vec<Asset> = queries::read(node, |db| {
        queries::in_album(db, &album.owner, &album.id, (PAGE_MAX + 1, from))
    })?;
    let has_more = inside.len() > PAGE_MAX;
    inside.truncate(PAGE_MAX);
    Ok(html! {
        @if inside.is_empty() { p.lead.empty { (t.text("album-empty")) } }
        div #pictures.grid { @for asset in &inside { (Tile::from(asset).cell(t, door)) } }
        @if has_more { div.actions { a.button href={ (path) "?from=" (from + PAGE_MAX) } { (t.text("more")) } } }
    })
}

/// The ids of all that is in an album, in its order.
pub(super) fn ids(node: &Node, owner: &str, album: &str) -> Answer<Vec<String>> {
    let all = usize::try_from(IN_ALBUM_MAX).unwrap_or(usize::MAX);
    let inside = queries::read(node, |db| queries::in_album(db, owner, album, (all, 0)))?;
    Ok(inside.into_iter().map(|asset| asset.id).collect())
}

/// The owner's actions on an album.
fn actions(album: &Album, t: Texts) -> Markup {
    html! {
        div #album.actions.tight data-id=(album.id) data-title=(album.title) data-text=[album.text.as_ref()] data-cover=[album.cover.as_ref()] data-access=(album.access.name()) data-to=[album.to.as_ref()] {
            a.button.main href="/media" { (t.text("album-add")) }
            (parts::select(t, "pictures", "out,cover,album,share,download,trash"))
            button #album-edit type="button" { (t.text("edit-album")) }
            button #album-link type="button" { (t.text("make-link")) }
            (downloads(t, (album, Door::Album(album))))
            button #album-remove.danger type="button" { (t.text("album-remove")) }
        }
    }
}
