//! The page of one picture, video or file, with its description, and the owner's actions.
//!
//! Always: the ways to the next and the previous one stay behind the door by which the viewer came.

mod details;

use axum::Extension;
use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Caller, Path, Query, Visitor};
use imajin_app::operation::Choice;
use imajin_app::page::Preview;
use imajin_app::{Answer, Icon, Node, Peer, Problem, Reader, Session, Texts, args};
use imajin_host::jobs::Client;
use imajin_host::prelude::*;
use imajin_host::reached::Reached;
use imajin_protocol::Did;
use maud::{Markup, html};
use serde::Deserialize;

use super::parts::{Door, Tile, audience, called, date, messages, or_sign_in, page};
use super::{albums, fair, sale};
use crate::decoding::with_previews;
use crate::files;
use crate::ids::{AlbumId, AssetId};
use crate::manifest::{OWN_PAGE, TEXTS};
use crate::queries::{self, Album, Asset, State as Standing, TimelineScope};
use crate::routes::download::{FileVersion, choose_version};
use crate::routes::keep::kept_as;
use crate::sight::{self, Sight, Viewer};
use crate::train;

/// Media types that browsers show as pictures.
const SHOWN_KINDS: [&str; 5] = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"];
/// The longer side of the preview on the page.
const SIDE: i64 = 800;

/// Among what one looks at it.
#[derive(Debug, Deserialize)]
pub(crate) struct InQuery {
    /// `<owner>/<album>`.
    r#in: Option<String>,
}

/// The page of a file that is the viewer's own or shared with them.
pub(crate) async fn asset(
    Visitor(node, Caller(session)): Visitor,
    reader: Reader,
    Path(id): Path<String>,
    Query(query): Query<InQuery>,
    Reached(address): Reached,
    peer: Option<Extension<Peer>>,
) -> Answer<Response> {
    let session = session.as_ref();
    let within = query.r#in.as_deref();
    let viewer = session.map(|session| session.did.clone());
    let client = node.client(viewer.as_ref(), peer.map(|peer| peer.address))?;
    let parsed = AssetId::parse(&id).ok_or_else(sight::none);
    let answer = match parsed {
        Ok(asset) => {
            let is_withheld = is_withheld(&node, &client, (Viewer::new(viewer), &asset), Door::Own);
            let file = (&asset, within, is_withheld.await);
            seen(&node, session, (reader, &address), file)
        }
        Err(problem) => Err(problem),
    };
    or_sign_in(session, &format!("/media/a/{id}"), answer)
}

/// Whether others than its owner get at most a preview of a file that this viewer sees and that isn't shared as it is. May read all of it. False
/// where the file can't be read: the route of the file says why.
pub(super) async fn is_withheld(
    node: &Node,
    client: &Client,
    (viewer, id): (Viewer, &AssetId),
    door: Door<'_>,
) -> bool {
    let is_own_page = matches!(door, Door::Own);
    let (here, id) = (node.clone(), id.clone());
    let withheld = with_previews(node, client, move |_| {
        let (asset, sight) = sight::seen(&here, &viewer, &id)?;
        // The page of its owner says what others get.
        let sight = if is_own_page && !asset.exact && viewer.is(&asset.owner) {
            Sight::Shared
        } else {
            sight
        };
        if !sight.has_file() {
            return Ok(false);
        }
        let (mut file, _) = files::open(&here, &asset.owner, &asset.cid)?;
        let version = choose_version(&here, (&asset, sight), &mut file)?;
        Ok(matches!(version, FileVersion::Preview))
    });
    withheld.await.unwrap_or_default()
}

fn seen(
    node: &Node,
    session: Option<&Session>,
    (reader, address): (Reader, &str),
    (id, within, is_withheld): (&AssetId, Option<&str>, bool),
) -> Answer<Response> {
    let viewer = Viewer::new(session.map(|session| session.did.clone()));
    let (asset, sight) = sight::seen(node, &viewer, id)?;
    let named = within.and_then(|within| within.split_once('/'));
    let named = named.and_then(|(owner, album)| Did::parse(owner).ok().zip(AlbumId::parse(album)));
    let album = match named {
        // An album that was removed leads nowhere, and its picture is still there.
        Some((owner, album)) => sight::album(node, &viewer, (&owner, album.as_str())).ok(),
        None => None,
    };
    let (t, is_own) = (TEXTS.for_reader(reader), viewer.is(&asset.owner));
    let leaf = Leaf {
        node,
        door: album.as_ref().map_or(Door::Own, Door::Album),
        is_own,
        is_withheld,
        around: around(node, &asset, album.as_ref(), is_own)?,
        back: back(&asset, album.as_ref(), is_own, t),
        asset,
        sight,
        address,
        t,
    };
    leaf.respond(session)
}

