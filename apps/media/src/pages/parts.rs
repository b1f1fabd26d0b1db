//! Parts that several pages have: the frame, pictures in a grid, rows of files, days and months.
//!
//! Always: an address of a picture names the door by which its viewer came, so that what a link or an album shows is shown
//! on the next page, too.

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::extract::Caller;
use imajin_app::{Answer, Icon, Lang, Node, Page, Problem, Reader, Session, Texts, Zone, args};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

use crate::fields::Access;
use crate::manifest::{KEPT, MANIFEST, OWN_PAGE, TEXTS};
use crate::queries::{Album, Asset, Cell};

/// The style sheet of this app's pages.
const STYLE: &str = "/assets/media/media.css";
/// The longer side of a picture in a grid, until its file is there.
const SIDE: i64 = 400;

/// Redirects a signed-out visitor of a page with personal content to sign in first.
pub(super) fn sign_in(path: &str) -> Response {
    Redirect::to(&format!("/signin?next={}", encoded(path))).into_response()
}

/// A signed-in person who asks for one of their own pages. Others sign in first, and come back.
pub(crate) struct Own {
    pub(super) node: Node,
    pub(super) session: Session,
    pub(super) t: Texts,
}

impl Own {
    /// Makes one of the person's pages, in the frame of all pages.
    pub(super) fn page(self, help: &'static str, title: &str, content: Markup) -> Answer<Page> {
        let frame = (&self.node, self.t);
        page(frame, Some(&self.session), (help, title), content)
    }
}

impl FromRequestParts<Node> for Own {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Response> {
        let caller = Caller::from_request_parts(parts, node).await;
        let Caller(session) = caller.map_err(IntoResponse::into_response)?;
        let uri = parts.extensions.get::<OriginalUri>();
        let here = uri.and_then(|uri| uri.path_and_query());
        let here = here.map_or(OWN_PAGE, |here| here.as_str());
        let session = session.ok_or_else(|| sign_in(here))?;
        let reader = Reader::from_request_parts(parts, node).await;
        let t = TEXTS.for_reader(reader.map_err(IntoResponse::into_response)?);
        let node = node.clone();
        Ok(Self { node, session, t })
    }
}

/// Sends a signed-out visitor who may not see something to sign in, so that the answer does not reveal whether it exists.
pub(super) fn or_sign_in(
    session: Option<&Session>,
    path: &str,
    answer: Result<Response, Problem>,
) -> Result<Response, Problem> {
    match answer {
        Err(problem) if session.is_none() && problem.status() == 404 => Ok(sign_in(path)),
        answer => answer,
    }
}

/// A page in the frame of all pages.
pub(super) fn page(
    (node, t): (&Node, Texts),
    session: Option<&Session>,
    (help, title): (&'static str, &str),
    content: Markup,
) -> Result<Page, Problem> {
    let page = t.page(help, title, content).style(STYLE).current(OWN_PAGE).wide();
    Ok(page.viewer(node.viewer_of(session)?))
}

/// The place of messages, and a sentence for browsers without scripts.
pub(super) fn messages(t: Texts) -> Markup {
    html! {
        div #message {}
        noscript { div.notice { p { (t.text("scripts-off")) } } }
    }
}

/// The ways between the viewer's own pages.
pub(super) fn tabs(t: Texts, here: &str) -> Markup {
    let places = [
        (OWN_PAGE, t.text("tab-photos")),
        ("/media/albums", t.text("tab-albums")),
        ("/media/folders", t.text("tab-folders")),
        ("/media/family", t.text("tab-family")),
        ("/media/links", t.text("tab-links")),
        ("/media/devices", t.text("tab-devices")),
        ("/media/trash", t.text("tab-trash")),
        ("/media/storage", t.text("tab-storage")),
    ];
    html! {
        nav.tabs aria-label=(t.text("tabs")) {
            @for (href, text) in places { a href=(href) aria-current=[(href == here).then_some("page")] { (text) } }
        }
    }
}

/// Letters of words to look for.
pub(super) const WORDS_MAX: usize = 100;

/// The field that finds photos, files and albums.
pub(super) fn finder(t: Texts, words: &str) -> Markup {
    html! {
        form action="/media/find" role="search" {
            div.with {
                input name="q" type="search" value=(words) maxlength=(WORDS_MAX) aria-label=(t.text("find-what")) placeholder=(t.text("find-what")) autocomplete="off";
                button type="submit" { (t.text("find")) }
            }
        }
    }
}

/// A text as a part of an address.
fn encoded(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, NON_ALPHANUMERIC)
}

