//! A card that is full to the last block, with ext4: the node still starts, serves reads, lets people sign in, export
//! their record and delete it, and resumes without a restart when there is room.

use imajin_dfos::identity::{Key, Keys, sign_create};
use imajin_dfos::{PublicKey, SigningKey};
use imajin_e2e::mount::Ext4;
use imajin_e2e::prelude::*;

/// Bytes that the node keeps free; a quarter of them is allocated on the disk.
const RESERVE: u64 = 20 << 20;

fn options() -> NodeOptions {
    let reserve = ("IMAJIN_DISK_RESERVE_MIN_BYTES", RESERVE.to_string());
    NodeOptions::default().env([reserve])
}

/// Options with a low reserve and HTTPS.
fn secure() -> NodeOptions {
    options().flags(["--tls-listen", "127.0.0.1:0"])
}

/// Returns the first page over HTTPS to a client that trusts only the box's own authority.
fn https(node: &Node) -> String {
    let authority = std::fs::read(node.data.join("node/device-ca.json")).unwrap();
    let authority: Json = serde_json::from_slice(&authority).unwrap();
    let pem = authority["certificate"].as_str().or(authority["pem"].as_str()).unwrap();
    let client = reqwest::blocking::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(pem.as_bytes()).unwrap()])
        .build()
        .unwrap();
    let port = node.https.as_deref().unwrap().rsplit_once(':').unwrap().1;
    let url = format!("https://localhost:{}/", port.trim_end_matches('/'));
    let answer = client.get(url).header("accept", "text/html").send().unwrap();
    assert_eq!(answer.status(), 503);
    answer.text().unwrap()
}

/// Returns a card with a node that Ada uses.
fn card() -> (Ext4, PathBuf, Node, Person) {
    let card = Ext4::new(96);
    let data = card.path().join("data");
    let node = Node::start_with(&data, &secure());
    let ada = Person::new(&node.url);
    for n in 0..20 {
        ada.update_bio(&format!("while there is room, {n}")).unwrap();
    }
    (card, data, node, ada)
}

fn bio(node: &Node, did: &str) -> (u16, String) {
    let (status, profile) = imajin_e2e::get(&format!("{}/profile/api/profile/{did}", node.url));
    (status, profile.to_string())
}

/// Returns the status and body of `/healthz`.
fn health(node: &Node) -> (u16, Json) {
    let answer = node.get("/healthz");
    (answer.status().as_u16(), answer.json().unwrap())
}

fn within<T>(seconds: u64, what: &str, mut try_it: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = try_it() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(seconds), "{what}");
        std::thread::sleep(Duration::from_millis(250));
    }
}

fn is_read_only(node: &Node, ada: &Person) {
    let (status, health) = health(node);
    assert_eq!((status, &health["failing"]), (503, &"disk".into()), "{health}");
    let reason = health["reason"].as_str().unwrap();
    assert!(reason.contains("full") && reason.contains("MB"), "{reason}");
    let refused = ada.at(&node.url).update_bio("no room").unwrap_err();
    assert_eq!(refused.status(), Some(507), "{refused}");
    let (status, said) = bio(node, ada.did());
    assert_eq!(status, 200, "{said}");
}

fn kept_aside(data: &Path) -> u64 {
    fs::metadata(data.join("node/reserve")).map_or(0, |found| found.len())
}

#[test]
fn a_node_starts_on_a_full_disk_and_goes_on_without_a_restart_when_there_is_room() {
    let (card, data, node, ada) = card();
    assert!(kept_aside(&data) >= RESERVE / 4);
    let filler = card.fill();
    node.kill();
    for attempt in 0..5 {
        let node = Node::start_with(&data, &options());
        assert!(!node.is_locked, "{attempt}: {}", node.log());
        is_read_only(&node, &ada);
        // Another program takes the room that the node has just released.
        std::mem::forget(card.fill());
        node.kill();
    }
    let node = Node::start_with(&data, &options());
    is_read_only(&node, &ada);
    drop(filler);
    within(60, "it does not go on", || ada.at(&node.url).update_bio("room again").ok());
    within(60, "it does not say that it is well", || (health(&node).0 == 200).then_some(()));
    within(60, "nothing is set aside again", || (kept_aside(&data) > 0).then_some(()));
    assert!(node.stop().0.success());
    assert_eq!(log_of(&data, ada.did()).len(), 22);
    imajin(["rebuild", "--check", "--data", data.to_str().unwrap()]).ok();
}

