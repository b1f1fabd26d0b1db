//! A machine that the node is installed on, with the parts of a service manager that updates need: the commands before
//! and after `ExecStart=` in the real unit, readiness, and restarts after a failure. An overlay over this machine, so
//! that every path is the real one.

use crate::mount::{Overlay, as_root};
use crate::prelude::*;
use crate::program::Ran;
use crate::stick::{Port, Stick};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixDatagram;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Output};
use std::time::UNIX_EPOCH;

/// Upper bound for the start of a debug build on a busy machine.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// The node's unit.
const UNIT: &str = "imajin.service";
const PAUSE: Duration = Duration::from_millis(20);
/// Maximum number of starts of a failing service before the test gives up the machine.
const STARTS_MAX: u32 = 6;
/// The user and the group of the least rights, since the unit's user has no rights either.
const USER: &str = "65534:65534";
/// System calls that a power cut may interrupt: syncs, changes of names, program starts and waits for their end.
pub const CALLS: [&str; 7] = [
    "fsync,fdatasync",
    "rename,renameat,renameat2",
    "unlink,unlinkat",
    "mkdir,mkdirat",
    "chmod,fchmod,fchmodat",
    "execve",
    "wait4,waitid",
];
/// Sends a request to the manager below and waits for its answer.
const SYSTEMCTL: &str = "#!/bin/sh
[ \"$*\" = 'restart imajin.service' ] || exit 9
at=/run/manager boot=$(cat /run/manager/boot); : >$at/ask
while [ \"$(cat $at/boot)\" = \"$boot\" ] && ! [ -e $at/done ]; do sleep 0.05; done
code=$(cat $at/done) && rm -f $at/done && exit \"$code\"
";

/// A machine with a simulated service manager.
pub struct Machine {
    overlay: Overlay,
    notify: Option<UnixDatagram>,
    node: Option<Child>,
    /// A running update that the owner requested (imajin-update.service).
    update: Option<Child>,
    /// Whether the service should run: if it fails, it is restarted.
    is_wanted: bool,
    /// Number of power cuts.
    cuts: u32,
    /// The service's result, while `ExecStopPost=` runs.
    result: Option<&'static str>,
    /// Number of starts.
    pub starts: u32,
    /// Maximum duration of a start until the node is ready.
    pub ready_within: Duration,
    /// The power is cut in the step of that name, at the n-th of one of [`CALLS`].
    pub strike: Option<(&'static str, &'static str, u32)>,
    /// Additional environment variables of the node.
    pub env: Vec<(String, String)>,
}

impl Machine {
    /// Creates a machine with the program under test as its package and nothing running.
    pub fn new() -> Self {
        let overlay = Overlay::new();
        for folder in ["proc", "dev"] {
            let at = overlay.path().join(folder);
            as_root(&["mount", "--bind", &format!("/{folder}"), text(&at)]);
        }
        let mut machine = Self {
            overlay,
            notify: None,
            node: None,
            update: None,
            is_wanted: false,
            cuts: 0,
            result: None,
            starts: 0,
            ready_within: READY_WITHIN,
            strike: None,
            env: Vec::new(),
        };
        machine.install("0.1.0");
        machine.put("usr/bin/systemctl", SYSTEMCTL.as_bytes());
        for folder in ["opt", "var/lib/imajin"] {
            fs::create_dir_all(machine.path(folder)).expect("a folder");
        }
        as_root(&["chown", USER, text(&machine.path("var/lib/imajin"))]);
        machine.power_on();
        machine
    }

    /// Returns the real path of a path on the machine.
    pub fn path(&self, name: &str) -> PathBuf {
        self.overlay.path().join(name)
    }

    /// Writes an executable file.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        // A running program must not be overwritten.
        let _ = fs::remove_file(&path);
        fs::write(&path, bytes).expect("it is written");
        executable(&path);
    }

    /// Installs the package of a version, as an upgrade does.
    pub fn install(&self, version: &str) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/install");
        let program = program(version);
        let from = program.parent().expect("a folder");
        let output = Command::new(script)
            .args(["--root", text(self.overlay.path()), "--from", text(from)])
            .output()
            .expect("the script runs");
        assert!(output.status.success(), "{output:?}");
    }

    fn power_on(&mut self) {
        for folder in ["run/manager", "run/systemd/system"] {
            fs::create_dir_all(self.path(folder)).expect("a folder");
        }
        fs::write(self.path("run/manager/boot"), self.cuts.to_string()).expect("a file");
        let path = self.path("run/notify");
        let _ = fs::remove_file(&path);
        let socket = UnixDatagram::bind(&path).expect("a socket");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).expect("its mode");
        socket.set_nonblocking(true).expect("a socket");
        self.notify = Some(socket);
    }

    /// Cuts the power: all processes end at once, and memory is lost.
    pub fn cut(&mut self) {
        self.is_wanted = false;
        self.strike = None;
        self.kill_node();
        fs::remove_dir_all(self.path("run/manager")).expect("a folder");
        self.cuts += 1;
        self.power_on();
    }

    /// Starts the machine; panics if the node does not come up on its own.
    pub fn boot(&mut self) {
        let first = self.starts;
        while self.node.is_none() {
            self.is_wanted = true;
            assert!(self.starts < first + STARTS_MAX, "the machine is lost");
            self.start();
        }
    }

    /// Plugs a stick in.
    pub fn plug(&self) -> Stick {
        let updates = self.path("run/imajin/updates");
        fs::create_dir_all(&updates).expect("a folder");
        as_root(&["chown", USER, text(&updates)]);
        // 512 MiB hold three releases of a debug build.
        Port::plug_at(&self.path("run/imajin"), 512, "updates")
    }

    /// Runs the manager until `is_so`; panics after two minutes.
    pub fn until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let until = Instant::now() + 4 * READY_WITHIN;
        while !is_so(self) {
            assert!(Instant::now() < until, "not {what}");
            self.tick();
            std::thread::sleep(PAUSE);
        }
    }

    /// Whether an update that the owner requested is running.
    pub fn is_updating(&self) -> bool {
        self.update.is_some() || self.is_asked()
    }

    fn is_asked(&self) -> bool {
        fs::read_dir(self.path("run/imajin/updates")).is_ok_and(|mut all| all.next().is_some())
    }

    /// Returns the version of the running node.
    pub fn version(&self) -> String {
        let address = fs::read_to_string(self.path("var/lib/imajin/node/address"));
        let address = address.expect("the node's address");
        let (status, health) = crate::get(&format!("{address}/healthz"));
        assert_eq!((status, &health["status"]), (200, &"ok".into()));
        health["version"].as_str().expect("a version").to_owned()
    }

    /// Returns the node's process ID.
    pub fn pid(&self) -> u32 {
        self.node.as_ref().expect("the node runs").id()
    }

    /// Runs `imajin` as root, while the manager does its work.
    pub fn imajin(&mut self, words: &[&str]) -> Ran {
        let child = self.command("0:0", "/usr/bin/imajin").args(words).spawn();
        self.wait(child.expect("it runs"))
    }

    /// Runs `imajin` as the user of the least rights, while the manager does its work.
    pub fn imajin_as_nobody(&mut self, words: &[&str]) -> Ran {
        let child = self.command(USER, "/usr/bin/imajin").args(words).spawn();
        self.wait(child.expect("it runs"))
    }

    /// Runs `imajin` as root and cuts the power before its n-th such call. Returns whether the call was reached.
    pub fn is_cut_at(&mut self, call: &str, n: u32, words: &[&str]) -> bool {
        let child = self.struck(call, n).arg("/usr/bin/imajin").args(words).spawn();
        let ran = self.wait(child.expect("strace runs"));
        match ran.code {
            0 => false,
            -1 => true,
            code => panic!("{code}: {}{}", ran.stdout, ran.stderr),
        }
    }

    fn struck(&self, call: &str, n: u32) -> Command {
        require_tool("strace", "strace");
        let mut command = Command::new("strace");
        clean(&mut command);
        command
            .args(["-qq", "-o", "/dev/null", "-e", &format!("trace={call}")])
            .args(["-e", &format!("inject={call}:signal=KILL:when={n}")])
            .args(["chroot", text(self.overlay.path())])
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn wait(&mut self, mut child: Child) -> Ran {
        let cuts = self.cuts;
        let until = Instant::now() + 4 * READY_WITHIN;
        let status = loop {
            if let Some(status) = child.try_wait().expect("it is a child") {
                break status;
            }
            if Instant::now() > until {
                kill_all(&child);
                let ran = Ran::from_output(child.wait_with_output().expect("its output"));
                panic!("it never ends: {}{}", ran.stdout, ran.stderr);
            }
            self.tick();
            if self.cuts > cuts {
                kill_all(&child);
            }
            std::thread::sleep(PAUSE);
        };
        // strace ends with the signal of its child: the power was cut.
        if status.code().is_none() && self.cuts == cuts {
            kill_all(&child);
            self.cut();
        }
        Ran::from_output(child.wait_with_output().expect("its output"))
    }

    /// Does one round of the manager's work.
    fn tick(&mut self) {
        let has_ended = self.node.as_mut().is_some_and(|node| !matches!(node.try_wait(), Ok(None)));
        if has_ended {
            self.node = None;
        }
        let has_ended =
            self.update.as_mut().is_some_and(|update| !matches!(update.try_wait(), Ok(None)));
        if has_ended {
            self.update = None;
        }
        if self.update.is_none() && self.is_asked() {
            let words = self.line("imajin-update.service", "ExecStart=");
            let mut command = self.command("0:0", &words[0]);
            let update = command.args(&words[1..]).stdout(Stdio::null()).spawn();
            self.update = Some(update.expect("it runs"));
        }
        if fs::remove_file(self.path("run/manager/ask")).is_ok() {
            self.stop();
            self.is_wanted = true;
            let code = if self.start() { "0" } else { "1" };
            let partial = self.path("run/manager/partial");
            fs::write(&partial, code).expect("it is written");
            fs::rename(partial, self.path("run/manager/done")).expect("it has a name");
        } else if self.is_wanted && self.node.is_none() {
            self.start();
        }
    }

    /// Starts the unit once.
    fn start(&mut self) -> bool {
        self.starts += 1;
        // A failure here doesn't prevent the start (`-`).
        let _ = self.step("ExecStartPre=-+");
        if !self.is_wanted {
            return false;
        }
        let words = self.line(UNIT, "ExecStart=");
        let node = self
            .command(USER, &words[0])
            .args(&words[1..])
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .env("NOTIFY_SOCKET", "/run/notify")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs");
        self.node = Some(node);
        let is_ready = self.is_ready();
        let is_up =
            is_ready && self.step("ExecStartPost=+").is_some_and(|output| output.status.success());
        if is_up {
            return true;
        }
        let is_running = self.node.as_mut().is_some_and(|node| matches!(node.try_wait(), Ok(None)));
        self.kill_node();
        // The results are those of systemd.exec(5). After a power cut nothing is reported.
        if self.is_wanted {
            let result = if is_running && !is_ready { "timeout" } else { "exit-code" };
            self.result = Some(result);
            let _ = self.step("ExecStopPost=-+");
            self.result = None;
        }
        false
    }

    fn is_ready(&mut self) -> bool {
        let until = Instant::now() + self.ready_within;
        let mut buffer = [0; 4096];
        while Instant::now() < until {
            let heard = self.notify.as_ref().and_then(|socket| socket.recv(&mut buffer).ok());
            if let Some(length) = heard {
                let message = String::from_utf8_lossy(&buffer[..length]);
                if message.lines().any(|line| line == "READY=1") {
                    return true;
                }
            }
            let node = self.node.as_mut().expect("it was started");
            if !matches!(node.try_wait(), Ok(None)) {
                return false;
            }
            std::thread::sleep(PAUSE);
        }
        false
    }

    /// Runs one of root's steps; `None` if the power was cut in it.
    fn step(&mut self, name: &'static str) -> Option<Output> {
        let words = self.line(UNIT, name);
        let strike = self.strike.filter(|(struck, ..)| *struck == name);
        let mut command = match strike {
            None => self.command("0:0", &words[0]),
            Some((_, call, n)) => {
                let mut command = self.struck(call, n);
                command.arg(&words[0]);
                command
            }
        };
        let command = command
            .args(&words[1..])
            .envs(self.result.map(|result| ("SERVICE_RESULT", result)))
            .env("STATE_DIRECTORY", "/var/lib/imajin");
        let output = command.output().expect("it runs");
        if strike.is_some() && !matches!(output.status.code(), Some(0)) {
            self.cut();
            return None;
        }
        Some(output)
    }

    /// Returns the words of a line of the installed unit.
    fn line(&self, unit: &str, name: &str) -> Vec<String> {
        let unit = fs::read_to_string(self.path("usr/lib/systemd/system").join(unit));
        let unit = unit.expect("the unit");
        let line = unit.lines().find_map(|line| line.strip_prefix(name));
        let line = line.unwrap_or_else(|| panic!("the unit has no {name}"));
        line.split(' ').map(str::to_owned).collect()
    }

    fn command(&self, user: &str, program: &str) -> Command {
        let mut command = Command::new("chroot");
        clean(&mut command);
        command
            .arg(format!("--userspec={user}"))
            .arg(self.overlay.path())
            .arg(program)
            .env("STATE_DIRECTORY", "/var/lib/imajin")
            .env("IMAJIN_LISTEN", "127.0.0.1:0")
            .env("IMAJIN_LAN_ANNOUNCE", "false")
            // The overlay's disk is in memory, and may be smaller than the smallest reserve of the defaults.
            .env("IMAJIN_DISK_RESERVE_MIN_BYTES", "0")
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn stop(&mut self) {
        if let Some(mut node) = self.node.take() {
            let pid = node.id().to_string();
            let _ = Command::new("kill").arg(pid).status();
            let until = Instant::now() + READY_WITHIN;
            while Instant::now() < until && matches!(node.try_wait(), Ok(None)) {
                std::thread::sleep(PAUSE);
            }
            let _ = node.kill();
            let _ = node.wait();
        }
    }

    fn kill_node(&mut self) {
        if let Some(mut node) = self.node.take() {
            let _ = node.kill();
            let _ = node.wait();
        }
    }
}

/// Kills a process and its children, since nothing outlives a power cut. A late child would wait for an answer of the
/// machine's next start, and the test for the child.
fn kill_all(child: &Child) {
    let group = format!("-{}", child.id());
    let kill = ["-KILL", "--", &group];
    // The group may be empty.
    let _ = Command::new("kill").args(kill).stderr(Stdio::null()).status();
}

impl Default for Machine {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.kill_node();
        if let Some(update) = &mut self.update {
            let _ = update.kill();
            let _ = update.wait();
        }
        // Processes that wait for the manager end with it.
        let _ = fs::remove_dir_all(self.path("run/manager"));
    }
}

