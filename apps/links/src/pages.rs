//! Pages for visitors: a person's page of links, and each collection's own.
//!
//! Always: a page shows only what its viewer may see ([`ItemPages::list`], [`ItemPages::find`]).

mod edit;
mod formats;

use axum::Extension;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::extract::{Caller, Path, Visitor};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Lang, Node, Page, Peer, Session, Texts, args};
use imajin_items::files::{self, FileView};
use imajin_items::pages::{Form, Reader, Scene, moved, words};
use imajin_items::{Accent, ItemPages, ItemView, Origin, Owner, PersonPage};
use maud::{Markup, html};

use crate::Links;
use crate::fields::Kind;
use crate::manifest::{MANIFEST, TEXTS};
use crate::queries::{self, Item};
use crate::visits::{Click, Target, lead};

pub(crate) use edit::edit;

/// The style sheet of this app's pages.
const STYLE: &str = "/assets/links/links.css";

/// A page or a collection, as its viewer sees it.
struct View<'a> {
    scene: Scene<'a>,
    title: String,
    /// The item that the page is about: a collection, or the page itself if its owner described it.
    subject: Option<Item>,
    /// The page's items, in their order.
    items: Vec<Item>,
    /// The page's accent, also of collections without a colour.
    accent: Accent,
    t: Texts,
}

impl<'a> View<'a> {
    fn new(
        node: &'a Node,
        owner: Owner,
        session: Option<&Session>,
        (subject, items): (Option<Item>, Vec<Item>),
        lang: Lang,
    ) -> Answer<Self> {
        let own = subject.as_ref().and_then(|subject| subject.own.accent);
        let accent = match own {
            Some(accent) => Some(accent),
            None => {
                let page = queries::read(node, |db| queries::page(db, owner.did.as_str()))?;
                page.and_then(|page| page.own.accent)
            }
        };
        let title = subject.as_ref().map(|subject| subject.title.clone());
        let copied = items.iter().chain(&subject).filter_map(|item| item.copied.as_deref());
        Ok(Self {
            accent: accent.unwrap_or(Accent::Ember),
            title: title.unwrap_or_else(|| owner.called(lang)),
            scene: Scene::new((node, MANIFEST.name), owner, session, copied, lang),
            subject,
            items,
            t: TEXTS.for_reader(lang),
        })
    }

    fn whole(node: &'a Node, owner: Owner, session: Option<&Session>, lang: Lang) -> Answer<Self> {
        let viewer = session.map(|session| &session.did);
        let items = Links::list(node, &owner.did, viewer)?;
        let page = items.iter().find(|item| item.kind == Kind::Page).cloned();
        Self::new(node, owner, session, (page, items), lang)
    }

    fn note(&self) -> Option<&str> {
        self.subject.as_ref()?.note.as_deref()
    }

    /// Returns the items of a kind in a collection, or on the page itself.
    fn within(&self, kind: Kind, parent: Option<&str>) -> impl Iterator<Item = &Item> {
        let is_there = move |item: &&Item| item.kind == kind && item.parent.as_deref() == parent;
        self.items.iter().filter(is_there)
    }

    fn path(&self, item: &Item) -> String {
        format!("{}/{}", self.scene.path(), item.address())
    }

    fn page(&self, session: Option<&Session>, content: Markup) -> Answer<Page> {
        let summary = (&*self.title, self.note());
        let page = self.scene.page((self.t, "help-page"), session, summary, content)?;
        Ok(page.style(STYLE))
    }

