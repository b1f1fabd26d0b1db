//! Imports, between two nodes: a log comes home, or as a read-only backup; all or nothing, and the previous log is
//! never lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::copies::{
    again, checked, checked_by, export, export_with, last, move_home, take, verify, word, word_with,
};
use crate::world::{Party, Say, World};
use imajin_bundle::import::{ImportError, Upload, import};
use imajin_dfos::Cid;
use imajin_ledger::SubmitError;
use imajin_ledger::ledger::Learned;
use imajin_log::OpTable;
use imajin_protocol::proof::EntryPosition;

fn no_leftovers(world: &World) {
    let left = fs::read_dir(world.data().join("import")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "nothing of an import is left");
}

/// Makes Ann on a first node with three notes, a second node, and a copy of her log.
fn ann() -> (World, World, Party, tempfile::TempDir, PathBuf) {
    let (one, two, ann) = (World::with_seed(1), World::with_seed(2), Party::new(100));
    one.create(&ann);
    for text in ["a", "b", "c"] {
        one.submit(&ann, Say::note(text)).unwrap();
    }
    one.ledger().media().put(&ann.did, &b"a picture"[..]).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let bundle = export(&one, &ann, &dir.path().join("copy"));
    assert!(verify(&one, &bundle).valid);
    (one, two, ann, dir, bundle)
}

#[test]
fn what_was_signed_before_the_home_entry_is_signed_again() {
    let (one, two, ann, _dir, bundle) = ann();
    let before = one.ledger().status(&ann.did).unwrap().unwrap();
    move_home(&two, &ann, &bundle).unwrap();
    let sign = |seen: Option<EntryPosition>| {
        let after = two.ledger().after(&ann.did, &ann.kid.to_string()).unwrap();
        let note = Say::note("once");
        two.clock.advance(1);
        let command = two.signed_as(&ann, &ann.did, note, seen, after);
        two.ledger().submit_blocking(command)
    };
    let seen =
        |status: imajin_ledger::LogStatus| EntryPosition { seq: status.seq, cid: status.cid };
    match sign(Some(seen(before))) {
        Err(SubmitError::Refused(refusal)) => assert_eq!(refusal.field.as_deref(), Some("seen")),
        other => panic!("{other:?}"),
    }
    let home = two.ledger().status(&ann.did).unwrap().unwrap();
    sign(Some(seen(home))).unwrap();
    assert_eq!(two.notes(&ann.did), ["a", "b", "c", "once"]);
}

#[test]
fn a_log_comes_home_with_exactly_one_more_entry() {
    let (one, mut two, ann, dir, bundle) = ann();
    let imported = move_home(&two, &ann, &bundle).unwrap();
    assert_eq!(imported.seq, last(one.ledger(), &ann.did) + 1);
    assert!(imported.changed && imported.side.is_none());
    assert_eq!(two.notes(&ann.did), ["a", "b", "c"]);
    let status = two.ledger().status(&ann.did).unwrap().unwrap();
    let expected = (two.node.did.clone(), 2, None);
    assert_eq!((status.home.node.clone(), status.home.epoch, status.read_only), expected);
    // The log continues here, survives a restart, and a rebuild gives the same result.
    two.submit(&ann, Say::note("d")).unwrap();
    two.assert_rebuildable();
    two.stop();
    two.open();
    two.submit(&ann, Say::note("e")).unwrap();
    assert_eq!(two.notes(&ann.did), ["a", "b", "c", "d", "e"]);
    let again = export(&two, &ann, &dir.path().join("again"));
    let report = verify(&two, &again);
    assert_eq!(report.fault, None);
    assert_eq!((report.entries, report.homes.len()), (imported.seq + 3, 2));
    no_leftovers(&two);
}

