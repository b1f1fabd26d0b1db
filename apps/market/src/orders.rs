//! Orders: their terms, their states, and what each party may do in each state.
//!
//! Always: an order is named by its payment. Its state is computed when it is read, since promises lapse, and orders count as
//! handed over after a while without any word.

use imajin_app::operation::{Choice, Group, Int, ItemId, Reasons};
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::{Rail, RefundProgress};
use serde::Serialize;
use utoipa::ToSchema;

use crate::rent::Rental;
use crate::reviews::{ProblemKind, Review};

pub(crate) const DAY_MS: i64 = 24 * 3_600_000;
pub(crate) const QUANTITY_MAX: i64 = 1_000_000;
/// The longest time for which a seller takes things back, in days.
pub(crate) const RETURNS_MAX: i64 = 30;

#[derive(Debug, Clone, PartialEq, Eq, Group)]
#[group(facts)]
pub(crate) struct OrderTerms {
    /// The listing.
    pub(crate) listing: ItemId,
    /// The listing's owner.
    pub(crate) seller: Did,
    /// The buyer.
    pub(crate) buyer: Did,
    /// The number of pieces.
    pub(crate) quantity: Int<1, QUANTITY_MAX>,
    /// For how many days after the payment it can be given back; 0 is like cash.
    pub(crate) returns: Int<0, RETURNS_MAX>,
    /// The price of all pieces, in minor units.
    pub(crate) amount: Minor,
    /// The currency.
    pub(crate) currency: Currency,
    #[group]
    pub(crate) rental: Rental,
}

impl OrderTerms {
    /// Returns the people whose logs have the order.
    pub(crate) fn parties(&self) -> [Did; 2] {
        [self.seller.clone(), self.buyer.clone()]
    }

    /// Returns the price without the deposit, in minor units.
    pub(crate) fn price(&self) -> i64 {
        self.amount.get() - self.rental.bond.map_or(0, Minor::get)
    }

    /// Returns whether this node's books have the payment between these two people. A record that came from elsewhere may
    /// name any payment.
    pub(crate) fn is_paid_by(&self, paid: &RefundProgress) -> bool {
        paid.payer == self.buyer && paid.seller == self.seller
    }
}

/// A party of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Party {
    Seller,
    Buyer,
}

/// The state of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OrderState {
    /// Its payment is on its way, and its pieces are kept until then.
    Promised,
    /// Its payment did not come in time.
    Lapsed,
    /// The buyer paid, and nothing was handed over.
    Paid,
    /// The seller sent it.
    Sent,
    /// The buyer has it.
    Handed,
    /// All of the payment went back, and neither party called it off.
    Refunded,
    /// The seller or the buyer called it off.
    Cancelled,
}

impl OrderState {
    /// Returns whether it is paid, and a word about its handover is still to come.
    pub(crate) fn is_to_hand(self) -> bool {
        matches!(self, Self::Paid | Self::Sent)
    }
}

/// A step that a party takes with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OrderAction {
    /// Says that it was sent: the seller, without the buyer's digits.
    Send,
    /// Says that it was handed over: the buyer, or the seller with the buyer's digits.
    Confirm,
    /// Calls it off.
    Cancel,
}

#[derive(Debug, PartialEq, Eq, Reasons)]
pub(crate) enum ActionRefusal {
    /// You have no such order.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// This order isn’t paid yet: wait for its payment.
    #[refused(Conflict, reason = "unpaid")]
    Unpaid,
    /// The money of this order went back: nothing is left to do.
    #[refused(Conflict, reason = "refunded")]
    Refunded,
    /// This order was called off.
    #[refused(Conflict, reason = "cancelled")]
    Cancelled,
    /// This was said before: look at the order again.
    #[refused(Conflict, reason = "done")]
    Done,
    #[refused(
        Conflict,
        reason = "handed",
        message = "It was handed over: ask the seller for your money."
    )]
    Handed,
}

