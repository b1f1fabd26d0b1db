//! People's photos on a separate disk: it is pulled out and put back while the box works, and no photo is lost, written
//! elsewhere, or reported as gone.

use super::Shot;
use imajin_e2e::prelude::*;
use imajin_e2e::stick::Port;
use imajin_node::client::Signer;

/// A separate file system on every Linux, so that a folder there is not on the card.
const ELSEWHERE: &str = "/dev/shm";
const SAID: &str = "is not plugged in";

/// A box with its owner and Ada, and a mount point for a disk.
struct House {
    folder: tempfile::TempDir,
    mounts: tempfile::TempDir,
    node: Node,
    owner: Owner,
    ada: Uploader,
}

fn start(data: &Path, mount: &Path) -> Node {
    let mount = mount.display().to_string();
    let options = NodeOptions::default().env([("IMAJIN_MEDIA_FOLDER", mount)]);
    Node::start_with(data, &options)
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mounts = tempfile::tempdir_in(ELSEWHERE).unwrap();
        fs::create_dir(mounts.path().join("photos")).unwrap();
        let node = start(&folder.path().join("data"), &mounts.path().join("photos"));
        let ada = Uploader::sign_in(&node.url, &Person::new(&node.url).key).unwrap();
        Self { owner: Owner::claim(&node), folder, mounts, node, ada }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn mount(&self) -> PathBuf {
        self.mounts.path().join("photos")
    }

    /// Pulls the disk out, which leaves an empty folder at the mount point.
    fn pull(&self) {
        fs::rename(self.mount(), self.mounts.path().join("away")).unwrap();
        fs::create_dir(self.mount()).unwrap();
    }

    /// Puts the disk back; panics if the node wrote to the empty folder.
    fn put_back(&self) {
        fs::remove_dir(self.mount()).unwrap();
        fs::rename(self.mounts.path().join("away"), self.mount()).unwrap();
    }

    /// Starts the node again after a kill.
    fn restart(self) -> Self {
        let Self { folder, mounts, node, owner, ada } = self;
        node.kill();
        let node = start(&folder.path().join("data"), &mounts.path().join("photos"));
        Self {
            owner: owner.at(&node),
            ada: Uploader::sign_in(&node.url, &ada.person.key).unwrap(),
            folder,
            mounts,
            node,
        }
    }

    fn disks(&self) -> Json {
        self.owner.get("/media/api/disks")
    }

    fn place(&self, to: Json) -> (u16, Json) {
        let (status, said) = self.owner.ask(Method::POST, "/media/api/place", Some(&to));
        (status, serde_json::from_str(&said).unwrap())
    }

    fn move_to_disk(&self) {
        let (status, said) = self.place(json!({ "to": "folder" }));
        assert_eq!(status, 200, "{said}");
        self.wait_for_the_move();
    }

    fn wait_for_the_move(&self) {
        until("the move ends", || self.disks().get("move").is_none());
    }

    /// Returns people's files on the card.
    fn on_card(&self) -> Vec<PathBuf> {
        let mut all = files(&self.data().join("users"));
        all.retain(|path| path.components().any(|part| part.as_os_str() == "media"));
        all
    }

    /// Returns the number of complete files on the disk.
    fn on_disk(&self) -> usize {
        let people = self.mount().join("imajin/media");
        let all = if people.exists() { files(&people) } else { Vec::new() };
        let is_whole =
            |path: &&PathBuf| !path.file_name().unwrap().to_string_lossy().starts_with('.');
        all.iter().filter(is_whole).count()
    }

    fn is_missing_at(&self, path: &str) {
        let (status, body) = self.ada.get(path);
        let text = String::from_utf8_lossy(&body);
        assert_eq!(status, 503, "{path}: {text}");
        assert!(text.contains("disk-missing") && text.contains(SAID), "{text}");
    }
}

