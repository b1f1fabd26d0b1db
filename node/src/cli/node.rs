//! Flags of the commands that run, inspect and set up a node.

use super::DataArgs;
use clap::{Args, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Flags of `imajin serve`. Missing flags come from the environment, the configuration file, then the defaults.
#[derive(Debug, Default, Args)]
#[command(after_help = "\
Every setting of the configuration file can be given as IMAJIN_<SECTION>_<NAME>, for example IMAJIN_LISTEN or
IMAJIN_LIMITS_BODY_BYTES. A flag wins over the environment, the environment over the file.

Examples:
  imajin serve
  imajin serve --data /srv/imajin --listen 0.0.0.0:7000 --services auth,profile,www")]
pub struct ServeArgs {
    #[command(flatten)]
    /// The data folder.
    pub data: DataArgs,
    /// Where to listen [default: 127.0.0.1:7000]; port 0 takes a free one and prints it.
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<SocketAddr>,
    /// Where to listen for HTTPS [default: nowhere]; port 0 takes a free one and prints it.
    #[arg(long, value_name = "ADDR:PORT")]
    pub tls_listen: Option<SocketAddr>,
    /// Do not announce the node on the local network.
    #[arg(long)]
    pub no_lan: bool,
    /// The services to run [default: all].
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub services: Option<Vec<String>>,
    /// Also listen on the conventional port of each service.
    #[arg(long, value_name = "WHICH")]
    pub ports: Option<PortsArg>,
    /// The configuration file [default: imajin.toml in the data folder, if it is there].
    #[arg(long, value_name = "FILE", env = "IMAJIN_CONFIG")]
    pub config: Option<PathBuf>,
}

/// The network's two sets of conventional ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PortsArg {
    /// www 3000, auth 3001 …
    Dev,
    /// www 7000, auth 7001 …
    Prod,
}

/// Flags of `imajin init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    #[command(flatten)]
    /// The new data folder.
    pub data: DataArgs,
    /// Become this node, whose log is in the data folder and whose key is lost.
    #[arg(long, value_name = "DID", requires = "key")]
    pub carry_on: Option<String>,
    /// The key file of the node's owner.
    #[arg(long, value_name = "FILE", requires = "carry_on")]
    pub key: Option<PathBuf>,
    /// Seal the node's key: with a passphrase (asked for, or taken from IMAJIN_PASSPHRASE), or with a key file.
    #[arg(long, conflicts_with = "carry_on")]
    pub seal: bool,
    /// Seal the key with the bytes of this file; keep the file off the card.
    #[arg(long, value_name = "FILE")]
    pub seal_key_file: Option<PathBuf>,
    /// Remove the seal permanently.
    #[arg(long, conflicts_with_all = ["seal", "carry_on"])]
    pub unseal: bool,
    /// Seal the key with another passphrase (asked for, or taken from IMAJIN_NEW_PASSPHRASE) or key file.
    #[arg(long, conflicts_with_all = ["seal", "unseal", "carry_on"])]
    pub reseal: bool,
}

/// Flags of `imajin status` and `imajin doctor`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    #[command(flatten)]
    /// The data folder.
    pub data: DataArgs,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin register-node`.
#[derive(Debug, Args)]
pub struct RegisterNodeArgs {
    /// The registry's address; without one, show the state of each registration.
    #[arg(value_name = "URL")]
    pub url: Option<String>,
    /// Leave the registry instead.
    #[arg(long, requires = "url")]
    pub leave: bool,
    /// Use the registry's name for the box at home, with a certificate that every browser trusts; `no` ends that.
    #[arg(long, requires = "url", conflicts_with = "leave", value_name = "yes|no", num_args = 0..=1, default_missing_value = "yes",
        value_parser = clap::builder::PossibleValuesParser::new(["yes", "no"]))]
    pub home: Option<String>,
    /// Let people reach the box from anywhere through the registry, which carries the connections and cannot read them; `no` ends that.
    #[arg(long, requires = "url", conflicts_with = "leave", value_name = "yes|no", num_args = 0..=1, default_missing_value = "yes",
        value_parser = clap::builder::PossibleValuesParser::new(["yes", "no"]))]
    pub tunnel: Option<String>,
    #[command(flatten)]
    /// The data folder.
    pub data: DataArgs,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin port-mapping`.
#[derive(Debug, Args)]
pub struct PortMappingArgs {
    /// `on` or `off`; without it, show the state.
    #[arg(value_name = "on|off", value_parser = clap::builder::PossibleValuesParser::new(["on", "off"]))]
    pub choice: Option<String>,
    #[command(flatten)]
    /// The data folder.
    pub data: DataArgs,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin rebuild`.
#[derive(Debug, Args)]
pub struct RebuildArgs {
    #[command(flatten)]
    /// The data folder.
    pub data: DataArgs,
    /// Compare with the current projections instead of replacing them.
    #[arg(long)]
    pub check: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Flags of `imajin box-settings`.
#[derive(Debug, Args)]
pub struct BoxSettingsArgs {
    /// The folder with the owner's files.
    #[arg(long, value_name = "DIR")]
    pub from: PathBuf,
    /// The folder where services look for them.
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// The file with the choice of the page /wifi, for a card that names no Wi-Fi.
    #[arg(long, value_name = "FILE")]
    pub wifi: Option<PathBuf>,
    /// A new choice of that page, to store first.
    #[arg(long, value_name = "FILE", requires = "wifi")]
    pub take: Option<PathBuf>,
}
