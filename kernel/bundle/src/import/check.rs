//! Verifies a bundle in a separate folder before any of it becomes real.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_dfos::identity::Role;
use imajin_dfos::{Cid, PublicKey};
use imajin_ledger::durable;
use imajin_ledger::media::{MediaError, MediaStore, list_folder};
use imajin_log::Pace;
use imajin_log::format::age::Unlock;
use imajin_log::format::intake::{Keep, Progress};
use imajin_log::format::names;
use imajin_log::format::tar::TarLimits;
use imajin_log::format::views::Views;
use imajin_log::ops::OpTable;
use imajin_log::repair::Whole;
use imajin_log::rules::{LogState, Owner};
use imajin_log::synced::create_dir_synced;
use imajin_log::verify::bundle::{Form, form, judge, take_in};
use imajin_log::verify::{Report, ValidLog, Verdict, VerifyOptions};
use imajin_protocol::{Did, Head, Kid};

use super::source::Source;
use super::upload::check_id;
use super::{FOLDER, ImportError, Result};

/// The input of a check.
pub struct Check<'c> {
    /// The data folder.
    pub data: &'c Path,
    /// An id for this import: 1 to 64 of `[a-z0-9-]`.
    pub id: &'c str,
    /// The operations of the mounted services; the check also knows those of the published table.
    pub ops: &'c Arc<OpTable>,
    /// Makes the services' views.
    pub views: &'c dyn Views,
    /// The secret that opens an encrypted bundle.
    pub unlock: Option<&'c Unlock>,
    /// Maximum numbers of files and bytes that the check accepts.
    pub limits: TarLimits,
    /// The DID that the log must have, if the caller knows it.
    pub did: Option<Did>,
}

/// A verified bundle in its partial folder. Dropping it deletes the folder.
pub struct VerifiedBundle {
    pub(super) folder: Partial,
    pub(super) did: Did,
    pub(super) state: LogState,
    pub(super) head: Head,
    report: Report,
}

/// Members that the owner puts into the home entry (docs/format.md §5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The log's owner.
    pub did: Did,
    /// The newest entry's number: `seen` must name it.
    pub seq: u64,
    /// The newest entry's CID.
    pub cid: Cid,
    /// The epoch of the next home, unless the home entry abandons another.
    pub epoch: u64,
    /// The CID of the newest identity operation.
    pub chain: Option<Cid>,
    /// The newest head in the copy, as JWS.
    pub head: String,
}

/// A folder that is deleted, with everything left in it, when dropped.
pub(super) struct Partial {
    pub(super) path: PathBuf,
}

