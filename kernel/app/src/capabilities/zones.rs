//! The time zones that people chose for what reaches them.

use imajin_protocol::Did;

use crate::node::Node;
use crate::problem::Problem;
use crate::words::Zone;

/// The app that keeps people's time zones.
pub trait Zones: Send + Sync {
    /// The zone that a person chose.
    fn zone(&self, node: &Node, person: &Did) -> Result<Option<Zone>, Problem>;
}

impl Node {
    /// The zone that a person chose, if an app keeps such choices.
    pub fn zone_of(&self, person: &Did) -> Result<Option<Zone>, Problem> {
        self.ask::<dyn Zones, _>(|zones| zones.zone(self, person))
    }
}
