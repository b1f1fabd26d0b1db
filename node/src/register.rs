//! The node's registrations (docs/api.md, "Registry"): it registers, sends a heartbeat once a day, and renews in time.
//!
//! Always: nothing else of the node waits for a registry or depends on it. Each registry has its own task, so a dead
//! one delays no other. Failures are retried with growing pauses and reported calmly. The registration is bound to the
//! node's key; if the node's identity chain names that key, the registration includes the chain.
//!
//! | file | what |
//! |---|---|
//! | [`attest`] | the running program, the attestation, signatures |
//! | `attempt` | one registration or heartbeat, and its result |
//! | `home` | the address of the box at home |
//! | `pace` | when the next attempt is due |

mod attempt;
pub mod attest;
mod home;
mod pace;
mod registrations;

use crate::config::RegistriesConfig;
use crate::tunnel::Plan;
use attempt::Attempt;
use attest::{About, NameTarget, Program};
use imajin_app::{Node, blocking};
use imajin_box::folder::NODE_FOLDER;
use imajin_box::settings::is_host_name;
use imajin_edge::tunnel::OWNED_NAMES_MAX;
use imajin_host::network::RegistryState;
use imajin_host::own_name;
use imajin_host::prelude::*;
use imajin_host::registries;
use imajin_host::stop::Stop;
use imajin_registry::enrolment::{self, Registration};
pub use registrations::registrations;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

/// Interval between two checks of the owner's choice.
const LOOK: Duration = Duration::from_secs(2);

/// Keeps the registrations until the node stops. Sends the tunnels that are wanted as `plans`, and hears which registries
/// begin to refuse theirs as `refusing`.
pub async fn run(
    node: Node,
    settings: RegistriesConfig,
    plans: watch::Sender<Vec<Plan>>,
    mut refusing: mpsc::Receiver<String>,
    stop: Stop,
) {
    let folder = node.data().join(NODE_FOLDER);
    let mut registrations = enrolment::registrations(&folder).unwrap_or_else(|error| {
        // Only the times of the last attempts are lost, so every registry gets a new one.
        tracing::warn!(%error, "the file with the registrations cannot be read");
        Vec::new()
    });
    // At each start: whether this is an old copy of the data shows by what the registry heard last. And the owner may have
    // changed the settings that one refused, or its box was long without the internet.
    for one in &mut registrations {
        one.next_ms = one.next_ms.min(node.now().as_millis());
    }
    let registry_gauge =
        node.metrics().gauge("registries", "Registries that the node tells of itself");
    let reached_gauge = node.metrics().gauge(
        "registries_reached",
        "Registries that answered well the last time that they were asked",
    );
    let mut keeper = Registrar {
        node,
        settings,
        folder,
        registrations,
        own_names: Vec::new(),
        plans,
        tunnels: Vec::new(),
        busy: HashSet::new(),
        pauses: HashMap::new(),
        attempts: JoinSet::new(),
        about: None,
        unreadable: false,
        unreadable_tunnels: false,
    };
    while !stop.is_given() {
        keeper.look().await;
        registry_gauge(keeper.registrations.len());
        reached_gauge(keeper.registrations.iter().filter(|one| one.is_well()).count());
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            Some(ended) = keeper.attempts.join_next() => keeper.take(ended),
            Some(url) = refusing.recv() => keeper.hasten(&url),
            () = stop.given() => return,
        }
    }
}

/// All registries of this node.
struct Registrar {
    node: Node,
    settings: RegistriesConfig,
    folder: PathBuf,
    registrations: Vec<Registration>,
    /// The box's own names, as they could last be read.
    own_names: Vec<String>,
    /// The tunnels to registries that gave the node a name.
    plans: watch::Sender<Vec<Plan>>,
    /// Registries that are to carry connections to the box.
    tunnels: Vec<String>,
    /// Registries with a running attempt.
    busy: HashSet<String>,
    /// When the pause after each registry's last attempt ends, by the monotonic clock.
    pauses: HashMap<String, Duration>,
    attempts: JoinSet<Registration>,
    /// Made when the first registry is chosen.
    about: Option<Arc<About>>,
    /// Whether the choice was unreadable at the last check, so that the error is logged once.
    unreadable: bool,
    /// Whether the choice of tunnels was unreadable at the last check.
    unreadable_tunnels: bool,
}

