//! Verifies a whole bundle: folder, tar or encrypted tar (docs/format.md §12).
//!
//! Always: the log comes first, so that a changed entry is named as such; then the other logs, the manifest and its
//! signer, every file that it lists, media, the views against the log, and anchors. One unlisted file makes the bundle
//! invalid.

pub mod belongs;
mod files;
pub mod signed;
mod signed_texts;
mod source;
mod views;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_protocol::anchor::AnchorFile;
use tempfile::TempDir;

use super::anchors::{self, AnchorSource, Carried};
use super::report::{BundleReport, FaultReport, Report};
use super::{Inspected, LogKind, ValidLog, VerifyError, VerifyOptions, inspect, verify_log};
use crate::format::age::Unlock;
use crate::format::intake::{Intake, Keep};
use crate::format::manifest::{DocumentError, Manifest};
use crate::format::names::{self, Kind};
use crate::format::tar::TarLimits;
use crate::format::views::{Sections, Views, Watching};
use crate::ops::OpTable;
use crate::pace::Pace;
use crate::rules::{Code, Fault};
use crate::untrusted::UntrustedError;
use signed_texts::SignedTexts;
pub use source::{Form, form, take_in};

/// Options for verifying a bundle.
pub struct BundleOptions<'o> {
    /// The options for its logs.
    pub log: VerifyOptions,
    /// The secret that opens an encrypted bundle.
    pub unlock: Option<&'o Unlock>,
    /// Maximum numbers of files and bytes of a tar that the verifier accepts.
    pub limits: TarLimits,
    /// The source of published anchors, if the log should be compared with them.
    pub anchors: Option<AnchorSource<'o>>,
    /// Called with the number of bytes that were read.
    pub progress: &'o mut dyn FnMut(u64),
}

/// Verifies whatever is at a path: a bundle folder, a tar, an encrypted tar or a bare `log.sqlite`.
///
/// # Errors
/// [`VerifyError`] if it is unreadable; a broken rule is in the report.
pub fn verify_path(
    path: &Path,
    ops: &Arc<OpTable>,
    views: &dyn Views,
    options: BundleOptions<'_>,
) -> Result<Report, VerifyError> {
    match form(path)? {
        Form::Log => match options.anchors {
            None => verify_log(path, ops, &options.log),
            Some(source) => {
                let Inspected { report, known } =
                    inspect(path, ops, &options.log, LogKind::Bare, &mut |_| Ok(Box::new(())))?;
                held_against(report, known.as_ref(), Carried::Nothing, source)
            }
        },
        _ => verify_bundle(path, ops, views, options),
    }
}

/// Verifies a bundle: folder, tar or encrypted tar.
pub fn verify_bundle(
    path: &Path,
    ops: &Arc<OpTable>,
    views: &dyn Views,
    options: BundleOptions<'_>,
) -> Result<Report, VerifyError> {
    open_bundle(path, ops, views, options).map(|opened| opened.report)
}

/// A bundle that was verified, with its logs as files to be read.
pub struct OpenBundle {
    /// The verdict. Where it is a fault, the logs are a stranger's.
    pub report: Report,
    logs: Vec<(String, PathBuf)>,
    /// The folder with the unpacked tar, removed when this is dropped.
    _scratch: TempDir,
}

impl OpenBundle {
    /// Returns the name of each log in the bundle, and its file. Open them as untrusted.
    pub fn logs(&self) -> impl Iterator<Item = (&str, &Path)> {
        let logs = self.logs.iter();
        logs.map(|(name, path)| (name.as_str(), path.as_path()))
    }
}

/// Like [`verify_bundle`], and keeps the logs to be read.
pub fn open_bundle(
    path: &Path,
    ops: &Arc<OpTable>,
    views: &dyn Views,
    options: BundleOptions<'_>,
) -> Result<OpenBundle, VerifyError> {
    let unusable = |error| VerifyError::Unusable { path: path.to_owned(), error };
    let scratch = options.log.scratch.as_ref();
    let scratch = scratch.map_or_else(TempDir::new, TempDir::new_in).map_err(unusable)?;
    let whole = Pace::at_once(|| true);
    let taken = take_in(
        path,
        options.unlock,
        options.limits,
        Keep::Logs,
        scratch.path(),
        options.log.pace.as_ref().unwrap_or(&whole),
        options.progress,
    );
    let encrypted = matches!(form(path)?, Form::Encrypted);
    let intake = match taken? {
        Ok(intake) => intake,
        Err(fault) => {
            return Ok(OpenBundle {
                report: Report { fault: Some(fault), ..Report::default() },
                logs: Vec::new(),
                _scratch: scratch,
            });
        }
    };
    let judged = judge(&intake, ops, views, &options.log, encrypted)?;
    let report = match options.anchors {
        None => judged.report,
        Some(source) => {
            let carried = Carried::Bundle(judged.anchors.as_ref());
            held_against(judged.report, judged.known.as_ref(), carried, source)?
        }
    };
    let is_log = |name: &str| {
        let kind = names::kind(name);
        matches!(kind, Some(Kind::Log | Kind::Owned(_) | Kind::Shared(_) | Kind::Side(_)))
    };
    let files = intake.files.into_iter().filter(|(name, _)| is_log(name));
    let logs = files.filter_map(|(name, seen)| Some((name, seen.path?)));
    Ok(OpenBundle { report, logs: logs.collect(), _scratch: scratch })
}

