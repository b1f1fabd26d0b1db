//! Heartbeats, and the actions that the registry asks of a node in return.

use imajin_protocol::Head;
use serde_json::Value;

use super::builds;
use super::config::Policy;
use super::heads;
use super::message::Document;
use super::rate::Rate;
use super::refusal::{Refusal, conflict, field, unauthorized};
use super::rows::{Heartbeat, NodeRow};
use super::status::Status;
use super::store::Writes;
use super::{Core, NO_NODE};
use crate::version::Version;

/// Bytes of `health` as JSON, at most.
const HEALTH_BYTES_MAX: usize = 4_096;

/// A request of the registry to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Action {
    /// Register again: the running program is not the one that the node registered with.
    Reattest,
    /// Renew the registration, which ends soon.
    Renew,
    /// To install a newer program.
    Upgrade,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct HeartbeatAnswer {
    /// Latest time of the next heartbeat, in milliseconds since 1970.
    pub next_ms: i64,
    /// The registry's requests to the node.
    pub actions: Vec<Action>,
    /// Heads of the node's own record other than the one in the heartbeat, as compact JWS.
    pub heads: Vec<String>,
}

/// A heartbeat, in the form that it must have.
struct HeartbeatMessage {
    document: Document,
    build_hash: String,
    version: Version,
    health: Value,
    head: Option<Head>,
}

impl HeartbeatMessage {
    fn read(value: &Value) -> Result<Self, Refusal> {
        let document = Document::read(value)?;
        let version = document.version()?;
        let health = document.get("health").cloned().unwrap_or_default();
        if !health.is_object() || health.to_string().len() > HEALTH_BYTES_MAX {
            let message = format!("health must be an object of at most {HEALTH_BYTES_MAX} bytes");
            return Err(field("health", message));
        }
        Ok(Self {
            head: heads::read(document.get("head"), &document.id)?,
            build_hash: document.build_hash()?,
            version,
            health,
            document,
        })
    }
}

impl Core {
    /// Accepts a heartbeat.
    pub(super) fn heartbeat(&self, text: &Value) -> Result<HeartbeatAnswer, Refusal> {
        let beat = HeartbeatMessage::read(text)?;
        beat.document.check_time(self.now_ms())?;
        let id = beat.document.id.as_str();
        // Verifies with the registered key outside the transaction, because that is most of the work.
        let public_key = self.read(|reads| reads.key(id)?.ok_or(Refusal::NotFound(NO_NODE)))?;
        beat.document.verify_stored(&public_key)?;
        self.write(|tx| {
            let now_ms = self.now_ms();
            let before = tx.node(id)?.ok_or(Refusal::NotFound(NO_NODE))?;
            if before.public_key != public_key {
                return Err(unauthorized("another key is registered for this node by now"));
            }
            if !before.at(&self.config.times, now_ms).is_remembered {
                // The registration has ended, and no sweep has removed the node yet.
                self.forget(tx, &before)?;
                return Err(Refusal::NotFound(NO_NODE));
            }
            self.check_verdict(&before, now_ms)?;
            let signed_ms = beat.document.at_ms;
            let last = before.heartbeat.as_ref();
            let last_ms = last.map(|last| last.signed_ms);
            // A repeated heartbeat gets the same answer, because answers get lost.
            if last_ms == Some(signed_ms) {
                return self.answer(tx, &beat, &before, now_ms);
            }
            if last_ms.is_some_and(|last_ms| last_ms > signed_ms) {
                return Err(conflict("the registry has a newer heartbeat of this node"));
            }
            let rate = Rate::an_hour(self.config.limits.heartbeats_an_hour);
            let rate_ms = rate.take(last.and_then(|last| last.rate_ms), now_ms);
            let rate_ms = rate_ms.map_err(Refusal::TooMany)?;
            let mut after = before.clone();
            after.seen_ms = now_ms;
            after.heartbeat = Some(Heartbeat {
                signed_ms,
                at_ms: now_ms,
                build_hash: beat.build_hash.clone(),
                version: beat.version.to_string(),
                health: beat.health.clone(),
                rate_ms: Some(rate_ms),
            });
            if let Some(head) = &beat.head {
                after.heads = heads::add_head(&before.heads, head);
            }
            after.settle(&self.config.times, now_ms);
            self.put(tx, Some(&before), &after)?;
            self.answer(tx, &beat, &after, now_ms)
        })
    }

    fn answer(
        &self,
        tx: &mut dyn Writes,
        beat: &HeartbeatMessage,
        node: &NodeRow,
        now_ms: i64,
    ) -> Result<HeartbeatAnswer, Refusal> {
        let times = &self.config.times;
        let mut actions = Vec::new();
        if beat.build_hash != node.attested.build_hash
            || beat.version.to_string() != node.attested.version
        {
            actions.push(Action::Reattest);
        }
        let ends_soon = node.expires_ms - now_ms <= times.renew_within_secs * 1000;
        if ends_soon || node.status == Status::Expired {
            actions.push(Action::Renew);
        }
        let is_wanted = match tx.release_of(&beat.build_hash)? {
            Some(release) => release.withdrawn.is_none(),
            None => self.config.policy == Policy::Open,
        };
        let minimum = builds::minimum(&*tx, &self.config, &beat.build_hash)?;
        if !is_wanted || minimum.is_some_and(|minimum| beat.version.is_before(&minimum)) {
            actions.push(Action::Upgrade);
        }
        Ok(HeartbeatAnswer {
            next_ms: now_ms.saturating_add(times.heartbeat_secs * 1000),
            actions,
            heads: heads::others(&node.heads, beat.head.as_ref()),
        })
    }
}
