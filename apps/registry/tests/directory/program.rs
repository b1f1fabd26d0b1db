//! The directory in the program `imajin-registry`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use imajin_dfos::hex;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{public_hex, registry_key};

struct Process(Child, String);

impl Process {
    fn start(folder: &Path, config: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let path = folder.join("config.toml");
        std::fs::write(&path, config).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_imajin-registry"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder)
            .arg("--config")
            .arg(path)
            .env("IMAJIN_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .unwrap()
            .to_owned();
        Self(child, url)
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let response = reqwest::get(format!("{}{path}", self.1)).await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or_default())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn beside_the_relay() {
    let folder = TempDir::new().unwrap();
    let config = format!(
        "name = \"Ours\"\n[directory]\npolicy = \"approved\"\nkeys = [\"{}\"]\n",
        public_hex(&registry_key())
    );
    let process = Process::start(folder.path(), &config);
    let (status, list) = process.get("/api/node/list").await;
    assert_eq!((status, &list["total"]), (200, &json!(0)));
    for path in ["/.well-known/dfos-relay", "/relay/.well-known/dfos-relay"] {
        assert_eq!(process.get(path).await.0, 200, "{path}");
    }
    // What `sign` prints is what the directory takes.
    let payload = json!({ "version": "1.0.0", "buildHashes": ["ab".repeat(32)], "releaseDate": "2026-01-01" });
    let output = Command::new(env!("CARGO_BIN_EXE_imajin-registry"))
        .args(["sign", "build.release", &payload.to_string()])
        .env(
            "REGISTRY_PRIVATE_KEY",
            hex::encode(&registry_key().to_bytes()),
        )
        .output()
        .unwrap();
    assert!(output.status.success());
    let posted = reqwest::Client::new()
        .post(format!("{}/api/builds", process.1))
        .body(output.stdout)
        .send()
        .await
        .unwrap();
    assert_eq!(posted.status(), 201);
    assert_eq!(
        process.get("/api/builds").await.1["builds"][0]["version"],
        "1.0.0"
    );
}

#[test]
fn settings_that_mean_nothing() {
    let folder = TempDir::new().unwrap();
    for (config, word) in [
        ("[directory]\nkeys = [\"x\"]\n", "public key"),
        ("[directory]\npolicy = \"x\"\n", "[directory]"),
        ("[directory]\nminimum-version = \"x\"\n", "minimum-version"),
        ("[directory.times]\nstale-after = 9\n", "stale-after"),
        ("[directory.times]\ngrace-secs = -1\n", "hundred years"),
    ] {
        let path = folder.path().join("config.toml");
        std::fs::write(&path, config).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_imajin-registry"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path())
            .arg("--config")
            .arg(path)
            .output()
            .unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(
            !output.status.success() && error.contains(word),
            "{config}: {error}"
        );
    }
}
