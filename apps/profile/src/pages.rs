//! The pages of this service: a person's public page, and the form to edit their own profile.

use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::capabilities::PictureSize;
use imajin_app::extract::{Caller, Own, Path, Visitor};
use imajin_app::operation::Url;
use imajin_app::page::{Viewer, short_did};
use imajin_app::routing::{OpenApiRouter, get};
use imajin_app::{Answer, Authority, Lang, Node, Page, Problem, Texts, args};
use imajin_circles::{AtContact, PlaceLink};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use imajin_turns::page_with;
use maud::{Markup, html};
use serde_json::{Map, Value as Json};

use crate::lookup::{find, find_or_404, is_damaged, picture_path, preview_path, shown_to};
use crate::manifest::TEXTS;
use crate::operations::HIDEABLE;
use crate::page_parts::{self, PartChoice};
use crate::queries::ProfileRow;
use crate::routes::{Counts, PICTURE_BYTES_MAX, counts_of};

/// Returns a text that is not empty.
fn text<'a>(shown: &'a Map<String, Json>, name: &str) -> Option<&'a str> {
    let text = shown.get(name).and_then(Json::as_str);
    text.filter(|text| !text.is_empty())
}

fn is_incognito(shown: &Map<String, Json>) -> bool {
    text(shown, "visibility") == Some("incognito")
}

/// Returns the routes of the pages, relative to `/profile`.
pub(crate) fn routes(node: Node) -> OpenApiRouter {
    OpenApiRouter::new().route("/edit", get(edit)).route("/{who}", get(by_name)).with_state(node)
}

/// Returns the route at the root of the node: a person's page at their handle.
pub(crate) fn root(node: Node) -> Router {
    Router::new().route("/@{who}", get(public)).with_state(node)
}

/// Returns the address of a person's page to print and to pass on.
fn public_address(node: &Node, row: &ProfileRow) -> String {
    let who = row.handle.as_deref().unwrap_or(&row.did);
    format!("{}{}", node.url(), node.page_of(who))
}

/// Answers a person's page by their DID. A handle leads to the page's one address.
async fn by_name(visitor: Visitor, lang: Lang, Path(who): Path<String>) -> Answer<Response> {
    let row = if who.starts_with("did:") { None } else { find(&visitor.0, &who)? };
    match row.and_then(|row| row.handle) {
        Some(handle) => Ok(Redirect::permanent(&visitor.0.page_of(&handle)).into_response()),
        None => public(visitor, lang, Path(who)).await,
    }
}

pub(crate) async fn public(
    Visitor(node, Caller(session)): Visitor,
    lang: Lang,
    Path(who): Path<String>,
) -> Answer<Response> {
    let t = TEXTS.for_reader(lang);
    let viewer = node.viewer_of(session.as_ref())?;
    let names = |viewer: &Viewer| viewer.did == who || viewer.href == node.page_of(&who);
    let profile = match find_or_404(&node, &who) {
        Err(_) if viewer.as_ref().is_some_and(names) => {
            return Ok(Redirect::to("/profile/edit").into_response());
        }
        other => other?,
    };
    let did = viewer.as_ref().map(|viewer| viewer.did.as_str());
    let is_own = did == Some(profile.did.as_str());
    let shown = shown_to(&node, &profile, did)?;
    let signed_in = session.as_ref().map(|session| &session.did);
    let relation = Relation {
        is_own,
        counts: counts_of(&node, &profile)?,
        contact: contact(&node, &profile.did, signed_in, lang)?,
    };
    let person_did = Did::parse(&profile.did).map_err(Problem::internal)?;
    let name = text(&shown, "displayName").or(profile.handle.as_deref());
    let name = name.map_or_else(|| t.text("somebody").into_owned(), str::to_owned);
    if let Some(home) = new_home(&node, &profile.did) {
        return Ok(moved(&profile, &name, &home, t).viewer(viewer).into_response());
    }
    let is_hidden = is_incognito(&shown);
    let parts = if is_hidden {
        html! {}
    } else {
        page_parts::draw(&node, &shown, (&person_did, signed_in), lang)
    };
    let has_parts = !parts.0.trim().is_empty();
    let content = html! {
        @if is_damaged(&node, &profile.did) { (damaged(&node, &profile.did, &name, t).await?) }
        div.columns { div {
            div { (person(&profile, &shown, (name.as_str(), &relation), t)) }
            @if has_parts { div.side { (parts) } }
            div.rest {
                @if !is_hidden { (qr_code(&public_address(&node, &profile), t)) }
                (details(&node, &profile.did, t))
            }
        } }
    };
    let mut page = t.page("help-person", name.clone(), content).viewer(viewer);
    if has_parts {
        page = page.wide();
    }
    page = if is_own {
        // The script makes the ID copyable.
        page.script("/assets/js/ui.js")
    } else {
        page.script("/assets/profile/follow.js").script("/assets/connections/block.js")
    };
    if !is_hidden {
        page = page.script("/assets/profile/code.js");
        // Search engines know a page by one address.
        if profile.handle.as_ref().is_none_or(|handle| *handle == who) {
            let about = text(&shown, "bio").map_or(name, |bio| bio.chars().take(160).collect());
            page = page.indexed().description(about);
        }
    }
    Ok(page.into_response())
}

