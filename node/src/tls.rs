//! HTTPS: which certificate the node shows to whom, where certificates come from, and when they are renewed.
//!
//! | room | what stands in it |
//! |---|---|
//! | `authority` | the box's own certificate authority, for names and addresses at home |
//! | `own` | the certificate of that authority, renewed by itself |
//! | `acme` | certificates that every browser knows |
//! | `certificates` | which of them a connection is shown |
//! | `x509`, `store` | dates of a certificate; small private files |
//!
//! Always: keys stand in `node/` for this user alone. Nothing is asked for or made before the clock is plausible. Without
//! a certificate the node serves people as before, without TLS.

mod acme;
mod authority;
mod certificates;
mod own;
mod store;
mod x509;

use crate::config::Config;
use crate::failure::{OrFail, Outcome};
use certificates::Certificates;
use imajin_dfos::Timestamp;
use imajin_service::node::Node;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// How often it is looked whether anything changed: an address, a name, the clock.
const LOOK: Duration = Duration::from_secs(5);

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file.
    #[error("{0}: {1}")]
    File(std::path::PathBuf, std::io::Error),
    /// Making one.
    #[error("a certificate cannot be made: {0}")]
    Make(#[from] rcgen::Error),
    /// Using one.
    #[error("a certificate cannot be used: {0}")]
    Use(#[from] rustls::Error),
    /// What somebody sent or stored is none.
    #[error("this is no certificate with its key")]
    Form,
}

/// The certificates of a running node.
pub struct Tls {
    certificates: Arc<Certificates>,
    port: u16,
}

impl Tls {
    /// What is there already is shown from the first connection on; `port` is where browsers find it.
    pub fn open(node: &Node, config: &Config, port: u16) -> Outcome<Self> {
        let key = certificates::node_key(node).or_unusable("the node's certificate")?;
        let tls = Self {
            certificates: Arc::new(Certificates::new(key)),
            port,
        };
        acme::restore(node, config, &tls.certificates);
        if is_plausible(node.now())
            && let Err(error) = own::look(node, &tls.certificates, &mut Vec::new())
        {
            tracing::error!("the box's own certificate: {error}");
        }
        tls.note(node);
        Ok(tls)
    }

    /// What unwraps connections.
    pub fn acceptor(&self) -> Outcome<TlsAcceptor> {
        let config = certificates::server(&self.certificates).or_unusable("TLS")?;
        Ok(TlsAcceptor::from(config))
    }

    /// Keeps the certificates fresh until told to stop.
    pub async fn run(self, node: Node, config: Config, mut stopped: watch::Receiver<bool>) {
        let public = acme::run(node.clone(), config, Arc::clone(&self.certificates));
        let own = async {
            let mut last = Vec::new();
            loop {
                tokio::time::sleep(LOOK).await;
                // A file is written only when an address or a name is new.
                if is_plausible(node.now())
                    && let Err(error) = own::look(&node, &self.certificates, &mut last)
                {
                    tracing::error!("the box's own certificate: {error}");
                }
                self.note(&node);
            }
        };
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => {}
            () = public => {}
            () = own => {}
        }
    }

    /// People are sent to HTTPS as soon as there is something to show.
    fn note(&self, node: &Node) {
        let https = (!self.certificates.is_empty()).then_some(self.port);
        if node.network().now().https != https {
            node.network().change(|place| place.https = https);
        }
    }
}

/// The name that a registry gave and that an earlier run got a certificate for, if it is valid now.
pub fn kept_name(data: &Path, config: &Config, now: Timestamp) -> Option<String> {
    acme::kept_name(data, config, now)
}

/// When this program was built, in seconds since 1970.
const BUILT: &str = env!("IMAJIN_BUILT");

/// Whether it can be this late: no clock that is set says less than when the program was built.
fn is_plausible(now: Timestamp) -> bool {
    BUILT.parse().is_ok_and(|built: i64| now.as_secs() >= built)
}

/// Some days before or after a moment, for a certificate, which needs no better.
fn day(at: Timestamp, days: i64) -> Option<(i32, u8, u8)> {
    let text = at
        .checked_add_millis(days.checked_mul(86_400_000)?)?
        .to_string();
    Some((
        text.get(0..4)?.parse().ok()?,
        text.get(5..7)?.parse().ok()?,
        text.get(8..10)?.parse().ok()?,
    ))
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
        assert_eq!(day(at(0), -1), Some((1969, 12, 31)));
    }
}
