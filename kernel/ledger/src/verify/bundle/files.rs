//! The files of a bundle against its manifest.

use std::collections::BTreeMap;

use imajin_dfos::cid;

use super::super::Known;
use super::super::report::FaultReport;
use crate::bundle::hex;
use crate::bundle::intake::{Intake, Seen};
use crate::bundle::manifest::{self, FileEntry, Manifest, PARTS_MAX, Readable, SPLIT_MAX};
use crate::bundle::names::{self, Kind};

const CODE: &str = "manifest";

/// Every file is listed and every listed file is there, with its size, digest and parts.
pub(super) fn listed(intake: &Intake, manifest: &Manifest) -> Result<(), FaultReport> {
    if manifest.split == 0 || manifest.split > SPLIT_MAX {
        let message = format!("split is {}; it is 1 to {SPLIT_MAX}", manifest.split);
        return Err(FaultReport::file(CODE, names::MANIFEST, message));
    }
    for name in manifest.files.keys() {
        if names::kind(name).is_none_or(|kind| kind == Kind::Manifest) {
            return Err(FaultReport::file(
                CODE,
                name,
                "a bundle has no file of this name",
            ));
        }
        if !intake.files.contains_key(name) {
            return Err(FaultReport::file(
                CODE,
                name,
                "the manifest lists it and it is not there",
            ));
        }
    }
    for name in [names::LOG, names::BUNDLE, names::INDEX] {
        if !manifest.files.contains_key(name) {
            return Err(FaultReport::file(
                CODE,
                name,
                "every bundle has this file, and the manifest does not list it",
            ));
        }
    }
    for (name, seen) in &intake.files {
        if name == names::MANIFEST {
            continue;
        }
        let Some(entry) = manifest.files.get(name) else {
            return Err(FaultReport::file(
                CODE,
                name,
                "the manifest does not list it",
            ));
        };
        digest(name, seen, entry, intake)?;
        parts(name, seen, entry, manifest.split)?;
    }
    Ok(())
}

fn digest(name: &str, seen: &Seen, entry: &FileEntry, intake: &Intake) -> Result<(), FaultReport> {
    let found = if name == names::BUNDLE {
        let readable = Readable::parse(&intake.bundle);
        readable
            .map_err(|error| FaultReport::file(CODE, name, error.to_string()))?
            .digest()
    } else {
        FileEntry {
            size: seen.bytes,
            sha256: hex::encode(&seen.sha256),
            parts: None,
        }
    };
    if found.size != entry.size {
        let message = format!("has {} bytes, the manifest says {}", found.size, entry.size);
        return Err(FaultReport::file(CODE, name, message));
    }
    if found.sha256 != entry.sha256 {
        return Err(FaultReport::file(
            CODE,
            name,
            "its digest is not the one in the manifest: it was changed",
        ));
    }
    if let Some(Kind::Media(named)) = names::kind(name)
        && cid::raw_cid_from_sha256(seen.sha256) != named
    {
        let message = "its bytes are not the ones that it is named after";
        return Err(FaultReport::file("media", name, message));
    }
    Ok(())
}

/// A file is split exactly where it is larger than `split`, and exactly there.
fn parts(name: &str, seen: &Seen, entry: &FileEntry, split: u64) -> Result<(), FaultReport> {
    let expected = manifest::parts(seen.bytes, split);
    let sizes_ok = seen.parts.split_last().is_none_or(|(last, before)| {
        before.iter().all(|bytes| *bytes == split) && (1..=split).contains(last)
    });
    let found = (!seen.parts.is_empty()).then_some(seen.parts.len() as u64);
    if expected != found
        || entry.parts.map(u64::from) != found
        || !sizes_ok
        || found.is_some_and(|n| n > PARTS_MAX)
    {
        let message =
            format!("files of more than {split} bytes stand in parts of that size, others whole");
        return Err(FaultReport::file(CODE, name, message));
    }
    Ok(())
}

/// What the manifest counts is what is there.
pub(super) fn counts(
    intake: &Intake,
    manifest: &Manifest,
    known: &Known,
) -> Result<(), FaultReport> {
    let media = intake
        .files
        .iter()
        .filter(|(name, _)| matches!(names::kind(name), Some(Kind::Media(_))));
    let found = manifest::Counts {
        entries: known.state.next_seq(),
        bodies: known.bodies,
        media: media.clone().count() as u64,
        media_bytes: media.map(|(_, seen)| seen.bytes).sum(),
    };
    if found != manifest.counts {
        return Err(FaultReport::file(
            CODE,
            names::MANIFEST,
            "counts are not those of the files",
        ));
    }
    Ok(())
}

/// The log ends with the head that the manifest names.
pub(super) fn head(manifest: &Manifest, known: &Known) -> Result<(), FaultReport> {
    let fault = |message: &str| Err(FaultReport::file(CODE, names::MANIFEST, message));
    if manifest.did != *known.did.as_str() {
        return fault("did is not the log's");
    }
    let Some(head) = &known.head else {
        return fault("the log of a bundle ends with a head, and this one has none");
    };
    if head.payload.seq + 1 != known.state.next_seq() {
        return fault(
            "the log of a bundle ends with a head, and this one goes on after its newest",
        );
    }
    if manifest.head != head.to_compact() {
        return fault("head is not the log's newest");
    }
    if manifest.exported_at != head.payload.at.to_string() || manifest.node != *head.node().as_str()
    {
        return fault("exported_at and node are not those of the head");
    }
    Ok(())
}

/// A media file is there because an entry names it, and as long as one entry that names it has its body, or never had one.
pub(super) fn media(intake: &Intake, named: &BTreeMap<String, bool>) -> Result<(), FaultReport> {
    for (cid, alive) in named {
        let Ok(parsed) = cid::parse_cid(cid) else {
            continue;
        };
        let name = names::media(&parsed);
        if *alive && !intake.files.contains_key(&name) {
            return Err(FaultReport::file(
                "media",
                &name,
                "an entry names this file, and it is not there",
            ));
        }
    }
    for name in intake.files.keys() {
        if let Some(Kind::Media(cid)) = names::kind(name)
            && !named.contains_key(&cid.to_string())
        {
            return Err(FaultReport::file("media", name, "no entry names this file"));
        }
    }
    Ok(())
}
