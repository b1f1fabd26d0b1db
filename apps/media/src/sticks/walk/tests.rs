//! Hostile sticks, and walks that begin where another ended.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

use super::*;

fn stick(files: &[&str]) -> tempfile::TempDir {
    let stick = tempfile::tempdir().unwrap();
    for file in files {
        let path = stick.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
    stick
}

fn walk(root: &Path, folder: &str, after: Option<&str>, bounds: Bounds) -> Vec<String> {
    let describe = |found: WalkItem| match found {
        WalkItem::File(file) => file.path,
        WalkItem::LeftOut(path, why) => format!("{path}: {why:?}"),
        WalkItem::Unreadable(path) => format!("{path}: ?"),
    };
    Walk::begin(root.to_owned(), folder, after, bounds).unwrap().map(describe).collect()
}

#[test]
fn a_walk_goes_on_after_each_place_that_another_came_to() {
    let stick = stick(&["b/2.jpg", "b/1/x.jpg", "b/1/y.jpg", "a.jpg", "c.jpg", "b.jpg"]);
    for folder in ["", "b"] {
        let all = walk(stick.path(), folder, None, Bounds::default());
        assert_eq!(all.len(), if folder.is_empty() { 6 } else { 3 });
        for (at, place) in all.iter().enumerate() {
            let rest = walk(stick.path(), folder, Some(place), Bounds::default());
            assert_eq!(rest, all[at + 1..], "after {place} in “{folder}”");
        }
    }
    // The file where the walk stopped may be gone.
    let rest = walk(stick.path(), "", Some("b/1/w.jpg"), Bounds::default());
    assert_eq!(rest, ["b/1/x.jpg", "b/1/y.jpg", "b/2.jpg", "b.jpg", "c.jpg"]);
    let rest = walk(stick.path(), "", Some("aa/1/w.jpg"), Bounds::default());
    assert_eq!(rest.len(), 5, "{rest:?}");
}

#[test]
fn links_sockets_hidden_files_copies_and_names_that_are_no_text_are_left_out_and_told() {
    let stick = stick(&[
        "DCIM/1.jpg",
        "DCIM/._1.jpg",
        ".Trashes/501/old.jpg",
        "imajin/media/ab/secret",
        "Old/imajin-did_x-20261126/media/ab/secret",
    ]);
    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("secret.jpg"), "secret").unwrap();
    symlink(other.path(), stick.path().join("DCIM/folder")).unwrap();
    symlink(other.path().join("secret.jpg"), stick.path().join("DCIM/file.jpg")).unwrap();
    symlink("loop", stick.path().join("DCIM/loop")).unwrap();
    let _socket = UnixListener::bind(stick.path().join("DCIM/socket")).unwrap();
    fs::write(stick.path().join(OsStr::from_bytes(b"na\xffme.jpg")), "x").unwrap();
    let listing = walk(stick.path(), "", None, Bounds::default());
    let expected = [
        ".Trashes: Programs",
        "DCIM/._1.jpg: Programs",
        "DCIM/1.jpg",
        "DCIM/file.jpg: Link",
        "DCIM/folder: Link",
        "DCIM/loop: Link",
        "DCIM/socket: Special",
        "Old/imajin-did_x-20261126: Copy",
        "imajin: Copy",
        "na\u{fffd}me.jpg: Name",
    ];
    assert_eq!(listing, expected);
}

#[test]
fn deep_and_crowded_folders_end_and_the_rest_comes() {
    let stick = stick(&["a/b/c/d.jpg", "crowd/1", "crowd/2", "crowd/3", "crowd/4", "e.jpg"]);
    let bounds = Bounds { depth: 2, in_folder: 3, all: 100 };
    assert_eq!(walk(stick.path(), "", None, bounds), ["a/b: Deep", "crowd: Crowded", "e.jpg"]);
    let bounds = Bounds { all: 3, ..Bounds::default() };
    let listing = walk(stick.path(), "crowd", None, bounds);
    assert_eq!(listing, ["crowd/1", "crowd/2", "crowd/3", "crowd/4: Crowded"]);
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let stick = stick(&["a.jpg"]);
    for folder in ["b", "a.jpg"] {
        let root = stick.path().to_owned();
        assert!(Walk::begin(root, folder, None, Bounds::default()).is_err());
    }
}
