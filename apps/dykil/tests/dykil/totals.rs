//! Totals in steps of five, and spending surveys.

use imajin_edge::testing::populated;
use serde_json::{Value as Json, json};

use crate::{ONE, answer, node, open, results, somebody, yes_or_no};

#[tokio::test]
async fn totals_come_in_steps_of_five_and_single_answers_are_nowhere() {
    let (node, [(ada, token)]) = populated(node(), [1], somebody).await;
    let fact = json!({ "mode": "totals", "each": "any", "show": "all" });
    open(&node, &ada, &yes_or_no(), fact).await;
    let mut shown = Vec::new();
    for n in 0..11 {
        assert_eq!(node.send(answer(&ada, n, &json!({ "yes": n % 2 == 0 }))).await.status, 201);
        shown.push(results(&node, &ada, None).await.json()["answers"].as_u64().unwrap());
    }
    assert_eq!(shown, [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10]);
    let all = results(&node, &ada, None).await.json();
    assert_eq!(all["questions"]["yes"]["by"], json!({ "true": 5, "false": 5 }));
    assert_eq!(crate::set_status(&node, &ada, "closed").await.status, 201);
    imajin_edge::testing::until("the end of the box", async || crate::files(&node).is_empty())
        .await;
    let after = results(&node, &ada, Some(&token)).await.json();
    // Answers that waited are gone.
    assert_members!(after, "answers": 10, "ended": "whole");
}

#[tokio::test]
async fn a_street_learns_what_its_households_spend() {
    let (node, [(ada, _)]) = populated(node(), [1], somebody).await;
    let body = json!({ "title": "Our street", "form": "spending", "groups": "Choir\nClub" });
    let fact = json!({ "mode": "totals", "each": "any", "show": "all" });
    crate::write(&node, &ada, "dykil.put", (ONE, None), (Some(body), Some(fact))).await.check(201);
    assert_eq!(crate::set_status(&node, &ada, "open").await.status, 201);
    let vote = async |n: u32, answers: Json| node.send(answer(&ada, n, &answers)).await;
    assert_eq!(vote(0, json!({ "cloud": 3 })).await.status, 400, "how many they are");
    for n in 1..=5 {
        let answers = json!({ "household": 2, "cloud": 10, "group": "Choir", "also": ["Club"], "postal": "8001" });
        assert_eq!(vote(n, answers).await.status, 201);
    }
    let reply = results(&node, &ada, None).await.json();
    let groups = reply["groups"].as_array().unwrap().len();
    assert_eq!(groups, 1, "Club has no amounts of its own: {reply}");
    let choir = &reply["groups"][0];
    assert_members!(choir, "name": "Choir", "households": 5, "members": 10);
    assert_members!(choir["totals"], "cloud": 50);
    assert_members!(choir["means"], "cloud": 10);
    assert_eq!(reply["places"], json!({ "800": 5 }));
}

#[tokio::test]
async fn a_group_with_a_long_name_has_totals() {
    let (node, [(ada, _)]) = populated(node(), [1], somebody).await;
    let name = "Wohngenossenschaft am Fluss mit allen Freundinnen und Freunden der Stadtmusik";
    let body = json!({ "title": "Our street", "form": "spending", "groups": format!("{name}\nRow\tclub") });
    let fact = json!({ "mode": "totals", "each": "any", "show": "all" });
    crate::write(&node, &ada, "dykil.put", (ONE, None), (Some(body), Some(fact))).await.check(201);
    assert_eq!(crate::set_status(&node, &ada, "open").await.status, 201);
    for n in 0..10 {
        let group = if n < 5 { name } else { "Row club" };
        let answers = json!({ "household": 2, "cloud": 10, "group": group });
        node.send(answer(&ada, n, &answers)).await.check(201);
    }
    let all = results(&node, &ada, None).await.json();
    let mut names: Vec<&str> =
        all["groups"].as_array().unwrap().iter().filter_map(|one| one["name"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Row club", name]);
}
