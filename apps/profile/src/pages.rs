//! The pages of this service: a person's public page, and the form to change one's own.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_service::extract::{Caller, Path};
use imajin_service::page::{Viewer, short_did};
use imajin_service::{Node, Page, Problem, Session};
use maud::{Markup, html};
use serde_json::{Map, Value as Json};

use crate::members::{HIDEABLE, is_link};
use crate::projection::PROJECTION;
use crate::reads::{self, Found, Side};
use crate::routes::{find, find_or_404, shown_to, viewer as viewer_of_profile};

/// Who looks, for the header of a page.
fn viewer_of(node: &Node, session: Option<&Session>) -> Result<Option<Viewer>, Problem> {
    let Some(session) = session else {
        return Ok(None);
    };
    let card = node.card(&session.did)?;
    let (handle, name) = card.map_or((None, None), |card| (card.handle, card.display_name));
    let did = session.did.to_string();
    Ok(Some(Viewer {
        href: format!("/profile/{}", handle.as_deref().unwrap_or(&did)),
        name: name.or(handle).unwrap_or_else(|| "You".to_owned()),
        did,
    }))
}

fn text<'a>(shown: &'a Map<String, Json>, name: &str) -> Option<&'a str> {
    shown
        .get(name)
        .and_then(Json::as_str)
        .filter(|text| !text.is_empty())
}

fn media(did: &str, cid: &str) -> String {
    format!("/profile/api/media/{did}/{cid}")
}

/// A person's page.
pub(crate) async fn public(
    State(node): State<Node>,
    Caller(session): Caller,
    Path(who): Path<String>,
) -> Result<Response, Problem> {
    let viewer = viewer_of(&node, session.as_ref())?;
    let own = viewer
        .as_ref()
        .filter(|viewer| viewer.did == who || viewer.href == format!("/profile/{who}"));
    let found = match find_or_404(&node, &who) {
        Err(_) if own.is_some() => return Ok(Redirect::to("/profile/edit").into_response()),
        other => other?,
    };
    let did = viewer.as_ref().map(|viewer| viewer.did.clone());
    let shown = shown_to(&found, viewer_of_profile(&node, &found, did.as_deref())?);
    let counts = node.read(PROJECTION.name, |db| {
        Ok((
            reads::count_side(db, &found.did, Side::Followers)?,
            reads::count_side(db, &found.did, Side::Following)?,
        ))
    })?;
    let name = text(&shown, "displayName")
        .or(found.handle.as_deref())
        .unwrap_or("Somebody")
        .to_owned();
    let is_own = did.as_deref() == Some(found.did.as_str());
    let hides = text(&shown, "visibility") == Some("incognito");
    let content = person(&node, &found, &shown, &name, counts, is_own);
    let mut page = Page::new(name.clone(), content).viewer(viewer);
    if !is_own {
        page = page
            .script("/assets/js/pages/follow.js")
            .script("/assets/js/pages/block.js");
    }
    if !hides {
        page = page
            .indexed()
            .description(text(&shown, "bio").map_or(name, |bio| bio.chars().take(160).collect()));
    }
    Ok(page.into_response())
}

