//! Who looks after the box, and whether it may sell.

use std::sync::Arc;

use super::Node;
use crate::problem::Problem;
use crate::upkeep::Upkeep;

impl Node {
    /// Whether nothing may be sold, since an older copy was put in place and the provider has not told yet what was sold.
    pub fn sales_are_closed(&self) -> bool {
        self.0.sales.are_closed()
    }

    /// Nothing that was sold is unknown here any more.
    pub fn open_sales(&self) -> Result<(), Problem> {
        self.0.sales.reopen().map_err(Problem::internal)
    }

    /// Who looks after the box: the program says so once, at its start.
    pub fn set_upkeep(&self, upkeep: Arc<dyn Upkeep>) {
        let _ = self.0.upkeep.set(upkeep);
    }

    /// Who looks after the box, where the program does.
    pub fn upkeep(&self) -> Option<&Arc<dyn Upkeep>> {
        self.0.upkeep.get()
    }
}