impl Registrar {
    /// Starts the attempts that are due.
    async fn look(&mut self) {
        let choice = match enrolment::choice(&self.folder) {
            Ok(choice) => choice,
            Err(error) => {
                if !std::mem::replace(&mut self.unreadable, true) {
                    tracing::warn!(%error, "the owner's choice of registries cannot be read; the settings apply");
                }
                Default::default()
            }
        };
        let urls = self.settings.urls();
        let mut selected_urls = enrolment::selected(&urls, &choice);
        self.tunnels = self.read_tunnels(&selected_urls);
        for url in &self.tunnels {
            if !selected_urls.contains(url) {
                // The owner turned its tunnel on.
                if let Err(error) = enrolment::join_or_leave(&self.folder, url, true) {
                    tracing::warn!(%error, url, "the choice of a registry could not be saved");
                }
                selected_urls.push(url.clone());
            }
        }
        let home = enrolment::home_registry(&self.settings.home, &urls, &choice);
        let before = self.registrations.len();
        self.registrations.retain(|one| selected_urls.contains(&one.url));
        let mut is_changed = self.registrations.len() != before;
        for url in &selected_urls {
            if !self.registrations.iter().any(|one| one.url == *url) {
                self.registrations.push(Registration::new(url));
                is_changed = true;
            }
        }
        for one in &mut self.registrations {
            let is_home = home.as_ref() == Some(&one.url);
            is_changed |= std::mem::replace(&mut one.home, is_home) != is_home;
        }
        if is_changed {
            self.note();
        }
        self.plan();
        if self.registrations.is_empty() {
            return;
        }
        let Some(about) = self.describe_node().await else {
            return;
        };
        let now_ms = self.node.now().as_millis();
        for registration in self.registrations.clone() {
            let target = self.target(&registration);
            if !self.is_due(&registration, &about.digest(&target), now_ms) {
                continue;
            }
            self.busy.insert(registration.url.clone());
            let attempt = Attempt {
                node: self.node.clone(),
                about: Arc::clone(&about),
                settings: self.settings.clone(),
                target,
            };
            self.attempts.spawn(attempt.run(registration));
        }
    }

    /// The registries with a tunnel, by the owner's choice, else by the settings. While the choice cannot be read, nothing changes:
    /// the owner may have turned off what the settings name.
    fn read_tunnels(&mut self, selected_urls: &[String]) -> Vec<String> {
        let mut configured = self.settings.tunnels();
        configured.retain(|url| selected_urls.contains(url));
        let choice = registries::tunnels(&self.folder, &configured);
        let was_unreadable = std::mem::replace(&mut self.unreadable_tunnels, choice.is_err());
        choice.unwrap_or_else(|error| {
            if !was_unreadable {
                tracing::warn!(%error, "the owner's choice of tunnels cannot be read; the tunnels stay as they are");
            }
            self.tunnels.clone()
        })
    }

    /// Where the node's name at a registry is to lead: to the addresses of the settings, else to the box at home if the owner
    /// wants that; and, with a tunnel, to the registry.
    fn target(&self, one: &Registration) -> NameTarget {
        let addresses = if self.settings.addresses.is_empty() && one.home {
            home::address(&self.node.network().now()).into_iter().collect()
        } else {
            self.settings.addresses.clone()
        };
        NameTarget { addresses, tunnel: self.tunnels.contains(&one.url) }
    }

