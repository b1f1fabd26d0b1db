//! Renewal of one certificate: obtained when wanted, renewed before it expires, and retried with growing pauses.

use super::error::AcmeError;
use super::listener::DirectoryClient;
use super::state::{Base, StoredCertificate, WantedCertificate};
use super::{begin, below, dns, end, home, show};
use crate::settings::BoxConfig;
use crate::tls::certificates::{Certificates, NameSource};
use crate::tls::{LOOK, TlsError, is_plausible, store};
use imajin_app::Node;
use imajin_dfos::Timestamp;
use rcgen::KeyPair;
use std::time::Duration;

/// After the first attempt in vain, and at most; five mistakes an hour are what a well-known directory forgives.
const PAUSE_S: u64 = 15;
const PAUSE_S_MAX: u64 = 6 * 3600;
const LOCKED: &str = "it wants to see this node's key, which is sealed";

/// Keeps one certificate.
pub(super) struct CertificateRenewer<'a> {
    base: Base<'a>,
    /// The node; `None` while it is locked.
    node: Option<&'a Node>,
    config: &'a BoxConfig,
    certificates: &'a Certificates,
    of: NameSource,
    wish: Option<WantedCertificate>,
    /// Why the choice cannot be read now; logged once.
    unreadable: Option<String>,
    /// Time at which a new certificate is due.
    due: Timestamp,
    failures: u32,
    /// Earliest time of the next attempt, by the monotonic clock.
    not_before: Duration,
}

impl<'a> CertificateRenewer<'a> {
    pub(super) fn new(
        base: Base<'a>,
        node: Option<&'a Node>,
        config: &'a BoxConfig,
        certificates: &'a Certificates,
        of: NameSource,
    ) -> Self {
        let mut this = Self {
            base,
            node,
            config,
            certificates,
            of,
            wish: of.wish_at_start(base.data, config),
            unreadable: None,
            due: Timestamp::MIN,
            failures: 0,
            not_before: Duration::ZERO,
        };
        this.due = this.due();
        this
    }

