//! The mDNS service of the box, and the lookup of a name's owner.

use crate::failure::{OrFail, Outcome};
use mdns_sd::{
    DaemonEvent, HostnameResolutionEvent, IfKind, Receiver, ServiceDaemon, ServiceEvent,
    ServiceInfo,
};
use std::time::Duration;

/// Context of mDNS errors.
pub(super) const MDNS: &str = "mDNS";
/// Time limit for the owner of a name to answer, in milliseconds: it answers at once (RFC 6762 §6), or to the second
/// query a second later.
const WHOSE_MS: u64 = 1_500;
/// Time limit for a goodbye.
const GOODBYE: Duration = Duration::from_millis(500);

/// Speaks and listens for the box until dropped or told to say goodbye.
pub(super) struct Spoken {
    daemon: ServiceDaemon,
    /// The state of the box's own names.
    pub(super) monitor: Receiver<DaemonEvent>,
    /// The other nodes there.
    pub(super) found: Receiver<ServiceEvent>,
}

/// Another device seems to have the box's name. A box with two cables or two addresses in one network hears itself,
/// which is not a conflict (RFC 6762 §15), so this asks which other devices answer to the name.
pub(super) struct Doubt {
    /// The box's new name if another device has the current one.
    pub(super) label: String,
    answers: Receiver<HostnameResolutionEvent>,
}

impl Spoken {
    /// Announces a service on every interface but the loopback, and looks for others of its kind.
    pub(super) fn new(service: &ServiceInfo) -> Outcome<Self> {
        let daemon = ServiceDaemon::new().or_unusable(MDNS)?;
        daemon.disable_interface(vec![IfKind::LoopbackV4, IfKind::LoopbackV6]).or_unusable(MDNS)?;
        let monitor = daemon.monitor().or_unusable(MDNS)?;
        daemon.register(service.clone()).or_unusable(MDNS)?;
        let events = daemon.browse(service.get_type()).or_unusable(MDNS)?;
        Ok(Self { daemon, monitor, found: events })
    }

    /// Looks up the owner of a host name; `label` is the box's new name if another device has it.
    pub(super) fn who_is(&self, host: &str, label: &str) -> Outcome<Doubt> {
        let answers = self.daemon.resolve_hostname(host, Some(WHOSE_MS));
        Ok(Doubt { label: label.to_owned(), answers: answers.or_unusable(MDNS)? })
    }

    /// Others forget a box that did not say goodbye after two minutes.
    pub(super) async fn goodbye(&self) {
        let receiver = self.daemon.shutdown();
        let waiting =
            tokio::task::spawn_blocking(move || receiver.map(|said| said.recv_timeout(GOODBYE)));
        if let Err(error) = waiting.await {
            tracing::debug!("mDNS: {error}");
        }
    }
}

impl Doubt {
    /// Whether another device has the name; `None` while it may still answer.
    pub(super) fn is_others(&self) -> Option<bool> {
        while let Ok(event) = self.answers.try_recv() {
            match event {
                HostnameResolutionEvent::AddressesFound(_, heard) => {
                    let own = if_addrs::get_if_addrs().unwrap_or_default();
                    let is_own = |ip| own.iter().any(|own| own.ip() == ip);
                    if heard.iter().any(|ip| !is_own(ip.to_ip_addr())) {
                        return Some(true);
                    }
                }
                HostnameResolutionEvent::SearchTimeout(_)
                | HostnameResolutionEvent::SearchStopped(_) => return Some(false),
                _ => {}
            }
        }
        self.answers.is_disconnected().then_some(false)
    }
}
