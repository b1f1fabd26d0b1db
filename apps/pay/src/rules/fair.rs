//! Publishing a manifest: it stands in one's own log, so that others' works can name it and money can follow it.

use imajin_ledger::{Refusal, RefusalKind};
use imajin_protocol::fair::{DISTRIBUTION, MANIFEST_BYTES_MAX, Manifest};

use super::{Asked, Consequences, World, bad, body_text, no_ref, refuse};
use crate::shelf;

pub(super) fn publish(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    no_ref(asked)?;
    if asked.fact.is_some() {
        return Err(bad("fact", "pay.fair.publish has no fact."));
    }
    let text = body_text(asked, "manifest", &["manifest"], MANIFEST_BYTES_MAX)?;
    let text = text.ok_or_else(|| {
        bad(
            "manifest",
            "The body must be {\"manifest\": \"…\"}, the manifest's text.",
        )
    })?;
    let manifest = Manifest::parse(text).map_err(|error| bad("manifest", format!("{error}.")))?;
    let is_distribution = manifest.kind() == Some(DISTRIBUTION);
    let signed = shelf::signed(world.db, world.logs, manifest)?;
    let is_mine = match is_distribution {
        true => signed.signer() == asked.did && signed.manifest().distributes() == Some(asked.did),
        false => signed.signer() == asked.did,
    };
    if !is_mine {
        return Err(refuse(
            RefusalKind::Forbidden,
            "You can publish what you signed yourself, and pass on what you earn yourself.",
        )
        .field("manifest"));
    }
    Ok(Consequences::none())
}