/// Compares a valid log with published anchors.
fn held_against(
    mut report: Report,
    known: Option<&ValidLog>,
    carried: Carried<'_>,
    source: AnchorSource<'_>,
) -> Result<Report, VerifyError> {
    let Some(known) = known else {
        return Ok(report);
    };
    let (anchors, fault) = anchors::judge(known, carried, source)?;
    report.anchors = Some(anchors);
    report.fault = fault;
    report.conclude();
    Ok(report)
}

/// A judged bundle; `known` is set if it is valid.
pub struct BundleJudgement {
    /// The report.
    pub report: Report,
    /// Further facts about the log of a valid bundle.
    pub known: Option<ValidLog>,
    /// The bundle's `anchors.json`, if it has one.
    pub(crate) anchors: Option<AnchorFile>,
}

/// Judges a bundle that was read.
pub fn judge(
    intake: &Intake,
    ops: &Arc<OpTable>,
    views: &dyn Views,
    options: &VerifyOptions,
    encrypted: bool,
) -> Result<BundleJudgement, VerifyError> {
    let Some(log) = intake.files.get(names::LOG).and_then(|seen| seen.path.as_deref()) else {
        return Ok(fault(
            Report::default(),
            FaultReport::file(Code::Manifest, names::LOG, "the bundle has no log"),
        ));
    };
    let mut sections = None;
    let Inspected { mut report, known } =
        watched(log, ops, options, LogKind::Bundle, views, &mut sections)?;
    let (Some(known), Some(sections)) = (known, sections) else {
        return Ok(BundleJudgement { report, known: None, anchors: None });
    };
    if let Err(found) = files::ends_with_head(&known) {
        return Ok(fault(report, found));
    }
    let mut media = sections.media().clone();
    let things = sections.things().clone();
    let logs = match others(intake, ops, views, options, &known, &mut media)? {
        Ok(logs) => logs,
        Err(found) => return Ok(fault(report, found)),
    };
    let judged = judge_files(intake, &known, &media, sections, views);
    let (manifest, unproved, anchors) = match judged {
        Ok(judged) => judged,
        Err(found) => return Ok(fault(report, found)),
    };
    report.bundle = Some(BundleReport {
        signed_by: manifest.signer.kind,
        kid: manifest.signer.kid.clone(),
        files: manifest.files.len() as u64,
        bytes: manifest.files.values().map(|file| file.size).sum(),
        media: manifest.counts.media,
        media_bytes: manifest.counts.media_bytes,
        encrypted,
        logs,
        left_out: things.without(|did| intake.files.contains_key(&names::owned(did))),
        unproved_views: unproved,
        signers_word: BTreeSet::from([names::INDEX.to_owned()]),
    });
    report.conclude();
    Ok(BundleJudgement { report, known: Some(known), anchors })
}

/// Judges the files in the order of docs/format.md §12: the manifest, the files it lists, media, the view, anchors.
/// Returns the manifest, the views that are not proved, and the anchors.
fn judge_files(
    intake: &Intake,
    known: &ValidLog,
    media: &BTreeMap<String, bool>,
    sections: Sections,
    views: &dyn Views,
) -> Result<(Manifest, BTreeSet<String>, Option<AnchorFile>), FaultReport> {
    let unreadable = |error: DocumentError| {
        FaultReport::file(Code::Manifest, names::MANIFEST, error.to_string())
    };
    let manifest = Manifest::parse(&intake.manifest).map_err(unreadable)?;
    files::head(&manifest, known)?;
    signed::manifest(&manifest, known)?;
    files::listed(intake, &manifest)?;
    files::counts(intake, &manifest, known)?;
    files::media(intake, media)?;
    let unproved = views::judge(intake, &manifest, known, sections, views)?;
    let is_there = intake.files.contains_key(names::ANCHORS);
    let anchors = anchors::carried(is_there.then_some(&intake.anchors), known)?;
    Ok((manifest, unproved, anchors))
}

