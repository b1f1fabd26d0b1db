//! A .fair for people and for programs. Nothing is verified here.

use super::files::{FairFile, FairLocation};
use crate::output::Out;
use imajin_box::failure::Outcome;
use imajin_protocol::fair::Training;
use serde_json::{Value as Json, json};

/// Names the location of a .fair: the kind of the file that embeds it, or `beside`, or `alone`.
fn place(found: &FairFile) -> &'static str {
    match &found.place {
        FairLocation::Inside(kind, _) => kind.name(),
        FairLocation::Beside(_) => "beside",
        FairLocation::Alone => "alone",
    }
}

pub(super) fn to_json(found: &FairFile) -> Json {
    let fair = &found.fair;
    json!({
        "place": place(found), "digest": fair.manifest.digest().to_string(),
        "manifest": fair.manifest.document(), "agreed": fair.agreed.to_value(),
    })
}

pub(super) fn print(out: &mut Out, found: &FairFile) -> Outcome {
    let manifest = &found.fair.manifest;
    out.line(match &found.place {
        FairLocation::Inside(..) => "a .fair in the file".to_owned(),
        FairLocation::Beside(path) => format!("a .fair next to the file, in {}", path.display()),
        FairLocation::Alone => "a .fair".to_owned(),
    })?;
    if let Some(id) = manifest.id() {
        out.line(format_args!("  id         {id}"))?;
    }
    if let Some(kind) = manifest.kind() {
        out.line(format_args!("  type       {kind}"))?;
    }
    if let Some(owner) = manifest.owner() {
        out.line(format_args!("  owner      {owner}"))?;
    }
    for row in manifest.table() {
        let role = row.role.map(|role| format!(", {role}")).unwrap_or_default();
        let source = if row.source { ", which it derives from" } else { "" };
        out.line(format_args!("  {:<9}  {}{role}{source}", row.share.to_string(), row.who))?;
    }
    match manifest.work() {
        Ok(Some(work)) => {
            out.line(format_args!("  work       {} bytes, {}", work.bytes, work.cid))?
        }
        Ok(None) => out.line("  work       names no file")?,
        Err(error) => out.line(format_args!("  work       {error}"))?,
    }
    match manifest.training() {
        Ok(Training::Free) => out.line("  training   free")?,
        Ok(Training::Reserved) => out.line("  training   reserved")?,
        Ok(Training::Priced { price, currency }) => out.line(format_args!(
            "  training   a licence costs {price} {currency}, in the smallest unit"
        ))?,
        Err(error) => out.line(format_args!("  training   reserved: {error}"))?,
    }
    if let Some(terms) = manifest.terms().and_then(Json::as_str) {
        out.line(format_args!("  terms      {terms}"))?;
    }
    for one in found.fair.agreed.iter() {
        out.line(format_args!("  agreed     {}", one.did()))?;
    }
    out.line("Nothing was verified: `imajin fair verify` does.")
}
