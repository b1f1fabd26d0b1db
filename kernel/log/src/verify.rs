//! Proves a copied log or bundle from the DID alone, with no node, no network and no trust (docs/format.md §11 to §13).
//!
//! Always: the rules are those of the writer ([`crate::rules`]); a valid report means that every rule holds. Memory
//! does not grow with the log, except for what its rows refer to. This module does not know what an operation of a
//! service means: views come through [`Views`](crate::format::views::Views).

mod anchors;
pub mod body_dids;
pub mod bundle;
mod compare;
pub mod ends;
pub mod evidence;
mod pool;
pub(crate) mod replay;
mod report;
mod rows;
mod valid_log;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_dfos::Cid;
use imajin_protocol::{Did, Head};

use crate::entry::Header;
use crate::ops::OpTable;
use crate::pace::Pace;
use crate::rules::{Code, Fault, Owner, fail};
use crate::untrusted::{LogForm, UntrustedError, UntrustedLog};

pub(crate) use rows::erasures;
pub use valid_log::ValidLog;

pub use anchors::{AnchorRequest, AnchorSource};
pub use bundle::{BundleOptions, OpenBundle, open_bundle, verify_bundle, verify_path};
pub use compare::{Equivocation, Party, Side, compare};
use replay::{Observer, Pass, Replayed};
pub use report::{
    AnchorReport, AnchorsReport, BundleReport, ByWill, FaultReport, HeadReport, HomeReport,
    LastReport, Report, Unknown, UnknownEntry, Verdict,
};

/// Options of a verification.
#[derive(Debug, Clone, Default)]
pub struct VerifyOptions {
    /// The DID that the log must have; else the verifier takes the one in entry 0, and reports it.
    pub did: Option<Did>,
    /// The CID of an entry that must be there: from a head that the caller knows.
    pub head: Option<Cid>,
    /// Threads; 0 for one per core.
    pub threads: usize,
    /// The pace of the work, if no caller waits for it. If the pace ends the work, the report is void.
    pub pace: Option<Arc<Pace>>,
    /// The folder for temporary copies; `None` for the system's.
    pub scratch: Option<PathBuf>,
}

/// Why a log has no report: the file is unreadable.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum VerifyError {
    #[error("{path}: {error}")]
    Unusable { path: PathBuf, error: std::io::Error },
    /// The bundle is encrypted, and the given secret does not open it.
    #[error("{path}: {error}")]
    Locked { path: PathBuf, error: crate::format::age::AgeError },
    #[error("anchors: {0}")]
    Anchors(String),
}

/// Verifies one bare `log.sqlite`.
///
/// # Errors
/// [`VerifyError`] if the file is unreadable; a broken rule is in the report.
pub fn verify_log(
    path: &Path,
    ops: &Arc<OpTable>,
    options: &VerifyOptions,
) -> Result<Report, VerifyError> {
    let inspected = inspect(path, ops, options, LogKind::Bare, &mut |_| Ok(Box::new(())))?;
    Ok(inspected.report)
}

/// The kind of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogKind {
    /// A log file alone.
    Bare,
    /// A log in a bundle.
    Bundle,
    /// The part of a shared log in a bundle: bodies may be withheld.
    Shared,
}

/// Makes the observer of a log, once its DID is known.
pub type Watch<'w> = dyn FnMut(&Did) -> Result<Box<dyn Observer + 'w>, Fault> + 'w;

/// The result of verifying a log.
pub struct Inspected {
    /// The report.
    pub report: Report,
    /// Further facts about a valid log.
    pub known: Option<ValidLog>,
}

/// Verifies one log and reports.
pub fn inspect<'w>(
    path: &Path,
    ops: &Arc<OpTable>,
    options: &VerifyOptions,
    kind: LogKind,
    watch: &mut Watch<'w>,
) -> Result<Inspected, VerifyError> {
    let scratch = options.scratch.as_deref();
    let erasures = |conn: &_| rows::erasures(conn, ops);
    let form = match kind {
        LogKind::Bare => LogForm::Bare,
        LogKind::Bundle | LogKind::Shared => LogForm::Bundle,
    };
    let opened = UntrustedLog::open_beside(path, form, scratch, options.pace.as_ref(), erasures)
        .and_then(|(log, erasures)| Ok((log, erasures?)));
    let (log, erasures) = match opened {
        Ok(opened) => opened,
        Err(UntrustedError::Fault(fault)) => {
            return Ok(invalid(options.did.as_ref(), FaultReport::from_fault(None, fault)));
        }
        Err(UntrustedError::Unusable { path, error }) => {
            return Err(VerifyError::Unusable { path, error });
        }
    };
    let did = match options.did.clone().map_or_else(|| first_did(&log), Ok) {
        Ok(did) => did,
        Err(fault) => return Ok(invalid(None, FaultReport::from_fault(Some(0), fault))),
    };
    let pass = Pass {
        did: did.clone(),
        ops: ops.clone(),
        shared: kind == LogKind::Shared,
        head: options.head,
        threads: options.threads,
        pace: options.pace.clone(),
    };
    let mut watcher = match watch(&did) {
        Ok(watcher) => watcher,
        Err(fault) => return Ok(invalid(Some(&did), FaultReport::from_fault(None, fault))),
    };
    let (replayed, fault) = replay::replay(&log, erasures, &pass, watcher.as_mut());
    drop(watcher);
    let mut report = begin_report(&did, &replayed);
    let ended = match fault {
        Some((seq, fault)) => Err((seq, fault)),
        None => end(&log, &pass, &replayed, &mut report),
    };
    let parts = match ended {
        Ok((head, bodies)) => {
            report.conclude();
            Some((replayed.state.clone(), head, bodies))
        }
        Err((seq, fault)) => {
            report.fault = Some(FaultReport::from_fault(seq, fault));
            None
        }
    };
    drop(replayed);
    let valid_log = parts.map(|(state, head, bodies)| ValidLog { did, state, head, log, bodies });
    Ok(Inspected { report, known: valid_log })
}

