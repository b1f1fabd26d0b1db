//! A storage with S3's protocol on this machine, which checks every signature (tests/s3/storage.py).

use crate::{Ran, imajin_with};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A storage with one bucket, `boxes`. Stopped when dropped.
pub struct Storage {
    child: Child,
    /// Environment variables with address, key id and key.
    pub env: [(&'static str, String); 3],
}

impl Storage {
    /// Starts a storage.
    pub fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../s3/storage.py");
        let python = std::env::var("IMAJIN_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let mut child = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Python runs");
        let output = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let line = output.map_while(Result::ok).find(|line| line.starts_with("http"));
        let line = line.expect("the storage starts: pip install -r tests/requirements.txt");
        let mut words = line.split(' ').map(str::to_owned);
        let env = ["IMAJIN_BACKUP_S3_URL", "IMAJIN_BACKUP_S3_KEY", "IMAJIN_BACKUP_S3_SECRET"];
        let env = env.map(|name| (name, words.next().expect("address, key and secret")));
        Self { child, env }
    }

    /// Runs `imajin` with the storage's address and key.
    pub fn run(&self, words: &[&str]) -> Ran {
        let env: Vec<(&str, &str)> =
            self.env.iter().map(|(name, value)| (*name, value.as_str())).collect();
        imajin_with(words, &env)
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
