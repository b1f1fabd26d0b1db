//! Flags of `imajin did`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Commands for DIDs.
#[derive(Debug, Subcommand)]
pub enum DidCommand {
    /// Fetch the identity chain of a DID, verify it here, and print it.
    #[command(after_help = "\
Nobody who sends a chain is believed: every operation is verified from the DID alone. What only you can know is
whether the newest operations were held back: name one that you have seen with --head.

Exit status: 0 verified, 1 not what was asked for, 2 nothing to verify.

Examples:
  imajin did resolve did:imajin:…
  imajin did resolve did:dfos:… --relay https://relay.example --json
  imajin did resolve did:imajin:… --file chain.json --head bafyrei…")]
    Resolve(ResolveArgs),
}

/// Flags of `imajin did resolve`.
#[derive(Debug, Args)]
pub struct ResolveArgs {
    /// did:imajin:… or did:dfos:…
    pub did: String,
    /// Ask this node.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:7000")]
    pub node: String,
    /// Ask a DFOS relay instead; it knows did:dfos:… only.
    #[arg(long, value_name = "URL", conflicts_with = "node")]
    pub relay: Option<String>,
    /// Read the chain from a file (- is standard input): a node's or a relay's answer, a JSON list of tokens, or a token a line.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["node", "relay"])]
    pub file: Option<PathBuf>,
    /// The CID of an operation that must be part of the chain.
    #[arg(long, value_name = "CID")]
    pub head: Option<String>,
    /// Print the DID document and its metadata as JSON.
    #[arg(long)]
    pub json: bool,
}
