//! Tests of the e-mail address that a person with their own keys gives.

use imajin_host::mail::{MailConfig, MailSecurity};
use imajin_host::prelude::*;

use crate::onboard::come_in;
use crate::prelude::*;

/// A node whose mail server never answers: its letters wait.
async fn node_with_mail() -> TestNode {
    let mail = MailConfig {
        server: "127.0.0.1".to_owned(),
        port: 1,
        security: MailSecurity::None,
        from: "box@example.org".to_owned(),
        ..MailConfig::default()
    };
    node_with(Config { mail, ..open_config() }).await
}

async fn give(node: &TestNode, token: &str, email: &str) -> Reply {
    let ask = Ask::post("/auth/api/email", &json!({ "email": email }));
    send(node, ask.bearer(token)).await
}

async fn confirm(node: &TestNode, token: &str, link: &str) -> Reply {
    let ask = Ask::post("/auth/api/email/confirm", &json!({ "token": link }));
    send(node, ask.bearer(token)).await
}

/// The token of the newest letter to an address.
fn link(node: &TestNode, to: &str) -> String {
    let letters = node.node.mail().waiting().unwrap();
    let letter = letters.iter().find(|letter| letter.to == to).unwrap();
    let (before, rest) = letter.text.split_once("#token=").unwrap();
    assert!(before.ends_with("/settings/email"), "{}", letter.text);
    rest.split(['&', '\n']).next().unwrap().to_owned()
}

fn address(node: &TestNode, did: &Did) -> Option<String> {
    node.node.address(did).unwrap()
}

#[tokio::test]
async fn an_address_counts_once_its_person_follows_the_link_and_signs_nobody_in() {
    let (node, [ada, eve]) = populated(node_with_mail(), [1, 2], person).await;
    let token = ada.sign_in(&node).await;
    let eves = eve.sign_in(&node).await;
    assert_eq!(give(&node, &token, "nonsense").await.status, 400);
    give(&node, &token, "Ada@Example.com").await.check(202);
    let first = link(&node, "ada@example.com");
    assert_eq!(address(&node, &ada.did), None, "before it is proved");
    // Another person's session, and signing in, do nothing with it, and don't use it up.
    assert_eq!(confirm(&node, &eves, &first).await.status, 400);
    let sign_in = Ask::post("/auth/api/onboard/verify", &json!({ "token": first }));
    assert_eq!(send(&node, sign_in).await.status, 400);
    confirm(&node, &token, &first).await.check_member(200, "email", "ada@example.com");
    assert_eq!(address(&node, &ada.did).as_deref(), Some("ada@example.com"));
    assert_eq!(confirm(&node, &token, &first).await.status, 400, "once");
    // Another one takes its place.
    give(&node, &token, "countess@example.com").await.check(202);
    assert_eq!(confirm(&node, &token, &link(&node, "countess@example.com")).await.status, 200);
    assert_eq!(address(&node, &ada.did).as_deref(), Some("countess@example.com"));
    // Nobody else has it then.
    node.node.mail().forget_blocking("countess@example.com").unwrap();
    assert_eq!(give(&node, &eves, "countess@example.com").await.status, 202);
    let eves_link = link(&node, "countess@example.com");
    confirm(&node, &eves, &eves_link).await.check_member(409, "reason", "taken");
    // A few links are open at once.
    let mut statuses = Vec::new();
    for n in 0..4 {
        let reply = give(&node, &eves, &format!("eve{n}@example.com")).await;
        statuses.push(reply.status);
    }
    assert_eq!(statuses, [202, 202, 202, 429]);
}

#[tokio::test]
async fn who_signs_in_by_mail_and_a_box_without_a_server_say_why_not() {
    let node = node_that_is(Registration::Open).await;
    let (_, token) = Person::enter(&node, 1, None).await;
    let refused = give(&node, &token, "ada@example.com").await;
    refused.check_member(409, "type", "urn:imajin:problem:no-mail");
    let (guest, _) = come_in(&node, "bob@example.com").await;
    assert!([403, 409].contains(&give(&node, &guest, "other@example.com").await.status));
    // A bare key has no chain: a letter would let its person in.
    let bare = Person::new(9);
    bare.register(&node).await;
    let token = bare.sign_in(&node).await;
    let refused = give(&node, &token, "bare@example.com").await;
    refused.check_member(409, "type", "urn:imajin:problem:own-key");
}
