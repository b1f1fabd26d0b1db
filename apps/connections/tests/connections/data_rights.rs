use imajin_app::DataRights;
use imajin_edge::testing::populated;
use serde_json::{Value as Json, json};

use crate::support::{Somebody, close, connect, node, somebody};

fn read_service<T>(
    node: &imajin_edge::testing::TestNode,
    who: &Somebody,
    f: impl Fn(&dyn DataRights, &rusqlite::Connection) -> rusqlite::Result<T>,
) -> T {
    let service = imajin_connections::Connections;
    node.node
        .read("connections", |db| f(&service, db))
        .unwrap_or_else(|problem| panic!("{}: {problem}", who.did()))
}

/// Taken away, counted, and after a deletion gone, but for what is the other's proof.
#[tokio::test]
async fn ones_own_goes_and_the_others_proof_stays() {
    let (node, [ada, bob]) = populated(node(), [1, 2], somebody).await;
    connect(&node, &ada, &bob).await;
    let open = ada.invites(&node, 2).await;
    let path = format!("/connections/api/connections/{}/nickname", bob.did());
    ada.ask(&node, "PUT", &path, json!({ "nickname": "Bobby" })).await;

    let section = read_service(&node, &ada, |service, db| service.export(db, ada.did())).unwrap();
    assert_eq!(section["graph"][0]["did"], json!(bob.did()));
    assert_eq!(section["invites"][1]["code"], open["code"]);
    assert_eq!(section["invites"][0]["uses"], 1);
    assert_eq!(section["nicknames"], json!([{ "did": bob.did(), "nickname": "Bobby" }]));
    let counts = read_service(&node, &ada, |service, db| service.count(db, ada.did()));
    let lines: Vec<String> = counts.iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["1 connection", "2 invitations", "1 nickname"]);
    let plan = read_service(&node, &ada, |service, db| service.delete(db, ada.did()));
    assert_eq!((plan.goes.len(), plan.stays.len()), (2, 1));

    let counts: Json = ada.get(&node, "/auth/api/count").await.json();
    assert_eq!(counts["counts"]["connections"]["connections"], 1, "{counts}");
    let write = imajin_edge::testing::Write::new(ada.did(), "auth.delete")
        .body(imajin_dfos::cbor::from_dag_json(&json!({ "counts": {} })).unwrap());
    ada.person.write(&node, &write).await.check(201);
    assert!(bob.link(&node, &ada).await.is_null());
    assert!(bob.distance(&node, &ada).await.is_null());
    // Bob's record of the connection is his.
    let his = read_service(&node, &bob, |service, db| service.export(db, bob.did())).unwrap();
    assert_eq!(his["graph"][0]["did"], json!(ada.did()));
    let gone = read_service(&node, &ada, |service, db| service.export(db, ada.did())).unwrap();
    assert_members!(gone, "graph": [], "nicknames": []);
    assert!(gone["invites"][0]["code"].is_null());
    close(node).await;
}
