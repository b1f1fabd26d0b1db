//! The rows of docs/threats.md on files: an older bundle, edited views, erased bodies, and extra contents of a
//! database.

use rusqlite::Connection;

use crate::threats::bound::across_by;
use crate::threats::friends;
use crate::threats::prelude::*;

#[test]
fn older_bundle() {
    let dir = tempfile::tempdir().unwrap();
    let log = diary();
    let mut older = cut(&log, 4);
    older.head();
    let path = bundles::export(&older, dir.path());
    let none = VerifyOptions::default();
    assert_eq!(judge_path(&path, &none).fault, None);
    let knowing = VerifyOptions { head: Some(log.last()), ..none };
    caught_in(&judge_path(&path, &knowing), None, "cut");
    let newest = bundles::export(&log, dir.path());
    assert_eq!(judge_path(&newest, &knowing).fault, None);
}

#[test]
fn edited_views() {
    let log = diary();
    let edited = |edit: &dyn Fn(&std::path::Path)| {
        let dir = tempfile::tempdir().unwrap();
        let path = bundles::export(&log, dir.path());
        assert_eq!(judge_path(&path, &VerifyOptions::default()).fault, None);
        edit(&path);
        judge_path(&path, &VerifyOptions::default())
    };
    let page = |path: &std::path::Path| {
        let file = path.join("index.html");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("six", "SIX") + "<!-- -->").unwrap();
    };
    let view = |path: &std::path::Path| {
        let mut document = bundles::read(path, "bundle.json");
        document["sections"]["profile"]["display_name"] = json!("Eve");
        bundles::write(path, "bundle.json", &document);
    };
    let listed = |path: &std::path::Path, name: &str, by: Option<&Party>| {
        if let (Some(by), "bundle.json") = (by, name) {
            let mut document = bundles::read(path, name);
            bundles::sign_document(&mut document, by, "owner");
            bundles::write(path, name, &document);
        }
        let mut manifest = bundles::read(path, "manifest.json");
        bundles::list(&mut manifest, path, name);
        if let Some(by) = by {
            bundles::sign_document(&mut manifest, by, "owner");
        }
        bundles::write(path, "manifest.json", &manifest);
    };
    // Edited; listed again; signed by a stranger.
    caught_in(&edited(&|path| page(path)), None, "manifest");
    caught_in(&edited(&|path| view(path)), None, "manifest");
    let unsigned = edited(&|path| {
        page(path);
        listed(path, "index.html", None);
    });
    caught_in(&unsigned, None, "manifest");
    let by_bob = edited(&|path| {
        page(path);
        listed(path, "index.html", Some(&bob()));
    });
    caught_in(&by_bob, None, "manifest");
    // Edited files signed by the owner: the page is not checked, the view must be the log's.
    let by_owner = edited(&|path| {
        page(path);
        listed(path, "index.html", Some(&ann()));
    });
    assert_eq!(by_owner.fault, None);
    let by_owner = edited(&|path| {
        view(path);
        listed(path, "bundle.json", Some(&ann()));
    });
    caught_in(&by_owner, None, "view");
}

