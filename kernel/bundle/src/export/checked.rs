//! Verification of the copies that an export writes: the export never hands out an invalid bundle.

use std::path::Path;
use std::sync::Arc;

use imajin_log::format::views::{Sections, Views, Watching};
use imajin_log::ops::OpTable;
use imajin_log::verify::bundle::watched;
use imajin_log::verify::{Inspected, LogKind, ValidLog, VerifyOptions, inspect};
use imajin_protocol::{Head, HeadPayload};
use rusqlite::Connection;

use super::ExportError;
use super::source::Source;

/// Verifies the copy, and adds a head if it has none and this node may sign one. A part of a shared log needs none.
pub(super) fn checked(
    source: &Source<'_>,
    ops: &Arc<OpTable>,
    views: &dyn Views,
    log: &Path,
    threads: usize,
    kind: LogKind,
) -> Result<(ValidLog, Sections), ExportError> {
    let (known, sections) = inspected(source, ops, views, log, threads, kind)?;
    let newest = known.state.newest().copied();
    let ended = known.head.as_ref().map(|head| head.payload.seq) == newest.map(|newest| newest.seq);
    if ended {
        return Ok((known, sections));
    }
    let home = known.state.home();
    let node = source.node.as_ref();
    let node = node.filter(|node| home.is_some_and(|home| home.node == node.did));
    let (Some(newest), Some(home), Some(node)) = (newest, home, node) else {
        return if kind == LogKind::Shared {
            Ok((known, sections))
        } else {
            Err(ExportError::NoHead)
        };
    };
    let payload = HeadPayload {
        at: newest.at,
        cid: newest.cid,
        did: source.did.clone(),
        epoch: home.epoch,
        seq: newest.seq,
    };
    let head = Head::sign(&node.key, node.kid.clone(), payload).map_err(ExportError::store)?;
    drop((known, sections));
    let db = Connection::open(log).map_err(ExportError::store)?;
    let row = (head.payload.epoch.cast_signed(), node.did.as_str(), head.to_compact());
    db.execute("INSERT OR REPLACE INTO heads VALUES (?1, ?2, ?3)", row)
        .map_err(ExportError::store)?;
    drop(db);
    inspected(source, ops, views, log, threads, kind)
}

fn inspected(
    source: &Source<'_>,
    ops: &Arc<OpTable>,
    views: &dyn Views,
    log: &Path,
    threads: usize,
    kind: LogKind,
) -> Result<(ValidLog, Sections), ExportError> {
    let of_log =
        VerifyOptions { did: Some(source.did.clone()), threads, ..VerifyOptions::default() };
    let mut sections = Some(Sections::begin(views, &source.did)?);
    let Inspected { report, known } = {
        let mut slot = Some(&mut sections);
        inspect(log, ops, &of_log, kind, &mut |_| match slot.take() {
            Some(sections) => Ok(Box::new(Watching(sections))),
            None => Ok(Box::new(())),
        })?
    };
    match (known, sections, report.fault) {
        (Some(known), Some(sections), None) => Ok((known, sections)),
        (_, _, Some(fault)) => Err(ExportError::Invalid(fault)),
        _ => Err(ExportError::NoLog(source.did.clone())),
    }
}

/// Returns the log of a thing that arrived with its owner, whose import brought the media too.
pub(super) fn brought(
    ops: &Arc<OpTable>,
    views: &dyn Views,
    log: &Path,
    threads: usize,
) -> Result<Sections, ExportError> {
    let of_log = VerifyOptions { threads, ..VerifyOptions::default() };
    let mut sections = None;
    let inspected = watched(log, ops, &of_log, LogKind::Bundle, views, &mut sections)?;
    match (sections, inspected.report.fault) {
        (Some(sections), None) => Ok(sections),
        (_, Some(fault)) => Err(ExportError::Invalid(fault)),
        (None, None) => Err(ExportError::Store(format!("{} is empty", log.display()))),
    }
}