    /// Notes the registries for the owner, and sends the tunnels that are wanted, if they are others than before.
    fn plan(&mut self) {
        // While the choice cannot be read, visitors must not lose the name that they know.
        if let Ok(names) = own_name::names(&self.node.config().certified, &self.folder) {
            self.own_names = names;
        }
        let registries: Vec<RegistryState> = self
            .registrations
            .iter()
            .map(|one| RegistryState {
                url: one.url.clone(),
                // A registry's answer is only accepted in the form of a name.
                name: one.subdomain.clone().filter(|name| is_host_name(name)),
                failure: one.failure.clone(),
                has_tunnel: self.tunnels.contains(&one.url),
            })
            .collect();
        let with_tunnel = registries.iter().filter(|registry| registry.has_tunnel);
        let plans: Vec<Plan> = with_tunnel
            .filter_map(|registry| {
                let name = registry.name.clone()?;
                let own_names = self.own_names.iter().take(OWNED_NAMES_MAX).cloned();
                Some(Plan {
                    registry: registry.url.clone(),
                    names: std::iter::once(name).chain(own_names).collect(),
                })
            })
            .collect();
        if self.node.network().now().registries != registries {
            self.node.network().change(|place| place.registries = registries);
        }
        self.plans.send_if_modified(|current| {
            let is_changed = *current != plans;
            *current = plans;
            is_changed
        });
    }

    /// A changed attestation (another address at home) is sent soon.
    fn is_due(&self, one: &Registration, digest: &str, now_ms: i64) -> bool {
        let clock = (self.pauses.get(&one.url).copied(), self.node.monotonic());
        let soon_ms = one.renewed_ms.unwrap_or_default() + pace::soon_ms(&self.settings);
        let is_news = one.is_well() && one.attested != digest && soon_ms <= now_ms;
        !self.busy.contains(&one.url)
            && (is_news || pace::is_over(&self.settings, (one.next_ms, now_ms), clock))
    }

    async fn describe_node(&mut self) -> Option<Arc<About>> {
        if self.about.is_none() {
            // Reads the whole program.
            match blocking::run(Program::running).await {
                Ok(Ok(program)) => {
                    let about = About::new(&self.node, &self.settings, program);
                    self.about = Some(Arc::new(about));
                }
                Ok(Err(error)) => {
                    tracing::warn!(%error, "this program cannot be read, so the node registers with no registry")
                }
                Err(problem) => tracing::error!(%problem, "reading this program failed"),
            }
        }
        self.about.clone()
    }

    fn take(&mut self, ended: Result<Registration, tokio::task::JoinError>) {
        match ended {
            Ok(after) => {
                self.busy.remove(&after.url);
                let pause_ms = after.next_ms.saturating_sub(self.node.now().as_millis());
                let pause = Duration::from_millis(u64::try_from(pause_ms).unwrap_or_default());
                self.pauses.insert(after.url.clone(), self.node.monotonic() + pause);
                // The owner may have left the registry meanwhile.
                if let Some(slot) = self.registrations.iter_mut().find(|one| one.url == after.url) {
                    report(slot, &after);
                    *slot = Registration { home: slot.home, ..after };
                    self.note();
                }
            }
            Err(error) => {
                tracing::error!(%error, "a task for a registry failed");
                // The error doesn't name the registry, so all may be tried again.
                self.busy.clear();
            }
        }
    }

    /// Has a registry asked soon that did not answer before: it answers again, and may carry nothing until it has heard from
    /// the node. The pause after a long time without the internet is one of hours.
    fn hasten(&mut self, url: &str) {
        let now_ms = self.node.now().as_millis();
        let mut failing = self.registrations.iter_mut().filter(|one| !one.is_well());
        if let Some(one) = failing.find(|one| one.url == url) {
            one.next_ms = one.next_ms.min(now_ms);
        }
    }

    fn note(&self) {
        if let Err(error) = enrolment::save_registrations(&self.folder, &self.registrations) {
            tracing::warn!(%error, "the registrations could not be saved");
        }
    }
}

/// Logs each change once.
fn report(before: &Registration, after: &Registration) {
    let registry = &after.url;
    match (&before.failure, &after.failure) {
        (None, Some(why)) => {
            tracing::info!(registry, "{why}; the node works without it, and tries again")
        }
        (Some(_), None) => tracing::info!(registry, "reached again"),
        (None, None) if before.since_ms.is_none() => {
            tracing::info!(registry, "{}", after.summary())
        }
        _ => {}
    }
    if after.upgrade && !before.upgrade {
        tracing::info!(registry, "the registry asks for a newer version of this program");
    }
}