/// An order in the log of its seller or its buyer.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) payment: IdText,
    pub(crate) terms: OrderTerms,
    /// The part of the log's owner in it.
    pub(crate) party: Party,
    /// Time until which its payment can come, in milliseconds; `None` once it is paid.
    pub(crate) until: Option<i64>,
    /// Time of the payment, or of the promise before, in milliseconds.
    pub(crate) at: i64,
    pub(crate) is_sent: bool,
    pub(crate) is_handed: bool,
    /// The party that called it off.
    pub(crate) cancelled_by: Option<Party>,
    /// Whether all of the payment went back, other than by its seller's cancellation.
    pub(crate) is_lost: bool,
    pub(crate) review: Option<Review>,
    /// The problem that the buyer reports.
    pub(crate) problem: Option<ProblemKind>,
    /// The listing's title, while its seller has it.
    pub(crate) title: Option<String>,
}

impl Order {
    /// Returns the state at a time in milliseconds.
    pub(crate) fn state(&self, now_ms: i64) -> OrderState {
        match self.until {
            _ if self.cancelled_by.is_some() => OrderState::Cancelled,
            Some(until) if until > now_ms && !self.terms.rental.is_over(now_ms) => {
                OrderState::Promised
            }
            Some(_) => OrderState::Lapsed,
            None if self.is_lost => OrderState::Refunded,
            None if self.is_handed => OrderState::Handed,
            None if self.is_sent => OrderState::Sent,
            None => OrderState::Paid,
        }
    }

    /// Refuses what the log's owner can't do in the state at a time in milliseconds.
    pub(crate) fn check(&self, action: OrderAction, now_ms: i64) -> Result<(), ActionRefusal> {
        use OrderAction::{Cancel, Confirm, Send};
        use OrderState::{Cancelled, Handed, Lapsed, Paid, Promised, Refunded, Sent};
        use Party::{Buyer, Seller};

        match (self.state(now_ms), self.party, action) {
            (Cancelled, ..) => Err(ActionRefusal::Cancelled),
            (Refunded, ..) => Err(ActionRefusal::Refunded),
            (_, Seller, Cancel) | (Promised | Lapsed | Paid, Buyer, Cancel) => Ok(()),
            (Sent | Handed, Buyer, Cancel) => Err(ActionRefusal::Handed),
            (Promised | Lapsed, ..) => Err(ActionRefusal::Unpaid),
            (Paid | Sent, _, Confirm) | (Paid, Seller, Send) => Ok(()),
            _ => Err(ActionRefusal::Done),
        }
    }

    pub(crate) fn has_money(&self) -> bool {
        self.until.is_none() && !self.terms.amount.is_zero()
    }

    /// Returns whether its buyer calls it off without the seller: no money was paid, or the money is held (`is_held`) while
    /// it can be given back.
    pub(crate) fn is_returnable(&self, now_ms: i64, is_held: bool) -> bool {
        !self.has_money() || is_held && !self.counts_as_handed(now_ms)
    }

    /// Returns whether it is paid and counts as handed over, by a word, because its time to be given back is over, or because the
    /// time has begun for which it is lent.
    pub(crate) fn counts_as_handed(&self, now_ms: i64) -> bool {
        let is_paid = self.until.is_none() && self.cancelled_by.is_none();
        let end_ms = match self.terms.rental.span() {
            Some(span) => span.from,
            None => self.at + self.terms.returns.0 * DAY_MS,
        };
        is_paid && (self.is_handed || now_ms >= end_ms)
    }

    /// Returns whether something is still to happen: a payment, or the handover.
    pub(crate) fn is_open(&self, now_ms: i64) -> bool {
        match self.state(now_ms) {
            OrderState::Promised => true,
            state => state.is_to_hand() && !self.counts_as_handed(now_ms),
        }
    }

    pub(crate) fn other(&self) -> &Did {
        match self.party {
            Party::Seller => &self.terms.buyer,
            Party::Buyer => &self.terms.seller,
        }
    }
}

