//! The pages of pods and groups: one's own, one of them with who is in it, and coming by an invitation.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_protocol::Did;
use imajin_protocol::tier::Capability;
use imajin_service::extract::{Caller, Page as Part, Path};
use imajin_service::page::short_did;
use imajin_service::{Node, Page, Problem};
use maud::{Markup, html};

use super::{HERE, needs_script, public_name, viewer_of};
use crate::groups::reads::{self, Group, Member};
use crate::groups::{ADMIN, MEMBER, NESTING_MAX, OWNER, POD, leads, prepare};
use crate::own::time;
use crate::projection::PROJECTION;
use crate::routes::groups::{find, missing};

fn name_of(group: &Group) -> &str {
    group.name.as_deref().unwrap_or("A group without a name")
}

fn kind_of(group: &Group) -> &'static str {
    match (group.kind.as_str(), group.is_public()) {
        (POD, _) => "a pod, seen by its people only",
        (_, true) => "a group, seen by everybody",
        (_, false) => "a group, seen by its people only",
    }
}

fn people(number: u64) -> String {
    match number {
        1 => "1 person".to_owned(),
        number => format!("{number} people"),
    }
}

fn role_words(role: &str) -> &'static str {
    match role {
        OWNER => "answers for it",
        ADMIN => "lets people in and out",
        _ => "is in it",
    }
}

fn line(node: &Node, group: &Group) -> Result<Markup, Problem> {
    let size = node.read(PROJECTION.name, |db| reads::size(db, &group.did))?;
    Ok(html! {
        li { div.row { div.grow {
            strong { a href={ "/connections/groups/" (group.did) } { (name_of(group)) } }
            br;
            span.hint { (kind_of(group)) " · " (people(size)) }
        } } }
    })
}

/// One's groups, and making one.
pub(crate) async fn list(
    State(node): State<Node>,
    Caller(session): Caller,
    part: Part,
) -> Result<Response, Problem> {
    let Some(session) = session else {
        return Ok(Redirect::to("/signin?next=/connections/groups").into_response());
    };
    let (found, total) = node.read(PROJECTION.name, |db| {
        reads::mine(db, &session.did, part.limit, part.offset)
    })?;
    let rows = found.iter().map(|group| line(&node, group));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let may = Capability::Connect.is_for(node.tier(&session.did)?);
    let content = html! {
        (needs_script("Groups are made and signed by a script of this page."))
        h1 { "Your groups" }
        p.lead { "People who belong together. Who comes was invited, and each signed that they came." }
        @if rows.is_empty() { p.soft { "None yet." } }
        @else { ul.rows { @for row in rows { (row) } } }
        @if total > part.limit as u64 { (super::more(&part, total)) }
        @if may { (form_new(None)) }
        @else { p.soft { "To make a group you need a key of your own, with which you were let in here." } }
    };
    let page = Page::new("Your groups", content)
        .script("/assets/js/pages/groups.js")
        .current(HERE)
        .viewer(Some(viewer_of(&node, &session)?));
    Ok(page.into_response())
}

/// The form for a new group, perhaps inside another one.
fn form_new(parent: Option<&Did>) -> Markup {
    html! {
        details {
            summary { @if parent.is_some() { "Make a group inside this one" } @else { "Make a group" } }
            form #form-new data-parent=[parent] {
                div.field {
                    label for="name" { "What is it called?" }
                    input #name type="text" maxlength="80" required autocomplete="off";
                }
                div.field {
                    label for="about" { "What is it about?" }
                    p.hint #about-hint { "May be empty." }
                    textarea #about rows="3" maxlength="2000" aria-describedby="about-hint" {}
                }
                div.field {
                    label for="sort" { "Who sees it?" }
                    select #sort {
                        option value="group private" { "A group that only its people see" }
                        option value="group public" { "A group that everybody sees" }
                        @if parent.is_none() { option value="pod private" { "A pod: a small circle that only its people see" } }
                    }
                }
                div.actions { button #make.main type="submit" { "Sign and make it" } }
            }
        }
    }
}

