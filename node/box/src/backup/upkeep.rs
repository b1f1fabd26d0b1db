//! Backups by the clock and on request, one at a time, and what the owner sees of how the box is.

use super::arrival::discard_unfinished;
use super::probe::probe;
use super::{
    BackupError, BackupPlace, CompletedBackup, DrillOutcome, Result, Source, choice, make,
    proof_report, standing,
};
use crate::clock::{Records, machine_now};
use crate::control;
use crate::doctor::{Registrations, around, believed, doubted, names, older};
use crate::identity::NodeIdentity;
use crate::lock;
use crate::mending::Mender;
use crate::power;
use crate::settings::BoxConfig;
use crate::tls::shown_certificates;
use crate::usage;
use crate::versions::update_request;
use crate::wifi;
use imajin_app::capabilities::Authority;
use imajin_app::check::Check;
use imajin_app::task::boxed;
use imajin_app::{Node, OwnerChecks, Problem, blocking, home_proof};
use imajin_host::network::ShownCertificate;
use imajin_host::prelude::*;
use imajin_host::rounds::Rounds;
use imajin_host::upkeep::{
    BackupStanding, BackupWish, LastBackup, Lock, LockChange, Mending, Power, Powers, RestoreState,
    RestoreWish, Updates, WifiChoice, WifiState,
};
use imajin_host::usage::{Removal, Usage};
use imajin_host::{Upkeep, scrub, sweep};
use imajin_log::home::HomeProof;
use imajin_protocol::Did;
use parking_lot::Mutex;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// Interval between two checks whether a backup is due.
const LOOK: Duration = Duration::from_secs(60);
/// Interval after a failed backup, in milliseconds: a stick may be back.
const AGAIN_MS: i64 = 3_600_000;

/// Makes backups of a running node.
#[derive(Clone)]
pub struct BackupScheduler(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) node: Node,
    data: PathBuf,
    pub(super) config: BoxConfig,
    registrations: Registrations,
    pub(super) identity: NodeIdentity,
    mender: Mender,
    /// Locked while the box's lock is changed.
    locking: Mutex<()>,
    /// Progress of the current backup, as (done, total) bytes.
    running: Mutex<Option<(u64, u64)>>,
    /// The state of a restore from a friend's box.
    pub(super) restore: Mutex<RestoreState>,
    /// The owner's request to restart or shut down.
    power: power::PowerRequest,
}

/// Guard of a running backup: no second one can begin.
struct Turn(BackupScheduler);

impl Drop for Turn {
    fn drop(&mut self) {
        *self.0.0.running.lock() = None;
    }
}

impl BackupScheduler {
    /// Makes the scheduler of a running node; `registrations` reads where the node is registered.
    pub fn new(
        node: &Node,
        config: &BoxConfig,
        identity: &NodeIdentity,
        registrations: Registrations,
    ) -> Self {
        Self(Arc::new(Inner {
            data: node.data().to_path_buf(),
            node: node.clone(),
            config: config.clone(),
            registrations,
            identity: identity.clone(),
            mender: Mender::new(node, config, identity),
            locking: Mutex::new(()),
            running: Mutex::new(None),
            restore: Mutex::default(),
            power: power::PowerRequest::default(),
        }))
    }

    /// Returns the owner's request to restart or shut down.
    pub fn power(&self) -> power::PowerRequest {
        self.0.power.clone()
    }

    /// Returns the mender of this node's records.
    pub fn mender(&self) -> &Mender {
        &self.0.mender
    }

    fn turn(&self) -> Result<Turn> {
        let mut running = self.0.running.lock();
        if running.is_some() {
            let why = "a backup is being made already: wait for it to end";
            return Err(BackupError::settings(why));
        }
        *running = Some((0, 0));
        Ok(Turn(self.clone()))
    }

