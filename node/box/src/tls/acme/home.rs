//! The name that a registry gave: which one it is, and whether it leads to this box, asked from where the box is.

use super::state::{Base, WantedCertificate};
use crate::folder::NODE_FOLDER;
use crate::settings::{BoxConfig, is_host_name};
use crate::tls::certificates::NameSource;
use imajin_host::outgoing::{AddressSource, lookup};
use imajin_host::registries;
use imajin_registry::enrolment;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

/// Interval between two checks whether the name leads here: short enough to notice an unplugged cable, long enough for
/// resolvers.
const LOOK: Duration = Duration::from_secs(30);

/// The name of the registry that the owner chose for the box at home or for a tunnel, once the registry has given one. Errors if choice or registrations
/// cannot be read.
pub(super) fn wish(data: &Path, config: &BoxConfig) -> io::Result<Option<WantedCertificate>> {
    let folder = data.join(NODE_FOLDER);
    let choice = enrolment::choice(&folder)?;
    let home = enrolment::home_registry(&config.home_registry, &config.registries, &choice);
    let tunnels = registries::tunnels(&folder, &config.tunnels)?;
    // One name has a certificate: that of the box at home, else that of the first tunnel.
    let Some(url) = home.or_else(|| tunnels.into_iter().next()) else {
        return Ok(None);
    };
    let mut registrations = enrolment::registrations(&folder)?.into_iter();
    let name = registrations.find(|one| one.url == url).and_then(|one| one.subdomain);
    // A registry's answer is only accepted in the form of a name.
    Ok(name
        .filter(|name| is_host_name(name))
        .map(|name| WantedCertificate { names: vec![name], registry: Some(url) }))
}

/// Whether the name leads here.
#[derive(Default)]
pub(super) struct NameCheck {
    next: Duration,
}

impl NameCheck {
    /// Checks the name if it is due.
    pub(super) async fn look(&mut self, base: Base<'_>, wish: &WantedCertificate) {
        let now = base.clock.monotonic();
        if now < self.next {
            return;
        }
        self.next = now + LOOK;
        let Some(name) = wish.names.first() else {
            return;
        };
        let outcome = lookup(name, AddressSource::InSettings).await;
        // Empty if the name is not found, or no resolver answers.
        let addresses = outcome.into_iter().flatten();
        let addresses: Vec<IpAddr> = addresses.map(|address| address.ip()).collect();
        let own = if_addrs::get_if_addrs().unwrap_or_default();
        let leads_here = own.iter().any(|own| addresses.contains(&own.ip()));
        let network_state = base.network.now();
        let public_state = network_state.public_of(wish.registry.as_deref());
        if public_state.is_some_and(|known| known.leads_here != leads_here) {
            NameSource::Registry.note(base.network, |public| public.leads_here = leads_here);
        }
    }
}
