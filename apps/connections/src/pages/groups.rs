//! The pages of pods and groups: your own, one of them with its members, and joining by an invitation.

use axum::extract::State;
use imajin_app::extract::{Caller, OwnPage, Page as Part, Path, Visitor};
use imajin_app::operation::Choice;
use imajin_app::page::short_did;
use imajin_app::{Answer, Card, Node, Page, Reader, RoomRole, Texts, args};
use imajin_circles::AtGroup;
use imajin_protocol::Did;
use imajin_protocol::tier::Capability;
use maud::{Markup, html};

use super::{needs_script, page, public_name};
use crate::fields::GivenRole;
use crate::groups::queries::{self, Group, Member};
use crate::groups::visibility::{find, missing};
use crate::groups::{NESTING_MAX, POD};
use crate::manifest::TEXTS;
use crate::queries::read;

fn name_of(group: &Group, t: Texts) -> String {
    group.name.clone().unwrap_or_else(|| t.text("group-no-name").into_owned())
}

/// Renders the kind, the visibility and the size of a group.
fn kind_of(group: &Group, size: u64, t: Texts) -> Markup {
    let kind = match (group.kind.as_str(), group.is_public()) {
        (POD, _) => "group-pod",
        (_, true) => "group-public",
        (_, false) => "group-private",
    };
    html! { (t.text(kind)) " · " (t.format("group-people", args![count = size])) }
}

fn role_words(role: RoomRole) -> &'static str {
    match role {
        RoomRole::Owner => "group-role-owner",
        RoomRole::Admin => "group-role-admin",
        _ => "group-role-member",
    }
}

fn line(node: &Node, group: &Group, t: Texts) -> Answer<Markup> {
    let size = read(node, |db| queries::size(db, &group.did))?;
    Ok(html! {
        li { div.row.with-face { (super::face(node, (&group.did, None), &name_of(group, t))) div.grow {
            strong { a href={ "/connections/groups/" (group.did) } { (name_of(group, t)) } }
            br;
            span.hint { (kind_of(group, size, t)) }
        } } }
    })
}

pub(crate) async fn list(
    State(node): State<Node>,
    OwnPage(session): OwnPage,
    reader: Reader,
    part: Part,
) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let (found, total) = read(&node, |db| queries::mine(db, &session.did, &part))?;
    let rows = found.iter().map(|group| line(&node, group, t)).collect::<Result<Vec<_>, _>>()?;
    let may = Capability::Connect.is_for(node.tier(&session.did)?);
    let content = html! {
        (needs_script(t))
        h1 { (t.text("group-list")) }
        (super::tabs(super::GROUPS, t))
        p.lead { (t.text("group-list-lead")) }
        @if rows.is_empty() { p.soft { (t.text("group-none")) } }
        @else { ul.rows { @for row in rows { (row) } } }
        @if total > part.limit as u64 { (super::more("offset", &part, total, t)) }
        @if may { (form_new(None, t)) }
        @else { p.soft { (t.markup("group-needs-key", args![], |_, inner| html! { a href="/create?own" { (inner) } })) } }
    };
    let page = page((&node, t), Some(&session), ("help-groups", &t.text("group-list")), content)?;
    Ok(page.script("/assets/connections/groups.js"))
}

/// The form for a new group, perhaps inside another one.
fn form_new(parent: Option<&Did>, t: Texts) -> Markup {
    html! {
        details {
            summary { @if parent.is_some() { (t.text("group-new-inside")) } @else { (t.text("group-new")) } }
            form #form-new autocomplete="off" data-parent=[parent] {
                div.field {
                    label for="name" { (t.text("group-name")) }
                    input #name type="text" maxlength="80" required autocomplete="off";
                }
                div.field {
                    label for="about" { (t.text("group-about")) }
                    p.hint #about-hint { (t.text("group-optional")) }
                    textarea #about rows="3" maxlength="2000" aria-describedby="about-hint" {}
                }
                div.field {
                    label for="sort" { (t.text("group-who-sees")) }
                    select #sort {
                        option value="group private" { (t.text("group-sort-private")) }
                        option value="group public" { (t.text("group-sort-public")) }
                        @if parent.is_none() { option value="pod private" { (t.text("group-sort-pod")) } }
                    }
                }
                div.actions { button #make.main type="submit" { (t.text("group-create")) } }
            }
        }
    }
}

