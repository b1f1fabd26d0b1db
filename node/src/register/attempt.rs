//! An attempt with one registry: a registration if it is due, else a heartbeat; and the result.

use super::attest::{About, NameTarget};
use super::pace;
use crate::config::RegistriesConfig;
use imajin_app::Node;
use imajin_box::old_copy;
use imajin_box::registry::{RegistryError, Wire};
use imajin_dfos::Timestamp;
use imajin_host::outgoing::Allowed;
use imajin_registry::enrolment::Registration;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// Heads in an answer that are looked at.
const HEADS_MAX: usize = 8;

/// Inputs of an attempt to register or to send a heartbeat.
pub(super) struct Attempt {
    pub(super) node: Node,
    pub(super) about: Arc<About>,
    pub(super) settings: RegistriesConfig,
    pub(super) target: NameTarget,
}

impl Attempt {
    /// Does what is due. Returns the new state of the registration.
    pub(super) async fn run(self, mut after: Registration) -> Registration {
        match self.tell(&mut after).await {
            Ok(next_ms) => {
                after.failures = 0;
                after.failure = None;
                after.failing_since_ms = None;
                after.next_ms = self.now_ms() + next_ms;
            }
            Err(trouble) => self.fail(&mut after, &trouble),
        }
        after
    }

    /// Milliseconds until the next time.
    async fn tell(&self, registration: &mut Registration) -> Result<i64, RegistryError> {
        let url = registration.url.clone();
        let wire = Wire::new(Allowed::from_node(&self.node), &url)?;
        if self.must_register(registration) {
            self.register(&wire, registration).await?;
        }
        let heard = match self.beat(&wire, registration).await {
            // The registry forgot this node, or knows another key of it.
            Err(RegistryError::Refused { status: 401 | 404, .. }) => {
                self.register(&wire, registration).await?;
                self.beat(&wire, registration).await?
            }
            heard => heard?,
        };
        if heard.must_register {
            self.register(&wire, registration).await?;
        }
        Ok(pace::beat_ms(&self.settings, heard.expected_ms, pace::chance()))
    }

    /// Whether the node has to register: it has no registration, or one that ends soon, or the attestation has changed.
    fn must_register(&self, registration: &Registration) -> bool {
        let (Some(renewed_ms), Some(expires_ms)) =
            (registration.renewed_ms, registration.expires_ms)
        else {
            return true;
        };
        // A quarter of its time is left: a week of a month.
        let is_late = self.now_ms() >= expires_ms - (expires_ms - renewed_ms) / 4;
        is_late || registration.attested != self.about.digest(&self.target)
    }

    async fn register(
        &self,
        wire: &Wire<'_>,
        registration: &mut Registration,
    ) -> Result<(), RegistryError> {
        let chain = imajin_identity::people::chain_log(&self.node, self.node.did());
        let chain = chain.map_err(|problem| {
            RegistryError::Away(format!("this node's chain cannot be read: {}", problem.detail()))
        })?;
        let mut body =
            json!({ "attestation": self.about.attestation(&self.target, self.now_ms()) });
        if !chain.is_empty() {
            body["chainLog"] = json!(chain);
        }
        let answer = wire.post("node/register", &body).await?;
        let now_ms = self.now_ms();
        let expires_ms = time(&answer["expiresAt"])
            .ok_or_else(|| RegistryError::Away("it does not say until when".to_owned()))?;
        registration.since_ms = registration.since_ms.or(Some(now_ms));
        registration.renewed_ms = Some(now_ms);
        registration.expires_ms = Some(expires_ms);
        registration.subdomain = answer["subdomain"].as_str().map(str::to_owned);
        registration.chain_verified = answer["chainVerified"] == true;
        registration.attested = self.about.digest(&self.target);
        Ok(())
    }

    async fn beat(
        &self,
        wire: &Wire<'_>,
        registration: &mut Registration,
    ) -> Result<HeartbeatAnswer, RegistryError> {
        let head = old_copy::own_head(&self.node).await;
        let beat = self.about.heartbeat(&self.node, head, self.now_ms());
        let answer = wire.post("node/heartbeat", &beat).await?;
        if answer["ack"] != true {
            return Err(RegistryError::Away("it does not say that it heard".to_owned()));
        }
        for head in answer["heads"].as_array().into_iter().flatten().take(HEADS_MAX) {
            if let Some(head) = head.as_str() {
                old_copy::met(&self.node, head, &registration.url).await;
            }
        }
        let now_ms = self.now_ms();
        registration.heard_ms = Some(now_ms);
        let asks = |action: &str| {
            answer["actions"].as_array().is_some_and(|all| all.iter().any(|one| one == action))
        };
        registration.upgrade = asks("upgrade");
        Ok(HeartbeatAnswer {
            expected_ms: time(&answer["nextHeartbeat"]).map(|at_ms| at_ms - now_ms),
            must_register: asks("reattest") || asks("renew"),
        })
    }

    fn fail(&self, registration: &mut Registration, trouble: &RegistryError) {
        let now_ms = self.now_ms();
        registration.failures = registration.failures.saturating_add(1);
        registration.failure = Some(trouble.to_string());
        registration.failing_since_ms = registration.failing_since_ms.or(Some(now_ms));
        let pause_ms = match trouble {
            RegistryError::Refused { after_s: Some(after_s), .. } => {
                pace::asked_ms(&self.settings, *after_s)
            }
            RegistryError::Refused { status: 403 | 409, .. } => pace::refused_ms(&self.settings),
            _ => pace::pause_ms(&self.settings, registration.failures, pace::chance()),
        };
        registration.next_ms = now_ms + pause_ms;
    }

    fn now_ms(&self) -> i64 {
        self.node.now().as_millis()
    }
}

struct HeartbeatAnswer {
    /// Milliseconds until the next heartbeat that the registry expects.
    expected_ms: Option<i64>,
    must_register: bool,
}

/// A time as text, or as a number of milliseconds since 1970, as some registries say it.
fn time(value: &Json) -> Option<i64> {
    let at = match value.as_str() {
        None => Timestamp::from_millis(value.as_i64()?).ok(),
        Some(text) => Timestamp::parse(text).ok(),
    };
    at.map(Timestamp::as_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_text_or_a_number_of_milliseconds() {
        let text = json!("2026-11-20T10:00:00.000Z");
        let at = time(&text).expect("a time");
        assert_eq!(time(&json!(at)), Some(at));
        assert_eq!([time(&json!(null)), time(&json!("soon"))], [None, None]);
        assert_eq!([time(&json!(i64::MIN)), time(&json!(i64::MAX))], [None, None]);
    }
}
