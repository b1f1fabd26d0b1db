//! The services that this program has, by name. The one place that names the apps.

use super::FolderError;
use imajin_ledger::{OpTable, StateMachine};
use imajin_service::views::ServiceViews;
use imajin_service::{Machine, Service, Services};
use std::sync::Arc;

/// Every service of this program.
pub fn all_services() -> Vec<Arc<dyn Service>> {
    vec![
        Arc::new(imajin_auth::Auth::new()),
        Arc::new(imajin_profile::Profile::new()),
        Arc::new(imajin_www::Www::new()),
    ]
}

/// The ones that are asked for, in this program's order. `auth` is always there: it keeps identities.
pub fn choose(names: &[String]) -> Result<Services, FolderError> {
    let all = all_services();
    if let Some(name) = names
        .iter()
        .find(|name| !all.iter().any(|service| service.name() == name.as_str()))
    {
        let known: Vec<&str> = all.iter().map(|service| service.name()).collect();
        return Err(FolderError::Service {
            name: name.clone(),
            known: known.join(", "),
        });
    }
    Ok(Services::new(all.into_iter().filter(|service| {
        service.name() == "auth" || names.iter().any(|name| name == service.name())
    })))
}

/// The operations of some services, as verifiers and writers know them.
pub fn op_table(services: &Services) -> Arc<OpTable> {
    imajin_ledger::StateMachine::ops(&Machine::new(services.clone()))
}

/// How the readable view of a bundle is made from a log.
pub fn bundle_views(services: &Services) -> ServiceViews {
    ServiceViews::new(services.clone())
}

/// What drives the ledger: the services that are asked for.
pub fn machine(names: &[String]) -> Result<Arc<dyn StateMachine>, FolderError> {
    Ok(Arc::new(Machine::new(choose(names)?)))
}
