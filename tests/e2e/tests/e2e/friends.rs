//! Backups at a friend's box: two real nodes, the room of one, and what each of them can lose.

mod drill;
mod gigabyte;
mod search;

use std::io::{Read, Write};

use imajin_box::backup::DrillOutcome;
use imajin_dfos::cid::sha256;
use imajin_dfos::hex;
use imajin_e2e::prelude::*;
use imajin_e2e::{Ran, command, mutate};
use imajin_host::codes::is_code;
use imajin_log::format::age::{Recipient, Unlock, decrypt, encrypt};
use imajin_protocol::EncryptionKey;
use imajin_protocol::exchange::{Exchange, Request};
use reqwest::blocking::RequestBuilder;

use super::backup::House;
use super::mending::drill_at;

const SECRET: &str = "a sentence that a friend must not read";

/// The folder of contracts of a data folder.
fn contracts(data: &Path) -> PathBuf {
    data.join("node/contracts")
}

/// Files of the only contract in one of its folders.
pub(crate) fn files_in(data: &Path, folder: &str) -> Vec<PathBuf> {
    let Ok(contract) = fs::read_dir(contracts(data)) else {
        return Vec::new();
    };
    let contract = contract.flatten().next().map(|entry| entry.path());
    let folder = contract.map(|contract| contract.join(folder));
    let folder = folder.and_then(|folder| fs::read_dir(folder).ok());
    folder.into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

/// Makes an offer on the page and returns its code.
pub(crate) fn offer(bob: &Owner) -> String {
    let codes = |page: &str| -> BTreeSet<String> {
        let words = page.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        words.filter(|word| is_code(word)).map(str::to_owned).collect()
    };
    let before = codes(&bob.page("/backups"));
    let (status, answer) = bob.send_form("/away/kept/offer", "name=Ada&gb=2");
    assert!(status == 303 || status == 200, "{status}: {answer}");
    let after = codes(&bob.page("/backups"));
    let mut new = after.difference(&before);
    new.next().expect("a code on the page").clone()
}

/// Ada's house, and Bob's box, which keeps its backups.
pub(crate) struct World {
    pub(crate) house: House,
    ada: Owner,
    pub(crate) bob: Node,
    bob_data: tempfile::TempDir,
    owner: Owner,
    code: String,
    /// The address that Ada types.
    address: String,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::start(&NodeOptions::default())
    }

    /// Bob's box is started with these options.
    fn start(options: &NodeOptions) -> Self {
        let bob_data = tempfile::tempdir().unwrap();
        let bob = Node::start_with(&bob_data.path().join("data"), options);
        let address = bob.https.clone().unwrap_or_else(|| bob.url.clone());
        let owner = Owner::claim(&bob);
        let house = House::new(1);
        house.others[0].update_bio(SECRET).unwrap();
        let ada = Owner::sign_in(house.owner.clone());
        let code = offer(&owner);
        let world = Self { house, ada, bob, bob_data, owner, code, address };
        let (status, answer) = world.choose(&world.code);
        assert_eq!(status, 204, "{answer}");
        world
    }

    /// Chooses Bob's box on Ada's page.
    fn choose(&self, code: &str) -> (u16, String) {
        let wish = json!({ "friend": self.address, "code": code, "every_h": 0 });
        self.ada.ask(Method::PUT, "/www/api/box/backups", Some(&wish))
    }

    pub(crate) fn back_up(&self) -> Json {
        back_up(&self.house.data()).json()
    }

    /// The URL of the contract.
    fn place(&self) -> String {
        let choice = fs::read(self.house.data().join("node/backups.json")).unwrap();
        let choice: Json = serde_json::from_slice(&choice).unwrap();
        choice["to"].as_str().unwrap().to_owned()
    }

    pub(crate) fn bob_data(&self) -> PathBuf {
        self.bob_data.path().join("data")
    }

    /// Forgets when the last proof was, so that another one is due.
    fn forget_proof(&self) {
        fs::remove_file(self.house.data().join("node/backups/proof.json")).unwrap();
    }
}

/// Returns the options with which a node comes back at its address.
pub(crate) fn at_address(node: &Node) -> NodeOptions {
    let address = node.url.strip_prefix("http://").unwrap();
    NodeOptions::default().flags(["--listen", address])
}

pub(crate) fn back_up(data: &Path) -> Ran {
    imajin(["backup", "--json", "--data", text(data)])
}

