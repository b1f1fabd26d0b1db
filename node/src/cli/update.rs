//! Flags of `imajin update`, and the service manager's own words around a start.

use clap::{ArgGroup, Args, Subcommand};
use std::path::PathBuf;

/// Flags of `imajin update`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).args(["file", "rollback", "list", "requested"])))]
pub struct UpdateArgs {
    /// A signed release: one file with the program for each architecture.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Go back to the version before.
    #[arg(long)]
    pub rollback: bool,
    /// Show which versions are here, which one runs, and how the last update ended.
    #[arg(long)]
    pub list: bool,
    /// Make the update that the node's owner asked for on their page (imajin-update.service).
    #[arg(long, hide = true)]
    pub requested: bool,
    /// Only look whether the release is whole and signed by a release key; changes nothing, needs no root.
    #[arg(long, requires = "file")]
    pub check: bool,
    /// Trust this key as well: did:imajin:… or 64 hexadecimal digits.
    #[arg(long, value_name = "KEY", requires = "file")]
    pub release_key: Vec<String>,
    /// Take a version that is older than the one that runs, or older than a release said to be safe.
    #[arg(long, requires = "file")]
    pub allow_older: bool,
    /// Agree that there is no way back: the older version does not open any more what the newer one wrote in.
    #[arg(long, conflicts_with = "list")]
    pub one_way: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// What systemd/imajin.service has done by root around each start.
#[derive(Debug, Subcommand)]
pub enum VersionsCommand {
    /// Before: counts a version on trial, and gives it up where it had its chances.
    BeforeStart,
    /// After: confirms a version on trial that answers, and gives up another.
    AfterStart,
    /// Print the version of the packaged program.
    Packaged,
}
