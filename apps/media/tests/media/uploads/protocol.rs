//! The protocol, header by header and status by status.

use imajin_edge::testing::Ask;

use super::*;
use crate::support::world;

#[tokio::test]
async fn it_says_what_of_the_protocol_is_there() {
    let world = world().await;
    for path in [UPLOADS, "/media/api/uploads/0"] {
        let reply = world.send(Ask::new("OPTIONS", path)).await.check(204);
        for (name, value) in [
            ("tus-resumable", "1.0.0"),
            ("tus-version", "1.0.0"),
            ("tus-extension", "creation,creation-with-upload,expiration,checksum,termination"),
            ("tus-max-size", "8589934591"),
            ("tus-checksum-algorithm", "sha1,sha256"),
        ] {
            assert_eq!(reply.header(name), Some(value));
        }
    }
}

#[tokio::test]
async fn a_file_comes_in_parts_and_becomes_an_asset_once() {
    let world = world().await;
    let bea = &world.bea;
    let whole = photo(200_000);
    let fields = [("filename", "Strand.jpg"), ("filetype", "text/html")];
    let begun = world.send(creation(bea, whole.len(), &fields)).await.check(201);
    assert_eq!(begun.header("tus-resumable"), Some("1.0.0"));
    assert!(begun.header("upload-expires").unwrap().ends_with(" GMT"));
    let at = begun.header("location").unwrap();
    let look = world.send(tus(bea, "HEAD", at)).await.check(200);
    for (name, value) in [
        ("upload-offset", "0"),
        ("upload-length", "200000"),
        ("cache-control", "no-store"),
        ("upload-metadata", &metadata(&fields)),
    ] {
        assert_eq!(look.header(name), Some(value));
    }
    let first = world.send(part(bea, at, 0, &whole[..150_000])).await;
    assert_eq!((first.status, first.header("upload-offset")), (204, Some("150000")));
    assert_eq!(first.header("x-asset"), None);
    assert!(first.header("upload-expires").is_some());
    let last = world.send(part(bea, at, 150_000, &whole[150_000..])).await;
    assert_eq!((last.status, last.header("upload-offset")), (204, Some("200000")));
    let asset = last.header("x-asset").unwrap().to_owned();

    // A client that did not hear it asks again, in each way that there is.
    let look = world.send(tus(bea, "HEAD", at)).await;
    assert_eq!((look.status, look.header("x-asset")), (200, Some(&*asset)));
    let again = world.send(part(bea, at, 200_000, b"")).await;
    assert_eq!((again.status, again.header("x-asset")), (204, Some(&*asset)));
    let file = world.get(Some(bea), &format!("/media/api/assets/{asset}")).await;
    assert_eq!((file.status, file.body), (200, whole));
    let meta = world.get(Some(bea), &format!("/media/api/assets/{asset}/meta")).await.json();
    assert_members!(meta, "filename": "Strand.jpg", "mimeType": "image/jpeg");
    world.close().await;
}

#[tokio::test]
async fn a_page_that_signs_gets_the_cid_and_what_the_file_says() {
    let world = world().await;
    let bea = &world.bea;
    let whole = photo(1_000);
    let at = world.begins(bea, 1_000, &[("sign", "1")]).await;
    let last = world.send(part(bea, &at, 0, &whole)).await;
    assert_eq!(last.header("x-asset"), None);
    assert_eq!(last.header("x-media"), Some(&*cid(&whole)));
    let facts: serde_json::Value = serde_json::from_str(last.header("x-facts").unwrap()).unwrap();
    assert_eq!(facts["kind"], "image/jpeg");
    let put = world.stores(bea, &whole);
    world.tries_to_add(bea, &put, "a.jpg", serde_json::json!({})).await.check(201);
    assert_eq!(world.send(tus(bea, "HEAD", &at)).await.header("x-media"), Some(&*cid(&whole)));
    world.close().await;
}

