//! Top-ups: credit that is paid for from outside, to the owner of the node.

use imajin_app::Problem;
use imajin_app::operation::{BeforeSubmit, Operation, Request};
use imajin_protocol::{Currency, IdText};
use imajin_selling::{HELD, PENDING, Rail};

use super::awaited::{self, Awaited, AwaitedPayment};
use super::fields::{Amount, OutsideRail};
use super::world::{Case, Movement, Outcome, World, stored};
use crate::attest::{Prepared, new_id};
use crate::manifest::MANIFEST;
use crate::till;

/// Begins a payment from outside to the node, for credit.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.topup",
    authority = OwnKey,
    facts,
    undo = Money,
    derives = [PENDING, HELD],
    refusal = Awaited,
    prepared = Prepared
)]
pub(crate) struct TopUp {
    /// How much, in minor units.
    pub(crate) amount: Amount,
    /// In which currency.
    pub(crate) currency: Currency,
    /// The way by which the money comes.
    pub(crate) rail: OutsideRail,
}

impl Movement for TopUp {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<Awaited> {
        let (payer, payment) = (case.owner, case.payment);
        awaited::expects_money(self.amount, self.currency, self.rail)?;
        let held = AwaitedPayment {
            payment: payment.clone(),
            amount: self.amount,
            currency: self.currency,
            payer: payer.clone(),
            payee: world.node.clone(),
            follows: None,
            rail: self.rail,
            service: IdText::parse(MANIFEST.name).map_err(stored)?,
            kind: IdText::parse("credit").map_err(stored)?,
            until: awaited::until(world, self.rail.into())?,
            memo: Some(awaited::memo(world, payment)?),
            free_at: None,
            about: None,
        };
        Ok(awaited::begun(world, &held, None)?)
    }
}

impl BeforeSubmit for TopUp {
    fn before_submit(&self, request: &Request<'_>) -> Result<Prepared, Problem> {
        till::may_sell(request.node, Some(Rail::from(self.rail)))?;
        Ok(Prepared::new(&new_id(request.node)?))
    }
}

#[cfg(test)]
mod tests;