/// Asserts that the node refused because of the disk.
fn is_missing<T>(done: Outcome<T>) {
    match done {
        Err(ClientError::Refused { status: 503, problem, .. }) => {
            let kind = problem["type"].as_str().unwrap();
            assert!(kind.ends_with("disk-missing"), "{problem}");
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was not refused"),
    }
}

#[test]
fn a_disk_that_is_pulled_out_and_put_back_loses_nothing_and_its_empty_folder_gets_nothing() {
    let house = House::new();
    let shot = Shot::added(&house.ada, "Beach", 10);
    shot.preview(&house.ada);
    let before = house.disks();
    assert_eq!(before["card"]["files"], 1, "{before}");
    assert_eq!(before["disks"][0]["to"], "folder", "{before}");
    let (status, said) = house.place(json!({ "to": "sda1" }));
    assert_eq!((status, &said["reason"]), (409, &json!("unknown")), "{said}");
    house.move_to_disk();
    assert_eq!(house.on_card(), Vec::<PathBuf>::new());
    assert_eq!(house.ada.get(&shot.path()), (200, shot.bytes.clone()));
    assert_eq!(house.place(json!({ "to": "folder" })).1["reason"], "already");

    house.pull();
    let mut house = house;
    for is_restarted in [false, true] {
        if is_restarted {
            house = house.restart();
        }
        house.is_missing_at(&shot.path());
        shot.preview(&house.ada);
        assert_eq!(house.ada.get("/media/api/timeline").0, 200);
        assert_eq!(house.ada.get("/media/storage").0, 200);
        is_missing(house.ada.begin("late.jpg", 10));
        is_missing(house.ada.person.erase_files(&[&shot.id]));
        house.ada.person.update_bio("still here").unwrap();
        let key = house.ada.person.key_file(house.folder.path());
        let bundle = house.folder.path().join("bundle");
        let words = ["export", "--node", &house.node.url, "--key", text(&key)];
        let export = imajin(words.into_iter().chain(["--to", text(&bundle)]));
        let refusal = export.fails_with(1);
        assert!(refusal.contains(SAID), "{refusal}");
        assert_eq!(house.disks()["disk"]["isMissing"], true);
        let page = house.owner.page("/media/storage");
        assert!(page.contains("isn’t plugged in"), "{page}");
        assert!(house.owner.page("/health").contains(SAID));
    }
    let doctor = imajin(["doctor", "--json", "--data", text(&house.data())]);
    assert!(doctor.stdout.contains(SAID), "{}", doctor.stdout);

    house.put_back();
    assert_eq!(house.ada.get(&shot.path()), (200, shot.bytes.clone()));
    let late = Shot::added(&house.ada, "Late", 60);
    assert_eq!(house.ada.get(&late.path()), (200, late.bytes.clone()));
    assert_eq!(house.on_card(), Vec::<PathBuf>::new());
    let key = house.ada.person.key_file(house.folder.path());
    let bundle = house.folder.path().join("bundle");
    let words = ["export", "--node", &house.node.url, "--key", text(&key)];
    imajin(words.into_iter().chain(["--to", text(&bundle)])).ok();
    imajin(["verify", text(&bundle)]).ok();
    house.ada.person.erase_files(&[&shot.id]).unwrap();
    until("the erased photo is gone from the disk", || shot.files_in(&house.mount()).is_empty());

    // After the move back to the card the disk is no longer needed.
    assert_eq!(house.place(json!({ "to": "card" })).0, 200);
    house.wait_for_the_move();
    house.pull();
    assert_eq!(house.ada.get(&late.path()), (200, late.bytes.clone()));
    house.node.stop_gracefully();
}

#[test]
fn a_kill_in_the_middle_of_a_move_loses_no_photo() {
    let mut house = House::new();
    let photos: Vec<(String, Vec<u8>)> = (0..24_u8)
        .map(|n| {
            let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
            bytes.resize(300_000 + usize::from(n), n);
            let (id, _) = house.ada.bring(&format!("{n}.jpg"), bytes.clone(), &json!({})).unwrap();
            (format!("/media/api/assets/{id}"), bytes)
        })
        .collect();
    let is_whole = |house: &House| {
        for (path, bytes) in &photos {
            assert!(house.ada.get(path) == (200, bytes.clone()), "{path}");
        }
    };
    assert_eq!(house.place(json!({ "to": "folder" })).0, 200);
    for moved in [1, 9, 17] {
        until("some photos have moved", || house.on_disk() >= moved);
        house = house.restart();
        is_whole(&house);
    }
    house.wait_for_the_move();
    is_whole(&house);
    assert_eq!(house.on_card(), Vec::<PathBuf>::new());
    assert_eq!(house.on_disk(), 24);
    house.node.stop_gracefully();
}

/// Deletes a person's data with one proof. Each attempt returns the node's answer.
struct Deletion {
    url: String,
    token: String,
    body: String,
}

impl Deletion {
    fn signed(house: &House) -> Self {
        let person = &house.ada.person;
        let (status, plan) = house.ada.get("/auth/api/delete");
        let plan: Json = serde_json::from_slice(&plan).unwrap();
        assert_eq!(status, 200, "{plan}");
        let draft = Draft::new("auth", "auth.delete").body(&plan["body"]).unwrap();
        let signer = Signer::new(&person.key).unwrap();
        let place = person.client.place(&signer).unwrap();
        let signed = signer.sign(&draft, &place).unwrap();
        Self {
            url: format!("{}/auth/api/delete", house.node.url),
            token: signed.token.clone(),
            body: signed.body.clone().unwrap(),
        }
    }

    fn ask(&self) -> (u16, Json) {
        let answer = http()
            .post(&self.url)
            .header("MJN-Proof", &self.token)
            .header("content-type", "application/json")
            .body(self.body.clone())
            .send()
            .unwrap();
        (answer.status().as_u16(), answer.json().unwrap())
    }
}

#[test]
fn who_comes_with_a_copy_while_the_disk_is_away_has_all_photos_and_they_move_once_it_is_back() {
    let house = House::new();
    Shot::added(&house.ada, "Beach", 10);
    house.move_to_disk();
    let there = tempfile::tempdir().unwrap();
    let old = Node::start(there.path());
    let bob = Uploader::sign_in(&old.url, &Person::new(&old.url).key).unwrap();
    let shot = Shot::added(&bob, "Lake", 20);
    let key = bob.person.key_file(there.path());
    let copy = there.path().join("copy");
    let words = ["export", "--node", &old.url, "--key", text(&key)];
    imajin(words.into_iter().chain(["--to", text(&copy)])).ok();

    house.pull();
    let (_, invite) = house.owner.ask(Method::POST, "/auth/api/invites", Some(&json!({})));
    let invite: Json = serde_json::from_str(&invite).unwrap();
    let words = ["import", text(&copy), "--node", &house.node.url];
    let who = ["--key", text(&key), "--invite", invite["code"].as_str().unwrap()];
    imajin(words.into_iter().chain(who)).ok();
    let bob = Uploader::sign_in(&house.node.url, &bob.person.key).unwrap();
    assert_eq!(bob.get(&shot.path()), (200, shot.bytes.clone()));
    assert_eq!(house.on_card().len(), 1);
    house.put_back();
    // The node's next check would be in a minute.
    let house = house.restart();
    let bob = Uploader::sign_in(&house.node.url, &bob.person.key).unwrap();
    until("what came meanwhile is on the disk", || {
        house.on_card().is_empty() && house.on_disk() == 2
    });
    assert_eq!(bob.get(&shot.path()), (200, shot.bytes.clone()));
    house.node.stop_gracefully();
}

#[test]
fn a_deletion_is_entered_while_the_disk_is_away_and_its_receipt_comes_with_it() {
    let house = House::new();
    let shot = Shot::added(&house.ada, "Beach", 10);
    shot.preview(&house.ada);
    house.move_to_disk();
    house.pull();
    let deletion = Deletion::signed(&house);
    for _ in 0..2 {
        let (status, said) = deletion.ask();
        assert_eq!((status, &said["entered"]), (503, &json!(true)), "{said}");
    }
    assert_eq!(shot.files_in(&house.data()), Vec::<PathBuf>::new(), "previews");
    house.put_back();
    assert!(!shot.files_in(&house.mount()).is_empty());
    let (status, said) = deletion.ask();
    assert_eq!(status, 200, "{said}");
    assert_eq!(said["says"]["erased"]["media"], 1, "{said}");
    assert_eq!(shot.files_in(&house.mount()), Vec::<PathBuf>::new());
    house.node.stop_gracefully();
}

#[test]
fn a_lost_disk_is_named_by_the_receipt_and_new_photos_go_to_the_card() {
    let house = House::new();
    Shot::added(&house.ada, "Beach", 10);
    house.move_to_disk();
    let id = house.disks()["disk"]["id"].clone();
    let (status, said) = house.place(json!({ "lost": id }));
    assert_eq!((status, &said["reason"]), (409, &json!("not-lost")), "{said}");
    house.pull();
    let (status, said) = house.place(json!({ "lost": id }));
    assert_eq!(status, 200, "{said}");
    let name = said["lost"][0]["name"].as_str().unwrap().to_owned();
    let late = Shot::added(&house.ada, "Late", 60);
    assert_eq!(house.ada.get(&late.path()), (200, late.bytes.clone()));
    let (status, said) = Deletion::signed(&house).ask();
    assert_eq!(status, 201, "{said}");
    let out = said["says"]["outOfReach"].to_string();
    assert!(out.contains(&name), "{out}");
    assert_eq!(files(&house.mount()), Vec::<PathBuf>::new());
    house.node.stop_gracefully();
}

#[test]
fn a_backup_has_the_photos_of_the_disk_and_carries_them_on_while_it_is_away() {
    let house = House::new();
    let shot = Shot::added(&house.ada, "Beach", 10);
    house.move_to_disk();
    let stick = house.folder.path().join("stick");
    fs::create_dir(&stick).unwrap();
    let data = house.data();
    let back_up = || {
        let words = ["backup", "--json", "--data", text(&data)];
        imajin(words.into_iter().chain(["--to", text(&stick)]))
    };
    back_up().json();
    let late = Shot::added(&house.ada, "Late", 60);
    house.pull();
    let refusal = back_up().fails_with(1);
    assert!(refusal.contains(SAID) && refusal.contains("in no backup"), "{refusal}");
    let key = house.owner.person.key_file(house.folder.path());
    let new = house.folder.path().join("new");
    let words = ["restore", "--from", text(&stick), "--key", text(&key)];
    imajin(words.into_iter().chain(["--data", text(&new)])).ok();
    assert_eq!(shot.files_in(&new).len(), 1, "on the card");
    assert_eq!(late.files_in(&new), Vec::<PathBuf>::new());
    house.put_back();
    back_up().json();
    house.node.stop_gracefully();
}

#[test]
fn a_stick_with_ext4_can_be_the_disk_and_is_found_at_another_port() {
    let (_folder, data) = imajin_e2e::data_folder();
    let port = Port::new();
    let node = port.node(&data, &[]);
    let ada = Uploader::sign_in(&node.url, &Person::new(&node.url).key).unwrap();
    let owner = Owner::claim(&node);
    let shot = Shot::added(&ada, "Beach", 10);
    let mut stick = port.plug(64, "PHOTOS");
    let place = json!({ "to": stick.name });
    let (status, said) = owner.ask(Method::POST, "/media/api/place", Some(&place));
    assert_eq!(status, 200, "{said}");
    until("the move ends", || owner.get("/media/api/disks").get("move").is_none());
    assert!(!shot.files_in(&stick.path()).is_empty());
    stick.pull();
    assert_eq!(ada.get(&shot.path()).0, 503);
    // Another stick is plugged in at the same port.
    let other = port.plug(16, "OTHER");
    assert_eq!(ada.get(&shot.path()).0, 503);
    stick.again();
    assert_eq!(ada.get(&shot.path()), (200, shot.bytes.clone()));
    assert_eq!(shot.files_in(&other.path()), Vec::<PathBuf>::new());
    node.stop_gracefully();
}
