//! A running node with a damaged record: the record can be read as far as it verifies, and is repaired from a backup,
//! from another node, or on its owner's page.

use imajin_box::backup::{BackupScheduler, DrillOutcome};
use imajin_bundle::export::default_name;
use imajin_e2e::prelude::*;
use imajin_e2e::rotten::{COPIED, Case, note, only};
use imajin_e2e::stick::Port;
use imajin_e2e::{Ran, copy_folder};
use imajin_log::Pace;
use imajin_node::config;
use imajin_node::open::OpenFolder;

const PATIENCE: Duration = Duration::from_secs(60);

/// Starts a node that finds the damage in its folder.
fn found(case: &Case, env: &[(&str, &str)]) -> Node {
    let options = NodeOptions::default().env(env.iter().copied());
    let node = Node::start_with(&case.data(), &options);
    let data = case.data();
    let report = imajin(["doctor", "--json", "--data", text(&data)]).fails_with(1);
    assert!(report.contains(case.ada.did()), "{report}");
    node
}

fn ada(node: &Node, case: &Case) -> Person {
    case.ada.at(&node.url)
}

/// Begins to mend all damaged records from a source.
fn begin_mending(node: &Node, case: &Case, from: &str) {
    let wish = json!({ "from": from });
    let (status, text) = ada(node, case).ask(Method::POST, "/health/mend", Some(&wish));
    assert_eq!(status, 202, "{text}");
}

fn repair(from: &str, more: &[&str]) -> Ran {
    let words = ["repair", "--json", "--from", from];
    imajin([&words[..], more].concat())
}

fn may_continue(node: &Node, case: &Case) {
    ada(node, case).update_bio("continues").unwrap();
}

fn lines(text: &str) -> usize {
    text.lines().filter(|line| line.starts_with('{')).count()
}

#[test]
fn a_damaged_record_is_read_as_far_as_it_verifies_and_says_so_everywhere() {
    let case = Case::new();
    case.flip(12);
    let damaged = case
        .entries
        .iter()
        .position(|entry| entry.json["body"].to_string().contains(&note(12)))
        .expect("it is in her record");
    let node = found(&case, &[]);
    let key = ["--node", &node.url, "--key", text(&case.key)];
    let ran = imajin([&["log", "--json"][..], &key].concat());
    assert_eq!(lines(&ran.stdout), damaged, "{}", ran.stdout);
    let refusal = ran.fails_with(1);
    assert_has!(refusal, &format!("damaged from entry {damaged} on"));
    assert!(refusal.contains("imajin repair"), "{refusal}");

    let path = format!("/auth/api/log/{}", case.ada.did());
    let ada = ada(&node, &case);
    assert_eq!(ada.read(&path)["damaged"]["from"], json!(damaged));
    let page = ada.page("/data");
    assert!(page.contains(&format!("from entry {damaged} on")), "{page}");
    let page = ada.page(&format!("/profile/{}", ada.did()));
    assert!(page.contains("is damaged on this box"), "{page}");
    let profile = format!("{}/profile/api/profile/{}", node.url, case.ada.did());
    let answer = imajin_e2e::http().get(profile).send().unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["imajin-damaged"], "record");

    // A partial copy does not verify as a whole one.
    let to = case.path("part.tar");
    let refusal = imajin([&["export", "--to", text(&to)][..], &key].concat()).fails_with(1);
    assert!(refusal.contains("imajin repair"), "{refusal}");
    assert!(!to.exists());
    let refused = ada.update_bio("not now").expect_err("it is damaged");
    assert!(refused.to_string().contains("damaged"), "{refused}");
    node.stop();

    // The same without a running node.
    let data = case.data();
    let ran = imajin(["log", "--json", "--data", text(&data), case.ada.did()]);
    assert_eq!(lines(&ran.stdout), damaged, "{}", ran.stdout);
    let refusal = ran.fails_with(1);
    assert_has!(refusal, &format!("damaged from entry {damaged} on"));
    let export = ["export", "--to", text(&to), "--data", text(&data), case.ada.did()];
    let refusal = imajin(export).fails_with(2);
    assert!(refusal.contains("imajin repair"), "{refusal}");
}

#[test]
fn a_running_node_mends_from_a_backup_that_the_owners_key_opens() {
    let case = Case::new();
    case.flip(12);
    let node = found(&case, &[]);
    let (from, data) = (case.path("backups"), case.data());
    let refusal = repair(text(&from), &["--data", text(&data)]).fails_with(2);
    assert!(refusal.contains("--key"), "{refusal}");
    let more = ["--data", text(&data), "--key", text(&case.key)];
    let report = repair(text(&from), &more).json();
    assert_eq!((&only(&report)["bodies"], &only(&report)["left"]), (&json!(1), &Json::Null));
    may_continue(&node, &case);
    let again = repair(text(&from), &more).json();
    assert_eq!(again["damaged"], json!([]), "{again}");
    let doctor = imajin(["doctor", "--json", "--data", text(&data)]);
    assert_eq!(doctor.code, 0, "{}", doctor.stdout);
    node.stop();
    case.is_whole();
}

