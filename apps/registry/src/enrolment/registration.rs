//! A node's registration with one registry, as the node last knew it.

use imajin_app::Zone;
use imajin_dfos::Timestamp;
use serde::{Deserialize, Serialize};

/// A node's registration with one registry. Times are milliseconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Registration {
    /// The registry's address.
    pub url: String,
    /// Time at which the registry first accepted the node.
    pub since_ms: Option<i64>,
    /// End of the registration unless it is renewed.
    pub expires_ms: Option<i64>,
    /// Time of the last registration or renewal.
    pub renewed_ms: Option<i64>,
    /// The name that the registry gave the node.
    pub subdomain: Option<String>,
    /// Whether the registry verified the node's identity chain.
    pub chain_verified: bool,
    /// Digest of the last attestation. The node attests again when the digest changes.
    pub attested: String,
    /// The last heartbeat that the registry accepted.
    pub heard_ms: Option<i64>,
    /// Time of the next attempt.
    pub next_ms: i64,
    /// Failed attempts in a row.
    pub failures: u32,
    /// Time of the first of these failures.
    pub failing_since_ms: Option<i64>,
    /// Why the last one failed, for people.
    pub failure: Option<String>,
    /// Whether this registry's name leads to the box at home, with a certificate.
    pub home: bool,
    /// Whether the registry asks for a newer program.
    pub upgrade: bool,
}

impl Registration {
    /// A registration that the node has not attempted yet.
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned(), ..Self::default() }
    }

    /// Whether the registry accepted the node, and the last attempt succeeded.
    pub fn is_well(&self) -> bool {
        self.since_ms.is_some() && self.failure.is_none()
    }

    /// The state in a sentence without a full stop, for people.
    pub fn summary(&self) -> String {
        let date = |ms: Option<i64>| {
            let at = ms.and_then(|ms| Timestamp::from_millis(ms).ok());
            let zone = Zone::home();
            at.map(|at| format!("{} ({})", zone.local(at).strftime("%F %H:%M"), zone.label()))
                .unwrap_or_default()
        };
        let mut text = match (&self.failure, self.since_ms) {
            (Some(why), _) => format!(
                "not reached since {}: {why}. Everything here works without it; the node tries again",
                date(self.failing_since_ms)
            ),
            (None, None) => "not registered yet".to_owned(),
            (None, Some(_)) => {
                let until = date(self.expires_ms);
                let summary = match (&self.subdomain, self.home) {
                    (Some(name), true) => {
                        format!("registered as {name} (your box at home) until {until}")
                    }
                    (Some(name), false) => format!("registered as {name} until {until}"),
                    (None, _) => format!("registered until {until}"),
                };
                match self.heard_ms {
                    Some(_) => format!("{summary}, last heard {}", date(self.heard_ms)),
                    None => summary,
                }
            }
        };
        if self.upgrade {
            text.push_str("; it asks for a newer version of this program");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_is_calm() {
        let mut registration = Registration::new("https://a.example");
        assert_eq!(registration.summary(), "not registered yet");
        registration.since_ms = Some(0);
        registration.expires_ms = Some(86_400_000);
        registration.subdomain = Some("box.example".to_owned());
        let summary = registration.summary();
        assert_eq!(summary, "registered as box.example until 1970-01-02 00:00 (UTC)");
        registration.failure = Some("it does not answer".to_owned());
        registration.failing_since_ms = Some(0);
        assert!(!registration.is_well() && registration.summary().contains("works without it"));
    }
}
