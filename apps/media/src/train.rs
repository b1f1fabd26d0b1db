//! Permission to train programs with files: stated to robots and in answers, in the vocabularies that others read.
//!
//! Always: a file that its owner did not release is reserved. The rule binds robots that identify themselves: a robot that
//! hides its name gets the same answers as a person.

mod crawlers;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::{Json, Router};
use imajin_app::routing::get;
use imajin_app::{Answer, Node, Problem, RobotRules, args};
use imajin_host::prelude::*;
use imajin_protocol::exchange;
use serde_json::{Value, json};

use crate::fields::Use;
use crate::manifest::TEXTS;
use crate::queries::{self, Asset, FairMark};
use crate::sale;
use crate::sight::Viewer;

/// The prefix of all files and their pages.
const FILES: &str = "/media/";

pub(crate) fn fair_address(node: &Node, asset: &str) -> String {
    format!("{}/media/api/assets/{asset}/fair", node.url())
}

/// Whether programs may not be trained with a file.
fn is_reserved(mark: Option<&FairMark>) -> bool {
    !mark.is_some_and(|mark| mark.is_free)
}

/// The `intendedUse` in an exchange's consent (`X-MJN-Consent`) that means training.
const TRAIN: &str = "train";

/// Whether the client declares that it trains programs: a robot by its name, any client by an exchange's consent.
fn is_trainer(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let declared = text(HeaderName::from_static(exchange::CONSENT));
    let declared = declared.and_then(exchange::declared_use);
    text(header::USER_AGENT).is_some_and(crawlers::is_one)
        || declared.is_some_and(|declared| declared.eq_ignore_ascii_case(TRAIN))
}

/// Refuses who says that they train with a file that is reserved, unless they bought that use.
/// Errors: 402 with the price and where it is bought, or 403 with the address of the terms.
pub(crate) fn check(
    node: &Node,
    (viewer, asset): (&Viewer, &Asset),
    (mark, headers): (Option<&FairMark>, &HeaderMap),
) -> Answer<()> {
    if !is_reserved(mark) || !is_trainer(headers) {
        return Ok(());
    }
    if sale::is_licensed(node, viewer.did(), (asset, Some(Use::Train)))? {
        return Ok(());
    }
    if let Some(work) = sale::work(node, asset.clone(), Use::Train)? {
        return Err(sale::priced(node, &work, "training-for-sale"));
    }
    let address = fair_address(node, &asset.id);
    let text = TEXTS.say("training-reserved", args![address = address]);
    Err(Problem::forbidden(text).slug("training-reserved"))
}

/// Says in an answer to others than the owner that a file is reserved, if it is.
/// Errors: the node's address can't be in a header.
pub(crate) fn reserve(
    node: &Node,
    asset: &Asset,
    (mark, out): (Option<&FairMark>, &mut HeaderMap),
) -> Answer<()> {
    if !is_reserved(mark) {
        return Ok(());
    }
    let policy = HeaderValue::try_from(fair_address(node, &asset.id)).map_err(Problem::internal)?;
    for (name, value) in [
        ("tdm-reservation", HeaderValue::from_static("1")),
        ("tdm-policy", policy),
        ("content-usage", HeaderValue::from_static("train-ai=n")),
        ("x-robots-tag", HeaderValue::from_static("noai, noimageai")),
    ] {
        out.insert(HeaderName::from_static(name), value);
    }
    Ok(())
}

/// The places of a work: its page, and its file.
fn places(asset: &str) -> [String; 2] {
    [format!("/media/a/{asset}"), format!("/media/api/assets/{asset}")]
}

fn free_works(node: &Node) -> Answer<Vec<String>> {
    queries::read(node, queries::free_works)
}

/// Returns the rules for `robots.txt`.
pub(crate) fn rules(node: &Node) -> Answer<Vec<RobotRules>> {
    let free: Vec<String> = free_works(node)?.iter().flat_map(|id| places(id)).collect();
    let mut everybody = vec![format!("Content-Usage: {FILES} train-ai=n")];
    everybody.extend(free.iter().map(|place| format!("Content-Usage: {place} train-ai=y")));
    let mut trainers = vec![format!("Disallow: {FILES}")];
    trainers.extend(free.iter().map(|place| format!("Allow: {place}")));
    let agents = crawlers::AGENTS.into_iter().chain(crawlers::TOKENS);
    Ok(vec![
        RobotRules { agents: Vec::new(), lines: everybody },
        RobotRules { agents: agents.collect(), lines: trainers },
    ])
}

pub(crate) fn root(node: Node) -> Router {
    Router::new().route("/.well-known/tdmrep.json", get(reservations)).with_state(node)
}

/// The reservations of all files: those of works that are free come first.
async fn reservations(State(node): State<Node>) -> Answer<Json<Value>> {
    let free = free_works(&node)?;
    let free = free.iter().flat_map(|id| places(id));
    let free = free.map(|place| json!({ "location": place, "tdm-reservation": 0 }));
    let rest = json!({ "location": format!("{FILES}*"), "tdm-reservation": 1 });
    Ok(Json(free.chain([rest]).collect()))
}
