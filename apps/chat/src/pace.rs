//! Rate limits of messages.

use imajin_app::{Node, Problem};
use imajin_host::rate::Buckets;
use imajin_protocol::Did;

use crate::fields::Kind;

/// Messages of a person in a minute, and as many at once.
const A_MINUTE: f64 = 30.0;
/// Messages a minute in the rooms of events, where hundreds read.
const A_MINUTE_IN_ROOMS: f64 = 10.0;
/// People who are remembered.
const PEOPLE: usize = 4_096;

/// The pace of everybody.
pub(crate) struct Pace {
    all: Buckets<Did>,
    rooms: Buckets<Did>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            all: Buckets::new(A_MINUTE / 60.0, A_MINUTE, PEOPLE),
            rooms: Buckets::new(A_MINUTE_IN_ROOMS / 60.0, A_MINUTE_IN_ROOMS, PEOPLE),
        }
    }
}

impl Pace {
    /// Counts a message.
    /// Errors: 429 with the time to wait.
    pub(crate) fn take(&self, node: &Node, who: &Did, kind: Kind) -> Result<(), Problem> {
        let now = node.monotonic();
        let too_many = |seconds| {
            Problem::too_many_of_yours(
                seconds,
                "You write faster than others can read. Wait a moment.",
            )
        };
        if kind == Kind::Event {
            self.rooms.take(who, now).map_err(too_many)?;
        }
        self.all.take(who, now).map_err(too_many)
    }
}
