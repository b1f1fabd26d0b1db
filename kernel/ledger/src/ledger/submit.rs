//! The path of a command from the caller's task to the writer and back. Everything that can be done off the writer's
//! thread is done here.

use std::sync::Arc;

use imajin_dfos::Value;
use imajin_dfos::cid::{dag_cbor_cid, sha256};
use imajin_log::entry::{SALT_BYTES, encode_body};
use imajin_log::ops;
use imajin_log::rules::Chain;
use imajin_protocol::{Did, Proof};
use serde_json::Value as Json;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::{KeyError, Ledger};
use crate::machine::{Command, CommandWill, Receipt, Refusal, RefusalKind, SubmitError};
use crate::media::{MediaError, Pin};
use crate::mentions::Mentions;
use crate::queue::PushError;
use crate::shared::Shared;
use crate::writer::job::{Beside, Failure, Job, Prepared, Unsearched};
use crate::writer::{refuse_body, salted};

/// Maximum number of searches for the bodies that a command erases.
const SEARCHES_MAX: u32 = 8;

/// The writer's answer, once it arrives.
type PendingReceipt = oneshot::Receiver<Result<Receipt, Failure>>;

/// A future that few commands need. Boxed, since each crate that submits commands has a copy of the code of an unboxed one.
type Rare<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl Ledger {
    /// Enters a command. Checks the proof's signature in the calling task first, so callers need not.
    ///
    /// # Errors
    /// [`SubmitError`] says whether the command was refused, could not be entered, or has an unknown outcome.
    pub async fn submit(&self, command: Command) -> Result<Receipt, SubmitError> {
        let proof = proof_of(&command);
        let started = if command.op == ops::BODY_ERASED {
            self.start_aside(command).await
        } else {
            self.start(command)
        };
        match answer_of(started).await {
            Ok(receipt) => self.when_gone(receipt).await,
            Err(failure) => self.recover(proof, failure).await,
        }
    }

    /// Starts an erasure. Finding the entries that name a body reads the log: this must not block the worker's other tasks.
    fn start_aside(&self, command: Command) -> Rare<'_, Result<PendingReceipt, Failure>> {
        Box::pin(self.aside(move |ledger| ledger.start(command)))
    }

    /// Runs what reads a log on a thread that may block. Without a runtime the caller polls on its own thread.
    async fn aside(
        &self,
        work: impl FnOnce(&Self) -> Result<PendingReceipt, Failure> + Send + 'static,
    ) -> Result<PendingReceipt, Failure> {
        match Handle::try_current() {
            Ok(runtime) => {
                let ledger = self.clone();
                let started = runtime.spawn_blocking(move || work(&ledger)).await;
                started.unwrap_or(Err(SubmitError::OutcomeUnknown.into()))
            }
            Err(_) => work(self),
        }
    }

    /// Continues after a failure: searches for what the command erases, and returns the first answer to a repeated proof.
    fn recover(
        &self,
        proof: Option<Arc<Proof>>,
        failure: Failure,
    ) -> Rare<'_, Result<Receipt, SubmitError>> {
        Box::pin(async move {
            let (mut failure, mut searches) = (failure, 0);
            while let Failure::Search(unsearched) = failure {
                searches += 1;
                let search = move |ledger: &Self| ledger.search(*unsearched, searches);
                match answer_of(self.aside(search).await).await {
                    Ok(receipt) => return self.when_gone(receipt).await,
                    Err(next) => failure = next,
                }
            }
            let Some(proof) = proof.filter(|_| may_be_repeated(&failure)) else {
                return Err(plain(failure));
            };
            let shared = self.inner.shared.clone();
            // Settling may read much, so it must not run on an async worker.
            let settled =
                tokio::task::spawn_blocking(move || settle(&shared, &proof, failure)).await;
            let receipt = settled.unwrap_or(Err(SubmitError::OutcomeUnknown))?;
            self.when_gone(receipt).await
        })
    }

    /// Returns the receipt once the projections no longer have what the operation erased.
    async fn when_gone(&self, receipt: Receipt) -> Result<Receipt, SubmitError> {
        let replays = self.inner.shared.replays.before(&receipt);
        if !replays.is_empty() {
            all_done(replays).await?;
        }
        Ok(receipt)
    }

    fn when_gone_blocking(&self, receipt: Receipt) -> Result<Receipt, SubmitError> {
        for done in self.inner.shared.replays.before(&receipt) {
            done.blocking_recv().map_err(|_| SubmitError::OutcomeUnknown)?;
        }
        Ok(receipt)
    }

    /// Submits as [`Ledger::submit`], for threads. Do not call it from an async task.
    pub fn submit_blocking(&self, command: Command) -> Result<Receipt, SubmitError> {
        let proof = proof_of(&command);
        let mut started = self.start(command);
        let mut searches = 0;
        let failure = loop {
            let answer = match started {
                Ok(answer) => answer,
                Err(failure) => break failure,
            };
            match answer.blocking_recv() {
                Ok(Ok(receipt)) => return self.when_gone_blocking(receipt),
                Ok(Err(Failure::Search(unsearched))) => {
                    searches += 1;
                    started = self.search(*unsearched, searches);
                }
                Ok(Err(failure)) => break failure,
                Err(_) => return Err(SubmitError::OutcomeUnknown),
            }
        };
        match proof.filter(|_| may_be_repeated(&failure)) {
            Some(proof) => settle(&self.inner.shared, &proof, failure)
                .and_then(|receipt| self.when_gone_blocking(receipt)),
            None => Err(plain(failure)),
        }
    }

    /// Prepares a command and queues it.
    fn start(&self, command: Command) -> Result<PendingReceipt, Failure> {
        let shared = &self.inner.shared;
        if shared.fatal.get().is_some() {
            return Err(SubmitError::OutcomeUnknown.into());
        }
        if shared.is_closing() {
            return Err(SubmitError::Closed.into());
        }
        let (command, prepared) = prepare(shared, command)?;
        self.queue(command, prepared)
    }

    /// Searches for what a command erases after the writer returned the command, and queues it again.
    fn search(&self, unsearched: Unsearched, searches: u32) -> Result<PendingReceipt, Failure> {
        let (command, mut prepared) = unsearched.job.ok_or(SubmitError::OutcomeUnknown)?;
        if searches > SEARCHES_MAX {
            // The log grows, or is replaced, faster than the search reads it.
            return Err(SubmitError::Busy.into());
        }
        let shared = &self.inner.shared;
        let logs = unsearched.wanted.into_iter();
        let mentions = logs.map(|(did, bodies)| shared.find_named(&did, bodies).map(Arc::new));
        let mentions: Result<_, _> = mentions.collect();
        prepared.named = mentions.map_err(SubmitError::from)?;
        self.queue(command, prepared)
    }

    fn queue(&self, command: Command, prepared: Prepared) -> Result<PendingReceipt, Failure> {
        let shared = &self.inner.shared;
        let (answer, answered) = oneshot::channel();
        match shared.queue.push(Job { command, prepared, answer }) {
            Ok(()) => Ok(answered),
            Err(PushError::Full) => Err(SubmitError::Busy.into()),
            Err(PushError::Closed) if shared.fatal.get().is_some() => {
                Err(SubmitError::OutcomeUnknown.into())
            }
            Err(PushError::Closed) => Err(SubmitError::Closed.into()),
        }
    }
}