fn restore(from: &str, key: &Path, more: &[&str]) -> Ran {
    let words = ["restore", "--json", "--from", from, "--key", text(key)];
    imajin(words.iter().chain(more))
}

pub(crate) fn random_bytes(count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    let random = ring::rand::SystemRandom::new();
    ring::rand::SecureRandom::fill(&random, &mut bytes).unwrap();
    bytes
}

/// Makes a request that a key signs for the DID that is made of it.
fn sign(key: &PersonKey, method: Method, url: &str, body: &[u8]) -> RequestBuilder {
    let url = reqwest::Url::parse(url).unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now_ms = i64::try_from(now.unwrap().as_millis()).unwrap();
    let exchange = Exchange::new(
        Did::from_key(key.signing_key().verifying_key().as_bytes()),
        Timestamp::from_millis(now_ms).unwrap(),
        hex::encode(&random_bytes(16)),
    );
    let query = url.query().map(|query| format!("?{query}"));
    let request = Request {
        host: &format!("{}:{}", url.host_str().unwrap(), url.port().unwrap()),
        method: method.as_str(),
        target: &format!("{}{}", url.path(), query.unwrap_or_default()),
        body,
    };
    let headers = exchange.headers(&request, &key.signing_key());
    let mut signed = imajin_e2e::http().request(method, url).body(body.to_vec());
    for (name, text) in headers {
        signed = signed.header(name, text);
    }
    signed
}

fn send(key: &PersonKey, method: Method, url: &str, body: &[u8]) -> (u16, Vec<u8>) {
    let answer = sign(key, method, url, body).send().unwrap();
    let status = answer.status().as_u16();
    (status, answer.bytes().unwrap().to_vec())
}

fn put_url(place: &str, name: &str, content: &[u8]) -> String {
    let digest = hex::encode(&sha256(content));
    let bytes = content.len();
    format!("{place}/{name}?sha256={digest}&bytes={bytes}&at=0")
}

fn node_key(data: &Path) -> PersonKey {
    PersonKey::read(&data.join("node/identity.key")).unwrap()
}

#[test]
fn backups_go_to_a_friends_box_which_cannot_read_them_and_come_back_by_its_address() {
    let world = World::new();
    let (data, key) = (world.house.data(), world.house.key.clone());
    // The same box may use the code again, since answers get lost; another one may not.
    assert_eq!(world.choose(&world.code).0, 204);
    let place = world.place();
    let contracts_url = place.rsplit_once('/').unwrap().0;
    let stranger = PersonKey::generate().unwrap();
    let join = json!({ "code": world.code }).to_string();
    assert_eq!(send(&stranger, Method::POST, contracts_url, join.as_bytes()).0, 404);
    let first = world.back_up();
    assert_eq!(first["full"], true, "{first}");
    world.house.others[0].update_bio("a little more").unwrap();
    let second = world.back_up();
    assert_eq!(second["full"], false, "{second}");
    let listed = imajin(["backup", "list", "--json", "--data", text(&data)]).json();
    assert_eq!(listed["backups"].as_array().unwrap().len(), 2, "{listed}");

    // Bob sees a name, sizes and times; Ada where her backups are, and that they were looked at.
    let page = world.owner.page("/backups");
    assert_has!(page, "Ada", "of 2.0", "Last backup:");
    let page = world.ada.page("/backups");
    let host = world.bob.url.strip_prefix("http://").unwrap();
    assert_has!(page, &format!("{host} holds"), "Random parts were");
    assert!(!page.contains(&place), "{page}");
    for file in files(&world.bob_data()) {
        // A socket cannot be read.
        let bytes = fs::read(&file).unwrap_or_default();
        for words in [SECRET, world.house.others[0].did()] {
            let is_there = memchr::memmem::find(&bytes, words.as_bytes()).is_some();
            assert!(!is_there, "{} has {words}", file.display());
        }
    }

    // The owner's key and the address are enough, also without the box.
    let folder = world.house.folder;
    world.house.node.stop();
    let checked = restore(&world.bob.url, &key, &["--check"]).json();
    assert_eq!(checked["whole"], true, "{checked}");
    let strange = world.house.others[0].key_file(folder.path());
    let refused = restore(&world.bob.url, &strange, &["--check"]).fails_with(1);
    assert_has!(refused, "no backups that this key may read");
    let new = folder.path().join("new");
    let report = restore(&world.bob.url, &key, &["--data", text(&new)]).json();
    assert_eq!(report["ownerGoesOn"], true, "{report}");
    let node = Node::start(&new);
    let page = node.get(&format!("/profile/{}", world.house.others[0].did()));
    assert!(page.text().unwrap().contains("a little more"));
    // The next backup continues at the same place.
    assert_eq!(back_up(&new).json()["backup"]["node"], node.did.as_str());
}

