use std::time::Duration;

use imajin_service::testing::{Ask, Write};
use serde_json::json;

use crate::support::{node, send, somebody, text};
use imajin_dfos::Value;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and some pixels";

#[tokio::test]
async fn a_picture_is_taken_in_named_and_shown() {
    let node = node().await;
    let ada = somebody(&node, 1).await;
    let upload = |bytes: &[u8]| {
        send(
            &node,
            Ask::new("POST", "/profile/api/upload")
                .header("content-type", "image/png")
                .body(bytes)
                .bearer(&ada.token),
        )
    };
    let taken = upload(PNG).await;
    assert_eq!(taken.status, 201, "{}", taken.text());
    let cid = taken.json()["cid"].as_str().unwrap().to_owned();
    let path = format!("/profile/api/media/{}/{cid}", ada.did());
    assert_eq!(taken.json()["url"], json!(path));
    assert_eq!(
        send(&node, Ask::get(path.as_str())).await.status,
        404,
        "no profile names it yet"
    );

    let write = Write::new(&ada.person.did, "profile.update")
        .body(Value::map([("avatar", text(&cid))]))
        .fact(json!({"media": [cid]}));
    let named = ada.person.write(&node, &write).await.unwrap();
    assert_eq!(named.status, 201, "{}", named.text());
    let shown = send(&node, Ask::get(path.as_str())).await;
    assert_eq!(
        (
            shown.status,
            shown.body.as_slice(),
            shown.header("content-type")
        ),
        (200, PNG, Some("image/png"))
    );
    assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
    assert!(
        shown
            .header("content-security-policy")
            .unwrap()
            .starts_with("sandbox")
    );
    let tag = shown.header("etag").unwrap().to_owned();
    assert_eq!(
        send(&node, Ask::get(path.as_str()).header("if-none-match", tag))
            .await
            .status,
        304
    );

    ada.sign(
        &node,
        "profile.update",
        Some(json!({"fieldVisibility": {"avatar": "private"}})),
    )
    .await;
    assert_eq!(send(&node, Ask::get(path.as_str())).await.status, 404);
    assert_eq!(
        send(&node, ada.get(&path)).await.status,
        200,
        "but to oneself"
    );
}

#[tokio::test]
async fn a_picture_that_no_profile_names_goes_after_a_day() {
    let node = node().await;
    let ada = somebody(&node, 1).await;
    let mut cids = Vec::new();
    for bytes in [PNG, b"GIF89a and some pixels"] {
        let ask = Ask::new("POST", "/profile/api/upload")
            .body(bytes)
            .bearer(&ada.token);
        let taken = send(&node, ask).await;
        cids.push(taken.json()["cid"].as_str().unwrap().to_owned());
    }
    let write = Write::new(&ada.person.did, "profile.update")
        .body(Value::map([("avatar", text(&cids[0]))]))
        .fact(json!({"media": [&cids[0]]}));
    let named = ada.person.write(&node, &write).await.unwrap();
    assert_eq!(named.status, 201, "{}", named.text());
    let sweep = || {
        let node = node.node.clone();
        imajin_service::blocking::long(move || {
            imajin_service::sweep::round(&node, |_| true).unwrap().files
        })
    };
    node.clock.pass(Duration::from_secs(24 * 3600));
    assert_eq!(sweep().await.unwrap(), 0);
    node.clock.pass(Duration::from_secs(1));
    assert_eq!(sweep().await.unwrap(), 1);
    let left = node.node.ledger().media().list(&ada.person.did).unwrap();
    let left: Vec<String> = left.iter().map(|(cid, _)| cid.to_string()).collect();
    assert_eq!(left, cids[..1]);
    let metrics = node.node.metrics().text(Duration::ZERO);
    assert!(
        metrics.contains("imajin_media_swept_files_total 1"),
        "{metrics}"
    );
}

#[tokio::test]
async fn only_pictures() {
    let node = node().await;
    let ada = somebody(&node, 1).await;
    for bad in [
        &b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..],
        b"<!DOCTYPE html><script>",
        b"",
        b"GIF8",
    ] {
        let ask = Ask::new("POST", "/profile/api/upload")
            .header("content-type", "image/png")
            .body(bad)
            .bearer(&ada.token);
        assert_eq!(send(&node, ask).await.status, 400);
    }
    let form = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n"
        .as_bytes();
    let form = [form, PNG, b"\r\n--b--\r\n"].concat();
    let ask = Ask::new("POST", "/profile/api/upload")
        .header("content-type", "multipart/form-data; boundary=b")
        .body(form)
        .bearer(&ada.token);
    assert_eq!(send(&node, ask).await.status, 201);
    let nobody = Ask::new("POST", "/profile/api/upload").body(PNG);
    assert_eq!(send(&node, nobody).await.status, 401);
    let large = [PNG, &vec![0; 13 * 1024 * 1024]].concat();
    let ask = Ask::new("POST", "/profile/api/upload")
        .body(large)
        .bearer(&ada.token);
    assert_eq!(send(&node, ask).await.status, 413);
}
