//! Disks that are full, read-only or broken, files with a flipped bit, clocks that jump, and old copies put back.

use imajin_e2e::copy_folder;
use imajin_e2e::mount::Tmpfs;
use imajin_e2e::prelude::*;
use imajin_node::client::Signed;

/// Reads one profile. Returns the HTTP status.
fn read_profile(url: &str, did: &str) -> u16 {
    imajin_e2e::get(&format!("{url}/profile/api/profile/{did}")).0
}

/// Signs consecutive updates in advance, so that sending them on a failing disk needs no further requests.
fn signed_updates(ada: &Person, count: usize, size: usize) -> Vec<Signed> {
    let place = ada.client.place(&ada.signer).unwrap();
    let mut after = place.after;
    let sign = |n| {
        let body = json!({ "bio": format!("{n}{}", "x".repeat(size)) });
        let draft = Draft::new("profile", "profile.update").body(&body).unwrap();
        let signed = ada
            .signer
            .sign_at(&draft, &place.node, place.seen, after, place.chain, place.time)
            .unwrap();
        after = Some(signed.after);
        signed
    };
    (0..count).map(sign).collect()
}

/// Asserts that the doctor finds nothing wrong with logs and projections. A small disk may be reported as filling up,
/// and a clock that the test turned back as one that jumps ahead.
fn checks_out(data: &Path) {
    let folder = data.to_str().unwrap();
    let output = imajin(["doctor", "--json", "--data", folder]);
    let report: serde_json::Value = serde_json::from_str(&output.stdout).expect("JSON");
    for check in report["checks"].as_array().unwrap() {
        let is_around = ["disk", "clock"].contains(&check["name"].as_str().unwrap());
        let is_well = check["ok"] == true || check["warning"] == true;
        assert!(is_well || is_around, "{check}");
    }
    imajin(["rebuild", "--check", "--data", folder]).ok();
}

#[test]
fn a_full_disk_is_507_reads_go_on_and_it_recovers_with_space() {
    let (disk, data, node, ada) = on_disk("24m");
    ada.update_bio("while there is room").unwrap();
    let updates = signed_updates(&ada, 2_000, 2_000);
    let filler = disk.path().join("filler");
    // Fills the disk: the last write takes the remaining blocks.
    for size in [1 << 20, 64 << 10, 4 << 10] {
        while append(&filler, size).is_ok() {}
    }
    let mut last = None;
    let mut refused = None;
    for signed in updates {
        match ada.client.send_signed_once(&signed, &[]) {
            Ok(receipt) => last = Some(receipt),
            Err(error) => {
                refused = Some(error);
                break;
            }
        }
    }
    let refused = refused.expect("the disk is full");
    assert_eq!(refused.status(), Some(507), "{refused}");
    assert_eq!(read_profile(&node.url, ada.did()), 200);
    ada.client.place(&ada.signer).expect("reads continue");

    fs::remove_file(&filler).unwrap();
    let begun = Instant::now();
    let again = loop {
        match ada.update_bio("room again") {
            Ok(receipt) => break receipt,
            Err(error) => {
                assert!(begun.elapsed() < Duration::from_secs(20), "it does not recover: {error}")
            }
        }
        std::thread::sleep(Duration::from_millis(200));
    };
    let (status, _) = node.stop();
    assert!(status.success());
    let log = log_of(&data, ada.did());
    for receipt in last.iter().chain([&again]) {
        assert_eq!(log[receipt.seq as usize].cid, receipt.cid);
    }
    checks_out(&data);
}

/// Returns the status of `/healthz` and its failing checks.
fn health(node: &Node) -> (u16, serde_json::Value) {
    let url = format!("{}/healthz", node.url);
    let answer = imajin_e2e::http().get(url).send().unwrap();
    let status = answer.status().as_u16();
    let body: serde_json::Value = answer.json().unwrap();
    (status, body["failing"].clone())
}

