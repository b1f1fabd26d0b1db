//! The upkeep of the box, and whether the node may sell.

use std::sync::{Arc, OnceLock};

use crate::app::node::Node;
use crate::app::problem::Problem;
use crate::host::alarms::Alarms;
use crate::host::upkeep::{Sales, Upkeep};

/// The cell that the program fills once.
type Cell = Arc<OnceLock<Arc<dyn Upkeep>>>;

impl Node {
    /// Whether sales are closed, because an older copy was restored and the payment provider has not yet reported what
    /// was sold.
    pub fn sales_are_closed(&self) -> bool {
        self.part::<Sales>().are_closed()
    }

    /// Reopens sales, once all earlier sales are known.
    pub fn open_sales(&self) -> Result<(), Problem> {
        self.part::<Sales>().reopen().map_err(Problem::internal)
    }

    /// The owner's alarms.
    pub fn alarms(&self) -> &Alarms {
        self.part::<Arc<Alarms>>()
    }

    /// Sets the upkeep of the box; the program calls this once, at its start.
    pub fn set_upkeep(&self, upkeep: Arc<dyn Upkeep>) {
        let _ = self.part::<Cell>().set(upkeep);
    }

    /// The upkeep of the box, if the program set it.
    pub fn upkeep(&self) -> Option<&Arc<dyn Upkeep>> {
        self.part::<Cell>().get()
    }
}
