//! Budgets for sales by other services: they draw on the budgets of payments, so that no selling app bypasses them.
//!
//! Always: a sale for money that is paid at once draws on no budget, since it costs its payer something.

use imajin_app::{Node, Problem};
use imajin_protocol::Did;
use imajin_selling::Terms;

use super::awaited::Pending;
use super::budget::Budget;
use super::checkout::Checkout;
use super::receipts::PaymentReceipt;

/// Refuses a sale of another service that is free or paid later, to a payer who has used up their budget for a day.
/// Errors: 429 with the seconds until the next one is allowed.
pub(crate) fn check_sale(node: &Node, payer: &Did, terms: &Terms) -> Result<(), Problem> {
    let budget = match (terms.is_immediate(), terms.amount.is_zero()) {
        (false, _) => Budget::orders(node, Checkout::NAME, Pending::NAME),
        (true, true) => Budget::free(PaymentReceipt::NAME),
        (true, false) => return Ok(()),
    };
    budget.check(node, payer, &terms.seller)
}
