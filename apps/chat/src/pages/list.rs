//! The page with a person's conversations. The node renders it completely, so that it appears at once; its script adds
//! the last messages that this browser can decrypt, and news.

use axum::extract::State;
use imajin_app::extract::OwnPage;
use imajin_app::page::{avatar, badge};
use imajin_app::{Answer, Node, Page, Reader, Texts, args};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use maud::{Markup, html};

use super::{HERE, needs_script, page};
use crate::conversations::{Conversation, rooms_for};
use crate::manifest::TEXTS;
use crate::names::{Called, Names};
use crate::queries;

/// Maximum number of conversations on the page. A household has fewer; older ones are found by writing to a person.
const SHOWN_MAX: usize = 500;

/// A conversation, what it is called, and whether it is muted.
struct Row {
    conversation: Conversation,
    called: Called,
    is_muted: bool,
}

pub(crate) async fn list(
    State(node): State<Node>,
    OwnPage(session): OwnPage,
    reader: Reader,
) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let mut names = Names::new(&node, &session.did, t)?;
    let mut rows = |wants_requests| rows(&node, &session.did, &mut names, wants_requests);
    let (all, asking) = (rows(false)?, rows(true)?);
    let content = html! {
        div.beside {
            div.chats-head {
                h1 { (t.text("chats")) }
                (new_link(t))
            }
            (needs_script(t))
            div #heard.unsaid aria-live="polite" {}
            @if !all.is_empty() { (search_field(t)) }
            @if !asking.is_empty() {
                section #requests {
                    h2 { (t.format("requests", args![count = asking.len()])) }
                    ul.rows.chats { @for row in &asking { (drawn(row, t)) } }
                }
            }
            div #chats-place {
                @if all.is_empty() && asking.is_empty() {
                    div.card.empty {
                        p { strong { (t.text("none")) } }
                        p.soft { (t.text("none-why")) }
                        div.actions { a.button href="/chat/new" { (t.text("none-begin")) } }
                    }
                } @else { ul #chats.rows.chats { @for row in &all { (drawn(row, t)) } } }
            }
            (search_results(t))
            p { a href="/chat/settings" { (t.text("settings")) } }
        }
        @if !all.is_empty() { p.choose.soft { (t.text("choose")) } }
    };
    let page = page(&node, &session, t, ("help-chats", &t.text("chats")), content)?;
    Ok(page.script("/assets/chat/list.js"))
}

/// Draws the column for the list next to an open conversation. A script fills it where the screen has room for both.
pub(super) fn beside(t: Texts) -> Markup {
    html! {
        section.beside aria-label=(t.text("chats")) {
            div.chats-head {
                h2 { a href=(HERE) { (t.text("chats")) } }
                (new_link(t))
            }
            (search_field(t))
            div #chats-place {}
            (search_results(t))
        }
    }
}

fn new_link(t: Texts) -> Markup {
    html! { a.button.main href="/chat/new" { (t.text("new")) } }
}

fn search_field(t: Texts) -> Markup {
    html! {
        div.field.chats-find {
            label.unsaid for="find" { (t.text("find")) }
            input #find type="search" autocomplete="off" placeholder=(t.text("find"));
        }
    }
}

fn search_results(t: Texts) -> Markup {
    html! {
        p #find-none.soft hidden { (t.text("find-none")) }
        section #found aria-live="polite" {}
    }
}

/// Returns a person's rows: requests, or the other conversations.
fn rows(node: &Node, me: &Did, names: &mut Names<'_>, wants_requests: bool) -> Answer<Vec<Row>> {
    let rooms = rooms_for(node, me, wants_requests)?.into_iter();
    let describe = |(room, role): (queries::Room, _)| {
        Ok((Conversation::from_room(node, &room, role, me)?, room))
    };
    let rooms = rooms.take(SHOWN_MAX).map(describe).collect::<Answer<Vec<_>>>()?;
    let others = rooms.iter().filter_map(|(one, _)| one.with.as_deref());
    names.meet(others.filter_map(|did| Did::parse(did).ok()))?;
    let row = |(conversation, room): (Conversation, queries::Room)| {
        let wishes = queries::read(node, |db| queries::wishes(db, me, room.log.as_str()))?;
        Ok(Row {
            conversation,
            called: names.room(&room)?,
            is_muted: wishes.is_some_and(|wishes| wishes.mute),
        })
    };
    rooms.into_iter().map(row).collect()
}

fn drawn(row: &Row, t: Texts) -> Markup {
    let Row { conversation, called, is_muted } = row;
    let unread = usize::try_from(conversation.unread).unwrap_or(usize::MAX);
    let at = conversation.last.at.as_deref();
    let at = at.and_then(|at| Timestamp::parse(at).ok());
    let asks = conversation.request.as_deref() == Some("open");
    html! {
        li data-name=(conversation.did) data-log=(conversation.log) data-seq=(conversation.last.seq) data-kind=(conversation.kind) data-sealed=[conversation.sealed.then_some("yes")] data-muted=[is_muted.then_some("yes")] data-asks=[asks.then_some("yes")] {
            a href={ (HERE) "/" (conversation.did) } {
                (avatar(called.face()))
                span.about {
                    span.called dir="auto" { (called.name) }
                    span.last dir="auto" {
                        @if asks { (t.text("wants-to-write")) }
                        @else if conversation.sealed { (t.text("row-sealed")) }
                        @else { (t.text("row-plain")) }
                    }
                }
                span.side {
                    @if let Some(at) = at { time datetime=(at) { (t.short_date(at)) } }
                    span.marks {
                        @if *is_muted { span.tag { (t.text("muted")) } }
                        span.count { (badge(unread, t.lang)) }
                    }
                }
            }
        }
    }
}
