//! Flags of `imajin owner`.

use super::location::NodeAndKey;
use clap::{Args, Subcommand};

/// Commands for the owner of a node.
#[derive(Debug, Subcommand)]
pub enum OwnerCommand {
    /// Show the people you can hand your node to.
    #[command(
        after_help = "Example:\n  imajin owner show --node https://imajin.local --key me.json"
    )]
    Show(OwnerShowArgs),
    /// Hand your node to another person on it.
    #[command(after_help = "\
The new owner lives on the node and has a key of their own. It takes effect at once, and only they can undo it.

Example:
  imajin owner give did:imajin:… --node https://imajin.local --key me.json")]
    Give(OwnerGiveArgs),
    /// Release your node: it has no owner, and prints a new claim code on its console.
    #[command(after_help = "\
Everybody's records stay as they are. Until somebody uses the new code, nobody can look after the node.

Example:
  imajin owner release --node https://imajin.local --key me.json")]
    Release(OwnerReleaseArgs),
}

/// Flags of `imajin owner show`.
#[derive(Debug, Args)]
pub struct OwnerShowArgs {
    #[command(flatten)]
    /// The node, and the owner's key.
    pub at: NodeAndKey,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin owner give`.
#[derive(Debug, Args)]
pub struct OwnerGiveArgs {
    /// The new owner's DID.
    #[arg(value_name = "DID")]
    pub did: String,
    #[command(flatten)]
    /// How, and where.
    pub how: OwnerReleaseArgs,
}

/// Flags of `imajin owner release`.
#[derive(Debug, Args)]
pub struct OwnerReleaseArgs {
    #[command(flatten)]
    /// The node, and the owner's key.
    pub at: NodeAndKey,
    /// Don't ask.
    #[arg(long)]
    pub yes: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}
