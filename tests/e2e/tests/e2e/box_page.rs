//! The owner's pages for the box: backups are configured, tested, paused and removed; the box restarts, stops, and is
//! reset.

use imajin_e2e::prelude::*;
use imajin_e2e::storage::Storage;

const BACKUPS: &str = "/www/api/box/backups";

fn put(owner: &Owner, wish: &Json) -> (u16, String) {
    owner.ask(Method::PUT, BACKUPS, Some(wish))
}

fn try_it(owner: &Owner, body: &Json) -> (u16, String) {
    owner.ask(Method::POST, &format!("{BACKUPS}/try"), Some(body))
}

fn run(owner: &Owner) {
    let begun = owner.ask(Method::POST, &format!("{BACKUPS}/run"), None);
    assert_eq!(begun.0, 202, "{}", begun.1);
    until("a backup", || {
        let standing = owner.get(BACKUPS);
        assert!(standing["failure"].is_null(), "{standing}");
        standing["newest_ms"].is_i64()
    });
}

#[test]
fn a_storage_is_set_up_on_the_page_and_its_key_stands_nowhere_in_the_clear() {
    let (_folder, data) = imajin_e2e::data_folder();
    let storage = Storage::start();
    let [url, key, secret] = storage.env.clone().map(|(_, value)| value);
    let node = Node::start(&data);
    let ada = Owner::claim(&node);
    let wish = |secret: &str| json!({ "to": "s3://boxes/ada", "s3_url": url, "s3_key": key, "s3_secret": secret, "every_h": 0 });
    assert_eq!(try_it(&ada, &json!({})).0, 409, "nothing is set");
    let wrong = try_it(&ada, &json!({ "wish": wish("wrong") }));
    assert_has!(wrong.1, "SignatureDoesNotMatch");
    assert_eq!(wrong.0, 409);
    let works = try_it(&ada, &json!({ "wish": wish(&secret) }));
    assert_eq!(works.0, 204, "{}", works.1);
    assert_eq!(ada.get(BACKUPS)["set_by"], "nobody", "trying sets nothing");

    let set = put(&ada, &wish(&secret));
    assert_eq!(set.0, 204, "{}", set.1);
    let standing = ada.page(BACKUPS);
    assert!(!standing.contains(&secret) && !standing.contains(&key), "{standing}");
    let page = ada.page("/backups");
    assert!(page.contains("boxes/ada") && !page.contains(&secret) && !page.contains(&key));
    run(&ada);
    // The key is sealed: in no file, and not in the log.
    assert_eq!(files_with(&data, &secret), Vec::<PathBuf>::new());
    assert_eq!(files_with(&data, &key), Vec::<PathBuf>::new());
    assert!(!node.log().contains(&secret));

    // The sealed key persists over a restart, and is available to a command while the node is stopped.
    assert!(node.stop().0.success());
    let made = imajin(["backup", "--json", "--data", data.to_str().unwrap()]).json();
    assert_eq!(made["full"], false);
    let node = Node::start(&data);
    let ada = ada.at(&node);
    assert_eq!(try_it(&ada, &json!({})).0, 204);
    // A change of schedule keeps the stored key; for another storage the key is not used.
    let kept = json!({ "to": "s3://boxes/ada", "s3_url": url, "every_h": 24 });
    assert_eq!(put(&ada, &kept).0, 204);
    let elsewhere = json!({ "to": "s3://boxes/ada", "s3_url": "http://127.0.0.1:9" });
    let refused = put(&ada, &elsewhere);
    assert_has!(refused.1, "s3_key");
    assert_eq!(refused.0, 400);

    let forgotten = ada.ask(Method::DELETE, BACKUPS, None);
    assert_eq!(forgotten.0, 204, "{}", forgotten.1);
    assert_eq!(ada.get(BACKUPS)["set_by"], "nobody");
    assert_eq!(put(&ada, &kept).0, 400, "the key went as well");
    let listed = storage.run(&["backup", "list", "--json", "--to", "s3://boxes/ada"]).json();
    assert_eq!(listed["backups"].as_array().unwrap().len(), 2, "they stay");
}

