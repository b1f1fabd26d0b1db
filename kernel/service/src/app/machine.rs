//! The deterministic state machine that the ledger's writer drives, put together from the mounted services.
//!
//! Always: an operation belongs to the service named before its first dot; two services never declare the same
//! one. It must not know what any of them means.

use std::collections::HashMap;
use std::sync::Arc;

use imajin_ledger::{
    Applied, Command, Decide, OpTable, ProjectionSpec, Refusal, RefusalKind, StateMachine,
};
use rusqlite::Connection;

use crate::app::services::Services;

/// The mounted services as one state machine.
pub struct Machine {
    services: Services,
    ops: Arc<OpTable>,
    /// Operation → the services other than its own that apply it.
    subscribers: HashMap<&'static str, Vec<&'static str>>,
}

impl Machine {
    /// Puts the services together.
    pub fn new(services: Services) -> Self {
        let ops = Arc::new(OpTable::new(
            services.iter().flat_map(|service| service.specs()),
        ));
        let mut subscribers: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
        for service in services.iter() {
            for op in service.subscribes() {
                subscribers.entry(op).or_default().push(service.name());
            }
        }
        Self {
            services,
            ops,
            subscribers,
        }
    }

    /// The services.
    pub fn services(&self) -> &Services {
        &self.services
    }
}

impl StateMachine for Machine {
    fn ops(&self) -> Arc<OpTable> {
        Arc::clone(&self.ops)
    }

    fn projections(&self) -> Vec<ProjectionSpec> {
        self.services
            .iter()
            .map(|service| service.projection())
            .collect()
    }

    fn decide(&self, ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
        match self.services.get(&command.service) {
            Some(service) => service.decide(ctx, command),
            None => Err(Refusal {
                kind: RefusalKind::NotFound,
                field: Some("service".to_owned()),
                message: format!("This node has no service {:?}.", command.service),
                extra: None,
            }),
        }
    }

    fn apply(&self, service: &str, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        match self.services.get(service) {
            Some(service) => service.take(db, entry),
            // An entry of a service that is not mounted here: it stays in the log and is nobody's row.
            None => Ok(()),
        }
    }

    fn subscribers(&self, op: &str) -> &[&'static str] {
        self.subscribers.get(op).map_or(&[], Vec::as_slice)
    }
}
