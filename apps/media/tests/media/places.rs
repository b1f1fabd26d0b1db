//! The place in a file, at each door that gives files to others: kinds that can be cleaned, and kinds that can't.

use crate::prelude::*;

const PLACE: &[u8] = b"+48.8577+002.2950/";
const ALBUM: &str = "alb_000000000000000000000001";
const LINK: &str = "lnk_000000000000000000000001";
const SECRET: &str = "00112233445566778899aabbccddeeff";

/// Files with a place, and whether others get a copy of each.
fn files() -> Vec<(Vec<u8>, bool)> {
    let id3 = [&b"ID3\x03\0\0\0\0\0\x1cTXXX\0\0\0\x12\0\0"[..], PLACE].concat();
    let mut all = vec![
        ([&id3[..], b"\xff\xfb\x90\x64 frames"].concat(), true),
        ([b"fLaC\x04\0\0\x12", PLACE, b"\x80\0\0\x04here"].concat(), true),
        ([b"RIFF\x1e\0\0\0WAVELIST\x12\0\0\0", PLACE].concat(), true),
        (
            [
                &b"%PDF-1.4\n1 0 obj\n<< /Title ("[..],
                PLACE,
                b") >>\nendobj\ntrailer\n<< /Info 1 0 R >>\n",
            ]
            .concat(),
            true,
        ),
    ];
    for begin in [
        &b"\0\0\0\x18ftypXAVC\0\0\0\0mp42"[..],
        b"\0\0\0\x10ftypniko\0\0\0\0",
        b"\0\0\0\x10ftyppana\0\0\0\0",
        b"\0\0\0\x14ftypCAEP\0\0\0\0mif1",
        b"\0\0\0\x14ftypavci\0\0\0\0mif1",
        b"\0\0\0\x0cJXL \r\n\x87\n",
        b"II+\0\x08\0\0\0",
        b"8BPS\0\x01",
        b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska",
        b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm",
        b"RIFF\x10\0\0\0AVI LIST",
        b"OggS\0\x02",
        b"FLV\x01",
        b"FORM\0\0\0\x10AIFF",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"><!-- -->",
    ] {
        all.push(([begin, &[0; 40], PLACE].concat(), false));
    }
    all
}

fn has_place(bytes: &[u8]) -> bool {
    bytes.windows(PLACE.len()).any(|window| window == PLACE)
}

impl World {
    /// Fetches an asset by each door: path, status and body.
    async fn everything(&self, who: Option<&Somebody>, id: &str) -> Vec<(String, u16, Vec<u8>)> {
        let bea = self.bea.did();
        let asset = format!("/media/api/assets/{id}");
        let link = format!("of={bea}&link={SECRET}");
        let mut paths = vec![
            asset.clone(),
            format!("{asset}?download=1"),
            format!("{asset}?embed=1"),
            format!("{asset}?w=800"),
            format!("{asset}?{link}"),
            format!("{asset}/meta"),
            format!("/media/api/albums/{ALBUM}/zip?owner={bea}"),
            format!("/media/api/albums/{ALBUM}/zip?owner={bea}&link={SECRET}"),
        ];
        let ask = Ask::post("/media/api/zip", &json!({ "ids": [id] }))
            .bearer_if(who.map(|who| &who.token));
        let zip = self.node.send(ask).await;
        if zip.status == 200 {
            paths.push(zip.json()["url"].as_str().unwrap().to_owned());
        }
        let mut all = Vec::new();
        for path in paths {
            let reply = self.get(who, &path).await;
            all.push((path, reply.status, reply.body));
        }
        all
    }
}

#[tokio::test]
async fn no_door_gives_others_the_place_in_a_file() {
    let world = world().await;
    let bea = &world.bea;
    let album = json!({ "title": "Lake" });
    let public = json!({ "access": "public" });
    world.says(bea, "media.album", Some(ALBUM), (album, public)).await;
    let until = world.node.node.now().as_millis() + 3_600_000;
    let digest = hex::encode(&sha256(SECRET.as_bytes()));
    let fact = json!({ "of": ALBUM, "digest": digest, "until": until });
    world.says(bea, "media.link", Some(LINK), (json!({}), fact)).await;
    for (n, (bytes, is_cleaned)) in files().into_iter().enumerate() {
        let put = world.stores(bea, &bytes);
        let kind = imajin_pictures::Kind::detect(&bytes).mime();
        let body = json!({ "name": format!("{n}"), "kind": kind, "bytes": put.bytes });
        world.enters(bea, &put, body, json!({ "media": [put.cid], "n": 0 })).await;
        let assets = json!({ "assets": [put.id] });
        world.writes_fact(bea, "media.album.put", ALBUM, assets).await;
        world.tells(bea, "media.access", json!({ "assets": [put.id], "access": "public" })).await;
        for caller in [None, Some(&world.owner)] {
            for (path, _, body) in world.everything(caller, &put.id).await {
                assert!(!has_place(&body), "{path} of {bytes:?}");
            }
        }
        let path = format!("/media/api/assets/{}", put.id);
        let reply = world.get(None, &path).await;
        if is_cleaned {
            assert_eq!(reply.status, 200, "{bytes:?}")
        } else {
            assert_eq!(reply.status, 404, "{bytes:?}");
            assert!(reply.text().contains("withheld"), "{}", reply.text());
        }
        let keep = Ask::post(format!("{path}/keep"), &json!({})).bearer(&world.owner.token);
        let kept = world.node.send(keep).await;
        assert_eq!(kept.status == 409, !is_cleaned, "{}", kept.text());
        assert_eq!(world.get(Some(bea), &path).await.body, bytes, "its owner has it as it is");
        let page = world.get(Some(bea), &format!("/media/a/{}", put.id)).await;
        let is_told = page.text().contains("Others get at most a picture of this file");
        assert_eq!(is_told, !is_cleaned, "{}", page.status);
        // Visitors read why they don't get the file, and are offered the download only where they get it.
        let page = world.get(None, &format!("/media/a/{}", put.id)).await.text();
        let is_told = page.contains("id=\"withheld\"");
        assert_eq!((is_told, page.contains("download=1")), (!is_cleaned, is_cleaned), "{page}");
        // Shared as it is, it leaves whole.
        let exact = json!({ "assets": [put.id], "access": "public", "exact": 1 });
        world.tells(bea, "media.access", exact).await;
        assert_eq!(world.get(None, &path).await.body, bytes);
        world.tells(bea, "media.access", json!({ "assets": [put.id], "access": "private" })).await;
    }
    world.close().await;
}
