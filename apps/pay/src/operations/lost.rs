//! A lost dispute: the payer's bank has taken the money back.
//!
//! Always: nothing is returned twice. Refunds under way end, and refunds kept as credit are taken first; then the
//! payment's held parts in proportion, or, where they are free, its seller (of a top-up: its account), who may go below
//! zero. The payer owes the amount that the bank takes beyond all of that.

use imajin_ledger::Refusal;
use imajin_protocol::money;
use imajin_protocol::{Did, IdText, Minor};

use super::books::{Posting, between};
use super::giving_back::{refunded, taken_back};
use super::world::{Consequences, World, stored, too_large};
use crate::queries::{self, Payment, Returned};

impl Posting<'_> {
    /// Adds a row, and the leg that it takes from.
    fn push(&mut self, did: &Did, amount: Minor, leg: Option<usize>) {
        if !amount.is_zero() {
            self.rows.push((did.clone(), amount));
            self.legs.push(leg);
        }
    }
}

fn units(amount: i64) -> Result<Minor, Refusal> {
    Minor::new(amount).map_err(too_large)
}

/// Sums the refunds of some statuses that the bank's amount ends, in their order (see `projection::books::end`).
fn on_the_way(returns: &[Returned], is: fn(&str) -> bool) -> i64 {
    let of = returns.iter().filter(|one| is(&one.status));
    of.map(|one| one.amount.get() - one.ended.get()).sum()
}

/// Returns the consequences of an amount that the payer's bank took back. `dispute` is the lost dispute, if it is one.
pub(super) fn lost(
    world: &World<'_>,
    payment: &IdText,
    sold: &Payment,
    amount: Minor,
    dispute: Option<&str>,
) -> Result<Consequences, Refusal> {
    let returns = queries::returns(world.db, world.node, payment.as_str())?;
    let refused = on_the_way(&returns, |status| status == "refused");
    let waiting = on_the_way(&returns, |status| matches!(status, "refused" | "due" | "pending"));
    let kept = on_the_way(&returns, |status| status == "failed");
    let ends = amount.get().min(waiting);
    let from_kept = (amount.get() - ends).min(kept);
    let from_parts = (amount.get() - ends - from_kept).min(sold.left().get());
    let beyond = amount.get() - ends - from_kept - from_parts;
    let (parties, what) = ((&sold.payer, &sold.seller), (amount, sold.currency));
    let mut posting = Posting::moves(payment, "lost", parties, what, Vec::new());
    // Refunds under way have left the books already; the rest leaves them now.
    posting.push(world.node, units(amount.get() - ends)?, None);
    posting.push(&sold.payer, units(-from_kept - beyond)?, None);
    let from_parts = units(from_parts)?;
    parts(world, payment, sold, from_parts, &mut posting)?;
    // Refunds that the provider refused during the dispute, and that the bank did not take, become the payer's credit
    // now.
    let is_last = !queries::has_open_dispute(world.db, world.node, payment.as_str(), dispute)?;
    let left_over = (refused - ends).max(0);
    if is_last && left_over > 0 {
        posting.push(world.node, units(-left_over)?, None);
        posting.push(&sold.payer, units(left_over)?, None);
    }
    posting.lost = Some((from_parts, units(ends + from_kept)?));
    // The seller has a part of the amount on their own account with the provider only in payments from before parts were
    // held.
    let rows = between(world.node, &sold.seller, from_parts.negated());
    posting.out = taken_back(world, payment, &sold.seller, &rows)?;
    let mut drafts = Vec::new();
    if !from_parts.is_zero() && !from_parts.is_negative() {
        refunded(world, &mut drafts, (payment, sold), from_parts, true)?;
    }
    drafts.extend(posting.drafts(world)?);
    Ok(Consequences::new(payment, drafts))
}

/// Takes an amount from the payment's parts: from all of them while they are held, otherwise from its seller alone (of a
/// top-up, from its recipient).
fn parts(
    world: &World<'_>,
    payment: &IdText,
    sold: &Payment,
    amount: Minor,
    taken: &mut Posting<'_>,
) -> Result<(), Refusal> {
    let legs = queries::legs(world.db, world.node, payment.as_str())?;
    let got = legs.get(1..).unwrap_or_default();
    if !sold.is_held(world.now) {
        let answers = match sold.rail.as_str() {
            "topup" => got.first().map_or(&sold.payer, |leg| &leg.did),
            _ => &sold.seller,
        };
        taken.push(answers, amount.negated(), None);
        return Ok(());
    }
    let paid: Vec<Minor> = got.iter().map(|leg| leg.amount).collect();
    let back: Vec<Minor> = got.iter().map(|leg| leg.back).collect();
    let parts = money::refund(&paid, &back, amount).map_err(stored)?;
    for (n, (leg, part)) in got.iter().zip(parts).enumerate() {
        taken.push(&leg.did, part.negated(), Some(n + 1));
    }
    Ok(())
}