/// The files next to this one: in the album, or in the owner's month.
fn around(node: &Node, asset: &Asset, album: Option<&Album>, is_own: bool) -> Answer<Around> {
    let ids = match album {
        Some(album) => albums::ids(node, &album.owner, &album.id)?,
        None if is_own => {
            let month = asset.day.get(..7).unwrap_or_default();
            let whose = TimelineScope::Own(&asset.owner);
            let all = queries::read(node, |db| queries::month(db, whose, month))?;
            all.into_iter().map(|cell| cell.id).collect()
        }
        None => Vec::new(),
    };
    Ok(Around::new(&ids, &asset.id))
}

/// Returns the previous page of the viewer: an address and its title.
fn back(asset: &Asset, album: Option<&Album>, is_own: bool, t: Texts) -> Option<(String, String)> {
    if let Some(album) = album {
        let href = format!("/media/albums/{}/{}", album.owner, album.id);
        return Some((href, album.title.clone()));
    }
    let (href, text) = match &asset.folder {
        _ if !is_own => return None,
        _ if asset.state == Standing::Trash => ("/media/trash".to_owned(), "tab-trash"),
        Some(folder) => (format!("/media/folders/{folder}"), "tab-folders"),
        None if !asset.is_seen() => ("/media/folders".to_owned(), "tab-folders"),
        None => {
            let month = asset.day.get(..7).unwrap_or_default();
            (format!("{OWN_PAGE}?month={month}"), "home")
        }
    };
    Some((href, t.text(text).into_owned()))
}

/// The ids of the files before and after one.
#[derive(Debug, Default)]
pub(super) struct Around(Option<String>, Option<String>);

impl Around {
    pub(super) fn new(ids: &[String], id: &str) -> Self {
        let Some(place) = ids.iter().position(|other| other == id) else {
            return Self::default();
        };
        let before = place.checked_sub(1).and_then(|before| ids.get(before));
        Self(before.cloned(), ids.get(place + 1).cloned())
    }
}

/// A file, as its viewer sees it.
pub(super) struct Leaf<'a> {
    pub(super) node: &'a Node,
    pub(super) asset: Asset,
    pub(super) sight: Sight,
    pub(super) door: Door<'a>,
    pub(super) is_own: bool,
    /// Whether others than its owner get at most a preview of it, though it is shared with them.
    pub(super) is_withheld: bool,
    pub(super) around: Around,
    /// The previous page of the viewer: an address and its title.
    pub(super) back: Option<(String, String)>,
    /// The prefix of absolute URLs.
    pub(super) address: &'a str,
    pub(super) t: Texts,
}

