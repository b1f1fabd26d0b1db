//! Flags of `imajin backup`, `imajin restore` and `imajin carry-on`.

use super::{DataArgs, NodeAndKey};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Flags of `imajin backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// Something else than making one.
    #[command(subcommand)]
    pub what: Option<BackupCommand>,
    #[command(flatten)]
    /// Where the data is.
    pub data: DataArgs,
    /// Where it goes: a folder that is there, or s3://BUCKET/PREFIX [default: `to` under [backup] in the settings].
    #[arg(long, value_name = "PLACE")]
    pub to: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// What else there is to do with backups.
#[derive(Debug, Subcommand)]
pub enum BackupCommand {
    /// Show the backups of a place, the newest first.
    List(BackupListArgs),
}

/// Flags of `imajin backup list`.
#[derive(Debug, Args)]
pub struct BackupListArgs {
    #[command(flatten)]
    /// Where the data is.
    pub data: DataArgs,
    /// Which place [default: `to` under [backup] in the settings].
    #[arg(long, value_name = "PLACE")]
    pub to: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    #[command(flatten)]
    /// Where the data is to be.
    pub data: DataArgs,
    /// Where the backups are [default: `to` under [backup] in the settings].
    #[arg(long, value_name = "PLACE")]
    pub from: Option<String>,
    /// Which backup [default: the newest].
    #[arg(long, value_name = "ID")]
    pub backup: Option<String>,
    /// The key file of who owned the node when it was made.
    #[arg(long, value_name = "FILE", env = "IMAJIN_KEY")]
    pub key: PathBuf,
    /// Only read all of it and verify every record; say whether it is whole and the key opens it.
    #[arg(long)]
    pub check: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin carry-on`.
#[derive(Debug, Args)]
pub struct CarryOnArgs {
    #[command(flatten)]
    /// The node, and who you are.
    pub at: NodeAndKey,
    /// The newest head that you know, if the node lacks it.
    #[arg(long, value_name = "HEAD")]
    pub abandons: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}
