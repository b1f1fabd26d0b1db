//! The entries after an order: its payment, or its refund.

use imajin_app::operation::{Context, Decide, Decision, Operation, Paragraphs, Reasons};
use imajin_app::refuse_if;
use imajin_protocol::fair::Keys;
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::{self as selling, BackRefusal, PaidRefusal, parties};

use super::parts::{AssetSnapshot, WorkPurchase, WorkSale, deliver};
use super::{BOUGHT, RETURNED, SOLD};
use crate::fair::{self, LogKeys};
use crate::ids::AssetId;
use crate::queries::{self, BuyersUse, Purchase, Standing, State};

/// The payment of an order has come: the node's word, in the seller's log.
#[derive(Debug, Operation)]
#[operation(
    name = "media.paid",
    authority = Node,
    undo = Money,
    derives = [parties(WorkPurchase::NAME).own(BOUGHT), parties(WorkSale::NAME).own(SOLD)],
    refusal = PaidRefusal
)]
pub struct Paid {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
}

/// Returns the goods of an order as they are now; `None` if the file was erased since, or its manifest changed.
fn read_snapshot(
    ctx: &Context<'_, Paid>,
    order: &Purchase,
) -> Result<Option<AssetSnapshot>, imajin_ledger::Refusal> {
    let (db, seller) = (ctx.reader(), order.seller.as_str());
    let asset = queries::asset(db, seller, &order.asset)?;
    let Some(asset) = asset.filter(|asset| asset.state != State::Erased) else {
        return Ok(None);
    };
    let entered = queries::fair(db, seller, order.asset.as_str())?;
    let fair = order.licence.fair.to_string();
    let Some(entered) = entered.filter(|entered| entered.digest == fair) else {
        return Ok(None);
    };
    let later = queries::agreements(db, seller, &fair)?;
    let logs = |did: &Did| ctx.log(did);
    let keys: &dyn Keys = &LogKeys(&logs);
    let wrong = |problem: imajin_app::Problem| {
        imajin_ledger::Refusal::new(imajin_ledger::RefusalKind::Stored, problem.to_string())
    };
    let attribution = fair::stated(&entered, &later, keys).map_err(wrong)?;
    let Some(said) = attribution.filter(|said| said.consent.missing.is_empty()) else {
        return Ok(None);
    };
    AssetSnapshot::new(&asset, &said).map(Some).map_err(wrong)
}

impl Decide for Paid {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<PaidRefusal> {
        let seller = ctx.owner().clone();
        let purchase = queries::purchase(ctx.reader(), seller.as_str(), self.payment.as_str())?;
        let purchase = purchase.ok_or(PaidRefusal::Unknown)?;
        refuse_if!(purchase.standing != Standing::Promised, PaidRefusal::Done);
        let of = BuyersUse {
            asset: purchase.asset.as_str(),
            buyer: purchase.buyer.as_str(),
            used: purchase.licence.used,
        };
        let has_it = queries::has_bought(ctx.reader(), seller.as_str(), of)?;
        if has_it || purchase.seller != seller || !ctx.takes_entries(&purchase.buyer) {
            return Err(PaidRefusal::Unknown.into());
        }
        let snapshot = read_snapshot(ctx, &purchase)?.ok_or(PaidRefusal::Unknown)?;
        let parties = (&purchase.seller, &purchase.buyer);
        deliver(ctx, parties, (&purchase.asset, snapshot), purchase.licence)
    }
}

/// All that was paid for a work went back, and not by its seller's own refund here: the node's word, in the seller's log.
#[derive(Debug, Operation)]
#[operation(
    name = "media.withdrawn",
    authority = Node,
    undo = Ends,
    derives = [parties(Returned::NAME).own(RETURNED)],
    refusal = BackRefusal
)]
pub struct Withdrawn {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
}

impl Decide for Withdrawn {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<BackRefusal> {
        let purchase = find_sale(ctx, &self.payment)?.ok_or(BackRefusal::Done)?;
        end(ctx, purchase)
    }
}

/// Gives a buyer back what they paid, or a part of it. Either way their licence ends; the file stays theirs.
#[derive(Debug, Operation)]
#[operation(
    name = "media.refund",
    authority = OwnKey,
    undo = Ends,
    erasable_by = Author,
    derives = selling::refund(parties(Returned::NAME).own(RETURNED)),
    refusal = RefundRefusal
)]
pub(crate) struct Refund {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// Why, for yourself.
    pub(crate) reason: Option<Paragraphs<500>>,
    /// How much, in minor units.
    #[fact]
    pub(crate) amount: Minor,
    /// In which currency.
    #[fact]
    pub(crate) currency: Currency,
}

#[derive(Debug, Reasons)]
pub(crate) enum RefundRefusal {
    /// This payment bought no licence from you.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// amount must be 1 or more.
    #[refused(BadRequest, field = "amount")]
    Nothing,
}

impl Decide for Refund {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<RefundRefusal> {
        let seller = ctx.owner().clone();
        let purchase = find_sale(ctx, &self.payment)?.ok_or(RefundRefusal::Unknown)?;
        refuse_if!(self.amount.get() < 1, RefundRefusal::Nothing);
        selling::give_back(
            ctx,
            &seller,
            &self.payment,
            self.amount,
            self.currency,
            selling::Teller::Cashier,
        )?;
        end(ctx, purchase)
    }
}

/// A licence ended, because what was paid for it went back.
#[derive(Debug, Operation)]
#[operation(name = "media.returned", authority = Derived, facts)]
pub(crate) struct Returned {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The seller's asset.
    pub(crate) asset: AssetId,
}

/// Returns the log owner's sale by its payment.
fn find_sale<O: Operation>(
    ctx: &Context<'_, O>,
    payment: &IdText,
) -> Result<Option<Purchase>, imajin_ledger::Refusal> {
    let owner = ctx.owner();
    let purchase = queries::purchase(ctx.reader(), owner.as_str(), payment.as_str())?;
    Ok(purchase.filter(|found| found.standing == Standing::Sold && found.seller == *owner))
}

/// Ends a licence, in both logs.
fn end<O: Operation, R: Reasons>(ctx: &mut Context<'_, O>, found: Purchase) -> Decision<R> {
    let returned = Returned { payment: found.licence.payment, asset: found.asset };
    Ok(ctx.derive_in([&found.seller, &found.buyer], &returned)?)
}
