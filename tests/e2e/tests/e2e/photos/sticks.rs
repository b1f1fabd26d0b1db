//! Importing photos from a stick: through a kill, a pulled stick and another port, past a full quota, and each photo once.

use super::photo;
use imajin_e2e::UploadStatus;
use imajin_e2e::prelude::*;
use imajin_e2e::stick::{Port, Stick};
use std::os::unix::fs::symlink;

/// More than the node reads ahead of the signatures, so that some are left whenever it is killed.
const PHOTOS: usize = 210;
const IMPORT: &str = "/media/api/import";

/// Writes distinct photos to two folders. Returns the length of each in bytes.
pub(super) fn put_photos(folder: &Path, count: usize) -> u64 {
    let picture = photo(7, "canaryStick");
    for n in 0..count {
        let folder = folder.join(format!("10{}", n % 2));
        fs::create_dir_all(&folder).unwrap();
        // Bytes after the end of a picture are not part of the image.
        let bytes = [picture.as_slice(), &n.to_be_bytes()].concat();
        fs::write(folder.join(format!("IMG_{n:04}.jpg")), bytes).unwrap();
    }
    (picture.len() + size_of::<usize>()) as u64
}

pub(super) struct Importer(pub(super) Uploader);

impl Importer {
    pub(super) fn sign_in(node: &Node, person: &Person) -> Self {
        Self(Uploader::sign_in(&node.url, &person.key).unwrap())
    }

    pub(super) fn now(&self) -> Json {
        let (status, said) = self.0.ask(Method::GET, IMPORT, None);
        assert_eq!(status, 200, "{said}");
        said["import"].clone()
    }

    pub(super) fn begin(&self, stick: &Stick, folder: &str) {
        let request = json!({ "stick": stick.name, "folder": folder });
        let (status, said) = self.0.ask(Method::POST, IMPORT, Some(&request));
        assert_eq!(status, 201, "{said}");
    }

    /// Signs everything that is ready, like the page. Returns the import's state before.
    fn sign(&self) -> Json {
        self.sign_until_the_end().unwrap()
    }

    /// Signs everything that is ready, on a node that may end meanwhile.
    pub(super) fn sign_until_the_end(&self) -> Outcome<Json> {
        let now = self.0.read(IMPORT)?["import"].clone();
        for ready in now["ready"].as_array().unwrap() {
            let status = UploadStatus {
                offset: usize::try_from(ready["bytes"].as_u64().unwrap()).unwrap(),
                media: ready["cid"].as_str().map(str::to_owned),
                facts: ready["facts"].clone(),
            };
            assert_eq!(status.facts["kind"], "image/jpeg", "{ready}");
            let name = ready["name"].as_str().unwrap();
            match self.0.add(name, &status, &json!({})) {
                // The node ended before it could acknowledge the file.
                Err(ClientError::Refused { problem, .. }) if problem["reason"] == "exists" => {}
                added => drop(added?),
            }
        }
        Ok(now)
    }

    fn sign_all(&self) -> Json {
        until_some("all is imported", || Some(self.sign()).filter(|now| now["state"] == "done"))
    }

    pub(super) fn pictures(&self) -> u64 {
        let (_, said) = self.0.ask(Method::GET, "/media/api/timeline", None);
        let months = said["months"].as_array().unwrap().iter();
        months.map(|month| month["count"].as_u64().unwrap()).sum()
    }
}

fn left(now: &Json, reason: &str) -> u64 {
    let all = now["left"].as_array().unwrap().iter();
    let mut entries = all.filter(|left| left["reason"] == reason);
    entries.next().map_or(0, |left| left["count"].as_u64().unwrap())
}

#[test]
fn photos_come_from_a_stick_through_a_kill_and_a_pulled_stick_once_each() {
    let (data, port) = (tempfile::tempdir().unwrap(), Port::new());
    let mut stick = port.plug(64, "HOLIDAY");
    let folder = stick.path().join("DCIM");
    let bytes = put_photos(&folder, PHOTOS);
    fs::write(folder.join("letter.txt"), "no picture").unwrap();
    fs::write(folder.join("._IMG_0000.jpg"), "of a system").unwrap();
    fs::write(data.path().join("secret.jpg"), photo(9, "canarySecret")).unwrap();
    symlink(data.path().join("secret.jpg"), folder.join("link.jpg")).unwrap();
    let at = data.path().join("data");
    let node = port.node(&at, &[]);
    let person = Person::new(&node.url);
    let ada = Importer::sign_in(&node, &person);

    let path = format!("/media/api/sticks/{}", stick.name);
    let (status, seen) = ada.0.ask(Method::GET, &path, None);
    assert_eq!(status, 200, "{seen}");
    assert_eq!(seen["folders"][0]["name"], "DCIM", "{seen}");
    assert_eq!(seen["folders"][0]["pictures"], PHOTOS, "{seen}");
    assert_eq!(seen["all"]["bytes"], bytes * PHOTOS as u64, "{seen}");
    let wrong = json!({ "stick": stick.name, "folder": "DCIM/../.." });
    assert_eq!(ada.0.ask(Method::POST, IMPORT, Some(&wrong)).0, 400);
    assert_eq!(ada.now(), Json::Null);

    ada.begin(&stick, "DCIM");
    until("some files are read", || ada.now()["ready"] != json!([]));
    let again = json!({ "stick": stick.name });
    assert_eq!(ada.0.ask(Method::POST, IMPORT, Some(&again)).0, 409);
    node.kill();
    stick.pull();

    let node = port.node(&at, &[]);
    let ada = Importer::sign_in(&node, &person);
    let waits = until_some("the import says what it waits for", || {
        Some(ada.sign()).filter(|now| now["state"] == "waiting")
    });
    assert_eq!(waits["waits"], "stick", "{waits}");
    assert!(waits["says"].as_str().unwrap().contains("HOLIDAY"), "{waits}");

    stick.again();
    let done = ada.sign_all();
    assert_eq!(done["files"], PHOTOS + 1, "{done}");
    assert_eq!(done["filesDone"], PHOTOS + 1, "{done}");
    assert_eq!((&done["added"], &done["here"]), (&json!(PHOTOS), &json!(0)));
    for reason in ["link", "programs", "kind"] {
        assert_eq!(left(&done, reason), 1, "{reason}: {done}");
    }
    assert_eq!(done["named"], json!([{ "path": "DCIM/link.jpg", "reason": "link" }]));
    assert_eq!(ada.pictures(), PHOTOS as u64);

    ada.begin(&stick, "");
    let done = ada.sign_all();
    assert_eq!((&done["added"], &done["here"]), (&json!(0), &json!(PHOTOS)));
    assert_eq!(ada.pictures(), PHOTOS as u64);
    assert_eq!(ada.0.ask(Method::DELETE, IMPORT, None).0, 204);
    assert_eq!(ada.0.ask(Method::DELETE, IMPORT, None).0, 404);
    node.stop_gracefully();
}

