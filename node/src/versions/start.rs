//! What systemd/imajin.service has done by root around each start: before it, a version on trial is counted and given up
//! where it had its chances; after it, a version on trial is confirmed once it answers.
//!
//! Always: it is the packaged program that judges, never the one on trial. Nothing in `before` keeps a node from starting.

use super::state::State;
use super::store::{Store, StoreError};
use crate::client::Client;
use crate::failure::{Failure, OrFail, Outcome};
use crate::serve::address;
use imajin_registry::version::Version;
use reqwest::Method;
use serde_json::Value as Json;
use std::path::Path;
use std::time::Duration;

/// So often in a row, a second apart, a new version must answer that it is well.
const ANSWERS: u32 = 3;
/// And at most so often it is asked.
const QUESTIONS_MAX: u32 = 30;
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
    // An update that was made meanwhile is another trial.
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

fn hold(store: &Store) -> Outcome<super::store::Held> {
    for _ in 1..HOLD_ATTEMPTS {
        match store.hold() {
            Err(StoreError::Busy) => std::thread::sleep(PAUSE),
            other => return other.map_err(Failure::unusable),
        }
    }
    store.hold().map_err(Failure::unusable)
}

/// Asks the running node until it is sure.
fn is_well(data: &Path, expected: &str) -> Result<(), String> {
    let (mut well, mut last) = (0, String::from("it does not answer"));
    for _ in 0..QUESTIONS_MAX {
        match health(data) {
            Ok((version, _)) if version != expected => {
                return Err(format!("it says that it is version {version}"));
            }
            Ok((_, true)) => well += 1,
            Ok((_, false)) => (well, last) = (0, String::from("it says that it is not well")),
            Err(error) => (well, last) = (0, error),
        }
        if well == ANSWERS {
            return Ok(());
        }
        std::thread::sleep(PAUSE);
    }
    Err(last)
}

/// The version that answers, and whether it is well.
fn health(data: &Path) -> Result<(String, bool), String> {
    let url = address::running(data).ok_or("no node runs on its data folder")?;
    let client = Client::new(&url).map_err(|error| error.to_string())?;
    let request = client
        .request(Method::GET, "/healthz")
        .timeout(ANSWER_TIMEOUT);
    let answer = client.json(request).map_err(|error| error.to_string())?;
    let text = |name: &str| answer.get(name).and_then(Json::as_str).unwrap_or_default();
    Ok((text("version").to_owned(), text("status") == "ok"))
}
