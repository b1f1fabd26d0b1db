//! Tests the table of capabilities by tier (imajin_protocol::tier): every capability for a person of every tier, and
//! over HTTP where this service checks it.

use imajin_protocol::identity::Tier;
use imajin_protocol::tier::{CAPABILITIES, Capability};

use crate::prelude::*;

async fn people(node: &TestNode) -> [(Tier, Person); 3] {
    let soft = Person::new(31);
    assert_eq!(soft.register(node).await.status, 201);
    soft.sign_in(node).await;
    [
        (Tier::Soft, soft),
        (Tier::Preliminary, person(node, 32).await),
        // The owner is established from the start; how others become so is tested with the attestations.
        (Tier::Established, owner(node, 33).await),
    ]
}

#[tokio::test]
async fn everybody_may_what_their_tier_may_and_nothing_else() {
    let node = node_that_is(Registration::Open).await;
    for (tier, somebody) in people(&node).await {
        assert_eq!(node.node.tier(&somebody.did).unwrap(), tier);
        for (capability, needed) in CAPABILITIES {
            let permission = node.node.require(&somebody.did, *capability);
            assert_eq!(permission.is_ok(), tier >= *needed, "{capability:?} by {tier:?}");
            if let Err(problem) = permission {
                assert_eq!(problem.status().as_u16(), 403);
                let words = problem.detail();
                assert!(words.contains(capability.words()) && words.contains("missing"), "{words}");
            }
        }
    }
    let nobody = Did::from_key(&[9; 32]);
    let allowed = CAPABILITIES.iter().filter(|row| node.node.require(&nobody, row.0).is_ok());
    assert!(allowed.clone().all(|row| row.1 == Tier::Soft), "{:?}", allowed.collect::<Vec<_>>());
}

/// Routes of this service that ask the table, with what they ask for and a request that gets so far.
fn gated(who: &Person, node: &TestNode) -> Vec<(Capability, Ask)> {
    let attest = |kind: &str| {
        let at = node.node.now().as_millis();
        let signed = json!({
            "subject_did": node.node.did(), "type": kind, "context_id": null, "context_type": null, "payload": null, "issued_at": at,
        });
        let mut ask = signed.clone();
        ask["signature"] = json!(who.sign_text(&imajin_protocol::jcs::to_string(&signed)));
        Ask::post("/auth/api/attestations", &ask)
    };
    vec![
        (Capability::Invite, Ask::post("/auth/api/invites", &json!({}))),
        (Capability::Invite, Ask::get("/auth/api/invites")),
        (Capability::Invite, Ask::new("DELETE", "/auth/api/invites/NONE")),
        (Capability::Vouch, attest("vouch")),
        (Capability::Attest, attest("something.else")),
        (Capability::Warn, attest("flag.yellow")),
        (Capability::Connect, attest("connection.accepted")),
    ]
}

#[tokio::test]
async fn over_http_the_table_is_what_answers() {
    let node = node_that_is(Registration::Open).await;
    for (tier, somebody) in people(&node).await {
        let token = somebody.sign_in(&node).await;
        for (capability, ask) in gated(&somebody, &node) {
            let reply = send(&node, ask.bearer(&token)).await;
            let problem: Json = reply.json();
            let refused = problem["type"] == "urn:imajin:problem:tier";
            // People with a chain sign; that they must is another answer, given before or after.
            let unsigned = reply.status == 403
                && !refused
                && problem["type"].as_str().is_some_and(|kind| kind.contains("sign"));
            assert!(
                unsigned || refused != capability.is_for(tier),
                "{capability:?} by {tier:?}: {} {problem}",
                reply.status
            );
            if refused {
                assert_eq!(problem["needed"], json!(capability.tier()));
            }
        }
    }
}