#[tokio::test]
async fn only_who_is_signed_in_and_speaks_the_protocol_uploads() {
    let world = world().await;
    let refused = world.send(Ask::new("POST", UPLOADS).header("tus-resumable", "1.0.0")).await;
    assert_eq!((refused.status, refused.header("tus-resumable")), (401, Some("1.0.0")));
    let at = world.begins(&world.bea, 10, &[]).await;
    for version in [None, Some("0.2.2")] {
        for (method, path) in [("POST", UPLOADS), ("HEAD", &at), ("PATCH", &at), ("DELETE", &at)] {
            let mut ask = Ask::new(method, path).bearer(&world.bea.token);
            if let Some(version) = version {
                ask = ask.header("tus-resumable", version);
            }
            let refused = world.send(ask).await;
            assert_eq!(refused.status, 412, "{method}");
            assert_eq!(refused.header("tus-version"), Some("1.0.0"));
        }
    }
    assert_eq!(world.offset(&world.bea, &at).await, Some(0));
}

#[tokio::test]
async fn only_its_owner_sees_an_upload() {
    let world = world().await;
    let at = world.begins(&world.bea, 10, &[]).await;
    let (owner, unknown) = (&world.owner, format!("{UPLOADS}/{}", "0".repeat(32)));
    for path in [&*at, &unknown, "/media/api/uploads/x"] {
        for ask in
            [tus(owner, "HEAD", path), tus(owner, "DELETE", path), part(owner, path, 0, b"1")]
        {
            assert_eq!(world.send(ask).await.check(404).header("upload-offset"), None);
        }
    }
    assert_eq!(world.offset(&world.bea, &at).await, Some(0));
}

#[tokio::test]
async fn what_is_wrong_in_a_header_is_named() {
    let world = world().await;
    let bea = &world.bea;
    let at = world.begins(bea, 10, &[]).await;
    let create = || tus(bea, "POST", UPLOADS);
    let sized = || create().header("upload-length", "10");
    let patch = || tus(bea, "PATCH", &at).header("content-type", PART).body("1");
    for (ask, status, field) in [
        (create(), 400, "Upload-Length"),
        (create().header("upload-length", "-1"), 400, "Upload-Length"),
        (create().header("upload-defer-length", "1"), 400, "Upload-Length"),
        (sized().header("upload-metadata", "a !"), 400, "Upload-Metadata"),
        (sized().header("upload-metadata", metadata(&[("context", "{")])), 400, "context"),
        (patch(), 400, "Upload-Offset"),
        (patch().header("upload-offset", "a"), 400, "Upload-Offset"),
        (
            patch().header("upload-offset", "0").header("upload-checksum", "md5 AAAA"),
            400,
            "Upload-Checksum",
        ),
    ] {
        let refused = world.send(ask).await;
        let body = refused.json();
        assert_eq!((refused.status, &body["field"]), (status, &field.into()), "{body}");
        assert_eq!(refused.header("tus-resumable"), Some("1.0.0"));
    }
    let other_kind =
        tus(bea, "PATCH", &at).header("upload-offset", "0").header("content-type", "image/jpeg");
    for ask in [other_kind.body("1"), sized().body("1")] {
        assert_eq!(world.send(ask).await.status, 415);
    }
    assert_eq!(world.offset(bea, &at).await, Some(0));
}

#[tokio::test]
async fn a_part_begins_where_the_upload_is_and_does_not_go_beyond_its_end() {
    let world = world().await;
    let bea = &world.bea;
    let at = world.begins(bea, 10, &[]).await;
    assert_eq!(world.send(part(bea, &at, 0, b"01234")).await.status, 204);
    for offset in [0, 4, 6] {
        let refused = world.send(part(bea, &at, offset, b"56789")).await;
        assert_eq!((refused.status, &refused.json()["offset"]), (409, &5.into()));
    }
    assert_eq!(world.send(part(bea, &at, 5, b"567890")).await.status, 413);
    assert_eq!(world.offset(bea, &at).await, Some(5));
}

