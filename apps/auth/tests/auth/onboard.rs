//! Tests of onboarding by mail and of the upgrade to own keys.

use imajin_host::prelude::*;

use crate::prelude::*;

const BOB: &str = "bob@example.com";

async fn ask(node: &TestNode, email: &str) -> Reply {
    node.post("/auth/api/onboard", &json!({ "email": email, "name": "Bob" })).await
}

/// Returns the tokens of the links in the queued mails, newest first.
fn tokens(node: &TestNode) -> Vec<String> {
    let token = |text: &str| {
        let (_, rest) = text.split_once("#token=").unwrap();
        rest.split(['&', '\n']).next().unwrap().to_owned()
    };
    node.node.mail().waiting().unwrap().iter().map(|mail| token(&mail.text)).collect()
}

async fn follow(node: &TestNode, token: &str) -> Reply {
    node.post("/auth/api/onboard/verify", &json!({ "token": token })).await
}

/// Comes in by a link in a letter: the session's token, and the DID.
pub(crate) async fn come_in(node: &TestNode, email: &str) -> (String, String) {
    ask(node, email).await.check(202);
    let reply = follow(node, &tokens(node)[0]).await.check(200);
    assert!(reply.header("set-cookie").unwrap().starts_with("imajin_session="));
    let (json, text) =
        (reply.json(), |value: &serde_json::Value| value.as_str().unwrap().to_owned());
    (text(&json["token"]), text(&json["identity"]["did"]))
}

#[tokio::test]
async fn a_link_lets_in_once_and_begins_an_identity_the_first_time() {
    let node = node_that_is(Registration::Invite).await;
    let (token, did) = come_in(&node, BOB).await;
    let session = get(&node, "/auth/api/session", &token).await.json();
    assert_members!(session, "tier": "soft", "name": "Bob", "did": did);
    assert_eq!(session["alias"], "did:email:bob_at_example.com");
    follow(&node, &tokens(&node)[0]).await.check_member(400, "field", "token");
    // The second time it is the same one, however the address is typed.
    let (token, again) = come_in(&node, "BOB@EXAMPLE.com").await;
    assert_eq!(again, did);
    // A guest's alias resolves for the guest only.
    let own = |alias: &str| Ask::get(format!("/auth/api/count?did={alias}")).bearer(&token);
    send(&node, own("did:email:bob_at_example.com")).await.check(200);
    send(&node, own("did:email:eve_at_example.com")).await.check(404);
}

async fn by_code(node: &TestNode, email: &str, code: &serde_json::Value) -> Reply {
    let body = json!({ "email": email, "code": code });
    node.post("/auth/api/onboard/code", &body).await
}

#[tokio::test]
async fn a_guest_gets_in_again_by_the_code_that_they_were_given() {
    let node = node_that_is(Registration::Invite).await;
    assert_eq!(ask(&node, BOB).await.status, 202);
    let first = follow(&node, &tokens(&node)[0]).await.json();
    let (code, did) = (first["code"].clone(), first["identity"]["did"].clone());
    assert!(code.is_string(), "{first}");
    let again = by_code(&node, "BOB@example.com", &code).await.check(200);
    assert_eq!(again.json()["identity"]["did"], did);
    assert!(again.json()["code"].is_null(), "shown once");
    let token = again.json()["token"].as_str().unwrap().to_owned();
    let session = send(&node, Ask::get("/auth/api/session").bearer(&token)).await.json();
    assert_eq!(session["role"], "guest");
    assert!(session["readmittedAt"].is_null(), "{session}");
    // A wrong code and an unknown address get the same answer.
    let wrong = by_code(&node, BOB, &json!("0000-0000-0000")).await;
    let nobody = by_code(&node, "eve@example.com", &code).await;
    assert_eq!((wrong.status, wrong.text()), (401, nobody.text()));
}

#[tokio::test]
async fn the_owner_is_never_a_guest_unseen() {
    let node = node_that_is(Registration::Invite).await;
    let (first, did) = come_in(&node, BOB).await;
    let did = imajin_protocol::Did::parse(&did).unwrap();
    let before = node.node.status(&did).unwrap().unwrap().seq;
    // The owner asks for a link to the guest's address, and reads it among the letters that are not sent.
    let (second, _) = come_in(&node, BOB).await;
    let entries = node.node.ledger().entries(&did, Some(before), 10).unwrap();
    let entered = imajin_log::Header::decode(&entries[0].header).unwrap();
    assert_eq!((entries.len(), entered.op.as_str()), (1, "auth.readmitted"));
    let session = |token: &str| Ask::get("/auth/api/session").bearer(token);
    assert_eq!(send(&node, session(&first)).await.status, 401, "ended");
    let body = send(&node, session(&second)).await.json();
    assert!(body["readmittedAt"].is_string(), "{body}");
}

