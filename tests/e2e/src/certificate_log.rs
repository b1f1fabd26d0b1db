//! A search of a log of certificates, with the JSON of crt.sh.

use parking_lot::Mutex;
use serde_json::{Value as Json, json};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

#[derive(Default)]
struct State {
    /// The answer; none for a failure.
    entries: Option<Vec<Json>>,
    /// The name whose search fails.
    failing: Option<String>,
    /// The paths that were asked for.
    asked: Vec<String>,
}

/// A log that answers every search with the same entries, until the test's process ends.
pub struct CertificateLog {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl CertificateLog {
    /// Starts one that fails until it has entries.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State::default()));
        let served = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that is gone asks again.
                let _ = answer(stream, &served);
            }
        });
        Self { address, state }
    }

    /// Returns the address for a node's settings.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sets the answer; `None` for a failure.
    pub fn set(&self, entries: Option<Vec<Json>>) {
        self.state.lock().entries = entries;
    }

    /// Has the searches of a name fail.
    pub fn fail(&self, name: &str) {
        self.state.lock().failing = Some(name.to_owned());
    }

    /// Returns the paths of all searches so far.
    pub fn asked(&self) -> Vec<String> {
        self.state.lock().asked.clone()
    }

    /// Waits until two more searches have begun, so that the answer to one is known to the node.
    pub fn until_searched(&self) {
        let before = self.asked().len();
        crate::until("two searches", || self.asked().len() >= before + 2);
    }
}

/// Returns an entry of a certificate that is valid for a year.
pub fn entry(name: &str, serial: &str, from_year: u32) -> Json {
    json!({
        "issuer_ca_id": 1,
        "issuer_name": "C=XX, O=Other Authority",
        "common_name": name,
        "name_value": name,
        "id": 1,
        "entry_timestamp": format!("{from_year}-01-01T00:00:00.000"),
        "not_before": format!("{from_year}-01-01T00:00:00"),
        "not_after": format!("{}-01-01T00:00:00", from_year + 1),
        "serial_number": serial,
    })
}

fn answer(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let path = first.split(' ').nth(1).unwrap_or_default();
    let mut state = state.lock();
    state.asked.push(path.to_owned());
    let failing = state.failing.as_ref().map(|name| format!("?q={name}&"));
    let fails = failing.is_some_and(|query| path.contains(&query));
    let (status, body) = match &state.entries {
        Some(entries) if !fails => ("200 OK", json!(entries).to_string()),
        _ => ("503 Service Unavailable", "busy".to_owned()),
    };
    drop(state);
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())
}