/// Computes the body's bytes, the proof's check and CID, and the evidence that came with the command.
fn prepare(shared: &Shared, mut command: Command) -> Result<(Command, Prepared), Failure> {
    let mut payload = None;
    match &command.will {
        CommandWill::Signed(proof) => {
            agree(&command, proof)?;
            let cid = shared.check_will(&command, proof);
            payload = Some(cid.map_err(|error| failure_of(proof, error))?);
        }
        CommandWill::Custodial { .. } | CommandWill::Node => {
            let mut seed = b"salt of the intent".to_vec();
            seed.extend_from_slice(&command.fresh);
            let mut salt = [0; SALT_BYTES];
            salt.copy_from_slice(&sha256(&seed)[..SALT_BYTES]);
            let body = command.body.take().map(|body| salted(body, &salt));
            command.body = body.transpose().map_err(refuse_body)?;
        }
    }
    let mut body = None;
    if let Some(value) = &command.body {
        let bytes = encode_body(value).map_err(refuse_body)?;
        let cid = dag_cbor_cid(&bytes);
        if let CommandWill::Signed(proof) = &command.will
            && proof.payload.body != Some(cid)
        {
            return Err(disagrees("body"));
        }
        body = Some((Arc::from(bytes), cid));
    }
    let pins = pin_media(shared, &command)?;
    let beside = beside(&command.args)?;
    let named = find_mentions(shared, &command)?;
    Ok((command, Prepared { body, payload, named, beside, _pins: pins }))
}

/// Finds the entries that an erasure concerns: finding them reads the log, which must not block the writer.
fn find_mentions(shared: &Shared, command: &Command) -> Result<Vec<Arc<Mentions>>, Failure> {
    if command.op != ops::BODY_ERASED {
        return Ok(Vec::new());
    }
    let listed = command.body.as_ref().and_then(|body| body.get("bodies"));
    let listed = listed.and_then(Value::as_list).unwrap_or_default();
    let bodies = listed.iter().filter_map(Value::as_link).copied().collect();
    let mentions = shared.find_named(&command.did, bodies).map_err(SubmitError::from)?;
    // Erased media are removed from the disk as well.
    if mentions.has_media()
        && let Some(disk) = shared.media.missing_disk()
    {
        return Err(SubmitError::DiskMissing { disk }.into());
    }
    Ok(vec![Arc::new(mentions)])
}