fn person(
    node: &Node,
    found: &Found,
    shown: &Map<String, Json>,
    name: &str,
    (followers, following): (u64, u64),
    is_own: bool,
) -> Markup {
    let did = found.did.as_str();
    let hides = text(shown, "visibility") == Some("incognito");
    html! {
        div #message {}
        @if let Some(banner) = text(shown, "banner") { img.banner src=(media(did, banner)) alt=""; }
        div.person {
            (face(did, shown, name))
            h1 { (name) }
            p.handle { @if let Some(handle) = &found.handle { "@" (handle) } @else { (short_did(did)) } }
        }
        @if hides && is_own {
            div.notice { p { "Others do not see any of this: your profile is private. " a href="/profile/edit" { "Change that" } } }
        } @else if hides {
            p { "This person keeps their profile to themselves." }
        }
        @if let Some(bio) = text(shown, "bio") { p.bio { (bio) } }
        (links(shown))
        @if !hides || is_own { p.soft { (people(followers, "follower")) " · follows " (people(following, "person")) } }
        @if is_own {
            div.actions { a.button href="/profile/edit" { "Change your profile" } }
        } @else {
            div.actions hidden { button #follow.main type="button" data-follow=(did) { "Follow" } }
            (block(did, name))
        }
        details {
            summary { "How do I know that this is " (name) "?" }
            p { "Whoever has this page's key signs every change of it, and this box cannot change a word. The key belongs to the address " (short_did(did)) "." }
            p { "Kept by " (node.name()) "." }
        }
    }
}

/// Blocking them, and its end: the script shows the one that applies.
fn block(did: &str, name: &str) -> Markup {
    html! {
        details #block data-block=(did) data-name=(name) hidden {
            summary { "Block " (name) }
            div data-blocks {
                p { "Then nothing that " (name) " does reaches your record: they can't follow you, connect with you, vouch for you, pay you or hand you a ticket. You are no longer connected, and neither of you follows the other. They are not told." }
                div.actions { button type="button" data-do="block" { "Block " (name) } }
            }
            div data-blocked hidden {
                p { "You blocked " (name) ". What that ended stays ended when you stop." }
                div.actions { button type="button" data-do="unblock" { "Stop blocking " (name) } }
            }
        }
    }
}

fn face(did: &str, shown: &Map<String, Json>, name: &str) -> Markup {
    let first = name
        .chars()
        .next()
        .map(|first| first.to_uppercase().to_string())
        .unwrap_or_default();
    html! {
        @match text(shown, "avatar") {
            Some(cid) => img.face src=(media(did, cid)) alt={ "Picture of " (name) } width="126" height="126";,
            None => span.face.letter aria-hidden="true" { (first) },
        }
    }
}

fn links(shown: &Map<String, Json>) -> Markup {
    let all = shown
        .get("links")
        .and_then(Json::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let good = all.iter().filter_map(|link| {
        let url = link
            .get("url")
            .and_then(Json::as_str)
            .filter(|url| is_link(url))?;
        Some((
            url,
            link.get("title")
                .and_then(Json::as_str)
                .filter(|title| !title.is_empty())
                .unwrap_or(url),
        ))
    });
    html! {
        @if !all.is_empty() {
            ul.links { @for (url, title) in good { li { a href=(url) rel="noopener noreferrer nofollow me" { (title) } } } }
        }
    }
}

fn people(number: u64, one: &str) -> String {
    match (number, one) {
        (1, one) => format!("1 {one}"),
        (number, "person") => format!("{number} people"),
        (number, one) => format!("{number} {one}s"),
    }
}

/// The form to change one's own profile.
pub(crate) async fn edit(
    State(node): State<Node>,
    Caller(session): Caller,
) -> Result<Response, Problem> {
    let Some(viewer) = viewer_of(&node, session.as_ref())? else {
        return Ok(Redirect::to("/signin?next=/profile/edit").into_response());
    };
    let found = find(&node, &viewer.did)?;
    let shown = found
        .as_ref()
        .map(|found| {
            let me = viewer_of_profile(&node, found, Some(&viewer.did))?;
            Ok::<_, Problem>(shown_to(found, me))
        })
        .transpose()?
        .unwrap_or_default();
    let handle = found.as_ref().and_then(|found| found.handle.as_deref());
    let content = form(&node, &viewer, &shown, handle);
    let page = Page::new("Your profile", content)
        .script("/assets/js/pages/profile-edit.js")
        .current("/profile/edit");
    Ok(page.viewer(Some(viewer)).into_response())
}

fn form(node: &Node, viewer: &Viewer, shown: &Map<String, Json>, handle: Option<&str>) -> Markup {
    html! {
        div #message {}
        noscript { div.notice.bad { p { "Changes are signed with the key in your browser, by a script of this page. Scripts are off: switch them on for this address, then load the page again." } } }
        h1 { "Your profile" }
        p.lead { "What you write here stands on your public page, signed by you." }
        form #form-profile novalidate {
            div.field {
                label for="displayName" { "Your name" }
                input #displayName type="text" maxlength="100" autocomplete="name" value=[text(shown, "displayName")];
            }
            div.field {
                label for="handle" { "Short name" }
                p.hint id="handle-hint" { "Your page's address. 3 to 30 of a–z, 0–9 and _." }
                div.prefix {
                    span { "/profile/" }
                    input #handle type="text" maxlength="31" autocapitalize="none" autocomplete="off" spellcheck="false" value=[handle] aria-describedby="handle-hint";
                }
                p #handle-free.hint role="status" {}
            }
            div.field {
                label for="bio" { "About you" }
                textarea #bio rows="5" maxlength="10000" { (text(shown, "bio").unwrap_or_default()) }
            }
            (picture("avatar", "Your picture", "Square ones look best.", viewer, shown))
            (picture("banner", "A wide picture above your page", "Four times as wide as high.", viewer, shown))
            fieldset {
                legend { "Links" }
                div #links {}
                button #add-link type="button" { "Add a link" }
            }
            template #link-template {
                div.card.link-row {
                    div.field { label { "Title" } input data-title type="text" maxlength="100"; }
                    div.field { label { "Address" } input data-url type="url" maxlength="2000" autocapitalize="none" spellcheck="false"; }
                    button type="button" { "Remove this link" }
                }
            }
            (audience(shown))
            div.actions { button #save.main type="submit" { "Sign and save" } }
        }
        p.hint { "Every save is an entry in " a href="/data" { "your record" } " on " (node.name()) "." }
    }
}