#[test]
fn erasing() {
    let mut log = diary();
    erase(&mut log, &[3]);
    log.head();
    assert_eq!(valid(&log).erased, 1);
    // A removed entry, and a removed body without an erasure.
    let mut never = rows(&log);
    never.remove(3);
    caught(&relink_as_home(&log, never), 4, "order");
    let mut gone = log.clone();
    gone.bodies.remove(&5);
    caught(&gone, 5, "body");
    // Kept although it was erased.
    let mut kept = log.clone();
    kept.bodies.insert(3, diary().bodies[&3].clone());
    caught(&kept, 3, "body");
    // Bodies that must stay, present or not.
    for there in [true, false] {
        let mut identity = diary();
        let make = erasure(&identity, &[0]);
        will(&mut identity, make);
        if !there {
            identity.bodies.remove(&0);
        }
        identity.head();
        caught(&identity, 0, "body");
    }
    // Erasures of a body that this log lacks, and by a person who may not erase it.
    let mut unknown = diary();
    let link = Value::Link(dag_cbor_cid(b"elsewhere"));
    let make = |link| Make::op("auth.body.erased").body(vec![("bodies", Value::List(vec![link]))]);
    will(&mut unknown, make(link));
    unknown.head();
    caught(&unknown, 7, "erasure");
    let mut foreign = diary();
    foreign.chains.insert(bob().did.to_string(), vec![bob().genesis.token]);
    let hand = stranger(&foreign, &bob());
    let erased = erasure(&foreign, &[3]);
    will_by(&mut foreign, erased, &hand);
    foreign.bodies.remove(&3);
    foreign.head();
    caught(&foreign, 7, "erasure");
    // An entry that only looks like an erasure.
    let mut named = diary();
    let mut alike = make(Value::Link(named.entries[3].header.body.unwrap()));
    alike.op = "profile.update";
    will(&mut named, alike.reference("auth.body.erased"));
    named.head();
    valid(&named);
    named.bodies.remove(&3);
    caught(&named, 3, "body");
}

#[test]
fn an_intent_of_one_service_erases_nothing_of_another() {
    let words = vec![("text", Value::from("hello"))];
    let mut log = diary();
    let words = |op| Make::op(op).body(words.clone());
    log.custodial(words("chat.send").reference("msg_1").in_log(&bob().did));
    log.custodial(words("links.put").reference("itm_1"));
    let erased = |intent: Make, signed: bool, seq: u64| {
        let mut log = log.clone();
        let cause = if signed { will(&mut log, intent) } else { log.custodial(intent) };
        let (make, author) = (erasure(&log, &[seq]), log.owner.did.clone());
        log.push(make, author, Will::Derived, None, Some(cause), None);
        forget(&mut log, &[seq]);
        log.head();
        log
    };
    let delete = || Make::op("chat.delete").reference("msg_1").in_log(&bob().did);
    let remove = || Make::op("links.remove").reference("itm_1");
    valid(&erased(delete(), false, 7));
    valid(&erased(remove(), true, 8));
    for seq in [3, 5, 8] {
        caught(&erased(delete(), false, seq), 10, "cause");
    }
    for seq in [3, 5, 7] {
        caught(&erased(remove(), true, seq), 10, "cause");
    }
    let counts = ("counts", Value::map::<&str>([]));
    let all = Make::op("auth.delete").body(vec![counts]);
    valid(&erased(all, true, 5));
}

/// Makes a log, and runs SQL in it.
fn after_sql(log: &Log, sql: &str) -> imajin_log::verify::Report {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.sqlite");
    log.write(&path);
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    judge_path(&path, &VerifyOptions::default())
}

#[test]
fn smuggling() {
    let (_, log, ..) = friends();
    assert_eq!(after_sql(&log, "").fault, None);
    let (carol, chain) = (Party::new(7), Party::new(7).genesis.token);
    let own = bob().genesis.token;
    for (sql, seq) in [
        ("INSERT INTO bodies VALUES (99, x'a0')".to_owned(), Some(99)),
        ("INSERT INTO bodies VALUES (1, x'a0')".into(), Some(1)),
        (format!("INSERT INTO chains VALUES ('{}', 0, '{chain}')", carol.did), None),
        (format!("INSERT INTO chains VALUES ('{}', 0, '{own}')", bob().did), None),
    ] {
        caught_in(&after_sql(&log, &sql), seq, "stray");
    }
    for (table, columns) in [("causes", 3), ("txns", 2), ("openings", 2)] {
        let cid = hex::encode(&dag_cbor_cid(b"smuggled").to_bytes());
        let values = if columns == 3 { "x'a0', NULL" } else { "x'80'" };
        let sql = format!("INSERT INTO {table} VALUES (x'{cid}', {values})");
        caught_in(&after_sql(&log, &sql), None, "stray");
    }
    let cases = "CREATE TABLE more (n INTEGER) STRICT|CREATE INDEX more ON heads (jws)|\
        CREATE VIEW more AS SELECT 1|\
        CREATE TRIGGER more AFTER INSERT ON entries BEGIN DELETE FROM heads; END|\
        PRAGMA user_version = 2|PRAGMA application_id = 7|DROP TABLE local_keys";
    for sql in cases.split('|') {
        caught_in(&after_sql(&log, sql), None, "file");
    }
    // A node's own files prove nothing about a log, and do not travel in a bundle.
    let local = "INSERT INTO local_offsets VALUES (0, 1)";
    assert_eq!(after_sql(&log, local).fault, None);
    let dir = tempfile::tempdir().unwrap();
    let path = bundles::export(&diary(), dir.path());
    let conn = Connection::open(path.join("log.sqlite")).unwrap();
    conn.execute_batch(local).unwrap();
    drop(conn);
    caught_in(&judge_path(&path, &VerifyOptions::default()), None, "file");
}

