//! Ballot boxes: secret votes, closing, and the data left afterwards.

use std::collections::BTreeSet;
use std::time::Duration;

use imajin_edge::testing::{Ask, Person, TestNode, populated, until};
use serde_json::{Value as Json, json};

use crate::{
    ONE, answer, config, files, from_address, node, open, receipt, results, secret, services,
    set_status, somebody, write, yes_or_no,
};

/// Creates people who are signed in, with their tokens.
async fn people(node: &TestNode, number: u8) -> Vec<(Person, String)> {
    let mut all = Vec::new();
    for seed in 0..number {
        all.push(somebody(node, 10 + seed).await);
    }
    all
}

async fn close(node: &TestNode, ada: &Person) {
    assert_eq!(set_status(node, ada, "closed").await.status, 201);
    until("the end of the box", async || files(node).is_empty()).await;
}

#[tokio::test]
async fn a_secret_survey_tells_everything_once_after_the_close_and_never_who() {
    let (node, [(ada, _)]) = populated(node(), [1], somebody).await;
    let mut fact = secret();
    fact["roll"] = json!(1);
    open(&node, &ada, &yes_or_no(), fact).await;
    let people = people(&node, 6).await;
    for (n, (_, token)) in (0..).zip(&people) {
        let answers = json!({ "yes": n % 3 == 0 });
        let vote = |receipt| answer(&ada, receipt, &answers).bearer(token);
        assert_eq!(node.send(vote(n)).await.status, 201);
        assert_eq!(node.send(vote(n)).await.status, 200, "its reply got lost");
        node.send(vote(100 + n)).await.check(409);
        let other = answer(&ada, n, &json!({ "yes": n % 3 != 0 })).bearer(token);
        assert_eq!(node.send(other).await.status, 409);
    }
    node.send(answer(&ada, 200, &json!({ "yes": true }))).await.check(401);
    let wrong = answer(&ada, 201, &json!({ "no": true })).bearer(&people[0].1);
    node.send(wrong).await.check_member(400, "question", "no");
    assert_members!(results(&node, &ada, None).await.json(), "answers": 0, "status": "open");

    close(&node, &ada).await;
    let late = answer(&ada, 300, &json!({ "yes": true })).bearer(&people[0].1);
    assert_eq!(node.send(late).await.status, 410);
    let after = results(&node, &ada, None).await.json();
    assert_eq!(after["answers"], 6);
    assert_eq!(after["questions"]["yes"]["by"], json!({ "true": 2, "false": 4 }));
    let receipts: BTreeSet<&str> =
        after["receipts"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    let expected: BTreeSet<String> = (0..6).map(receipt).collect();
    assert_eq!(receipts, expected.iter().map(String::as_str).collect());
    assert_eq!(after.get("roll"), None, "the owner alone sees who took part");
    let token = ada.sign_in(&node).await;
    let own = results(&node, &ada, Some(&token)).await.json();
    let roll: BTreeSet<&str> =
        own["roll"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert_eq!(roll, people.iter().map(|(person, _)| person.did.as_str()).collect());
    let members = json!({ "members": 6, "guests": 0, "others": 0 });
    assert_eq!((&own["split"], &own["came"]), (&json!("roll"), &members));
    // Others would see it change with a member's role.
    assert_eq!((&after["split"], after.get("came")), (&json!("unknown"), None));
    for (person, _) in &people {
        let held = node.node.read("dykil", |db| {
            db.query_row(
                "SELECT count(*) FROM entries WHERE owner_did = ?1",
                [person.did.as_str()],
                |row| row.get::<_, i64>(0),
            )
        });
        assert_eq!(held.unwrap(), 0, "a voter's own record says nothing");
    }
}

#[tokio::test]
async fn fewer_than_five_answers_are_destroyed() {
    let (node, [(ada, _)]) = populated(node(), [1], somebody).await;
    let fact = json!({ "mode": "secret", "each": "any", "show": "all" });
    open(&node, &ada, &yes_or_no(), fact).await;
    for n in 0..4 {
        node.send(answer(&ada, n, &json!({ "yes": true }))).await.check(201);
    }
    close(&node, &ada).await;
    assert_members!(results(&node, &ada, None).await.json(), "answers": 0, "ended": "few");
}

#[tokio::test]
async fn a_box_that_is_not_there_after_a_restart_was_lost() {
    let (node, [(ada, _)]) = populated(node(), [1], somebody).await;
    let fact = json!({ "mode": "totals", "each": "any", "show": "all" });
    open(&node, &ada, &yes_or_no(), fact).await;
    let [file]: [_; 1] = files(&node).try_into().unwrap();
    let clock = std::sync::Arc::clone(&node.clock);
    let folder = node.stop().await.unwrap();
    // Simulate a restore: backups contain no boxes.
    std::fs::remove_file(file).unwrap();
    let node = TestNode::start_in(folder, services(), config(), 214, clock).await.unwrap();
    until("its end", async || results(&node, &ada, None).await.json()["ended"] == "lost").await;
    node.send(answer(&ada, 1, &json!({ "yes": true }))).await.check(410);
    let page = node.get(format!("/dykil/{}/{ONE}", ada.did)).await;
    assert!(page.text().contains("Please repeat"), "{}", page.text());
}

#[tokio::test]
async fn a_damaged_box_holds_up_no_other() {
    let (node, [(ada, _), (ben, _)]) = populated(node(), [1, 2], somebody).await;
    for person in [&ada, &ben] {
        let fact = json!({ "mode": "secret", "each": "any", "show": "all" });
        open(&node, person, &yes_or_no(), fact).await;
        for n in 0..5 {
            node.send(answer(person, n, &json!({ "yes": true }))).await.check(201);
        }
    }
    // Boxes are released in the order of their owners.
    let (first, second) = if ada.did < ben.did { (&ada, &ben) } else { (&ben, &ada) };
    let name = first.did.folder_name();
    let is_first = |file: &std::path::PathBuf| file.to_string_lossy().contains(&name);
    let damaged = files(&node).into_iter().find(is_first).unwrap();
    let clock = std::sync::Arc::clone(&node.clock);
    let folder = node.stop().await.unwrap();
    std::fs::write(&damaged, vec![7; 8_192]).unwrap();
    let node = TestNode::start_in(folder, services(), config(), 214, clock).await.unwrap();
    assert_eq!(set_status(&node, second, "closed").await.status, 201);
    until("the end of the other box", async || files(&node) == [damaged.clone()]).await;
    assert_members!(results(&node, second, None).await.json(), "answers": 5, "ended": "whole");
}

#[tokio::test]
async fn a_box_outlives_a_restart_with_every_vote() {
    let (node, [(ada, _)]) = populated(node(), [1], somebody).await;
    let fact = json!({ "mode": "secret", "each": "any", "show": "all" });
    open(&node, &ada, &yes_or_no(), fact).await;
    for n in 0..5 {
        node.send(answer(&ada, n, &json!({ "yes": true }))).await.check(201);
    }
    let node = node.restarted(services(), config()).await.unwrap();
    node.send(answer(&ada, 4, &json!({ "yes": true }))).await.check(200);
    node.send(answer(&ada, 5, &json!({ "yes": true }))).await.check(201);
    close(&node, &ada).await;
    assert_eq!(results(&node, &ada, None).await.json()["answers"], 6);
}

#[tokio::test]
async fn a_box_goes_with_its_survey_and_nobody_moves_away_from_an_open_one() {
    let (node, [(ada, token)]) = populated(node(), [1], somebody).await;
    open(&node, &ada, &yes_or_no(), secret()).await;
    let ask = Ask::get("/auth/api/transfer?to=https://new.example").bearer(&token);
    assert_has!(node.send(ask).await.check(409).text(), "Ballot boxes");
    assert_eq!(files(&node).len(), 1);
    write(&node, &ada, "dykil.remove", (ONE, None), (None, None)).await.check(201);
    until("the end of the box", async || files(&node).is_empty()).await;
}

#[tokio::test]
async fn a_code_on_paper_is_good_for_one_answer() {
    let (node, [(ada, token), (_, bobs)]) = populated(node(), [1, 2], somebody).await;
    let path = format!("/dykil/api/surveys/{}/{ONE}/slips", ada.did);
    let draw = |token: &str| Ask::post(path.clone(), &json!({ "number": 6 })).bearer(token);
    let fact = json!({ "mode": "secret", "each": "slip", "show": "all" });
    crate::put(&node, &ada, &yes_or_no(), fact).await;
    assert_eq!(node.send(draw(&token)).await.status, 410, "not open");
    assert_eq!(set_status(&node, &ada, "open").await.status, 201);
    assert_eq!(node.send(draw(&bobs)).await.status, 404);
    let codes = node.send(draw(&token)).await.json()["codes"].clone();
    let codes: Vec<String> = serde_json::from_value(codes).unwrap();
    assert_eq!(codes.len(), 6);
    let vote = |n: u32, slip: &str| {
        let path = format!("/dykil/api/surveys/{}/{ONE}/answers", ada.did);
        let body = json!({ "receipt": receipt(n), "answers": { "yes": true }, "slip": slip });
        from_address(Ask::post(path, &body), n)
    };
    for (n, code) in (0..).zip(&codes) {
        // People type codes in lower case and without hyphens.
        let typed = code.to_lowercase().replace('-', " ");
        assert_eq!(node.send(vote(n, &typed)).await.status, 201);
        assert_eq!(node.send(vote(50 + n, code)).await.status, 409);
    }
    assert_eq!(node.send(vote(90, "AAAA-AAAA-AAAA")).await.status, 403);
    node.send(answer(&ada, 91, &json!({ "yes": true }))).await.check_member(400, "field", "slip");
}

#[tokio::test]
async fn from_one_address_five_answers_a_day_are_taken() {
    let (node, [(ada, _)]) = populated(node(), [1], somebody).await;
    let fact = json!({ "mode": "secret", "each": "any", "show": "all" });
    open(&node, &ada, &yes_or_no(), fact).await;
    let vote = |n: u32, from: &str| {
        let path = format!("/dykil/api/surveys/{}/{ONE}/answers", ada.did);
        let body: Json = json!({ "receipt": receipt(n), "answers": { "yes": true } });
        Ask::post(path, &body).header("x-forwarded-for", from)
    };
    for n in 0..5 {
        assert_eq!(node.send(vote(n, &format!("2001:db8:1:1::{n:x}"))).await.status, 201);
    }
    node.send(vote(5, "2001:db8:1:1::ffff")).await.check(429);
    assert_eq!(node.send(vote(4, "2001:db8:1:1::1")).await.status, 200, "a repetition");
    assert_eq!(node.send(vote(6, "2001:db8:1:2::1")).await.status, 201);
    node.clock.pass(Duration::from_secs(5 * 3_600));
    assert_eq!(node.send(vote(7, "2001:db8:1:1::1")).await.status, 201);
}
