//! The checks of the page `/health`, most of which `imajin doctor` makes as well: what is wrong, what it means, and what to do.
//!
//! Always: each check runs independently of the others, and repairs nothing.

mod backups;
mod files;
mod health;
mod network;
mod surroundings;
mod updates;

use crate::backup;
use crate::failure::Outcome;
use crate::settings::BoxConfig;
use imajin_app::check::Check;
use imajin_registry::enrolment::Registration;
use std::path::Path;

/// Reads the registrations of the node of a data folder, each with its state.
pub type Registrations = fn(&Path) -> Outcome<Vec<Registration>>;

/// Checks of the surroundings: the same for the command and for the owner's page, with a running node or without.
pub fn around(data: &Path, config: Option<&BoxConfig>, registrations: Registrations) -> Vec<Check> {
    let mut checks = surroundings::checks(data, config);
    checks.push(health::check(data));
    if let Some(config) = config {
        checks.push(Check::good("settings", "can be read"));
        checks.push(registries(registrations(data)));
        checks.push(files::check(data, config));
        checks.push(backups::check(data, &config.backup));
        checks.extend(backup::keeping_check(data, &config.backup));
        checks.push(updates::check(config));
    }
    checks.extend(backups::restored(data));
    checks.extend(backup::drilled(data).as_ref().map(backup::drill_check));
    checks
}

pub use network::names;
pub use surroundings::{believed, doubted};

/// The registrations. An unreachable registry is not a fault of the node.
fn registries(all: Outcome<Vec<Registration>>) -> Check {
    const NAME: &str = "registries";
    let all = match all {
        Ok(all) => all,
        Err(failure) => {
            let todo = "remove node/registries.json and node/registrations.json, and choose the registries again";
            return Check::bad(NAME, failure.text(), todo);
        }
    };
    if all.is_empty() {
        return Check::good(NAME, "this node registers with no registry, and needs none");
    }
    let lines = all.iter().map(|one| format!("{}: {}", one.url, one.summary()));
    Check::good(NAME, lines.collect::<Vec<_>>().join("\n"))
}

/// A check for records with a known newer state; `None` if there are none.
pub fn older(outdated: &[(String, String)]) -> Option<Check> {
    if outdated.is_empty() {
        return None;
    }
    // An old copy of the whole data folder is reported once.
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for (did, why) in outdated {
        match reasons.iter_mut().find(|(known, _)| known == why) {
            Some((_, dids)) => dids.push(did),
            None => reasons.push((why, vec![did])),
        }
    }
    let lines = reasons.iter().map(|(why, dids)| match dids.as_slice() {
        [did] => format!("{did}: {why}"),
        dids => format!("{} records: {why}", dids.len()),
    });
    Some(Check::bad(
        "older copy",
        lines.collect::<Vec<_>>().join("\n"),
        "an old card or data folder was put back, or there is a second box with this box's key. Put the newest one in and keep this one aside; or import a newer copy of each record (imajin import COPY --as backup). If there is none, each record's owner says on My data that it continues from here (imajin carry-on)",
    ))
}
