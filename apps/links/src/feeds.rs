//! A page and its collections as feeds: Atom (RFC 4287) and RSS 2.0.
//!
//! Always: what everybody may see, for every caller: a reader has no session, and a cache may keep the answer. An entry keeps its id when the
//! box changes its name.

use std::convert::Infallible;
use std::time::{Duration, UNIX_EPOCH};

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use imajin_dfos::{Timestamp, cid};
use imajin_service::extract::{Host, Path};
use imajin_service::{Lang, Node, Peer, Problem, Texts, args};
use maud::{Markup, PreEscaped, html};

use crate::fields::{Kind, Visibility};
use crate::manifest::TEXTS;
use crate::owner::Owner;
use crate::queries::{self, Item};
use crate::visits::none;

/// Links in a feed at most.
const ENTRIES_MAX: usize = 50;
const ATOM: &str = "application/atom+xml; charset=utf-8";
const RSS: &str = "application/rss+xml; charset=utf-8";
const DECLARATION: PreEscaped<&str> = PreEscaped("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");

/// How somebody asks for a feed.
pub(crate) struct Asked {
    /// What the addresses in it begin with: the scheme and the host of the request.
    base: String,
    lang: Lang,
    headers: HeaderMap,
}

impl FromRequestParts<Node> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Infallible> {
        let is_secure = parts
            .extensions
            .get::<Peer>()
            .is_some_and(|peer| peer.secure);
        let base = match Host::from_request_parts(parts, node).await {
            Ok(Host(host)) if is_secure => format!("https://{host}"),
            Ok(Host(host)) => format!("http://{host}"),
            // An address that only a router before the box knows.
            Err(_) => node.url().to_owned(),
        };
        Ok(Self {
            base,
            lang: Lang::from_request_parts(parts, node).await?,
            headers: parts.headers.clone(),
        })
    }
}

/// The newest links of a page.
pub(crate) async fn atom_of_page(
    State(node): State<Node>,
    Path(whose): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    let feed = Feed::of_page(&node, &whose, &asked)?;
    Ok(answer(&asked.headers, ATOM, feed.atom()))
}

/// A page's feed, as RSS.
pub(crate) async fn rss_of_page(
    State(node): State<Node>,
    Path(whose): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    let feed = Feed::of_page(&node, &whose, &asked)?;
    Ok(answer(&asked.headers, RSS, feed.rss()))
}

/// The newest links of a collection.
pub(crate) async fn atom_of_collection(
    State(node): State<Node>,
    Path((whose, name)): Path<(String, String)>,
    asked: Asked,
) -> Result<Response, Problem> {
    let feed = Feed::of_collection(&node, &whose, &name, &asked)?;
    Ok(answer(&asked.headers, ATOM, feed.atom()))
}

/// A collection's feed, as RSS.
pub(crate) async fn rss_of_collection(
    State(node): State<Node>,
    Path((whose, name)): Path<(String, String)>,
    asked: Asked,
) -> Result<Response, Problem> {
    let feed = Feed::of_collection(&node, &whose, &name, &asked)?;
    Ok(answer(&asked.headers, RSS, feed.rss()))
}

/// What a page is called: what its owner says, else after them.
pub(crate) fn title_of(page: Option<&Item>, owner: &Owner, t: Texts) -> String {
    match page {
        Some(page) => page.title.clone(),
        None => t.with("title", args![name = name_of(owner, t)]),
    }
}

fn name_of(owner: &Owner, t: Texts) -> String {
    let name = owner.name.clone();
    name.unwrap_or_else(|| t.text("somebody").into_owned())
}

/// A feed, before it is written.
struct Feed<'a> {
    asked: &'a Asked,
    owner: Owner,
    id: String,
    title: String,
    note: Option<String>,
    /// The path of the page that it is about.
    page: String,
    /// The newest first.
    links: Vec<Item>,
}

impl<'a> Feed<'a> {
    fn of_page(node: &Node, whose: &str, asked: &'a Asked) -> Result<Self, Problem> {
        let owner = Owner::named(node, whose)?;
        let items = queries::shown(node, &owner.did, None)?;
        let page = items.iter().find(|item| item.kind == Kind::Page);
        Ok(Self {
            id: format!("{}/links", owner.did),
            title: title_of(page, &owner, TEXTS.of(asked.lang)),
            note: page.and_then(|page| page.note.clone()),
            page: owner.path(),
            links: newest(items),
            owner,
            asked,
        })
    }

    fn of_collection(
        node: &Node,
        whose: &str,
        name: &str,
        asked: &'a Asked,
    ) -> Result<Self, Problem> {
        let owner = Owner::named(node, whose)?;
        let found = queries::seen(node, &owner.did, None, name)?;
        let found = found.filter(|(item, _)| item.kind == Kind::Collection);
        let (item, within) = found.ok_or_else(none)?;
        Ok(Self {
            id: format!("{}/{}", owner.did, item.id),
            page: format!("{}/{}", owner.path(), item.address()),
            title: item.title,
            note: item.note,
            links: newest(within),
            owner,
            asked,
        })
    }