/// Asks with an alias of an address and gives back the answer, with that alias taken out.
async fn answer(node: &TestNode, ask: Ask, alias: &str) -> (u16, String) {
    let reply = send(node, ask).await;
    (reply.status, reply.text().replace(alias, "ALIAS"))
}

#[tokio::test]
async fn nobody_finds_out_whether_an_address_is_known() {
    let node = node_that_is(Registration::Open).await;
    come_in(&node, BOB).await;
    let (_, eve) = person_and_token(&node).await;
    let existing = "did:email:bob_at_example.com";
    let unknown = "did:email:eva_at_example.com";
    let asks: [fn(&str) -> Ask; 12] = [
        |alias| Ask::get(format!("/auth/api/lookup/{alias}")),
        |alias| Ask::get(format!("/auth/api/head/{alias}")),
        |alias| Ask::get(format!("/auth/api/identity/{alias}")),
        |alias| Ask::get(format!("/auth/api/identity/{alias}/keys")),
        |alias| Ask::get(format!("/auth/api/identity/{alias}/chain")),
        |alias| Ask::get(format!("/auth/api/identity/{alias}/did.json")),
        |alias| Ask::get(format!("/profile/api/profile/{alias}")),
        |alias| Ask::get(format!("/auth/api/standing/{alias}")),
        |alias| Ask::get(format!("/auth/api/log/{alias}")),
        |alias| Ask::get(format!("/auth/api/count?did={alias}")),
        |alias| Ask::post("/auth/api/challenge", &json!({"id": alias})),
        |alias| Ask::post("/auth/api/login/challenge", &json!({"did": alias})),
    ];
    for ask in asks {
        for token in [None, Some(&eve)] {
            let with = |ask: Ask| ask.bearer_if(token);
            let (one, other) = (with(ask(existing)), with(ask(unknown)));
            let what = format!("{one:?}");
            let (known, other) =
                (answer(&node, one, existing).await, answer(&node, other, unknown).await);
            assert_eq!(known, other, "{what}");
        }
    }
}

#[tokio::test]
async fn an_address_names_its_person_to_them_and_to_the_owner_alone() {
    let node = node_that_is(Registration::Open).await;
    let owner = owner(&node, 5).await.sign_in(&node).await;
    let (bob, did) = come_in(&node, BOB).await;
    let (eve, _) = come_in(&node, "eve@example.com").await;
    let (_, member) = person_and_token(&node).await;
    let alias = "did:email:bob_at_example.com";
    for path in [
        "/auth/api/lookup/",
        "/auth/api/identity/",
        "/auth/api/identity/{}/did.json",
        "/auth/api/standing/",
        "/auth/api/head/",
        "/profile/api/profile/",
        "/auth/api/attestations?subject_did=",
    ] {
        let at = |name: &str| {
            if path.contains("{}") { path.replace("{}", name) } else { format!("{path}{name}") }
        };
        for token in [&bob, &owner] {
            let reply = get(&node, at(alias), token).await;
            let by_did = get(&node, at(&did), token).await;
            assert_eq!(reply.status, 200, "{path}: {}", reply.text());
            assert_eq!(reply.text(), by_did.text(), "{path}");
        }
        for ask in [
            Ask::get(at(alias)),
            Ask::get(at(alias)).bearer(&eve),
            Ask::get(at(alias)).bearer(&member),
        ] {
            let refused = send(&node, ask).await;
            assert!(matches!(refused.status, 401 | 404), "{path}: {}", refused.text());
            assert!(!refused.text().contains(&did), "{path}");
        }
    }
}

async fn person_and_token(node: &TestNode) -> (Person, String) {
    let eve = Person::new(77);
    assert_eq!(eve.register(node).await.status, 201);
    let token = eve.sign_in(node).await;
    (eve, token)
}

#[tokio::test]
async fn of_many_who_follow_one_link_one_gets_in() {
    let node = node_that_is(Registration::Open).await;
    assert_eq!(ask(&node, BOB).await.status, 202);
    let link = tokens(&node)[0].clone();
    let all = (0..16).map(|_| follow(&node, &link));
    let mut statuses = Vec::new();
    for reply in futures_all(all).await {
        statuses.push(reply.status);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
}

async fn futures_all<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut pinned: Vec<_> = all.map(Box::pin).collect();
    let mut done: Vec<Option<T>> = pinned.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        for (one, slot) in pinned.iter_mut().zip(&mut done) {
            if slot.is_none()
                && let std::task::Poll::Ready(value) = one.as_mut().poll(cx)
            {
                *slot = Some(value);
            }
        }
        if done.iter().all(Option::is_some) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done.into_iter().flatten().collect()
}

