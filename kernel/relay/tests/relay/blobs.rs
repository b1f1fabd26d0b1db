//! Documents, and who may read them.

use crate::support::{ContentOperation, Person, Server, document, eventually};
use imajin_relay::Peer;

async fn published(server: &Server, ada: &Person, text: &str) -> (ContentOperation, String) {
    let (text, cid) = document(text);
    let first = ada.create(&cid, 0);
    server.accept(&[&first.token]).await;
    let (status, stored) = server.put_blob(ada, first.id(), &first.cid, &text).await;
    assert_eq!((status, &stored["status"]), (200, &"stored".into()), "{stored}");
    assert_eq!(stored["documentCID"], cid);
    (first, text)
}

#[tokio::test]
async fn up_and_down() {
    let server = Server::start().await;
    let (ada, eve) = (Person::on(&server).await, Person::on(&server).await);
    let (first, text) = published(&server, &ada, "a").await;
    let path = format!("{}/blob", first.id());
    // Byte for byte, also what has spaces and another order than the form that is hashed.
    let spaced = text.replace(':', " : ");
    assert_eq!(server.put_blob(&ada, first.id(), &first.cid, &spaced).await.0, 200);
    let url = format!("{}/content/{path}", server.url);
    let token = format!("Bearer {}", server.token_of(&ada));
    let response = server.client.get(&url).header("authorization", &token).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/octet-stream");
    assert_eq!(response.headers()["x-document-cid"], document("a").1);
    assert_eq!(response.text().await.unwrap(), spaced);
    let head = server.client.head(&url).send().await.unwrap();
    assert_eq!(head.status(), 401);
    let head = server.client.head(&url).header("authorization", &token).send().await.unwrap();
    assert_eq!(head.status(), 200);
    // In the order of the gates.
    let put = async |person: &Person, chain: &str, cid: &str, text: &str| {
        server.put_blob(person, chain, cid, text).await.0
    };
    assert_eq!(put(&Person::new(), first.id(), &first.cid, &text).await, 401);
    assert_eq!(put(&ada, "nothing", &first.cid, &text).await, 404);
    assert_eq!(put(&ada, first.id(), "nothing", &text).await, 404);
    assert_eq!(put(&eve, first.id(), &first.cid, &text).await, 403);
    assert_eq!(put(&ada, first.id(), &first.cid, "{}").await, 400);
    assert_eq!(put(&ada, first.id(), &first.cid, "no json").await, 400);
    assert_eq!(server.blob(&path, None, None).await, 401);
    assert_eq!(server.blob(&path, Some(&eve), None).await, 403);
    assert_eq!(server.blob("nothing/blob", None, None).await, 404);
    assert_eq!(server.blob(&format!("{path}/nothing"), None, None).await, 404);
}

#[tokio::test]
async fn versions_and_their_end() {
    let (server, ada) = Server::with_person().await;
    let (first, _) = published(&server, &ada, "a").await;
    let (text, cid) = document("b");
    let second = ada.write(&first, Some(&cid), 1000);
    server.accept(&[&second.token]).await;
    let path = format!("{}/blob", first.id());
    assert_eq!(server.blob(&path, Some(&ada), None).await, 404);
    server.put_blob(&ada, first.id(), &second.cid, &text).await;
    for reference in ["", "/head", &format!("/{}", first.cid), &format!("/{}", second.cid)] {
        let path = format!("{path}{reference}");
        assert_eq!(server.blob(&path, Some(&ada), None).await, 200, "{reference}");
    }
    let end = ada.end(&second, 2000);
    server.accept(&[&end.token]).await;
    assert_eq!(server.blob(&path, Some(&ada), None).await, 404);
    assert_eq!(server.blob(&format!("{path}/{}", end.cid), Some(&ada), None).await, 404);
    assert_eq!(server.blob(&format!("{path}/{}", first.cid), Some(&ada), None).await, 200);
}

#[tokio::test]
async fn open_to_everybody_is_the_present_only() {
    let server = Server::start().await;
    let (ada, eve) = (Person::on(&server).await, Person::on(&server).await);
    let (first, _) = published(&server, &ada, "a").await;
    let path = format!("{}/blob", first.id());
    let chain = format!("chain:{}", first.id());
    // A stranger cannot open it, nor can a grant for something else.
    server.accept(&[&eve.grant(None, &chain, "read"), &ada.grant(None, &chain, "write")]).await;
    assert_eq!(server.blob(&path, None, None).await, 401);
    let grant = ada.grant(None, &chain, "read");
    server.accept(&[&grant]).await;
    assert_eq!(server.blob(&path, None, None).await, 200);
    let (text, cid) = document("b");
    let second = ada.write(&first, Some(&cid), 1000);
    server.accept(&[&second.token]).await;
    server.put_blob(&ada, first.id(), &second.cid, &text).await;
    assert_eq!(server.blob(&path, None, None).await, 200);
    let past = format!("{path}/{}", first.cid);
    assert_eq!(server.blob(&past, None, None).await, 401);
    assert_eq!(server.blob(&past, Some(&eve), Some(&grant)).await, 403);
    assert_eq!(server.blob(&past, Some(&ada), None).await, 200);
    server.accept(&[&ada.revoke(&grant, 0)]).await;
    assert_eq!(server.blob(&path, None, None).await, 401);
    assert_eq!(server.blob(&path, Some(&eve), Some(&grant)).await, 403);
}