fn fault(mut report: Report, found: FaultReport) -> BundleJudgement {
    report.fault = Some(found);
    report.conclude();
    BundleJudgement { report, known: None, anchors: None }
}

/// Verifies a log and builds its sections on the way.
pub fn watched(
    path: &Path,
    ops: &Arc<OpTable>,
    options: &VerifyOptions,
    kind: LogKind,
    views: &dyn Views,
    sections: &mut Option<Sections>,
) -> Result<Inspected, VerifyError> {
    let mut slot = Some(sections);
    inspect(path, ops, options, kind, &mut |did| {
        let Some(sections) = slot.take() else {
            return Ok(Box::new(()));
        };
        let begun = Sections::begin(views, did);
        *sections = Some(begun.map_err(|error| Fault::new(Code::File, error.to_string()))?);
        Ok(Box::new(Watching(sections)))
    })
}

/// Verifies the other logs of the bundle, each independently, then the signed texts over all of them. Adds the media
/// that they name.
fn others(
    intake: &Intake,
    ops: &Arc<OpTable>,
    views: &dyn Views,
    options: &VerifyOptions,
    owner: &ValidLog,
    media: &mut BTreeMap<String, bool>,
) -> Result<Result<BTreeMap<String, Report>, FaultReport>, VerifyError> {
    let mut reports = BTreeMap::new();
    let (mut texts, mut closed) = (SignedTexts::default(), Vec::new());
    if let Err(fault) = texts.add(owner.log.conn()) {
        return Ok(Err(FaultReport::from_fault(None, fault)));
    }
    for (name, seen) in &intake.files {
        let (Some(kind), Some(path)) = (names::kind(name), seen.path.as_deref()) else {
            continue;
        };
        let log_kind = match kind {
            Kind::Shared(_) => LogKind::Shared,
            Kind::Side(_) | Kind::Owned(_) => LogKind::Bundle,
            _ => continue,
        };
        let of_log = VerifyOptions { did: None, head: None, ..options.clone() };
        let mut sections = None;
        let inspected = watched(path, ops, &of_log, log_kind, views, &mut sections)?;
        if let Some(fault) = inspected.report.fault {
            return Ok(Err(within(name, fault)));
        }
        let valid_log = inspected.known.as_ref();
        if let (Kind::Owned(_), Some(valid_log)) = (&kind, valid_log)
            && let Err(fault) = files::ends_with_head(valid_log)
        {
            return Ok(Err(within(name, fault)));
        }
        if let Err(what) = belongs::check(&kind, &inspected.report, valid_log, owner) {
            return Ok(Err(FaultReport::file(Code::Manifest, name, what)));
        }
        // A side log is another branch of the log at the top: its home may have entered the same intents again.
        if let Some(valid_log) = valid_log.filter(|_| !matches!(kind, Kind::Side(_))) {
            if let Err(fault) = texts.add(valid_log.log.conn()) {
                return Ok(Err(within(name, FaultReport::from_fault(None, fault))));
            }
            closed.push((name, path, valid_log.did.clone()));
        }
        // The media of a thing's log must be there; those of a shared log may be.
        let comes = matches!(kind, Kind::Owned(_));
        for (cid, alive) in sections.iter().flat_map(Sections::media) {
            *media.entry(cid.clone()).or_default() |= comes && *alive;
        }
        reports.insert(name.clone(), inspected.report);
    }
    if let Err(fault) = texts.check(&owner.did, owner.log.conn()) {
        return Ok(Err(fault));
    }
    for (name, path, did) in closed {
        let checked = match texts.check_file(&did, path, options.scratch.as_deref()) {
            Ok(checked) => checked,
            Err(UntrustedError::Fault(fault)) => Err(FaultReport::from_fault(None, fault)),
            Err(UntrustedError::Unusable { path, error }) => {
                return Err(VerifyError::Unusable { path, error });
            }
        };
        if let Err(fault) = checked {
            return Ok(Err(within(name, fault)));
        }
    }
    Ok(Ok(reports))
}

fn within(file: &str, found: FaultReport) -> FaultReport {
    FaultReport { file: Some(file.to_owned()), ..found }
}
