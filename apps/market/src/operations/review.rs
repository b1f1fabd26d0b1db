//! Reviews of orders by their buyers: stars that stay, and words that can be taken back.

use imajin_app::Answer;
use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, Group, Int, List, Operation, Paragraphs, Reasons,
    Request,
};
use imajin_dfos::Cid;
use imajin_log::ops::BODY_ERASED;
use imajin_log::{Derivation, EntryField, Equal, ErasureScope, TargetLog};
use imajin_protocol::{Did, IdText};

use crate::orders::{ActionRefusal, Order, OrderState, Party};
use crate::reviews::STARS_MAX;
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

/// Reasons that a person can't say something about an order as its buyer.
#[derive(Debug, PartialEq, Eq, Reasons)]
pub(crate) enum BuyerRefusal {
    /// The order's state, or its parties.
    #[refused(all)]
    Order(ActionRefusal),
    /// The person sold it.
    #[refused(
        Forbidden,
        reason = "seller",
        message = "Only the buyer of this order can do that."
    )]
    Seller,
    /// The seller's log takes no entries.
    #[refused(
        Conflict,
        reason = "away",
        field = "dids",
        message = "The seller’s record isn’t kept on this box any more."
    )]
    Away,
}

/// Reasons that an order isn't reviewed.
#[derive(Debug, PartialEq, Eq, Reasons)]
pub(crate) enum ReviewRefusal {
    /// The order's state, or its parties.
    #[refused(all)]
    Buyer(BuyerRefusal),
    /// The order doesn't count as handed over yet.
    #[refused(
        Conflict,
        reason = "early",
        message = "It isn’t handed over yet: review it once you have it."
    )]
    Early,
    /// The order cost nothing.
    #[refused(
        Conflict,
        reason = "free",
        message = "It was free, and only what was paid for is reviewed."
    )]
    Free,
    /// The buyer is the owner or an admin of a group that the listing was for.
    #[refused(
        Forbidden,
        reason = "group",
        message = "You speak for the group that sells this: leave reviews to others."
    )]
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
        let (node, buyer) = (request.node, request.owner);
        let groups = queries::read(node, |db| {
            queries::groups_of_order(db, buyer.as_str(), self.payment.as_str())
        })?;
        for group in &groups {
            if groups::speaks_for(node, buyer, group)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Decide for ReviewOrder {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<ReviewRefusal> {
        let (payment, dids) = (&self.payment, &self.rating.dids);
        let order = queries::order_with(ctx.reader(), ctx.owner(), payment, dids)?;
        let unknown = BuyerRefusal::Order(ActionRefusal::Unknown);
        let order = order.ok_or(ReviewRefusal::Buyer(unknown))?;
        order.check_review(ctx.now().as_millis())?;
        if *ctx.prepared() {
            return Err(ReviewRefusal::Group.into());
        }
        if !ctx.takes_entries(&order.terms.seller) {
            return Err(ReviewRefusal::Buyer(BuyerRefusal::Away).into());
        }
        let entry = ReviewEntry {
            payment: self.payment.clone(),
            rating: self.rating.clone(),
        };
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
    &[
        (EntryField::Author, EntryField::Author),
        (EntryField::Ref, EntryField::Ref),
    ],
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

/// Reasons that the words of a review can't be taken back.
#[derive(Debug, Reasons)]
pub(crate) enum UnreviewRefusal {
    /// The person wrote none, or took them back before.
    #[refused(
        NotFound,
        field = "ref",
        message = "You wrote no words about this order that could be taken back."
    )]
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
        let bodies = ctx.prepared().clone();
        ctx.erase_in([ctx.owner().clone(), order.terms.seller], bodies);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::DAY_MS;
    use crate::reviews::Review;

    /// Makes the buyer's order of two pieces that are paid and handed over.
    fn handed() -> Order {
        Order {
            is_handed: true,
            ..Order::sample().for_buyer()
        }
    }

    #[test]
    fn a_buyer_reviews_what_they_paid_for_once_they_have_it() {
        assert_eq!(handed().check_review(0), Ok(()));
        let sent = Order {
            is_handed: false,
            is_sent: true,
            ..handed()
        };
        let early = Err(ReviewRefusal::Early);
        assert_eq!(sent.check_review(14 * DAY_MS - 1), early);
        assert_eq!(sent.check_review(14 * DAY_MS), Ok(()));
        // The deposit goes back: nothing was paid for the thing itself.
        let mut free = handed();
        free.terms.rental.bond = Some(free.terms.amount);
        assert_eq!(free.check_review(0), Err(ReviewRefusal::Free));
    }

    #[test]
    fn nobody_reviews_twice_or_what_is_not_paid_or_went_back() {
        let seller = Order {
            party: Party::Seller,
            ..handed()
        };
        let promised = Order {
            until: Some(10),
            ..handed()
        };
        let cancelled = Order {
            cancelled_by: Some(Party::Seller),
            ..handed()
        };
        let refunded = Order {
            is_lost: true,
            ..handed()
        };
        let review = Review {
            stars: 5,
            text: None,
            erased: true,
        };
        let reviewed = Order {
            review: Some(review),
            ..handed()
        };
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
}
