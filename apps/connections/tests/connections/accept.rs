use imajin_app::{HomeCards, Lang};
use imajin_edge::testing::{Ask, each, populated};
use serde_json::json;

use crate::support::{close, connect, node, owner, somebody, statement};

/// The acceptance enters the connection and the attestation in both logs in one operation, and so does the
/// confirmation.
#[tokio::test]
async fn two_are_connected_in_one_operation() {
    let node = node().await;
    let (olga, bob) = (owner(&node, 1).await, somebody(&node, 2).await);
    let invites = json!({ "maxUses": 2, "vouch": true });
    let invite = olga.ask(&node, "POST", "/connections/api/invites", invites).await.json();
    let reply = bob.accepts(&node, &olga, &invite).await.check(201);
    assert_eq!(json!(reply.logs()), json!([bob.did(), bob.did(), olga.did(), olga.did()]));
    assert_eq!(olga.distance(&node, &bob).await, json!(1));
    assert_eq!(bob.distance(&node, &olga).await, json!(1));
    let link = olga.link(&node, &bob).await;
    assert_members!(link, "toConfirm": true, "invited": true);
    assert_eq!(bob.link(&node, &olga).await["toConfirm"], false);
    let pending = format!("/auth/api/attestations/{}", link["attestation"].as_str().unwrap());
    assert_eq!(bob.get(&node, &pending).await.json()["attestationStatus"], "pending");

    let kinds = ["connection.invited", "vouch"];
    let write = olga.confirmation(&node, &bob, &kinds).await;
    // Bob cannot confirm for her, and a statement about something else is none.
    let mut other = write.clone();
    other.reference = Some(statement(&node, &olga.person, bob.did(), "vouch", "x").1);
    assert_eq!(olga.person.write(&node, &other).await.status, 404);
    let twice = olga.confirmation(&node, &bob, &["vouch", "vouch"]).await;
    assert_eq!(olga.person.write(&node, &twice).await.status, 400);
    olga.person.write(&node, &write).await.check(201);
    assert_eq!(olga.person.write(&node, &write).await.status, 409);
    assert_eq!(olga.link(&node, &bob).await["toConfirm"], false);
    assert_eq!(bob.get(&node, &pending).await.json()["attestationStatus"], "bilateral");
    let path = format!("/auth/api/attestations?subject_did={}", bob.did());
    let about_bob = bob.get(&node, &path).await.json();
    let attestations = about_bob["attestations"].as_array().unwrap().iter();
    let mut kinds: Vec<_> = attestations.map(|said| said["type"].as_str().unwrap()).collect();
    kinds.sort();
    assert_eq!(kinds, ["connection.invited", "vouch"]);
    close(node).await;
}

#[tokio::test]
async fn only_with_the_code_and_only_once() {
    let (node, [ada, bob, eve]) = populated(node(), [1, 2, 3], somebody).await;
    let invite = ada.invites(&node, 1).await;
    let id = invite["id"].as_str().unwrap();
    let code = invite["code"].as_str().unwrap();
    let write = bob.acceptance(&node, ada.did(), id);
    // Without the code, with another invitation's, with a name that is not the code's.
    assert_eq!(bob.person.write(&node, &write).await.status, 403);
    let other = eve.invites(&node, 1).await;
    bob.accept_with(&node, &write, other["code"].as_str().unwrap()).await.check(403);
    bob.accept_with(&node, &write, "0000-0000-0000").await.check(404);
    // The caller cannot accept their own invitation, nor without a signature over the right attestation.
    let own = ada.acceptance(&node, ada.did(), id);
    assert_eq!(ada.accept_with(&node, &own, code).await.status, 400);
    let mut wrong = bob.acceptance(&node, ada.did(), id);
    let (body, cid) = statement(&node, &bob.person, ada.did(), "connection.invited", id);
    (wrong.body, wrong.reference) = (Some(body), Some(cid));
    assert_eq!(bob.accept_with(&node, &wrong, code).await.status, 400);
    let mut forged = bob.acceptance(&node, ada.did(), id);
    let (body, cid) = statement(&node, &bob.person, ada.did(), "connection.accepted", id);
    let mut body = body;
    body.as_map_mut().unwrap().insert("signature".into(), "ab".repeat(64).into());
    (forged.body, forged.reference) = (Some(body), Some(cid));
    let reply = bob.accept_with(&node, &forged, code).await;
    reply.check_member(400, "type", "urn:imajin:problem:attestation-signature");
    let mut silent = bob.acceptance(&node, ada.did(), id);
    silent.to.clear();
    assert_eq!(bob.accept_with(&node, &silent, code).await.status, 400);
    assert!(bob.distance(&node, &ada).await.is_null());

    // A repeated request gets the same answer.
    let ask = bob.person.ask(&node, &write).await.unwrap().header("x-imajin-invite", code);
    let first = node.send(ask.clone()).await;
    let again = node.send(ask).await;
    assert_eq!((first.status, again.status), (201, 200), "{} {}", first.text(), again.text());
    assert_eq!(first.json()["cid"], again.json()["cid"]);
    assert_eq!(bob.accepts(&node, &ada, &invite).await.status, 409);
    assert_eq!(eve.accepts(&node, &ada, &invite).await.status, 410);
    close(node).await;
}

