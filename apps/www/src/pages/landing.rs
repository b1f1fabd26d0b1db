//! `/`: Home for a signed-in person, else the front page of the box.

use std::borrow::Cow;

use axum::http::{HeaderMap, header};
use axum::response::Response;
use imajin_app::extract::{Caller, Visitor};
use imajin_app::page::{Face, avatar};
use imajin_app::{
    Card, HomeCards, HomeSection, Lang, Node, Page, Problem, Reader, SearchWords, Texts, args,
};
use imajin_host::prelude::*;
use maud::{Markup, html};

use super::home::sorted;
use crate::manifest::TEXTS;
use crate::parts::{why_believe, with_form};

/// Most people on the front page.
const PEOPLE_MAX: usize = 12;

/// `/`
pub(crate) async fn landing(
    Visitor(node, Caller(session)): Visitor,
    headers: HeaderMap,
    reader: Reader,
) -> Result<Response, Problem> {
    let page = match (node.viewer_of(session.as_ref())?, session) {
        (Some(viewer), Some(session)) => {
            let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
            super::home::page(&node, &session, viewer, host.unwrap_or_default(), reader).await
        }
        _ => front(&node, reader.lang),
    };
    // The chooser of the language is a form.
    page.map(with_form)
}

/// The front page for a signed-out visitor: the box's profile, its public content, and the ways in.
fn front(node: &Node, lang: Lang) -> Result<Page, Problem> {
    let t = TEXTS.for_reader(lang);
    let (front, name) = (node.front(), node.name());
    let people = if front.shows_people {
        node.search(&SearchWords::parse(""), PEOPLE_MAX, 0)?
    } else {
        Vec::new()
    };
    let mut cards = Vec::new();
    for (_, app) in node.services().offers().all::<dyn HomeCards>() {
        cards.extend(app.front_cards(node, lang)?);
    }
    // Coming events first, then items without a date, the newest first.
    let mut shown = sorted(&cards, HomeSection::ComingUp);
    shown.extend(sorted(&cards, HomeSection::New));
    let services = node.services();
    let words = services.words().with_lang(lang);
    let summaries: Vec<_> =
        services.manifests().filter_map(|manifest| words.get(manifest.name, "summary")).collect();
    let content = html! {
        div #message {}
        div.columns { div {
            div {
                @if let Some(picture) = &front.picture { img.front-picture src=(picture.path()) width="160" height="160" alt=""; }
                h1 { (name) }
                p.lead { @if front.sentence.is_empty() { (t.text("front-lead")) } @else { (front.sentence) } }
                @if !node.is_claimed() { (unclaimed(node, t)) }
                div.actions { a.button.main href="/create" { (t.text("front-invited")) } a.button href="/signin" { (t.text("front-sign-in")) } }
            }
            @if !people.is_empty() { div.side { (people_here(node, &people, lang)) } }
            div.rest {
                @if !shown.is_empty() {
                    section #public {
                        h2 { (t.text("front-on")) }
                        ul.home-cards { @for card in &shown { li.card { (card.icon.draw()) div.grow { (card.content) } } } }
                    }
                }
                (what_it_does(&summaries, t))
                (super::more::languages(lang, "/"))
            }
        } }
    };
    let description = match front.sentence.as_str() {
        "" => t.text("front-description").into_owned(),
        own => own.to_owned(),
    };
    let page = t.page("help-front", name, content).current("/");
    let page = if people.is_empty() { page } else { page.wide() };
    Ok(page.description(description))
}

/// Draws what people do on this node, and why a visitor may believe it.
fn what_it_does(summaries: &[&str], t: Texts) -> Markup {
    html! {
        section.card {
            h2 { (t.text("front-what")) }
            ul { @for what in summaries { li { (what) } } }
            p { a href="/docs" { (t.text("front-how")) } }
            (why_believe(t, html! {
                p { (t.text("front-why-keys")) }
                p { (t.markup("front-why-copy", args![], |name, inner| { let href = if name == "verify" { "/verify" } else { "/docs" }; html! { a href=(href) { (inner) } } })) }
            }))
        }
    }
}

fn unclaimed(node: &Node, t: Texts) -> Markup {
    let wifi = node.upkeep().and_then(|upkeep| upkeep.wifi());
    html! {
        div.notice {
            h2 { (t.text("unclaimed")) }
            p { (t.text("unclaimed-how")) }
            p.actions { a.button href="/claim" { (t.text("unclaimed-code")) } @if wifi.is_some() { a.button href="/wifi" { (t.text("unclaimed-wifi")) } } }
            (super::restore_box::way(node, t))
        }
    }
}

fn people_here(node: &Node, people: &[Card], lang: Lang) -> Markup {
    html! {
        section {
            h2 { (TEXTS.for_reader(lang).text("people-here")) }
            ul.rows { @for card in people { (person(node, card, lang)) } }
        }
    }
}

/// A person in a list: a face, a name, a link to their page.
pub(super) fn person(node: &Node, card: &Card, lang: Lang) -> Markup {
    let name = card.display_name.as_deref().or(card.handle.as_deref());
    let name = name.map_or_else(|| TEXTS.for_reader(lang).text("somebody"), Cow::Borrowed);
    let href = node.page_of(card.handle.as_deref().unwrap_or(card.did.as_str()));
    let picture = node.face_of(card);
    html! {
        li.person-row {
            (avatar(Face { name: &name, did: card.did.as_str(), picture: picture.as_deref() }))
            div.grow {
                a href=(href) { (name) }
                @if let Some(handle) = &card.handle { " " span.soft { "@" (handle) } }
            }
        }
    }
}