#[test]
fn a_backup_adds_nothing_and_is_read_only() {
    let (one, mut two, ann, dir, bundle) = ann();
    let imported = take(&two, &bundle).unwrap();
    let here = one.ledger().head(&ann.did).unwrap();
    assert_eq!(Some(imported.head), here);
    assert_eq!(two.ledger().head(&ann.did).unwrap(), here);
    assert!(two.ledger().status(&ann.did).unwrap().unwrap().read_only.is_some());
    let refused = two.submit(&ann, Say::note("d"));
    assert!(matches!(refused, Err(SubmitError::ReadOnly { .. })), "{refused:?}");
    assert_eq!(two.notes(&ann.did), ["a", "b", "c"]);
    // A second import changes nothing.
    assert!(!take(&two, &bundle).unwrap().changed);
    // A newer copy takes its place; an older one does not.
    one.submit(&ann, Say::note("d")).unwrap();
    let newer = export(&one, &ann, &dir.path().join("newer"));
    assert!(take(&two, &newer).unwrap().changed);
    assert_eq!(two.notes(&ann.did), ["a", "b", "c", "d"]);
    assert!(matches!(take(&two, &bundle), Err(ImportError::Older { .. })));
    two.assert_rebuildable();
    // A backup can become the home.
    move_home(&two, &ann, &newer).unwrap();
    two.submit(&ann, Say::note("e")).unwrap();
    assert_eq!(two.notes(&ann.did), ["a", "b", "c", "d", "e"]);
    two.assert_rebuildable();
    no_leftovers(&two);
}

#[test]
fn a_log_with_unknown_operations_is_not_taken_in() {
    let (_one, two, _ann, _dir, bundle) = ann();
    let older = Arc::new(OpTable::new([]));
    match checked_by(&two, older, &bundle).map(drop) {
        Err(ImportError::Unknown(ops)) => assert_eq!(ops, ["note.write"]),
        other => panic!("{other:?}"),
    }
    no_leftovers(&two);
    checked(&two, &bundle).map(drop).unwrap();
}

#[test]
fn the_same_home_entry_again_is_the_same_answer() {
    let (_one, two, ann, _dir, bundle) = ann();
    let first = checked(&two, &bundle).unwrap();
    let word = word(&two, &ann, &first, None);
    let came = import(two.ledger(), first, Some(&word)).unwrap();
    let again = import(two.ledger(), checked(&two, &bundle).unwrap(), Some(&word)).unwrap();
    assert_eq!((again.seq, again.changed), (came.seq, false));
}

#[test]
fn a_home_entry_that_breaks_a_rule_leaves_nothing() {
    let (one, two, ann, _dir, bundle) = ann();
    let stranger = Party::new(101);
    let good = checked(&two, &bundle).unwrap();
    let seen = EntryPosition { seq: good.next().seq, cid: good.next().cid };
    let after = good.after(&ann.kid);
    drop(good);
    let as_ann = Party { key: stranger.key.clone(), ..ann.clone() };
    let words = [
        ("epoch", word_with(&two, &ann, seen, after, 3, None)),
        ("order", word_with(&two, &ann, seen, None, 2, None)),
        ("seen", word_with(&two, &ann, EntryPosition { seq: 0, cid: seen.cid }, after, 2, None)),
        ("signature", word_with(&two, &as_ann, seen, after, 2, None)),
        ("another node", word_with(&one, &ann, seen, after, 2, None)),
        ("stranger", word_with(&two, &stranger, seen, after, 2, None)),
    ];
    for (what, word) in words {
        let result = import(two.ledger(), checked(&two, &bundle).unwrap(), Some(&word));
        assert!(matches!(result, Err(ImportError::Home(_))), "{what}: {result:?}");
        assert!(two.ledger().status(&ann.did).unwrap().is_none());
        assert!(!two.data().join("users").join(ann.did.folder_name()).exists());
        no_leftovers(&two);
    }
    assert!(move_home(&two, &ann, &bundle).is_ok());
}

#[test]
fn a_changed_copy_is_refused_and_leaves_nothing() {
    let (_one, two, ann, _dir, bundle) = ann();
    for name in ["bundle.json", "index.html", "log.sqlite", "manifest.json"] {
        let path = bundle.join(name);
        let bytes = fs::read(&path).unwrap();
        let mut bad = bytes.clone();
        let middle = bad.len() / 2;
        bad[middle] ^= 1;
        fs::write(&path, bad).unwrap();
        assert!(matches!(take(&two, &bundle), Err(ImportError::Invalid(_))), "{name}");
        fs::write(&path, bytes).unwrap();
    }
    assert!(matches!(take(&two, &bundle.join("log.sqlite")), Err(ImportError::NotABundle)));
    assert!(two.ledger().status(&ann.did).unwrap().is_none());
    no_leftovers(&two);
    assert!(take(&two, &bundle).is_ok());
}

