//! The pages of this service: one's connections, inviting, accepting. What they sign is signed by their scripts
//! (apps/www keeps them); they are readable without.

pub(crate) mod groups;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_protocol::Did;
use imajin_protocol::tier::Capability;
use imajin_service::extract::{Caller, Page as Part, Path};
use imajin_service::page::{Viewer, short_did};
use imajin_service::{Card, Node, Page, Problem, Session};
use maud::{Markup, html};

use crate::projection::PROJECTION;
use crate::reads::{self, Link};
use crate::routes::blocks::{self, BlockAnswer};
use crate::{graph, own, prepare};

const HERE: &str = "/connections";

/// Who looks, for the header of a page.
fn viewer_of(node: &Node, session: &Session) -> Result<Viewer, Problem> {
    let card = node.card(&session.did)?;
    let (handle, name) = card.map_or((None, None), |card| (card.handle, card.display_name));
    let did = session.did.to_string();
    Ok(Viewer {
        href: format!("/profile/{}", handle.as_deref().unwrap_or(&did)),
        name: name.or(handle).unwrap_or_else(|| "You".to_owned()),
        did,
    })
}

/// What somebody is called in public; nothing for who has no name here.
fn public_name(card: Option<&Card>) -> Option<String> {
    let card = card?;
    let handle = card.handle.as_ref().map(|handle| format!("@{handle}"));
    card.display_name.clone().or(handle)
}

fn needs_script(words: &str) -> Markup {
    html! {
        div #message {}
        noscript { div.notice.bad { p { (words) " Scripts are off: switch them on for this address, then load the page again." } } }
    }
}

/// One's connections.
pub(crate) async fn list(
    State(node): State<Node>,
    Caller(session): Caller,
    part: Part,
) -> Result<Response, Problem> {
    let Some(session) = session else {
        return Ok(Redirect::to("/signin?next=/connections").into_response());
    };
    let (links, total) = node.read(PROJECTION.name, |db| {
        let (links, total) = reads::links(db, &session.did, part.limit, part.offset)?;
        let links = links.into_iter().map(|link| {
            let name = link.invite.as_deref().unwrap_or_default();
            let invite = reads::invite(db, &session.did, name)?;
            Ok((invite.is_some_and(|invite| invite.vouches), link))
        });
        Ok((links.collect::<rusqlite::Result<Vec<_>>>()?, total))
    })?;
    let blocked = blocks::of(&node, &session.did)?;
    let may_vouch = Capability::Vouch.is_for(node.tier(&session.did)?);
    let mut rows = Vec::with_capacity(links.len());
    for (vouches, link) in links {
        rows.push(row(&node, link, vouches && may_vouch)?);
    }
    let content = html! {
        (needs_script("Connections are signed with the key in your browser, by a script of this page."))
        h1 { "Your connections" }
        p.lead { "People who know you, and whom you know. Both of you signed it." }
        div.actions { a.button.main href="/connections/invite" { "Invite somebody" } a.button href="/connections/groups" { "Your groups" } }
        @if rows.is_empty() { p.soft { "Nobody yet. Invite somebody whom you know." } }
        @else { ul.rows { @for row in rows { (row) } } }
        @if total > part.limit as u64 { (more(&part, total)) }
        @if !blocked.is_empty() { (blocked_people(&blocked)) }
    };
    let page = Page::new("Your connections", content)
        .script("/assets/js/pages/connections.js")
        .current(HERE)
        .viewer(Some(viewer_of(&node, &session)?));
    Ok(page.into_response())
}

/// Whom one blocked, and the way to end it.
fn blocked_people(blocked: &[BlockAnswer]) -> Markup {
    html! {
        section #blocked {
            h2 { "Blocked" }
            p { "Nothing that they do reaches your record. They are not told." }
            ul.rows {
                @for block in blocked {
                    @let card = block.card();
                    @let name = public_name(Some(card)).unwrap_or_else(|| "Somebody without a name".to_owned());
                    li.blocked data-did=(card.did) {
                        div.row {
                            div.grow { strong data-name { (name) } " " (short_did(card.did.as_str())) }
                            button type="button" data-do="unblock" { "Stop blocking " (name) }
                        }
                    }
                }
            }
        }
    }
}

fn more(part: &Part, total: u64) -> Markup {
    let next = part.offset + part.limit;
    html! {
        nav.actions aria-label="More connections" {
            @if part.offset > 0 { a.button href={ "?offset=" (part.offset.saturating_sub(part.limit)) } { "Newer" } }
            @if (next as u64) < total { a.button href={ "?offset=" (next) } { "Older" } }
        }
    }
}

