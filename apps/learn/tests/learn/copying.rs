//! Copies of courses: who may make one, and the original's share of their income.

use imajin_app::{Lang, SearchWords, Searchable};
use imajin_protocol::fair::{Manifest, Source};
use imajin_protocol::money::Ppm;
use imajin_selling::Fulfilled;
use serde_json::{Value as Json, json};

use crate::quizzes::grade;
use crate::support::{COURSE, SECOND, Somebody, World, somebody, world};

const COPY: &str = "itm_0000000000000000000000cc";

/// Builds the source entry with which a copy derives from this manifest.
fn source(manifest: &Manifest, millionths: u32) -> Source {
    Source {
        id: manifest.id().unwrap().to_owned(),
        weight: Ppm::new(millionths).unwrap(),
        fair: Some(manifest.digest()),
    }
}

/// Carl copies Bea's course.
async fn copied(world: &World, carl: &Somebody) {
    let fact = json!({"kind": "course", "copied": format!("{}/{COURSE}", world.bea.did())});
    let body = json!({"title": "Bread by Carl"});
    assert_eq!(carl.says(&world.node, "learn.put", Some(COPY), body, fact).await.status, 201);
}

async fn sees(world: &World, whose: &Somebody, viewer: Option<&Somebody>) -> (u16, bool) {
    let path = |end: &str| format!("/learn/{}{end}", whose.did());
    let ask = async |end: &str| match viewer {
        Some(one) => one.get(&world.node, &path(end)).await,
        None => world.node.get(path(end)).await,
    };
    let page = ask(&format!("/{COPY}")).await.status;
    (page, ask("").await.text().contains("Bread by Carl"))
}

#[tokio::test]
async fn a_copy_is_shown_once_it_is_offered_with_the_original_s_share() {
    let world = world().await;
    let node = &world.node;
    let carl = somebody(node, 6).await;
    let original = world.costs(500).await;
    copied(&world, &carl).await;
    assert_eq!(sees(&world, &carl, None).await, (404, false));
    assert_eq!(sees(&world, &carl, Some(&carl)).await, (200, true));
    let list = format!("/learn/api/items?owner={}", carl.did());
    assert_eq!(node.get(list).await.json()["items"], json!([]));
    let words = SearchWords::parse("Carl");
    let hits = imajin_learn::Learn.search(&node.node, world.bea.did(), &words, 9, Lang::En);
    assert!(hits.unwrap().is_empty());
    assert_eq!(world.front().len(), 1, "the original");

    let shares = [(carl.did(), 1_000_000)];
    for from in [None, Some(source(&original, 199_999))] {
        let manifest = carl.manifest(COPY, &shares, from);
        carl.offers_by(node, COPY, 1_000, &manifest).await.check_member(400, "field", "fair");
    }
    let manifest = carl.manifest(COPY, &shares, Some(source(&original, 200_000)));
    carl.offers_by(node, COPY, 1_000, &manifest).await.check(201);
    assert_eq!(sees(&world, &carl, None).await, (200, true));

    // The payment of a student of Carl's is shared by Carl and Bea.
    let details = json!({"note": "Bring it to Carl."});
    assert_eq!(carl.says(node, "pay.details", None, details, Json::Null).await.status, 201);
    let ada = somebody(node, 5).await;
    let order = json!({"owner": carl.did(), "course": COPY, "rail": "emt"});
    let quote = ada.signed(node, "/learn/api/quote", &order).await.json();
    let part = |of: &Somebody| {
        let mut all = quote["recipients"].as_array().unwrap().iter();
        all.find(|one| one["did"] == json!(of.did())).unwrap()["amount"].clone()
    };
    assert_eq!((part(&world.bea), part(&carl)), (json!(200), json!(800)));
    let begun = ada.signed(node, "/learn/api/pay", &order).await.json();
    let payment = begun["payment"].as_str().unwrap();
    assert_eq!(world.arrives_at(&carl, &ada, payment, 1_000).await, Fulfilled::Done);
    let students = carl.get(node, &format!("/learn/api/courses/{COPY}/students")).await.json();
    assert_eq!(students["students"][0]["did"], json!(ada.did()));
    world.close().await;
}

#[tokio::test]
async fn a_course_that_is_not_open_to_copies_has_none() {
    let world = world().await;
    let carl = somebody(&world.node, 6).await;
    copied(&world, &carl).await;
    let manifest = carl.manifest(COPY, &[(carl.did(), 1_000_000)], None);
    carl.offers_by(&world.node, COPY, 1_000, &manifest).await.check(409);
    let page = world.page(Some(&carl), &format!("/{COURSE}")).await.text();
    assert!(!page.contains("id=\"copy\""));
    world.close().await;
}

#[tokio::test]
async fn who_may_teach_a_course_gets_its_right_answers_with_it() {
    let world = world().await;
    grade(&world, Some(60)).await;
    let carl = somebody(&world.node, 6).await;
    assert_eq!(carl.places(&world, "learn.enroll").await.status, 201);
    let path = format!("/learn/api/items/{SECOND}?owner={}", world.bea.did());
    let text = async |of: &Somebody| of.get(&world.node, &path).await.text();
    assert!(!text(&carl).await.contains("yeastKey"));
    world.costs(0).await;
    assert!(text(&carl).await.contains("yeastKey"));
    let ada = somebody(&world.node, 5).await;
    assert!(!text(&ada).await.contains("yeastKey"), "she is no student");
    let page = world.page(Some(&carl), &format!("/{COURSE}")).await.text();
    assert!(page.contains("id=\"copy\""));
    world.close().await;
}
