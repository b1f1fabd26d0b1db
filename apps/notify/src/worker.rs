//! Delivers notices in the order of the node's entries: to open pages, and to devices.
//!
//! Always: a cursor on the disk records the progress, so a crash loses no notice. A queued message has a row for each entry and device, so no
//! message is queued twice. The recipients of a notice are looked up when a message is queued, and again when it is sent. Without a cursor,
//! delivery starts from now, and skips notices that are older than a day. Pages get each notice once, of entries made while the node runs.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use imajin_app::capabilities::{Fresh, OpenPages};
use imajin_app::{Answer, Node};
use imajin_host::backoff::Backoff;
use imajin_host::prelude::*;
use imajin_host::rounds::Rounds;
use imajin_ledger::rows::first;
use imajin_protocol::Did;
use tokio::sync::Notify as Waker;

use crate::audience::is_told;
use crate::news;
use crate::push::devices;
use crate::push::queue::{self, Push};
use crate::push::send::Sender;
use crate::queries::{self, NoticeRow, Whom};
use crate::wishes::Wishes;

/// Notices that are read at once.
const AT_ONCE: usize = 200;
/// Offsets after which the cursor is written although nothing was queued: what a start looks through again at most.
const KEEP_AFTER: i64 = 10_000;
/// The time from the first news to a round, which takes in what was entered and what ended meanwhile: one write to the disk for all of it.
const BREATH: Duration = Duration::from_millis(200);

const KEEP: &str = "INSERT OR REPLACE INTO notify_cursor (one, upto) VALUES (1, ?1)";

/// Rings when something was entered.
#[derive(Default)]
pub(crate) struct Bell(Waker);

impl Bell {
    /// Signals a new entry.
    pub(crate) fn ring(&self) {
        self.0.notify_one();
    }
}

/// Begins the work.
pub(crate) fn started(node: &Node) {
    if let Err(problem) = devices::tidy(node) {
        tracing::error!("devices cannot be tidied: {problem}");
    }
    match Giving::begin(node) {
        Ok(giving) => node.begin(giving),
        Err(problem) => tracing::error!("notices to devices: {problem}"),
    }
}

struct Giving {
    bell: Arc<Bell>,
    sender: Sender,
    /// The newest notice when the node started.
    began: i64,
    upto: i64,
    /// The saved value of `upto`.
    kept: i64,
}

impl Rounds for Giving {
    const NAME: &'static str = "notices to devices";
    // Retries are due by the minute.
    const EVERY: Duration = Duration::from_secs(60);
    const PAUSES: Option<Backoff> =
        Some(Backoff::new(Duration::from_secs(2), Duration::from_secs(300)));

    async fn round(&mut self, node: &Node) -> Answer<()> {
        self.sender.record_completions(node).await?;
        self.gather(node).await?;
        self.sender.submit_due(node)
    }

    async fn woken(&mut self) {
        tokio::select! {
            () = self.bell.0.notified() => {}
            () = self.sender.wait_for_completion() => {}
        }
        self.sender.run_for(BREATH).await;
    }

    async fn end(&mut self, node: &Node) -> Answer<()> {
        self.sender.record_completions(node).await
    }
}

impl Giving {
    /// Resumes where it was; on a node that never gave any, from now on.
    fn begin(node: &Node) -> Answer<Self> {
        let newest = queries::read(node, queries::newest_id)?;
        let kept: Option<i64> = node.secrets().row("SELECT upto FROM notify_cursor", [], first)?;
        if kept.is_none() {
            node.secrets().write_blocking(|db| db.execute(KEEP, [newest]).map(drop))?;
        }
        Ok(Self {
            bell: node.state::<Bell>(),
            sender: Sender::new(node),
            began: newest,
            // An older copy of the record may have been put back.
            upto: kept.unwrap_or(newest).min(newest),
            kept: kept.unwrap_or(newest),
        })
    }

