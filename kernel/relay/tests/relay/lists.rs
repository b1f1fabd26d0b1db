//! Logs and cursors, and what may be submitted at all.

use serde_json::{Value, json};

use crate::support::{Person, Server, document};

/// Walks a list to its end in pages of `limit`; checks the shape of every page.
pub(crate) async fn walk(server: &Server, path: &str, name: &str, limit: usize) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut after = String::new();
    loop {
        let join = if path.contains('?') { '&' } else { '?' };
        let page = server.ok(&format!("{path}{join}limit={limit}{after}")).await;
        let members = page.as_object().unwrap();
        assert!(members.contains_key("next") && !members.contains_key("cursor"));
        let entries = members[name].as_array().unwrap();
        rows.extend(entries.iter().cloned());
        match members["next"].as_str() {
            None => {
                assert!(entries.len() < limit);
                return rows;
            }
            Some(next) => {
                assert_eq!(entries.len(), limit);
                after = format!("&after={next}");
            }
        }
    }
}

#[tokio::test]
async fn the_log_page_by_page() {
    let (server, ada) = Server::with_person().await;
    let first = ada.create(&document("a").1, 0);
    let mut steps = vec![first.clone()];
    for n in 1..10 {
        let parent = steps.last().unwrap().clone();
        steps.push(ada.write(&parent, Some(&document(&n.to_string()).1), n * 1000));
    }
    for step in &steps {
        server.accept(&[&step.token]).await;
    }
    let all = server.ok("/proof/v1/log?limit=1000").await;
    let all = all["entries"].as_array().unwrap();
    assert_eq!(all.len(), 13);
    for limit in [1, 2, 3, 13, 14] {
        assert_eq!(&walk(&server, "/proof/v1/log", "entries", limit).await, all);
        let path = format!("/proof/v1/content/{}/log", first.id());
        let chain = walk(&server, &path, "entries", limit).await;
        let tokens: Vec<&str> = chain.iter().map(|row| row["jwsToken"].as_str().unwrap()).collect();
        let want: Vec<&str> = steps.iter().map(|step| step.token.as_str()).collect();
        assert_eq!(tokens, want);
    }
    // A cursor must be a known one, and of the same chain.
    let of_ada = ada.chain.head_cid();
    for (path, status) in [
        ("/proof/v1/log?after=x".to_owned(), 400),
        (format!("/proof/v1/log?after={of_ada}"), 200),
        (format!("/proof/v1/content/{}/log?after={of_ada}", first.id()), 400),
        (format!("/proof/v1/identities/{}/log?after={}", ada.did(), first.cid), 400),
        (format!("/proof/v1/identities/{}/log?after={of_ada}", ada.did()), 200),
        ("/proof/v1/log?limit=nonsense&after=".to_owned(), 200),
    ] {
        assert_eq!(server.status(&path).await, status, "{path}");
    }
}

#[tokio::test]
async fn countersignatures_by_their_own_cid() {
    let (server, ada) = Server::with_person().await;
    let first = ada.create(&document("a").1, 0);
    server.accept(&[&first.token]).await;
    for _ in 0..7 {
        let witness = Person::on(&server).await;
        server.accept(&[&witness.countersign(&first.cid, None)]).await;
    }
    let path = format!("/proof/v1/countersignatures/{}", first.cid);
    let rows = walk(&server, &path, "countersignatures", 3).await;
    let cids: Vec<&str> = rows.iter().map(|row| row["cid"].as_str().unwrap()).collect();
    assert!(cids.is_sorted() && cids.len() == 7);
    // A cursor need not be there.
    let rest = server.ok(&format!("{path}?after={}a", cids[2])).await;
    assert_eq!(rest["countersignatures"].as_array().unwrap().len(), 4);
    assert_eq!(server.ok(&format!("{path}?after=z")).await["countersignatures"], json!([]));
}

