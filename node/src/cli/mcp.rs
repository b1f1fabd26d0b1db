//! Flags of `imajin mcp`.

use super::location::TrustArgs;
use clap::Args;
use std::path::PathBuf;

/// Flags of `imajin mcp`.
#[derive(Debug, Args)]
#[command(after_help = "\
For programs that start their tools themselves and speak the Model Context Protocol over standard input. The token is made at
/agents of the node; it is in IMAJIN_MCP_TOKEN or in a file, and never an argument, which others on this machine can see.

Examples:
  IMAJIN_MCP_TOKEN=mjn_… imajin mcp --node https://box.example
  imajin mcp --node https://box.example --token-file helper.token")]
pub struct McpArgs {
    /// The node's address, for example http://127.0.0.1:7000.
    #[arg(long, value_name = "URL", env = "IMAJIN_NODE")]
    pub node: String,
    /// A file with the token [default: the token in IMAJIN_MCP_TOKEN].
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    #[command(flatten)]
    /// Whether another node may answer at a known address.
    pub trust: TrustArgs,
}
