//! The node starts with the version on trial, and this waits for the result. The judgement is that of the service
//! manager's own steps: whether this command lives to see it changes nothing.

use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_box::versions::Store;
use imajin_registry::version::Version;
use std::process::Command;
use std::time::Duration;

/// The node's unit.
const UNIT: &str = "imajin.service";
const POLL: Duration = Duration::from_millis(500);
/// Two starts at most, each of which may take as long as the unit allows (five minutes), and the questions afterwards.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Asks the service manager for a restart of the node, and waits. Returns whether the node came up.
pub(super) fn restart() -> Outcome<bool> {
    let status = Command::new("systemctl").args(["restart", UNIT]).status();
    Ok(status.or_unusable("systemctl")?.success())
}

/// Starts the version on trial and waits for the verdict. An error if it was given up.
pub(super) fn see_through(store: &Store, packaged: &Version, to: &str) -> Outcome {
    eprintln!("version {to} is in its place: the node starts with it");
    let came_up = restart()?;
    let mut polls = PATIENCE.as_millis() / POLL.as_millis();
    loop {
        let state = store.load().map_err(Failure::unusable)?;
        let running = state.version(packaged);
        match (&state.trial, &state.last) {
            (None, Some(last)) if last.version == to && last.why.is_none() && running == to => {
                return Ok(());
            }
            (None, last) => {
                let why = last.as_ref().and_then(|last| last.why.as_deref());
                return Err(Failure::no(format!(
                    "version {to} was given up, and version {running} runs again: {} (journalctl --unit {UNIT})",
                    why.unwrap_or("a newer package was installed")
                )));
            }
            (Some(_), _) if came_up => {
                return Err(Failure::unusable(format!(
                    "version {to} runs, and {UNIT} does not look after it: its file is of an older version, or changed \
                     (scripts/install or the package bring it)"
                )));
            }
            (Some(_), _) => {}
        }
        polls = polls.saturating_sub(1);
        if polls == 0 {
            return Err(Failure::no(format!(
                "version {to} did not come up, and is still on trial: imajin update --list"
            )));
        }
        std::thread::sleep(POLL);
    }
}
