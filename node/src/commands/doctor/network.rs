//! Names and certificates, as the running node has them.

use super::Check;
use crate::config::Config;
use imajin_dfos::Timestamp;
use imajin_service::network::{Place, PublicNames};
use std::net::ToSocketAddrs;

/// A certificate that is renewed by itself never has so little left.
const DAYS_LEFT_MIN: i64 = 7;

/// All of them; none where the node speaks plain HTTP and is announced nowhere.
pub(super) fn checks(place: &Place, config: &Config, now: Timestamp) -> Vec<Check> {
    let mut checks = Vec::new();
    let wants = config.tls.address().is_some();
    match (&place.own, place.https) {
        (Some(own), Some(port)) => checks.push(Check::good(
            "https",
            format!("at port {port}; the box's own certificate is for {} until {}", own.names.join(", "), own.expires),
        )),
        (None, Some(port)) => checks.push(Check::good("https", format!("at port {port}"))),
        (_, None) if wants => checks.push(Check::bad(
            "https",
            "there is no certificate to show yet, so that nobody is answered at `tls.listen`",
            "set the clock, or connect the network so that it sets itself; then look at the node's log",
        )),
        (_, None) => {}
    }
    for public in &place.public {
        checks.push(certificate(public, now));
        match (&public.registry, public.leads_here) {
            (Some(_), false) if public.is_valid(now) => checks.push(hidden(public)),
            _ => checks.extend(public.names.iter().map(|name| leads_somewhere(name))),
        }
    }
    if let Some(lan) = &place.lan {
        let others = lan.neighbours.len();
        checks.push(Check::good(
            "lan",
            format!("this box is {}; {others} other nodes are there", lan.name),
        ));
    }
    checks
}

fn certificate(public: &PublicNames, now: Timestamp) -> Check {
    const NAME: &str = "certificate";
    const AT_PORT: &str = "let the name lead to this box, and port 443 of the router to its HTTPS port; it is tried again by itself";
    const BY_NAME: &str = "see that the registry that gave the name is reached (`imajin register-node`); it is tried again by itself";
    let remedy = public.registry.as_ref().map_or(AT_PORT, |_| BY_NAME);
    let names = public.names.join(", ");
    if let Some((at, why)) = &public.problem {
        return Check::bad(
            NAME,
            format!("the attempt at {at} to get one for {names} failed: {why}"),
            remedy,
        );
    }
    let soon = now.checked_add_millis(DAYS_LEFT_MIN * 86_400_000);
    match public.expires {
        None => Check::bad(
            NAME,
            format!("there is none for {names} yet"),
            "wait a minute, and look again",
        ),
        Some(expires) if soon.is_some_and(|soon| expires < soon) => Check::bad(
            NAME,
            format!("that for {names} ends at {expires} and was not renewed"),
            remedy,
        ),
        Some(expires) => Check::good(NAME, format!("for {names} until {expires}")),
    }
}

/// A name of a registry's that this machine does not find itself at. People are sent to the name at home meanwhile, so that
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
    match (name, 443).to_socket_addrs() {
        Ok(addresses) => {
            let addresses: Vec<String> =
                addresses.map(|address| address.ip().to_string()).collect();
            Check::good(NAME, format!("{name} leads to {}", addresses.join(", ")))
        }
        Err(error) => Check::bad(
            NAME,
            format!("{name} leads nowhere: {error}"),
            "enter the address of your router (or of this box) for it at whoever keeps the name",
        ),
    }
}
