//! The box's public profile, which its owner sets: a name, a sentence and a picture. Also serves the picture.

use std::io::Cursor;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::browser::mark_upload;
use imajin_app::extract::{Person, Query, parse_json};
use imajin_app::front::{Front, NAME_MAX, SENTENCE_MAX};
use imajin_app::{Answer, Lang, Node, Problem, Texts, Zone, args, blocking};
use maud::{Markup, html};
use serde::Deserialize;

use super::Owner;
use super::health::for_owner;
use crate::manifest::TEXTS;
use crate::parts::{After, form_of, scripts_off, with_form};

/// `/settings/box`
pub(crate) async fn page(
    Owner { node, session }: Owner,
    Query(after): Query<After>,
    lang: Lang,
) -> Answer<Response> {
    let t = TEXTS.for_reader(lang);
    let content = drawn(&node.front(), &node.name(), after.saved.is_some(), t);
    let viewer = node.viewer_of(Some(&session))?;
    let page = t
        .page("help-box-front", t.text("front"), content)
        .script("/assets/www/front.js")
        .current("/settings");
    Ok(with_form(page.viewer(viewer)))
}

fn drawn(front: &Front, name: &str, is_saved: bool, t: Texts) -> Markup {
    html! {
        div #message { @if is_saved { div.notice.good role="status" { p { (t.text("front-saved")) } } } }
        h1 { (t.text("front")) }
        p.lead { (t.text("front-lead-settings")) }
        form #words autocomplete="off" method="post" action="/settings/box" {
            (t.field("name", "front-name", Some("front-name-hint"), html! {
                input #name name="name" type="text" maxlength=(NAME_MAX) value=(front.name) placeholder=(name) autocomplete="off" aria-describedby="name-hint";
            }))
            (t.field("sentence", "front-sentence", Some("front-sentence-hint"), html! {
                input #sentence name="sentence" type="text" maxlength=(SENTENCE_MAX) value=(front.sentence) autocomplete="off" aria-describedby="sentence-hint";
            }))
            (t.field("zone", "front-zone", Some("front-zone-hint"), html! {
                input #zone name="zone" type="text" maxlength="64" value=(front.timezone) placeholder=(Zone::home().name()) autocomplete="off" autocapitalize="off" spellcheck="false" aria-describedby="zone-hint";
            }))
            label.check { input #people name="people" type="checkbox" value="yes" checked[front.shows_people]; span { (t.text("front-people")) } }
            div.actions { button.main type="submit" { (t.text("front-save")) } a.button href="/settings" { (t.text("front-back")) } }
        }
        section.card {
            h2 { (t.text("front-picture")) }
            (scripts_off(t))
            @match &front.picture {
                Some(picture) => img #shown.front-picture src=(picture.path()) width="160" height="160" alt=(t.text("front-picture-alt"));,
                None => p.soft { (t.text("front-picture-none")) },
            }
            div.field {
                label for="picture" { @if front.picture.is_some() { (t.text("front-picture-other")) } @else { (t.text("front-picture-choose")) } }
                p.hint id="picture-hint" { (t.text("front-picture-hint")) }
                input #picture type="file" accept="image/*" autocomplete="off" aria-describedby="picture-hint";
            }
            @if front.picture.is_some() { div.actions { button #remove type="button" { (t.text("front-picture-remove")) } } }
        }
    }
}

#[derive(Deserialize)]
struct FrontForm {
    name: String,
    sentence: String,
    /// A box that isn't ticked is left out.
    people: Option<String>,
    /// Unchanged if left out.
    zone: Option<String>,
}

/// A suggestion of the owner's browser.
#[derive(Deserialize)]
struct ZoneRequest {
    zone: String,
}

/// `POST /settings/box`
pub(crate) async fn say(Person(node, session): Person, body: Bytes) -> Answer<Redirect> {
    for_owner(&node, &session)?;
    let form = form_of::<FrontForm>(&body);
    let form = form.ok_or_else(|| Problem::bad_request(TEXTS.say("front-form", args![])))?;
    let front = Front {
        name: form.name,
        sentence: form.sentence,
        shows_people: form.people.is_some(),
        timezone: match form.zone {
            Some(zone) => zone,
            None => node.front().timezone.clone(),
        },
        picture: None,
    };
    let saving = move || node.set_front(front);
    blocking::run(saving).await??;
    Ok(Redirect::to("/settings/box?saved=yes"))
}

/// `POST /settings/box/zone`: the zone of the owner's browser, for a box that knows none.
pub(crate) async fn suggest_zone(Person(node, session): Person, body: Bytes) -> Answer<StatusCode> {
    for_owner(&node, &session)?;
    let ZoneRequest { zone } = parse_json(&body)?;
    blocking::run(move || node.suggest_zone(&zone)).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /settings/box/picture`: the file as the body.
pub(crate) async fn show(Person(node, session): Person, body: Bytes) -> Answer<StatusCode> {
    for_owner(&node, &session)?;
    blocking::run(move || node.set_front_picture(Some(body))).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /settings/box/picture/remove`
pub(crate) async fn hide(Person(node, session): Person) -> Answer<StatusCode> {
    for_owner(&node, &session)?;
    blocking::run(move || node.set_front_picture(None)).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// A picture as strangers get it; `None` if it can't be read.
fn shared_copy(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut file = Cursor::new(bytes);
    let recipe = imajin_pictures::shared_copy(&mut file).ok()??;
    let mut copy = Vec::new();
    recipe.write(&mut file, &mut copy).ok()?;
    Some(copy)
}

/// `/front/picture`, public. With the version in its query, the picture may be cached forever.
pub(crate) async fn picture(
    State(node): State<Node>,
    RawQuery(version): RawQuery,
) -> Answer<Response> {
    let front = node.front();
    let picture = front.picture.as_ref();
    let picture =
        picture.ok_or_else(|| Problem::not_found(TEXTS.say("front-no-picture", args![])))?;
    let kept = if version.as_deref() == Some(picture.tag.as_str()) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let copy = shared_copy(&picture.bytes)
        .ok_or_else(|| Problem::not_found(TEXTS.say("front-no-picture", args![])))?;
    let headers = [(header::CONTENT_TYPE, picture.kind), (header::CACHE_CONTROL, kept)];
    let mut response = (headers, copy).into_response();
    mark_upload(response.headers_mut());
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_in_the_form_and_the_name_of_the_settings_only_a_hint() {
        let front = Front { sentence: "Tea <on> Sundays".to_owned(), ..Front::default() };
        let text = drawn(&front, "ada.local", false, TEXTS.for_reader(Lang::En)).into_string();
        assert!(text.contains("value=\"Tea &lt;on&gt; Sundays\""));
        assert!(text.contains("placeholder=\"ada.local\""));
        assert!(text.contains("No picture yet") && !text.contains("id=\"remove\""));
        assert!(
            !text.contains("Saved.")
                && drawn(&front, "", true, TEXTS.for_reader(Lang::En))
                    .into_string()
                    .contains("Saved.")
        );
    }
}
