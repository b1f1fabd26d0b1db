//! Tests of German refusals and deletion plans. Statuses and members are independent of the language, and an English
//! client reads the English sentences.

use crate::data_rights::help::{json, writer};
use crate::prelude::*;

/// Asks in both languages: the status, the English answer and the German one.
async fn both(node: &TestNode, ask: Ask) -> (u16, Json, Json) {
    let english = send(node, ask.clone()).await;
    let german = send(node, ask.header("accept-language", "de-CH, en;q=0.5")).await;
    assert_eq!(english.status, german.status, "{}", german.text());
    (english.status, english.json(), german.json())
}

/// Whether an answer differs from the English one in its sentence alone, and what it says.
fn german_detail(english: &Json, german: &Json) -> String {
    let mut same = german.clone();
    for member in ["detail", "error"] {
        assert_eq!(german[member], german["detail"], "{german}");
        same[member] = english["detail"].clone();
    }
    assert_eq!(&same, english);
    german["detail"].as_str().unwrap().to_owned()
}

async fn refused(node: &TestNode, person: &Person, write: &Write) -> (u16, String) {
    let ask = person.ask(node, write).await.unwrap();
    let (status, english, german) = both(node, ask).await;
    (status, german_detail(&english, &german))
}

#[tokio::test]
async fn a_reason_of_an_operation_and_a_field_out_of_bounds_are_refused_in_german() {
    let node = node().await;
    let (anna, _) = writer(&node, 1, "bread").await;
    let release = Write::new(&anna.did, "profile.handle.release");
    let answer = refused(&node, &anna, &release).await;
    let nameless = "Du hast keinen Benutzernamen, den du aufgeben könntest.";
    assert_eq!(answer, (409, nameless.to_owned()));
    let name = Value::from("x".repeat(101));
    let long = Write::new(&anna.did, "profile.update").body(Value::map([("displayName", name)]));
    let answer = refused(&node, &anna, &long).await;
    assert_eq!(answer, (400, "displayName hat höchstens 100 Zeichen.".to_owned()));
}

#[tokio::test]
async fn what_the_kernel_refuses_is_said_in_german_and_programs_see_no_difference() {
    let node = node().await;
    let (_, token) = writer(&node, 1, "bread").await;
    let (status, english, german) = both(&node, Ask::get("/auth/api/delete")).await;
    assert_eq!(
        (status, english["detail"].as_str().unwrap()),
        (401, "You are not signed in, or your session has ended. Sign in with your key.")
    );
    assert_eq!(
        german_detail(&english, &german),
        "Du bist nicht angemeldet, oder deine Sitzung ist abgelaufen. Melde dich mit deinem Schlüssel an."
    );
    let limit = Ask::get("/auth/api/search?q=anna&limit=0").bearer(&token);
    let (status, english, german) = both(&node, limit).await;
    assert_eq!(status, 400);
    let text = german_detail(&english, &german);
    assert!(text.starts_with("limit muss eine Zahl von 1 bis "), "{text}");
}

#[tokio::test]
async fn the_plan_of_a_deletion_is_german_and_what_is_signed_is_not() {
    let node = node().await;
    let (_, token) = writer(&node, 1, "bread").await;
    let plan = |lang: &str| Ask::get("/auth/api/delete").header("accept-language", lang);
    let english = json(&node, plan("en").bearer(&token), 200).await;
    let german = json(&node, plan("de").bearer(&token), 200).await;
    for signed in ["counts", "body", "did"] {
        assert_eq!(english[signed], german[signed]);
    }
    let text = german["text"].as_str().unwrap();
    assert!(text.contains("1 Änderung am Profil"), "{text}");
    for item in german["goes"].as_array().unwrap() {
        assert_ne!(item["what"], item["kind"], "{item}");
    }
    let kept = german["stays"].as_array().unwrap().iter();
    let all: Vec<_> = kept.map(|item| item["why"].as_str().unwrap()).collect();
    let why = "Wann etwas eingetragen wurde und von wem, bleibt";
    assert!(all.iter().any(|text| text.starts_with(why)), "{all:?}");
    assert_eq!(german["outOfReach"][2], "Was andere selbst geschrieben oder fotografiert haben.");
}

#[tokio::test]
async fn the_page_in_a_copy_is_german_and_says_what_was_done_in_words() {
    let node = node().await;
    let (_, token) = writer(&node, 1, "bread").await;
    let copy = Ask::get("/auth/api/export").header("accept-language", "de");
    let copy = send(&node, copy.bearer(&token)).await.check(200);
    let text = String::from_utf8_lossy(&copy.body);
    let page = text.find("<html").zip(text.find("</html>"));
    let page = page.and_then(|(from, to)| text.get(from..to)).unwrap();
    for said in [
        "<html lang=\"de\">",
        "Diese Seite hat nichts geprüft",
        "Du hast dein Profil geändert",
        "<code class=\"soft\">profile.update</code>",
    ] {
        assert!(page.contains(said), "{said} in {page}");
    }
    assert!(!page.contains("Your record"));
}
