//! `imajin usb`: the sticks in a node's machine. It asks a running node for them, with the owner's session; else the
//! sticks of this very machine are looked at, and its data folder.

use super::{Person, export, import, node_with_settings};
use crate::cli::{
    DataLocation, Encrypt, ImportAs, UsbCommand, UsbExportArgs, UsbImportArgs, UsbListArgs,
};
use crate::client::{Client, Export, Import, Session};
use crate::open::OpenFolder;
use crate::output::{Out, Progress};
use imajin_box::failure::{Failure, Outcome};
use imajin_box::key::{PersonKey, passphrase};
use imajin_box::size::bytes;
use imajin_bundle::export::ExportOptions;
use imajin_bundle::stick::Copy;
use imajin_ledger::stick::{State, Stick, Sticks};
use imajin_log::Clock as _;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

pub(super) fn run(command: &UsbCommand) -> Outcome {
    match command {
        UsbCommand::List(args) => list(args),
        UsbCommand::Export(args) => write(args),
        UsbCommand::Import(args) => bring(args),
    }
}

fn list(args: &UsbListArgs) -> Outcome {
    let sticks = match args.place.place().map_err(Failure::unusable)? {
        DataLocation::Node { url, key, trust } => of_node(&Person::connect(&url, &key, trust)?)?,
        DataLocation::Folder { data, .. } => {
            of_machine(&node_with_settings(data.as_deref())?.1.usb.sticks())?
        }
    };
    Out::answer(args.json, &sticks, |out| {
        let all = sticks["sticks"].as_array().map_or(&[][..], Vec::as_slice);
        if all.is_empty() {
            out.line("no stick is plugged in")?;
        }
        for stick in all {
            print(out, stick)?;
        }
        Ok(())
    })
}

fn print(out: &mut Out, stick: &Json) -> Outcome {
    let text = |name: &str| stick[name].as_str().unwrap_or_default().to_owned();
    let size = |name: &str| bytes(stick[name].as_u64().unwrap_or(0));
    let name = text("name");
    let called = [text("label"), text("model")].into_iter().find(|word| !word.is_empty());
    let called = called.unwrap_or_else(|| "a stick without a name".to_owned());
    out.line(match text("state").as_str() {
        "ready" => format!(
            "{name}: {called}: {} of {} free ({})",
            size("free"),
            size("bytes"),
            text("filesystem")
        ),
        "leaving" => format!("{name}: {called}: it is being removed"),
        "removable" => format!("{name}: {called}: it can be pulled out"),
        _ => format!("{name}: {called}: {}", text("why")),
    })?;
    for copy in stick["copies"].as_array().into_iter().flatten() {
        let locked = if copy["locked"] == true { ", locked" } else { "" };
        let name = copy["name"].as_str().unwrap_or_default();
        out.line(format_args!("  {name}{locked}"))?;
    }
    Ok(())
}

fn of_node(person: &Person) -> Outcome<Json> {
    let session = Session::begin(&person.client, &person.key)?;
    Ok(session.get(&person.client, "/auth/api/usb")?)
}

/// The answer that a node would give.
fn of_machine(sticks: &Sticks) -> Outcome<Json> {
    let mut all = Vec::new();
    for stick in sticks.list().map_err(Failure::unusable)? {
        let copies = match stick.state {
            State::Mounted => imajin_bundle::stick::copies(&stick).map_err(Failure::unusable)?,
            _ => Vec::new(),
        };
        let mut shown = serde_json::to_value(&stick).map_err(Failure::no)?;
        shown["copies"] = json!(copies);
        all.push(shown);
    }
    Ok(json!({ "sticks": all }))
}

/// Returns the stick of this name, or the only usable one.
fn choose(sticks: &Json, named: Option<&str>) -> Outcome<String> {
    let ready = |stick: &&Json| stick["state"] == "ready";
    let all = sticks["sticks"].as_array().into_iter().flatten();
    let names: Vec<&str> = all.filter(ready).filter_map(|stick| stick["name"].as_str()).collect();
    match (named, names.as_slice()) {
        (Some(name), names) if names.contains(&name) => Ok(name.to_owned()),
        (Some(name), _) => Err(Failure::unusable(format!(
            "there is no stick {name} that can be used: see `imajin usb list`"
        ))),
        (None, [name]) => Ok((*name).to_owned()),
        (None, []) => Err(Failure::unusable("no stick is plugged in")),
        (None, names) => Err(Failure::unusable(format!(
            "several sticks are plugged in: choose one with --stick ({})",
            names.join(", ")
        ))),
    }
}

fn write(args: &UsbExportArgs) -> Outcome {
    let Some(key) = &args.place.key else {
        return Err(Failure::unusable("a copy is signed by its owner: give --key FILE"));
    };
    let (did, stick, copy) = match args.place.place().map_err(Failure::unusable)? {
        DataLocation::Node { url, key, trust } => {
            by_node(args, &Person::connect(&url, &key, trust)?)?
        }
        DataLocation::Folder { data, .. } => by_hand(args, data.as_deref(), key)?,
    };
    let answer = json!({ "did": did, "stick": stick, "copy": copy });
    Out::answer(args.json, &answer, |out| {
        out.line(format_args!("the copy is on the stick {stick}: {copy}"))
    })
}

