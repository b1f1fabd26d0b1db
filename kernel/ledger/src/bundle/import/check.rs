//! Verifying a bundle in a folder of its own, before anything of it is real.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_dfos::Cid;
use imajin_protocol::{Did, Head, Kid};

use super::mend::Source;
use super::upload::check_id;
use super::{FOLDER, ImportError};
use crate::bundle::age::Unlock;
use crate::bundle::intake::{Keep, Progress};
use crate::bundle::names;
use crate::bundle::tar::TarLimits;
use crate::bundle::views::Views;
use crate::media::{create_dir_synced, sync_dir};
use crate::ops::OpTable;
use crate::repair::Whole;
use crate::rules::LogState;
use crate::verify::bundle::{Form, form, judge, take_in};
use crate::verify::{Known, Report, Verdict, VerifyOptions};

/// What a check is told.
pub struct Check<'c> {
    /// The data folder.
    pub data: &'c Path,
    /// A name for this import, of `[a-z0-9-]`.
    pub id: &'c str,
    /// The operations of the mounted services; those of the published table are known as well.
    pub ops: &'c Arc<OpTable>,
    /// How views are made.
    pub views: &'c dyn Views,
    /// What opens it, where it is encrypted.
    pub unlock: Option<&'c Unlock>,
    /// How much of a tar is taken.
    pub limits: TarLimits,
    /// Whose log it must be, if that is known.
    pub did: Option<Did>,
}

/// A verified bundle in its partial folder. Dropped, it leaves nothing.
pub struct Checked {
    pub(super) folder: Partial,
    pub(super) did: Did,
    pub(super) state: LogState,
    pub(super) head: Head,
    report: Report,
}

/// What the owner has to put into the home entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// Whose log.
    pub did: Did,
    /// The newest entry: `seen` names it.
    pub seq: u64,
    /// Its CID.
    pub cid: Cid,
    /// The epoch of the next home (without `abandons`).
    pub epoch: u64,
    /// The newest identity operation.
    pub chain: Option<Cid>,
    /// The newest head in the copy, as JWS.
    pub head: String,
}

/// A folder that is removed when dropped, with what did not become something.
pub(super) struct Partial {
    pub(super) path: PathBuf,
}

impl Partial {
    /// An empty folder.
    pub(super) fn new(path: PathBuf) -> Result<Self, ImportError> {
        if path.exists() {
            fs::remove_dir_all(&path).map_err(ImportError::io(&path))?;
        }
        create_dir_synced(&path).map_err(ImportError::io(&path))?;
        Ok(Self { path })
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // What cannot be removed now is removed when an import of this id begins again.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Takes a bundle into the partial folder and verifies all of it.
pub fn check(
    source: &Path,
    check: &Check<'_>,
    progress: Progress<'_>,
) -> Result<Checked, ImportError> {
    check_id(check.id)?;
    if matches!(form(source)?, Form::Log) {
        return Err(ImportError::NotABundle);
    }
    let path = check
        .data
        .join(FOLDER)
        .join(format!("{}.partial", check.id));
    let folder = Partial::new(path)?;
    let taken = take_in(
        source,
        check.unlock,
        check.limits,
        Keep::All,
        &folder.path,
        progress,
    )?;
    let invalid = |report: Report| ImportError::Invalid(Box::new(report));
    let intake = taken.map_err(|fault| {
        invalid(Report {
            fault: Some(fault),
            ..Report::default()
        })
    })?;
    let options = VerifyOptions {
        did: check.did.clone(),
        ..VerifyOptions::default()
    };
    let encrypted = matches!(form(source)?, Form::Encrypted);
    let ops = Arc::new(check.ops.with_published()?);
    let judged = judge(&intake, &ops, check.views, &options, encrypted)?;
    let (report, known) = (judged.report, judged.known);
    if report.verdict == Verdict::UnknownEntries {
        return Err(ImportError::Unknown(report.unknown_ops()));
    }
    let Some(Known {
        did,
        state,
        head: Some(head),
        log,
        ..
    }) = known
    else {
        return Err(invalid(report));
    };
    // Whoever goes on with the file opens it anew.
    drop(log);
    if !intake.anchors.is_empty() {
        keep_anchors(&folder.path, &intake.anchors)?;
    }
    Ok(Checked {
        folder,
        did,
        state,
        head,
        report,
    })
}

/// Takes the logs and the files of a bundle into a folder, without verifying more than that it has the form of one.
pub fn unpack(
    bundle: &Path,
    unlock: Option<&Unlock>,
    into: &Path,
    progress: Progress<'_>,
) -> Result<Source, ImportError> {
    let taken = take_in(
        bundle,
        unlock,
        TarLimits::default(),
        Keep::All,
        into,
        progress,
    )?;
    taken.map_err(|fault| {
        ImportError::Invalid(Box::new(Report {
            fault: Some(fault),
            ..Report::default()
        }))
    })?;
    Ok(Source {
        log: into.join(names::LOG),
        media: Some(into.join(names::MEDIA)),
    })
}

/// What other homes anchored travels on with the log.
fn keep_anchors(folder: &Path, anchors: &[u8]) -> Result<(), ImportError> {
    let path = folder.join(names::ANCHORS);
    let write = || {
        let mut file = fs::File::create(&path)?;
        file.write_all(anchors)?;
        file.sync_all()?;
        sync_dir(folder)
    };
    write().map_err(ImportError::io(&path))
}

impl Checked {
    /// A log that was mended in a folder of its own; none where nothing could be put together, or no home vouches for it.
    pub(super) fn of(folder: Partial, did: &Did, whole: Whole) -> Option<Self> {
        let (state, Some(head)) = whole.known? else {
            return None;
        };
        Some(Self {
            folder,
            did: did.clone(),
            state,
            head,
            report: Report::default(),
        })
    }

    /// Becomes the log that was mended with it, in its folder. Says whether there is one.
    pub(super) fn become_whole(&mut self, whole: Whole) -> bool {
        match whole.known {
            Some((state, Some(head))) => {
                (self.state, self.head) = (state, head);
                true
            }
            _ => false,
        }
    }

    /// Whose log.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// What the verification found.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The newest head in the copy.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// What the owner has to put into the home entry.
    pub fn next(&self) -> Next {
        let payload = &self.head.payload;
        Next {
            did: self.did.clone(),
            seq: payload.seq,
            cid: payload.cid,
            epoch: payload.epoch + 1,
            chain: self.state.owner().chain().map(|chain| *chain.head_cid()),
            head: self.head.to_compact(),
        }
    }

    /// What the next proof by this key names as `after`.
    pub fn after(&self, kid: &Kid) -> Option<Cid> {
        self.state.kid(kid).map(|state| state.payload)
    }
}