impl Leaf<'_> {
    pub(super) fn respond(&self, session: Option<&Session>) -> Answer<Response> {
        let title = self.title();
        let content = html! {
            (messages(self.t))
            @if let Some((href, text)) = &self.back { p { a #back href=(href) { "‹ " (text) } } }
            figure.viewer { (self.picture()) (self.leafing()) }
            h1 { (title) }
            (self.words()?)
            (fair::section((self.node, self.t), &self.asset, (self.sight, self.door, self.is_own))?)
            @if self.is_own { (self.owners()?) } @else {
                (sale::visitors((self.node, self.t), (&self.asset, self.sight), session.map(|session| &session.did))?)
                @if self.gives_file() { div.actions {
                    (self.keep(session)?)
                    a.button href=(self.door.file(&self.asset.id, "download=1")) download { (self.t.text("download")) }
                } } @else if self.is_withheld { (self.withheld()) }
            }
        };
        let page = page((self.node, self.t), session, ("help-file", &title), content)?;
        let mut page = page.script("/assets/media/asset.js");
        if session.is_none() {
            page = page.description(self.from()?).preview(self.preview());
        }
        if self.is_own {
            page = page.script("/assets/media/fair.js").script("/assets/media/sale.js");
        }
        let mut response = page.into_response();
        if !self.is_own {
            self.reserve(&mut response)?;
        }
        Ok(response)
    }

    /// Whether the viewer gets the file, or a shared copy of it.
    fn gives_file(&self) -> bool {
        self.sight.has_file() && (self.is_own || !self.is_withheld)
    }

    /// Whether there is a picture of it: its own, or one that its owner's browser made.
    fn has_preview(&self) -> bool {
        let is_decodable = SHOWN_KINDS.contains(&self.asset.kind.as_str());
        self.asset.preview.is_some() || is_decodable
    }

    /// Says why this viewer doesn't get the file, and offers the preview.
    fn withheld(&self) -> Markup {
        let (asset, t) = (&self.asset, self.t);
        html! {
            p #withheld.hint { (t.text("withheld")) }
            @if self.has_preview() { div.actions {
                a.button href=(self.door.file(&asset.id, "w=800")) download={ (asset.name) ".jpg" } { (t.text("download-preview")) }
            } }
        }
    }

    /// The button that copies the file into the viewer's library, or the link to that copy.
    fn keep(&self, session: Option<&Session>) -> Answer<Markup> {
        let (asset, t) = (&self.asset, self.t);
        let is_other =
            |session: &&Session| session.did.as_str() != asset.owner && !asset.words.sealed;
        let Some(session) = session.filter(is_other) else {
            return Ok(html! {});
        };
        let kept = kept_as(self.node, &session.did, (asset, self.sight))?;
        Ok(html! {
            @match kept {
                Some(id) => a.button href=(Door::Own.page(id.as_str())) { (t.text("kept")) },
                None => button #keep.main type="button" data-id=(asset.id) data-keep=(self.door.keep()) { (t.text("keep")) },
            }
        })
    }

    /// Says to others than its owner that programs may not be trained with it, if so.
    fn reserve(&self, response: &mut Response) -> Answer<()> {
        let asset = &self.asset;
        let mark = queries::read(self.node, |db| queries::fair_mark(db, &asset.owner, &asset.id))?;
        train::reserve(self.node, asset, (mark.as_ref(), response.headers_mut()))
    }

    /// The owner's name, as a text.
    fn from(&self) -> Answer<String> {
        let owner = Did::parse(&self.asset.owner).map_err(Problem::internal)?;
        let name = called(self.node, self.t, &owner)?;
        Ok(self.t.format("from", args![name = name]))
    }

    /// The link preview of the page: what a signed-out visitor sees now.
    fn preview(&self) -> Preview {
        let id = &self.asset.id;
        let has_picture = self.asset.is_seen() && self.sight >= Sight::Previews;
        let picture = has_picture.then(|| self.door.file(id, "w=og"));
        Preview {
            url: format!("{}{}", self.address, self.door.page(id)),
            picture: picture.map(|path| format!("{}{path}", self.address)),
            is_article: false,
        }
    }

    fn title(&self) -> String {
        let asset = &self.asset;
        let otherwise =
            if asset.is_seen() { date(&asset.day, self.t.lang) } else { asset.name.clone() };
        asset.words.title.clone().unwrap_or(otherwise)
    }

    fn picture(&self) -> Markup {
        let asset = &self.asset;
        let shown = Tile::from(asset);
        let (width, height) = shown.fitted(SIDE);
        let preview = self.door.file(&asset.id, "w=800");
        let file = self.door.file(&asset.id, "");
        let has_file = self.gives_file();
        let is_shown = SHOWN_KINDS.contains(&asset.kind.as_str());
        let image = html! { img src=(preview) width=(width) height=(height) alt=(shown.alt(self.t)) data-name=[has_file.then_some(&asset.name)] fetchpriority="high"; };
        match asset.sort() {
            "video" if has_file => html! {
                video controls preload="metadata" playsinline poster=(preview) src=(file) width=(width) height=(height) aria-label=(shown.alt(self.t)) {}
            },
            _ if self.is_withheld && !self.is_own && !self.has_preview() => self.blank(),
            "video" => {
                html! { (image) @if !self.is_withheld { figcaption.hint { (self.t.text("video-preview")) } } }
            }
            "audio" if has_file => {
                html! { audio controls preload="metadata" src=(file) aria-label=(self.title()) {} }
            }
            "photo" if is_shown && has_file => {
                html! { a #full href=(file) { (image) } }
            }
            "photo" => image,
            _ => self.blank(),
        }
    }

    /// In place of a picture.
    fn blank(&self) -> Markup {
        html! { span.blank { (Icon::Record.draw()) span { (self.asset.name) } } }
    }

    fn leafing(&self) -> Markup {
        let Around(before, after) = &self.around;
        html! {
            @if let Some(id) = before { a #before.leaf href=(self.door.page(id)) aria-label=(self.t.text("before")) rel="prev" { "‹" } }
            @if let Some(id) = after { a #after.leaf href=(self.door.page(id)) aria-label=(self.t.text("after")) rel="next" { "›" } }
        }
    }

    /// The owner's view and actions.
    fn owners(&self) -> Answer<Markup> {
        let (asset, t) = (&self.asset, self.t);
        let download = html! { a.button href=(self.door.file(&asset.id, "download=1")) download { (t.text("download")) } };
        if asset.state == Standing::Trash {
            return Ok(html! {
                div.notice { p { (t.text("in-trash")) } }
                div #own.actions.tight data-id=(asset.id) {
                    button.main type="button" data-act="back" { (t.text("bring-back")) }
                    (download)
                    button.danger type="button" data-act="erase" { (t.text("erase")) }
                }
            });
        }
        let (albums, is_favourite) = queries::read(self.node, |db| {
            let albums = queries::albums_of(db, &asset.owner, &asset.id)?;
            let is_favourite = queries::is_favourite(db, &asset.owner, &asset.id)?;
            Ok((albums, is_favourite))
        })?;
        Ok(html! {
            p { (audience(t, asset.access)) @if asset.exact { " " (t.text("seen-exact")) } }
            @if self.is_withheld { p.hint { (t.text("others-get-preview")) } }
            @if !albums.is_empty() { p { (t.text("in-albums")) @for album in &albums {
                " " a.button href={ "/media/albums/" (album.owner) "/" (album.id) } { (album.title) }
            } } }
            div #own.actions.tight data-id=(asset.id) data-access=(asset.access.name()) data-to=[asset.to.as_ref()] data-exact=[asset.exact.then_some("1")] {
                button.main type="button" data-act="share" { (t.text("share")) }
                button type="button" data-act="favourite" aria-pressed=(is_favourite.to_string()) { span aria-hidden="true" { "★" } (t.text("favourite")) }
                button type="button" data-act="link" { (t.text("make-link")) }
                button type="button" data-act="album" { (t.text("to-album")) }
                button type="button" data-act="folder" { (t.text("to-folder")) }
                (download)
                button.danger type="button" data-act="trash" { (t.text("to-trash")) }
            }
            (sale::owners((self.node, t), asset)?)
            (self.form())
        })
    }

    fn form(&self) -> Markup {
        let (asset, t) = (&self.asset, self.t);
        html! {
            details #edit {
                summary { (t.text("edit")) }
                form #form-asset autocomplete="off" data-id=(asset.id) {
                    div.field {
                        label for="title" { (t.text("field-title")) }
                        input #title type="text" maxlength="200" autocomplete="off" value=[asset.words.title.as_ref()];
                    }
                    div.field {
                        label for="alt" { (t.text("field-alt")) }
                        p.hint #alt-hint { (t.text("field-alt-hint")) }
                        input #alt type="text" maxlength="1000" autocomplete="off" aria-describedby="alt-hint" value=[asset.words.alt.as_ref()];
                    }
                    div.field {
                        label for="text" { (t.text("field-text")) }
                        textarea #text rows="4" maxlength="10000" { (asset.words.text.as_deref().unwrap_or_default()) }
                    }
                    div.field {
                        label for="taken" { (t.text("field-taken")) }
                        input #taken type="datetime-local" step="1" value=(asset.day);
                    }
                    div.actions { button #save.main type="submit" { (t.text("save")) } }
                }
            }
        }
    }
}
