//! Names of a node's own: who holds one, by the TXT record `_imajin.<name>` in its zone.
//!
//! Always: what a zone said is believed for an hour if it names the node, and for a minute if it doesn't (the settings). The number of
//! names that are remembered is bounded. A zone that cannot be asked decides nothing.

use std::collections::HashMap;
use std::time::Duration;

use imajin_edge::tunnel::{HOLDER_LABEL, holder};
use imajin_host::dns::Dns;
use parking_lot::Mutex;
use tokio::time::Instant;

use super::config::Config;

/// Names that are remembered. More are asked for each time.
const NAMES_MAX: usize = 10_000;
/// Nodes that share a name, at most.
const HOLDERS_MAX: usize = 4;

/// The answers of the zones of names.
pub(super) struct OwnedNames {
    dns: Dns,
    held: Duration,
    missing: Duration,
    answers: Mutex<HashMap<String, ZoneAnswer>>,
}

/// The DIDs in a name's zone.
struct ZoneAnswer {
    holders: Vec<String>,
    at: Instant,
}

impl OwnedNames {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            dns: config.resolver,
            held: Duration::from_secs(config.carried_name_secs),
            missing: Duration::from_secs(config.missing_name_secs),
            answers: Mutex::default(),
        }
    }

    /// Whether the zone of a name says that it belongs to this node; `None` if the zone cannot be asked.
    pub(super) async fn is_held(&self, name: &str, did: &str) -> Option<bool> {
        if let Some(is_held) = self.recall(name, did) {
            return Some(is_held);
        }
        let texts = self.dns.texts(&format!("{HOLDER_LABEL}.{name}")).await;
        let texts = texts.inspect_err(|error| tracing::debug!("{error}")).ok()?;
        let holders = texts.iter().filter_map(|text| holder(text));
        let holders: Vec<String> = holders.take(HOLDERS_MAX).map(str::to_owned).collect();
        let is_held = holders.iter().any(|holder| holder == did);
        self.remember(name, holders);
        Some(is_held)
    }

    /// The interval to the next check of names.
    pub(super) fn interval(&self, is_any_missing: bool) -> Duration {
        if is_any_missing { self.missing } else { self.held }
    }

    fn recall(&self, name: &str, did: &str) -> Option<bool> {
        let answers = self.answers.lock();
        let answer = answers.get(name)?;
        let is_held = answer.holders.iter().any(|holder| holder == did);
        (answer.at.elapsed() < self.interval(!is_held)).then_some(is_held)
    }

    fn remember(&self, name: &str, holders: Vec<String>) {
        let answers = &mut *self.answers.lock();
        if answers.len() >= NAMES_MAX {
            answers.retain(|_, answer| answer.at.elapsed() < self.missing);
        }
        if answers.len() < NAMES_MAX {
            let at = Instant::now();
            answers.insert(name.to_owned(), ZoneAnswer { holders, at });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_edge::testing::NameServer;
    use imajin_edge::tunnel::holder_text;

    const ADA: &str = "did:imajin:ada";
    const BEN: &str = "did:imajin:ben";

    fn names(zone: &NameServer, carried_name_secs: u64) -> OwnedNames {
        OwnedNames::new(&Config {
            resolver: Dns::at(zone.address()),
            carried_name_secs,
            ..Config::default()
        })
    }

    #[tokio::test]
    async fn a_name_is_held_by_the_nodes_that_its_zone_names() {
        let zone = NameServer::start();
        let names = names(&zone, 3600);
        let texts = ["v=spf1 -all", &holder_text(ADA), "did=", "did:imajin:ben"];
        zone.set("_imajin.ada.example", "TXT", &texts);
        assert_eq!(names.is_held("ada.example", ADA).await, Some(true));
        assert_eq!(names.is_held("ada.example", BEN).await, Some(false));
        assert_eq!(names.is_held("ben.example", BEN).await, Some(false));
    }

    #[tokio::test]
    async fn an_answer_is_believed_for_a_while_and_a_failure_decides_nothing() {
        let zone = NameServer::start();
        zone.set("_imajin.ada.example", "TXT", &[&holder_text(ADA)]);
        let kept = names(&zone, 3600);
        assert_eq!(kept.is_held("ada.example", ADA).await, Some(true));
        let asking = names(&zone, 0);
        assert_eq!(asking.is_held("ada.example", ADA).await, Some(true));
        zone.fail(true);
        assert_eq!(kept.is_held("ada.example", ADA).await, Some(true));
        assert_eq!(asking.is_held("ada.example", ADA).await, None);
        zone.fail(false);
        zone.set("_imajin.ada.example", "TXT", &[]);
        assert_eq!(kept.is_held("ada.example", ADA).await, Some(true));
        assert_eq!(asking.is_held("ada.example", ADA).await, Some(false));
    }
}
