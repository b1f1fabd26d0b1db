//! The router that this box sends its packets to, and the box's own address on the way there. IPv4: a box with IPv6 has no
//! translation before it.

use super::MappingError;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

/// The kernel's routes (proc(5)).
const ROUTES: &str = "/proc/self/net/route";
/// UDP port of PCP and NAT-PMP (RFC 6887, RFC 6886).
pub(super) const PORT: u16 = 5351;
/// `RTF_UP | RTF_GATEWAY` of linux/route.h.
const FLAGS: u32 = 3;

/// The router.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gateway {
    pub(super) router: Ipv4Addr,
    /// The box's own address, as the router sees it.
    pub(super) inside: Ipv4Addr,
}

impl Gateway {
    /// Finds the current gateway; `None` without a default route by IPv4.
    pub(super) fn find() -> Result<Option<Self>, MappingError> {
        let Some(router) = default_route(&std::fs::read_to_string(ROUTES)?) else {
            return Ok(None);
        };
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        // Connecting sends nothing: the kernel only picks the local address.
        socket.connect((router, PORT))?;
        Ok(match socket.local_addr()? {
            SocketAddr::V4(inside) => Some(Self { router, inside: *inside.ip() }),
            SocketAddr::V6(_) => None,
        })
    }
}

/// The gateway of the default route with the lowest metric.
fn default_route(table: &str) -> Option<Ipv4Addr> {
    let routes = table.lines().skip(1).filter_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let hex = |at: usize| u32::from_str_radix(columns.get(at)?, 16).ok();
        let (to, gateway, flags, mask) = (hex(1)?, hex(2)?, hex(3)?, hex(7)?);
        let metric: u32 = columns.get(6)?.parse().ok()?;
        (to == 0 && mask == 0 && flags & FLAGS == FLAGS).then_some((metric, gateway))
    });
    // In the machine's byte order, as in memory.
    let (_, gateway) = routes.min()?;
    Some(Ipv4Addr::from(gateway.to_ne_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_endian = "little")]
    fn the_nearest_default_route_counts() {
        let table = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
                     wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n\
                     eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n\
                     eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n";
        assert_eq!(default_route(table), Some(Ipv4Addr::new(192, 168, 1, 1)));
        assert_eq!(default_route("Iface\n"), None);
        assert_eq!(default_route("Iface\neth0\tx\n"), None);
    }
}
