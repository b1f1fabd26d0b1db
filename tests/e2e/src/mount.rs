//! Small disks. Mounting needs root, or sudo.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A disk of its own in memory; unmounted when dropped.
pub struct Tmpfs {
    mounted: Mounted,
    _folder: tempfile::TempDir,
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
            mounted: Mounted::at(path),
            _folder: folder,
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.mounted.path
    }

    /// Makes it read-only, or writable again.
    pub fn set_read_only(&self, read_only: bool) {
        let mode = if read_only {
            "remount,ro"
        } else {
            "remount,rw"
        };
        as_root(&["mount", "-o", mode, self.path().to_str().expect("a path")]);
    }

    /// Makes it larger.
    pub fn resize(&self, size: &str) {
        as_root(&[
            "mount",
            "-o",
            &format!("remount,size={size}"),
            self.path().to_str().expect("a path"),
        ]);
    }
}

/// Something mounted. It is unmounted when dropped, and also when this process is killed: a program that waits for the end of
/// its input does it.
struct Mounted {
    path: PathBuf,
    unmount: Child,
}

impl Mounted {
    fn at(path: PathBuf) -> Self {
        // Lazily: a node that a failed test left may still hold a file.
        let script = "read -r _; exec umount -l \"$0\"";
        let mut command = rooted("sh");
        command.args(["-c", script]).arg(&path);
        // A signal to the test's group is not for it.
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

/// A disk of its own with ext4, as a card has it: a file on a loop device; unmounted when dropped. When it is full, the
/// last block is taken, and nothing of what SQLite keeps beside a database can be made.
pub struct Ext4 {
    mounted: Mounted,
    _folder: tempfile::TempDir,
}

impl Ext4 {
    /// One of so many megabytes.
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
        Self {
            mounted: Mounted::at(path),
            _folder: folder,
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.mounted.path
    }

    /// Takes every block that is left.
    pub fn fill(&self) -> Filler {
        let path = self.path().join("filler");
        for size in [1 << 20, 64 << 10, 4 << 10, 1 << 10] {
            let piece = vec![1; size];
            let file = std::fs::File::options()
                .create(true)
                .append(true)
                .open(&path);
            let mut file = file.expect("a filler");
            while std::io::Write::write_all(&mut file, &piece).is_ok() {}
            // What was freed a moment ago can be taken once it is durable.
            let _ = file.sync_all();
        }
        Filler(path)
    }
}

/// What takes the room of a disk, until it is dropped.
pub struct Filler(PathBuf);

impl Drop for Filler {
    fn drop(&mut self) {
        // A disk that is gone by now has taken it along.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// This machine with changes that go when it is dropped: an overlay over its root.
pub struct Overlay {
    mounted: Mounted,
    /// Unmounted after the overlay that it holds.
    _memory: Tmpfs,
}

impl Overlay {
    /// Without any changes yet.
    pub fn new() -> Self {
        // Room for several copies of the program; it takes what is used.
        let memory = Tmpfs::new("2g");
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
            mounted: Mounted::at(path),
            _memory: memory,
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.mounted.path
    }

    /// Runs a program in it.
    pub fn run(&self, words: &[&str]) -> std::process::Output {
        let at = self.path().to_str().expect("a path");
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
