//! The services that this program has, by name. The one place that names the apps.
//!
//! Another program may have more: it hands them to [`crate::run`].

use super::FolderError;
use crate::config::Config;
use imajin_app::access::check_budgeted;
use imajin_app::{Machine, Service, ServiceViews, Services};
use imajin_ledger::StateMachine;
use imajin_log::OpTable;
use imajin_registry::Registry;
use std::sync::{Arc, OnceLock};

/// Returns the services that a program has besides those of the node.
pub type MoreServices = fn() -> Vec<Arc<dyn Service>>;

/// This very program, also after an update has replaced its file.
const OWN_PROGRAM: &str = "/proc/self/exe";

/// The additional services of this program. Set once, because everything that reads a log or a setting has to know the same
/// services.
static MORE: OnceLock<MoreServices> = OnceLock::new();

/// Adds services to this program, before it does anything else. The first call counts.
pub(crate) fn add(more: MoreServices) {
    MORE.get_or_init(|| more);
}

fn more_services() -> Vec<Arc<dyn Service>> {
    MORE.get().map(|more| more()).unwrap_or_default()
}

/// Every service of this program, for callers that only read logs.
pub fn all_services() -> Vec<Arc<dyn Service>> {
    let mut all = services_with(
        Registry::default(),
        imajin_pay::Pay::new(),
        imajin_media::Settings::default(),
    );
    all.extend(more_services());
    all
}

fn services_with(
    registry: Registry,
    pay: imajin_pay::Pay,
    media: imajin_media::Settings,
) -> Vec<Arc<dyn Service>> {
    vec![
        Arc::new(imajin_auth::Auth::new()),
        Arc::new(imajin_agents::Agents),
        Arc::new(imajin_profile::Profile),
        Arc::new(imajin_connections::Connections),
        Arc::new(pay),
        Arc::new(imajin_coffee::Coffee),
        Arc::new(imajin_events::Events),
        Arc::new(imajin_chat::Chat),
        Arc::new(imajin_dykil::Dykil),
        Arc::new(imajin_essays::Essays),
        Arc::new(imajin_learn::Learn),
        Arc::new(imajin_links::Links),
        Arc::new(imajin_market::Market),
        Arc::new(imajin_media::Media::new(OWN_PROGRAM.into()).with_settings(media)),
        Arc::new(registry),
        Arc::new(imajin_away::Away),
        Arc::new(imajin_notify::Notify::new()),
        Arc::new(imajin_www::Www),
    ]
}

/// The services that the settings ask for.
pub struct ServiceSelection {
    /// The services in this program's order. Always includes `auth`, which keeps identities.
    pub services: Services,
    /// The registry, if it is one of them.
    pub registry: Option<Registry>,
}

/// The services that the settings ask for.
pub fn choose(config: &Config) -> Result<ServiceSelection, FolderError> {
    let registry = Registry::new(config.registry.settings());
    let pay =
        imajin_pay::Settings { private_addresses: config.private_addresses, ..config.pay.clone() };
    let pay = imajin_pay::Pay::from_settings(&pay).map_err(FolderError::Pay)?;
    let more = more_services();
    let is_more = |name: &str| more.iter().any(|service| service.name() == name);
    let mut all = services_with(registry.clone(), pay, config.media.clone());
    all.extend(more.iter().cloned());
    let budgets = config.budgets.read().map_err(FolderError::Budget)?;
    check_budgeted(all.iter().flat_map(|service| service.access()), &budgets).map_err(|op| {
        FolderError::Budget(format!(
            "`budgets.{op}`: no operation of this name adds entries to other people's records"
        ))
    })?;
    let names = &config.services;
    if let Some(name) =
        names.iter().find(|name| !all.iter().any(|service| service.name() == name.as_str()))
    {
        let all_names: Vec<&str> = all.iter().map(|service| service.name()).collect();
        return Err(FolderError::Service { name: name.clone(), known: all_names.join(", ") });
    }
    // Additional services always run, regardless of the settings: they are what makes the program another one.
    let runs = |name: &str| {
        names.is_empty()
            || name == imajin_log::ops::SERVICE
            || is_more(name)
            || names.iter().any(|one| one == name)
    };
    let services = Services::new(all.into_iter().filter(|service| runs(service.name())));
    Ok(ServiceSelection { registry: services.get(registry.name()).map(|_| registry), services })
}

/// The operations of some services, as verifiers and writers know them.
pub fn op_table(services: &Services) -> Arc<OpTable> {
    imajin_ledger::StateMachine::ops(&Machine::new(services.clone()))
}

