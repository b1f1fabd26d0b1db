//! Flags of `imajin chat`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Commands for conversations in a copy of a record.
#[derive(Debug, Subcommand)]
pub enum ChatCommand {
    /// Read the conversations in a bundle, without a node.
    #[command(after_help = "\
BUNDLE is a folder or a tar, also an encrypted one. The key opens both the bundle, where it is encrypted to its owner, and what
others sealed for you: name a key file, or a file with the text of a recovery sheet, whose passphrase is then asked for or taken from
IMAJIN_PASSPHRASE. Everything is verified first as your pages do it; what is said of a conversation ends where it is not what its
members wrote.

Exit status: 0 read, 1 something is not valid (a sentence says what), 2 it could not be tried.

Examples:
  imajin chat read stick/ada --key me.json
  imajin chat read ada.tar --key sheet.txt --conversation did:imajin:dm:0123456789abcdef
  imajin chat read ada.tar --key me.json --json")]
    Read(ChatReadArgs),
    /// Verify the conversations in a bundle, without a node and without a key.
    #[command(after_help = "\
Verifies the bundle, and each conversation in it by the fifteen rules of docs/conversations.md. Without --key nothing is said of what is
sealed inside; with it the boxes are opened, too.

Exit status: 0 valid, 1 not valid (a sentence says what), 2 it could not be tried, 3 as with imajin verify.

Examples:
  imajin chat verify stick/ada
  imajin chat verify ada.tar --key me.json --json")]
    Verify(ChatVerifyArgs),
}

/// Flags of `imajin chat read`.
#[derive(Debug, Args)]
pub struct ChatReadArgs {
    /// A bundle.
    pub bundle: PathBuf,
    /// Your key file, or the text of your recovery sheet.
    #[arg(long, value_name = "SHEET|KEYFILE", env = "IMAJIN_KEY")]
    pub key: PathBuf,
    /// Only this conversation: its name, its log, or the other person's DID.
    #[arg(long, value_name = "NAME")]
    pub conversation: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin chat verify`.
#[derive(Debug, Args)]
pub struct ChatVerifyArgs {
    /// A bundle.
    pub bundle: PathBuf,
    /// Your key file, or the text of your recovery sheet.
    #[arg(long, value_name = "SHEET|KEYFILE", env = "IMAJIN_KEY")]
    pub key: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}
