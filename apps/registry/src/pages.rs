//! The page "Registries": to whom this node makes itself known, for its owner to decide. Works without scripts.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_service::extract::{Authed, Caller};
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
    let page = Page::new("Registries", content(&standings));
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
    decide(&node, &url, member("leave").is_none()).await?;
    Ok(Redirect::to(PATH).into_response())
}

/// Enters the owner's choice; the node acts on it a moment later.
pub(crate) async fn decide(node: &Node, url: &str, is_wanted: bool) -> Result<(), Problem> {
    let url =
        enrolment::address(url).map_err(|error| Problem::field("url", format!("{error}.")))?;
    let folder = node.data().join(FOLDER);
    let chosen = blocking::run(move || enrolment::choose(&folder, &url, is_wanted)).await;
    chosen?.map_err(Problem::internal)
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
    Ok(all)
}

fn content(standings: &[Standing]) -> Markup {
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
