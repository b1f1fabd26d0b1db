//! Agents, apps and devices act within what was given to them, and no further.

use imajin_e2e::{Node, Person};
use imajin_node::client::{ClientError, Draft, Receipt, Signer};
use imajin_node::key::PersonKey;
use serde_json::{Value as Json, json};

struct Agent {
    signer: Signer,
    delegation: Receipt,
}

/// A month from now: a delegation lasts a year at most.
fn soon(ada: &Person) -> String {
    let now = ada.client.node().unwrap().time;
    now.checked_add_millis(30 * 24 * 3600 * 1000)
        .unwrap()
        .to_string()
}

fn delegate(ada: &Person, more: &Json) -> Agent {
    let key = PersonKey::generate().unwrap();
    let mut body = json!({ "key": key.public().to_multikey(), "scope": ["profile.update"], "until": soon(ada) });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let delegation = ada.put("auth", "auth.delegation.create", &body).unwrap();
    Agent {
        signer: Signer::delegate(ada.key.did().clone(), &key).unwrap(),
        delegation,
    }
}

fn act(ada: &Person, agent: &Agent, op: &str, body: Json) -> Result<Receipt, ClientError> {
    let service = op.split('.').next().unwrap();
    ada.client
        .submit(&agent.signer, &Draft::new(service, op).body(&body)?)
}

fn assert_refused(outcome: Result<Receipt, ClientError>, what: &str) {
    let error = outcome.expect_err(what);
    assert!(
        error
            .status()
            .is_some_and(|status| (400..500).contains(&status)),
        "{what}: {error}"
    );
}

#[test]
fn a_delegate_stays_within_its_scope_time_and_uses() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(&folder.path().join("data"));
    let ada = Person::new(&node.url);
    let agent = delegate(&ada, &json!({}));
    act(
        &ada,
        &agent,
        "profile.update",
        json!({ "bio": "by an agent" }),
    )
    .unwrap();
    assert_refused(
        act(
            &ada,
            &agent,
            "profile.handle.claim",
            json!({ "handle": "agent" }),
        ),
        "out of scope",
    );
    let more = json!({ "key": ada.key.public().to_multikey(), "scope": ["profile.*"], "until": soon(&ada) });
    assert_refused(
        act(&ada, &agent, "auth.delegation.create", more),
        "a delegate delegates",
    );

    let wide = delegate(&ada, &json!({ "scope": ["auth.*", "profile.*"] }));
    assert_refused(
        act(&ada, &wide, "auth.delete", json!({ "counts": {} })),
        "whatever the scope says",
    );

    let once = delegate(&ada, &json!({ "uses": 1 }));
    act(&ada, &once, "profile.update", json!({ "bio": "once" })).unwrap();
    assert_refused(
        act(&ada, &once, "profile.update", json!({ "bio": "twice" })),
        "used up",
    );

    let end = Draft::new("auth", "auth.delegation.end")
        .reference(&agent.delegation.cid)
        .unwrap();
    ada.client.submit(&ada.signer, &end).unwrap();
    assert_refused(
        act(
            &ada,
            &agent,
            "profile.update",
            json!({ "bio": "after the end" }),
        ),
        "ended",
    );
}

#[test]
fn a_delegation_that_is_over_or_was_never_given_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(&folder.path().join("data"));
    let ada = Person::new(&node.url);
    let over = json!({ "key": PersonKey::generate().unwrap().public().to_multikey(), "scope": ["profile.*"], "until": "2020-01-01T00:00:00.000Z" });
    let refused = ada.put("auth", "auth.delegation.create", &over);
    if refused.is_ok() {
        let agent = delegate(&ada, &json!({ "until": "2020-01-01T00:00:00.000Z" }));
        assert_refused(
            act(&ada, &agent, "profile.update", json!({ "bio": "late" })),
            "expired",
        );
    }
    let stranger = PersonKey::generate().unwrap();
    let signer = Signer::delegate(ada.key.did().clone(), &stranger).unwrap();
    let place = ada.client.place(ada.key.did(), &ada.key.kid()).unwrap();
    let draft = Draft::new("profile", "profile.update")
        .body(&json!({ "bio": "stranger" }))
        .unwrap();
    let signed = signer
        .sign_at(&draft, &place.node, place.seen, None, None, place.time)
        .unwrap();
    assert_refused(ada.client.send_signed_once(&signed, &[]), "never given");
}
