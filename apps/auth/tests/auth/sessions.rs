use imajin_edge::testing::each;

use crate::prelude::*;

#[tokio::test]
async fn who_am_i() {
    let (node, [anna]) = populated(node(), [1], person).await;
    assert_eq!(node.get("/auth/api/session").await.status, 401);
    let token = anna.sign_in(&node).await;
    let reply = get(&node, "/auth/api/session", &token).await.check(200);
    assert_members!(reply.json(), "did": anna.did, "owner": false);
    let cookie = format!("a=b; imajin_session={token}");
    let reply = send(&node, Ask::get("/auth/api/session").header("cookie", cookie)).await;
    assert_eq!(reply.status, 200);
    get(&node, "/auth/api/session", &format!("{token}x")).await.check(401);
}

#[tokio::test]
async fn signing_out_works_at_once() {
    let (node, [anna]) = populated(node(), [1], person).await;
    let [one, two] = each([(); 2], async |()| anna.sign_in(&node).await).await;
    let list = get(&node, "/auth/api/sessions", &one).await.json();
    let current = list["sessions"].as_array().unwrap().iter().filter(|s| s["current"] == true);
    assert_eq!((list["total"].as_u64(), current.count()), (Some(2), 1));
    let reply = send(&node, Ask::new("POST", "/auth/api/logout").bearer(&one)).await;
    assert!(reply.status == 200 && reply.header("set-cookie").unwrap().contains("Max-Age=0"));
    get(&node, "/auth/api/session", &one).await.check(401);
    get(&node, "/auth/api/session", &two).await.check(200);
}

#[tokio::test]
async fn one_device_or_all() {
    let (node, [anna, bert]) = populated(node(), [1, 2], person).await;
    let [one, two] = each([(); 2], async |()| anna.sign_in(&node).await).await;
    let other = bert.sign_in(&node).await;
    let id = get(&node, "/auth/api/session", &two).await.json()["sessionId"]
        .as_str()
        .unwrap()
        .to_owned();
    let delete = |token: &str| Ask::new("DELETE", format!("/auth/api/sessions/{id}")).bearer(token);
    assert_eq!(send(&node, delete(&other)).await.status, 404, "somebody else's");
    assert_eq!(send(&node, delete(&one)).await.status, 200);
    get(&node, "/auth/api/session", &two).await.check(401);
    send(&node, Ask::new("DELETE", "/auth/api/sessions").bearer(&one)).await.check(200);
    get(&node, "/auth/api/session", &one).await.check(401);
    get(&node, "/auth/api/session", &other).await.check(200);
}

#[tokio::test]
async fn a_session_ends_after_a_day_by_the_monotonic_clock() {
    let node = node().await;
    let (_, token) = Person::enter(&node, 1, None).await;
    let ask = || Ask::get("/auth/api/session").bearer(&token);
    node.clock.jump(40 * 24 * 3_600_000);
    assert_eq!(send(&node, ask()).await.status, 200, "a clock that jumps ends nothing");
    node.clock.pass(Duration::from_secs(24 * 3600));
    assert_eq!(send(&node, ask()).await.status, 401);
}

#[tokio::test]
async fn a_cookie_writes_only_from_our_own_pages() {
    let node = node().await;
    let (_, token) = Person::enter(&node, 1, None).await;
    let logout =
        || Ask::new("POST", "/auth/api/logout").header("cookie", format!("imajin_session={token}"));
    send(&node, logout()).await.check_member(403, "type", "urn:imajin:problem:origin");
    send(&node, logout().header("origin", "http://evil.example")).await.check(403);
    send(&node, logout().header("origin", format!("http://{}", node.address))).await.check(200);
}

#[tokio::test]
async fn sessions_survive_a_restart_and_never_as_tokens_on_disk() {
    let node = node().await;
    let (anna, kept) = Person::enter(&node, 1, None).await;
    let ended = anna.sign_in(&node).await;
    send(&node, Ask::new("POST", "/auth/api/logout").bearer(&ended)).await;
    let clock = node.clock.clone();
    let folder = node.stop().await.unwrap();
    let bytes = std::fs::read(folder.path().join("secrets.sqlite")).unwrap();
    assert!(
        !bytes.windows(40).any(|window| kept.as_bytes().windows(40).any(|part| part == window))
    );
    let (services, config) = (crate::support::services(), Config::default());
    let node = TestNode::start_in(folder, services, config, 200, clock).await.unwrap();
    get(&node, "/auth/api/session", &kept).await.check(200);
    get(&node, "/auth/api/session", &ended).await.check(401);
}
