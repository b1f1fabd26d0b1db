//! Arrival of payments from outside: by the payee's word (an e-transfer), or by the provider's event, which the node
//! records.
//!
//! Always: the terms agreed to are divided by the manifests as they were when the payment was begun.

use imajin_app::operation::{Operation, Reasons, Refused};
use imajin_app::refuse_if;
use imajin_app::words::Money;
use imajin_dfos::Timestamp;
use imajin_ledger::Refusal;
use imajin_protocol::fair::{Agreements, Digest, Manifest};
use imajin_protocol::money;
use imajin_protocol::{Currency, IdText, Minor};
use imajin_selling::{ATTESTED, CREDIT, OWED, POSTED, RECEIPT, Rail, Release, Terms};
use serde_json::{Value as Json, json};

use super::books::{Posting, between};
use super::checkout::Expected;
use super::debts;
use super::division::{Divided, DivisionRefusal, divided_by};
use super::fields::Amount;
use super::receipts::{all_parts, entered, sale};
use super::release;
use super::world::{Case, Consequences, Movement, News, Outcome, World, is_new, too_large};
use crate::manifests::{self, FollowedManifests};
use crate::queries::{self, Hold};

/// Says that an e-transfer has arrived: its payee, or the node's owner for credit.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.emt.confirm",
    authority = OwnKey,
    facts,
    undo = Money,
    derives = [RECEIPT, CREDIT, POSTED, ATTESTED, OWED],
    refusal = ConfirmRefusal
)]
pub(crate) struct ConfirmTransfer {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// How much, in minor units: exactly what is awaited.
    pub(crate) amount: Amount,
    /// In which currency.
    pub(crate) currency: Currency,
}

/// The provider has the money of a payment.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.paid",
    authority = Node,
    facts,
    undo = Money,
    derives = [RECEIPT, CREDIT, POSTED, ATTESTED],
    refusal = PaidRefusal
)]
pub(crate) struct Paid {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// How much, in minor units.
    pub(crate) amount: Amount,
    /// In which currency.
    pub(crate) currency: Currency,
    /// The provider's page where it was paid.
    pub(crate) session: IdText,
    /// The provider's name for the payment.
    pub(crate) charge: IdText,
    /// The parts are not free before this time (ms).
    pub(crate) free_at: Option<Timestamp>,
    /// The provider's event that says so.
    pub(crate) event: Option<IdText>,
}

#[derive(Debug, Reasons)]
pub(crate) enum ConfirmRefusal {
    /// No e-transfer to you is expected under this id.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// This e-transfer is for {}: confirm exactly that.
    #[refused(BadRequest, field = "amount")]
    Other(Money),
    /// This e-transfer is confirmed already.
    #[refused(Conflict, reason = "confirmed")]
    Again,
    /// This e-transfer did not arrive within 72 hours and was cancelled. If the money came after all, send it back, or
    /// let them begin again.
    #[refused(Conflict, reason = "expired")]
    Expired,
    #[refused(all)]
    Sold(SoldRefusal),
}

#[derive(Debug, Reasons)]
pub(crate) enum PaidRefusal {
    #[refused(all)]
    News(News),
    /// No such payment is expected.
    #[refused(NotFound)]
    Unknown,
    /// This is paid already.
    #[refused(Conflict, reason = "paid")]
    Again,
    /// This is not the amount that was due.
    #[refused(BadRequest, field = "amount")]
    Other,
    #[refused(all)]
    Sold(SoldRefusal),
}

#[derive(Debug, Reasons)]
pub(crate) enum SoldRefusal {
    /// The seller's record no longer has what was sold: refund the money.
    #[refused(Conflict, reason = "erased")]
    Erased,
    #[refused(all)]
    Division(DivisionRefusal),
}

impl Movement for ConfirmTransfer {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<ConfirmRefusal> {
        let hold = world.hold(&self.payment)?.filter(|hold| hold.rail == Rail::Emt);
        let hold = hold.ok_or(ConfirmRefusal::Unknown)?;
        // The node's owner receives money for credit and confirms it; others don't learn that such a payment exists.
        let may = if hold.is_credit(world.node) {
            world.is_owner(case.owner)?
        } else {
            hold.payee == *case.owner
        };
        refuse_if!(!may, ConfirmRefusal::Unknown);
        if self.amount.get() != hold.amount || self.currency != hold.currency {
            let amount = Money::new(hold.amount, hold.currency);
            return Err(ConfirmRefusal::Other(amount).into());
        }
        refuse_if!(hold.done, ConfirmRefusal::Again);
        if hold.is_credit(world.node) {
            // The owner vouches for a top-up, however late the money arrived.
            return Ok(credit(world, &self.payment, &hold, None)?);
        }
        refuse_if!(world.now.as_millis() > hold.until, ConfirmRefusal::Expired);
        by_hand(world, &self.payment, &hold).map_err(Refused::widen)
    }
}

