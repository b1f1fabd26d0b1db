//! The page on which people search for a person on another box. It works without scripts.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::extract::{Authed, Own, Query};
use imajin_app::page::{Face, avatar, copies, short_did};
use imajin_app::routing::{OpenApiRouter, get, post};
use imajin_app::{Lang, Node, Problem, Role, Texts, args};
use imajin_dfos::hex;
use imajin_host::prelude::*;
use imajin_log::home::HomeProof;
use imajin_protocol::presence::host_of_url;
use imajin_protocol::{Did, DidKind};
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::address::Address;
use crate::errors::SearchError;
use crate::manifest::{FIND, TEXTS};
use crate::pins;
use crate::search::{self, Match, Person};

/// Maximum number of characters of a search: a handle, and the longest name of a box.
const WHO_CHARS_MAX: usize = 330;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FindForm {
    who: String,
}

#[derive(Debug, Deserialize)]
struct AcceptForm {
    who: String,
    did: String,
}

pub(crate) fn routes() -> OpenApiRouter<Node> {
    OpenApiRouter::new().route("/find", get(find)).route("/accept", post(accept))
}

enum Subject {
    Address(Address),
    Did(Did),
}

impl Subject {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(address) = Address::parse(text) {
            return Some(Self::Address(address));
        }
        let did = Did::parse(text).ok()?;
        (did.kind() == DidKind::Key).then_some(Self::Did(did))
    }

    /// Returns the page of a person of this very box.
    fn page_here(&self, node: &Node) -> Option<String> {
        match self {
            Self::Address(address) => {
                is_this_box(node, &address.host).then(|| node.page_of(&address.handle))
            }
            Self::Did(did) => {
                let status = node.status(did).ok().flatten();
                let is_here = status.is_some_and(|status| status.home.node == *node.did());
                is_here.then(|| node.page_of(did.as_str()))
            }
        }
    }
}

fn is_this_box(node: &Node, host: &str) -> bool {
    if host_of_url(node.url()).as_deref() == Some(host) {
        return true;
    }
    let place = node.network().now();
    let is_name = node.names().resolve(host, &place, node.now()).is_some();
    is_name && [true, false].iter().any(|secure| node.gate().has_host(node, host, *secure))
}

fn find_path(who: &str) -> String {
    format!("{FIND}?who={}", utf8_percent_encode(who, NON_ALPHANUMERIC))
}

/// Returns the page for a searched text. Ignores an e-mail address, so that no other box learns it.
pub(crate) fn page_for(node: &Node, text: &str) -> Option<String> {
    let text = text.trim();
    let is_marked = ["@", "acct:", "did:"].iter().any(|mark| text.starts_with(mark));
    if !is_marked || text.len() > WHO_CHARS_MAX {
        return None;
    }
    Some(Subject::parse(text)?.page_here(node).unwrap_or_else(|| find_path(text)))
}

/// `/away/find?who=`
async fn find(
    Own(node, session, viewer): Own,
    lang: Lang,
    Query(form): Query<FindForm>,
) -> Result<Response, Problem> {
    if !node.is_at_least(&session.did, Role::Guest)? {
        return Err(Problem::forbidden(TEXTS.say("no-stranger", args![])));
    }
    let t = TEXTS.for_reader(lang);
    let who: String = form.who.trim().chars().take(WHO_CHARS_MAX).collect();
    let result = match Subject::parse(&who) {
        None if who.is_empty() => html! { p.soft { (t.text("hint")) } },
        None => notice(&t.text("no-address")),
        Some(subject) => {
            if let Some(page) = subject.page_here(&node) {
                return Ok(Redirect::to(&page).into_response());
            }
            look(&node, &session.did, &subject, t).await
        }
    };
    let content = html! {
        div #message {}
        h1 { (t.text("home")) }
        form.search action=(FIND) role="search" {
            div.with {
                input #who name="who" type="search" value=(who) maxlength=(WHO_CHARS_MAX) aria-label=(t.text("who")) placeholder="@maya@box.example"
                    autocomplete="off" autocapitalize="none" spellcheck="false";
                button.main type="submit" { (t.text("find")) }
            }
        }
        (result)
    };
    let page = t.page("help-find", t.text("home"), content).current("/search").viewer(Some(viewer));
    let mut response = page.script("/assets/js/ui.js").into_response();
    // With `no-referrer`, browsers send a form with the origin `null`.
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    Ok(response)
}

async fn look(node: &Node, asker: &Did, subject: &Subject, t: Texts) -> Markup {
    let matched = match subject {
        Subject::Address(address) => search::by_address(node, asker, address).await,
        Subject::Did(did) => {
            search::by_did(node, asker, did).await.map(|person| Match { person, before: None })
        }
    };
    match (matched, subject) {
        (Ok(Match { person, before: Some(before) }), Subject::Address(address)) => html! {
            (changed(address, &before, &person.home.did, t))
            (card(node, &person, Some(address), t))
        },
        (Ok(matched), Subject::Address(address)) => card(node, &matched.person, Some(address), t),
        (Ok(matched), Subject::Did(_)) => card(node, &matched.person, None, t),
        (Err(error), _) => failure(&error, t),
    }
}