    fn rows<'i>(&self, links: impl Iterator<Item = &'i Item>, around: Option<&Item>) -> Markup {
        let mut links = links.peekable();
        html! {
            @if links.peek().is_some() { ul.link-rows { @for link in links { (self.row(link, around)) } } }
        }
    }

    fn row(&self, link: &Item, around: Option<&Item>) -> Markup {
        let url = link.own.url.as_deref().unwrap_or_default();
        let owner_of = |item: &Item| Origin::parts(item.copied.as_deref()?).map(|(did, _)| did);
        // A completely copied collection names its source once.
        let is_said = around.and_then(owner_of) == owner_of(link);
        let files = self.scene.files(link);
        let cover = files.iter().position(FileView::is_picture);
        let others = files.iter().enumerate().filter(|(place, _)| Some(*place) != cover);
        html! {
            li {
                @if let Some(cover) = cover { span.cover { (files[cover].picture(&files[cover].alt)) } }
                a.to href=(Links::target_path(&self.scene.owner, link)) rel="nofollow ugc noopener" { (link.title) }
                span.host { (host(url)) }
                (words(link.note.as_deref()))
                (files::draw(others, self.t.lang))
                @if !is_said { (self.scene.source(link.copied.as_deref())) }
                (self.standing(link))
            }
        }
    }

    fn files(&self, item: &Item) -> Markup {
        let files = self.scene.files(item);
        files::draw(files.iter().enumerate(), self.t.lang)
    }

    /// Draws the parts of an item that only the owner sees: its clicks, and why others don't see it.
    fn standing(&self, item: &Item) -> Markup {
        let subject = self.subject.as_ref();
        let counts = subject.is_none_or(|subject| subject.own.counts);
        let clicks = item.own.clicks.filter(|_| counts && item.kind == Kind::Link);
        let clicks = clicks.map(|clicks| self.t.format("clicks", args![count = clicks]));
        self.scene.standing(item, clicks.as_deref())
    }

    /// Draws the description of a collection, for its own page and its section of the whole page.
    fn description(&self, collection: &Item) -> Markup {
        html! {
            (words(collection.note.as_deref()))
            (self.files(collection))
            (self.scene.source(collection.copied.as_deref()))
            (self.standing(collection))
        }
    }

    /// Draws the owner's page.
    fn content(&self) -> Markup {
        let (t, scene) = (self.t, &self.scene);
        let is_empty = self.items.iter().all(|item| item.kind == Kind::Page);
        html! {
            div class={ "items-page accent-" (self.accent.name()) } {
                (scene.head(&self.title, self.note()))
                @if let Some(page) = &self.subject { (self.files(page)) }
                @if scene.is_own { div.actions { a.button href="/links/edit" { (t.text("change")) } } }
                @if is_empty { p.hint.empty { (t.text("none")) } }
                @else { (self.rows(self.within(Kind::Link, None), None)) }
                @for collection in self.within(Kind::Collection, None) { (self.section(collection)) }
                (scene.feeds(&scene.path()))
            }
        }
    }

    fn section(&self, collection: &Item) -> Markup {
        let accent = collection.own.accent;
        let accent = accent.map(|accent| format!("accent-{}", accent.name()));
        html! {
            section class=[accent] {
                h2 { a href=(self.path(collection)) { (collection.title) } }
                (self.description(collection))
                (self.rows(self.within(Kind::Link, Some(&collection.id)), Some(collection)))
            }
        }
    }

    fn collection(&self, collection: &Item, reader: Reader) -> Markup {
        let (t, scene, path) = (self.t, &self.scene, self.path(collection));
        let name = scene.owner.called(t.lang);
        html! {
            div class={ "items-page accent-" (self.accent.name()) } {
                div #message {}
                header.items-head {
                    h1 { (self.title) }
                    p.handle { (t.markup("collection-of", args![name = name], |_, inner| html! { a href=(scene.path()) { (inner) } })) }
                    (self.description(collection))
                }
                @match reader {
                    Reader::Owner { followers } => {
                        p.soft { (t.format("followers", args![count = followers])) }
                        div.actions { a.button href="/links/edit" { (t.text("change")) } }
                    },
                    Reader::Visitor { follows } => (scene.visitor(collection, follows, Some(&*t.text("copy")))),
                    Reader::Stranger => p.hint { (t.markup("sign-in", args![], |_, inner| html! { a href={ "/signin?next=" (path) } { (inner) } })) },
                }
                div #copying aria-live="polite" {}
                @if self.items.is_empty() { p.hint.empty { (t.text("none")) } }
                (self.rows(self.items.iter(), Some(collection)))
                (scene.feeds(&path))
            }
        }
    }
}

/// Returns a short name of an address's destination: its host, its mailbox, its number.
pub(crate) fn host(url: &str) -> &str {
    let Some((_, rest)) = url.split_once("://") else {
        let rest = url.split_once(':').map_or(url, |(_, rest)| rest);
        return rest.split('?').next().unwrap_or(rest);
    };
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or(rest);
    // Text before `@` can look like a host and isn't one.
    let host = authority.rsplit('@').next().unwrap_or(authority);
    host.strip_prefix("www.").unwrap_or(host)
}

impl PersonPage for Links {
    fn page(node: &Node, owner: Owner, session: Option<&Session>, lang: Lang) -> Answer<Page> {
        let view = View::whole(node, owner, session, lang)?;
        Ok(view.page(session, view.content())?.indexed())
    }

    fn document(
        node: &Node,
        owner: Owner,
        session: Option<&Session>,
        (form, lang): (Form, Lang),
    ) -> Answer<Response> {
        let view = View::whole(node, owner, session, lang)?;
        Ok(if form == Form::Json { view.json(session) } else { view.markdown(session) })
    }
}

/// The parts of a visitor's request that the count of clicks needs.
type Visit = (Option<Extension<Peer>>, Method, HeaderMap);

/// Answers a collection's own page; for a link, redirects to its address.
pub(crate) async fn item(
    Visitor(node, Caller(session)): Visitor,
    lang: Lang,
    Path((whose, name)): Path<(String, String)>,
    visit: Visit,
) -> Answer<Response> {
    let session = session.as_ref();
    let (name, form) = Form::split_suffix(&name);
    let owner = Owner::resolve(&node, &whose)?;
    let viewer = session.map(|session| &session.did);
    let ItemView { item, within } = Links::find(&node, &owner.did, viewer, name)?;
    if item.kind == Kind::Page {
        return Ok(Redirect::to(&owner.path(MANIFEST.name)).into_response());
    }
    if let Some(moved) = moved(&item, &owner.path(MANIFEST.name), (name, form)) {
        return Ok(moved);
    }
    if item.kind == Kind::Link && form == Form::Page {
        let (peer, method, headers) = &visit;
        let target = Target::new(&node, owner.did, &item)?;
        let click =
            Click { viewer, peer: peer.as_ref().map(|Extension(peer)| *peer), method, headers };
        return Ok(lead(&node, &target, &click));
    }
    let reader = Reader::from_session::<Links>(&node, session, &owner.did, &item)?;
    let subject = (Some(item.clone()), within);
    let view = View::new(&node, owner, session, subject, lang)?;
    match form {
        Form::Json => return Ok(view.json(session)),
        Form::Markdown => return Ok(view.markdown(session)),
        Form::Page => {}
    }
    let mut page = view.page(session, view.collection(&item, reader))?;
    if let Reader::Visitor { .. } = reader {
        page = page.script("/assets/links/page.js");
    }
    Ok(page.into_response())
}

#[cfg(test)]
mod tests;