/// Returns the address of the box to which a person moved from this one.
fn new_home(node: &Node, did: &str) -> Option<String> {
    let did = Did::parse(did).ok()?;
    node.get::<dyn Authority>()?.new_home(&did)
}

/// Draws the page of a person who moved away: only the link to their new box.
fn moved(row: &ProfileRow, name: &str, home: &str, t: Texts) -> Page {
    let host = home.split_once("://").map_or(home, |(_, host)| host);
    let content = html! {
        div.person {
            h1 { (name) }
            p.handle { (short_did(&row.did)) }
        }
        p.lead { (t.format("moved", args![name = name, home = host])) }
        div.actions { a.button.main href={ (home) "/profile/" (row.did) } { (t.text("moved-there")) } }
    };
    t.page("help-person", name.to_owned(), content)
}

/// Draws a warning about a damaged log, with the first entry that does not verify, if that can be determined now.
async fn damaged(node: &Node, did: &str, name: &str, t: Texts) -> Answer<Markup> {
    let did = Did::parse(did).map_err(Problem::internal)?;
    let reading = node.clone();
    let read = move || reading.ledger().readable(&did, None, 0);
    let read = imajin_app::blocking::run(read).await?;
    let damaged = match read.ok().and_then(|read| read.damaged) {
        Some(at) => t.format("damaged-from", args![name = name, entry = at.from]),
        None => t.format("damaged", args![name = name]),
    };
    Ok(html! {
        div.notice.bad role="alert" { p { strong { (damaged) } " " (t.text("damaged-why")) } }
    })
}

/// A person's relation to others, as their page shows it to its viewer.
struct Relation {
    /// Whether the viewer is the person.
    is_own: bool,
    counts: Counts,
    /// The ways to the person, if the viewer is connected with them.
    contact: Option<ContactLinks>,
}

/// The ways from a page to a contact.
struct ContactLinks {
    /// The page for writing to the contact, if this node has conversations.
    write: Option<String>,
    places: Vec<PlaceLink>,
}

/// Returns the ways to a person; `None` unless the viewer is connected with them.
fn contact(
    node: &Node,
    person: &str,
    viewer: Option<&Did>,
    lang: Lang,
) -> Answer<Option<ContactLinks>> {
    let person = Did::parse(person).map_err(Problem::internal)?;
    let is_contact = match viewer {
        Some(viewer) if *viewer != person => node.connected(viewer, &person)? == Some(true),
        _ => false,
    };
    if !is_contact {
        return Ok(None);
    }
    let mut places = Vec::new();
    for (app, offer) in node.services().offers().all::<dyn AtContact>() {
        match offer.place(node, &person, lang) {
            Ok(place) => places.push(place),
            Err(problem) => {
                tracing::error!("{app}: its place for a contact can't be read: {problem}")
            }
        }
    }
    let write = page_with(node, &person);
    Ok(Some(ContactLinks { write, places }))
}

/// Draws the buttons by which a viewer turns to a contact.
fn contact_buttons(links: &ContactLinks, t: Texts) -> Markup {
    html! {
        div.actions #contact {
            @if let Some(write) = &links.write { a.button.main href=(write) { (t.text("write")) } }
            @for place in &links.places { a.button href=(place.href) { (place.label) } }
        }
    }
}

