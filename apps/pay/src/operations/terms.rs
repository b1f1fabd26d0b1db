//! The terms that a payer agrees to: the seller, the price, and the manifests by which it is shared.
//!
//! Always: the fact holds all of them, so that they are signed and stay ([`Terms::fact`]).

use imajin_app::operation::{Group, Reasons, Refused};
use imajin_app::refuse_if;
use imajin_dfos::Timestamp;
use imajin_protocol::fair::{Digest, Manifest};
use imajin_protocol::{Currency, Did, IdText};
use imajin_selling::{Rail, Release, Terms};

use super::fields::{AgreedTo, Amount};
use super::world::Case;

/// The goods that a payer buys, and their price.
#[derive(Debug, Group)]
#[group(facts)]
pub(crate) struct Purchase {
    /// How much, in minor units.
    pub(crate) amount: Amount,
    /// In which currency.
    pub(crate) currency: Currency,
    /// The seller: the one that signed the manifest.
    pub(crate) seller: Did,
    /// The service that sells.
    pub(crate) service: IdText,
    /// The kind of thing that is sold, e.g. `ticket`.
    pub(crate) kind: IdText,
    /// The digest of the manifest.
    pub(crate) fair: Digest,
    /// The digest of all manifests that the money follows.
    pub(crate) follows: Digest,
}

/// The conditions of a purchase.
#[derive(Debug, Group)]
pub(crate) struct Conditions {
    /// Manifests count as they were at this time (ms), at most an hour before; now, where it is left out.
    #[fact]
    pub(crate) quoted: Option<Timestamp>,
    /// Within a sale of another service: until when (ms) the parts are held.
    #[fact]
    pub(crate) free_at: Option<Timestamp>,
    /// Within a sale of another service: what that time depends on.
    #[fact]
    pub(crate) about: Option<IdText>,
    /// The seller's signed .fair manifest.
    pub(crate) manifest: Manifest,
    /// The signatures of the makers whom the money of a work goes to, by the manifests' digests. All of them must have signed.
    pub(crate) agreed: Option<AgreedTo>,
}

#[derive(Debug, Reasons)]
pub(crate) enum TermsRefusal {
    /// Only the service that sells can say when its parts are free: leave free_at and about out.
    #[refused(BadRequest, field = "fact")]
    NotYours,
    /// fair is the digest of another manifest than the body's.
    #[refused(BadRequest, field = "fair")]
    OtherManifest,
}

impl Purchase {
    pub(super) fn terms(
        &self,
        conditions: &Conditions,
        rail: Rail,
        case: Case<'_>,
    ) -> Result<Terms, Refused<TermsRefusal>> {
        let (free_at, about) = (conditions.free_at, conditions.about.clone());
        let manifest = &conditions.manifest;
        refuse_if!(self.fair != manifest.digest(), TermsRefusal::OtherManifest);
        // A payer can't hold a seller's money by their own payment.
        let holds_money = !case.is_nested && (free_at.is_some() || about.is_some());
        refuse_if!(holds_money, TermsRefusal::NotYours);
        Ok(Terms {
            amount: self.amount.get(),
            currency: self.currency,
            seller: self.seller.clone(),
            service: self.service.clone(),
            kind: self.kind.clone(),
            manifest: manifest.clone(),
            agreed: conditions.agreed.clone().map(|agreed| agreed.0),
            follows: self.follows,
            rail,
            release: Release { free_at, about },
            quoted: conditions.quoted,
        })
    }
}