#[tokio::test]
async fn submissions_have_a_form() {
    let server = Server::start().await;
    let many: Vec<String> = (0..101).map(|n| n.to_string()).collect();
    for (body, want) in [
        ("".to_owned(), 400),
        ("{".to_owned(), 400),
        ("[]".to_owned(), 400),
        ("{}".to_owned(), 400),
        (json!({ "operations": "x" }).to_string(), 400),
        (json!({ "operations": [1] }).to_string(), 400),
        (json!({ "operations": [] }).to_string(), 400),
        (json!({ "operations": many }).to_string(), 400),
        (json!({ "operations": many[..100] }).to_string(), 200),
        (json!({ "operations": ["x"], "more": 1 }).to_string(), 200),
        (" ".repeat((16 << 20) + 1), 413),
    ] {
        let (status, answer) = server.post_raw(body).await;
        assert_eq!(status, want, "{answer}");
        assert_eq!(answer["error"].is_string(), want != 200);
    }
    // Nesting without end is refused, not followed.
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let payload = imajin_dfos::base64::encode_url(deep.as_bytes());
    let header = imajin_dfos::base64::encode_url(
        br#"{"alg":"EdDSA","typ":"did:dfos:content-op","kid":"x#y"}"#,
    );
    assert_eq!(server.post_one(&format!("{header}.{payload}.AA")).await["status"], "rejected");
}

#[tokio::test]
async fn from_any_page_of_the_web() {
    let server = Server::start().await;
    for path in ["/.well-known/dfos-relay", "/proof/v1/log", "/nowhere", "/content/x/blob"] {
        let url = format!("{}{path}", server.url);
        let preflight = server.client.request(reqwest::Method::OPTIONS, &url);
        let preflight = preflight.send().await.unwrap();
        assert_eq!(preflight.status(), 204);
        for response in [preflight, server.client.get(&url).send().await.unwrap()] {
            let headers = response.headers();
            assert_eq!(headers["access-control-allow-origin"], "*");
            assert_eq!(headers["access-control-allow-methods"], "GET, POST, PUT, OPTIONS");
            assert_eq!(headers["access-control-allow-headers"], "Content-Type, Authorization");
        }
    }
}

#[tokio::test]
async fn says_who_it_is() {
    let server = Server::start_with(|config| config.name = "Ada's relay".to_owned()).await;
    let info = server.ok("/.well-known/dfos-relay").await;
    assert_eq!(info["protocol"], "dfos-web-relay");
    assert_eq!(info["did"], server.relay.did());
    assert_eq!(info["peers"], json!([]));
    assert_eq!(info["capabilities"]["signing"], false);
    let profile = imajin_dfos::jws::parse_any(info["profile"].as_str().unwrap()).unwrap();
    let content = profile.payload_value().unwrap();
    let name = content.get("content").and_then(|content| content.get_str("name"));
    assert_eq!(name, Some("Ada's relay"));
    // Its own operations are in its log like all others, and it keeps its identity after a restart.
    let did = server.relay.did().to_owned();
    assert_eq!(server.status(&format!("/proof/v1/identities/{did}")).await, 200);
    let folder = server.stop().await;
    let server = Server::start_in(folder, |config| {
        config.name = "Ada's relay".to_owned();
        config.version = "7.0.0".to_owned();
    })
    .await;
    assert_eq!(server.relay.did(), did);
    let info = server.ok("/.well-known/dfos-relay").await;
    assert_eq!(info["version"], "7.0.0", "the version is a setting");
    let stats = server.ok("/.well-known/dfos-relay").await["stats"].clone();
    assert_eq!((&stats["opCount"], &stats["pendingOps"]), (&json!(2), &json!(0)));
    assert_eq!(stats["countsByKind"].as_object().unwrap().len(), 6);
    assert!(stats["headCid"].is_string() && stats["oldestOpAt"].is_string());
}

/// A chain of more operations than are sorted when they are asked for, with branches, so that the times go up and down.
#[tokio::test]
async fn a_long_chain_by_its_times() {
    let (server, ada) = Server::with_person().await;
    let mut steps = vec![ada.create(&document("0").1, 0)];
    for n in 1..160 {
        let parent = steps[n - if n % 7 == 0 { 5 } else { 1 }].clone();
        steps.push(ada.write(&parent, Some(&document(&n.to_string()).1), 1_000 * n as i64));
    }
    for batch in steps.chunks(40) {
        let tokens: Vec<&str> = batch.iter().map(|step| step.token.as_str()).collect();
        server.accept(&tokens).await;
    }
    for by in ["createdAt", "ingestedAt"] {
        let path = format!("/index/v0/operations?chainId={}&order={by}.desc", steps[0].id());
        let all = server.ok(&format!("{path}&limit=1000")).await;
        let all = all["operations"].as_array().unwrap();
        let key = |row: &Value| {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            (std::cmp::Reverse(text(by)), text("cid"))
        };
        assert!(all.is_sorted_by_key(key), "{by}");
        assert_eq!(all.len(), steps.len());
        for limit in [1, 16, 100] {
            assert_eq!(&walk(&server, &path, "operations", limit).await, all, "{by}");
        }
    }
}
