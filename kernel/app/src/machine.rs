//! The deterministic state machine that the ledger's writer drives, put together from the mounted services.
//!
//! Always: an operation belongs to the service named before its first dot; two services never declare the same one. The
//! machine must not know what any operation means.

use std::collections::HashMap;
use std::sync::Arc;

use imajin_ledger::{Command, Decide, ProjectionSpec, Refusal, RefusalKind, StateMachine};
use imajin_log::{Applied, OpTable};
use rusqlite::Connection;

use crate::services::Services;

/// The mounted services as one state machine.
pub struct Machine {
    services: Services,
    ops: Arc<OpTable>,
    /// Operation → the services other than its own that apply it.
    subscribers: HashMap<&'static str, Vec<&'static str>>,
}

impl Machine {
    /// Makes the machine of these services.
    pub fn new(services: Services) -> Self {
        let ops = Arc::new(OpTable::new(services.iter().flat_map(|service| service.specs())));
        let mut subscribers: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
        for service in services.iter() {
            for op in service.subscribes() {
                subscribers.entry(op).or_default().push(service.name());
            }
        }
        for keeper in services.iter().filter(|one| one.keeps_notices().is_some()) {
            let others = services.iter().filter(|one| one.name() != keeper.name());
            for tells in others.flat_map(|teller| teller.tells()) {
                let hears = subscribers.entry(tells.op).or_default();
                if !hears.contains(&keeper.name()) {
                    hears.push(keeper.name());
                }
            }
        }
        Self { services, ops, subscribers }
    }
}

impl StateMachine for Machine {
    fn ops(&self) -> Arc<OpTable> {
        Arc::clone(&self.ops)
    }

    fn projections(&self) -> Vec<ProjectionSpec> {
        self.services.iter().map(|service| service.projection()).collect()
    }

    fn decide(&self, ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
        match self.services.get(&command.service) {
            Some(service) => service.decide(ctx, command),
            None => {
                let text = format!("This node has no service {:?}.", command.service);
                Err(Refusal::new(RefusalKind::NotFound, text).field("service"))
            }
        }
    }

    fn apply(&self, service: &str, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        match self.services.get(service) {
            Some(service) => {
                service.take(db, entry)?;
                match (service.keeps_notices(), self.services.get(entry.service)) {
                    (Some(keep), Some(teller)) => keep(db, entry, &teller.entry_notices(entry)),
                    _ => Ok(()),
                }
            }
            // An entry of a service that is not mounted here stays in the log and fills no table.
            None => Ok(()),
        }
    }

    fn subscribers(&self, op: &str) -> &[&'static str] {
        self.subscribers.get(op).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use parking_lot::Mutex;

    use imajin_dfos::Timestamp;
    use imajin_log::{Offset, Seq, WillKind};
    use imajin_protocol::Did;

    use super::*;
    use crate::data_rights::HoldsNothing;
    use crate::manifest::{Manifest, Ports};
    use crate::node::Node;
    use crate::notices::{About, KeepNotices, Notice, Tells, To};
    use crate::routing::OpenApiRouter;
    use crate::service::Service;

    const PORTS: Ports = Ports::new(1, 2);
    static TELLER: Manifest = Manifest::new("teller", PORTS);
    static KEEPER: Manifest = Manifest::new("keeper", PORTS);
    static KEPT: Mutex<Vec<Notice>> = Mutex::new(Vec::new());

    struct Teller;
    struct Keeper;

    impl HoldsNothing for Teller {}
    impl HoldsNothing for Keeper {}

    impl Service for Teller {
        fn manifest(&self) -> &'static Manifest {
            &TELLER
        }

        fn tells(&self) -> &'static [Tells] {
            const TELLS: &[Tells] = &[Tells::new("teller.told", "told", &[])];
            TELLS
        }

        fn notices(&self, entry: &Applied<'_>) -> Vec<Notice> {
            let room = To::Everybody(entry.author.clone());
            vec![Notice::for_owner(entry, About::Event).urgent().to(room)]
        }

        fn routes(&self, _: Node) -> OpenApiRouter {
            OpenApiRouter::new()
        }
    }

    impl Service for Keeper {
        fn manifest(&self) -> &'static Manifest {
            &KEEPER
        }

        fn keeps_notices(&self) -> Option<KeepNotices> {
            Some(|_, _, notices| {
                let mut kept = KEPT.lock();
                kept.extend_from_slice(notices);
                Ok(())
            })
        }

        fn routes(&self, _: Node) -> OpenApiRouter {
            OpenApiRouter::new()
        }
    }

    #[test]
    fn what_a_service_tells_reaches_the_one_that_keeps_it_and_no_other() {
        let services: [Arc<dyn Service>; 2] = [Arc::new(Teller), Arc::new(Keeper)];
        let machine = Machine::new(Services::new(services));
        assert_eq!(machine.subscribers("teller.told"), ["keeper"]);
        assert!(machine.subscribers("teller.quiet").is_empty());
        let (did, author) = (Did::from_key(&[1; 32]), Did::from_key(&[2; 32]));
        let entry = |op: &'static str| Applied {
            offset: Offset(7),
            did: &did,
            seq: Seq(3),
            at: Timestamp::MIN,
            service: TELLER.name,
            op,
            reference: Some("id_1"),
            body: None,
            fact: None,
            author: &author,
            will: WillKind::Derived,
        };
        let db = Connection::open_in_memory().unwrap();
        for (service, op) in
            [("teller", "teller.told"), ("keeper", "teller.told"), ("keeper", "teller.quiet")]
        {
            machine.apply(service, &db, &entry(op)).unwrap();
        }
        let notice = Notice {
            to: To::Everybody(author.clone()),
            about: About::Event,
            reference: Some("id_1".to_owned()),
            urgent: true,
            once: false,
        };
        assert_eq!(*KEPT.lock(), [notice]);
    }
}
