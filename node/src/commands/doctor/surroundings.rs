//! What is around the data: who may read it, whether it fits, what time it is.

use super::Check;
use crate::open::seal::FILE_NAME;
use crate::open::{NODE_FOLDER, last_known};
use crate::output::bytes;
use crate::survey;
use imajin_service::SystemClock;
use imajin_service::clock::Clock;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Below this a node should be given a larger disk, or less to do.
const FREE_BYTES_MIN: u64 = 256 << 20;
/// This program was not there before; a clock that says so is not set.
const EARLIEST_YEAR: &str = "2026";

/// All of them.
pub(super) fn checks(data: &Path) -> Vec<Check> {
    vec![permissions(data), disk(data), clock(data)]
}

fn permissions(data: &Path) -> Check {
    const NAME: &str = "permissions";
    let mut open = Vec::new();
    // Secrets are for this user alone; in folders nobody else may write.
    for (path, forbidden) in [
        (data.join(NODE_FOLDER).join("identity.key"), 0o077),
        (data.join(NODE_FOLDER).join(FILE_NAME), 0o077),
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
            let names: Vec<String> = open
                .iter()
                .map(|(path, _)| path.display().to_string())
                .collect();
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

fn disk(data: &Path) -> Check {
    const NAME: &str = "disk";
    if let Err(error) = tempfile::tempfile_in(data) {
        let todo = "a full disk needs room; a card that turned read-only is worn out: copy the folder to a new one";
        return Check::bad(
            NAME,
            format!("nothing can be written in {}: {error}", data.display()),
            todo,
        );
    }
    match survey::free_bytes(data) {
        Ok(free) if free < FREE_BYTES_MIN => {
            let says = format!("only {} are free", bytes(free));
            Check::bad(
                NAME,
                says,
                "make room: at a full disk nothing can be written any more",
            )
        }
        Ok(free) => Check::good(NAME, format!("{} are free", bytes(free))),
        Err(error) => Check::bad(
            NAME,
            format!("cannot be asked: {error}"),
            "look at the disk",
        ),
    }
}

fn clock(data: &Path) -> Check {
    const NAME: &str = "clock";
    // Without a record to compare with, the machine's clock is taken as it is.
    let now = SystemClock::new(None, |_| true).now();
    if now.to_string().as_str() < EARLIEST_YEAR {
        return Check::bad(
            NAME,
            format!("this machine says that it is {now}"),
            "set the clock, or connect the network so that it sets itself",
        );
    }
    match last_known(data) {
        Some(last) if last > now => {
            let says =
                format!("this machine says that it is {now}, and the node has written at {last}");
            Check::bad(
                NAME,
                says,
                "set the clock: until then new entries are dated right after the last ones",
            )
        }
        _ => Check::good(NAME, format!("it is {now}")),
    }
}
