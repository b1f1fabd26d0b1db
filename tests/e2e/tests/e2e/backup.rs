//! Backups of a whole node and their restoration: the same node on a new card, all records from one cut, and no record
//! with two histories, no matter who holds a newer entry than the backup.

use imajin_e2e::copy_folder;
use imajin_e2e::payments::gift;
use imajin_e2e::prelude::*;
use imajin_e2e::record::{Logs, ReadPositions};
use imajin_e2e::storage::Storage;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

/// A node with an owner, and with people who registered before.
pub(crate) struct House {
    pub(crate) node: Node,
    pub(crate) owner: Person,
    pub(crate) others: Vec<Person>,
    /// The owner's key file.
    pub(crate) key: PathBuf,
    pub(crate) folder: tempfile::TempDir,
}

impl House {
    pub(crate) fn new(others: usize) -> Self {
        let (folder, node) = Node::fresh();
        let others = (0..others).map(|_| Person::new(&node.url)).collect();
        let owner = Person::claim(&node, folder.path());
        let key = owner.key_file(folder.path());
        fs::create_dir(folder.path().join("stick")).unwrap();
        Self { node, owner, others, key, folder }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn stick(&self) -> PathBuf {
        self.folder.path().join("stick")
    }

    pub(crate) fn back_up(&self) -> Json {
        back_up(&self.data(), &self.stick())
    }

    /// Restores the newest backup into a new folder.
    fn restore(&self) -> PathBuf {
        let new = self.folder.path().join("new");
        restore(&self.stick(), &self.key, &new).json();
        new
    }
}

pub(crate) fn back_up(data: &Path, to: &Path) -> Json {
    imajin(["backup", "--json", "--data", text(data), "--to", text(to)]).json()
}

fn restore(from: &Path, key: &Path, data: &Path) -> imajin_e2e::Ran {
    imajin(["restore", "--json", "--from", text(from), "--key", text(key), "--data", text(data)])
}

pub(crate) fn check(from: &Path, key: &Path) -> imajin_e2e::Ran {
    imajin(["restore", "--check", "--json", "--from", text(from), "--key", text(key)])
}

fn carry_on(node: &Node, key: &Path) -> Json {
    imajin_as(&node.url, key, ["carry-on", "--json"]).json()
}

#[test]
fn a_new_card_carries_on_as_the_same_node_and_no_record_has_two_histories() {
    let house = House::new(1);
    let ada = &house.others[0];
    ada.update_bio("in the backup").unwrap();
    ada.show_picture(b"a picture in the backup");
    let first = house.back_up();
    assert_eq!(first["full"], true);
    // Acknowledged after the last backup: lost with the old card, but held by a client.
    let lost = ada.update_bio("after the backup").unwrap();
    let bundle = house.folder.path().join("bundle");
    let ada_key = ada.key_file(house.folder.path());
    imajin_as(&house.node.url, &ada_key, ["export", "--to", text(&bundle)]).ok();
    let (did, old_data) = (house.node.did.clone(), house.data());
    let House { node, owner, others, key, folder } = house;
    node.stop();

    let new = folder.path().join("new");
    let report = restore(&folder.path().join("stick"), &key, &new).json();
    assert_eq!(report["ownerGoesOn"], true, "{report}");
    for file in ["node/identity.key", "node/relay-identity.json", "node/device-ca.json"] {
        if old_data.join(file).exists() {
            assert_eq!(
                fs::read(old_data.join(file)).unwrap(),
                fs::read(new.join(file)).unwrap(),
                "{file}"
            );
        }
    }
    let node = Node::start(&new);
    assert_eq!(node.did, did);
    assert!(node.code.is_none(), "it has its owner still");
    // The owner can write at once, Ada after she confirms.
    let owner = owner.at(&node.url);
    owner.update_bio("on the new card").unwrap();
    let ada = Person::with_key(&node.url, others[0].key.clone());
    let refused = ada.update_bio("too early").unwrap_err().to_string();
    assert!(refused.contains("restored from a backup"), "{refused}");
    assert_has!(ada.page("/data"), "id=\"go-on\"");
    carry_on(&node, &ada_key);
    let next = ada.update_bio("on the new card").unwrap();
    assert!(next.seq > lost.seq || next.cid != lost.cid);
    // The lost entry arrives: it belongs to a past epoch and changes nothing.
    ada.update_bio("still").unwrap();
    node.stop();

    let entries = log_of(&new, ada.did());
    let home = entries.iter().find(|entry| entry.op == "auth.home").expect("a home entry");
    assert_eq!(home.seq, lost.seq, "in the place of what was lost stands the next epoch");
    for person in [ada.did(), owner.did(), &did] {
        let log = newest_log(&new, person);
        imajin(["verify", text(&log), "--did", person]).ok();
        python_verifier([text(&log), "--did", person]).ok();
    }
    imajin(["doctor", "--data", text(&new)]).ok();
}

#[test]
fn who_knows_a_newer_head_is_believed_before_and_after_a_record_goes_on() {
    let house = House::new(1);
    house.back_up();
    let ada_key = house.others[0].key_file(house.folder.path());
    let lost = house.others[0].update_bio("after the backup").unwrap();
    let bundle = house.folder.path().join("bundle");
    imajin_as(&house.node.url, &ada_key, ["export", "--to", text(&bundle)]).ok();
    let new = house.restore();
    house.node.stop();
    let node = Node::start(&new);
    // The copy is newer than the backup and is imported: nothing is lost.
    imajin_as(&node.url, &ada_key, ["import", text(&bundle), "--as", "home"]).ok();
    let ada = Person::with_key(&node.url, house.others[0].key.clone());
    let next = ada.update_bio("goes on behind what came after the backup").unwrap();
    assert!(next.seq > lost.seq + 1, "{next:?}");
    node.stop();
    let entries = log_of(&new, ada.did());
    assert!(entries.iter().any(|entry| entry.cid == lost.cid), "what the copy had is here");
    imajin(["verify", text(&newest_log(&new, ada.did())), "--did", ada.did()]).ok();
}

#[test]
fn records_of_one_cut_while_everybody_writes() {
    let house = House::new(6);
    let people = &house.others;
    // The owner's log records who was given credit, the node's which attestations it issued.
    let own = [house.owner.did(), house.node.did.as_str()];
    let dids: Vec<&str> = people.iter().map(Person::did).chain(own).collect();
    for person in people {
        house.owner.fund(person, 1_000_000);
    }
    let done = AtomicBool::new(false);
    let made: Vec<Json> = std::thread::scope(|scope| {
        for (n, me) in people.iter().enumerate() {
            let (done, people) = (&done, people);
            scope.spawn(move || {
                let others = [n + 1, n + 2].map(|other| &people[other % people.len()]);
                let others = others.map(|seller| (gift(seller), seller.did()));
                for (manifest, seller) in others.iter().cycle() {
                    if done.load(Ordering::SeqCst) {
                        break;
                    }
                    me.pay_once(manifest, seller).unwrap();
                }
            });
        }
        let made = (0..3).map(|_| house.back_up()).collect();
        done.store(true, Ordering::SeqCst);
        made
    });
    assert_eq!((&made[0]["full"], &made[2]["full"]), (&json!(true), &json!(false)));
    let logs_at = |id: &Json| {
        let new = house.folder.path().join(id.as_str().unwrap());
        imajin([
            "restore",
            "--from",
            text(&house.stick()),
            "--key",
            text(&house.key),
            "--data",
            text(&new),
            "--backup",
            id.as_str().unwrap(),
        ])
        .ok();
        let logs: Logs = ReadPositions::default().read_on(&new, dids.iter().copied());
        logs.assert_settlements_whole(&house.node.did, &mut HashSet::new());
        imajin(["doctor", "--data", text(&new)]).ok();
        logs.0.values().map(Vec::len).sum::<usize>()
    };
    let counts: Vec<usize> = made.iter().map(|made| logs_at(&made["backup"]["id"])).collect();
    assert!(counts[0] < counts[2], "{counts:?}");
}

#[test]
fn a_backup_costs_what_changed_and_old_ones_go() {
    let house = House::new(1);
    let big = vec![7; 900_000];
    house.others[0].show_picture(&big);
    let first = house.back_up();
    let added = |made: &Json| made["backup"]["added"].as_u64().unwrap();
    assert!(added(&first) > 900_000);
    house.others[0].update_bio("a little").unwrap();
    let second = house.back_up();
    assert_eq!(second["full"], false);
    assert!(added(&second) < added(&first) / 3, "{second}");
    let listed = imajin(["backup", "list", "--json", "--to", text(&house.stick())]).json();
    assert_eq!(listed["backups"].as_array().unwrap().len(), 2);
    let (data, stick, key) = (house.data(), house.stick(), house.key.clone());
    let folder = house.folder;
    house.node.stop();
    // Offline, with a setting that keeps one backup.
    let keep = [("IMAJIN_BACKUP_KEEP", "1")];
    let words = ["backup", "--data", text(&data), "--to", text(&stick)];
    imajin_with(words, &keep).ok();
    let listed = imajin(["backup", "list", "--json", "--to", text(&stick)]).json();
    assert_eq!(listed["backups"].as_array().unwrap().len(), 1);
    // The packs of the first backup that the second one needs still exist.
    check(&stick, &key).json();
    let new = folder.path().join("new");
    restore(&stick, &key, &new).ok();
    let pictures = imajin_e2e::files(&new)
        .into_iter()
        .filter(|path| path.to_string_lossy().contains("/media/"));
    assert_eq!(pictures.count(), 1);
}

#[test]
fn after_a_change_of_keys_the_next_backup_is_whole_for_the_new_sheet() {
    let house = House::new(1);
    let new = PersonKey::generate().unwrap();
    let sheet = house.folder.path().join("sheet.json");
    new.write_new(&sheet).unwrap();
    assert_eq!(house.back_up()["full"], true);
    assert_eq!(house.back_up()["full"], false);
    check(&house.stick(), &sheet).fails_with(1);
    house.owner.change_encryption(&new).unwrap();
    assert_eq!(house.back_up()["full"], true, "nothing in it is of before");
    assert_eq!(house.back_up()["full"], false);
    check(&house.stick(), &sheet).json();
    let refusal = check(&house.stick(), &house.key).fails_with(1);
    assert!(refusal.contains("encrypted to"), "{refusal}");
}

#[test]
fn one_that_breaks_off_leaves_those_before_it_whole() {
    let house = House::new(1);
    let first = house.back_up();
    house.others[0].show_picture(&vec![3; 900_000]);
    let House { node, key, folder, .. } = house;
    node.kill();
    let (data, stick) = (folder.path().join("data"), folder.path().join("stick"));
    let words = ["backup", "--data", text(&data), "--to", text(&stick)];
    // The process is killed later each time.
    for wait_ms in [2, 5, 10, 20, 40, 60, 80] {
        let mut child = imajin_e2e::command().args(words).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait_ms));
        let _ = child.kill();
        child.wait().unwrap();
        check(&stick, &key).json();
    }
    let listed = imajin(["backup", "list", "--json", "--to", text(&stick)]).json();
    assert_eq!(listed["backups"][0]["id"], first["backup"]["id"]);
    // The next backup succeeds.
    back_up(&data, &stick);
    check(&stick, &key).json();
    let left = fs::read_dir(&stick).unwrap().flatten();
    let left = left.filter(|entry| entry.file_name().to_string_lossy().contains("partial"));
    assert_eq!(left.count(), 0);
}

