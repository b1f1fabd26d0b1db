//! After a deletion was entered: the files go, the node's other copies go, the bytes leave the store, and the node gives
//! its word.
//!
//! Always: everything here can be done again without harm, and is, at the next start, if a crash came between; the
//! receipt is written last, so that where there is one, all of it is done.

mod waiting;

use std::collections::BTreeMap;
use std::sync::Arc;

use imajin_app::operation::{AfterSubmit, BeforeSubmit, Request, Submitted};
use imajin_app::{Node, Problem};
use imajin_dfos::cid::{Cid, parse_cid};
use imajin_dfos::{Timestamp, Value};
use imajin_host::derived;
use imajin_host::prelude::*;
use imajin_identity::guests;
use imajin_ledger::{Reader, StoredEntry};
use imajin_log::{Header, Sealed, ops};
use imajin_protocol::Did;
use parking_lot::Mutex;

use super::count::Counts;
use super::deletion_plan::{self, RetainedItem};
use super::receipt::{self, Receipt};
use super::{export_jobs, to_erase};
use crate::operations::{BodiesToErase, DeleteRecord};

/// Entries that are read at a time.
const PAGE: usize = 500;

/// A deletion, as the log tells it.
#[derive(Debug, Default)]
pub(super) struct Deletion {
    entry: Option<Entry>,
    /// Bodies that it erased.
    bodies: u64,
    /// Files that entries name, and whether one of these still has its body, or never had one.
    media: BTreeMap<String, bool>,
}

#[derive(Debug)]
struct Entry {
    seq: u64,
    cid: Cid,
    at: Timestamp,
    counts: Counts,
    proof: Option<String>,
}

/// Deletions that a request finishes itself, since it knows what stayed before.
#[derive(Default)]
struct Guarded(Mutex<Vec<Did>>);

/// Allows one deletion to finish at a time: each wipes the whole journal.
#[derive(Default)]
struct Finishing(Mutex<()>);

/// Held by a request from before its deletion is entered until it is finished: nothing else finishes it meanwhile.
pub(super) struct DeletionGuard {
    guarded: Arc<Guarded>,
    did: Did,
}

impl DeletionGuard {
    pub(super) fn new(node: &Node, did: &Did) -> Self {
        let guarded = node.state::<Guarded>();
        guarded.0.lock().push(did.clone());
        Self { guarded, did: did.clone() }
    }

    fn is_held(node: &Node, did: &Did) -> bool {
        node.state::<Guarded>().0.lock().contains(did)
    }
}

impl Drop for DeletionGuard {
    fn drop(&mut self) {
        let mut all = self.guarded.0.lock();
        if let Some(at) = all.iter().position(|other| *other == self.did) {
            all.swap_remove(at);
        }
    }
}

/// Erases what a deletion left outside the log, and gives the receipt. Blocks.
pub(super) fn finish(node: &Node, did: &Did, stays: Vec<RetainedItem>) -> Result<String, Problem> {
    let finishing = node.state::<Finishing>();
    let _alone = finishing.0.lock();
    let deletion = read(node, did)?;
    // Done already unless the node stopped right after the deletion was entered. The address is erased as well.
    forget(node, did, None)?;
    derived::forget_person(node, did)?;
    export_jobs::wipe(node.data(), did)?;
    // Leaves no byte of what was erased in any file of the store.
    node.ledger().purge(did)?;
    // The last: a disk that isn't there has the rest waiting for it.
    let media = remove_media(node, did, &deletion).inspect_err(|_| waiting::begin(node))?;
    if let Some(token) = receipt::given(node.data(), did)? {
        return Ok(token);
    }
    let entry =
        deletion.entry.ok_or_else(|| Problem::internal(format_args!("{did} has no deletion")))?;
    let receipt = Receipt {
        did: did.clone(),
        seq: entry.seq,
        cid: entry.cid,
        at: entry.at,
        bodies: deletion.bodies,
        media,
        counts: entry.counts,
        stays,
        out_of_reach: deletion_plan::out_of_reach(node),
        proof: entry.proof,
    };
    let token = receipt.sign(node.key());
    receipt::keep(node.data(), did, &token)?;
    Ok(token)
}

/// Signs a person out who left, and forgets what the node keeps of them outside their log.
fn forget(node: &Node, did: &Did, address: Option<&str>) -> Result<(), Problem> {
    node.use_reserve();
    let ended = node.sessions().end_all(did);
    let forgotten = guests::forget(node, did, address);
    for service in node.services().iter() {
        service.forget(node, did);
    }
    ended.and(forgotten)
}

/// Goes through the log.
fn read(node: &Node, did: &Did) -> Result<Deletion, Problem> {
    let mut deletion = Deletion::default();
    let mut after = None;
    loop {
        let page = node.ledger().entries(did, after, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(deletion);
        };
        after = Some(last.seq);
        for entry in page {
            deletion.take(entry)?;
        }
    }
}

