//! Flags of `imajin fair`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Commands for .fair manifests of files.
#[derive(Debug, Subcommand)]
pub enum FairCommand {
    /// Show the .fair of a file: who made it, and how its earnings are shared.
    #[command(after_help = "\
Exit status: 0 shown; 1 it is malformed; 2 there is none, or the file can't be read.

Examples:
  imajin fair read song.mp3
  imajin fair read song.mp3 --json")]
    Read(FairReadArgs),
    /// Sign a manifest for a file; it is written next to it, as FILE.fair.json.
    #[command(after_help = "\
Without --manifest you are the only contributor. A draft is a manifest of version 0.3.0 without work and signature:
  {\"id\": \"my song\", \"version\": \"0.3.0\", \"type\": \"audio\", \"terms\": {},
   \"contributors\": [{\"id\": \"did:imajin:…\", \"role\": \"words\", \"weight\": 0.5}, {\"id\": \"did:imajin:…\", \"weight\": 0.5}]}

Exit status: 0 signed, 1 refused, 2 it could not be tried.

Examples:
  imajin fair sign photo.jpg --key me.json
  imajin fair sign song.mp3 --key me.json --manifest draft.json")]
    Sign(FairSignArgs),
    /// Agree to a file's manifest as one of its contributors, with a signature next to that of the first.
    #[command(after_help = "\
The manifest's own signature is verified first. A manifest next to the file gets the signature there; one in the file gets it in a
new file (--to), or in the same (--replace).

Exit status: 0 agreed, 1 refused, 2 it could not be tried.

Examples:
  imajin fair agree song.mp3 --key bob.json
  imajin fair agree song-fair.mp3 --key bob.json --replace")]
    Agree(FairAgreeArgs),
    /// Verify the .fair of a file: the signatures, and that it is about this file.
    #[command(after_help = "\
A signature is good if it is by a key that its DID's chain ever named. A chain is a file with the operations of an identity, as from
a node's /auth/api/identity/DID/chain; without one only the first key is known, which is in the DID's name.

Exit status: 0 valid; 1 not valid; 2 it can't be told: no .fair, no file named in it, or a signature that needs a chain.

Examples:
  imajin fair verify song.mp3
  imajin fair verify song.mp3 --chain ada.chain.json --chain bob.chain.json")]
    Verify(FairVerifyArgs),
    /// Put the .fair that is next to a file into a copy of it.
    #[command(after_help = "\
JPEG, PNG, WebP, MP3 and PDF can carry a .fair. Stripping gives the original back byte for byte; if that can't be, or if the .fair is
longer than 40 kB, it stays next to the file.

Exit status: 0 embedded, 1 refused, 2 it could not be tried.

Examples:
  imajin fair embed song.mp3 --to song-fair.mp3
  imajin fair embed photo.jpg --replace")]
    Embed(FairEmbedArgs),
    /// Take the .fair out of a file again, and put it next to the file.
    #[command(after_help = "\
Exit status: 0 stripped, 1 refused, 2 there is nothing to strip, or it could not be tried.

Example:
  imajin fair strip song-fair.mp3 --to song.mp3")]
    Strip(FairStripArgs),
}

/// Where a changed file goes.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub struct TargetArgs {
    /// The file to write; an existing file is never overwritten.
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
    /// Replace FILE, all at once.
    #[arg(long)]
    pub replace: bool,
}

/// Flags of `imajin fair read`.
#[derive(Debug, Args)]
pub struct FairReadArgs {
    /// A file with a .fair in it or next to it, or a .fair.
    pub file: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin fair sign`.
#[derive(Debug, Args)]
pub struct FairSignArgs {
    /// The work.
    pub file: PathBuf,
    /// The key file of a contributor or the owner.
    #[arg(long, value_name = "FILE", env = "IMAJIN_KEY")]
    pub key: PathBuf,
    /// The draft of the manifest (- is standard input) [default: you alone].
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
    /// Replace FILE.fair.json if there is one.
    #[arg(long)]
    pub replace: bool,
}

/// Flags of `imajin fair agree`.
#[derive(Debug, Args)]
pub struct FairAgreeArgs {
    /// A file with a .fair in it or next to it, or a .fair.
    pub file: PathBuf,
    /// The key file of a contributor or the owner.
    #[arg(long, value_name = "FILE", env = "IMAJIN_KEY")]
    pub key: PathBuf,
    /// The identity chain of a DID that signed.
    #[arg(long, value_name = "FILE")]
    pub chain: Vec<PathBuf>,
    #[command(flatten)]
    /// Where it goes.
    pub target: TargetArgs,
}

/// Flags of `imajin fair verify`.
#[derive(Debug, Args)]
pub struct FairVerifyArgs {
    /// A file with a .fair in it or next to it, or a .fair.
    pub file: PathBuf,
    /// The identity chain of a DID that signed.
    #[arg(long, value_name = "FILE")]
    pub chain: Vec<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin fair embed`.
#[derive(Debug, Args)]
pub struct FairEmbedArgs {
    /// The work.
    pub file: PathBuf,
    /// The .fair [default: FILE.fair.json].
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    #[command(flatten)]
    /// Where it goes.
    pub target: TargetArgs,
}

/// Flags of `imajin fair strip`.
#[derive(Debug, Args)]
pub struct FairStripArgs {
    /// A file with a .fair in it.
    pub file: PathBuf,
    #[command(flatten)]
    /// Where it goes.
    pub target: TargetArgs,
}