#[test]
fn what_is_damaged_foreign_or_in_use_is_refused() {
    let house = House::new(1);
    house.back_up();
    // Another person's key.
    let strange = house.others[0].key_file(house.folder.path());
    assert_has!(check(&house.stick(), &strange).fails_with(1), "encrypted to");
    // A folder that already has a node.
    let refusal = restore(&house.stick(), &house.key, &house.data()).fails_with(2);
    assert!(refusal.contains("in use") || refusal.contains("has a node already"), "{refusal}");
    // A missing stick.
    let nowhere = house.folder.path().join("no-stick");
    let refusal =
        imajin(["backup", "--data", text(&house.data()), "--to", text(&nowhere)]).fails_with(2);
    assert!(refusal.contains("no-stick"), "{refusal}");
    // An empty folder instead of the backups.
    let aside = house.folder.path().join("aside");
    fs::rename(house.stick(), &aside).unwrap();
    fs::create_dir(house.stick()).unwrap();
    let refusal = imajin(["backup", "--data", text(&house.data()), "--to", text(&house.stick())])
        .fails_with(1);
    assert!(refusal.contains("right stick"), "{refusal}");
    fs::remove_dir(house.stick()).unwrap();
    fs::rename(&aside, house.stick()).unwrap();
    // A flipped bit in a pack, and one in the catalogue's signature.
    let pack = fs::read_dir(house.stick())
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.to_string_lossy().contains("pack-"))
        .unwrap();
    let whole = fs::read(&pack).unwrap();
    imajin_e2e::mutate(&pack, whole.len() / 2, |byte| byte ^ 1);
    assert_has!(check(&house.stick(), &house.key).fails_with(1), "damaged");
    fs::write(&pack, &whole).unwrap();
    let catalogue = house.stick().join("imajin-backups.json");
    let good = fs::read_to_string(&catalogue).unwrap();
    let mut forged: Json = serde_json::from_str(&good).unwrap();
    forged["backups"][0]["at_ms"] = json!(1);
    fs::write(&catalogue, forged.to_string()).unwrap();
    let new = house.folder.path().join("forged");
    assert_has!(restore(&house.stick(), &house.key, &new).fails_with(1), "not signed");
    // A folder with a partial restore does not start; another attempt continues it.
    let refusal = Node::try_start(&new, &NodeOptions::default()).err().expect("no node");
    assert!(refusal.contains("restore"), "{refusal}");
    fs::write(&catalogue, good).unwrap();
    restore(&house.stick(), &house.key, &new).ok();
    house.node.stop();
    Node::start(&new).stop();
}