pub(crate) async fn group_page(
    Visitor(node, Caller(session)): Visitor,
    reader: Reader,
    Path(name): Path<String>,
    part: Part,
) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let viewer = session.as_ref().map(|session| &session.did);
    let (group, role) = find(&node, &name, viewer)?;
    let (members, size, inside, parent, depth, offered, owner) = read(&node, |db| {
        let parent = match &group.parent {
            Some(parent) => queries::group(db, parent)?,
            None => None,
        };
        let members = queries::members(db, &group.did, &part)?;
        let (size, depth) = (queries::size(db, &group.did)?, queries::depth(db, &group)?);
        let offered = queries::offer(db, &group.did, node.now())?;
        let (inside, owner) = (queries::inside(db, &group.did)?, queries::owner(db, &group.did)?);
        Ok((members, size, inside, parent, depth, offered, owner))
    })?;
    let sees = |other: &Group| find(&node, other.did.as_str(), viewer).is_ok();
    let parent = parent.filter(|parent| sees(parent));
    let inside = inside.iter().filter(|other| sees(other)).map(|group| line(&node, group, t));
    let inside = inside.collect::<Result<Vec<_>, _>>()?;
    let leads = role.is_some_and(RoomRole::leads);
    let may_nest = leads && group.kind != POD && depth < NESTING_MAX;
    let room = match role {
        Some(_) => imajin_turns::log_of(&node, &group.did)?,
        None => None,
    };
    let mut places = Vec::new();
    if let Some(member) = viewer.filter(|_| role.is_some()) {
        for (app, offer) in node.services().offers().all::<dyn AtGroup>() {
            match offer.place(&node, &group.did, member, reader.lang) {
                Ok(place) => places.extend(place),
                Err(problem) => {
                    tracing::error!("{app}: its place for a group can't be read: {problem}")
                }
            }
        }
    }
    let rows = match viewer {
        Some(_) => {
            let viewer = GroupViewer { did: viewer, role, offered: offered.as_ref() };
            rows(&node, &members, viewer, t)?
        }
        None => Vec::new(),
    };
    let content = html! {
        (needs_script(t))
        section #group data-group=(group.did) data-room=[room] data-role=[role.as_ref().map(RoomRole::name)] data-visibility=(group.visibility) {
            h1 { (name_of(&group, t)) }
            p.hint {
                (kind_of(&group, size, t))
                @if let Some(parent) = &parent { " · " (t.markup("group-inside", args![name = name_of(parent, t)], |_, inner| html! { a href={ "/connections/groups/" (parent.did) } { (inner) } })) }
            }
            @if let Some(about) = &group.about { p.lead { (about) } }
            @if !places.is_empty() {
                ul.rows.places { @for place in &places { li { a href=(place.href) { (place.icon.draw()) span.grow { (place.label) } } } } }
            }
            @if offered.is_some() && offered.as_ref() == viewer { (taking(&node, &group, owner.as_ref(), t)?) }
            @if leads { (invitations(role, t)) }
            @if viewer.is_some() {
                h2 { (t.text("group-members")) }
                ul.rows { @for row in &rows { (row) } }
                @if size > part.limit as u64 { (super::more("offset", &part, size, t)) }
            } @else { p { a href={ "/signin?next=/connections/groups/" (group.did) } { (t.text("group-members-out")) } } }
            @if !inside.is_empty() { h2 { (t.text("group-groups-inside")) } ul.rows { @for row in inside { (row) } } }
            @if may_nest { (form_new(Some(&group.did), t)) }
            @if role == Some(RoomRole::Owner) { (care(&group, t)) }
            @if matches!(role, Some(RoomRole::Admin | RoomRole::Member)) { (leaving(t)) }
        }
    };
    let page = page((&node, t), session.as_ref(), ("help-group", &name_of(&group, t)), content)?;
    Ok(page.script("/assets/connections/group.js"))
}

