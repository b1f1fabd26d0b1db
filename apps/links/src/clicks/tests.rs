use std::path::Path;
use std::sync::Arc;

use imajin_app::front::Front;
use imajin_app::{Service, Zone};
use imajin_dfos::cbor::from_dag_json;
use imajin_edge::testing::{Ask, Person, TestNode, Write, open_config};
use imajin_host::Config;
use imajin_identity::begin_node_identity;
use serde_json::json;

use super::round;
use crate::queries;

const LINK: &str = "itm_000000000000000000000001";

/// Whether a file below a folder contains these bytes.
fn stands_in(folder: &Path, word: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return stands_in(&path, word);
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes.windows(word.len()).any(|part| part == word.as_bytes())
    })
}

#[tokio::test]
async fn clicks_are_numbers_and_no_file_has_who_clicked() {
    let services: Vec<Arc<dyn Service>> =
        vec![Arc::new(imajin_auth::Auth::new()), Arc::new(crate::Links)];
    let node = TestNode::start(services, open_config(), 211).await.unwrap();
    begin_node_identity(&node.node).await.unwrap();
    let mut ada = Person::new(1);
    assert_eq!(ada.create(&node, None).await.status, 201);
    let token = ada.sign_in(&node).await;
    let mut write = Write::new(&ada.did, "links.put");
    let body = json!({ "title": "bread", "url": "https://bread.example/" });
    write.body = Some(from_dag_json(&body).unwrap());
    write.reference = Some(LINK.to_owned());
    assert_eq!(ada.write(&node, &write).await.status, 201);

    let go = || Ask::get(format!("/links/go/{}/{LINK}", ada.did));
    for _ in 0..2 {
        let click = go()
            .header("user-agent", "canarybrowser")
            .header("referer", "https://canaryplace.example/");
        assert_eq!(node.send(click).await.status, 303);
    }
    let ahead = go().header("sec-purpose", "prefetch");
    assert_eq!(node.send(ahead).await.status, 303);
    assert_eq!(node.send(go().bearer(&token)).await.status, 303);

    let clicks = async || {
        // The session has expired meanwhile.
        let token = ada.sign_in(&node).await;
        let ask = Ask::get(format!("/links/api/items?owner={}", ada.did)).bearer(&token);
        node.send(ask).await.json()["items"][0]["clicks"].clone()
    };
    round(&node.node).await.unwrap();
    assert_eq!(clicks().await, 0, "the day is not over");
    node.clock.pass(std::time::Duration::from_secs(24 * 3600));
    for _ in 0..2 {
        round(&node.node).await.unwrap();
        assert_eq!(clicks().await, 2, "each once, and a day once");
    }
    for word in ["canarybrowser", "canaryplace"] {
        assert!(!stands_in(node.node.data(), word), "{word}");
    }
}

#[tokio::test]
async fn one_address_counts_thirty_times_an_hour() {
    let services: Vec<Arc<dyn Service>> = vec![Arc::new(crate::Links)];
    let node = TestNode::start(services, Config::default(), 212).await.unwrap();
    let waiting = super::Waiting::default();
    let did = node.node.did().clone();
    let from = "192.0.2.1".parse().ok();
    for _ in 0..40 {
        waiting.note(&node.node, from, &did, LINK);
    }
    assert_eq!(waiting.take().values().sum::<u32>(), 30);
    node.clock.pass(std::time::Duration::from_secs(3600));
    waiting.note(&node.node, from, &did, LINK);
    assert_eq!(waiting.take().values().sum::<u32>(), 1);
}

/// A click counts for the day on the calendar of the box. If the box moves to a zone in which an entered day isn't
/// over, its clicks count for the next one: none is lost, and none counts twice.
#[tokio::test]
async fn a_day_is_one_of_the_boxs_zone_and_moving_it_loses_no_click() {
    Zone::find("Pacific/Auckland").unwrap().make_home();
    let services: Vec<Arc<dyn Service>> =
        vec![Arc::new(imajin_auth::Auth::new()), Arc::new(crate::Links)];
    let node = TestNode::start(services, open_config(), 213).await.unwrap();
    begin_node_identity(&node.node).await.unwrap();
    let mut ada = Person::new(1);
    assert_eq!(ada.create(&node, None).await.status, 201);
    let click = || {
        let waiting = node.node.state::<super::Waiting>();
        waiting.note(&node.node, None, &ada.did, LINK);
    };
    let counted = || {
        let counted = queries::read(&node.node, |db| queries::counted(db, ada.did.as_str()));
        let counted = counted.unwrap().into_iter();
        counted.map(|(day, _, clicks)| (day, clicks)).collect::<Vec<_>>()
    };
    let moves_to = |zone: &str| {
        let front = Front { timezone: zone.to_owned(), ..Front::default() };
        node.node.set_front(front).unwrap();
    };
    let day = |n: i64, clicks: i64| (format!("2026-11-{n}"), clicks);
    // 10:00 in Greenwich is 23:00 in Auckland.
    click();
    node.clock.pass(std::time::Duration::from_secs(2 * 3600));
    round(&node.node).await.unwrap();
    assert_eq!(counted(), [day(20, 1)], "the day is over there");
    // In Honolulu it is in the middle.
    moves_to("Pacific/Honolulu");
    click();
    for _ in 0..2 {
        round(&node.node).await.unwrap();
        node.clock.pass(std::time::Duration::from_secs(24 * 3600));
    }
    assert_eq!(counted(), [day(20, 1)], "the next day isn't over");
    round(&node.node).await.unwrap();
    assert_eq!(counted(), [day(20, 1), day(21, 1)]);
    // And back, over a day.
    click();
    moves_to("Pacific/Auckland");
    click();
    node.clock.pass(std::time::Duration::from_secs(48 * 3600));
    round(&node.node).await.unwrap();
    assert_eq!(counted().iter().map(|(_, clicks)| clicks).sum::<i64>(), 4);
}
