//! Cards on Home: people who accepted an invitation, and new connections.
//!
//! Always: a connection takes one confirmation by each side. The inviter's browser signs later what they agreed to when they invited.

use imajin_app::extract::Page;
use imajin_app::{HomeCard, HomeCards, HomeSection, Icon, Lang, Node, Problem, Texts, args};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_protocol::tier::Capability;
use imajin_turns::page_with;
use maud::html;

use crate::manifest::TEXTS;
use crate::queries::{self, Link};
use crate::{Connections, pages};

/// The newest connections are looked at, at most this many.
const LOOKED_AT: usize = 50;
/// Time for which a connection counts as new, in milliseconds.
const NEW_MS: i64 = 7 * 24 * 3_600_000;

impl HomeCards for Connections {
    fn home_cards(&self, node: &Node, person: &Did, lang: Lang) -> Result<Vec<HomeCard>, Problem> {
        let (links, _) =
            queries::read(node, |db| queries::vouched(db, person, &Page::first(LOOKED_AT)))?;
        let may_vouch = Capability::Vouch.is_for(node.tier(person)?);
        let now = node.now().as_millis();
        let is_shown = |link: &Link| waits(link) || now - link.since < NEW_MS;
        links
            .into_iter()
            .filter(|(link, _)| is_shown(link))
            .map(|(link, vouches)| card(node, &link, vouches && may_vouch, TEXTS.for_reader(lang)))
            .collect()
    }
}

/// Whether the signature of the owner of the record is missing, who invited.
fn waits(link: &Link) -> bool {
    link.invited && !link.confirmed
}

fn card(node: &Node, link: &Link, vouches: bool, t: Texts) -> Result<HomeCard, Problem> {
    let card = node.card(&link.did)?;
    let name = link.nickname.clone().or_else(|| pages::public_name(card.as_ref()));
    let name = name.unwrap_or_else(|| t.text("no-name").into_owned());
    let handle = card.and_then(|card| card.handle);
    let href = node.page_of(handle.as_deref().unwrap_or(link.did.as_str()));
    let waits = waits(link);
    let named = |_: &str, _| html! { a href=(href) data-name { (name) } };
    let content = html! {
        div.connection data-did=(link.did) data-public=(name) data-invite=[link.invite.as_deref()]
            data-attestation=[link.attestation.as_deref()] data-vouch=[vouches.then_some("yes")] data-unasked[waits] {
            @if waits {
                p { (t.markup("home-accepted", args![], named)) }
                div data-waits hidden {
                    p { (t.text("list-waits")) @if vouches { " " (t.text("list-vouches")) } }
                    div.actions { button.main type="button" data-do="confirm" { (t.text("list-sign")) } }
                }
            } @else {
                p { (t.markup("home-connected", args![], named)) }
                @if let Some(write) = page_with(node, &link.did) {
                    div.actions { a.button href=(write) { (t.format("write-to", args![name = name.as_str()])) } }
                }
            }
        }
    };
    Ok(HomeCard {
        section: HomeSection::New,
        kind: if waits { "accepted" } else { "connected" },
        at: Timestamp::from_millis(link.since).map_err(Problem::internal)?,
        icon: Icon::People,
        content,
        script: waits.then_some("/assets/connections/list.js"),
    })
}
