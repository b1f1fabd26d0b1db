//! HTTPS: which certificate the node shows on which connection, where certificates come from, and when they are
//! renewed.
//!
//! | module | what |
//! |---|---|
//! | `authority` | the box's own certificate authority, for names and addresses at home |
//! | `own` | the certificate of that authority, with its renewal |
//! | `acme` | certificates that every browser trusts |
//! | `certificates` | which of them a connection is shown |
//! | `watch` | foreign certificates for the box's public names |
//! | `zone` | the records by which the box's own names lead to it through tunnels |
//! | `x509`, `store` | dates of a certificate; small private files |
//!
//! Always: keys are in `node/`, readable by this user alone. The node makes and requests nothing before the clock is
//! plausible. Without a certificate the node serves people without TLS.

mod acme;
mod authority;
mod certificates;
mod error;
mod own;
mod store;
mod watch;
mod x509;
mod zone;

use crate::failure::{OrFail, Outcome};
use crate::settings::BoxConfig;
pub use acme::{Base, kept_name};
use certificates::Certificates;
pub use error::TlsError;
use imajin_app::Node;
use imajin_app::task::boxed;
use imajin_dfos::Timestamp;
use imajin_host::names::Names;
use imajin_host::network::Network;
use imajin_host::prelude::*;
use imajin_host::stop::Stop;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
pub(crate) use watch::shown_certificates;

/// Interval between two checks for changes: an address, a name, the clock.
pub const LOOK: Duration = Duration::from_secs(5);

/// The node's parts that certificates need; a locked box has them, too.
#[derive(Clone, Copy)]
pub struct Ground<'g> {
    /// The data folder.
    pub data: &'g Path,
    /// Where certificates and names are published within the node.
    pub network: &'g Network,
    /// The names that the node answers to.
    pub names: &'g Names,
    /// The time.
    pub now: Timestamp,
}

impl<'g> From<Base<'g>> for Ground<'g> {
    fn from(base: Base<'g>) -> Self {
        Self { data: base.data, network: base.network, names: base.names, now: base.clock.now() }
    }
}

impl<'g> From<&'g Node> for Ground<'g> {
    fn from(node: &'g Node) -> Self {
        Self { data: node.data(), network: node.network(), names: node.names(), now: node.now() }
    }
}

/// The certificates of a running node.
pub struct Tls {
    certificates: Arc<Certificates>,
    port: u16,
}

impl Tls {
    /// The node shows the certificates that it has from the first connection on; `port` is where browsers find it.
    pub fn open(node: &Node, config: &BoxConfig, port: u16) -> Outcome<Self> {
        let key = certificates::node_key(node).or_unusable("the node's certificate")?;
        Ok(Self::begin(Some(key), node.into(), config, port))
    }

    /// TLS while the node's key is sealed: browsers see the certificates that it has, and other nodes nothing.
    pub fn locked(ground: Ground<'_>, config: &BoxConfig, port: u16) -> Self {
        Self::begin(None, ground, config, port)
    }

    fn begin(
        key: Option<Arc<rustls::sign::CertifiedKey>>,
        ground: Ground<'_>,
        config: &BoxConfig,
        port: u16,
    ) -> Self {
        let tls = Self { certificates: Arc::new(Certificates::new(key)), port };
        acme::restore(ground, config, &tls.certificates);
        tls.look(ground, &mut Vec::new());
        tls
    }

    /// Replaces the box's own certificate after a change of addresses or names.
    pub fn look(&self, ground: Ground<'_>, last: &mut Vec<String>) {
        if is_plausible(ground.now)
            && let Err(error) = own::look(ground, &self.certificates, last)
        {
            tracing::error!("the box's own certificate: {error}");
        }
        self.note(ground.network);
    }

    /// Returns the acceptor of TLS connections.
    pub fn acceptor(&self) -> Outcome<TlsAcceptor> {
        Ok(TlsAcceptor::from(certificates::server(&self.certificates).or_unusable("TLS")?))
    }

    /// Keeps the certificates fresh, and watches over the names, until told to stop. Each is a separate task, so that none holds up
    /// or ends another.
    pub async fn run(self, node: Node, config: BoxConfig, stop: Stop) {
        let config = Arc::new(config);
        let certificates = Arc::clone(&self.certificates);
        let mut tasks = JoinSet::new();
        tasks.spawn(boxed(acme::run(node.clone(), Arc::clone(&config), Arc::clone(&certificates))));
        tasks.spawn(boxed(zone::run(node.clone(), Arc::clone(&config))));
        tasks.spawn(boxed(watch::run(node.clone(), config, certificates)));
        tasks.spawn(boxed(self.run_own(node)));
        stop.given().await;
        tasks.shutdown().await;
    }

    /// Keeps the box's own certificate fresh. A file is written only when an address or a name is new.
    async fn run_own(self, node: Node) {
        let mut last = Vec::new();
        loop {
            tokio::time::sleep(LOOK).await;
            self.look((&node).into(), &mut last);
        }
    }

    /// Renews certificates while the box is locked, until dropped, so that the lock screen has a valid one.
    pub async fn run_locked(&self, base: Base<'_>, config: &BoxConfig) {
        let public = acme::run_locked(base, config, &self.certificates);
        let own = async {
            let mut last = Vec::new();
            loop {
                tokio::time::sleep(LOOK).await;
                self.look(base.into(), &mut last);
            }
        };
        tokio::select! {
            () = public => {}
            () = own => {}
        }
    }

    /// People are sent to HTTPS as soon as there is something to show.
    fn note(&self, network: &Network) {
        let https = (!self.certificates.is_empty()).then_some(self.port);
        if network.now().https != https {
            network.change(|place| place.https = https);
        }
    }
}

/// Build time of this program, in seconds since 1970.
const BUILT: &str = env!("IMAJIN_BUILT");

/// Whether it can be this late: no clock that is set says less than when the program was built.
fn is_plausible(now: Timestamp) -> bool {
    BUILT.parse().is_ok_and(|built: i64| now.as_secs() >= built)
}

/// A day of the calendar, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Day {
    year: i32,
    month: u8,
    day: u8,
}

/// Returns the day this many days after a moment (before it if negative); a certificate needs no higher precision.
fn day(at: Timestamp, days: i64) -> Option<Day> {
    let text = at.checked_add_millis(days.checked_mul(86_400_000)?)?.to_string();
    Some(Day {
        year: text.get(0..4)?.parse().ok()?,
        month: text.get(5..7)?.parse().ok()?,
        day: text.get(8..10)?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_before_the_build_is_not_plausible() {
        let built: i64 = BUILT.parse().unwrap();
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000).unwrap();
        assert!(is_plausible(at(built)) && !is_plausible(at(built - 1)) && !is_plausible(at(0)));
        assert!(built > 1_790_000_000);
        let eve = Day { year: 1969, month: 12, day: 31 };
        assert_eq!(day(at(0), -1), Some(eve));
    }
}
