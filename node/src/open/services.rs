//! The services that this program has, by name. The one place that names the apps.

use super::FolderError;
use crate::config::Config;
use imajin_ledger::{OpTable, StateMachine};
use imajin_registry::Registry;
use imajin_service::access::check_budgeted;
use imajin_service::views::ServiceViews;
use imajin_service::{Machine, Service, Services};
use std::sync::Arc;

/// Every service of this program, for those who only read what stands in logs.
pub fn all_services() -> Vec<Arc<dyn Service>> {
    services_with(Registry::default(), imajin_pay::Pay::new())
}

fn services_with(registry: Registry, pay: imajin_pay::Pay) -> Vec<Arc<dyn Service>> {
    vec![
        Arc::new(imajin_auth::Auth::new()),
        Arc::new(imajin_profile::Profile::new()),
        Arc::new(imajin_connections::Connections::new()),
        Arc::new(pay),
        Arc::new(imajin_events::Events::new()),
        Arc::new(registry),
        Arc::new(imajin_www::Www::new()),
    ]
}

/// The services that the settings ask for.
pub struct Chosen {
    /// In this program's order. `auth` is always there: it keeps identities.
    pub services: Services,
    /// The registry, where it is one of them.
    pub registry: Option<Registry>,
}

/// The services that the settings ask for.
pub fn choose(config: &Config) -> Result<Chosen, FolderError> {
    let registry = Registry::new(config.registry.settings());
    let pay = imajin_pay::Pay::with(&config.pay.settings(config.private_addresses))
        .map_err(FolderError::Pay)?;
    let all = services_with(registry.clone(), pay);
    let budgets = config.budgets.read().map_err(FolderError::Budget)?;
    check_budgeted(&all, &budgets).map_err(|op| {
        FolderError::Budget(format!(
            "`budgets.{op}`: there is no operation of this name that leaves entries in the records of others"
        ))
    })?;
    let names = &config.services;
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
    let services = Services::new(all.into_iter().filter(|service| {
        service.name() == "auth" || names.iter().any(|name| name == service.name())
    }));
    let registry = services.get(registry.name()).map(|_| registry);
    Ok(Chosen { services, registry })
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
pub fn machine(config: &Config) -> Result<Arc<dyn StateMachine>, FolderError> {
    Ok(Arc::new(Machine::new(choose(config)?.services)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// With `IMAJIN_WRITE_OPERATIONS=1` the file is written instead.
    #[test]
    fn operations_json_is_what_the_services_declare() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations.json");
        let table = op_table(&Services::new(all_services()));
        let text = table.to_json().unwrap();
        OpTable::from_json(&text).unwrap();
        if std::env::var_os("IMAJIN_WRITE_OPERATIONS").is_some() {
            std::fs::write(&path, text).unwrap();
            return;
        }
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            text,
            "{}: after a change of operations write it with IMAJIN_WRITE_OPERATIONS=1",
            path.display()
        );
    }

    #[test]
    fn a_budget_of_no_operation_is_named() {
        let chosen = |text: &str| {
            let text = format!("[budgets]\n{text}");
            let config = crate::config::check(Path::new("f.toml"), &text).unwrap();
            choose(&config).map(drop).map_err(|error| error.to_string())
        };
        assert_eq!(
            chosen("pay.settle = [20000, 500]\nevents.buy = [0, 0]"),
            Ok(())
        );
        for op in ["pay.setle", "pay.receipt", "auth.profile.update"] {
            let said = chosen(&format!("{op} = [2, 1]")).unwrap_err();
            assert!(said.contains(&format!("`budgets.{op}`")), "{said}");
        }
    }
}
