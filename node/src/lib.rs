//! The `imajin` program as a library, so that end-to-end tests and benchmarks use the same client.
//!
//! | room | what it is for |
//! |---|---|
//! | [`backup`] | backups of the whole node, and the way back |
//! | [`cli`] | the command line |
//! | [`commands`] | one file for each command |
//! | `doctor` | the checks of the command and of the owner's page |
//! | [`config`] | settings: file, environment, flags |
//! | [`client`] | a person's client of a node |
//! | [`folder`] | names below the data folder |
//! | [`open`] | a data folder in use |
//! | [`old_copy`] | signs that the data is an old copy, or that the box has a twin |
//! | [`outbox`] | sends the network operations in people's logs to relays |
//! | [`register`] | registrations and heartbeats |
//! | [`serve`] | a running node |
//! | [`key`] | a person's key file and recovery sheet |
//! | [`lan`] | announcing the node on the local network, and its neighbours there |
//! | [`power`] | restarting, stopping and resetting the box |
//! | [`mapping`] | a port of the router that leads to the box |
//! | [`mending`] | damaged records mended from copies |
//! | [`entries`] | entries as people read them |
//! | [`source`] | a bundle as the stream that an import sends |
//! | [`survey`] | what is in a data folder |
//! | [`usage`] | what uses the space of its disk |
//! | [`tls`] | certificates |
//! | [`wifi`] | the Wi-Fi that the owner of a box chooses on its page |
//! | [`versions`] | versions of the program that updates brought, and which one runs |
//! | [`failure`], [`output`], [`logging`] | how a command ends and speaks |

pub mod backup;
pub mod cli;
pub mod client;
pub mod commands;
pub mod config;
mod doctor;
pub mod entries;
pub mod failure;
pub mod folder;
pub mod key;
pub mod lan;
pub mod logging;
pub mod mapping;
pub mod mending;
pub mod old_copy;
pub mod open;
pub mod outbox;
pub mod output;
pub mod power;
pub mod register;
pub mod serve;
pub mod source;
pub mod survey;
pub mod tls;
pub mod usage;
pub mod versions;
pub mod wifi;

use std::process::ExitCode;

use clap::Parser;

/// The program: parses what was typed, runs one command, and makes its outcome an exit code. `more` makes the services that
/// it has beside those of the node.
pub fn run(more: open::MoreServices) -> ExitCode {
    // Not a command for people: only this program starts it, and a child that decodes pictures has to start fast and small.
    if std::env::args_os()
        .nth(1)
        .is_some_and(|word| word == imajin_pictures::COMMAND)
    {
        return imajin_pictures::child();
    }
    open::add(more);
    match commands::run(cli::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
