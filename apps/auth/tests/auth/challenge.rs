use imajin_host::Limits;
use imajin_protocol::presence;
use serde_json::Value;

use crate::prelude::*;

async fn challenge(node: &imajin_edge::testing::TestNode, person: &Person) -> Value {
    node.post("/auth/api/challenge", &json!({"id": person.did})).await.check(200).json()
}

fn answer(person: &Person, challenge: &Value) -> Value {
    let signature = person.sign_text(challenge["challenge"].as_str().unwrap());
    json!({"id": person.did, "challengeId": challenge["challengeId"], "signature": signature})
}

#[tokio::test]
async fn a_signature_over_the_text_is_a_session() {
    let (node, [anna]) = populated(node(), [1], person).await;
    let challenge = challenge(&node, &anna).await;
    assert!(challenge["challengeId"].as_str().unwrap().starts_with("ch_"));
    let text = challenge["challenge"].as_str().unwrap();
    assert_eq!(presence::check(text, node.node.did(), &node.address.to_string()), Ok(()));
    assert_eq!(challenge["expiresAt"], "2026-11-20T10:05:00.000Z");
    let reply = node.post("/auth/api/authenticate", &answer(&anna, &challenge)).await.check(200);
    let body = reply.json();
    assert_eq!(body["expiresAt"], "2026-11-21T10:00:00.000Z");
    assert_members!(body["identity"], "id": anna.did, "tier": "preliminary");
    let cookie = reply.header("set-cookie").unwrap();
    assert_has!(cookie, "HttpOnly", "SameSite=Lax");
    assert!(cookie.starts_with("imajin_session=") && !cookie.contains("Secure"));
}

#[tokio::test]
async fn a_challenge_is_used_once_and_not_late_and_not_by_others() {
    let (node, [anna, bert]) = populated(node(), [1, 2], person).await;
    let first = challenge(&node, &anna).await;
    let right = Ask::post("/auth/api/authenticate", &answer(&anna, &first));
    assert_eq!(send(&node, right.clone()).await.status, 200);
    send(&node, right).await.check_member(400, "field", "challengeId");

    let second = challenge(&node, &anna).await;
    node.post("/auth/api/authenticate", &answer(&bert, &second)).await.check(401);
    let third = challenge(&node, &anna).await;
    let mut wrong = answer(&anna, &third);
    wrong["signature"] = json!(bert.sign_text(third["challenge"].as_str().unwrap()));
    node.post("/auth/api/authenticate", &wrong).await.check(401);
    let burnt = node.post("/auth/api/authenticate", &answer(&anna, &third)).await;
    assert_eq!(burnt.status, 400, "a wrong answer uses it up");

    let late = challenge(&node, &anna).await;
    node.clock.pass(Duration::from_secs(300));
    node.post("/auth/api/authenticate", &answer(&anna, &late)).await.check(400);
}

#[tokio::test]
async fn the_wall_clock_does_not_end_a_challenge() {
    let (node, [anna]) = populated(node(), [1], person).await;
    let challenge = challenge(&node, &anna).await;
    node.clock.jump(3_600_000);
    node.post("/auth/api/authenticate", &answer(&anna, &challenge)).await.check(200);
}

#[tokio::test]
async fn by_handle_in_two_steps() {
    let (node, [anna]) = populated(node(), [1], person).await;
    let write = imajin_edge::testing::Write::new(&anna.did, "profile.handle.claim")
        .body(imajin_dfos::Value::map([("handle", imajin_dfos::Value::from("anna"))]));
    assert_eq!(anna.write(&node, &write).await.status, 201);
    let reply = node
        .post("/auth/api/login/challenge", &json!({"handle": "anna"}))
        .await
        .check_member(200, "did", json!(anna.did));
    let mut verify = answer(&anna, &reply.json());
    verify.as_object_mut().unwrap().remove("id");
    let reply = node.post("/auth/api/login/verify", &verify).await;
    assert_eq!((reply.status, &reply.json()["identity"]["handle"]), (200, &json!("anna")));
    node.post("/auth/api/login/challenge", &json!({"handle": "nobody"})).await.check(404);
    node.post("/auth/api/login/challenge", &json!({})).await.check(400);
}

