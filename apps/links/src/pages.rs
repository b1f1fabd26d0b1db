//! The pages that visitors see: a person's page of links, and each collection's own.
//!
//! Always: a page shows what its viewer may see ([`queries::shown`], [`queries::seen`]); only the owner sees clicks,
//! and what is hidden from others, with a tag that says from whom.

mod edit;
mod written;

use std::collections::BTreeMap;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Redirect, Response};
use imajin_dfos::Timestamp;
use imajin_service::extract::{Caller, Path};
use imajin_service::operation::Choice;
use imajin_service::page::{Page, avatar, short_did};
use imajin_service::{Lang, Node, Peer, Problem, Session, Texts, args};
use maud::{Markup, html};

use crate::fields::{Accent, Kind, Origin, Visibility};
use crate::manifest::{MANIFEST, TEXTS};
use crate::owner::Owner;
use crate::queries::{self, Item};
use crate::visits::{Click, Target, lead, none};

pub(crate) use edit::edit;

/// The style sheet of this app's pages.
const STYLE: &str = "/assets/links/links.css";
/// Characters of a description for search engines.
const DESCRIPTION_MAX: usize = 160;

/// What an address asks for, by its ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Page,
    Json,
    Markdown,
}

impl Form {
    /// A name without its ending, and the form that the ending asks for.
    pub(crate) fn of(name: &str) -> (&str, Self) {
        match (name.strip_suffix(".json"), name.strip_suffix(".md")) {
            (Some(name), _) => (name, Self::Json),
            (_, Some(name)) => (name, Self::Markdown),
            _ => (name, Self::Page),
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Page => "",
            Self::Json => ".json",
            Self::Markdown => ".md",
        }
    }
}

/// A page or a collection, as its viewer sees it.
pub(crate) struct View<'a> {
    owner: Owner,
    title: String,
    /// The item that the page is about: a collection, or the page itself if its owner said anything of it.
    subject: Option<Item>,
    /// What is on it, in its order.
    items: Vec<Item>,
    /// A collection without a colour has the page's.
    accent: Accent,
    is_own: bool,
    now_ms: i64,
    /// Owners of the items that these are copies of, as far as they are on this box, by DID.
    sources: BTreeMap<String, Owner>,
    t: Texts,
    node: &'a Node,
}

impl<'a> View<'a> {
    fn of(
        node: &'a Node,
        owner: Owner,
        session: Option<&Session>,
        (subject, items): (Option<Item>, Vec<Item>),
        t: Texts,
    ) -> Result<Self, Problem> {
        let own = subject.as_ref().and_then(|subject| subject.accent);
        let accent = match own {
            Some(accent) => Some(accent),
            None => {
                let page = node.read(MANIFEST.name, |db| queries::page(db, owner.did.as_str()))?;
                page.and_then(|page| page.accent)
            }
        };
        let title = subject.as_ref().map(|subject| subject.title.clone());
        let title = title.or_else(|| owner.name.clone());
        let mut sources = BTreeMap::new();
        for copied in items
            .iter()
            .chain(&subject)
            .filter_map(|item| item.copied.as_deref())
        {
            if let Some((did, _)) = Origin::parts(copied)
                && !sources.contains_key(did.as_str())
                // A source that has left is named by its DID alone.
                && let Ok(source) = Owner::named(node, did.as_str())
            {
                sources.insert(did.to_string(), source);
            }
        }
        Ok(Self {
            accent: accent.unwrap_or(Accent::Ember),
            is_own: session.is_some_and(|session| session.did == owner.did),
            now_ms: node.now().as_millis(),
            title: title.unwrap_or_else(|| t.text("somebody").into_owned()),
            owner,
            subject,
            items,
            sources,
            t,
            node,
        })
    }

    /// All of a person's page.
    pub(crate) fn whole(
        node: &'a Node,
        owner: Owner,
        session: Option<&Session>,
        t: Texts,
    ) -> Result<Self, Problem> {
        let viewer = session.map(|session| &session.did);
        let items = queries::shown(node, &owner.did, viewer)?;
        let page = items.iter().find(|item| item.kind == Kind::Page).cloned();
        Self::of(node, owner, session, (page, items), t)
    }