#[test]
fn a_folder_is_tried_paused_and_overruled_by_the_settings() {
    let folder = tempfile::tempdir().unwrap();
    let (data, stick) = (folder.path().join("data"), folder.path().join("stick"));
    std::fs::create_dir(&stick).unwrap();
    let node = Node::start(&data);
    let ada = Owner::claim(&node);
    let gone = json!({ "to": folder.path().join("gone") });
    let refused = try_it(&ada, &json!({ "wish": gone }));
    assert_has!(refused.1, "There is no folder");
    assert_eq!(refused.0, 400);
    for (wish, field) in [
        (gone, "There is no folder"),
        (json!({ "to": data.join("node") }), "among the box's own data"),
        (json!({ "to": "stick" }), "beginning with /"),
        (json!({ "to": "s3://boxes" }), "s3_url"),
        (json!({ "to": stick, "every_h": 99_999 }), "every_h"),
    ] {
        let refused = put(&ada, &wish);
        assert!(refused.0 == 400 && refused.1.contains(field), "{wish}: {refused:?}");
    }
    assert_eq!(put(&ada, &json!({ "to": stick })).0, 204);
    assert_eq!(try_it(&ada, &json!({})).0, 204);
    assert_eq!(std::fs::read_dir(&stick).unwrap().count(), 0, "what was tried went");
    run(&ada);
    let pause = |paused: bool| {
        ada.ask(Method::POST, &format!("{BACKUPS}/pause"), Some(&json!({ "paused": paused })))
    };
    assert_eq!(pause(true).0, 204);
    assert_eq!(ada.get(BACKUPS)["paused"], true);
    assert!(ada.page("/backups").contains("are paused."));
    until("a warning that they rest", || ada.alarms() == ["backup"]);
    assert_eq!(pause(false).0, 204);
    until("none any more", || ada.alarms().is_empty());

    // Settings take precedence, and the page says so.
    assert!(node.stop().0.success());
    let options = NodeOptions::default().env([("IMAJIN_BACKUP_TO", "/somewhere/else")]);
    let node = Node::start_with(&data, &options);
    let ada = ada.at(&node);
    let standing = ada.get(BACKUPS);
    assert_members!(standing, "set_by": "settings", "to": "/somewhere/else");
    assert_has!(ada.page("/backups"), "They take precedence over this page");
    for refused in [
        put(&ada, &json!({ "to": stick })),
        ada.ask(Method::DELETE, BACKUPS, None),
        ada.ask(Method::POST, &format!("{BACKUPS}/pause"), Some(&json!({ "paused": true }))),
    ] {
        assert_has!(refused.1, "imajin.toml");
        assert_eq!(refused.0, 409);
    }
}

#[test]
fn a_restart_takes_typed_words_and_the_same_node_is_back() {
    let (_folder, mut node) = Node::fresh();
    let ada = Owner::claim(&node);
    ada.person.update_bio("before the restart").unwrap();
    let page = ada.page("/power");
    assert_has!(page, "Restart the node");
    assert_lacks!(page, "Shut the box down");
    for typed in ["", "stop", "Restart"] {
        let refused = ada.power("restart", typed);
        assert_has!(refused.1, "typed");
        assert_eq!(refused.0, 400);
    }
    let did = node.did.clone();
    assert_eq!(ada.power("restart", "restart").0, 202);
    node.wait_until_open();
    assert_eq!(node.did, did);
    ada.at(&node).person.update_bio("after it").unwrap();
}

#[test]
fn a_stop_ends_the_node_well() {
    let (_folder, mut node) = Node::fresh();
    let ada = Owner::claim(&node);
    assert_eq!(ada.power("stop", "stop").0, 202);
    let ended = node.wait(Duration::from_secs(20)).expect("it ends");
    assert!(ended.success(), "{ended}");
}