/// Another program has used up the node's reserve, too.
#[test]
fn a_node_with_nothing_set_aside_starts_read_only_and_shows_the_newest_when_there_is_room() {
    let (card, data, node, ada) = card();
    ada.update_bio("the newest").unwrap();
    node.kill();
    fs::remove_file(data.join("node/reserve")).unwrap();
    let filler = card.fill();
    for attempt in 0..5 {
        let node = Node::start_with(&data, &options());
        assert!(!node.is_locked, "{attempt}: {}", node.log());
        is_read_only(&node, &ada);
        node.kill();
    }
    let mut node = Node::start_with(&data, &options());
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(12) {
        is_read_only(&node, &ada);
        std::thread::sleep(Duration::from_millis(100));
    }
    let lines = node.log().lines().count();
    assert!(lines < 60, "it floods its log: {lines} lines\n{}", node.log());
    drop(filler);
    // The projections catch up without another write.
    within(60, "it does not catch up", || {
        bio(&node, ada.did()).1.contains("the newest").then_some(())
    });
    within(60, "it does not go on", || ada.at(&node.url).update_bio("room again").ok());
    assert_eq!(node.wait(Duration::ZERO), None);
    assert!(node.stop().0.success());
    assert_eq!(log_of(&data, ada.did()).len(), 23);
    imajin(["rebuild", "--check", "--data", data.to_str().unwrap()]).ok();
}

#[test]
fn a_node_that_cannot_open_its_folder_for_want_of_room_says_so_and_starts_when_there_is_some() {
    let (card, data, node, ada) = card();
    assert!(node.stop().0.success());
    fs::remove_file(data.join("node/reserve")).unwrap();
    // Projections have to be rebuilt, which takes room.
    fs::remove_file(data.join("runtime/profile.sqlite")).unwrap();
    let filler = card.fill();
    let mut node = Node::start_with(&data, &secure());
    assert!(node.is_locked, "it waits: {}", node.log());
    // The page is also served over HTTPS, with the existing certificate.
    let page = https(&node);
    assert!(page.contains("The disk of this box is full"), "{page}");
    let (status, said) = health(&node);
    assert_eq!((status, &said["failing"]), (503, &"disk".into()), "{said}");
    let (status, page) = bio(&node, ada.did());
    assert!(status == 503 && page.contains("room on its disk"), "{status} {page}");
    std::thread::sleep(Duration::from_secs(4));
    let lines = node.log().lines().count();
    assert!(lines < 10, "it floods its log:\n{}", node.log());
    drop(filler);
    node.wait_until_open();
    assert!(bio(&node, ada.did()).1.contains("while there is room, 19"));
    ada.at(&node.url).update_bio("room again").unwrap();
    assert!(node.stop().0.success());
}

#[test]
fn on_a_full_disk_people_sign_in_read_take_their_record_along_and_delete_it() {
    let (card, _data, node, ada) = card();
    let bob = Person::new(&node.url);
    let elsewhere = tempfile::tempdir().unwrap();
    let key = ada.key_file(elsewhere.path());
    // The answer is cached for a moment.
    assert_eq!(health(&node).0, 200);
    let filler = card.fill();
    let with = ["--node", &node.url, "--key", key.to_str().unwrap()];
    is_read_only(&node, &ada);
    let refused = bob.follow(&[ada.did()]).unwrap_err();
    assert_eq!(refused.status(), Some(507), "{refused}");
    Session::begin(&ada.client, &ada.key).expect("people sign in");
    let log = imajin([&["log"][..], &with].concat());
    log.ok();
    let copy = elsewhere.path().join("copy");
    imajin([&["export", "--to", copy.to_str().unwrap()][..], &with].concat()).ok();
    imajin(["verify", copy.to_str().unwrap()]).ok();
    imajin([&["delete", "--yes"][..], &with].concat()).ok();
    drop(filler);
    within(60, "it does not go on", || bob.update_bio("room again").ok());
    assert!(node.stop().0.success());
}