#[tokio::test]
async fn other_forms_of_the_did_are_the_same_person() {
    let (node, [anna]) = populated(node(), [1], person).await;
    let dfos = anna.chain.as_ref().unwrap().did().to_string();
    let key = imajin_dfos::PublicKey::from_hex(&anna.public_key()).unwrap();
    let mjn = format!("did:mjn:{}", key.to_multikey());
    for id in [dfos, mjn] {
        let reply = node.post("/auth/api/challenge", &json!({"id": id})).await;
        assert_eq!((reply.status, &reply.json()["did"]), (200, &json!(anna.did)), "{id}");
    }
}

/// Makes the text to sign from a challenge's text and nonce.
type TextMaker<'m> = &'m dyn Fn(&str, &str) -> String;

/// Answers a challenge with a signature over the text from `made`, and returns the HTTP status.
async fn signed(
    node: &imajin_edge::testing::TestNode,
    person: &Person,
    made: TextMaker<'_>,
) -> u16 {
    let challenge = challenge(node, person).await;
    let text = challenge["challenge"].as_str().unwrap();
    let signature = person.sign_text(&made(text, text.rsplit(':').next().unwrap()));
    let answer = json!({
        "id": person.did, "challengeId": challenge["challengeId"], "signature": signature,
    });
    node.post("/auth/api/authenticate", &answer).await.status
}