#[test]
fn a_service_manager_is_asked_to_start_the_node_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let _socket = std::os::unix::net::UnixDatagram::bind(&path).unwrap();
    let options = NodeOptions::default().env([("NOTIFY_SOCKET", path.display().to_string())]);
    let mut node = Node::start_with(&folder.path().join("data"), &options);
    let ada = Owner::claim(&node);
    assert_eq!(ada.power("restart", "restart").0, 202);
    let ended = node.wait(Duration::from_secs(20)).expect("it ends");
    assert_eq!(ended.code(), Some(75));
    let unit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../systemd/imajin.service");
    let unit = std::fs::read_to_string(unit).unwrap();
    assert!(unit.contains("\nRestartForceExitStatus=75\n"));
}

#[test]
fn a_reset_erases_everything_and_the_box_is_as_new_with_another_claim_code() {
    let (_folder, data) = imajin_e2e::data_folder();
    let mut node = Node::start(&data);
    let (did, code) = (node.did.clone(), node.code.clone());
    let ben = Person::new(&node.url);
    let ada = Owner::claim(&node);
    ben.update_bio("words of Ben's").unwrap();
    ben.show_picture(b"a picture of Ben's");
    std::fs::write(data.join("imajin.toml"), "name = \"ada's box\"\n").unwrap();
    for typed in ["", "reset", "erase"] {
        assert_eq!(ada.power("reset", typed).0, 400);
    }
    assert_eq!(ada.power("reset", "erase everything").0, 202);
    node.wait_until_open();
    assert_ne!(node.did, did, "another key");
    assert!(node.code.is_some() && node.code != code, "another claim code");
    assert_eq!(files_with(&data, "words of Ben's"), Vec::<PathBuf>::new());
    assert_eq!(files_with(&data, "a picture of Ben's"), Vec::<PathBuf>::new());
    assert!(!data.join("imajin.toml").exists() && !data.join("factory-reset").exists());
    let ada = Owner::claim(&node);
    assert_eq!(ada.get("/auth/api/session")["owner"], true);
}

#[test]
fn a_reset_that_lost_its_power_goes_on_at_the_next_start() {
    let (_folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let did = node.did.clone();
    Owner::claim(&node);
    assert!(node.stop().0.success());
    // The state after a power cut: marked, and half deleted.
    std::fs::write(data.join("factory-reset"), "").unwrap();
    std::fs::remove_dir_all(data.join("runtime")).unwrap();
    let node = Node::start(&data);
    assert_ne!(node.did, did);
    assert!(node.code.is_some());
}

#[test]
fn the_machine_restarts_and_stops_by_a_file_that_the_node_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let power = run.join("power");
    for name in ["sticks", "requests", "facts", "power"] {
        std::fs::create_dir_all(run.join(name)).unwrap();
    }
    let options = NodeOptions::default().env([("IMAJIN_USB_FOLDER", run.display().to_string())]);
    let mut node = Node::start_with(&folder.path().join("data"), &options);
    let ada = Owner::claim(&node);
    assert!(ada.page("/power").contains("Shut the box down"));
    // The image's script, with a systemctl that prints its arguments.
    let bin = folder.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    let arguments = folder.path().join("said");
    let systemctl = bin.join("systemctl");
    std::fs::write(&systemctl, format!("#!/bin/sh\necho \"$@\" >{}\n", arguments.display()))
        .unwrap();
    assert!(Command::new("chmod").arg("755").arg(&systemctl).status().unwrap().success());
    let script =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../image/root/usr/lib/imajin/power");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let root = || {
        let _ = std::fs::remove_file(&arguments);
        let done = Command::new(&script).arg(&power).env("PATH", &path).status().unwrap();
        assert!(done.success());
        assert_eq!(std::fs::read_dir(&power).unwrap().count(), 0, "nothing waits");
        std::fs::read_to_string(&arguments).unwrap_or_default()
    };
    for (what, target) in [("restart", "reboot.target"), ("stop", "poweroff.target")] {
        assert_eq!(ada.power(what, what).0, 202);
        let call = root();
        assert!(call.ends_with(&format!("start {target}\n")), "{call}");
    }
    // Invalid requests are removed without effect.
    std::fs::create_dir(power.join("a folder")).unwrap();
    std::fs::write(power.join(".hidden"), "").unwrap();
    assert_eq!(root(), "");
    assert!(
        node.wait(Duration::from_millis(500)).is_none(),
        "the machine ends it, and nobody else"
    );
}