/// Returns the token of a new identity, which the relay stores.
fn genesis(seed: u8) -> String {
    let key = SigningKey::from_bytes(&[seed; 32]);
    let public = PublicKey::from(&key);
    let at = Timestamp::parse("2026-01-01T00:00:00.000Z").unwrap();
    let keys = Keys::single(Key::new(&public));
    let signed = sign_create(keys, vec![], at, &public.key_id(), &key).unwrap();
    signed.token
}

/// The node's last look at the disk still promises room.
#[test]
fn in_the_moment_in_which_a_disk_fills_up_people_sign_in_and_the_relay_says_507() {
    let card = Ext4::new(96);
    let data = card.path().join("data");
    let mut options = options();
    let open = ("IMAJIN_REGISTRATION".to_owned(), "open".to_owned());
    options.env.push(open);
    let node = Node::start_with(&data, &options);
    let ada = Person::new(&node.url);
    let post = |path: &str, body: Json| {
        let request = imajin_e2e::http().post(format!("{}{path}", node.url));
        request.json(&body).text_answer()
    };
    let relay = |seed| {
        let operations = json!({ "operations": [genesis(seed)] });
        post("/registry/relay/proof/v1/operations", operations)
    };
    let letter = || post("/auth/api/onboard", json!({ "email": "bob@example.com" }));
    let begun = Instant::now();
    // The node and its relay look at the disk.
    assert_eq!(letter().0, 202);
    let (status, said) = relay(1);
    assert_eq!(status, 200, "{said}");
    let filler = card.fill();
    let (status, said) = relay(2);
    assert!(status == 507 && said.contains("full"), "{status} {said}");
    let session = Session::begin(&ada.client, &ada.key);
    assert!(session.is_ok(), "{:?} after {:?}", session.err(), begun.elapsed());
    assert_eq!(letter().0, 202, "a link is a way in, too");
    assert_eq!(kept_aside(&data), 0, "it is used");
    let out = session.unwrap().request(&ada.client, Method::POST, "/auth/api/logout");
    assert_eq!(out.send().unwrap().status(), 200);
    drop(filler);
    within(60, "it does not write again", || ada.update_bio("room again").ok());
    assert!(node.stop().0.success());
}

#[test]
fn on_a_full_disk_the_commands_read_and_copy_a_node_that_is_stopped() {
    let (card, data, node, ada) = card();
    node.kill();
    fs::remove_file(data.join("node/reserve")).unwrap();
    let _filler = card.fill();
    let folder = data.to_str().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let log = imajin(["log", "--data", folder, ada.did()]);
    assert_eq!(log.stdout.lines().count(), 21, "{}{}", log.stdout, log.stderr);
    log.ok();
    let copy = elsewhere.path().join("copy");
    let to = copy.to_str().unwrap();
    imajin(["export", "--data", folder, "--to", to, ada.did()]).ok();
    imajin(["verify", to]).ok();
    let status = imajin(["status", "--data", folder]);
    assert_lacks!(status.stdout, "cannot be read");
    status.ok();
    let output = imajin(["doctor", "--json", "--data", folder]);
    let report: Json = serde_json::from_str(&output.stdout).expect("JSON");
    let checks = report["checks"].as_array().unwrap();
    let wrong: Vec<&str> = checks
        .iter()
        .filter(|check| check["ok"] == false)
        .map(|check| check["name"].as_str().unwrap())
        .collect();
    assert!(wrong.contains(&"disk"), "{wrong:?}");
    for name in ["logs", "closing"] {
        assert!(!wrong.contains(&name), "{name}: {}", output.stdout);
    }
}

