//! Small disks. Mounting needs root, or sudo.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A separate disk in memory. Unmounted when dropped.
pub struct Tmpfs {
    mounted: Mounted,
    _folder: tempfile::TempDir,
}

impl Tmpfs {
    /// Mounts a disk of a size in `mount`'s format, e.g. `8m`.
    pub fn new(size: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().to_path_buf();
        let options = format!("size={size},mode=0777");
        as_root(&["mount", "-t", "tmpfs", "-o", &options, "tmpfs", path.to_str().expect("a path")]);
        Self { mounted: Mounted::at(path), _folder: folder }
    }

    /// Returns the mount point.
    pub fn path(&self) -> &Path {
        &self.mounted.path
    }

    /// Remounts the disk read-only or writable.
    pub fn set_read_only(&self, read_only: bool) {
        let mode = if read_only { "remount,ro" } else { "remount,rw" };
        as_root(&["mount", "-o", mode, self.path().to_str().expect("a path")]);
    }

    /// Changes the size.
    pub fn resize(&self, size: &str) {
        as_root(&[
            "mount",
            "-o",
            &format!("remount,size={size}"),
            self.path().to_str().expect("a path"),
        ]);
    }
}

/// A mount. Unmounted when dropped, and also when this process is killed: a helper process waits for the end of its
/// input and unmounts.
struct Mounted {
    path: PathBuf,
    unmount: Child,
}

impl Mounted {
    fn at(path: PathBuf) -> Self {
        // Lazily: a node left by a failed test may still hold a file.
        let script = "read -r _; exec umount -l \"$0\"";
        let mut command = rooted("sh");
        command.args(["-c", script]).arg(&path);
        // Signals to the test's process group must not reach the helper.
        let command = command.process_group(0).stdin(Stdio::piped());
        let unmount = command.spawn().expect("sh runs");
        Self { path, unmount }
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        drop(self.unmount.stdin.take());
        let status = self.unmount.wait().expect("it is a child");
        assert!(
            status.success() || std::thread::panicking(),
            "{} cannot be unmounted",
            self.path.display()
        );
    }
}

/// A separate ext4 disk, like a card: a file on a loop device. Unmounted when dropped. On a full disk every block is
/// taken, so that SQLite cannot create a journal or WAL file.
pub struct Ext4 {
    mounted: Mounted,
    _folder: tempfile::TempDir,
}

impl Ext4 {
    /// Mounts a disk of this many megabytes.
    pub fn new(megabytes: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (image, path) = (folder.path().join("image"), folder.path().join("disk"));
        std::fs::create_dir(&path).expect("a folder");
        let file = std::fs::File::create(&image).expect("an image");
        file.set_len(megabytes << 20).expect("an image");
        let image = image.to_str().expect("a path");
        as_root(&["mkfs.ext4", "-q", "-m", "0", "-F", image]);
        let at = path.to_str().expect("a path");
        as_root(&["mount", "-o", "loop", image, at]);
        as_root(&["chmod", "0777", at]);
        Self { mounted: Mounted::at(path), _folder: folder }
    }

    /// Returns the mount point.
    pub fn path(&self) -> &Path {
        &self.mounted.path
    }

    /// Takes all free blocks.
    pub fn fill(&self) -> Filler {
        let path = self.path().join("filler");
        for size in [1 << 20, 64 << 10, 4 << 10, 1 << 10] {
            let piece = vec![1; size];
            let file = std::fs::File::options().create(true).append(true).open(&path);
            let mut file = file.expect("a filler");
            while std::io::Write::write_all(&mut file, &piece).is_ok() {}
            // Recently freed blocks are available once the release is durable.
            let _ = file.sync_all();
        }
        Filler(path)
    }
}

/// A file that fills a disk until it is dropped.
pub struct Filler(PathBuf);

impl Drop for Filler {
    fn drop(&mut self) {
        // The file is gone if the disk was unmounted first.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// This machine with temporary changes: an overlay over its root. Discarded when dropped.
pub struct Overlay {
    mounted: Mounted,
    /// Unmounted after the overlay that it holds.
    _memory: Tmpfs,
}

impl Overlay {
    /// Mounts an overlay without changes.
    pub fn new() -> Self {
        // Holds several copies of the program; memory is allocated on use.
        let memory = Tmpfs::new("2g");
        let part = |name: &str| {
            let path = memory.path().join(name);
            std::fs::create_dir(&path).expect("a folder");
            path
        };
        let (upper, work, path) = (part("upper"), part("work"), part("root"));
        let options = format!("lowerdir=/,upperdir={},workdir={}", upper.display(), work.display());
        let at = path.to_str().expect("a path");
        as_root(&["mount", "-t", "overlay", "-o", &options, "overlay", at]);
        Self { mounted: Mounted::at(path), _memory: memory }
    }

    /// Returns the mount point.
    pub fn path(&self) -> &Path {
        &self.mounted.path
    }

    /// Runs a program in the overlay.
    pub fn run(&self, words: &[&str]) -> std::process::Output {
        let at = self.path().to_str().expect("a path");
        rooted("chroot").arg(at).args(words).output().expect("chroot runs")
    }
}

impl Default for Overlay {
    fn default() -> Self {
        Self::new()
    }
}

/// Runs a program as root.
pub(crate) fn as_root(words: &[&str]) {
    let status = rooted(words[0]).args(&words[1..]).status().expect("it runs");
    assert!(status.success(), "{words:?} needs root, or sudo without a password");
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
