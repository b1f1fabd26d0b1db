//! Several files as one ZIP, judged by Python's `zipfile` and by `unzip`.

use std::collections::BTreeMap;
use std::process::Command;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

use crate::prelude::*;
use crate::support::restart;

const ZIP: &str = "/media/api/zip";
const ALBUM: &str = "alb_000000000000000000000001";
const LINK: &str = "lnk_000000000000000000000001";
const SECRET: &str = "00112233445566778899aabbccddeeff";

/// A Python script that reads an archive: for each name its bytes' hash, its time and its flags.
const JUDGE: &str = r#"
import hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    rows = [[one.filename, hashlib.sha256(archive.read(one)).hexdigest(), list(one.date_time), one.flag_bits, one.compress_type] for one in archive.infolist()]
json.dump(rows, sys.stdout)
"#;

/// Reads an archive with two programs that do not belong to the node: names with the SHA-256 and the time of each.
fn judged(archive: &[u8]) -> BTreeMap<String, (String, Vec<i64>)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    std::fs::write(&path, archive).unwrap();
    let unzip = Command::new("unzip").arg("-t").arg(&path).output();
    let unzip = unzip.expect("unzip is needed (Debian: apt install unzip)");
    let report = String::from_utf8_lossy(&unzip.stdout).into_owned();
    assert!(unzip.status.success(), "{report}");
    assert!(report.contains("No errors detected"), "{report}");
    let python = std::env::var_os("IMAJIN_PYTHON").unwrap_or_else(|| "python3".into());
    let python = Command::new(python).args(["-c", JUDGE]).arg(&path).output();
    let python = python.expect("Python 3 is needed; IMAJIN_PYTHON names it");
    let errors = String::from_utf8_lossy(&python.stderr);
    assert!(python.status.success(), "{errors}");
    let rows: Vec<(String, String, Vec<i64>, u32, u32)> =
        serde_json::from_slice(&python.stdout).unwrap();
    let count = rows.len();
    let all: BTreeMap<_, _> = rows
        .into_iter()
        .map(|(name, hash, time, flags, compression)| {
            assert_eq!((flags & 0x808, compression), (0x808, 0), "{name}");
            (name, (hash, time))
        })
        .collect();
    assert_eq!(all.len(), count, "two files have one name");
    all
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(&sha256(bytes))
}

/// A PNG with words in it, which others don't get.
fn png(word: &str) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let body = [&kind[..], data].concat();
        let length = (data.len() as u32).to_be_bytes();
        [&length[..], &body, &imajin_fair::crc(&body).to_be_bytes()].concat()
    };
    let head = [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0];
    let text = format!("Comment\0{word}");
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &head),
        chunk(b"tEXt", text.as_bytes()),
        chunk(b"IDAT", b"\x78\x9c\x63\x60\x00\x00\x00\x02\x00\x01"),
        chunk(b"IEND", &[]),
    ]
    .concat()
}

impl World {
    async fn adds_as(&self, who: &Somebody, bytes: &[u8], name: &str, n: u32) -> Put {
        let put = self.stores(who, bytes);
        let id = asset_id(who.did(), &put.cid, n);
        let kind = imajin_pictures::Kind::detect(bytes).mime();
        let body = json!({ "name": name, "kind": kind, "bytes": put.bytes, "taken": "2019-07-14T16:20:31" });
        self.says(who, "media.add", Some(&id), (body, json!({ "media": [put.cid], "n": n }))).await;
        Put { id, ..put }
    }

    async fn asks(&self, who: Option<&Somebody>, asked: &Json) -> Reply {
        let ask = Ask::post(ZIP, asked).bearer_if(who.map(|one| &one.token));
        self.node.send(ask).await
    }

    /// Where an archive of these is.
    async fn zip(&self, who: Option<&Somebody>, asked: &Json) -> String {
        self.asks(who, asked).await.check(200).json()["url"].as_str().unwrap().to_owned()
    }

    async fn sets_access(&self, who: &Somebody, ids: &[&str], access: &str) {
        self.tells(who, "media.access", json!({ "assets": ids, "access": access })).await;
    }
}

#[tokio::test]
async fn many_files_are_one_that_other_programs_read() {
    let world = world().await;
    let bea = &world.bea;
    let long = vec![7; 300_000];
    let mut ids = Vec::new();
    for (bytes, name, n) in [
        (&b"first"[..], "Möwe – 海.jpg", 0),
        (b"second", "möwe – 海.jpg", 0),
        (b"second", "Möwe – 海.jpg", 1),
        (b"", "empty.txt", 0),
        (&long, "con. ", 0),
        (b"path", "a\\b:c", 0),
    ] {
        ids.push(world.adds_as(bea, bytes, name, n).await.id);
    }
    ids.push(ids[0].clone());
    let ticket = world.asks(Some(bea), &json!({ "ids": ids })).await.check(200).json();
    let archive = world.get(Some(bea), ticket["url"].as_str().unwrap()).await.check(200);
    assert_eq!(archive.header("content-type"), Some("application/zip"));
    let length = archive.body.len();
    assert_members!(ticket, "bytes": length, "files": 6, "leftOut": null);
    let header = archive.header("content-length").unwrap();
    assert_eq!(header, length.to_string());
    let named = archive.header("content-disposition").unwrap();
    assert!(named.starts_with("attachment; ") && named.ends_with(".zip"), "{named}");
    let taken = vec![2019, 7, 14, 16, 20, 30];
    let expected = [
        ("Möwe – 海.jpg", &b"first"[..]),
        ("möwe – 海 (2).jpg", b"second"),
        ("Möwe – 海 (3).jpg", b"second"),
        ("empty.txt", b""),
        ("_con", &long),
        ("a_b_c", b"path"),
    ];
    let expected = expected.map(|(name, bytes)| (name.to_owned(), (hash(bytes), taken.clone())));
    assert_eq!(judged(&archive.body), BTreeMap::from(expected));
    world.close().await;
}