impl Deletion {
    fn take(&mut self, entry: StoredEntry) -> Result<(), Problem> {
        let sealed = Sealed::decode(entry.header, entry.body).map_err(Problem::internal)?;
        let header = &*sealed.header;
        let is_alive = header.body.is_none() || sealed.body_bytes.is_some();
        for cid in header.fact.as_ref().and_then(|fact| fact.ids("media")).unwrap_or_default() {
            *self.media.entry(cid.to_string()).or_default() |= is_alive;
        }
        match header.op.as_str() {
            ops::DELETE => self.entry = Some(self::entry(&sealed)?),
            ops::BODY_ERASED
                if header.cause.is_some()
                    && header.cause == self.entry.as_ref().map(|entry| entry.cid) =>
            {
                let body = sealed.body().map_err(Problem::internal)?;
                self.bodies += body
                    .as_ref()
                    .and_then(|body| body.get("bodies"))
                    .and_then(Value::as_list)
                    .map_or(0, <[Value]>::len) as u64;
            }
            _ => {}
        }
        Ok(())
    }
}

fn entry(sealed: &Sealed) -> Result<Entry, Problem> {
    let body = sealed.body().map_err(Problem::internal)?;
    let counts = body.as_ref().and_then(|body| body.get("counts")).map(counts).unwrap_or_default();
    let header: &Header = &sealed.header;
    Ok(Entry {
        seq: header.seq,
        cid: sealed.cid,
        at: header.at,
        counts,
        proof: header.proof().map(|proof| proof.to_compact()),
    })
}

/// Reads the counts by service and kind that the owner signed.
pub(super) fn counts(value: &Value) -> Counts {
    let kinds = |value: &Value| {
        let kinds = value.as_map().into_iter().flatten();
        kinds.filter_map(|(kind, number)| Some((kind.clone(), number.as_u64()?))).collect()
    };
    value
        .as_map()
        .into_iter()
        .flatten()
        .map(|(service, value)| (service.clone(), kinds(value)))
        .collect()
}

/// Removes the files that only erased entries name, and those that nothing names. Says how many were named.
fn remove_media(node: &Node, did: &Did, deletion: &Deletion) -> Result<u64, Problem> {
    let store = node.ledger().media();
    for (cid, _) in store.list(did)? {
        if !deletion.media.get(&cid.to_string()).copied().unwrap_or(false) {
            store.remove(did, &cid)?;
        }
    }
    // Unfinished uploads of any age: no one may write to this record any more.
    store.remove_partials(did)?;
    let gone =
        deletion.media.iter().filter(|(cid, is_alive)| !**is_alive && parse_cid(cid).is_ok());
    Ok(gone.count() as u64)
}

impl BeforeSubmit for DeleteRecord {
    fn before_submit(&self, request: &Request<'_>) -> Result<BodiesToErase, Problem> {
        let Request { node, owner, .. } = *request;
        // Known now, erased by then.
        let address = guests::email::address_of(node, owner)?;
        to_erase::list(node, owner, address)
    }
}

impl AfterSubmit for DeleteRecord {
    fn after_submit(&self, done: &Submitted<'_, Self>) {
        let (node, did) = (done.node, done.owner);
        if done.outcome.is_err() {
            return;
        }
        if let Err(problem) = forget(node, did, done.prepared.address.as_deref()) {
            tracing::error!("what waits for {did}, who left, could not be forgotten: {problem}");
        }
        // A deletion by the commands' own door is finished too.
        if !DeletionGuard::is_held(node, did) {
            later(node.clone(), did.clone());
        }
    }
}

/// Finishes deletions that a crash interrupted. Called when the service starts.
pub fn started(node: &Node) {
    node.begin(waiting::DiskAwaited);
    finish_all(node);
}

/// Finishes the deletions that have no receipt yet.
fn finish_all(node: &Node) {
    match unfinished(node) {
        Ok(all) => all.into_iter().for_each(|did| later(node.clone(), did)),
        Err(problem) => tracing::error!("which deletions are unfinished cannot be read: {problem}"),
    }
}

/// Returns the people whose deletion was entered here and has no receipt yet.
fn unfinished(node: &Node) -> Result<Vec<Did>, Problem> {
    let sql = "SELECT owner_did FROM identities WHERE deleted <> 0 AND home_node = ?1";
    let deleted: Vec<String> = node.read(imajin_identity::NAME, |db| {
        Reader::from(db).rows(sql, [node.did().as_str()], |row| row.get(0))
    })?;
    let mut all = Vec::new();
    for did in deleted.iter().filter_map(|text| Did::parse(text).ok()) {
        if receipt::given(node.data(), &did)?.is_none() {
            all.push(did);
        }
    }
    Ok(all)
}

/// Finishes a deletion on another thread: the caller already has their answer.
fn later(node: Node, did: Did) {
    let work = move || {
        let finished =
            deletion_plan::stays(&node, &did).and_then(|stays| finish(&node, &did, stays));
        match finished {
            Ok(_) => {}
            Err(_) if waiting::is_so(&node) => {
                tracing::warn!(
                    "the deletion of {did} continues when the disk with its files is plugged in again"
                );
            }
            Err(problem) => tracing::error!(
                "the deletion of {did} is entered, but not finished; it goes on at the next start: {problem:?}"
            ),
        }
    };
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn_blocking(work)),
        Err(_) => drop(std::thread::spawn(work)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_back_as_they_were_signed() {
        let number = |n: i64| Value::Int(n);
        let value = Value::map([
            ("profile", Value::map([("followers", number(3)), ("updates", number(0))])),
            ("auth", Value::map([("keys", number(1))])),
        ]);
        let read = counts(&value);
        let json = serde_json::to_string(&read).unwrap();
        assert_eq!(json, r#"{"auth":{"keys":1},"profile":{"followers":3,"updates":0}}"#);
        assert!(counts(&Value::Null).is_empty());
    }
}