/// Returns the program under test with another version number of the same length. A file named `imajin` in a separate
/// folder, made once for all tests.
pub fn program(version: &str) -> PathBuf {
    let is_of_now = fs::metadata(binary()).expect("the program");
    let changed = is_of_now.modified().expect("its time");
    let changed = changed.duration_since(UNIX_EPOCH).expect("its time");
    let key = format!("{}-{}", is_of_now.len(), changed.as_nanos());
    let folder = versions().join(version);
    let path = folder.join(&key).join("imajin");
    if !path.exists() {
        // Programs of other builds: their tests make them again.
        let others = fs::read_dir(&folder).into_iter().flatten().flatten();
        for other in others.filter(|other| is_old(&other.path())) {
            let _ = fs::remove_dir_all(other.path());
        }
        make(version, &path);
    }
    path
}

/// Returns the folder of these programs, next to the test programs, so that both are deleted together.
fn versions() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    test.with_file_name("imajin-as-other-versions")
}

/// Whether no process is making this program and no test of its build runs any more.
fn is_old(folder: &Path) -> bool {
    let changed = fs::metadata(folder).and_then(|of| of.modified()).ok();
    let age = changed.and_then(|changed| changed.elapsed().ok());
    age.is_some_and(|age| age > Duration::from_secs(3600))
}

