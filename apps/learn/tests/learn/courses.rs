//! Courses: validation, and who may read what.

use serde_json::{Value as Json, json};

use crate::support::{COURSE, FIRST, MODULE, SECOND, somebody, world};

#[tokio::test]
async fn a_field_that_is_wrong_is_named() {
    let world = world().await;
    let put = async |body: Json, fact: Json| {
        let reply = world.bea.says(&world.node, "learn.put", Some(FIRST), body, fact).await;
        (reply.status, reply.json()["field"].clone())
    };
    let titled = || json!({"title": "Wheat"});
    let lesson = || json!({"kind": "lesson", "in": MODULE});
    let named = |field: &str| (400, json!(field));
    assert_eq!(put(json!({"title": " "}), lesson()).await, named("title"));
    assert_eq!(put(titled(), json!({"kind": "poem"})).await, named("kind"));
    assert_eq!(put(titled(), json!({"kind": "course", "in": COURSE})).await, named("in"));
    assert_eq!(put(titled(), json!({"kind": "lesson", "in": SECOND})).await, (404, json!("in")));
    let module = json!({"kind": "module", "in": COURSE});
    let text = json!({"title": "Wheat", "text": "words"});
    assert_eq!(put(text, module.clone()).await, named("text"));
    let long = json!({"title": "Wheat", "text": "ü".repeat(100_001)});
    assert_eq!(put(long, lesson()).await, named("text"));
    let quiz = json!({"title": "Wheat", "questions": "{}"});
    assert_eq!(put(quiz, lesson()).await, named("questions"));
    let mut graded = lesson();
    graded["pass"] = json!(50);
    assert_eq!(put(titled(), graded).await, named("questions"));
    assert_eq!(put(titled(), module).await, (409, json!("kind")));

    let fair = format!("sha256:{}", "0".repeat(64));
    for (id, price, field) in [(COURSE, -1, "price"), (COURSE, 100, "fair")] {
        let fact = json!({"price": price, "currency": "CHF", "fair": fair});
        let offer = world.bea.says(&world.node, "learn.offer", Some(id), Json::Null, fact);
        offer.await.check_member(400, "field", json!(field));
    }
    let manifest = world.costs(500).await;
    let offer = world.bea.offers_by(&world.node, FIRST, 500, &manifest).await;
    assert_eq!(offer.status, 404, "a lesson has no price");
    world.close().await;
}

#[tokio::test]
async fn a_free_course_is_read_by_all_who_see_it_in_every_form() {
    let world = world().await;
    let page = async |path: &str| {
        let reply = world.page(None, path).await;
        (reply.status, reply.text())
    };
    let (_, list) = page("").await;
    assert!(list.contains("<strong>Bread</strong>") && list.contains(">free<"));
    let (status, course) = page(&format!("/{COURSE}")).await;
    assert_eq!(status, 200);
    let place = |text: &str| course.find(text).unwrap();
    assert!(place(">Flour<") < place(">Wheat<") && place(">Wheat<") < place(">Baking<"));
    let (status, lesson) = page(&format!("/{FIRST}")).await;
    assert_eq!(status, 200);
    assert!(lesson.contains("The words of <em>Wheat</em>."), "{lesson}");
    assert!(lesson.contains("rel=\"next\"") && !lesson.contains("rel=\"prev\""));
    let (status, _) = page(&format!("/{MODULE}")).await;
    assert_eq!(status, 303, "a module is on its course's page");
    let (_, text) = page(&format!("/{FIRST}.md")).await;
    assert_eq!(text, "# Wheat\n\nThe words of *Wheat*.\n");
    let (_, text) = page(&format!("/{COURSE}.md")).await;
    assert!(text.contains("\n## Flour\n\n* [Wheat]("), "{text}");
    let (_, items) = page(&format!("/{COURSE}.json")).await;
    let items: Json = serde_json::from_str(&items).unwrap();
    assert_eq!(items["items"].as_array().unwrap().len(), 4);
    let (_, feed) = page("/feed.atom").await;
    assert_eq!(feed.matches("<entry>").count(), 1);
    assert_eq!(page("/none").await.0, 404);

    // Lessons are hidden together with their course.
    world.put(COURSE, json!({"kind": "course", "visibility": "private"}), "Bread").await;
    for path in [COURSE, MODULE, FIRST] {
        assert_eq!(page(&format!("/{path}")).await.0, 404);
    }
    world.close().await;
}

#[tokio::test]
async fn what_costs_something_is_read_by_its_students() {
    let world = world().await;
    world.costs(500).await;
    let ada = somebody(&world.node, 5).await;
    let own = world.page(Some(&world.bea), &format!("/{FIRST}")).await;
    assert!(own.text().contains("<em>Wheat</em>"));
    for reader in [None, Some(&ada)] {
        let course = world.page(reader, &format!("/{COURSE}")).await;
        assert!(course.text().contains("5.00\u{a0}CHF") && course.text().contains(">Flour<"));
        let lesson = world.page(reader, &format!("/{FIRST}")).await.check(402);
        assert!(!lesson.text().contains("The words of"));
        world.page(reader, &format!("/{FIRST}.md")).await.check(402);
    }
    let path = format!("/learn/api/items/{FIRST}?owner={}", world.bea.did());
    let ask = async |of: &crate::support::Somebody| of.get(&world.node, &path).await.json();
    assert_eq!(ask(&ada).await["title"], "Wheat");
    assert!(ask(&ada).await["text"].is_null());
    assert_eq!(ask(&world.bea).await["text"], "The words of *Wheat*.");
    let path = format!("/learn/api/items?owner={}&limit=2", world.bea.did());
    let list = world.node.get(path).await.json();
    assert_eq!(list["hasMore"], true);
    assert_eq!(list["items"][0]["offer"]["price"], 500);
    world.close().await;
}

#[tokio::test]
async fn a_removed_course_goes_with_its_lessons_and_their_words() {
    let world = world().await;
    let ask = world.bea.says(&world.node, "learn.remove", Some(COURSE), Json::Null, Json::Null);
    ask.await.check(201);
    world.page(Some(&world.bea), &format!("/{FIRST}")).await.check(404);
    let left = world.node.node.read("learn", |db| {
        db.query_row("SELECT count(*) FROM lessons", [], |row| row.get::<_, i64>(0))
    });
    assert_eq!(left.unwrap(), 0);
    world.close().await;
}

#[tokio::test]
async fn the_front_page_shows_what_everybody_may_see() {
    let world = world().await;
    let shown = world.front();
    let [card] = &shown[..] else {
        panic!("one course");
    };
    let link = format!("/learn/{}/{COURSE}", world.bea.did());
    assert_has!(card, "Bread", &link, "free");
    world.costs(500).await;
    assert!(world.front().concat().contains("5.00"));
    for fact in [
        json!({"kind": "course", "visibility": "connections"}),
        json!({"kind": "course", "visibility": "link"}),
        json!({"kind": "course", "visibility": "private"}),
        json!({"kind": "course", "on": 0}),
    ] {
        world.put(COURSE, fact.clone(), "Bread").await;
        assert!(world.front().is_empty(), "{fact}");
    }
    world.put(COURSE, json!({"kind": "course"}), "Bread").await;
    assert_eq!(world.front().len(), 1);
    world.close().await;
}
