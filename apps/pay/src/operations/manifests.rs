//! Publishing a manifest: it is in its author's log, so that others' works can name it and money can follow it.

use imajin_app::operation::{Operation, Reasons, Refused};
use imajin_protocol::fair::{DISTRIBUTION, Manifest};

use super::world::{Case, Consequences, Movement, Outcome, World};
use crate::manifests::{self, Source, Unfair};

/// Publishes a signed .fair manifest: of a work, or of what you pass on of all that you earn.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.fair.publish",
    authority = OwnKey,
    erasable_by = Author,
    refusal = PublishRefusal
)]
pub(crate) struct PublishManifest {
    /// The manifest's text, exactly as it was signed.
    pub(crate) manifest: Manifest,
}

#[derive(Debug, Reasons)]
pub(crate) enum PublishRefusal {
    /// None of the people named in the manifest signed it.
    #[refused(all)]
    Unfair(Unfair),
    /// You can publish what you signed yourself, and pass on what you earn yourself.
    #[refused(Forbidden, field = "manifest")]
    NotYours,
}

impl Movement for PublishManifest {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<PublishRefusal> {
        let manifest = self.manifest.clone();
        let is_distribution = manifest.kind() == Some(DISTRIBUTION);
        let signed = manifests::signed(world.db, world.logs, manifest, Source::Brought)
            .map_err(Refused::widen)?;
        let is_mine = signed.signer() == case.owner
            && (!is_distribution || signed.manifest().distributes() == Some(case.owner));
        if is_mine { Ok(Consequences::none()) } else { Err(PublishRefusal::NotYours.into()) }
    }
}