#[test]
fn an_old_card_learns_that_it_is_old_and_stops() {
    let (one, _two, ann, dir, _) = ann();
    let old = tempfile::tempdir().unwrap();
    one.ledger().drain();
    crate::world::copy_folder(one.folder.path(), old.path());
    one.submit(&ann, Say::note("written after the card was copied")).unwrap();
    let newest = one.ledger().head(&ann.did).unwrap().unwrap();
    let newer = export(&one, &ann, &dir.path().join("newer"));
    drop(one);
    // The owner puts the old card back.
    let mut card = again(old, Party::new(1));
    assert_eq!(card.ledger().learn_head(&newest).unwrap(), Learned::Ahead);
    let refused = card.submit(&ann, Say::note("would be a second history"));
    assert!(
        matches!(&refused, Err(SubmitError::ReadOnly { newer: Some(head), .. }) if *head == newest),
        "{refused:?}"
    );
    // The log stays frozen after a restart, until the owner decides how it continues.
    card.stop();
    card.open();
    assert!(card.submit(&ann, Say::note("still")).is_err());
    assert_eq!(card.ledger().learn_head(&newest).unwrap(), Learned::Ahead);
    assert!(card.ledger().learn_head("nonsense").is_err());
    // The newer copy comes, with her word that this node is home (again).
    move_home(&card, &ann, &newer).unwrap();
    card.submit(&ann, Say::note("on we go")).unwrap();
    let expected = ["a", "b", "c", "written after the card was copied", "on we go"];
    assert_eq!(card.notes(&ann.did), expected);
    card.assert_rebuildable();
}

#[test]
fn where_histories_part_the_branch_is_kept_beside() {
    let (one, _two, ann, dir, bundle) = ann();
    let card = tempfile::tempdir().unwrap();
    one.ledger().drain();
    crate::world::copy_folder(one.folder.path(), card.path());
    let mut card = again(card, Party::new(1));
    // The two copies of one node continue separately.
    card.submit(&ann, Say::note("on the card")).unwrap();
    one.submit(&ann, Say::note("on the node, 1")).unwrap();
    one.submit(&ann, Say::note("on the node, 2")).unwrap();
    let contradiction = card.ledger().head(&ann.did).unwrap().unwrap();
    let ahead = export(&one, &ann, &dir.path().join("ahead"));
    let behind = export(&card, &ann, &dir.path().join("behind"));
    // A copy that is behind does not replace a log that is ahead.
    assert!(matches!(take(&one, &behind), Err(ImportError::Fork { from: 4, .. })));
    assert_eq!(one.ledger().learn_head(&contradiction).unwrap(), Learned::Contradicts);
    // A copy that is ahead does, and the branch on the card is kept.
    let imported = move_home(&card, &ann, &ahead).unwrap();
    let side = imported.side.unwrap();
    assert_eq!(card.notes(&ann.did), ["a", "b", "c", "on the node, 1", "on the node, 2"]);
    card.submit(&ann, Say::note("on")).unwrap();
    card.assert_rebuildable();
    let with_side = export(&card, &ann, &dir.path().join("with-side"));
    let report = verify(&card, &with_side);
    assert_eq!(report.fault, None);
    let expected = [&format!("side/{side}.sqlite")];
    assert_eq!(report.bundle.unwrap().logs.keys().collect::<Vec<_>>(), expected);
    // The side log travels with the log from then on.
    let third = World::with_seed(3);
    move_home(&third, &ann, &with_side).unwrap();
    let again = export(&third, &ann, &dir.path().join("third"));
    assert!(again.join(format!("side/{side}.sqlite")).is_file());
    assert!(verify(&third, &again).valid);
    drop(bundle);
}