/// Pins the named media files (docs/format.md §9): an entry may name only files that this node has, or the person's
/// copies would be invalid. The files stay until the command is answered.
fn pin_media(shared: &Shared, command: &Command) -> Result<Vec<Arc<Pin>>, Failure> {
    let ids = command.fact.as_ref().and_then(|fact| fact.ids("media"));
    let mut pins = Vec::new();
    for id in ids.unwrap_or_default() {
        let pinned = id.to_cid().map_or(Ok(None), |cid| shared.media.pin(&command.did, &cid));
        let media_pin = match pinned {
            Ok(media_pin) => media_pin,
            Err(MediaError::NotRaw { .. }) => None,
            Err(MediaError::Full) => return Err(SubmitError::Full.into()),
            Err(MediaError::DiskMissing { disk }) => {
                return Err(SubmitError::DiskMissing { disk }.into());
            }
            Err(error) => {
                return Err(Refusal::new(RefusalKind::Stored, error.to_string()).into());
            }
        };
        let Some(pin) = media_pin else {
            let text = format!("there is no media file {id} of yours here: upload it first");
            let refusal = Refusal::new(RefusalKind::BadRequest, text).field("fact.media");
            // A repetition gets the first answer, even if the file was erased since.
            return Err(Failure::Stale(refusal.into()));
        };
        pins.push(Arc::new(pin));
    }
    Ok(pins)
}

/// Checks that the command matches the signed payload; the body's CID is compared once it is computed.
fn agree(command: &Command, proof: &Proof) -> Result<(), Failure> {
    let payload = &proof.payload;
    let same = [
        ("did", payload.did == command.did),
        ("service", payload.service == command.service),
        ("op", payload.op == command.op),
        ("ref", payload.reference == command.reference),
        ("fact", payload.fact == command.fact),
        ("body", payload.body.is_some() == command.body.is_some()),
    ];
    let other = same.iter().find(|(_, same)| !same);
    other.map_or(Ok(()), |(field, _)| Err(disagrees(field)))
}

fn disagrees(field: &str) -> Failure {
    let text = format!("the proof was made for another {field:?} than this command has");
    Refusal::new(RefusalKind::BadRequest, text).field(field).into()
}

/// Returns the failure for a key error. A key that is no longer in force may have signed an entry when it was.
fn failure_of(proof: &Proof, error: KeyError) -> Failure {
    match error {
        KeyError::Chain
        | KeyError::NotInForce(_)
        | KeyError::NotDelegated(_)
        | KeyError::DelegationUnnamed => {
            tracing::debug!(kid = %proof.kid, %error, "a proof is by no key in force for it: entered before, or refused");
            Failure::Stale(error.into())
        }
        other => SubmitError::from(other).into(),
    }
}

/// Reads the evidence with a command, in `args.evidence`: `{chains: {did: [token]}, heads: [jws]}`.
fn beside(args: &Json) -> Result<Beside, Failure> {
    let mut beside = Beside::default();
    let Some(evidence) = args.get("evidence") else {
        return Ok(beside);
    };
    let wrong =
        |what: String| Failure::from(Refusal::new(RefusalKind::BadRequest, what).field("evidence"));
    for (did, tokens) in evidence.get("chains").and_then(Json::as_object).into_iter().flatten() {
        let did = Did::parse(did).map_err(|error| wrong(error.to_string()))?;
        let tokens = tokens.as_array().into_iter().flatten().filter_map(Json::as_str);
        let chain = Chain::verify(&did, tokens)
            .map_err(|error| wrong(format!("the chain of {did}: {error}")))?;
        beside.chains.push(Arc::new(chain));
        beside.chain_dids.push(did);
    }
    let heads = evidence.get("heads").and_then(Json::as_array).into_iter().flatten();
    beside.heads.extend(heads.filter_map(Json::as_str).map(str::to_owned));
    Ok(beside)
}

/// Waits for the writer's answer.
async fn answer_of(started: Result<PendingReceipt, Failure>) -> Result<Receipt, Failure> {
    // The writer ends without an answer only after a failure of the disk, or a panic.
    started?.await.unwrap_or(Err(SubmitError::OutcomeUnknown.into()))
}

/// Waits for all of these replays.
fn all_done(replays: Vec<oneshot::Receiver<()>>) -> Rare<'static, Result<(), SubmitError>> {
    Box::pin(async move {
        for replay in replays {
            replay.await.map_err(|_| SubmitError::OutcomeUnknown)?;
        }
        Ok(())
    })
}

fn proof_of(command: &Command) -> Option<Arc<Proof>> {
    match &command.will {
        CommandWill::Signed(proof) => Some(proof.clone()),
        _ => None,
    }
}

fn may_be_repeated(failure: &Failure) -> bool {
    matches!(failure, Failure::Order(_) | Failure::Stale(_))
}

fn plain(failure: Failure) -> SubmitError {
    match failure {
        Failure::Submit(error) | Failure::Stale(error) => error,
        Failure::Order(message) => {
            Refusal::new(RefusalKind::Conflict, message).field("after").into()
        }
        Failure::Search(_) => SubmitError::Busy,
    }
}

/// Returns the first answer again, or the `after` that the proof should have named.
fn settle(shared: &Shared, proof: &Proof, failure: Failure) -> Result<Receipt, SubmitError> {
    match shared.find_repeated(proof)? {
        Some(receipt) => Ok(receipt),
        None => Err(match failure {
            Failure::Order(message) => shared.conflict(proof, message),
            other => plain(other),
        }),
    }
}
