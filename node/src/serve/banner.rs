//! What a node says when it is ready: who it is, where it is, and how it gets its owner. Lines of a name and a value, so
//! that a program that starts a node can read them too; `ready` is the last.

use super::listen::Listeners;
use crate::failure::Outcome;
use crate::output::Out;
use imajin_service::network::Place;
use imajin_service::node::Node;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::io::IsTerminal;
use std::path::Path;

/// What a locked box says: where its page is. The whole follows once it is open.
pub(super) fn print_locked(data: &Path, listeners: &Listeners, place: &Place) -> Outcome {
    let mut out = Out::new();
    out.line(format_args!("Imajin {}", env!("CARGO_PKG_VERSION")))?;
    out.line(format_args!("  data      {}", data.display()))?;
    out.line(format_args!("  address   {}", listeners.url()))?;
    let name = place.lan.as_ref().map(|lan| lan.name.as_str());
    if let (Some(own), Some(_)) = (&place.own, place.https) {
        out.line(format_args!("  https     {}", listeners.public_url(name)))?;
        out.line(format_args!("  sha256    {}", own.fingerprint))?;
    }
    out.line("")?;
    out.line("  locked    open the page above and type the passphrase; stop with Ctrl-C")?;
    out.done()
}

/// Prints it.
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
    let services: Vec<&str> = node
        .services()
        .iter()
        .map(|service| service.name())
        .collect();
    out.line(format_args!("  services  {}", services.join(", ")))?;
    for (service, port) in listeners.service_ports() {
        out.line(format_args!("  port      {port} for {service}"))?;
    }
    out.line(format_args!("  address   {}", listeners.url()))?;
    let place = node.network().now();
    if let Some(own) = place.own.as_ref().filter(|_| place.https.is_some()) {
        out.line(format_args!("  https     {}", node.url()))?;
        // What a phone shows when it is asked to trust the box must be the same.
        out.line(format_args!("  trust     {door}/certificate"))?;
        out.line(format_args!("  sha256    {}", own.fingerprint))?;
    }
    if let Some(lan) = &place.lan {
        out.line(format_args!("  at home   {}", lan.name))?;
    }
    if let Some(code) = claim {
        let link = format!("{door}/claim#{code}");
        out.line("")?;
        out.line("This node has no owner yet. Whoever opens this link first owns it:")?;
        out.line(format_args!("  claim     {link}"))?;
        out.line(format_args!("  code      {code}"))?;
        if std::io::stdout().is_terminal()
            && let Ok(qr) = QrCode::new(&link)
        {
            out.line("")?;
            out.line(qr.render::<Dense1x2>().quiet_zone(true).build())?;
        }
    }
    out.line("")?;
    out.line("  ready     stop with Ctrl-C")?;
    out.done()
}
