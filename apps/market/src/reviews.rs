//! Reviews and problems of orders, and the record of a seller that follows from them.
//!
//! Always: only who paid for an order reviews it. The words of a review can be taken back, and its stars stay. Nobody judges a
//! problem: it counts until its buyer ends it.

use imajin_app::FromRow;
use imajin_app::operation::Choice;
use imajin_protocol::Currency;
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) const STARS_MAX: i64 = 5;

/// A kind of problem with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ProblemKind {
    /// Nothing or only a part of the order came.
    Missing,
    /// Another thing came than the listing says.
    #[field(unknown)]
    Other,
    /// A broken thing came.
    Broken,
    /// The deposit did not come back.
    Deposit,
    /// The money did not come back.
    Money,
}

impl ProblemKind {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Missing => "problem-missing",
            Self::Other => "problem-other",
            Self::Broken => "problem-broken",
            Self::Deposit => "problem-deposit",
            Self::Money => "problem-money",
        }
    }
}

/// A review of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Review {
    /// 1 to 5.
    pub(crate) stars: i64,
    /// Its words, if it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// Whether its author took the words back.
    pub(crate) erased: bool,
}

/// A review of a listing, with the price that its author paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ListingReview {
    #[serde(flatten)]
    pub(crate) review: Review,
    /// The price of all pieces without a deposit, in minor units.
    pub(crate) amount: i64,
    #[schema(value_type = String, example = "CHF")]
    pub(crate) currency: Currency,
}

/// The numbers that follow from all orders of a seller for money.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema, FromRow)]
pub(crate) struct SellerRecord {
    /// Number of paid orders that weren't called off, and whose money didn't go back.
    pub(crate) sold: i64,
    /// Number of orders with a problem.
    pub(crate) problems: i64,
    /// Number of reviews.
    pub(crate) reviews: i64,
    /// Sum of the stars of all reviews.
    pub(crate) stars: i64,
}

impl SellerRecord {
    /// Returns the average of the stars in tenths, rounded down; `None` without a review.
    pub(crate) fn average_tenths(&self) -> Option<i64> {
        (self.stars * 10).checked_div(self.reviews)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_average_is_never_rounded_up() {
        let average = |stars, reviews| {
            let record = SellerRecord { stars, reviews, ..SellerRecord::default() };
            record.average_tenths()
        };
        assert_eq!(average(0, 0), None);
        assert_eq!(average(5, 1), Some(50));
        assert_eq!(average(14, 3), Some(46));
        assert_eq!(average(499, 100), Some(49));
    }
}
