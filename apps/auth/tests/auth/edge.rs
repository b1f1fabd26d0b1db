use imajin_dfos::{base64, hex};
use imajin_edge::testing::Terms;
use imajin_host::Limits;
use imajin_host::prelude::*;
use imajin_protocol::json_signature::sign_json;

use crate::prelude::*;

#[tokio::test]
async fn names_that_are_not_ours_get_no_further() {
    let node =
        node_with(Config { hosts: vec!["imajin.local".to_owned()], ..Config::default() }).await;
    let ask = |host: &str| Ask::get("/auth/api/health").host(host);
    assert_eq!(send(&node, ask("evil.example")).await.status, 421);
    assert_eq!(send(&node, ask("imajin.local")).await.status, 200);
    let health = async |host: &str| send(&node, Ask::get("/api/health").host(host)).await.json();
    assert_eq!(health("auth.imajin.local:7000").await["service"], "auth");
    assert_eq!(health("profile.imajin.local").await["service"], "profile");
    send(&node, Ask::get("/api/health").host("imajin.local")).await.check(404);
    send(&node, Ask::get("/.well-known/jwks.json").host("auth.imajin.local")).await.check(200);
}

#[tokio::test]
async fn every_answer_has_an_id_a_date_and_is_not_sniffed() {
    let node = node().await;
    let reply = node.get("/auth/api/node").await;
    assert_eq!(reply.header("date"), Some("Fri, 20 Nov 2026 10:00:00 GMT"), "the node's time");
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    let first = reply.header("x-request-id").unwrap().to_owned();
    let next = node.get("/auth/api/node").await;
    let next = next.header("x-request-id").unwrap();
    // Both begin with the run, by which a box knows itself (`lan::twin`), and nothing is counted.
    let drawn = |id: &str| {
        let digits = id.strip_prefix(node.node.run_id()).unwrap();
        let digits = digits.strip_prefix('-').unwrap();
        assert_eq!(digits.len(), 16, "{id}");
        u64::from_str_radix(digits, 16).unwrap()
    };
    assert!(drawn(&first).abs_diff(drawn(next)) > 1 << 20, "{first} {next}");
    let reply = send(&node, Ask::get("/nowhere").header("x-request-id", "mine-1")).await;
    assert_eq!((reply.status, reply.header("x-request-id")), (404, Some("mine-1")));
    assert_eq!(reply.json()["error"], "There is nothing at this address.");
    send(&node, Ask::new("PUT", "/auth/api/node")).await.check(405);
    let page = send(&node, Ask::get("/nowhere").header("accept", "text/html")).await;
    assert!(page.status == 404 && page.text().contains("<h1>"));
    assert_has!(page.header("content-security-policy").unwrap(), "script-src 'self'");
}

#[tokio::test]
async fn too_often_is_429_with_when_to_come_back() {
    let proxy = std::net::IpAddr::from([127, 0, 0, 1]);
    let limits = Limits {
        attempt_rate: 0.1,
        attempt_burst: 2.0,
        trusted_proxies: vec![proxy],
        ..Limits::default()
    };
    let node = node_with(Config { limits, ..Config::default() }).await;
    let ask = |from: &str| {
        Ask::post("/auth/api/challenge", &json!({"id": "did:imajin:x"}))
            .header("x-forwarded-for", from)
    };
    for _ in 0..2 {
        assert_eq!(send(&node, ask("203.0.113.7")).await.status, 400);
    }
    let reply = send(&node, ask("203.0.113.7")).await.check_member(429, "retryAfter", 10);
    assert_eq!(reply.header("retry-after"), Some("10"));
    assert_eq!(send(&node, ask("203.0.113.8")).await.status, 400, "others are not touched");
}

#[tokio::test]
async fn metrics_are_for_this_machine() {
    let proxy = std::net::IpAddr::from([127, 0, 0, 1]);
    let limits = Limits { trusted_proxies: vec![proxy], ..Limits::default() };
    let node = node_with(Config { limits, ..Config::default() }).await;
    node.get("/auth/api/node").await;
    let text = node.get("/metrics").await.check(200).text();
    assert_has!(text, "imajin_http_requests_total", "imajin_ledger_entries_total");
    send(&node, Ask::get("/metrics").header("x-forwarded-for", "203.0.113.7")).await.check(403);
    assert_eq!(node.get("/healthz").await.json()["status"], "ok");
}

#[tokio::test]
async fn pages_of_listed_origins_may_call() {
    let node =
        node_with(Config { cors: vec!["https://app.example".to_owned()], ..Config::default() })
            .await;
    let preflight = |origin: &str| {
        Ask::new("OPTIONS", "/auth/api/session")
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "authorization")
    };
    let reply = send(&node, preflight("https://app.example")).await;
    assert_eq!(reply.header("access-control-allow-origin"), Some("https://app.example"));
    assert_eq!(reply.header("access-control-allow-credentials"), None, "a token, never the cookie");
    let reply = send(&node, preflight("https://evil.example")).await;
    assert_eq!(reply.header("access-control-allow-origin"), None);
}

