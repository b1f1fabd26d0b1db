//! Checks the files of a bundle against its manifest.

use std::collections::{BTreeMap, BTreeSet};

use imajin_dfos::{cid, hex};

use super::super::ValidLog;
use super::super::report::FaultReport;
use crate::format::intake::{BundleFile, Intake};
use crate::format::manifest::{self, FileEntry, Manifest, PARTS_MAX, Readable, SPLIT_MAX};
use crate::format::names::{self, Kind};
use crate::rules::{Code, Fault};

const CODE: Code = Code::Manifest;
/// Files that every bundle has besides its manifest.
const ALWAYS: [&str; 3] = [names::LOG, names::BUNDLE, names::INDEX];

/// Checks that every file is listed, and that every listed file exists with its parts, size and digest. Reports the
/// first fault by name.
pub(super) fn listed(intake: &Intake, manifest: &Manifest) -> Result<(), FaultReport> {
    if manifest.split == 0 || manifest.split > SPLIT_MAX {
        let message = format!("split is {}; it is 1 to {SPLIT_MAX}", manifest.split);
        return Err(FaultReport::file(CODE, names::MANIFEST, message));
    }
    let there = intake.files.keys().filter(|name| *name != names::MANIFEST);
    let all: BTreeSet<&str> =
        there.chain(manifest.files.keys()).map(String::as_str).chain(ALWAYS).collect();
    for name in all {
        let fault = |message: &str| Err(FaultReport::file(CODE, name, message));
        if names::kind(name).is_none_or(|kind| kind == Kind::Manifest) {
            return fault("a bundle lists no file of this name");
        }
        match (intake.files.get(name), manifest.files.get(name)) {
            (None, Some(_)) => {
                return fault("the manifest lists it, but the bundle does not have it");
            }
            (Some(_), None) => return fault("the manifest does not list it"),
            (None, None) => return fault("every bundle must have this file"),
            (Some(seen), Some(entry)) => {
                parts(name, seen, entry, manifest.split)?;
                digest(name, seen, entry, intake)?;
            }
        }
    }
    Ok(())
}

fn digest(
    name: &str,
    file: &BundleFile,
    entry: &FileEntry,
    intake: &Intake,
) -> Result<(), FaultReport> {
    let actual = if name == names::BUNDLE {
        let readable = Readable::parse(&intake.bundle);
        readable.map_err(|error| FaultReport::file(Code::View, name, error.to_string()))?.digest()
    } else {
        FileEntry { size: file.bytes, sha256: hex::encode(&file.sha256), parts: None }
    };
    if actual.size != entry.size {
        let message = format!("has {} bytes, the manifest says {}", actual.size, entry.size);
        return Err(FaultReport::file(CODE, name, message));
    }
    if actual.sha256 != entry.sha256 {
        return Err(FaultReport::file(
            CODE,
            name,
            "its digest is not the one in the manifest: it was changed",
        ));
    }
    if let Some(Kind::Media(named)) = names::kind(name)
        && cid::raw_cid_from_sha256(file.sha256) != named
    {
        let message = "its bytes don't match its name";
        return Err(FaultReport::file(Code::Media, name, message));
    }
    Ok(())
}

/// Checks that a file is split exactly if it is larger than `split`, and at the right places.
fn parts(name: &str, file: &BundleFile, entry: &FileEntry, split: u64) -> Result<(), FaultReport> {
    let expected = manifest::parts(file.bytes, split);
    let sizes_ok = file.parts.split_last().is_none_or(|(last, before)| {
        before.iter().all(|bytes| *bytes == split) && (1..=split).contains(last)
    });
    let part_count = (!file.parts.is_empty()).then_some(file.parts.len() as u64);
    if expected != part_count
        || entry.parts.map(u64::from) != part_count
        || !sizes_ok
        || part_count.is_some_and(|n| n > PARTS_MAX)
    {
        let message = format!(
            "files of more than {split} bytes are split into parts of that size, others are whole"
        );
        return Err(FaultReport::file(CODE, name, message));
    }
    Ok(())
}

pub(super) fn counts(
    intake: &Intake,
    manifest: &Manifest,
    valid_log: &ValidLog,
) -> Result<(), FaultReport> {
    let media =
        intake.files.iter().filter(|(name, _)| matches!(names::kind(name), Some(Kind::Media(_))));
    let actual = manifest::Counts {
        entries: valid_log.state.next_seq(),
        bodies: valid_log.bodies,
        media: media.clone().count() as u64,
        media_bytes: media.map(|(_, seen)| seen.bytes).sum(),
    };
    if actual != manifest.counts {
        return Err(FaultReport::file(CODE, names::MANIFEST, "counts are not those of the files"));
    }
    Ok(())
}

/// Checks that the manifest names the log's newest head.
pub(super) fn head(manifest: &Manifest, known: &ValidLog) -> Result<(), FaultReport> {
    let fault = |message: &str| Err(FaultReport::file(CODE, names::MANIFEST, message));
    if manifest.did != *known.did.as_str() {
        return fault("did is not the log's");
    }
    let Some(head) = &known.head else {
        return fault("the log has no head");
    };
    if manifest.head != head.to_compact() {
        return fault("head is not the log's newest");
    }
    if manifest.exported_at != head.payload.at.to_string() || manifest.node != *head.node().as_str()
    {
        return fault("exported_at and node are not those of the head");
    }
    Ok(())
}

/// Checks that a log ends with a head; the error is the fault of its last entry.
pub(super) fn ends_with_head(known: &ValidLog) -> Result<(), FaultReport> {
    let last = known.state.next_seq().saturating_sub(1);
    match &known.head {
        Some(head) if head.payload.seq == last => Ok(()),
        _ => {
            let fault = Fault::new(Code::Head, "the log does not end with a head");
            Err(FaultReport::from_fault(Some(last), fault))
        }
    }
}

/// Checks that an entry names each media file, and that at least one such entry has its body or never had one.
pub(super) fn media(intake: &Intake, named: &BTreeMap<String, bool>) -> Result<(), FaultReport> {
    let path = |cid: &str| cid::parse_cid(cid).ok().map(|cid| names::media(&cid));
    let alive = named.iter().filter(|(_, alive)| **alive);
    let needed: BTreeSet<String> = alive.filter_map(|(cid, _)| path(cid)).collect();
    if let Some(name) = needed.iter().find(|name| !intake.files.contains_key(*name)) {
        let message = "an entry names this file, and it is not there";
        return Err(FaultReport::file(Code::Media, name, message));
    }
    for name in intake.files.keys() {
        if let Some(Kind::Media(cid)) = names::kind(name)
            && !named.contains_key(&cid.to_string())
        {
            let message = "no entry names this file";
            return Err(FaultReport::file(Code::Media, name, message));
        }
    }
    Ok(())
}
