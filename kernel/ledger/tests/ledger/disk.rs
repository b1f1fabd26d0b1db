//! A small disk in memory. Mounting one needs root, or sudo without a password; without either the test fails and says
//! so, since an untested fault may not be survived.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A mounted disk, unmounted when dropped.
pub(crate) struct SmallDisk {
    folder: Option<tempfile::TempDir>,
    path: PathBuf,
}

impl SmallDisk {
    /// Mounts a disk of this many kilobytes.
    pub(crate) fn mount(kilobytes: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_path_buf();
        let options = format!("size={kilobytes}k,mode=0777");
        as_root(&["mount", "-t", "tmpfs", "-o", &options, "tmpfs"], &path);
        Self { folder: Some(folder), path }
    }

    /// Returns the mount point.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Unmounts lazily: files that a failed test left open close later.
        as_root(&["umount", "-l"], &self.path);
        drop(self.folder.take());
    }
}

fn as_root(words: &[&str], path: &Path) {
    let id = Command::new("id").arg("-u").output().unwrap();
    let sudo: &[&str] = match id.stdout.as_slice() {
        b"0\n" => &[],
        _ => &["sudo", "-n"],
    };
    let words = [sudo, words].concat();
    let done = Command::new(words[0]).args(&words[1..]).arg(path).status();
    assert!(
        done.as_ref().is_ok_and(|status| status.success()),
        "{words:?} {}: {done:?}: this test needs a small disk of its own; run it as root, or with sudo that asks for no password",
        path.display()
    );
}
