//! Pages that do not fit in the bar: all places as tiles, and the settings in one place.

use axum::body::Bytes;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::extract::Own;
use imajin_app::page::{NavLink, badge};
use imajin_app::words::LANGUAGE_COOKIE;
use imajin_app::{Answer, Icon, Label, Lang, PagePlacement, Problem, args};
use maud::{Markup, html};
use serde::Deserialize;

use crate::manifest::TEXTS;
use crate::parts::{form_of, with_form};

pub(crate) async fn more(Own(node, session, viewer): Own, lang: Lang) -> Answer<Response> {
    let t = TEXTS.for_reader(lang);
    let mut places = node.services().navigation(&[PagePlacement::Bar, PagePlacement::Tile]);
    for (app, unseen) in node.unseen(&session.did) {
        if let Some(place) = places.iter_mut().find(|place| place.app == app) {
            place.badge = unseen;
        }
    }
    places.push(place("/settings", "settings", Icon::Settings));
    if node.is_owner(&session.did)? {
        places.push(place("/health", "this-box", Icon::Box));
    }
    let content = html! {
        h1 { (t.text("more")) }
        (tiles(&places, lang))
        div.actions { button #sign-out type="button" { (t.text("sign-out")) } }
        div #message {}
    };
    Ok(t.page("help-more", t.text("more"), content)
        .script("/assets/www/sign-out.js")
        .current("/more")
        .viewer(Some(viewer))
        .into_response())
}

pub(crate) async fn settings(Own(node, session, viewer): Own, lang: Lang) -> Answer<Response> {
    let t = TEXTS.for_reader(lang);
    let services = node.services();
    let content = html! {
        h1 { (t.text("settings")) }
        h2 { (t.text("settings-you")) }
        (list(&services.navigation(&[PagePlacement::Setting]), lang))
        (languages(lang, "/settings"))
        @if node.is_owner(&session.did)? {
            h2 { (t.text("this-box")) }
            (list(&services.navigation(&[PagePlacement::BoxSetting]), lang))
        }
    };
    let page = t.page("help-settings", t.text("settings"), content).current("/settings");
    Ok(with_form(page.viewer(Some(viewer))))
}

/// The language chooser for all visitors. It leads back to `next`.
pub(super) fn languages(lang: Lang, next: &str) -> Markup {
    let t = TEXTS.for_reader(lang);
    html! {
        form #language.with method="post" action="/language" {
            input type="hidden" name="next" value=(next);
            label for="lang" { (t.text("language")) }
            select #lang name="lang" {
                @for other in Lang::ALL { option value=(other.code()) lang=(other.code()) selected[other == lang] { (other.name()) } }
            }
            button type="submit" { (t.text("use-language")) }
        }
    }
}

/// The fields of the chooser.
#[derive(Deserialize)]
struct LanguageForm {
    lang: String,
    next: String,
}

/// `POST /language`: stores the language in the browser, so that it applies before signing in, too.
pub(crate) async fn language(body: Bytes) -> Answer<Response> {
    let chosen = form_of::<LanguageForm>(&body);
    let chosen = chosen.and_then(|form| Some((Lang::parse(&form.lang)?, form.next)));
    let unknown = || Problem::field("lang", TEXTS.say("no-such-language", args![]));
    let (lang, next) = chosen.ok_or_else(unknown)?;
    let next = match next.as_str() {
        "/settings" => "/settings",
        _ => "/",
    };
    let cookie =
        format!("{LANGUAGE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", lang.code());
    let cookie = HeaderValue::try_from(cookie).map_err(Problem::internal)?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(next)).into_response())
}

fn place(href: &'static str, message: &'static str, icon: Icon) -> NavLink {
    NavLink { href, text: Label { catalogue: &TEXTS, message }, icon, app: "", badge: 0 }
}

fn tiles(places: &[NavLink], lang: Lang) -> Markup {
    html! {
        ul.tiles { @for place in places { li { a href=(place.href) { (place.icon.draw()) span { (place.text.text(lang)) } (badge(place.badge, lang)) } } } }
    }
}

fn list(places: &[NavLink], lang: Lang) -> Markup {
    html! {
        ul.rows.places { @for place in places { li { a href=(place.href) { (place.icon.draw()) span.grow { (place.text.text(lang)) } } } } }
    }
}
