//! Items as feeds: Atom (RFC 4287) and RSS 2.0.
//!
//! Always: a feed has only public items, for every caller: a reader has no session, and a cache may keep the answer. An
//! entry keeps its id when the box changes its name.

use std::convert::Infallible;
use std::time::{Duration, UNIX_EPOCH};

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use imajin_app::extract::Path;
use imajin_app::operation::settle_direction;
use imajin_app::{Answer, Lang, Node, refuse_if, tagged};
use imajin_dfos::Timestamp;
use imajin_dfos::order::Order as _;
use imajin_host::reached::Reached;
use maud::{Markup, PreEscaped, html};

use crate::{Base, ItemOf, ItemPages, ItemView, Owner, Visibility};

/// Maximum number of entries of a feed.
pub const ENTRIES_MAX: usize = 50;
/// The media type of Atom.
pub const ATOM: &str = "application/atom+xml; charset=utf-8";
/// The media type of RSS.
pub const RSS: &str = "application/rss+xml; charset=utf-8";
const DECLARATION: PreEscaped<&str> = PreEscaped("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");

/// A request for a feed.
pub struct FeedRequest {
    /// The language of the request.
    pub lang: Lang,
    /// The prefix of addresses in the feed: the scheme and the host of the request.
    base: String,
    /// Whether the address is `…/feed.rss` rather than `…/feed.atom`.
    is_rss: bool,
    headers: HeaderMap,
}

impl FromRequestParts<Node> for FeedRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Infallible> {
        let Reached(base) = Reached::from_request_parts(parts, node).await?;
        Ok(Self {
            base,
            lang: Lang::from_request_parts(parts, node).await?,
            is_rss: parts.uri.path().ends_with(".rss"),
            headers: parts.headers.clone(),
        })
    }
}

/// A feed, before it is written.
#[derive(Debug)]
pub struct Feed {
    /// The feed's owner.
    pub owner: Owner,
    /// The service that serves the owner's page.
    pub service: &'static str,
    /// Names the feed for ever: `<DID>/<service>` or `<DID>/<id>`.
    pub id: String,
    /// The feed's title.
    pub title: String,
    /// A sentence about it.
    pub note: Option<String>,
    /// The path of the page that the feed covers.
    pub page: String,
    /// The newest first.
    pub entries: Vec<Entry>,
}

/// Something in a feed.
#[derive(Debug)]
pub struct Entry {
    /// Names it for ever: `<DID>/<id>`.
    pub id: String,
    /// The title.
    pub title: String,
    /// The path of its page.
    pub path: String,
    /// The time of the first put, in milliseconds since 1970.
    pub published: i64,
    /// A short description of the entry.
    pub summary: Option<String>,
}

impl Feed {
    /// Makes a feed of those of a person's items that are public and that the service has in feeds.
    pub fn of_items<S: ItemPages>(owner: Owner, title: String, items: Vec<ItemOf<S>>) -> Self {
        let items = items.into_iter().filter(|item| S::is_in_feeds(item.kind));
        let items = newest(items.map(|item| item.base).collect()).into_iter();
        let entry = |item: Base| Entry {
            id: format!("{}/{}", owner.did, item.id),
            path: S::target_path(&owner, &item),
            published: item.put,
            title: item.title,
            summary: item.note,
        };
        Self {
            id: format!("{}/{}", owner.did, S::SERVICE),
            title,
            note: None,
            entries: items.map(entry).collect(),
            page: owner.path(S::SERVICE),
            service: S::SERVICE,
            owner,
        }
    }

    /// Returns the response to a request for the feed.
    pub fn answer(&self, asked: &FeedRequest) -> Response {
        if asked.is_rss {
            answer(&asked.headers, RSS, self.rss(asked))
        } else {
            answer(&asked.headers, ATOM, self.atom(asked))
        }
    }

    /// Returns the time of the last change; 1970 for an empty feed.
    fn updated(&self) -> Timestamp {
        self.entries.first().map_or(at(0), |entry| at(entry.published))
    }

    fn atom(&self, FeedRequest { base, lang, .. }: &FeedRequest) -> Markup {
        let page = format!("{base}{}", self.page);
        html! {
            (DECLARATION)
            feed xmlns="http://www.w3.org/2005/Atom" xml:lang=(lang.code()) {
                id { (self.id) }
                title { (xml(&self.title)) }
                @if let Some(note) = &self.note { subtitle { (xml(note)) } }
                updated { (self.updated()) }
                author { name { (xml(&self.owner.called(*lang))) } uri { (base) (self.owner.path(self.service)) } }
                link rel="self" type="application/atom+xml" href={ (page) "/feed.atom" } {}
                link rel="alternate" type="text/html" href=(page) {}
                @for entry in &self.entries {
                    entry {
                        id { (entry.id) }
                        title { (xml(&entry.title)) }
                        link rel="alternate" href={ (base) (entry.path) } {}
                        published { (at(entry.published)) }
                        updated { (at(entry.published)) }
                        @if let Some(summary) = &entry.summary { summary { (xml(summary)) } }
                    }
                }
            }
        }
    }

