//! The owner's part of the page of backups, and the page that a friend's code leads to. They work without scripts.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Redirect;
use imajin_app::extract::{Person, Query, form_of};
use imajin_app::page::{copies, short_did};
use imajin_app::routing::{OpenApiRouter, get, post};
use imajin_app::{Lang, Node, Page, Problem, Reader, Texts, args};
use imajin_dfos::Timestamp;
use imajin_host::codes::canonical;
use imajin_host::prelude::*;
use imajin_protocol::presence::host_of_url;
use maud::{Markup, PreEscaped, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use qrcode::QrCode;
use qrcode::render::svg::Color;
use serde::Deserialize;

use super::contract::{self, Contract, NAME_CHARS_MAX};
use super::store::Store;
use crate::manifest::TEXTS;

const BACKUPS: &str = "/backups";
const GB: u64 = 1_000_000_000;
/// Room that the page suggests, and the most that it takes, in gigabytes.
const GB_DEFAULT: u64 = 50;
const GB_MAX: u64 = 100_000;

#[derive(Debug, Deserialize)]
struct OfferForm {
    name: String,
    gb: u64,
}

#[derive(Debug, Deserialize)]
struct EndForm {
    contract: String,
}

#[derive(Debug, Deserialize)]
struct CodeQuery {
    #[serde(default)]
    code: String,
}

pub(super) fn routes() -> OpenApiRouter<Node> {
    OpenApiRouter::new()
        .route("/kept", get(code))
        .route("/kept/offer", post(offer))
        .route("/kept/end", post(end))
}

/// Draws the contracts and the form for another one.
pub(super) fn draw(node: &Node, reader: Reader) -> Result<Markup, Problem> {
    let t = TEXTS.for_reader(reader);
    let now_ms = node.now().as_millis();
    let mut cards = Vec::new();
    for contract in contract::all(node)?.iter().filter(|contract| !contract.is_over(now_ms)) {
        let is_taken = contract.is_taken();
        cards.push(if is_taken { taken(node, contract, t)? } else { open(node, contract, t) });
    }
    Ok(html! {
        section #friends {
            h2 { (t.text("contracts")) }
            p { (t.text("contracts-lead")) }
            @for card in cards { (card) }
            (form(t))
        }
    })
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms).unwrap_or(Timestamp::MIN)
}

/// Draws a contract that a box uses.
fn taken(node: &Node, contract: &Contract, t: Texts) -> Result<Markup, Problem> {
    let store = Store::new(node.data(), &contract.id);
    let (used, _) = store.usage()?;
    let items = store.list()?;
    let lists =
        items.iter().filter(|item| item.removed_ms.is_none() && !item.name.ends_with(".age"));
    let last_ms = lists.map(|item| item.changed_ms).max();
    let room = args![used = t.lang.size(used), room = t.lang.size(contract.bytes)];
    Ok(html! {
        section.card {
            h3 { (contract.name) }
            @if let Some(owner) = contract.owner() { p.soft { (short_did(owner)) } }
            p { (t.format("contract-room", room)) }
            p {
                @match last_ms {
                    Some(ms) => (t.markup("contract-last", args![], |_, _| t.time(at(ms)))),
                    None => (t.text("contract-none")),
                }
            }
            @if contract.refused_ms.is_some() {
                div.notice.bad { p { (t.text("contract-refused")) } }
            }
            @match contract.end_ms() {
                Some(ms) => div.notice { p { (t.markup("contract-ends", args![], |_, _| t.moment(at(ms)))) } },
                None => details {
                    summary { (t.text("contract-end")) }
                    p { (t.text("contract-end-hint")) }
                    (end_form(contract, "contract-end", t))
                },
            }
        }
    })
}

/// Draws an offer with its code.
fn open(node: &Node, contract: &Contract, t: Texts) -> Markup {
    let link = link(node, &contract.code);
    let host = host_of_url(node.url()).unwrap_or_else(|| node.url().to_owned());
    let until = t.moment(at(contract.offer_end_ms()));
    html! {
        section.card {
            h3 { (contract.name) }
            p { (t.format("offer-how", args![room = t.lang.size(contract.bytes)])) }
            p { (t.text("offer-address")) " " strong.mono { (host) } }
            p { (t.text("offer-code")) " " strong.mono { (contract.code) } " " (copies(&contract.code, None)) }
            p { (t.markup("offer-until", args![], |_, _| html! { (until) })) }
            details {
                summary { (t.text("offer-link")) }
                p { (t.text("offer-link-how")) " " (copies(&link, None)) }
                (qr(&link, t))
            }
            (end_form(contract, "offer-withdraw", t))
        }
    }
}

