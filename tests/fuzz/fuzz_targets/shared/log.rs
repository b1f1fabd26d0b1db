//! A good log with a row in every table, as bytes, and a folder to put changed ones into.

#[path = "../../../../kernel/bundle/tests/bundle/support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

pub(crate) use support::ops;

/// The bytes of the good log.
pub(crate) fn good() -> &'static [u8] {
    static GOOD: OnceLock<Vec<u8>> = OnceLock::new();
    GOOD.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("log.sqlite");
        support::rich().0.write(&path);
        std::fs::read(path).expect("a log")
    })
}

/// Where one input's files stand, in memory where there is such a place.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let folder =
            if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self(folder.expect("a folder"))
    }

    pub(crate) fn write(&self, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join("log.sqlite");
        std::fs::write(&path, bytes).expect("a file");
        path
    }
}