#[test]
fn foreign_logs_in_a_bundle() {
    let (anns, bobs, ..) = friends();
    // Each log names the other's owner, since Ann follows Bob. Bob's log is his own, and not shared with her.
    caught_in(&judge_with_log("shared", &bobs), None, "manifest");
    let mut stranger = begin(&Party::new(60), &crate::threats::first_box());
    stranger.head();
    for (kind, log) in
        [("shared", &stranger), ("shared", &anns), ("owned", &stranger), ("owned", &anns)]
    {
        caught_in(&judge_with_log(kind, log), None, "manifest");
    }
    // Her entry in the log does not make it hers.
    caught_in(&judge_with_log("owned", &bobs), None, "manifest");
    let mut rotated = bobs.clone();
    rotate(&mut rotated, 61);
    rotated.head();
    caught_in(&judge_with_log("owned", &rotated), None, "manifest");
}

const EVENT: [&str; 2] = ["events.create", "events.opened"];
const GROUP: [&str; 2] = ["connections.group.create", "connections.group.opened"];
const HANDED: [&str; 2] = ["connections.group.take", "connections.group.handed"];

/// Makes the log of a thing, which was a person's before if `person`, with these operations by their authors.
fn thing(person: bool, made: &[(&Party, [&'static str; 2])]) -> Log {
    let mut log = begin(&Party::new(60), &crate::threats::first_box());
    if person {
        will(&mut log, update("somebody"));
    }
    for (by, [op, derived]) in made {
        let make = |op| Make::op(op).body(vec![("title", "A concert".into())]);
        let derived = make(derived).reference(&by.did);
        let (_, operation) = across_by(by, make(op), &derived, &log.owner.did);
        take_evidence(&mut log, &operation);
        open_own(&mut log, &operation);
        derive(&mut log, &operation, derived);
    }
    log.head();
    log
}

/// Makes Ann's bundle with another log in a folder of this kind.
fn judge_with_log(kind: &str, log: &Log) -> imajin_log::verify::Report {
    let dir = tempfile::tempdir().unwrap();
    let path = bundles::export(&friends().0, dir.path());
    let name = format!("{kind}/{}/log.sqlite", log.owner.did.folder_name());
    bundles::add(&path, &name, &ann(), |file| log.write(file));
    judge_path(&path, &VerifyOptions::default())
}

#[test]
fn things_that_nothing_but_their_own_key_controls() {
    let (event, group, handed) = (EVENT, GROUP, HANDED);
    let carol = Party::new(5);
    let ann = &ann();
    for made in [vec![(ann, event)], vec![(ann, group)], vec![(&carol, group), (ann, handed)]] {
        assert_eq!(judge_with_log("owned", &thing(false, &made)).fault, None);
    }
    for (person, made) in [
        (true, vec![(ann, event)]),
        (false, vec![(&carol, event)]),
        (false, vec![]),
        (false, vec![(ann, handed)]),
        (false, vec![(ann, group), (&carol, handed)]),
    ] {
        caught_in(&judge_with_log("owned", &thing(person, &made)), None, "manifest");
    }
}

#[test]
fn only_logs_of_things_are_shared() {
    let (event, group, handed) = (EVENT, GROUP, HANDED);
    let (ann, carol) = (&ann(), Party::new(5));
    // Logs that others opened and that name her are shared with her.
    for made in [vec![(ann, event)], vec![(&carol, group), (ann, handed)]] {
        assert_eq!(judge_with_log("shared", &thing(false, &made)).fault, None);
    }
    for (person, made) in
        [(false, vec![(&carol, event)]), (true, vec![(ann, event)]), (false, vec![(ann, handed)])]
    {
        caught_in(&judge_with_log("shared", &thing(person, &made)), None, "manifest");
    }
}

#[test]
fn media_that_no_entry_names() {
    let dir = tempfile::tempdir().unwrap();
    let path = bundles::export(&diary(), dir.path());
    let report = judge_path(&path, &VerifyOptions::default());
    let page = report.bundle.unwrap().signers_word;
    assert!(page.contains("index.html"), "the page is the word of its signer");
    let cid = imajin_dfos::cid::raw_cid(b"smuggled").to_string();
    let name = format!("media/{}/{cid}", &cid[cid.len() - 2..]);
    bundles::add(&path, &name, &ann(), |file| std::fs::write(file, b"smuggled").unwrap());
    caught_in(&judge_path(&path, &VerifyOptions::default()), None, "media");
}

#[test]
fn files_that_must_be_there() {
    for name in ["index.html", "bundle.json", "log.sqlite", "manifest.json"] {
        let dir = tempfile::tempdir().unwrap();
        let path = bundles::export(&diary(), dir.path());
        let mut manifest = bundles::read(&path, "manifest.json");
        manifest["files"].as_object_mut().unwrap().remove(name);
        bundles::sign_document(&mut manifest, &ann(), "owner");
        bundles::write(&path, "manifest.json", &manifest);
        std::fs::remove_file(path.join(name)).unwrap();
        caught_in(&judge_path(&path, &VerifyOptions::default()), None, "manifest");
    }
}

#[test]
fn the_homes_own_word_is_marked_in_sections() {
    let dir = tempfile::tempdir().unwrap();
    // Bob's log: signed (0, 4), a consequence of Ann's signed intent (1), a session's entry (2) and its consequence
    // (3).
    let (_, mut log, ..) = friends();
    log.custodial(update("asked for"));
    let mut carol = begin(&Party::new(5), &crate::threats::first_box());
    let operation = follow(&mut carol, &[bob().did], "profile.follow", false);
    be_followed(&mut log, &operation);
    will(&mut log, update("signed"));
    log.head();
    let path = bundles::export(&log, dir.path());
    let both = || judge_path(&path, &VerifyOptions::default());
    assert_eq!(both().fault, None);
    let edited = |edit: &dyn Fn(&mut serde_json::Value)| {
        let mut view = bundles::read(&path, "bundle.json");
        edit(&mut view["sections"]);
        bundles::sign_document(&mut view, &bob(), "owner");
        bundles::write(&path, "bundle.json", &view);
        bundles::relist(&path, &bob());
        both()
    };
    let words = bundles::read(&path, "bundle.json")["sections"]["home_words"].clone();
    let expected = json!({ "entries": 2, "of": 5, "services": { "profile": 2 }, "seqs": [[2, 3]] });
    assert_eq!(words, expected);
    let fewer = edited(&|sections| sections["home_words"]["entries"] = 1.into());
    caught_in(&fewer, None, "view");
    // A bundle from before this section existed.
    let without = edited(&|sections| drop(sections.as_object_mut().unwrap().remove("home_words")));
    assert_eq!(without.fault, None);
}