    /// When it last changed: 1970 as long as it is empty.
    fn updated(&self) -> Timestamp {
        self.links.first().map_or(at(0), |link| at(link.put))
    }

    fn id_of(&self, link: &Item) -> String {
        format!("{}/{}", self.owner.did, link.id)
    }

    fn address_of(&self, link: &Item) -> String {
        let whose = self
            .owner
            .handle
            .as_deref()
            .unwrap_or(self.owner.did.as_str());
        format!("{}/links/go/{whose}/{}", self.asked.base, link.id)
    }

    fn atom(&self) -> Markup {
        let Asked { base, lang, .. } = self.asked;
        let page = format!("{base}{}", self.page);
        html! {
            (DECLARATION)
            feed xmlns="http://www.w3.org/2005/Atom" xml:lang=(lang.code()) {
                id { (self.id) }
                title { (xml(&self.title)) }
                @if let Some(note) = &self.note { subtitle { (xml(note)) } }
                updated { (self.updated()) }
                author { name { (xml(&name_of(&self.owner, TEXTS.of(*lang)))) } uri { (base) (self.owner.path()) } }
                link rel="self" type="application/atom+xml" href={ (page) "/feed.atom" } {}
                link rel="alternate" type="text/html" href=(page) {}
                @for link in &self.links {
                    entry {
                        id { (self.id_of(link)) }
                        title { (xml(&link.title)) }
                        link rel="alternate" href=(self.address_of(link)) {}
                        published { (at(link.put)) }
                        updated { (at(link.put)) }
                        @if let Some(note) = &link.note { summary { (xml(note)) } }
                    }
                }
            }
        }
    }

    fn rss(&self) -> Markup {
        let Asked { base, lang, .. } = self.asked;
        let page = format!("{base}{}", self.page);
        let note = self.note.as_deref().unwrap_or(&self.title);
        html! {
            (DECLARATION)
            rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" {
                channel {
                    title { (xml(&self.title)) }
                    link { (page) }
                    description { (as_html(&xml(note))) }
                    language { (lang.code()) }
                    lastBuildDate { (rfc_822(self.updated())) }
                    atom:link rel="self" type="application/rss+xml" href={ (page) "/feed.rss" } {}
                    @for link in &self.links {
                        item {
                            title { (xml(&link.title)) }
                            link { (self.address_of(link)) }
                            guid isPermaLink="false" { (self.id_of(link)) }
                            pubDate { (rfc_822(at(link.put))) }
                            @if let Some(note) = &link.note { description { (as_html(&xml(note))) } }
                        }
                    }
                }
            }
        }
    }
}

/// The links for everybody, the newest first.
fn newest(mut items: Vec<Item>) -> Vec<Item> {
    items.retain(|item| item.kind == Kind::Link && item.visibility == Visibility::Public);
    items.sort_by(|one, other| (other.put, &other.id).cmp(&(one.put, &one.id)));
    items.truncate(ENTRIES_MAX);
    items
}

/// A text as the HTML that descriptions of RSS are, line by line.
fn as_html(text: &str) -> String {
    let lines = html! {
        @for (n, line) in text.lines().enumerate() { @if n > 0 { br; } (line) }
    };
    lines.into_string()
}

/// Without the characters that XML 1.0 has no way to write.
fn xml(text: &str) -> String {
    let is_char = |c: &char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().filter(is_char).collect()
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis.max(0)).unwrap_or(Timestamp::MAX)
}

fn rfc_822(at: Timestamp) -> String {
    let since = Duration::from_secs(at.as_secs().unsigned_abs());
    httpdate::fmt_http_date(UNIX_EPOCH + since)
}

fn answer(asked: &HeaderMap, kind: &'static str, feed: Markup) -> Response {
    let bytes = feed.into_string().into_bytes();
    let digest = cid::sha256(&bytes);
    let tag: String = digest[..16].iter().map(|b| format!("{b:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let known = asked.get_all(header::IF_NONE_MATCH).iter();
    let mut known = known
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|one| one.trim().trim_start_matches("W/"));
    let mut response = match known.any(|known| known == tag || known == "*") {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
    };
    let out = response.headers_mut();
    if let Ok(tag) = HeaderValue::try_from(tag) {
        out.insert(header::ETAG, tag);
    }
    out.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=300"),
    );
    // The title can be in the language of the request.
    out.insert(
        header::VARY,
        HeaderValue::from_static("accept-language, cookie"),
    );
    response
}

#[cfg(test)]
mod tests;
