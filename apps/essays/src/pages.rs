//! The pages of this service: a person's essays, one essay, a series, and the page where people write.
//!
//! Always: a page shows what its viewer may see, and reading works without scripts. Only what strangers find in a list is for
//! search engines and previews of links.

mod edit;
mod essay;
mod series;

use axum::response::Response;
use imajin_app::extract::{Caller, Path, Visitor};
use imajin_app::page::Preview;
use imajin_app::{Answer, Lang, Node, Page, Session, Texts, args};
use imajin_dfos::Timestamp;
use imajin_host::reached::Reached;
use imajin_items::files::FileView;
use imajin_items::pages::{Form, Reader, Scene, moved, words};
use imajin_items::{Base, ItemPages, Owner, PersonPage, Viewing, formats};
use imajin_protocol::Did;
use maud::{Markup, html};

use crate::Essays;
use crate::items::{Item, Kind};
use crate::manifest::{MANIFEST, OWN_PAGE, TEXTS};
use crate::queries;

pub(crate) use edit::edit;

/// The style sheet of this app's pages.
const STYLE: &str = "/assets/essays/essays.css";
/// The script of pages with a series that can be followed.
const SCRIPT: &str = "/assets/essays/page.js";

/// The request for the page of an item.
struct Visit<'a> {
    node: &'a Node,
    session: Option<&'a Session>,
    lang: Lang,
    /// The scheme and the host of the request.
    address: &'a str,
}

/// Answers an essay or a series as a page, JSON or Markdown.
pub(crate) async fn item(
    Visitor(node, Caller(session)): Visitor,
    lang: Lang,
    Path((whose, name)): Path<(String, String)>,
    Reached(address): Reached,
) -> Answer<Response> {
    let (name, form) = Form::split_suffix(&name);
    let author = Owner::resolve(&node, &whose)?;
    let session = session.as_ref();
    let viewer = session.map(|session| &session.did);
    let view = Essays::find(&node, &author.did, viewer, name)?;
    if let Some(moved) = moved(&view.item, &author.path(MANIFEST.name), (name, form)) {
        return Ok(moved);
    }
    let visit = Visit { node: &node, session, lang, address: &address };
    match (form, view.item.kind) {
        (Form::Page, Kind::Essay) => essay::page(&visit, author, &view.item),
        (Form::Page, Kind::Series) => series::page(&visit, author, &view),
        (Form::Markdown, Kind::Essay) => {
            let text = queries::read(&node, |db| queries::text(db, &author.did, &view.item))?;
            let title = formats::escaped(&view.item.title);
            let text = format!("# {title}\n\n{}\n", text.unwrap_or_default());
            Ok(formats::markdown(text, session))
        }
        (Form::Markdown, Kind::Series) => {
            let heading = (&*view.item.title, view.item.note.as_deref());
            let path = author.path(MANIFEST.name);
            let text = formats::outline(heading, &path, &view.within);
            Ok(formats::markdown(text, session))
        }
        (Form::Json, _) => {
            let all: Vec<&Item> = [&view.item].into_iter().chain(&view.within).collect();
            Ok(formats::json((&author, &view.item.title), all, session))
        }
    }
}

impl PersonPage for Essays {
    fn listed(node: &Node, author: &Did, viewer: Option<&Did>) -> Answer<Vec<Item>> {
        Self::list(node, author, viewer).map(queries::sorted)
    }

    fn page(node: &Node, author: Owner, session: Option<&Session>, lang: Lang) -> Answer<Page> {
        let t = TEXTS.for_reader(lang);
        let items = Self::listed(node, &author.did, session.map(|session| &session.did))?;
        let title = Self::title(&author, lang);
        let scene = Scene::new((node, MANIFEST.name), author, session, [].into_iter(), lang);
        let top = items.iter().filter(|item| item.parent.is_none());
        let content = html! {
            div.items-page {
                (scene.head(&title, None))
                @if scene.is_own { div.actions { a.button.main href=(OWN_PAGE) { (t.text("write")) } } }
                @if items.is_empty() { p.hint.empty { (t.text("none")) } }
                ul.rows.essays {
                    @for item in top {
                        (row(&scene, item, t))
                        @for inner in items.iter().filter(|inner| inner.parent.as_ref() == Some(&item.id)) { (row(&scene, inner, t)) }
                    }
                }
                (scene.feeds(&scene.path()))
            }
        };
        let page = scene.page((t, "help-essays"), session, (&title, None), content)?;
        Ok(page.style(STYLE).indexed())
    }
}

/// Renders a row of a list: the first picture, the title, the day and the reading time, the note.
fn row(scene: &Scene<'_>, item: &Item, t: Texts) -> Markup {
    let files = scene.files(item);
    html! {
        li.with-tile.inner[item.parent.is_some()] {
            @if let Some(picture) = files.iter().find(|file| file.is_picture()) {
                span.event-tile { img src={ (picture.path) "&w=400" } alt="" width="65" height="65" loading="lazy"; }
            }
            div.grow {
                p { a href={ (scene.path()) "/" (item.address()) } { strong { (item.title) } } }
                p.soft {
                    @match item.kind {
                        Kind::Essay => { (day(item, t)) " · " (minutes(item, t)) }
                        Kind::Series => (t.text("a-series")),
                    }
                }
                (words(item.note.as_deref()))
                (scene.standing(item, None))
            }
        }
    }
}

/// Renders the day on which an item was first put.
fn day(item: &Base, t: Texts) -> Markup {
    t.day(Timestamp::from_millis(item.put).unwrap_or(Timestamp::MIN))
}

/// Returns how long an essay takes to read, in words.
pub(crate) fn minutes(essay: &Item, t: Texts) -> String {
    t.format("minutes", args![count = essay.own.minutes()])
}

/// Renders the way in which the viewer follows a series.
fn follow(visit: &Visit<'_>, scene: &Scene<'_>, series: &Item) -> Answer<Markup> {
    let t = TEXTS.for_reader(visit.lang);
    let reader =
        Reader::from_session::<Essays>(visit.node, visit.session, &scene.owner.did, series)?;
    let next = format!("/signin?next={}/{}", scene.path(), series.address());
    Ok(match reader {
        Reader::Owner { followers } => {
            html! { p.soft { (t.format("followers", args![count = followers])) } }
        }
        Reader::Visitor { follows } => scene.visitor(series, follows, None),
        Reader::Stranger => {
            html! { p.hint { (t.markup("sign-in", args![], |_, inner| html! { a href=(next) { (inner) } })) } }
        }
    })
}

/// Returns whether strangers find an item in a list, with the series that it is in.
fn is_public(node: &Node, author: &Owner, item: &Item, series: Option<&Item>) -> Answer<bool> {
    let stranger = Viewing::new(node, &author.did, None)?;
    let mut items = [item].into_iter().chain(series);
    Ok(items.all(|item| stranger.sees(item, false)))
}

/// Returns the preview of a link to an item's page: with its first picture.
fn preview(visit: &Visit<'_>, path: &str, files: &[FileView], is_article: bool) -> Preview {
    let has_previews = |file: &&FileView| {
        let about = file.about.as_ref();
        file.is_picture() && about.is_some_and(|about| about.has_previews)
    };
    let picture = files.iter().find(has_previews);
    let address = visit.address;
    Preview {
        url: format!("{address}{path}"),
        picture: picture.map(|file| format!("{address}{}&w=og", file.path)),
        is_article,
    }
}
