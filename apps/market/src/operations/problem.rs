//! Problems with orders, which their buyers report and end.

use imajin_app::Answer;
use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, Group, Int, List, Operation, Request,
};
use imajin_log::{Derivation, Equal, TargetLog};
use imajin_protocol::{Did, IdText};
use imajin_selling::cashier;

use super::review::BuyerRefusal;
use crate::orders::{ActionRefusal, Order, Party, is_back};
use crate::queries;
use crate::reviews::ProblemKind;

/// Reports a problem with an order that was paid, as its buyer, or ends it. Everybody reads how many orders of a seller have one.
#[derive(Debug, Operation)]
#[operation(
    name = "market.problem",
    authority = Any,
    undo = By(&["market.problem"]),
    derives = [Derivation::new(ProblemEntry::NAME, TargetLog::FactDids).equal(&[Equal::RefIsIntentRef, Equal::Fact])],
    refusal = BuyerRefusal,
    prepared = bool
)]
pub(crate) struct ReportProblem {
    /// The order's payment.
    #[reference]
    pub(crate) payment: IdText,
    #[group]
    pub(crate) report: Report,
}

/// A problem for the seller of an order, or its end.
#[derive(Debug, Clone, Group)]
pub(crate) struct Report {
    /// The seller.
    #[fact]
    pub(crate) dids: List<Did, 1, 1>,
    /// The kind: `missing`, `other` than the listing says, `broken`, the `deposit` or the `money` not given back.
    #[fact]
    pub(crate) about: ProblemKind,
    /// 1: there is one; 0: it is solved.
    #[fact]
    pub(crate) on: Int<0, 1>,
}

impl Report {
    /// Returns the problem that there is from now on.
    pub(crate) fn problem(&self) -> Option<ProblemKind> {
        (self.on.0 == 1).then_some(self.about)
    }
}

impl Order {
    /// Refuses a problem, or its end (`None`): it is for the buyer of what was paid, until all of the money is back
    /// (`is_refunded`).
    pub(crate) fn check_problem(
        &self,
        problem: Option<ProblemKind>,
        is_refunded: bool,
    ) -> Result<(), BuyerRefusal> {
        if self.party == Party::Seller {
            Err(BuyerRefusal::Seller)
        } else if self.problem == problem {
            Err(ActionRefusal::Done.into())
        } else if self.until.is_some() {
            Err(ActionRefusal::Unpaid.into())
        } else if problem.is_some() && is_refunded {
            Err(ActionRefusal::Refunded.into())
        } else {
            Ok(())
        }
    }
}

impl BeforeSubmit for ReportProblem {
    /// Returns whether the buyer has all of the money back.
    fn before_submit(&self, request: &Request<'_>) -> Answer<bool> {
        let paid = cashier(request.node)?.back(request.node, self.payment.as_str())?;
        Ok(paid.is_some_and(|paid| paid.payer == *request.owner && is_back(&paid)))
    }
}

impl Decide for ReportProblem {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<BuyerRefusal> {
        let (payment, dids) = (&self.payment, &self.report.dids);
        let order = queries::order_with(ctx.reader(), ctx.owner(), payment, dids)?;
        let order = order.ok_or(BuyerRefusal::Order(ActionRefusal::Unknown))?;
        order.check_problem(self.report.problem(), *ctx.prepared())?;
        if !ctx.takes_entries(&order.terms.seller) {
            return Err(BuyerRefusal::Away.into());
        }
        let entry = ProblemEntry {
            payment: self.payment.clone(),
            report: self.report.clone(),
        };
        Ok(ctx.derive(order.terms.seller, &entry)?)
    }
}

/// The buyer reported a problem with an order, or ended it.
#[derive(Debug, Operation)]
#[operation(name = "market.problem.said", authority = Derived)]
pub(crate) struct ProblemEntry {
    /// The order's payment.
    #[reference]
    pub(crate) payment: IdText,
    #[group]
    pub(crate) report: Report,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_lasts_until_its_buyer_ends_it() {
        let (broken, money) = (Some(ProblemKind::Broken), Some(ProblemKind::Money));
        let refuse = |reason| Err(BuyerRefusal::Order(reason));
        let order = Order::sample().for_buyer();
        assert_eq!(order.check_problem(broken, false), Ok(()));
        let back = order.check_problem(broken, true);
        assert_eq!(back, refuse(ActionRefusal::Refunded));
        let nothing = order.check_problem(None, false);
        assert_eq!(nothing, refuse(ActionRefusal::Done));
        let promised = Order {
            until: Some(10),
            ..order.clone()
        };
        let unpaid = promised.check_problem(money, false);
        assert_eq!(unpaid, refuse(ActionRefusal::Unpaid));
        // One that its seller called off without sending the money back.
        let cancelled = Order {
            cancelled_by: Some(Party::Seller),
            is_lost: true,
            problem: broken,
            ..order
        };
        let again = cancelled.check_problem(broken, false);
        assert_eq!(again, refuse(ActionRefusal::Done));
        assert_eq!(cancelled.check_problem(money, false), Ok(()));
        assert_eq!(cancelled.check_problem(None, true), Ok(()));
        let seller = Order {
            party: Party::Seller,
            ..cancelled
        };
        assert_eq!(seller.check_problem(None, true), Err(BuyerRefusal::Seller));
    }
}
