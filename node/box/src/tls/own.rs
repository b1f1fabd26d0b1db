//! The certificate that the box's own authority signs: for each name that the node answers to, as far as the authority may speak for it, and the
//! machine's private addresses.
//!
//! Always: replaced, without a restart, when a name is missing in it, and long before it ends; not for another address. It is
//! stored, so that a browser that accepted it once does not ask again after each start.

use super::authority::Authority;
use super::certificates::{Certificates, certified};
use super::store::{self, Pair};
use super::{Ground, TlsError, x509};
use crate::folder::NODE_FOLDER;
use crate::names::{machine_addresses, machine_names};
use crate::wifi::POINT_ADDRESS;
use imajin_dfos::Timestamp;
use imajin_host::names::Bound;
use imajin_host::network::{NetworkState, OwnAuthority};
use rustls::sign::CertifiedKey;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::sync::Arc;

const FILE_NAME: &str = "device-certificate.json";
/// Phones accept at most 825 days of an authority that their owner added.
const DAYS: i64 = 180;
/// Renewed when so little is left: a box that was in a drawer for months still comes back with a valid one.
const DAYS_LEFT_MIN: i64 = 60;

#[derive(Serialize, Deserialize)]
struct CertificateFile {
    #[serde(flatten)]
    pair: Pair,
    names: Vec<String>,
    /// Fingerprint of the authority that signed it.
    authority: String,
}

/// Shows a certificate for the wanted names, and makes a new one if the last does not fit; `last` is what the previous look
/// wanted.
pub(super) fn look(
    ground: Ground<'_>,
    certificates: &Certificates,
    last: &mut Vec<String>,
) -> Result<(), TlsError> {
    let now = ground.now;
    let place = ground.network.now();
    let wanted_names = wanted(&ground, &place);
    if let Some(own) = &place.own
        && wanted_names == *last
        && fits(&[], own.expires, &[], now)
    {
        return Ok(());
    }
    last.clone_from(&wanted_names);
    let folder = ground.data.join(NODE_FOLDER);
    let authority = Authority::open(&folder, machine_names().first().map(String::as_str), now)?;
    let signable_names: Vec<String> =
        wanted_names.into_iter().filter(|name| authority.may_sign(name)).collect();
    let fingerprint = authority.fingerprint();
    let path = folder.join(FILE_NAME);
    let stored =
        store::load::<CertificateFile>(&path)?.filter(|stored| stored.authority == fingerprint);
    let usable = stored.and_then(|stored| {
        let (key, expires) = open(&stored.pair).ok()?;
        fits(&stored.names, expires, &signable_names, now).then_some((key, expires, stored.names))
    });
    let (key, expires, names) = match usable {
        Some(usable) => usable,
        None => {
            let (from, to) =
                super::day(now, -1).zip(super::day(now, DAYS)).ok_or(TlsError::Form)?;
            let pair = authority.sign(&signable_names, from, to)?;
            let (key, expires) = open(&pair)?;
            let stored =
                CertificateFile { pair, names: signable_names, authority: fingerprint.clone() };
            match store::save(&path, &stored) {
                Ok(()) => tracing::info!(
                    "a new certificate of the box's own, for {}",
                    stored.names.join(", ")
                ),
                // With a full disk the certificate is used all the same, and made again at the next start.
                Err(error) => {
                    tracing::warn!("the box's own certificate could not be saved: {error}")
                }
            }
            (key, expires, stored.names)
        }
    };
    certificates.set_own(key);
    // Services are found below the hosts: a list for people has the hosts.
    let is_host = |name: &String| ground.names.resolve(name, &place, now) == Some(Bound::Node);
    let own = OwnAuthority {
        pem: authority.pem,
        title: authority.title,
        fingerprint,
        names: names.into_iter().filter(is_host).collect(),
        expires,
    };
    ground.network.change(|place| place.own = Some(own));
    Ok(())
}

fn open(pair: &Pair) -> Result<(Arc<CertifiedKey>, Timestamp), TlsError> {
    let key = certified(pair)?;
    let expires = x509::validity(key.cert.first().ok_or(TlsError::Form)?).ok_or(TlsError::Form)?.1;
    Ok((key, expires))
}

/// Whether the certificate covers the wanted names for long enough. Additional names do no harm, and a changed address needs
/// no new certificate: a router may assign another at any time, and a browser that accepted this certificate would warn of
/// the next. A new one is needed for the first address, and for that of the box's own Wi-Fi, which has no other name for
/// phones.
fn fits(names: &[String], expires: Timestamp, wanted: &[String], now: Timestamp) -> bool {
    let enough = now.checked_add_millis(DAYS_LEFT_MIN * 86_400_000);
    let changes = |ip: IpAddr| !ip.is_loopback() && ip != POINT_ADDRESS;
    let is_address = |name: &String| name.parse().is_ok_and(changes);
    let has_address = names.iter().any(is_address);
    let is_covered = |name: &String| names.contains(name) || (has_address && is_address(name));
    enough.is_some_and(|enough| expires > enough) && wanted.iter().all(is_covered)
}

/// The names that the node answers to, and the machine's addresses.
fn wanted(ground: &Ground<'_>, place: &NetworkState) -> Vec<String> {
    let mut names = ground.names.all(place, ground.now);
    names.extend(machine_addresses().iter().map(ToString::to_string));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_name_or_little_time_makes_a_new_one() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let (names, end) = (list(&["imajin.local", "192.168.1.4"]), at("2027-06-01T00:00:00.000Z"));
        let early = at("2027-03-01T00:00:00.000Z");
        assert!(fits(&names, end, &list(&["imajin.local"]), early));
        assert!(!fits(&names, end, &list(&["imajin-2.local"]), early));
        assert!(!fits(&names, end, &names, at("2027-04-03T00:00:00.000Z")));
        // The router gave the box another address; but a certificate without any gets one.
        let moved = list(&["imajin.local", "192.168.1.77"]);
        assert!(fits(&names, end, &moved, early));
        assert!(!fits(&list(&["imajin.local"]), end, &moved, early));
        // Without its cable, the box opens its own Wi-Fi.
        let point = list(&["imajin.local", "10.77.77.1"]);
        assert!(!fits(&names, end, &point, early));
        // In it, the box had no address before; in the house it gets one.
        assert!(!fits(&point, end, &names, early));
        let both = list(&["imajin.local", "10.77.77.1", "192.168.1.4"]);
        assert!(fits(&both, end, &names, early) && fits(&both, end, &point, early));
    }
}
