use imajin_service::testing::Ask;

use crate::support::node;

#[tokio::test]
async fn the_whole_document() {
    let node = node().await;
    let reply = node.send(Ask::get("/pay/api/spec")).await.unwrap();
    assert_eq!(reply.header("content-type"), Some("application/json"));
    insta::assert_json_snapshot!(reply.json());
}
