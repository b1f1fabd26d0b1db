//! Flags of `imajin repair`.

use super::{DataArgs, TrustArgs};
use clap::Args;
use std::path::PathBuf;

/// Flags of `imajin repair`.
#[derive(Debug, Args)]
#[command(after_help = "\
Whatever is right in a damaged record stays, also what was written after the copy was made; what is damaged comes from the
copy, where the CIDs say that it is the same. Records that are whole are not touched, and no copy brings in a new one. The
damaged file is kept under quarantine/.

COPY is a bundle (folder, tar, encrypted tar), a folder or stick with several of them, a place with backups (with --key,
the owner's key file), another data folder, or a bare log.sqlite. With --node a running node mends its record; COPY is a
bundle then.

Exit status: 0 nothing was damaged, or all of it is mended; 1 damage is left; 2 it could not be tried.

Examples:
  imajin repair --from /media/stick --data /var/lib/imajin
  imajin repair --from /media/stick/box --key owner.json               from the newest backup there
  imajin repair --from ada.tar --node https://imajin.local --key me.json")]
pub struct RepairArgs {
    /// Whose records [default: all that are damaged].
    #[arg(value_name = "DID")]
    pub dids: Vec<String>,
    /// Where a copy is.
    #[arg(long, value_name = "COPY")]
    pub from: String,
    /// Which backup, where COPY is a place with backups [default: the newest].
    #[arg(long, value_name = "ID")]
    pub backup: Option<String>,
    #[command(flatten)]
    /// The folder of a node that does not run.
    pub data: DataArgs,
    /// A running node's address instead of a folder.
    #[arg(long, value_name = "URL", env = "IMAJIN_NODE", conflicts_with = "data")]
    pub node: Option<String>,
    /// A key file: of whom a bundle is encrypted to, or of the owner of the backups.
    #[arg(long, value_name = "FILE", env = "IMAJIN_KEY")]
    pub key: Option<PathBuf>,
    #[command(flatten)]
    /// Whether the node may be a new one.
    pub trust: TrustArgs,
    /// An invitation, where the node asks for one.
    #[arg(long, value_name = "CODE")]
    pub invite: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}