/// Waits until `/healthz` answers so: a check is cached for a second, and a successful write for 15.
fn until_health(node: &Node, status: u16, failing: &serde_json::Value) {
    let begun = Instant::now();
    loop {
        let now = health(node);
        if (now.0, &now.1) == (status, failing) {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{now:?}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn healthz_names_a_full_disk_and_is_well_again_when_there_is_room() {
    let (disk, data, node, ada) = on_disk("24m");
    ada.update_bio("while there is room").unwrap();
    until_health(&node, 200, &serde_json::Value::Null);
    let filler = disk.path().join("filler");
    for size in [1 << 20, 64 << 10, 4 << 10] {
        while append(&filler, size).is_ok() {}
    }
    until_health(&node, 503, &"disk".into());
    assert_eq!(read_profile(&node.url, ada.did()), 200);
    fs::remove_file(&filler).unwrap();
    until_health(&node, 200, &serde_json::Value::Null);
    ada.update_bio("room again").unwrap();
    assert!(node.stop().0.success());
    checks_out(&data);
}

/// Starts a node on a disk of this size, with a person.
fn on_disk(size: &str) -> (Tmpfs, PathBuf, Node, Person) {
    let disk = Tmpfs::new(size);
    let data = disk.path().join("data");
    let node = Node::start_with(&data, &small_disk());
    let ada = Person::new(&node.url);
    (disk, data, node, ada)
}

/// Options for a disk that is smaller than the default reserve.
fn small_disk() -> NodeOptions {
    NodeOptions::default().env([("IMAJIN_DISK_RESERVE_MIN_BYTES", "0")])
}

fn append(path: &Path, size: usize) -> std::io::Result<()> {
    use std::io::Write;
    let mut file = fs::File::options().create(true).append(true).open(path)?;
    let before = file.metadata()?.len();
    let done = file.write_all(&vec![0; size]);
    if done.is_err() {
        // The partial write would take the room of smaller pieces.
        let _ = file.set_len(before);
    }
    done
}

#[test]
fn a_read_only_disk_is_told_and_can_still_be_read() {
    let (disk, data, node, ada) = on_disk("32m");
    node.stop();
    disk.set_read_only(true);
    let refusal = Node::try_start(&data, &NodeOptions::default()).err().expect("it must not start");
    assert!(
        refusal.to_lowercase().contains("read-only") || refusal.to_lowercase().contains("readonly"),
        "{refusal}"
    );
    imajin(["verify", newest_log(&data, ada.did()).to_str().unwrap()]).ok();
    disk.set_read_only(false);
    let node = Node::start(&data);
    ada.at(&node.url).update_bio("writable again").unwrap();
}

#[test]
fn a_failing_fsync_is_503_and_a_restart_recovers() {
    ends_and_recovers("posix/io/sync/*", 5); // EIO
}

#[test]
fn a_disk_that_turns_read_only_is_503_and_a_restart_recovers() {
    ends_and_recovers("posix/io/rw/pwrite*", 30); // EROFS
}

/// Makes these calls fail until the next start.
fn ends_and_recovers(calls: &str, errno: i32) {
    require_tool("fiu-run", "fiu-utils");
    let (folder, data) = imajin_e2e::data_folder();
    let control = folder.path().join("fiu");
    let wrapper = ["fiu-run", "-x", "-f", control.to_str().unwrap()];
    let options = NodeOptions::default().wrapper(wrapper);
    let mut node = Node::start_with(&data, &options);
    let ada = Person::new(&node.url);
    let before = ada.update_bio("before").unwrap();
    let during = signed_updates(&ada, 1, 10);
    let status = Command::new("fiu-ctrl")
        .args([
            "-c",
            &format!("enable name={calls},failinfo={errno}"),
            "-f",
            control.to_str().unwrap(),
            &node.pid().to_string(),
        ])
        .status()
        .unwrap();
    assert!(status.success());
    let error = ada.client.send_signed_once(&during[0], &[]).expect_err("the disk is broken");
    assert_eq!(error.status(), Some(503), "{error}");
    assert!(error.to_string().contains("unknown"), "{error}");
    let status = node.wait(Duration::from_secs(5)).expect("it ends, to recover at its next start");
    assert_eq!(status.code(), Some(1));

    let node = Node::start(&data);
    let ada = ada.at(&node.url);
    ada.update_bio("after").unwrap();
    node.stop();
    let log = log_of(&data, ada.did());
    assert_eq!(log[before.seq as usize].cid, before.cid);
    checks_out(&data);
}

#[test]
fn a_flipped_bit_sets_one_person_aside_and_serves_the_others() {
    let (_folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    ada.update_bio("a life that is about to be damaged").unwrap();
    bob.update_bio("another life").unwrap();
    node.stop();
    // A page in the middle of the file is torn: half of it is from an earlier time.
    let log = newest_log(&data, ada.did());
    let mut bytes = fs::read(&log).unwrap();
    let windows = bytes.windows(12).enumerate();
    let offsets: Vec<usize> =
        windows.filter(|(_, window)| *window == b"auth.identit").map(|(at, _)| at).collect();
    assert!(!offsets.is_empty(), "there is an entry");
    for at in offsets {
        for byte in bytes.iter_mut().skip(at).take(64) {
            *byte ^= 0x10;
        }
    }
    fs::write(&log, bytes).unwrap();

    let output = imajin(["doctor", "--json", "--data", data.to_str().unwrap()]);
    assert_eq!(output.code, 1, "{}{}", output.stdout, output.stderr);
    assert!(output.stdout.contains(ada.did()), "{}", output.stdout);

    let node = Node::start(&data);
    let ada = ada.at(&node.url);
    let bob = bob.at(&node.url);
    bob.update_bio("continues").unwrap();
    assert_eq!(read_profile(&node.url, bob.did()), 200);
    let error = ada.update_bio("to a damaged log").expect_err("it must not be written to");
    assert!(
        error.to_string().contains("damaged") || error.to_string().contains("set aside"),
        "{error}"
    );
    assert!(matches!(error.status(), Some(503) | Some(409) | Some(500)), "{error}");
}

#[test]
fn a_damaged_log_comes_back_from_a_copy_with_what_was_acknowledged_since() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy"));
    let node = Node::start(&data);
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    ada.update_bio("in the copy").unwrap();
    let key = ada.key_file(folder.path());
    let at = ["--node", &node.url, "--key", key.to_str().unwrap()];
    imajin([&["export", "--to", copy.to_str().unwrap()][..], &at].concat()).ok();
    node.stop();
    // The log is torn while two more entries, one by Bob's will, are in the journal only.
    let node = Node::start(&data);
    let mine = ada.at(&node.url).update_bio("after the copy").unwrap();
    let theirs = bob.at(&node.url).follow(&[ada.did()]).unwrap();
    node.kill();
    let log = newest_log(&data, ada.did());
    let bytes = fs::read(&log).unwrap();
    fs::write(&log, &bytes[..bytes.len() / 2]).unwrap();

    let node = Node::start(&data);
    ada.at(&node.url).update_bio("to a damaged log").expect_err("it must not be written to");
    bob.at(&node.url).update_bio("continues").unwrap();
    let to = ["--node", &node.url, "--key", key.to_str().unwrap()];
    let import = ["import", copy.to_str().unwrap(), "--as", "backup"];
    imajin([&import[..], &to].concat()).ok();
    let last = ada.at(&node.url).update_bio("whole again").unwrap();
    node.stop();
    let entries = log_of(&data, ada.did());
    let derived = theirs.entries.iter().find(|entry| entry.did == ada.did());
    let derived = &derived.expect("an entry by Bob's will").cid;
    assert!(entries.iter().any(|entry| entry.cid == *derived));
    for (seq, cid) in [(mine.seq, &mine.cid), (last.seq, &last.cid)] {
        assert_eq!(&entries[seq as usize].cid, cid);
    }
    imajin(["verify", newest_log(&data, ada.did()).to_str().unwrap()]).ok();
    checks_out(&data);
}

/// Starts a node whose clock is set by a file.
fn with_clock(data: &Path, file: &Path) -> Node {
    require_tool("faketime", "faketime");
    let library = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"]
        .iter()
        .map(|folder| Path::new(folder).join("faketime/libfaketimeMT.so.1"))
        .find(|path| path.exists())
        .expect("libfaketime is installed");
    let env = [
        ("LD_PRELOAD", library.to_str().unwrap()),
        ("FAKETIME_TIMESTAMP_FILE", file.to_str().unwrap()),
        ("FAKETIME_NO_CACHE", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ("DONT_FAKE_MONOTONIC", "1"),
        ("NO_FAKE_STAT", "1"),
    ];
    Node::start_with(data, &NodeOptions::default().env(env))
}

/// Starts a node whose clock is right at first, with a person. Returns its data folder and its clock's file, too.
fn with_clock_set() -> (tempfile::TempDir, [PathBuf; 2], Node, Person) {
    let folder = tempfile::tempdir().unwrap();
    let [data, clock] = ["data", "clock"].map(|name| folder.path().join(name));
    fs::write(&clock, "+0").unwrap();
    let node = with_clock(&data, &clock);
    let ada = Person::new(&node.url);
    (folder, [data, clock], node, ada)
}

fn year_of(at: &str) -> i32 {
    at[..4].parse().unwrap()
}

#[test]
fn a_clock_that_jumps_back_a_day_keeps_order() {
    let (_folder, [data, clock], node, ada) = with_clock_set();
    let before = ada.update_bio("today").unwrap();
    fs::write(&clock, "-1d").unwrap();
    let after = ada.update_bio("yesterday, says the clock").unwrap();
    assert!(after.at > before.at, "{} {}", before.at, after.at);
    node.stop();
    imajin(["verify", newest_log(&data, ada.did()).to_str().unwrap()]).ok();
    checks_out(&data);
}

#[test]
fn a_clock_that_jumps_ahead_a_year_is_not_believed() {
    let (_folder, [data, clock], node, ada) = with_clock_set();
    let before = ada.update_bio("today").unwrap();
    fs::write(&clock, "+365d").unwrap();
    let after = ada.update_bio("next year, says the clock").unwrap();
    assert_eq!(year_of(&after.at), year_of(&before.at), "{} {}", before.at, after.at);
    assert!(node.log().contains("clock"), "it says so: {}", node.log());
    node.stop();
    // A restart does not change this.
    let node = with_clock(&data, &clock);
    let ada = ada.at(&node.url);
    let later = ada.update_bio("still").unwrap();
    assert_eq!(year_of(&later.at), year_of(&before.at), "{}", later.at);
    node.stop();
    imajin(["verify", newest_log(&data, ada.did()).to_str().unwrap()]).ok();
}

#[test]
fn an_old_copy_of_a_data_folder_is_noticed_by_a_newer_head() {
    let folder = tempfile::tempdir().unwrap();
    let (data, old) = (folder.path().join("data"), folder.path().join("old"));
    let node = Node::start(&data);
    let ada = Person::new(&node.url);
    ada.update_bio("in the old copy").unwrap();
    node.stop();
    copy_folder(&data, &old);

    let node = Node::start(&data);
    let ada = ada.at(&node.url);
    let newer = ada.update_bio("after the copy was made").unwrap();
    let key = ada.key_file(folder.path());
    let bundle = folder.path().join("bundle");
    let to = bundle.to_str().unwrap();
    imajin_as(&node.url, &key, ["export", "--to", to]).ok();
    node.stop();

    // The old card is put back. Its node learns of the loss only from a newer head.
    fs::remove_dir_all(&data).unwrap();
    copy_folder(&old, &data);
    let node = Node::start(&data);
    let output = imajin_as(&node.url, &key, ["import", to, "--as", "backup"]);
    let ada = ada.at(&node.url);
    let seen = ada.client.place(&ada.signer).unwrap().seen.unwrap();
    // Either it took the missing entries over, or it stopped writing and says why.
    let has_newer = seen.seq == newer.seq;
    let written = ada.update_bio("on the old card");
    match (has_newer, written) {
        (true, _) => assert_eq!(seen.cid.to_string(), newer.cid),
        (false, Err(error)) => assert!(error.to_string().contains("newer"), "{error}"),
        (false, Ok(receipt)) => panic!(
            "it forked the log: {receipt:?} (import said {} {})",
            output.stdout, output.stderr
        ),
    }
}

#[test]
fn an_old_copy_of_a_data_folder_is_noticed_by_what_its_owner_has_seen() {
    let folder = tempfile::tempdir().unwrap();
    let (data, old) = (folder.path().join("data"), folder.path().join("old"));
    let node = Node::start(&data);
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    ada.update_bio("in the old copy").unwrap();
    node.stop();
    copy_folder(&data, &old);
    let node = Node::start(&data);
    let ada = ada.at(&node.url);
    ada.update_bio("after the copy was made").unwrap();
    // Ada's phone holds her newest head and signs the next update.
    let on_the_phone = signed_updates(&ada, 1, 10);
    node.stop();

    fs::remove_dir_all(&data).unwrap();
    copy_folder(&old, &data);
    let node = Node::start(&data);
    let sent = ada.at(&node.url).client.send_signed_once(&on_the_phone[0], &[]);
    let refused = sent.expect_err("it follows what is not here");
    assert_eq!(refused.status(), Some(409), "{refused}");
    assert!(refused.to_string().contains("old copy"), "{refused}");
    // From then on Ada cannot fork her history; other people can still write.
    let refused = ada.at(&node.url).update_bio("on the old card").unwrap_err();
    assert_eq!(refused.status(), Some(409), "{refused}");
    bob.at(&node.url).update_bio("continues").unwrap();
    let answer = imajin_e2e::http().get(format!("{}/healthz", node.url)).send();
    let health: serde_json::Value = answer.unwrap().json().unwrap();
    assert_eq!(health["warning"], "older copy", "{health}");
    let mut node = Some(node);
    for running in [true, false] {
        let output = imajin(["doctor", "--data", data.to_str().unwrap()]);
        assert_eq!(output.code, 1);
        assert!(
            output.stdout.contains("older copy") && output.stdout.contains(ada.did()),
            "running: {running}: {}",
            output.stdout
        );
        node.take().map(Node::stop);
    }
}

/// Returns the doctor's report on the clock at another time.
fn clock_by_the_doctor(data: &Path, shift: &str) -> serde_json::Value {
    let output = Command::new("faketime")
        .args(["-f", shift])
        .arg(imajin_e2e::binary())
        .args(["doctor", "--json", "--data", data.to_str().unwrap()])
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut checks = report["checks"].as_array().unwrap().iter();
    checks.find(|check| check["name"] == "clock").unwrap().clone()
}

fn metrics(node: &Node) -> String {
    let metrics = imajin_e2e::http().get(format!("{}/metrics", node.url));
    metrics.send().unwrap().text().unwrap()
}

#[test]
fn a_start_with_a_clock_that_was_behind_does_not_make_the_right_one_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let (data, clock) = (folder.path().join("data"), folder.path().join("clock"));
    let start = |shift: &str| {
        fs::write(&clock, shift).unwrap();
        with_clock(&data, &clock)
    };
    let node = start("+0");
    let ada = Person::new(&node.url);
    let today = ada.update_bio("today").unwrap();
    assert!(node.stop().0.success());
    let kept = fs::read_to_string(data.join("node/clock")).unwrap();
    let node = start("-30d");
    let clock_check = clock_by_the_doctor(&data, "-30d");
    let says = clock_check["says"].as_str().unwrap();
    assert!(
        clock_check["ok"] == false && says.contains("days later") && says.contains(&today.at[..10]),
        "{clock_check}"
    );
    assert!(node.stop().0.success());
    let is_believed = |node: &Node, text: &str| {
        assert!(metrics(node).contains("imajin_clock_doubted 0"));
        let ada = ada.at(&node.url);
        let now = ada.update_bio(text).unwrap();
        assert_eq!(now.at[..10], today.at[..10], "{}", now.at);
    };
    let node = start("+0");
    is_believed(&node, "the right time again");
    assert!(node.stop().0.success());
    // The file of an earlier version with a wrong time: files and heads correct it.
    let behind = kept.replace(&kept[..7], "2020-01");
    fs::write(data.join("node/clock"), behind).unwrap();
    let node = start("+0");
    is_believed(&node, "and again");
    assert!(node.stop().0.success());
    let clock_check = clock_by_the_doctor(&data, "+0");
    let says = clock_check["says"].as_str().unwrap();
    assert!(
        clock_check["ok"] == true && says.contains("the node believes that it is"),
        "{clock_check}"
    );
}

#[test]
fn a_clock_that_is_not_believed_is_shown_by_the_doctor_with_a_running_node_and_without() {
    let (_folder, [data, clock], node, ada) = with_clock_set();
    ada.update_bio("today").unwrap();
    fs::write(&clock, "+400d").unwrap();
    ada.update_bio("next year, says the clock").unwrap();
    let metrics = node.metrics();
    assert!(metrics.contains("imajin_clock_doubted 1"), "{metrics}");
    node.stop();
    let output = Command::new("faketime")
        .args(["-f", "+400d"])
        .arg(imajin_e2e::binary())
        .args(["doctor", "--json", "--data", data.to_str().unwrap()])
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let checks = report["checks"].as_array().unwrap();
    let clock_check = checks.iter().find(|check| check["name"] == "clock").unwrap();
    assert_eq!(clock_check["ok"], false, "{clock_check}");
    let says = clock_check["says"].as_str().unwrap();
    assert_has!(says, "does not believe it", "400 days");
    assert_has!(clock_check["todo"].as_str().unwrap(), "set the clock");
}
