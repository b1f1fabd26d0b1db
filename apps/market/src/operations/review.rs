//! Reviews of orders, whose stars stay and whose words can be taken back, and problems, which their buyers report and end.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, Group, Int, List, Operation, Paragraphs, Reasons,
    Request,
};
use imajin_app::{Answer, refuse_if};
use imajin_dfos::Cid;
use imajin_log::ops::BODY_ERASED;
use imajin_log::{Derivation, EntryField, Equal, ErasureScope, TargetLog};
use imajin_protocol::{Did, IdText};
use imajin_selling::cashier;

use crate::orders::{ActionRefusal, Order, OrderState, Party, is_back};
use crate::reviews::{ProblemKind, STARS_MAX};
use crate::{groups, queries};

/// Reviews an order, as its buyer: once, when it counts as handed over. Everybody who sees the listing reads the review, without
/// its author's name.
#[derive(Debug, Operation)]
#[operation(
    name = "market.review",
    authority = OwnKey,
    undo = By(&["market.unreview"]),
    erasable_by = Author,
    derives = [Derivation::new(ReviewEntry::NAME, TargetLog::FactDids).equal(&[Equal::RefIsIntentRef, Equal::Fact])],
    refusal = ReviewRefusal,
    prepared = bool
)]
pub(crate) struct ReviewOrder {
    /// The order's payment.
    #[reference]
    pub(crate) payment: IdText,
    #[group]
    pub(crate) rating: Rating,
}

/// The stars of a review for its seller, and its words.
#[derive(Debug, Clone, Group)]
pub(crate) struct Rating {
    /// The seller.
    #[fact]
    pub(crate) dids: List<Did, 1, 1>,
    /// The number of stars, from 1 to 5.
    #[fact]
    pub(crate) stars: Int<1, STARS_MAX>,
    /// The words, in at most 1 000 characters.
    pub(crate) text: Option<Paragraphs<1_000>>,
}

#[derive(Debug, PartialEq, Eq, Reasons)]
pub(crate) enum BuyerRefusal {
    /// The order's state, or its parties.
    #[refused(all)]
    Order(ActionRefusal),
    /// Only the buyer of this order can do that.
    #[refused(Forbidden, reason = "seller")]
    Seller,
    /// The seller’s record isn’t kept on this box any more.
    #[refused(Conflict, reason = "away", field = "dids")]
    Away,
}

#[derive(Debug, PartialEq, Eq, Reasons)]
pub(crate) enum ReviewRefusal {
    /// The order's state, or its parties.
    #[refused(all)]
    Buyer(BuyerRefusal),
    #[refused(
        Conflict,
        reason = "early",
        message = "It isn’t handed over yet: review it once you have it."
    )]
    Early,
    #[refused(
        Conflict,
        reason = "free",
        message = "It was free, and only what was paid for is reviewed."
    )]
    Free,
    // The buyer is the owner or an admin of a group that the listing was for.
    /// You speak for the group that sells this: leave reviews to others.
    #[refused(Forbidden, reason = "group")]
    Group,
}

impl Order {
    /// Refuses a review at a time in milliseconds: it is for the buyer, once, of what was paid and counts as handed over.
    pub(crate) fn check_review(&self, now_ms: i64) -> Result<(), ReviewRefusal> {
        let refuse = |reason| Err(ReviewRefusal::Buyer(BuyerRefusal::Order(reason)));
        match self.state(now_ms) {
            _ if self.party == Party::Seller => Err(BuyerRefusal::Seller.into()),
            OrderState::Promised | OrderState::Lapsed => refuse(ActionRefusal::Unpaid),
            OrderState::Cancelled => refuse(ActionRefusal::Cancelled),
            OrderState::Refunded => refuse(ActionRefusal::Refunded),
            _ if self.review.is_some() => refuse(ActionRefusal::Done),
            _ if self.terms.price() <= 0 => Err(ReviewRefusal::Free),
            _ if !self.counts_as_handed(now_ms) => Err(ReviewRefusal::Early),
            _ => Ok(()),
        }
    }
}

impl BeforeSubmit for ReviewOrder {
    /// Returns whether the buyer speaks for a group that the listing was for.
    fn before_submit(&self, request: &Request<'_>) -> Answer<bool> {
        groups::is_led_by_buyer(request.node, request.owner, &self.payment)
    }
}

impl Decide for ReviewOrder {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<ReviewRefusal> {
        let (payment, dids) = (&self.payment, &self.rating.dids);
        let order = queries::order_with(ctx.reader(), ctx.owner(), payment, dids)?;
        let unknown = BuyerRefusal::Order(ActionRefusal::Unknown);
        let order = order.ok_or(ReviewRefusal::Buyer(unknown))?;
        order.check_review(ctx.now().as_millis())?;
        refuse_if!(*ctx.prepared(), ReviewRefusal::Group);
        if !ctx.takes_entries(&order.terms.seller) {
            return Err(ReviewRefusal::Buyer(BuyerRefusal::Away).into());
        }
        let entry = ReviewEntry { payment: self.payment.clone(), rating: self.rating.clone() };
        Ok(ctx.derive(order.terms.seller, &entry)?)
    }
}

/// The buyer reviewed an order.
#[derive(Debug, Operation)]
#[operation(name = "market.reviewed", authority = Derived, erasable_by = Author, bound = Intent)]
pub(crate) struct ReviewEntry {
    /// The order's payment.
    #[reference]
    pub(crate) payment: IdText,
    #[group]
    pub(crate) rating: Rating,
}