fn invitations(role: Option<RoomRole>, t: Texts) -> Markup {
    html! {
        h2 { (t.text("group-invite")) }
        form #form-invite {
            (super::for_how_many(t))
            @if role == Some(RoomRole::Owner) {
                label.check for="admin" {
                    input #admin type="checkbox";
                    span { (t.text("group-invite-admin")) }
                }
            }
            div.actions { button #invite.main type="submit" { (t.text("sign-invitation")) } }
        }
        (super::made(t, html! {}))
        ul #invites.rows hidden aria-label=(t.text("invites-open")) {}
    }
}

/// The viewer of a group's members.
#[derive(Clone, Copy)]
struct GroupViewer<'a> {
    did: Option<&'a Did>,
    role: Option<RoomRole>,
    /// The member to whom the group is offered.
    offered: Option<&'a Did>,
}

/// The members, each with what the viewer may do about them.
fn rows(node: &Node, members: &[Member], viewer: GroupViewer<'_>, t: Texts) -> Answer<Vec<Markup>> {
    let mut cards = node.cards(members.iter().map(|member| &member.did), viewer.did)?;
    let rows = members.iter().map(|member| {
        let card = cards.remove(&member.did);
        row(node, member, card, viewer, t)
    });
    Ok(rows.collect())
}

fn row(
    node: &Node,
    member: &Member,
    card: Option<Card>,
    viewer: GroupViewer<'_>,
    t: Texts,
) -> Markup {
    let did = &member.did;
    let name = public_name(card.as_ref()).unwrap_or_else(|| t.text("no-name").into_owned());
    let with_name = |id: &str| t.format(id, args![name = name.as_str()]);
    let face = super::face(node, (did, card.as_ref()), &name);
    let handle = card.and_then(|card| card.handle);
    let href = node.page_of(handle.as_deref().unwrap_or(did.as_str()));
    let GroupViewer { role, offered, .. } = viewer;
    let mine = viewer.did == Some(did);
    let may_change = role == Some(RoomRole::Owner) && member.role != RoomRole::Owner;
    let is_offered = offered == Some(did) && role == Some(RoomRole::Owner);
    let may_remove =
        may_change || (role == Some(RoomRole::Admin) && member.role == RoomRole::Member);
    html! {
        li.member data-did=(did) data-role=(member.role.name()) {
            div.row.with-face { (face) div.grow {
                strong { a href=(href) { (name.as_str()) } } " " (short_did(did.as_str()))
                @if mine { " " (t.text("group-you")) }
                br;
                span.hint { (t.text(role_words(member.role))) " · " (super::since(member.since, t)) }
            } }
            @if is_offered { p.hint { (t.text("group-offered")) } }
            @if (may_change || may_remove) && !mine {
                details {
                    summary { @if may_change { (t.text("group-care-member")) } @else { (t.text("group-care-remove")) } }
                    div.actions {
                        @if may_change && member.role == RoomRole::Member { button type="button" data-do="admin" { (with_name("group-make-admin")) } }
                        @if may_change && member.role == RoomRole::Admin { button type="button" data-do="member" { (with_name("group-make-member")) } }
                        @if is_offered { button type="button" data-do="keep" { (with_name("group-keep")) } }
                        @else if may_change { button type="button" data-do="offer" { (with_name("group-offer")) } }
                        @if may_remove { button type="button" data-do="remove" { (with_name("group-remove")) } }
                    }
                }
            }
        }
    }
}

/// Renders the offer of the group for the member to whom it is made.
fn taking(node: &Node, group: &Group, owner: Option<&Did>, t: Texts) -> Answer<Markup> {
    let card = owner.map(|owner| node.card(owner)).transpose()?.flatten();
    let name = public_name(card.as_ref()).unwrap_or_else(|| t.text("group-its-owner").into_owned());
    let name = name.as_str();
    Ok(html! {
        section.card {
            h2 { (t.format("group-take", args![name = name])) }
            p { (t.format("group-take-why", args![name = name])) }
            form #form-take autocomplete="off" data-owner=[owner] {
                (words(["take-name", "take-about"], group, t))
                div.actions { button #take.main type="submit" { (t.text("group-take-do")) } }
            }
        }
    })
}

