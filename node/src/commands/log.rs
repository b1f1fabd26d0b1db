//! `imajin log`: the entries of a log, one a line: from a node, from a data folder, or from a bundle or file.

use super::Person;
use crate::cli::{DataLocation, LogArgs};
use crate::client::Session;
use crate::entries::{EntryLine, StoredLog};
use crate::open::OpenFolder;
use crate::output::Out;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_bundle::import;
use imajin_protocol::Did;
use std::path::Path;

/// Entries to request at once.
const PAGE: usize = 500;

pub(super) fn run(args: &LogArgs) -> Outcome {
    let mut out = Out::new();
    let mut print = |line: &EntryLine| {
        if args.json { out.json_line(line) } else { out.line(line) }
    };
    match (args.place.place().map_err(Failure::unusable)?, args.target.as_deref()) {
        (DataLocation::Node { url, key, trust }, target) => {
            from_node(&Person::connect(&url, &key, trust)?, target, args.after, &mut print)?
        }
        (DataLocation::Folder { data, .. }, Some(target)) if target.starts_with("did:") => {
            from_folder(data.as_deref(), target, args.after, &mut print)?;
        }
        (DataLocation::Folder { data: Some(_), .. }, Some(target)) => {
            return Err(Failure::unusable(format!(
                "{target:?} is not a DID (without --data it would be a path)"
            )));
        }
        (DataLocation::Folder { .. }, Some(path)) => {
            from_path(Path::new(path), args.after, &mut print)?
        }
        (DataLocation::Folder { .. }, None) => {
            return Err(Failure::unusable(
                "whose log? Give --node URL --key FILE, --data DIR and a DID, or a PATH",
            ));
        }
    }
    out.done()
}

type Print<'a> = dyn FnMut(&EntryLine) -> Outcome + 'a;

fn from_node(
    person: &Person,
    target: Option<&str>,
    mut after: Option<u64>,
    print: &mut Print<'_>,
) -> Outcome {
    let session = Session::begin(&person.client, &person.key)?;
    let did = target.unwrap_or(person.key.did().as_str());
    loop {
        let from = after.map(|seq| format!("&after={seq}")).unwrap_or_default();
        let page =
            session.get(&person.client, &format!("/auth/api/log/{did}?limit={PAGE}{from}"))?;
        let entries = page["entries"].as_array().map(Vec::as_slice).unwrap_or_default();
        for entry in entries {
            let line = EntryLine::from_wire(entry).or_no("the node's answer")?;
            print(&line)?;
            after = Some(line.seq);
        }
        // A node may give fewer than were asked for; only an empty page is the end.
        if entries.is_empty() {
            let damaged = &page["damaged"];
            return match (damaged["from"].as_u64(), damaged["reason"].as_str()) {
                (Some(from), reason) => Err(is_damaged(did, from, reason.unwrap_or("?"))),
                (None, _) => Ok(()),
            };
        }
    }
}

fn from_folder(
    data: Option<&Path>,
    did: &str,
    mut after: Option<u64>,
    print: &mut Print<'_>,
) -> Outcome {
    let did = Did::parse(did).map_err(Failure::unusable)?;
    let (data, config) = super::node_with_settings(data)?;
    let opened = OpenFolder::existing(&data, &config)?;
    // Checks for known damage first: the entries may read as if nothing were wrong.
    let damages = imajin_host::scrub::standing(&data).damaged;
    if damages.iter().any(|damage| damage.what == did.as_str()) {
        import::find_log_damage(&opened.ledger, &did, "log").map_err(Failure::unusable)?;
    }
    if opened.ledger.readable_status(&did).map_err(Failure::unusable)?.is_none() {
        return Err(Failure::no(format!(
            "there is no log of {} in {}",
            did.as_str(),
            data.display()
        )));
    }
    loop {
        let read = opened.ledger.readable(&did, after, PAGE).map_err(Failure::unusable)?;
        for entry in &read.entries {
            print(&EntryLine::new(&entry.header, entry.body.as_deref()).map_err(Failure::no)?)?;
            after = Some(entry.seq);
        }
        if read.entries.is_empty() {
            opened.close()?;
            return match read.damaged {
                Some(damaged) => Err(is_damaged(did.as_str(), damaged.from, &damaged.reason)),
                None => Ok(()),
            };
        }
    }
}

/// Builds the error that follows the entries that verify; exit status 1.
fn is_damaged(did: &str, from: u64, reason: &str) -> Failure {
    Failure::no(format!(
        "the record of {did} is damaged from entry {from} on ({reason}): what comes before it verifies and was printed. \
         imajin repair --from COPY mends it"
    ))
}

fn from_path(path: &Path, after: Option<u64>, print: &mut Print<'_>) -> Outcome {
    StoredLog::open(path).map_err(Failure::unusable)?.each(after, print)
}
