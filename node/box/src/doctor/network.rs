//! Names and certificates, as the running node has them.

use super::Check;
use crate::settings::BoxConfig;
use imajin_dfos::Timestamp;
use imajin_host::mapping::Mapping;
use imajin_host::network::{
    CertificateWatch, ForeignCertificate, NetworkState, PublicNames, TunnelState,
};
use imajin_host::outgoing::lookup_blocking;

/// An automatically renewed certificate always has more time left.
const DAYS_LEFT_MIN: i64 = 7;

/// The checks of names and certificates, as a running node has them; none if the node speaks plain HTTP and is not
/// announced.
pub fn names(place: &NetworkState, config: &BoxConfig, now: Timestamp) -> Vec<Check> {
    let mut checks = Vec::new();
    let wants = config.tls.address().is_some();
    let soon = now.checked_add_millis(DAYS_LEFT_MIN * 86_400_000);
    match (&place.own, place.https) {
        (Some(own), Some(_)) if soon.is_some_and(|at| own.expires < at) => checks.push(Check::bad(
            "https",
            format!("the box's own certificate ends at {} and was not renewed", own.expires),
            "look at the clock and at the node's log, and start the node again",
        )),
        (Some(own), Some(port)) => checks.push(Check::good(
            "https",
            format!("at port {port}; the box's own certificate is for {} until {}", own.names.join(", "), own.expires),
        )),
        (None, Some(port)) => checks.push(Check::good("https", format!("at port {port}"))),
        (_, None) if wants => checks.push(Check::bad(
            "https",
            "there is no certificate yet, so the node answers nobody at `tls.listen`",
            "set the clock, or connect the network so that it sets itself; then look at the node's log",
        )),
        (_, None) => {}
    }
    for public in &place.public {
        checks.push(certificate(public, now));
        if place.is_hidden(public) && public.is_valid(now) {
            checks.push(hidden(public));
        } else {
            checks.extend(public.names.iter().map(|name| leads_somewhere(name)));
        }
    }
    checks.extend(place.watch.foreign.iter().map(foreign));
    checks.extend(searched(&place.watch));
    for twin in &place.twins {
        checks.push(Check::bad(
            "twin",
            format!(
                "another box, at {}, has this box's key: its card was copied. Of {} records it has a newer or another state, and they are read-only here",
                twin.at, twin.stopped
            ),
            "switch the box with the older state off, and never start both again; what is read-only here goes on there",
        ));
    }
    checks.extend(place.mapping.as_ref().map(mapping));
    checks.extend(place.tunnels.iter().map(tunnel));
    if let Some(lan) = &place.lan {
        let others = lan.neighbours.len();
        checks.push(Check::good(
            "lan",
            format!("this box is {}; {others} other nodes are there", lan.name),
        ));
    }
    checks
}

/// A certificate for a name of the box's that the box did not order.
fn foreign(certificate: &ForeignCertificate) -> Check {
    let ForeignCertificate { name, serial, since, issuer, .. } = certificate;
    let says = match (certificate.address, &certificate.seen_by) {
        (Some(address), Some(friend)) => format!(
            "seen from {friend}, somebody shows a certificate at {name} ({address}) that is not this box's, since {since}"
        ),
        (Some(address), None) => format!(
            "at {name} ({address}) somebody shows a certificate that is not this box's, since {since}"
        ),
        (None, _) => format!(
            "somebody got a certificate for {name} that this box did not order: valid since {since}, serial number {serial}, by {}",
            issuer.as_deref().unwrap_or("-")
        ),
    };
    Check::bad(
        "name taken",
        says,
        "if you got that certificate yourself, or moved the name, all is well. If not, its holder can pose as this box there: sign in by another address, and ask the keeper of the registry that gave the name, or look at the records of your own name and keep a CAA record there (page /network)",
    )
}

/// The last search of the log of certificates. A failed search is not a fault of the box.
fn searched(watch: &CertificateWatch) -> Option<Check> {
    const NAME: &str = "certificate log";
    if let Some((at, why)) = &watch.problem {
        let says = format!("it could not be searched at {at}: {why}; the box tries again");
        return Some(Check::good(NAME, says));
    }
    let at = watch.searched?;
    Some(Check::good(NAME, format!("searched at {at} for certificates of this box's names")))
}

/// The port of the router, which the owner wants.
fn mapping(mapping: &Mapping) -> Check {
    const NAME: &str = "port mapping";
    match mapping {
        Mapping::Asking => Check::good(NAME, "the router is being asked"),
        Mapping::Open(open) if open.is_reachable() => Check::good(NAME, open.says()),
        Mapping::Open(open) => Check::warn(
            NAME,
            format!(
                "{}, but that address is not public: there is another router in front of yours",
                open.says()
            ),
            "ask your provider for a public IPv4 address, or let the other router lead the port to yours",
        ),
        Mapping::Failed(why) => Check::warn(
            NAME,
            format!("no port of the router leads to this box: {why}"),
            "or turn it off: imajin port-mapping off",
        ),
    }
}