    /// Makes one now, to this place or that of the settings. Blocks; not for async tasks.
    pub fn back_up(
        &self,
        to: Option<&str>,
        heard: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<CompletedBackup> {
        let turn = self.turn()?;
        let made = self.back_up_in(&turn, to, heard);
        drop(turn);
        self.prove_after(&made);
        made
    }

    /// Whether a backup is being made.
    pub(super) fn is_running(&self) -> bool {
        self.0.running.lock().is_some()
    }

    fn prove_after(&self, made: &Result<CompletedBackup>) {
        if made.is_ok()
            && let Err(error) = self.prove_if_due()
        {
            tracing::warn!("the proof of keeping could not be stored: {error}");
        }
    }

    fn back_up_in(
        &self,
        _: &Turn,
        to: Option<&str>,
        heard: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<CompletedBackup> {
        let config = choice::settings(&self.0.node, &self.0.config);
        let to = to.map_or_else(|| self.place_in_force(), str::to_owned);
        let to = to.as_str();
        let made = config.and_then(|config| self.make(to, &config, heard));
        note(&self.0.data, to, &made);
        self.0.node.alarms().look_again();
        if let Some(absent) = made.as_ref().ok().and_then(|made| made.entry.absent.as_ref()) {
            tracing::error!(to, "{absent}");
        }
        match &made {
            Ok(made) if made.entry.damage().is_some() => {
                tracing::error!(id = %made.entry.id, to, damage = made.entry.damage(), "a backup was made of damaged records")
            }
            Ok(made) => {
                tracing::info!(id = %made.entry.id, to, added = made.entry.added, full = made.full, "a backup was made")
            }
            Err(error) => tracing::error!(to, "no backup was made: {error}"),
        }
        made
    }

    fn make(
        &self,
        to: &str,
        config: &BoxConfig,
        heard: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<CompletedBackup> {
        let inner = &self.0;
        let place = BackupPlace::open(to, config, Some(inner.identity.person()))?;
        let owner = inner.node.owner().map_err(BackupError::refused)?;
        let missing = "this node has no owner yet: a backup is encrypted to its owner's key";
        let owner = owner.ok_or_else(|| BackupError::settings(missing))?;
        let mut home = None;
        if let BackupPlace::Friend(friend) = &place {
            friend.introduce(&introduction(&inner.node, &owner.did)?)?;
            home = Some(prove_home(&inner.node, &owner.did)?);
        }
        let source = Source {
            data: &inner.data,
            ledger: inner.node.ledger(),
            node: inner.node.key(),
            identity: &inner.identity,
            owner: &owner,
            home,
            keep: config.backup.keep,
            box_reads: config.backup.box_reads,
            disk: &inner.node.room().config,
        };
        make(&source, &place, &mut |done, total| {
            *self.0.running.lock() = Some((done, total));
            heard(done, total) && !inner.node.is_stopping()
        })
    }

    /// Begins one, unless one is being made. From here on it shows as running, before its thread is there: a page that is
    /// loaded now has to say so.
    fn begin(&self) {
        let Ok(turn) = self.turn() else {
            return;
        };
        let keeper = self.clone();
        tokio::spawn(boxed(blocking::long(move || {
            // The result is stored already.
            let made = keeper.back_up_in(&turn, None, &mut |_, _| true);
            drop(turn);
            keeper.prove_after(&made);
        })));
    }
}

/// Backups by the clock, until the node stops.
impl Rounds for BackupScheduler {
    const NAME: &'static str = "backups by the clock";
    const EVERY: Duration = LOOK;
    const FIRST: Duration = LOOK;

    async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        let keeper = self.clone();
        if !node.is_claimed() {
            return Ok(());
        }
        let is_due = blocking::run(move || {
            discard_unfinished(&keeper.0.data)?;
            Ok::<_, BackupError>(keeper.is_due())
        });
        if is_due.await?.map_err(Problem::internal)? {
            self.begin();
        }
        Ok(())
    }
}

impl BackupScheduler {
    /// Whether one is due, where the clock makes them.
    fn is_due(&self) -> bool {
        let (backup, _, is_paused) = choice::in_force(&self.0.data, &self.0.config.backup);
        let Some(interval) = backup.interval().filter(|_| !is_paused) else {
            return false;
        };
        let interval_ms = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX);
        // The clock that backups are dated by: by another one, each could look new or old for ever.
        is_due(&standing(&self.0.data), &backup.to, machine_now().as_millis(), interval_ms)
    }
}

/// The chains of this node and its owner, by which a friend's box knows their keys: also after the box is lost.
fn introduction(node: &Node, owner: &Did) -> Result<Json> {
    let authority = node.get::<dyn Authority>();
    let chain = |did: &Did| match authority {
        Some(authority) => authority.chain(node, did).map_err(BackupError::refused),
        None => Ok(Vec::new()),
    };
    Ok(json!({
        "node": { "did": node.did(), "chain": chain(node.did())? },
        "owner": { "did": owner, "chain": chain(owner)? },
    }))
}

/// Proves that the owner lives on this node, which a restore from a friend's box demands.
fn prove_home(node: &Node, owner: &Did) -> Result<HomeProof> {
    home_proof(node, owner).map_err(BackupError::refused)?.ok_or_else(|| {
        BackupError::Settings(format!(
            "the owner, {owner}, has no identity chain that names this node as home, so a backup at a friend's box could \
             not be told from a forged one: choose a stick or a bucket"
        ))
    })
}

fn is_due(standing: &BackupStanding, to: &str, now_ms: i64, interval_ms: i64) -> bool {
    let since = |at_ms: i64| now_ms.saturating_sub(at_ms);
    // A clock that was ahead must not keep the next one away for ever.
    let is_over = |at_ms: i64, rest_ms: i64| !(0..rest_ms).contains(&since(at_ms));
    let failure = standing.failure.as_ref();
    let rested = failure.is_none_or(|(at_ms, _)| is_over(*at_ms, AGAIN_MS.min(interval_ms)));
    let last = standing.last.as_ref().filter(|last| last.to == to);
    rested && last.is_none_or(|last| is_over(last.at_ms, interval_ms))
}

/// Notes how one went, for the doctor, the owner's page and the metrics.
pub(super) fn note(data: &std::path::Path, to: &str, made: &Result<CompletedBackup>) {
    let mut noted = standing(data);
    let now_ms = machine_now().as_millis();
    match made {
        Ok(made) => {
            let entry = &made.entry;
            noted.failure = (entry.damage())
                .map(|damage| (now_ms, format!("it was made, but records in it are damaged (imajin repair mends them)\n{damage}")));
            noted.last = Some(LastBackup {
                id: entry.id.clone(),
                at_ms: entry.at_ms,
                to: to.to_owned(),
                logs: entry.logs,
                bytes: entry.bytes,
                added: entry.added,
            });
        }
        Err(BackupError::Stopped) => return,
        Err(error) => noted.failure = Some((now_ms, error.to_string())),
    }
    noted.is_away = matches!(made, Err(BackupError::Away { .. }));
    super::note(data, &noted);
}

impl Upkeep for BackupScheduler {
    fn checks(&self) -> Vec<Check> {
        let inner = &self.0;
        let mut checks = around(&inner.data, Some(&inner.config), inner.registrations);
        // The node's own clock knows more than the files that it keeps.
        if let Some(clock) = checks.iter_mut().find(|check| check.name == "clock") {
            let now = inner.node.now();
            *clock = match inner.node.clock().doubted() {
                Some(wall) => doubted(wall, now),
                None => {
                    let records = Records::read(&inner.data, Some(inner.node.did()));
                    believed(records.newest(), now)
                }
            };
        }
        let ledger = inner.node.ledger();
        checks.push(match (ledger.fatal(), ledger.quarantined().len()) {
            (Some(why), _) => Check::bad(
                "records",
                format!("nothing can be written any more: {why}"),
                "look at the disk, then start the node again: it recovers what was acknowledged",
            ),
            (None, 0) => Check::good("records", "every record can be read"),
            (None, count) => Check::bad(
                "records",
                format!("{count} records are damaged: they can be read as far as they verify, and nothing is written to them"),
                "mend them from a whole copy, on the page Status",
            )
            .by("imajin repair --from COPY"),
        });
        checks.push(scrub::check(&scrub::standing(&inner.data), inner.node.now().as_millis()));
        checks.extend(older(&control::outdated(ledger)));
        checks.extend(names(&inner.node.network().now(), &inner.config, inner.node.now()));
        let apps = inner.node.services().offers().all::<dyn OwnerChecks>();
        checks.extend(apps.flat_map(|(_, app)| app.checks(&inner.node)));
        checks
    }

