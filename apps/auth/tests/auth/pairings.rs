use serde_json::Value;

use crate::prelude::*;

const PATH: &str = "/auth/api/pairings/00112233445566778899aabbccddeeff";

fn put(path: &str, sealed: &str) -> Ask {
    Ask::new("PUT", path)
        .body(json!({ "sealed": sealed }).to_string())
        .header("content-type", "application/json")
}

#[tokio::test]
async fn sealed_keys_reach_who_is_signed_in_and_nothing_takes_their_place() {
    let node = node().await;
    let token = owner(&node, 1).await.sign_in(&node).await;
    get(&node, PATH, &token).await.check_member(200, "sealed", Value::Null);
    send(&node, put(PATH, "first")).await.check(204);
    send(&node, put(PATH, "first")).await.check(204);
    send(&node, put(PATH, "second")).await.check(409);
    get(&node, PATH, &token).await.check_member(200, "sealed", "first");
    node.get(PATH).await.check(401);
}

#[tokio::test]
async fn an_id_has_32_digits_and_sealed_keys_have_a_limit() {
    let node = node().await;
    for (path, sealed, field) in
        [("/auth/api/pairings/0011", "x".to_owned(), "id"), (PATH, "x".repeat(1025), "sealed")]
    {
        send(&node, put(path, &sealed)).await.check_member(400, "field", field);
    }
    send(&node, put(PATH, &"x".repeat(1024))).await.check(204);
}
