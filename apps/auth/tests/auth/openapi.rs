use crate::prelude::*;

#[tokio::test]
async fn yaml_for_who_asks() {
    let node = node().await;
    let reply = send(&node, Ask::get("/auth/api/spec").header("accept", "application/yaml")).await;
    assert_eq!(reply.header("content-type"), Some("application/yaml"));
    assert!(reply.text().starts_with("openapi: 3.1"), "{}", &reply.text()[..60]);
}
