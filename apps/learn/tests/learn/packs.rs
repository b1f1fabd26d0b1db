//! Packs: a course as one file, for offline reading.

use imajin_edge::testing::Ask;
use serde_json::json;

use crate::quizzes::grade;
use crate::support::{COURSE, FIRST, somebody, world};

#[tokio::test]
async fn a_pack_is_for_students_as_long_as_they_take_the_course() {
    let world = world().await;
    let node = &world.node;
    grade(&world, Some(60)).await;
    let ada = somebody(node, 5).await;
    let path = format!("/learn/api/courses/{COURSE}/pack?owner={}", world.bea.did());
    node.get(path.as_str()).await.check(401);
    assert_eq!(ada.get(node, &path).await.status, 403);
    assert_eq!(ada.places(&world, "learn.enroll").await.status, 201);
    let now = node.node.now().as_millis();
    assert_eq!(ada.studies(&world, &[(FIRST, now)]).await.status, 201);

    let reply = ada.get(node, &path).await.check(200);
    let tag = reply.header("etag").unwrap().to_owned();
    assert!(!reply.text().contains("yeastKey"));
    let pack = reply.json();
    assert_eq!(pack["lessons"][0]["text"], "The words of *Wheat*.");
    assert_has!(pack["lessons"][1]["questions"].as_str().unwrap(), "bread");
    assert_eq!((&pack["modules"][0]["title"], &pack["done"]), (&json!("Flour"), &json!([FIRST])));
    for page in pack["pages"].as_array().unwrap() {
        assert_eq!(ada.get(node, page.as_str().unwrap()).await.status, 200);
    }
    let ask = Ask::get(path.as_str()).bearer(&ada.token);
    node.send(ask.header("if-none-match", tag)).await.check(304);

    assert_eq!(ada.places(&world, "learn.leave").await.status, 201);
    assert_eq!(ada.get(node, &path).await.status, 403);
    world.costs(500).await;
    assert_eq!(ada.get(node, &path).await.status, 402);
    world.close().await;
}
