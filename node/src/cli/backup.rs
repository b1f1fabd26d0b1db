//! Flags of `imajin backup`, `imajin restore` and `imajin carry-on`.

use super::{DataArgs, NodeAndKey};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Flags of `imajin backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// Another command than making a backup.
    #[command(subcommand)]
    pub what: Option<BackupCommand>,
    #[command(flatten)]
    /// The data folder.
    pub data: DataArgs,
    /// The place of the backup: an existing folder, s3://BUCKET/PREFIX, or a place at a friend's box [default: `to`
    /// under [backup] in the settings].
    #[arg(long, value_name = "PLACE")]
    pub to: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Other commands for backups.
#[derive(Debug, Subcommand)]
pub enum BackupCommand {
    /// Show the backups of a place, the newest first.
    List(BackupListArgs),
}

/// Flags of `imajin backup list`.
#[derive(Debug, Args)]
pub struct BackupListArgs {
    #[command(flatten)]
    /// The data folder.
    pub data: DataArgs,
    /// The place [default: `to` under [backup] in the settings].
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
    /// The new data folder.
    pub data: DataArgs,
    /// The place of the backups, or the address of a friend's box: https://BOX [default: `to` under [backup] in the
    /// settings].
    #[arg(long, value_name = "PLACE")]
    pub from: Option<String>,
    /// A registry. Restores nothing: asks its boxes which of them have backups that the key may read.
    #[arg(long, value_name = "URL", conflicts_with_all = ["from", "backup", "check"])]
    pub registry: Option<String>,
    /// The backup's id [default: the newest].
    #[arg(long, value_name = "ID")]
    pub backup: Option<String>,
    /// The key file of the node's owner at the time of the backup.
    #[arg(long, value_name = "FILE", env = "IMAJIN_KEY")]
    pub key: PathBuf,
    /// Only read the whole backup and verify every record; report whether it is whole and the key opens it.
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
    /// The node, and your key.
    pub at: NodeAndKey,
    /// The newest head that you know, if the node lacks it.
    #[arg(long, value_name = "HEAD")]
    pub abandons: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}
