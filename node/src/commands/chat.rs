//! `imajin chat`: the conversations in a bundle, verified as pages do it, and read with the owner's key. Needs no node and no network.

mod judge;
mod records;
mod show;

use super::verify::{exit_status, open_verified, unlock};
use crate::cli::{ChatCommand, ChatReadArgs, ChatVerifyArgs};
use crate::output::{Out, Progress};
use crate::recovery;
use imajin_box::failure::{Failure, Outcome};
use imajin_box::key::{PersonKey, passphrase};
use imajin_log::verify::OpenBundle;
use judge::Judgement;
use records::Records;
use std::path::Path;

/// A sheet's text with its numbers and spaces is far shorter.
const SHEET_BYTES_MAX: u64 = 16 * 1024;

/// Runs one of the two.
pub(super) fn run(command: &ChatCommand) -> Outcome {
    match command {
        ChatCommand::Read(args) => read(args),
        ChatCommand::Verify(args) => verify(args),
    }
}

fn read(args: &ChatReadArgs) -> Outcome {
    let key = key_of(&args.key)?;
    let looked = look(&args.bundle, Some(&key))?;
    let records =
        Records::read(looked.logs()).map_err(|why| unreadable(&args.bundle, &looked, why))?;
    let mut judgement = Judgement::judge(records, Some(&key));
    if let Some(name) = &args.conversation {
        judgement.keep(name);
        if judgement.conversations.is_empty() {
            return Err(Failure::unusable(format!(
                "{}: there is no conversation {name:?} in it",
                args.bundle.display()
            )));
        }
    }
    Out::answer(args.json, &show::to_json(&judgement, true), |out| show::print(out, &judgement))?;
    end(&args.bundle, &looked, &judgement)
}

fn verify(args: &ChatVerifyArgs) -> Outcome {
    let key = args.key.as_deref().map(key_of).transpose()?;
    let looked = look(&args.bundle, key.as_ref())?;
    let records =
        Records::read(looked.logs()).map_err(|why| unreadable(&args.bundle, &looked, why))?;
    let judgement = Judgement::judge(records, key.as_ref());
    Out::answer(args.json, &show::to_json(&judgement, false), |out| {
        show::print_verdicts(out, &judgement)
    })?;
    end(&args.bundle, &looked, &judgement)
}

/// The key in a key file, or on a recovery sheet.
fn key_of(path: &Path) -> Outcome<PersonKey> {
    let text = super::read_text(path, SHEET_BYTES_MAX)?;
    if text.trim_start().starts_with('{') {
        return PersonKey::read(path).map_err(Failure::unusable);
    }
    let words = passphrase::ask("The sheet's passphrase: ")?;
    Progress::over("opening the sheet", |_| recovery::open(&text, &words))
        .map_err(Failure::unusable)
}

fn look(bundle: &Path, key: Option<&PersonKey>) -> Outcome<OpenBundle> {
    let unlock = unlock(bundle, || Ok(key.cloned()))?;
    open_verified(bundle, unlock.as_ref())
}

/// A bundle that is damaged says so; else why nothing can be read of it.
fn unreadable(bundle: &Path, looked: &OpenBundle, why: String) -> Failure {
    match exit_status(bundle, &looked.report) {
        Err(failure @ Failure::No(_)) => failure,
        _ => Failure::unusable(format!("{}: {why}", bundle.display())),
    }
}

/// Returns the first violated rule of a conversation, else the result of the bundle's verification.
fn end(bundle: &Path, looked: &OpenBundle, judgement: &Judgement) -> Outcome {
    match judgement.fault() {
        Some(fault) => Err(Failure::no(format!("{}: {fault}", bundle.display()))),
        None => exit_status(bundle, &looked.report),
    }
}

#[cfg(test)]
mod tests;
