//! The one pass over a log: checks every entry against the rules, in order, while other threads check signatures.
//!
//! Always: the reported fault is that of the first entry that has one. This module does not know where the file came
//! from.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

use imajin_dfos::{Cid, Value};
use imajin_protocol::Did;

use super::body_dids::named_in;
use super::evidence::{FileEvidence, evidence_fault};
use super::pool::{self, Pool};
use super::report::{ByWill, Unknown};
use super::rows::{Bodies, DecodedRow};
use crate::entry::Sealed;
use crate::ops::OpTable;
use crate::pace::Pace;
use crate::rules::{Body, CheckError, Code, Fault, LogState, fail};
use crate::untrusted::UntrustedLog;

/// Receives each admitted entry, in order. Its signature may still turn out to be bad.
pub trait Observer {
    /// Takes an entry, with its body if that exists.
    fn entry(&mut self, sealed: &Sealed, body: Option<&Value>, word: Word) -> Result<(), Fault>;
}

/// The person or home who vouches for an entry's contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A signature does.
    Signed,
    /// Only the entry's home vouches for it.
    Home,
    /// Only the entry's home vouches for a part of it that earlier versions did not check.
    HomeInPart,
    /// The entry is unknown: its operation, or the one that it follows from, is unknown.
    Unknown,
}

impl Word {
    /// Returns the verdict of earlier versions.
    pub(crate) fn before(self) -> Self {
        match self {
            Self::HomeInPart => Self::Signed,
            word => word,
        }
    }
}

impl Observer for () {
    fn entry(&mut self, _: &Sealed, _: Option<&Value>, _: Word) -> Result<(), Fault> {
        Ok(())
    }
}

/// The result of a pass.
pub(crate) struct Replayed<'l> {
    pub(crate) state: LogState,
    pub(crate) evidence: FileEvidence<'l>,
    pub(crate) by_will: ByWill,
    pub(crate) entries: u64,
    pub(crate) erased: u64,
    pub(crate) withheld_bodies: u64,
    pub(crate) unknown: Unknown,
    /// Derived entries that rest on the home's word, by operation.
    pub(crate) home_words: BTreeMap<String, u64>,
    pub(crate) home_divisions: u64,
    /// The number of the entry with the requested CID.
    pub(crate) found_head: Option<u64>,
    /// The first entry that names no body and has one.
    pub(crate) stray_body: Option<u64>,
    /// The rows of `bodies`.
    pub(crate) bodies: Bodies,
}

/// The options of a pass.
pub(crate) struct Pass {
    pub(crate) did: Did,
    pub(crate) ops: Arc<OpTable>,
    /// Whether bodies may be withheld: in the visible part of a shared log.
    pub(crate) shared: bool,
    /// The CID of an entry that must be there.
    pub(crate) head: Option<Cid>,
    /// Threads for decoding and signatures; 0 for one per core.
    pub(crate) threads: usize,
    /// The pace of the work, if no caller waits for it.
    pub(crate) pace: Option<Arc<Pace>>,
}

