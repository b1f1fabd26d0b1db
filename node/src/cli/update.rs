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
    /// List the versions here, the running one, and the result of the last update.
    #[arg(long)]
    pub list: bool,
    /// Install the update that the node's owner requested on the page (imajin-update.service).
    #[arg(long, hide = true)]
    pub requested: bool,
    /// Only check that the release is whole and signed by a release key; changes nothing, needs no root.
    #[arg(long, requires = "file")]
    pub check: bool,
    /// Trust this key as well: did:imajin:… or 64 hexadecimal digits.
    #[arg(long, value_name = "KEY", requires = "file")]
    pub release_key: Vec<String>,
    /// Accept a version older than the running one, or older than a release allows.
    #[arg(long, requires = "file")]
    pub allow_older: bool,
    /// Accept that you can't return: the older version can't open data that the newer one wrote.
    #[arg(long, conflicts_with = "list")]
    pub one_way: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Steps that systemd/imajin.service runs as root around each start.
#[derive(Debug, Subcommand)]
pub enum VersionsCommand {
    /// Before: counts the attempts of a version on trial, and gives it up after too many.
    BeforeStart,
    /// After: confirms a version on trial that answers, and gives up another.
    AfterStart,
    /// After it ended: gives up a version on trial that hung.
    AfterStop,
    /// Print the version of the packaged program.
    Packaged,
}
