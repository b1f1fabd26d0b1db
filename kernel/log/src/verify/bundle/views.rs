//! Checks `bundle.json` against the log: builds its sections again and compares.

use std::collections::BTreeSet;

use imajin_protocol::jcs;
use serde_json::Value;

use super::super::ValidLog;
use super::super::report::FaultReport;
use super::signed;
use crate::format::intake::Intake;
use crate::format::manifest::{Manifest, Readable};
use crate::format::names;
use crate::format::views::{AUTH, FAIR, HOME_WORDS, IDENTITY, Sections, Views};
use crate::rules::Code;

/// Compares the sections, and returns those that nothing here proves: those of unknown services, and those that entries
/// of unknown operations may affect.
pub(super) fn judge(
    intake: &Intake,
    manifest: &Manifest,
    known: &ValidLog,
    sections: Sections,
    views: &dyn Views,
) -> Result<BTreeSet<String>, FaultReport> {
    let fault = |message: String| FaultReport::file(Code::View, names::BUNDLE, message);
    let readable = Readable::parse(&intake.bundle).map_err(|error| fault(error.to_string()))?;
    if (&readable.did, &readable.exported_at, &readable.node)
        != (&manifest.did, &manifest.exported_at, &manifest.node)
    {
        return Err(fault("did, exported_at and node are not those of the manifest".into()));
    }
    let present = sections.present.clone();
    let unknown = sections.unknown.clone();
    let is_unknown = |name: &str| match name {
        IDENTITY => unknown.contains(AUTH),
        // The bundle's maker may have known what is unknown here.
        HOME_WORDS => !unknown.is_empty(),
        FAIR => !unknown.is_empty() || !views.knows(FAIR),
        name => unknown.contains(name) || (!views.knows(name) && present.contains(name)),
    };
    let size = |cid: &str| {
        let parsed = imajin_dfos::cid::parse_cid(cid).ok()?;
        intake.files.get(&names::media(&parsed)).map(|seen| seen.bytes)
    };
    let words_before = sections.words_before();
    let made = sections.finish(&known.state, &size).map_err(|error| fault(error.to_string()))?;
    let mut unproved = BTreeSet::new();
    for (name, section) in &readable.sections {
        match made.get(name) {
            Some(ours) if same(ours, section) => {}
            Some(ours)
                if Sections::older(name, ours).is_some_and(|older| same(&older, section)) => {}
            Some(_) if name == HOME_WORDS && same(&words_before, section) => {}
            _ if is_unknown(name) => {
                unproved.insert(name.clone());
            }
            Some(_) => {
                return Err(fault(format!("the section {name} is not what the log says")));
            }
            None => {
                return Err(fault(format!("the log has no entries for a section {name}")));
            }
        }
    }
    // Bundles from before these sections existed do not have them.
    let is_missing = |name: &&String| {
        !matches!(name.as_str(), HOME_WORDS | FAIR) && !readable.sections.contains_key(*name)
    };
    if let Some(missing) = made.keys().find(is_missing) {
        return Err(fault(format!("the section {missing} is missing")));
    }
    signed::check(&readable.signer, &readable.to_sign(), &readable.signature, known)
        .map_err(fault)?;
    Ok(unproved)
}

fn same(one: &Value, other: &Value) -> bool {
    jcs::to_string(one) == jcs::to_string(other)
}
