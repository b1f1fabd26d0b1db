//! An update without a terminal: a release on a stick, requested by the node's owner on the page and installed by root
//! (systemd/imajin-update.service).
//!
//! Always: the node passes two short names. Root finds the file and verifies it, as for the command, so an attacker in
//! the node can only choose among releases that root trusts.

use super::store::Store;
use super::{FOLDER, KEYS, trusted};
use imajin_host::upkeep::{Offer, Updates};
use imajin_ledger::durable;
use imajin_ledger::stick::{Stick, Sticks};
use imajin_registry::release::Release;
use std::fs;
use std::path::Path;

/// Folder where the machine mounts sticks (systemd/stick).
pub const RUN: &str = "/run/imajin";
/// The requests: empty files, each with a name.
const REQUESTS: &str = "updates";
/// Why the last that was asked for was refused.
const REFUSED: &str = "update-refused";
/// Suffix of a release's file name.
const ENDING: &str = ".release";
/// Between the stick's name and the file's; in neither of them.
const BETWEEN: char = ':';
/// A refusal is a sentence or two.
const REFUSED_BYTES_MAX: usize = 4096;

/// The state for the page. `folder` is where the machine mounts sticks.
pub fn standing(sticks: &Sticks, folder: &Path) -> Updates {
    let store = Store::new(FOLDER);
    let state = store.load().unwrap_or_default();
    let waits = fs::read_dir(folder.join(REQUESTS)).is_ok_and(|mut all| all.next().is_some());
    let refused = fs::read(folder.join(REFUSED)).ok();
    Updates {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        is_possible: folder.join(REQUESTS).is_dir(),
        is_running: waits || state.trial.is_some() || store.is_held(),
        last: state.last.map(|last| (last.version, last.why)),
        refused: refused.map(|text| {
            String::from_utf8_lossy(text.get(..REFUSED_BYTES_MAX).unwrap_or(&text)).into_owned()
        }),
        offers: offers(sticks),
    }
}

/// The releases on all sticks.
fn offers(sticks: &Sticks) -> Vec<Offer> {
    let mut offers = Vec::new();
    for stick in sticks.mounted().unwrap_or_default() {
        let files = stick.files(ENDING).unwrap_or_default();
        offers.extend(files.into_iter().map(|file| offer(&stick, file)));
    }
    offers
}

/// The statement of a release file; its programs are verified at the update.
fn offer(stick: &Stick, file: String) -> Offer {
    let read = || -> Result<_, String> {
        let keys = trusted(Path::new(KEYS), &[]).map_err(|failure| failure.text())?;
        let opened = stick.open(&file).map_err(|error| error.to_string())?;
        let release = Release::open(opened, &keys).map_err(|error| error.to_string())?;
        Ok(release.statement.clone())
    };
    let outcome = read();
    let statement = outcome.as_ref().ok();
    Offer {
        stick: stick.name.clone(),
        version: statement.map(|said| said.version.to_string()),
        date: statement.map(|said| said.date.clone()),
        notes: statement.and_then(|said| said.notes.clone()),
        problem: outcome.err(),
        file,
    }
}

/// Requests from root the release `file` on `stick`.
pub fn ask(sticks: &Sticks, folder: &Path, stick: &str, file: &str) -> Result<(), String> {
    let device = sticks.find(stick).map_err(|error| error.to_string())?;
    if !file.ends_with(ENDING) {
        return Err(format!("{file:?} is not a release"));
    }
    device.open(file).map_err(|error| error.to_string())?;
    let request = folder.join(REQUESTS).join(format!("{stick}{BETWEEN}{file}"));
    fs::write(&request, "").map_err(|error| format!("{}: {error}", request.display()))
}

/// Takes the owner's request for root: the names of the stick and of the file. Removes all requests.
pub fn take(folder: &Path) -> std::io::Result<Option<(String, String)>> {
    let mut request = None;
    for entry in fs::read_dir(folder.join(REQUESTS))? {
        let entry = entry?;
        let removed = if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())
        } else {
            fs::remove_file(entry.path())
        };
        removed?;
        let name = entry.file_name();
        let names = name.to_str().and_then(|name| name.split_once(BETWEEN));
        request = request.or(names.map(|(stick, file)| (stick.to_owned(), file.to_owned())));
    }
    Ok(request)
}

/// Writes the reason of a refusal for the page, or removes it.
pub fn tell(folder: &Path, refused: Option<&str>) -> std::io::Result<()> {
    let path = folder.join(REFUSED);
    durable::remove_if_there(&path)?;
    refused.map_or(Ok(()), |why| fs::write(&path, why))
}
