//! A new box becomes the one that a friend's box has backups of, by the requests of its page.

use imajin_dfos::hex;
use imajin_e2e::mount::Tmpfs;
use imajin_e2e::mutate;
use imajin_e2e::prelude::*;

use super::friends::{World, at_address, back_up, files_in, random_bytes};

const BOX: &str = "/www/api/box/restore";

/// A box without an owner, and its data folder.
struct NewBox {
    node: Node,
    data: PathBuf,
    _folder: tempfile::TempDir,
}

impl NewBox {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let node = Node::start(&data);
        Self { node, data, _folder: folder }
    }

    fn state(&self) -> Json {
        self.node.get(BOX).json().unwrap()
    }

    fn send(&self, wish: &Json) -> (u16, Json) {
        http().post(format!("{}{BOX}", self.node.url)).json(wish).json_answer()
    }

    /// The wish of a person with a sheet, who knows the code.
    fn wish(&self, friend: &str, sheet: &PersonKey) -> Json {
        json!({
            "code": self.node.code.as_deref().unwrap(),
            "friend": friend,
            "did": sheet.did().as_str(),
            "ed25519": hex::encode(&sheet.signing_key().to_bytes()),
            "x25519": hex::encode(sheet.encryption_secret()),
        })
    }

    fn begin(&self, friend: &str, sheet: &PersonKey) {
        let (status, answer) = self.send(&self.wish(friend, sheet));
        assert_eq!(status, 202, "{answer}");
    }

    /// Returns the state once a restore has failed.
    fn failure(&self, friend: &str, sheet: &PersonKey) -> Json {
        self.begin(friend, sheet);
        until_some("the failure", || {
            let state = self.state();
            (state["state"] != "running").then_some(state)
        })
    }

    /// Waits until the note on the disk says that this many packs have arrived.
    fn wait_for_packs(&self, packs: u64) {
        until("packs", || {
            let note = fs::read(self.partial().join("arrived.json")).unwrap_or_default();
            let note: Json = serde_json::from_slice(&note).unwrap_or_default();
            note["packs"].as_u64() >= Some(packs)
        });
    }

    fn partial(&self) -> PathBuf {
        self.data.join("restore.partial")
    }

    /// Kills the box and starts it again: it has the same code and no owner.
    fn after_kill(self) -> Self {
        let code = self.node.code.clone();
        self.node.kill();
        let node = Node::start(&self.data);
        assert_eq!(node.code, code);
        Self { node, ..self }
    }
}

/// Compares every file of people's records, and the entries of these records.
fn assert_same(old: &Path, new: &Path, dids: &[&str]) {
    for did in dids {
        let (before, after) = (log_of(old, did), log_of(new, did));
        let cids = |log: &[imajin_e2e::record::Entry]| -> Vec<String> {
            log.iter().map(|entry| entry.cid.clone()).collect()
        };
        let (before, after) = (cids(&before), cids(&after));
        assert!(after.starts_with(&before), "{did}: {before:?} {after:?}");
    }
    let key = "node/identity.key";
    let read = |data: &Path| fs::read(data.join(key)).unwrap();
    assert_eq!(read(old), read(new));
}