fn notice(text: &str) -> Markup {
    html! { div.notice.bad #failure role="alert" { p { (text) } } }
}

/// Draws the sentence for a search without success, and the evidence if there is any.
fn failure(error: &SearchError, t: Texts) -> Markup {
    if let SearchError::Internal(problem) = error {
        tracing::error!("a home cannot be looked for: {problem}");
    }
    let sentence = error.message();
    let proofs: &[String] = match error {
        SearchError::TwoHomes(proofs) => proofs,
        _ => &[],
    };
    html! {
        div.notice.bad #failure role="alert" { p { (sentence.text(t.lang)) } }
        @if let Some(detail) = error.detail() {
            details { summary { (t.text("evidence")) } p { code { (detail) } } }
        }
        @for (number, text) in proofs.iter().enumerate() { (evidence(number + 1, text, t)) }
    }
}

/// Draws one of two proofs that contradict each other.
fn evidence(number: usize, text: &str, t: Texts) -> Markup {
    let proof: Option<HomeProof> = serde_json::from_str(text).ok();
    html! {
        details.proof {
            summary { (t.format("proof-of", args![number = number])) }
            @if let Some(proof) = &proof {
                p { (t.format("proof-box", args![url = &proof.node.url])) " " (short_did(&proof.node.did)) }
            }
            p { (t.text("proof-copy")) " " (copies(text, None)) }
        }
    }
}

fn changed(address: &Address, before: &Did, now: &Did, t: Texts) -> Markup {
    let who = address.to_string();
    let accept = |name: &str, value: &str| {
        format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
    };
    let action = format!("/away/accept?{}&{}", accept("who", &who), accept("did", now.as_str()));
    html! {
        div.notice.bad #changed role="alert" {
            h2 { (t.format("changed", args![who = &who])) }
            p { (t.text("changed-why")) }
            p { (t.markup("changed-before", args![], |_, _| short_did(before.as_str()))) }
            p { (t.markup("changed-now", args![], |_, _| short_did(now.as_str()))) }
            form method="post" action=(action) { button type="submit" { (t.text("changed-accept")) } }
        }
    }
}

/// Draws the card of a person, in the words of their box.
fn card(node: &Node, person: &Person, address: Option<&Address>, t: Texts) -> Markup {
    let home = &person.home;
    let host = host_of_url(&home.home.url).unwrap_or_else(|| home.home.url.to_string());
    let card = person.card.as_ref();
    let handle = card.and_then(|card| card.handle.as_deref());
    let own = handle.map(|handle| format!("@{handle}@{host}"));
    let who = address.map(ToString::to_string).or(own);
    let name = card.and_then(|card| card.name.clone()).or_else(|| who.clone());
    let name = name.unwrap_or_else(|| t.text("somebody").into_owned());
    // Boxes of all versions have a page at the DID.
    let page = node.page_of(home.did.as_str());
    let did = home.did.as_str();
    html! {
        section.card #person {
            div.row.with-face {
                (avatar(Face { name: &name, did, picture: None }))
                div.grow {
                    strong.name { (name) }
                    @if let Some(who) = who.filter(|who| *who != name) { br; span.soft { (who) } }
                }
            }
            p { (t.format("at-box", args![host = &host])) }
            div.actions {
                a.button.main href={ (home.home.url) (page) } rel="noreferrer" { (t.format("their-page", args![host = &host])) }
            }
            details {
                summary { (t.text("exactly")) }
                p { (t.markup("exactly-did", args![], |_, _| short_did(did))) }
                p { (t.markup("exactly-box", args![host = &host], |_, _| short_did(home.home.node.as_str()))) }
                @if let Some(key) = &person.tls_key {
                    p { (t.text("exactly-key")) " " code { (hex::encode(key)) } }
                }
                p.hint { (t.text("exactly-why")) }
            }
        }
    }
}

/// `POST /away/accept?who=&did=`: this person is not warned of the new person behind a name any more.
async fn accept(
    State(node): State<Node>,
    Authed(session): Authed,
    Query(form): Query<AcceptForm>,
) -> Result<Redirect, Problem> {
    let no_address = || Problem::field("who", TEXTS.say("no-address", args![]));
    let address = Address::parse(&form.who).ok_or_else(no_address)?;
    let did = Did::parse(&form.did);
    let did = did.map_err(|error| Problem::field("did", format!("{error}.")))?;
    pins::accept_handle(&node, &session.did, &address, &did).await?;
    Ok(Redirect::to(&find_path(&address.to_string())))
}
