//! The checks of `imajin doctor` and of the page `/health`: what is wrong, what it means, and what to do.
//!
//! Always: each check runs independently of the others. The checks repair nothing except what every start repairs (the
//! journal's entries move into the logs).

mod backups;
mod files;
mod health;
mod logs;
mod network;
mod surroundings;
mod updates;

use crate::backup;
use crate::config::Config;
use crate::open::{FolderError, Opened};
use crate::register;
use crate::serve::address;
use crate::serve::control::{self, Running};
use imajin_dfos::Timestamp;
use imajin_service::SystemClock;
use imajin_service::clock::Clock;
use imajin_service::network::NetworkState;
use imajin_service::upkeep::Check;
use std::path::Path;

/// The check of a running node.
const NODE: &str = "node";

/// Checks of the surroundings: the same for the command and for the owner's page, with a running node or without.
pub(crate) fn around(data: &Path, config: Option<&Config>) -> Vec<Check> {
    let mut checks = surroundings::checks(data, config);
    checks.push(health::check(data));
    if let Some(config) = config {
        checks.push(Check::good("settings", "can be read"));
        checks.push(registries(data));
        checks.push(files::check(data, config));
        checks.push(backups::check(data, &config.backup));
        checks.push(updates::check(config));
    }
    checks.extend(backups::restored(data));
    checks.extend(backup::drilled(data).as_ref().map(backup::drill_check));
    checks
}

pub(crate) use surroundings::{believed, doubted};

/// Names and certificates, as a running node has them.
pub(crate) fn names(place: &NetworkState, config: &Config, now: Timestamp) -> Vec<Check> {
    network::checks(place, config, now)
}

/// The registrations. An unreachable registry is not a fault of the node.
fn registries(data: &Path) -> Check {
    const NAME: &str = "registries";
    let all = match register::registrations(data) {
        Ok(all) => all,
        Err(failure) => {
            let todo = "remove node/registries.json and node/registrations.json, and choose the registries again";
            return Check::bad(NAME, failure.text(), todo);
        }
    };
    if all.is_empty() {
        return Check::good(NAME, "this node registers with no registry, and needs none");
    }
    let lines = all
        .iter()
        .map(|one| format!("{}: {}", one.url, one.summary()));
    Check::good(NAME, lines.collect::<Vec<_>>().join("\n"))
}

/// Checks that need the data folder's lock, or the running node's report.
pub(crate) fn inside(data: &Path, config: &Config) -> Vec<Check> {
    if let Some(url) = address::running(data) {
        let running = control::ask(data);
        let now = SystemClock::new(None, |_| true).now();
        let place = running.as_ref().ok().map(|running| running.place.clone());
        let old = running.as_ref().ok();
        let old = old.and_then(|running| older(&running.outdated));
        let mut checks = vec![beside(running, &url)];
        if checks[0].name == NODE {
            checks.push(logs::through(data));
        }
        checks.extend(old);
        if let Some(place) = place {
            checks.extend(network::checks(&place, config, now));
        }
        return checks;
    }
    let opened = match Opened::existing(data, config) {
        Ok(opened) => opened,
        Err(error) => {
            return vec![
                Check::bad("opening", error.to_string(), remedy(&error)),
                logs::check(data),
            ];
        }
    };
    let mut checks = vec![Check::good(
        "opening",
        "the journal is empty: every entry is in its log",
    )];
    let stats = opened.ledger.stats();
    if stats.waiting > 0 {
        let says = format!(
            "{} entries wait in the journal and could not be moved into their logs",
            stats.waiting
        );
        checks[0] = Check::bad(
            "opening",
            says,
            "see what the check of the logs says; with a full disk, make room",
        );
    }
    checks.extend(older(&control::outdated(&opened.ledger)));
    if let Err(failure) = opened.close() {
        checks.push(Check::bad(
            "closing",
            failure.text(),
            "look at the disk, and run the doctor again",
        ));
    }
    checks.push(logs::check(data));
    checks.push(logs::projections(data, config));
    checks.push(logs::addresses(data));
    checks
}

/// A check for records with a known newer state; `None` if there are none.
pub(crate) fn older(outdated: &[(String, String)]) -> Option<Check> {
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

/// The check of a running node.
fn beside(running: Result<Running, String>, url: &str) -> Check {
    let running = match running {
        Ok(running) => running,
        Err(why) => {
            let says = format!(
                "a node is running on this folder (at {url}) and does not say how it is: {why}"
            );
            return Check::bad(
                NODE,
                says,
                "look at its log; if it hangs, stop it and start it again",
            );
        }
    };
    if running.sealed {
        return Check::bad(
            "sealed",
            format!(
                "the node at {url} is locked: it was started, and nobody has opened its seal yet"
            ),
            "open that page and type the passphrase, or plug in the stick with its key file",
        );
    }
    if let Some(why) = running.fatal {
        let says = format!("the node at {url} cannot write any more: {why}");
        return Check::bad(
            NODE,
            says,
            "look at the disk, then start the node again: it recovers what was acknowledged",
        );
    }
    let set_aside = running
        .quarantined
        .iter()
        .map(|(did, why)| format!("{did} ({why})"));
    let set_aside: Vec<String> = set_aside.collect();
    if !set_aside.is_empty() {
        let says = format!("the node at {url} has set aside: {}", set_aside.join(", "));
        return Check::bad(
            NODE,
            says,
            "stop the node and run the doctor again: it says what to do about each",
        );
    }
    Check::good(
        NODE,
        format!(
            "the node at {url} serves every log; stop it to have the journal and what the projections say checked, too"
        ),
    )
}

fn remedy(error: &FolderError) -> &'static str {
    use imajin_ledger::OpenError;
    match error {
        FolderError::Ledger(OpenError::Locked(_)) => "stop that process, and run the doctor again",
        FolderError::Ledger(OpenError::Version { .. }) => "use the newer program",
        FolderError::Identity(_) => {
            "bring node/identity.key (or identity.key.age with what opens it) back from a backup: without it this is another node"
        }
        _ => {
            "look at the disk; if a file is damaged, move it away and bring people's bundles back with imajin import"
        }
    }
}
