//! The status of a node, as a pure function of its row and the time.
//!
//! Always: a status is valid until a known time. The stored status and a status computed at any time agree.

use imajin_app::operation::Choice;
use serde::{Deserialize, Serialize};

use super::config::Times;

/// Health and standing of a node, in the order of lists; [`Choice::name`] is its name on the wire.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Choice, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The node sends heartbeats.
    Active,
    /// The node has missed some heartbeats.
    Stale,
    /// The node has missed many heartbeats.
    Unreachable,
    /// The registration has ended.
    Expired,
    /// The registry suspended the node.
    Suspended,
    /// The registry revoked the node.
    Revoked,
}

impl Status {
    /// All statuses, in order.
    pub const ALL: [Self; 6] = [
        Self::Active,
        Self::Stale,
        Self::Unreachable,
        Self::Expired,
        Self::Suspended,
        Self::Revoked,
    ];

    /// Its place in lists and databases.
    pub fn code(self) -> i64 {
        self as i64
    }

    /// The status at that place.
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// The registry's verdict about a node, visible to everyone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether this is a revocation, which lasts until it is lifted; a suspension also ends at `until_ms`.
    pub is_revoked: bool,
    /// The reason.
    pub reason: String,
    /// Time of the verdict, in milliseconds since 1970.
    pub at_ms: i64,
    /// End of a suspension (exclusive), in milliseconds since 1970.
    pub until_ms: Option<i64>,
    /// The registry's signed message as received.
    #[serde(rename = "word")]
    pub message: serde_json::Value,
}

/// The facts that a status depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Life<'a> {
    /// The last sign of life, in milliseconds since 1970.
    pub seen_ms: i64,
    /// End of the registration, in milliseconds since 1970.
    pub expires_ms: i64,
    /// Whether its name is still kept for it.
    pub has_name: bool,
    /// The registry's verdict, if any.
    pub verdict: Option<&'a Verdict>,
}

/// A node's state at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Now {
    pub status: Status,
    /// Whether its name is kept for it.
    pub keeps_name: bool,
    pub is_remembered: bool,
    /// Time of the next change if nothing else happens.
    pub next_ms: Option<i64>,
}

/// Computes a node's state at `now_ms`.
pub(super) fn at(life: Life<'_>, times: &Times, now_ms: i64) -> Now {
    let holds =
        |status, next_ms| Now { status, keeps_name: life.has_name, is_remembered: true, next_ms };
    if let Some(verdict) = life.verdict {
        if verdict.is_revoked {
            return holds(Status::Revoked, None);
        }
        if verdict.until_ms.is_none_or(|until| now_ms < until) {
            return holds(Status::Suspended, verdict.until_ms);
        }
    }
    let grace_ms = life.expires_ms.saturating_add(times.grace_secs * 1000);
    let forget_ms = grace_ms.saturating_add(times.forget_after_secs * 1000);
    if now_ms >= life.expires_ms {
        let is_in_grace = now_ms < grace_ms;
        return Now {
            keeps_name: life.has_name && is_in_grace,
            is_remembered: now_ms < forget_ms,
            ..holds(Status::Expired, Some(if is_in_grace { grace_ms } else { forget_ms }))
        };
    }
    let missed = |beats: i64| {
        let silence_ms = times.heartbeat_secs.saturating_mul(beats).saturating_mul(1000);
        life.seen_ms.saturating_add(silence_ms)
    };
    let (stale_ms, unreachable_ms) = (missed(times.stale_after), missed(times.unreachable_after));
    let until = |end: i64| Some(end.min(life.expires_ms));
    if now_ms < stale_ms {
        holds(Status::Active, until(stale_ms))
    } else if now_ms < unreachable_ms {
        holds(Status::Stale, until(unreachable_ms))
    } else {
        holds(Status::Unreachable, Some(life.expires_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    fn life(verdict: Option<&Verdict>) -> Life<'_> {
        Life { seen_ms: 0, expires_ms: 30 * DAY, has_name: true, verdict }
    }

    #[test]
    fn a_silent_node_goes_all_the_way() {
        let times = Times::default();
        let mut now_ms = 0;
        let mut story = Vec::new();
        loop {
            let now = at(life(None), &times, now_ms);
            story.push((now_ms / DAY, now.status, now.keeps_name));
            if !now.is_remembered {
                break;
            }
            let next_ms = now.next_ms.unwrap();
            // Nothing changes before the predicted time.
            assert_eq!(at(life(None), &times, next_ms - 1).status, now.status);
            now_ms = next_ms;
        }
        use Status::{Active, Expired, Stale, Unreachable};
        let want = [
            (0, Active, true),
            (3, Stale, true),
            (7, Unreachable, true),
            (30, Expired, true),
            (37, Expired, false),
            (127, Expired, false),
        ];
        assert_eq!(story, want);
    }

    #[test]
    fn verdicts() {
        let times = Times::default();
        let mut verdict = Verdict {
            is_revoked: false,
            reason: "spam".to_owned(),
            at_ms: 0,
            until_ms: Some(DAY),
            message: serde_json::Value::Null,
        };
        assert_eq!(at(life(Some(&verdict)), &times, DAY - 1).status, Status::Suspended);
        assert_eq!(at(life(Some(&verdict)), &times, DAY - 1).next_ms, Some(DAY));
        assert_eq!(at(life(Some(&verdict)), &times, DAY).status, Status::Active);
        verdict.until_ms = None;
        assert_eq!(at(life(Some(&verdict)), &times, 900 * DAY).status, Status::Suspended);
        verdict.is_revoked = true;
        let now = at(life(Some(&verdict)), &times, 900 * DAY);
        assert_eq!((now.status, now.keeps_name, now.next_ms), (Status::Revoked, true, None));
    }
}
