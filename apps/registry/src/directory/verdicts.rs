//! What the registry decides about nodes: suspending them, revoking them, and lifting either; publicly and with a reason.

use imajin_dfos::Timestamp;
use serde_json::Value;

use super::refusal::{Refusal, field};
use super::rows::NodeRow;
use super::status::Verdict;
use super::word::{Word, node_id};
use super::{Core, NO_NODE};

/// What is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// For ever.
    Revoke,
    /// Until it is lifted, or until a time.
    Suspend,
    /// Whatever was decided counts no more.
    Reinstate,
}

impl Decision {
    /// The `type` of the message.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Revoke => "node.revoke",
            Self::Suspend => "node.suspend",
            Self::Reinstate => "node.reinstate",
        }
    }
}

impl Core {
    /// Decides about a node.
    pub(super) fn decide(&self, decision: Decision, text: &Value) -> Result<NodeRow, Refusal> {
        let word = self.registry_word(text, decision.kind())?;
        let id = node_id(&word)?;
        let verdict = match decision {
            Decision::Reinstate => None,
            _ => Some(self.verdict(decision, &word)?),
        };
        self.settle()?;
        self.write(|tx| {
            word.take(tx)?;
            let before = tx.node(id.as_str())?.ok_or(Refusal::NotFound(NO_NODE))?;
            let mut after = before.clone();
            after.verdict = verdict.clone();
            after.settle(&self.config.times, self.now_ms());
            self.put(tx, Some(&before), &after)?;
            Ok(after)
        })
    }

    fn verdict(&self, decision: Decision, word: &Word) -> Result<Verdict, Refusal> {
        let until = match decision {
            Decision::Suspend => word.optional("until")?,
            _ => None,
        };
        let until_ms = match until.map(Timestamp::parse) {
            None => None,
            Some(Ok(until)) if until.as_millis() > self.now_ms() => Some(until.as_millis()),
            Some(_) => {
                let message = "until must be a time to come, as ISO 8601 in UTC with milliseconds";
                return Err(field("until", message));
            }
        };
        Ok(Verdict {
            is_revoked: decision == Decision::Revoke,
            reason: word.text("reason")?.to_owned(),
            at_ms: self.now_ms(),
            until_ms,
            word: word.text.clone(),
        })
    }
}