#[test]
fn a_restore_that_broke_off_at_the_end_is_finished_by_the_next_start() {
    let house = House::new(1);
    house.back_up();
    let (did, new) = (house.node.did.clone(), house.restore());
    let folder = house.folder;
    house.node.stop();
    // As after a power cut before the last folder was moved.
    let again = folder.path().join("again");
    copy_folder(&new, &again);
    let partial = again.join("restore.partial");
    fs::create_dir(&partial).unwrap();
    fs::rename(again.join("node"), partial.join("node")).unwrap();
    fs::write(partial.join("whole"), "").unwrap();
    fs::write(partial.join("moving"), "").unwrap();
    let node = Node::start(&again);
    assert_eq!(node.did, did);
    assert!(!partial.exists());
    node.stop();
}

#[test]
fn sessions_end_with_a_restore_and_the_doctor_and_metrics_know_of_backups() {
    let house = House::new(1);
    let session =
        imajin_node::client::Session::begin(&house.owner.client, &house.owner.key).unwrap();
    house.back_up();
    let metrics = house.node.metrics();
    assert_has!(metrics, "imajin_backup_last_timestamp_seconds");
    let doctor = imajin(["doctor", "--json", "--data", text(&house.data())]).json();
    let of = |doctor: &Json, name: &str| {
        doctor["checks"].as_array().unwrap().iter().find(|check| check["name"] == name).cloned()
    };
    assert_has!(of(&doctor, "backups").unwrap()["says"].as_str().unwrap(), "the last one is");
    assert!(of(&doctor, "disk health").is_some());
    let new = house.restore();
    let doctor = imajin(["doctor", "--json", "--data", text(&new)]).json();
    assert!(of(&doctor, "restored").is_some());
    let who = |node: &Node| {
        let client = imajin_node::client::Client::new(&node.url).unwrap();
        let request = session.request(&client, Method::GET, "/auth/api/session");
        request.send().unwrap().status().as_u16()
    };
    assert_eq!(who(&house.node), 200);
    let node = Node::start(&new);
    assert_eq!(who(&node), 401);
}