/// How a viewer reaches pictures.
#[derive(Debug, Clone, Copy)]
pub(super) enum Door<'a> {
    /// As the signed-in viewer.
    Own,
    Album(&'a Album),
    /// With the secret of a person's link.
    Link(&'a Did, &'a str),
}

impl Door<'_> {
    /// Returns the URL of a file with a query: `w=400`, `download=1`.
    pub(super) fn file(self, id: &str, what: &str) -> String {
        let link = match self {
            Self::Link(owner, secret) => format!("link={}&of={owner}", encoded(secret)),
            Self::Own | Self::Album(_) => String::new(),
        };
        let parts = [what, &link].into_iter().filter(|part| !part.is_empty());
        match parts.collect::<Vec<_>>().join("&").as_str() {
            "" => format!("/media/api/assets/{id}"),
            query => format!("/media/api/assets/{id}?{query}"),
        }
    }

    /// Returns the URL for keeping a file, with `{id}` in the place of its id.
    pub(super) fn keep(self) -> String {
        self.file("{id}/keep", "")
    }

    /// The URL of an album's contents as JSON.
    pub(super) fn list(self, album: &Album) -> String {
        self.of_album(album, "")
    }

    /// A ZIP of the files of an album, from this one on.
    pub(super) fn zip(self, album: &Album, from: usize) -> String {
        let path = self.of_album(album, "/zip");
        match from {
            0 => path,
            from => format!("{path}&from={from}"),
        }
    }

    fn of_album(self, album: &Album, what: &str) -> String {
        let path = format!("/media/api/albums/{}{what}?owner={}", album.id, album.owner);
        match self {
            Self::Link(_, secret) => format!("{path}&link={}", encoded(secret)),
            _ => path,
        }
    }

    pub(super) fn page(self, id: &str) -> String {
        match self {
            Self::Own => format!("/media/a/{id}"),
            Self::Album(album) => format!("/media/a/{id}?in={}/{}", album.owner, album.id),
            Self::Link(owner, secret) => format!("/media/l/{owner}/{}/{id}", encoded(secret)),
        }
    }
}

/// A picture, video or other file in a grid.
#[derive(Debug)]
pub(super) struct Tile<'a> {
    pub(super) id: &'a str,
    /// Its description: what you see, or its title.
    pub(super) said: Option<&'a str>,
    pub(super) size: (Option<i64>, Option<i64>),
    pub(super) sort: &'a str,
    pub(super) ms: Option<i64>,
    /// Local time.
    pub(super) day: &'a str,
    /// The file's name, shown if it has no picture.
    pub(super) name: &'a str,
    /// Words on the picture: the person, the year.
    pub(super) label: Option<String>,
}

impl<'a> From<&'a Cell> for Tile<'a> {
    fn from(cell: &'a Cell) -> Self {
        Self {
            id: &cell.id,
            said: cell.said.as_deref(),
            size: (cell.width, cell.height),
            sort: &cell.sort,
            ms: cell.ms,
            day: &cell.day,
            name: "",
            label: None,
        }
    }
}

impl<'a> From<&'a Asset> for Tile<'a> {
    fn from(asset: &'a Asset) -> Self {
        Self {
            id: &asset.id,
            said: asset.words.alt.as_deref().or(asset.words.title.as_deref()),
            size: (asset.width, asset.height),
            sort: asset.sort(),
            ms: asset.ms,
            day: &asset.day,
            name: &asset.name,
            label: None,
        }
    }
}