/// The words of a review, in both logs.
const WORDS: &[ErasureScope] = &[ErasureScope::new(
    &[ReviewOrder::NAME, ReviewEntry::NAME],
    &[(EntryField::Author, EntryField::Author), (EntryField::Ref, EntryField::Ref)],
)];

/// Takes back the words of a review: they are erased in both logs, and the stars stay.
#[derive(Debug, Operation)]
#[operation(
    name = "market.unreview",
    authority = OwnKey,
    undo = Ends,
    derives = [Derivation::new(BODY_ERASED, TargetLog::Parties).erases(WORDS)],
    refusal = UnreviewRefusal,
    prepared = Vec<Cid>
)]
pub(crate) struct EraseReview {
    /// The order's payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The seller.
    #[fact]
    pub(crate) dids: List<Did, 1, 1>,
}

#[derive(Debug, Reasons)]
pub(crate) enum UnreviewRefusal {
    /// You wrote no words about this order that could be taken back.
    #[refused(NotFound, field = "ref")]
    Unknown,
}

impl BeforeSubmit for EraseReview {
    fn before_submit(&self, request: &Request<'_>) -> Answer<Vec<Cid>> {
        request.node.bodies(request.owner, |header| {
            let about = header.reference.as_ref();
            header.op == ReviewOrder::NAME && about == Some(&self.payment)
        })
    }
}

impl Decide for EraseReview {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<UnreviewRefusal> {
        let order = queries::order_with(ctx.reader(), ctx.owner(), &self.payment, &self.dids)?;
        let has_words = |order: &Order| {
            let review = order.review.as_ref();
            order.party == Party::Buyer && review.is_some_and(|review| review.text.is_some())
        };
        let order = order.filter(has_words).ok_or(UnreviewRefusal::Unknown)?;
        ctx.erase_in([ctx.owner().clone(), order.terms.seller], ctx.prepared().clone());
        Ok(())
    }
}

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
#[group(facts)]
pub(crate) struct Report {
    /// The seller.
    pub(crate) dids: List<Did, 1, 1>,
    /// The kind: `missing`, `other` than the listing says, `broken`, the `deposit` or the `money` not given back.
    pub(crate) about: ProblemKind,
    /// 1: there is one; 0: it is solved.
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
        refuse_if!(!ctx.takes_entries(&order.terms.seller), BuyerRefusal::Away);
        let entry = ProblemEntry { payment: self.payment.clone(), report: self.report.clone() };
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
    use crate::orders::DAY_MS;
    use crate::reviews::Review;

    /// Makes the buyer's order of two pieces that are paid and handed over.
    fn handed() -> Order {
        let order = Order::sample().for_buyer();
        order.vary(|order| order.is_handed = true)
    }

    #[test]
    fn a_buyer_reviews_what_they_paid_for_once_they_have_it() {
        assert_eq!(handed().check_review(0), Ok(()));
        let sent = handed().vary(|order| (order.is_handed, order.is_sent) = (false, true));
        let early = Err(ReviewRefusal::Early);
        assert_eq!(sent.check_review(14 * DAY_MS - 1), early);
        assert_eq!(sent.check_review(14 * DAY_MS), Ok(()));
        // The deposit goes back: nothing was paid for the thing itself.
        let free = handed().vary(|order| order.terms.rental.bond = Some(order.terms.amount));
        assert_eq!(free.check_review(0), Err(ReviewRefusal::Free));
    }

    #[test]
    fn nobody_reviews_twice_or_what_is_not_paid_or_went_back() {
        let review = Review { stars: 5, text: None, erased: true };
        let seller = handed().vary(|order| order.party = Party::Seller);
        let promised = handed().vary(|order| order.until = Some(10));
        let cancelled = handed().vary(|order| order.cancelled_by = Some(Party::Seller));
        let refunded = handed().vary(|order| order.is_lost = true);
        let reviewed = handed().vary(|order| order.review = Some(review));
        for (order, refusal) in [
            (seller, BuyerRefusal::Seller),
            (promised, BuyerRefusal::Order(ActionRefusal::Unpaid)),
            (cancelled, BuyerRefusal::Order(ActionRefusal::Cancelled)),
            (refunded, BuyerRefusal::Order(ActionRefusal::Refunded)),
            (reviewed, BuyerRefusal::Order(ActionRefusal::Done)),
        ] {
            let refused = Err(ReviewRefusal::Buyer(refusal));
            assert_eq!(order.check_review(0), refused);
        }
    }

    #[test]
    fn a_problem_lasts_until_its_buyer_ends_it() {
        let (broken, money) = (Some(ProblemKind::Broken), Some(ProblemKind::Money));
        let refuse = |reason| Err(BuyerRefusal::Order(reason));
        let order = Order::sample().for_buyer();
        assert_eq!(order.check_problem(broken, false), Ok(()));
        let back = order.check_problem(broken, true);
        assert_eq!(back, refuse(ActionRefusal::Refunded));
        assert_eq!(order.check_problem(None, false), refuse(ActionRefusal::Done));
        let promised = order.vary(|order| order.until = Some(10));
        assert_eq!(promised.check_problem(money, false), refuse(ActionRefusal::Unpaid));
        // One that its seller called off without sending the money back.
        let cancelled = order.vary(|order| {
            (order.cancelled_by, order.is_lost) = (Some(Party::Seller), true);
            order.problem = broken;
        });
        assert_eq!(cancelled.check_problem(broken, false), refuse(ActionRefusal::Done));
        assert_eq!(cancelled.check_problem(money, false), Ok(()));
        assert_eq!(cancelled.check_problem(None, true), Ok(()));
        let seller = cancelled.vary(|order| order.party = Party::Seller);
        assert_eq!(seller.check_problem(None, true), Err(BuyerRefusal::Seller));
    }
}
