//! `imajin-registry` as a separate process.

use crate::prelude::*;
use crate::program::{RESERVE_MAX_BYTES, beside};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::Child;

/// Upper bound for any step on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Options for starting a registry.
#[derive(Default, Clone)]
pub struct RegistryOptions {
    /// The command prefix that runs the program, e.g. `ip netns exec NAME`.
    pub wrapper: Vec<String>,
    /// Settings as TOML.
    pub config: String,
    /// Environment variables.
    pub env: Vec<(String, String)>,
    /// The listening address; a free port of this machine if `None`.
    pub listen: Option<String>,
}

/// A running registry. Killed when dropped.
pub struct Registry {
    child: Child,
    /// The base URL for a node's settings.
    pub url: String,
    /// The data folder.
    pub data: PathBuf,
    visitors: Option<SocketAddr>,
    wrapper: Vec<String>,
}

impl Registry {
    /// Starts a registry.
    pub fn start(data: &Path, options: &RegistryOptions) -> Self {
        std::fs::create_dir_all(data).expect("a folder");
        let config = data.join("settings.toml");
        let disk = format!("disk.reserve_max_bytes = {RESERVE_MAX_BYTES}\n");
        std::fs::write(&config, disk + &options.config).expect("the settings are written");
        let listen = options.listen.as_deref().unwrap_or("127.0.0.1:0");
        let mut child = wrapped(&options.wrapper, &program())
            .args(["serve", "--listen", listen, "--data"])
            .arg(data)
            .arg("--config")
            .arg(config)
            .env("IMAJIN_LOG", "warn")
            .envs(options.env.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the registry runs");
        let stdout = child.stdout.take().expect("standard output is a pipe");
        let mut visitors = None;
        let mut url = None;
        for line in BufReader::new(stdout).lines() {
            let line = line.expect("a line");
            if let Some(address) = line.strip_prefix("carrying connections at ") {
                visitors = Some(address.parse().expect("an address"));
            }
            if let Some(address) = line.strip_prefix("listening on ") {
                url = Some(address.to_owned());
                break;
            }
        }
        Self {
            child,
            url: url.expect("the registry says where it listens"),
            visitors,
            data: data.to_path_buf(),
            wrapper: options.wrapper.clone(),
        }
    }

    /// Returns the process id; behind a wrapper that runs the program in its own place, the program's.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Returns the listening address.
    pub fn listens_at(&self) -> String {
        self.url.trim_start_matches("http://").to_owned()
    }

    /// Returns the address at which it carries connections to nodes.
    pub fn carries_at(&self) -> SocketAddr {
        self.visitors.expect("its settings have a tunnel")
    }

    /// Sends a GET request for `/api/<path>`.
    pub fn get(&self, path: &str) -> (u16, Json) {
        let url = format!("{}/api/{path}", self.url);
        if self.wrapper.is_empty() {
            crate::get(&url)
        } else {
            // On a separate host the request is sent from there.
            crate::hosts::get(&self.wrapper, &url)
        }
    }

    /// Returns the node with this DID or name, if it is registered.
    pub fn node(&self, id: &str) -> Option<Json> {
        match self.get(&format!("node/lookup/{id}")) {
            (200, node) => Some(node),
            (404, _) => None,
            (status, answer) => panic!("{status} {answer}"),
        }
    }

    /// Waits until the node is registered and `is_so`.
    pub fn until(&self, id: &str, what: &str, is_so: impl Fn(&Json) -> bool) -> Json {
        let until = Instant::now() + PATIENCE;
        loop {
            let node = self.node(id);
            if let Some(node) = node.as_ref().filter(|node| is_so(node)) {
                return node.clone();
            }
            assert!(Instant::now() < until, "{id} is not {what}: {node:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the node has a status.
    pub fn until_status(&self, id: &str, status: &str) -> Json {
        self.until(id, status, |node| node["status"] == status)
    }

    /// Sends SIGTERM and waits. Behind a wrapper the signal goes to the whole session.
    pub fn stop(mut self) {
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.child.wait();
    }

    /// Kills the process (SIGKILL).
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the path of the program: `IMAJIN_REGISTRY_BIN`, or the file next to `imajin`.
pub fn program() -> PathBuf {
    beside("imajin-registry", "IMAJIN_REGISTRY_BIN")
}

/// Runs `imajin-registry` and waits. Returns whether it succeeded, and its output.
pub fn imajin_registry(arguments: &[&str], env: &[(&str, &str)]) -> (bool, String) {
    let output = Command::new(program())
        .args(arguments)
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("the program runs");
    let bytes = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&bytes).into_owned())
}

fn wrapped(wrapper: &[String], program: &Path) -> Command {
    let mut command = match wrapper.split_first() {
        Some((first, rest)) => {
            let mut command = Command::new(first);
            command.args(rest).arg(program);
            command
        }
        None => Command::new(program),
    };
    command.stdin(Stdio::null());
    command
}
