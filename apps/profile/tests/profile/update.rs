use imajin_edge::testing::populated;
use serde_json::json;

use crate::support::{node, seen, send, somebody};

#[tokio::test]
async fn signed_and_asked_for() {
    let (node, [ada]) = populated(node(), [1], somebody).await;
    assert_eq!(seen(&node, ada.did()).await.status, 404, "nothing was said yet");
    // Your own is empty rather than missing.
    let own = send(&node, ada.get(&format!("/profile/api/profile/{}", ada.did()))).await.check(200);
    assert!(own.json()["displayName"].is_null());

    ada.sign(&node, "profile.update", Some(json!({"displayName": "Ada \"L.\" <b>", "bio": "π"})))
        .await
        .check(201);
    let profile = seen(&node, ada.did()).await;
    assert_eq!(profile.header("content-type"), Some("application/json"));
    let profile = profile.json();
    assert_members!(profile, "did": ada.did(), "handle": null, "displayName": "Ada \"L.\" <b>");
    assert_members!(profile, "visibility": "public", "links": null);

    let body = json!({"bio": "asked for", "links": [{"title": "x", "url": "https://x.example"}]});
    let put = ada.ask("PUT", &format!("/profile/api/profile/{}", ada.did()), &body);
    send(&node, put).await.check_member(200, "bio", "asked for");
    let patch = send(&node, ada.ask("PATCH", "/profile/api/profile", &json!({"bio": null}))).await;
    assert_members!(patch.check(200).json(), "bio": null, "displayName": "Ada \"L.\" <b>");
}

#[tokio::test]
async fn nobody_changes_somebody_else() {
    let (node, [ada, eve]) = populated(node(), [1, 2], somebody).await;
    ada.sign(&node, "profile.update", Some(json!({"bio": "mine"}))).await;
    let put = send(
        &node,
        eve.ask("PUT", &format!("/profile/api/profile/{}", ada.did()), &json!({"bio": "hers"})),
    )
    .await;
    assert_eq!(put.status, 403, "{}", put.text());
    send(&node, ada.ask("PUT", "/profile/api/profile", &json!({"nickname": "a"})))
        .await
        .check_member(400, "field", "nickname");
    assert_eq!(seen(&node, ada.did()).await.json()["bio"], json!("mine"));
}

#[tokio::test]
async fn who_sees_what() {
    let (node, [ada, bob, eve]) = populated(node(), [1, 2, 3], somebody).await;
    let update = json!({"displayName": "Ada", "bio": "for Bob", "fieldVisibility": {"bio": {"selective": [bob.did()]}}});
    ada.sign(&node, "profile.update", Some(update)).await.check(201);
    let path = format!("/profile/api/profile/{}", ada.did());
    assert!(seen(&node, ada.did()).await.json()["bio"].is_null());
    assert!(send(&node, eve.get(&path)).await.json()["bio"].is_null());
    assert_eq!(send(&node, bob.get(&path)).await.json()["bio"], json!("for Bob"));
    let own = send(&node, ada.get(&path)).await.json();
    assert_eq!((&own["bio"], own["fieldVisibility"].is_object()), (&json!("for Bob"), true));
    // The form says so too, and has it as one of the choices.
    let form = send(&node, ada.get("/profile/edit")).await.check(200).text();
    assert!(form.contains(r#"value="selective" selected"#), "{form}");

    let search = |words: &str| {
        send(
            &node,
            imajin_edge::testing::Ask::get(format!("/profile/api/profile/search?q={words}")),
        )
    };
    assert_eq!(search("ad").await.json()["pagination"]["total"], json!(1));
    ada.sign(&node, "profile.update", Some(json!({"visibility": "incognito"}))).await;
    assert_eq!(search("ad").await.json()["pagination"]["total"], json!(0));
    let hidden = seen(&node, ada.did()).await;
    assert_eq!((hidden.status, hidden.json()["displayName"].is_null()), (200, true));
    let page = send(&node, imajin_edge::testing::Ask::get(format!("/profile/{}", ada.did()))).await;
    assert_has!(page.text(), "keeps their profile to themselves");
    assert_lacks!(page.text(), "Ada");
}

#[tokio::test]
async fn a_page_speaks_german_and_has_the_id_under_details() {
    let (node, [ada]) = populated(node(), [1], somebody).await;
    ada.sign(&node, "profile.update", Some(json!({"displayName": "Ada"}))).await;
    let path = format!("/profile/{}", ada.did());
    let ask = imajin_edge::testing::Ask::get(path).header("accept-language", "de");
    let page = send(&node, ask).await.text();
    for said in ["<html lang=\"de\"", "0 Follower", "folgt 0 Leuten"] {
        assert!(page.contains(said), "lacks {said}: {page}");
    }
    let (_, details) = page.split_once("<summary>Details</summary>").unwrap();
    assert_has!(details, &format!("data-copy=\"{}\"", ada.did()));
}
