//! Pictures and files of courses and lessons: who may get them, where they are shown, and what remains after changes.

use std::collections::BTreeSet;

use imajin_app::{Lang, Service as _};
use imajin_dfos::cid::{parse_cid, raw_cid};
use imajin_edge::testing::{Ask, Reply, until};
use serde_json::{Value as Json, json};

use crate::support::{COURSE, FIRST, MODULE, SECOND, Somebody, World, somebody, world};

/// A grey pixel with a comment that names a place.
const PNG: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\x0ftEXtComment\x00at home#\xa7\xad\x86\x00\x00\x00\x0aIDATx\x9cc\xa8\x07\x00\x00\x81\x00\x80\xd3\x94SJ\x00\x00\x00\x00IEND\xaeB`\x82";
/// A few frames of a song, with a tag that names a place.
const SOUND: &[u8] = b"ID3\x04\x00\x00\x00\x00\x00\x07at home\xff\xfb\x90\x64 a song about bread";
const PAPER: &[u8] = b"%PDF-1.7 a recipe";

/// Stores a file of Bea's on the node. Returns its CID.
fn upload(world: &World, bytes: &[u8]) -> String {
    world.node.node.ledger().media().put(world.bea.did(), bytes).unwrap().cid.to_string()
}

async fn attach(world: &World, id: &str, files: &[&str], alts: &[&str]) -> Reply {
    let (body, fact) = (json!({ "alts": alts }), json!({ "media": files }));
    world.bea.says(&world.node, "learn.attach", Some(id), body, fact).await
}

/// Attaches a picture, a song and a paper to the first lesson. Returns their CIDs.
async fn attach_all(world: &World) -> [String; 3] {
    let files = [PNG, SOUND, PAPER].map(|bytes| upload(world, bytes));
    let named = files.each_ref().map(String::as_str);
    attach(world, FIRST, &named, &["A loaf", "The song", "The recipe"]).await.check(201);
    files
}

fn path(world: &World, item: &str, cid: &str) -> String {
    format!("/learn/api/items/{item}/files/{cid}?owner={}", world.bea.did())
}

async fn get(world: &World, who: Option<&Somebody>, path: &str) -> Reply {
    let ask = Ask::get(path).bearer_if(who.map(|one| &one.token));
    world.node.send(ask).await
}

async fn files_of(world: &World, who: Option<&Somebody>, item: &str) -> Json {
    let path = format!("/learn/api/items/{item}?owner={}", world.bea.did());
    get(world, who, &path).await.json()["files"].clone()
}

#[tokio::test]
async fn a_list_of_files_is_whole_and_the_newest_counts() {
    let world = world().await;
    let picture = upload(&world, PNG);
    let (one, missing) = (picture.as_str(), raw_cid(b"elsewhere").to_string());
    for (id, files, alts, wrong) in [
        (FIRST, vec![one], vec![], (400, json!("alts"))),
        (FIRST, vec![], vec!["A loaf"], (400, json!("alts"))),
        (FIRST, vec![one, one], vec!["", ""], (400, json!("media"))),
        (FIRST, vec![one; 8], vec![""; 8], (400, json!("alts"))),
        (FIRST, vec![missing.as_str()], vec![""], (400, json!("fact.media"))),
        (MODULE, vec![one], vec![""], (404, json!("ref"))),
        ("itm_0000000000000000000000ff", vec![one], vec![""], (404, json!("ref"))),
    ] {
        let reply = attach(&world, id, &files, &alts).await;
        assert_eq!((reply.status, reply.json()["field"].clone()), wrong, "{}", reply.text());
    }
    let all: Vec<String> = (0..7_u8).map(|n| upload(&world, &[n; 40])).collect();
    let named: Vec<&str> = all.iter().map(String::as_str).collect();
    attach(&world, FIRST, &named, &["words"; 7]).await.check(201);
    attach(&world, FIRST, &named[1..3], &["b", ""]).await.check(201);
    let octets = |cid: &str, alt: &str| json!({"cid": cid, "alt": alt, "mimeType": "application/octet-stream"});
    let two = json!([octets(named[1], "b"), octets(named[2], "")]);
    assert_eq!(files_of(&world, None, FIRST).await, two);
    get(&world, None, &path(&world, FIRST, named[0])).await.check(404);

    // A new version of the lesson keeps its files.
    world.put(FIRST, json!({"kind": "lesson", "in": MODULE}), "Wheat").await;
    assert_eq!(files_of(&world, None, FIRST).await, two);
    assert_eq!(attach(&world, FIRST, &[], &[]).await.status, 201);
    assert_eq!(files_of(&world, None, FIRST).await, Json::Null);
    world.close().await;
}