impl Movement for Paid {
    fn consequences(&self, world: &World<'_>, _: Case<'_>) -> Outcome<PaidRefusal> {
        is_new(world, self.event.as_ref()).map_err(Refused::widen)?;
        let payment = &self.payment;
        let hold = world.hold(payment)?.ok_or(PaidRefusal::Unknown)?;
        refuse_if!(hold.done, PaidRefusal::Again);
        let is_other = self.amount.get() != hold.amount || self.currency != hold.currency;
        refuse_if!(is_other, PaidRefusal::Other);
        if hold.is_credit(world.node) {
            return Ok(credit(world, payment, &hold, self.free_at)?);
        }
        let (terms, found) = sold(world, payment, &hold).map_err(Refused::widen)?;
        let rows = all_parts(world.node, terms.amount, &found);
        let mut sale = sale(&hold.payer, &terms, payment, hold.rail.as_str(), rows);
        sale.out = hold.passed_on();
        // In payments from before parts were held, the provider has passed on the seller's part: nothing can be held.
        if sale.out.is_none() {
            sale.held = Some(release::held(world, &terms.release, self.free_at)?);
        }
        Ok(entered(world, &sale, &found)?)
    }
}

/// Returns the consequences of a payee's confirmation of an e-transfer: the bank paid the payee directly, so no credit
/// is created. The payee's free balance pays the other recipients as far as it goes, and these parts are held; the
/// payee owes them the rest.
fn by_hand(world: &World<'_>, payment: &IdText, hold: &Hold) -> Outcome<SoldRefusal> {
    let (terms, found) = sold(world, payment, hold)?;
    let payee = &terms.seller;
    let recipients = found.division.recipients.iter();
    let others: Vec<_> = recipients.filter(|(did, _)| did != payee).cloned().collect();
    let all = Minor::sum(others.iter().map(|(_, part)| *part)).map_err(too_large)?;
    let now = world.now.as_millis();
    let free = queries::free(world.db, world.node, payee, terms.currency, now)?;
    let moved = all.min(free.max(Minor::ZERO));
    let nothing = vec![Minor::ZERO; others.len()];
    let parts: Vec<Minor> = others.iter().map(|(_, part)| *part).collect();
    let parts = money::refund(&parts, &nothing, moved).map_err(too_large)?;
    let rows = vec![(payee.clone(), moved.negated())];
    let mut sale = sale(&hold.payer, &terms, payment, hold.rail.as_str(), rows);
    sale.held = Some(release::held(world, &terms.release, None)?);
    for ((did, whole), part) in others.into_iter().zip(parts) {
        let owed = Minor::new(whole.get() - part.get()).map_err(too_large)?;
        if !owed.is_zero() {
            sale.debts.push((did.clone(), owed));
        }
        sale.rows.push((did, part));
    }
    let mut all = entered(world, &sale, &found)?;
    let (currency, signers) = (terms.currency, &found.signers);
    let lines = debts::lines(world, payment, payee, currency, &sale.debts, signers)?;
    all.drafts.extend(lines);
    Ok(all)
}

fn credit(
    world: &World<'_>,
    payment: &IdText,
    hold: &Hold,
    not_before: Option<Timestamp>,
) -> Result<Consequences, Refusal> {
    let rows = between(world.node, &hold.payer, hold.amount);
    let (parties, what) = ((&hold.payer, world.node), (hold.amount, hold.currency));
    let posting = Posting {
        held: Some(release::held(world, &Release::default(), not_before)?),
        ..Posting::moves(payment, "topup", parties, what, rows)
    };
    let reply = json!({ "payment": payment.as_str(), "paid": true });
    Ok(Consequences::new(payment, posting.drafts(world)?).replying(reply))
}

/// Returns the terms of a payment that arrived, and its division.
fn sold(
    world: &World<'_>,
    payment: &IdText,
    hold: &Hold,
) -> Result<(Terms, Divided), Refused<SoldRefusal>> {
    let (terms, library) = agreed(world, payment, hold)?.ok_or(SoldRefusal::Erased)?;
    let root = manifests::published(world.logs, terms.manifest.clone());
    let root = root.map_err(DivisionRefusal::from).map_err(SoldRefusal::from)?;
    let rail = hold.rail.as_str();
    let division = divided_by(world, &hold.payer, &terms, payment, rail, &root, &library);
    Ok((terms, division.map_err(Refused::widen)?))
}

/// Returns the terms that the payer agreed to, from the seller's record; `None` if the seller erased them.
fn agreed(
    world: &World<'_>,
    payment: &IdText,
    hold: &Hold,
) -> Result<Option<(Terms, FollowedManifests)>, Refused<SoldRefusal>> {
    let expected = queries::entry_about(world.db, &hold.payee, Expected::NAME, payment.as_str())?;
    let texts = expected.as_ref().and_then(|entry| entry.body["manifests"].as_array());
    let manifests: Option<Vec<Manifest>> = texts.and_then(|texts| {
        let read = |text: &Json| Manifest::parse(text.as_str()?).ok();
        texts.iter().map(read).collect()
    });
    let beside = expected.as_ref().map(|entry| &entry.body["agreed"]);
    let beside = beside.filter(|beside| !beside.is_null()).map(Agreements::read).transpose();
    let follows = hold.follows.as_deref().and_then(Digest::parse);
    let (Ok(beside), Some(manifests), Some(follows)) = (beside, manifests, follows) else {
        return Ok(None);
    };
    let Some((root, others)) = manifests.split_first() else {
        return Ok(None);
    };
    let library = FollowedManifests::from_manifests(world.logs, others);
    let library = library.map_err(DivisionRefusal::from).map_err(SoldRefusal::from)?;
    let terms = Terms {
        amount: hold.amount,
        currency: hold.currency,
        seller: hold.payee.clone(),
        service: hold.service.clone(),
        kind: hold.kind.clone(),
        manifest: root.clone(),
        agreed: beside,
        follows,
        rail: hold.rail,
        release: hold.release.clone(),
        quoted: None,
    };
    Ok(Some((terms, library)))
}
