//! A disk with no room for a copy: 507 and a sentence, nothing half done, and the node goes on; when there is room again,
//! so does the copy.

use imajin_e2e::mount::Tmpfs;
use imajin_e2e::{Node, Person, imajin};
use imajin_node::client::{ClientError, Session};
use reqwest::Method;
use serde_json::{Value as Json, json};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Something that takes all room but so much.
struct Filler(PathBuf);

impl Filler {
    fn leave(disk: &Path, bytes: u64) -> Self {
        let path = disk.join("filler");
        let mut file = fs::File::create(&path).unwrap();
        let piece = vec![0; 16 * 1024];
        while file.write_all(&piece).is_ok() {}
        let all = file.metadata().unwrap().len();
        file.set_len(all.saturating_sub(bytes)).unwrap();
        Self(path)
    }
}

impl Drop for Filler {
    fn drop(&mut self) {
        fs::remove_file(&self.0).unwrap();
    }
}

fn is_full(outcome: Result<Json, ClientError>, what: &str) {
    let error = outcome.expect_err(what);
    assert_eq!(error.status(), Some(507), "{what}: {error}");
    assert!(error.to_string().contains("full"), "{what}: {error}");
}

/// A node on a disk of its own.
fn on_a_small_disk() -> (Tmpfs, PathBuf, Node, Person) {
    let disk = Tmpfs::new("64m");
    let data = disk.path().join("data");
    let node = Node::start(&data);
    let ada = Person::new(&node.url);
    ada.update_bio("while there is room").unwrap();
    (disk, data, node, ada)
}

fn is_well(node: Node, data: &Path, ada: &Person) {
    ada.update_bio("room again").unwrap();
    assert!(node.stop().0.success());
    imajin(["rebuild", "--check", "--data", data.to_str().unwrap()]).ok();
}

#[test]
fn a_copy_that_a_full_disk_cannot_hold_is_not_begun() {
    let (disk, data, node, ada) = on_a_small_disk();
    ada.show_picture(&vec![7; 1 << 20]);
    let session = Session::begin(&ada.client, &ada.key).unwrap();
    let begin = || {
        let request = session.request(&ada.client, Method::POST, "/auth/api/exports");
        ada.client.json(request.json(&json!({})))
    };
    let key = ada.key_file(disk.path());
    let copy = disk.path().join("copy.tar");
    let export = || {
        imajin([
            "export",
            "--node",
            &node.url,
            "--key",
            key.to_str().unwrap(),
            "--to",
            copy.to_str().unwrap(),
        ])
    };
    {
        let _full = Filler::leave(disk.path(), 4 << 20);
        is_full(begin(), "an export");
        let at_once = session.request(&ada.client, Method::GET, "/auth/api/export");
        is_full(ada.client.json(at_once), "a download");
        let said = export().fails_with(1);
        assert!(said.contains("full"), "{said}");
        assert!(!copy.exists());
        ada.update_bio("little things fit").unwrap();
    }
    assert!(begin().is_ok());
    export().ok();
    imajin(["verify", copy.to_str().unwrap()]).ok();
    is_well(node, &data, &ada);
}

#[test]
fn a_copy_that_arrives_on_a_full_disk_is_refused_and_can_come_again() {
    // From another node, with a picture, so that it is larger than what is left.
    let folder = tempfile::tempdir().unwrap();
    let old = Node::start(&folder.path().join("data"));
    let ben = Person::new(&old.url);
    ben.show_picture(&vec![9; 3 << 20]);
    ben.update_bio("on my way").unwrap();
    let (key, copy) = (ben.key_file(folder.path()), folder.path().join("copy.tar"));
    imajin([
        "export",
        "--node",
        &old.url,
        "--key",
        key.to_str().unwrap(),
        "--to",
        copy.to_str().unwrap(),
    ])
    .ok();
    let bytes = fs::read(&copy).unwrap();

    let (disk, data, node, ada) = on_a_small_disk();
    let there = &ada.client;
    let begin = |size: usize| {
        let request = there.request(Method::POST, "/auth/api/imports");
        there.json(request.json(&json!({ "size": size })))
    };
    let id = |begun: Json| format!("/auth/api/imports/{}", begun["id"].as_str().unwrap());
    let put = |path: &str| there.json(there.request(Method::PUT, path).body(bytes.clone()));
    let post = |path: String| there.json(there.request(Method::POST, &path));

    is_full(begin(1 << 30), "more than there is");
    // It fills up while the copy arrives.
    let path = id(begin(bytes.len()).unwrap());
    {
        let _full = Filler::leave(disk.path(), 1 << 20);
        is_full(put(&path), "a piece");
        is_full(begin(0), "another copy");
        let at_once = there.request(Method::POST, "/auth/api/import?as=backup");
        is_full(there.json(at_once.body(bytes.clone())), "all at once");
        ada.update_bio("the node goes on").unwrap();
    }
    assert_eq!(there.get(&path).unwrap_err().status(), Some(404));
    // It fills up while the copy is checked: what arrived stays.
    let path = id(begin(bytes.len()).unwrap());
    put(&path).unwrap();
    {
        let _full = Filler::leave(disk.path(), 1 << 20);
        is_full(post(format!("{path}/check")), "a check");
        is_full(post(format!("{path}/backup")), "a backup");
        ada.update_bio("the node goes on").unwrap();
    }
    assert_eq!(there.get(&path).unwrap()["received"], bytes.len());
    let kept = post(format!("{path}/backup")).unwrap();
    assert_eq!(kept["did"], ben.did());
    is_well(node, &data, &ada);
}
