//! One attempt with one registry: a registration where one is due, else a heartbeat; and what comes of it.

use super::attest::About;
use super::pace;
use super::wire::{Trouble, Wire};
use crate::config::RegistriesConfig;
use imajin_dfos::Timestamp;
use imajin_registry::enrolment::Standing;
use imajin_service::node::Node;
use imajin_service::outgoing::Allowed;
use serde_json::{Value as Json, json};
use std::net::IpAddr;
use std::sync::Arc;

/// What it takes.
pub(super) struct Attempt {
    pub(super) node: Node,
    pub(super) about: Arc<About>,
    pub(super) settings: RegistriesConfig,
    /// Where the node's name is to lead; none for where it is seen to come from.
    pub(super) addresses: Vec<IpAddr>,
}

impl Attempt {
    /// Does what is due; how the registry stands afterwards.
    pub(super) async fn run(self, before: Standing) -> Standing {
        let mut after = before;
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
    async fn tell(&self, standing: &mut Standing) -> Result<i64, Trouble> {
        let url = standing.url.clone();
        let wire = Wire::new(Allowed::of(&self.node), &url)?;
        if self.must_register(standing) {
            self.register(&wire, standing).await?;
        }
        let heard = match self.beat(&wire, standing).await {
            // It forgot this node, or knows it by another key.
            Err(Trouble::Refused {
                status: 401 | 404, ..
            }) => {
                self.register(&wire, standing).await?;
                self.beat(&wire, standing).await?
            }
            heard => heard?,
        };
        if heard.must_register {
            self.register(&wire, standing).await?;
        }
        Ok(pace::beat_ms(
            &self.settings,
            heard.expected_ms,
            pace::chance(),
        ))
    }

    /// Where there is no registration, where it ends before long, and where something else is attested than was.
    fn must_register(&self, standing: &Standing) -> bool {
        let (Some(renewed_ms), Some(expires_ms)) = (standing.renewed_ms, standing.expires_ms)
        else {
            return true;
        };
        // A quarter of its time is left: a week of a month.
        let is_late = self.now_ms() >= expires_ms - (expires_ms - renewed_ms) / 4;
        is_late || standing.attested != self.about.digest(&self.addresses)
    }

    async fn register(&self, wire: &Wire<'_>, standing: &mut Standing) -> Result<(), Trouble> {
        let chain = imajin_auth::chain_log(&self.node, self.node.did());
        let chain = chain.map_err(|problem| {
            Trouble::Away(format!(
                "this node's chain cannot be read: {}",
                problem.detail()
            ))
        })?;
        let mut body =
            json!({ "attestation": self.about.attestation(&self.addresses, self.now_ms()) });
        if !chain.is_empty() {
            body["chainLog"] = json!(chain);
        }
        let answer = wire.post("node/register", &body).await?;
        let now_ms = self.now_ms();
        let expires_ms = time(&answer["expiresAt"]);
        let expires_ms =
            expires_ms.ok_or_else(|| Trouble::Away("it does not say until when".to_owned()))?;
        standing.since_ms = standing.since_ms.or(Some(now_ms));
        standing.renewed_ms = Some(now_ms);
        standing.expires_ms = Some(expires_ms);
        standing.subdomain = answer["subdomain"].as_str().map(str::to_owned);
        standing.chain_verified = answer["chainVerified"] == true;
        standing.attested = self.about.digest(&self.addresses);
        Ok(())
    }

    async fn beat(&self, wire: &Wire<'_>, standing: &mut Standing) -> Result<Heard, Trouble> {
        let beat = self.about.heartbeat(&self.node, self.now_ms());
        let answer = wire.post("node/heartbeat", &beat).await?;
        if answer["ack"] != true {
            return Err(Trouble::Away("it does not say that it heard".to_owned()));
        }
        let now_ms = self.now_ms();
        standing.heard_ms = Some(now_ms);
        let asks = |action: &str| {
            answer["actions"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one == action))
        };
        standing.upgrade = asks("upgrade");
        Ok(Heard {
            expected_ms: time(&answer["nextHeartbeat"]).map(|at_ms| at_ms - now_ms),
            must_register: asks("reattest") || asks("renew"),
        })
    }

    fn fail(&self, standing: &mut Standing, trouble: &Trouble) {
        let now_ms = self.now_ms();
        standing.failures = standing.failures.saturating_add(1);
        standing.failure = Some(trouble.to_string());
        standing.failing_since_ms = standing.failing_since_ms.or(Some(now_ms));
        let pause_ms = match trouble {
            Trouble::Refused {
                after_s: Some(after_s),
                ..
            } => pace::asked_ms(&self.settings, *after_s),
            Trouble::Refused {
                status: 403 | 409, ..
            } => pace::refused_ms(&self.settings),
            _ => pace::pause_ms(&self.settings, standing.failures, pace::chance()),
        };
        standing.next_ms = now_ms + pause_ms;
    }

    fn now_ms(&self) -> i64 {
        self.node.now().as_millis()
    }
}

/// What a heartbeat was answered with.
struct Heard {
    /// When the next one is expected, from now.
    expected_ms: Option<i64>,
    must_register: bool,
}

fn time(value: &Json) -> Option<i64> {
    Timestamp::parse(value.as_str()?)
        .ok()
        .map(|at| at.as_millis())
}
