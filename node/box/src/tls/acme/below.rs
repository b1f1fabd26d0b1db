//! The services' names below the box's own names (`auth.ada.example`): which of them lead to the box as well. A directory can only prove these.

use imajin_host::names::Names;
use imajin_host::outgoing::{AddressSource, lookup};
use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::net::IpAddr;
use std::time::Duration;
use tokio::time::timeout;

/// Time limit for all look-ups together. A name whose resolver doesn't answer in time counts as missing.
const PATIENCE: Duration = Duration::from_secs(30);

type Addresses = BTreeMap<String, BTreeSet<IpAddr>>;

/// The services' names below these hosts that lead where the host leads. The box can't ask more: behind a router, its own address isn't the one
/// in the DNS.
pub(super) async fn leading_here(names: &Names, hosts: &[String]) -> Vec<String> {
    let mut addresses = Addresses::new();
    let look_up = async {
        for host in hosts {
            for name in iter::once(host.clone()).chain(names.below(host)) {
                let resolved = lookup(&name, AddressSource::InSettings).await.into_iter().flatten();
                let resolved: BTreeSet<_> = resolved.map(|address| address.ip()).collect();
                if name == *host && resolved.is_empty() {
                    break;
                }
                addresses.insert(name, resolved);
            }
        }
    };
    match timeout(PATIENCE, look_up).await {
        Ok(()) => leading(names, hosts, &addresses),
        Err(_) => Vec::new(),
    }
}

fn leading(names: &Names, hosts: &[String], addresses: &Addresses) -> Vec<String> {
    let none = BTreeSet::new();
    let of = |name: &String| addresses.get(name).unwrap_or(&none);
    let leading = hosts.iter().flat_map(|host| {
        names.below(host).filter(move |name| !of(name).is_empty() && of(name).is_subset(of(host)))
    });
    leading.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_services_name_counts_where_it_leads_to_the_same_addresses() {
        let names = Names::new([], [], ["auth", "chat", "pay", "www"]);
        let hosts = ["ada.example", "nowhere.example"].map(str::to_owned);
        let resolved: [(&str, &[&str]); 5] = [
            ("ada.example", &["192.0.2.1", "2001:db8::1"]),
            ("auth.ada.example", &["192.0.2.1"]),
            // To somewhere else, and to both.
            ("chat.ada.example", &["192.0.2.2"]),
            ("pay.ada.example", &["192.0.2.1", "192.0.2.2"]),
            ("auth.nowhere.example", &["192.0.2.1"]),
        ];
        let parsed = |addresses: &[&str]| addresses.iter().map(|ip| ip.parse().unwrap()).collect();
        let addresses = resolved
            .into_iter()
            .map(|(name, addresses)| (name.to_owned(), parsed(addresses)))
            .collect();
        assert_eq!(leading(&names, &hosts, &addresses), ["auth.ada.example"]);
    }
}