#[tokio::test]
async fn everybody_gets_of_a_file_what_they_get_of_it_alone_and_is_asked_again() {
    let world = world().await;
    let (bea, ada) = (&world.bea, &world.owner);
    let picture = world.adds_as(bea, &png("secret place"), "a.png", 0).await;
    let text = world.adds_as(bea, b"words", "a.txt", 0).await;
    // A picture that cannot be cleaned, and that no decoder here reads.
    let odd = world.adds_as(bea, b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a.heic", 0).await;
    let all = [&*picture.id, &*text.id, &*odd.id];
    let request = json!({ "ids": all });
    assert_eq!(world.asks(Some(ada), &request).await.status, 404);
    world.sets_access(bea, &all, "public").await;

    let mut urls = Vec::new();
    for who in [Some(ada), None, Some(bea)] {
        let reply = world.asks(who, &request).await.check(200).json();
        let url = reply["url"].as_str().unwrap().to_owned();
        let contents = judged(&world.get(who, &url).await.body);
        let mut expected = BTreeMap::new();
        for (name, put) in [("a.png", &picture), ("a.txt", &text), ("a.heic", &odd)] {
            let alone = world.get(who, &format!("/media/api/assets/{}", put.id)).await;
            if alone.status == 200 {
                expected.insert(name.to_owned(), hash(&alone.body));
            }
        }
        let hashes: BTreeMap<_, _> =
            contents.into_iter().map(|(name, (hash, _))| (name, hash)).collect();
        assert_eq!(hashes, expected);
        let is_own = who.is_some_and(|who| who.did() == bea.did());
        let left = if is_own { Json::Null } else { json!([odd.id]) };
        assert_eq!((&reply["leftOut"], &reply["files"]), (&left, &json!(hashes.len())));
        assert_eq!(hashes["a.png"] == hash(&png("secret place")), is_own);
        urls.push(url);
    }
    // A signed-in person's archive is theirs alone; a stranger's is public, as the files are.
    assert_eq!(world.get(Some(bea), &urls[0]).await.status, 404);
    assert_eq!(world.get(None, &urls[0]).await.status, 404);
    assert_eq!(world.get(Some(bea), &urls[1]).await.status, 200);
    world.get(None, &format!("{ZIP}/{SECRET}")).await.check(404);
    // A robot that trains gets none of it.
    let robot = Ask::get(&*urls[1]).header("user-agent", "GPTBot/1.1");
    assert_eq!(world.node.send(robot).await.status, 403);
    assert_eq!(world.get(None, &urls[1]).await.header("tdm-reservation"), Some("1"));

    world.sets_access(bea, &[&text.id], "private").await;
    for (who, url) in [(Some(ada), &urls[0]), (None, &urls[1])] {
        assert_eq!(world.get(who, url).await.status, 404, "one is not for them any more");
    }
    assert_eq!(world.get(Some(bea), &urls[2]).await.status, 200);
    world.node.clock.pass(Duration::from_secs(601));
    assert_eq!(world.get(Some(bea), &urls[2]).await.status, 404);
    let remove = json!({ "assets": [picture.id] });
    world.tells(bea, "media.remove", remove).await;
    world.asks(Some(ada), &json!({ "ids": [picture.id] })).await.check(410);
    world.close().await;
}

#[tokio::test]
async fn a_link_and_an_album_give_their_files_until_they_end() {
    let world = world().await;
    let bea = &world.bea;
    let inside = world.adds_as(bea, &png("x"), "in.png", 0).await;
    let more = world.adds_as(bea, b"words", "in.txt", 0).await;
    let outside = world.adds_as(bea, b"others", "out.txt", 0).await;
    world.writes_body(bea, "media.album", ALBUM, json!({ "title": "At the lake / 2019" })).await;
    let fact = json!({ "assets": [inside.id, more.id] });
    world.writes_fact(bea, "media.album.put", ALBUM, fact).await;
    let until = world.node.node.now().as_millis() + 3_600_000;
    let fact = json!({ "of": ALBUM, "digest": hash(SECRET.as_bytes()), "until": until });
    world.says(bea, "media.link", Some(LINK), (json!({}), fact)).await;

    let request = |ids: Json| json!({ "ids": ids, "link": SECRET, "of": bea.did() });
    let url = world.zip(None, &request(json!([inside.id, more.id]))).await;
    let names: Vec<String> = judged(&world.get(None, &url).await.body).into_keys().collect();
    assert_eq!(names, ["in.png", "in.txt"]);
    world.asks(None, &request(json!([inside.id, outside.id]))).await.check(404);
    world.asks(None, &json!({ "ids": [inside.id] })).await.check(404);

    // The page of the link leads to the same, without scripts.
    let page = world.get(None, &format!("/media/l/{}/{SECRET}", bea.did())).await.text();
    let at = page.find("/zip?").map(|at| page[..at].rfind("href=\"").unwrap() + 6).unwrap();
    let href = page[at..].split('"').next().unwrap().replace("&amp;", "&");
    let whole = world.get(None, &href).await;
    assert_eq!(whole.status, 200, "{href}");
    let named = whole.header("content-disposition").unwrap();
    assert!(named.ends_with("At%20the%20lake%20_%202019.zip"), "{named}");
    let names: Vec<String> = judged(&whole.body).into_keys().collect();
    assert_eq!(names, ["in.png", "in.txt"]);
    let rest = world.get(None, &format!("{href}&from=1")).await;
    assert_eq!(judged(&rest.body).into_keys().collect::<Vec<_>>(), ["in.txt"]);
    assert_eq!(world.get(None, &format!("{href}&from=2")).await.status, 404);
    let album = format!("/media/api/albums/{ALBUM}/zip?owner={}", bea.did());
    assert_eq!(world.get(None, &album).await.status, 404);
    assert_eq!(world.get(Some(bea), &album).await.status, 200);
    let own = world.get(Some(bea), &format!("/media/albums/{}/{ALBUM}", bea.did())).await;
    assert!(own.text().contains(&format!("{ALBUM}/zip?owner=")));

    world.does(bea, "media.link.end", LINK).await;
    assert_eq!(world.get(None, &url).await.status, 404);
    assert_eq!(world.get(None, &href).await.status, 404);
    world.close().await;
}

#[tokio::test]
async fn what_is_no_list_of_files_is_refused_and_a_restart_forgets() {
    let world = world().await;
    let bea = &world.bea;
    let put = world.adds(bea, "a", json!({})).await;
    let many: Vec<String> = (0..1001).map(|n| asset_id(bea.did(), "x", n)).collect();
    for (ids, status) in [
        (json!([]), 400),
        (json!(["ast_x"]), 400),
        (json!(many), 400),
        (json!([put.id, many[0]]), 404),
        (json!(["alb_000000000000000000000001"]), 400),
    ] {
        let refused = world.asks(Some(bea), &json!({ "ids": ids })).await;
        assert_eq!(refused.status, status, "{}", refused.text());
        if status == 400 {
            assert_eq!(refused.json()["field"], "ids");
        }
    }
    // Four of a person's are kept: the oldest gives its place.
    let mut urls = Vec::new();
    for _ in 0..5 {
        urls.push(world.zip(Some(bea), &json!({ "ids": [put.id] })).await);
    }
    for (url, status) in urls.iter().zip([404, 200, 200, 200, 200]) {
        assert_eq!(world.get(Some(bea), url).await.status, status);
    }
    let world = restart(world).await;
    assert_eq!(world.get(Some(&world.bea), &urls[4]).await.status, 404);
    world.close().await;
}

#[tokio::test]
async fn a_download_is_one_transfer_and_what_breaks_off_is_no_archive() {
    let world = world().await;
    let bea = &world.bea;
    // More than Linux keeps in a socket for a client that does not read.
    const FILE_BYTES: usize = 8 << 20;
    let put = world.adds_as(bea, &vec![1; FILE_BYTES], "long", 0).await;
    // More than the server has in memory when it breaks off, which never gets out.
    let between = world.adds_as(bea, &vec![2; 2 << 20], "between", 0).await;
    let after = world.adds_as(bea, b"after", "after", 0).await;
    let url = world.zip(Some(bea), &json!({ "ids": [put.id, between.id, after.id] })).await;
    let mut held = Vec::new();
    let alone = format!("/media/api/assets/{}", put.id);
    // Seven files, and an archive.
    for path in std::iter::repeat_n(&alone, 7).chain([&url]) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let mut stream = socket.connect(world.node.address).await.unwrap();
        let head = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer {}\r\n\r\n",
            bea.token
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut first = [0; 15];
        stream.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 200 OK");
        held.push(stream);
    }
    world.get(Some(bea), &url).await.check(503);
    // A file that is deleted during its turn cuts the answer off.
    let media = world.node.node.ledger().media();
    let cid = &after.cid;
    let shard = &cid[cid.len() - 2..];
    std::fs::remove_file(media.folder(bea.did()).join(shard).join(cid)).unwrap();
    let mut stream = held.pop().unwrap();
    let mut answer = Vec::new();
    let ended = stream.read_to_end(&mut answer).await;
    let is_whole = answer.windows(4).any(|four| four == b"PK\x05\x06");
    assert!(!is_whole, "{ended:?}");
    assert!(answer.len() > FILE_BYTES);
}
