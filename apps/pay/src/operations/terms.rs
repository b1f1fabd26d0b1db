//! The terms that a payer agrees to: the seller, the price, and the manifests by which it is shared.
//!
//! Always: the fact holds all of them, so that they are signed and stay ([`Terms::fact`]).

use imajin_app::operation::{Reasons, Refused};
use imajin_dfos::Timestamp;
use imajin_protocol::fair::Digest;
use imajin_protocol::{Currency, Did, IdText};
use imajin_selling::{Rail, Release, Terms};

use super::fields::{AgreedTo, Amount, ManifestText};
use super::world::Case;

/// The fields of a sale on any rail.
pub(super) struct Agreed<'a> {
    pub(super) amount: Amount,
    pub(super) currency: Currency,
    pub(super) seller: &'a Did,
    pub(super) service: &'a IdText,
    pub(super) kind: &'a IdText,
    pub(super) fair: Digest,
    pub(super) follows: Digest,
    pub(super) quoted: Option<Timestamp>,
    pub(super) free_at: Option<Timestamp>,
    pub(super) about: Option<&'a IdText>,
    pub(super) manifest: &'a ManifestText,
    pub(super) agreed: Option<&'a AgreedTo>,
    pub(super) rail: Rail,
}

/// Reasons to refuse a payer's terms.
#[derive(Debug, Reasons)]
pub(crate) enum TermsRefusal {
    /// The payer states until when the seller's money is held.
    #[refused(
        BadRequest,
        field = "fact",
        message = "Only the service that sells can say when its parts are free: leave free_at and about out."
    )]
    NotYours,
    /// The fact and the body name two manifests.
    #[refused(
        BadRequest,
        field = "fair",
        message = "fair is the digest of another manifest than the body's."
    )]
    OtherManifest,
}

impl Agreed<'_> {
    /// Returns the terms of a sale.
    pub(super) fn terms(&self, case: Case<'_>) -> Result<Terms, Refused<TermsRefusal>> {
        if self.fair != self.manifest.0.digest() {
            return Err(TermsRefusal::OtherManifest.into());
        }
        // A payer can't hold a seller's money by their own payment.
        if !case.is_nested && (self.free_at.is_some() || self.about.is_some()) {
            return Err(TermsRefusal::NotYours.into());
        }
        Ok(Terms {
            amount: self.amount.get(),
            currency: self.currency,
            seller: self.seller.clone(),
            service: self.service.clone(),
            kind: self.kind.clone(),
            manifest: self.manifest.0.clone(),
            agreed: self.agreed.map(|agreed| agreed.0.clone()),
            follows: self.follows,
            rail: self.rail,
            release: Release {
                free_at: self.free_at,
                about: self.about.cloned(),
            },
            quoted: self.quoted,
        })
    }
}