#[test]
fn a_crash_after_a_branch_was_given_up_damages_nothing() {
    let (one, _two, ann, dir, _bundle) = ann();
    let card = tempfile::tempdir().unwrap();
    one.ledger().drain();
    crate::world::copy_folder(one.folder.path(), card.path());
    let mut card = again(card, Party::new(1));
    // More than is in the copy, so that the branch goes beyond its end, too.
    for n in 0..4 {
        card.submit(&ann, Say::note(&format!("on the card {n}"))).unwrap();
    }
    for n in 0..5 {
        one.submit(&ann, Say::note(&format!("on the node {n}"))).unwrap();
    }
    let ahead = export(&one, &ann, &dir.path().join("ahead"));
    move_home(&card, &ann, &ahead).unwrap();
    // The journal still has the branch.
    card.crash();
    assert_eq!(card.ledger().quarantined(), []);
    card.submit(&ann, Say::note("on")).unwrap();
    card.ledger().drain();
    assert_eq!(card.ledger().quarantined(), []);
    assert_eq!(card.notes(&ann.did).last().unwrap(), "on");
    card.assert_rebuildable();
}

/// Makes a note that names a picture.
fn show(world: &World, party: &Party, bytes: &[u8]) -> Cid {
    let picture = world.ledger().media().put(&party.did, bytes).unwrap().cid;
    let mut say = Say::note("look");
    let id = imajin_protocol::IdText::parse(&picture.to_string()).unwrap();
    let list = imajin_protocol::FactValue::List(vec![imajin_protocol::FactItem::Id(id)]);
    say.fact = Some(imajin_protocol::Fact::new([("media", list)]).unwrap());
    world.submit(party, say).unwrap();
    picture
}

#[test]
fn things_that_are_theirs_come_along() {
    let (one, mut two, ann, dir, _) = ann();
    let party = Party::controlled_by(102, &[&ann]);
    one.create(&party);
    // Only the key of another thing was made, so that its log has no evidence of an owner: the thing stays here.
    let unused = one.person(103);
    let ping = Say::ping(std::slice::from_ref(&unused.did));
    one.submit(&ann, ping).unwrap();
    let poster = show(&one, &party, b"a poster");
    let name = format!("owned/{}/log.sqlite", party.did.folder_name());
    let things = [party.did.clone(), unused.did.clone()];
    let bundle = export_with(&one, &ann, &things, &dir.path().join("with"));
    let report = verify(&one, &bundle);
    assert_eq!(report.fault, None);
    assert!(bundle.join(&name).is_file());
    assert_eq!(fs::read_dir(bundle.join("owned")).unwrap().count(), 1);
    assert_eq!(report.bundle.unwrap().media, 1);

    // At the new home it is a copy: no one here writes to it, and it moves again, with its picture.
    move_home(&two, &ann, &bundle).unwrap();
    assert!(two.ledger().status(&party.did).unwrap().is_none());
    assert_eq!(two.ledger().media().check(&ann.did, &poster).unwrap(), 8);
    two.assert_rebuildable();
    let again = export(&two, &ann, &dir.path().join("again"));
    assert_eq!(verify(&two, &again).fault, None);
    let (old, new) = (bundle.join(&name), again.join(&name));
    assert_eq!(fs::read(old).unwrap(), fs::read(new).unwrap());

    // The thing's home exports its current state.
    one.submit(&party, Say::note("later")).unwrap();
    let newer = export_with(&one, &ann, &things, &dir.path().join("newer"));
    assert_eq!(verify(&one, &newer).fault, None);
    let log = |bundle: &Path| fs::read(bundle.join(&name)).unwrap();
    assert_ne!(log(&newer), log(&bundle));
}

#[test]
fn media_and_erasures_come_along() {
    let (one, mut two, ann, dir, bundle) = ann();
    take(&two, &bundle).unwrap();
    let picture = show(&one, &ann, b"a named picture");
    let erased = one.ledger().entries(&ann.did, Some(0), 1).unwrap().remove(0);
    let header = imajin_log::Header::decode(&erased.header).unwrap();
    one.submit(&ann, Say::erase(&[header.body.unwrap()])).unwrap();
    let newer = export(&one, &ann, &dir.path().join("newer"));
    assert_eq!(verify(&one, &newer).fault, None);
    take(&two, &newer).unwrap();
    assert_eq!(two.notes(&ann.did), ["b", "c", "look"]);
    assert_eq!(two.ledger().media().check(&ann.did, &picture).unwrap(), 15);
    two.assert_rebuildable();
}

