//! `imajin-registry` as a process of its own.

use crate::program::{RESERVE_MAX_BYTES, beside};
use serde_json::Value as Json;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longer than a busy machine takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// How to start a registry.
#[derive(Default, Clone)]
pub struct RegistryOptions {
    /// What runs it, e.g. `ip netns exec NAME`.
    pub wrapper: Vec<String>,
    /// Its settings, as TOML.
    pub config: String,
    /// Environment.
    pub env: Vec<(String, String)>,
    /// Where it listens; a free port of this machine if not said.
    pub listen: Option<String>,
}

/// A running registry. It is killed when dropped.
pub struct Registry {
    child: Child,
    /// Its address, with which a node's settings name it.
    pub url: String,
    /// Its folder.
    pub data: PathBuf,
    wrapper: Vec<String>,
}

impl Registry {
    /// Starts one.
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
        let mut line = String::new();
        let stdout = child.stdout.take().expect("standard output is a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let url = line.trim().strip_prefix("listening on ");
        let url = url.expect("the registry says where it listens").to_owned();
        Self {
            child,
            url,
            data: data.to_path_buf(),
            wrapper: options.wrapper.clone(),
        }
    }

    /// Where it listens.
    pub fn listens_at(&self) -> String {
        self.url.trim_start_matches("http://").to_owned()
    }

    /// What it answers to a GET of `/api/<path>`.
    pub fn get(&self, path: &str) -> (u16, Json) {
        let url = format!("{}/api/{path}", self.url);
        if self.wrapper.is_empty() {
            crate::get(&url)
        } else {
            // On a host of its own it is asked there.
            crate::hosts::get(&self.wrapper, &url)
        }
    }

    /// The node of this DID or name, if it is known here.
    pub fn node(&self, id: &str) -> Option<Json> {
        match self.get(&format!("node/lookup/{id}")) {
            (200, node) => Some(node),
            (404, _) => None,
            (status, answer) => panic!("{status} {answer}"),
        }
    }

    /// Waits until the node is known here and `is_so`.
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

    /// Waits for a status.
    pub fn until_status(&self, id: &str, status: &str) -> Json {
        self.until(id, status, |node| node["status"] == status)
    }

    /// Asks it to stop and waits: also behind a wrapper, since the signal goes to its whole session there.
    pub fn stop(mut self) {
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.child.wait();
    }

    /// Pulls the plug.
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

/// The program: `IMAJIN_REGISTRY_BIN`, or what stands beside `imajin`.
pub fn program() -> PathBuf {
    beside("imajin-registry", "IMAJIN_REGISTRY_BIN")
}

/// Runs `imajin-registry` with arguments and waits: whether it worked, and everything that it said.
pub fn imajin_registry(arguments: &[&str], env: &[(&str, &str)]) -> (bool, String) {
    let output = Command::new(program())
        .args(arguments)
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("the program runs");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
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