fn person(
    found: &ProfileRow,
    shown: &Map<String, Json>,
    (name, relation): (&str, &Relation),
    t: Texts,
) -> Markup {
    let Relation { is_own, counts, contact } = relation;
    let is_own = *is_own;
    let did = found.did.as_str();
    let hides = is_incognito(shown);
    html! {
        div #message {}
        @if let Some(banner) = text(shown, "banner") { img.banner src=(picture_path(did, banner)) alt=""; }
        div.person {
            (face(did, shown, name, t))
            h1 { (name) }
            p.handle { @if let Some(handle) = &found.handle { "@" (handle) } @else { (short_did(did)) } }
        }
        @if hides && is_own {
            div.notice { p { (t.markup("private-own", args![], |_, inner| html! { a href="/profile/edit" { (inner) } })) } }
        } @else if hides {
            p { (t.text("private")) }
        }
        @if let Some(contact) = contact { (contact_buttons(contact, t)) }
        @if let Some(bio) = text(shown, "bio") { p.bio { (bio) } }
        (links(shown))
        @if !hides || is_own { p.soft { (t.format("followers", args![count = counts.followers])) " · " (t.format("following", args![count = counts.following])) } }
        @if is_own {
            div.actions { a.button href="/profile/edit" { (t.text("edit")) } }
        } @else {
            div.actions hidden { button #follow.main type="button" data-follow=(did) { (t.text("follow")) } }
            (block(did, name, t))
        }
    }
}

/// Draws the address of the page, with its QR code, which the script draws once it is opened.
fn qr_code(address: &str, t: Texts) -> Markup {
    html! {
        details #code data-link=(address) {
            summary { (t.text("code")) }
            div.qrs { div #code-picture {} }
            p.mono { (address) }
        }
    }
}

/// Draws what proves the page.
fn details(node: &Node, did: &str, t: Texts) -> Markup {
    html! {
        details {
            summary { (t.text("details")) }
            p { (t.markup("details-id", args![], |_, _| short_did(did))) }
            p { (t.text("details-signed")) }
            p { (t.format("details-kept", args![site = node.name()])) }
        }
    }
}

/// Draws the forms to block and to unblock; the script shows the one that applies.
fn block(did: &str, name: &str, t: Texts) -> Markup {
    let message = |id: &str| t.format(id, args![name = name]);
    html! {
        details #block data-block=(did) data-name=(name) hidden {
            summary { (message("block")) }
            div data-blocks {
                p { (message("block-why")) }
                div.actions { button type="button" data-do="block" { (message("block")) } }
            }
            div data-blocked hidden {
                p { (message("unblock-why")) }
                div.actions { button type="button" data-do="unblock" { (message("unblock")) } }
            }
        }
    }
}

fn face(did: &str, shown: &Map<String, Json>, name: &str, t: Texts) -> Markup {
    let first = name.chars().next().map(char::to_uppercase);
    html! {
        @match text(shown, "avatar") {
            Some(cid) => img.face src=(preview_path(did, cid, PictureSize::Head)) alt=(t.format("picture-of", args![name = name])) width="126" height="126";,
            None => span.face.letter aria-hidden="true" { @if let Some(first) = first { (first) } },
        }
    }
}

fn links(shown: &Map<String, Json>) -> Markup {
    let all = shown.get("links").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let links = all.iter().filter_map(Json::as_object).filter_map(|link| {
        let url = text(link, "url").filter(|url| Url::parse(url).is_some())?;
        Some((url, text(link, "title").unwrap_or(url)))
    });
    html! {
        @if !all.is_empty() {
            ul.links { @for (url, title) in links { li { a href=(url) rel="noreferrer nofollow me" { (title) } } } }
        }
    }
}

/// Answers the form to change the caller's own profile.
pub(crate) async fn edit(Own(node, _, viewer): Own, lang: Lang) -> Answer<Page> {
    let t = TEXTS.for_reader(lang);
    let (shown, handle) = match find(&node, &viewer.did)? {
        Some(own) => (shown_to(&node, &own, Some(&viewer.did))?, own.handle),
        None => Default::default(),
    };
    let content = form(&node, &viewer, &shown, handle.as_deref(), t);
    let page = t.page("help-edit", t.text("title"), content).current("/profile/edit");
    Ok(page.script("/assets/profile/edit.js").viewer(Some(viewer)))
}

fn form(
    node: &Node,
    viewer: &Viewer,
    shown: &Map<String, Json>,
    handle: Option<&str>,
    t: Texts,
) -> Markup {
    html! {
        div #message {}
        noscript { div.notice.bad { p { (t.text("scripts-off")) } } }
        h1 { (t.text("title")) }
        p.lead { (t.text("lead")) }
        form #form-profile novalidate autocomplete="off" {
            div.field {
                label for="displayName" { (t.text("name")) }
                input #displayName type="text" maxlength="100" autocomplete="name" value=[text(shown, "displayName")];
            }
            div.field {
                label for="handle" { (t.text("handle")) }
                p.hint id="handle-hint" { (t.text("handle-hint")) }
                div.prefix {
                    span { "/@" }
                    input #handle type="text" maxlength="31" autocapitalize="none" autocomplete="off" spellcheck="false" value=[handle] aria-describedby="handle-hint";
                }
                p #handle-free.hint role="status" {}
            }
            div.field {
                label for="bio" { (t.text("bio")) }
                textarea #bio rows="5" maxlength="10000" { (text(shown, "bio").unwrap_or_default()) }
            }
            (picture(("avatar", "avatar-hint"), viewer, shown, t))
            (picture(("banner", "banner-hint"), viewer, shown, t))
            fieldset {
                legend { (t.text("links")) }
                div #links {}
                button #add-link type="button" { (t.text("link-add")) }
            }
            template #link-template {
                div.card.link-row {
                    div.field { label { (t.text("link-title")) } input data-title type="text" maxlength="100"; }
                    div.field { label { (t.text("link-url")) } input data-url type="url" maxlength="2000" autocapitalize="none" spellcheck="false"; }
                    button type="button" { (t.text("link-remove")) }
                }
            }
            (parts(&page_parts::choices(node, shown, t.lang), t))
            (audience(shown, t))
            div.actions { button #save.main type="submit" { (t.text("save")) } }
        }
        p.hint { (t.markup("record", args![site = node.name()], |_, inner| html! { a href="/data" { (inner) } })) }
    }
}