#[test]
fn an_import_waits_for_room_and_leaves_out_what_cannot_be_added() {
    let (data, port) = (tempfile::tempdir().unwrap(), Port::new());
    let stick = port.plug(64, "FULL");
    let bytes = put_photos(&stick.path().join("Trip"), 4);
    let quota = (3 * bytes).to_string();
    let env = [("IMAJIN_MEDIA_PRELIMINARY_BYTES", quota.as_str())];
    let node = port.node(&data.path().join("data"), &env);
    let person = Person::new(&node.url);
    let ada = Importer::sign_in(&node, &person);
    let owner = Owner::claim(&node);
    ada.begin(&stick, "Trip");
    let waits =
        until_some("there is no room", || Some(ada.now()).filter(|now| now["state"] == "waiting"));
    assert_eq!(waits["waits"], "room", "{waits}");
    let ready = waits["ready"].as_array().unwrap();
    assert_eq!(ready.len(), 3, "{waits}");
    assert_eq!(ready[0]["way"], json!(["Trip", "100"]), "{waits}");

    let refused = json!({ "cids": [ready[0]["cid"]] });
    let path = format!("{IMPORT}/refused");
    assert_eq!(ada.0.ask(Method::POST, &path, Some(&refused)).0, 204);
    assert_eq!(ada.0.ask(Method::POST, &path, Some(&refused)).0, 404);
    let path = format!("/media/api/quotas/{}", person.did());
    let more = json!({ "bytes": 10 * bytes });
    assert_eq!(owner.ask(Method::PUT, &path, Some(&more)).0, 200);
    let done = ada.sign_all();
    assert_eq!(done["added"], 3, "{done}");
    assert_eq!(left(&done, "refused"), 1, "{done}");
}

#[test]
fn a_stick_is_removed_while_its_photos_come_and_they_continue_when_it_is_back() {
    /// Number of removals, each at another moment of the reading; `IMAJIN_REMOVALS` asks for more.
    const REMOVALS: usize = 2;
    let removals = std::env::var("IMAJIN_REMOVALS");
    let removals = removals.map_or(REMOVALS, |number| number.parse().unwrap());
    let many = PHOTOS + removals * PHOTOS / 4;
    let (data, port) = (tempfile::tempdir().unwrap(), Port::new());
    let mut stick = port.plug(64, "WANTED");
    put_photos(&stick.path().join("DCIM"), many);
    let node = port.node(&data.path().join("data"), &[]);
    let ada = Importer::sign_in(&node, &Person::new(&node.url));
    ada.begin(&stick, "DCIM");
    let listed = || {
        let (status, said) = ada.0.ask(Method::GET, "/auth/api/usb", None);
        assert_eq!(status, 200, "{said}");
        said["sticks"][0].clone()
    };
    let mut before = 0;
    for _ in 0..removals {
        let read = |stick: &Json| stick["reading"]["bytes"].as_u64().unwrap_or(0);
        until("more is read", || read(&listed()) > before);
        let path = format!("/auth/api/usb/{}", stick.name);
        let (status, said) = ada.0.ask(Method::DELETE, &path, None);
        assert_eq!(status, 202, "she used it: {said}");
        // Listing it now keeps no file open.
        let leaving = listed();
        assert_eq!(leaving["state"], "leaving", "{leaving}");
        port.removals();
        let removed = listed();
        assert_eq!(removed["state"], "removable", "{removed}");
        before = read(&removed);
        let all = removed["reading"]["bytesTotal"].as_u64().unwrap();
        assert!((1..all).contains(&before), "{removed}");
        let waits = until_some("the import waits", || {
            Some(ada.sign()).filter(|now| now["state"] == "waiting")
        });
        assert_eq!(waits["waits"], "stick", "{waits}");
        stick.pull();
        stick.again();
    }
    let done = ada.sign_all();
    assert_eq!((&done["added"], &done["here"]), (&json!(many), &json!(0)));
    assert_eq!(ada.pictures(), many as u64);
    assert_eq!(listed().get("reading"), None, "nothing is left to read");
}
