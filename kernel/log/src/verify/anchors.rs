//! Compares a log with what its homes published (docs/format.md §14): the log must have each anchored head, or prove
//! that the anchor does not contain the log.
//!
//! Always: no sender of anchors is trusted. An operation counts by the identity chain of a node that was home, and a
//! head by a path to a document that such an operation names. The caller fetches the anchors.

mod chain;
mod log;

use std::collections::BTreeMap;

use imajin_dfos::ContentId;
use imajin_protocol::Did;
use imajin_protocol::anchor::{AnchorFile, AnchoredHead, ChainFile, Nonce, Path, subject};

use super::report::{AnchorReport, AnchorsReport, FaultReport};
use super::{ValidLog, VerifyError};
use crate::anchors::log_salt;
use crate::format::names;
use crate::rules::Code;
use chain::Published;
use log::Log;

/// A node whose anchors the verifier needs.
#[derive(Debug, Clone)]
pub struct AnchorRequest {
    /// A node that was home.
    pub node: Did,
    /// The DID of its identity chain, `did:dfos:…`.
    pub dfos_did: String,
    /// Content chains that the copy names as its anchors.
    pub chains: Vec<ContentId>,
}

/// Returns what the homes of a log published, as far as the source knows.
pub type AnchorSource<'s> = &'s mut dyn FnMut(&[AnchorRequest]) -> Result<Vec<ChainFile>, String>;

/// The paths that a copy contains.
#[derive(Clone, Copy)]
pub(super) enum Carried<'c> {
    /// A bare log, which has none and needs none.
    Nothing,
    /// A bundle must answer for every anchor in its time; one without the file answers for none.
    Bundle(Option<&'c AnchorFile>),
}

/// Checks `anchors.json` of a bundle alone: its form, and that its heads are this log's.
pub(super) fn carried(
    bytes: Option<&[u8]>,
    valid_log: &ValidLog,
) -> Result<Option<AnchorFile>, FaultReport> {
    let Some(bytes) = bytes else {
        return Ok(None);
    };
    let fault = |message: String| FaultReport::file(Code::Anchor, names::ANCHORS, message);
    let file = AnchorFile::parse(bytes).map_err(|error| fault(error.to_string()))?;
    if file.did != valid_log.did {
        return Err(fault("did is not the log's".into()));
    }
    let log = Log::new(valid_log);
    for paths in &file.nodes {
        if !log.homes().any(|home| *home == paths.node) {
            return Err(fault(format!("{} was never home of this log", paths.node)));
        }
        for (_, path) in &paths.paths {
            if let Some(head) = path.head()
                && let Err((code, message)) = log.holds(head, &paths.node)?
            {
                let mut report = fault(message);
                (report.seq, report.code) = (Some(head.seq), code);
                return Err(report);
            }
        }
    }
    Ok(Some(file))
}

/// Compares a valid log with everything that its homes published. The first fault is that of the oldest operation.
pub(super) fn judge(
    valid_log: &ValidLog,
    carried: Carried<'_>,
    source: AnchorSource<'_>,
) -> Result<(AnchorsReport, Option<FaultReport>), VerifyError> {
    let unusable = |message: String| VerifyError::Anchors(message);
    let log = Log::new(valid_log);
    let stored = |error: rusqlite::Error| unusable(error.to_string());
    let salt = log_salt(valid_log.log.conn()).map_err(stored)?;
    let salt = salt.ok_or_else(|| unusable("the log's first entry has no body".into()))?;
    let requests = anchor_requests(&log, carried).map_err(unusable)?;
    let files = source(&requests).map_err(unusable)?;
    let mut report = AnchorsReport::default();
    for file in &files {
        let published = Published::verify(file, &log).map_err(unusable)?;
        let mut paths: BTreeMap<String, Path> = BTreeMap::new();
        let mut nonce_paths: Vec<&(Nonce, Path)> = file.paths.iter().collect();
        if let Carried::Bundle(Some(anchors)) = carried {
            let of_node = anchors.nodes.iter().filter(|paths| paths.node == file.node);
            nonce_paths.extend(of_node.flat_map(|paths| &paths.paths));
        }
        for (nonce, path) in nonce_paths {
            let subject = subject(nonce, &salt, &valid_log.did);
            // A path for another log leads elsewhere, and therefore to no document.
            if let Some(document) = path.document(nonce, &subject) {
                paths.insert(document.cid().to_string(), path.clone());
            }
        }
        let outcome = each(&log, file, &published, &mut paths, carried, &mut report);
        if let Some(fault) = outcome.map_err(|fault| unusable(fault.to_string()))? {
            return Ok((report, Some(fault)));
        }
        report.unknown += paths.len() as u64;
    }
    Ok((report, None))
}

