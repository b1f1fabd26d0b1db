//! A record with bit errors: a node's folder with Ada's record, and copies of it in every format.

use crate::prelude::*;
use crate::record::Entry;
use crate::{Ran, copy_folder};

/// Number of Ada's notes.
pub const NOTES: usize = 40;
/// Number of notes in the copies.
pub const COPIED: usize = 30;

/// Ada's record in a folder, and copies of it in every format, made before her last notes.
pub struct Case {
    /// The folder of all files. Deleted when dropped.
    pub folder: tempfile::TempDir,
    /// The node's owner.
    pub ada: Person,
    /// Her key file.
    pub key: PathBuf,
    /// All of her entries.
    pub entries: Vec<Entry>,
    /// The file of her picture.
    pub picture: PathBuf,
}

/// Returns the text of a note.
pub fn note(n: usize) -> String {
    format!("note number {n:03} of Ada's")
}

impl Case {
    /// Creates all files; no node runs afterwards.
    #[expect(clippy::new_without_default, reason = "it starts a node")]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let node = Node::start(&path("data"));
        let ada = Person::claim(&node, folder.path());
        let key = ada.key_file(folder.path());
        let at = ["--node", &node.url, "--key", text(&key)];
        ada.show_picture(b"a picture of Ada");
        for n in 0..COPIED {
            ada.update_bio(&note(n)).unwrap();
        }
        fs::create_dir_all(path("stick")).unwrap();
        fs::create_dir_all(path("backups")).unwrap();
        for to in ["stick/ada", "ada.tar"] {
            let to = path(to);
            imajin([&["export", "--to", text(&to)][..], &at].concat()).ok();
        }
        let to = path("backups");
        imajin(["backup", "--data", text(&path("data")), "--to", text(&to)]).ok();
        node.stop();
        copy_folder(&path("data"), &path("older"));
        let node = Node::start(&path("data"));
        let again = ada.at(&node.url);
        for n in COPIED..NOTES {
            again.update_bio(&note(n)).unwrap();
        }
        node.stop();
        let entries = log_of(&path("data"), ada.did());
        let media = newest_log(&path("data"), ada.did()).with_file_name("media");
        let picture = files(&media).pop().expect("a picture");
        Self { folder, ada, key, entries, picture }
    }

    /// Returns a path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns the data folder.
    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Returns the file of her log.
    pub fn log(&self) -> PathBuf {
        newest_log(&self.data(), self.ada.did())
    }

    /// Flips a bit of a note, while no node has the log open.
    pub fn flip(&self, n: usize) {
        flip_in(&self.log(), n);
    }

    /// Runs a repair of the data folder.
    pub fn repair(&self, from: &str, more: &[&str]) -> Ran {
        let (from, data) = (self.path(from), self.data());
        let words = ["repair", "--json", "--from", text(&from), "--data", text(&data)];
        imajin([&words[..], more].concat())
    }

    /// Asserts that all entries are intact, and that she can still write.
    pub fn is_whole(&self) {
        imajin(["verify", text(&self.log())]).ok();
        let entries = log_of(&self.data(), self.ada.did());
        let cids = |entries: &[Entry]| -> Vec<String> {
            entries.iter().map(|entry| entry.cid.clone()).collect()
        };
        assert_eq!(cids(&entries)[..self.entries.len()], cids(&self.entries));
        let node = Node::start(&self.data());
        let ada = self.ada.at(&node.url);
        ada.update_bio("goes on").unwrap();
        node.stop();
        imajin(["verify", text(&self.log())]).ok();
    }
}

/// Flips a bit of a note in a log that no node has open.
pub fn flip_in(log: &Path, n: usize) {
    // After a page split the note may occur twice.
    let (mut bytes, needle) = (fs::read(log).unwrap(), note(n));
    let starts = bytes.windows(needle.len()).enumerate();
    let offsets: Vec<usize> =
        starts.filter(|(_, part)| *part == needle.as_bytes()).map(|(at, _)| at).collect();
    assert!(!offsets.is_empty(), "note {n} is there");
    for at in offsets {
        bytes[at] ^= 1;
    }
    fs::write(log, bytes).unwrap();
    imajin(["verify", text(log)]).fails_with(1);
}

/// Returns the repair of the only damaged record.
pub fn only(report: &Json) -> &Json {
    let damaged = report["damaged"].as_array().expect("a list");
    assert_eq!(damaged.len(), 1, "{report}");
    &damaged[0]["repair"]
}
