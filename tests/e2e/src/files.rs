//! Damage and copies.

use std::fs;
use std::path::{Path, PathBuf};

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("a folder can be read") {
        let entry = entry.expect("an entry can be read");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("a file can be copied");
        }
    }
}

/// Changes the byte at `offset` of a file.
pub fn mutate(path: &Path, offset: usize, change: impl FnOnce(u8) -> u8) {
    let mut bytes = fs::read(path).expect("a file can be read");
    bytes[offset] = change(bytes[offset]);
    fs::write(path, bytes).expect("a file can be written");
}

/// Flips the lowest bit of the first byte of `needle` in a file; false where it is not there.
pub fn flip_bit(path: &Path, needle: &[u8]) -> bool {
    let bytes = fs::read(path).expect("a file can be read");
    let found = bytes
        .windows(needle.len())
        .position(|window| window == needle);
    if let Some(offset) = found {
        mutate(path, offset, |byte| byte ^ 1);
    }
    found.is_some()
}

/// The log file of a DID in a data folder.
pub fn newest_log(data: &Path, did: &str) -> PathBuf {
    data.join("users")
        .join(did.replace(':', "_"))
        .join("log.sqlite")
}