#[tokio::test]
async fn a_link_ends_after_a_quarter_of_an_hour_and_few_are_open_at_once() {
    let node = node_that_is(Registration::Open).await;
    for _ in 0..5 {
        // The caller cannot tell: the answer is always the same.
        assert_eq!(ask(&node, BOB).await.status, 202);
    }
    assert_eq!(tokens(&node).len(), 3);
    let link = tokens(&node)[0].clone();
    node.clock.pass(Duration::from_secs(15 * 60));
    assert_eq!(follow(&node, &link).await.status, 400);
    assert!(node.node.mail().waiting().unwrap().is_empty(), "nor does the letter wait any longer");
    for bad in ["", "bob", "bob@", "b@c\r\nBcc: d@e.f", "a@b.c, d@e.f"] {
        let reply = ask(&node, bad).await;
        assert_eq!((reply.status, &reply.json()["field"]), (400, &json!("email")), "{bad:?}");
    }
}

#[tokio::test]
async fn nobody_enters_an_address_without_its_link_and_a_closed_node_takes_nobody_in() {
    let node = node_that_is(Registration::Closed).await;
    assert_eq!(ask(&node, BOB).await.status, 202);
    let refused = follow(&node, &tokens(&node)[0]).await.check(403);
    assert!(refused.json()["type"].as_str().unwrap().ends_with("closed"), "{}", refused.text());
    let node = node_that_is(Registration::Open).await;
    let (token, _) = come_in(&node, BOB).await;
    let command =
        Ask::post("/auth/api/commands/auth.email.set", &json!({ "email": "eve@example.com" }));
    assert_eq!(send(&node, command.bearer(&token)).await.status, 403);
}

#[tokio::test]
async fn the_keys_become_ones_own_and_no_letter_lets_in_any_more() {
    let node = node_that_is(Registration::Open).await;
    let (token, did) = come_in(&node, BOB).await;
    let mut own = Person::new(77);
    own.begin_chain(node.node.now()).unwrap();
    let soft = imajin_protocol::Did::parse(&did).unwrap();
    let mut own_keys = own.upgrade(&node, &soft).unwrap();
    own_keys["encryptionKey"] = json!("09".repeat(32));
    let upgrade =
        |token: &str, ask: &serde_json::Value| Ask::post("/auth/api/upgrade", ask).bearer(token);
    assert_eq!(send(&node, upgrade(&token, &json!({ "log": ["nonsense"] }))).await.status, 422);
    let answer = send(&node, upgrade(&token, &own_keys)).await.check(200).json();
    assert_members!(answer, "did": did, "tier": "preliminary");
    assert_eq!(answer["log"].as_array().unwrap().len(), 2);
    // The sessions of before are over, and so is mail.
    get(&node, "/auth/api/session", &token).await.check(401);
    assert_eq!(ask(&node, BOB).await.status, 202);
    let refused = follow(&node, &tokens(&node)[0]).await.check(409);
    assert!(refused.json()["type"].as_str().unwrap().ends_with("own-key"));
    // The new key signs in and writes in the same log.
    own.did = imajin_protocol::Did::parse(&did).unwrap();
    own.kid = imajin_protocol::Kid::new(own.did.clone(), own.kid.key_id()).unwrap();
    let token = own.sign_in(&node).await;
    let write = Write::new(&own.did, "auth.settings.update").fact(json!({"require_signed": 1}));
    own.write(&node, &write).await.check(201);
    // An operation that requires the person's own key is not custodial any more.
    let command = Ask::post("/auth/api/commands/auth.delegation.end", &json!(null)).body("");
    assert_eq!(send(&node, command.bearer(&token)).await.status, 403);
    // Nobody keeps a key: there is nothing to upgrade any more.
    assert_eq!(send(&node, upgrade(&token, &own_keys)).await.status, 409);
}

#[tokio::test]
async fn nobody_makes_keys_their_own_that_they_do_not_have() {
    let node = node_that_is(Registration::Open).await;
    let (token, did) = come_in(&node, BOB).await;
    let soft = imajin_protocol::Did::parse(&did).unwrap();
    // Anna's chain is public.
    let anna = crate::support::person(&node, 1).await;
    let other = imajin_protocol::Did::from_key(&[6; 32]);
    let good = anna.upgrade(&node, &soft).unwrap();
    let for_other = anna.upgrade(&node, &other).unwrap();
    let name = good["signatures"].as_object().unwrap().keys().next().unwrap().clone();
    let eves = Person::new(79).sign_text("imajin:upgrade:1:");
    for (signatures, status) in
        [(json!({}), 400), (json!({ &name: eves }), 401), (for_other["signatures"].clone(), 401)]
    {
        let ask = json!({ "log": anna.log, "signatures": signatures });
        let reply = post(&node, "/auth/api/upgrade", &ask, &token).await;
        assert_eq!(reply.status, status, "{}", reply.text());
    }
    post(&node, "/auth/api/upgrade", &good, &token).await.check(200);
}

