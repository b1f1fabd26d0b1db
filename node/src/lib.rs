//! The `imajin` program as a library, so that end-to-end tests and benchmarks use the same client.
//!
//! | room | what it is for |
//! |---|---|
//! | [`cli`] | the command line |
//! | [`commands`] | one file for each command |
//! | `doctor` | the checks that the command alone makes |
//! | [`config`] | settings: file, environment, flags |
//! | [`client`] | a person's client of a node |
//! | [`open`] | a data folder in use |
//! | [`register`] | registrations and heartbeats |
//! | [`serve`] | a running node |
//! | [`tunnel`] | connections to registries that carry visitors to the node |
//! | [`recovery`] | a person's recovery sheet |
//! | [`entries`] | entries as people read them |
//! | [`output`], [`logging`] | how a command and a node speak |
//!
//! The machine itself (its backups, certificates, network, updates) is the box's: `imajin_box`.

pub mod cli;
pub mod client;
pub mod commands;
pub mod config;
mod doctor;
pub mod entries;
pub mod logging;
pub mod open;
pub mod output;
pub mod recovery;
pub mod register;
pub mod serve;
pub mod tunnel;

use std::process::ExitCode;

use clap::Parser;

/// The program: parses what was typed, runs one command, and makes its outcome an exit code. `more` makes the services that
/// it has beside those of the node.
pub fn run(more: open::MoreServices) -> ExitCode {
    // Not a command for people: only this program starts it, and a child that decodes pictures has to start fast and small.
    if std::env::args_os().nth(1).is_some_and(|word| word == imajin_pictures::COMMAND) {
        return imajin_pictures::child();
    }
    open::add(more);
    match commands::run(cli::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
