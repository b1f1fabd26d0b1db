//! A disk with no room for a copy: 507 with a sentence, no partial files, and the node continues; when there is room
//! again, so does the copy. Below the reserve only sign-in, deletion and copies are written.

use imajin_e2e::mount::Tmpfs;
use imajin_e2e::prelude::*;
use std::io::Write;

/// Bytes that stay free on the small disk, including the allocated reserve; the limit for strangers is twice as high.
const RESERVE: u64 = 8 << 20;

/// A file that takes all but a given amount of free space.
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

fn is_full(outcome: Outcome<Json>, what: &str) {
    let error = outcome.expect_err(what);
    assert_eq!(error.status(), Some(507), "{what}: {error}");
    assert!(error.to_string().contains("full"), "{what}: {error}");
}

/// Starts a node on a small disk.
fn on_a_small_disk() -> (Tmpfs, PathBuf, Node, Person) {
    let disk = Tmpfs::new("64m");
    let data = disk.path().join("data");
    let reserve = ("IMAJIN_DISK_RESERVE_MIN_BYTES", RESERVE.to_string());
    let options = NodeOptions::default().env([reserve]);
    let node = Node::start_with(&data, &options);
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
    ada.show_picture(&vec![7; 3 << 20]);
    let session = Session::begin(&ada.client, &ada.key).unwrap();
    let begin = || {
        let request = session.request(&ada.client, Method::POST, "/auth/api/exports");
        ada.client.json(request.json(&json!({})))
    };
    let key = ada.key_file(disk.path());
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("copy.tar");
    let export = || imajin_as(&node.url, &key, ["export", "--to", copy.to_str().unwrap()]);
    {
        // Including the allocated reserve, less than an export leaves to others.
        let _full = Filler::leave(disk.path(), 1 << 20);
        is_full(begin(), "an export");
        let german = session.request(&ada.client, Method::POST, "/auth/api/exports");
        let german = german.header("accept-language", "de").json(&json!({}));
        let refusal = ada.client.json(german).expect_err("an export").to_string();
        assert_has!(refusal, "Der Datenträger dieser Box ist");
        let at_once = session.request(&ada.client, Method::GET, "/auth/api/export");
        // A download, which the node need not store, still works, signed by the node.
        assert_eq!(at_once.send().unwrap().status(), 200, "a download");
        let output = export();
        assert_has!(output.stderr, "signed by the node");
        output.ok();
        imajin(["verify", copy.to_str().unwrap()]).ok();
        fs::remove_file(&copy).unwrap();
        is_full(ada.update_bio("nothing else fits").map(|_| Json::Null), "an entry");
    }
    assert!(begin().is_ok());
    export().ok();
    imajin(["verify", copy.to_str().unwrap()]).ok();
    is_well(node, &data, &ada);
}

#[test]
fn a_copy_that_arrives_on_a_full_disk_is_refused_and_can_come_again() {
    // From another node, with a picture, so that it exceeds the free space.
    let (folder, old) = Node::fresh();
    let ben = Person::new(&old.url);
    ben.show_picture(&vec![9; 3 << 20]);
    ben.update_bio("on my way").unwrap();
    let (key, copy) = (ben.key_file(folder.path()), folder.path().join("copy.tar"));
    imajin_as(&old.url, &key, ["export", "--to", copy.to_str().unwrap()]).ok();
    let bytes = fs::read(&copy).unwrap();

    let (disk, data, node, ada) = on_a_small_disk();
    let there = &ada.client;
    let session = Session::begin(there, &ada.key).unwrap();
    let begin = |size: usize| {
        let request = there.request(Method::POST, "/auth/api/imports");
        there.json(request.json(&json!({ "size": size })))
    };
    let id = |begun: Json| format!("/auth/api/imports/{}", begun["id"].as_str().unwrap());
    let put = |path: &str| there.json(there.request(Method::PUT, path).body(bytes.clone()));
    let post = |path: String| there.json(there.request(Method::POST, &path));

    is_full(begin(1 << 30), "more than there is");
    // The disk fills up while the copy arrives.
    let path = id(begin(bytes.len()).unwrap());
    {
        let _full = Filler::leave(disk.path(), 1 << 20);
        is_full(put(&path), "a piece");
        is_full(begin(0), "another copy");
        let at_once = session.request(there, Method::POST, "/auth/api/import?as=backup");
        is_full(there.json(at_once.body(bytes.clone())), "all at once");
        ada.client.node().expect("the node still answers");
    }
    assert_eq!(there.get(&path).unwrap_err().status(), Some(404));
    // The disk fills up while the copy is checked: the received bytes stay.
    let path = id(begin(bytes.len()).unwrap());
    put(&path).unwrap();
    {
        let _full = Filler::leave(disk.path(), 1 << 20);
        is_full(post(format!("{path}/check")), "a check");
        is_full(post(format!("{path}/backup")), "a backup");
        ada.client.node().expect("the node still answers");
    }
    assert_eq!(there.get(&path).unwrap()["received"], bytes.len());
    let owner = ben.at(&node.url);
    let kept = owner.post_present(&format!("{path}/backup")).unwrap();
    assert_eq!(kept["did"], ben.did());
    is_well(node, &data, &ada);
}

