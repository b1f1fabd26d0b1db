//! Projections from logs: made anew, or made beside and compared.
//!
//! Always: what is under `runtime/` comes from the logs alone, so an old folder is only ever set aside for a fresh one
//! that the ledger makes when it finds none. A break in between loses nothing: the next start makes what is missing.

mod compare;

use crate::config::Config;
use crate::failure::{Failure, OrFail, Outcome};
use crate::open::Opened;
use std::fs;
use std::path::Path;

const RUNTIME: &str = "runtime";
/// Where the old projections wait while new ones are made.
const ASIDE: &str = "runtime.aside";

/// Makes the projections anew.
pub fn replace(data: &Path, config: &Config) -> Outcome {
    // Opened once as it is: whoever holds the folder is found out before anything is moved.
    Opened::existing(data, config)?.close()?;
    set_aside(data)?;
    make(data, config)?;
    remove(&data.join(ASIDE))
}

/// Makes projections beside the ones that are there and says in what they differ; those that are there stay.
pub fn check(data: &Path, config: &Config) -> Outcome<Vec<String>> {
    Opened::existing(data, config)?.close()?;
    set_aside(data)?;
    let compared = make(data, config).and_then(|()| {
        compare::folders(&data.join(ASIDE), &data.join(RUNTIME))
            .or_no("the projections cannot be compared")
    });
    remove(&data.join(RUNTIME))?;
    fs::rename(data.join(ASIDE), data.join(RUNTIME))
        .or_unusable("cannot put the projections back")?;
    compared
}

fn set_aside(data: &Path) -> Outcome {
    let (runtime, aside) = (data.join(RUNTIME), data.join(ASIDE));
    if aside.exists() && !runtime.exists() {
        // A check that was broken off.
        fs::rename(&aside, &runtime).or_unusable("cannot put the projections back")?;
    }
    remove(&aside)?;
    match runtime.exists() {
        true => fs::rename(&runtime, &aside).or_unusable("cannot set the projections aside"),
        false => fs::create_dir(&aside).or_unusable("cannot set the projections aside"),
    }
}

fn make(data: &Path, config: &Config) -> Outcome {
    Opened::existing(data, config)?.close()
}

fn remove(path: &Path) -> Outcome {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::unusable(
            format!("cannot remove {}: {error}", path.display()),
        )),
        _ => Ok(()),
    }
}