impl Partial {
    /// Creates an empty folder.
    pub(super) fn new(path: PathBuf) -> Result<Self> {
        if path.exists() {
            fs::remove_dir_all(&path).map_err(ImportError::io(&path))?;
        }
        create_dir_synced(&path).map_err(ImportError::io(&path))?;
        Ok(Self { path })
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // The next import with this id removes what cannot be removed now.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Copies a bundle into the partial folder and verifies all of it.
///
/// # Errors
/// [`ImportError`]; nothing remains on the disk.
pub fn check(source: &Path, check: &Check<'_>, progress: Progress<'_>) -> Result<VerifiedBundle> {
    check_id(check.id)?;
    if matches!(form(source)?, Form::Log) {
        return Err(ImportError::NotABundle);
    }
    let path = check.data.join(FOLDER).join(format!("{}.partial", check.id));
    let folder = Partial::new(path)?;
    let taken = take_in(
        source,
        check.unlock,
        check.limits,
        Keep::All,
        &folder.path,
        &Pace::at_once(|| true),
        progress,
    )?;
    let invalid = |report: Report| ImportError::Invalid(Box::new(report));
    let intake =
        taken.map_err(|fault| invalid(Report { fault: Some(fault), ..Report::default() }))?;
    let options = VerifyOptions { did: check.did.clone(), ..VerifyOptions::default() };
    let encrypted = matches!(form(source)?, Form::Encrypted);
    let ops = Arc::new(check.ops.with_published()?);
    let judged = judge(&intake, &ops, check.views, &options, encrypted)?;
    let (report, known) = (judged.report, judged.known);
    if report.verdict == Verdict::UnknownEntries {
        return Err(ImportError::Unknown(report.unknown_ops()));
    }
    let Some(ValidLog { did, state, head: Some(head), log, .. }) = known else {
        return Err(invalid(report));
    };
    // Closes the log before the next reader opens it.
    drop(log);
    if !intake.anchors.is_empty() {
        keep_anchors(&folder.path, &intake.anchors)?;
    }
    Ok(VerifiedBundle { folder, did, state, head, report })
}

/// Copies the logs and files of a bundle into a folder and verifies only that it has a bundle's form.
pub fn unpack(
    bundle: &Path,
    unlock: Option<&Unlock>,
    into: &Path,
    progress: Progress<'_>,
) -> Result<Source> {
    let taken = take_in(
        bundle,
        unlock,
        TarLimits::default(),
        Keep::All,
        into,
        &Pace::at_once(|| true),
        progress,
    )?;
    taken.map_err(|fault| {
        ImportError::Invalid(Box::new(Report { fault: Some(fault), ..Report::default() }))
    })?;
    Ok(Source { log: into.join(names::LOG), media: Some(into.join(names::MEDIA)) })
}

/// Keeps what other homes anchored; it travels with the log.
fn keep_anchors(folder: &Path, anchors: &[u8]) -> Result<()> {
    let path = folder.join(names::ANCHORS);
    durable::replace(&path, anchors).map_err(ImportError::io(&path))
}

impl VerifiedBundle {
    /// Wraps a log that was mended in a separate folder; `None` if no piece was usable, or no home vouches for it.
    pub(super) fn from_mended(folder: Partial, did: &Did, whole: Whole) -> Option<Self> {
        let (state, Some(head)) = whole.known? else {
            return None;
        };
        Some(Self { folder, did: did.clone(), state, head, report: Report::default() })
    }

    /// Takes the mended log from its folder as this copy's log; true if there was one.
    pub(super) fn become_whole(&mut self, whole: Whole) -> bool {
        match whole.known {
            Some((state, Some(head))) => {
                (self.state, self.head) = (state, head);
                true
            }
            _ => false,
        }
    }

    /// Returns the log's owner.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// Returns whether `signature` (128 hex digits) over a text is by a key that proves the presence of the log's
    /// owner: an auth key in force, a controller key if it has none, or the bare key.
    pub fn is_signed_by_owner(&self, text: &str, signature: &str) -> bool {
        let keys: Vec<PublicKey> = match self.state.owner() {
            Owner::Chain(chain) if !chain.is_deleted() => {
                let with = |role| {
                    let keys = chain.keys().iter();
                    let keys = keys.filter(move |key| key.roles().any(|one| one == role));
                    keys.filter_map(|key| key.public().copied())
                };
                let auth: Vec<PublicKey> = with(Role::Auth).collect();
                if auth.is_empty() { with(Role::Controller).collect() } else { auth }
            }
            Owner::BareKey(key) => vec![*key],
            _ => Vec::new(),
        };
        keys.iter().any(|key| imajin_protocol::verify(key, text.as_bytes(), signature))
    }

    /// Returns the verification's report.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Returns the bytes of the copy's files that its owner doesn't have here yet.
    pub fn new_bytes(&self, media: &MediaStore) -> Result<u64, MediaError> {
        let here: HashSet<Cid> = media.list(&self.did)?.into_iter().map(|(cid, _)| cid).collect();
        let files = list_folder(&self.folder.path.join(names::MEDIA))?;
        let new = files.iter().filter(|(cid, _)| !here.contains(cid));
        Ok(new.map(|(_, bytes)| bytes).sum())
    }

    /// Returns the fields that the owner must put into the home entry.
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

    /// Returns the CID that the next proof by this key must name as `after`.
    pub fn after(&self, kid: &Kid) -> Option<Cid> {
        self.state.kid(kid).map(|state| state.payload)
    }
}
