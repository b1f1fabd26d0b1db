//! `bundle.json` against the log: its sections are made again and compared.

use imajin_dfos::order;
use std::collections::BTreeSet;

use imajin_protocol::jcs;
use serde_json::Value;

use super::super::Known;
use super::super::report::FaultReport;
use super::signed;
use crate::bundle::intake::Intake;
use crate::bundle::manifest::{Manifest, Readable};
use crate::bundle::names;
use crate::bundle::views::{IDENTITY, MEDIA, Sections};
use crate::ops::OpTable;

/// Compares; gives the sections of services that this program does not know.
pub(super) fn judge(
    intake: &Intake,
    manifest: &Manifest,
    known: &Known,
    sections: Sections,
    ops: &OpTable,
) -> Result<BTreeSet<String>, FaultReport> {
    let fault = |message: String| FaultReport::file("view", names::BUNDLE, message);
    let readable = Readable::parse(&intake.bundle).map_err(|error| fault(error.to_string()))?;
    if (&readable.did, &readable.exported_at, &readable.node)
        != (&manifest.did, &manifest.exported_at, &manifest.node)
    {
        return Err(fault(
            "did, exported_at and node are not those of the manifest".into(),
        ));
    }
    let services = ops
        .iter()
        .map(|spec| imajin_protocol::naming::service_of(spec.op));
    let services = order::set(services);
    let present = sections.present().clone();
    let size = |cid: &str| {
        let parsed = imajin_dfos::cid::parse_cid(cid).ok()?;
        intake
            .files
            .get(&names::media(&parsed))
            .map(|seen| seen.bytes)
    };
    let made = sections
        .finish(&known.state, &size)
        .map_err(|error| fault(error.to_string()))?;
    let mut unproved = BTreeSet::new();
    for (name, section) in &readable.sections {
        match made.get(name) {
            Some(ours) if same(ours, section) => {}
            Some(_) => {
                return Err(fault(format!(
                    "the section {name} is not what the log says"
                )));
            }
            None if name != IDENTITY
                && name != MEDIA
                && !services.contains(name.as_str())
                && present.contains(name) =>
            {
                unproved.insert(name.clone());
            }
            None => return Err(fault(format!("the log has nothing for a section {name}"))),
        }
    }
    if let Some(missing) = made
        .keys()
        .find(|name| !readable.sections.contains_key(*name))
    {
        return Err(fault(format!("the section {missing} is missing")));
    }
    signed::check(
        &readable.signer,
        &readable.to_sign(),
        &readable.signature,
        known,
    )
    .map_err(fault)?;
    Ok(unproved)
}

fn same(one: &Value, other: &Value) -> bool {
    jcs::to_string(one) == jcs::to_string(other)
}
