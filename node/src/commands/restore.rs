//! `imajin restore`: brings a node back from a backup, as the same node, or looks whether a backup is whole.

use super::Person;
use super::backup::place_name;
use super::carry_on_here::carry_on;
use crate::cli::RestoreArgs;
use crate::client::Client;
use crate::config::{self, Config};
use crate::open::{all_services, op_table};
use crate::output::{Out, Progress};
use crate::serve::LocalNode;
use imajin_app::Services;
use imajin_box::backup::{self, BackupPlace, Catalogue};
use imajin_box::failure::{Failure, Outcome};
use imajin_box::key::PersonKey;
use imajin_box::size::bytes;
use imajin_host::registries;
use serde_json::json;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

pub(super) fn run(args: &RestoreArgs) -> Outcome {
    let data = config::data_folder(args.data.data.as_deref()).map_err(Failure::unusable)?;
    let config = config::load(&data, None).map_err(Failure::unusable)?;
    let key = PersonKey::read(&args.key).map_err(Failure::unusable)?;
    if let Some(registry) = &args.registry {
        return search(args, registry, &config, &key);
    }
    let from = place_name(args.from.as_deref(), &config.backup)?;
    let place = BackupPlace::open(&from, &config.for_box(), Some(&key))?;
    let catalogue = Catalogue::of_owner(&place, key.did())?
        .ok_or_else(|| Failure::unusable(format!("{} has no backups", place.name())))?;
    let entry = catalogue.find(args.backup.as_deref())?;
    if args.check {
        let ops = op_table(&Services::new(all_services()));
        let checked = Progress::over("reading", |progress| {
            backup::check(&place, entry, &key, &ops, progress)
        })?;
        let is_whole = checked.damaged.is_empty();
        let answer = json!({ "whole": is_whole, "backup": checked });
        Out::answer(args.json, &answer, |out| {
            if !is_whole {
                return Ok(());
            }
            out.line(format_args!(
                "backup {} is whole, and this key opens it: {} files, {} records, {}",
                checked.id,
                checked.files,
                checked.logs,
                bytes(checked.bytes)
            ))
        })?;
        return if is_whole {
            Ok(())
        } else {
            Err(Failure::no(format!(
                "backup {} can be read, and records in it are damaged:\n{}\nAn earlier one may have them whole: imajin backup list",
                checked.id,
                backup::describe_damage(&checked.damaged)
            )))
        };
    }
    is_ours(&data)?;
    let restored = Progress::over("restoring", |progress| {
        backup::restore(&place, entry, &key, &data, progress)
    })?;
    // Its own settings came with it.
    let config = config::load(&data, None).map_err(Failure::unusable)?;
    let may_continue = first_start(&data, &config, &key);
    let answer = json!({
        "restored": restored,
        "ownerGoesOn": may_continue.is_ok(),
        "why": may_continue.as_ref().err().map(Failure::text),
    });
    Out::answer(args.json, &answer, |out| {
        out.line(format_args!(
            "{} is here again, as of backup {}: {} records, {}",
            restored.node,
            restored.id,
            restored.logs,
            bytes(restored.bytes)
        ))?;
        out.line("  the node's own record continues, and so do those whose keys it keeps")?;
        out.line(match &may_continue {
            Ok(()) => "  yours continues, too".to_owned(),
            Err(failure) => format!("  yours waits for you: {}", failure.text()),
        })?;
        out.line("  everybody else lets theirs continue when they come by: the page \"My data\", or imajin carry-on")?;
        out.line("  everybody signs in again; nothing is sold until the payment provider has reported the sales since the backup")?;
        out.line("  never start the old card again: two boxes would be the same node")
    })
}

/// Prints where boxes of a registry have backups that the key may read.
fn search(args: &RestoreArgs, registry: &str, config: &Config, key: &PersonKey) -> Outcome {
    let registry = registries::parse_address(registry).map_err(Failure::unusable)?;
    let places = Progress::over("asking", |progress| {
        backup::search_registry(&registry, key, &config.for_box(), progress)
    })?;
    if places.is_empty() {
        return Err(Failure::no(format!(
            "no box of {registry} that answered has backups that this key may read"
        )));
    }
    Out::answer(args.json, &json!({ "places": places }), |out| {
        out.line("restore from one of these with --from:")?;
        places.iter().try_for_each(|place| out.line(place))
    })
}

/// Refuses a data folder of another user: the node could not read files that root writes.
fn is_ours(data: &Path) -> Outcome {
    let Ok(metadata) = std::fs::metadata(data) else {
        return Ok(());
    };
    if metadata.uid() == rustix::process::geteuid().as_raw() {
        Ok(())
    } else {
        Err(Failure::unusable(format!(
            "{} belongs to another user: run this as the one that the node runs as (sudo -u imajin imajin restore …)",
            data.display()
        )))
    }
}

/// Starts the node for this process only, to resume the node's own record, and the owner's with their key.
fn first_start(data: &Path, config: &Config, key: &PersonKey) -> Outcome {
    let local = LocalNode::start(data, config)?;
    let done = Client::new(&local.url())
        .map_err(Failure::from)
        .and_then(|client| Person::new(client, key.clone()))
        .and_then(|person| carry_on(&person, None).map(drop));
    local.close()?;
    done
}
