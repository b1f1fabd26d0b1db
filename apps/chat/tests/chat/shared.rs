//! Tests of the conversations in a person's own copy: verified with both verifiers, and read without the node.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use imajin_app::{Machine, ServiceViews, Services};
use imajin_bundle::NoPage;
use imajin_bundle::export::{ExportOptions, Source, Target, prepare};
use imajin_ledger::StateMachine;
use imajin_log::verify::{BundleOptions, VerifyOptions, open_bundle};
use imajin_room::MessageState::{Deleted, Hidden, Opened, Unseen};
use imajin_room::{Admins, Report, RoomInput, RowBytes, verify};
use rusqlite::Connection;

use crate::direct::two;
use crate::group::{admits, choir, turn};
use crate::prelude::*;
use crate::world::{services, texts};

/// A person's copy, signed by the node.
fn export(world: &World, who: &Somebody, folder: &Path) -> PathBuf {
    let (node, did) = (&world.node.node, &who.person.did);
    let source = Source::live(node.ledger(), did).with_shared(node.shares_of(did).unwrap());
    let target = Target::Folder(folder.join(did.folder_name()));
    let ops = Machine::new(Services::new(services())).ops();
    let options = ExportOptions::default();
    let views = ServiceViews::new(Services::new(services()));
    let staging = target.staging();
    let prepared = prepare(&source, &ops, &views, &NoPage, &staging, &options).unwrap();
    let ready = prepared.sign_with_node(node.ledger().node_key()).unwrap();
    ready.write(&target, None, &mut |_| {}).unwrap();
    folder.join(did.folder_name())
}

/// Verifies a conversation in a copy without the node. Returns the report, and the file that it was read from.
fn read(world: &World, bundle: &Path, who: &Somebody, room: &Room) -> (Report, PathBuf) {
    let options = BundleOptions {
        log: VerifyOptions::default(),
        unlock: None,
        limits: Default::default(),
        anchors: None,
        progress: &mut |_| {},
    };
    let machine: Arc<dyn StateMachine> = Arc::new(Machine::new(Services::new(services())));
    let views = ServiceViews::new(Services::new(services()));
    let opened = open_bundle(bundle, &machine.ops(), &views, options).unwrap();
    assert!(opened.report.valid, "{:?}", opened.report.fault);
    let operations = machine.ops().with_published().unwrap();
    let other = judged_by_the_other(bundle, &operations.to_json().unwrap());
    assert_eq!(other["valid"], json!(true), "{other}");
    let log_name = format!("shared/{}/log.sqlite", room.log.folder_name());
    let path = opened.logs().find(|(name, _)| **name == *log_name).unwrap().1.to_owned();
    let db = Connection::open(&path).unwrap();
    let mut chains = chains(&db);
    chains.insert(who.person.did.clone(), who.person.log.clone());
    let input = RoomInput { rows: rows(&db), chains, reads: Vec::new(), own: Some(world.own(who)) };
    let mut reader = World::reader(who, room);
    reader.admins = Admins::Own;
    (verify(&input, &reader), path)
}

fn rows(db: &Connection) -> Vec<RowBytes> {
    let sql =
        "SELECT e.header, b.body FROM entries e LEFT JOIN bodies b ON b.seq = e.seq ORDER BY e.seq";
    let mut rows = db.prepare(sql).unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    let row = |row: rusqlite::Result<(Vec<u8>, Option<Vec<u8>>)>| {
        let (header, body) = row.unwrap();
        let cause = imajin_protocol::entry::Header::decode(&header).unwrap().cause;
        let sql = "SELECT header FROM causes WHERE cid = ?1";
        let cause = cause.map(|cid| db.query_row(sql, [cid.to_bytes()], |row| row.get(0)));
        let cause = cause.transpose().unwrap();
        RowBytes { header, cause, body }
    };
    rows.unwrap().map(row).collect()
}

fn chains(db: &Connection) -> BTreeMap<Did, Vec<String>> {
    let mut rows = db.prepare("SELECT did, jws FROM chains ORDER BY did, n").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)));
    let mut chains = BTreeMap::<Did, Vec<String>>::new();
    for row in rows.unwrap() {
        let (did, token) = row.unwrap();
        chains.entry(Did::parse(&did).unwrap()).or_default().push(token);
    }
    chains
}

