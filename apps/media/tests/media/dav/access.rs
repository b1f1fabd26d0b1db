//! Who comes in, and what the record says of it.

use imajin_dfos::cid::parse_cid;
use imajin_host::Config;
use imajin_log::entry::Header;

use super::*;

#[tokio::test]
async fn an_app_password_and_nothing_else_opens_the_drive() {
    let world = world().await;
    let bea = &world.bea;
    let laptop = world.connects(bea, 7).await;
    let find = || Ask::new("PROPFIND", "/media/dav/").header("depth", "0");
    let refused = world.dav(find()).await.check(401);
    assert!(refused.header("www-authenticate").unwrap().starts_with("Basic realm="));
    let did = bea.did().as_str();
    let grouped = format!("{}-{}", &laptop.password[..13], &laptop.password[13..]).to_uppercase();
    let last = did.rsplit(':').next().unwrap();
    for good in [laptop.authorization.clone(), basic(did, &grouped), basic(last, &laptop.password)]
    {
        let ask = find().header("authorization", good);
        assert_eq!(world.dav(ask).await.status, 207);
    }
    let other = text(&[8; 16]);
    for bad in [
        basic(did, &other),
        basic(did, "secret"),
        basic(did, ""),
        basic("nobody", &laptop.password),
        basic(world.owner.did().as_str(), &laptop.password),
        "Basic !".to_owned(),
        // A session is none, in a header or in a cookie.
        format!("Bearer {}", bea.token),
    ] {
        let ask = find().header("authorization", bad.clone());
        assert_eq!(world.dav(ask).await.status, 401, "{bad}");
    }
    let cookie = format!("imajin_session={}", bea.token);
    let host = format!("http://{}", world.node.address);
    let ask = find().header("cookie", cookie).header("origin", host);
    assert_eq!(world.dav(ask).await.status, 401);
    let twice = find()
        .header("authorization", laptop.authorization.clone())
        .header("authorization", laptop.authorization.clone());
    assert_eq!(world.dav(twice).await.status, 401);
    world.close().await;
}

#[tokio::test]
async fn a_delegation_that_ended_or_is_wider_or_has_no_name_lets_nobody_in() {
    let world = world().await;
    let bea = &world.bea;
    let laptop = world.connects(bea, 7).await;
    let find = |authorization: String| {
        let ask = Ask::new("PROPFIND", "/media/dav/").header("depth", "0");
        ask.header("authorization", authorization)
    };
    assert_eq!(world.dav(find(laptop.authorization.clone())).await.status, 207);
    let end = (Json::Null, Json::Null);
    world.says(bea, "auth.delegation.end", Some(&laptop.delegation), end).await;
    assert_eq!(world.dav(find(laptop.authorization.clone())).await.status, 401);
    // An app that was let in to add files does not read them.
    let app = [9; 16];
    let delegation = world.delegates(bea, &app, &SCOPE).await;
    let authorization = basic(bea.did().as_str(), &text(&app));
    assert_eq!(world.dav(find(authorization.clone())).await.status, 401);
    world.names(bea, &delegation).await;
    assert_eq!(world.dav(find(authorization)).await.status, 207);
    for (seed, scope) in [(10, vec!["media.add", "media.access"]), (11, vec!["media.*"])] {
        let bits = [seed; 16];
        let delegation = world.delegates(bea, &bits, &scope).await;
        world.names(bea, &delegation).await;
        let authorization = basic(bea.did().as_str(), &text(&bits));
        assert_eq!(world.dav(find(authorization)).await.status, 401, "{scope:?}");
    }
    world.node.clock.pass(std::time::Duration::from_secs(90_000));
    let authorization = basic(bea.did().as_str(), &text(&app));
    assert_eq!(world.dav(find(authorization)).await.status, 401, "it is over");
}

#[tokio::test]
async fn a_password_never_travels_in_the_clear_and_wrong_ones_are_counted() {
    let mut config = Config::default();
    config.limits.trusted_proxies = vec![[127, 0, 0, 1].into()];
    let world = world_with(config).await;
    let laptop = world.connects(&world.bea, 7).await;
    let from = |authorization: &str, secure: bool| {
        let proto = if secure { "https" } else { "http" };
        Ask::new("PROPFIND", "/media/dav/")
            .header("depth", "0")
            .header("x-forwarded-for", "192.0.2.7")
            .header("x-forwarded-proto", proto)
            .header("authorization", authorization)
    };
    world.dav(from(&laptop.authorization, false)).await.check(403);
    assert_eq!(world.dav(from(&laptop.authorization, true)).await.status, 207);
    let wrong = basic(world.bea.did().as_str(), &text(&[8; 16]));
    let mut last = 401;
    for _ in 0..60 {
        last = world.dav(from(&wrong, true)).await.status;
        if last == 429 {
            break;
        }
    }
    assert_eq!(last, 429);
    // The computer whose key is in memory continues.
    assert_eq!(world.dav(from(&laptop.authorization, true)).await.status, 207);
}

#[tokio::test]
async fn every_entry_of_a_computer_names_its_delegation() {
    let world = world().await;
    let bea = &world.bea;
    let laptop = world.connects(bea, 7).await;
    let entries = |world: &World| {
        let ledger = world.node.node.ledger();
        let entries = ledger.entries(world.bea.did(), None, 1_000).unwrap();
        let header = |entry: &imajin_ledger::StoredEntry| Header::decode(&entry.header).unwrap();
        entries.iter().map(header).collect::<Vec<_>>()
    };
    let before = entries(&world).len();
    world.is(&laptop, "MKCOL", "Trip", 201).await;
    assert_eq!(world.puts(&laptop, "Trip/a.jpg", &jpeg("a")).await.status, 201);
    assert_eq!(world.puts(&laptop, "Trip/a.jpg", &jpeg("b")).await.status, 204);
    world.transfer(&laptop, "COPY", ("Trip/a.jpg", "b.jpg"), 201).await;
    world.transfer(&laptop, "MOVE", ("b.jpg", "Trip/c.jpg"), 201).await;
    world.transfer(&laptop, "MOVE", ("Trip", "Journey"), 201).await;
    world.is(&laptop, "DELETE", "Journey/c.jpg", 204).await;
    world.is(&laptop, "DELETE", "Journey", 204).await;
    let made = entries(&world).split_off(before);
    let via = Some(parse_cid(&laptop.delegation).unwrap());
    let ops: Vec<&str> = made.iter().map(|header| header.op.as_str()).collect();
    for op in SCOPE {
        assert!(ops.contains(&op), "{op} is not in {ops:?}");
    }
    assert_eq!(ops.len(), 9, "{ops:?}");
    assert!(made.iter().all(|header| header.via == via));
    world.close().await;
}

#[tokio::test]
async fn the_page_says_which_computers_are_connected_and_what_the_box_sees() {
    let world = world().await;
    let bea = &world.bea;
    let page = async || world.get(Some(bea), "/media/devices").await.check(200).text();
    assert!(page().await.contains("No computer is connected yet."));
    let laptop = world.connects(bea, 7).await;
    let last = bea.did().as_str().rsplit(':').next().unwrap().to_owned();
    let before = page().await;
    assert_has!(before, "Laptop", "End it now", "The box sees it each time", "/media/dav", &last);
    assert!(!before.contains("Last here on"));
    world.lists(&laptop, "").await;
    assert!(page().await.contains("Last here on"));
    let end = (Json::Null, Json::Null);
    world.says(bea, "auth.delegation.end", Some(&laptop.delegation), end).await;
    assert!(page().await.contains("Has ended"));
    world.get(None, "/media/devices").await.check(303);
}