    fn rss(&self, FeedRequest { base, lang, .. }: &FeedRequest) -> Markup {
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
                    @for entry in &self.entries {
                        item {
                            title { (xml(&entry.title)) }
                            link { (base) (entry.path) }
                            guid isPermaLink="false" { (entry.id) }
                            pubDate { (rfc_822(at(entry.published))) }
                            @if let Some(summary) = &entry.summary { description { (as_html(&xml(summary))) } }
                        }
                    }
                }
            }
        }
    }
}

/// Answers the feed of the newest of a person's items.
///
/// # Errors
/// 404 and 410 as [`Owner::resolve`].
pub async fn of_person<S: ItemPages>(
    State(node): State<Node>,
    Path(whose): Path<String>,
    asked: FeedRequest,
) -> Answer<Response> {
    let owner = Owner::resolve(&node, &whose)?;
    let items = S::list(&node, &owner.did, None)?;
    let title = S::title(&owner, asked.lang);
    Ok(Feed::of_items::<S>(owner, title, items).answer(&asked))
}

/// Answers the feed of the newest items in an item that people can follow.
///
/// # Errors
/// 404 if strangers don't see the item, or people can't follow it; 404 and 410 as [`Owner::resolve`].
pub async fn of_item<S: ItemPages>(
    State(node): State<Node>,
    Path((whose, name)): Path<(String, String)>,
    asked: FeedRequest,
) -> Answer<Response> {
    let owner = Owner::resolve(&node, &whose)?;
    let ItemView { item, within } = S::find(&node, &owner.did, None, &name)?;
    refuse_if!(!S::may_be_followed(item.kind), S::not_found());
    let feed = Feed {
        id: format!("{}/{}", owner.did, item.id),
        page: format!("{}/{}", owner.path(S::SERVICE), item.address()),
        note: item.base.note,
        ..Feed::of_items::<S>(owner, item.base.title, within)
    };
    Ok(feed.answer(&asked))
}

/// Returns the public items among these, the newest first: at most [`ENTRIES_MAX`].
fn newest(mut items: Vec<Base>) -> Vec<Base> {
    items.retain(|item| item.visibility == Visibility::Public);
    items.order_by(|one, other| (other.put, &other.id).cmp(&(one.put, &one.id)));
    items.truncate(ENTRIES_MAX);
    items
}

/// Converts a text line by line to the HTML of RSS descriptions.
fn as_html(text: &str) -> String {
    let lines = html! {
        @for (n, line) in text.lines().enumerate() { @if n > 0 { br; } (line) }
    };
    lines.into_string()
}

/// Removes the characters that XML 1.0 has no way to write, and those that turn the direction of the text around them.
fn xml(text: &str) -> String {
    let text = settle_direction(text);
    let is_char = |c: &char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().filter(is_char).collect()
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis.max(0)).unwrap_or(Timestamp::MAX)
}

fn rfc_822(at: Timestamp) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(at.as_secs().unsigned_abs()))
}

fn answer(asked: &HeaderMap, kind: &'static str, feed: Markup) -> Response {
    let bytes = feed.into_string().into_bytes();
    let mut response = tagged(asked, (kind, "public, max-age=300"), bytes);
    // The title can be in the language of the request.
    let vary = HeaderValue::from_static("accept-language, cookie");
    response.headers_mut().insert(header::VARY, vary);
    response
}

#[cfg(test)]
mod tests {
    use super::{as_html, at, rfc_822, xml};

    #[test]
    fn a_feed_has_only_the_characters_and_the_dates_of_its_format() {
        assert_eq!(xml("a\u{0}\u{b}\u{1f}\u{fffe}\u{ffff}\t\r\nb\u{10ffff}"), "a\t\r\nb\u{10ffff}");
        assert_eq!(xml("photo\u{202e}gpj.exe"), "photogpj.exe", "an old title");
        assert_eq!(as_html("a < b\n\n& c"), "a &lt; b<br><br>&amp; c");
        assert_eq!(rfc_822(at(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(rfc_822(at(-1)), rfc_822(at(0)));
        assert_eq!(rfc_822(at(i64::MAX)), "Fri, 31 Dec 9999 23:59:59 GMT");
        assert_eq!(at(1_764_000_000_123).to_string(), "2025-11-24T16:00:00.123Z");
    }
}