#[test]
fn a_copy_kept_for_somebody_is_mended_from_their_home_which_gives_it_to_its_owner() {
    let case = Case::new();
    let (folder, data) = imajin_e2e::data_folder();
    let copy = case.path("stick/ada");
    imajin(["init", "--data", text(&data)]).ok();
    imajin(["import", text(&copy), "--as", "backup", "--data", text(&data)]).ok();
    let log = newest_log(&data, case.ada.did());
    let flip = |n: usize| imajin_e2e::rotten::flip_in(&log, n);
    let home = Node::start(&case.data());
    flip(12);
    let refusal = repair(&home.url, &["--data", text(&data)]).fails_with(2);
    assert_has!(refusal, "owner", "--key");
    let more = ["--data", text(&data), "--key", text(&case.key)];
    let report = repair(&home.url, &more).json();
    assert_eq!(only(&report)["bodies"], 1, "beside no node: {report}");
    imajin(["verify", text(&log)]).ok();
    flip(13);
    let node = Node::start(&data);
    let report = repair(&home.url, &more).json();
    assert_eq!(only(&report)["bodies"], 1, "through the running node: {report}");
    node.stop();
    flip(14);
    let node = Node::start(&data);
    let more = ["--node", node.url.as_str(), "--key", text(&case.key)];
    let report = repair(&home.url, &more).json();
    assert_eq!(only(&report)["bodies"], 1, "over the network: {report}");
    node.stop();
    imajin(["verify", text(&log)]).ok();
    // No one else gets it.
    let other = Person::stranger(&home.url);
    let key = other.key_file(folder.path());
    let more = ["--data", text(&data), "--key", text(&key), case.ada.did()];
    let refusal = repair(&home.url, &more).fails_with(2);
    assert!(refusal.contains("to its owner only"), "{refusal}");
    home.stop();
}

#[test]
fn a_record_that_a_node_does_not_have_cannot_be_tried() {
    let case = Case::new();
    let (_folder, other) = Node::fresh();
    let copy = case.path("ada.tar");
    let more = ["--node", other.url.as_str(), "--key", text(&case.key)];
    let refusal = repair(text(&copy), &more).fails_with(2);
    assert!(refusal.contains("no record of"), "{refusal}");
}