    fn usage(&self) -> Usage {
        usage::measure(&self.0.data, Some(&self.0.config))
    }

    fn remove(&self, what: Removal) -> Result<u64, Problem> {
        let (node, data) = (&self.0.node, &self.0.data);
        let freed = match what {
            Removal::Copies => usage::remove_copies(data)?,
            Removal::Media => sweep::now(node)?.bytes,
            Removal::OldBackups => {
                let busy = |error: BackupError| Problem::conflict(error.to_string());
                let _turn = self.turn().map_err(busy)?;
                usage::remove_old_backups(data, &self.0.config).map_err(busy)?
            }
        };
        tracing::info!(?what, freed, "room was made");
        Ok(freed)
    }

    fn backups(&self) -> BackupStanding {
        let (to, plan) = choice::plan(&self.0.data, &self.0.config.backup);
        let drill = super::drilled(&self.0.data).filter(|drill| drill.place == to);
        BackupStanding {
            drilled_ms: drill.and_then(|drill| drill.last_whole_ms()),
            proven_ms: proof_report::standing(&self.0.data, &to).proven_ms,
            to: (!to.is_empty()).then_some(to),
            running: *self.0.running.lock(),
            plan,
            ..standing(&self.0.data)
        }
    }

    fn drill(&self) -> Option<(i64, bool)> {
        let drill = super::drilled(&self.0.data)?;
        match drill.outcome {
            DrillOutcome::Whole { .. } => Some((drill.at_ms, true)),
            DrillOutcome::Damaged(_) => Some((drill.at_ms, false)),
            DrillOutcome::Skipped(_) => None,
        }
    }

