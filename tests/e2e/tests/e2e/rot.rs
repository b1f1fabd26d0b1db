//! A record with a flipped bit is repaired from any complete copy of it, and keeps later entries.

use imajin_e2e::prelude::*;
use imajin_e2e::rotten::{COPIED, Case, NOTES, note, only};

#[test]
fn an_import_as_backup_mends_a_flipped_bit_and_keeps_what_came_after_the_copy() {
    let case = Case::new();
    let (copy, data) = (case.path("stick/ada"), case.data());
    let import = ["import", text(&copy), "--as", "backup", "--data", text(&data)];
    case.flip(12);
    let report = imajin(import).ok();
    assert!(report.contains("1 body"), "{report}");
    assert!(report.contains(case.ada.did()), "{report}");
    case.is_whole();
    let aside = fs::read_dir(data.join("quarantine")).unwrap().count();
    assert!(aside > 0, "the damaged file is kept");
    // An undamaged record refuses this copy, since it is older.
    imajin(import).fails_with(1);
}

#[test]
fn repair_mends_from_every_form_of_a_copy() {
    let case = Case::new();
    let key = ["--key", text(&case.key)];
    let forms: [(&str, &[&str]); 6] = [
        ("stick/ada", &[]),
        ("stick", &[]),
        ("ada.tar", &[]),
        ("older", &[]),
        ("backups", &key),
        ("stick/ada/log.sqlite", &[]),
    ];
    for (n, (from, more)) in forms.into_iter().enumerate() {
        case.flip(5 + n);
        let report = case.repair(from, more).json();
        let repair = only(&report);
        assert_eq!(
            (&repair["bodies"], &repair["left"]),
            (&1.into(), &Json::Null),
            "{from}: {report}"
        );
        imajin(["verify", text(&case.log())]).ok();
        let again = case.repair(from, more).json();
        assert_eq!(again["damaged"], serde_json::json!([]), "{from}: {again}");
    }
    case.is_whole();
}

#[test]
fn a_damaged_picture_is_put_right_from_the_copy() {
    let case = Case::new();
    let good = fs::read(&case.picture).unwrap();
    let rot = || imajin_e2e::mutate(&case.picture, good.len() / 2, |byte| byte ^ 1);
    rot();
    let report = case.repair("stick/ada", &[]).json();
    assert_eq!(only(&report)["files"], 1, "{report}");
    assert_eq!(fs::read(&case.picture).unwrap(), good);
    fs::remove_file(&case.picture).unwrap();
    let (copy, data) = (case.path("ada.tar"), case.data());
    let import = ["import", text(&copy), "--as", "backup", "--data", text(&data)];
    let report = imajin(import).ok();
    assert!(report.contains("1 file "), "{report}");
    assert_eq!(fs::read(&case.picture).unwrap(), good);
    // A picture that is in no copy stays damaged.
    rot();
    fs::create_dir(case.path("bare")).unwrap();
    fs::copy(case.path("stick/ada/log.sqlite"), case.path("bare/log.sqlite")).unwrap();
    let refusal = case.repair("bare/log.sqlite", &[]).fails_with(1);
    assert!(refusal.contains("damage is left"), "{refusal}");
}

#[test]
fn damage_that_no_copy_mends_is_said_with_exit_status_one_and_the_record_waits() {
    let case = Case::new();
    let log = case.log();
    case.flip(COPIED + 4);
    let refusal = case.repair("stick/ada", &[]).fails_with(1);
    assert!(refusal.contains("damage is left"), "{refusal}");
    // Entries before the damage can be read; writing is blocked, since a copy with the later entries may still come.
    imajin(["verify", text(&log)]).ok();
    let node = Node::start(&case.data());
    let ada = case.ada.at(&node.url);
    let refused = ada.update_bio("too early").expect_err("it is held");
    assert!(refused.to_string().contains("damaged"), "{refused}");
    node.stop();
    let kept = files(&case.data().join("quarantine"));
    let bytes: Vec<u8> = kept.iter().flat_map(|path| fs::read(path).unwrap()).collect();
    let last = note(NOTES - 1);
    let is_kept = bytes.windows(last.len()).any(|part| part == last.as_bytes());
    assert!(is_kept, "what follows the damage is kept");
}

#[test]
fn a_running_node_mends_its_record() {
    let case = Case::new();
    case.flip(12);
    let node = Node::start(&case.data());
    let ada = case.ada.at(&node.url);
    ada.update_bio("before anybody noticed").unwrap();
    let copy = case.path("stick/ada");
    let repair = ["repair", "--from", text(&copy), "--node", &node.url];
    let report = imajin([&repair[..], &["--key", text(&case.key)]].concat()).ok();
    assert!(report.contains("1 body"), "{report}");
    ada.update_bio("and on").unwrap();
    node.stop();
    case.is_whole();
}

#[test]
fn what_cannot_be_tried_ends_with_exit_status_two() {
    let case = Case::new();
    let refusal = case.repair("nowhere", &[]).fails_with(2);
    assert!(refusal.contains("is not there"), "{refusal}");
    let refusal = case.repair("backups", &[]).fails_with(2);
    assert!(refusal.contains("--key"), "{refusal}");
    fs::create_dir(case.path("empty")).unwrap();
    let refusal = case.repair("empty", &[]).fails_with(2);
    assert!(refusal.contains("no copy"), "{refusal}");
}

#[test]
fn a_backup_of_a_damaged_record_says_so_and_the_last_whole_one_stays() {
    let case = Case::new();
    let (data, place) = (case.data(), case.path("backups"));
    let back_up = || {
        let words = ["backup", "--json", "--data", text(&data), "--to", text(&place)];
        imajin_with(words, &[("IMAJIN_BACKUP_KEEP", "2")])
    };
    let whole = back_up().json()["backup"]["id"].clone();
    case.flip(12);
    for _ in 0..3 {
        let output = back_up();
        assert!(output.stderr.contains(case.ada.did()), "{}", output.stderr);
        assert!(output.stderr.contains("imajin repair"), "{}", output.stderr);
        output.fails_with(1);
    }
    let list = || imajin(["backup", "list", "--json", "--to", text(&place)]).json();
    let ids = |list: &Json| -> Vec<Json> {
        let backups = list["backups"].as_array().unwrap();
        backups.iter().map(|backup| backup["id"].clone()).collect()
    };
    let there = list();
    assert_eq!(ids(&there).len(), 3, "two by the rotation, and the whole one");
    assert_eq!(ids(&there)[0], whole);
    assert_eq!(there["backups"][2]["damaged"][0]["did"], case.ada.did());
    let check = |id: &Json| {
        let id = id.as_str().unwrap();
        let key = text(&case.key);
        let words = ["restore", "--check", "--from", text(&place), "--key", key, "--backup", id];
        imajin(words)
    };
    check(&whole).ok();
    let refusal = check(&ids(&there)[2]).fails_with(1);
    assert!(refusal.contains(case.ada.did()), "{refusal}");
    // The complete backup repairs it, and is deleted when another complete one has followed.
    let id = whole.as_str().unwrap();
    let key = ["--key", text(&case.key), "--backup", id];
    assert_eq!(only(&case.repair("backups", &key).json())["bodies"], 1);
    let newest = back_up().json()["backup"]["id"].clone();
    let there = ids(&list());
    assert_eq!((there.len(), &there[1]), (2, &newest));
    check(&newest).ok();
}
