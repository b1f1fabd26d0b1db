//! A node as a separate process.

use crate::prelude::*;
use crate::program;
use std::io::{BufRead, BufReader};
use std::process::{Child, ExitStatus};
use std::sync::mpsc;

/// Upper bound for the recovery of a journal by a debug build on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// Options for starting a node.
#[derive(Default)]
pub struct NodeOptions {
    /// The command prefix that runs the program, e.g. `faketime` with its arguments.
    pub wrapper: Vec<String>,
    /// Environment variables.
    pub env: Vec<(String, String)>,
    /// Additional flags.
    pub flags: Vec<String>,
    /// The program; `imajin` if `None`.
    pub program: Option<PathBuf>,
}

impl NodeOptions {
    /// Options that let a node connect to others on this machine.
    pub fn among_neighbours() -> Self {
        Self::default().env([("IMAJIN_PRIVATE_ADDRESSES", "true")])
    }

    /// Adds environment variables.
    pub fn env<N: Into<String>, V: Into<String>>(
        mut self,
        env: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let env = env.into_iter();
        self.env.extend(env.map(|(name, value)| (name.into(), value.into())));
        self
    }

    /// Runs the program by this command.
    pub fn wrapper<W: Into<String>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
        self.wrapper = words.into_iter().map(Into::into).collect();
        self
    }

    /// Adds flags.
    pub fn flags<F: Into<String>>(mut self, flags: impl IntoIterator<Item = F>) -> Self {
        self.flags.extend(flags.into_iter().map(Into::into));
        self
    }
}

/// A running node. Killed when dropped.
pub struct Node {
    child: Child,
    /// The program's own process, which is the child of a wrapper, if there is one.
    pid: u32,
    /// The base URL.
    pub url: String,
    /// The node's DID.
    pub did: String,
    /// The claim link of an unclaimed node.
    pub claim: Option<String>,
    /// The code in the claim link.
    pub code: Option<String>,
    /// The base URL over TLS, if it has one.
    pub https: Option<String>,
    /// The fingerprint of the certificate of the node's own authority.
    pub sha256: Option<String>,
    /// The data folder.
    pub data: PathBuf,
    /// Whether the node waits to be unlocked, or for room on its disk.
    pub is_locked: bool,
    log: PathBuf,
    lines: mpsc::Receiver<String>,
}