#[tokio::test]
async fn a_file_is_for_those_who_may_read_its_lesson() {
    let world = world().await;
    let [picture, song, paper] = attach_all(&world).await;
    attach(&world, COURSE, &[&picture], &["Bread"]).await.check(201);
    let ada = somebody(&world.node, 5).await;
    let of = |cid: &str| path(&world, FIRST, cid);
    for cid in [&picture, &song, &paper] {
        assert_eq!(get(&world, None, &of(cid)).await.status, 200, "free");
    }
    get(&world, None, &path(&world, SECOND, &picture)).await.check(404);

    world.costs(500).await;
    let unknown = raw_cid(b"elsewhere").to_string();
    for who in [None, Some(&ada)] {
        assert_eq!(files_of(&world, who, FIRST).await, Json::Null);
        let closed = get(&world, who, &of(&song)).await;
        let none = get(&world, who, &of(&unknown)).await;
        assert_eq!((closed.status, closed.text()), (404, none.text()));
        get(&world, who, &path(&world, COURSE, &picture)).await.check(200);
        let course = get(&world, who, &format!("/learn/{}/{COURSE}.json", world.bea.did())).await;
        assert!(!course.text().contains(&song));
    }
    assert_eq!(get(&world, Some(&world.bea), &of(&song)).await.status, 200);
    world.costs(0).await;
    world.put(COURSE, json!({"kind": "course", "visibility": "private"}), "Bread").await;
    for id in [COURSE, FIRST] {
        get(&world, Some(&ada), &path(&world, id, &picture)).await.check(404);
    }
    world.close().await;
}

#[tokio::test]
async fn others_get_pictures_without_the_place_and_everything_else_safely() {
    let world = world().await;
    let [picture, song, paper] = attach_all(&world).await;
    let of = |cid: &str| path(&world, FIRST, cid);
    assert_eq!(get(&world, Some(&world.bea), &of(&picture)).await.body, PNG);
    let reply = get(&world, None, &of(&picture)).await;
    assert_eq!(reply.header("content-type"), Some("image/png"));
    assert!(!reply.body.windows(7).any(|part| part == b"at home"));
    let ask = Ask::get(of(&picture)).header("if-none-match", reply.header("etag").unwrap());
    assert_eq!(world.node.send(ask).await.status, 304);
    get(&world, None, &format!("{}&w=7", of(&picture))).await.check(400);

    let part = world.node.send(Ask::get(of(&song)).header("range", "bytes=0-2")).await;
    let frame = &b"\xff\xfb\x90"[..];
    assert_eq!((part.status, part.body.as_slice()), (206, frame));
    let tag = format!("\"{song}-shared-2\"");
    assert_eq!(part.header("etag"), Some(tag.as_str()));
    let paper = get(&world, None, &of(&paper)).await;
    let how = "attachment; filename*=UTF-8''The%20recipe.pdf";
    assert_eq!(paper.header("content-disposition"), Some(how));
    assert!(paper.header("content-security-policy").unwrap().starts_with("sandbox"));
    world.close().await;
}

