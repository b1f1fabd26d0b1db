//! The program around the relay in these tests: the one of the registry.

use std::sync::Arc;

use imajin_host::outgoing::Allowed;
use imajin_host::room::DiskConfig;
use imajin_registry::RelayHost;
use imajin_relay::{Config, Host};

/// Makes the host of a relay with these settings.
pub(crate) fn open(config: &Config) -> Arc<dyn Host> {
    let mut disk = DiskConfig::default();
    // How full the disk of this machine is says nothing about the program.
    disk.reserve_max_bytes = disk.reserve_min_bytes;
    Arc::new(RelayHost::new(config, disk, Allowed::default()).unwrap())
}