#[test]
fn a_box_with_no_certificate_but_its_own_is_known_by_its_key() {
    let tls = NodeOptions::default().flags(["--tls-listen", "127.0.0.1:0"]);
    let world = World::start(&tls);
    assert!(world.place().ends_with(&format!("#{}", world.bob.did)));
    world.back_up();
    let checked = restore(&world.address, &world.house.key, &["--check"]).json();
    assert_eq!(checked["whole"], true);
    // Another key than the one that was met is not believed.
    let other = PersonKey::generate().unwrap();
    let place = world.place().replace(&world.bob.did, other.did().as_str());
    let refused = restore(&place, &world.house.key, &["--check"]).fails_with(1);
    assert_has!(refused, "does not answer");
}

#[test]
fn a_pack_is_written_once_what_is_removed_stays_thirty_days_and_strangers_see_nothing() {
    require_tool("faketime", "faketime");
    let world = World::new();
    let (place, key) = (world.place(), node_key(&world.house.data()));
    let put = |name: &str, content: &[u8]| {
        send(&key, Method::PUT, &put_url(&place, name, content), content).0
    };
    assert_eq!(put("pack-1.age", b"one"), 200);
    assert_eq!(put("pack-1.age", b"one"), 200);
    assert_eq!(put("pack-1.age", b"two"), 409);
    assert_eq!(put("..%2Fpack-1.age", b"two"), 400);
    assert_eq!(put("list", b"one"), 200);
    assert_eq!(put("list", b"two"), 409, "without a version to replace");
    let after = hex::encode(&sha256(b"one"));
    let replace = format!("{}&after={after}", put_url(&place, "list", b"two"));
    assert_eq!(send(&key, Method::PUT, &replace, b"two").0, 200);
    let pack = format!("{place}/pack-1.age");
    let remove = sign(&key, Method::DELETE, &pack, b"");
    let again = remove.try_clone().unwrap();
    assert_eq!(remove.send().unwrap().status(), 204);
    assert_eq!(again.send().unwrap().status(), 401, "it counts once");
    assert_eq!(send(&key, Method::GET, &pack, b"").0, 404);
    let (_, listed) = send(&key, Method::GET, &place, b"");
    let listed: Json = serde_json::from_slice(&listed).unwrap();
    let removed = listed["files"].as_array().unwrap().iter();
    let removed: Vec<&Json> = removed.filter(|file| file["removed"].is_i64()).collect();
    assert_eq!(removed.len(), 2, "{listed}");
    for file in removed {
        let (name, at) = (file["name"].as_str().unwrap(), &file["removed"]);
        let version = format!("{place}/{name}?removed={at}");
        assert_eq!(send(&key, Method::GET, &version, b"").1, b"one");
    }
    // Strangers to the contract see the answer for an unknown one.
    let unknown = format!("{}zz", &place[..place.len() - 2]);
    let (stranger, owner) = (PersonKey::generate().unwrap(), &world.house.owner.key);
    for url in [&place, &unknown, &pack] {
        let seen = [&stranger, owner].map(|key| send(key, Method::GET, url, b""));
        assert!(seen.iter().all(|(status, _)| *status == 404), "{seen:?}");
        assert_eq!(imajin_e2e::get(url).0, 404);
    }
    // The owner's key reads once a backup has brought the chains, and writes never.
    world.back_up();
    assert_eq!(send(owner, Method::GET, &place, b"").0, 200);
    let write = put_url(&place, "pack-2.age", b"x");
    assert_eq!(send(owner, Method::PUT, &write, b"x").0, 404);

    let data = world.bob_data();
    world.bob.stop_gracefully();
    assert_eq!(files_in(&data, "removed").len(), 2);
    let later = |days: &str| {
        let options = NodeOptions::default().wrapper(["faketime", "-f", days]);
        options.env([("IMAJIN_CLOCK", "always")])
    };
    // The node first sweeps half a minute after its start, by its clock.
    let bob = Node::start_with(&data, &later("+31d x5"));
    until("the end of what was removed", || files_in(&data, "removed").is_empty());
    assert!(!files_in(&data, "current").is_empty());
    bob.kill();
}

