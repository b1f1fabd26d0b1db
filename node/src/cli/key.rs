//! Commands for key files.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Commands for key files.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a new key, or write an existing key to a key file.
    #[command(after_help = "\
The file holds two secret seeds (Ed25519 to sign, X25519 to decrypt) and is readable by you alone.

Examples:
  imajin key new --key me.json
  imajin key new --key me.json --from seed.txt     64 hexadecimal digits, or PKCS#8 as hexadecimal")]
    New(KeyNewArgs),
    /// Show the DID and public keys of a key file; with --recovery, its recovery sheet.
    #[command(after_help = "\
Examples:
  imajin key show --key me.json
  imajin key show --key me.json --recovery         the sheet as text, encrypted with a passphrase that you choose")]
    Show(KeyShowArgs),
    /// Recover a key file from a recovery sheet.
    #[command(after_help = "\
Example:
  imajin key recover --key me.json --sheet sheet.txt")]
    Recover(KeyRecoverArgs),
}

/// Flags of `imajin key new`.
#[derive(Debug, Args)]
pub struct KeyNewArgs {
    /// The key file to write; an existing file is never overwritten.
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Take the signing key from this file (- is standard input): 64 hexadecimal digits, or PKCS#8 DER as hexadecimal.
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin key show`.
#[derive(Debug, Args)]
pub struct KeyShowArgs {
    /// The key file.
    #[arg(long, value_name = "FILE", env = "IMAJIN_KEY")]
    pub key: PathBuf,
    /// Print the recovery sheet; asks for a passphrase, or takes it from IMAJIN_PASSPHRASE.
    #[arg(long)]
    pub recovery: bool,
    /// Print JSON.
    #[arg(long, conflicts_with = "recovery")]
    pub json: bool,
}

/// Flags of `imajin key recover`.
#[derive(Debug, Args)]
pub struct KeyRecoverArgs {
    /// The key file to write; an existing file is never overwritten.
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// The recovery text in a file [default: standard input].
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub sheet: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}
