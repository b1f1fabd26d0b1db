//! The notification centre: a person's tasks and news, with the unseen ones marked.

use std::collections::BTreeMap;

use axum::Json;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::extract::{Own, Person, Query};
use imajin_app::page::{NavLink, Viewer, badge_text, bell_text};
use imajin_app::{Answer, Lang, News, NewsLine, Node, PagePlacement, Problem, Reader, Texts};
use imajin_dfos::order::{self, Order as _};
use imajin_protocol::Did;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use super::home::CARDS;
use crate::manifest::TEXTS;
use crate::parts::with_form;

const SHOWN_MAX: usize = 50;

/// `/notifications`
pub(crate) async fn page(Own(node, session, viewer): Own, reader: Reader) -> Response {
    let t = TEXTS.for_reader(reader);
    let all = lines(&node, &session.did, reader.lang);
    let content = html! {
        div #message {}
        h1 { (t.text("notifications")) }
        @if all.is_empty() {
            div.card.empty {
                p.lead { (t.text("notifications-none")) }
                p { (t.text("notifications-hint")) }
            }
        } @else {
            ul.home-cards #feed { @for line in &all { (row(line, t)) } }
        }
        @if all.iter().any(|line| line.is_new) {
            form #read method="post" action="/notifications/read" { button type="submit" { (t.text("mark-all-read")) } }
        }
    };
    let mut page = t
        .page("help-notifications", t.text("notifications"), content)
        .script("/assets/www/notifications.js");
    if all.iter().any(|line| line.script.is_some()) {
        page = page.script(CARDS);
    }
    let page = page.current("/notifications");
    with_form(page.viewer(Some(viewer)))
}

/// Collects the lines of all apps, the newest first. Leaves out an app that cannot be read.
fn lines(node: &Node, person: &Did, lang: Lang) -> Vec<NewsLine> {
    let mut all = Vec::new();
    for (app, news) in node.services().offers().all::<dyn News>() {
        match news.lines(node, person, lang, SHOWN_MAX) {
            Ok(lines) => all.extend(lines),
            Err(problem) => tracing::error!("{app}: its notifications cannot be read: {problem}"),
        }
    }
    all.order_by_key(|line| std::cmp::Reverse(line.at));
    all.truncate(SHOWN_MAX);
    all
}

/// A notification: its kind in the words of its app, and what it says.
fn row(line: &NewsLine, t: Texts) -> Markup {
    html! {
        li.card.unread[line.is_new] data-script=[line.script] {
            (line.icon.draw())
            div.grow {
                p.hint {
                    @if line.is_new { span.tag.new { (t.text("new")) } " " }
                    (line.kind) " · " (t.time(line.at))
                }
                (line.content)
            }
        }
    }
}

/// The page that was looked at.
#[derive(Debug, Deserialize)]
pub(crate) struct ReadQuery {
    /// A page to which the navigation leads; the notification centre without it.
    at: Option<String>,
}

/// The new notifications of a person, at the places of the frame.
#[derive(Debug, Serialize)]
struct Badges {
    /// Notifications of apps without a place in the bar.
    bell: Badge,
    /// Notifications of each place in the bar, by its app.
    places: BTreeMap<&'static str, Badge>,
}

/// The number of new notifications at a place.
#[derive(Debug, Serialize)]
struct Badge {
    count: usize,
    /// The words for it.
    says: String,
}

impl Badges {
    fn new(viewer: &Viewer, lang: Lang) -> Self {
        let at_bell = viewer.at_bell();
        let at =
            |place: &NavLink| Badge { count: place.badge, says: badge_text(place.badge, lang) };
        Self {
            bell: Badge { count: at_bell, says: bell_text(at_bell, lang) },
            places: order::map(
                viewer
                    .navigation
                    .iter()
                    .filter(|place| place.badge > 0)
                    .map(|place| (place.app, at(place))),
            ),
        }
    }
}

/// `GET /notifications/badges`: the counts as a page drawn now would show them.
pub(crate) async fn badges(Person(node, session): Person, reader: Reader) -> Answer<Response> {
    Ok(Json(Badges::new(&node.viewer(&session)?, reader.lang)).into_response())
}

/// `POST /notifications/read`: everything that there is now was seen, or what the app of one page has.
pub(crate) async fn read(
    Person(node, session): Person,
    reader: Reader,
    Query(query): Query<ReadQuery>,
) -> Answer<Response> {
    let app = match &query.at {
        None => None,
        Some(at) => {
            let places = node.services().navigation(&[PagePlacement::Bar, PagePlacement::Tile]);
            let place = places.iter().find(|place| place.href == at);
            let none =
                || Problem::field("at", "at must be a page of the navigation: /connections.");
            Some(place.ok_or_else(none)?.app)
        }
    };
    for (_, news) in node.services().offers().all::<dyn News>() {
        news.see(&node, &session, app).await?;
    }
    if app.is_none() {
        return Ok(Redirect::to("/notifications").into_response());
    }
    Ok(Json(Badges::new(&node.viewer(&session)?, reader.lang)).into_response())
}
