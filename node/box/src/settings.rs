//! Settings of the machine. The program's settings are composed of them (`node/src/config`), and give the machine their part
//! as a [`BoxConfig`].

mod backup;
mod network;

pub use backup::{BackupConfig, is_friend, is_remote};
pub use network::{LanConfig, TlsConfig, WifiConfig, is_host_name};

use imajin_host::config::UsbConfig;
use imajin_host::room::DiskConfig;
use imajin_ledger::media::DiskPlaces;
use serde::Deserialize;

/// Settings that the machine is looked after by.
#[derive(Debug, Clone)]
pub struct BoxConfig {
    /// The node's name; empty for its host name.
    pub name: String,
    /// Whether addresses of private networks may be asked.
    pub private_addresses: bool,
    /// Whether the node believes the machine's clock.
    pub clock: ClockTrust,
    /// HTTPS.
    pub tls: TlsConfig,
    /// The local network.
    pub lan: LanConfig,
    /// Backups.
    pub backup: BackupConfig,
    /// USB sticks.
    pub usb: UsbConfig,
    /// Room on the disk.
    pub disk: DiskConfig,
    /// The places where disks with people's files are searched for.
    pub disk_places: DiskPlaces,
    /// The registries that the node registers with, each once in the form in which it is kept.
    pub registries: Vec<String>,
    /// The registry whose name leads to the box at home, with a certificate; empty for none.
    pub home_registry: String,
    /// The registries that the settings let carry connections to the box.
    pub tunnels: Vec<String>,
}

/// Whether the node believes a machine's clock that jumps ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClockTrust {
    /// Once a time server confirms it.
    Auto,
    /// Believes the clock at once.
    Always,
}
