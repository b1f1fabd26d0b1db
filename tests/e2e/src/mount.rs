//! Small disks. Mounting needs root, or sudo.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A disk of its own in memory; unmounted when dropped.
pub struct Tmpfs {
    folder: Option<tempfile::TempDir>,
    path: PathBuf,
}

impl Tmpfs {
    /// Mounts one of a size as `mount` writes it: `8m`.
    pub fn new(size: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().to_path_buf();
        let options = format!("size={size},mode=0777");
        as_root(&[
            "mount",
            "-t",
            "tmpfs",
            "-o",
            &options,
            "tmpfs",
            path.to_str().expect("a path"),
        ]);
        Self {
            folder: Some(folder),
            path,
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes it read-only, or writable again.
    pub fn set_read_only(&self, read_only: bool) {
        let mode = if read_only {
            "remount,ro"
        } else {
            "remount,rw"
        };
        as_root(&["mount", "-o", mode, self.path.to_str().expect("a path")]);
    }

    /// Makes it larger.
    pub fn resize(&self, size: &str) {
        as_root(&[
            "mount",
            "-o",
            &format!("remount,size={size}"),
            self.path.to_str().expect("a path"),
        ]);
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        // Lazily: a node that a failed test left may still hold a file.
        as_root(&["umount", "-l", self.path.to_str().expect("a path")]);
        drop(self.folder.take());
    }
}

fn as_root(words: &[&str]) {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    let mut command = match id.stdout.as_slice() {
        b"0\n" => Command::new(words[0]),
        _ => {
            let mut command = Command::new("sudo");
            command.arg("-n").arg(words[0]);
            command
        }
    };
    let status = command.args(&words[1..]).status().expect("mount runs");
    assert!(
        status.success(),
        "{words:?} needs root, or sudo without a password"
    );
}
