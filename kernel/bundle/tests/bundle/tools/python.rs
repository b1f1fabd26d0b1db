//! The independent verifier, run as the other program that it is.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use parking_lot::Mutex;
use serde_json::Value as Json;

fn verifier() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/verifier")
}

fn command(args: &[OsString]) -> Command {
    let python = std::env::var_os("IMAJIN_PYTHON").unwrap_or_else(|| "python3".into());
    let mut command = Command::new(python);
    command.arg(verifier()).args(args).arg("--json");
    command
}

/// Panics: a check that is skipped where it cannot run is worthless.
fn missing(why: &str) -> ! {
    panic!(
        "the independent verifier of tests/verifier cannot run: {why}\n\
         It needs Python 3.11 or later with PyNaCl (Debian: python3-nacl; or pip install -r tests/verifier/requirements.txt). \
         IMAJIN_PYTHON names the interpreter."
    )
}

/// Returns the report on one path, or on two against each other, with options.
pub fn verify(args: &[OsString]) -> Json {
    let output = command(args).output().unwrap_or_else(|error| missing(&error.to_string()));
    if output.stdout.is_empty() {
        missing(&String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A verifier process that reports on many paths in turn, since starting one costs more than most logs.
pub struct Batch {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Batch {
    pub fn start() -> Self {
        let mut child = command(&["--batch".into()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| missing(&error.to_string()));
        Self {
            input: child.stdin.take().unwrap(),
            output: BufReader::new(child.stdout.take().unwrap()),
            child,
        }
    }

    pub fn ask(&mut self, path: &Path) -> Json {
        let mut line = String::new();
        // A process that does not listen does not answer either.
        let _ = writeln!(self.input, "{}", path.display());
        self.output.read_line(&mut line).unwrap();
        if line.is_empty() {
            let _ = self.child.wait();
            missing("it ended without an answer; what it said is above");
        }
        serde_json::from_str(&line).unwrap()
    }
}

/// Returns the shared process's report on a path.
pub fn ask(path: &Path) -> Json {
    static BATCH: Mutex<Option<Batch>> = Mutex::new(None);
    let mut batch = BATCH.lock();
    batch.get_or_insert_with(Batch::start).ask(path)
}