/// Something of every kind that doesn't ask for an exchange: an answer to all, one to people, a write, a page, nothing.
fn asks() -> [Ask; 5] {
    [
        Ask::get("/auth/api/health"),
        Ask::get("/auth/api/session"),
        Ask::post("/auth/api/challenge", &json!({"id": "did:imajin:x"})),
        Ask::get("/profile/nobody"),
        Ask::get("/nowhere"),
    ]
}

fn type_of(reply: &Reply) -> String {
    let problem = reply.json()["type"].as_str().unwrap_or_default().to_owned();
    let slug = problem.rsplit(':').next().unwrap_or_default();
    format!("{} {slug}", reply.status)
}

fn consent(node: &TestNode, by: &Person) -> Json {
    let now = node.node.now();
    json!({
        "version": "1", "consumer": by.did, "content": "x", "intendedUse": "to look at it",
        "expires": now.checked_add_millis(60_000).unwrap().to_string(), "timestamp": now.to_string(),
    })
}

#[tokio::test]
async fn a_false_exchange_is_refused_on_every_route_and_a_true_one_changes_nothing() {
    let node = node().await;
    let (anna, eve) = (person(&node, 1).await, Person::new(66));
    for plain in asks() {
        let before = send(&node, plain.clone()).await;
        for by in [&eve, &anna] {
            let reply = send(&node, plain.clone().signed_by(&node, by)).await;
            assert_eq!(reply.status, before.status, "{plain:?}: {}", reply.text());
        }
        let signed = |ask: Ask, by: &Person| ask.signed_by(&node, by);
        // Another key, another body, and a signature alone.
        let mut forged = Person::new(67);
        forged.did = anna.did.clone();
        for ask in [
            signed(plain.clone(), &forged),
            signed(plain.clone(), &anna).body("another"),
            plain.clone().header("x-mjn-signature", "00".repeat(64)),
        ] {
            let reply = send(&node, ask).await;
            assert_eq!(type_of(&reply), "401 exchange", "{plain:?}");
        }
    }
    let late = Ask::get("/auth/api/health").signed_by(&node, &anna);
    node.clock.pass(std::time::Duration::from_secs(301));
    assert_eq!(type_of(&send(&node, late).await), "401 exchange");
}

#[tokio::test]
async fn a_false_consent_or_settlement_is_refused_on_every_route() {
    let (node, [anna]) = populated(node(), [1], person).await;
    let encoded = |document: &Json| base64::encode_url(document.to_string().as_bytes());
    let sealed = |document: &Json, by: &Person| {
        let mut document = document.clone();
        document["signature"] = json!(hex::encode(&sign_json(&by.key, &document)));
        encoded(&document)
    };
    let good = consent(&node, &anna);
    let mut old = good.clone();
    old["expires"] = old["timestamp"].clone();
    let eve = Person::new(66);
    let pays = json!({
        "version": "1", "consumer": anna.did, "content": "x", "amount": 1, "currency": "CHF",
        "distribution": [{ "did": anna.did, "amount": 1, "share": 1 }], "timestamp": node.node.now().to_string(),
    });
    for plain in asks() {
        let before = send(&node, plain.clone()).await.status;
        for (header, document, refusal) in [
            ("x-mjn-consent", "nonsense".to_owned(), "403 consent"),
            ("x-mjn-consent", encoded(&good), "403 consent"),
            ("x-mjn-consent", sealed(&good, &eve), "403 consent"),
            ("x-mjn-consent", sealed(&old, &anna), "403 consent"),
            ("x-mjn-settlement", sealed(&pays, &eve), "402 settlement"),
        ] {
            let reply = send(&node, plain.clone().header(header, document)).await;
            assert_eq!(type_of(&reply), refusal, "{plain:?}: {}", reply.text());
        }
        for (header, document) in
            [("x-mjn-consent", sealed(&good, &anna)), ("x-mjn-settlement", sealed(&pays, &anna))]
        {
            let reply = send(&node, plain.clone().header(header, document)).await;
            assert_eq!(reply.status, before, "{plain:?}: {}", reply.text());
        }
        // Within an exchange, too: whose word the consent is, is not its sender's alone to say.
        let mut others = good.clone();
        others["consumer"] = json!(eve.did);
        let terms = Terms { nonce: "0123456789abcdef", consent: Some(&others), settlement: None };
        let reply = send(&node, plain.clone().signed(&node, &anna, terms)).await;
        assert_eq!(type_of(&reply), "403 consent", "{plain:?}");
    }
}

#[tokio::test]
async fn an_exchange_at_a_services_own_name_is_signed_as_it_is_sent() {
    let node =
        node_with(Config { hosts: vec!["imajin.local".to_owned()], ..Config::default() }).await;
    let anna = person(&node, 1).await;
    let ask = Ask::get(format!("/api/head/{}", anna.did)).host("auth.imajin.local");
    let head = send(&node, ask.signed_by(&node, &anna)).await.check(200);
    assert!(head.json()["seq"].is_number(), "{}", head.text());
}