#[tokio::test]
async fn pages_show_what_is_attached_and_a_lesson_shows_a_picture_in_its_text() {
    let world = world().await;
    let [picture, song, paper] = attach_all(&world).await;
    attach(&world, COURSE, &[&picture], &["Bread"]).await.check(201);
    let src = |item: &str, cid: &str, more: &str| format!("\"{}{more}\"", path(&world, item, cid));
    let course = world.page(None, &format!("/{COURSE}")).await.text();
    let img =
        format!("<img src={} alt=\"Bread\" loading=\"lazy\"", src(COURSE, &picture, "&amp;w=800"));
    assert!(course.contains(&img), "{course}");
    let page = async || world.page(None, &format!("/{FIRST}")).await.text();
    let lesson = page().await;
    assert_has!(
        lesson,
        &format!("<img src={} alt=\"A loaf\"", src(FIRST, &picture, "&amp;w=800")),
        &format!("<audio src={} controls", src(FIRST, &song, "")),
        &format!("<a href={} download>The recipe</a>", src(FIRST, &paper, "&amp;download=1"))
    );
    let body = json!({"title": "Wheat", "text": "Look: ![brown](1) ![x](https://a.example/x.png)"});
    world.put_words(FIRST, json!({"kind": "lesson", "in": MODULE}), body).await;
    let lesson = page().await;
    assert_eq!(lesson.matches("<img").count(), 1, "{lesson}");
    assert!(lesson.contains("alt=\"brown\""));
    world.close().await;
}

#[tokio::test]
async fn a_pack_has_the_files_of_its_pages() {
    let world = world().await;
    let [picture, song, _] = attach_all(&world).await;
    let ada = somebody(&world.node, 5).await;
    assert_eq!(ada.places(&world, "learn.enroll").await.status, 201);
    let pack = format!("/learn/api/courses/{COURSE}/pack?owner={}", world.bea.did());
    let pack = ada.get(&world.node, &pack).await.json();
    assert_eq!(pack["files"][0], json!(format!("{}&w=800", path(&world, FIRST, &picture))));
    assert_eq!(pack["files"][1], json!(path(&world, FIRST, &song)));
    assert_eq!((&pack["files"].as_array().unwrap().len(), &pack["leftOut"]), (&3, &json!(0)));
    assert_eq!(pack["lessons"][0]["files"][0]["alt"], "A loaf");
    world.close().await;
}

#[tokio::test]
async fn files_go_with_their_lesson() {
    let world = world().await;
    let [picture, song, _] = attach_all(&world).await;
    // Another lesson uses one of the files, too.
    attach(&world, SECOND, &[&song], &["The song"]).await.check(201);
    let removed = world.bea.says(&world.node, "learn.remove", Some(FIRST), Json::Null, Json::Null);
    removed.await.check(201);
    let size = |cid: &str| {
        let store = world.node.node.ledger().media();
        store.size(world.bea.did(), &parse_cid(cid).unwrap()).unwrap()
    };
    until("the picture is gone", async || size(&picture).is_none()).await;
    assert!(size(&song).is_some());
    get(&world, None, &path(&world, SECOND, &song)).await.check(200);
    let words = world.node.node.bodies(world.bea.did(), |header| header.op == "learn.attach");
    assert_eq!(words.unwrap().len(), 1);
    world.close().await;
}

#[tokio::test]
async fn the_owner_of_a_file_is_told_which_lesson_has_it() {
    let world = world().await;
    let [picture, ..] = attach_all(&world).await;
    let files = [picture.as_str(), &upload(&world, b"a file of nothing")];
    let files: BTreeSet<_> = files.iter().map(|cid| parse_cid(cid).unwrap()).collect();
    let node = &world.node.node;
    let uses = |owner| imajin_learn::Learn.uses(node, owner, &files, Lang::En);
    let usages = uses(world.bea.did()).unwrap();
    assert_eq!(usages.len(), 1, "{usages:?}");
    assert_eq!(usages[0].file.to_string(), picture);
    let page = get(&world, Some(&world.bea), &usages[0].href).await;
    assert!(page.status == 200 && page.text().contains(&picture));
    assert!(page.text().contains(&usages[0].title));
    assert_eq!(uses(node.did()).unwrap(), []);
    world.close().await;
}