/// One write of each kind that fills a disk.
struct Writes<'a> {
    node: &'a Node,
    ada: &'a Person,
    session: Session,
}

impl Writes<'_> {
    fn upload(&self) -> Outcome<Json> {
        let request = self.session.request(&self.ada.client, Method::POST, "/profile/api/upload");
        let picture = [b"\x89PNG\r\n\x1a\n".as_slice(), &[1; 64]].concat();
        let request = request.header("content-type", "image/png").body(picture);
        self.ada.client.json(request)
    }

    fn export(&self) -> Outcome<Json> {
        let path = "/auth/api/exports";
        let request = self.session.request(&self.ada.client, Method::POST, path);
        self.ada.client.json(request.json(&json!({})))
    }

    fn import(&self) -> Outcome<Json> {
        let path = "/auth/api/imports";
        let request = self.session.request(&self.ada.client, Method::POST, path);
        self.ada.client.json(request.json(&json!({ "size": 1 })))
    }

    fn register(&self) -> Outcome<()> {
        Person::stranger(&self.node.url).register().map(drop)
    }

    /// Returns the relay's status and sentence.
    fn relay(&self) -> (u16, String) {
        let url = format!("{}/registry/relay/proof/v1/operations", self.node.url);
        let body = json!({ "operations": ["a.b.c"] });
        imajin_e2e::http().post(url).json(&body).text_answer()
    }
}

#[test]
fn a_burst_of_refusals_is_few_lines_in_the_log_and_hides_no_other() {
    let (disk, data, node, ada) = on_a_small_disk();
    let before = node.log();
    {
        let _full = Filler::leave(disk.path(), RESERVE / 2);
        let session = Session::begin(&ada.client, &ada.key).unwrap();
        let writes = Writes { node: &node, ada: &ada, session };
        for _ in 0..60 {
            is_full(writes.upload(), "a picture");
        }
    }
    let log = node.log();
    let lines = || log[before.len()..].lines();
    let refused = lines().filter(|line| line.contains("status=507")).count();
    // A burst may span two minutes.
    assert!((1..=4).contains(&refused), "{refused} lines:\n{log}");
    is_well(node, &data, &ada);
}

#[test]
fn below_the_reserve_only_sign_in_deletion_and_copies_are_written_and_strangers_end_before() {
    let (disk, data, node, ada) = on_a_small_disk();
    let writes =
        Writes { node: &node, ada: &ada, session: Session::begin(&ada.client, &ada.key).unwrap() };
    {
        let _nearly = Filler::leave(disk.path(), RESERVE + (RESERVE / 2));
        is_full(writes.import(), "an import");
        is_full(writes.register().map(|()| Json::Null), "a registration");
        let (status, said) = writes.relay();
        assert!(status == 507 && said.contains("full"), "{status} {said}");
        writes.upload().expect("a person's picture");
        writes.export().expect("a person's copy");
    }
    {
        let _full = Filler::leave(disk.path(), RESERVE / 2);
        is_full(writes.upload(), "a picture");
        writes.export().expect("a person's copy");
        is_full(writes.register().map(|()| Json::Null), "a registration");
        assert_eq!(writes.relay().0, 507);
        is_full(ada.update_bio("no room").map(|_| Json::Null), "an entry");
        Session::begin(&ada.client, &ada.key).expect("sessions are written");
        let elsewhere = tempfile::tempdir().unwrap();
        let key = ada.key_file(elsewhere.path());
        let gone = ["delete", "--yes", "--node", &node.url, "--key"];
        imajin(gone.into_iter().chain([key.to_str().unwrap()])).ok();
    }
    writes.register().expect("there is room again");
    assert_eq!(writes.relay().0, 200);
    assert!(node.stop().0.success());
    imajin(["rebuild", "--check", "--data", data.to_str().unwrap()]).ok();
}