/// A tunnel that the owner wants; one that was never open says why only after the first attempt.
fn tunnel(tunnel: &TunnelState) -> Check {
    const NAME: &str = "tunnel";
    let (names, registry) = (tunnel.names.join(", "), &tunnel.registry);
    match (tunnel.since, &tunnel.last_break) {
        (Some(since), _) => {
            Check::good(NAME, format!("{names} leads here through {registry} since {since}"))
        }
        (None, Some((at, why))) => Check::warn(
            NAME,
            format!("{names} does not lead here through {registry} since {at}: {why}"),
            "the box dials again; or turn it off: imajin register-node URL --tunnel no",
        ),
        (None, None) => Check::good(NAME, format!("the registry {registry} is being asked")),
    }
}

fn certificate(public: &PublicNames, now: Timestamp) -> Check {
    const NAME: &str = "certificate";
    const AT_PORT: &str = "let the name lead to this box, and port 443 of the router to its HTTPS port; the box tries again automatically";
    const BY_NAME: &str = "check that the registry that gave the name is reachable (`imajin register-node`); the box tries again automatically";
    let remedy = public.registry.as_ref().map_or(AT_PORT, |_| BY_NAME);
    let names = public.names.join(", ");
    let soon = now.checked_add_millis(DAYS_LEFT_MIN * 86_400_000);
    if let Some((at, why)) = &public.problem {
        let says = format!("the attempt at {at} to get one for {names} failed: {why}");
        let lasts = |expires| soon.is_some_and(|soon| expires >= soon);
        return match public.expires.filter(|expires| lasts(*expires)) {
            Some(expires) => {
                Check::warn(NAME, format!("{says}\nthe current one ends at {expires}"), remedy)
            }
            None => Check::bad(NAME, says, remedy),
        };
    }
    match public.expires {
        None => Check::bad(
            NAME,
            format!("there is none for {names} yet"),
            "wait a minute, and look again",
        ),
        Some(expires) if soon.is_some_and(|soon| expires < soon) => Check::bad(
            NAME,
            format!("the certificate for {names} ends at {expires} and was not renewed"),
            remedy,
        ),
        Some(expires) => Check::good(NAME, format!("for {names} until {expires}")),
    }
}

/// Reports a registry's name that this machine cannot reach itself at. Visitors use the home network's name until then, so
/// nothing is broken.
fn hidden(public: &PublicNames) -> Check {
    Check::good(
        "name",
        format!(
            "{} does not lead here, seen from here: without internet that is so; else allow the name in the router (DNS rebind protection)",
            public.names.join(", ")
        ),
    )
}

fn leads_somewhere(name: &str) -> Check {
    const NAME: &str = "name";
    match lookup_blocking(name) {
        Ok(addresses) => {
            let addresses = addresses.iter().map(|address| address.ip().to_string());
            let addresses: Vec<String> = addresses.collect();
            Check::good(NAME, format!("{name} leads to {}", addresses.join(", ")))
        }
        Err(error) => Check::bad(
            NAME,
            format!("{name} leads nowhere: {error}"),
            "enter the address of your router (or of this box) for it at the provider of the name",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tunnel_that_is_closed_is_a_warning_with_its_reason() {
        let mut state = TunnelState {
            registry: "https://registry.example".to_owned(),
            names: vec!["a.nodes.example".to_owned()],
            ..TunnelState::default()
        };
        assert!(tunnel(&state).ok);
        state.last_break = Some((Timestamp::MAX, "it has no tunnels".to_owned()));
        let check = tunnel(&state);
        assert!(check.warning && check.says.contains("it has no tunnels"), "{check:?}");
        state.since = Some(Timestamp::MAX);
        assert!(tunnel(&state).ok && !tunnel(&state).warning);
    }

    #[test]
    fn a_certificate_that_ends_is_a_fault_and_an_attempt_that_failed_long_before_a_warning() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let now = at("2026-11-20T10:00:00.000Z");
        let public = |expires: &str, failed: bool| PublicNames {
            names: vec!["box.example".to_owned()],
            expires: Some(at(expires)),
            problem: failed.then(|| (now, "no answer".to_owned())),
            ..PublicNames::default()
        };
        let (soon, late) = ("2026-11-26T10:00:00.000Z", "2027-01-20T10:00:00.000Z");
        assert!(certificate(&public(late, false), now).ok);
        assert!(certificate(&public(late, true), now).warning);
        for failed in [false, true] {
            let check = certificate(&public(soon, failed), now);
            assert!(!check.ok && !check.warning, "{check:?}");
        }
    }
}