#[test]
fn a_new_box_becomes_the_old_one_and_its_owner_signs_in() {
    let world = World::new();
    let (ada, ben) = (&world.house.owner, &world.house.others[0]);
    ben.show_picture(b"a picture of Ben's");
    fs::write(world.house.data().join("imajin.toml"), "name = \"ada's box\"\n").unwrap();
    world.back_up();
    let (did, old, address) =
        (world.house.node.did.clone(), world.house.data(), world.bob.url.clone());
    world.house.node.kill();

    let mut new = NewBox::start();
    let fresh = new.node.did.clone();
    assert_eq!(new.state(), json!({ "state": "none" }));
    let page = new.node.get("/").text().unwrap();
    assert_has!(page, "href=\"/restore/box\"");
    let page = new.node.get("/restore/box").text().unwrap();
    assert_has!(page, "id=\"form-restore\"", "id=\"friend\"", "id=\"claim\"");
    // A restore takes the code and two keys.
    let wish = |name: &str, value: &str| {
        let mut wish = new.wish(&address, &ada.key);
        wish[name] = json!(value);
        new.send(&wish).0
    };
    assert_eq!(wish("code", "0000-0000-0000-0000"), 403);
    assert_eq!(wish("did", "nobody"), 400);
    assert_eq!(wish("ed25519", "00"), 400);
    assert_eq!(wish("more", "x"), 400);
    let failed = |why: &str| json!({ "state": "failed", "why": why });
    assert_eq!(new.failure("bob example", &ada.key), failed("address"));
    assert_eq!(new.failure(&address, &ben.key), failed("nothing"));
    // The keys of a sheet that the friend's box knows, and that opens nothing.
    let signs =
        PersonKey::from_parts(ada.key.did().clone(), ada.key.signing_key().to_bytes(), [7; 32]);
    assert_eq!(new.failure(&address, &signs), failed("locked"));
    assert_eq!(new.node.did, fresh);

    new.begin(&address, &ada.key);
    let running = until_some("the node's name", || {
        let state = new.state();
        assert_eq!(state["state"], "running", "{state}");
        state["node"].as_str().map(str::to_owned)
    });
    assert_eq!(running, did);
    // The owner comes with the backup, so the code is refused meanwhile.
    let code = json!({ "claim": new.node.code });
    let check = http().post(format!("{}/auth/api/invites/check", new.node.url));
    assert_eq!(check.json(&code).send().unwrap().status(), 409);
    new.node.wait_until_open();
    assert_eq!(new.node.did, did);
    assert_has!(new.node.get("/").text().unwrap(), "ada's box");
    let owner = Owner::sign_in(ada.at(&new.node.url));
    assert_eq!(owner.get("/auth/api/session")["owner"], true);
    imajin_as(&new.node.url, &world.house.key, ["carry-on", "--json"]).json();
    owner.person.update_bio("on the new box").unwrap();
    let page = new.node.get(&format!("/profile/{}", ben.did()));
    assert_has!(page.text().unwrap(), "a sentence that a friend must not read");
    // A box with an owner never becomes another one.
    assert_eq!(new.node.get(BOX).status(), 409);
    let page = new.node.get("/restore/box").text().unwrap();
    assert_has!(page, "This box is in use");
    let mut again = json!({ "code": "x", "friend": address, "did": did });
    (again["ed25519"], again["x25519"]) = (json!("00"), json!("00"));
    assert_eq!(new.send(&again).0, 409);
    assert!(!new.partial().exists() && new.data.join("before-restore/node").exists());
    let data = new.data.clone();
    new.node.stop_gracefully();
    assert_same(&old, &data, &[ben.did(), ada.did(), &did]);
    for folder in fs::read_dir(old.join("users")).unwrap().flatten() {
        let name = folder.file_name();
        assert!(data.join("users").join(name).exists(), "{folder:?}");
    }
}

#[test]
fn a_restore_survives_kills_of_both_boxes_and_continues_with_what_has_arrived() {
    let world = World::new();
    let (ada, old, address) =
        (world.house.owner.key.clone(), world.house.data(), world.bob.url.clone());
    let (did, bob_data) = (world.house.node.did.clone(), world.bob_data());
    world.house.node.kill();
    // A file that is not known goes into the backup.
    fs::write(old.join("node/large"), random_bytes(200 << 20)).unwrap();
    back_up(&old).json();

    let new = NewBox::start();
    new.begin(&address, &ada);
    new.wait_for_packs(1);
    let new = new.after_kill();
    assert_eq!(new.state(), json!({ "state": "interrupted" }));
    assert_ne!(new.node.did, did);
    new.begin(&address, &ada);
    let (second, _) = new.send(&new.wish(&address, &ada));
    assert_eq!(second, 409, "one at a time");
    let first = until_some("the first bytes", || {
        let done = new.state()["done"].as_u64()?;
        (done > 0).then_some(done)
    });
    assert!(first >= 60 << 20, "the first pack is not fetched again: {first}");
    new.wait_for_packs(2);
    let mut new = new.after_kill();
    new.begin(&address, &ada);
    until("an answer", || new.state()["node"].is_string());
    // The friend's box is gone for a moment.
    let options = at_address(&world.bob);
    world.bob.kill();
    let _bob = Node::start_with(&bob_data, &options);
    new.node.wait_until_open();
    assert_eq!(new.node.did, did);
    let large = |data: &Path| fs::read(data.join("node/large")).unwrap();
    assert!(large(&old) == large(&new.data), "all of it is here");
    let data = new.data.clone();
    new.node.stop_gracefully();
    assert_same(&old, &data, &[ada.did().as_str(), &did]);
}

