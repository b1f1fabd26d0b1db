use imajin_protocol::Did;
use imajin_service::testing::Ask;
use serde_json::json;

use crate::support::{node, person, send};

#[tokio::test]
async fn a_conversation_of_two_is_theirs_alone() {
    let node = node().await;
    let (anna, bert, carl) = (
        person(&node, 1).await,
        person(&node, 2).await,
        person(&node, 3).await,
    );
    let direct = Did::direct(&anna.did, &bert.did);
    let ask = |token: &str, with: &Did| {
        Ask::get(format!("/auth/api/access/{direct}?with={with}")).bearer(token)
    };
    let (a, b, c) = (
        anna.sign_in(&node).await.unwrap(),
        bert.sign_in(&node).await.unwrap(),
        carl.sign_in(&node).await.unwrap(),
    );
    let member = json!({"allowed": true, "role": "member"});
    let nobody = json!({"allowed": false, "role": null});
    assert_eq!(send(&node, ask(&a, &bert.did)).await.json(), member);
    assert_eq!(send(&node, ask(&b, &anna.did)).await.json(), member);
    assert_eq!(send(&node, ask(&c, &anna.did)).await.json(), nobody);
    assert_eq!(
        send(
            &node,
            Ask::get(format!("/auth/api/access/{direct}")).bearer(&a)
        )
        .await
        .status,
        400
    );
    let own = send(
        &node,
        Ask::get(format!("/auth/api/access/{}", anna.did)).bearer(&a),
    )
    .await
    .json();
    assert_eq!(own, json!({"allowed": true, "role": "owner"}));
    assert_eq!(
        send(
            &node,
            Ask::get(format!("/auth/api/access/{}", anna.did)).bearer(&b)
        )
        .await
        .json(),
        nobody
    );
    assert_eq!(
        send(&node, Ask::get(format!("/auth/api/access/{}", anna.did)))
            .await
            .status,
        401
    );
}
