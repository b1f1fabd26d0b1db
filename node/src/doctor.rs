//! The checks that `imajin doctor` alone makes, inside the data folder: what is wrong, what it means, and what to do. The others
//! are the box's ([`imajin_box::doctor`]).
//!
//! Always: each check runs independently of the others. The checks repair nothing except what every start repairs (the
//! journal's entries move into the logs).

mod logs;

use crate::config::Config;
use crate::open::{FolderError, OpenFolder};
use imajin_app::check::Check;
use imajin_box::address;
use imajin_box::clock::machine_now;
use imajin_box::control::{self, Running};
use imajin_box::doctor::{names, older};
use std::path::Path;

const NODE: &str = "node";

/// Checks that need the data folder's lock, or the running node's report.
pub(crate) fn inside(data: &Path, config: &Config) -> Vec<Check> {
    if let Some(url) = address::running(data) {
        let running = control::ask(data);
        let now = machine_now();
        let place = running.as_ref().ok().map(|running| running.place.clone());
        let old = running.as_ref().ok().and_then(|running| older(&running.outdated));
        let mut checks = vec![beside(running, &url)];
        if checks[0].name == NODE {
            checks.push(logs::through(data));
        }
        checks.extend(old);
        if let Some(place) = place {
            checks.extend(names(&place, &config.for_box(), now));
        }
        return checks;
    }
    let opened = match OpenFolder::existing(data, config) {
        Ok(opened) => opened,
        Err(error) => {
            return vec![
                Check::bad("opening", error.to_string(), remedy(&error)),
                logs::check(data),
            ];
        }
    };
    let mut checks =
        vec![Check::good("opening", "the journal is empty: every entry is in its log")];
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
    if !running.quarantined.is_empty() {
        let set_aside = running.quarantined.iter().map(|(did, why)| format!("{did} ({why})"));
        let set_aside = set_aside.collect::<Vec<_>>().join(", ");
        let says = format!("the node at {url} has set aside: {set_aside}");
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
