//! Quizzes for practice, and graded ones.

use serde_json::{Value as Json, json};

use crate::support::{COURSE, FIRST, SECOND, Somebody, World, somebody, world};

/// Returns a form with two questions, the second answered with a text.
pub(crate) fn questions() -> String {
    json!({"elements": [
        {"type": "radiogroup", "name": "q1", "choices": ["cake", "bread"], "correctAnswer": "bread"},
        {"type": "text", "name": "q2", "correctAnswer": "yeastKey"},
    ]})
    .to_string()
}

/// Gives Bea's second lesson a quiz; `pass` is the percentage needed in a graded one.
pub(crate) async fn grade(world: &World, pass: Option<i64>) {
    let mut fact = json!({"kind": "lesson", "in": COURSE});
    if let Some(pass) = pass {
        fact["pass"] = pass.into();
    }
    world.put_words(SECOND, fact, json!({"title": "Baking", "questions": questions()})).await;
}

/// Answers the quiz of the second lesson. Returns the status and the response.
pub(crate) async fn answer(
    world: &World,
    of: &Somebody,
    (flour, word): (&str, &str),
) -> (u16, Json) {
    let answers = json!({"q1": flour, "q2": word}).to_string();
    let body = json!({ "answers": answers });
    let fact = json!({"teacher": world.bea.did()});
    let reply = of.says(&world.node, "learn.answer", Some(SECOND), body, fact).await;
    (reply.status, reply.json())
}

#[tokio::test]
async fn the_node_grades_and_keeps_the_right_answers() {
    let world = world().await;
    let node = &world.node;
    let ada = somebody(node, 5).await;
    grade(&world, Some(60)).await;
    assert_eq!(answer(&world, &ada, ("bread", "yeastKey")).await.0, 403);
    assert_eq!(ada.places(&world, "learn.enroll").await.status, 201);

    // No route reveals the correct answers to anyone but the teacher.
    let api = format!("/learn/api/items/{SECOND}?owner={}", world.bea.did());
    let in_course = format!("/learn/api/items?owner={}&in={COURSE}", world.bea.did());
    for path in [&api, &in_course] {
        let text = ada.get(node, path).await.text();
        assert_has!(text, "Baking");
        assert_lacks!(text, "yeastKey");
    }
    for end in ["", ".json", ".md"] {
        let page = world.page(Some(&ada), &format!("/{SECOND}{end}")).await.check(200);
        assert!(!page.text().contains("yeastKey"));
    }
    assert!(world.bea.get(node, &api).await.text().contains("yeastKey"));

    let (status, first) = answer(&world, &ada, ("bread", "sugar")).await;
    assert_eq!(status, 201, "{first}");
    assert_eq!(first["value"], json!({"right": 1, "of": 2, "pass": false, "left": 4}));
    let (status, wrong) = answer(&world, &ada, ("rice", "sugar")).await;
    assert_eq!((status, &wrong["field"]), (400, &json!("answers")));
    let (_, second) = answer(&world, &ada, ("bread", " YEASTkey ")).await;
    assert_eq!(second["value"], json!({"right": 2, "of": 2, "pass": true, "left": 3}));
    let (status, again) = answer(&world, &ada, ("bread", "sugar")).await;
    assert_eq!((status, &again["reason"]), (409, &json!("passed")));
    let grades = world.students().await[0]["grades"].clone();
    let best = json!({"lesson": SECOND, "title": "Baking", "right": 2, "of": 2, "passed": true, "tries": 2});
    assert_eq!(grades, json!([best]));
    let path = format!("/{COURSE}/students");
    let page = world.page(Some(&world.bea), &path);
    assert!(page.await.text().contains("2 of 2 right (2 tries)"));
    world.close().await;
}

#[tokio::test]
async fn answers_that_are_sent_again_are_one_try() {
    let world = world().await;
    let ada = somebody(&world.node, 5).await;
    grade(&world, Some(100)).await;
    assert_eq!(ada.places(&world, "learn.enroll").await.status, 201);
    assert_eq!(answer(&world, &ada, ("bread", "a")).await.0, 201);
    let (status, again) = answer(&world, &ada, ("bread", "a")).await;
    assert_eq!((status, &again["reason"]), (409, &json!("again")));
    assert_eq!(answer(&world, &ada, ("bread", "b")).await.0, 201);
    let (_, back) = answer(&world, &ada, ("bread", "a")).await;
    assert_eq!(back["value"]["left"], 2);
    world.close().await;
}

#[tokio::test]
async fn somebody_has_five_tries() {
    let world = world().await;
    let ada = somebody(&world.node, 5).await;
    grade(&world, Some(100)).await;
    assert_eq!(ada.places(&world, "learn.enroll").await.status, 201);
    for word in ["a", "b", "c", "d", "e"] {
        assert_eq!(answer(&world, &ada, ("bread", word)).await.0, 201);
    }
    let (status, last) = answer(&world, &ada, ("bread", "yeastKey")).await;
    assert_eq!((status, &last["reason"]), (409, &json!("tries")));
    let page = world.page(Some(&ada), &format!("/{SECOND}")).await.text();
    assert!(page.contains("no try left") && !page.contains("id=\"answers\""));
    world.close().await;
}

#[tokio::test]
async fn a_quiz_for_practice_comes_with_its_answers_and_is_not_graded() {
    let world = world().await;
    grade(&world, None).await;
    let page = world.page(None, &format!("/{SECOND}")).await.text();
    assert!(page.contains("yeastKey") && page.contains("id=\"answers\""));
    let ada = somebody(&world.node, 5).await;
    assert_eq!(ada.places(&world, "learn.enroll").await.status, 201);
    assert_eq!(answer(&world, &ada, ("bread", "yeastKey")).await.0, 404);
    let fact = json!({"teacher": world.bea.did()});
    let body = json!({"answers": "{}"});
    assert_eq!(ada.says(&world.node, "learn.answer", Some(FIRST), body, fact).await.status, 404);
    world.close().await;
}
