//! A mail server on this machine (tests/smtp/server.py).

use crate::prelude::*;
use std::io::{BufRead, BufReader};
use std::process::Child;
use std::sync::mpsc;

/// Upper bound for the node's first retry of a letter.
const PATIENCE: Duration = Duration::from_secs(60);

/// A mail server that fails the first letters temporarily. Stopped when dropped.
pub struct MailServer {
    child: Child,
    letters: mpsc::Receiver<Json>,
    port: u64,
    trust: String,
}

impl MailServer {
    /// Starts a server, which writes its files to `folder`.
    pub fn start(folder: &Path, failures: u32) -> Self {
        let python = std::env::var_os("IMAJIN_PYTHON").map_or("python3".into(), PathBuf::from);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../smtp/server.py");
        let mut child = Command::new(python)
            .args([script.as_os_str(), folder.as_os_str()])
            .arg(failures.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python runs");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let first =
            lines.next().expect("a mail server (aiosmtpd, trustme: tests/requirements.txt)");
        let greeting: Json = serde_json::from_str(&first.expect("a line")).expect("JSON");
        let (sender, letters) = mpsc::channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let letter = serde_json::from_str(&line).expect("JSON");
                // The receiver is gone once the test has ended.
                let _ = sender.send(letter);
            }
        });
        Self {
            child,
            letters,
            port: greeting["port"].as_u64().expect("a port"),
            trust: greeting["trust"].as_str().expect("a file").to_owned(),
        }
    }

    /// Returns the next letter.
    pub fn letter(&mut self) -> Json {
        self.letters.recv_timeout(PATIENCE).expect("a letter")
    }

    /// Returns the next letter, if one arrives within this time.
    pub fn letter_within(&mut self, time: Duration) -> Option<Json> {
        self.letters.recv_timeout(time).ok()
    }

    /// Returns the port.
    pub fn port(&self) -> u64 {
        self.port
    }

    /// Returns options for a node that trusts the server, but has no mail settings.
    pub fn trusted(&self) -> NodeOptions {
        let mut options = self.options();
        options.env.retain(|(name, _)| name == "SSL_CERT_FILE");
        options
    }

    /// Returns options for a node that sends its letters to the server.
    pub fn options(&self) -> NodeOptions {
        let port = self.port.to_string();
        let env = [
            ("IMAJIN_MAIL_SERVER", "localhost"),
            ("IMAJIN_MAIL_PORT", &port),
            ("IMAJIN_MAIL_SECURITY", "starttls"),
            ("IMAJIN_MAIL_USER", "box"),
            ("IMAJIN_MAIL_PASSWORD", "a password"),
            ("IMAJIN_MAIL_FROM", "Ada's box <box@example.org>"),
            // The program's trust store, as on a machine with its own certificate authority.
            ("SSL_CERT_FILE", &self.trust),
        ];
        NodeOptions::default().env(env)
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