#[test]
fn uploads_go_on_where_they_stopped() {
    let (_one, two, ann, dir, bundle) = ann();
    let tar = tar_of(&bundle, &dir.path().join("copy.tar"));
    let bytes = fs::read(tar).unwrap();
    let data = two.data();
    let upload = Upload::open(&data, "abc-1", 1 << 30).unwrap();
    let (first, rest) = bytes.split_at(bytes.len() / 3);
    let mut piece = upload.append(0).unwrap();
    piece.write(first).unwrap();
    drop(piece);
    let upload = Upload::open(&data, "abc-1", 1 << 30).unwrap();
    assert_eq!(upload.received().unwrap(), first.len() as u64);
    assert!(
        matches!(upload.append(0), Err(ImportError::Offset { received }) if received == first.len() as u64)
    );
    let mut piece = upload.append(first.len() as u64).unwrap();
    piece.write(rest).unwrap();
    assert_eq!(piece.finish().unwrap(), bytes.len() as u64);
    assert!(take(&two, upload.path()).unwrap().changed);
    upload.remove().unwrap();
    assert_eq!(two.notes(&ann.did), ["a", "b", "c"]);
    let small = Upload::open(&data, "small", 10).unwrap();
    let mut piece = small.append(0).unwrap();
    assert!(matches!(piece.write(&[0; 11]), Err(ImportError::TooLarge { bytes_max: 10 })));
    for id in ["", "../x", "A", &"a".repeat(65)] {
        assert!(matches!(Upload::open(&data, id, 1), Err(ImportError::Id)));
    }
}

/// Makes the canonical tar of a folder.
fn tar_of(folder: &Path, to: &Path) -> PathBuf {
    let mut names = Vec::new();
    collect(folder, "", &mut names);
    names.sort();
    let mut tar = imajin_log::format::tar::TarWriter::new(fs::File::create(to).unwrap());
    for name in names {
        let bytes = fs::read(folder.join(&name)).unwrap();
        tar.add(&name, bytes.len() as u64, bytes.as_slice(), &mut |_| {}).unwrap();
    }
    tar.finish().unwrap();
    to.to_owned()
}

fn collect(folder: &Path, below: &str, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{below}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), names);
        } else {
            names.push(name);
        }
    }
}

#[test]
fn a_crash_at_any_moment_of_an_import_leaves_all_or_nothing() {
    let (_one, two, ann, _dir, bundle) = ann();
    let other = two.person(102);
    two.submit(&other, Say::note("unmoved")).unwrap();
    let mut two = two;
    move_home(&two, &ann, &bundle).unwrap();
    two.crash();
    assert_eq!(two.notes(&ann.did), ["a", "b", "c"]);
    assert_eq!(two.notes(&other.did), ["unmoved"]);
    two.submit(&other, Say::note("on")).unwrap();
    two.submit(&ann, Say::note("d")).unwrap();
    two.assert_rebuildable();
    assert_eq!(two.notes(&ann.did), ["a", "b", "c", "d"]);
}

#[test]
fn an_export_beside_a_busy_writer_is_one_moment_of_the_log() {
    let (one, ann) = (World::with_seed(1), Party::new(100));
    one.create(&ann);
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            for n in 0..300 {
                one.submit(&ann, Say::note(&format!("{n}"))).unwrap();
            }
        });
        let mut copies = 0;
        while !writing.is_finished() || copies < 3 {
            let report = verify(&one, &export(&one, &ann, &dir.path().join("copy")));
            assert_eq!(report.fault, None);
            assert_eq!(report.attested_to, Some(report.entries - 1));
            copies += 1;
        }
    });
    assert_eq!(verify(&one, &export(&one, &ann, &dir.path().join("copy"))).entries, 301);
}
