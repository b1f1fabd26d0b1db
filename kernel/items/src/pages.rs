//! The parts of pages that every service of items has.
//!
//! Always: only the owner sees items that are hidden from others, with a tag that says from whom.

use std::collections::BTreeMap;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::page::{Face, avatar, short_did};
use imajin_app::{Answer, Node, Page, Session, Texts, args};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use maud::{Markup, html};

use crate::files::{self, FileView, ItemRef};
use crate::{Base, Items, Origin, Owner, TEXTS, Visibility, store};

/// The style sheet of pages of items, and of the page where they are edited.
pub const STYLE: &str = "/assets/items.css";
/// Maximum characters of a description for search engines.
const DESCRIPTION_MAX: usize = 200;

/// The form that an address requests by its ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A page for people.
    Page,
    /// A JSON document: `.json`.
    Json,
    /// A Markdown text: `.md`.
    Markdown,
}

impl Form {
    /// Returns a name without its ending, and the form that the ending asks for.
    pub fn split_suffix(name: &str) -> (&str, Self) {
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

/// Returns the answer under another name than an item's address; `None` under its own.
pub fn moved(item: &Base, path: &str, (name, form): (&str, Form)) -> Option<Response> {
    (item.address() != name).then(|| {
        let path = format!("{path}/{}{}", item.address(), form.ending());
        let mut response = Redirect::permanent(&path).into_response();
        // The owner may choose another address tomorrow.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    })
}

/// Common parts of the pages about one owner's items.
pub struct Scene<'a> {
    /// The items' owner.
    pub owner: Owner,
    /// Whether the owner looks.
    pub is_own: bool,
    service: &'static str,
    now_ms: i64,
    /// Owners of the items that these are copies of, as far as they are on this box, by DID.
    sources: BTreeMap<String, Owner>,
    t: Texts,
    node: &'a Node,
}

impl<'a> Scene<'a> {
    /// Builds the scene for items copied from these originals (`<DID>/<id>`).
    pub fn new<'c>(
        (node, service): (&'a Node, &'static str),
        owner: Owner,
        session: Option<&Session>,
        copied: impl Iterator<Item = &'c str>,
        reader: impl Into<imajin_app::Reader>,
    ) -> Self {
        let mut sources = BTreeMap::new();
        for (did, _) in copied.filter_map(Origin::parts) {
            if !sources.contains_key(did.as_str())
                // A source that has left is named by its DID alone.
                && let Ok(source) = Owner::resolve(node, did.as_str())
            {
                sources.insert(did.to_string(), source);
            }
        }
        Self {
            is_own: session.is_some_and(|session| session.did == owner.did),
            owner,
            service,
            now_ms: node.now().as_millis(),
            sources,
            t: TEXTS.for_reader(reader),
            node,
        }
    }

    /// Returns the path of all of the owner's items.
    pub fn path(&self) -> String {
        self.owner.path(self.service)
    }

    /// Returns the page with this content; `t` and the message with its help text are the service's.
    pub fn page(
        &self,
        (t, help): (Texts, &'static str),
        session: Option<&Session>,
        (title, note): (&str, Option<&str>),
        content: Markup,
    ) -> Answer<Page> {
        let page = t.page(help, title, content).style(STYLE);
        let mut page = page.viewer(self.node.viewer_of(session)?);
        if let Some(note) = note {
            page = page.description(note.chars().take(DESCRIPTION_MAX).collect::<String>());
        }
        Ok(if self.is_own {
            // Makes days local.
            page.script("/assets/js/ui.js")
        } else {
            page
        })
    }

    /// Renders the owner's picture, the title and the words.
    pub fn head(&self, title: &str, note: Option<&str>) -> Markup {
        let Self { owner, t, .. } = self;
        let name = owner.name.as_deref().unwrap_or(title);
        html! {
            header.items-head {
                @match &owner.picture {
                    Some(picture) => img.face src=(picture) alt=(t.format("picture-of", args![name = name])) width="112" height="112";,
                    None => (avatar(Face { name, did: owner.did.as_str(), picture: None })),
                }
                h1 { (title) }
                @if let Some(handle) = &owner.handle { p.handle { "@" (handle) } }
                (words(note))
            }
        }
    }

    /// Returns the files of one of the owner's items.
    pub fn files(&self, item: &Base) -> Vec<FileView> {
        let place = ItemRef { service: self.service, owner: &self.owner.did, item: &item.id };
        files::file_views(self.node, place, &item.files, self.is_own)
    }

    /// Renders the source of a copied item (`<DID>/<id>`).
    pub fn source(&self, copied: Option<&str>) -> Markup {
        let origin = copied.and_then(Origin::parts);
        html! {
            @if let Some((did, id)) = origin {
                p.from { (self.t.markup("copied-from", args![], |_, _| match self.sources.get(did.as_str()) {
                    Some(source) => html! {
                        a href={ "/" (self.service) "/" (did) "/" (id.as_str()) } { (source.called(self.t.lang)) }
                    },
                    None => short_did(did.as_str()),
                })) }
            }
        }
    }

    /// Renders the notes on an item for its owner alone: the service's `more`, and why others don't see it.
    pub fn standing(&self, item: &Base, more: Option<&str>) -> Markup {
        let t = self.t;
        let seen_by = match item.visibility {
            Visibility::Public => None,
            Visibility::Connections => Some("tag-connections"),
            Visibility::Link => Some("tag-link"),
            Visibility::Private => Some("tag-private"),
        };
        let day = |id: &str, at: i64| {
            let at = Timestamp::from_millis(at).unwrap_or(Timestamp::MIN);
            t.markup(id, args![], |_, _| t.day(at))
        };
        html! {
            @if self.is_own {
                p.standing {
                    @if let Some(more) = more { span { (more) } }
                    @if !item.on { span.tag.bad { (t.text("tag-off")) } }
                    @if let Some(id) = seen_by { span.tag { (t.text(id)) } }
                    @if let Some(from) = item.from.filter(|from| *from > self.now_ms) { span.tag { (day("tag-from", from)) } }
                    @if let Some(until) = item.until { span.tag { (day("tag-until", until)) } }
                }
            }
        }
    }

    /// Renders the links to the feeds of the page at a path.
    pub fn feeds(&self, path: &str) -> Markup {
        html! {
            p.feeds { (self.t.text("feeds")) " " a href={ (path) "/feed.atom" } { "Atom" } " · " a href={ (path) "/feed.rss" } { "RSS" } }
        }
    }

    /// Renders the button by which a visitor follows an item, and the one by which they copy it, if it has a text;
    /// `js/items/visitor.js` makes them work.
    pub fn visitor(&self, item: &Base, follows: bool, copy: Option<&str>) -> Markup {
        html! {
            div.actions #visitor data-service=(self.service) data-owner=(self.owner.did) data-item=(item.id) data-follows=[follows.then_some("yes")] hidden {
                button #follow type="button" {}
                @if let Some(copy) = copy { button #copy type="button" { (copy) } }
            }
        }
    }
}

/// The reader of an item's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The item's owner.
    Owner {
        /// Number of people on this node who follow the item.
        followers: u64,
    },
    /// Another person with a session.
    Visitor {
        /// Whether they follow it.
        follows: bool,
    },
    /// A visitor without a session.
    Stranger,
}

impl Reader {
    /// Returns the reader of an item of this owner.
    pub fn from_session<S: Items>(
        node: &Node,
        session: Option<&Session>,
        owner: &Did,
        item: &Base,
    ) -> Answer<Self> {
        let Some(session) = session else {
            return Ok(Self::Stranger);
        };
        let (reader, owner) = (session.did.as_str(), owner.as_str());
        node.read(S::SERVICE, |db| {
            let db = db.into();
            if reader == owner {
                let followers = store::followers(db, owner, &item.id)?;
                return Ok(Self::Owner { followers });
            }
            let mut followed = store::follows(db, reader)?.into_iter();
            let follows = followed.any(|one| one.of == owner && one.item == item.id);
            Ok(Self::Visitor { follows })
        })
    }
}

/// Renders a note, a paragraph for each of its paragraphs.
pub fn words(note: Option<&str>) -> Markup {
    html! { @for paragraph in paragraphs(note.unwrap_or_default()) { p.note { (paragraph) } } }
}

/// Returns the paragraphs of a text: empty lines are between them.
pub fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_asks_for_a_form() {
        assert_eq!(Form::split_suffix("ada.json"), ("ada", Form::Json));
        assert_eq!(Form::split_suffix("ada.md"), ("ada", Form::Markdown));
        assert_eq!(Form::split_suffix("ada"), ("ada", Form::Page));
    }

    #[test]
    fn a_text_has_paragraphs() {
        let all: Vec<_> = paragraphs("One\ntwo\n\n\n\nthree\n").collect();
        assert_eq!(all, ["One\ntwo", "three"]);
    }
}
