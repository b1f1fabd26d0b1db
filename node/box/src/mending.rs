//! Mending damaged records from copies: by the command line in a folder, or by the running node for the command line or
//! its owner's page.
//!
//! Always: changes only damaged records for which there is a copy, and reports what it could not mend.

mod copies;
mod mender;

pub use copies::{Copies, CopyRequest, CopySet, Fetch};
pub use mender::Mender;

use crate::failure::{Failure, OrFail, Outcome};
use imajin_bundle::import::{self, ImportError, Repair};
use imajin_ledger::Ledger;
use imajin_protocol::Did;
use serde_json::{Value as Json, json};
use std::path::Path;

/// Name of the repair's folder under `import/` in the data folder.
pub const ID: &str = "repair";

/// Callback for progress: the current step, the number done, and the total.
pub type Progress<'t> = &'t dyn Fn(&'static str, u64, u64);

/// The DIDs of all logs in a data folder, by the folders' names: the content of a damaged file may be wrong.
pub fn local_dids(data: &Path) -> Outcome<Vec<Did>> {
    let users = data.join("users");
    let entries = std::fs::read_dir(&users).or_unusable(users.display())?;
    let mut dids = Vec::new();
    for entry in entries {
        let name = entry.or_unusable(users.display())?.file_name();
        dids.extend(Did::parse(&name.to_string_lossy().replace('_', ":")).ok());
    }
    Ok(dids)
}

/// Verifies these records, and says which are damaged.
pub fn find(ledger: &Ledger, dids: &[Did], id: &str, told: Progress<'_>) -> Outcome<Vec<Did>> {
    let mut damaged = Vec::new();
    for (n, did) in dids.iter().enumerate() {
        told("looking at records", n as u64, dids.len() as u64);
        if import::find_damage(ledger, did, id).map_err(failure)?.is_some() {
            damaged.push(did.clone());
        }
    }
    Ok(damaged)
}

/// Mends these records; what came of each.
pub fn mend(
    ledger: &Ledger,
    dids: &[Did],
    brought: &CopySet,
    id: &str,
    told: Progress<'_>,
) -> Outcome<Vec<Json>> {
    let mut records = Vec::new();
    for (n, did) in dids.iter().enumerate() {
        told("mending", n as u64, dids.len() as u64);
        let sources = brought.sources(did);
        if sources.is_empty() {
            let left = "there is no copy of it there, so it was left as it is";
            records.push(json!({ "did": did.as_str(), "repair": { "left": left } }));
            continue;
        }
        let repaired = import::repair_from(ledger, did, sources, id).map_err(failure)?;
        records.push(record(ledger, &repaired));
    }
    Ok(records)
}

fn record(ledger: &Ledger, repaired: &Repair) -> Json {
    let mut record = json!({ "did": repaired.did.as_str(), "repair": summarize(repaired) });
    if let Some((seq, cid, _)) = &repaired.newest {
        record["seq"] = json!(seq);
        record["cid"] = json!(cid.to_string());
    }
    let status = ledger.status(&repaired.did).ok().flatten();
    if let Some(reason) = status.and_then(|status| status.read_only) {
        record["readOnly"] = json!(reason);
    }
    record
}

fn failure(error: ImportError) -> Failure {
    match error {
        error @ (ImportError::NoLog(_) | ImportError::Full | ImportError::Io { .. }) => {
            Failure::unusable(error)
        }
        error => Failure::no(error),
    }
}

/// Summarizes what a repair found and did, for scripts.
pub fn summarize(repair: &Repair) -> Json {
    let log = repair.log.as_ref();
    let mut summary = json!({
        "entries": log.map_or(0, |log| log.headers.len()),
        "bodies": log.map_or(0, |log| log.bodies.len()),
        "added": log.map_or(0, |log| log.added),
        "files": repair.media.len(),
    });
    for (name, text) in [("damage", repair.damage.clone()), ("left", repair.left())] {
        if let Some(text) = text {
            summary[name] = json!(text);
        }
    }
    summary
}

/// The record as a line for people.
pub fn line(record: &Json) -> String {
    let repair = &record["repair"];
    let count = |name: &str, one: &str, many: &str| {
        let count = repair[name].as_u64().unwrap_or(0);
        format!("{count} {}", if count == 1 { one } else { many })
    };
    let mut text = record["did"].as_str().unwrap_or("?").to_owned();
    if repair["bodies"].is_null() {
        return text + ": not mended";
    }
    if let Some(damage) = repair["damage"].as_str() {
        text += &format!(" was damaged ({damage})");
    }
    text += &format!(
        ": mended with {}, {} and {} of the copy",
        count("entries", "entry", "entries"),
        count("bodies", "body", "bodies"),
        count("files", "file", "files")
    );
    if repair["added"].as_u64().unwrap_or(0) > 0 {
        text += &format!("; {} came after its end", count("added", "entry", "entries"));
    }
    if let Some(seq) = record["seq"].as_u64() {
        text += &format!("; it ends with entry {seq}");
    }
    if let Some(reason) = record["readOnly"].as_str() {
        text += &format!("; it is read-only: {reason}");
    }
    text
}

/// Describes the remaining damage of a record for people, if there is any.
pub fn left(record: &Json) -> Option<String> {
    let left = record["repair"]["left"].as_str()?;
    Some(format!(
        "damage is left in the record of {}: {left}. Another copy may have it; the damaged file is kept under quarantine/",
        record["did"].as_str().unwrap_or("?")
    ))
}
