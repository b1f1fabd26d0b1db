//! Names in the DNS: the requests to a provider, against a fake of Cloudflare's API that accepts only what the API
//! documents.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use imajin_registry::directory::Config;
use imajin_registry::directory::dns::cloudflare::Cloudflare;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::{DAY_MS, HOUR_MS, Node, Server};

const ZONE: &str = "0123456789abcdef0123456789abcdef";
const TOKEN: &str = "a-token-of-the-zone";
/// Longer than a busy machine takes.
const LOOKS: u32 = 1_200;

/// The API, and the zone that it keeps.
#[derive(Clone, Default)]
struct Api(Arc<Zone>);

#[derive(Default)]
struct Zone {
    records: Mutex<Vec<Value>>,
    numbers: AtomicU32,
    /// So many requests fail, from now on.
    failing: AtomicU32,
    /// Requests that the API does not have.
    faults: Mutex<Vec<String>>,
}

impl Api {
    async fn start() -> (Self, Arc<Cloudflare>) {
        let api = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/client/v4", listener.local_addr().unwrap());
        let app = Router::new().fallback(answer).with_state(api.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        (api, Arc::new(Cloudflare::new(&url, ZONE, TOKEN).unwrap()))
    }

    /// `TYPE name content` of every record.
    fn zone(&self) -> BTreeSet<String> {
        let records = self.0.records.lock().unwrap();
        let text = |record: &Value, name: &str| record[name].as_str().unwrap().to_owned();
        records
            .iter()
            .map(|one| {
                format!("{} {} {}", text(one, "type"), text(one, "name"), text(one, "content"))
            })
            .collect()
    }

    async fn until(&self, want: &[&str]) {
        let want: BTreeSet<String> = want.iter().map(|line| (*line).to_owned()).collect();
        for _ in 0..LOOKS {
            if self.zone() == want {
                assert_eq!(*self.0.faults.lock().unwrap(), Vec::<String>::new());
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{:?} is not {want:?}; {:?}", self.zone(), self.0.faults.lock().unwrap());
    }

    fn fault(&self, text: String) -> Response {
        self.0.faults.lock().unwrap().push(text.clone());
        refused(StatusCode::BAD_REQUEST, 6003, &text)
    }

    fn create(&self, body: &Value) -> Response {
        let members: BTreeSet<&str> =
            body.as_object().unwrap().keys().map(String::as_str).collect();
        if members != BTreeSet::from(["type", "name", "content", "ttl", "proxied", "comment"]) {
            return self.fault(format!("members {members:?}"));
        }
        let kind = body["type"].as_str().unwrap();
        let content = body["content"].as_str().unwrap();
        let is_fine = match kind {
            "A" => content.parse::<std::net::Ipv4Addr>().is_ok(),
            "AAAA" => content.parse::<std::net::Ipv6Addr>().is_ok(),
            // Since 2024 a text is in quotes.
            "TXT" => content.starts_with('"') && content.ends_with('"') && content.len() > 2,
            _ => false,
        };
        let ttl = body["ttl"].as_u64().unwrap_or_default();
        let has_name = body["name"].as_str().is_some_and(|name| name.ends_with(".nodes.example"));
        if !is_fine
            || !has_name
            || !(ttl == 1 || (60..=86_400).contains(&ttl))
            || body["proxied"] != false
        {
            return self.fault(format!("no record: {body}"));
        }
        let mut records = self.0.records.lock().unwrap();
        let is_there =
            |one: &Value| ["type", "name", "content"].iter().all(|name| one[name] == body[name]);
        if records.iter().any(is_there) {
            return refused(StatusCode::BAD_REQUEST, 81058, "An identical record already exists.");
        }
        let mut record = body.clone();
        record["id"] = json!(format!("{:032x}", self.0.numbers.fetch_add(1, Ordering::SeqCst)));
        records.push(record.clone());
        done(record)
    }
}

fn done(result: Value) -> Response {
    Json(json!({ "success": true, "errors": [], "messages": [], "result": result })).into_response()
}

fn refused(status: StatusCode, code: u32, message: &str) -> Response {
    let errors = json!([{ "code": code, "message": message }]);
    let body = json!({ "success": false, "errors": errors, "messages": [], "result": null });
    (status, Json(body)).into_response()
}

async fn answer(
    State(api): State<Api>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if headers.get("authorization").and_then(|value| value.to_str().ok())
        != Some(&format!("Bearer {TOKEN}"))
    {
        return refused(StatusCode::FORBIDDEN, 10000, "Authentication error");
    }
    let failing = api.0.failing.load(Ordering::SeqCst);
    if failing > 0 {
        api.0.failing.store(failing - 1, Ordering::SeqCst);
        return refused(StatusCode::SERVICE_UNAVAILABLE, 10013, "Service unavailable");
    }
    let base = format!("/client/v4/zones/{ZONE}/dns_records");
    let Some(rest) = uri.path().strip_prefix(&base) else {
        return api.fault(format!("{method} {uri}"));
    };
    match (method.as_str(), rest) {
        ("GET", "") => {
            let query = uri.query().unwrap_or_default();
            let name = query.split('&').find_map(|pair| pair.strip_prefix("name="));
            let Some(name) = name else {
                return api.fault(format!("a list of everything: {uri}"));
            };
            let records = api.0.records.lock().unwrap();
            done(records.iter().filter(|one| one["name"] == name).cloned().collect())
        }
        ("POST", "") => match serde_json::from_slice::<Value>(&body) {
            Ok(body) if body.is_object() && headers["content-type"] == "application/json" => {
                api.create(&body)
            }
            _ => api.fault("a body that is none".to_owned()),
        },
        ("DELETE", rest) => {
            let id = rest.trim_start_matches('/');
            let mut records = api.0.records.lock().unwrap();
            let before = records.len();
            records.retain(|one| one["id"] != id);
            if records.len() < before {
                done(json!({ "id": id }))
            } else {
                refused(StatusCode::NOT_FOUND, 81044, "Record does not exist.")
            }
        }
        _ => api.fault(format!("{method} {uri}")),
    }
}

fn at(addresses: &[&str]) -> Value {
    json!({ "addresses": addresses })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_leads_to_its_node_as_long_as_it_has_it() {
    let (api, zone) = Api::start().await;
    let server = Server::start_in_zone(zone).await;
    let mut node = Node::new("alpha").with_members(at(&["192.168.1.5", "fd00::5"]));
    server.registered(&node).await;
    api.until(&["A alpha.nodes.example 192.168.1.5", "AAAA alpha.nodes.example fd00::5"]).await;
    // Another address, then another name.
    server.clock.add_ms(1);
    node.more = at(&["192.168.1.6"]);
    server.registered(&node).await;
    api.until(&["A alpha.nodes.example 192.168.1.6"]).await;
    server.clock.add_ms(1);
    node.hostname = "beta".to_owned();
    server.registered(&node).await;
    api.until(&["A beta.nodes.example 192.168.1.6"]).await;
    // Put aside, and reinstated.
    let about = json!({ "nodeId": node.did, "reason": "floods" });
    assert_eq!(server.registry_says("/node/suspend", "node.suspend", about.clone()).await.0, 200);
    api.until(&[]).await;
    assert_eq!(server.registry_says("/node/reinstate", "node.reinstate", about).await.0, 200);
    api.until(&["A beta.nodes.example 192.168.1.6"]).await;
    // Its time is over: the name leads there through the grace, and then nowhere.
    server.clock.add_ms(31 * DAY_MS);
    assert_eq!(server.status(&node).await, "expired");
    api.until(&["A beta.nodes.example 192.168.1.6"]).await;
    server.clock.add_ms(7 * DAY_MS);
    server.status(&node).await;
    api.until(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_leads_to_the_registry_as_long_as_its_node_wants_a_tunnel() {
    let (api, zone) = Api::start().await;
    let carries_at = |address: &'static str| {
        move |config: &mut Config| config.tunnel_addresses = vec![address.parse().unwrap()]
    };
    // Where the registry has no tunnels, the wish changes nothing.
    let server = Server::start_in_zone(zone).await;
    let own = "A alpha.nodes.example 192.168.1.5";
    let wish = |tunnel: bool| json!({ "addresses": ["192.168.1.5"], "tunnel": tunnel });
    let mut node = Node::new("alpha").with_members(wish(true));
    server.registered(&node).await;
    api.until(&[own]).await;
    let server = server.restarted_with(carries_at("203.0.113.7")).await;
    server.clock.add_ms(1);
    server.heard(&node).await;
    api.until(&["A alpha.nodes.example 203.0.113.7"]).await;
    // The registry moves.
    let server = server.restarted_with(carries_at("203.0.113.8")).await;
    server.clock.add_ms(1);
    server.heard(&node).await;
    api.until(&["A alpha.nodes.example 203.0.113.8"]).await;
    // The node turns it off.
    server.clock.add_ms(1);
    node.more = wish(false);
    server.registered(&node).await;
    api.until(&[own]).await;
    server.clock.add_ms(1);
    node.more = json!({ "tunnel": "yes" });
    let (status, answer) = server.register(&node).await;
    assert_eq!(status, 400, "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_made_stays() {
    let (api, zone) = Api::start().await;
    let theirs = json!({ "id": "f", "type": "A", "name": "www2.nodes.example", "content": "192.0.2.1", "comment": null });
    api.0.records.lock().unwrap().push(theirs);
    let server = Server::start_in_zone(zone).await;
    let node = Node::new("www2").with_members(at(&["192.168.1.5"]));
    server.registered(&node).await;
    let other = Node::new("other").with_members(at(&["192.168.1.7"]));
    server.registered(&other).await;
    api.until(&["A www2.nodes.example 192.0.2.1", "A other.nodes.example 192.168.1.7"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_away_is_told_later() {
    let (api, zone) = Api::start().await;
    let server = Server::start_in_zone(zone).await;
    api.0.failing.store(u32::MAX, Ordering::SeqCst);
    let node = Node::new("patient").with_members(at(&["192.168.1.5"]));
    // A registration does not wait for it.
    server.registered(&node).await;
    for _ in 0..LOOKS {
        if api.0.failing.load(Ordering::SeqCst) != u32::MAX {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_ne!(api.0.failing.load(Ordering::SeqCst), u32::MAX, "it is never asked");
    assert!(api.zone().is_empty());
    api.0.failing.store(0, Ordering::SeqCst);
    let server = server.restarted().await;
    for _ in 0..3 {
        server.clock.add_ms(HOUR_MS);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    api.until(&["A patient.nodes.example 192.168.1.5"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_answers_a_challenge_at_its_name() {
    let (api, zone) = Api::start().await;
    let server = Server::start_in_zone(zone).await;
    let node = Node::new("locked").with_members(at(&["192.168.1.5"]));
    let text = "a".repeat(43);
    let ask = |node: &Node, challenge: Value| {
        server.clock.add_ms(1);
        let document = json!({ "nodeId": node.did, "timestamp": server.clock.now_ms(), "challenge": challenge });
        node.signed(document)
    };
    assert_eq!(server.post("/node/challenge", &ask(&node, json!(text))).await.0, 404);
    server.registered(&node).await;
    let request = ask(&node, json!(text));
    let (status, answer) = server.post("/node/challenge", &request).await;
    let name = "_acme-challenge.locked.nodes.example";
    assert_eq!((status, &answer["name"]), (200, &json!(name)), "{answer}");
    let a = "A locked.nodes.example 192.168.1.5";
    let txt = format!("TXT {name} \"{text}\"");
    api.until(&[a, &txt]).await;
    // The same message again has no effect, and no other key may send it.
    assert_eq!(server.post("/node/challenge", &request).await.0, 409);
    let mut forged = ask(&node, json!("b".repeat(43)));
    forged["challenge"] = json!("c".repeat(43));
    assert_eq!(server.post("/node/challenge", &forged).await.0, 401);
    for wrong in [json!("short"), json!("a b".repeat(15)), json!(7)] {
        assert_eq!(server.post("/node/challenge", &ask(&node, wrong)).await.0, 400);
    }
    // Taken away by the node; and one that it forgot, after an hour.
    assert_eq!(server.post("/node/challenge", &ask(&node, Value::Null)).await.0, 200);
    api.until(&[a]).await;
    assert_eq!(server.post("/node/challenge", &ask(&node, json!(text))).await.0, 200);
    api.until(&[a, &txt]).await;
    server.clock.add_ms(HOUR_MS);
    api.until(&[a]).await;
}

#[tokio::test]
async fn without_a_zone_there_are_no_names() {
    let server = Server::start().await;
    let node = Node::new("plain");
    server.registered(&node).await;
    let document = json!({ "nodeId": node.did, "timestamp": server.clock.now_ms(), "challenge": "a".repeat(43) });
    assert_eq!(server.post("/node/challenge", &node.signed(document)).await.0, 404);
}
