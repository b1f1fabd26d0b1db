//! Simulated USB sticks: separate file systems that the machine's own helper (systemd/stick) mounts in a node's folder.

use crate::mount::as_root;
use crate::prelude::*;
use std::fs::File;

/// A machine for sticks.
pub struct Port {
    folder: tempfile::TempDir,
}

/// A stick. Pulled out when dropped.
pub struct Stick {
    /// The kernel's device name.
    pub name: String,
    run: PathBuf,
    image: tempfile::NamedTempFile,
    is_in: bool,
}

impl Default for Port {
    fn default() -> Self {
        Self::new()
    }
}

impl Port {
    /// Creates a machine without sticks.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for part in ["sticks", "facts", "requests"] {
            fs::create_dir(folder.path().join(part)).expect("a folder");
        }
        Self { folder }
    }

    /// Plugs a stick into a machine that mounts sticks below this folder.
    pub(crate) fn plug_at(run: &Path, megabytes: u64, label: &str) -> Stick {
        for part in ["sticks", "facts", "requests"] {
            fs::create_dir_all(run.join(part)).expect("a folder");
        }
        new_stick(run, megabytes, label)
    }

    /// Returns the value of the setting `usb.folder`.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the environment variable for this folder.
    pub fn env(&self) -> (String, String) {
        let folder = self.folder.path().display().to_string();
        ("IMAJIN_USB_FOLDER".to_owned(), folder)
    }

    /// Starts a node on this machine, with additional environment variables.
    pub fn node(&self, data: &Path, env: &[(&str, &str)]) -> Node {
        let options = NodeOptions::default().env([self.env()]);
        let options = options.env(env.iter().copied());
        Node::start_with(data, &options)
    }

    /// Plugs in an ext4 stick on a separate loop device, mounted by the helper.
    pub fn plug(&self, megabytes: u64, label: &str) -> Stick {
        new_stick(self.folder.path(), megabytes, label)
    }

    /// Runs the removals that nodes requested.
    pub fn removals(&self) {
        helper(self.folder.path(), &["removals"]);
    }
}

fn new_stick(folder: &Path, megabytes: u64, label: &str) -> Stick {
    require_tool("mkfs.ext4", "e2fsprogs");
    let image = tempfile::NamedTempFile::new().expect("an image");
    File::set_len(image.as_file(), megabytes << 20).expect("an image");
    let path = image.path().to_str().expect("a path").to_owned();
    run("mkfs.ext4", &["-q", "-L", label, &path]);
    let mut stick = Stick { name: String::new(), run: folder.to_path_buf(), image, is_in: false };
    stick.again();
    stick
}

impl Stick {
    /// Returns the mount point.
    pub fn path(&self) -> PathBuf {
        self.run.join("sticks").join(&self.name)
    }

    /// Remounts the stick read-only or writable.
    pub fn set_read_only(&self, read_only: bool) {
        let mode = if read_only { "remount,ro" } else { "remount,rw" };
        as_root(&["mount", "-o", mode, text(&self.path())]);
    }

    /// Pulls the stick out, even while it is in use.
    pub fn pull(&mut self) {
        helper(&self.run, &["unmount", &self.name]);
        self.is_in = false;
        as_root(&["losetup", "-d", &format!("/dev/{}", self.name)]);
    }

    /// Plugs the stick in again.
    pub fn again(&mut self) {
        let output =
            Command::new("losetup").args(["--find", "--show"]).arg(self.image.path()).output();
        let device = String::from_utf8(output.expect("losetup runs").stdout).expect("a device");
        self.name = device.trim().trim_start_matches("/dev/").to_owned();
        assert!(!self.name.is_empty(), "a loop device needs root");
        helper(&self.run, &["mount", &self.name]);
        self.is_in = true;
    }
}

impl Drop for Stick {
    fn drop(&mut self) {
        if self.is_in {
            self.pull();
        }
    }
}

/// Runs the helper like systemd, but on the test's folder and as the current user.
fn helper(run: &Path, words: &[&str]) {
    let helper = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../systemd/stick");
    let user = Command::new("id").arg("-un").output().expect("id runs").stdout;
    let user = format!("IMAJIN_USB_USER={}", String::from_utf8_lossy(&user).trim());
    let run = format!("IMAJIN_USB_FOLDER={}", run.display());
    let mut all = vec!["env", &user, &run, text(&helper)];
    all.extend(words);
    as_root(&all);
}

fn run(program: &str, words: &[&str]) {
    let status = Command::new(program).args(words).status().expect("it runs");
    assert!(status.success(), "{program} {words:?}");
}
