//! The node tells registries of itself (WIRE.md §8): it registers, says once a day that it is there, and renews in time.
//!
//! Always: nothing else of the node waits for this or depends on it. Each registry is served by itself, so that a dead
//! one is in nobody's way; what fails is tried again with growing pauses, and said calmly. The registration is bound to
//! the node's key, and where the node's identity chain names that key, the chain goes along.
//!
//! | file | what |
//! |---|---|
//! | [`attest`] | which program runs, what the node says of itself, signatures |
//! | `attempt` | one registration or heartbeat, and what comes of it |
//! | `home` | at which address the box is found at home |
//! | `wire` | a registry over HTTP |
//! | `pace` | when the next attempt is due |

mod attempt;
pub mod attest;
mod home;
mod pace;
mod wire;

use crate::config::RegistriesConfig;
use crate::open::NODE_FOLDER;
use attempt::Attempt;
use attest::{About, Program};
use imajin_registry::enrolment::{self, Standing};
use imajin_service::blocking;
use imajin_service::node::Node;
use imajin_service::outgoing::Allowed;
use serde_json::json;
use std::collections::HashSet;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use wire::Wire;

/// How soon a choice of the owner's is seen.
const LOOK: Duration = Duration::from_secs(2);

/// Tells registries until told to stop.
pub async fn run(node: Node, settings: RegistriesConfig, mut stopped: watch::Receiver<bool>) {
    let folder = node.data().join(NODE_FOLDER);
    let standings = enrolment::standings(&folder).unwrap_or_else(|error| {
        // What is lost is when each was told last: they are told again.
        tracing::warn!(%error, "what is known of the registries cannot be read");
        Vec::new()
    });
    let told = node
        .metrics()
        .gauge("registries", "Registries that the node tells of itself");
    let reached = node.metrics().gauge(
        "registries_reached",
        "Registries that answered well the last time that they were asked",
    );
    let mut keeper = Keeper {
        node,
        settings,
        folder,
        standings,
        busy: HashSet::new(),
        attempts: JoinSet::new(),
        about: None,
        unreadable: false,
    };
    while !*stopped.borrow() {
        keeper.look().await;
        told(keeper.standings.len());
        reached(keeper.standings.iter().filter(|one| one.is_well()).count());
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            Some(ended) = keeper.attempts.join_next() => keeper.take(ended),
            // An error means that the sender is gone, which is a stop as well.
            _ = stopped.wait_for(|stop| *stop) => return,
        }
    }
}

/// Has a registry enter in its DNS what a certificate authority is to read at this node's name (RFC 8555 §8.4), or take it
/// away. Whether its provider has it by now; why not, in a few words.
pub async fn challenge(node: &Node, url: &str, text: Option<&str>) -> Result<bool, String> {
    let asked = json!({ "nodeId": node.did().as_str(), "challenge": text });
    let asked = attest::sign(&node.key().key, asked, node.now().as_millis());
    let wire = Wire::new(Allowed::of(node), url).map_err(|trouble| trouble.to_string())?;
    let answer = wire.post("node/challenge", &asked).await;
    Ok(answer.map_err(|trouble| trouble.to_string())?["set"] == true)
}

/// All registries of this node.
struct Keeper {
    node: Node,
    settings: RegistriesConfig,
    folder: PathBuf,
    standings: Vec<Standing>,
    /// Those that an attempt is under way with.
    busy: HashSet<String>,
    attempts: JoinSet<Standing>,
    /// Made when there is a registry to tell.
    about: Option<Arc<About>>,
    /// Said once.
    unreadable: bool,
}

