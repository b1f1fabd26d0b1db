//! A submission from its arrival to its answers. All cores parse and verify it, then the relay ingests it in order,
//! followed by operations that waited for it.
//!
//! Always: answers are sent after everything in them is durable. One submission ingests a bounded number of waiting
//! operations; a task ingests the rest.

use std::collections::{BTreeSet, VecDeque};

use imajin_dfos::batch::AtOnce;
use imajin_dfos::operation;
use serde::Serialize;

use super::admit::{Log, Outcome, RevokedGrant, Session};
use super::core::Core;
use super::host::Host;
use super::prepare::{Item, Prepared, prepare};
use super::store::{Answer, Kind, Origin, PendingMax, PendingRow};

/// Waiting operations that are ingested with one submission; more wait a little longer.
const RETRIES_MAX: usize = 500;

/// The answer for one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ingested {
    cid: String,
    pub(super) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chain_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dependency_missing: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_grant: Option<RevokedGrant>,
}

/// The outcome of a submission.
pub(super) struct IngestOutcome {
    /// Results in the order of submission.
    pub(super) results: Vec<Ingested>,
    pub(super) news: News,
}

/// New data of one batch, for the peers' tasks.
#[derive(Debug, Default)]
pub(super) struct News {
    /// Tokens that peers do not have yet.
    pub(super) tokens: Vec<String>,
    /// Content chains that changed, or that a grant may have opened.
    pub(super) contents: BTreeSet<String>,
    /// Keys of landed operations for which more operations may wait.
    pub(super) more_waits_for: Vec<WaitKey>,
}

/// Waiting operations: the operation's CID or DID that they wait for, and a position to continue after.
pub(super) type WaitKey = (String, i64);

/// The progress of reading a peer's log, stored with the operations of that page.
pub(super) struct PeerProgress {
    pub(super) peer: String,
    pub(super) cursor: Option<String>,
}

impl Ingested {
    fn new(cid: String, outcome: Outcome) -> Self {
        let dependency_missing = matches!(outcome, Outcome::Waits { .. });
        let (status, place, error) = match outcome {
            Outcome::New { kind, chain_id } => ("new", Some((kind.name(), chain_id)), None),
            Outcome::Duplicate { kind, chain_id } => {
                ("duplicate", Some((kind.name(), chain_id)), None)
            }
            Outcome::Rejected { error } | Outcome::Waits { error, .. } => {
                ("rejected", None, Some(error))
            }
        };
        let (kind, chain_id) = place.unzip();
        Self { cid, status, kind, chain_id, error, dependency_missing, revoked_grant: None }
    }
}

impl Core {
    /// Ingests a submission. Blocks until the answers are durable.
    pub(super) fn take_in(
        &self,
        tokens: &[String],
        origin: Origin,
        mark: Option<&PeerProgress>,
    ) -> Answer<IngestOutcome> {
        let prepared = prepare(tokens, &self.store, &self.recent)?;
        let now = self.clock.now();
        self.store.write(tokens.len(), |tx| {
            let mut session = Session::new(tx, &self.recent, now, Log::Append);
            let mut batch = IngestBatch::new(&session, self.limits.pending(), &*self.host)?;
            let results = batch.take_in(&mut session, prepared, tokens, origin)?;
            batch.retry(&mut session)?;
            if let Some(mark) = mark {
                session.tx.put_peer_cursor(&mark.peer, mark.cursor.as_deref())?;
            }
            session.finish()?;
            Ok(IngestOutcome { results, news: batch.news })
        })
    }

    /// Ingests some of the operations that wait for `wanted`.
    pub(super) fn retry(&self, wanted: Vec<WaitKey>) -> Answer<News> {
        let now = self.clock.now();
        self.store.write(RETRIES_MAX, |tx| {
            let mut session = Session::new(tx, &self.recent, now, Log::Append);
            let mut batch = IngestBatch::new(&session, self.limits.pending(), &*self.host)?;
            batch.landed.extend(wanted);
            batch.retry(&mut session)?;
            session.finish()?;
            Ok(batch.news)
        })
    }
}

struct IngestBatch<'h> {
    host: &'h dyn Host,
    /// Whether any operation waits. Usually none does, and the lookups are skipped.
    is_pending: bool,
    news: News,
    /// Landed operations and identities that others may wait for.
    landed: VecDeque<WaitKey>,
    pending_max: PendingMax,
}

impl<'h> IngestBatch<'h> {
    fn new(session: &Session<'_>, pending_max: PendingMax, host: &'h dyn Host) -> Answer<Self> {
        Ok(Self {
            host,
            is_pending: session.tx.is_pending()?,
            news: News::default(),
            landed: VecDeque::new(),
            pending_max,
        })
    }