/// The independent verifier's report, by these operations.
fn judged_by_the_other(bundle: &Path, operations: &str) -> Json {
    let table = bundle.with_extension("operations.json");
    std::fs::write(&table, operations).unwrap();
    let verifier = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/verifier");
    let python = std::env::var_os("IMAJIN_PYTHON").unwrap_or_else(|| "python3".into());
    let mut command = Command::new(python);
    let output = command
        .arg(verifier)
        .arg(bundle)
        .arg("--operations")
        .arg(table)
        .arg("--json")
        .output()
        .unwrap();
    let verdict = serde_json::from_slice(&output.stdout);
    verdict.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

#[tokio::test]
async fn a_copy_has_what_its_owner_saw_of_a_group_and_nothing_after_they_were_put_out() {
    let mut world = World::new().await;
    let (people, group, room) = choir(&mut world).await;
    let [ada, bob, eve, zoe] = &people[..] else { unreachable!() };
    let secret = world.makes_epoch(bob, &room, &[ada, bob, eve]).await;
    world.says(eve, &room, &secret, "Who is here?").await;
    admits(&world, bob, &room, &[zoe], "member").await.check(201);
    let secret = world.makes_epoch(eve, &room, &[ada, bob, eve, zoe]).await;
    world.says(zoe, &room, &secret, "Me, too").await;
    let remove = ("connections.group.remove", &group, &room);
    turn(&world, ada, remove, Some((eve, None)), &[&eve.person.did]).await.check(201);
    let out = world.seen(ada, &room).await["seq"].as_u64().unwrap();
    let secret = world.makes_epoch(zoe, &room, &[ada, bob, zoe]).await;
    let hidden = world.says(bob, &room, &secret, "Never mind").await;
    world.says(zoe, &room, &secret, "She is out").await;
    let hide = World::write_about(ada, "chat.hide", &hidden, json!({ "log": room.log }), &room);
    assert_eq!(world.write(ada, hide).await.status, 201);

    let folder = tempfile::tempdir().unwrap();
    let read_by = |who| read(&world, &export(&world, who, folder.path()), who, &room);
    let states = |report: &Report| report.messages.iter().map(|one| one.state).collect::<Vec<_>>();
    for (who, said, are) in [
        (
            ada,
            &["Who is here?", "Me, too", "She is out"][..],
            &[Opened, Opened, Hidden, Opened][..],
        ),
        (zoe, &["Me, too", "She is out"][..], &[Unseen, Opened, Hidden, Opened][..]),
        (eve, &["Who is here?", "Me, too"][..], &[Opened, Opened][..]),
    ] {
        let (report, _) = read_by(who);
        assert_eq!((report.stop, &report.voids), (None, &vec![]));
        assert_eq!(
            (texts(&report), states(&report)),
            (said.iter().map(|one| (*one).to_owned()).collect(), are.to_vec())
        );
    }
    let (report, _) = read_by(eve);
    assert_eq!(report.head.unwrap().seq, out, "the entry that put her out is the last");
    assert!(!report.members.contains_key(&eve.person.did));
    world.close().await;
}

#[tokio::test]
async fn a_copy_has_a_conversation_of_two_for_one_who_only_read_and_nothing_of_what_was_deleted() {
    let mut world = World::new().await;
    let (ada, bob, room) = two(&mut world).await;
    let secret = world.makes_epoch(&ada, &room, &[&ada, &bob]).await;
    let gone = world.says(&ada, &room, &secret, "Not this").await;
    world.says(&ada, &room, &secret, "Hello").await;
    let delete = World::write_about(&ada, "chat.delete", &gone, json!({ "log": room.log }), &room);
    assert_eq!(world.write(&ada, delete).await.status, 201);
    let folder = tempfile::tempdir().unwrap();
    let (report, path) = read(&world, &export(&world, &bob, folder.path()), &bob, &room);
    assert_eq!((report.stop, texts(&report)), (None, vec!["Hello".to_owned()]));
    assert_eq!(report.messages[0].state, Deleted);
    let db = Connection::open(path).unwrap();
    let bodies: i64 = db.query_row("SELECT count(*) FROM bodies", [], |row| row.get(0)).unwrap();
    // The bodies of entry 0, the opening, the epoch, one message and the erasure.
    assert_eq!(bodies, 5);

    // Bob's read mark, in his own log, is within the range of the copy.
    let head = world.seen(&bob, &room).await;
    let mark = Write::new(&bob.person.did, "chat.read")
        .reference(room.log.as_str())
        .fact(json!({ "seq": head["seq"], "seen": head["cid"] }));
    assert_eq!(world.write(&bob, mark).await.status, 201);
    let again = tempfile::tempdir().unwrap();
    let (report, _) = read(&world, &export(&world, &bob, again.path()), &bob, &room);
    assert_eq!(report.stop, None);
    let (report, _) = read(&world, &export(&world, &ada, again.path()), &ada, &room);
    assert_eq!(report.stop, None);
    world.close().await;
}
