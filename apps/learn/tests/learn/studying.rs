//! Enrolling in free courses, and progress.

use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::support::{COURSE, FIRST, MODULE, SECOND, somebody, world};

#[tokio::test]
async fn a_student_is_in_a_free_course_until_they_leave() {
    let world = world().await;
    let node = &world.node;
    let ada = somebody(node, 5).await;
    ada.studies(&world, &[(FIRST, 1)]).await.check(403);
    ada.places(&world, "learn.enroll").await.check(201);
    ada.places(&world, "learn.enroll").await.check_member(409, "reason", "enrolled");
    world.bea.places(&world, "learn.enroll").await.check_member(400, "field", "dids");
    assert_eq!(world.students().await[0]["did"], json!(ada.did()));
    assert_eq!(world.cards(&world.bea), ["course-student"]);
    let others = ada.get(node, &format!("/learn/api/courses/{COURSE}/students")).await;
    assert_eq!(others.status, 404, "only the teacher sees students");

    let now = node.node.now().as_millis();
    ada.studies(&world, &[(FIRST, now), (SECOND, now)]).await.check(201);
    // Another device reports an earlier completion of a lesson later.
    assert_eq!(ada.studies(&world, &[(FIRST, now - 5)]).await.status, 201);
    let at = node.node.read("learn", |db| {
        let sql = "SELECT at_ms FROM done WHERE lesson = ?1";
        db.query_row(sql, [FIRST], |row| row.get::<_, i64>(0))
    });
    assert_eq!(at.unwrap(), now - 5);
    ada.studies(&world, &[(FIRST, now + 600_000)]).await.check_member(400, "field", "done");
    let mine = ada.get(node, "/learn/api/courses").await.json();
    assert_members!(mine["courses"][0], "done": 2, "of": 2);
    assert!(ada.get(node, "/learn/mine").await.text().contains("2 of 2"));
    let path = format!("/{COURSE}/students");
    assert_has!(world.page(Some(&world.bea), &path).await.text(), "2 of 2");
    assert_eq!(world.page(Some(&ada), &path).await.status, 404);
    // Optional lessons don't count.
    world.put(SECOND, json!({"kind": "lesson", "in": COURSE, "optional": 1}), "Baking").await;
    assert_eq!(ada.get(node, "/learn/api/courses").await.json()["courses"][0]["of"], 1);

    assert_eq!(ada.places(&world, "learn.leave").await.status, 201);
    assert_eq!(ada.places(&world, "learn.leave").await.status, 404);
    assert!(world.students().await.is_empty());
    assert_eq!(ada.places(&world, "learn.enroll").await.status, 201);
    world.close().await;
}

#[tokio::test]
async fn a_lesson_leads_to_the_next_one_and_the_last_to_the_certificate() {
    let world = world().await;
    let node = &world.node;
    let ada = somebody(node, 5).await;
    let (first, last) = (format!("/{FIRST}"), format!("/{SECOND}"));
    for viewer in [None, Some(&world.bea)] {
        assert_has!(world.page(viewer, &first).await.text(), "Next lesson: Baking");
        assert_has!(world.page(viewer, &last).await.text(), "Back to the course");
    }
    ada.places(&world, "learn.enroll").await.check(201);
    let now = node.node.now().as_millis();
    ada.studies(&world, &[(SECOND, now)]).await.check(201);
    assert_has!(world.page(Some(&ada), &last).await.text(), "Back to the course");
    ada.studies(&world, &[(FIRST, now)]).await.check(201);
    let page = world.page(Some(&ada), &last).await.text();
    assert_has!(page, "#finishing", "Get the certificate");
    assert_has!(world.page(Some(&ada), &first).await.text(), "Next lesson: Baking");
    let fact = json!({"teacher": world.bea.did(), "public": 0});
    let complete = ada.says(node, "learn.complete", Some(COURSE), Json::Null, fact);
    let cid = complete.await.check(201).json()["value"]["certificate"].clone();
    let path = format!("href=\"/learn/check/{}\"", cid.as_str().unwrap());
    for end in [&last, &format!("/{COURSE}")] {
        assert_has!(world.page(Some(&ada), end).await.text(), &path, "See the certificate");
    }
    world.close().await;
}

#[tokio::test]
async fn a_course_goes_on_with_a_lesson_that_is_still_to_be_done() {
    let world = world().await;
    let node = &world.node;
    let ada = somebody(node, 5).await;
    ada.places(&world, "learn.enroll").await.check(201);
    let course = format!("/{COURSE}");
    let goes_on = |lesson: &str| format!("/{lesson}\">Continue</a>");
    let does = async |lesson: &str, next: &str| {
        let done = json!([{"lesson": lesson, "at": node.node.now().as_millis()}]);
        let (body, fact) =
            (json!({"done": done, "place": next}), json!({"teacher": world.bea.did()}));
        ada.says(node, "learn.progress", Some(COURSE), body, fact).await.check(201);
    };
    // Nothing comes after the last lesson, which stays the place.
    does(SECOND, SECOND).await;
    assert_has!(world.page(Some(&ada), &course).await.text(), &goes_on(FIRST));
    // A device that was offline sends the place that it knew.
    does(FIRST, SECOND).await;
    let quiz = json!({"elements": [{"type": "text", "name": "q1", "correctAnswer": "flour"}]});
    let body = json!({"title": "Dough", "text": "Mix.", "questions": quiz.to_string()});
    world.put_words(FIRST, json!({"kind": "lesson", "in": MODULE, "pass": 100}), body).await;
    assert_has!(world.page(Some(&ada), &course).await.text(), &goes_on(FIRST));
    world.close().await;
}

#[tokio::test]
async fn a_course_of_the_same_id_by_somebody_else_is_another_course() {
    let world = world().await;
    let node = &world.node;
    let (ada, bob) = (somebody(node, 5).await, somebody(node, 6).await);
    let body = json!({"title": "Cake"});
    let put = bob.says(node, "learn.put", Some(COURSE), body, json!({"kind": "course"}));
    assert_eq!(put.await.status, 201);
    assert_eq!(ada.places(&world, "learn.enroll").await.status, 201);
    let fact = json!({"teacher": bob.did()});
    let body = json!({"done": []});
    assert_eq!(ada.says(node, "learn.progress", Some(COURSE), body, fact).await.status, 403);
    let unknown = json!({"dids": [bob.did()]});
    let hidden = "itm_00000000000000000000000f";
    let (told, to) = ((Json::Null, unknown), [bob.did()]);
    assert_eq!(ada.tells(node, "learn.enroll", Some(hidden), told, &to).await.status, 404);
    world.close().await;
}

#[tokio::test]
async fn new_lessons_of_a_followed_course_are_a_card() {
    let world = world().await;
    let ada = somebody(&world.node, 5).await;
    world.node.clock.pass(Duration::from_secs(60));
    let fact = json!({"dids": [world.bea.did()]});
    let follow = ada.says(&world.node, "learn.follow", Some(COURSE), Json::Null, fact);
    assert_eq!(follow.await.status, 201);
    assert!(world.cards(&ada).is_empty());
    world.node.clock.pass(Duration::from_secs(60));
    let third = "itm_000000000000000000000005";
    let lesson = json!({"kind": "lesson", "in": COURSE});
    world.put(third, lesson, "Cooling").await;
    assert_eq!(world.cards(&ada), ["course-lesson"]);
    world.close().await;
}
