//! Checks that systemd/imajin.service runs as root around each start: before it, a start of a version on trial is counted,
//! and the version is given up after its last chance; after it, a version on trial is confirmed once it answers.
//!
//! Always: the packaged program judges, never the one on trial. Nothing in `before` keeps a node from starting.

use super::state::State;
use super::store::{Store, StoreError};
use crate::failure::{Failure, OrFail, Outcome};
use imajin_registry::version::Version;
use std::time::Duration;

const PAUSE: Duration = Duration::from_secs(1);
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
        (Some(trial), _) => {
            eprintln!("imajin: version {version} is on trial (start {})", trial.starts)
        }
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

/// After a start, once the node said that it is ready: a version on trial is confirmed, or given up. `is_well` polls the
/// running node, and says why the version is not well.
pub fn after(
    store: &Store,
    packaged: &Version,
    is_well: impl FnOnce(&str) -> Result<(), String>,
) -> Outcome {
    let state = store.load().map_err(Failure::unusable)?;
    if state.trial.is_none() {
        return Ok(());
    }
    let expected = state.version(packaged);
    let verdict = is_well(&expected);
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

fn hold(store: &Store) -> Outcome<super::store::UpdateLock> {
    for _ in 1..HOLD_ATTEMPTS {
        match store.hold() {
            Err(StoreError::Busy) => std::thread::sleep(PAUSE),
            other => return other.map_err(Failure::unusable),
        }
    }
    store.hold().map_err(Failure::unusable)
}