/// Draws the choice of what other apps add to the page, and its order.
fn parts(choices: &[PartChoice], t: Texts) -> Markup {
    let moves = |title: &str| {
        [("up", "part-up"), ("down", "part-down")]
            .map(|(way, message)| (way, t.format(message, args![title = title])))
    };
    html! {
        @if !choices.is_empty() {
            fieldset #parts {
                legend { (t.text("parts")) }
                p.hint { (t.text("parts-hint")) }
                p #parts-moved.unsaid role="status" {}
                input #parts-order type="text" hidden;
                ul.rows {
                    @for choice in choices {
                        li.sortable data-app=(choice.app) {
                            label.check.grow for={ "part-" (choice.app) } {
                                input id={ "part-" (choice.app) } type="checkbox" checked[choice.is_chosen];
                                span { (choice.title) }
                            }
                            span.with {
                                @for (way, label) in moves(&choice.title) { button type="button" data-do=(way) aria-label=(label) { @if way == "up" { "↑" } @else { "↓" } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Draws a picture's field. Its name is also the message of its label.
fn picture(
    (name, hint): (&str, &str),
    viewer: &Viewer,
    shown: &Map<String, Json>,
    t: Texts,
) -> Markup {
    let most = PICTURE_BYTES_MAX / 1024 / 1024;
    let class = if name == "avatar" { "face" } else { "banner" };
    html! {
        div.field {
            label for=(name) { (t.text(name)) }
            p.hint id={ (name) "-hint" } { (t.text(hint)) " " (t.format("picture-kinds", args![megabytes = most])) }
            div.preview {
                div id={ (name) "-preview" } {
                    @if let Some(cid) = text(shown, name) { img class=(class) src=(picture_path(&viewer.did, cid)) alt=""; }
                }
            }
            input id=(name) type="file" accept="image/jpeg,image/png,image/webp,image/gif,image/avif" aria-describedby={ (name) "-hint" };
            button.link id={ (name) "-remove" } type="button" hidden[text(shown, name).is_none()] { (t.text("picture-remove")) }
            p.hint id={ (name) "-state" } role="status" {}
        }
    }
}

/// The audiences to choose from, with their messages.
const AUDIENCES: [(&str, &str); 3] =
    [("public", "seen-public"), ("connections", "seen-connections"), ("private", "seen-private")];
/// An audience that only programs set, such as a list of people. The form leaves it as it is.
const SELECTIVE: (&str, &str) = ("selective", "seen-selective");

fn audience(shown: &Map<String, Json>, t: Texts) -> Markup {
    let words = [
        ("displayName", "name"),
        ("bio", "bio"),
        ("avatar", "avatar"),
        ("banner", "audience-banner"),
        ("links", "links"),
    ];
    let audiences = shown.get("fieldVisibility").and_then(Json::as_object);
    let now = |member: &str| {
        let Some(audience) = audiences.and_then(|map| map.get(member)) else {
            return AUDIENCES[0].0;
        };
        let mut named = AUDIENCES.iter().map(|(value, _)| *value);
        named.find(|value| audience.as_str() == Some(*value)).unwrap_or(SELECTIVE.0)
    };
    html! {
        fieldset #audience {
            legend { (t.text("audience")) }
            label.check for="incognito" {
                input #incognito type="checkbox" checked[is_incognito(shown)];
                span { (t.text("audience-hide")) }
            }
            details {
                summary { (t.text("audience-parts")) }
                @for (member, label) in words.into_iter().filter(|(member, _)| HIDEABLE.contains(member)) {
                    div.field {
                        label for={ "see-" (member) } { (t.text(label)) }
                        select id={ "see-" (member) } data-field=(member) {
                            @for (value, name) in AUDIENCES {
                                option value=(value) selected[now(member) == value] { (t.text(name)) }
                            }
                            @if now(member) == SELECTIVE.0 { option value=(SELECTIVE.0) selected { (t.text(SELECTIVE.1)) } }
                        }
                    }
                }
            }
        }
    }
}