/// One group.
pub(crate) async fn one(
    State(node): State<Node>,
    Caller(session): Caller,
    Path(name): Path<String>,
    part: Part,
) -> Result<Response, Problem> {
    let viewer = session.as_ref().map(|session| &session.did);
    let (group, role) = find(&node, &name, viewer)?;
    let (members, size, inside, parent, depth, offered, owner) =
        node.read(PROJECTION.name, |db| {
            let parent = match &group.parent {
                Some(parent) => reads::group(db, parent)?,
                None => None,
            };
            let members = reads::members(db, &group.did, part.limit, part.offset)?;
            let (size, depth) = (reads::size(db, &group.did)?, reads::depth(db, &group)?);
            let offered = reads::offer(db, &group.did, node.now())?;
            let (inside, owner) = (
                reads::inside(db, &group.did)?,
                reads::owner(db, &group.did)?,
            );
            Ok((members, size, inside, parent, depth, offered, owner))
        })?;
    let sees = |other: &Group| find(&node, other.did.as_str(), viewer).is_ok();
    let parent = parent.filter(|parent| sees(parent));
    let inside = inside.iter().filter(|other| sees(other));
    let inside = inside.map(|group| line(&node, group));
    let inside = inside.collect::<Result<Vec<_>, _>>()?;
    let may_nest = leads(role) && group.kind != POD && depth < NESTING_MAX;
    let content = html! {
        (needs_script("What changes in a group is signed by a script of this page."))
        section #group data-group=(group.did) data-role=[role] data-visibility=(group.visibility) {
            h1 { (name_of(&group)) }
            p.hint {
                (kind_of(&group)) " · " (people(size))
                @if let Some(parent) = &parent { " · inside " a href={ "/connections/groups/" (parent.did) } { (name_of(parent)) } }
            }
            @if let Some(about) = &group.about { p.lead { (about) } }
            @if offered.is_some() && offered.as_ref() == viewer { (taking(&node, &group, owner.as_ref())?) }
            @if leads(role) { (invitations(role)) }
            @if viewer.is_some() {
                h2 { "Who is in it" }
                ul.rows { @for member in &members { (row(&node, member, role, viewer, offered.as_ref())?) } }
                @if size > part.limit as u64 { (super::more(&part, size)) }
            } @else { p { a href={ "/signin?next=/connections/groups/" (group.did) } { "Sign in to see who is in it" } } }
            @if !inside.is_empty() { h2 { "Groups inside" } ul.rows { @for row in inside { (row) } } }
            @if may_nest { (form_new(Some(&group.did))) }
            @if role == Some(OWNER) { (care(&group)) }
            @if matches!(role, Some(ADMIN | MEMBER)) { (leaving()) }
        }
    };
    let viewer = session.as_ref();
    let viewer = viewer
        .map(|session| viewer_of(&node, session))
        .transpose()?;
    let page = Page::new(name_of(&group).to_owned(), content)
        .script("/assets/js/pages/group.js")
        .current(HERE)
        .viewer(viewer);
    Ok(page.into_response())
}

