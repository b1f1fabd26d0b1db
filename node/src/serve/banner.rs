//! The node's output when it is ready: its DID, its addresses, and how to claim it. Each line is a name and a
//! value, so that a program can parse them; `ready` is the last.

use super::claim;
use super::listen::Listeners;
use crate::output::Out;
use imajin_app::Node;
use imajin_box::failure::Outcome;
use imajin_host::network::NetworkState;
use imajin_host::prelude::*;
use std::path::Path;

/// The banner of a box that is locked or waits for room on its disk: the address of its page, and why it waits. The full
/// banner follows once it is open.
pub(super) fn print_waiting(
    data: &Path,
    listeners: &Listeners,
    place: &NetworkState,
    why: &str,
) -> Outcome {
    let mut out = Out::new();
    out.line(format_args!("Imajin {}", env!("CARGO_PKG_VERSION")))?;
    out.line(format_args!("  data      {}", data.display()))?;
    out.line(format_args!("  address   {}", listeners.url()))?;
    if let (Some(own), Some(_)) = (&place.own, place.https) {
        let name = place.lan.as_ref().map(|lan| lan.name.as_str());
        out.line(format_args!("  https     {}", listeners.public_url(name)))?;
        out.line(format_args!("  sha256    {}", own.fingerprint))?;
    }
    out.line("")?;
    out.line(why)?;
    out.done()
}

pub(super) fn print(
    node: &Node,
    data: &Path,
    listeners: &Listeners,
    door: &str,
    claim: Option<&str>,
) -> Outcome {
    let mut out = Out::new();
    out.line(format_args!("Imajin {}", env!("CARGO_PKG_VERSION")))?;
    out.line(format_args!("  node      {}", node.did().as_str()))?;
    out.line(format_args!("  data      {}", data.display()))?;
    let services: Vec<&str> = node.services().iter().map(|service| service.name()).collect();
    out.line(format_args!("  services  {}", services.join(", ")))?;
    for (service, port) in listeners.service_ports() {
        out.line(format_args!("  port      {port} for {service}"))?;
    }
    out.line(format_args!("  address   {}", listeners.url()))?;
    let place = node.network().now();
    if let Some(own) = place.own.as_ref().filter(|_| place.https.is_some()) {
        out.line(format_args!("  https     {}", node.url()))?;
        // A phone must show the same when it asks to trust the box.
        out.line(format_args!("  trust     {door}/certificate"))?;
        out.line(format_args!("  sha256    {}", own.fingerprint))?;
    }
    if let Some(lan) = &place.lan {
        out.line(format_args!("  at home   {}", lan.name))?;
    }
    if let Some(code) = claim {
        out.line("")?;
        claim::print(&mut out, door, code, "This node has no owner yet.")?;
    }
    out.line("")?;
    out.line("  ready     stop with Ctrl-C")?;
    out.done()
}
