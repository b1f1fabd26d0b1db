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
the owner's key file; the newest whole backup is taken), another data folder, a bare log.sqlite, or the address of another
node (with --key: a node gives a record to its owner only). With --data, a node that runs on the folder mends its records
itself. With --node a node elsewhere mends one record; COPY is a bundle or another node then.

Exit status: 0 nothing was damaged, or all of it is mended; 1 damage is left; 2 it could not be tried.

Examples:
  imajin repair --from /media/stick --data /var/lib/imajin
  imajin repair --from /media/stick/box --key owner.json               from the newest whole backup there
  imajin repair --from s3://bucket/box --key owner.json                the same
  imajin repair --from https://other.example --key me.json             from a copy at another node
  imajin repair --from ada.tar --node https://imajin.local --key me.json")]
pub struct RepairArgs {
    /// The DIDs of the records [default: all damaged ones].
    #[arg(value_name = "DID")]
    pub dids: Vec<String>,
    /// The place of a copy.
    #[arg(long, value_name = "COPY")]
    pub from: String,
    /// The backup's id, if COPY is a place with backups [default: the newest whole one].
    #[arg(long, value_name = "ID")]
    pub backup: Option<String>,
    #[command(flatten)]
    /// The node's folder, whether it runs or not.
    pub data: DataArgs,
    /// A running node's address instead of a folder.
    #[arg(long, value_name = "URL", env = "IMAJIN_NODE", conflicts_with = "data")]
    pub node: Option<String>,
    /// A key file: of the recipient of an encrypted bundle, or of the owner of the backups.
    #[arg(long, value_name = "FILE", env = "IMAJIN_KEY")]
    pub key: Option<PathBuf>,
    #[command(flatten)]
    /// Whether another node may answer at a known address.
    pub trust: TrustArgs,
    /// An invitation, if the node requires one.
    #[arg(long, value_name = "CODE")]
    pub invite: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}
