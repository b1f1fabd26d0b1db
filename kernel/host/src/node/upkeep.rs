//! The upkeep of the box, and whether the node may sell.

use std::sync::{Arc, OnceLock};

use imajin_app::{Node, Problem, extension};

use crate::alarms::Alarms;
use crate::upkeep::{Sales, Upkeep};

/// The cell that the program fills once.
type Cell = Arc<OnceLock<Arc<dyn Upkeep>>>;

/// The alarms of a node, its sales, and the upkeep of its box.
#[extension(pub trait OwnUpkeep)]
impl Node {
    /// Whether sales are closed, because an older copy was restored and the payment provider has not yet reported what
    /// was sold.
    fn sales_are_closed(&self) -> bool {
        self.part::<Sales>().are_closed()
    }

    /// Reopens sales, once all earlier sales are known.
    fn open_sales(&self) -> Result<(), Problem> {
        self.part::<Sales>().reopen().map_err(Problem::internal)
    }

    /// The owner's alarms.
    fn alarms(&self) -> &Alarms {
        self.part::<Arc<Alarms>>()
    }

    /// Sets the upkeep of the box; the program calls this once, at its start.
    fn set_upkeep(&self, upkeep: Arc<dyn Upkeep>) {
        let _ = self.part::<Cell>().set(upkeep);
    }

    /// The upkeep of the box, if the program set it.
    fn upkeep(&self) -> Option<&Arc<dyn Upkeep>> {
        self.part::<Cell>().get()
    }
}