#[tokio::test]
async fn everything_of_a_creator_until_it_expires() {
    let (server, mut ada) = Server::with_person().await;
    let (first, _) = published(&server, &ada, "a").await;
    let path = format!("{}/blob", first.id());
    server.accept(&[&ada.grant(None, "chain:*", "read")]).await;
    assert_eq!(server.blob(&path, None, None).await, 200);
    // As long as its issuer is there.
    server.accept(&[&ada.delete()]).await;
    assert_eq!(server.blob(&path, None, None).await, 401);
    server.accept(&[&ada.restore()]).await;
    assert_eq!(server.blob(&path, None, None).await, 200);
    server.clock.add_secs(3599);
    assert_eq!(server.blob(&path, None, None).await, 200);
    server.clock.add_secs(1);
    assert_eq!(server.blob(&path, None, None).await, 401);
}

#[tokio::test]
async fn by_credential() {
    let server = Server::start().await;
    let (ada, bob) = (Person::on(&server).await, Person::on(&server).await);
    let eve = Person::on(&server).await;
    let (first, _) = published(&server, &ada, "a").await;
    let path = format!("{}/blob", first.id());
    let chain = format!("chain:{}", first.id());
    let read = async |who: &Person, credential: &str| {
        server.blob(&path, Some(who), Some(credential)).await
    };
    let grant = ada.grant(Some(&bob), &chain, "read");
    assert_eq!(read(&bob, &grant).await, 200);
    assert_eq!(read(&eve, &grant).await, 403);
    assert_eq!(server.blob(&path, None, Some(&grant)).await, 401);
    assert_eq!(read(&bob, &ada.grant(Some(&bob), &chain, "write")).await, 403);
    assert_eq!(read(&bob, &ada.grant(Some(&bob), "chain:x", "read")).await, 403);
    assert_eq!(read(&bob, &eve.grant(Some(&bob), &chain, "read")).await, 403);
    // Passed on, and taken back where it began.
    let passed = bob.grant_from(Some(&grant), Some(&eve), &chain, "read", 60);
    assert_eq!(read(&eve, &passed).await, 200);
    let longer = bob.grant_from(Some(&grant), Some(&eve), &chain, "read", 7200);
    assert_eq!(read(&eve, &longer).await, 403);
    server.accept(&[&ada.revoke(&grant, 0)]).await;
    assert_eq!(read(&eve, &passed).await, 403);
    assert_eq!(read(&bob, &grant).await, 403);
}

#[tokio::test]
async fn who_asks() {
    let (server, ada) = Server::with_person().await;
    let (first, _) = published(&server, &ada, "a").await;
    let url = format!("{}/content/{}/blob", server.url, first.id());
    let status = async |token: &str| {
        let request = server.client.get(&url).header("authorization", token);
        request.send().await.unwrap().status().as_u16()
    };
    for (from, to, want) in [
        (0, 600, 200),
        (-10, 1, 200),
        (1, 600, 401),
        (-600, 0, 401),
        (0, 86_400, 200),
        (0, 86_401, 401),
    ] {
        let token = format!("Bearer {}", server.token_for(&ada, from, to));
        assert_eq!(status(&token).await, want, "{from} {to}");
    }
    let other = Server::start().await;
    let foreign = format!("Bearer {}", other.token_of(&ada));
    for token in [foreign.as_str(), "Bearer ", "Bearer x.y.z", "Basic x", ""] {
        assert_eq!(status(token).await, 401, "{token}");
    }
}

#[tokio::test]
async fn followers_fetch_what_is_open() {
    let home = Server::start().await;
    let ada = Person::on(&home).await;
    let (open, _) = published(&home, &ada, "open").await;
    let (closed, _) = published(&home, &ada, "closed").await;
    home.accept(&[&ada.grant(None, &format!("chain:{}", open.id()), "read")]).await;
    let url = home.url.clone();
    let follower = Server::start_with(|config| {
        config.peers.push(Peer::new(url));
        config.capabilities.write = false;
        config.follow = true;
    })
    .await;
    let path = format!("{}/blob", open.id());
    eventually("the document is here", async || follower.blob(&path, None, None).await == 200)
        .await;
    assert_eq!(follower.blob(&format!("{}/blob", closed.id()), None, None).await, 401);
}
