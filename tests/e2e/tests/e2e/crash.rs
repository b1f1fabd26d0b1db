//! The node is killed during a deletion, an import and a move to another node, at each moment in turn: acknowledged
//! operations are done, others are done completely or not at all, and a retry completes them.

use imajin_e2e::prelude::*;
use imajin_e2e::record::Entry;
use imajin_e2e::{Ran, Strike, files_with_any, get};

use crate::kill::all_is_well;

/// The moments, counted in calls that make something durable: a sample with distances that double, with smaller ones with
/// `IMAJIN_MOMENTS` (the part `rounds`), or all with `IMAJIN_EXHAUSTIVE` (scripts/torture).
fn moments() -> impl Iterator<Item = u32> {
    let is_set = |name| std::env::var_os(name).is_some();
    let (all, many) = (is_set("IMAJIN_EXHAUSTIVE"), is_set("IMAJIN_MOMENTS"));
    std::iter::successors(Some(1), move |n| {
        Some(if all {
            n + 1
        } else if many {
            n + 1 + n / 2
        } else {
            n + 1 + n
        })
    })
}

/// Tries each moment until the operation completes before the crash; panics if the first one already does.
fn at_every_moment(mut crashes: impl FnMut(u32) -> bool) {
    let tried = moments().take_while(|n| crashes(*n)).count();
    assert!(tried > 0, "nothing was made durable at all");
    println!("crashed at {tried} moments");
}

/// Whether the node crashed. If so, it has ended or will soon: the request has no answer.
fn crashed(node: &mut Node, strike: Strike, answered: bool) -> bool {
    let moment = Duration::from_millis(200);
    let patience = if answered { moment } else { 50 * moment };
    let came = node.wait(patience).is_some();
    drop(strike);
    // The crash may have come before strace was released.
    came || node.wait(moment).is_some()
}

#[test]
fn a_deletion_is_whole_or_has_not_begun() {
    at_every_moment(|n| {
        let (folder, data) = imajin_e2e::data_folder();
        let mut node = Node::start(&data);
        let ada = Person::new(&node.url);
        ada.update_bio("canaryCrash1").unwrap();
        ada.show_picture(b"canaryCrash2");
        let key = ada.key_file(folder.path());
        let delete = |url: &str| imajin(["delete", "--yes", "--node", url, "--key", text(&key)]);
        let strike = Strike::at(node.pid(), n);
        let first = delete(&node.url);
        let came = crashed(&mut node, strike, first.code == 0);
        let node = if came { Node::start(&data) } else { node };
        if first.code != 0 {
            // The deletion may have been entered nevertheless: then nothing is left to delete.
            let again = delete(&node.url);
            let output = format!("{}{}", again.stdout, again.stderr);
            assert!(again.code == 0 || output.contains("deleted"), "moment {n}: {output}");
        }
        let words = ["canaryCrash1", "canaryCrash2"];
        until("every word is erased", || files_with_any(&data, &words).is_empty());
        assert!(node.stop().0.success());
        let left = files_with_any(&data, &words);
        assert!(left.is_empty(), "moment {n}: {left:?}");
        let deletions = log_of(&data, ada.did());
        let deletions = deletions.iter().filter(|entry| entry.op == "auth.delete");
        assert_eq!(deletions.count(), 1, "moment {n}");
        all_is_well(&data, &[ada.did()]);
        came
    });
}

/// Asserts that a log is the one before, with a new home and an update at its end.
fn goes_on(before: &[Entry], after: &[Entry], n: u32) {
    let ops = after[before.len()..].iter().map(|entry| entry.op.as_str());
    let ops: Vec<&str> = ops.collect();
    assert_eq!(ops, ["auth.home", "profile.update"], "moment {n}");
    let mut pairs = before.iter().zip(after);
    assert!(pairs.all(|(old, new)| old.cid == new.cid));
}

#[test]
fn an_import_is_whole_or_can_be_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let (from, bundle) = (folder.path().join("from"), folder.path().join("bundle"));
    let old = Node::start(&from);
    let ada = Person::new(&old.url);
    ada.update_bio("on my way").unwrap();
    ada.show_picture(b"a picture");
    let key = ada.key_file(folder.path());
    let flags = ["--node", &old.url, "--key", text(&key)];
    imajin([&["export", "--to", text(&bundle)][..], &flags].concat()).ok();
    assert!(old.stop().0.success());
    let before = log_of(&from, ada.did());

    at_every_moment(|n| {
        let (_folder, data) = imajin_e2e::data_folder();
        let mut node = Node::start(&data);
        let import = |url: &str| -> Ran {
            let flags = ["--as", "home", "--node", url, "--key", text(&key)];
            imajin([&["import", text(&bundle)][..], &flags].concat())
        };
        let strike = Strike::at(node.pid(), n);
        let first = import(&node.url);
        let came = crashed(&mut node, strike, first.code == 0);
        let node = if came { Node::start(&data) } else { node };
        let path = format!("{}/profile/api/profile/{}", node.url, ada.did());
        let is_there = get(&path).0 == 200;
        assert!(is_there || first.code != 0, "moment {n}: it was answered");
        let again = import(&node.url);
        let output = format!("{}{}", again.stdout, again.stderr);
        let further = is_there && output.contains("goes further");
        assert!(again.code == 0 || further, "moment {n}: {output}");
        assert_eq!(get(&path).1["bio"], "on my way");
        ada.at(&node.url).update_bio("arrived").unwrap();
        assert!(node.stop().0.success());
        let after = log_of(&data, ada.did());
        goes_on(&before, &after, n);
        all_is_well(&data, &[ada.did()]);
        came
    });
}

