//! Holds the doors between the rooms: relay, directory and enrolment don't name each other.

use std::fs;
use std::path::{Path, PathBuf};

const ROOMS: [&str; 3] = ["relay", "directory", "enrolment"];

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(&path, files)
        } else {
            files.push(path)
        }
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
        }
    }
}
