use imajin_protocol::Proof;

use crate::prelude::*;

#[tokio::test]
async fn the_same_proof_has_the_same_answer() {
    let (node, [anna]) = populated(node(), [1], person).await;
    let ask = anna.ask(&node, &bio(&anna, "one")).await.unwrap();
    let first = send(&node, ask.clone()).await.check(201);
    assert_members!(first.json(), "seq": 1, "did": anna.did);
    assert_eq!(first.json()["entries"].as_array().unwrap().len(), 1);
    let again = send(&node, ask).await;
    assert_eq!((again.status, again.json()["cid"].clone()), (200, first.json()["cid"].clone()));
}

#[tokio::test]
async fn a_proof_that_follows_another_is_told_what_to_follow() {
    let (node, [anna]) = populated(node(), [1], person).await;
    let first = anna.ask(&node, &bio(&anna, "one")).await.unwrap();
    let second = anna.ask(&node, &bio(&anna, "two")).await.unwrap();
    assert_eq!(send(&node, first).await.status, 201);
    let refused = send(&node, second).await.check(409);
    let kid = anna.kid.to_string().replace('#', "%23");
    let ask = Ask::get(format!("/auth/api/head/{}?kid={kid}", anna.did)).signed_by(&node, &anna);
    let head = send(&node, ask).await.json();
    assert_eq!(refused.json()["after"], head["after"]);
    assert_members!(refused.json()["head"], "seq": head["seen"]["seq"], "cid": head["seen"]["cid"]);
}

#[tokio::test]
async fn what_was_not_signed_is_not_entered() {
    let (node, [anna, bert]) = populated(node(), [1, 2], person).await;
    let (proof, body) = anna.sign(&node, &bio(&anna, "one")).await.unwrap();
    let body = imajin_dfos::cbor::to_dag_json(&body.unwrap()).unwrap().to_string();
    let post = |path: &str, proof: &str, body: &str| {
        Ask::new("POST", path).header("mjn-proof", proof).body(body)
    };
    let path = "/profile/api/commands/profile.update";
    let token = proof.to_compact();

    let another = send(&node, post(path, &token, &body.replace("one", "two"))).await;
    another.check_member(400, "field", "body");
    send(&node, post("/profile/api/commands/profile.follow", &token, &body)).await.check(400);
    send(&node, post("/auth/api/commands/profile.update", &token, &body)).await.check(404);
    assert_eq!(send(&node, post(path, "x.y.z", &body)).await.json()["field"], "MJN-Proof");
    let end = token.len() - 86;
    let unsigned = format!("{}{}", &token[..end], "A".repeat(86));
    let mut elsewhere = proof.payload.clone();
    elsewhere.aud = bert.did.clone();
    let elsewhere = Proof::sign(&anna.key, anna.kid.clone(), elsewhere).unwrap();
    let tokens = [String::new(), "a".repeat(60_000), unsigned, elsewhere.to_compact()];
    for token in tokens.iter().map(String::as_str).chain([&token[..token.len() - 2]]) {
        let status = send(&node, post(path, token, &body)).await.status;
        assert!((400..500).contains(&status), "{token}: {status}");
    }
    let forged =
        Proof::sign(&bert.key, anna.kid.clone(), proof.payload.clone()).unwrap().to_compact();
    assert_eq!(send(&node, post(path, &forged, &body)).await.status, 401);
    let foreign =
        Proof::sign(&bert.key, bert.kid.clone(), proof.payload.clone()).unwrap().to_compact();
    let refused = send(&node, post(path, &foreign, &body)).await;
    assert!(matches!(refused.status, 401 | 403 | 409), "{}", refused.text());
    send(&node, Ask::new("POST", path).body(body.clone())).await.check(401);
    send(&node, post(path, &token, &body).header("mjn-proof", token.clone())).await.check(400);
    node.clock.pass(Duration::from_secs(301));
    let late = send(&node, post(path, &token, &body)).await.status;
    assert!(matches!(late, 400 | 401 | 409), "too old");
    assert_eq!(node.node.status(&anna.did).unwrap().unwrap().seq, 0);
}

#[tokio::test]
async fn hostile_json_is_a_clear_4xx() {
    let node = node().await;
    let (_, token) = Person::enter(&node, 1, None).await;
    let post = |body: Vec<u8>| {
        Ask::new("POST", "/profile/api/commands/profile.update").bearer(&token).body(body)
    };
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (body, status) in [
        (br#"{"bio":"a","bio":"b"}"#.to_vec(), 400),
        (b"{\"bio\":\"\xff\"}".to_vec(), 400),
        (format!(r#"{{"bio":{deep}}}"#).into_bytes(), 400),
        (b"{".to_vec(), 400),
        (br#"{"bio":1.5}"#.to_vec(), 400),
        (br#"{"bio":1e999}"#.to_vec(), 400),
        (br#"{"bio":"\ud800"}"#.to_vec(), 400),
        (br#"{"bio":"a","salt":{"/":{"bytes":"AAAA"}}}"#.to_vec(), 400),
        (br#"{"bio":{"/":"nonsense"}}"#.to_vec(), 400),
        (b"[]".to_vec(), 400),
        (vec![], 400),
        (vec![b' '; 3 << 20], 413),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let reply = send(&node, post(body.clone())).await;
        assert_eq!(reply.status, status, "{shown} {}", reply.text());
        assert!(reply.json()["error"].is_string());
        for name in ["challenge", "register", "authenticate"] {
            let ask = Ask::post(format!("/auth/api/{name}"), &json!(null)).body(body.clone());
            let status = send(&node, ask).await.status;
            assert!((400..500).contains(&status), "{shown} to {name}: {status}");
        }
    }
}

#[tokio::test]
async fn a_session_asks_and_the_node_vouches() {
    let node = node().await;
    let (_, token) = Person::enter(&node, 1, None).await;
    let command = |op: &str| format!("/auth/api/commands/{op}");
    let (update, body) = ("/profile/api/commands/profile.update", json!({"bio": "x"}));
    post(&node, update, &body, &token).await.check(201);
    for (op, body) in
        [("auth.delete", json!({"counts": {}})), ("auth.identity.update", json!({"token": "x"}))]
    {
        let refused = post(&node, command(op), &body, &token).await;
        assert_eq!(
            (refused.status, &refused.json()["type"]),
            (403, &json!("urn:imajin:problem:signature-required")),
            "{op}"
        );
    }
    post(&node, command("auth.node.claim"), &json!({}), &token).await.check(403);
    let register = json!({"key": "z", "home": {}, "scope": "actor"});
    post(&node, command("auth.identity.register"), &register, &token).await.check(403);
    post(&node, command("auth.nonsense"), &json!({}), &token).await.check(404);
}

#[tokio::test]
async fn an_owner_can_demand_signatures_for_everything() {
    let node = node().await;
    let (anna, token) = Person::enter(&node, 1, None).await;
    let demand = Write::new(&anna.did, "auth.settings.update").fact(json!({"require_signed": 1}));
    anna.write(&node, &demand).await.check(201);
    let update = "/profile/api/commands/profile.update";
    post(&node, update, &json!({"bio": "x"}), &token).await.check(403);
    anna.write(&node, &bio(&anna, "signed")).await.check(201);
}
