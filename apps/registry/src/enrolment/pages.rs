//! The page "Registries", where the owner chooses registries. Works without scripts.

use axum::body::Bytes;
use axum::response::Redirect;
use imajin_app::extract::{Own, Person};
use imajin_app::{Answer, Page, Problem, Reader, Texts, Words, args};
use imajin_host::network::NetworkState;
use imajin_host::prelude::*;
use maud::{Markup, html};

use super::owner;
use super::registration::Registration;
use crate::manifest::TEXTS;

const PATH: &str = "/registry";

/// Shows the page. Visitors without a session sign in first and then return.
pub(crate) async fn page(Own(node, session, viewer): Own, reader: Reader) -> Answer<Page> {
    owner::require_owner(&node, &session.did)?;
    let registrations = owner::registrations(&node)?;
    let t = TEXTS.for_reader(reader);
    let words = node.services().words().on(t);
    let content = content(&registrations, &node.network().now(), (&words, t));
    Ok(t.page("help-registries", t.text("registries"), content).viewer(Some(viewer)))
}

/// Applies a form of the page, and shows the page again.
pub(crate) async fn choose(Person(node, session): Person, body: Bytes) -> Answer<Redirect> {
    owner::require_owner(&node, &session.did)?;
    let form = reqwest::Url::parse_with_params("form:/", [("", "")]);
    let mut form = form.map_err(Problem::internal)?;
    form.set_query(std::str::from_utf8(&body).ok());
    let member = |wanted: &str| {
        let mut pairs = form.query_pairs();
        pairs.find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
    };
    let url = member("url").unwrap_or_default();
    match member("home") {
        Some(word) => owner::set_home(&node, &url, word == "yes").await?,
        None => owner::join_or_leave(&node, &url, member("leave").is_none()).await?,
    }
    Ok(Redirect::to(PATH))
}

/// The words for what the box found out, and the page's own.
type PageWords<'w> = (&'w Words, Texts);

fn content(
    registrations: &[Registration],
    place: &NetworkState,
    (words, t): PageWords<'_>,
) -> Markup {
    html! {
        h1 { (t.text("registries")) }
        p.lead { (t.text("lead")) }
        @if registrations.is_empty() { p.soft { (t.text("none")) } }
        ul.cards {
            @for one in registrations {
                li.card {
                    h2 { (one.url) }
                    p { (words.sentence(&one.summary())) "." }
                    (at_home(one, place, (words, t)))
                    form method="post" action=(PATH) {
                        input type="hidden" name="url" value=(one.url);
                        button type="submit" name="leave" value="yes" { (t.text("leave")) }
                    }
                }
            }
        }
        @if !registrations.is_empty() { p.hint { (t.text("leave-hint")) } }
        h2 { (t.text("join")) }
        form method="post" action=(PATH) {
            (t.field("url", "join-address", None, html! {
                input #url type="text" inputmode="url" name="url" autocapitalize="none" spellcheck="false" required placeholder="https://registry.example" maxlength="200";
            }))
            div.actions { button.main type="submit" { (t.text("join-it")) } }
        }
    }
}

/// The part of a card about the registry's name leading to the box at home.
fn at_home(one: &Registration, place: &NetworkState, (words, t): PageWords<'_>) -> Markup {
    let switch = |word: &str, label: &str| {
        html! {
            form method="post" action=(PATH) {
                input type="hidden" name="url" value=(one.url);
                button type="submit" name="home" value=(word) { (t.text(label)) }
            }
        }
    };
    let public_name = place.public_of(Some(&one.url));
    let name = one.subdomain.as_deref();
    html! {
        @if one.home {
            h3 { (t.text("home")) }
            @match public_name.and_then(|known| known.expires) {
                Some(expires) => p {
                    @if let (Some(name), Some(port)) = (name, place.https) {
                        (t.markup("home-is", args![], |_, _| html! { a href=(link(name, port)) { (name) } })) " "
                    }
                    (t.format("home-known", args![date = t.date(expires)]))
                },
                None if place.secure_ip.is_none() => p { (t.text("home-no-https")) },
                None => p { (t.text("home-coming")) },
            }
            @if let Some((at, why)) = public_name.and_then(|known| known.problem.as_ref()) {
                div.notice.bad {
                    p { (t.format("home-failed", args![at = t.date_time(*at)])) }
                    p.mono { (words.sentence(why)) }
                    p { (t.text("home-again")) }
                }
            }
            @if public_name.is_some_and(|known| known.expires.is_some() && place.is_hidden(known)) {
                p.soft { (t.text("home-hidden")) }
            }
            (switch("no", "home-stop"))
        } @else if let Some(name) = name.filter(|_| place.secure_ip.is_some()) {
            details {
                summary { (t.format("home-offer", args![name = name])) }
                p { (t.text("home-offer-how")) }
                p { (t.text("home-offer-what")) }
                (switch("yes", "home-use"))
            }
        }
    }
}

fn link(name: &str, port: u16) -> String {
    match port {
        443 => format!("https://{name}/"),
        port => format!("https://{name}:{port}/"),
    }
}
