//! The name that a registry gave: which one it is, and whether it leads to this box, asked from where the box is.

use super::{Base, Of, Stored, Wish};
use crate::config::{Config, is_host_name};
use crate::open::NODE_FOLDER;
use imajin_dfos::Timestamp;
use imajin_registry::enrolment;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

/// How often it is looked whether the name leads here: a cable that was out is noticed, and no resolver is kept busy.
const LOOK: Duration = Duration::from_secs(30);
/// A resolver that takes longer is of no use to a phone either.
const PATIENCE: Duration = Duration::from_secs(5);

/// The name of the registry that the owner chose for it, once the registry has given one.
pub(super) fn wish(data: &Path, config: &Config) -> Option<Wish> {
    let folder = data.join(NODE_FOLDER);
    // What cannot be read is told by the task that writes it.
    let choice = enrolment::choice(&folder).unwrap_or_default();
    let settings = &config.registries;
    let url = enrolment::home(&settings.home, &settings.urls(), &choice)?;
    let mut standings = enrolment::standings(&folder).ok()?.into_iter();
    let name = standings.find(|one| one.url == url)?.subdomain?;
    // What a registry says is believed only in the form of a name.
    is_host_name(&name).then(|| Wish {
        names: vec![name],
        registry: Some(url),
    })
}

/// The name that an earlier run got a certificate for, which is valid now.
pub(in crate::tls) fn kept_name(data: &Path, config: &Config, now: Timestamp) -> Option<String> {
    let wish = wish(data, config)?;
    let stored = Stored::load(&Of::Registry.path(data)).ok()??;
    let (from, until) = stored.validity()?;
    (stored.names == wish.names && from <= now && now < until)
        .then(|| wish.names.into_iter().next())?
}

/// Whether the name leads here.
#[derive(Default)]
pub(super) struct Leads {
    next: Duration,
}

impl Leads {
    /// Looks, if it is time to.
    pub(super) async fn look(&mut self, base: Base<'_>, wish: &Wish) {
        let now = base.clock.monotonic();
        if now < self.next {
            return;
        }
        self.next = now + LOOK;
        let Some(name) = wish.names.first() else {
            return;
        };
        let asked = tokio::net::lookup_host((name.as_str(), 443));
        let found: Vec<IpAddr> = match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(found)) => found.map(|address| address.ip()).collect(),
            // Not found, or nobody to ask.
            Ok(Err(_)) | Err(_) => Vec::new(),
        };
        let own = if_addrs::get_if_addrs().unwrap_or_default();
        let leads_here = own.iter().any(|own| found.contains(&own.ip()));
        let known = base.network.now();
        let known = known.public_of(wish.registry.as_deref());
        if known.is_some_and(|known| known.leads_here != leads_here) {
            Of::Registry.note(base.network, |public| public.leads_here = leads_here);
        }
    }
}