/// Checks the log, given the number of the last erasure of each body. After a fault the second value says how far it
/// got.
pub(crate) fn replay<'l>(
    log: &'l UntrustedLog,
    erasures: HashMap<Cid, u64>,
    pass: &Pass,
    observer: &mut dyn Observer,
) -> (Replayed<'l>, Option<(Option<u64>, Fault)>) {
    let erasures = Rc::new(erasures);
    let mut run = Run {
        out: Replayed {
            state: begin(pass),
            evidence: FileEvidence::new(log.conn(), erasures.clone()),
            by_will: ByWill::default(),
            entries: 0,
            erased: 0,
            withheld_bodies: 0,
            unknown: Unknown::default(),
            home_words: BTreeMap::new(),
            home_divisions: 0,
            found_head: None,
            stray_body: None,
            bodies: Bodies::default(),
        },
        erasures,
        pass,
        observer,
    };
    let threads = match pass.threads {
        0 => thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let fault = match log.another() {
        Ok(conn) => pool::run(conn, threads, pass.pace.as_deref(), |pool| run.all(pool)),
        Err(fault) => Some((None, fault)),
    };
    (run.out, fault)
}

fn begin(pass: &Pass) -> LogState {
    let state = LogState::new(pass.did.clone(), pass.ops.clone());
    if pass.shared { state.withholding() } else { state }
}

struct Run<'l, 'p> {
    out: Replayed<'l>,
    erasures: Rc<HashMap<Cid, u64>>,
    pass: &'p Pass,
    observer: &'p mut dyn Observer,
}

impl Run<'_, '_> {
    fn all(&mut self, pool: &mut Pool) -> Option<(Option<u64>, Fault)> {
        let fault = self.batches(pool);
        self.out.bodies = pool.bodies();
        // A bad signature of an earlier entry comes first.
        let signature = pool.finish().map(|(seq, fault)| (Some(seq), fault));
        match (signature, fault) {
            (Some(signature), Some(fault)) => {
                Some(if fault.0.is_none_or(|seq| signature.0 <= Some(seq)) {
                    signature
                } else {
                    fault
                })
            }
            (signature, fault) => signature.or(fault).or_else(|| self.end()),
        }
    }

    fn batches(&mut self, pool: &mut Pool) -> Option<(Option<u64>, Fault)> {
        loop {
            let batch = match pool.next_batch() {
                Ok(Some(batch)) => batch,
                Ok(None) => return None,
                Err(fault) => return Some((Some(self.out.entries), fault)),
            };
            let mut checks = Vec::with_capacity(batch.len());
            for (seq, row) in batch {
                let expected = self.out.entries;
                let result = if seq == expected {
                    row.and_then(|row| self.entry(row, &mut checks))
                } else {
                    fail(Code::Seq, format!("entry {expected} is missing"))
                };
                if let Err(fault) = result {
                    pool.verify(checks);
                    return Some((Some(expected), fault));
                }
            }
            pool.verify(checks);
            if let Some(pace) = &self.pass.pace {
                pace.rest();
            }
            if pool.failed().is_some() {
                return None;
            }
        }
    }

    fn entry(&mut self, row: DecodedRow, checks: &mut pool::Checks) -> Result<(), Fault> {
        let seq = self.out.entries;
        let header = row.sealed.header.clone();
        if let Some(fault) = row.no_body {
            self.out.state.check_next(&header)?;
            return Err(fault);
        }
        let body = self.body(&row);
        let mut admission =
            self.out.state.check(&row.sealed, body, &self.out.evidence).map_err(check_fault)?;
        checks.extend(std::mem::take(&mut admission.checks).into_iter().map(|check| (seq, check)));
        if admission.home_word {
            *self.out.home_words.entry(header.op.clone()).or_default() += 1;
        }
        self.out.home_divisions += u64::from(admission.home_division);
        let unknown = admission.unknown.take();
        let word = match (&unknown, admission.is_home_said, admission.was_home_said) {
            (Some(_), ..) => Word::Unknown,
            (None, true, true) => Word::Home,
            (None, true, false) => Word::HomeInPart,
            (None, false, _) => Word::Signed,
        };
        if let Some(unknown) = unknown {
            self.out.unknown.add(&header, unknown);
        }
        self.out.state.advance(admission);
        self.out.evidence.advance(row.sealed.cid, &header);
        if let Some(body) = row.body.as_ref().filter(|_| self.pass.shared) {
            // Who reads the part of a log that is shared with them needs the chains of those whom it is about, too.
            let used = &mut self.out.evidence.used.get_mut().chains;
            named_in(body, &mut |did| {
                used.insert(did);
            });
        }
        self.out.by_will.add(header.will_kind());
        self.out.entries += 1;
        if row.stray_body {
            self.out.stray_body.get_or_insert(seq);
        }
        if self.pass.head == Some(row.sealed.cid) {
            self.out.found_head = Some(seq);
        }
        self.observer.entry(&row.sealed, row.body.as_ref(), word)
    }

    /// Returns the body in the form that the rules need; counts erased bodies.
    fn body<'r>(&mut self, row: &'r DecodedRow) -> Body<'r> {
        match (row.sealed.header.body, &row.body) {
            (None, _) => Body::None,
            (Some(_), Some(body)) => Body::Here(body),
            (Some(named), None) => {
                let erased =
                    self.erasures.get(&named).is_some_and(|erasure| *erasure > self.out.entries);
                let count =
                    if erased { &mut self.out.erased } else { &mut self.out.withheld_bodies };
                *count += 1;
                Body::Gone
            }
        }
    }

    fn end(&mut self) -> Option<(Option<u64>, Fault)> {
        if self.out.entries == 0 {
            return Some((Some(0), Fault::new(Code::Seq, "the log has no entry")));
        }
        self.out.state.finish().err().map(|(seq, fault)| (Some(seq), fault))
    }
}

/// Returns the fault of a failed check.
fn check_fault(error: CheckError) -> Fault {
    match error {
        CheckError::Fault(fault) => fault,
        CheckError::Evidence(error) => evidence_fault(error),
    }
}
