//! Creating, opening and closing surveys.

use imajin_app::{Lang, SearchWords, Searchable};
use imajin_dykil::Dykil;
use imajin_edge::testing::{Ask, Person, populated};
use serde_json::json;

use crate::{ONE, THREE, TWO, node, open, put, secret, set_status, somebody, write, yes_or_no};

#[tokio::test]
async fn what_is_open_is_fixed_and_what_is_closed_stays_closed() {
    let (node, [(ada, _), (bob, bobs)]) = populated(node(), [1, 2], somebody).await;
    put(&node, &ada, &yes_or_no(), secret()).await;
    let ask = Ask::get(format!("/dykil/api/items/{ONE}?owner={}", ada.did));
    assert_eq!(node.send(ask.bearer(&bobs)).await.status, 404, "a draft");
    assert_eq!(set_status(&node, &ada, "closed").await.status, 409);
    assert_eq!(set_status(&node, &ada, "draft").await.status, 400);
    assert_eq!(set_status(&node, &ada, "open").await.status, 201);
    assert_eq!(set_status(&node, &ada, "open").await.status, 409);
    let body = json!({ "title": "Other", "form": yes_or_no() });
    write(&node, &ada, "dykil.put", (ONE, None), (Some(body), Some(secret())))
        .await
        .check_member(409, "reason", "fixed");
    assert_eq!(set_status(&node, &ada, "closed").await.status, 201);
    assert_eq!(set_status(&node, &ada, "open").await.status, 409);
    let own =
        write(&node, &bob, "dykil.status", (ONE, None), (None, Some(json!({ "status": "open" }))))
            .await;
    assert_eq!(own.status, 404, "Bob has no such survey");
}

#[tokio::test]
async fn a_search_finds_a_draft_for_its_owner_alone() {
    let (node, [(ada, _), (bob, _)]) = populated(node(), [1, 2], somebody).await;
    put(&node, &ada, &yes_or_no(), secret()).await;
    let hits = |by: &Person| {
        let words = SearchWords::parse("shall");
        Dykil.search(&node.node, &by.did, &words, 9, Lang::En).unwrap().len()
    };
    assert_eq!((hits(&ada), hits(&bob)), (1, 0));
    set_status(&node, &ada, "open").await.check(201);
    assert_eq!((hits(&ada), hits(&bob)), (1, 1));
}

#[tokio::test]
async fn the_files_of_a_survey_are_fixed_with_it() {
    let (node, [(ada, _)]) = populated(node(), [1], somebody).await;
    put(&node, &ada, &yes_or_no(), secret()).await;
    let media = node.node.ledger().media().put(&ada.did, &b"a plan"[..]);
    let cid = media.unwrap().cid.to_string();
    let attach = async |files: &[&str]| {
        let body = Some(json!({ "alts": vec!["The plan"; files.len()] }));
        let parts = (body, Some(json!({ "media": files })));
        write(&node, &ada, "dykil.attach", (ONE, None), parts).await
    };
    assert_eq!(attach(&[&cid]).await.status, 201);
    assert_eq!(set_status(&node, &ada, "open").await.status, 201);
    attach(&[]).await.check_member(409, "reason", "fixed");
    let page = node.send(Ask::get(format!("/dykil/{}/{ONE}", ada.did))).await.text();
    assert!(page.contains(&format!("/dykil/api/items/{ONE}/files/{cid}?owner=")));
}

#[tokio::test]
async fn every_refusal_names_its_field() {
    let (node, [(ada, _)]) = populated(node(), [1], somebody).await;
    let words = json!({ "elements": [{ "type": "comment", "name": "a" }] }).to_string();
    let body = |form: &str| json!({ "title": "T", "form": form });
    let fact = |mode: &str, each: &str| json!({ "mode": mode, "each": each, "show": "all" });
    let with = |mode: &str, each: &str, name: &str, value: serde_json::Value| {
        let mut fact = fact(mode, each);
        fact[name] = value;
        fact
    };
    let yes = yes_or_no();
    let cases = [
        (body("none"), secret(), "form"),
        (json!({ "title": " ", "form": yes }), secret(), "title"),
        (body(&yes), fact("named", "any"), "each"),
        (body(&yes), fact("open", "person"), "each"),
        (body(&yes), fact("public", "any"), "mode"),
        (body(&words), fact("totals", "any"), "form"),
        (body("spending"), fact("secret", "any"), "mode"),
        (body(&yes), with("secret", "any", "roll", json!(1)), "roll"),
        (body(&yes), fact("secret", "ticket"), "event"),
        (body(&yes), with("secret", "any", "when", json!("before")), "event"),
        (body(&yes), with("secret", "any", "in", json!(TWO)), "in"),
    ];
    for (body, fact, field) in cases {
        let case = format!("{body} {fact}");
        let reply = write(&node, &ada, "dykil.put", (ONE, None), (Some(body), Some(fact))).await;
        let answer = reply.text();
        assert_eq!(
            (reply.status, &reply.json()["field"]),
            (400, &json!(field)),
            "{case}: {answer}"
        );
    }
}

#[tokio::test]
async fn the_time_at_which_a_survey_closes_closes_it() {
    let (node, [(ada, _)]) = populated(node(), [1], somebody).await;
    let soon = node.node.now().as_millis() + 60_000;
    let fact = json!({ "mode": "open", "each": "any", "show": "all", "closes": soon });
    open(&node, &ada, &yes_or_no(), fact).await;
    let vote = |n| crate::answer(&ada, n, &json!({ "yes": true }));
    assert_eq!(node.send(vote(1)).await.status, 201);
    node.clock.pass(std::time::Duration::from_secs(61));
    assert_eq!(node.send(vote(2)).await.status, 410);
    let item = Ask::get(format!("/dykil/api/items/{ONE}?owner={}", ada.did));
    assert_eq!(node.send(item).await.json()["status"], "closed");
}

#[tokio::test]
async fn who_follows_one_survey_hears_of_the_next() {
    let (node, [(ada, _), (bob, bobs)]) = populated(node(), [1, 2], somebody).await;
    let fact = json!({ "mode": "open", "each": "any", "show": "all" });
    open(&node, &ada, &yes_or_no(), fact.clone()).await;
    node.clock.pass(std::time::Duration::from_secs(60));
    let dids = Some(json!({ "dids": [ada.did.as_str()] }));
    write(&node, &bob, "dykil.follow", (ONE, Some(&ada)), (None, dids)).await.check(201);
    node.clock.pass(std::time::Duration::from_secs(60));
    for (id, title, visibility) in
        [(TWO, "The next one", "public"), (THREE, "By its address", "link")]
    {
        let body = json!({ "title": title, "form": yes_or_no() });
        let mut fact = fact.clone();
        fact["visibility"] = visibility.into();
        write(&node, &ada, "dykil.put", (id, None), (Some(body), Some(fact))).await.check(201);
        let status = Some(json!({ "status": "open" }));
        write(&node, &ada, "dykil.status", (id, None), (None, status)).await.check(201);
    }
    let cards =
        node.node.services().offers().all::<dyn imajin_app::HomeCards>().flat_map(|(_, app)| {
            app.home_cards(&node.node, &bob.did, imajin_app::Lang::En).unwrap()
        });
    let texts: Vec<String> = cards.map(|card| card.content.into_string()).collect();
    assert!(texts.iter().any(|card| card.contains("The next one")), "{texts:?}");
    assert!(!texts.iter().any(|card| card.contains("Shall we?")), "{texts:?}");
    // A survey with link visibility isn't announced to followers.
    assert!(!texts.iter().any(|card| card.contains("By its address")), "{texts:?}");
    drop(bobs);
}