fn row(node: &Node, link: Link, vouches: bool) -> Result<Markup, Problem> {
    let did = Did::parse(&link.did).map_err(Problem::internal)?;
    let card = node.card(&did)?;
    let public = public_name(card.as_ref()).unwrap_or_else(|| "Somebody without a name".to_owned());
    let shown = link.nickname.clone().unwrap_or_else(|| public.clone());
    let handle = card.and_then(|card| card.handle);
    let href = format!("/profile/{}", handle.as_deref().unwrap_or(&link.did));
    let waits = link.invited && !link.confirmed;
    let since = own::time(link.since).unwrap_or_default();
    let field = format!("nickname-{}", graph::number(&did));
    Ok(html! {
        li.connection data-did=(link.did) data-public=(public) data-invite=[link.invite.as_deref()]
            data-attestation=[link.attestation.as_deref()] data-vouch=[vouches.then_some("yes")] {
            div.row {
                div.grow {
                    strong { a href=(href) data-name { (shown) } } " " (short_did(&link.did))
                    br;
                    span.hint { "since " time datetime=(since) { (since.get(..10).unwrap_or_default()) } }
                }
            }
            @if waits {
                div.notice data-waits {
                    p { (shown) " accepted your invitation. Sign it too, and it counts for both of you" @if vouches { "; you said that you vouch for them" } "." }
                    div.actions { button.main type="button" data-do="confirm" { "Sign it" } }
                }
            }
            details {
                summary { "Name, parting" }
                div.field {
                    label for=(field) { "What you call them" }
                    p.hint id={ (field) "-hint" } { "Only you see it. Empty: what they call themselves." }
                    input id=(field) data-nickname type="text" maxlength="100" autocomplete="off" value=[link.nickname.as_deref()] aria-describedby={ (field) "-hint" };
                }
                div.actions { button type="button" data-do="rename" { "Keep this name" } }
                div.actions { button type="button" data-do="part" { "Part from " (shown) } }
                div.notice data-sure hidden {
                    p { "You are then not connected any more, at once, and neither of you sees what is for connections only. That you were connected stays in both records." }
                    div.actions {
                        button type="button" data-do="really" { "Yes, part" }
                        button type="button" data-do="stay" { "No, stay" }
                    }
                }
            }
        }
    })
}

/// Inviting.
pub(crate) async fn invite(
    State(node): State<Node>,
    Caller(session): Caller,
) -> Result<Response, Problem> {
    let Some(session) = session else {
        return Ok(Redirect::to("/signin?next=/connections/invite").into_response());
    };
    let tier = node.tier(&session.did)?;
    let lets_in = Capability::Invite.is_for(tier);
    let content = html! {
        (needs_script("Invitations are made and signed by a script of this page."))
        h1 { "Invite somebody" }
        p.lead {
            "Whoever accepts is connected with you. The invitation is good for a week."
            @if lets_in { " Who is new here can begin with it, with a key of their own." }
            @else { " It is for people who are on this box already; to let new people in, one has to be known here longer." }
        }
        form #form-invite {
            div.field {
                label for="uses" { "For how many people?" }
                select #uses { @for number in [1, 2, 3, 5, 10, 20, 50] { option value=(number) { (number) } } }
            }
            @if Capability::Vouch.is_for(tier) {
                label.check for="vouch" {
                    input #vouch type="checkbox";
                    span { "I vouch for who accepts: I know them, and lend them my name" }
                }
            }
            div.actions { button #make.main type="submit" { "Sign an invitation" } }
        }
        p #quota.hint {}
        section #made.card hidden {
            h2 tabindex="-1" { "Hand this on" }
            p { "As a link: " code #link {} span #copy {} }
            p { "Or as a code to type: " strong #code.mono {} }
            div.qrs { div #picture {} }
        }
        h2 { "Invitations that are out" }
        p #none.soft { "None." }
        ul #invites.rows hidden {}
    };
    let page = Page::new("Invite somebody", content)
        .script("/assets/js/pages/connect-invite.js")
        .current(HERE)
        .viewer(Some(viewer_of(&node, &session)?));
    Ok(page.into_response())
}

/// Accepting.
pub(crate) async fn accept(
    State(node): State<Node>,
    Caller(session): Caller,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let invitation = prepare::open(&node, &code)?;
    let card = node.card(&invitation.inviter)?;
    let name = public_name(card.as_ref()).unwrap_or_else(|| "Somebody".to_owned());
    let me = session.as_ref().map(|session| &session.did);
    let connected = match me {
        Some(me) => node.connected(me, &invitation.inviter)? == Some(true),
        None => false,
    };
    let code = imajin_service::codes::canonical(&code);
    let here = format!("/connections/invite/{code}");
    let content = html! {
        (needs_script("Accepting is signed with the key in your browser, by a script of this page."))
        section #asked {
            h1 { (name) " invites you to connect" }
            p { (short_did(invitation.inviter.as_str())) " on " (node.name()) }
            @if me == Some(&invitation.inviter) {
                p { "This is your own invitation. Hand its address on, or " a href="/connections/invite" { "see all of them" } "." }
            } @else if connected {
                p { "You are connected already. " a href="/connections" { "See your connections" } }
            } @else if me.is_some() {
                p.lead { "When you accept, you are connected: each of you sees what the other shows to connections. You can part at any time." }
                @if invitation.vouches { p { (name) " will also vouch for you." } }
                div.actions { button #accept.main type="button" data-inviter=(invitation.inviter) data-invite=(invitation.id) data-code=(code) { "Sign and accept" } }
            } @else {
                p.lead { "To accept, sign in, or begin here with this invitation." }
                div.actions {
                    a.button.main href={ "/create?invite=" (code) "&connect=1" } { "Begin here" }
                    a.button href={ "/signin?next=" (here) } { "Sign in" }
                }
            }
        }
        section #done hidden {
            h1 tabindex="-1" { "You and " (name) " are connected" }
            p { "It stands in both of your records, signed by you. " (name) " signs it too when they come by." }
            div.actions { a.button.main href="/connections" { "See your connections" } }
        }
    };
    let viewer = session
        .as_ref()
        .map(|session| viewer_of(&node, session))
        .transpose()?;
    let page = Page::new(format!("{name} invites you"), content)
        .script("/assets/js/pages/connect-accept.js")
        .current(HERE)
        .viewer(viewer);
    Ok(page.into_response())
}