#[tokio::test]
async fn a_node_accepts_no_other_form_of_challenge() {
    let (node, [anna]) = populated(node(), [1], person).await;
    let earlier = challenge(&node, &anna).await;
    let earlier = earlier["challenge"].as_str().unwrap();
    let (did, host) = (node.node.did(), node.address.to_string());
    let other = imajin_protocol::Did::from_key(&[5; 32]);
    let unchanged = signed(&node, &anna, &|text, _| text.to_owned()).await;
    assert_eq!(unchanged, 200, "the challenge as it came");
    let forms: [(&str, TextMaker<'_>); 7] = [
        ("random digits alone", &|_, nonce| nonce.to_owned()),
        ("nothing", &|_, _| String::new()),
        ("without what it is for", &|text, _| text.replacen(presence::CHALLENGE_PREFIX, "", 1)),
        ("another version", &|text, _| text.replacen(":1:", ":2:", 1)),
        ("another node", &|_, nonce| presence::challenge(&other, &host, nonce)),
        ("another host", &|_, nonce| presence::challenge(did, "evil.example", nonce)),
        ("an earlier challenge", &|_, _| earlier.to_owned()),
    ];
    for (what, made) in forms {
        assert_eq!(signed(&node, &anna, made).await, 401, "{what}");
    }
}

#[tokio::test]
async fn a_challenge_names_the_host_that_the_client_talks_to_and_is_answered_there() {
    let config = Config { hosts: vec!["imajin.local".to_owned()], ..Config::default() };
    let (node, [anna]) = populated(node_with(config), [1], person).await;
    let id = json!({"id": anna.did});
    let port = node.address.port();
    let at = |name: &str| format!("{name}:{port}");
    for (said, named) in [
        (at("Imajin.Local"), at("imajin.local")),
        ("imajin.local:80".to_owned(), "imajin.local".to_owned()),
        (at("auth.imajin.local."), at("auth.imajin.local")),
        ("auth.imajin.local".to_owned(), "auth.imajin.local".to_owned()),
        ("auth.imajin.local:80".to_owned(), "auth.imajin.local".to_owned()),
        (at("[::1]"), at("[::1]")),
        (at("localhost"), at("localhost")),
    ] {
        let (said, named) = (said.as_str(), named.as_str());
        let challenge = send(&node, Ask::post("/auth/api/challenge", &id).host(said)).await;
        let text = challenge.json()["challenge"].as_str().unwrap().to_owned();
        assert_eq!(presence::check(&text, node.node.did(), named), Ok(()), "{said}");
        let answer = answer(&anna, &challenge.json());
        let elsewhere = node.post("/auth/api/authenticate", &answer).await;
        assert_eq!(elsewhere.status, 401, "given at {said}: {}", elsewhere.text());
    }
    // Another machine that relays is reached by its own address, another program of this machine at its own port: no
    // challenge of this node names either.
    let next = port ^ 1;
    for host in [
        "203.0.113.7",
        &at("203.0.113.7"),
        &at("192.168.1.4"),
        "[2001:db8::1]",
        &format!("127.0.0.1:{next}"),
        "127.0.0.1",
        &format!("[::1]:{next}"),
        &format!("localhost:{next}"),
        &format!("imajin.local:{next}"),
        &format!("auth.imajin.local:{next}"),
        "auth.localhost",
    ] {
        for path in ["/auth/api/challenge", "/auth/api/login/challenge"] {
            let body = json!({"id": anna.did, "did": anna.did});
            let reply = send(&node, Ask::post(path, &body).host(host)).await;
            assert_eq!(reply.status, 421, "{host}: {}", reply.text());
        }
    }
    send(&node, Ask::post("/auth/api/challenge", &id).host("evil.example")).await.check(421);
}

#[tokio::test]
async fn nobody_signs_in_with_a_key_over_plain_http_from_another_machine() {
    let limits = Limits {
        trusted_proxies: vec![std::net::IpAddr::from([127, 0, 0, 1])],
        ..Limits::default()
    };
    let config = Config { limits, ..Config::default() };
    let (node, [anna]) = populated(node_with(config), [1], person).await;
    for (proto, status) in [("http", 403), ("https", 200)] {
        for (ask, verify) in [("challenge", "authenticate"), ("login/challenge", "login/verify")] {
            let from = |path: &str, body: &Value| {
                Ask::post(format!("/auth/api/{path}"), body)
                    .header("x-forwarded-for", "192.0.2.7")
                    .header("x-forwarded-proto", proto)
            };
            let challenge = send(&node, from(ask, &json!({"id": anna.did, "did": anna.did}))).await;
            let reply = send(&node, from(verify, &answer(&anna, &challenge.json()))).await;
            assert_eq!(reply.status, status, "{proto} {verify}: {}", reply.text());
        }
    }
}

#[tokio::test]
async fn no_page_of_another_site_sets_the_cookie() {
    let (node, [anna]) = populated(node(), [1], person).await;
    let own = format!("http://{}", node.address);
    for path in ["authenticate", "login/verify", "onboard/verify", "onboard/code", "upgrade"] {
        let body = json!({"id": anna.did, "challengeId": "ch_x", "signature": "00", "token": "x", "log": []});
        let ask = |kind: &str| {
            Ask::new("POST", format!("/auth/api/{path}"))
                .body(body.to_string())
                .header("content-type", kind)
                .bearer("none")
        };
        let status = async |ask: Ask| send(&node, ask).await.status;
        let here = status(ask("application/json").header("origin", &own)).await;
        assert!(matches!(here, 400 | 401), "{path}: {here}");
        if path == "upgrade" {
            // A caller without a session hears about that first.
            continue;
        }
        assert_eq!(status(ask("text/plain")).await, 415, "{path}");
        for origin in [own.replace("http://", "https://").as_str(), "http://evil.example", "null"] {
            let ask = ask("application/json").header("origin", origin);
            assert_eq!(status(ask).await, 403, "{path} from {origin}");
        }
    }
}

#[tokio::test]
async fn a_client_signs_in_at_the_services_own_name_with_and_without_a_port() {
    let config = Config {
        hosts: vec!["imajin.local".to_owned(), "box.example:8443".to_owned()],
        ..Config::default()
    };
    let (node, [anna]) = populated(node_with(config), [1], person).await;
    let with_port = format!("auth.imajin.local:{}", node.address.port());
    for host in ["auth.imajin.local", &with_port, "auth.box.example:8443"] {
        let ask = Ask::post("/api/challenge", &json!({"id": anna.did})).host(host);
        let challenge = send(&node, ask).await;
        assert_eq!(challenge.status, 200, "{host}: {}", challenge.text());
        let text = challenge.json()["challenge"].as_str().unwrap().to_owned();
        assert_eq!(presence::check(&text, node.node.did(), host), Ok(()));
        let answer = Ask::post("/api/authenticate", &answer(&anna, &challenge.json())).host(host);
        let reply = send(&node, answer.clone()).await;
        assert_eq!(reply.status, 200, "{host}: {}", reply.text());
        // The session's cookie is for this name alone, and pages of another name can't sign in here.
        let cookie = reply.header("set-cookie").unwrap();
        assert!(!cookie.contains("Domain"), "{cookie}");
        let foreign = answer.header("origin", "http://imajin.local");
        assert_eq!(send(&node, foreign).await.status, 403, "{host}");
    }
}
