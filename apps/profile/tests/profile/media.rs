use std::time::Duration;

use imajin_edge::testing::{Ask, Reply, TestNode, Write, populated};
use serde_json::json;

use crate::support::{Somebody, node, node_with, send, somebody, text};
use imajin_dfos::Value;
use imajin_host::prelude::*;
use imajin_host::room::DiskConfig;

/// A grey pixel, with metadata about the place.
const PNG: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\x0ftEXtComment\x00at home#\xa7\xad\x86\x00\x00\x00\x0aIDATx\x9cc\xa8\x07\x00\x00\x81\x00\x80\xd3\x94SJ\x00\x00\x00\x00IEND\xaeB`\x82";

#[tokio::test]
async fn a_picture_is_taken_in_named_and_shown() {
    let (node, [ada]) = populated(node(), [1], somebody).await;
    let upload = |bytes: &[u8]| {
        send(
            &node,
            Ask::new("POST", "/profile/api/upload")
                .header("content-type", "image/png")
                .body(bytes)
                .bearer(&ada.token),
        )
    };
    let taken = upload(PNG).await.check(201);
    let cid = taken.json()["cid"].as_str().unwrap().to_owned();
    let path = format!("/profile/api/media/{}/{cid}", ada.did());
    assert_eq!(taken.json()["url"], json!(path));
    assert_eq!(node.get(path.as_str()).await.status, 404, "no profile names it yet");

    let write = Write::new(&ada.person.did, "profile.update")
        .body(Value::map([("avatar", text(&cid))]))
        .fact(json!({"media": [cid]}));
    ada.person.write(&node, &write).await.check(201);
    let shown = node.get(path.as_str()).await;
    assert_eq!((shown.status, shown.header("content-type")), (200, Some("image/png")));
    // This node runs no app of files; the place is not revealed all the same.
    let words = b"at home";
    assert!(!shown.body.windows(words.len()).any(|part| part == words));
    assert!(shown.body.ends_with(&PNG[PNG.len() - 34..]), "the pixel");
    assert_eq!(send(&node, ada.get(&path)).await.body, PNG);
    assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
    assert!(shown.header("content-security-policy").unwrap().starts_with("sandbox"));
    let tag = shown.header("etag").unwrap().to_owned();
    send(&node, Ask::get(path.as_str()).header("if-none-match", tag)).await.check(304);

    ada.sign(&node, "profile.update", Some(json!({"fieldVisibility": {"avatar": "private"}})))
        .await;
    assert_eq!(node.get(path.as_str()).await.status, 404);
    assert_eq!(send(&node, ada.get(&path)).await.status, 200, "but to yourself");
}

