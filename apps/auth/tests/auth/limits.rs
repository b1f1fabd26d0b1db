//! Limits that a stranger behind the same address, or anywhere, cannot turn against the people of a node.

use imajin_edge::testing::TestClock;
use imajin_host::Limits;
use imajin_host::limits::Daily;
use imajin_host::prelude::*;

use crate::prelude::*;
use crate::support::services;

const HOME: &str = "203.0.113.7";
/// Another household.
const AWAY: &str = "198.51.100.1";

/// The tests' requests come through a proxy, which says from where.
fn limits() -> Limits {
    Limits {
        attempt_rate: 0.01,
        attempt_burst: 3.0,
        trusted_proxies: vec![std::net::IpAddr::from([127, 0, 0, 1])],
        ..Limits::default()
    }
}

fn config(limits: Limits) -> Config {
    Config { limits, ..open_config() }
}

fn from(ask: Ask, address: &str) -> Ask {
    // The proxy speaks TLS.
    ask.header("x-forwarded-for", address).header("x-forwarded-proto", "https")
}

async fn challenge(node: &TestNode, did: &Did, address: &str) -> Reply {
    let ask = Ask::post("/auth/api/challenge", &json!({ "id": did.as_str() }));
    send(node, from(ask, address)).await
}

async fn answer(node: &TestNode, who: &Person, challenge: &Reply, address: &str) -> Reply {
    let challenge = challenge.json();
    let ask = json!({
        "id": who.did.as_str(), "challengeId": challenge["challengeId"],
        "signature": who.sign_text(challenge["challenge"].as_str().unwrap()),
    });
    send(node, from(Ask::post("/auth/api/authenticate", &ask), address)).await
}

async fn register(node: &TestNode, seed: u8, address: &str) -> Reply {
    let body = json!({ "publicKey": Person::new(seed).public_key() });
    send(node, from(Ask::post("/auth/api/register", &body), address)).await
}

/// Asks until the limit is reached, which must come.
async fn used_up(mut ask: impl AsyncFnMut() -> Reply) {
    for _ in 0..1_000 {
        if ask().await.status == 429 {
            return;
        }
    }
    panic!("a thousand requests, and no limit");
}

#[tokio::test]
async fn a_stranger_who_uses_up_an_address_does_not_lock_out_somebody_behind_it() {
    let (node, [ada]) = populated(node_with(config(limits())), [1], person).await;
    used_up(async || register(&node, 9, HOME).await).await;
    // Signing in takes two steps, and both still work.
    let challenge_reply = challenge(&node, &ada.did, HOME).await.check(200);
    let signed_in = answer(&node, &ada, &challenge_reply, HOME).await.check(200);
    // And with a session the address does not count at all.
    let token = signed_in.json()["token"].as_str().unwrap().to_owned();
    let claim = || Ask::post("/auth/api/challenge", &json!({ "id": ada.did.as_str() }));
    for _ in 0..20 {
        let ask = Ask::get("/auth/api/session").bearer(&token);
        assert_eq!(send(&node, from(ask, HOME)).await.status, 200);
    }
    // Nobody has more than a few: the identity, too, has an end, and so does what a stranger makes up.
    let mut last = 0;
    for _ in 0..20 {
        last = send(&node, from(claim(), HOME)).await.status;
    }
    assert_eq!(last, 429);
    let mut seen = Vec::new();
    for _ in 0..20 {
        let unknown = Person::new(77).did;
        seen.push(challenge(&node, &unknown, HOME).await.status);
    }
    assert_eq!((seen[0], seen[19]), (404, 429), "at the same pace");
    // A challenge that waits is answered whatever came in between.
    let ben = person(&node, 2).await;
    let challenge_reply = challenge(&node, &ben.did, HOME).await;
    used_up(async || challenge(&node, &ben.did, HOME).await).await;
    answer(&node, &ben, &challenge_reply, HOME).await.check(200);
}

#[tokio::test]
async fn a_session_counts_for_itself_also_after_a_restart() {
    let limits = Limits { address_rate: 0.01, address_burst: 5.0, ..limits() };
    let node = node_with(config(limits.clone())).await;
    let (_, token) = Person::enter(&node, 1, None).await;
    let folder = node.stop().await.unwrap();
    let clock = TestClock::at("2026-11-20T10:00:01.000Z");
    let node = TestNode::start_in(folder, services(), config(limits), 200, clock).await.unwrap();
    let anybody = || from(Ask::get("/auth/api/node"), HOME);
    used_up(async || send(&node, anybody()).await).await;
    let mine = from(Ask::get("/auth/api/session").bearer(&token), HOME);
    assert_eq!(send(&node, mine).await.status, 200);
    // The account has its own limit, at any address.
    let mut last = 0;
    for _ in 0..10 {
        last = send(&node, from(Ask::get("/auth/api/session").bearer(&token), AWAY)).await.status;
    }
    assert_eq!(last, 429);
}

