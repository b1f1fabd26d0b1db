//! The versions of the program from updates, besides the one of the package or image: which one runs, and the way back.
//!
//! Always: the choice is in one file that root alone replaces as a whole. After an interruption at any time, the next
//! start finds a program that runs: the previous one, or the packaged one. This module knows nothing of a node's data.

mod keys;
mod start;
mod state;
mod store;
#[cfg(test)]
mod tests;
pub mod update_request;

use imajin_registry::version::Version;
use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

pub use keys::{KEYS, trusted};
pub use start::{after, before, stopped};
pub use state::{KeptVersion, Last, Pair, Role, State};
pub use store::{FOLDER, Store, StoreError};

/// Path of the program as installed by package, image and `scripts/install`. Starts the chosen version.
pub const PACKAGED: &str = "/usr/bin/imajin";
/// The program's command for the service manager: always done by the packaged program, whatever was chosen.
const STEPS: &str = "versions";
/// Nor must the way back depend on a program that may not run.
const WAY_BACK: &str = "--rollback";

/// This program's version.
pub fn own() -> Option<Version> {
    env!("CARGO_PKG_VERSION").parse().ok()
}

/// Becomes the chosen version where this is the packaged program and another was chosen: same process, same words. Comes
/// back where this is the one to run, and where the other one does not run.
pub fn become_chosen() {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let is_packaged = std::env::current_exe().is_ok_and(|path| path == Path::new(PACKAGED));
    if !is_packaged || is_for_packaged(&words) {
        return;
    }
    let store = Store::new(FOLDER);
    let Some(own) = own() else { return };
    let state = match store.load() {
        Ok(state) => state,
        Err(error) => return eprintln!("imajin: {error}; the packaged version runs instead"),
    };
    if let Some(kept) = state.chosen(&own) {
        let path = store.path(kept);
        // Only a failure comes back.
        let error = Command::new(&path).arg0("imajin").args(&words).exec();
        eprintln!("imajin: {}: {error}; the packaged version runs instead", path.display());
    }
}

fn is_for_packaged(words: &[OsString]) -> bool {
    let is_first = |word: &str| words.first().is_some_and(|first| first == word);
    // A child for previews runs the same program as its parent.
    is_first(STEPS)
        || is_first(imajin_pictures::COMMAND)
        || words.iter().any(|word| word == WAY_BACK)
}

/// The version of the packaged program, whichever runs now.
pub fn packaged() -> Result<Version, String> {
    let doing = |error: &dyn std::fmt::Display| format!("{PACKAGED}: {error}");
    let output =
        Command::new(PACKAGED).args([STEPS, "packaged"]).output().map_err(|error| doing(&error))?;
    String::from_utf8_lossy(&output.stdout).trim().parse().map_err(|_| {
        doing(
            &"it is missing, or of a version that knows no updates: install a newer package first",
        )
    })
}