#[tokio::test]
async fn a_picture_that_no_profile_names_goes_after_a_day() {
    let (node, [ada]) = populated(node(), [1], somebody).await;
    let mut cids = Vec::new();
    for bytes in [PNG, b"GIF89a and some pixels"] {
        let ask = Ask::new("POST", "/profile/api/upload").body(bytes).bearer(&ada.token);
        let taken = send(&node, ask).await;
        cids.push(taken.json()["cid"].as_str().unwrap().to_owned());
    }
    let write = Write::new(&ada.person.did, "profile.update")
        .body(Value::map([("avatar", text(&cids[0]))]))
        .fact(json!({"media": [&cids[0]]}));
    ada.person.write(&node, &write).await.check(201);
    let sweep = || {
        let node = node.node.clone();
        imajin_app::blocking::long(move || {
            imajin_host::sweep::round(&node, |_| true).unwrap().files
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
    assert_has!(metrics, "imajin_media_swept_files_total 1");
}

#[tokio::test]
async fn only_pictures() {
    let (node, [ada]) = populated(node(), [1], somebody).await;
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
    let head = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n"
        .as_bytes();
    // The large picture exceeds the limit of other forms.
    for picture in [PNG.to_vec(), picture(5 << 20, 1)] {
        let form = [head, &picture, b"\r\n--b--\r\n"].concat();
        let ask = Ask::new("POST", "/profile/api/upload")
            .header("content-type", "multipart/form-data; boundary=b")
            .body(form)
            .bearer(&ada.token);
        assert_eq!(send(&node, ask).await.status, 201);
    }
    assert_eq!(send(&node, Ask::new("POST", "/profile/api/upload").body(PNG)).await.status, 401);
    let large = [PNG, &vec![0; 13 * 1024 * 1024]].concat();
    let ask = Ask::new("POST", "/profile/api/upload").body(large).bearer(&ada.token);
    assert_eq!(send(&node, ask).await.status, 413);
}

/// Returns a unique picture of `bytes` bytes.
fn picture(bytes: usize, one: u8) -> Vec<u8> {
    let mut picture = PNG.to_vec();
    picture.resize(bytes, one);
    picture
}

async fn upload(node: &TestNode, who: &Somebody, picture: Vec<u8>) -> Reply {
    let ask = Ask::new("POST", "/profile/api/upload").header("content-type", "image/png");
    send(node, ask.body(picture).bearer(&who.token)).await
}

/// Puts a picture into the profile. Returns the CID of the entry's body.
async fn show(node: &TestNode, who: &Somebody, cid: &str) -> imajin_dfos::cid::Cid {
    let write = Write::new(&who.person.did, "profile.update")
        .body(Value::map([("avatar", text(cid))]))
        .fact(json!({"media": [cid]}));
    who.person.write(node, &write).await.check(201);
    let entries = node.node.ledger().entries(&who.person.did, None, 1000);
    let last = entries.unwrap().pop().unwrap();
    let sealed = imajin_log::Sealed::decode(last.header, None).unwrap();
    sealed.header.body.unwrap()
}

#[tokio::test]
async fn a_persons_pictures_have_a_quota_that_deleting_gives_back_and_others_do_not_share() {
    let node = node_with(DiskConfig { person_bytes: 5_000, ..DiskConfig::default() }).await;
    let (ada, ben) = (somebody(&node, 1).await, somebody(&node, 2).await);
    let first = upload(&node, &ada, picture(3_000, 1)).await.check(201);
    let cid = first.json()["cid"].as_str().unwrap().to_owned();
    let body = show(&node, &ada, &cid).await;
    let over = upload(&node, &ada, picture(3_000, 2)).await;
    let refusal = over.json();
    assert_eq!(over.status, 507, "{refusal}");
    let detail = refusal["detail"].as_str().unwrap();
    assert_has!(detail, "room that this box gives one person", "disk.person_bytes");
    // Another person has their own quota, and files that fit next to the first one are accepted.
    assert_eq!(upload(&node, &ben, picture(4_000, 3)).await.status, 201);
    assert_eq!(upload(&node, &ada, picture(1_500, 4)).await.status, 201);
    // A person with a full quota can still write and delete.
    let erase = Write::new(&ada.person.did, "auth.body.erased")
        .body(Value::map([("bodies", Value::List(vec![Value::Link(body)]))]));
    ada.person.write(&node, &erase).await.check(201);
    upload(&node, &ada, picture(3_000, 2)).await.check(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_that_arrive_side_by_side_share_the_quota() {
    let node = node_with(DiskConfig { person_bytes: 5_000, ..DiskConfig::default() }).await;
    let ada = somebody(&node, 1).await;
    let sent = (0..4).map(|one| {
        let upload = Ask::new("POST", "/profile/api/upload")
            .header("content-type", "image/png")
            .body(picture(3_000, one))
            .bearer(&ada.token);
        let address = node.address;
        tokio::spawn(async move { upload.send(address).await.unwrap().status })
    });
    let mut taken = 0;
    for one in sent.collect::<Vec<_>>() {
        match one.await.unwrap() {
            201 => taken += 1,
            refused => assert_eq!(refused, 507),
        }
    }
    assert_eq!(taken, 1);
    let kept = node.node.ledger().media().list(&ada.person.did).unwrap();
    assert_eq!(kept.len(), 1, "nothing of the others stays");
}
