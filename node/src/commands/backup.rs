//! `imajin backup`: makes a backup of the whole node, by the running node where one runs, and lists those of a place.

use crate::cli::{BackupArgs, BackupCommand, BackupListArgs};
use crate::config::{self, Config};
use crate::open::OpenFolder;
use crate::output::{Out, Progress};
use crate::register::registrations;
use imajin_box::backup::{self, BackupPlace, BackupScheduler, Catalogue, Entry};
use imajin_box::failure::{Failure, Outcome};
use imajin_box::folder::is_data_folder;
use imajin_box::identity::NodeIdentity;
use imajin_box::settings::{BackupConfig, is_friend, is_remote};
use imajin_box::size::bytes;
use imajin_box::{address, work};
use imajin_dfos::Timestamp;
use serde_json::json;
use std::path::Path;

pub(super) fn run(args: &BackupArgs) -> Outcome {
    match &args.what {
        Some(BackupCommand::List(args)) => list(args),
        None => make(args),
    }
}

/// Resolves a place as typed: a folder may be relative to the current one.
pub(super) fn place_name(to: Option<&str>, config: &BackupConfig) -> Outcome<String> {
    let to = to.unwrap_or(&config.to);
    if to.is_empty() || is_remote(to) {
        return Ok(to.to_owned());
    }
    match std::fs::canonicalize(to) {
        Ok(path) => Ok(path.display().to_string()),
        Err(error) => {
            Err(Failure::unusable(format!("{to}: {error}: put the stick in, or make the folder")))
        }
    }
}

fn make(args: &BackupArgs) -> Outcome {
    let data = super::existing_node(&args.data)?;
    let config = config::of_node(&data).map_err(Failure::unusable)?;
    let to = place_name(args.to.as_deref(), &config.backup)?;
    let to = args.to.as_ref().map(|_| to.as_str());
    let (entry, full) = Progress::over("backup", |progress| match address::running(&data) {
        Some(_) => {
            work::back_up(&data, to, progress).map_err(|failure| Failure::no(failure.text()))
        }
        None => offline(&data, &config, to, progress),
    })?;
    let answer = json!({ "backup": entry, "full": full });
    Out::answer(args.json, &answer, |out| {
        out.line(format_args!("backup {}", entry.id))?;
        out.line(format_args!(
            "  {} records, {} in all; {} written{}",
            entry.logs,
            bytes(entry.bytes),
            bytes(entry.added),
            if full { ", all of it" } else { " for what changed" }
        ))?;
        out.line(format_args!(
                "  encrypted to the owner, {}: look once that their key opens it, with imajin restore --check",
                entry.owner
            ))
    })?;
    match entry.damage() {
        None => match &entry.absent {
            None => Ok(()),
            Some(absent) => Err(Failure::no(format!(
                "backup {} was made without some files; {absent}. Plug the disk in, then make a backup again",
                entry.id
            ))),
        },
        Some(damage) => Err(Failure::no(format!(
            "records in backup {} are damaged, here as well:\n{damage}\nThe last whole backup stays until another whole one has followed. Mend them with imajin repair --from COPY, then make a backup again",
            entry.id
        ))),
    }
}

/// Makes a backup of a node that is not running, with the data folder opened by this process.
fn offline(
    data: &Path,
    config: &Config,
    to: Option<&str>,
    progress: &mut dyn FnMut(u64, u64),
) -> Outcome<(Entry, bool)> {
    let opened = OpenFolder::existing(data, config)?;
    let node = opened.node(config, format!("http://{}", config.listen))?;
    let made = BackupScheduler::new(&node, &config.for_box(), &opened.identity, registrations)
        .back_up(to, &mut |done, total| {
            progress(done, total);
            true
        });
    drop(node);
    opened.close()?;
    let made = made?;
    Ok((made.entry, made.full))
}

fn list(args: &BackupListArgs) -> Outcome {
    let (data, config) = super::node_with_settings(args.data.data.as_deref())?;
    let mut config = config.for_box();
    (config.backup, ..) = backup::choice::in_force(&data, &config.backup);
    let to = place_name(args.to.as_deref(), &config.backup)?;
    // A friend's box is asked with the node's own key; that of a locked node is not at hand.
    let is_ours = is_friend(&to) && is_data_folder(&data);
    let identity = is_ours.then(|| NodeIdentity::at_start(&data).ok().flatten()).flatten();
    let place = BackupPlace::open(&to, &config, identity.as_ref().map(NodeIdentity::person))?;
    let catalogue = Catalogue::read(&place)?.unwrap_or_default();
    let answer = json!({ "place": place.name(), "node": catalogue.node, "backups": catalogue.backups, "standing": backup::standing(&data) });
    Out::answer(args.json, &answer, |out| {
        if catalogue.backups.is_empty() {
            out.line(format_args!("no backups in {}", place.name()))?;
            return Ok(());
        }
        out.line(format_args!("backups of {} in {}", catalogue.node, place.name()))?;
        for entry in catalogue.backups.iter().rev() {
            let at = Timestamp::from_millis(entry.at_ms).map_err(Failure::no)?;
            out.line(format_args!(
                "  {}  {at}  {} records, {}, {} written{}",
                entry.id,
                entry.logs,
                bytes(entry.bytes),
                bytes(entry.added),
                match entry.damaged.len() {
                    0 => String::new(),
                    count => format!(", WITH DAMAGE in {count}"),
                }
            ))?;
        }
        Ok(())
    })
}