    /// The owner's page in the frame of all pages.
    pub(crate) fn into_page(self, session: Option<&Session>) -> Result<Page, Problem> {
        let content = self.content();
        Ok(self.page(session, content)?.indexed())
    }

    /// The items of a kind in a collection, or on the page itself.
    fn within(&self, kind: Kind, parent: Option<&str>) -> impl Iterator<Item = &Item> {
        let is_there = move |item: &&Item| item.kind == kind && item.parent.as_deref() == parent;
        self.items.iter().filter(is_there)
    }

    /// The path of an item.
    fn path(&self, item: &Item) -> String {
        format!("{}/{}", self.owner.path(), item.address())
    }

    fn page(self, session: Option<&Session>, content: Markup) -> Result<Page, Problem> {
        let note = self.subject.and_then(|subject| subject.note);
        let mut page = self
            .t
            .page(self.title, content)
            .style(STYLE)
            .viewer(self.node.viewer_of(session)?);
        if let Some(note) = note {
            page = page.description(note.chars().take(DESCRIPTION_MAX).collect::<String>());
        }
        if session.is_none() {
            page = page.site(self.node.name());
        }
        Ok(match self.is_own {
            // Makes days local.
            true => page.script("/assets/js/ui.js"),
            false => page,
        })
    }

    /// The picture, the title and the words.
    fn head(&self) -> Markup {
        let Self { owner, t, .. } = self;
        let name = owner.name.as_deref().unwrap_or(&self.title);
        html! {
            header.links-head {
                @match &owner.picture {
                    Some(picture) => img.face src=(picture) alt=(t.with("picture-of", args![name = name])) width="112" height="112";,
                    None => (avatar(name, owner.did.as_str())),
                }
                h1 { (self.title) }
                @if let Some(handle) = &owner.handle { p.handle { "@" (handle) } }
                (words(self.subject.as_ref()))
            }
        }
    }