    pub(super) async fn run(&mut self) {
        let mut leads = home::NameCheck::default();
        loop {
            self.look();
            if let Some(wish) = self.wish.clone() {
                let clock = self.base.clock;
                let is_due = is_plausible(clock.now())
                    && clock.now() >= self.due
                    && clock.monotonic() >= self.not_before;
                if is_due {
                    self.attempt(&wish).await;
                }
                if self.of == NameSource::Registry {
                    leads.look(self.base, &wish).await;
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Updates the wanted certificate. Keeps the current one while the choice cannot be read.
    fn look(&mut self) {
        let wish = match self.of.wish(self.base.data, self.config) {
            Ok(wish) => wish,
            Err(error) => {
                let why = error.to_string();
                if self.unreadable.as_ref() != Some(&why) {
                    tracing::warn!(
                        "{} cannot be read, so its certificate stays as it is: {why}",
                        self.of.choice()
                    );
                    self.unreadable = Some(why);
                }
                return;
            }
        };
        self.unreadable = None;
        if wish == self.wish {
            return;
        }
        match &wish {
            Some(wish) => begin(self.base.into(), self.of, wish, self.certificates),
            None => end(self.base.network, self.of, self.certificates),
        }
        self.wish = wish;
        (self.failures, self.not_before) = (0, Duration::ZERO);
        self.due = self.due();
    }

    async fn attempt(&mut self, wish: &WantedCertificate) {
        let outcome = self.obtain(wish).await;
        if outcome.is_ok() {
            self.due = self.due();
        }
        // To a clock that is ahead, a new certificate may be an old one: the next would be ordered at once, and so on.
        let is_in_vain = outcome.is_err() || self.base.clock.now() >= self.due;
        self.failures = if is_in_vain { self.failures.saturating_add(1) } else { 0 };
        let pause = Duration::from_secs(pause(self.failures));
        self.not_before = self.base.clock.monotonic() + pause;
        if let Err(error) = outcome {
            self.fail(&error);
        }
    }

    /// Returns the time to get a new one: when a third of its validity is left, or at once if there is none for these names.
    fn due(&self) -> Timestamp {
        let wish = self.wish.as_ref();
        let stored = StoredCertificate::load(&self.of.path(self.base.data)).ok().flatten();
        let stored = stored.filter(|stored| {
            stored.directory == self.config.tls.directory
                && wish.is_some_and(|wish| stored.names == wish.names)
        });
        stored
            .and_then(|stored| stored.validity())
            .and_then(|(from, until)| {
                until.checked_add_millis((from.as_millis() - until.as_millis()) / 3)
            })
            .unwrap_or(Timestamp::MIN)
    }

    fn fail(&self, error: &AcmeError) {
        let (now, text) = (self.base.clock.now(), error.to_string());
        tracing::warn!("no certificate from the ACME directory: {text}");
        self.of.note(self.base.network, |public| {
            public.failures += 1;
            public.problem = Some((now, text));
        });
    }

    async fn obtain(&self, wish: &WantedCertificate) -> Result<(), AcmeError> {
        let path = self.of.path(self.base.data);
        let mut stored = StoredCertificate::load(&path)?.unwrap_or_default();
        let directory = &self.config.tls.directory;
        if stored.account_directory != *directory {
            (stored.account, stored.account_key, stored.account_url) = (None, None, None);
            stored.account_directory.clone_from(directory);
        }
        let settings = &self.config.tls;
        let allowed = self.base.allowed;
        stored.note_order();
        stored.pair = Some(match &wish.registry {
            None => {
                let key = known_or_new(&mut stored.account_key)?;
                store::save(&path, &stored)?;
                let client = DirectoryClient::begin(settings, allowed, &key, self.certificates);
                let client = client.await?;
                stored.account_url = Some(client.account_url().to_owned());
                store::save(&path, &stored)?;
                self.of.note(self.base.network, |public| {
                    public.issuer = stored.issuer();
                });
                let services = below::leading_here(self.base.names, &wish.names).await;
                let names = [&wish.names[..], &services].concat();
                match client.order(&names).await {
                    // They never cost the box's own names their certificate.
                    Err(error) if !services.is_empty() => {
                        tracing::warn!("no certificate for {}: {error}", services.join(", "));
                        stored.services.clear();
                        client.order(&wish.names).await?
                    }
                    ordered => {
                        stored.services = services;
                        ordered?
                    }
                }
            }
            Some(registry) => {
                let locked = || AcmeError::Registry(registry.clone(), LOCKED.to_owned());
                let node = self.node.ok_or_else(locked)?;
                let account = dns::account(settings, allowed, &mut stored.account).await?;
                store::save(&path, &stored)?;
                // A registry's DNS has the name alone, and nothing below it.
                stored.services.clear();
                dns::order(&account, node, registry, &wish.names).await?
            }
        });
        stored.note_order();
        stored.names.clone_from(&wish.names);
        stored.registry.clone_from(&wish.registry);
        stored.directory.clone_from(directory);
        // Never kept unless it can be shown.
        let until =
            show(self.base.network, self.of, self.certificates, &stored).ok_or(TlsError::Form)?;
        store::save(&path, &stored)?;
        self.of.note(self.base.network, |public| public.problem = None);
        let names = [&stored.names[..], &stored.services].concat().join(", ");
        tracing::info!("a certificate for {names} until {until}");
        Ok(())
    }
}

/// The account's key of an earlier run, or a new one, which is stored.
fn known_or_new(known: &mut Option<String>) -> Result<KeyPair, TlsError> {
    match known {
        Some(pem) => Ok(KeyPair::from_pem(pem)?),
        None => {
            let key = KeyPair::generate()?;
            *known = Some(key.serialize_pem());
            Ok(key)
        }
    }
}

/// Seconds until the next attempt, after so many in vain.
fn pause(failures: u32) -> u64 {
    if failures == 0 {
        return 0;
    }
    let longer = 4_u64.saturating_pow(failures - 1);
    PAUSE_S.saturating_mul(longer).min(PAUSE_S_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_wait_longer_and_never_for_ever() {
        let pauses: Vec<u64> = (0..8).map(pause).collect();
        assert_eq!(pauses, [0, 15, 60, 240, 960, 3840, 15360, 21600]);
        assert_eq!(pause(u32::MAX), PAUSE_S_MAX);
    }
}
