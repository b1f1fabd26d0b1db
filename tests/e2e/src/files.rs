//! Copies of folders, and damage to files.

use crate::prelude::*;

/// Returns a new folder, deleted when dropped, and the path of a data folder in it, which is not there yet.
pub fn data_folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    (folder, data)
}

/// Returns a path as text.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

/// Copies a folder recursively.
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

/// Returns every file below a folder, sorted.
pub fn files(root: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(root).expect("a folder can be read") {
        let entry = entry.expect("an entry can be read");
        if entry.file_type().expect("a type").is_dir() {
            paths.extend(files(&entry.path()))
        } else {
            paths.push(entry.path())
        }
    }
    paths.sort();
    paths
}

/// Returns the files that contain a word, ignoring case.
pub fn files_with(root: &Path, word: &str) -> Vec<PathBuf> {
    let words = [word];
    let hits = files_with_any(root, &words);
    hits.into_iter().map(|(path, _)| path).collect()
}

/// Returns the files that contain any of these words, ignoring case, each with the word. Reads each file once, since a
/// node's have more than 16 MB.
pub fn files_with_any<'w, W: AsRef<str>>(root: &Path, words: &'w [W]) -> Vec<(PathBuf, &'w str)> {
    let mut hits = Vec::new();
    for path in files(root) {
        // A running node may have deleted the file since.
        let mut bytes = fs::read(&path).unwrap_or_default();
        bytes.make_ascii_lowercase();
        let words = words.iter().map(AsRef::as_ref);
        let matches = words.filter(|word| {
            let lower = word.to_ascii_lowercase();
            memchr::memmem::find(&bytes, lower.as_bytes()).is_some()
        });
        hits.extend(matches.map(|word| (path.clone(), word)));
    }
    hits
}

/// Changes the byte at `offset` of a file.
pub fn mutate(path: &Path, offset: usize, change: impl FnOnce(u8) -> u8) {
    let mut bytes = fs::read(path).expect("a file can be read");
    bytes[offset] = change(bytes[offset]);
    fs::write(path, bytes).expect("a file can be written");
}

/// Flips the lowest bit of the first byte of `needle` in a file; returns false if the file doesn't contain it.
pub fn flip_bit(path: &Path, needle: &[u8]) -> bool {
    let bytes = fs::read(path).expect("a file can be read");
    let windows = bytes.windows(needle.len()).enumerate();
    let hits = windows.filter(|(_, window)| *window == needle);
    // After a page split the needle may occur twice.
    let offsets: Vec<usize> = hits.map(|(offset, _)| offset).collect();
    for offset in &offsets {
        mutate(path, *offset, |byte| byte ^ 1);
    }
    !offsets.is_empty()
}

/// Returns the log file of a DID in a data folder.
pub fn newest_log(data: &Path, did: &str) -> PathBuf {
    data.join("users").join(did.replace(':', "_")).join("log.sqlite")
}
