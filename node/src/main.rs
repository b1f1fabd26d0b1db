//! The `imajin` program: becomes the version that an update chose, parses what was typed, runs one command, and makes its
//! outcome an exit code.

use clap::Parser;
use imajin_node::cli::Cli;
use std::process::ExitCode;

fn main() -> ExitCode {
    imajin_node::versions::become_chosen();
    match imajin_node::commands::run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
