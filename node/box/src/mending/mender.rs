//! The running node mends damaged records, for the command line and for its owner's page.
//!
//! Always: one repair at a time. A record is verified again before it is reported as mended, and the result is kept
//! until the next repair.

use super::{Copies, CopyRequest, CopySet, Progress, find, left, line, mend};
use crate::backup::{BackupPlace, Catalogue, choice, friend_host};
use crate::failure::{Failure, Outcome};
use crate::identity::NodeIdentity;
use crate::settings::{BoxConfig, is_friend};
use imajin_app::task::boxed;
use imajin_app::{Node, Problem, blocking};
use imajin_host::scrub::{self, Damage, Scrub};
use imajin_host::upkeep::{Mending, MendingDone, MendingSource};
use imajin_ledger::stick::Stick;
use imajin_protocol::Did;
use parking_lot::Mutex;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// Name of the repair's folder under `import/` in the data folder, while the node runs.
const ID: &str = "mending";
/// ID of the source "newest whole backup at the configured place".
const BACKUP: &str = "backup";
/// Prefix of a source's id before a stick's name.
const STICK: &str = "stick:";

/// Mends for a running node. Cheap to clone.
#[derive(Clone)]
pub struct Mender(Arc<Inner>);

struct Inner {
    node: Node,
    config: BoxConfig,
    identity: NodeIdentity,
    /// The rounds that verify the records again after a repair; unset if the node does not serve.
    scrub: OnceLock<Scrub>,
    now: Mutex<Now>,
}

#[derive(Default)]
struct Now {
    /// Description of the current repair.
    running: Option<String>,
    last: Option<MendingDone>,
}

/// Locked during a repair.
struct Turn(Mender);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.0.now.lock().running = None;
    }
}

impl Mender {
    /// Makes the mender of a running node.
    pub fn new(node: &Node, config: &BoxConfig, identity: &NodeIdentity) -> Self {
        Self(Arc::new(Inner {
            node: node.clone(),
            config: config.clone(),
            identity: identity.clone(),
            scrub: OnceLock::new(),
            now: Mutex::default(),
        }))
    }

    /// Names what looks again at what was mended.
    pub fn verified_by(&self, scrub: &Scrub) {
        // Said once, at the start.
        let _ = self.0.scrub.set(scrub.clone());
    }

    fn turn(&self, doing: &str) -> Outcome<Turn> {
        let mut now = self.0.now.lock();
        if now.running.is_some() {
            return Err(Failure::unusable("this node is mending already: wait until it is done"));
        }
        now.running = Some(doing.to_owned());
        Ok(Turn(self.clone()))
    }

    /// Verifies these records, or all if the list is empty, and returns the damaged ones. Blocks.
    pub fn find(&self, dids: &[Did], told: Progress<'_>) -> Outcome<Vec<Did>> {
        let _turn = self.turn("looking at records")?;
        let ledger = self.0.node.ledger();
        let all = match dids {
            [] => super::local_dids(self.0.node.data())?,
            dids => dids.to_vec(),
        };
        find(ledger, &all, ID, told)
    }

    /// Mends from the copies that the command line brought into a folder. Blocks.
    pub fn mend_handed(&self, folder: &Path, told: Progress<'_>) -> Outcome<Vec<Json>> {
        let _turn = self.turn("mending records")?;
        let (dids, brought) = CopySet::handed(folder)?;
        let records = mend(self.0.node.ledger(), &dids, &brought, ID, told);
        self.look_again();
        records
    }

    fn look_again(&self) {
        if let Some(Err(problem)) = self.0.scrub.get().map(Scrub::again) {
            tracing::warn!("the repair could not be recorded: {problem}");
        }
    }

    /// The state of mending. Blocks. Searches places for copies only if something is damaged.
    pub fn standing(&self) -> Mending {
        if let Some(Err(problem)) = self.0.scrub.get().map(Scrub::forget_mended) {
            tracing::warn!("the repair could not be recorded: {problem}");
        }
        let damaged = self.damaged();
        let (running, last) = {
            let now = self.0.now.lock();
            (now.running.clone(), now.last.clone())
        };
        let sources = if damaged.is_empty() { Vec::new() } else { self.sources() };
        Mending { damaged, sources, running, last }
    }

    /// Returns the damage found by the rounds, and the logs quarantined since.
    fn damaged(&self) -> Vec<Damage> {
        let node = &self.0.node;
        let mut damaged = scrub::standing(node.data()).damaged;
        for (did, says) in node.ledger().quarantined() {
            if damaged.iter().all(|known| known.what != did.as_str()) {
                damaged.push(Damage {
                    what: did.to_string(),
                    says,
                    found_ms: node.now().as_millis(),
                });
            }
        }
        damaged
    }

