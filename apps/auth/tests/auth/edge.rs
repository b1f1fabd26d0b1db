use imajin_service::testing::Ask;
use imajin_service::{Config, Limits};
use serde_json::json;

use crate::support::{node, node_with, send};

#[tokio::test]
async fn names_that_are_not_ours_get_no_further() {
    let node = node_with(Config {
        hosts: vec!["imajin.local".to_owned()],
        ..Config::default()
    })
    .await;
    let ask = |host: &str| Ask::get("/auth/api/health").host(host);
    assert_eq!(send(&node, ask("evil.example")).await.status, 421);
    assert_eq!(send(&node, ask("imajin.local")).await.status, 200);
    assert_eq!(
        send(
            &node,
            Ask::get("/api/health").host("auth.imajin.local:7000")
        )
        .await
        .json()["service"],
        "auth"
    );
    assert_eq!(
        send(&node, Ask::get("/api/health").host("profile.imajin.local"))
            .await
            .json()["service"],
        "profile"
    );
    assert_eq!(
        send(&node, Ask::get("/api/health").host("imajin.local"))
            .await
            .status,
        404
    );
    assert_eq!(
        send(
            &node,
            Ask::get("/.well-known/jwks.json").host("auth.imajin.local")
        )
        .await
        .status,
        200
    );
}

#[tokio::test]
async fn every_answer_has_an_id_a_date_and_is_not_sniffed() {
    let node = node().await;
    let reply = send(&node, Ask::get("/auth/api/node")).await;
    assert_eq!(
        reply.header("date"),
        Some("Fri, 20 Nov 2026 10:00:00 GMT"),
        "the node's time"
    );
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    let first = reply.header("x-request-id").unwrap().to_owned();
    let next = send(&node, Ask::get("/auth/api/node")).await;
    let next = next.header("x-request-id").unwrap();
    // Both begin with the run, by which a box knows itself (`lan::twin`), and nothing is counted.
    let drawn = |id: &str| {
        let digits = id.strip_prefix(node.node.run_id()).unwrap();
        let digits = digits.strip_prefix('-').unwrap();
        assert_eq!(digits.len(), 16, "{id}");
        u64::from_str_radix(digits, 16).unwrap()
    };
    assert!(
        drawn(&first).abs_diff(drawn(next)) > 1 << 20,
        "{first} {next}"
    );
    let reply = send(&node, Ask::get("/nowhere").header("x-request-id", "mine-1")).await;
    assert_eq!(
        (reply.status, reply.header("x-request-id")),
        (404, Some("mine-1"))
    );
    assert_eq!(reply.json()["error"], "There is nothing at this address.");
    assert_eq!(
        send(&node, Ask::new("PUT", "/auth/api/node")).await.status,
        405
    );
    let page = send(&node, Ask::get("/nowhere").header("accept", "text/html")).await;
    assert!(page.status == 404 && page.text().contains("<h1>"));
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .contains("script-src 'self'")
    );
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
    let node = node_with(Config {
        limits,
        ..Config::default()
    })
    .await;
    let ask = |from: &str| {
        Ask::post("/auth/api/challenge", &json!({"id": "did:imajin:x"}))
            .header("x-forwarded-for", from)
    };
    for _ in 0..2 {
        assert_eq!(send(&node, ask("203.0.113.7")).await.status, 400);
    }
    let reply = send(&node, ask("203.0.113.7")).await;
    assert_eq!(
        (
            reply.status,
            reply.header("retry-after"),
            &reply.json()["retryAfter"]
        ),
        (429, Some("10"), &json!(10))
    );
    assert_eq!(
        send(&node, ask("203.0.113.8")).await.status,
        400,
        "others are not touched"
    );
}

#[tokio::test]
async fn metrics_are_for_this_machine() {
    let proxy = std::net::IpAddr::from([127, 0, 0, 1]);
    let limits = Limits {
        trusted_proxies: vec![proxy],
        ..Limits::default()
    };
    let node = node_with(Config {
        limits,
        ..Config::default()
    })
    .await;
    send(&node, Ask::get("/auth/api/node")).await;
    let reply = send(&node, Ask::get("/metrics")).await;
    assert!(
        reply.status == 200
            && reply.text().contains("imajin_http_requests_total")
            && reply.text().contains("imajin_ledger_entries_total"),
        "{}",
        reply.text()
    );
    assert_eq!(
        send(
            &node,
            Ask::get("/metrics").header("x-forwarded-for", "203.0.113.7")
        )
        .await
        .status,
        403
    );
    assert_eq!(
        send(&node, Ask::get("/healthz")).await.json()["status"],
        "ok"
    );
}

#[tokio::test]
async fn pages_of_listed_origins_may_call() {
    let node = node_with(Config {
        cors: vec!["https://app.example".to_owned()],
        ..Config::default()
    })
    .await;
    let preflight = |origin: &str| {
        Ask::new("OPTIONS", "/auth/api/session")
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "authorization")
    };
    let reply = send(&node, preflight("https://app.example")).await;
    assert_eq!(
        reply.header("access-control-allow-origin"),
        Some("https://app.example")
    );
    assert_eq!(
        reply.header("access-control-allow-credentials"),
        None,
        "a token, never the cookie"
    );
    assert_eq!(
        send(&node, preflight("https://evil.example"))
            .await
            .header("access-control-allow-origin"),
        None
    );
}
