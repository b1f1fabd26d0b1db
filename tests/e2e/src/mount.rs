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

/// This machine with changes that go when it is dropped: an overlay over its root.
pub struct Overlay {
    path: PathBuf,
    /// Unmounted after the overlay that it holds.
    _memory: Tmpfs,
}

impl Overlay {
    /// Without any changes yet.
    pub fn new() -> Self {
        let memory = Tmpfs::new("512m");
        let part = |name: &str| {
            let path = memory.path().join(name);
            std::fs::create_dir(&path).expect("a folder");
            path
        };
        let (upper, work, path) = (part("upper"), part("work"), part("root"));
        let options = format!(
            "lowerdir=/,upperdir={},workdir={}",
            upper.display(),
            work.display()
        );
        let at = path.to_str().expect("a path");
        as_root(&["mount", "-t", "overlay", "-o", &options, "overlay", at]);
        Self {
            path,
            _memory: memory,
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs a program in it.
    pub fn run(&self, words: &[&str]) -> std::process::Output {
        let at = self.path.to_str().expect("a path");
        rooted("chroot")
            .arg(at)
            .args(words)
            .output()
            .expect("chroot runs")
    }
}

impl Default for Overlay {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Overlay {
    fn drop(&mut self) {
        as_root(&["umount", "-l", self.path.to_str().expect("a path")]);
    }
}

/// Runs a program that only root may.
pub(crate) fn as_root(words: &[&str]) {
    let status = rooted(words[0])
        .args(&words[1..])
        .status()
        .expect("it runs");
    assert!(
        status.success(),
        "{words:?} needs root, or sudo without a password"
    );
}

fn rooted(program: &str) -> Command {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    if id.stdout == b"0\n" {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.arg("-n").arg(program);
    command
}
