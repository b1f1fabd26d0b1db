//! The pages of this service: your connections, inviting, accepting. What they sign is signed by their scripts
//! (`assets/`); they are readable without.

pub(crate) mod groups;

use axum::extract::State;
use imajin_app::extract::{Caller, OwnPage, Page as Part, Path, Query, Visitor};
use imajin_app::page::{Face, avatar, short_did};
use imajin_app::{Admittance, Answer, Card, Invitation, Node, Page, Reader, Session, Texts, args};
use imajin_dfos::Timestamp;
use imajin_host::prelude::*;
use imajin_protocol::Did;
use imajin_protocol::tier::{Capability, MEMBER_INVITATIONS};
use imajin_turns::page_with;
use maud::{Markup, html};
use serde::Deserialize;

use crate::blocks;
use crate::graph;
use crate::manifest::TEXTS;
use crate::queries::{self, Link};

const HERE: &str = "/connections";
/// The path of the part with groups.
const GROUPS: &str = "/connections/groups";
/// The path of the part with invitations.
const INVITE: &str = "/connections/invite";

/// Returns a person's public name; `None` for a person without one here.
pub(crate) fn public_name(card: Option<&Card>) -> Option<String> {
    let card = card?;
    let handle = card.handle.as_ref().map(|handle| format!("@{handle}"));
    card.display_name.clone().or(handle)
}

fn needs_script(t: Texts) -> Markup {
    html! {
        div #message {}
        noscript { div.notice.bad { p { (t.text("scripts-off")) } } }
    }
}

/// The page on which a guest makes their own key.
const OWN_KEY: &str = "/create?own";

/// Renders the notice for guests that an action requires their own key, with a link to make one.
fn own_key(begin: &str, t: Texts) -> Markup {
    html! {
        div #own-key.notice {
            p { (t.text("own-key-why")) }
            div.actions { a.button.main href=(begin) { (t.text("own-key")) } }
        }
    }
}

/// Whether a visitor can connect and join groups: guests can't, and strangers are asked to sign in first.
fn may_connect(node: &Node, visitor: Option<&Did>) -> Answer<bool> {
    match visitor {
        Some(visitor) => Ok(Capability::Connect.is_for(node.tier(visitor)?)),
        None => Ok(false),
    }
}

/// The day since when something is so.
fn since(millis: i64, t: Texts) -> Markup {
    let draw = |at| t.markup("since", args![], |_, _| t.day(at));
    Timestamp::from_millis(millis).map_or_else(|_| html! {}, draw)
}

/// Renders the choice of the number of people for an invitation.
fn for_how_many(t: Texts) -> Markup {
    html! {
        div.field {
            label for="uses" { (t.text("for-how-many")) }
            select #uses { @for number in [1, 2, 3, 5, 10, 20, 50] { option value=(number) { (number) } } }
        }
    }
}

/// The reason why an invitation lets no newcomer in, and whom to ask: the owner by name, if their name is public. `None` if it lets
/// newcomers in.
fn why_not(node: &Node, admits: Admittance, name: &str, t: Texts) -> Answer<Option<String>> {
    let (named, unnamed) = match admits {
        Admittance::Granted => return Ok(None),
        Admittance::Allowance => {
            return Ok(Some(t.format("accept-allowance", args![name = name])));
        }
        Admittance::Members | Admittance::Inviter => ("accept-ask-owner", "accept-ask-some-owner"),
        Admittance::Closed => ("accept-closed", "accept-closed-some-owner"),
    };
    let owner = match node.owner()? {
        Some(owner) => public_name(node.card(&owner.did)?.as_ref()),
        None => None,
    };
    Ok(Some(match owner {
        Some(owner) => t.format(named, args![name = name, owner = owner]),
        None => t.format(unnamed, args![name = name]),
    }))
}

/// The part for a visitor who isn't signed in: the way to begin with the invitation, if it lets newcomers in.
fn newcomer(
    node: &Node,
    invitation: &Invitation,
    why_not: Option<&str>,
    (code, name): (&str, &str),
    t: Texts,
) -> Markup {
    let here = format!("/connections/invite/{code}");
    let at_box = |message: &str| t.format(message, args![name = name, site = node.name()]);
    html! {
        @match why_not {
            None => {
                p.lead { (at_box("accept-new")) }
                @if invitation.vouches { p { (t.format("accept-vouches", args![name = name])) } }
                div.actions {
                    a.button.main href={ "/create?invite=" (code) "&connect=1" } { (t.text("accept-begin")) }
                    a.button href={ "/signin?next=" (here) } { (t.text("accept-sign-in")) }
                }
            }
            Some(why) => {
                p.lead { (at_box("accept-here")) }
                div.actions { a.button.main href={ "/signin?next=" (here) } { (t.text("sign-in")) } }
                div.notice { p { (t.text("accept-not-here")) " " (why) } }
            }
        }
    }
}