impl Tile<'_> {
    fn is_picture(&self) -> bool {
        matches!(self.sort, "photo" | "video")
    }

    /// The alternative text.
    pub(super) fn alt(&self, t: Texts) -> String {
        let day = date(self.day, t.lang);
        match (self.said, self.sort) {
            (Some(said), _) => said.to_owned(),
            (None, "video") => t.format("alt-video", args![day = day]),
            (None, _) => t.format("alt-photo", args![day = day]),
        }
    }

    /// Width and height of a preview with this longer side.
    pub(super) fn fitted(&self, side: i64) -> (i64, i64) {
        match self.size {
            (Some(w), Some(h)) if w > 0 && h > 0 && w >= h => (side, (h * side / w).max(1)),
            (Some(w), Some(h)) if w > 0 && h > 0 => ((w * side / h).max(1), side),
            _ => (side, side),
        }
    }

    /// The link to its page, in a grid.
    pub(super) fn cell(&self, t: Texts, door: Door<'_>) -> Markup {
        let (width, height) = self.fitted(SIDE);
        html! {
            a href=(door.page(self.id)) data-id=(self.id) {
                @if self.is_picture() {
                    img src=(door.file(self.id, "w=400")) loading="lazy" width=(width) height=(height) alt=(self.alt(t)) data-name=[Some(self.name).filter(|name| matches!(door, Door::Own) && !name.is_empty())];
                } @else { span.blank { (Icon::Record.draw()) span { (self.name) } } }
                @if self.sort == "video" { span.mark { "▶" @if let Some(ms) = self.ms.filter(|ms| *ms >= 1000) { " " (length(ms)) } } }
                @if let Some(label) = &self.label { span.label { (label) } }
            }
        }
    }
}

/// Files under each other, with their names.
pub(super) fn rows(t: Texts, assets: &[Asset]) -> Markup {
    html! {
        ul.rows.places.files {
            @for asset in assets {
                li { a href=(Door::Own.page(&asset.id)) data-id=(asset.id) {
                    @if asset.is_seen() {
                        img src=(Door::Own.file(&asset.id, "w=200")) loading="lazy" width="56" height="56" alt="";
                    } @else { (Icon::Record.draw()) }
                    span.grow {
                        strong { (asset.words.title.as_deref().unwrap_or(&asset.name)) } br;
                        span.hint { (t.lang.size(asset.bytes.unsigned_abs())) " · " (date(&asset.day, t.lang)) }
                    }
                } }
            }
        }
    }
}

/// "0:12" of milliseconds.
pub(super) fn length(ms: i64) -> String {
    let seconds = ms / 1000;
    match seconds / 3600 {
        0 => format!("{}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}

/// "14 July 2026" of a local time.
pub(crate) fn date(day: &str, lang: Lang) -> String {
    let at = Timestamp::parse(&format!("{day}.000Z"));
    at.map_or_else(|_| day.to_owned(), |at| lang.date(at, Zone::UTC))
}

/// "14 July 2026" of milliseconds since 1970, in the reader's zone.
pub(super) fn day(ms: i64, t: Texts) -> String {
    Timestamp::from_millis(ms).map_or_else(|_| String::new(), |at| t.date(at))
}

/// "July 2026" of `2026-07`.
pub(super) fn month_name(month: &str, lang: Lang) -> String {
    let first = date(&format!("{month}-01T00:00:00"), lang);
    let rest = first.split_once(' ').map(|(_, rest)| rest.to_owned());
    rest.unwrap_or(first)
}

/// The button that begins to select what is in the element with this id, and what one does with it.
pub(super) fn select(t: Texts, what: &str, acts: &str) -> Markup {
    html! { button #select type="button" data-what=(what) data-acts=(acts) { (t.text("select")) } }
}

/// The button that begins to select what others share, to take it into the viewer's library.
pub(super) fn select_to_keep(t: Texts, what: &str, door: Door<'_>) -> Markup {
    html! { button #select type="button" data-what=(what) data-acts="keep" data-keep=(door.keep()) { (t.text("select")) } }
}

/// A person's name, or a placeholder if it is unknown.
pub(super) fn called(node: &Node, t: Texts, did: &Did) -> Result<String, Problem> {
    let name = node.called(did)?;
    Ok(name.unwrap_or_else(|| t.text("somebody").into_owned()))
}

/// The id of another person's asset that this one is a copy of.
pub(super) fn kept_of(asset: &Asset) -> Option<&str> {
    let used_by = asset.words.used_by.as_ref();
    let used_by = used_by.filter(|used| used.app == MANIFEST.name && used.feature == KEPT);
    used_by.map(|used| used.entity.as_str())
}

/// Returns the audience, as the owner reads it.
pub(super) fn audience(t: Texts, access: Access) -> Markup {
    let text = match access {
        Access::Private => t.text("seen-private"),
        Access::TrustGraph => t.text("seen-connections"),
        Access::Conversation => t.text("seen-group"),
        Access::Public => t.text("seen-public"),
    };
    html! { span.tag { (text) } }
}
