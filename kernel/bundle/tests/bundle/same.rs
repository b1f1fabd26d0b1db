//! Consequences with the fact and body of their intent: both logs have the body, and each log erases it separately.

use imajin_dfos::Cid;
use imajin_ledger::SubmitError;
use imajin_log::Header;
use imajin_log::verify::{VerifyOptions, verify_log};
use imajin_protocol::Did;

use crate::copies::{export, verify};
use crate::world::{Party, Say, World};

/// Makes a node on which Anna says something in Bert's log.
fn make_world() -> (World, Party, Party, Cid) {
    let world = World::new();
    let (anna, bert) = (world.person(1), world.person(2));
    let say = Say::the_same("hear me", std::slice::from_ref(&bert.did));
    let body = say.body_cid().unwrap();
    world.submit(&anna, say).unwrap();
    (world, anna, bert, body)
}

/// Returns the header and body of the last entry of an operation in a log.
fn last(world: &World, did: &Did, op: &str) -> (Header, Option<Vec<u8>>) {
    let entries = world.ledger().entries(did, None, 100).unwrap();
    let mut rows = entries.iter().map(|entry| {
        let body = entry.body.as_ref().map(|body| body.to_vec());
        (Header::decode(&entry.header).unwrap(), body)
    });
    rows.rfind(|(header, _)| header.op == op).unwrap()
}

/// Returns whether a text is in any file of a folder.
fn stands(folder: &std::path::Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            stands(&path, text)
        } else {
            let bytes = std::fs::read(&path).unwrap();
            bytes.windows(text.len()).any(|at| at == text.as_bytes())
        }
    })
}

/// Returns the words that the projection has of a log.
fn projected_words(world: &World, did: &Did) -> Vec<String> {
    let read = |db: &rusqlite::Connection| {
        let mut query = db.prepare("SELECT text FROM guest WHERE owner_did = ?1")?;
        query.query_map([did.as_str()], |row| row.get(0))?.collect()
    };
    world.ledger().read("note", read).unwrap()
}

#[test]
fn both_logs_have_the_very_body_and_fact() {
    let (mut world, anna, bert, body) = make_world();
    for drained in [false, true] {
        let (intent, said) = last(&world, &anna.did, "note.say");
        let (derived, heard) = last(&world, &bert.did, "note.said");
        assert_eq!((intent.body, derived.body), (Some(body), Some(body)));
        assert_eq!(intent.fact, derived.fact);
        assert!(intent.fact.is_some() && said.is_some());
        assert_eq!(said, heard, "salt and all, drained: {drained}");
        world.ledger().drain();
    }
    assert_eq!(projected_words(&world, &bert.did), ["hear me"]);
    world.assert_rebuildable();
    world.stop();
    for party in [&anna, &bert] {
        world.assert_valid(party);
    }
}

#[test]
fn erased_in_one_log_it_stays_in_the_other() {
    // Anna erases the body in her own log, then in Bert's.
    for in_hers in [true, false] {
        let (mut world, anna, bert, body) = make_world();
        let (erased, kept) = if in_hers {
            world.submit(&anna, Say::erase(&[body])).unwrap();
            (&anna, &bert)
        } else {
            let tidy = Say::tidy(std::slice::from_ref(&bert.did), &[body]);
            world.submit(&anna, tidy).unwrap();
            (&bert, &anna)
        };
        let read = |world: &World, party: &Party| {
            let op = if party.did == anna.did { "note.say" } else { "note.said" };
            last(world, &party.did, op)
        };
        for reopened in [false, true] {
            assert_eq!(read(&world, erased).1, None, "reopened: {reopened}");
            assert_eq!(read(&world, erased).0.body, Some(body));
            assert!(read(&world, kept).1.is_some(), "reopened: {reopened}");
            let words: &[&str] = if in_hers { &["hear me"] } else { &[] };
            assert_eq!(projected_words(&world, &bert.did), words);
            world.assert_rebuildable();
        }
        let copies = tempfile::tempdir().unwrap();
        for (party, name) in [(erased, "erased"), (kept, "kept")] {
            let copy = export(&world, party, &copies.path().join(name));
            let report = verify(&world, &copy);
            assert!(report.valid, "{name}: {report:?}");
            assert_eq!(stands(&copy, "hear me"), name == "kept", "{name}");
        }
        world.stop();
        for party in [&anna, &bert] {
            world.assert_valid(party);
            let folder = world.log_path(party).parent().unwrap().to_owned();
            assert_eq!(stands(&folder, "hear me"), party.did == kept.did);
        }
    }
}

