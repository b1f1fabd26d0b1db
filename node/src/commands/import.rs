//! `imajin import`: brings a bundle onto a node, as the person's new home or as a read-only backup.

use super::{Person, repair};
use crate::cli::{ImportArgs, ImportAs, ImportFlags};
use crate::client::{Client, Import};
use crate::config::Config;
use crate::open::{OpenFolder, bundle_views, op_table};
use crate::output::{Out, Progress};
use crate::serve::LocalNode;
use imajin_box::failure::{Failure, Outcome};
use imajin_box::key::PersonKey;
use imajin_box::mending;
use imajin_box::source::Bundle;
use imajin_bundle::import::{self, Check};
use imajin_log::format::tar::TarLimits;
use serde_json::{Value as Json, json};
use std::path::Path;

pub(super) fn run(args: &ImportArgs) -> Outcome {
    let (path, flags) = (&args.path, &args.import);
    let (what, key) = wish(flags)?;
    let imported = match &flags.place.node {
        Some(url) => {
            at_node(path, flags, what, key.as_ref(), &super::client(url, flags.place.trust)?)?
        }
        None => in_folder(path, flags, what, key.as_ref())?,
    };
    print(flags, what, &imported)
}

/// The role of the import, and the key.
pub(super) fn wish(flags: &ImportFlags) -> Outcome<(ImportAs, Option<PersonKey>)> {
    let what = flags.what.unwrap_or(match flags.place.key {
        Some(_) => ImportAs::Home,
        None => ImportAs::Backup,
    });
    match (&flags.place.key, what) {
        (Some(path), _) => Ok((what, Some(PersonKey::read(path).map_err(Failure::unusable)?))),
        (None, ImportAs::Home) => {
            Err(Failure::unusable("a new home is signed by the owner: give --key FILE"))
        }
        (None, ImportAs::Backup) => Ok((what, None)),
    }
}

/// Imports into a data folder.
pub(super) fn in_folder(
    path: &Path,
    flags: &ImportFlags,
    what: ImportAs,
    key: Option<&PersonKey>,
) -> Outcome<Json> {
    let data = flags.place.data.data.as_deref();
    let (data, config) = super::node_with_settings(data)?;
    if what == ImportAs::Backup {
        return keep(path, key, &data, &config);
    }
    let local = LocalNode::start(&data, &config)?;
    let imported = Client::new(&local.url())
        .map_err(Failure::from)
        .and_then(|client| at_node(path, flags, what, key, &client));
    local.close()?;
    imported
}

/// A read-only backup needs no signature, only access to the disk.
fn keep(path: &Path, key: Option<&PersonKey>, data: &Path, config: &Config) -> Outcome<Json> {
    let opened = OpenFolder::existing(data, config)?;
    let kept = take(path, key, &opened);
    opened.close()?;
    kept
}

fn take(path: &Path, key: Option<&PersonKey>, opened: &OpenFolder) -> Outcome<Json> {
    let unlock = match Bundle::open(path, key)? {
        Bundle::Encrypted(_, unlock) => Some(unlock),
        _ => None,
    };
    let (ops, views) = (op_table(&opened.services), bundle_views(&opened.services));
    let check = Check {
        data: &opened.data,
        id: "by-hand",
        ops: &ops,
        views: &views,
        unlock: unlock.as_ref(),
        limits: TarLimits::default(),
        did: None,
    };
    let (mut progress, mut done) = (Progress::new("verifying"), 0);
    let checked = import::check(path, &check, &mut |bytes| {
        done += bytes;
        progress.set(done, done);
    });
    progress.finish();
    let imported =
        import::import(&opened.ledger, checked.map_err(Failure::no)?, None).map_err(Failure::no)?;
    let mut report = json!({
        "did": imported.did.as_str(), "seq": imported.seq, "cid": imported.cid.to_string(), "head": imported.head,
        "changed": imported.changed, "side": imported.side.map(|cid| cid.to_string()),
    });
    if let Some(repair) = &imported.repair {
        report["repair"] = mending::summarize(repair);
    }
    Ok(report)
}

fn at_node(
    path: &Path,
    flags: &ImportFlags,
    what: ImportAs,
    key: Option<&PersonKey>,
    client: &Client,
) -> Outcome<Json> {
    let bundle = Bundle::open(path, key)?;
    let import = Import::begin(client, key, bundle.size(), flags.invite.as_deref())?;
    let (mut progress, total) = (Progress::new("sending"), bundle.size().unwrap_or(0));
    let sent = import.send(|from| {
        progress.set(from, total);
        bundle.tar(from)
    });
    progress.finish();
    sent??;
    take_in(flags, what, key, client, &import, (total, None))
}

/// Has the node check and import the received copy. `total` is its length in bytes, 0 if unknown.
pub(super) fn take_in(
    flags: &ImportFlags,
    what: ImportAs,
    key: Option<&PersonKey>,
    client: &Client,
    import: &Import<'_>,
    (total, passphrase): (u64, Option<&str>),
) -> Outcome<Json> {
    let person = key.cloned().map(|key| Person::new(client.clone(), key)).transpose()?;
    let signer = person.as_ref().map(|person| &person.signer);
    let mut progress = Progress::new("the node checks it");
    let checked = import.check(signer, passphrase, |bytes| progress.set(bytes.min(total), total));
    progress.finish();
    let (report, place) = checked?;
    let Some(place) = place else {
        let fault = &report["fault"];
        let message = fault["message"].as_str().unwrap_or("it does not verify");
        return Err(Failure::no(match fault["seq"].as_u64() {
            Some(seq) => format!("the copy is not valid: entry {seq}: {message}"),
            None => format!("the copy is not valid: {message}"),
        }));
    };
    match (what, signer) {
        (ImportAs::Home, Some(signer)) => {
            if place.did != signer.did {
                let problem = format!(
                    "this is the record of {}, and the key is {}'s",
                    place.did.as_str(),
                    signer.did.as_str()
                );
                return Err(Failure::unusable(problem));
            }
            Ok(import.home(
                signer,
                &place,
                flags.url.as_deref(),
                flags.abandons.as_deref(),
            )?)
        }
        _ => import.backup().map_err(|error| match error.challenge() {
            Some(_) if key.is_none() => Failure::unusable(
                "a node keeps a copy for the person whose record it is, or for its owner: give --key FILE",
            ),
            _ => error.into(),
        }),
    }
}

pub(super) fn print(flags: &ImportFlags, what: ImportAs, imported: &Json) -> Outcome {
    if flags.json || !imported["repair"].is_null() {
        Out::answer(flags.json, imported, |out| out.line(mending::line(imported)))?;
        return repair::outcome(imported);
    }
    let mut out = Out::new();
    let did = imported["did"].as_str().unwrap_or("?");
    let seq = &imported["seq"];
    out.line(match (what, imported["changed"].as_bool()) {
        (_, Some(false)) => format!("all of it is here already: {did}, entry {seq}"),
        (ImportAs::Home, _) => format!("this node is the home of {did} now; entry {seq} says so"),
        (ImportAs::Backup, _) => format!("kept as a read-only backup of {did}, up to entry {seq}"),
    })?;
    if let Some(side) = imported["side"].as_str() {
        out.line(format_args!(
            "what was here and is not in the copy was set aside as a side log ({side})"
        ))?;
    }
    out.done()
}