    fn rows<'i>(&self, links: impl Iterator<Item = &'i Item>, around: Option<&Item>) -> Markup {
        let mut links = links.peekable();
        html! {
            @if links.peek().is_some() { ul.link-rows { @for link in links { (self.row(link, around)) } } }
        }
    }

    fn row(&self, link: &Item, around: Option<&Item>) -> Markup {
        let url = link.url.as_deref().unwrap_or_default();
        let whose = self.owner.handle.as_deref();
        let whose = whose.unwrap_or(self.owner.did.as_str());
        let owner_of = |item: &Item| Origin::parts(item.copied.as_deref()?).map(|(did, _)| did);
        // Where a whole collection is copied, it says so once.
        let is_said = around.and_then(owner_of) == owner_of(link);
        html! {
            li {
                a.to href={ "/links/go/" (whose) "/" (link.id) } rel="nofollow ugc noopener" { (link.title) }
                span.host { (host(url)) }
                (words(Some(link)))
                @if !is_said { (self.source(link)) }
                (self.standing(link))
            }
        }
    }

    /// From whom an item was copied.
    fn source(&self, item: &Item) -> Markup {
        let origin = item.copied.as_deref().and_then(Origin::parts);
        html! {
            @if let Some((did, id)) = origin {
                p.from { (self.t.markup("copied-from", args![], |_, _| match self.sources.get(did.as_str()) {
                    Some(source) => html! {
                        a href={ "/links/" (did) "/" (id.as_str()) } { (source.name.clone().unwrap_or_else(|| self.t.text("somebody").into_owned())) }
                    },
                    None => short_did(did.as_str()),
                })) }
            }
        }
    }

    /// What only the owner sees of an item: its clicks, and why others don't see it.
    fn standing(&self, item: &Item) -> Markup {
        let t = self.t;
        let counts = self.subject.as_ref().is_none_or(|subject| subject.counts);
        let clicks = item.clicks.filter(|_| counts && item.kind == Kind::Link);
        let clicks = clicks.map(|clicks| t.with("clicks", args![count = clicks]));
        let seen_by = match item.visibility {
            Visibility::Public => None,
            Visibility::Connections => Some("tag-connections"),
            Visibility::Link => Some("tag-link"),
            Visibility::Private => Some("tag-private"),
        };
        let day = |id: &str, at: i64| {
            let at = Timestamp::from_millis(at).unwrap_or(Timestamp::MIN);
            t.markup(id, args![], |_, _| {
                html! { time datetime=(at) data-day { (t.lang.date(at)) } }
            })
        };
        html! {
            @if self.is_own {
                p.standing {
                    @if let Some(clicks) = clicks { span { (clicks) } }
                    @if !item.on { span.tag.bad { (t.text("tag-off")) } }
                    @if let Some(id) = seen_by { span.tag { (t.text(id)) } }
                    @if let Some(from) = item.from.filter(|from| *from > self.now_ms) { span.tag { (day("tag-from", from)) } }
                    @if let Some(until) = item.until { span.tag { (day("tag-until", until)) } }
                }
            }
        }
    }

    /// Where to edit, and what programs read.
    fn foot(&self, path: &str) -> Markup {
        html! {
            p.feeds { (self.t.text("feeds")) " " a href={ (path) "/feed.atom" } { "Atom" } " · " a href={ (path) "/feed.rss" } { "RSS" } }
        }
    }

    /// The owner's page.
    fn content(&self) -> Markup {
        let t = self.t;
        let is_empty = self.items.iter().all(|item| item.kind == Kind::Page);
        html! {
            div class={ "links-page accent-" (self.accent.name()) } {
                (self.head())
                @if self.is_own { div.actions { a.button href="/links/edit" { (t.text("change")) } } }
                @if is_empty { p.hint.empty { (t.text("none")) } }
                @else { (self.rows(self.within(Kind::Link, None), None)) }
                @for collection in self.within(Kind::Collection, None) { (self.section(collection)) }
                (self.foot(&self.owner.path()))
            }
        }
    }

    fn section(&self, collection: &Item) -> Markup {
        let accent = collection
            .accent
            .map(|accent| format!("accent-{}", accent.name()));
        html! {
            section class=[accent] {
                h2 { a href=(self.path(collection)) { (collection.title) } }
                (words(Some(collection)))
                (self.source(collection))
                (self.standing(collection))
                (self.rows(self.within(Kind::Link, Some(&collection.id)), Some(collection)))
            }
        }
    }

    /// A collection's own page.
    fn collection(&self, collection: &Item, reader: &Reader) -> Markup {
        let (t, path) = (self.t, self.path(collection));
        let name = self.owner.name.clone();
        let name = name.unwrap_or_else(|| t.text("somebody").into_owned());
        html! {
            div class={ "links-page accent-" (self.accent.name()) } {
                div #message {}
                header.links-head {
                    h1 { (self.title) }
                    p.handle { (t.markup("collection-of", args![name = name], |_, inner| html! { a href=(self.owner.path()) { (inner) } })) }
                    (words(Some(collection)))
                    (self.source(collection))
                    (self.standing(collection))
                }
                @match reader {
                    Reader::Owner { followers } => {
                        p.soft { (t.with("followers", args![count = *followers])) }
                        div.actions { a.button href="/links/edit" { (t.text("change")) } }
                    },
                    Reader::Visitor { follows } => div.actions #visitor data-owner=(self.owner.did) data-item=(collection.id) data-follows=[follows.then_some("yes")] hidden {
                        button #follow type="button" {}
                        button #copy type="button" { (t.text("copy")) }
                    },
                    Reader::Stranger => p.hint { (t.markup("sign-in", args![], |_, inner| html! { a href={ "/signin?next=" (path) } { (inner) } })) },
                }
                div #copying aria-live="polite" {}
                @if self.items.is_empty() { p.hint.empty { (t.text("none")) } }
                (self.rows(self.items.iter(), Some(collection)))
                (self.foot(&path))
            }
        }
    }
}

/// Who reads a collection.
enum Reader {
    Owner { followers: u64 },
    Visitor { follows: bool },
    Stranger,
}