fn by_node(args: &UsbExportArgs, person: &Person) -> Outcome<(String, String, String)> {
    let stick = choose(&of_node(person)?, args.stick.as_deref())?;
    let encrypt = match args.encrypt {
        None => None,
        Some(Encrypt::Owner) => Some(json!("owner")),
        Some(Encrypt::Passphrase) => {
            Some(json!({ "passphrase": passphrase::choose("A passphrase for the copy: ")? }))
        }
    };
    let job = Export::begin_on_stick(&person.client, &person.key, &stick, encrypt)?;
    let done = Progress::over("the node writes the copy", |progress| job.wait(progress))?;
    Ok((person.key.did().to_string(), stick, done["copy"].as_str().unwrap_or_default().to_owned()))
}

fn by_hand(
    args: &UsbExportArgs,
    data: Option<&Path>,
    key: &Path,
) -> Outcome<(String, String, String)> {
    let key = PersonKey::read(key).map_err(Failure::unusable)?;
    let (data, config) = node_with_settings(data)?;
    let sticks = config.usb.sticks();
    let stick = choose(&of_machine(&sticks)?, args.stick.as_deref())?;
    let stick = sticks.find(&stick).map_err(Failure::unusable)?;
    let opened = OpenFolder::existing(&data, &config)?;
    let written = onto(args, &opened, &stick, &key);
    opened.close()?;
    let copy = stick.name_of(&written?);
    Ok((key.did().to_string(), stick.name, copy))
}

fn onto(
    args: &UsbExportArgs,
    opened: &OpenFolder,
    stick: &Stick,
    key: &PersonKey,
) -> Outcome<PathBuf> {
    let now = opened.clock.now();
    let target = imajin_bundle::stick::target(stick, key.did(), now, args.encrypt.is_some());
    let way = export::ExportPlan {
        // On the node's own disk: no database is ever opened for writing on a stick.
        staging: opened.data.join("export").join("by-hand"),
        target: target.map_err(Failure::unusable)?,
        encrypt: args.encrypt,
        options: ExportOptions { split: stick.file_bytes, ..ExportOptions::default() },
    };
    let written = export::write(&way, opened, key.did(), Some(key))?;
    if stick.is_there() {
        Ok(written)
    } else {
        Err(Failure::unusable("the stick was pulled out before the copy was whole"))
    }
}

fn bring(args: &UsbImportArgs) -> Outcome {
    let flags = &args.import;
    let (what, key) = import::wish(flags)?;
    let imported = match &flags.place.node {
        Some(url) => {
            through_node(args, what, key.as_ref(), &super::client(url, flags.place.trust)?)?
        }
        None => {
            let (_, config) = node_with_settings(flags.place.data.data.as_deref())?;
            let path = find(args, &config.usb.sticks(), key.as_ref())?;
            import::in_folder(&path, flags, what, key.as_ref())?
        }
    };
    import::print(flags, what, &imported)
}

fn through_node(
    args: &UsbImportArgs,
    what: ImportAs,
    key: Option<&PersonKey>,
    client: &Client,
) -> Outcome<Json> {
    if key.is_none() && args.copy.is_none() {
        return Err(Failure::unusable("which copy? Name it, or give --key FILE for yours"));
    }
    let (stick, copy) = (args.stick.as_deref(), args.copy.as_deref());
    let begun = Import::from_stick(client, key, stick, copy, args.import.invite.as_deref())?;
    let is_locked = begun.copy.as_deref().is_some_and(|copy| copy.ends_with(".age"));
    let opens = if is_locked { Some(passphrase::ask("The copy's passphrase: ")?) } else { None };
    import::take_in(&args.import, what, key, client, &begun, (0, opens.as_deref()))
}

/// The copy that is meant, on a stick of this machine.
fn find(args: &UsbImportArgs, sticks: &Sticks, key: Option<&PersonKey>) -> Outcome<PathBuf> {
    let mut sticks = sticks.mounted().map_err(Failure::unusable)?;
    sticks.retain(|stick| args.stick.as_ref().is_none_or(|name| *name == stick.name));
    let fits = |copy: &Copy| match (&args.copy, key) {
        (Some(name), _) => copy.name == *name,
        (None, Some(key)) => copy.is_of(key.did()),
        (None, None) => false,
    };
    match imajin_bundle::stick::newest(sticks, fits).map_err(Failure::unusable)? {
        Some((stick, copy)) => Ok(copy.path(&stick)),
        None if args.copy.is_none() && key.is_none() => {
            Err(Failure::unusable("which copy? Name it, or give --key FILE for yours"))
        }
        None => Err(Failure::unusable("there is no such copy on a stick: see `imajin usb list`")),
    }
}
