//! `imajin versions`: what systemd/imajin.service has done around a start, by the packaged program.

mod health;

use crate::cli::VersionsCommand;
use crate::config;
use crate::output::Out;
use imajin_box::failure::{Failure, Outcome};
use imajin_box::versions::{FOLDER, Store, after, before, own, stopped};

pub(super) fn run(command: &VersionsCommand) -> Outcome {
    let own = own().ok_or_else(|| Failure::unusable("this program has no version"))?;
    let store = Store::new(FOLDER);
    match command {
        VersionsCommand::BeforeStart => before(&store, &own),
        VersionsCommand::AfterStart => {
            let data = config::data_folder(None).map_err(Failure::unusable)?;
            after(&store, &own, |expected| health::is_well(&data, expected))
        }
        VersionsCommand::AfterStop => {
            stopped(&store, &own, &std::env::var("SERVICE_RESULT").unwrap_or_default())
        }
        VersionsCommand::Packaged => {
            let mut out = Out::new();
            out.line(own)?;
            out.done()
        }
    }
}
