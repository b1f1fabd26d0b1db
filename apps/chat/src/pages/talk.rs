//! The page of a conversation. The node renders the frame, the members and what it knows; the script loads, verifies
//! and draws the messages.

use std::collections::BTreeMap;

use axum::extract::State;
use imajin_app::extract::{OwnPage, Path};
use imajin_app::operation::Choice;
use imajin_app::page::avatar;
use imajin_app::{Answer, Lang, Node, Page, Problem, RoomRole, Texts};
use imajin_dfos::order;
use imajin_protocol::Did;
use maud::{Markup, html};

use super::list::beside;
use super::settings::chosen;
use super::{HERE, needs_script, page};
use crate::conversations::Conversation;
use crate::fields::Kind;
use crate::manifest::TEXTS;
use crate::names::{Called, Names};
use crate::queries::{self, Room, Wishes};
use crate::room_role::find_for;

/// People whose names come with the page.
const PEOPLE_MAX: usize = 1_000;

/// A member of a conversation, or of its group.
struct Person {
    called: Called,
    kind: String,
    /// The role by the conversation's log; `None` for a person who was not added.
    role: Option<RoomRole>,
    /// The role in the group.
    theirs: Option<RoomRole>,
}

pub(crate) async fn talk(
    State(node): State<Node>,
    OwnPage(session): OwnPage,
    lang: Lang,
    Path(did): Path<String>,
) -> Result<Page, Problem> {
    let t = TEXTS.for_reader(lang);
    let (room, role) = find_for(&node, &did, &session.did)?;
    let conversation = Conversation::from_room(&node, &room, role, &session.did)?;
    let mut names = Names::new(&node, &session.did, t)?;
    let called = names.room(&room)?;
    let people = people(&node, &room, &mut names)?;
    let (here, all) = queries::read(&node, |db| {
        let here = queries::wishes(db, &session.did, room.log.as_str())?;
        Ok((here, queries::wishes(db, &session.did, "")?))
    })?;
    let all = chosen(all);
    let here = here.unwrap_or_else(|| Wishes { mute: false, ..all.clone() });
    let content = html! {
        div #talk
            data-name=(conversation.did) data-log=(conversation.log) data-kind=(conversation.kind)
            data-of=[conversation.of.as_deref()] data-with=[conversation.with.as_deref()] data-called=(called.name) data-page=(called.href) data-picture=[called.picture.as_deref()]
            data-sealed=[conversation.sealed.then_some("yes")] data-role=(conversation.role) data-request=[conversation.request.as_deref()]
            data-requests=(all.requests) data-receipts=(i32::from(here.receipts)) data-presence=(i32::from(here.presence)) data-mute=(i32::from(here.mute)) {
            header.talk-head {
                a.button.back href=(HERE) aria-label=(t.text("back")) { span aria-hidden="true" { "‹" } }
                (avatar(called.face()))
                h1 dir="auto" { (called.name) }
                button #about type="button" aria-haspopup="dialog" { span.sign aria-hidden="true" { "⋮" } span.words { (t.text("details")) } }
                (t.help_link("help-conversation"))
            }
            p #seal.seal { @if conversation.sealed { (t.text("opening")) } @else { (t.text("opening-plain")) } }
            div #alarm {}
            div #asks {}
            (needs_script(t))
            div #scroll tabindex="0" role="region" aria-label=(t.text("messages")) {
                p #older.hint hidden { (t.text("older")) }
                p #start.soft hidden {}
                ol #messages {}
            }
            p #typing.hint aria-live="polite" {}
            div #heard.unsaid role="log" aria-live="polite" {}
            (compose(t))
        }
        ul #people hidden { @for person in &people { (drawn(person)) } }
        (beside(t))
    };
    let page = page(&node, &session, t, ("help-conversation", &called.name), content)?;
    Ok(page.wide().script("/assets/chat/talk.js"))
}

fn compose(t: Texts) -> Markup {
    html! {
        form #compose hidden {
            div #subject hidden {}
            ul #mentions.mentions role="listbox" aria-label=(t.text("mentions")) hidden {}
            div.line {
                label.unsaid for="text" { (t.text("write")) }
                textarea #text rows="1" dir="auto" placeholder=(t.text("write")) enterkeyhint="send" autocomplete="off" {}
                button #send.main type="submit" { (t.text("send")) }
            }
        }
        p #no-compose.notice hidden {}
    }
}

/// The members by the log, and people in its group or event who were not let in.
fn people(node: &Node, room: &Room, names: &mut Names<'_>) -> Answer<Vec<Person>> {
    let members = queries::read(node, |db| queries::members(db, &room.log))?.into_iter();
    let members = members.map(|(did, role)| (did, (Some(role), None)));
    let mut roles: BTreeMap<Did, (Option<RoomRole>, Option<RoomRole>)> =
        order::map(members.take(PEOPLE_MAX));
    if room.kind == Kind::Group {
        for (did, role) in node.eligible(&room.name, PEOPLE_MAX)? {
            roles.entry(did).or_default().1 = Some(role);
        }
    }
    names.meet(roles.keys().cloned())?;
    let person = |(did, (role, theirs)): (Did, _)| {
        let kind = queries::read(node, |db| queries::kind_of(db, &did))?;
        Ok(Person {
            called: names.person(&did)?,
            kind: kind.unwrap_or_else(|| "human".to_owned()),
            role,
            theirs,
        })
    };
    roles.into_iter().map(person).collect()
}

fn drawn(person: &Person) -> Markup {
    let Called { did, name, public_name, handle, href, picture } = &person.called;
    html! {
        li data-did=(did) data-name=(name) data-public=[public_name.as_deref()] data-handle=[handle.as_deref()] data-href=(href) data-picture=[picture.as_deref()] data-kind=(person.kind) data-role=[person.role.as_ref().map(RoomRole::name)] data-theirs=[person.theirs.as_ref().map(RoomRole::name)] {}
    }
}
