//! Payments from credit on this node, and free ones.

use imajin_app::Problem;
use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, Nested, Operation, Reasons, Refused, Request,
};
use imajin_dfos::Timestamp;
use imajin_ledger::Refusal;
use imajin_protocol::fair::Digest;
use imajin_protocol::{Currency, Did, IdText};
use imajin_selling::{ATTESTED, CREDIT, POSTED, RECEIPT, Rail};
use serde_json::Value as Json;

use super::budget::Budget;
use super::cover::{self, Uncovered};
use super::division::{DivisionRefusal, divided, rail_of};
use super::fields::{AgreedTo, Amount, ManifestText, Note};
use super::receipts::{Moves, PaymentReceipt, attested, entered};
use super::release;
use super::terms::{Agreed, TermsRefusal};
use super::world::{self, Case, Consequences, Movement, World};
use crate::attest::{Prepared, new_id};
use crate::manifests::Source;
use crate::till;

/// Pays a seller from credit on this node, or nothing for what is free.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.settle",
    authority = OwnKey,
    undo = Money,
    erasable_by = Author,
    derives = [RECEIPT, CREDIT, POSTED, ATTESTED],
    refusal = SettleRefusal,
    prepared = Prepared,
    nested
)]
pub(crate) struct Settle {
    /// How much, in minor units.
    #[fact]
    pub(crate) amount: Amount,
    /// In which currency.
    #[fact]
    pub(crate) currency: Currency,
    /// The seller: the one that signed the manifest.
    #[fact]
    pub(crate) seller: Did,
    /// The service that sells.
    #[fact]
    pub(crate) service: IdText,
    /// The kind of thing that is sold, e.g. `ticket`.
    #[fact]
    pub(crate) kind: IdText,
    /// The digest of the manifest.
    #[fact]
    pub(crate) fair: Digest,
    /// The digest of all manifests that the money follows.
    #[fact]
    pub(crate) follows: Digest,
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
    pub(crate) manifest: ManifestText,
    /// The signatures of the makers whom the money of a work goes to, by the manifests' digests. All of them must have signed.
    pub(crate) agreed: Option<AgreedTo>,
    /// A note to yourself, of at most 500 bytes.
    pub(crate) memo: Option<Note<500>>,
}

/// Reasons to refuse a payment from credit.
#[derive(Debug, Reasons)]
pub(crate) enum SettleRefusal {
    /// The terms are not the payer's to set.
    #[refused(all)]
    Terms(TermsRefusal),
    /// The payment can't be divided.
    #[refused(all)]
    Division(DivisionRefusal),
    /// The payer has too little credit.
    #[refused(all)]
    Uncovered(Uncovered),
}

impl Settle {
    fn agreed(&self) -> Agreed<'_> {
        Agreed {
            amount: self.amount,
            currency: self.currency,
            seller: &self.seller,
            service: &self.service,
            kind: &self.kind,
            fair: self.fair,
            follows: self.follows,
            quoted: self.quoted,
            free_at: self.free_at,
            about: self.about.as_ref(),
            manifest: &self.manifest,
            agreed: self.agreed.as_ref(),
            rail: Rail::Ledger,
        }
    }
}

impl Movement for Settle {
    fn consequences(
        &self,
        world: &World<'_>,
        case: Case<'_>,
    ) -> Result<Consequences, Refused<SettleRefusal>> {
        let terms = self.agreed().terms(case).map_err(Refused::widen)?;
        let (payer, rail) = (case.owner, rail_of(&terms));
        let division = divided(
            world,
            payer,
            &terms,
            case.payment,
            rail,
            Source::new(case.is_nested),
        )
        .map_err(Refused::widen)?;
        cover::spend(world, payer, terms.amount, terms.currency).map_err(Refused::widen)?;
        let held = release::held(world, &terms.release, None)?;
        let is_free = held.free_at <= world.now;
        let mut moves = Moves::all(payer.clone(), terms.amount, &division);
        moves.held = Some(held);
        let mut all = entered(world, payer, &terms, case.payment, rail, moves, &division)?;
        // Held parts may be refunded: the node attests the payment when they become free.
        if is_free && !terms.amount.is_zero() {
            all.attested = attested(world, payer, &terms.seller)?;
        }
        Ok(all)
    }
}

impl BeforeSubmit for Settle {
    fn before_submit(&self, request: &Request<'_>) -> Result<Prepared, Problem> {
        let (node, payer) = (request.node, request.owner);
        till::may_sell(node, None)?;
        let id = new_id(node)?;
        if !self.amount.get().is_zero() {
            return Prepared::sign(node, &id, payer, &self.seller);
        }
        Budget::free(PaymentReceipt::NAME).check(node, payer, &self.seller)?;
        Ok(Prepared::new(&id))
    }
}

impl Decide for Settle {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<SettleRefusal> {
        let prepared = ctx.prepared();
        let (payment, attestations) = (prepared.id.clone(), prepared.attestations.clone());
        world::decide_payment(ctx, self, &payment, &attestations)
    }
}

impl Nested for Settle {
    fn prepared_by_caller(args: &Json) -> Result<Prepared, Refusal> {
        Prepared::read(args)
    }
}