/// Returns how much went back, in minor units: not what the seller or the provider is still to send.
pub(crate) fn returned(paid: &RefundProgress) -> i64 {
    if paid.rail == Rail::Emt.as_str() {
        paid.sent.get()
    } else {
        paid.back.get() - paid.waiting.get()
    }
}

/// Returns whether the box holds the money, so that it can refund it. A transfer is in the account of the seller, who alone could
/// send it back.
pub(crate) fn is_held_here(paid: &RefundProgress) -> bool {
    paid.is_held && paid.rail != Rail::Emt.as_str()
}

/// Returns whether all of the money went back.
pub(crate) fn is_back(paid: &RefundProgress) -> bool {
    !paid.gross.is_zero() && returned(paid) >= paid.gross.get()
}

/// Returns the price of so many pieces in minor units; `None` if no amount is so large.
pub(crate) fn total(price: i64, quantity: i64) -> Option<Minor> {
    Minor::new(price.checked_mul(quantity)?).ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use imajin_dfos::Timestamp;
    use proptest::prelude::*;

    use super::*;

    pub(crate) const SELLER: [u8; 32] = [1; 32];
    pub(crate) const BUYER: [u8; 32] = [2; 32];

    impl Order {
        /// Makes its seller's order of two pieces for 30.00 CHF that was paid at 0 and can be given back for 14 days.
        pub(crate) fn sample() -> Self {
            Self {
                payment: IdText::parse("pay_1").unwrap(),
                terms: OrderTerms {
                    listing: ItemId::parse("itm_000000000000000000000001").unwrap(),
                    seller: Did::from_key(&SELLER),
                    buyer: Did::from_key(&BUYER),
                    quantity: Int(2),
                    returns: Int(14),
                    amount: Minor::new(3_000).unwrap(),
                    currency: Currency::parse("CHF").unwrap(),
                    rental: Rental::default(),
                },
                party: Party::Seller,
                until: None,
                at: 0,
                is_sent: false,
                is_handed: false,
                cancelled_by: None,
                is_lost: false,
                review: None,
                problem: None,
                title: None,
            }
        }

        /// Makes another order of it.
        pub(crate) fn vary(&self, change: impl FnOnce(&mut Self)) -> Self {
            let mut order = self.clone();
            change(&mut order);
            order
        }

        /// Makes its buyer's order of it.
        pub(crate) fn for_buyer(&self) -> Self {
            self.vary(|order| order.party = Party::Buyer)
        }
    }

    /// The refusals of sending, confirming and calling off by the seller, and of calling off by the buyer. The buyer never sends.
    #[test]
    fn each_party_does_what_the_state_allows() {
        let paid = Order::sample();
        let promised = paid.vary(|order| order.until = Some(10));
        let sent = paid.vary(|order| order.is_sent = true);
        let handed = sent.vary(|order| order.is_handed = true);
        let refunded = handed.vary(|order| order.is_lost = true);
        let cancelled = refunded.vary(|order| order.cancelled_by = Some(Party::Buyer));
        let refusal = |order: &Order, action, now| match order.check(action, now) {
            Ok(()) => "-".to_owned(),
            Err(reason) => format!("{reason:?}"),
        };
        let (refund, end) = (["Refunded"; 4].join(" "), ["Cancelled"; 4].join(" "));
        for (order, now, state, refusals) in [
            (&promised, 9, OrderState::Promised, "Unpaid Unpaid - -"),
            (&promised, 10, OrderState::Lapsed, "Unpaid Unpaid - -"),
            (&paid, 9, OrderState::Paid, "- - - -"),
            (&sent, 9, OrderState::Sent, "Done - - Handed"),
            (&handed, 9, OrderState::Handed, "Done Done - Handed"),
            (&refunded, 9, OrderState::Refunded, &*refund),
            (&cancelled, 9, OrderState::Cancelled, &*end),
        ] {
            let buyer = &order.for_buyer();
            assert_eq!(order.state(now), state);
            let confirmed = refusal(buyer, OrderAction::Confirm, now);
            let all = [
                refusal(order, OrderAction::Send, now),
                refusal(order, OrderAction::Confirm, now),
                refusal(order, OrderAction::Cancel, now),
                refusal(buyer, OrderAction::Cancel, now),
            ];
            assert_eq!(all.join(" "), refusals, "{state:?}");
            assert_eq!(confirmed, all[1], "{state:?}");
            let open_states = [OrderState::Promised, OrderState::Paid, OrderState::Sent];
            let is_open = open_states.contains(&state);
            assert_eq!(order.is_open(now), is_open, "{state:?}");
        }
    }

    #[test]
    fn a_buyer_calls_off_only_what_is_held_and_can_still_be_given_back() {
        let order = Order::sample();
        assert!(order.is_returnable(14 * DAY_MS - 1, true));
        assert!(!order.is_returnable(0, false));
        // The money of cards is held for longer than some things can be given back.
        assert!(!order.is_returnable(14 * DAY_MS, true));
        let promised = order.vary(|order| order.until = Some(10));
        let free = order.vary(|order| order.terms.amount = Minor::ZERO);
        for order in [promised, free] {
            assert!(order.is_returnable(15 * DAY_MS, false));
        }
    }

    #[test]
    fn an_order_counts_as_handed_over_after_its_days_without_a_word() {
        let order = Order::sample();
        assert!(!order.counts_as_handed(14 * DAY_MS - 1));
        assert!(order.counts_as_handed(14 * DAY_MS));
        assert!(!order.is_open(14 * DAY_MS));
        let promised = order.vary(|order| order.until = Some(i64::MAX));
        assert!(!promised.counts_as_handed(14 * DAY_MS));
    }

    #[test]
    fn a_rent_counts_as_handed_over_once_its_time_has_begun() {
        let mut order = Order::sample();
        let at = |day: i64| Timestamp::from_millis(day * DAY_MS).ok();
        order.terms.rental = Rental { from: at(20), to: at(22), bond: None };
        assert!(order.is_returnable(20 * DAY_MS - 1, true));
        assert!(!order.is_returnable(20 * DAY_MS, true));
        assert!(order.counts_as_handed(20 * DAY_MS));
    }

    #[test]
    fn no_payment_is_awaited_for_a_rent_that_is_over() {
        let mut order = Order::sample();
        let at = |day: i64| Timestamp::from_millis(day * DAY_MS).ok();
        (order.terms.rental.from, order.terms.rental.to) = (at(1), at(2));
        order.until = Some(3 * DAY_MS);
        assert_eq!(order.state(2 * DAY_MS - 1), OrderState::Promised);
        assert_eq!(order.state(2 * DAY_MS), OrderState::Lapsed);
    }

    #[test]
    fn a_record_names_no_payment_of_others() {
        let terms = Order::sample().terms;
        let paid = |payer: &Did, seller: &Did| RefundProgress {
            payer: payer.clone(),
            seller: seller.clone(),
            rail: "ledger".to_owned(),
            currency: terms.currency,
            gross: terms.amount,
            back: Minor::ZERO,
            sent: Minor::ZERO,
            waiting: Minor::ZERO,
            kept: Minor::ZERO,
            free_at: None,
            is_held: true,
        };
        let other = Did::from_key(&[3; 32]);
        assert!(terms.is_paid_by(&paid(&terms.buyer, &terms.seller)));
        assert!(!terms.is_paid_by(&paid(&other, &terms.seller)));
        assert!(!terms.is_paid_by(&paid(&terms.buyer, &other)));
        assert!(!terms.is_paid_by(&paid(&terms.seller, &terms.buyer)));
    }

    proptest! {
        /// The price of some pieces is that of two parts of them, and no amount overflows.
        #[test]
        fn a_total_is_the_sum_of_its_parts(price in 0..=99_999_900_i64, first in 1..=500_000_i64, second in 1..=500_000_i64) {
            let whole = total(price, first + second).unwrap();
            let parts = total(price, first).unwrap().get() + total(price, second).unwrap().get();
            prop_assert_eq!(whole.get(), parts);
            prop_assert!(total(i64::MAX, first + 1).is_none());
        }
    }
}
