//! Copies with the visible part of a shared log: entries up to a place, and the bodies that are for
//! the copy's owner.

use std::fs;
use std::path::{Path, PathBuf};

use imajin_log::Header;
use imajin_log::format::shared::SharedLog;
use imajin_protocol::Did;
use rusqlite::Connection;

use crate::copies::{export, export_sharing, take, verify};
use crate::world::{Party, Say, World};

/// Ann begins a thing for Bob and Carol. She and Bob speak there; Carol writes nothing.
struct Hall {
    one: World,
    ann: Party,
    bob: Party,
    carol: Party,
    thing: Party,
    dir: tempfile::TempDir,
}

const SAID: [&str; 4] = ["first words", "second words", "not for Bob", "last words"];

impl Hall {
    fn open() -> Self {
        let world = World::new();
        let (ann, bob, carol, thing) =
            (Party::new(301), Party::new(302), Party::new(303), Party::new(304));
        for party in [&ann, &bob, &carol, &thing] {
            world.create(party);
        }
        let begin = Say::begin(&thing.did, &[&ann.did, &bob.did, &carol.did]);
        world.submit(&ann, begin).unwrap();
        for (text, who) in SAID.iter().zip([&bob, &ann, &ann, &bob]) {
            let say = Say::the_same(text, std::slice::from_ref(&thing.did));
            world.submit(who, say).unwrap();
        }
        let dir = tempfile::tempdir().unwrap();
        Self { one: world, ann, bob, carol, thing, dir }
    }

    /// Shares the log up to an entry, without one body.
    fn part(&self, until: Option<u64>, hidden: u64) -> SharedLog {
        SharedLog {
            did: self.thing.did.clone(),
            until,
            shows: Box::new(move |header: &Header| header.seq != hidden),
        }
    }

    fn copy(&self, who: &Party, part: SharedLog, name: &str) -> PathBuf {
        export_sharing(&self.one, who, vec![part], &self.dir.path().join(name))
    }

    fn log_in(&self, bundle: &Path) -> PathBuf {
        bundle.join(format!("shared/{}/log.sqlite", self.thing.did.folder_name()))
    }
}

fn numbers(db: &Connection, sql: &str) -> Vec<i64> {
    let mut rows = db.prepare(sql).unwrap();
    let rows = rows.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn chains(db: &Connection) -> Vec<String> {
    let mut rows = db.prepare("SELECT DISTINCT did FROM chains").unwrap();
    let rows = rows.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn has(file: &Path, text: &str) -> bool {
    let bytes = fs::read(file).unwrap();
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

#[test]
fn a_part_ends_at_its_place_and_has_the_bodies_that_are_for_its_reader() {
    let hall = Hall::open();
    // 0 begins the log, 1 opens it, and 2 to 5 are messages.
    let bundle = hall.copy(&hall.bob, hall.part(Some(4), 4), "bob");
    let report = verify(&hall.one, &bundle);
    assert_eq!(report.fault, None);
    let log = hall.log_in(&bundle);
    let name = format!("shared/{}/log.sqlite", hall.thing.did.folder_name());
    assert_eq!(
        report.bundle.unwrap().logs[&name].attested_to,
        Some(4),
        "its home signs where it ends"
    );
    for (text, is_there) in SAID.iter().zip([true, true, false, false]) {
        assert_eq!(has(&log, text), is_there, "{text}");
    }
    let db = Connection::open(&log).unwrap();
    assert_eq!(numbers(&db, "SELECT seq FROM entries ORDER BY seq"), [0, 1, 2, 3, 4]);
    assert_eq!(numbers(&db, "SELECT seq FROM bodies ORDER BY seq"), [0, 1, 2, 3]);
    assert_eq!(numbers(&db, "SELECT count(*) FROM causes"), [4]);
    let chains = chains(&db);
    for (who, is_there) in
        [(&hall.ann, true), (&hall.bob, true), (&hall.carol, true), (&hall.thing, false)]
    {
        assert_eq!(chains.contains(&who.did.to_string()), is_there);
    }
}

#[test]
fn a_part_that_goes_to_the_end_grows_with_the_log() {
    let hall = Hall::open();
    let first = hall.copy(&hall.ann, hall.part(None, u64::MAX), "ann");
    assert_eq!(verify(&hall.one, &first).fault, None);
    let entries = |bundle: &Path| {
        let db = Connection::open(hall.log_in(bundle)).unwrap();
        numbers(&db, "SELECT max(seq) FROM entries")
    };
    assert_eq!(entries(&first), [5]);
    let more = Say::the_same("more", std::slice::from_ref(&hall.thing.did));
    hall.one.submit(&hall.ann, more).unwrap();
    let second = hall.copy(&hall.ann, hall.part(None, u64::MAX), "again");
    assert_eq!(verify(&hall.one, &second).fault, None);
    assert_eq!(entries(&second), [6]);
}

#[test]
fn who_wrote_nothing_has_a_part_as_a_body_names_them() {
    let hall = Hall::open();
    let bundle = hall.copy(&hall.carol, hall.part(Some(2), u64::MAX), "carol");
    assert_eq!(verify(&hall.one, &bundle).fault, None);
    // Without that body nothing proves that the log is for her.
    let part = SharedLog {
        shows: Box::new(|header: &Header| header.op != "events.opened"),
        ..hall.part(Some(2), 0)
    };
    let source = imajin_bundle::export::Source::live(hall.one.ledger(), &hall.carol.did);
    let refused = imajin_bundle::export::prepare(
        &source.with_shared(vec![part]),
        &hall.one.machine().ops(),
        &imajin_log::format::views::NoViews,
        &imajin_bundle::NoPage,
        &hall.dir.path().join("staging"),
        &Default::default(),
    );
    let why = refused.err().unwrap().to_string();
    assert!(why.contains("names the other"), "{why}");
}

#[test]
fn parts_stay_with_a_copy_elsewhere_and_go_along_again() {
    let hall = Hall::open();
    let bundle = hall.copy(&hall.bob, hall.part(Some(3), u64::MAX), "bob");
    let two = World::with_seed(9);
    take(&two, &bundle).unwrap();
    let again = export(&two, &hall.bob, &hall.dir.path().join("again"));
    assert_eq!(verify(&two, &again).fault, None);
    let bytes = |bundle: &Path| fs::read(hall.log_in(bundle)).unwrap();
    assert_eq!(bytes(&bundle), bytes(&again));
    let did: &Did = &hall.thing.did;
    assert!(two.ledger().status(did).unwrap().is_none(), "it is a copy, and no log of this node");
}