fn link(node: &Node, code: &str) -> String {
    let code = utf8_percent_encode(code, NON_ALPHANUMERIC);
    format!("{}/away/kept?code={code}", node.url())
}

fn qr(link: &str, t: Texts) -> Markup {
    let svg =
        QrCode::new(link).map(|code| code.render::<Color<'_>>().min_dimensions(200, 200).build());
    html! {
        @if let Ok(svg) = svg {
            // Without the XML declaration, which belongs in a separate file only.
            div.qrs role="img" aria-label=(t.text("offer-qr")) { (PreEscaped(svg.split_once("?>").map_or(svg.as_str(), |(_, svg)| svg))) }
        }
    }
}

fn end_form(contract: &Contract, label: &str, t: Texts) -> Markup {
    html! {
        form method="post" action="/away/kept/end" {
            input type="hidden" name="contract" value=(contract.id);
            div.actions { button.danger type="submit" { (t.text(label)) } }
        }
    }
}

fn form(t: Texts) -> Markup {
    html! {
        form method="post" action="/away/kept/offer" {
            h3 { (t.text("offer")) }
            div.field {
                label for="friend-name" { (t.text("offer-name")) }
                input #friend-name name="name" type="text" required maxlength=(NAME_CHARS_MAX) autocomplete="off";
            }
            div.field {
                label for="friend-gb" { (t.text("offer-room")) }
                input #friend-gb name="gb" type="number" inputmode="numeric" required min="1" max=(GB_MAX) value=(GB_DEFAULT);
            }
            div.actions { button type="submit" { (t.text("offer-make")) } }
        }
    }
}

fn check_owner(node: &Node, session: &imajin_app::Session) -> Result<(), Problem> {
    if node.is_owner(&session.did)? {
        Ok(())
    } else {
        Err(Problem::forbidden(TEXTS.say("contract-owner", args![])))
    }
}

/// `POST /away/kept/offer`: makes a code for a friend.
async fn offer(Person(node, session): Person, body: Bytes) -> Result<Redirect, Problem> {
    check_owner(&node, &session)?;
    let form: Option<OfferForm> = form_of(&body);
    let form = form.ok_or_else(|| Problem::bad_request(TEXTS.say("offer-form", args![])))?;
    let name = form.name.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        return Err(Problem::field("name", TEXTS.say("offer-form", args![])));
    }
    if !(1..=GB_MAX).contains(&form.gb) {
        return Err(Problem::field("gb", TEXTS.say("offer-form", args![])));
    }
    contract::offer(&node, name, form.gb * GB).await?;
    Ok(Redirect::to(BACKUPS))
}

/// `POST /away/kept/end`: ends a contract, or withdraws an offer.
async fn end(Person(node, session): Person, body: Bytes) -> Result<Redirect, Problem> {
    check_owner(&node, &session)?;
    let form: Option<EndForm> = form_of(&body);
    let form = form.ok_or_else(|| Problem::bad_request(TEXTS.say("offer-form", args![])))?;
    contract::end(&node, &form.contract).await?;
    Ok(Redirect::to(BACKUPS))
}

/// `/away/kept?code=`: says where the friend types address and code. The page is the same for every code.
async fn code(State(node): State<Node>, lang: Lang, Query(query): Query<CodeQuery>) -> Page {
    let t = TEXTS.for_reader(lang);
    let code: String = canonical(&query.code).chars().take(14).collect();
    let host = host_of_url(node.url()).unwrap_or_else(|| node.url().to_owned());
    let content = html! {
        h1 { (t.text("code-title")) }
        p.lead { (t.format("code-lead", args![host = &host])) }
        section.card {
            p { (t.text("offer-address")) " " strong.mono { (host) } " " (copies(&host, None)) }
            p { (t.text("offer-code")) " " strong.mono { (code) } " " (copies(&code, None)) }
        }
    };
    t.page("help-backup-code", t.text("code-title"), content).script("/assets/js/ui.js")
}
