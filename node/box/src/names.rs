//! This machine's names and addresses in its network.

use std::net::IpAddr;

use imajin_dfos::order::Order as _;

/// Its name, and that name as mDNS has it.
pub fn machine_names() -> Vec<String> {
    let name = rustix::system::uname().nodename().to_string_lossy().to_ascii_lowercase();
    match name.as_str() {
        "" | "localhost" | "(none)" => Vec::new(),
        name => vec![name.to_owned(), format!("{name}.local")],
    }
}

/// Its addresses that people can type: without those that need the name of an interface.
pub fn machine_addresses() -> Vec<IpAddr> {
    let interfaces = match if_addrs::get_if_addrs() {
        Ok(interfaces) => interfaces,
        Err(error) => {
            tracing::warn!("this machine's addresses cannot be read: {error}");
            Vec::new()
        }
    };
    let mut addresses: Vec<_> = interfaces.iter().map(if_addrs::Interface::ip).collect();
    addresses.retain(|ip| match ip {
        IpAddr::V4(_) => true,
        IpAddr::V6(ip) => !ip.is_unicast_link_local(),
    });
    addresses.order();
    addresses
}