/// The fields for a group's name and description.
fn words([name, about]: [&str; 2], group: &Group, t: Texts) -> Markup {
    html! {
        div.field {
            label for=(name) { (t.text("group-name")) }
            input id=(name) type="text" maxlength="80" required autocomplete="off" value=[group.name.as_deref()];
        }
        div.field {
            label for=(about) { (t.text("group-about")) }
            textarea id=(about) rows="3" maxlength="2000" { (group.about.as_deref().unwrap_or_default()) }
        }
    }
}

/// Renders the owner's actions.
fn care(group: &Group, t: Texts) -> Markup {
    html! {
        details {
            summary { (t.text("group-change")) }
            form #form-change autocomplete="off" {
                (words(["new-name", "new-about"], group, t))
                @if group.kind != POD {
                    label.check for="public" {
                        input #public type="checkbox" checked[group.is_public()];
                        span { (t.text("group-change-public")) }
                    }
                }
                div.actions { button #change type="submit" { (t.text("group-change-do")) } }
            }
            (ending(["group-dissolve", "group-dissolve-why", "group-dissolve-yes", "group-dissolve-no"], t))
        }
    }
}

fn leaving(t: Texts) -> Markup {
    let says = ["group-leave", "group-leave-why", "group-leave-yes", "group-leave-no"];
    ending(says, t)
}

/// Asks once more before it is done.
fn ending([what, why, yes, no]: [&str; 4], t: Texts) -> Markup {
    html! {
        div.actions { button #end type="button" { (t.text(what)) } }
        div #sure.notice hidden {
            p { (t.text(why)) }
            div.actions {
                button #really type="button" { (t.text(yes)) }
                button #stay type="button" { (t.text(no)) }
            }
        }
    }
}

pub(crate) async fn join(
    Visitor(node, Caller(session)): Visitor,
    reader: Reader,
    Path(code): Path<String>,
) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let invite = queries::open(&node, &code)?;
    let code = imajin_host::codes::canonical(&code);
    let here = format!("/connections/groups/join/{code}");
    let me = session.as_ref().map(|session| &session.did);
    let (group, size, role) = read(&node, |db| {
        let group = queries::group(db, invite.group.as_str())?;
        let role = match me {
            Some(me) => queries::role(db, invite.group.as_str(), me)?,
            None => None,
        };
        Ok((group, queries::size(db, &invite.group)?, role))
    })?;
    let group = group.ok_or_else(missing)?;
    let card = node.card(&invite.inviter)?;
    let inviter = public_name(card.as_ref()).unwrap_or_else(|| t.text("somebody").into_owned());
    let may = super::may_connect(&node, me)?;
    let named = name_of(&group, t);
    let title = t.format("join", args![name = inviter, group = named.as_str()]);
    let address = format!("/connections/groups/{}", group.did);
    let content = html! {
        (needs_script(t))
        section #asked {
            h1 { (title.as_str()) }
            p.hint { (kind_of(&group, size, t)) }
            @if let Some(about) = &group.about { p { (about) } }
            @if role.is_some() {
                p { (t.markup("join-in", args![], |_, inner| html! { a href=(address) { (inner) } })) }
            } @else if me.is_some() {
                p.lead {
                    (t.text("join-lead"))
                    @if invite.role == GivenRole::Admin { " " (t.text("join-admin")) }
                }
                @if may { div.actions { button #join.main type="button" data-group=(group.did) data-invite=(invite.name) data-role=(invite.role.name()) data-code=(code) { (t.text("join-do")) } } }
                @else { (super::own_key(super::OWN_KEY, t)) }
            } @else {
                p.lead { (t.text("join-out")) }
                div.actions { a.button.main href={ "/signin?next=" (here) } { (t.text("sign-in")) } }
            }
        }
        section #done hidden {
            h1 tabindex="-1" { (t.format("join-done", args![group = named.as_str()])) }
            p { (t.text("join-done-why")) }
            div.actions { a.button.main href=(address) { (t.text("join-see")) } }
        }
    };
    let page = page((&node, t), session.as_ref(), ("help-join", &title), content)?;
    Ok(page.script("/assets/connections/group-join.js"))
}