impl Keeper {
    /// Begins what is due.
    async fn look(&mut self) {
        let choice = match enrolment::choice(&self.folder) {
            Ok(choice) => choice,
            Err(error) => {
                if !std::mem::replace(&mut self.unreadable, true) {
                    tracing::warn!(%error, "the owner's choice of registries cannot be read; the settings count");
                }
                Default::default()
            }
        };
        let urls = self.settings.urls();
        let wanted = enrolment::wanted(&urls, &choice);
        let home = enrolment::home(&self.settings.home, &urls, &choice);
        let before = self.standings.len();
        self.standings.retain(|one| wanted.contains(&one.url));
        let mut is_changed = self.standings.len() != before;
        for url in &wanted {
            if !self.standings.iter().any(|one| one.url == *url) {
                self.standings.push(Standing::new(url));
                is_changed = true;
            }
        }
        for one in &mut self.standings {
            let is_home = home.as_ref() == Some(&one.url);
            is_changed |= std::mem::replace(&mut one.home, is_home) != is_home;
        }
        if is_changed {
            self.note();
        }
        if self.standings.is_empty() {
            return;
        }
        let Some(about) = self.about().await else {
            return;
        };
        let now_ms = self.node.now().as_millis();
        for standing in self.standings.clone() {
            let addresses = self.addresses(&standing);
            if !self.is_due(&standing, &about.digest(&addresses), now_ms) {
                continue;
            }
            self.busy.insert(standing.url.clone());
            let attempt = Attempt {
                node: self.node.clone(),
                about: Arc::clone(&about),
                settings: self.settings.clone(),
                addresses,
            };
            self.attempts.spawn(attempt.run(standing));
        }
    }

    /// Where the node's name at a registry is to lead: as the settings say, else home, where the owner wants that.
    fn addresses(&self, one: &Standing) -> Vec<IpAddr> {
        match self.settings.addresses.is_empty() && one.home {
            true => home::address(&self.node.network().now())
                .into_iter()
                .collect(),
            false => self.settings.addresses.clone(),
        }
    }

    /// What is attested differently by now (another address at home) is told soon. A moment further away than any pause
    /// is from a clock that went wrong.
    fn is_due(&self, one: &Standing, digest: &str, now_ms: i64) -> bool {
        let longest_ms = pace::longest_ms(&self.settings);
        let soon_ms = one.renewed_ms.unwrap_or_default() + pace::soon_ms(&self.settings);
        let is_news = one.is_well() && one.attested != digest && soon_ms <= now_ms;
        !self.busy.contains(&one.url)
            && (is_news || one.next_ms <= now_ms || one.next_ms > now_ms + longest_ms)
    }

    async fn about(&mut self) -> Option<Arc<About>> {
        if self.about.is_none() {
            // Reads the whole program.
            let program = blocking::run(Program::running).await;
            match program {
                Ok(Ok(program)) => {
                    let about = About::new(&self.node, &self.settings, program);
                    self.about = Some(Arc::new(about));
                }
                Ok(Err(error)) => {
                    tracing::warn!(%error, "this program cannot be read, so no registry is told of it")
                }
                Err(problem) => tracing::error!(%problem, "reading this program broke off"),
            }
        }
        self.about.clone()
    }

    fn take(&mut self, ended: Result<Standing, tokio::task::JoinError>) {
        match ended {
            Ok(after) => {
                self.busy.remove(&after.url);
                // One that was left meanwhile is not there any more.
                if let Some(slot) = self.standings.iter_mut().find(|one| one.url == after.url) {
                    report(slot, &after);
                    let after = Standing {
                        home: slot.home,
                        ..after
                    };
                    *slot = after;
                    self.note();
                }
            }
            Err(error) => {
                tracing::error!(%error, "telling a registry broke off");
                // Whose it was is not said: all may be tried again.
                self.busy.clear();
            }
        }
    }

    fn note(&self) {
        if let Err(error) = enrolment::note(&self.folder, &self.standings) {
            tracing::warn!(%error, "how the registries stand cannot be noted");
        }
    }
}

/// Says what changed, once.
fn report(before: &Standing, after: &Standing) {
    let registry = &after.url;
    match (&before.failure, &after.failure) {
        (None, Some(why)) => tracing::info!(
            registry,
            "{why}; the node works without it, and tries again"
        ),
        (Some(_), None) => tracing::info!(registry, "reached again"),
        (None, None) if before.since_ms.is_none() => tracing::info!(registry, "{}", after.says()),
        _ => {}
    }
    if after.upgrade && !before.upgrade {
        tracing::info!(
            registry,
            "the registry asks for a newer version of this program"
        );
    }
}
