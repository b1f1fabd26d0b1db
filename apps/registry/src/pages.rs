//! The page "Registries": to whom this node makes itself known, for its owner to decide. Works without scripts.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_service::extract::{Authed, Caller};
use imajin_service::network::Place;
use imajin_service::page::{Page, Viewer};
use imajin_service::{Node, Problem, blocking};
use maud::{Markup, html};

use crate::enrolment::{self, Standing};
use crate::service::FOLDER;

const PATH: &str = "/registry";

/// The page; who is not signed in comes back to it.
pub(crate) async fn page(
    State(node): State<Node>,
    Caller(session): Caller,
) -> Result<Response, Problem> {
    let Some(session) = session else {
        return Ok(Redirect::to(&format!("/signin?next={PATH}")).into_response());
    };
    owner(&node, &session.did)?;
    let standings = shown(&node)?;
    let card = node.card(&session.did)?;
    let name = card.and_then(|card| card.display_name.or(card.handle));
    let viewer = Viewer {
        name: name.unwrap_or_else(|| "You".to_owned()),
        href: format!("/profile/{}", session.did),
        did: session.did.to_string(),
    };
    let page = Page::new("Registries", content(&standings, &node.network().now()));
    Ok(page.viewer(Some(viewer)).into_response())
}

/// Joins or leaves, and shows the page again.
pub(crate) async fn choose(
    State(node): State<Node>,
    Authed(session): Authed,
    body: Bytes,
) -> Result<Response, Problem> {
    owner(&node, &session.did)?;
    let form = reqwest::Url::parse_with_params("form:/", [("", "")]);
    let mut form = form.map_err(Problem::internal)?;
    form.set_query(std::str::from_utf8(&body).ok());
    let member = |wanted: &str| {
        let mut pairs = form.query_pairs();
        pairs.find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
    };
    let url = member("url").unwrap_or_default();
    match member("home") {
        Some(word) => decide_home(&node, &url, word == "yes").await?,
        None => decide(&node, &url, member("leave").is_none()).await?,
    }
    Ok(Redirect::to(PATH).into_response())
}

/// Enters the owner's choice; the node acts on it a moment later.
pub(crate) async fn decide(node: &Node, url: &str, is_wanted: bool) -> Result<(), Problem> {
    let (url, folder) = (address(url)?, node.data().join(FOLDER));
    let chosen = blocking::run(move || enrolment::choose(&folder, &url, is_wanted)).await;
    chosen?.map_err(Problem::internal)
}

/// Enters whether the name that a registry gave is to lead to the box at home.
pub(crate) async fn decide_home(node: &Node, url: &str, is_wanted: bool) -> Result<(), Problem> {
    let (url, folder) = (address(url)?, node.data().join(FOLDER));
    if is_wanted && !shown(node)?.iter().any(|one| one.url == url) {
        return Err(Problem::field("url", "Join this registry first."));
    }
    let chosen = blocking::run(move || enrolment::choose_home(&folder, &url, is_wanted)).await;
    chosen?.map_err(Problem::internal)
}

fn address(url: &str) -> Result<String, Problem> {
    enrolment::address(url).map_err(|error| Problem::field("url", format!("{error}.")))
}

/// Only the node's owner decides to whom it makes itself known.
pub(crate) fn owner(node: &Node, did: &imajin_protocol::Did) -> Result<(), Problem> {
    match node.is_owner(did)? {
        true => Ok(()),
        false => Err(Problem::forbidden(
            "Only the owner of this box decides to whom it makes itself known.",
        )),
    }
}

/// How each registry stands, with those that were chosen a moment ago.
pub(crate) fn shown(node: &Node) -> Result<Vec<Standing>, Problem> {
    let folder = node.data().join(FOLDER);
    let choice = enrolment::choice(&folder).map_err(Problem::internal)?;
    let mut all = enrolment::standings(&folder).map_err(Problem::internal)?;
    all.retain(|one| !choice.left.contains(&one.url));
    for url in &choice.joined {
        if !all.iter().any(|one| one.url == *url) {
            all.push(Standing::new(url));
        }
    }
    if let Some(home) = &choice.home {
        all.iter_mut().for_each(|one| one.home = one.url == *home);
    }
    Ok(all)
}

fn content(standings: &[Standing], place: &Place) -> Markup {
    html! {
        h1 { "Registries" }
        p.lead {
            "A registry tells others that your box is there, and may give it a name. Your box needs none: everything in it "
            "works without. What a registry shows is public: your box's key, its name, its version and what runs on it."
        }
        @if standings.is_empty() { p.soft { "Your box makes itself known to nobody." } }
        ul.cards {
            @for one in standings {
                li.card {
                    h2 { (one.url) }
                    p { (one.says()) "." }
                    (at_home(one, place))
                    form method="post" action=(PATH) {
                        input type="hidden" name="url" value=(one.url);
                        button type="submit" name="leave" value="yes" { "Leave it" }
                    }
                }
            }
        }
        @if !standings.is_empty() {
            p.hint { "Who leaves a registry is not heard of there any more, and is dropped when the registration ends." }
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

/// The name that this registry gave, at home.
fn at_home(one: &Standing, place: &Place) -> Markup {
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
                    "Every phone and browser knows its certificate, until " (expires.to_string().chars().take(10).collect::<String>()) "; renewed by itself."
                },
                None if place.secure_ip.is_none() => p { "Your box does not speak HTTPS: switch it on with “tls.listen” in its settings." },
                None => p { "The certificate is on its way. This takes a minute or two." },
            }
            @if let Some((at, why)) = known.and_then(|known| known.problem.as_ref()) {
                div.notice.bad { p { "The last attempt to get it failed (" (at) "):" } p.mono { (why) } p { "It is tried again by itself." } }
            }
            @if known.is_some_and(|known| known.expires.is_some() && !known.leads_here) {
                p.soft { "Seen from your box the name does not lead to it: some routers hide names that lead into the house (“DNS rebind protection”). Allow this one there." }
            }
            (switch("no", "Stop using this name at home"))
        } @else if let Some(name) = name.filter(|_| place.secure_ip.is_some()) {
            details {
                summary { "Let " (name) " be your box at home" }
                p { "Every phone at home then reaches your box privately by this name, with nothing to install and no port of your router open. The registry leads the name to the address of your box in your network, and helps it to a certificate." }
                p { "The name and that address are public. Who keeps the registry could lead the name elsewhere: choose one that you trust. People who have a key in their browser for another name of the box sign in once more under this one. You agree to the terms of the authority that certifies it." }
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

/// The line on the first page.
pub(crate) fn notice(node: &Node) -> Option<String> {
    let standings = shown(node).ok()?;
    let well = standings.iter().filter(|one| one.is_well()).count();
    Some(match (standings.len(), well) {
        (0, _) => "Your box makes itself known to nobody.".to_owned(),
        (1, 1) => "Your box is known to a registry.".to_owned(),
        (all, well) if all == well => format!("Your box is known to {all} registries."),
        (1, _) => {
            "The registry of your box does not answer at the moment. Everything works without it."
                .to_owned()
        }
        (all, well) => format!(
            "Of the {all} registries of your box {} not answered the last time. Everything works without them.",
            match all - well {
                1 => "one has".to_owned(),
                silent => format!("{silent} have"),
            }
        ),
    })
}
