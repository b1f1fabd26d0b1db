//! Health of the node that runs after a start, for a version on trial.

use crate::client::{Client, ClientError};
use imajin_box::address;
use reqwest::Method;
use serde_json::Value as Json;
use std::path::Path;
use std::time::Duration;

/// Number of consecutive checks, a second apart, at which a new version must be healthy.
const ANSWERS: u32 = 3;
const QUESTIONS_MAX: u32 = 30;
/// Maximum number of checks while the node is locked: the owner's time to type the passphrase. Less than the start timeout
/// of systemd/imajin.service.
const QUESTIONS_LOCKED_MAX: u32 = 240;
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_secs(1);

/// Polls the running node until the result is certain. A locked node can't serve yet: it gets more time, and is not
/// healthy before it is open.
pub(super) fn is_well(data: &Path, expected: &str) -> Result<(), String> {
    let (mut well, mut asked, mut locked) = (0, 0, 0);
    let mut last = String::from("it does not answer");
    while asked < QUESTIONS_MAX && locked < QUESTIONS_LOCKED_MAX {
        asked += 1;
        match health(data) {
            Ok((version, _)) if version != expected => {
                return Err(format!("it says that it is version {version}"));
            }
            Ok((_, How::Well)) => well += 1,
            Ok((_, How::Locked)) => {
                (well, asked, locked) = (0, 0, locked + 1);
                last = String::from("it is locked, and nobody typed its passphrase in time");
            }
            Ok((_, How::Unwell)) => (well, last) = (0, String::from("it says that it is not well")),
            Err(error) => (well, last) = (0, error),
        }
        if well == ANSWERS {
            return Ok(());
        }
        std::thread::sleep(PAUSE);
    }
    Err(last)
}

/// Health of a node.
#[derive(Debug, PartialEq, Eq)]
enum How {
    Well,
    Unwell,
    Locked,
}

/// The version that answers, and how it is.
fn health(data: &Path) -> Result<(String, How), String> {
    let url = address::running(data).ok_or("no node runs on its data folder")?;
    let client = Client::new(&url).map_err(|error| error.to_string())?;
    let request = client.request(Method::GET, "/healthz").timeout(ANSWER_TIMEOUT);
    let answer = match client.json(request) {
        Ok(answer) => answer,
        Err(ClientError::Refused { problem, .. })
            if ["sealed", "disk"].contains(&problem["failing"].as_str().unwrap_or_default()) =>
        {
            problem
        }
        Err(error) => return Err(error.to_string()),
    };
    let text = |name: &str| answer.get(name).and_then(Json::as_str).unwrap_or_default();
    let how = match (text("status"), text("failing")) {
        ("ok", _) => How::Well,
        (_, "sealed") => How::Locked,
        // The node serves, and a full disk is not the version's fault. A node that waits for room before it opens may be.
        (_, "disk") if answer.get("waiting").is_none() => How::Well,
        _ => How::Unwell,
    };
    Ok((text("version").to_owned(), how))
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_ledger::DataLock;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    /// A node that says one thing after the other of itself, and then the last for ever.
    fn saying(data: &Path, said: &'static [(u16, &'static str)]) -> DataLock {
        std::fs::create_dir_all(data.join("node")).unwrap();
        let lock = DataLock::take(data).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        address::note(data, &format!("http://{}", listener.local_addr().unwrap()));
        std::thread::spawn(move || {
            let last = said.last().into_iter().cycle();
            for (status, body) in said.iter().chain(last) {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 2048]);
                let length = body.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
            }
        });
        lock
    }

    const LOCKED: (u16, &str) =
        (503, r#"{"status":"failed","failing":"sealed","version":"1.0.0"}"#);
    const FULL: (u16, &str) = (503, r#"{"status":"failed","failing":"disk","version":"1.0.0"}"#);
    const WAITING: (u16, &str) =
        (503, r#"{"status":"failed","failing":"disk","waiting":true,"version":"1.0.0"}"#);
    const WELL: (u16, &str) = (200, r#"{"status":"ok","version":"1.0.0"}"#);

    #[test]
    fn a_full_disk_is_no_versions_fault_but_one_that_does_not_open_is_not_well() {
        let folder = tempfile::tempdir().unwrap();
        let _lock = saying(folder.path(), &[WAITING, FULL]);
        for how in [How::Unwell, How::Well] {
            assert_eq!(health(folder.path()), Ok(("1.0.0".to_owned(), how)));
        }
    }

    #[test]
    fn a_version_that_is_locked_is_not_well_before_it_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let _lock = saying(folder.path(), &[LOCKED, LOCKED, LOCKED, LOCKED, WELL]);
        for _ in 0..3 {
            assert_eq!(health(folder.path()), Ok(("1.0.0".to_owned(), How::Locked)));
        }
        // The fourth is locked yet, and then its passphrase comes.
        assert_eq!(is_well(folder.path(), "1.0.0"), Ok(()));
        assert_eq!(health(folder.path()), Ok(("1.0.0".to_owned(), How::Well)));
    }

    #[test]
    fn another_version_that_is_locked_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let _lock = saying(folder.path(), &[LOCKED]);
        let why = is_well(folder.path(), "2.0.0").unwrap_err();
        assert!(why.contains("1.0.0"), "{why}");
    }
}
