//! USB sticks: copies are exported to them and imported from them; existing files on a stick never change; whatever
//! happens to a stick, the node stays healthy. The sticks are separate file systems that the machine's own helper
//! mounts and unmounts.

use imajin_e2e::prelude::*;
use imajin_e2e::stick::{Port, Stick};
use imajin_e2e::{Ran, get};
use std::io::{self, Write as _};

/// Upper bound for a copy on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

const PASSPHRASE: &str = "seven moons over tea";

/// Returns every file below a folder with its bytes.
fn content(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let read = |path: PathBuf| (path.clone(), fs::read(path).unwrap());
    files(root).into_iter().map(read).collect()
}

fn verify(path: &Path) {
    imajin_with(["verify", text(path)], &[("IMAJIN_PASSPHRASE", PASSPHRASE)]).ok();
}

/// Runs `imajin usb …` with a person's key.
fn usb(words: &[&str], node: &Node, key: &Path) -> Ran {
    let more = ["--json", "--node", &node.url, "--key", text(key)];
    let words = std::iter::once(&"usb").chain(words).copied().chain(more);
    imajin_with(words, &[("IMAJIN_PASSPHRASE", PASSPHRASE)])
}

/// Exports to the only stick. Returns the path of the copy.
fn export(words: &[&str], node: &Node, key: &Path, stick: &Stick) -> PathBuf {
    let report = usb(&[&["export"], words].concat(), node, key).json();
    assert_eq!(report["stick"], stick.name);
    stick.path().join(report["copy"].as_str().unwrap())
}

/// A person's session, for requests that the command line does not make.
struct Caller<'n> {
    node: &'n Node,
    token: String,
}

impl<'n> Caller<'n> {
    fn new(node: &'n Node, person: &Person) -> Self {
        let session = Session::begin(&person.client, &person.key).unwrap();
        let token = session.token().to_owned();
        Self { node, token }
    }

    fn ask(&self, method: &str, path: &str, body: &Json) -> (u16, Json) {
        let method = method.parse().unwrap();
        let request = http().request(method, format!("{}{path}", self.node.url));
        let request = match body {
            Json::Null => request,
            body => request.json(body),
        };
        request.bearer_auth(&self.token).json_answer()
    }

    /// Begins a copy to a stick and waits until it can be signed.
    fn begin(&self, stick: &str) -> String {
        let (status, begun) = self.ask("POST", "/auth/api/exports", &json!({ "stick": stick }));
        assert_eq!(status, 202, "{begun}");
        let path = format!("/auth/api/exports/{}", begun["id"].as_str().unwrap());
        self.wait(&path, |job| job["state"] != "preparing");
        path
    }

