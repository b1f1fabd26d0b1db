//! Content chains: branches, heads, ends.

use crate::support::{Server, document};

#[tokio::test]
async fn branches_and_the_head() {
    let (server, ada) = Server::with_person().await;
    let docs: Vec<String> = ["a", "b", "c", "d"].map(|text| document(text).1).into();
    let first = ada.create(&docs[0], 1000);
    let head = ada.write(&first, Some(&docs[1]), 3000);
    let two = ada.write(&first, Some(&docs[2]), 2000);
    server.accept(&[&first.token, &head.token, &two.token]).await;
    let path = format!("/proof/v1/content/{}", first.id());
    // The later branch is the head, whichever came last.
    let chain = server.ok(&path).await;
    assert_eq!(chain["headCID"], head.cid);
    assert_eq!(chain["genesisCID"], first.cid);
    assert_eq!(chain["state"]["length"], 2);
    assert_eq!(chain["state"]["creatorDID"], ada.did().as_str());
    // A branch that grows past it takes over.
    let three = ada.write(&two, Some(&docs[3]), 4000);
    server.accept(&[&three.token]).await;
    let chain = server.ok(&path).await;
    assert_eq!((&chain["headCID"], &chain["state"]["length"]), (&three.cid.into(), &3.into()));
    assert_eq!(chain["state"]["currentDocumentCID"], docs[3]);
    // The log has all branches in the order of arrival.
    let log = server.ok(&format!("{path}/log")).await;
    let cids: Vec<&str> = log["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["cid"].as_str().unwrap())
        .collect();
    assert_eq!(cids[..3], [&first.cid, &head.cid, &two.cid]);
}

#[tokio::test]
async fn of_equal_times_the_greater_cid() {
    let (server, ada) = Server::with_person().await;
    let first = ada.create(&document("a").1, 0);
    let mut tips: Vec<_> =
        (0..5).map(|n| ada.write(&first, Some(&document(&n.to_string()).1), 1000)).collect();
    server.accept(&[&first.token]).await;
    for tip in &tips {
        server.accept(&[&tip.token]).await;
    }
    tips.sort_by(|a, b| a.cid.cmp(&b.cid));
    let chain = server.ok(&format!("/proof/v1/content/{}", first.id())).await;
    assert_eq!(chain["headCID"], tips[4].cid);
}

#[tokio::test]
async fn nothing_after_the_end_but_beside_it() {
    let (server, ada) = Server::with_person().await;
    let first = ada.create(&document("a").1, 0);
    let end = ada.end(&first, 1000);
    let beside = ada.write(&first, Some(&document("b").1), 2000);
    server.accept(&[&first.token, &end.token]).await;
    let path = format!("/proof/v1/content/{}", first.id());
    let chain = server.ok(&path).await;
    assert_eq!(chain["state"]["isDeleted"], true);
    assert!(chain["state"]["currentDocumentCID"].is_null());
    // A fork from before it is as good as any.
    server.accept(&[&beside.token]).await;
    assert_eq!(server.ok(&path).await["state"]["isDeleted"], false);
}

#[tokio::test]
async fn deleted_people_write_no_more() {
    let (server, mut ada) = Server::with_person().await;
    let first = ada.create(&document("a").1, 0);
    let next = ada.write(&first, None, 1000);
    let another = ada.create(&document("b").1, 0);
    server.accept(&[&first.token]).await;
    server.accept(&[&ada.delete()]).await;
    for token in [&next.token, &another.token] {
        let refused = server.post_one(token).await;
        assert_eq!(refused["error"], "signer identity is deleted", "{refused}");
        assert!(refused["dependencyMissing"].is_null());
    }
    server.accept(&[&ada.restore()]).await;
    server.accept(&[&next.token, &another.token]).await;
}

#[tokio::test]
async fn each_operation_by_its_cid() {
    let (server, ada) = Server::with_person().await;
    let first = ada.create(&document("a").1, 0);
    server.accept(&[&first.token]).await;
    let operation = server.ok(&format!("/proof/v1/operations/{}", first.cid)).await;
    assert_eq!(operation["jwsToken"], first.token);
    assert_eq!(operation["chainType"], "content");
    assert_eq!(operation["chainId"], first.id());
    assert_eq!(server.status("/proof/v1/operations/none").await, 404);
    assert_eq!(server.status("/proof/v1/content/none/log").await, 404);
    let removed = format!("/proof/v1/operations/{}/countersignatures", first.cid);
    assert_eq!(server.status(&removed).await, 404);
    assert_eq!(server.status(&format!("/content/{}/documents", first.id())).await, 404);
}
