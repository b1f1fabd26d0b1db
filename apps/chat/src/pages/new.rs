//! The page for a new conversation: a choice by name of the person's connections and of the groups and events that they
//! lead. A new group begins here, too.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::extract::{OwnPage, Query};
use imajin_app::operation::Choice;
use imajin_app::page::avatar;
use imajin_app::{Answer, Lang, Node, Problem, RoomAbout, RoomRole};
use imajin_protocol::tier::Capability;
use imajin_protocol::{Did, DidKind};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{HERE, needs_script, page};
use crate::manifest::TEXTS;
use crate::names::{Called, Names};
use crate::queries;

/// Groups and events that are offered at most, of each kind.
const LED_MAX: usize = 100;
/// Members of a group that its conversation is opened with at once.
const MEMBERS_MAX: usize = 1_000;

/// The preselected recipient.
#[derive(Debug, Deserialize)]
pub(crate) struct NewQuery {
    /// Somebody by their DID or their short name, connected or not.
    with: Option<String>,
}

/// A person, group or event to choose.
struct Choosable {
    called: Called,
    /// `with`, `group` or `event`, as the node is asked.
    kind: &'static str,
    conversation: Did,
    is_there: bool,
    /// The members that the opener adds to a group's conversation, as JSON.
    members: Option<String>,
}

/// Answers the choice of a recipient. Leads to the conversation with the preselected one, if it is there.
pub(crate) async fn new(
    State(node): State<Node>,
    OwnPage(session): OwnPage,
    lang: Lang,
    Query(query): Query<NewQuery>,
) -> Answer<Response> {
    let t = TEXTS.for_reader(lang);
    let mut names = Names::new(&node, &session.did, t)?;
    let recipient = query.with.as_deref().map(|who| node.person(who));
    let recipient = recipient.transpose()?.filter(|who| *who != session.did);
    if let Some(who) = &recipient {
        let conversation = Did::direct(&session.did, who);
        if is_there(&node, &conversation)? {
            return Ok(Redirect::to(&format!("{HERE}/{conversation}")).into_response());
        }
    }
    let people = match &recipient {
        Some(who) => vec![names.person(who)?],
        None => names.contacts()?,
    };
    let people = people.into_iter().map(|one| person(&node, &session.did, one));
    let people = people.collect::<Answer<Vec<_>>>()?;
    let rooms = match recipient {
        Some(_) => Vec::new(),
        None => node.rooms_led_by(&session.did, LED_MAX)?,
    };
    let rooms = rooms.into_iter().map(|about| led(&mut names, &node, about));
    let rooms = rooms.collect::<Answer<Vec<_>>>()?;
    let may_group = recipient.is_none()
        && !people.is_empty()
        && Capability::Connect.is_for(node.tier(&session.did)?);
    let content = html! {
        p.crumbs { a href=(HERE) { (t.text("chats")) } }
        h1 { (t.text("new")) }
        (needs_script(t))
        @if people.is_empty() && rooms.is_empty() {
            div.card.empty {
                p { strong { (t.text("new-none")) } }
                p.soft { (t.text("new-none-why")) }
            }
        } @else {
            @if may_group { div.actions { button #new-group type="button" aria-haspopup="dialog" { (t.text("new-group")) } } }
            div.field {
                label for="find" { (t.text("new-who")) }
                input #find type="search" autocomplete="off";
            }
            @if !people.is_empty() { ul.rows.chats.choices { @for one in &people { (choice(one)) } } }
            @if !rooms.is_empty() {
                h2 { (t.text("new-rooms")) }
                ul.rows.chats.choices { @for one in &rooms { (choice(one)) } }
            }
            p #find-none.soft hidden { (t.text("new-find-none")) }
        }
    };
    let page = page(&node, &session, t, ("help-new", &t.text("new")), content)?;
    Ok(page.script("/assets/chat/new.js").into_response())
}

fn person(node: &Node, me: &Did, called: Called) -> Answer<Choosable> {
    let other = Did::parse(&called.did).map_err(Problem::internal)?;
    let conversation = Did::direct(me, &other);
    Ok(Choosable {
        is_there: is_there(node, &conversation)?,
        kind: "with",
        conversation,
        called,
        members: None,
    })
}

fn led(names: &mut Names<'_>, node: &Node, about: RoomAbout) -> Answer<Choosable> {
    let is_event = about.conversation.kind() == DidKind::Event;
    let members = if is_event {
        None
    } else {
        let members = node.eligible(&about.conversation, MEMBERS_MAX)?;
        names.meet(members.iter().map(|(did, _)| did.clone()))?;
        let member = |(did, role): (Did, RoomRole)| {
            let name = names.person(&did)?.name;
            Ok(json!({ "did": did, "role": role.name(), "name": name }))
        };
        let members = members.into_iter().map(member).collect::<Answer<Vec<_>>>()?;
        Some(Json::from(members).to_string())
    };
    Ok(Choosable {
        is_there: is_there(node, &about.conversation)?,
        kind: if is_event { "event" } else { "group" },
        conversation: about.conversation.clone(),
        members,
        called: names.subject(about),
    })
}

fn is_there(node: &Node, conversation: &Did) -> Answer<bool> {
    Ok(queries::read(node, |db| queries::room_by_name(db, conversation.as_str()))?.is_some())
}

fn choice(one: &Choosable) -> Markup {
    let inner = html! {
        (avatar(one.called.face()))
        span.about { span.called dir="auto" { (one.called.name) } }
    };
    let person = (one.kind == "with").then_some(one.called.did.as_str());
    html! {
        li data-members=[one.members.as_deref()] data-person=[person] {
            @if one.is_there { a href={ (HERE) "/" (one.conversation) } { (inner) } }
            @else { button type="button" data-kind=(one.kind) data-of=(one.called.did) data-name=(one.conversation) { (inner) } }
        }
    }
}