    fn wait(&self, path: &str, done: impl Fn(&Json) -> bool) -> Json {
        let end = Instant::now() + PATIENCE;
        loop {
            let job = self.ask("GET", path, &Json::Null).1;
            if done(&job) {
                return job;
            }
            assert!(Instant::now() < end, "{path}: {job}");
            // The stick is to be pulled during the write, which is short.
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Makes the node sign a copy.
    fn sign(&self, path: &str) {
        let (status, said) = self.ask("POST", &format!("{path}/sign"), &json!({ "sign": "node" }));
        assert_eq!(status, 202, "{said}");
    }

    /// Begins a copy to a stick, and returns when part of it is written.
    fn begin_writing(&self, stick: &str) -> String {
        let job = self.begin(stick);
        self.sign(&job);
        self.wait(&job, |job| job["files"].as_u64() >= Some(2));
        job
    }

    fn end(&self, path: &str) -> Json {
        self.wait(path, |job| job["state"] == "ready" || job["state"] == "failed")
    }

    fn sticks(&self) -> Json {
        let (status, said) = self.ask("GET", "/auth/api/usb", &Json::Null);
        assert_eq!(status, 200, "{said}");
        said["sticks"].clone()
    }
}

/// Starts a node with a port for sticks, and a person with a key file.
fn plugged() -> (tempfile::TempDir, Port, Node, Person, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let port = Port::new();
    let node = port.node(&folder.path().join("data"), &[]);
    let ada = Person::new(&node.url);
    let key = ada.key_file(folder.path());
    (folder, port, node, ada, key)
}

/// Adds many files, each of which a copy has to sync, so that writing takes a while.
fn show_pictures(person: &Person) {
    for n in 0..120 {
        person.show_picture(format!("picture {n}").repeat(5_000).as_bytes());
    }
}

fn assert_well(node: &Node, person: &Person) {
    person.update_bio("still here").unwrap();
    assert_eq!(get(&format!("{}/healthz", node.url)).0, 200);
}

#[test]
fn a_copy_goes_to_a_stick_and_comes_home_elsewhere() {
    let (folder, port, node, ada, key) = plugged();
    ada.show_picture(b"a picture of an engine");
    let none = usb(&["list"], &node, &key).json();
    assert_eq!(none["sticks"], json!([]));
    usb(&["export"], &node, &key).fails_with(2);

    let stick = port.plug(32, "ADAS STICK");
    let letter = stick.path().join("letter.txt");
    fs::write(&letter, "not the node's").unwrap();
    let first = export(&[], &node, &key, &stick);
    verify(&first);
    python_verifier([text(&first)]).ok();
    let manifest = fs::read_to_string(first.join("manifest.json")).unwrap();
    assert!(manifest.contains(r#""kind":"owner""#), "its owner signed");
    assert_eq!(files(&first.join("media")).len(), 1, "the picture is there");
    let before = content(&stick.path());

    ada.update_bio("after the first copy").unwrap();
    let second = export(&[], &node, &key, &stick);
    assert_ne!(first, second);
    let after = content(&stick.path());
    assert!(
        before.iter().all(|(path, bytes)| after.get(path) == Some(bytes)),
        "nothing that was there changed"
    );

    let listed = usb(&["list"], &node, &key).json();
    let seen = &listed["sticks"][0];
    assert_members!(seen, "label": "ADAS STICK", "filesystem": "ext4", "state": "ready");
    assert!(seen["free"].as_u64().unwrap() < seen["bytes"].as_u64().unwrap());
    assert_eq!(seen["copies"].as_array().unwrap().len(), 2);
    drop(node);

    // A copy can be checked and imported from a read-only stick.
    stick.set_read_only(true);
    let other = port.node(&folder.path().join("b"), &[]);
    let brought = usb(&["import"], &other, &key).json();
    assert_eq!(brought["did"], ada.did());
    let at_home = ada.at(&other.url);
    let profile = get(&format!("{}/profile/api/profile/{}", other.url, ada.did())).1;
    assert_eq!(profile["bio"], "after the first copy", "the newest copy was meant");
    at_home.update_bio("at home again").unwrap();
    let caller = Caller::new(&other, &at_home);
    let copy = stick_name(&stick, &first);
    let check = json!({ "copy": copy });
    let (status, report) =
        caller.ask("POST", &format!("/auth/api/usb/{}/verify", stick.name), &check);
    assert_eq!((status, &report["valid"]), (200, &json!(true)), "{report}");
    let job = caller.begin(&stick.name);
    caller.sign(&job);
    let job = caller.end(&job);
    assert_members!(job, "state": "failed", "status": 409);
    stick.set_read_only(false);
    assert_eq!(content(&stick.path()), after);
    assert_well(&other, &at_home);
}

fn stick_name(stick: &Stick, path: &Path) -> String {
    text(path.strip_prefix(stick.path()).unwrap()).to_owned()
}

#[test]
fn what_is_too_long_for_a_stick_is_split_and_read_again() {
    const MOST: u64 = 30_000;
    let folder = tempfile::tempdir().unwrap();
    let port = Port::new();
    let most = MOST.to_string();
    let node = port.node(&folder.path().join("a"), &[("IMAJIN_USB_FILE_BYTES", &most)]);
    let ada = Person::new(&node.url);
    ada.show_picture(&[7; 100_000]);
    let key = ada.key_file(folder.path());
    let stick = port.plug(32, "SMALL FILES");
    let open = export(&[], &node, &key, &stick);
    // Encrypted with the owner's key, and read with it.
    let sealed = export(&["--encrypt", "owner"], &node, &key, &stick);
    imajin_with(["verify", text(&sealed), "--key", text(&key)], &[]).ok();
    fs::remove_dir_all(sealed).unwrap();
    let locked = export(&["--encrypt", "passphrase"], &node, &key, &stick);
    assert!(open.join("log.sqlite.001").is_file());
    assert!(locked.join("bundle.tar.age.001").is_file());
    for file in files(&stick.path()) {
        let bytes = fs::metadata(&file).unwrap().len();
        assert!(bytes <= MOST || file.ends_with("manifest.json"), "{}: {bytes}", file.display());
    }
    verify(&open);
    verify(&locked);
    python_verifier([text(&open)]).ok();
    let refusal = python_verifier([text(&locked)]).fails_with(2);
    assert!(refusal.contains("encrypted"), "{refusal}");

    let caller = Caller::new(&node, &ada);
    let copy = stick_name(&stick, &locked);
    let path = format!("/auth/api/usb/{}/verify", stick.name);
    let ask = |passphrase: &str| {
        caller.ask("POST", &path, &json!({ "copy": copy, "passphrase": passphrase }))
    };
    assert_eq!(ask("a wrong one").0, 400);
    let (status, report) = ask(PASSPHRASE);
    assert_eq!((status, &report["valid"]), (200, &json!(true)), "{report}");
    drop(node);

    let other = port.node(&folder.path().join("b"), &[]);
    let stranger = http().post(format!("{}/auth/api/imports", other.url));
    let chosen = stranger.json(&json!({ "copy": copy })).send().unwrap();
    assert_eq!(chosen.status().as_u16(), 401, "who is new names nobody's copy");
    let stranger = http().post(format!("{}/auth/api/imports", other.url));
    let begun = stranger.json(&json!({ "of": ada.did() })).send().unwrap();
    let begun: Json = serde_json::from_str(&begun.text().unwrap()).unwrap();
    let id = begun["id"].as_str().unwrap();
    let check = http().post(format!("{}/auth/api/imports/{id}/check", other.url));
    let check = check.json(&json!({ "passphrase": PASSPHRASE }));
    let check = check.send().unwrap();
    assert_eq!(check.status().as_u16(), 401, "nor is it read to them");
    let brought = usb(&["import"], &other, &key);
    assert_eq!(brought.json()["did"], ada.did());
    fs::remove_file(locked.join("bundle.tar.age.001")).unwrap();
    let output = imajin_with(["verify", text(&locked)], &[("IMAJIN_PASSPHRASE", PASSPHRASE)]);
    assert!(output.fails_with(1).contains("bundle.tar.age.001"));
}

#[test]
fn only_people_of_the_node_see_sticks_and_everybody_their_own_copies() {
    let folder = tempfile::tempdir().unwrap();
    let port = Port::new();
    let node = port.node(&folder.path().join("data"), &[]);
    let owner = Person::claim(&node, folder.path());
    let owner_key = owner.key_file(folder.path());
    let invited = Caller::new(&node, &owner).ask("POST", "/auth/api/invites", &json!({}));
    assert!(invited.0 < 300, "{}", invited.1);
    let invite = invited.1["code"].as_str().unwrap_or_default().to_owned();
    let ada = Person::stranger(&node.url);
    let ada_key = ada.key_file(folder.path());
    let join = ["register", "--node", &node.url, "--key", text(&ada_key), "--invite", &invite];
    imajin_with(join, &[]).ok();

    let stick = port.plug(32, "HOUSE");
    let owners = export(&[], &node, &owner_key, &stick);
    let adas = export(&[], &node, &ada_key, &stick);
    let (owners, adas) = (stick_name(&stick, &owners), stick_name(&stick, &adas));
    let names = |caller: &Caller<'_>| {
        let copies = caller.sticks()[0]["copies"].clone();
        let name = |copy: &Json| copy["name"].as_str().unwrap().to_owned();
        copies.as_array().unwrap().iter().map(name).collect::<Vec<_>>()
    };
    let (hers, his) = (Caller::new(&node, &ada), Caller::new(&node, &owner));
    assert_eq!(names(&hers), [adas.as_str()]);
    let mut all = names(&his);
    all.sort();
    let mut both = vec![owners.clone(), adas.clone()];
    both.sort();
    assert_eq!(all, both);

    let check = format!("/auth/api/usb/{}/verify", stick.name);
    for (caller, copy, status) in [(&hers, &adas, 200), (&hers, &owners, 404), (&his, &adas, 200)] {
        assert_eq!(caller.ask("POST", &check, &json!({ "copy": copy })).0, status);
        let import = json!({ "copy": copy, "stick": stick.name });
        let status = if status == 200 { 201 } else { status };
        assert_eq!(caller.ask("POST", "/auth/api/imports", &import).0, status);
    }
    let path = json!({ "copy": "../../../../etc" });
    assert_eq!(his.ask("POST", &check, &path).0, 404);
    // No one, including the node's owner, deletes another person's data.
    let of_ada = json!({ "did": ada.did(), "stick": stick.name });
    assert_eq!(his.ask("POST", "/auth/api/exports", &of_ada).0, 403);
    let nowhere = json!({ "stick": "nosuch" });
    assert_eq!(hers.ask("POST", "/auth/api/exports", &nowhere).0, 404);

    let nobody = Caller { node: &node, token: "none".to_owned() };
    let eject = format!("/auth/api/usb/{}", stick.name);
    for (method, path, body) in [
        ("GET", "/auth/api/usb", Json::Null),
        ("DELETE", eject.as_str(), Json::Null),
        ("POST", check.as_str(), json!({ "copy": adas })),
        ("POST", "/auth/api/exports", json!({ "stick": stick.name })),
    ] {
        assert_eq!(nobody.ask(method, path, &body).0, 401, "{method} {path}");
    }

    // Safe removal: the machine unmounts an idle stick. The owner was the first to use it since it was plugged in, so
    // no member may have it removed.
    assert_eq!(hers.ask("DELETE", &eject, &Json::Null).0, 403);
    assert_eq!(his.ask("DELETE", &eject, &Json::Null).0, 202);
    port.removals();
    assert_eq!(hers.sticks()[0]["state"], "removable");
    assert_eq!(his.ask("DELETE", &eject, &Json::Null).0, 404);
    assert_eq!(hers.ask("POST", "/auth/api/exports", &json!({ "stick": stick.name })).0, 404);
    drop(stick);
    assert_eq!(hers.sticks(), json!([]));
}

#[test]
fn a_full_stick_keeps_what_it_had() {
    let (_folder, port, node, ada, key) = plugged();
    show_pictures(&ada);
    let stick = port.plug(32, "FULL");
    let first = export(&[], &node, &key, &stick);
    let before = content(&stick.path());
    let caller = Caller::new(&node, &ada);
    // Noticed during the write: another file takes the room meanwhile.
    let job = caller.begin_writing(&stick.name);
    let film = stick.path().join("film");
    let filled = io::copy(&mut io::repeat(7), &mut fs::File::create(&film).unwrap());
    assert_eq!(filled.unwrap_err().kind(), io::ErrorKind::StorageFull);
    let failed = caller.end(&job);
    assert_members!(failed, "state": "failed", "status": 507);
    assert!(failed["error"].as_str().unwrap().contains("room on the stick"), "{failed}");
    // Noticed beforehand.
    let (status, said) = caller.ask("POST", "/auth/api/exports", &json!({ "stick": stick.name }));
    assert_eq!(status, 507, "{said}");
    fs::remove_file(film).unwrap();
    assert_eq!(content(&stick.path()), before, "nothing of the others is left");
    verify(&first);
    assert_well(&node, &ada);
}

#[test]
fn a_stick_that_is_pulled_out_midway_keeps_its_older_copy() {
    let (_folder, port, node, ada, key) = plugged();
    show_pictures(&ada);
    let mut stick = port.plug(64, "PULLED");
    let first = stick_name(&stick, &export(&[], &node, &key, &stick));
    let before = content(&stick.path().join(&first)).into_values().collect::<Vec<_>>();
    let caller = Caller::new(&node, &ada);
    let job = caller.begin_writing(&stick.name);
    stick.pull();
    let failed = caller.end(&job);
    assert_members!(failed, "state": "failed", "status": 503);
    assert!(failed["error"].as_str().unwrap().contains("pulled out"), "{failed}");
    assert_eq!(caller.sticks(), json!([]));
    assert_well(&node, &ada);

    stick.again();
    let copies = caller.sticks()[0]["copies"].clone();
    assert_eq!(copies.as_array().unwrap().len(), 1, "half a copy is none: {copies}");
    let again = content(&stick.path().join(&first)).into_values().collect::<Vec<_>>();
    assert!(before == again, "the older copy is as it was");
    verify(&stick.path().join(&first));
    let next = export(&[], &node, &key, &stick);
    verify(&next);
    let left = fs::read_dir(next.parent().unwrap()).unwrap().count();
    assert_eq!(left, 2, "and what the half one left is gone");
}

/// Extends a file of a copy to this length without using space on the stick, and updates the list of files.
fn stretch(copy: &Path, name: &str, bytes: u64) {
    let file = fs::OpenOptions::new().write(true).open(copy.join(name));
    file.unwrap().set_len(bytes).unwrap();
    let path = copy.join("manifest.json");
    let mut manifest: Json = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    manifest["files"][name]["size"] = bytes.into();
    fs::write(path, manifest.to_string()).unwrap();
}

#[test]
fn a_check_of_a_stick_ends_when_its_page_goes_or_the_stick_is_to_go() {
    const LONG: u64 = 15 << 30;
    let (_folder, port, node, ada, key) = plugged();
    let stick = port.plug(16 << 10, "LARGE");
    let copy = export(&[], &node, &key, &stick);
    let caller = Caller::new(&node, &ada);
    let name = stick_name(&stick, &copy);
    let path = format!("/auth/api/usb/{}/verify", stick.name);
    let wish = json!({ "copy": name });
    assert_eq!(caller.ask("POST", &path, &wish).1["valid"], true);
    stretch(&copy, "index.html", LONG);
    let doing = || caller.sticks()[0]["doing"][0].clone();
    let reads = || doing()["bytes"].as_u64() >= Some(1 << 20);
    // The page disconnects during the check, which ends long before it has read everything.
    let host = node.url.trim_start_matches("http://");
    let mut page = TcpStream::connect(host).unwrap();
    let (token, body) = (&caller.token, wish.to_string());
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    page.write_all(format!("{head}{body}").as_bytes()).unwrap();
    until("the check reads", reads);
    let mut last = doing();
    assert_eq!(last["what"], "verify");
    drop(page);
    until("the check ends", || {
        let now = doing();
        if !now.is_null() {
            last = now.clone();
        }
        now.is_null()
    });
    assert!(last["bytes"].as_u64() < Some(LONG / 4 * 3), "{last}");
    // The removal is requested during the check.
    std::thread::scope(|scope| {
        let url = format!("{}{path}", node.url);
        let request = http().post(url).bearer_auth(&caller.token).json(&wish);
        let check = scope.spawn(move || request.timeout(PATIENCE).send());
        until("the check reads", reads);
        let remove = format!("/auth/api/usb/{}", stick.name);
        assert_eq!(caller.ask("DELETE", &remove, &Json::Null).0, 202);
        assert_eq!(check.join().unwrap().unwrap().status(), 409);
    });
    assert_well(&node, &ada);
}

#[test]
fn without_a_running_node_the_machines_sticks_are_used() {
    let folder = tempfile::tempdir().unwrap();
    let port = Port::new();
    let data = folder.path().join("data");
    let node = port.node(&data, &[]);
    let ada = Person::new(&node.url);
    ada.show_picture(b"a picture");
    let key = ada.key_file(folder.path());
    node.stop();
    let stick = port.plug(32, "BY HAND");
    let at = port.path().display().to_string();
    let run = |words: &[&str]| {
        let words = std::iter::once(&"usb").chain(words).copied();
        imajin_with(words, &[("IMAJIN_USB_FOLDER", at.as_str()), ("IMAJIN_PASSPHRASE", PASSPHRASE)])
    };
    let refusal = run(&["export", "--data", text(&data)]).fails_with(2);
    assert!(refusal.contains("--key"), "{refusal}");
    let report = run(&["export", "--data", text(&data), "--key", text(&key), "--json"]).json();
    verify(&stick.path().join(report["copy"].as_str().unwrap()));
    let report = run(&[
        "export",
        "--data",
        text(&data),
        "--key",
        text(&key),
        "--encrypt",
        "passphrase",
        "--json",
    ])
    .json();
    assert!(report["copy"].as_str().unwrap().ends_with(".tar.age"));
    let listed = run(&["list", "--data", text(&data), "--json"]).json();
    assert_eq!(listed["sticks"][0]["copies"].as_array().unwrap().len(), 2);
    assert_has!(run(&["list", "--data", text(&data)]).ok(), "BY HAND");

    let other = folder.path().join("other");
    imajin_with(["init", "--data", text(&other)], &[]).ok();
    let before = content(&stick.path());
    let brought = run(&["import", "--data", text(&other), "--key", text(&key), "--json"]).json();
    assert_eq!(brought["did"], ada.did());
    assert_eq!(content(&stick.path()), before);
    run(&["import", "nosuch", "--data", text(&other), "--key", text(&key)]).fails_with(2);
}
