use crate::prelude::*;

#[tokio::test]
async fn looked_up_by_every_name() {
    let (node, [anna]) = populated(node(), [1], person).await;
    let claim = Write::new(&anna.did, "profile.handle.claim")
        .body(Value::map([("handle", Value::from("anna"))]));
    assert_eq!(anna.write(&node, &claim).await.status, 201);
    let dfos = anna.chain.as_ref().unwrap().did().to_string();
    for name in [anna.did.to_string(), dfos.clone(), "anna".to_owned()] {
        let reply = node.get(format!("/auth/api/lookup/{name}")).await;
        let body = reply.json();
        assert_eq!((reply.status, &body["dfosDid"]), (200, &json!(dfos)), "{name}");
        assert_members!(body, "did": anna.did, "publicKey": anna.public_key());
        assert_members!(body["home"], "node": node.node.did());
    }
    let of_node = format!("/auth/api/lookup/{}", node.node.did());
    assert_eq!(node.get(of_node).await.json()["name"], node.node.name(), "as on its pages");
    node.get("/auth/api/lookup/nobody").await.check(404);
    node.get("/auth/api/identity/did:imajin:x").await.check(400);
}

#[tokio::test]
async fn the_document_and_the_chain_behind_it() {
    let (node, [anna]) = populated(node(), [1], person).await;
    let chain = node.get(format!("/auth/api/identity/{}/chain", anna.did)).await.json();
    assert_eq!(chain["log"], json!(anna.log));
    imajin_protocol::identity::verify_chain(&anna.did, &anna.log).unwrap();
    let document = node.get(format!("/auth/api/identity/{}/did.json", anna.did)).await;
    assert_eq!(document.header("content-type"), Some("application/did+json"));
    let body = document.json();
    assert_eq!((&body["id"], &body["alsoKnownAs"][0]), (&json!(anna.did), &chain["dfosDid"]));
    assert_eq!(body["authentication"], json!([anna.kid.to_string()]));
    let suffix = anna.did.as_str().strip_prefix("did:imajin:").unwrap();
    assert_eq!(node.get(format!("/.well-known/did-imajin/{suffix}")).await.json(), body);
    let unknown = Person::new(9).did;
    node.get(format!("/auth/api/identity/{unknown}/did.json")).await.check(404);
}

#[tokio::test]
async fn a_bare_key_has_a_document_of_one_key_and_no_chain() {
    let node = node().await;
    let bert = Person::new(2);
    bert.register(&node).await;
    bert.sign_in(&node).await;
    let document = node.get(format!("/auth/api/identity/{}/did.json", bert.did)).await.json();
    let own = json!([bert.kid.to_string()]);
    assert_members!(document, "authentication": own, "capabilityInvocation": null);
    node.get(format!("/auth/api/identity/{}/chain", bert.did)).await.check(404);
}

#[tokio::test]
async fn search_finds_by_handle() {
    let (node, [anna]) = populated(node(), [1], person).await;
    let claim = Write::new(&anna.did, "profile.handle.claim")
        .body(Value::map([("handle", Value::from("anna"))]));
    anna.write(&node, &claim).await;
    let write = Write::new(&anna.did, "profile.update")
        .body(Value::map([("displayName", Value::from("Anna"))]));
    anna.write(&node, &write).await;
    let page = node.get("/auth/api/search?q=ann").await.json();
    assert_members!(page["results"][0], "did": anna.did);
    assert_members!(page, "hasMore": false);
    node.get("/auth/api/search?q=").await.check(400);
    assert_eq!(node.get("/auth/api/search?q=x&limit=101").await.json()["field"], "limit");
}
