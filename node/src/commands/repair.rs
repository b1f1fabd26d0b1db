//! `imajin repair`: mends damaged records from copies, in a folder or on a running node.

mod copies;

use super::Person;
use crate::cli::RepairArgs;
use crate::client::Import;
use crate::config;
use crate::failure::{Failure, OrFail, Outcome};
use crate::key::PersonKey;
use crate::open::Opened;
use crate::output::{Out, Progress};
use crate::source::Bundle;
use copies::Copies;
use imajin_ledger::bundle::import::{self, ImportError, Repair};
use imajin_protocol::Did;
use serde_json::{Value as Json, json};
use std::path::Path;

/// What the work is called under `import/` in the data folder.
const ID: &str = "repair";

/// Runs it.
pub(super) fn run(args: &RepairArgs) -> Outcome {
    let dids = args.dids.iter().map(|did| {
        Did::parse(did).map_err(|error| Failure::unusable(format!("{did:?} is no DID: {error}")))
    });
    let dids: Vec<Did> = dids.collect::<Outcome<_>>()?;
    let key = args.key.as_deref().map(PersonKey::read).transpose();
    let key = key.map_err(Failure::unusable)?;
    let records = match &args.node {
        Some(url) => vec![at_node(args, &dids, key.as_ref(), url)?],
        None => in_folder(args, &dids, key.as_ref())?,
    };
    let damaged: Vec<&Json> = (records.iter())
        .filter(|record| !record["repair"].is_null())
        .collect();
    let mut out = Out::new();
    if args.json {
        out.json(&json!({ "looked": records.len(), "damaged": damaged }))?;
    } else {
        for record in &damaged {
            out.line(line(record))?;
        }
        let whole = records.len() - damaged.len();
        out.line(format_args!(
            "{whole} of {} looked at were whole",
            records.len()
        ))?;
    }
    out.done()?;
    damaged.into_iter().try_for_each(outcome)
}

fn in_folder(args: &RepairArgs, dids: &[Did], key: Option<&PersonKey>) -> Outcome<Vec<Json>> {
    let data = config::data_folder(args.data.data.as_deref()).map_err(Failure::unusable)?;
    let config = config::load(&data, None).map_err(Failure::unusable)?;
    let opened = Opened::existing(&data, &config)?;
    let done = Copies::open(args, key, (&data, &config))
        .and_then(|copies| mend_all(dids, copies, &opened));
    opened.close()?;
    done
}

fn mend_all(dids: &[Did], copies: Copies, opened: &Opened) -> Outcome<Vec<Json>> {
    let here = here(&opened.data)?;
    let wanted = match dids {
        [] => copies.of_these(here),
        dids => dids.to_vec(),
    };
    let mut progress = Progress::new("looking at records");
    let (mut records, mut damaged) = (Vec::new(), Vec::new());
    for (n, did) in wanted.iter().enumerate() {
        progress.set(n as u64, wanted.len() as u64);
        match import::find_damage(&opened.ledger, did, ID).map_err(failure)? {
            Some(_) => damaged.push(did.clone()),
            None => records.push(json!({ "did": did.as_str() })),
        }
    }
    progress.finish();
    let sources = copies.bring(&damaged, &opened.data)?;
    let mut progress = Progress::new("mending");
    for (n, did) in damaged.iter().enumerate() {
        progress.set(n as u64, damaged.len() as u64);
        let repaired = import::repair_from(&opened.ledger, did, sources.of(did), ID);
        records.push(record(opened, &repaired.map_err(failure)?));
    }
    progress.finish();
    Ok(records)
}

/// Everybody who has a log here, by the folders' names: what a damaged file says of itself may be wrong.
fn here(data: &Path) -> Outcome<Vec<Did>> {
    let users = data.join("users");
    let entries = std::fs::read_dir(&users).or_unusable(users.display())?;
    let mut dids = Vec::new();
    for entry in entries {
        let name = entry.or_unusable(users.display())?.file_name();
        dids.extend(Did::parse(&name.to_string_lossy().replace('_', ":")).ok());
    }
    Ok(dids)
}

fn record(opened: &Opened, repaired: &Repair) -> Json {
    let mut record = json!({ "did": repaired.did.as_str(), "repair": said(repaired) });
    if let Some((seq, cid, _)) = &repaired.newest {
        record["seq"] = json!(seq);
        record["cid"] = json!(cid.to_string());
    }
    let status = opened.ledger.status(&repaired.did).ok().flatten();
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

/// A running node gets the copy, and mends its record with it.
fn at_node(args: &RepairArgs, dids: &[Did], key: Option<&PersonKey>, url: &str) -> Outcome<Json> {
    let client = super::client(url, args.trust)?;
    let bundle = Bundle::open(Path::new(&args.from), key)?;
    let import = Import::begin(&client, key, bundle.size(), args.invite.as_deref())?;
    let (mut progress, total) = (Progress::new("sending"), bundle.size().unwrap_or(0));
    let sent = import.send(|from| {
        progress.set(from, total);
        bundle.tar(from)
    });
    progress.finish();
    sent??;
    let person = key.map(|key| Person::new(client.clone(), key.clone()));
    let person = person.transpose()?;
    let signer = person.as_ref().map(|person| &person.signer);
    let mut progress = Progress::new("the node checks it");
    let checked = import.check(signer, None, |bytes| {
        progress.set(bytes.min(total), total);
    });
    progress.finish();
    let (report, place) = checked?;
    let Some(place) = place else {
        let message = report["fault"]["message"].as_str();
        let message = message.unwrap_or("it does not verify");
        return Err(Failure::no(format!("the copy is not valid: {message}")));
    };
    if !dids.is_empty() && dids != [place.did.clone()] {
        let text = format!("this is a copy of {}'s record alone", place.did.as_str());
        return Err(Failure::unusable(text));
    }
    Ok(import.repair()?)
}

/// What was found and done, for scripts.
pub(super) fn said(repair: &Repair) -> Json {
    let log = repair.log.as_ref();
    let mut said = json!({
        "entries": log.map_or(0, |log| log.headers.len()),
        "bodies": log.map_or(0, |log| log.bodies.len()),
        "added": log.map_or(0, |log| log.added),
        "files": repair.media.len(),
    });
    for (name, text) in [("damage", repair.damage.clone()), ("left", repair.left())] {
        if let Some(text) = text {
            said[name] = json!(text);
        }
    }
    said
}

/// The same for people.
pub(super) fn line(record: &Json) -> String {
    let repair = &record["repair"];
    let count = |name: &str, one: &str, many: &str| {
        let count = repair[name].as_u64().unwrap_or(0);
        format!("{count} {}", if count == 1 { one } else { many })
    };
    let mut text = record["did"].as_str().unwrap_or("?").to_owned();
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
        text += &format!(
            "; {} came after its end",
            count("added", "entry", "entries")
        );
    }
    if let Some(seq) = record["seq"].as_u64() {
        text += &format!("; it ends with entry {seq}");
    }
    if let Some(reason) = record["readOnly"].as_str() {
        text += &format!("; it is read-only: {reason}");
    }
    text
}

/// Damage that is left is the answer no.
pub(super) fn outcome(record: &Json) -> Outcome {
    match record["repair"]["left"].as_str() {
        None => Ok(()),
        Some(left) => Err(Failure::no(format!(
            "damage is left in the record of {}: {left}. Another copy may have it; the damaged file is kept under quarantine/",
            record["did"].as_str().unwrap_or("?")
        ))),
    }
}