#[tokio::test]
async fn a_part_with_another_checksum_is_not_kept() {
    let world = world().await;
    let bea = &world.bea;
    let whole = photo(100_000);
    let at = world.begins(bea, whole.len(), &[]).await;
    let (first, rest) = whole.split_at(60_000);
    let wrong = part(bea, &at, 0, first).header("upload-checksum", checksum(rest));
    assert_eq!(world.send(wrong).await.status, 460);
    assert_eq!(world.offset(bea, &at).await, Some(0));
    let right = part(bea, &at, 0, first).header("upload-checksum", checksum(first));
    assert_eq!(world.send(right).await.status, 204);
    let wrong = part(bea, &at, 60_000, rest).header("upload-checksum", checksum(first));
    assert_eq!(world.send(wrong).await.status, 460);
    let right = part(bea, &at, 60_000, rest).header("upload-checksum", checksum(rest));
    assert!(world.send(right).await.header("x-asset").is_some());
}

#[tokio::test]
async fn an_upload_may_begin_with_its_first_part() {
    let world = world().await;
    let bea = &world.bea;
    let whole = photo(50_000);
    let begin = |bytes: &[u8]| creation(bea, 50_000, &[]).header("content-type", PART).body(bytes);
    let begun = world.send(begin(&whole[..20_000])).await;
    assert_eq!((begun.status, begun.header("upload-offset")), (201, Some("20000")));
    let at = begun.header("location").unwrap();
    world.send(part(bea, at, 20_000, &whole[20_000..])).await.check(204);
    let all = world.send(begin(&whole)).await;
    assert_eq!((all.status, all.header("upload-offset")), (201, Some("50000")));
    assert!(all.header("x-asset").is_some());
    let wrong = begin(&whole).header("upload-checksum", checksum(b"other"));
    assert_eq!(world.send(wrong).await.status, 460);
    let media = world.node.node.ledger().media();
    assert_eq!(media.uploads(bea.did()).unwrap().len(), 2, "nobody knows of the third");
    let empty = world.send(creation(bea, 0, &[])).await;
    assert!(empty.status == 201 && empty.header("x-asset").is_some(), "{}", empty.text());
}

#[tokio::test]
async fn an_upload_ends_when_its_owner_says_so() {
    let world = world().await;
    let bea = &world.bea;
    let whole = photo(200_000);
    let at = world.begins(bea, whole.len(), &[]).await;
    let held = world.holds(bea, &at, &whole, 100_000).await;
    assert_eq!(world.send(tus(bea, "DELETE", &at)).await.status, 204);
    assert_eq!(sends_rest(held, &whole[100_000..]).await, 404);
    for ask in [tus(bea, "DELETE", &at), tus(bea, "HEAD", &at), part(bea, &at, 0, b"0")] {
        assert_eq!(world.send(ask).await.status, 404);
    }
    let media = world.node.node.ledger().media();
    assert_eq!(std::fs::read_dir(media.folder(bea.did())).unwrap().count(), 0);
}

#[tokio::test]
async fn a_client_that_has_two_methods_names_the_others() {
    let world = world().await;
    let bea = &world.bea;
    let at = world.begins(bea, 4, &[]).await;
    let post = |method: &str| tus(bea, "POST", &at).header("x-http-method-override", method);
    let patch = post("PATCH").header("content-type", PART).header("upload-offset", "0");
    assert_eq!(world.send(patch.body("01")).await.status, 204);
    assert_eq!(world.send(post("HEAD")).await.header("upload-offset"), Some("2"));
    assert_eq!(world.send(post("GET")).await.status, 400);
    assert_eq!(world.send(tus(bea, "POST", &at)).await.status, 400);
    assert_eq!(world.send(post("DELETE")).await.status, 204);
}