/// The route that existing clients know says what is to be signed, and takes it.
#[tokio::test]
async fn by_the_typed_route() {
    let (node, [ada, bob]) = populated(node(), [1, 2], somebody).await;
    let invite = ada.invites(&node, 1).await;
    let path = format!("/connections/api/invites/{}/accept", invite["code"].as_str().unwrap());
    let sign = bob.ask(&node, "POST", &path, json!({})).await.check(403).json()["sign"].clone();
    assert_members!(sign, "op": "connections.accept", "to": [ada.did()]);
    assert_members!(sign["attestation"], "context_id": invite["id"]);
    let write = bob.acceptance(&node, ada.did(), invite["id"].as_str().unwrap());
    assert_eq!(&sign["fact"], write.fact.as_ref().unwrap());
    assert_members!(sign, "ref": write.reference);
    let (proof, body) = bob.person.sign(&node, &write).await.unwrap();
    let body = imajin_dfos::cbor::to_dag_json(&body.unwrap()).unwrap();
    let ask = Ask::post(&path, &body).bearer(&bob.token).header("mjn-proof", proof.to_compact());
    assert_eq!(node.send(ask).await.check(200).json()["did"], json!(ada.did()));
    close(node).await;
}

/// An invitation is never accepted more often than permitted, under any concurrency.
#[tokio::test]
async fn never_more_than_it_is_for() {
    let (node, [olga]) = populated(node(), [1], owner).await;
    let invite = olga.invites(&node, 3).await;
    let mut people = Vec::new();
    for seed in 10..18 {
        people.push(somebody(&node, seed).await);
    }
    let mut asks = Vec::new();
    for person in &people {
        let write = person.acceptance(&node, olga.did(), invite["id"].as_str().unwrap());
        let ask = person.person.ask(&node, &write).await.unwrap();
        asks.push(ask.header("x-imajin-invite", invite["code"].as_str().unwrap()));
    }
    let address = node.address;
    let sent: Vec<_> = asks
        .into_iter()
        .map(|ask| tokio::spawn(async move { ask.send(address).await.unwrap().status }))
        .collect();
    let mut statuses = Vec::new();
    for one in sent {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 201, 201, 410, 410, 410, 410, 410]);
    let list = olga.get(&node, "/connections/api/connections?limit=2").await.json();
    assert_eq!((&list["total"], list["connections"].as_array().unwrap().len()), (&json!(3), 2));
    connect(&node, &people[0], &people[7]).await;
    close(node).await;
}

/// The box keeps a guest's key, and a connection requires the person's own key: the pages say so in advance.
#[tokio::test]
async fn guests_are_told_how_to_get_a_key_of_their_own_where_connecting_needs_one() {
    let node = node().await;
    let (olga, bob) = (owner(&node, 1).await, somebody(&node, 2).await);
    let invite = olga.invites(&node, 1).await;
    let accept = format!("/connections/invite/{}", invite["code"].as_str().unwrap());
    let ask = Ask::post("/auth/api/onboard", &json!({"email": "fan@example.org"}));
    assert_eq!(node.send(ask).await.status, 202);
    let letters = olga.get(&node, "/auth/api/mail").await.json();
    let text = letters["letters"][0]["text"].as_str().unwrap();
    let (_, token) = text.split_once("#token=").unwrap();
    let token = token.split_whitespace().next().unwrap();
    let ask = Ask::post("/auth/api/onboard/verify", &json!({"token": token}));
    let session = node.send(ask).await.json()["token"].clone();
    for (path, button) in [(&*accept, "id=\"accept\""), ("/connections/invite", "id=\"make\"")] {
        let page = node.send(Ask::get(path).bearer(session.as_str().unwrap())).await.text();
        assert!(page.contains("href=\"/create?own"), "{path}: {page}");
        assert!(!page.contains(button), "{path}: {page}");
        let page = bob.get(&node, path).await.text();
        assert!(page.contains(button), "{path}: {page}");
        assert!(!page.contains("/create?own"), "{path}: {page}");
    }
    close(node).await;
}

/// A newcomer who came by the owner's invitation is one line for the owner: that they accepted, and not also that they joined.
#[tokio::test]
async fn the_owner_is_told_once_of_a_newcomer_whom_they_invited() {
    let (node, [olga]) = populated(node(), [1], owner).await;
    let [bob, eve] = each([2, 3], |n| somebody(&node, n)).await;
    let cards = || {
        let services = node.node.services();
        let all = services.offers().all::<dyn HomeCards>();
        let cards = all.flat_map(|(_, home)| {
            let cards = home.home_cards(&node.node, olga.did(), Lang::En);
            cards.unwrap()
        });
        cards.map(|card| (card.kind, card.content.into_string())).collect::<Vec<_>>()
    };
    let [("joined", both)] = &cards()[..] else {
        panic!("one card of those who joined: {:?}", cards());
    };
    assert!(both.contains("1 more person"), "{both}");
    let invite = olga.invites(&node, 1).await;
    assert_eq!(bob.accepts(&node, &olga, &invite).await.status, 201);
    let of = |who: &str| {
        let named = cards().into_iter().filter(|(_, card)| card.contains(who));
        named.map(|(kind, _)| kind).collect::<Vec<_>>()
    };
    assert_eq!(of(bob.did().as_str()), ["accepted"]);
    assert_eq!(of(eve.did().as_str()), ["joined"]);
    close(node).await;
}