fn anchor_requests(log: &Log<'_>, carried: Carried<'_>) -> Result<Vec<AnchorRequest>, String> {
    let mut requests: Vec<AnchorRequest> = Vec::new();
    for node in log.homes() {
        if requests.iter().any(|other| other.node == *node) {
            continue;
        }
        let chains = match carried {
            Carried::Bundle(Some(anchors)) => {
                let of_node = anchors.nodes.iter().filter(|paths| paths.node == *node);
                of_node.map(|paths| paths.chain.clone()).collect()
            }
            _ => Vec::new(),
        };
        requests.push(AnchorRequest {
            node: node.clone(),
            dfos_did: log.identity(node)?.dfos_did(),
            chains,
        });
    }
    Ok(requests)
}

/// Returns every operation of one node's chains, oldest first. Removes the paths that it uses from `paths`.
fn each(
    log: &Log<'_>,
    file: &ChainFile,
    published: &Published,
    paths: &mut BTreeMap<String, Path>,
    carried: Carried<'_>,
    report: &mut AnchorsReport,
) -> Result<Option<FaultReport>, FaultReport> {
    let mut met = Vec::new();
    let mut first_fault = None;
    for operation in &published.operations {
        let anchor_name = format!(
            "the anchor {} that {} published at {}",
            operation.cid, file.node, operation.at
        );
        let countersigned = published.countersigned.contains(&operation.cid);
        let fault = |seq, code, message| Some(FaultReport { seq, code, message, file: None });
        match paths.get(&operation.document).map(Path::head) {
            Some(Some(head)) => {
                if let Err((code, message)) = log.holds(head, &file.node)? {
                    first_fault =
                        fault(Some(head.seq), code, format!("{message}: {anchor_name} holds it"));
                    break;
                }
                report.anchored.push(anchored(file, operation, head, countersigned));
            }
            Some(None) if countersigned => {
                let message = format!(
                    "{anchor_name} was countersigned by the owner, and the copy says that it does not hold this log"
                );
                first_fault = fault(None, Code::Anchor, message);
                break;
            }
            Some(None) => report.absent += 1,
            None if matches!(carried, Carried::Bundle(_))
                && log.answers_for(operation.at, &file.node)? =>
            {
                let message = format!(
                    "the copy does not say what {anchor_name} holds of this log: something may have been taken out"
                );
                first_fault = fault(None, Code::Path, message);
                break;
            }
            None => {
                report.silent += 1;
                let at = operation.at.to_string();
                report.newest_silent = report.newest_silent.take().max(Some(at));
            }
        }
        met.push(operation.document.clone());
    }
    met.iter().for_each(|document| drop(paths.remove(document)));
    Ok(first_fault)
}

fn anchored(
    file: &ChainFile,
    operation: &chain::Operation,
    head: &AnchoredHead,
    countersigned: bool,
) -> AnchorReport {
    AnchorReport {
        node: file.node.to_string(),
        operation: operation.cid.clone(),
        at: operation.at.to_string(),
        epoch: head.epoch,
        seq: head.seq,
        cid: head.cid.to_string(),
        countersigned,
    }
}
