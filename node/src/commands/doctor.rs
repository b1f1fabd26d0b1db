//! `imajin doctor`: looks at everything, and for what is wrong says what it means and what to do.
//!
//! Always: each check goes on whatever the others found; nothing is repaired but what every start repairs (the journal's
//! entries are moved into the logs).

mod backups;
mod health;
mod logs;
mod network;
mod surroundings;

use crate::cli::ReportArgs;
use crate::config::{self, Config};
use crate::failure::{Failure, Outcome};
use crate::open::{FolderError, Opened, is_data_folder};
use crate::output::Out;
use crate::serve::address;
use crate::serve::control::{self, Running};
use imajin_dfos::Timestamp;
use imajin_service::SystemClock;
use imajin_service::clock::Clock;
use imajin_service::network::Place;
use imajin_service::upkeep::Check;
use std::path::Path;

/// The check of a running node.
const NODE: &str = "node";

/// Runs it.
pub(super) fn run(args: &ReportArgs) -> Outcome {
    let data = config::node_folder(args.data.data.as_deref()).map_err(Failure::unusable)?;
    if !is_data_folder(&data) {
        return Err(FolderError::Missing(data).into());
    }
    let loaded = config::of_node(&data);
    let mut checks = around(&data, loaded.as_ref().ok());
    match loaded {
        Ok(config) => checks.extend(inside(&data, &config)),
        Err(error) => checks.push(Check::bad(
            "settings",
            error.to_string(),
            "mend the named setting, or remove the file to have all defaults",
        )),
    }
    let wrong = checks.iter().filter(|check| !check.ok).count();
    print(args, &checks)?;
    match wrong {
        0 => Ok(()),
        count => Err(Failure::no(format!(
            "{count} of {} checks found something wrong",
            checks.len()
        ))),
    }
}

/// What is around the records: the same for the command and for the owner's page, with a running node or without.
pub(crate) fn around(data: &Path, config: Option<&Config>) -> Vec<Check> {
    let mut checks = surroundings::checks(data);
    checks.push(health::check(data));
    if let Some(config) = config {
        checks.push(Check::good("settings", "can be read"));
        checks.push(registries(data));
        checks.push(backups::check(data, &config.backup));
    }
    checks.extend(backups::restored(data));
    checks
}

/// Names and certificates, as a running node has them.
pub(crate) fn names(place: &Place, config: &Config, now: Timestamp) -> Vec<Check> {
    network::checks(place, config, now)
}

/// Whether the node is known where its owner wants it to be. A registry that is away is no fault of the node.
fn registries(data: &Path) -> Check {
    const NAME: &str = "registries";
    let all = match super::register_node::all(data) {
        Ok(all) => all,
        Err(failure) => {
            let todo = "remove node/registries.json and node/registrations.json, and choose the registries again";
            return Check::bad(NAME, failure.text(), todo);
        }
    };
    if all.is_empty() {
        return Check::good(NAME, "none is told of this node, and none is needed");
    }
    let lines = all.iter().map(|one| format!("{}: {}", one.url, one.says()));
    Check::good(NAME, lines.collect::<Vec<_>>().join("\n"))
}

/// What only one process at a time may look at.
fn inside(data: &Path, config: &Config) -> Vec<Check> {
    if let Some(url) = address::running(data) {
        let running = control::ask(data);
        let now = SystemClock::new(None, |_| true).now();
        let place = running.as_ref().ok().map(|running| running.place.clone());
        let mut checks = vec![beside(running, &url)];
        if checks[0].name == NODE {
            checks.push(logs::through(data));
        }
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
        "the journal is empty: every entry stands in its log",
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

/// What a running node says of itself.
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
            format!("the node at {url} is locked: it was started, and nobody opened its seal yet"),
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

fn print(args: &ReportArgs, checks: &[Check]) -> Outcome {
    let mut out = Out::new();
    if args.json {
        let healthy = checks.iter().all(|check| check.ok);
        out.json(&serde_json::json!({ "healthy": healthy, "checks": checks }))?;
        return out.done();
    }
    for check in checks {
        let mark = if check.ok { "ok " } else { "BAD" };
        for (n, line) in check.says.lines().enumerate() {
            match n {
                0 => out.line(format_args!("{mark}  {:<12} {line}", check.name))?,
                _ => out.line(format_args!("{:17} {line}", ""))?,
            }
        }
        if let Some(todo) = &check.todo {
            out.line(format_args!("{:17} to do: {todo}", ""))?;
        }
    }
    out.done()
}
