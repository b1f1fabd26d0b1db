//! Tests of the budget for strangers' data: at the limit, the oldest data without references makes room.

use serde_json::json;

use crate::support::{Person, Server, cid_of};

/// A store with its schema and a few hundred rows; the budget of these tests.
const BUDGET: u64 = 700 << 10;

async fn small() -> Server {
    Server::start_with(|config| config.limits.store_bytes_max = BUDGET).await
}

/// Posts new identities until the relay makes room or refuses: the status, and how many it took.
async fn flood(server: &Server, most: usize) -> (u16, usize) {
    for count in 0..most / 50 {
        let genesis: Vec<String> = (0..50).map(|_| Person::new().genesis).collect();
        let body = json!({ "operations": genesis }).to_string();
        let (status, _) = server.post_raw(body).await;
        // The relay looks at its size once a second.
        server.clock.add_secs(2);
        if status != 200 {
            return (status, count * 50);
        }
    }
    (200, most)
}

async fn has(server: &Server, person: &Person) -> bool {
    let path = format!("/proof/v1/identities/{}", person.did());
    server.status(&path).await == 200
}

#[tokio::test]
async fn the_oldest_of_others_makes_room_and_the_nodes_own_people_stay() {
    let server = small().await;
    let [own, old, author, witness] = std::array::from_fn(|_| Person::new());
    let own_tokens = vec![own.genesis.clone()];
    server.relay.submit(own_tokens).await.unwrap();
    server.accept(&[&old.genesis, &author.genesis, &witness.genesis]).await;
    let artifact = author.artifact("kept");
    let seen = witness.countersign(&cid_of(&artifact), None);
    server.accept(&[&artifact, &seen]).await;
    let (status, _) = flood(&server, 1_500).await;
    assert_eq!(status, 200, "there is always something old to remove");
    assert!(!has(&server, &old).await, "the oldest went");
    assert!(has(&server, &own).await, "the node's own stay");
    // Other operations refer to these two.
    assert!(has(&server, &author).await && has(&server, &witness).await);
    let did = server.relay.did().to_owned();
    let path = format!("/proof/v1/identities/{did}");
    assert_eq!(server.status(&path).await, 200, "the relay itself");
    let stats = server.ok("/.well-known/dfos-relay").await["stats"].clone();
    let listed = server.ok("/index/v0/identities?limit=1000").await;
    let listed = listed["identities"].as_array().unwrap().len();
    assert_eq!(stats["countsByKind"]["identity"], listed);
    // A removed identity is unknown again, and may be posted again.
    server.accept(&[&old.genesis]).await;
    // The remaining data can be rebuilt.
    let folder = server.stop().await;
    imajin_relay::rebuild(folder.path()).unwrap();
}

#[tokio::test]
async fn with_nothing_left_to_remove_others_get_507_and_the_own_people_do_not() {
    let server = small().await;
    let mut refused = None;
    for _ in 0..60 {
        // Everybody is referred to by a statement of theirs: a revocation is never removed.
        let mut tokens = Vec::new();
        for _ in 0..25 {
            let person = Person::new();
            let grant = person.grant(None, "chain:*", "read");
            tokens.extend([person.genesis.clone(), person.revoke(&grant, 0)]);
        }
        let (status, answer) = server.post_raw(json!({ "operations": tokens }).to_string()).await;
        server.clock.add_secs(2);
        if status != 200 {
            refused = Some((status, answer));
            break;
        }
    }
    let (status, answer) = refused.expect("it is full");
    assert_eq!(status, 507);
    assert!(answer["error"].as_str().unwrap().contains("full"), "{answer}");
    let own = Person::new();
    let tokens = vec![own.genesis.clone()];
    assert_eq!(server.relay.submit(tokens).await.unwrap()[0]["status"], "new");
    // Reading still works.
    assert!(has(&server, &own).await);
}