/// Returns the readable views that a bundle is made with.
pub fn bundle_views(services: &Services) -> ServiceViews {
    ServiceViews::new(services.clone())
}

/// The state machine for the ledger, of the configured services.
pub fn machine(config: &Config) -> Result<Arc<dyn StateMachine>, FolderError> {
    Ok(Arc::new(Machine::new(choose(config)?.services)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use imajin_app::{Lang, operation};
    use imajin_log::{RequiredAuthority, TargetLog};
    use imajin_protocol::delegation::SCOPE_MAX;

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

    /// With `IMAJIN_WRITE_OPERATIONS=1` the pages are written instead.
    #[test]
    fn each_services_page_of_operations_is_what_its_types_declare() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations");
        let mut pages = Vec::new();
        let services = Services::new(all_services());
        for service in services.iter() {
            if service.operations().is_empty() {
                continue;
            }
            let page = operation::page(service.name(), service.operations(), services.words());
            let path = folder.join(service.name()).with_extension("md");
            if std::env::var_os("IMAJIN_WRITE_OPERATIONS").is_some() {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&path, &page).unwrap();
            }
            let kept = std::fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(
                kept,
                page,
                "{}: after a change of operations write it with IMAJIN_WRITE_OPERATIONS=1",
                path.display()
            );
            pages.push(path);
        }
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let is_made = pages.iter().any(|page| page.file_name() == path.file_name());
            assert!(is_made, "{}: no service declares this", path.display());
        }
    }

    /// Declarations are consistent: names, and examples that the operation itself accepts.
    #[test]
    fn every_declared_operation_reads_its_own_example() {
        let services = Services::new(all_services());
        let table = op_table(&services);
        for service in services.iter() {
            let has_tables = !service.projection().schema.is_empty();
            let takes_entries = !service.operations().is_empty();
            assert!(has_tables || !takes_entries, "{} enters nothing", service.name());
            for declaration in service.operations() {
                let op = declaration.spec.op;
                assert!(imajin_protocol::naming::is_op_of(service.name(), op), "{op}");
                assert!(!declaration.about.is_empty(), "{op} says nothing of itself");
                for member in declaration.members {
                    assert!(!member.about.is_empty(), "{op}: {} says nothing", member.name);
                }
                for derivation in declaration.spec.derives {
                    assert!(table.get(derivation.op).is_some(), "{op}: {}", derivation.op);
                }
                assert_eq!(declaration.reads_its_sample(), Ok(()), "{op}");
            }
        }
    }

    #[test]
    fn each_operation_has_words_of_its_app() {
        let services = Services::new(all_services());
        let table = op_table(&services).to_json().unwrap();
        let table: serde_json::Value = serde_json::from_str(&table).unwrap();
        let operations = table["operations"].as_array().unwrap();
        assert!(operations.len() > 100);
        for op in operations.iter().map(|spec| spec["op"].as_str().unwrap()) {
            let label = services.words().operation(op);
            assert_ne!(label, op, "a record would show the name of this operation");
        }
    }

    #[test]
    fn no_message_is_of_an_operation_that_is_not_and_each_place_has_a_label() {
        let services = Services::new(all_services());
        let table = op_table(&services);
        for manifest in services.manifests() {
            for id in manifest.texts.iter().flat_map(|texts| texts.ids(Lang::En)) {
                let op = id.strip_prefix("op-").or(id.strip_prefix("scope-"));
                let op = op.map(|op| format!("{}.{}", manifest.name, op.replace('-', ".")));
                let is_known = op.as_ref().is_none_or(|op| table.get(op).is_some());
                assert!(is_known, "{}: {id} names no operation", manifest.name);
            }
            for kind in manifest.notices {
                let text = services.words().get(manifest.name, kind.message);
                assert!(text.is_some(), "{}: no text for {}", manifest.name, kind.name);
            }
            for link in manifest.navigation {
                let text = services.words().get(manifest.name, link.message);
                assert!(text.is_some(), "{}: no text for {}", manifest.name, link.href);
            }
        }
    }

    #[test]
    fn each_notification_names_who_did_it_in_every_language() {
        let services = Services::new(all_services());
        let mut messages = 0;
        for service in services.iter() {
            let name = service.name();
            for tells in service.tells() {
                assert!(
                    services.declaration(tells.op).is_some()
                        || op_table(&services).get(tells.op).is_some(),
                    "{}",
                    tells.op
                );
                let texts = service.manifest().texts.unwrap();
                for message in tells.messages() {
                    for lang in Lang::ALL {
                        let is_there = texts.ids(lang).iter().any(|id| id == message);
                        assert!(is_there, "{name}: {message} is missing in {lang:?}");
                        for count in [1, 2] {
                            let args = imajin_app::args![who = "Ben", count = count];
                            let text = texts.for_reader(lang).format(message, args);
                            assert!(text.contains("Ben"), "{name}: {message}: {text}");
                        }
                        messages += 1;
                    }
                }
            }
        }
        assert!(messages > 40, "{messages}");
    }

    #[test]
    fn what_is_open_to_programs_stays_in_its_owners_record() {
        let services = Services::new(all_services());
        let mut scopes = 0;
        for service in services.iter() {
            let (name, agents) = (service.name(), service.manifest().agents);
            for write in agents.writes {
                let op = format!("{name}.{write}");
                let declaration = service.declaration(&op).expect(&op);
                let spec = &declaration.spec;
                let is_own = |row: &imajin_log::Derivation| row.target == TargetLog::SameLog;
                assert!(spec.derives.iter().all(is_own), "{op} reaches others");
                assert_eq!(spec.by, RequiredAuthority::Any, "{op}");
                assert!(declaration.needs.is_none(), "{op}");
                let scope = format!("scope-{}", write.replace('.', "-"));
                assert!(services.words().get(name, &scope).is_some(), "{op}");
            }
            let document = format!("../apps/{name}/openapi.json");
            let document = Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
            let document = std::fs::read(document).unwrap();
            let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
            for path in agents.reads {
                assert!(document["paths"][path]["get"].is_object(), "{name}: {path}");
            }
            // The scope of reading must not be the name of an operation as well.
            let reads = service.declaration(&format!("{name}.read"));
            assert!(agents.reads.is_empty() || reads.is_none(), "{name}");
            scopes += agents.writes.len() + usize::from(!agents.reads.is_empty());
        }
        assert!((30..=SCOPE_MAX).contains(&scopes), "{scopes}");
    }

    #[test]
    fn no_two_services_have_a_port_or_a_section_in_common() {
        let services = Services::new(all_services());
        let mut ports = std::collections::BTreeSet::new();
        let mut sections = std::collections::BTreeSet::new();
        for manifest in services.manifests() {
            let name = manifest.name;
            assert!(ports.insert(manifest.ports.dev), "{name}");
            assert!(ports.insert(manifest.ports.prod), "{name}");
            let section = manifest.section;
            assert!(section.is_none_or(|section| sections.insert(section)), "{name}");
        }
    }

    #[tokio::test]
    async fn no_service_can_be_mistaken_for_a_person() {
        let node = imajin_edge::testing::TestNode::start(all_services(), Default::default(), 9)
            .await
            .unwrap();
        for name in all_services().iter().map(|service| service.name()) {
            let state = node.node.handle(name).unwrap().unwrap();
            let is_refused = matches!(state, imajin_app::HandleState::Refused(_));
            assert!(is_refused, "@{name} could be claimed: reserve the word");
        }
    }

    #[test]
    fn no_name_means_all_services_and_auth_is_among_those_of_any_names() {
        let chosen = |text: &str| {
            let config = crate::config::check(Path::new("f.toml"), text).unwrap();
            let chosen = choose(&config).map_err(|error| error.to_string()).unwrap();
            let names = chosen.services.iter().map(|service| service.name());
            names.collect::<Vec<_>>()
        };
        let all: Vec<_> = all_services().iter().map(|one| one.name()).collect();
        assert_eq!(chosen(""), all, "the default");
        assert_eq!(chosen("services = []"), all);
        assert_eq!(chosen(r#"services = ["www"]"#), ["auth", "www"]);
    }

    #[test]
    fn a_budget_of_no_operation_is_named() {
        let choose_with = |text: &str| {
            let text = format!("[budgets]\n{text}");
            let config = crate::config::check(Path::new("f.toml"), &text).unwrap();
            choose(&config).map(drop).map_err(|error| error.to_string())
        };
        assert_eq!(choose_with("pay.settle = [20000, 500]\nevents.buy = [0, 0]"), Ok(()));
        for op in ["pay.setle", "pay.receipt", "auth.profile.update"] {
            let message = choose_with(&format!("{op} = [2, 1]")).unwrap_err();
            assert!(message.contains(&format!("`budgets.{op}`")), "{message}");
        }
    }
}