    fn begin_backup(&self) -> Result<(), Problem> {
        if self.place_in_force().is_empty() {
            return Err(choice::none_is_set());
        }
        self.begin();
        Ok(())
    }

    fn choose_backups(&self, wish: BackupWish) -> Result<(), Problem> {
        choice::choose(&self.0.node, &self.0.config, &wish)
    }

    fn try_backups(&self, wish: Option<BackupWish>) -> Result<(), Problem> {
        let (node, config) = (&self.0.node, &self.0.config);
        let config = match wish {
            Some(wish) => choice::wished(node, config, &wish)?,
            None => choice::settings(node, config)
                .map_err(|error| Problem::conflict(error.to_string()))?,
        };
        if config.backup.to.is_empty() {
            return Err(choice::none_is_set());
        }
        let tried = BackupPlace::open(&config.backup.to, &config, Some(self.0.identity.person()));
        let tried = tried.and_then(|place| probe(&place, &self.0.data));
        tried.map_err(|error| Problem::conflict(error.to_string()).slug("backup-place"))
    }

    fn pause_backups(&self, is_paused: bool) -> Result<(), Problem> {
        choice::pause(&self.0.node, &self.0.config, is_paused)
    }

    fn forget_backups(&self) -> Result<(), Problem> {
        choice::forget(&self.0.node, &self.0.config)
    }

    fn restore_state(&self) -> RestoreState {
        self.state_of_restore()
    }

    fn begin_restore(&self, wish: &RestoreWish) -> Result<(), Problem> {
        self.restore_from_friend(wish)
    }

    fn powers(&self) -> Powers {
        power::powers(Path::new(&self.0.config.usb.folder))
    }

    fn use_power(&self, wish: Power) -> Result<(), Problem> {
        let run = Path::new(&self.0.config.usb.folder);
        power::begin(&self.0.data, run, &self.0.power, wish).map_err(Problem::internal)
    }

    fn wifi(&self) -> Option<WifiState> {
        wifi::standing(Path::new(&self.0.config.usb.folder))
    }

    fn choose_wifi(&self, choice: WifiChoice) -> Result<(), Problem> {
        wifi::choose(Path::new(&self.0.config.usb.folder), choice)
    }

    fn mending(&self) -> Mending {
        self.0.mender.standing()
    }

    fn begin_mending(&self, source: &str) -> Result<(), Problem> {
        self.0.mender.begin(source)
    }

    fn updates(&self) -> Updates {
        let usb = &self.0.config.usb;
        update_request::standing(&usb.sticks(), Path::new(&usb.folder))
    }

    fn begin_update(&self, stick: &str, file: &str) -> Result<(), Problem> {
        let usb = &self.0.config.usb;
        update_request::ask(&usb.sticks(), Path::new(&usb.folder), stick, file)
            .map_err(Problem::conflict)
    }

    fn lock(&self) -> Lock {
        lock::now(&self.0.data)
    }

    fn change_lock(&self, wish: LockChange) -> Result<(), Problem> {
        // One at a time: each is of two steps.
        let _turn = self.0.locking.lock();
        lock::change(&self.0.node, wish)
    }

    fn shown_certificates<'a>(
        &'a self,
        name: &'a str,
    ) -> Pin<Box<dyn Future<Output = Vec<ShownCertificate>> + Send + 'a>> {
        Box::pin(shown_certificates(name, &self.0.config))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_due_when_the_last_is_old_was_elsewhere_or_of_the_future() {
        const HOUR: i64 = 3_600_000;
        let last = |at_ms, to: &str| BackupStanding {
            last: Some(LastBackup {
                id: String::new(),
                at_ms,
                to: to.to_owned(),
                logs: 0,
                bytes: 0,
                added: 0,
            }),
            ..BackupStanding::default()
        };
        let due = |standing: &BackupStanding, now| is_due(standing, "/a", now, 24 * HOUR);
        assert!(due(&BackupStanding::default(), 0));
        assert!(!due(&last(0, "/a"), 23 * HOUR));
        assert!(due(&last(0, "/a"), 24 * HOUR));
        assert!(due(&last(0, "/b"), HOUR));
        assert!(due(&last(99 * HOUR, "/a"), HOUR));
        let mut failed = last(0, "/a");
        failed.failure = Some((30 * HOUR, "out".to_owned()));
        assert!(!due(&failed, 30 * HOUR + HOUR / 2));
        assert!(due(&failed, 31 * HOUR));
        assert!(due(&failed, 29 * HOUR), "the failure is of the future");
    }
}