#[test]
fn an_upload_goes_on_where_the_crash_left_it() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    let tar = folder.path().join("copy.tar");
    let old = Node::start(&from);
    let ada = Person::new(&old.url);
    ada.update_bio("in two pieces").unwrap();
    let key = ada.key_file(folder.path());
    imajin_as(&old.url, &key, ["export", "--to", text(&tar)]).ok();
    let bytes = std::fs::read(&tar).unwrap();
    let half = bytes.len() / 2;

    let node = Node::start(&to);
    let there = ada.at(&node.url).client;
    let begun =
        there.json(there.request(Method::POST, "/auth/api/imports").json(&json!({}))).unwrap();
    let path = format!("/auth/api/imports/{}", begun["id"].as_str().unwrap());
    let put = there.request(Method::PUT, &path).body(bytes[..half].to_vec());
    there.json(put).unwrap();
    node.kill();

    let node = Node::start(&to);
    let there = ada.at(&node.url).client;
    assert_eq!(there.get(&path).unwrap()["received"], half);
    let more = format!("{path}?offset={half}");
    let put = there.request(Method::PUT, &more).body(bytes[half..].to_vec());
    there.json(put).unwrap();
    let person = ada.at(&node.url);
    let kept = person.post_present(&format!("{path}/backup")).unwrap();
    assert_eq!(kept["did"], ada.did());
}

fn start(data: &Path) -> Node {
    Node::start_with(data, &NodeOptions::among_neighbours())
}

/// A move from one node to another, one of which will crash.
struct Moving {
    _folder: tempfile::TempDir,
    data: [PathBuf; 2],
    nodes: [Option<Node>; 2],
    ada: Person,
    request: Json,
}

impl Moving {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = ["one", "two"].map(|name| folder.path().join(name));
        let [one, two] = [start(&data[0]), start(&data[1])];
        let ada = Person::new(&one.url);
        ada.update_bio("here").unwrap();
        ada.show_picture(b"a picture");
        Self {
            request: ada.sign_transfer(&two.url),
            _folder: folder,
            data,
            nodes: [Some(one), Some(two)],
            ada,
        }
    }

    fn url(&self, which: usize) -> &str {
        &self.nodes[which].as_ref().unwrap().url
    }

    /// Requests the move.
    fn ask(&self) -> Result<Json, String> {
        let there = Person::with_key(self.url(0), self.ada.key.clone()).client;
        let request = there.request(Method::POST, "/auth/api/transfer");
        there.json(request.json(&self.request)).map_err(|error| error.to_string())
    }

    /// Restarts the crashed node at its address.
    fn restart(&mut self, which: usize) {
        let address = self.url(which).strip_prefix("http://").unwrap().to_owned();
        drop(self.nodes[which].take());
        let options = NodeOptions::among_neighbours().flags(["--listen", &address]);
        self.nodes[which] = Some(Node::start_with(&self.data[which], &options));
    }

    /// Completes the move and asserts that one home has everything and the other knows it.
    fn ends(mut self, n: u32) {
        until("the move ends when it is asked for again", || self.ask().is_ok());
        let [old, new] = [0, 1].map(|n| Person::with_key(self.url(n), self.ada.key.clone()));
        new.update_bio("there").unwrap();
        old.update_bio("still here").expect_err("nothing is written where she has left");
        for node in &mut self.nodes {
            assert!(node.take().unwrap().stop().0.success());
        }
        let [before, after] = [0, 1].map(|n| log_of(&self.data[n], self.ada.did()));
        goes_on(&before, &after, n);
        for data in &self.data {
            all_is_well(data, &[self.ada.did()]);
        }
    }
}

fn a_move_ends_although_one_crashes(which: usize) {
    at_every_moment(|n| {
        let mut moving = Moving::new();
        let pid = moving.nodes[which].as_ref().unwrap().pid();
        let strike = Strike::at(pid, n);
        let first = moving.ask();
        let node = moving.nodes[which].as_mut().unwrap();
        let came = crashed(node, strike, first.is_ok());
        if came {
            moving.restart(which);
        } else {
            first.unwrap();
        }
        moving.ends(n);
        came
    });
}

#[test]
fn a_move_ends_although_the_old_home_crashes() {
    a_move_ends_although_one_crashes(0);
}

#[test]
fn a_move_ends_although_the_new_home_crashes() {
    a_move_ends_although_one_crashes(1);
}