    /// Queues a message for each device that a new notice is for.
    async fn gather(&mut self, node: &Node) -> Answer<()> {
        loop {
            let mut new = queries::read(node, |db| queries::after(db, self.upto, AT_ONCE))?;
            let is_all = new.len() < AT_ONCE;
            let Some(last) = new.last().map(|kept| kept.id) else {
                return Ok(());
            };
            if !is_all && new.iter().any(|kept| kept.id != last) {
                // The last entry may have more notices in the next batch.
                new.retain(|kept| kept.id != last);
            }
            let upto = new.last().map_or(last, |kept| kept.id);
            let pushes = pushes(node, &new)?;
            if !pushes.is_empty() || upto - self.kept > KEEP_AFTER {
                let now = node.now();
                let write = move |db: &rusqlite::Transaction<'_>| {
                    pushes.iter().try_for_each(|push| queue::put(db, push))?;
                    queue::tidy(db, now)?;
                    db.execute(KEEP, [upto]).map(drop)
                };
                node.secrets().write(write).await?;
                self.kept = upto;
            }
            self.upto = upto;
            new.retain(|kept| kept.id > self.began);
            if let Err(problem) = tell_pages(node, &new) {
                tracing::error!("open pages could not be told what is new: {problem}");
            }
            if is_all {
                return Ok(());
            }
        }
    }
}

/// Tells people's open pages of these notices, as far as they want to see them.
fn tell_pages(node: &Node, new: &[NoticeRow]) -> Answer<()> {
    for (_, pages) in node.services().offers().all::<dyn OpenPages>() {
        let looking = pages.looking(node);
        if looking.is_empty() {
            continue;
        }
        for kept in new {
            let Some(app) = news::app_of(node, &kept.op) else {
                continue;
            };
            let fresh = Fresh { app, about: kept.about, log: &kept.log, seq: kept.seq };
            for did in recipients(node, kept, new)? {
                if looking.contains(&did) && Wishes::load(node, &did)?.ways(kept.about).page {
                    pages.tell(node, &did, fresh);
                }
            }
        }
    }
    Ok(())
}

/// A message for each device that these notices are for.
fn pushes(node: &Node, new: &[NoticeRow]) -> Answer<Vec<Push>> {
    let people: BTreeSet<Did> = node.secrets().read(devices::people)?.into_iter().collect();
    let mut pushes = Vec::new();
    if people.is_empty() {
        return Ok(pushes);
    }
    let oldest = node.now().as_millis().saturating_sub(queue::WORTH_MS);
    for kept in new.iter().filter(|kept| kept.at > oldest) {
        let mut all = recipients(node, kept, new)?;
        all.retain(|did| people.contains(did));
        for did in all {
            if !is_told(node, kept, &did)? {
                continue;
            }
            let devices = node.secrets().read(|db| devices::devices_of(db, &did))?;
            let room = (kept.whom != Whom::Person).then(|| kept.to.clone());
            pushes.extend(devices.into_iter().map(|device| Push {
                log: kept.log.clone(),
                seq: kept.seq,
                did: did.clone(),
                endpoint: device.endpoint,
                about: kept.about,
                room: room.clone(),
                urgent: kept.urgent,
                at: kept.at,
                tries: 0,
            }));
        }
    }
    Ok(pushes)
}

/// The people whom a notice is for, one of these.
fn recipients(node: &Node, kept: &NoticeRow, new: &[NoticeRow]) -> Answer<Vec<Did>> {
    if kept.whom == Whom::Person {
        return Ok(vec![kept.to.clone()]);
    }
    let least = kept.whom.least();
    // A person gets each entry once.
    let is_own = |did: &Did| {
        let mut same = new.iter().filter(|other| other.id == kept.id);
        same.any(|other| other.who.as_ref() == Some(did))
    };
    let members = node.members_of_room(&kept.to)?.into_iter();
    let members = members.filter(|(did, role)| *role >= least && *did != kept.author);
    let members = members.map(|(did, _)| did);
    Ok(match &kept.who {
        Some(who) => members.filter(|did| did == who).collect(),
        None => members.filter(|did| !is_own(did)).collect(),
    })
}