    fn sources(&self) -> Vec<MendingSource> {
        let config = &self.0.config;
        let mut sources = Vec::new();
        let (backup, ..) = choice::in_force(self.0.node.data(), &config.backup);
        if !backup.to.is_empty() {
            let (name, problem) = if is_friend(&backup.to) {
                // A page doesn't wait for a friend's box.
                (String::new(), None)
            } else {
                self.newest_whole(&backup.to)
            };
            let host = friend_host(&backup.to);
            let place = host.as_ref().unwrap_or(&backup.to);
            sources.push(MendingSource {
                id: BACKUP.to_owned(),
                name: if name.is_empty() { place.clone() } else { format!("{name}, {place}") },
                problem,
            });
        }
        let sticks = config.usb.sticks().mounted().unwrap_or_default();
        sources.extend(sticks.into_iter().map(|stick| MendingSource {
            id: format!("{STICK}{}", stick.name),
            name: if stick.label.is_empty() { stick.name } else { stick.label },
            problem: None,
        }));
        sources
    }

    /// The id of the newest whole backup in a place, or why there is none.
    fn newest_whole(&self, to: &str) -> (String, Option<String>) {
        let newest = choice::settings(&self.0.node, &self.0.config)
            .and_then(|config| BackupPlace::open(to, &config, None))
            .and_then(|place| Catalogue::read(&place))
            .map(|catalogue| catalogue.and_then(|all| all.newest_whole().cloned()));
        let problem = match newest {
            Ok(Some(whole)) => return (whole.id, None),
            Ok(None) => "there is no whole backup there".to_owned(),
            Err(error) => error.to_string(),
        };
        (String::new(), Some(problem))
    }

    /// Begins to mend everything that is damaged, on a separate thread.
    ///
    /// # Errors
    /// A problem if nothing is damaged, the source does not exist, or a repair is running already.
    pub fn begin(&self, source: &str) -> Result<(), Problem> {
        let standing = self.standing();
        if standing.damaged.is_empty() {
            return Err(Problem::conflict("Nothing is damaged."));
        }
        let Some(source) = standing.sources.into_iter().find(|one| one.id == source) else {
            return Err(Problem::conflict(
                "That is not there any more: load the page again to see which copies are.",
            ));
        };
        if let Some(why) = source.problem {
            return Err(Problem::conflict(format!("It cannot be taken now: {why}.")));
        }
        let busy = |failure: Failure| Problem::conflict(format!("{}.", failure.text()));
        // From here on it shows as running, before its thread is there.
        let turn = self.turn("mending records").map_err(busy)?;
        tokio::spawn(boxed(blocking::long(move || turn.0.run(&source))));
        Ok(())
    }

    fn run(&self, source: &MendingSource) {
        let mut done = MendingDone { from: source.name.clone(), ..MendingDone::default() };
        match self.mend_all_from(&source.id) {
            Ok(records) => {
                for record in &records {
                    match left(record) {
                        None => done.mended.push(line(record)),
                        Some(left) => done.left.push(left),
                    }
                }
            }
            Err(failure) => done.failure = Some(failure.text()),
        }
        self.look_again();
        tracing::info!(
            from = done.from,
            mended = done.mended.len(),
            left = done.left.len(),
            failure = done.failure,
            "records were mended"
        );
        self.0.now.lock().last = Some(done);
    }

    fn mend_all_from(&self, source: &str) -> Outcome<Vec<Json>> {
        let Inner { node, config, identity, .. } = &*self.0;
        let dids = self.damaged_dids();
        let config = &choice::settings(node, config).map_err(Failure::unusable)?;
        let key = identity.person();
        let (from, stick) = match source.strip_prefix(STICK) {
            None => (config.backup.to.clone(), None),
            Some(name) => {
                (String::new(), Some(config.usb.sticks().find(name).map_err(Failure::unusable)?))
            }
        };
        let request = CopyRequest {
            from: &from,
            backup: None,
            dids: &dids,
            key: Some(key),
            fetch: None,
            progress: &|_, _, _| {},
        };
        let brought = match stick {
            Some(stick) => of_stick(&stick, &request, node.data())?,
            None => {
                let copies = Copies::open(&request, (node.data(), config))?;
                copies.bring(&dids, node.data(), &request)?
            }
        };
        mend(node.ledger(), &dids, &brought, ID, &|_, _, _| {})
    }

    /// DIDs with damaged records: their logs or their files.
    fn damaged_dids(&self) -> Vec<Did> {
        let whose = |damage: &Damage| {
            Did::parse(damage.what.rsplit_once(" of ").map_or(&*damage.what, |(_, did)| did)).ok()
        };
        let sorted: BTreeSet<Did> = self.damaged().iter().filter_map(whose).collect();
        sorted.into_iter().collect()
    }
}

/// Takes the copies on a stick that are not encrypted; the owner has to bring those locked with a passphrase.
fn of_stick(stick: &Stick, request: &CopyRequest<'_>, data: &Path) -> Outcome<CopySet> {
    let mut brought = CopySet::default();
    let copies = imajin_bundle::stick::copies(stick).map_err(Failure::unusable)?;
    for copy in copies.iter().filter(|copy| !copy.locked) {
        if !request.dids.iter().any(|did| copy.is_of(did)) {
            continue;
        }
        // An unreadable copy is skipped, and the others are still used.
        if let Err(failure) = brought.take(&copy.path(stick), request, data) {
            tracing::warn!(
                copy = copy.name,
                "a copy on a stick was not accepted: {}",
                failure.text()
            );
        }
    }
    Ok(brought)
}
