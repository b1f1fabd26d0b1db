//! Search over what somebody may see: people, what apps find, places of the box.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use imajin_service::extract::{Caller, Query};
use imajin_service::page::NavLink;
use imajin_service::{Hit, Lang, Node, Problem, Searchable, Shown, args};
use maud::{Markup, html};
use serde::Deserialize;

use crate::manifest::TEXTS;

/// Most hits of each kind.
const HITS_MAX: usize = 20;
/// Most letters of what is looked for.
const WORDS_MAX: usize = 100;

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    q: String,
}

/// `/search?q=`
pub(crate) async fn page(
    State(node): State<Node>,
    Caller(session): Caller,
    lang: Lang,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let (Some(session), Some(viewer)) = (&session, node.viewer_of(session.as_ref())?) else {
        return Ok(super::to_signin("/search"));
    };
    let t = TEXTS.of(lang);
    let words: String = wanted.q.trim().chars().take(WORDS_MAX).collect();
    let found = match words.is_empty() {
        true => None,
        false => Some(results(&node, &session.did, &words, lang)?),
    };
    let content = html! {
        h1 { (t.text("search")) }
        form.search action="/search" role="search" {
            div.with {
                input #q name="q" type="search" value=(words) maxlength=(WORDS_MAX) aria-label=(t.text("search-what")) autocomplete="off";
                button.main type="submit" { (t.text("search")) }
            }
        }
        @if let Some(found) = found { (found) }
        @else { p.soft { (t.text("search-hint")) } }
    };
    Ok(t.page(t.text("search"), content)
        .current("/search")
        .viewer(Some(viewer))
        .into_response())
}

fn results(
    node: &Node,
    person: &imajin_protocol::Did,
    words: &str,
    lang: Lang,
) -> Result<Markup, Problem> {
    let t = TEXTS.of(lang);
    let people = node.search(words, HITS_MAX, 0)?;
    let mut hits: Vec<Hit> = Vec::new();
    for (_, app) in node.services().offers().all::<dyn Searchable>() {
        hits.extend(app.search(node, person, words, HITS_MAX, lang)?);
    }
    let all = [Shown::Bar, Shown::Tile, Shown::Setting];
    let mut places = node.services().navigation(&all);
    places.retain(|place| {
        place
            .text
            .of(lang)
            .to_lowercase()
            .contains(&words.to_lowercase())
    });
    Ok(html! {
        @if people.is_empty() && hits.is_empty() && places.is_empty() {
            p #nothing { (t.with("search-nothing", args![words = words])) }
        }
        @if !people.is_empty() {
            h2 { (t.text("search-people")) }
            ul.rows { @for card in &people { (super::landing::person(node, card, lang)) } }
        }
        @if !hits.is_empty() {
            h2 { (t.text("search-found")) }
            ul.rows.places { @for hit in &hits { li { a href=(hit.href) { (hit.icon.draw()) span.grow { (hit.title) " " span.soft { (hit.detail) } } } } } }
        }
        @if !places.is_empty() {
            h2 { (t.text("search-places")) }
            ul.rows.places { @for NavLink { href, text, icon, .. } in &places { li { a href=(href) { (icon.draw()) span.grow { (text.of(lang)) } } } } }
        }
    })
}
