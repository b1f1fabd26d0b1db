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
    let settings = (&*config.home_registry, &*config.registries, &*config.tunnels);
    let Some(url) = registry(&folder, settings)? else {
        return Ok(None);
    };
    let mut registrations = enrolment::registrations(&folder)?.into_iter();
    let name = registrations.find(|one| one.url == url).and_then(|one| one.subdomain);
    // A registry's answer is only accepted in the form of a name.
    Ok(name
        .filter(|name| is_host_name(name))
        .map(|name| WantedCertificate { names: vec![name], registry: Some(url) }))
}

/// The registry whose name has a certificate: that of the box at home, else that of the first tunnel. A tunnel of the settings to a registry that the
/// owner left is none.
fn registry(
    folder: &Path,
    (home, urls, tunnels): (&str, &[String], &[String]),
) -> io::Result<Option<String>> {
    let choice = enrolment::choice(folder)?;
    let tunnels = registries::tunnels(folder, tunnels)?;
    let mut tunnels = tunnels.into_iter().filter(|url| !choice.left.contains(url));
    Ok(enrolment::home_registry(home, urls, &choice).or_else(|| tunnels.next()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_that_the_owner_left_keeps_no_certificate_from_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let urls = ["a", "b"].map(|name| format!("https://{name}.example"));
        let [a, b] = &urls;
        let now = |home: &str| registry(folder.path(), (home, &urls, &urls)).unwrap();
        assert_eq!((now("").as_ref(), now(b).as_ref()), (Some(a), Some(b)));
        enrolment::join_or_leave(folder.path(), a, false).unwrap();
        assert_eq!((now("").as_ref(), now(a).as_ref()), (Some(b), Some(b)));
        enrolment::join_or_leave(folder.path(), b, false).unwrap();
        assert_eq!(now(""), None);
    }
}
