//! The page "Registries", where the owner chooses registries. Works without scripts.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_service::extract::{Authed, Caller};
use imajin_service::network::NetworkState;
use imajin_service::page::Page;
use imajin_service::{Node, Problem};
use maud::{Markup, html};

use super::owner;
use super::registration::Registration;

const PATH: &str = "/registry";

/// Shows the page. Visitors without a session sign in first and then return.
pub(crate) async fn page(
    State(node): State<Node>,
    Caller(session): Caller,
) -> Result<Response, Problem> {
    let Some(session) = session else {
        return Ok(Redirect::to(&format!("/signin?next={PATH}")).into_response());
    };
    owner::require_owner(&node, &session.did)?;
    let registrations = owner::registrations(&node)?;
    let viewer = node.viewer(&session)?;
    let page = Page::new("Registries", content(&registrations, &node.network().now()));
    Ok(page.viewer(Some(viewer)).into_response())
}

/// Applies a form of the page, and shows the page again.
pub(crate) async fn choose(
    State(node): State<Node>,
    Authed(session): Authed,
    body: Bytes,
) -> Result<Response, Problem> {
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
    Ok(Redirect::to(PATH).into_response())
}

fn content(registrations: &[Registration], place: &NetworkState) -> Markup {
    html! {
        h1 { "Registries" }
        p.lead {
            "A registry tells others that your box is there, and may give it a name. Your box needs none: everything in it "
            "works without one. What a registry shows is public: your box's key, its name, its version and what runs on it."
        }
        @if registrations.is_empty() { p.soft { "Your box isn’t listed publicly." } }
        ul.cards {
            @for one in registrations {
                li.card {
                    h2 { (one.url) }
                    p { (one.summary()) "." }
                    (at_home(one, place))
                    form method="post" action=(PATH) {
                        input type="hidden" name="url" value=(one.url);
                        button type="submit" name="leave" value="yes" { "Leave it" }
                    }
                }
            }
        }
        @if !registrations.is_empty() {
            p.hint { "When you leave a registry, your box stops sending it heartbeats. The registry drops your box when the registration ends." }
        }
        h2 { "Join a registry" }
        form method="post" action=(PATH) {
            div.field {
                label for="url" { "Its address" }
                input #url type="url" name="url" required placeholder="https://registry.example" maxlength="200";
            }
            div.actions { button.main type="submit" { "Join it" } }
        }
    }
}

/// The part of a card about the registry's name leading to the box at home.
fn at_home(one: &Registration, place: &NetworkState) -> Markup {
    let switch = |word: &str, label: &str| {
        html! {
            form method="post" action=(PATH) {
                input type="hidden" name="url" value=(one.url);
                button type="submit" name="home" value=(word) { (label) }
            }
        }
    };
    let known = place.public_of(Some(&one.url));
    let name = one.subdomain.as_deref();
    html! {
        @if one.home {
            h3 { "Your box at home" }
            @match known.and_then(|known| known.expires) {
                Some(expires) => p {
                    @if let (Some(name), Some(port)) = (name, place.https) {
                        a href=(link(name, port)) { (name) } " is your box in this network. "
                    }
                    "Every phone and browser knows its certificate, until " (expires.to_string().chars().take(10).collect::<String>()) ". Your box renews it automatically."
                },
                None if place.secure_ip.is_none() => p { "Your box does not serve HTTPS: switch it on with “tls.listen” in its settings." },
                None => p { "The certificate is on its way. This takes a minute or two." },
            }
            @if let Some((at, why)) = known.and_then(|known| known.problem.as_ref()) {
                div.notice.bad { p { "The last attempt to get it failed (" (at) "):" } p.mono { (why) } p { "Your box tries again automatically." } }
            }
            @if known.is_some_and(|known| known.expires.is_some() && !known.leads_here) {
                p.soft { "Seen from your box the name does not lead to it: some routers hide names that lead into the house (“DNS rebind protection”). Allow this one there." }
            }
            (switch("no", "Stop using this name at home"))
        } @else if let Some(name) = name.filter(|_| place.secure_ip.is_some()) {
            details {
                summary { "Let " (name) " be your box at home" }
                p { "Every phone at home then reaches your box privately by this name, with nothing to install and no port of your router open. The registry leads the name to the address of your box in your network, and helps it to a certificate." }
                p { "The name and that address are public. The people behind the registry could point the name elsewhere: choose one that you trust. People who have a key in their browser for another name of the box sign in once more under this one. You agree to the terms of the authority that certifies it." }
                (switch("yes", "Use this name at home"))
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