#[tokio::test]
async fn attempts_and_daily_budgets_are_kept_over_a_restart() {
    let node = node_with(config(limits())).await;
    used_up(async || register(&node, 9, HOME).await).await;
    let folder = node.stop().await.unwrap();
    let clock = TestClock::at("2026-11-20T10:00:01.000Z");
    let node = TestNode::start_in(folder, services(), config(limits()), 200, clock).await.unwrap();
    assert_eq!(register(&node, 9, HOME).await.status, 429);
    assert_eq!(register(&node, 9, AWAY).await.status, 200);
    // One household has one /64, wherever in it a stranger sits.
    used_up(async || register(&node, 9, "2001:db8:1:2::1").await).await;
    assert_eq!(register(&node, 9, "2001:db8:1:2:3:4:5:6").await.status, 429);
    assert_eq!(register(&node, 9, "2001:db8:1:3::1").await.status, 200);
}

#[tokio::test]
async fn registrations_have_daily_budgets_that_lock_out_neither_owner_nor_invited_people() {
    let daily = Daily { registrations_address: 2, registrations: 3, ..Daily::default() };
    let limits = Limits { daily, attempt_rate: 0.0, ..limits() };
    let node = node_with(config(limits.clone())).await;
    for seed in [10, 11] {
        assert_eq!(register(&node, seed, HOME).await.status, 201);
    }
    let reply = register(&node, 12, HOME).await.check(429);
    // Until midnight UTC: 14 hours.
    assert_eq!(reply.header("retry-after"), Some("50400"));
    assert_eq!(register(&node, 10, HOME).await.status, 200, "known already");
    // Another way to begin draws on the same budget.
    let begin = async |seed, address: &str, claim: bool| {
        let mut new = Person::new(seed);
        let write = new.creation(&node, claim).unwrap();
        let ask = from(new.ask(&node, &write).await.unwrap(), address);
        let ask = if claim { ask.header("x-imajin-claim", crate::support::CLAIM) } else { ask };
        send(&node, ask).await.status
    };
    assert_eq!(begin(20, HOME, false).await, 429);
    assert_eq!(begin(21, AWAY, false).await, 201);
    // The node's is used up, too; its owner comes all the same.
    assert_eq!(begin(22, "192.0.2.1", false).await, 429);
    assert_eq!(begin(23, HOME, true).await, 201);
    let folder = node.stop().await.unwrap();
    let clock = TestClock::at("2026-11-20T12:00:00.000Z");
    let node = TestNode::start_in(folder, services(), config(limits), 200, clock).await.unwrap();
    assert_eq!(register(&node, 30, AWAY).await.status, 429, "kept");
    node.clock.pass(std::time::Duration::from_secs(12 * 3600));
    assert_eq!(register(&node, 30, AWAY).await.status, 201, "a new day");
}

#[tokio::test]
async fn letters_to_strangers_have_budgets_and_the_answer_tells_nobody_who_is_here() {
    let daily = Daily { letters_address: 2, ..Daily::default() };
    let limits = Limits { daily, attempt_rate: 0.0, ..limits() };
    let node = node_with(config(limits)).await;
    owner(&node, 1).await;
    let write = async |email: &str| {
        let ask = Ask::post("/auth/api/onboard", &json!({ "email": email }));
        let reply = send(&node, from(ask, HOME)).await;
        let mut json = reply.json();
        json["alias"].take();
        (reply.status, json)
    };
    let first = write("ann@example.com").await;
    assert_eq!(first.0, 202);
    let letters = || node.node.mail().waiting().unwrap();
    let text = letters()[0].text.clone();
    let token = text.split("#token=").nth(1).unwrap();
    let token: String = token.chars().take_while(|c| !c.is_whitespace()).collect();
    let follow = Ask::post("/auth/api/onboard/verify", &json!({ "token": token }));
    send(&node, from(follow, AWAY)).await.check(200);
    write("ben@example.com").await;
    let before = letters().len();
    assert_eq!(write("eve@example.com").await, first, "the same words");
    assert_eq!(letters().len(), before, "and no letter");
    // Somebody who is here gets theirs.
    assert_eq!(write("ann@example.com").await, first);
    assert_eq!(letters().len(), before + 1);
}