fn wait_for(node: &Node, case: &Case, what: &str) -> String {
    let begun = Instant::now();
    loop {
        let page = ada(node, case).ask(Method::GET, "/health", None).1;
        if page.contains(what) {
            return page;
        }
        assert!(begun.elapsed() < PATIENCE, "{what} is not on {page}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn the_owner_mends_a_record_on_their_page_from_the_newest_whole_backup() {
    let case = Case::new();
    let place = case.path("backups");
    // A backup that the box made with its own key, and a damaged one after it.
    let data = case.data();
    let back_up = || imajin(["backup", "--data", text(&data), "--to", text(&place)]);
    back_up().ok();
    case.flip(12);
    back_up().fails_with(1);
    let open = ("IMAJIN_REGISTRATION", "open");
    let node = found(&case, &[("IMAJIN_BACKUP_TO", text(&place)), open]);
    let page = ada(&node, &case).page("/health");
    assert!(page.contains("data-mend=\"backup\"") && page.contains(case.ada.did()), "{page}");
    let stranger = Person::new(&node.url);
    let mend = |person: &Person, from: &str| {
        person.ask(Method::POST, "/health/mend", Some(&json!({ "from": from })))
    };
    assert_eq!(mend(&stranger, "backup").0, 403);
    let wrong = mend(&ada(&node, &case), "stick:x");
    assert_eq!(wrong.0, 409, "{}", wrong.1);
    begin_mending(&node, &case, "backup");
    let page = wait_for(&node, &case, "1 record mended");
    assert!(page.contains("Nothing is damaged now"), "{page}");
    may_continue(&node, &case);
    node.stop();
    case.is_whole();
}

#[test]
fn the_owner_mends_a_record_on_their_page_from_a_stick_that_is_in() {
    let case = Case::new();
    case.flip(12);
    let port = Port::new();
    let mut stick = port.plug(32, "roses");
    let copy = stick
        .path()
        .join("imajin")
        .join(default_name(&imajin_protocol::Did::parse(case.ada.did()).unwrap()));
    copy_folder(&case.path("stick/ada"), &copy);
    let (name, folder) = port.env();
    let node = found(&case, &[(&name, &folder)]);
    let source = format!("stick:{}", stick.name);
    let page = ada(&node, &case).page("/health");
    assert!(page.contains(&format!("data-mend=\"{source}\"")), "{page}");
    let wish = json!({ "from": source });
    begin_mending(&node, &case, &source);
    wait_for(&node, &case, "1 record mended from roses");
    may_continue(&node, &case);
    stick.pull();
    let again = ada(&node, &case).ask(Method::POST, "/health/mend", Some(&wish));
    assert_eq!(again.0, 409, "{}", again.1);
    node.stop();
    case.is_whole();
}

#[test]
fn what_no_copy_mends_is_told_on_the_page_as_left() {
    let case = Case::new();
    case.flip(COPIED + 4);
    let place = case.path("backups");
    let node = found(&case, &[("IMAJIN_BACKUP_TO", text(&place))]);
    begin_mending(&node, &case, "backup");
    let page = wait_for(&node, &case, "Still damaged:");
    assert!(page.contains("damage is left in the record of"), "{page}");
    node.stop();
}

fn drill(data: &Path, to: &Path) -> DrillOutcome {
    drill_at(data, text(to))
}

/// Runs a drill on the folder of a stopped node.
pub(crate) fn drill_at(data: &Path, to: &str) -> DrillOutcome {
    let mut config = config::of_node(data).unwrap();
    config.backup.to = to.to_owned();
    let opened = OpenFolder::existing(data, &config).unwrap();
    let node = opened.node(&config, "http://localhost".to_owned()).unwrap();
    let keeper = BackupScheduler::new(
        &node,
        &config.for_box(),
        &opened.identity,
        imajin_node::register::registrations,
    );
    let drill = keeper.drill_now(&Pace::new(|| true)).unwrap().unwrap();
    drop((keeper, node));
    opened.close().unwrap();
    drill.outcome
}

fn doctor(data: &Path) -> Ran {
    imajin(["doctor", "--data", text(data)])
}

#[test]
fn a_drill_restores_the_newest_backup_verifies_it_and_leaves_nothing() {
    let case = Case::new();
    let (data, place) = (case.data(), case.path("backups"));
    imajin(["backup", "--data", text(&data), "--to", text(&place)]).ok();
    let outcome = drill(&data, &place);
    let DrillOutcome::Whole { logs, media, .. } = outcome else {
        panic!("{outcome:?}");
    };
    assert!(logs >= 2 && media >= 1, "{logs} {media}");
    let left = fs::read_dir(data.join("runtime")).unwrap();
    let left = left.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with(".drill-")
    });
    assert_eq!(left.count(), 0);
    let report = doctor(&data).ok();
    assert_has!(report, "a test restore of", "verified everything");
    let node = Node::start(&data);
    let metrics = node.metrics();
    assert_has!(metrics, "imajin_backup_drill_damaged 0");
    node.stop();

    // A bit of a pack in the backup folder flips.
    let packs = fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().path());
    let mut packs: Vec<_> = packs
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("pack-"))
        .collect();
    packs.sort();
    let pack = packs.pop().expect("a pack");
    let length = fs::metadata(&pack).unwrap().len() as usize;
    imajin_e2e::mutate(&pack, length / 2, |byte| byte ^ 1);
    let outcome = drill(&data, &place);
    assert!(matches!(outcome, DrillOutcome::Damaged(_)), "{outcome:?}");
    let report = doctor(&data).fails_with(1);
    assert_has!(report, "a test restore of", "found damage");
}

#[test]
fn a_drill_that_cannot_be_made_says_why() {
    let case = Case::new();
    let (data, place) = (case.data(), case.path("nothing"));
    fs::create_dir(&place).unwrap();
    let outcome = drill(&data, &place);
    assert!(
        matches!(&outcome, DrillOutcome::Skipped(why) if why.contains("no backup")),
        "{outcome:?}"
    );
    let outcome = drill(&data, &case.path("pulled out"));
    assert!(
        matches!(&outcome, DrillOutcome::Skipped(why) if why.contains("not there")),
        "{outcome:?}"
    );
}

#[test]
fn a_backup_opens_with_the_key_of_its_box_only_where_the_settings_say_so() {
    let case = Case::new();
    let data = case.data();
    let box_key = data.join("node/identity.key");
    let opens = |place: &Path, key: &Path| {
        let words = ["restore", "--check", "--from", text(place), "--key", text(key)];
        imajin(words).code
    };
    let shared = case.path("backups");
    assert_eq!((opens(&shared, &case.key), opens(&shared, &box_key)), (0, 0));
    let owners = case.path("owners");
    fs::create_dir(&owners).unwrap();
    let words = ["backup", "--data", text(&data), "--to", text(&owners)];
    imajin_e2e::imajin_with(words, &[("IMAJIN_BACKUP_BOX_READS", "false")]).ok();
    assert_eq!(opens(&owners, &case.key), 0);
    assert_ne!(opens(&owners, &box_key), 0);
}