#[test]
fn a_bucket_takes_backups_and_gives_them_back_to_who_signs_rightly() {
    let house = House::new(1);
    house.others[0].update_bio("in the bucket").unwrap();
    let did = house.others[0].did().to_owned();
    let (data, key, folder) = (house.data(), house.key, house.folder);
    house.node.stop();
    let mut storage = Storage::start();
    const TO: &str = "s3://boxes/ada's box";
    let back_up = ["backup", "--json", "--data", text(&data), "--to", TO];
    assert_eq!(storage.run(&back_up).json()["full"], true);
    assert_eq!(storage.run(&back_up).json()["full"], false);
    let listed = storage.run(&["backup", "list", "--json", "--to", TO]).json();
    assert_eq!(listed["backups"].as_array().unwrap().len(), 2);
    let nowhere = ["backup", "--data", text(&data), "--to", "s3://nowhere/x"];
    assert!(storage.run(&nowhere).fails_with(1).contains("NoSuchBucket"));
    let new = folder.path().join("new");
    storage.run(&["restore", "--from", TO, "--key", text(&key), "--data", text(&new)]).ok();
    assert_eq!(log_of(&data, &did).len(), log_of(&new, &did).len());
    storage.env[2].1 = "wrong".to_owned();
    let refused = storage.run(&back_up).fails_with(1);
    assert!(refused.contains("SignatureDoesNotMatch"), "{refused}");
}