impl Reader {
    fn of(
        node: &Node,
        session: Option<&Session>,
        owner: &Owner,
        item: &Item,
    ) -> Result<Self, Problem> {
        let Some(session) = session else {
            return Ok(Self::Stranger);
        };
        let (reader, owner) = (session.did.as_str(), owner.did.as_str());
        node.read(MANIFEST.name, |db| {
            if reader == owner {
                let followers = queries::followers(db, owner, &item.id)?;
                return Ok(Self::Owner { followers });
            }
            let mut followed = queries::follows(db, reader)?.into_iter();
            let follows = followed.any(|(of, id, _)| of == owner && id == item.id);
            Ok(Self::Visitor { follows })
        })
    }
}

/// A note, a paragraph for each of its paragraphs.
fn words(item: Option<&Item>) -> Markup {
    let note = item.and_then(|item| item.note.as_deref());
    html! { @for paragraph in paragraphs(note.unwrap_or_default()) { p.note { (paragraph) } } }
}

/// The paragraphs of a text: empty lines are between them.
fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    let paragraphs = text.split("\n\n").map(str::trim);
    paragraphs.filter(|paragraph| !paragraph.is_empty())
}

/// Where an address leads, in a few characters: its host, its mailbox, its number.
fn host(url: &str) -> &str {
    let Some((_, rest)) = url.split_once("://") else {
        let rest = url.split_once(':').map_or(url, |(_, rest)| rest);
        return rest.split('?').next().unwrap_or(rest);
    };
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or(rest);
    // What precedes `@` can look like a host and isn't one.
    let host = authority.rsplit('@').next().unwrap_or(authority);
    host.strip_prefix("www.").unwrap_or(host)
}

/// A person's page, as its viewer sees it.
pub(crate) fn person(
    node: &Node,
    session: Option<&Session>,
    lang: Lang,
    (whose, form): (&str, Form),
) -> Result<Response, Problem> {
    let owner = Owner::named(node, whose)?;
    let view = View::whole(node, owner, session, TEXTS.of(lang))?;
    match form {
        Form::Page => Ok(view.into_page(session)?.into_response()),
        Form::Json => Ok(view.json(session)),
        Form::Markdown => Ok(view.markdown(session)),
    }
}

/// What a visitor's browser says of itself, as far as the count of clicks needs it.
type Visit = (Option<Extension<Peer>>, Method, HeaderMap);

/// A collection's own page. The address of a link leads where the link leads.
pub(crate) async fn item(
    State(node): State<Node>,
    Caller(session): Caller,
    lang: Lang,
    Path((whose, name)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let session = session.as_ref();
    let (name, form) = Form::of(&name);
    let owner = Owner::named(&node, &whose)?;
    let viewer = session.map(|session| &session.did);
    let found = queries::seen(&node, &owner.did, viewer, name)?;
    let (item, within) = found.ok_or_else(none)?;
    if item.kind == Kind::Page {
        return Ok(Redirect::to(&owner.path()).into_response());
    }
    if item.address() != name {
        let path = format!("{}/{}{}", owner.path(), item.address(), form.ending());
        let mut response = Redirect::permanent(&path).into_response();
        // The owner may choose another address tomorrow.
        let out = response.headers_mut();
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        return Ok(response);
    }
    if item.kind == Kind::Link && form == Form::Page {
        let (peer, method, headers) = &visit;
        let target = Target::of(&node, owner.did, &item)?;
        let click = Click {
            viewer,
            peer: peer.as_ref().map(|Extension(peer)| *peer),
            method,
            headers,
        };
        return Ok(lead(&node, &target, &click));
    }
    let reader = Reader::of(&node, session, &owner, &item)?;
    let view = View::of(
        &node,
        owner,
        session,
        (Some(item.clone()), within),
        TEXTS.of(lang),
    )?;
    match form {
        Form::Json => return Ok(view.json(session)),
        Form::Markdown => return Ok(view.markdown(session)),
        Form::Page => {}
    }
    let content = view.collection(&item, &reader);
    let mut page = view.page(session, content)?;
    if let Reader::Visitor { .. } = reader {
        page = page.script("/assets/links/page.js");
    }
    Ok(page.into_response())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
