//! Checks that systemd/imajin.service runs as root around each start: before it, a start of a version on trial is counted,
//! and the version is given up after its last chance; after it, a version on trial is confirmed once it answers.
//!
//! Always: the packaged program judges, never the one on trial. Nothing in `before` keeps a node from starting.

use super::state::State;
use super::store::{Store, StoreError};
use crate::client::{Client, ClientError};
use crate::failure::{Failure, OrFail, Outcome};
use crate::serve::address;
use imajin_registry::version::Version;
use reqwest::Method;
use serde_json::Value as Json;
use std::path::Path;
use std::time::Duration;

/// Number of consecutive checks, a second apart, at which a new version must be healthy.
const ANSWERS: u32 = 3;
/// Maximum number of checks.
const QUESTIONS_MAX: u32 = 30;
/// Maximum number of checks while the node is locked: the owner's time to type the passphrase. Less than the start timeout
/// of systemd/imajin.service.
const QUESTIONS_LOCKED_MAX: u32 = 240;
const PAUSE: Duration = Duration::from_secs(1);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);
/// An update that holds the folder has a moment to let go of it.
const HOLD_ATTEMPTS: u32 = 20;

/// Before a start: which program is next.
pub fn before(store: &Store, packaged: &Version) -> Outcome {
    if !store.folder().is_dir() {
        return Ok(());
    }
    let _held = match store.hold() {
        Ok(held) => held,
        // An update that is being made is not on trial yet.
        Err(StoreError::Busy) => return Ok(()),
        Err(error) => return Err(Failure::unusable(error)),
    };
    let mut state = match store.load() {
        Ok(state) => state,
        Err(error) => {
            eprintln!("imajin: {error}; the packaged version {packaged} runs");
            return store.put_aside().map_err(Failure::unusable);
        }
    };
    let mut is_changed = state.starting(packaged);
    while let Some(kept) = state.chosen(packaged) {
        if store.is_whole(kept) {
            break;
        }
        eprintln!("imajin: {} is damaged or gone", store.path(kept).display());
        state.set_aside(packaged);
        is_changed = true;
    }
    if is_changed {
        store.save(&state).map_err(Failure::unusable)?;
        tell(&state, packaged);
    }
    Ok(())
}

fn tell(state: &State, packaged: &Version) {
    let version = state.version(packaged);
    match (&state.trial, &state.last) {
        (Some(trial), _) => eprintln!(
            "imajin: version {version} is on trial (start {})",
            trial.starts
        ),
        (None, Some(last)) => {
            if let Some(why) = &last.why {
                eprintln!(
                    "imajin: back to version {version}; version {} was given up: {why}",
                    last.version
                );
            }
        }
        (None, None) => {}
    }
}

/// After a start, once the node said that it is ready: a version on trial is confirmed, or given up.
pub fn after(store: &Store, packaged: &Version, data: &Path) -> Outcome {
    let state = store.load().map_err(Failure::unusable)?;
    if state.trial.is_none() {
        return Ok(());
    }
    let expected = state.version(packaged);
    let verdict = is_well(data, &expected);
    let _held = hold(store)?;
    // An update made in the meantime has another trial.
    let mut now = store.load().map_err(Failure::unusable)?;
    if now.trial.is_none() || now.pair != state.pair {
        return Ok(());
    }
    match verdict {
        Ok(()) => now.confirm(packaged),
        Err(ref why) => now.give_up(packaged, why),
    }
    store.save(&now).map_err(Failure::unusable)?;
    tell(&now, packaged);
    store.sweep(&now).map_err(Failure::unusable)?;
    verdict.or_no(format!("version {expected} is given up"))
}

/// Values of `$SERVICE_RESULT` (systemd.exec(5)) for a service that was not ready in time, or stopped answering the
/// watchdog.
const HUNG: [&str; 2] = ["timeout", "watchdog"];

/// After the service ended: a version on trial that hung is given up, before it hangs a second time.
pub fn stopped(store: &Store, packaged: &Version, result: &str) -> Outcome {
    if !store.folder().is_dir() || !HUNG.contains(&result) {
        return Ok(());
    }
    let _held = hold(store)?;
    let mut state = store.load().map_err(Failure::unusable)?;
    if state.hung(packaged) {
        store.save(&state).map_err(Failure::unusable)?;
        tell(&state, packaged);
    }
    Ok(())
}

fn hold(store: &Store) -> Outcome<super::store::Held> {
    for _ in 1..HOLD_ATTEMPTS {
        match store.hold() {
            Err(StoreError::Busy) => std::thread::sleep(PAUSE),
            other => return other.map_err(Failure::unusable),
        }
    }
    store.hold().map_err(Failure::unusable)
}

/// Polls the running node until the result is certain. A locked node can't serve yet: it gets more time, and is not
/// healthy before it is open.
fn is_well(data: &Path, expected: &str) -> Result<(), String> {
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
    let request = client
        .request(Method::GET, "/healthz")
        .timeout(ANSWER_TIMEOUT);
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

    const LOCKED: (u16, &str) = (
        503,
        r#"{"status":"failed","failing":"sealed","version":"1.0.0"}"#,
    );
    const FULL: (u16, &str) = (
        503,
        r#"{"status":"failed","failing":"disk","version":"1.0.0"}"#,
    );
    const WAITING: (u16, &str) = (
        503,
        r#"{"status":"failed","failing":"disk","waiting":true,"version":"1.0.0"}"#,
    );
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
