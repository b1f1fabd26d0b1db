//! Holds the doors between the rooms: directory and enrolment don't name each other, nor the relay.

use std::fs;
use std::path::{Path, PathBuf};

const ROOMS: [&str; 2] = ["directory", "enrolment"];
/// The items of the relay's crate that the rooms use: its storage and its time.
const OF_THE_RELAY: [&str; 2] = ["imajin_relay::storage::", "imajin_relay::Clock"];

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { list(&path, files) } else { files.push(path) }
    }
}

#[test]
fn no_room_names_another() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for room in ROOMS {
        let mut files = vec![src.join(format!("{room}.rs"))];
        list(&src.join(room), &mut files);
        assert!(files.len() > 4, "{room}: {}", files.len());
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            for other in ROOMS.into_iter().filter(|other| *other != room) {
                let path = format!("crate::{other}");
                assert!(!text.contains(&path), "{} names {path}", file.display());
            }
            let rest = OF_THE_RELAY.iter().fold(text, |text, path| text.replace(path, ""));
            let names_relay = rest.contains("imajin_relay") || rest.contains("crate::relay_host");
            assert!(!names_relay, "{} names the relay", file.display());
        }
    }
}
