//! The records that the zone of a name of the box's own needs, so that registries carry it, and which of them the DNS has.
//!
//! Always: the box asks the DNS itself, since a registry could say anything. A name server that doesn't answer changes nothing.

use super::LOOK;
use crate::folder::NODE_FOLDER;
use crate::settings::BoxConfig;
use imajin_app::Node;
use imajin_edge::tunnel::{HOLDER_LABEL, OWNED_NAMES_MAX, holder, holder_text};
use imajin_host::dns::{Dns, DnsError, Issuer};
use imajin_host::network::{NetworkState, RecordKind, ZoneRecord};
use imajin_host::own_name;
use imajin_host::prelude::*;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// Shortest interval between two checks, while a record is missing.
const INTERVAL_MIN: Duration = Duration::from_secs(15);
/// Longest interval between two checks, also once the DNS has all records.
const INTERVAL_MAX: Duration = Duration::from_secs(600);
/// How long checks come at the shortest interval after the records changed or a page showed them.
const EAGER: Duration = Duration::from_secs(600);

/// Checks the records from time to time, until dropped.
pub(super) async fn run(node: Node, config: Arc<BoxConfig>) {
    let folder = node.data().join(NODE_FOLDER);
    let mut changed_at = Duration::ZERO;
    let mut checked_at = Duration::ZERO;
    loop {
        let place = node.network().now();
        // No tunnel, no records. A choice that cannot be read is the renewal's to report.
        let names = if place.tunnels.is_empty() {
            Vec::new()
        } else {
            own_name::names(&config.tls.domains, &folder).unwrap_or_default()
        };
        let records = wanted_records(&place, &names, node.did().as_str());
        let is_new = !records.iter().eq(&place.zone);
        if is_new {
            show(&node, &records);
            changed_at = node.monotonic();
        }
        let wanted_at = place.zone_shown.unwrap_or_default().max(changed_at);
        let interval = interval(&records, checked_at.saturating_sub(wanted_at));
        if is_new || node.monotonic() >= checked_at + interval {
            show(&node, &check(config.tls.resolver, records).await);
            checked_at = node.monotonic();
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Returns the interval after a check that came this long after the records changed or a page showed them. It doubles from check to check.
fn interval(records: &[ZoneRecord], age: Duration) -> Duration {
    if records.iter().all(|record| record.is_set) {
        return INTERVAL_MAX;
    }
    age.saturating_sub(EAGER).clamp(INTERVAL_MIN, INTERVAL_MAX)
}

fn show(node: &Node, records: &[ZoneRecord]) {
    if node.network().now().zone != records {
        node.network().change(|place| place.zone = records.to_vec());
    }
}

/// The records of all names of the box's own while it has a tunnel, with the state that is known.
fn wanted_records(place: &NetworkState, names: &[String], did: &str) -> Vec<ZoneRecord> {
    if place.tunnels.is_empty() {
        return Vec::new();
    }
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in place.tunnels.iter().flat_map(|tunnel| &tunnel.addresses) {
        if !addresses.contains(address) {
            addresses.push(*address);
        }
    }
    let own = place.public_of(None);
    let issuer = own.and_then(|own| own.issuer.as_ref());
    let mut records = Vec::new();
    for name in names.iter().take(OWNED_NAMES_MAX) {
        records.extend(addresses.iter().map(|address| address_record(name, *address)));
        records.push(record(format!("{HOLDER_LABEL}.{name}"), RecordKind::Txt, holder_text(did)));
        records
            .extend(issuer.map(|issuer| record(name.clone(), RecordKind::Caa, issuer.to_string())));
    }
    for record in &mut records {
        let is_same = |other: &&ZoneRecord| {
            other.name == record.name && other.kind == record.kind && other.value == record.value
        };
        let before = place.zone.iter().find(is_same);
        record.is_set = before.is_some_and(|before| before.is_set);
    }
    records
}

fn record(name: String, kind: RecordKind, value: String) -> ZoneRecord {
    ZoneRecord { name, kind, value, is_set: false }
}

fn address_record(name: &str, address: IpAddr) -> ZoneRecord {
    let kind = match address {
        IpAddr::V4(_) => RecordKind::A,
        IpAddr::V6(_) => RecordKind::Aaaa,
    };
    record(name.to_owned(), kind, address.to_string())
}

/// Asks the DNS for each record.
async fn check(dns: Dns, mut records: Vec<ZoneRecord>) -> Vec<ZoneRecord> {
    for record in &mut records {
        match is_set(dns, record).await {
            Ok(is_set) => record.is_set = is_set,
            Err(error) => tracing::debug!("{error}"),
        }
    }
    records
}

async fn is_set(dns: Dns, record: &ZoneRecord) -> Result<bool, DnsError> {
    Ok(match record.kind {
        RecordKind::A | RecordKind::Aaaa => {
            let addresses = dns.addresses(&record.name).await?;
            addresses.iter().any(|address| address.to_string() == record.value)
        }
        RecordKind::Txt => {
            let texts = dns.texts(&record.name).await?;
            texts.iter().any(|text| holder(text).is_some() && holder(text) == holder(&record.value))
        }
        RecordKind::Caa => {
            let issuers = dns.issuers(&record.name).await?;
            issuers.is_some_and(|issuers| is_only(&issuers, &record.value))
        }
    })
}

/// Whether no other authority and no other account may issue.
fn is_only(issuers: &[Issuer], value: &str) -> bool {
    !issuers.is_empty() && issuers.iter().all(|issuer| issuer.to_string() == value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_edge::testing::NameServer;
    use imajin_host::network::{PublicNames, TunnelState};

    const DID: &str = "did:imajin:ada";
    const ACCOUNT: &str = "https://acme.example/acct/1";

    fn place() -> NetworkState {
        let tunnel = |addresses: &[&str]| TunnelState {
            addresses: addresses.iter().map(|ip| ip.parse().unwrap()).collect(),
            ..TunnelState::default()
        };
        NetworkState {
            tunnels: vec![
                tunnel(&["192.0.2.1", "2001:db8::1"]),
                tunnel(&["192.0.2.1", "192.0.2.2"]),
            ],
            public: vec![PublicNames {
                issuer: Some(Issuer {
                    authority: "letsencrypt.org".to_owned(),
                    account: Some(ACCOUNT.to_owned()),
                }),
                ..PublicNames::default()
            }],
            ..NetworkState::default()
        }
    }

    fn lines(records: &[ZoneRecord]) -> Vec<String> {
        let line = |record: &ZoneRecord| {
            format!("{} {} {}", record.name, record.kind.as_str(), record.value)
        };
        records.iter().map(line).collect()
    }

    #[test]
    fn a_zone_leads_to_all_registries_names_the_box_and_its_account_alone() {
        let names = ["ada.example".to_owned()];
        let records = wanted_records(&place(), &names, DID);
        assert_eq!(
            lines(&records),
            [
                "ada.example A 192.0.2.1",
                "ada.example AAAA 2001:db8::1",
                "ada.example A 192.0.2.2",
                "_imajin.ada.example TXT did=did:imajin:ada",
                "ada.example CAA 0 issue \"letsencrypt.org; accounturi=https://acme.example/acct/1\"",
            ]
        );
        assert!(wanted_records(&place(), &[], DID).is_empty());
        let without = NetworkState::default();
        assert!(wanted_records(&without, &names, DID).is_empty());
    }

    #[test]
    fn a_missing_record_is_asked_for_soon_and_later_less_often() {
        let names = ["ada.example".to_owned()];
        let mut records = wanted_records(&place(), &names, DID);
        let seconds = |records: &[ZoneRecord], age| {
            let interval = interval(records, Duration::from_secs(age));
            interval.as_secs()
        };
        for (age, expected) in [(0, 15), (600, 15), (630, 30), (660, 60), (5_000, 600)] {
            assert_eq!(seconds(&records, age), expected, "{age}");
        }
        for record in &mut records {
            record.is_set = true;
        }
        assert_eq!(seconds(&records, 0), 600);
    }

    #[tokio::test]
    async fn each_record_is_found_as_it_comes_true_and_a_failure_changes_nothing() {
        let zone = NameServer::start();
        let dns = Dns::at(zone.address());
        let names = ["ada.example".to_owned()];
        let records = || wanted_records(&place(), &names, DID);
        let is_set = |records: &[ZoneRecord]| -> Vec<bool> {
            records.iter().map(|record| record.is_set).collect()
        };
        let checked = check(dns, records()).await;
        assert_eq!(is_set(&checked), [false; 5]);
        zone.set("ada.example", "A", &["192.0.2.1", "198.51.100.1"]);
        zone.set("_imajin.ada.example", "TXT", &["did= did:imajin:ada"]);
        let value = format!("letsencrypt.org;accounturi={ACCOUNT}");
        zone.set("ada.example", "CAA", &[&value]);
        let checked = check(dns, records()).await;
        assert_eq!(is_set(&checked), [true, false, false, true, true]);
        zone.fail(true);
        assert_eq!(is_set(&check(dns, checked).await), [true, false, false, true, true]);
        zone.fail(false);
        // Another authority may issue as well.
        zone.set("ada.example", "CAA", &[&value, "other.example"]);
        let checked = check(dns, records()).await;
        assert_eq!(is_set(&checked), [true, false, false, true, false]);
    }
}
