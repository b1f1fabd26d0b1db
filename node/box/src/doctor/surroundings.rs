//! The surroundings of the data: permissions, free space, the clock.

use super::Check;
use crate::clock::{Records, look};
use crate::folder::{IDENTITY_FILE, NODE_FOLDER, SEALED_FILE};
use crate::key::PersonKey;
use crate::settings::{BoxConfig, ClockTrust};
use crate::usage;
use imajin_app::Time;
use imajin_app::time::Clock;
use imajin_dfos::Timestamp;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const CLOCK: &str = "clock";
/// This program did not exist before; an earlier clock is not set.
const EARLIEST_YEAR: &str = "2026";

/// Seconds by which the clock may be behind the node's newest record: a burst of entries is dated ahead of the clock.
const BEHIND_S: i64 = 60;

/// Runs all checks.
pub(super) fn checks(data: &Path, config: Option<&BoxConfig>) -> Vec<Check> {
    vec![permissions(data), disk(data, config), clock(data, config)]
}

fn permissions(data: &Path) -> Check {
    const NAME: &str = "permissions";
    let mut open = Vec::new();
    // Secrets are readable by this user alone; no other user may write to the folders.
    for (path, forbidden) in [
        (data.join(NODE_FOLDER).join("identity.key"), 0o077),
        (data.join(NODE_FOLDER).join(SEALED_FILE), 0o077),
        (data.join("secrets.sqlite"), 0o077),
        (data.join("secrets.sealed"), 0o077),
        (data.join(NODE_FOLDER).join("claim.code"), 0o077),
        (data.join(NODE_FOLDER).join("device-ca.json"), 0o077),
        (data.join(NODE_FOLDER).join("acme.json"), 0o077),
        (data.to_path_buf(), 0o022),
        (data.join(NODE_FOLDER), 0o022),
        (data.join("users"), 0o022),
    ] {
        let Ok(metadata) = std::fs::metadata(&path) else {
            continue;
        };
        if metadata.permissions().mode() & forbidden != 0 {
            open.push((path, forbidden));
        }
    }
    match open.as_slice() {
        [] => Check::good(NAME, "keys and secrets are for this user alone"),
        open => {
            let names: Vec<String> =
                open.iter().map(|(path, _)| path.display().to_string()).collect();
            let right = if open.iter().any(|(_, forbidden)| *forbidden == 0o077) {
                "go-rwx"
            } else {
                "go-w"
            };
            let todo = format!(
                "chmod {right} {}; a key that others could read is no longer only yours",
                names.join(" ")
            );
            Check::bad(NAME, format!("others may use {}", names.join(", ")), todo)
        }
    }
}

fn disk(data: &Path, config: Option<&BoxConfig>) -> Check {
    const NAME: &str = "disk";
    if let Err(error) = tempfile::tempfile_in(data) {
        let todo = "a full disk needs room; a card that turned read-only is worn out: copy the folder to a new one";
        return Check::bad(
            NAME,
            format!("nothing can be written in {}: {error}", data.display()),
            todo,
        );
    }
    usage::measure(data, config).check()
}

fn clock(data: &Path, config: Option<&BoxConfig>) -> Check {
    let trust = config.map_or(ClockTrust::Auto, |config| config.clock);
    let key = PersonKey::read(&data.join(NODE_FOLDER).join(IDENTITY_FILE)).ok();
    let own = key.as_ref().map(PersonKey::did);
    let reading = look(data, trust, own);
    let now = reading.now();
    if let Some(wall) = reading.doubted() {
        return doubted(wall, now);
    }
    if now.to_string().as_str() < EARLIEST_YEAR {
        return Check::bad(
            CLOCK,
            format!("this machine says that it is {now}"),
            "set the clock, or connect the network so that it sets itself",
        );
    }
    believed(Records::read(data, own).newest(), now)
}

/// The check for a machine clock that the node goes by; `last` is the newest time in its records.
pub fn believed(last: Option<Timestamp>, now: Timestamp) -> Check {
    match last {
        Some(last) if last.as_secs() > now.as_secs().saturating_add(BEHIND_S) => {
            let behind = last.as_secs().saturating_sub(now.as_secs());
            let says = format!(
                "this machine says that it is {now}, and the node has written at {last}, {} later: the node goes by this machine's clock, and believes the later time as soon as the clock says so",
                match behind / 86_400 {
                    0 => format!("{} minutes", behind / 60),
                    days => format!("{days} days"),
                }
            );
            Check::bad(
                CLOCK,
                says,
                "set the clock: until then new entries are dated right after the last ones",
            )
        }
        _ => Check::good(CLOCK, format!("the node believes that it is {now}")),
    }
}

/// The check for a machine clock that jumped ahead and is not trusted; `now` is the node's own time.
pub fn doubted(wall: Timestamp, now: Timestamp) -> Check {
    let ahead = wall.as_secs().saturating_sub(now.as_secs());
    let says = format!(
        "this machine says that it is {wall}, {} days after the node's last record, and no time server confirms it: the node does not believe it and counts on from {now}",
        ahead / 86_400
    );
    let todo = "set the clock, or connect the network so that a time server sets it. If it is right (the box was off for long), `clock = \"always\"` in the settings believes it";
    Check::bad(CLOCK, says, todo)
}