    fn take_in(
        &mut self,
        session: &mut Session<'_>,
        prepared: Prepared<'_>,
        tokens: &[String],
        origin: Origin,
    ) -> Answer<Vec<Ingested>> {
        for keyring in prepared.looked_up {
            let head = session.tx.identity_head(keyring.did.as_str())?;
            if head.as_deref() == Some(keyring.head_cid.as_str()) {
                session.recent.put(keyring);
            }
        }
        let items = prepared.items.into_iter().map(|item| match item {
            Item::Read(operation) => (None, Some(operation)),
            Item::Refused { cid, error } => {
                (Some(Ingested::new(cid, Outcome::Rejected { error })), None)
            }
        });
        let (mut results, mut operations): (Vec<_>, Vec<_>) = items.unzip();
        for place in prepared.order {
            let operation = operations.get_mut(place).and_then(Option::take);
            let (Some(operation), Some(token)) = (operation, tokens.get(place)) else {
                continue;
            };
            let cid = operation.cid().to_string();
            let outcome = session.admit(*operation, origin, &prepared.verdicts)?;
            if self.is_pending && matches!(outcome, Outcome::New { .. }) {
                // A waiting operation may have been submitted again after its dependency.
                session.tx.drop_pending(&cid)?;
            }
            self.note(session, &cid, token, origin, &outcome)?;
            if let Some(slot) = results.get_mut(place) {
                let mut answer = Ingested::new(cid, outcome);
                answer.revoked_grant = session.revoked.take();
                *slot = Some(answer);
            }
        }
        Ok(results.into_iter().flatten().collect())
    }

    fn note(
        &mut self,
        session: &mut Session<'_>,
        cid: &str,
        token: &str,
        origin: Origin,
        outcome: &Outcome,
    ) -> Answer<()> {
        match outcome {
            Outcome::New { kind, chain_id } => {
                self.news.tokens.push(token.to_owned());
                self.landed.push_back((cid.to_owned(), 0));
                match kind {
                    Kind::Identity => self.landed.push_back((chain_id.clone(), 0)),
                    Kind::Content => {
                        self.news.contents.insert(chain_id.clone());
                    }
                    _ => {}
                }
            }
            Outcome::Waits { wanted, .. } => {
                let row = PendingRow {
                    id: 0,
                    cid: cid.to_owned(),
                    token: token.to_owned(),
                    origin,
                    wanted: wanted.clone(),
                };
                session.tx.put_pending(&row, self.pending_max)?;
                self.is_pending = true;
            }
            Outcome::Duplicate { .. } | Outcome::Rejected { .. } => {}
        }
        Ok(())
    }

    /// Admits waiting operations until no further one becomes possible, or the batch is full.
    fn retry(&mut self, session: &mut Session<'_>) -> Answer<()> {
        if !self.is_pending {
            return Ok(());
        }
        let mut left = RETRIES_MAX;
        while let Some((landed, after)) = self.landed.pop_front() {
            if left == 0 {
                self.news.more_waits_for.push((landed, after));
                continue;
            }
            let waiting = session.tx.pending_for(&landed, after, left)?;
            if let Some(last) = waiting.last().filter(|_| waiting.len() == left) {
                self.news.more_waits_for.push((landed.clone(), last.id));
            }
            left -= waiting.len();
            for row in waiting {
                self.retry_one(session, &row, &landed)?;
            }
        }
        Ok(())
    }

    fn retry_one(
        &mut self,
        session: &mut Session<'_>,
        row: &PendingRow,
        landed: &str,
    ) -> Answer<()> {
        let outcome = match operation::read(&row.token) {
            Ok(operation) => session.admit(operation, row.origin, &AtOnce)?,
            Err(error) => Outcome::Rejected { error: error.to_string() },
        };
        session.revoked = None;
        match &outcome {
            // The identity grew, but not by the key that is missing: it stays where it is.
            Outcome::Waits { wanted, .. } if wanted == landed => return Ok(()),
            Outcome::Waits { .. } => {}
            Outcome::Rejected { error } => {
                if let Some(left_out) = self.host.next_line("relay refused") {
                    tracing::info!(
                        cid = row.cid,
                        error,
                        left_out,
                        "relay: refused what had waited"
                    );
                }
                session.tx.drop_pending(&row.cid)?;
            }
            Outcome::New { .. } | Outcome::Duplicate { .. } => {
                session.tx.drop_pending(&row.cid)?;
            }
        }
        self.note(session, &row.cid, &row.token, row.origin, &outcome)
    }
}
