//! Tests of this service over a real socket, with real identities.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic in a test is its report")]

#[macro_use]
extern crate imajin_edge;

mod audience;
mod boxes;
mod named_answers;
mod open;
mod pages;
mod surveys;
mod totals;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use imajin_app::Service;
use imajin_dfos::cbor::from_dag_json;
use imajin_edge::testing::{Ask, Person, Reply, TestNode, Write, open_config};
use imajin_host::Config;
use imajin_identity::begin_node_identity;
use serde_json::{Value as Json, json};

const ONE: &str = "itm_000000000000000000000001";
const TWO: &str = "itm_000000000000000000000002";
const THREE: &str = "itm_000000000000000000000003";

fn services() -> Vec<Arc<dyn Service>> {
    vec![
        Arc::new(imajin_auth::Auth::new()),
        Arc::new(imajin_profile::Profile),
        Arc::new(imajin_connections::Connections),
        Arc::new(imajin_dykil::Dykil),
    ]
}

fn config() -> Config {
    let mut config = open_config();
    // Requests name their IP address in a header.
    config.limits.trusted_proxies = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    config
}

async fn node() -> TestNode {
    let node = TestNode::start(services(), config(), 214).await.unwrap();
    begin_node_identity(&node.node).await.unwrap();
    node
}

async fn somebody(node: &TestNode, seed: u8) -> (Person, String) {
    Person::enter(node, seed, None).await
}

/// Enters an operation about a survey; `with` is the survey's owner, if that is another person.
async fn write(
    node: &TestNode,
    person: &Person,
    op: &'static str,
    (survey, with): (&str, Option<&Person>),
    (body, fact): (Option<Json>, Option<Json>),
) -> Reply {
    let mut write = Write::new(&person.did, op).reference(survey);
    write.body = body.map(|body| from_dag_json(&body).unwrap());
    write.fact = fact;
    if let Some(with) = with {
        write = write.to(&[&with.did]);
    }
    person.write(node, &write).await
}

/// Returns a form with one question.
fn yes_or_no() -> String {
    json!({ "elements": [{ "type": "boolean", "name": "yes", "isRequired": true }] }).to_string()
}

async fn put(node: &TestNode, person: &Person, form: &str, fact: Json) {
    let body = json!({ "title": "Shall we?", "form": form });
    write(node, person, "dykil.put", (ONE, None), (Some(body), Some(fact))).await.check(201);
}

async fn set_status(node: &TestNode, person: &Person, status: &str) -> Reply {
    let fact = Some(json!({ "status": status }));
    write(node, person, "dykil.status", (ONE, None), (None, fact)).await
}

async fn open(node: &TestNode, person: &Person, form: &str, fact: Json) {
    put(node, person, form, fact).await;
    set_status(node, person, "open").await.check(201);
}

fn receipt(n: u32) -> String {
    format!("{n:032x}")
}

/// Builds a request with an unnamed answer, from a different address for each `n`.
fn answer(owner: &Person, n: u32, answers: &Json) -> Ask {
    let path = format!("/dykil/api/surveys/{}/{ONE}/answers", owner.did);
    let body = json!({ "receipt": receipt(n), "answers": answers });
    from_address(Ask::post(path, &body), n)
}

fn from_address(ask: Ask, n: u32) -> Ask {
    let address = Ipv4Addr::from(0x0a00_0000 + n);
    ask.header("x-forwarded-for", address.to_string())
}

async fn results(node: &TestNode, owner: &Person, token: Option<&str>) -> Reply {
    let ask = Ask::get(format!("/dykil/api/surveys/{}/{ONE}/results", owner.did)).bearer_if(token);
    node.send(ask).await
}

/// Returns the files of all boxes.
fn files(node: &TestNode) -> Vec<std::path::PathBuf> {
    let folder = node.node.data().join("node/box");
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let all = entries.map(|entry| entry.unwrap().path());
    all.filter(|path| path.extension().is_some_and(|end| end == "sqlite")).collect()
}

fn secret() -> Json {
    json!({ "mode": "secret", "each": "person", "show": "all" })
}