#[test]
fn the_owner_sees_how_the_box_is_and_begins_a_backup_in_a_browser() {
    let house = House::new(1);
    let (data, stick) = (house.data(), house.stick());
    let (owner, other) = (house.owner.key.clone(), house.others[0].key.clone());
    let _folder = house.folder;
    house.node.stop();
    let options = NodeOptions::default().env([("IMAJIN_BACKUP_TO", text(&stick))]);
    let node = Node::start_with(&data, &options);
    let [owner, other] = [owner, other].map(|key| Person::with_key(&node.url, key));
    assert_eq!(other.ask(Method::GET, "/health", None).0, 403);
    assert_eq!(other.ask(Method::POST, "/health/backup", None).0, 403);
    let page = owner.page("/health");
    for said in ["All is well", "No backup yet", "Wear of the card", "Clock"] {
        assert!(page.contains(said), "{said} is not on {page}");
    }
    assert_eq!(owner.ask(Method::POST, "/health/backup", None).0, 202);
    // The page shows the backup at once: without it the page would not refresh itself.
    let page = owner.page("/health");
    assert!(
        page.contains("A backup is being made") || page.contains("The last backup was made"),
        "{page}"
    );
    // The backup runs in the background.
    until("the backup", || {
        let page = owner.page("/health");
        page.contains("The last backup was made")
    });
    let listed = imajin(["backup", "list", "--json", "--to", text(&stick)]).json();
    assert_eq!(listed["backups"].as_array().unwrap().len(), 1);
    let data_page = owner.page("/data");
    assert!(!data_page.contains("go-on"), "nothing waits");
}