#[test]
fn the_owner_sees_what_takes_the_room_and_removes_what_may_go() {
    let folder = tempfile::tempdir().unwrap();
    let (data, backups) = (folder.path().join("data"), folder.path().join("backups"));
    fs::create_dir(&backups).unwrap();
    let options = NodeOptions::default().env([("IMAJIN_BACKUP_TO", backups.to_str().unwrap())]);
    let node = Node::start_with(&data, &options);
    let other = Person::new(&node.url);
    let owner = Person::claim(&node, folder.path());
    let key = owner.key_file(folder.path());
    for n in 0..3 {
        owner.show_picture(&vec![n; 300_000]);
        let made = imajin(["backup", "--json", "--data", data.to_str().unwrap()]).json();
        assert_eq!(made["backup"]["damaged"], Json::Null);
    }
    // A copy that was made long ago and never downloaded.
    let copy = data.join("export/somebody.0123");
    fs::create_dir_all(&copy).unwrap();
    fs::write(copy.join("bundle.tar"), vec![1; 500_000]).unwrap();
    for path in [copy.join("bundle.tar"), copy.clone()] {
        let mut touch = Command::new("touch");
        let touched = touch.args(["-d", "2 hours ago"]).arg(path).status();
        assert!(touched.unwrap().success());
    }

    let page = owner.page("/health");
    for said in [
        "Room on the disk",
        "pictures and files",
        "backups on this disk",
        "everything else on this disk",
        "data-remove=\"copies\"",
        "data-remove=\"old_backups\"",
    ] {
        assert!(page.contains(said), "{said} is not on {page}");
    }
    let remove = |person: &Person, what: &str| {
        let body = json!({ "what": what });
        person.ask(Method::POST, "/health/remove", Some(&body))
    };
    assert_eq!(remove(&other, "copies").0, 403);
    assert_eq!(remove(&owner, "records").0, 400);
    let freed = |what: &str| {
        let (status, text) = remove(&owner, what);
        assert_eq!(status, 200, "{text}");
        let removal: Json = serde_json::from_str(&text).unwrap();
        removal["freed"].as_u64().unwrap()
    };
    assert!(freed("copies") >= 500_000);
    assert!(!copy.exists());
    // Published media stay.
    assert_eq!(freed("media"), 0);
    let listed =
        |words: &[&str]| imajin([&["backup", "list", "--json"][..], words].concat()).json();
    let to = backups.to_str().unwrap();
    assert_eq!(listed(&["--to", to])["backups"].as_array().unwrap().len(), 3);
    assert!(freed("old_backups") > 0);
    assert_eq!(listed(&["--to", to])["backups"].as_array().unwrap().len(), 1);
    let check = ["restore", "--check", "--from", to, "--key"];
    imajin(check.into_iter().chain([key.to_str().unwrap()])).ok();

    let usage = &imajin(["doctor", "--json", "--data", data.to_str().unwrap()]);
    let report: Json = serde_json::from_str(&usage.stdout).unwrap();
    let parts = report["usage"]["parts"].as_array().unwrap();
    let bytes = |kind: &str| {
        let part = parts.iter().find(|part| part["kind"] == kind);
        part.and_then(|part| part["bytes"].as_u64())
    };
    assert!(bytes("media") >= Some(900_000), "{}", report["usage"]);
    assert!(bytes("reserve") >= Some(16 << 20), "{}", report["usage"]);
    assert!(bytes("records") > Some(0) && bytes("tables") > Some(0) && bytes("other") > Some(0));
    let metrics = node.metrics();
    assert!(metrics.contains("imajin_disk_read_only 0"), "{metrics}");
}