#[test]
fn a_service_that_says_something_else_enters_nothing() {
    let (world, anna, bert, _) = make_world();
    let before = world.ledger().stats().entries;
    for swap in ["fact", "body"] {
        let mut say = Say::the_same("hear me too", std::slice::from_ref(&bert.did));
        say.args = serde_json::json!({ "swap": swap });
        let refused = world.submit(&anna, say);
        assert!(matches!(refused, Err(SubmitError::Refused(_))), "{swap}: {refused:?}");
    }
    assert_eq!(world.ledger().stats().entries, before);
}

/// Returns the header that a row shows as its cause.
fn causes(world: &World, did: &Did, after: Option<u64>) -> Vec<Option<Header>> {
    let rows = world.ledger().rows(did, after, 100).unwrap();
    rows.iter()
        .map(|row| row.cause.as_deref().map(|cause| Header::decode(cause).unwrap()))
        .collect()
}

#[test]
fn rows_show_each_entry_with_its_intent() {
    let (mut world, anna, bert, body) = make_world();
    // The row is the same in the journal, in the file, and after a start.
    for round in 0..3 {
        let rows = world.ledger().rows(&bert.did, None, 100).unwrap();
        let entries = world.ledger().entries(&bert.did, None, 100).unwrap();
        let shown: Vec<_> = rows.iter().map(|row| row.entry.clone()).collect();
        assert_eq!(shown, entries, "round {round}");
        let [None, Some(intent)] = &causes(&world, &bert.did, None)[..] else {
            panic!("round {round}: {rows:?}");
        };
        assert_eq!((&intent.did, intent.op.as_str()), (&anna.did, "note.say"));
        assert!(intent.proof_part().is_some() && intent.body == Some(body));
        assert_eq!(causes(&world, &anna.did, None), [None, None]);
        match round {
            0 => world.ledger().drain(),
            _ => {
                world.stop();
                world.open();
            }
        }
    }
    // An intent in the same log, in the page or before it.
    world.submit(&anna, Say::delete(&[body])).unwrap();
    for drained in [false, true] {
        let whole = causes(&world, &anna.did, None);
        let ops: Vec<_> = whole.iter().map(|c| c.as_ref().map(|c| c.op.clone())).collect();
        assert_eq!(ops, [None, None, None, Some("auth.delete".to_owned())]);
        assert_eq!(causes(&world, &anna.did, Some(2))[0], whole[3], "{drained}");
        world.ledger().drain();
    }
    let rows = world.ledger().rows(&anna.did, Some(0), 1).unwrap();
    assert_eq!((rows.len(), rows[0].entry.seq), (1, 1));
    assert_eq!(rows[0].entry.body, None, "it was erased");
    let rows = world.ledger().rows(&bert.did, Some(0), 1).unwrap();
    assert!(rows[0].entry.body.is_some(), "not in his");
}

/// Tests that the conversation's log alone proves its headers, though the intent's body is not in it.
#[test]
fn the_others_log_alone_is_enough() {
    let (mut world, _, bert, body) = make_world();
    world.stop();
    let report =
        verify_log(&world.log_path(&bert), &world.machine().ops(), &VerifyOptions::default());
    let report = report.unwrap();
    assert!(report.valid && report.home_words.is_empty(), "{report:?}");
    let db = rusqlite::Connection::open(world.log_path(&bert)).unwrap();
    let read = |row: &rusqlite::Row<'_>| {
        Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Option<Vec<u8>>>(1)?))
    };
    let (header, withheld) = db.query_row("SELECT header, body FROM causes", [], read).unwrap();
    assert_eq!(withheld, None, "its author may erase it, so no copy is here");
    let intent = Header::decode(&header).unwrap();
    assert_eq!((intent.op.as_str(), intent.body), ("note.say", Some(body)));
}