#[tokio::test]
async fn without_an_invite_a_key_of_ones_own_keeps_soft_rights() {
    let node = node_that_is(Registration::Invite).await;
    let (token, did) = come_in(&node, BOB).await;
    let mut own = Person::new(78);
    own.begin_chain(node.node.now()).unwrap();
    let soft = imajin_protocol::Did::parse(&did).unwrap();
    let ask = own.upgrade(&node, &soft).unwrap();
    let reply =
        post(&node, "/auth/api/upgrade", &ask, &token).await.check_member(200, "tier", "soft");
    own.did = imajin_protocol::Did::parse(reply.json()["did"].as_str().unwrap()).unwrap();
    own.kid = imajin_protocol::Kid::new(own.did.clone(), own.kid.key_id()).unwrap();
    let token = own.sign_in(&node).await;
    let owners = owner(&node, 1).await.sign_in(&node).await;
    let invite = post(&node, "/auth/api/invites", &json!({}), &owners).await.json();
    let used =
        |code: &str| Ask::post("/auth/api/invites/use", &json!({ "code": code })).bearer(&token);
    assert_eq!(send(&node, used("NO-SUCH")).await.status, 403);
    let reply = send(&node, used(invite["code"].as_str().unwrap())).await;
    reply.check_member(200, "tier", "preliminary");
}

#[tokio::test]
async fn an_upgrade_that_comes_again_needs_no_second_invite() {
    let node = node_that_is(Registration::Invite).await;
    let owners = owner(&node, 1).await.sign_in(&node).await;
    let invite = post(&node, "/auth/api/invites", &json!({}), &owners).await.json();
    let (token, did) = come_in(&node, BOB).await;
    // As far as an upgrade comes that stops after it used the invite.
    let used = json!({ "code": invite["code"] });
    post(&node, "/auth/api/invites/use", &used, &token).await.check(200);
    let mut own = Person::new(78);
    own.begin_chain(node.node.now()).unwrap();
    let mut ask = own.upgrade(&node, &Did::parse(&did).unwrap()).unwrap();
    ask["inviteCode"] = invite["code"].clone();
    post(&node, "/auth/api/upgrade", &ask, &token).await.check_member(200, "tier", "preliminary");
}

#[tokio::test]
async fn the_owner_reads_the_letters_where_none_are_sent_and_nobody_else_does() {
    let node = node_with(Config::default()).await;
    let owners = owner(&node, 1).await.sign_in(&node).await;
    let (token, _) = come_in(&node, BOB).await;
    let letters = |token: &str| Ask::get("/auth/api/mail").bearer(token);
    assert_eq!(send(&node, letters(&token)).await.status, 403);
    let reply = send(&node, letters(&owners)).await.json();
    assert_eq!((&reply["mailed"], &reply["letters"][0]["to"]), (&json!(false), &json!(BOB)));
    assert_has!(reply["letters"][0]["text"].as_str().unwrap(), "/mail#token=");
}

#[tokio::test]
async fn who_leaves_leaves_no_address_behind() {
    let node = node_that_is(Registration::Open).await;
    let (token, _) = come_in(&node, "canary.address@example.com").await;
    assert_eq!(ask(&node, "canary.address@example.com").await.status, 202);
    let plan = get(&node, "/auth/api/delete", &token).await.json();
    assert!(plan["text"].as_str().unwrap().contains("1 email address"), "{plan}");
    post(&node, "/auth/api/delete", &plan["body"], &token).await.check(201);
    node.get("/auth/api/lookup/did:email:canary.address_at_example.com").await.check(404);
    let folder = node.stop().await.unwrap();
    let mut folders = vec![folder.path().to_owned()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                let has_canary = bytes.windows(14).any(|window| window == b"canary.address");
                assert!(!has_canary, "the address is still in {}", path.display());
            }
        }
    }
}

#[tokio::test]
async fn nobody_becomes_a_guest_of_a_box_without_an_owner() {
    let node = node_with(Config::default()).await;
    ask(&node, BOB).await.check_member(403, "type", "urn:imajin:problem:unclaimed");
    owner(&node, 1).await;
    assert_eq!(ask(&node, BOB).await.status, 202);
}