#[test]
fn a_contract_that_was_ended_takes_nothing_more_and_can_still_be_read() {
    let world = World::new();
    world.back_up();
    let place = world.place();
    let contract = place.rsplit_once('/').unwrap().1;
    let form = format!("contract={contract}");
    let nobody = imajin_e2e::http().post(format!("{}/away/kept/end", world.bob.url));
    assert_eq!(nobody.body(form.clone()).send().unwrap().status(), 401);
    let (status, _) = world.owner.send_form("/away/kept/end", &form);
    assert!(status == 303 || status == 200);
    let refused = back_up(&world.house.data()).fails_with(1);
    assert_has!(refused, "takes no more of your backups");
    let page = world.ada.german_page("/backups");
    assert_has!(page, "nimmt keine Sicherungen von dir mehr an");
    let checked = restore(&world.bob.url, &world.house.key, &["--check"]).json();
    assert_eq!(checked["whole"], true);
    let page = world.owner.page("/backups");
    assert_has!(page, "You ended this");
}

#[test]
fn a_contract_without_room_refuses_with_507_and_tells_both_owners() {
    let World { house, ada, bob_data, bob, owner, .. } = World::new();
    back_up(&house.data()).json();
    let data = bob_data.path().join("data");
    let options = at_address(&bob);
    bob.stop_gracefully();
    let secrets = rusqlite::Connection::open(data.join("secrets.sqlite")).unwrap();
    let small = "UPDATE away_contracts SET bytes = 1000000";
    assert_eq!(secrets.execute(small, []).unwrap(), 1);
    drop(secrets);
    let bob = Node::start_with(&data, &options);
    let owner = owner.at(&bob);
    for _ in 0..3 {
        house.others[0].show_picture(&random_bytes(900_000));
    }
    let refused = back_up(&house.data()).fails_with(1);
    assert_has!(refused, "There is no room for this");
    assert_eq!(files_in(&data, "arriving"), [] as [PathBuf; 0]);
    until("Ada's alarm", || ada.alarms().contains(&"backup".to_owned()));
    until("Bob's alarm", || owner.alarms().contains(&"backup".to_owned()));
    assert_has!(owner.page("/backups"), "There was no room for the last backup");
    // The backup before it is as it was.
    let checked = restore(&bob.url, &house.key, &["--check"]).json();
    assert_eq!(checked["whole"], true);
}

#[test]
fn a_backup_survives_a_kill_of_either_box() {
    let world = World::new();
    let (data, bob_data, key) = (world.house.data(), world.bob_data(), world.house.key.clone());
    world.back_up();
    world.house.node.kill();
    // A file that is not known goes into the backup.
    fs::write(data.join("node/large"), random_bytes(100 << 20)).unwrap();
    // Ada's is killed when a pack is there and the next one is on its way.
    let words = ["backup", "--data", text(&data)];
    let mut child = command().args(words).spawn().unwrap();
    let packs = files_in(&bob_data, "current").len();
    until("a pack, and a part of the next", || {
        files_in(&bob_data, "current").len() > packs && !files_in(&bob_data, "arriving").is_empty()
    });
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(restore(&world.bob.url, &key, &["--check"]).json()["whole"], true);
    // Bob's is killed while the next attempt continues from there, and comes back.
    let options = at_address(&world.bob);
    let stopped = files_in(&bob_data, "arriving");
    let child = command()
        .args(["backup", "--json", "--data", text(&data)])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    until("a part of a pack", || {
        let arriving = files_in(&bob_data, "arriving");
        !arriving.is_empty() && arriving != stopped
    });
    world.bob.kill();
    let bob = Node::start_with(&bob_data, &options);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let made: Json = serde_json::from_slice(&output.stdout).unwrap();
    let added = made["backup"]["added"].as_u64().unwrap();
    assert!(added < 60 << 20, "the pack that had arrived is not sent again: {made}");
    let checked = restore(&bob.url, &key, &["--check"]).json();
    assert_eq!(checked["whole"], true);
    assert_eq!(files_in(&bob_data, "arriving").len(), 0);
}