/// An invitation that was just made, for the script to fill.
fn made(t: Texts, about: Markup) -> Markup {
    html! {
        section #made.card hidden {
            h2 tabindex="-1" { (t.text("made")) }
            (about)
            p { (t.text("made-link")) " " code #link {} span #copy {} }
            p { (t.text("made-code")) " " strong #code.mono {} }
            div.qrs { div #picture {} }
        }
    }
}

/// The page of the connections with people on other boxes.
#[derive(Debug, Deserialize)]
pub(crate) struct ListQuery {
    /// The number of connections to skip.
    #[serde(default)]
    elsewhere: usize,
}

pub(crate) async fn list(
    State(node): State<Node>,
    OwnPage(session): OwnPage,
    reader: Reader,
    Query(query): Query<ListQuery>,
    part: Part,
) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let (links, total) = queries::read(&node, |db| queries::vouched(db, &session.did, &part))?;
    let blocked = blocks::list_blocked(&node, &session.did)?;
    let may_vouch = Capability::Vouch.is_for(node.tier(&session.did)?);
    let dids = links.iter().map(|(link, _)| &link.did);
    let mut cards = node.cards(dids, Some(&session.did))?;
    let rows = links.iter().map(|(link, vouches)| {
        let place = RecordHome::Here { vouches: *vouches && may_vouch };
        row(&node, link, cards.remove(&link.did), place, t)
    });
    let rows: Vec<Markup> = rows.collect();
    let others = Part { offset: query.elsewhere, ..part.clone() };
    let (elsewhere, away) = elsewhere(&node, &session.did, &others, t)?;
    let content = html! {
        (needs_script(t))
        h1 { (t.text("list")) }
        (tabs(HERE, t))
        p.lead { (t.text("list-lead")) }
        div.actions { a.button.main href=(INVITE) { (t.text("invite")) } }
        p { button #scan type="button" { (t.text("list-scan")) } }
        @if rows.is_empty() && away == 0 { p.soft { (t.text("list-none")) } }
        @if !rows.is_empty() { ul.rows { @for row in rows { (row) } } }
        @if total > part.limit as u64 { (more("offset", &part, total, t)) }
        @if !elsewhere.is_empty() || others.offset > 0 {
            section #elsewhere {
                h2 { (t.text("list-elsewhere")) }
                p { (t.text("list-elsewhere-why")) }
                ul.rows { @for row in elsewhere { (row) } }
                @if away > others.limit as u64 { (more("elsewhere", &others, away, t)) }
            }
        }
        @if !blocked.is_empty() { (blocked_people(&blocked, t)) }
    };
    let page = page((&node, t), Some(&session), ("help-list", &t.text("list")), content)?;
    Ok(page.script("/assets/connections/list.js"))
}

/// Draws the parts of the page of people: connections, groups, invitations.
fn tabs(here: &str, t: Texts) -> Markup {
    let parts = [(HERE, "tab-list"), (GROUPS, "groups"), (INVITE, "tab-invites")];
    html! {
        nav.tabs aria-label=(t.text("tabs")) {
            @for (href, message) in parts { a href=(href) aria-current=[(href == here).then_some("page")] { (t.text(message)) } }
        }
    }
}

/// A page in the frame of all pages.
fn page(
    (node, t): (&Node, Texts),
    session: Option<&Session>,
    (help, title): (&'static str, &str),
    content: Markup,
) -> Answer<Page> {
    Ok(t.page(help, title, content).current(HERE).viewer(node.viewer_of(session)?))
}

/// Renders the list of blocked people, with a way to end each block.
fn blocked_people(blocked: &[(Card, i64)], t: Texts) -> Markup {
    html! {
        section #blocked {
            h2 { (t.text("blocked")) }
            p { (t.text("blocked-why")) }
            ul.rows {
                @for (card, _) in blocked {
                    @let name = public_name(Some(card)).unwrap_or_else(|| t.text("no-name").into_owned());
                    li.blocked data-did=(card.did) {
                        div.row {
                            div.grow { strong data-name { (name.as_str()) } " " (short_did(card.did.as_str())) }
                            button type="button" data-do="unblock" { (t.format("blocked-end", args![name = name.as_str()])) }
                        }
                    }
                }
            }
        }
    }
}

/// Leads to the parts before and after this one. `at` is what the address calls the number of those before it.
fn more(at: &str, part: &Part, total: u64, t: Texts) -> Markup {
    let next = part.offset.saturating_add(part.limit);
    html! {
        nav.actions aria-label=(t.text("more-pages")) {
            @if part.offset > 0 { a.button href={ "?" (at) "=" (part.offset.saturating_sub(part.limit)) } { (t.text("newer")) } }
            @if (next as u64) < total { a.button href={ "?" (at) "=" (next) } { (t.text("older")) } }
        }
    }
}

/// The face on a card, next to the name.
pub(crate) fn face(node: &Node, (did, card): (&Did, Option<&Card>), name: &str) -> Markup {
    let picture = card.and_then(|card| node.face_of(card));
    avatar(Face { name, did: did.as_str(), picture: picture.as_deref() })
}

#[derive(Clone, Copy)]
enum RecordHome {
    /// On this box. `vouches`: whether the owner may vouch for the person and does.
    Here { vouches: bool },
    /// On another box.
    Elsewhere,
}

/// A part of the connections whose records are on other boxes, since one of the two moved; and how many there are.
fn elsewhere(node: &Node, owner: &Did, part: &Part, t: Texts) -> Answer<(Vec<Markup>, u64)> {
    let (links, total) = queries::read(node, |db| queries::one_sided(db, owner, part))?;
    let mut rows = Vec::new();
    for link in links {
        if node.status(&link.did)?.is_none() {
            rows.push(row(node, &link, None, RecordHome::Elsewhere, t));
        }
    }
    Ok((rows, total))
}

fn row(node: &Node, link: &Link, card: Option<Card>, place: RecordHome, t: Texts) -> Markup {
    let did = &link.did;
    let public = public_name(card.as_ref()).unwrap_or_else(|| t.text("no-name").into_owned());
    let shown = link.nickname.as_ref().unwrap_or(&public);
    let face = face(node, (did, card.as_ref()), shown);
    let handle = card.and_then(|card| card.handle);
    let (is_here, vouches) = match place {
        RecordHome::Here { vouches } => (true, vouches),
        RecordHome::Elsewhere => (false, false),
    };
    // People whom this box does not know have no page here.
    let href = is_here.then(|| node.page_of(handle.as_deref().unwrap_or(did.as_str())));
    let waits = is_here && link.invited && !link.confirmed;
    let field = format!("nickname-{}", graph::number(did));
    html! {
        li.connection data-did=(did) data-public=(public) data-invite=[link.invite.as_deref()]
            data-attestation=[link.attestation.as_deref()] data-vouch=[vouches.then_some("yes")] data-unasked[waits] {
            div.row.with-face {
                (face)
                div.grow {
                    strong { @match href { Some(href) => a href=(href) data-name { (shown) }, None => span data-name { (shown) } } } " " (short_did(did.as_str()))
                    br;
                    span.hint { (since(link.since, t)) }
                }
            }
            @if waits {
                div.notice data-waits hidden {
                    p { (t.text("list-waits")) @if vouches { " " (t.text("list-vouches")) } }
                    div.actions { button.main type="button" data-do="confirm" { (t.text("list-sign")) } }
                }
            }
            details {
                summary { (t.text("list-care")) }
                div.field {
                    label for=(field) { (t.text("list-nickname")) }
                    p.hint id={ (field) "-hint" } { (t.text("list-nickname-hint")) }
                    input id=(field) data-nickname type="text" maxlength="100" autocomplete="off" value=[link.nickname.as_deref()] aria-describedby={ (field) "-hint" };
                }
                div.actions { button type="button" data-do="rename" { (t.text("list-rename")) } }
                div.actions { button type="button" data-do="part" { (t.format("list-part", args![name = shown.as_str()])) } }
                div.notice data-sure hidden {
                    p { (t.text("list-part-why")) }
                    div.actions {
                        button type="button" data-do="really" { (t.text("list-part-yes")) }
                        button type="button" data-do="stay" { (t.text("list-part-no")) }
                    }
                }
            }
        }
    }
}

pub(crate) async fn invite(
    State(node): State<Node>,
    OwnPage(session): OwnPage,
    reader: Reader,
) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let tier = node.tier(&session.did)?;
    let may = Capability::Connect.is_for(tier);
    let content = html! {
        (needs_script(t))
        h1 { (t.text("invite")) }
        (tabs(INVITE, t))
        @if may {
            p.lead {
                (t.text("invite-lead")) " "
                span #brings data-allowance=(MEMBER_INVITATIONS) {}
            }
            form #form-invite {
                (for_how_many(t))
                @if Capability::Vouch.is_for(tier) {
                    label.check for="vouch" {
                        input #vouch type="checkbox";
                        span { (t.text("invite-vouch")) }
                    }
                }
                div.actions { button #make.main type="submit" { (t.text("sign-invitation")) } }
            }
            p #quota.hint {}
            (made(t, html! { p #made-brings data-allowance=(MEMBER_INVITATIONS) {} }))
            h2 { (t.text("invites-open")) }
            p #none.soft { (t.text("invites-none")) }
            ul #invites.rows data-codes[Capability::Invite.is_for(tier)] hidden {}
        } @else { (own_key(OWN_KEY, t)) }
    };
    let page = page((&node, t), Some(&session), ("help-invite", &t.text("invite")), content)?;
    Ok(if may { page.script("/assets/connections/invite.js") } else { page })
}

/// Draws what one does once two are connected: write to the other person, or see all connections.
fn onward(node: &Node, person: &Did, name: &str, t: Texts) -> Markup {
    let write = page_with(node, person);
    html! {
        div.actions {
            @if let Some(write) = &write { a.button.main href=(write) { (t.format("write-to", args![name = name])) } }
            a.button.main[write.is_none()] href="/connections" { (t.text("accept-see")) }
        }
    }
}

pub(crate) async fn accept(
    Visitor(node, Caller(session)): Visitor,
    reader: Reader,
    Path(code): Path<String>,
) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let invitation = queries::open(&node, &code)?;
    let card = node.card(&invitation.inviter)?;
    let name = public_name(card.as_ref()).unwrap_or_else(|| t.text("somebody").into_owned());
    let name = name.as_str();
    let me = session.as_ref().map(|session| &session.did);
    let connected = match me {
        Some(me) => node.connected(me, &invitation.inviter)? == Some(true),
        None => false,
    };
    let may = may_connect(&node, me)?;
    let code = imajin_host::codes::canonical(&code);
    let why_not = why_not(&node, node.admittance(&invitation)?, name, t)?;
    let title = match me {
        None if why_not.is_none() => {
            t.format("accept-title", args![name = name, site = node.name()])
        }
        _ => t.format("accept", args![name = name]),
    };
    let content = html! {
        (needs_script(t))
        section #asked {
            h1 { (title.as_str()) }
            p { (t.markup("accept-where", args![site = node.name()], |_, _| short_did(invitation.inviter.as_str()))) }
            @if me == Some(&invitation.inviter) {
                p { (t.markup("accept-own", args![], |_, inner| html! { a href="/connections/invite" { (inner) } })) }
            } @else if connected {
                p { (t.markup("accept-connected", args![], |_, inner| html! { a href="/connections" { (inner) } })) }
            } @else if me.is_some() {
                p.lead { (t.text("accept-lead")) }
                @if invitation.vouches { p { (t.format("accept-vouches", args![name = name])) } }
                @if may { div.actions { button #accept.main type="button" data-inviter=(invitation.inviter) data-invite=(invitation.id) data-code=(code) { (t.text("accept-do")) } } }
                @else if let Some(why) = &why_not { div.notice { p { (why) } } }
                @else { (own_key(&format!("/create?own&invite={code}&connect=1"), t)) }
            } @else { (newcomer(&node, &invitation, why_not.as_deref(), (&code, name), t)) }
        }
        section #done hidden {
            h1 tabindex="-1" { (t.format("accept-done", args![name = name])) }
            p { (t.format("accept-done-why", args![name = name])) }
            (onward(&node, &invitation.inviter, name, t))
        }
    };
    let page = page((&node, t), session.as_ref(), ("help-accept", &title), content)?;
    Ok(page.script("/assets/connections/accept.js"))
}
