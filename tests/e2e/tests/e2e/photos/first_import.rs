//! A family's first import: thousands of photos come from a stick, while the node is killed repeatedly and the stick is
//! pulled out once. Each photo arrives once, the displayed progress never decreases, and the node needs no more memory
//! than for a few.

use super::sticks::{Importer, put_photos};
use imajin_dfos::cid::raw_cid;
use imajin_e2e::Strike;
use imajin_e2e::prelude::*;
use imajin_e2e::stick::Port;

const PHOTOS: usize = 5_000;
/// Numbers of finished files at which a fault is injected.
const KILLED_WHILE_SIGNING: u64 = 1_500;
const PULLED: u64 = 2_500;
const KILLED_WHILE_READING: u64 = 3_500;
/// Number of durable calls before the node is killed: in the middle of a file, and of an entry.
const CALLS: u32 = 23;
/// Upper bound for a node's memory in bytes, regardless of its input.
const MEMORY_MAX: u64 = 256 << 20;

/// The displayed progress of an import, and its node's peak memory.
#[derive(Default)]
struct Watched {
    files: u64,
    bytes: u64,
    added: u64,
    memory: u64,
}

impl Watched {
    fn number(now: &Json, name: &str) -> u64 {
        now[name].as_u64().unwrap_or_else(|| panic!("{name}: {now}"))
    }

    /// Asserts that no number decreases.
    fn see(&mut self, node: &Node, now: &Json) {
        let files = Self::number(now, "filesDone");
        let bytes = Self::number(now, "bytesDone");
        let added = Self::number(now, "added");
        assert!(files >= self.files, "{} files were done: {now}", self.files);
        assert!(bytes >= self.bytes, "{} bytes were done: {now}", self.bytes);
        assert!(added >= self.added, "{} were added: {now}", self.added);
        (self.files, self.bytes, self.added) = (files, bytes, added);
        self.measure(node);
    }

    /// Returns this node's peak memory since its start, in bytes.
    fn measure(&mut self, node: &Node) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", node.pid()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        let memory = kilobytes.unwrap_or(0) << 10;
        self.memory = self.memory.max(memory);
        memory
    }

    /// Signs and loads the page, until this many files are finished.
    fn sign_until(&mut self, ada: &Importer, node: &Node, files: u64) {
        while self.files < files {
            until("there is something to sign", || {
                let now = ada.sign_until_the_end().unwrap();
                self.see(node, &now);
                now["ready"] != json!([]) || self.files >= files
            });
            assert_eq!(ada.0.get("/media/import").0, 200);
        }
        let megabytes = self.measure(node) >> 20;
        println!("{} are done; this box needed {megabytes} MB", self.files);
    }
}

#[test]
fn five_thousand_photos_arrive_once_each_through_kills_and_a_pulled_stick() {
    let begun = Instant::now();
    let (data, port) = (tempfile::tempdir().unwrap(), Port::new());
    let mut stick = port.plug(512, "ALL PHOTOS");
    let folder = stick.path().join("DCIM");
    let bytes = put_photos(&folder, PHOTOS);
    let cids = files(&folder).into_iter();
    let cids: BTreeSet<String> =
        cids.map(|path| raw_cid(&fs::read(path).unwrap()).to_string()).collect();
    assert_eq!(cids.len(), PHOTOS);
    let at = data.path().join("data");
    let mut node = port.node(&at, &[]);
    let person = Person::new(&node.url);
    let mut ada = Importer::sign_in(&node, &person);
    let mut watched = Watched::default();

    // The node reads, and nothing is signed yet.
    let strike = Strike::at(node.pid(), 5 * CALLS);
    ada.begin(&stick, "DCIM");
    until_some("the box ends", || ada.0.read("/media/api/import").err());
    drop(strike);
    node.kill();
    node = port.node(&at, &[]);
    ada = Importer::sign_in(&node, &person);

    // A page signs.
    watched.sign_until(&ada, &node, KILLED_WHILE_SIGNING);
    let strike = Strike::at(node.pid(), CALLS);
    until_some("the box ends", || match ada.sign_until_the_end() {
        Ok(now) => {
            watched.see(&node, &now);
            None
        }
        Err(error) => {
            assert!(error.is_outcome_unknown(), "{error}");
            Some(())
        }
    });
    drop(strike);
    node.kill();
    node = port.node(&at, &[]);
    ada = Importer::sign_in(&node, &person);

    watched.sign_until(&ada, &node, PULLED);
    stick.pull();
    until("the import misses its stick", || {
        let now = ada.sign_until_the_end().unwrap();
        watched.see(&node, &now);
        now["waits"] == "stick"
    });
    stick.again();

    // The node reads again, and does not know yet which files were signed.
    watched.sign_until(&ada, &node, KILLED_WHILE_READING);
    let now = ada.sign_until_the_end().unwrap();
    watched.see(&node, &now);
    node.kill();
    node = port.node(&at, &[]);
    ada = Importer::sign_in(&node, &person);

    watched.sign_until(&ada, &node, PHOTOS as u64);
    let done = ada.now();
    watched.see(&node, &done);
    let seconds = begun.elapsed().as_secs();
    let megabytes = watched.memory >> 20;
    println!(
        "{PHOTOS} photos of {} kB in {seconds} s; the box needed {megabytes} MB at most",
        bytes / 1000
    );
    assert_eq!(done["state"], "done", "{done}");
    assert_members!(done, "files": PHOTOS, "left": []);
    let here = Watched::number(&done, "here");
    assert_eq!(watched.added + here, PHOTOS as u64, "{done}");
    assert_eq!(ada.pictures(), PHOTOS as u64);
    node.stop_gracefully();

    let did = person.did();
    let log = log_of(&at, did);
    let added = log.iter().filter(|entry| entry.op == "media.add");
    let added: Vec<&str> =
        added.map(|entry| entry.json["fact"]["media"][0].as_str().expect("a CID")).collect();
    assert_eq!(added.len(), PHOTOS, "each of them once");
    assert!(added.iter().all(|cid| cids.contains(*cid)));
    let stored = files(&newest_log(&at, did).with_file_name("media"));
    let names = stored.iter().map(|path| path.file_name().unwrap());
    let names = names.map(|name| name.to_str().unwrap().to_owned());
    // Partial files of a kill have dotted names and are deleted later.
    let names = names.filter(|name| !name.starts_with('.'));
    assert_eq!(names.collect::<BTreeSet<_>>(), cids);
    assert!(watched.memory < MEMORY_MAX, "{megabytes} MB");
}
