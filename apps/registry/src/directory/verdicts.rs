//! The registry's verdicts: suspending, revoking and reinstating nodes, publicly and with a reason.

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use serde_json::Value;

use super::directive::Directive;
use super::refusal::{Refusal, field, forbidden};
use super::rows::NodeRow;
use super::status::Verdict;
use super::{Core, NO_NODE};

/// Kind of a decision about a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Revokes until lifted.
    Revoke,
    /// Suspends until lifted, or until a time.
    Suspend,
    /// Lifts a suspension or revocation.
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
        let directive = self.directive(text, decision.kind())?;
        if !directive.is_registry {
            return Err(forbidden("not-the-registry", "only a key of this registry may say that"));
        }
        let id = Did::parse(directive.text("nodeId")?);
        let id = id.map_err(|error| field("nodeId", error.to_string()))?;
        let verdict = match decision {
            Decision::Reinstate => None,
            _ => Some(self.verdict(decision, &directive)?),
        };
        self.settle()?;
        let node = self.write(|tx| {
            directive.take(tx)?;
            let before = tx.node(id.as_str())?.ok_or(Refusal::NotFound(NO_NODE))?;
            let mut after = before.clone();
            after.verdict = verdict.clone();
            after.settle(&self.config.times, self.now_ms());
            self.put(tx, Some(&before), &after)?;
            Ok(after)
        })?;
        self.verdicts.send_replace(());
        Ok(node)
    }

    fn verdict(&self, decision: Decision, directive: &Directive) -> Result<Verdict, Refusal> {
        let until = match decision {
            Decision::Suspend => directive.optional("until")?,
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
            reason: directive.text("reason")?.to_owned(),
            at_ms: self.now_ms(),
            until_ms,
            message: directive.text.clone(),
        })
    }
}