/// Collects the ids and bodies that the entries of a log refer to; `None` if an entry has a fault.
pub(crate) fn referred(
    path: &Path,
    did: &Did,
    ops: &Arc<OpTable>,
) -> Result<Option<evidence::Used>, VerifyError> {
    let opened = UntrustedLog::open_beside(path, LogForm::Bare, None, None, |conn| {
        rows::erasures(conn, ops)
    });
    let (log, erasures) = match opened {
        Ok((log, Ok(erasures))) => (log, erasures),
        Ok((_, Err(_))) | Err(UntrustedError::Fault(_)) => return Ok(None),
        Err(UntrustedError::Unusable { path, error }) => {
            return Err(VerifyError::Unusable { path, error });
        }
    };
    let pass = Pass {
        did: did.clone(),
        ops: ops.clone(),
        shared: false,
        head: None,
        threads: 0,
        pace: None,
    };
    let (replayed, fault) = replay::replay(&log, erasures, &pass, &mut ());
    if fault.is_some() {
        return Ok(None);
    }
    let mut used = replayed.evidence.used.take();
    let homes = replayed.state.homes().iter();
    used.chains.extend(homes.map(|span| span.home.node.clone()));
    Ok(Some(used))
}

/// Makes the checks after the last entry.
fn end(
    log: &UntrustedLog,
    pass: &Pass,
    replayed: &Replayed<'_>,
    report: &mut Report,
) -> Result<(Option<Head>, u64), (Option<u64>, Fault)> {
    let conn = log.conn();
    let head = ends::heads(conn, &pass.did, replayed)?;
    if let Some(head) = &head {
        report.attested_to = Some(head.payload.seq);
        report.head = Some(head_report(head));
    }
    if let (Some(asked), None) = (pass.head, replayed.found_head) {
        let message = format!("the log lacks the entry {asked} that was asked for");
        return Err((None, Fault::new(Code::Cut, message)));
    }
    ends::strays(conn, &pass.did, replayed)?;
    report.withheld = replayed.withheld_bodies + replayed.evidence.used.borrow().withheld;
    Ok((head, replayed.bodies.count))
}

fn begin_report(did: &Did, replayed: &Replayed<'_>) -> Report {
    let state = &replayed.state;
    Report {
        did: Some(did.to_string()),
        entries: replayed.entries,
        by_will: replayed.by_will,
        erased: replayed.erased,
        withheld: replayed.withheld_bodies + replayed.evidence.used.borrow().withheld,
        unknown: replayed.unknown.clone(),
        home_words: replayed.home_words.clone(),
        home_divisions: replayed.home_divisions,
        node_word_only: matches!(state.owner(), Owner::BareKey(_)),
        last: state.newest().map(|newest| LastReport {
            seq: newest.seq,
            cid: newest.cid.to_string(),
            at: newest.at.to_string(),
        }),
        homes: state
            .homes()
            .iter()
            .map(|span| HomeReport {
                node: span.home.node.to_string(),
                url: span.home.url.to_string(),
                epoch: span.home.epoch,
                from: span.from_seq,
            })
            .collect(),
        ..Report::default()
    }
}

fn head_report(head: &Head) -> HeadReport {
    HeadReport {
        epoch: head.payload.epoch,
        seq: head.payload.seq,
        cid: head.payload.cid.to_string(),
        at: head.payload.at.to_string(),
        node: head.node().to_string(),
        jws: head.to_compact(),
    }
}

fn invalid(did: Option<&Did>, fault: FaultReport) -> Inspected {
    let report = Report { did: did.map(Did::to_string), fault: Some(fault), ..Report::default() };
    Inspected { report, known: None }
}

/// Returns the DID that the file claims.
fn first_did(log: &UntrustedLog) -> Result<Did, Fault> {
    let sql = "SELECT header FROM entries ORDER BY seq LIMIT 1";
    let bytes: Result<Vec<u8>, _> = log.conn().query_row(sql, [], |row| row.get(0));
    match bytes {
        Ok(bytes) => Ok(Header::decode(&bytes).map_err(|error| rows::entry_fault(&error))?.did),
        Err(rusqlite::Error::QueryReturnedNoRows) => fail(Code::Seq, "the log has no entry"),
        Err(error) => Err(error.into()),
    }
}