impl Node {
    /// Starts a node on a free port.
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &NodeOptions::default())
    }

    /// Starts a node in a new folder, in `data`. The folder is deleted when dropped.
    pub fn fresh() -> (tempfile::TempDir, Self) {
        let folder = tempfile::tempdir().expect("a folder");
        let node = Self::start(&folder.path().join("data"));
        (folder, node)
    }

    /// Starts a node with options.
    pub fn start_with(data: &Path, options: &NodeOptions) -> Self {
        Self::try_start(data, options)
            .unwrap_or_else(|said| panic!("the node does not start: {said}"))
    }

    /// Starts a node. Returns its output if it ends before it is ready.
    pub fn try_start(data: &Path, options: &NodeOptions) -> Result<Self, String> {
        let log = tempfile::Builder::new()
            .prefix("imajin-node-")
            .suffix(".log")
            .tempfile()
            .expect("a log file");
        let (log_file, log) = log.keep().expect("a log file");
        let mut child = wrapped(options)
            .args(serve_at(options))
            .arg(data)
            .args(&options.flags)
            .env("TZ", "UTC")
            .envs(options.env.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped())
            .stderr(log_file)
            .spawn()
            .expect("the program runs");
        let stdout = child.stdout.take().expect("standard output is a pipe");
        let (sender, receiver) = mpsc::channel();
        // Reads to the end, so that the program never blocks on a full pipe.
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut node = Self {
            pid: child.id(),
            child,
            url: String::new(),
            did: String::new(),
            claim: None,
            code: None,
            https: None,
            sha256: None,
            data: data.to_path_buf(),
            is_locked: false,
            log,
            lines: receiver,
        };
        node.read_banner()?;
        if !options.wrapper.is_empty() {
            node.pid = child_of(node.pid).unwrap_or(node.pid);
        }
        Ok(node)
    }

    /// Waits until a locked node is unlocked and ready.
    pub fn wait_until_open(&mut self) {
        self.is_locked = false;
        if let Err(said) = self.read_banner() {
            panic!("the node does not open: {said}");
        }
        assert!(!self.is_locked, "{}", self.log());
    }

    /// Reads the lines `  name  value` of the program's banner, the last of which says that it is ready or locked.
    fn read_banner(&mut self) -> Result<(), String> {
        let until = Instant::now() + START_TIMEOUT;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                let _ = self.child.kill();
                let _ = self.child.wait();
                return Err(self.log());
            };
            let Some((name, value)) = line.trim().split_once(char::is_whitespace) else {
                continue;
            };
            let value = value.trim();
            match name {
                "node" => self.did = value.to_owned(),
                "address" => self.url = value.to_owned(),
                "claim" => self.claim = Some(value.to_owned()),
                "https" => self.https = Some(value.to_owned()),
                "sha256" => self.sha256 = Some(value.to_owned()),
                "code" => self.code = Some(value.to_owned()),
                "locked" | "full" => {
                    self.is_locked = true;
                    return Ok(());
                }
                "ready" => return Ok(()),
                _ => {}
            }
        }
    }

    /// Requests a path as a stranger.
    pub fn get(&self, path: &str) -> reqwest::blocking::Response {
        let request = program::http().get(format!("{}{path}", self.url));
        request.send().expect("an answer")
    }

    /// Posts JSON, with a session's token or as a stranger. Returns the status and the answer.
    pub fn post(&self, token: Option<&str>, path: &str, body: &Json) -> (u16, Json) {
        let request = program::http().post(format!("{}{path}", self.url));
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        request.json(body).json_answer()
    }

    /// Returns the node's metrics.
    pub fn metrics(&self) -> String {
        self.get("/metrics").text().expect("a text")
    }

    /// Returns the log so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Returns a hard link to the log, which outlives the node.
    pub fn log_path(&self) -> PathBuf {
        let kept = self.log.with_extension("kept");
        let _ = std::fs::remove_file(&kept);
        std::fs::hard_link(&self.log, &kept).expect("a second name for the log");
        kept
    }

    /// Returns the program's process ID.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Sends SIGTERM and waits. Returns the exit status and the duration.
    pub fn stop(mut self) -> (ExitStatus, Duration) {
        let begun = Instant::now();
        signal(self.pid, "TERM");
        let ended = || self.child.try_wait().expect("it is a child");
        let status = crate::until_some("the program's end", ended);
        (status, begun.elapsed())
    }

    /// Stops the node; panics unless it ends successfully without cutting off a request.
    #[track_caller]
    pub fn stop_gracefully(self) {
        let log = self.log_path();
        let (status, _) = self.stop();
        let text = std::fs::read_to_string(&log).expect("its log");
        let _ = std::fs::remove_file(log);
        assert!(status.success() && !text.contains("were cut off"), "{status}: {text}");
    }

    /// Stops the node. Checks the newest logs of these DIDs by both verifiers, and that all tables follow from the logs.
    pub fn check_records(self, dids: &[&str]) {
        let data = self.data.clone();
        let (status, _) = self.stop();
        assert!(status.success());
        for did in dids {
            let log = crate::newest_log(&data, did);
            let log = log.to_str().expect("a path");
            program::imajin(["verify", log, "--did", did]).ok();
            program::python_verifier([log]).ok();
        }
        let data = data.to_str().expect("a path");
        program::imajin(["rebuild", "--check", "--data", data]).ok();
    }

    /// Kills the process (SIGKILL).
    pub fn kill(mut self) {
        signal(self.pid, "KILL");
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Waits until the process ends on its own; `None` after `at_most`.
    pub fn wait(&mut self, at_most: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + at_most;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            if Instant::now() >= until {
                return None;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            signal(self.pid, "KILL");
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        if std::thread::panicking() {
            eprintln!("--- log of the node at {}\n{}", self.url, self.log());
        }
        let _ = std::fs::remove_file(&self.log);
    }
}

/// Returns the flags for a free port, unless the options choose one.
fn serve_at(options: &NodeOptions) -> Vec<&'static str> {
    if options.flags.iter().any(|flag| flag == "--listen") {
        vec!["serve", "--data"]
    } else {
        vec!["serve", "--listen", "127.0.0.1:0", "--data"]
    }
}

fn wrapped(options: &NodeOptions) -> Command {
    let program = options.program.as_deref().unwrap_or_else(|| program::binary());
    let Some((first, rest)) = options.wrapper.split_first() else {
        return program::command_of(program);
    };
    let mut command = Command::new(first);
    command.args(rest).arg(program).stdin(Stdio::null());
    command
}

fn signal(pid: u32, name: &str) {
    let _ = Command::new("kill")
        .arg(format!("-{name}"))
        .arg(pid.to_string())
        .stderr(Stdio::null())
        .status();
}

/// Returns the first child of a process, for wrappers (shell scripts) that stay in between.
fn child_of(pid: u32) -> Option<u32> {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
    let child = children.split_whitespace().next()?.parse().ok()?;
    Some(child_of(child).unwrap_or(child))
}