/// Several tests may make the same program at once: each writes a whole file under its own name, and the last rename wins.
fn make(version: &str, path: &Path) {
    const OWN: &[u8] = env!("CARGO_PKG_VERSION").as_bytes();
    assert_eq!(version.len(), OWN.len(), "{version}");
    require_tool("strip", "binutils");
    let folder = path.parent().expect("a folder");
    fs::create_dir_all(folder).expect("a folder");
    let file = tempfile::NamedTempFile::new_in(folder).expect("a file");
    let done = Command::new("strip").arg("-o").arg(file.path()).arg(binary()).status();
    assert!(done.is_ok_and(|status| status.success()), "strip fails");
    let mut bytes = fs::read(file.path()).expect("the program");
    let offsets: Vec<usize> = memchr::memmem::find_iter(&bytes, OWN).collect();
    for at in offsets {
        bytes[at..at + OWN.len()].copy_from_slice(version.as_bytes());
    }
    fs::write(file.path(), bytes).expect("it is written");
    executable(file.path());
    file.into_temp_path().persist(path).expect("it has a name");
}

fn clean(command: &mut Command) {
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("IMAJIN_"))
    {
        command.env_remove(name);
    }
    command.env_remove("XDG_DATA_HOME").env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
}

fn executable(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("its mode");
}
