//! Answers with a name.

use imajin_edge::testing::{Ask, populated};
use serde_json::json;

use crate::{ONE, answer, node, open, results, somebody, write, yes_or_no};

#[tokio::test]
async fn a_named_answer_is_told_changed_and_taken_back() {
    let (node, [(ada, token), (bob, bobs)]) = populated(node(), [1, 2], somebody).await;
    let fact = json!({ "mode": "named", "each": "person", "show": "answered" });
    open(&node, &ada, &yes_or_no(), fact).await;
    let say = async |who, answers: &str| {
        let parts =
            (Some(json!({ "answers": answers })), Some(json!({ "dids": [ada.did.as_str()] })));
        write(&node, who, "dykil.answer", (ONE, Some(&ada)), parts).await
    };
    assert_eq!(results(&node, &ada, Some(&bobs)).await.status, 403, "not answered yet");
    node.send(answer(&ada, 1, &json!({ "yes": true })).bearer(&bobs)).await.check(403);
    say(&bob, r#"{"yes":"maybe"}"#).await.check_member(400, "field", "answers");
    say(&bob, r#"{"yes":true}"#).await.check(201);
    assert_eq!(say(&bob, r#"{"yes":false}"#).await.status, 201);
    let by = results(&node, &ada, Some(&bobs)).await.json()["questions"]["yes"]["by"].clone();
    assert_eq!(by, json!({ "true": 0, "false": 1 }), "the newest counts");
    let csv = format!("/dykil/api/surveys/{}/{ONE}/results.csv", ada.did);
    let table = node.send(Ask::get(csv.clone()).bearer(&token)).await.text();
    assert!(table.starts_with("\u{feff}by,did,at,role,yes\r\n"), "{table}");
    assert_has!(table, bob.did.as_str());
    assert_eq!(node.send(Ask::get(csv).bearer(&bobs)).await.status, 403);

    let ask = Ask::get("/dykil/api/given").bearer(&bobs);
    assert_members!(node.send(ask).await.json()["answers"][0], "survey": ONE, "title": "Shall we?");
    let back = async |who| {
        let fact = Some(json!({ "dids": [ada.did.as_str()] }));
        write(&node, who, "dykil.withdraw", (ONE, Some(&ada)), (None, fact)).await
    };
    // The owner answers like everyone else. The space makes the body differ: salts aren't random in tests.
    say(&ada, r#"{ "yes": true}"#).await.check(201);
    let view = results(&node, &ada, Some(&token)).await.json();
    assert_members!(view, "answers": 2);
    assert_members!(view["questions"]["yes"], "by": { "true": 1, "false": 1 });
    back(&ada).await.check(201);
    back(&bob).await.check(201);
    assert_eq!(results(&node, &ada, Some(&token)).await.json()["answers"], 0);
    assert_eq!(back(&bob).await.status, 404);
    assert_eq!(back(&ada).await.status, 404);
    for whose in [&ada, &bob] {
        let left = node.node.read("dykil", |db| {
            let sql = "SELECT count(*) FROM entries WHERE owner_did = ?1 AND body LIKE '%yes%' AND op LIKE 'dykil.answer%'";
            db.query_row(sql, [whose.did.as_str()], |row| row.get::<_, i64>(0))
        });
        assert_eq!(left.unwrap(), 0, "erased in both records");
    }
    assert_eq!(say(&bob, r#"{"yes":true}"#).await.status, 201, "and he may answer again");
    write(&node, &ada, "dykil.remove", (ONE, None), (None, None)).await.check(201);
    assert_eq!(say(&bob, r#"{"yes":true}"#).await.status, 404);
}
