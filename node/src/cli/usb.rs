//! Flags of `imajin usb`.

use super::location::PlaceArgs;
use super::person::{Encrypt, ImportFlags};
use clap::{Args, Subcommand};

/// Commands for USB sticks.
#[derive(Debug, Subcommand)]
pub enum UsbCommand {
    /// List the sticks in a node's machine, and your copies on them.
    #[command(after_help = "\
Of a node you see your own copies, as its owner all; from the data folder all.

Examples:
  imajin usb list --node https://imajin.local --key me.json
  imajin usb list --data /var/lib/imajin --json")]
    List(UsbListArgs),
    /// Copy your whole record to a stick, signed by you.
    #[command(after_help = "\
The node writes; you sign. Every copy gets a new name with its date: none is ever replaced. It is a folder that opens in
any browser, or with --encrypt a locked file (in parts where a stick takes no file of its length).

Examples:
  imajin usb export --node https://imajin.local --key me.json
  imajin usb export --node https://imajin.local --key me.json --stick sda1 --encrypt passphrase
  imajin usb export --data /var/lib/imajin --key me.json              while no node runs on it")]
    Export(UsbExportArgs),
    /// Bring a copy from a stick onto the node that it is plugged into.
    #[command(after_help = "\
Everything is verified first, and nothing on the stick is changed. Without COPY it is the newest copy of the key's owner.

Examples:
  imajin usb import --node https://imajin.local --key me.json          this node becomes your home
  imajin usb import imajin/imajin-did_… --as backup --data /var/lib/imajin")]
    Import(UsbImportArgs),
}

/// Flags of `imajin usb list`.
#[derive(Debug, Args)]
pub struct UsbListArgs {
    #[command(flatten)]
    /// The node.
    pub place: PlaceArgs,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin usb export`.
#[derive(Debug, Args)]
pub struct UsbExportArgs {
    #[command(flatten)]
    /// The node.
    pub place: PlaceArgs,
    /// The stick, as `usb list` names it [default: the only one].
    #[arg(long, value_name = "NAME")]
    pub stick: Option<String>,
    /// Encrypt it; to a passphrase, it is sent to the node, which encrypts.
    #[arg(long, value_name = "TO")]
    pub encrypt: Option<Encrypt>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin usb import`.
#[derive(Debug, Args)]
pub struct UsbImportArgs {
    /// The copy, as `usb list` names it [default: the newest of the key's owner].
    #[arg(value_name = "COPY")]
    pub copy: Option<String>,
    /// The stick, as `usb list` names it [default: the only one].
    #[arg(long, value_name = "NAME")]
    pub stick: Option<String>,
    #[command(flatten)]
    /// The import.
    pub import: ImportFlags,
}
