//! `imajin key new|show|recover`: a person's key as a file.

use crate::cli::{KeyCommand, KeyNewArgs, KeyRecoverArgs, KeyShowArgs};
use crate::output::{Out, Progress};
use crate::recovery;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_box::key::{PersonKey, parse_secret, passphrase};
use serde_json::json;
use std::path::Path;

/// Maximum size of a text read from a file or standard input: a line or a page.
const TEXT_BYTES_MAX: u64 = 64 * 1024;

pub(super) fn run(command: KeyCommand) -> Outcome {
    match command {
        KeyCommand::New(args) => new(&args),
        KeyCommand::Show(args) => show(&args),
        KeyCommand::Recover(args) => recover(&args),
    }
}

fn new(args: &KeyNewArgs) -> Outcome {
    let key = match &args.from {
        None => PersonKey::generate(),
        Some(path) => {
            let text = super::read_text(path, TEXT_BYTES_MAX)?;
            PersonKey::with_seed(parse_secret(&text).map_err(Failure::unusable)?)
        }
    }
    .map_err(Failure::unusable)?;
    key.write_new(&args.key).map_err(Failure::unusable)?;
    print(&key, Some(&args.key), args.json)
}

fn show(args: &KeyShowArgs) -> Outcome {
    let key = PersonKey::read(&args.key).map_err(Failure::unusable)?;
    if !args.recovery {
        return print(&key, None, args.json);
    }
    let words =
        passphrase::choose("A passphrase for the sheet (you will need it to get your key back): ")?;
    let text = recovery::seal(&key, &words).map_err(Failure::unusable)?;
    // A sheet that does not open is worse than none: it is read back before it is given out.
    let back = recovery::open(&text, &words).or_unusable("the sheet could not be read back")?;
    if back != key {
        return Err(Failure::unusable("the sheet could not be read back as it was written"));
    }
    let mut out = Out::new();
    out.line("Recovery sheet of an Imajin identity. With the passphrase it brings the key back:")?;
    out.line("on a node's page \"Restore from the sheet\", or with `imajin key recover`.")?;
    out.line("")?;
    out.line(key.did().as_str())?;
    out.line("")?;
    for line in recovery::printed(&text) {
        out.line(line)?;
    }
    out.line("")?;
    out.line(&text)?;
    out.done()
}

fn recover(args: &KeyRecoverArgs) -> Outcome {
    if args.key.exists() {
        return Err(Failure::unusable(imajin_box::key::KeyFileError::Exists(args.key.clone())));
    }
    let text = super::read_text(&args.sheet, TEXT_BYTES_MAX)?;
    let words = passphrase::ask("The sheet's passphrase: ")?;
    let opened = Progress::over("opening the sheet", |_| recovery::open(&text, &words));
    let key = opened.map_err(Failure::no)?;
    key.write_new(&args.key).map_err(Failure::unusable)?;
    print(&key, Some(&args.key), args.json)
}

fn print(key: &PersonKey, written: Option<&Path>, json: bool) -> Outcome {
    let answer = json!({
        "did": key.did().as_str(),
        "kid": key.kid(),
        "publicKey": key.public().to_hex(),
        "multikey": key.public().to_multikey(),
        "encryptionKey": imajin_dfos::hex::encode(&key.encryption_public()),
    });
    Out::answer(json, &answer, |out| {
        out.line(format_args!("address         {}", key.did().as_str()))?;
        out.line(format_args!("signing key     {} ({})", key.public().to_hex(), key.key_id()))?;
        let encryption = imajin_dfos::hex::encode(&key.encryption_public());
        out.line(format_args!("encryption key  {encryption}"))?;
        if let Some(path) = written {
            out.line("")?;
            out.line(format_args!(
                "Written to {}, readable by you alone. Anybody with this file can act as you;",
                path.display()
            ))?;
            out.line(
            "without it, and without a recovery sheet, nobody can be you any more. Make a sheet:",
        )?;
            out.line(format_args!("  imajin key show --recovery --key {}", path.display()))?;
        }
        Ok(())
    })
}
