//! Words with a tip.

use imajin_app::DataRights;
use imajin_edge::testing::Ask;
use serde_json::json;

use crate::support::{somebody, world};

const WORDS: &str = "<b>Best</b> flat white, =1+1";

#[tokio::test]
async fn words_are_for_the_receiver_until_they_show_them_and_can_be_taken_back() {
    let world = world().await;
    let node = &world.node;
    let ada = somebody(node, 5).await;
    let payment = ada.gave(&world, 500).await;
    ada.says(&world, &payment, WORDS).await.check(201);
    ada.says(&world, &payment, "More").await.check_member(409, "reason", "said");
    assert_eq!(world.tips().await[0]["said"], WORDS);
    assert!(!world.page().await.contains("flat white"));

    let show = async |on: i64| {
        world.bea.asks(node, "coffee.show", &payment, json!({ "on": on }), &[]).await.check(201);
    };
    show(1).await;
    let page = world.page().await;
    assert!(page.contains("&lt;b&gt;Best&lt;/b&gt; flat white") && !page.contains("<b>Best"));
    show(0).await;
    assert!(!world.page().await.contains("flat white"));
    show(1).await;

    let fact = json!({"dids": [world.bea.did()]});
    ada.asks(node, "coffee.unsay", &payment, fact.clone(), &[world.bea.did()]).await.check(201);
    assert!(!world.page().await.contains("flat white"));
    assert!(world.tips().await[0]["said"].is_null());
    ada.asks(node, "coffee.unsay", &payment, fact, &[world.bea.did()]).await.check(404);
    assert_eq!(ada.says(&world, &payment, "Good.").await.status, 201);
    world.close().await;
}

#[tokio::test]
async fn nobody_says_anything_with_a_tip_that_is_not_theirs_or_not_paid() {
    let world = world().await;
    let node = &world.node;
    let (ada, bob) = (somebody(node, 5).await, somebody(node, 6).await);
    let promised = ada.tips(&world, 500, "emt").await.json();
    let promised = promised["payment"].as_str().unwrap();
    assert_eq!(ada.says(&world, promised, "Early").await.status, 404);
    world.arrives(&ada, promised, 500).await;
    assert_eq!(bob.says(&world, promised, "Mine").await.status, 404);
    assert_eq!(world.bea.says(&world, promised, "Thanks").await.status, 404);
    assert_eq!(ada.says(&world, promised, " ").await.status, 400);
    let show = ada.asks(node, "coffee.show", promised, json!({"on": 1}), &[]).await;
    assert_eq!(show.status, 404, "only its receiver shows it");
    world.close().await;
}

#[tokio::test]
async fn the_table_has_no_formulas_and_a_deletion_says_what_others_keep() {
    let world = world().await;
    let node = &world.node;
    let ada = somebody(node, 5).await;
    let payment = ada.gave(&world, 500).await;
    ada.says(&world, &payment, "=cmd()").await.check(201);
    let table = world.bea.get(node, "/coffee/api/tips.csv").await;
    assert_eq!(table.header("content-type").unwrap(), "text/csv; charset=utf-8; header=present");
    let text = table.text();
    let lines: Vec<_> = text.split("\r\n").collect();
    assert_eq!(lines[0], "\u{feff}when,amount,back,currency,jar,name,words");
    assert!(lines[1].ends_with(",500,0,CHF,itm_000000000000000000000001,,'=cmd()"), "{text}");

    let plan = node.node.read("coffee", |db| imajin_coffee::Coffee.delete(db, ada.did())).unwrap();
    let kinds: Vec<_> = plan.stays.iter().map(|stay| stay.kind.as_str()).collect();
    assert_eq!(kinds, ["tips", "words with tips"]);
    assert_eq!(node.send(Ask::get("/coffee/api/tips.csv")).await.status, 401);
    world.close().await;
}
