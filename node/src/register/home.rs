//! The box's address in the home network.

use imajin_dfos::order::Order as _;
use imajin_host::network::NetworkState;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

/// An address on the internet that is reserved for documentation, so no machine has it (RFC 5737).
const ELSEWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 9);

/// Returns the address that serves HTTPS: the one it listens at, or, if it listens at all addresses, the source address of
/// outgoing packets. `None` if only this machine can reach it.
pub(super) fn address(place: &NetworkState) -> Option<IpAddr> {
    let listens = place.secure_ip?.to_canonical();
    let candidate =
        if listens.is_unspecified() { speaks_from().or_else(first) } else { Some(listens) };
    candidate.filter(is_reached)
}

/// Returns the source address for packets to the internet. Sends nothing: the system only looks up the route.
fn speaks_from() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(ELSEWHERE).ok()?;
    let address = socket.local_addr().ok()?.ip();
    is_reached(&address).then_some(address)
}

/// Returns the first address of a network, for a machine without a route to the internet.
fn first() -> Option<IpAddr> {
    let mut all: Vec<IpAddr> = if_addrs::get_if_addrs()
        .ok()?
        .iter()
        .map(if_addrs::Interface::ip)
        .filter(is_reached)
        .collect();
    // IPv4 addresses sort first.
    all.order();
    all.into_iter().next()
}

fn is_reached(address: &IpAddr) -> bool {
    let is_local = match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    };
    !is_local && !address.is_loopback() && !address.is_unspecified() && !address.is_multicast()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_only_this_machine_reaches_is_none() {
        let at = |address: &str| {
            let place = NetworkState {
                secure_ip: Some(address.parse().unwrap()),
                ..NetworkState::default()
            };
            super::address(&place).map(|address| address.to_string())
        };
        assert_eq!(at("127.0.0.1"), None);
        assert_eq!(at("::1"), None);
        assert_eq!(at("169.254.1.1"), None);
        assert_eq!(at("192.168.1.4").as_deref(), Some("192.168.1.4"));
        assert_eq!(at("::ffff:192.168.1.4").as_deref(), Some("192.168.1.4"));
        assert_eq!(address(&NetworkState::default()), None);
    }
}
