//! The notification centre: everything that waits for somebody or is new, with what they have not seen marked.

use axum::extract::State;
use axum::response::{Redirect, Response};
use imajin_service::extract::{Authed, Caller};
use imajin_service::{Lang, Node, Problem, Texts};
use maud::{Markup, html};

use super::to_signin;
use crate::manifest::TEXTS;
use crate::news::{self, Brought};
use crate::parts::with_form;

/// Most notifications on the page.
const SHOWN_MAX: usize = 50;

/// `/notifications`
pub(crate) async fn page(
    State(node): State<Node>,
    Caller(session): Caller,
    lang: Lang,
) -> Result<Response, Problem> {
    let (Some(session), Some(viewer)) = (&session, node.viewer_of(session.as_ref())?) else {
        return Ok(to_signin("/notifications"));
    };
    let t = TEXTS.of(lang);
    let mut all = news::notifications(&node, &session.did, lang);
    all.truncate(SHOWN_MAX);
    let seen = news::seen(&node, &session.did)?;
    let is_new = |brought: &Brought| !seen.contains(&brought.mark);
    let content = html! {
        div #message {}
        h1 { (t.text("notifications")) }
        @if all.is_empty() {
            div.card.empty {
                p.lead { (t.text("notifications-none")) }
                p { (t.text("notifications-hint")) }
            }
        } @else {
            ul.home-cards #feed { @for brought in &all { (row(&node, brought, is_new(brought), t)) } }
        }
        @if all.iter().any(is_new) {
            form #read method="post" action="/notifications/read" { button type="submit" { (t.text("mark-all-read")) } }
        }
    };
    let mut page = t
        .page(t.text("notifications"), content)
        .script("/assets/www/notifications.js");
    let mut scripts: Vec<_> = all
        .iter()
        .filter_map(|brought| brought.card.script)
        .collect();
    scripts.sort_unstable();
    scripts.dedup();
    for script in scripts {
        page = page.script(script);
    }
    let page = page.current("/notifications");
    Ok(with_form(page.viewer(Some(viewer))))
}

/// A notification: its kind in the words of its app, and the card.
fn row(node: &Node, brought: &Brought, is_new: bool, t: Texts) -> Markup {
    let card = &brought.card;
    html! {
        li.card.unread[is_new] {
            (card.icon.draw())
            div.grow {
                p.hint {
                    @if is_new { span.tag.new { (t.text("new")) } " " }
                    (kind(node, brought, t.lang)) " · " (t.lang.time(card.at))
                }
                (card.content)
            }
        }
    }
}

/// What a kind is called; what the app is called where its manifest lacks the kind.
fn kind(node: &Node, brought: &Brought, lang: Lang) -> &'static str {
    let words = node.services().words().of(lang);
    let mut manifests = node.services().manifests();
    let manifest = manifests.find(|manifest| manifest.name == brought.app);
    let declared = manifest.and_then(|manifest| {
        let mut kinds = manifest.notices.iter();
        kinds.find(|kind| kind.name == brought.card.kind)
    });
    declared
        .and_then(|kind| words.get(brought.app, kind.message))
        .unwrap_or_else(|| words.service(brought.app))
}

/// `POST /notifications/read`: everything that there is now was seen.
pub(crate) async fn read(
    State(node): State<Node>,
    Authed(session): Authed,
) -> Result<Redirect, Problem> {
    let seen = move || news::see_all(&node, &session.did);
    imajin_service::blocking::run(seen).await??;
    Ok(Redirect::to("/notifications"))
}
