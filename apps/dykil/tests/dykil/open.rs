//! Answers without a name that are entered at once.

use imajin_edge::testing::{Ask, populated};
use serde_json::json;

use crate::{ONE, answer, node, open, results, somebody, write};

#[tokio::test]
async fn an_open_survey_tells_what_and_when_and_texts_to_its_owner_alone() {
    let (node, [(ada, token)]) = populated(node(), [1], somebody).await;
    let form = json!({ "elements": [
        { "type": "radiogroup", "name": "cake", "choices": ["apple", "plum"] },
        { "type": "comment", "name": "more" },
    ] });
    let fact = json!({ "mode": "open", "each": "any", "show": "all" });
    open(&node, &ada, &form.to_string(), fact).await;
    let first = json!({ "cake": "plum", "more": "=1+1" });
    node.send(answer(&ada, 1, &first)).await.check(201);
    node.send(answer(&ada, 1, &first)).await.check(200);
    node.send(answer(&ada, 1, &json!({ "cake": "apple" }))).await.check(409);
    node.send(answer(&ada, 2, &json!({ "cake": "plum" }))).await.check(201);
    node.send(answer(&ada, 3, &json!({ "more": "x".repeat(17_000) }))).await.check(413);

    let reply = results(&node, &ada, None).await;
    let tag = reply.header("etag").unwrap().to_owned();
    let seen = reply.json();
    assert_eq!(seen["questions"]["cake"]["by"], json!({ "apple": 0, "plum": 2 }));
    assert!(!seen.to_string().contains("1+1"), "{seen}");
    let path = format!("/dykil/api/surveys/{}/{ONE}/results", ada.did);
    assert_eq!(node.send(Ask::get(path.clone()).header("if-none-match", tag)).await.status, 304);
    let own = results(&node, &ada, Some(&token)).await.json();
    assert_eq!(own["questions"]["more"]["texts"], json!(["=1+1"]));
    let table = node.send(Ask::get(format!("{path}.csv")).bearer(&token)).await.text();
    assert!(table.contains(",plum,'=1+1\r\n"), "{table}");

    write(&node, &ada, "dykil.remove", (ONE, None), (None, None)).await.check(201);
    let left = node.node.read("dykil", |db| {
        let sql = "SELECT count(*) FROM entries WHERE body LIKE '%plum%'";
        db.query_row(sql, [], |row| row.get::<_, i64>(0))
    });
    assert_eq!(left.unwrap(), 0, "the answers go with their survey");
}
