//! Orders: their terms, their states, and who may call one off.
//!
//! Always: an order is named by its payment. Its state is computed when it is read, since promises lapse, and orders count as
//! handed over after a while without any word.

use imajin_app::operation::{Choice, Group, Int, ItemId};
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::RefundProgress;
use serde::Serialize;
use utoipa::ToSchema;

use crate::operations::{QUANTITY_MAX, RETURNS_MAX};

pub(crate) const DAY_MS: i64 = 24 * 3_600_000;

/// The number of pieces in an order.
pub(crate) type Pieces = Int<1, QUANTITY_MAX>;
/// The number of days for which an order can be given back.
pub(crate) type ReturnDays = Int<0, RETURNS_MAX>;

/// The terms of an order.
#[derive(Debug, Clone, Group)]
pub(crate) struct OrderTerms {
    /// The listing.
    #[fact]
    pub(crate) listing: ItemId,
    /// The listing's owner.
    #[fact]
    pub(crate) seller: Did,
    /// The buyer.
    #[fact]
    pub(crate) buyer: Did,
    /// The number of pieces.
    #[fact]
    pub(crate) quantity: Pieces,
    /// For how many days after the payment it can be given back; 0 is like cash.
    #[fact]
    pub(crate) returns: ReturnDays,
    /// The price of all pieces, in minor units.
    #[fact]
    pub(crate) amount: Minor,
    /// The currency.
    #[fact]
    pub(crate) currency: Currency,
}

impl OrderTerms {
    /// Returns the people whose logs have the order.
    pub(crate) fn parties(&self) -> [Did; 2] {
        [self.seller.clone(), self.buyer.clone()]
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
    /// The seller or the buyer called it off.
    Cancelled,
}

/// An order in the log of its seller or its buyer.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) payment: IdText,
    pub(crate) terms: OrderTerms,
    /// Time until which its payment can come, in milliseconds; `None` once it is paid.
    pub(crate) until: Option<i64>,
    /// Time of the payment, or of the promise before, in milliseconds.
    pub(crate) at: i64,
    /// Whether the seller sent it.
    pub(crate) is_sent: bool,
    /// Whether it was handed over.
    pub(crate) is_handed: bool,
    /// The party that called it off.
    pub(crate) cancelled_by: Option<Party>,
    /// Whether all of the payment went back without a word of the seller's here.
    pub(crate) is_lost: bool,
}

impl Order {
    /// Returns the state at a time in milliseconds.
    pub(crate) fn state(&self, now_ms: i64) -> OrderState {
        match self.until {
            _ if self.cancelled_by.is_some() => OrderState::Cancelled,
            Some(until) if until > now_ms => OrderState::Promised,
            Some(_) => OrderState::Lapsed,
            None if self.is_handed => OrderState::Handed,
            None if self.is_sent => OrderState::Sent,
            None => OrderState::Paid,
        }
    }

    /// Returns whether it is paid and counts as handed over, by a word or because its time to be given back is over.
    pub(crate) fn counts_as_handed(&self, now_ms: i64) -> bool {
        let is_paid = self.until.is_none() && self.cancelled_by.is_none();
        is_paid && (self.is_handed || now_ms >= self.at + self.terms.returns.0 * DAY_MS)
    }

    /// Returns whether something is still to happen: a payment, or the handover.
    pub(crate) fn is_open(&self, now_ms: i64) -> bool {
        match self.state(now_ms) {
            OrderState::Promised => true,
            OrderState::Paid | OrderState::Sent => !self.counts_as_handed(now_ms),
            OrderState::Lapsed | OrderState::Handed | OrderState::Cancelled => false,
        }
    }

    /// Returns the part of a person in it; `None` for others.
    pub(crate) fn party(&self, person: &Did) -> Option<Party> {
        if self.terms.seller == *person {
            Some(Party::Seller)
        } else {
            (self.terms.buyer == *person).then_some(Party::Buyer)
        }
    }

    /// Returns the other party than this one.
    pub(crate) fn other_than(&self, party: Party) -> &Did {
        match party {
            Party::Seller => &self.terms.buyer,
            Party::Buyer => &self.terms.seller,
        }
    }

    /// Returns whether the buyer may call it off: it is promised, or it is paid, the seller said nothing, and the buyer's
    /// money is still held (`is_held`).
    pub(crate) fn may_buyer_cancel(&self, now_ms: i64, is_held: bool) -> bool {
        match self.state(now_ms) {
            OrderState::Promised | OrderState::Lapsed => true,
            OrderState::Paid => is_held || self.terms.amount.is_zero(),
            _ => false,
        }
    }
}

/// Returns the price of so many pieces in minor units; `None` if no amount is so large.
pub(crate) fn total(price: i64, quantity: i64) -> Option<Minor> {
    let amount = price.checked_mul(quantity)?;
    Minor::new(amount).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) const SELLER: [u8; 32] = [1; 32];
    pub(crate) const BUYER: [u8; 32] = [2; 32];

    impl Order {
        /// Makes an order of two pieces for 30.00 CHF that was paid at 0 and can be given back for 14 days.
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
                },
                until: None,
                at: 0,
                is_sent: false,
                is_handed: false,
                cancelled_by: None,
                is_lost: false,
            }
        }
    }

    #[test]
    fn a_state_follows_from_what_was_said_and_from_the_time() {
        let paid = Order::sample();
        let promised = Order {
            until: Some(10),
            ..paid.clone()
        };
        let sent = Order {
            is_sent: true,
            ..paid.clone()
        };
        let handed = Order {
            is_handed: true,
            ..sent.clone()
        };
        let cancelled = Order {
            cancelled_by: Some(Party::Buyer),
            ..handed.clone()
        };
        for (order, state, is_open, may_cancel) in [
            (&paid, OrderState::Paid, true, true),
            (&promised, OrderState::Promised, true, true),
            (&sent, OrderState::Sent, true, false),
            (&handed, OrderState::Handed, false, false),
            (&cancelled, OrderState::Cancelled, false, false),
        ] {
            assert_eq!(order.state(9), state);
            assert_eq!(order.is_open(9), is_open, "{state:?}");
            assert_eq!(order.may_buyer_cancel(9, true), may_cancel, "{state:?}");
        }
        assert_eq!(promised.state(10), OrderState::Lapsed);
        assert!(!promised.is_open(10));
        // Only the seller refunds money that is no longer held.
        assert!(!paid.may_buyer_cancel(9, false));
        let free = OrderTerms {
            amount: Minor::ZERO,
            ..paid.terms.clone()
        };
        let free = Order {
            terms: free,
            ..paid.clone()
        };
        assert!(free.may_buyer_cancel(9, false));
    }

    #[test]
    fn an_order_counts_as_handed_over_after_its_days_without_a_word() {
        let order = Order::sample();
        assert!(!order.counts_as_handed(14 * DAY_MS - 1));
        assert!(order.counts_as_handed(14 * DAY_MS));
        assert!(!order.is_open(14 * DAY_MS));
        let promised = Order {
            until: Some(i64::MAX),
            ..order
        };
        assert!(!promised.counts_as_handed(14 * DAY_MS));
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
