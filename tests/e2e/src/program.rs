//! Running the program and the other tools.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use crate::AnswerExt;

/// The result of a command.
pub struct Ran {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Ran {
    /// Returns standard output; panics if the command failed.
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        self.stdout
    }

    /// Returns standard output as JSON; panics if the command failed.
    pub fn json(self) -> serde_json::Value {
        let text = self.ok();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("no JSON ({error}): {text}"))
    }

    /// Returns all output; panics unless the command ended with `code`.
    pub fn fails_with(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        self.stdout + &self.stderr
    }

    pub(crate) fn from_output(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Returns the path of the program under test: `IMAJIN_BIN`, else built here once.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(path) = std::env::var_os("IMAJIN_BIN") {
            return PathBuf::from(path);
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "-p", "imajin", "--bin", "imajin"])
            .current_dir(&root)
            .status()
            .expect("cargo runs");
        assert!(built.success(), "the program does not build");
        // Test programs are in target/<profile>/deps; the program is in target/<profile>.
        let test = std::env::current_exe().expect("a test has a path");
        let deps = test.parent().expect("a test is in a folder");
        deps.parent().expect("deps is in a folder").join("imajin")
    })
}

/// Returns the path of another program of the workspace: `variable`, else the file next to `imajin`. Panics with a
/// clear message if it is missing.
pub(crate) fn beside(name: &str, variable: &str) -> PathBuf {
    let path = match std::env::var_os(variable) {
        Some(path) => PathBuf::from(path),
        None => binary().with_file_name(name),
    };
    assert!(path.exists(), "{} is missing: cargo build -p {name}", path.display());
    path
}

/// Maximum disk reserve of a test's node, in bytes.
pub(crate) const RESERVE_MAX_BYTES: &str = "268435456";

/// Returns a command that runs the program in a clean environment.
pub fn command() -> Command {
    command_of(binary())
}

/// Returns a command that runs another program of the workspace in a clean environment.
pub(crate) fn command_of(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let ours = name.to_string_lossy().starts_with("IMAJIN_");
        if ours {
            command.env_remove(name);
        }
    }
    // Ports are reused: a node known to one test must not affect another.
    let file_name = format!("imajin-e2e-known-nodes-{}", std::process::id());
    command
        .env_remove("STATE_DIRECTORY")
        .env_remove("XDG_DATA_HOME")
        // The free space of the test machine must not affect the program.
        .env("IMAJIN_DISK_RESERVE_MAX_BYTES", RESERVE_MAX_BYTES)
        .env("IMAJIN_KNOWN_NODES", std::env::temp_dir().join(file_name));
    command.stdin(Stdio::null());
    command
}

/// Runs `imajin` with arguments and waits.
pub fn imajin<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ran {
    imajin_with(arguments, &[])
}

/// Runs `imajin` with arguments and environment and waits.
pub fn imajin_with<S: AsRef<OsStr>>(
    arguments: impl IntoIterator<Item = S>,
    env: &[(&str, &str)],
) -> Ran {
    let output =
        command().args(arguments).envs(env.iter().copied()).output().expect("the program runs");
    Ran::from_output(output)
}

/// Runs `imajin` with arguments, then the node and the key file, as a person on that node.
pub fn imajin_as<S: AsRef<OsStr>>(
    node: &str,
    key: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Ran {
    let mut command = command();
    command.args(arguments).args(["--node", node, "--key"]);
    Ran::from_output(command.arg(key).output().expect("the program runs"))
}

/// Runs another program of the workspace and waits.
pub fn run<S: AsRef<OsStr>>(program: &Path, arguments: impl IntoIterator<Item = S>) -> Ran {
    let output = command_of(program).args(arguments).output();
    Ran::from_output(output.expect("the program runs"))
}

/// Runs the second verifier, in Python: same paths, same exit codes.
pub fn python_verifier<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ran {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python =
        std::env::var_os("IMAJIN_PYTHON").map_or_else(|| PathBuf::from("python3"), PathBuf::from);
    let output = Command::new(python)
        .arg("-m")
        .arg("verifier")
        .args(arguments)
        .current_dir(tests)
        .output()
        .expect("Python runs");
    Ran::from_output(output)
}

/// Panics if a required tool is missing, so that a test never passes by not running.
pub fn require_tool(name: &str, package: &str) {
    let lookup = Command::new("sh")
        .args(["-c", &format!("command -v {name}")])
        .stdout(Stdio::null())
        .status();
    assert!(
        lookup.is_ok_and(|status| status.success()),
        "{name} is missing: apt-get install {package}"
    );
}

/// Returns a plain HTTP client, for requests of a stranger's program. It trusts no authority, since reading the
/// system's takes longer than most requests. Each request has its own connection, as from a separate program.
pub fn http() -> reqwest::blocking::Client {
    static CLIENT: OnceLock<reqwest::blocking::Client> = OnceLock::new();
    let made = CLIENT.get_or_init(|| {
        // A provider installed earlier serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder =
            reqwest::blocking::Client::builder().tls_certs_only([]).pool_max_idle_per_host(0);
        builder.build().expect("a client")
    });
    made.clone()
}

/// Sends a GET request. Returns the status and JSON.
pub fn get(url: &str) -> (u16, serde_json::Value) {
    http().get(url).json_answer()
}