#[test]
fn a_changed_chunk_is_named_and_nothing_is_put_in_place() {
    let world = World::new();
    let (ada, old) = (world.house.owner.key.clone(), world.house.data());
    let bob_data = world.bob_data();
    world.house.node.kill();
    fs::write(old.join("node/large"), random_bytes(4 << 20)).unwrap();
    back_up(&old).json();
    let packs = files_in(&bob_data, "current");
    let pack = packs.iter().find(|path| text(path).contains("pack-"));
    let pack = pack.expect("a pack");
    let name = pack.file_name().unwrap().to_str().unwrap();
    let content = fs::read(pack).unwrap();
    // The last line of the header has 48 bytes, and a nonce of 16 follows.
    let header = memchr::memmem::find(&content, b"\n--- ").unwrap() + 1 + 48 + 16;
    let new = NewBox::start();
    let fresh = new.node.did.clone();
    // Behind the header, in the middle, and at the very end.
    let sealed = (64 << 10) + 16;
    for at in [2_000, 20 * sealed + 2_000, content.len() - 1] {
        let chunk = (at - header) / sealed;
        mutate(pack, at, |byte| byte ^ 1);
        let state = new.failure(&world.bob.url, &ada);
        assert_eq!(state["why"], "damaged", "{state}");
        assert_eq!(state["part"], format!("{name}, chunk {chunk}"), "{state}");
        mutate(pack, at, |byte| byte ^ 1);
    }
    // The box is still a new one, and can be claimed.
    Owner::claim(&new.node);
    assert_eq!(new.node.did, fresh);
}

#[test]
fn a_disk_that_is_too_small_is_said_before_anything_is_fetched() {
    let world = World::new();
    let (ada, old) = (world.house.owner.key.clone(), world.house.data());
    world.house.node.kill();
    fs::write(old.join("node/large"), random_bytes(80 << 20)).unwrap();
    back_up(&old).json();
    let disk = Tmpfs::new("64m");
    let data = disk.path().join("data");
    let node = Node::start(&data);
    let new = NewBox { node, data, _folder: tempfile::tempdir().unwrap() };
    let state = new.failure(&world.bob.url, &ada);
    assert_eq!(state["why"], "room", "{state}");
    assert!(state["needed"].as_u64() > Some(80 << 20), "{state}");
    assert!(state["free"].as_u64() < Some(64 << 20), "{state}");
    new.node.kill();
}

#[test]
fn a_released_box_and_a_friend_who_is_away_are_refused() {
    let (_folder, node) = Node::fresh();
    let owner = Owner::claim(&node);
    let wish = json!({ "code": "x", "friend": "x", "did": "x", "ed25519": "x", "x25519": "x" });
    let send = || {
        let sent = http().post(format!("{}{BOX}", node.url)).json(&wish).send();
        sent.unwrap().status().as_u16()
    };
    assert_eq!(send(), 409);
    let folder = tempfile::tempdir().unwrap();
    let key = owner.person.key_file(folder.path());
    imajin_as(&node.url, &key, ["owner", "release", "--yes"]).ok();
    assert_eq!(send(), 409, "people live on it");
    let page = node.get("/restore/box").text().unwrap();
    assert_has!(page, "This box is in use");

    let new = NewBox::start();
    let ada = PersonKey::generate().unwrap();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let away = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let state = new.failure(&away, &ada);
    assert_eq!(state, json!({ "state": "failed", "why": "away" }));
    // Restarts don't remember a failure, and nothing had arrived.
    let new = new.after_kill();
    assert_eq!(new.state(), json!({ "state": "none" }));
    new.node.kill();
}