#[test]
fn a_changed_chunk_is_named_by_the_proof_the_drill_and_the_check() {
    let world = World::new();
    let data = world.house.data();
    world.back_up();
    let report = world.ada.page("/health");
    assert_has!(report, "32 random parts of the backups as they were");
    let packs = files_in(&world.bob_data(), "current");
    let packs: Vec<&PathBuf> = packs.iter().filter(|path| text(path).contains("pack-")).collect();
    // Behind the header, in the first chunk.
    for pack in &packs {
        mutate(pack, 2_000, |byte| byte ^ 1);
    }
    world.forget_proof();
    world.back_up();
    let report = world.ada.page("/health");
    assert_has!(report, "did not have a part of the backups as it was");
    assert!(report.contains("chunk 0"), "{report}");
    until("the alarm", || world.ada.alarms().contains(&"backup".to_owned()));
    let name = packs[0].file_name().unwrap().to_str().unwrap();
    let refused = restore(&world.bob.url, &world.house.key, &["--check"]).fails_with(1);
    assert_has!(refused, name);
    let place = world.place();
    world.house.node.stop();
    let outcome = drill_at(&data, &place);
    let DrillOutcome::Damaged(why) = outcome else {
        panic!("{outcome:?}");
    };
    assert_has!(why, name);
}

#[test]
fn no_backup_is_added_to_a_chain_of_which_the_friend_lost_a_pack() {
    let world = World::new();
    world.back_up();
    let packs = files_in(&world.bob_data(), "current");
    let pack = packs.iter().find(|path| text(path).contains("pack-")).unwrap();
    fs::remove_file(pack).unwrap();
    let made = world.back_up();
    assert_eq!(made["full"], true, "{made}");
    let checked = restore(&world.bob.url, &world.house.key, &["--check"]).json();
    assert_eq!(checked["whole"], true, "{checked}");
}

/// Changes the catalogue on Bob's disk, as a keeper can who knows its owner's public key.
fn forge(world: &World, change: impl FnOnce(&mut Json)) {
    let key = PersonKey::read(&world.house.key).unwrap();
    let current = files_in(&world.bob_data(), "current");
    let path = current.iter().find(|path| path.ends_with("imajin-backups.json")).unwrap();
    let mut text = Vec::new();
    let unlock = Unlock::Key(*key.encryption_secret());
    let sealed = fs::read(path).unwrap();
    let mut opened = decrypt(&unlock, sealed.as_slice()).unwrap();
    opened.read_to_end(&mut text).unwrap();
    let mut catalogue: Json = serde_json::from_slice(&text).unwrap();
    change(&mut catalogue);
    let owner = EncryptionKey::from_bytes(key.encryption_public());
    let mut writer = encrypt(&Recipient::Keys(vec![owner]), Vec::new()).unwrap();
    writer.write_all(catalogue.to_string().as_bytes()).unwrap();
    fs::write(path, writer.finish().unwrap()).unwrap();
}

#[test]
fn a_friend_cannot_pass_another_box_off_as_the_owners() {
    let world = World::new();
    world.back_up();
    let check = || restore(&world.bob.url, &world.house.key, &["--check"]);
    check().json();
    forge(&world, |catalogue| {
        catalogue["backups"][0]["at_ms"] = json!(1);
    });
    let refused = check().fails_with(1);
    assert_has!(refused, "your node did not sign");
    let other = PersonKey::generate().unwrap();
    forge(&world, |catalogue| {
        catalogue["node"] = json!(other.did().as_str());
    });
    let refused = check().fails_with(1);
    assert_has!(refused, "your home is", &world.house.node.did);
    forge(&world, |catalogue| catalogue["home"] = Json::Null);
    let refused = check().fails_with(1);
    assert_has!(refused, "nothing shows that you named their node");
}

#[test]
fn a_friend_who_is_away_is_a_calm_retry() {
    let world = World::new();
    world.back_up();
    let options = at_address(&world.bob);
    let (data, bob_data) = (world.house.data(), world.bob_data());
    world.bob.stop_gracefully();
    let refused = back_up(&data).fails_with(1);
    assert_has!(refused, "does not answer");
    let report = imajin(["doctor", "--data", text(&data)]).ok();
    assert_has!(report, "the box tries again each hour");
    let _bob = Node::start_with(&bob_data, &options);
    back_up(&data).json();
}