fn invitations(role: Option<&str>) -> Markup {
    html! {
        h2 { "Invite somebody" }
        form #form-invite {
            div.field {
                label for="uses" { "For how many people?" }
                select #uses { @for number in [1, 2, 3, 5, 10, 20, 50] { option value=(number) { (number) } } }
            }
            @if role == Some(OWNER) {
                label.check for="admin" {
                    input #admin type="checkbox";
                    span { "Who comes by it lets people in and out, too" }
                }
            }
            div.actions { button #invite.main type="submit" { "Sign an invitation" } }
        }
        section #made.card hidden {
            h2 tabindex="-1" { "Hand this on" }
            p { "As a link: " code #link {} span #copy {} }
            p { "Or as a code to type: " strong #code.mono {} }
            div.qrs { div #picture {} }
        }
        ul #invites.rows hidden aria-label="Invitations that are out" {}
    }
}

fn row(
    node: &Node,
    member: &Member,
    role: Option<&str>,
    viewer: Option<&Did>,
    offered: Option<&Did>,
) -> Result<Markup, Problem> {
    let did = Did::parse(&member.did).map_err(Problem::internal)?;
    let card = node.card(&did)?;
    let name = public_name(card.as_ref()).unwrap_or_else(|| "Somebody without a name".to_owned());
    let handle = card.and_then(|card| card.handle);
    let href = format!("/profile/{}", handle.as_deref().unwrap_or(&member.did));
    let since = time(member.since).unwrap_or_default();
    let mine = viewer == Some(&did);
    let may_change = role == Some(OWNER) && member.role != OWNER;
    let is_offered = offered == Some(&did) && role == Some(OWNER);
    let may_remove = may_change || (role == Some(ADMIN) && member.role == MEMBER);
    Ok(html! {
        li.member data-did=(member.did) data-role=(member.role) {
            div.row { div.grow {
                strong { a href=(href) { (name) } } " " (short_did(&member.did))
                @if mine { " (you)" }
                br;
                span.hint { (role_words(&member.role)) " · since " time datetime=(since) { (since.get(..10).unwrap_or_default()) } }
            } }
            @if is_offered { p.hint { "You offered them the group. It is theirs once they take it; the offer ends after a week." } }
            @if (may_change || may_remove) && !mine {
                details {
                    summary { @if may_change { "Role, handing it over, putting out" } @else { "Putting out" } }
                    div.actions {
                        @if may_change && member.role == MEMBER { button type="button" data-do="admin" { "Let " (name) " let people in and out" } }
                        @if may_change && member.role == ADMIN { button type="button" data-do="member" { "Make " (name) " a member like others" } }
                        @if is_offered { button type="button" data-do="keep" { "Take the offer to " (name) " back" } }
                        @else if may_change { button type="button" data-do="offer" { "Hand the group to " (name) } }
                        @if may_remove { button type="button" data-do="remove" { "Put " (name) " out of the group" } }
                    }
                }
            }
        }
    })
}

/// For whom the group is offered to.
fn taking(node: &Node, group: &Group, owner: Option<&Did>) -> Result<Markup, Problem> {
    let card = owner.map(|owner| node.card(owner)).transpose()?.flatten();
    let name = public_name(card.as_ref()).unwrap_or_else(|| "Its owner".to_owned());
    Ok(html! {
        section.card {
            h2 { (name) " offers you this group" }
            p { "If you take it, you answer for it: its name and description are your words, and you can change or dissolve it. " (name) " stays in it and lets people in and out." }
            form #form-take data-owner=[owner] {
                div.field {
                    label for="take-name" { "What is it called?" }
                    input #take-name type="text" maxlength="80" required autocomplete="off" value=[group.name.as_deref()];
                }
                div.field {
                    label for="take-about" { "What is it about?" }
                    textarea #take-about rows="3" maxlength="2000" { (group.about.as_deref().unwrap_or_default()) }
                }
                div.actions { button #take.main type="submit" { "Sign and take it" } }
            }
        }
    })
}

/// What its owner may do with it.
fn care(group: &Group) -> Markup {
    html! {
        details {
            summary { "Change or end it" }
            form #form-change {
                div.field {
                    label for="new-name" { "What is it called?" }
                    input #new-name type="text" maxlength="80" required autocomplete="off" value=[group.name.as_deref()];
                }
                div.field {
                    label for="new-about" { "What is it about?" }
                    textarea #new-about rows="3" maxlength="2000" { (group.about.as_deref().unwrap_or_default()) }
                }
                @if group.kind != POD {
                    label.check for="public" {
                        input #public type="checkbox" checked[group.is_public()];
                        span { "Everybody sees it" }
                    }
                }
                div.actions { button #change type="submit" { "Sign the change" } }
            }
            (ending("Dissolve this group", "Nobody is in it any more, at once, and its name and description are erased. That it was there stays in the records of who was in it. This cannot be undone.", "Yes, dissolve it", "No, keep it"))
        }
    }
}

fn leaving() -> Markup {
    ending(
        "Leave this group",
        "You then do not see what is for its people any more. To come back you need another invitation.",
        "Yes, leave",
        "No, stay",
    )
}

/// Asks once more before it is done.
fn ending(what: &str, why: &str, yes: &str, no: &str) -> Markup {
    html! {
        div.actions { button #end type="button" { (what) } }
        div #sure.notice hidden {
            p { (why) }
            div.actions {
                button #really type="button" { (yes) }
                button #stay type="button" { (no) }
            }
        }
    }
}

/// Coming by an invitation.
pub(crate) async fn join(
    State(node): State<Node>,
    Caller(session): Caller,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let invite = prepare::open(&node, &code)?;
    let code = imajin_service::codes::canonical(&code);
    let here = format!("/connections/groups/join/{code}");
    let me = session.as_ref().map(|session| &session.did);
    let (group, size, role) = node.read(PROJECTION.name, |db| {
        let group = reads::group(db, invite.group.as_str())?;
        let role = match me {
            Some(me) => reads::role(db, invite.group.as_str(), me)?,
            None => None,
        };
        Ok((group, reads::size(db, &invite.group)?, role))
    })?;
    let group = group.ok_or_else(missing)?;
    let card = node.card(&invite.inviter)?;
    let inviter = public_name(card.as_ref()).unwrap_or_else(|| "Somebody".to_owned());
    let address = format!("/connections/groups/{}", group.did);
    let content = html! {
        (needs_script("Coming into a group is signed with the key in your browser, by a script of this page."))
        section #asked {
            h1 { (inviter) " invites you into " (name_of(&group)) }
            p.hint { (kind_of(&group)) " · " (people(size)) }
            @if let Some(about) = &group.about { p { (about) } }
            @if role.is_some() {
                p { "You are in it already. " a href=(address) { "See the group" } }
            } @else if me.is_some() {
                p.lead {
                    "Its people see that you are in it. You can leave at any time."
                    @if invite.role == ADMIN { " By this invitation you let people in and out, too." }
                }
                div.actions { button #join.main type="button" data-group=(group.did) data-invite=(invite.name) data-role=(invite.role) data-code=(code) { "Sign and come in" } }
            } @else {
                p.lead { "To come in, sign in." }
                div.actions { a.button.main href={ "/signin?next=" (here) } { "Sign in" } }
            }
        }
        section #done hidden {
            h1 tabindex="-1" { "You are in " (name_of(&group)) }
            p { "It stands in your record and in the group's, signed by you." }
            div.actions { a.button.main href=(address) { "See the group" } }
        }
    };
    let viewer = session.as_ref();
    let viewer = viewer
        .map(|session| viewer_of(&node, session))
        .transpose()?;
    let page = Page::new(format!("{inviter} invites you"), content)
        .script("/assets/js/pages/group-join.js")
        .current(HERE)
        .viewer(viewer);
    Ok(page.into_response())
}