fn picture(
    name: &str,
    label: &str,
    hint: &str,
    viewer: &Viewer,
    shown: &Map<String, Json>,
) -> Markup {
    let class = if name == "avatar" { "face" } else { "banner" };
    html! {
        div.field {
            label for=(name) { (label) }
            p.hint id={ (name) "-hint" } { (hint) " JPEG, PNG, WebP, GIF or AVIF, at most 12 MB." }
            div.preview {
                div id={ (name) "-preview" } {
                    @if let Some(cid) = text(shown, name) { img class=(class) src=(media(&viewer.did, cid)) alt=""; }
                }
            }
            input id=(name) type="file" accept="image/jpeg,image/png,image/webp,image/gif,image/avif" aria-describedby={ (name) "-hint" };
            button.link id={ (name) "-remove" } type="button" { "Use no picture here" }
            p.hint id={ (name) "-state" } role="status" {}
        }
    }
}

fn audience(shown: &Map<String, Json>) -> Markup {
    let words = [
        ("displayName", "Your name"),
        ("bio", "About you"),
        ("avatar", "Your picture"),
        ("banner", "The wide picture"),
        ("links", "Links"),
    ];
    let now = |member: &str| {
        shown
            .get("fieldVisibility")
            .and_then(|map| map.get(member))
            .and_then(Json::as_str)
            .unwrap_or("public")
    };
    html! {
        fieldset {
            legend { "Who sees it" }
            label.check for="incognito" {
                input #incognito type="checkbox" checked[text(shown, "visibility") == Some("incognito")];
                span { "Keep my whole profile to myself" }
            }
            details {
                summary { "Choose for each part" }
                @for (member, label) in words.into_iter().filter(|(member, _)| HIDEABLE.contains(member)) {
                    div.field {
                        label for={ "see-" (member) } { (label) }
                        select id={ "see-" (member) } data-field=(member) {
                            @for (value, name) in [("public", "Everybody"), ("connections", "My connections"), ("private", "Only me")] {
                                option value=(value) selected[now(member) == value] { (name) }
                            }
                        }
                    }
                }
            }
        }
    }
}
