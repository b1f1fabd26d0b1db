//! `imajin fair`: the .fair manifests of files. Needs no node and no network.
//!
//! Always: no file is overwritten without `--replace`, except a manifest that stands next to its file.

mod chains;
mod files;
mod judge;
mod show;
mod write;

use crate::cli::{FairCommand, FairReadArgs, FairVerifyArgs};
use crate::output::Out;
use chains::ChainKeys;
use files::FairFile;
use imajin_box::failure::{Failure, Outcome};
use judge::Judgement;
use std::path::Path;

/// Runs one of the six.
pub(super) fn run(command: &FairCommand) -> Outcome {
    match command {
        FairCommand::Read(args) => read(args),
        FairCommand::Sign(args) => write::sign(args),
        FairCommand::Agree(args) => write::agree(args),
        FairCommand::Verify(args) => verify(args),
        FairCommand::Embed(args) => write::embed(args),
        FairCommand::Strip(args) => write::strip(args),
    }
}

/// The .fair of a file, which must have one.
fn find(path: &Path) -> Outcome<FairFile> {
    FairFile::look(path)?.ok_or_else(|| {
        Failure::unusable(format!(
            "{}: there is no .fair in it, and no {} next to it: make one with `imajin fair sign`",
            path.display(),
            files::sidecar_path(path).display()
        ))
    })
}

fn read(args: &FairReadArgs) -> Outcome {
    let fair_file = find(&args.file)?;
    Out::answer(args.json, &show::to_json(&fair_file), |out| show::print(out, &fair_file))
}

fn verify(args: &FairVerifyArgs) -> Outcome {
    let keys = ChainKeys::read(&args.chain)?;
    let judgement = Judgement::judge(&args.file, &find(&args.file)?, &keys)?;
    Out::answer(args.json, &judgement.to_json(), |out| judgement.print(out))?;
    let path = args.file.display();
    match (judgement.faults.first(), judgement.doubts.first()) {
        (Some(fault), _) => Err(Failure::no(format!("{path}: not valid: {fault}"))),
        (None, Some(doubt)) => Err(Failure::unusable(format!("{path}: can't be told: {doubt}"))),
        (None, None) => Ok(()),
    }
}
