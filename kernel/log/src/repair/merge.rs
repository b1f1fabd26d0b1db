//! Chooses the history to assemble.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use imajin_protocol::Did;
use rusqlite::Connection;

use super::attempt::{Attempt, attempt};
use super::line::{Line, walk};
use super::pieces::Pieces;
use super::{Mended, RepairError, Whole};
use crate::ops::OpTable;
use crate::rules::{Code, Fault};
use crate::verify::FaultReport;

/// Ends of histories to examine, the longest first. A log has one, and one for each branch that was ever made.
const ENDS_MAX: i64 = 64;
/// Histories to assemble and verify, the likeliest first.
const TRIED_MAX: usize = 3;

/// Writes the log into the new file `into` and verifies it.
pub(super) fn merge(
    pieces: &Pieces,
    did: &Did,
    ops: &Arc<OpTable>,
    into: &Path,
    is_cut: bool,
) -> Result<Whole, RepairError> {
    let mut best: Option<Attempt> = None;
    for line in lines(&pieces.db)?.into_iter().take(TRIED_MAX) {
        let trial = into.with_extension("trial");
        let tried = attempt(pieces, &line, did, ops, &trial);
        let better = |tried: &Attempt| best.as_ref().is_none_or(|best| tried.is_better_than(best));
        match tried {
            Ok(Some(tried)) if better(&tried) => {
                fs::rename(&trial, into).map_err(RepairError::io(into))?;
                best = Some(tried);
            }
            other => {
                // The file may not exist.
                let _ = fs::remove_file(&trial);
                other?;
            }
        }
        if best.as_ref().is_some_and(|best| best.stopped.is_none()) {
            break;
        }
    }
    let reach = pieces.reach()?;
    Ok(match best {
        Some(best) => judge(best, reach, is_cut),
        None => nothing(),
    })
}

fn judge(best: Attempt, reach: Option<u64>, is_cut: bool) -> Whole {
    let next_here = reach.map_or(0, |last| last + 1);
    let beyond = || {
        let text = format!(
            "the damaged log continued to entry {}, and entry {} is nowhere",
            next_here - 1,
            best.entries
        );
        FaultReport::from_fault(Some(best.entries), Fault::new(Code::Cut, text))
    };
    let is_behind = best.entries < next_here;
    let left = best.stopped.clone().or_else(|| is_behind.then(beyond));
    let before_end = |seqs: Vec<u64>| seqs.into_iter().filter(|seq| *seq < next_here).collect();
    Whole {
        mended: Mended {
            entries: best.entries,
            added: best.entries.saturating_sub(next_here),
            headers: before_end(best.headers),
            bodies: before_end(best.bodies),
            reaches_end: left.is_none() && !is_cut,
            left,
        },
        known: Some((best.state, best.head)),
    }
}

fn nothing() -> Whole {
    let text = "neither the log nor a copy of it has all entries from the first one on";
    Whole {
        mended: Mended {
            entries: 0,
            headers: Vec::new(),
            bodies: Vec::new(),
            added: 0,
            left: Some(FaultReport::from_fault(None, Fault::new(Code::Seq, text))),
            reaches_end: false,
        },
        known: None,
    }
}

/// Returns the complete histories: first the one with most of the damaged file's entries, then the longest.
fn lines(db: &Connection) -> Result<Vec<Line>, RepairError> {
    let ends: Vec<(Vec<u8>, i64)> = db
        .prepare(
            "SELECT cid, seq FROM headers AS last WHERE NOT EXISTS (SELECT 1 FROM headers WHERE prev = last.cid)
             ORDER BY seq DESC LIMIT ?1",
        )?
        .query_map([ENDS_MAX], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut lines: Vec<Line> = Vec::new();
    for (cid, last) in ends {
        if let Some(own) = walk(db, &cid, last)? {
            let at = lines.partition_point(|line| (line.own, line.last) >= (own, last));
            lines.insert(at, Line { own, last, cid });
        }
    }
    Ok(lines)
}
