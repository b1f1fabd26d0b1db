//! Buying a listing: the quote and the order.

use imajin_app::operation::Int;
use imajin_app::{Answer, Node, Problem, args};
use imajin_dfos::Timestamp;
use imajin_protocol::{Did, Minor};
use imajin_selling::{Agreed, Paying, QuoteAnswer, SaleAnswer, Wish};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::manifest::TEXTS;
use crate::on_sale::OnSale;
use crate::operations::PlaceOrder;
use crate::orders::QUANTITY_MAX;
use crate::rent::Rental;

/// A listing that a person considers.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct OrderRequest {
    /// The seller: a DID or a short name.
    owner: String,
    /// The listing's id or slug.
    #[schema(example = "itm_000000000000000000000001")]
    listing: String,
    /// The number of pieces; 1 if left out.
    #[serde(default = "one_piece")]
    quantity: i64,
    /// For how many days it can be given back, as the buyer saw it. Another number is a conflict.
    returns: Option<i64>,
    /// When something lent is taken over, in milliseconds.
    from: Option<i64>,
    /// When it is brought back, in milliseconds.
    to: Option<i64>,
    #[serde(flatten)]
    paying: Paying,
}

fn one_piece() -> i64 {
    1
}

impl OrderRequest {
    /// Returns the time that is asked for, with the listing's deposit.
    fn rental(&self, item: &OnSale) -> Rental {
        let time = |at: Option<i64>| at.and_then(|at| Timestamp::from_millis(at).ok());
        let deposit = Minor::new(item.deposit()).ok();
        Rental {
            from: time(self.from),
            to: time(self.to),
            bond: deposit.filter(|deposit| !deposit.is_zero()),
        }
    }
}

impl Wish for OrderRequest {
    type Item = OnSale;
    type Operation = PlaceOrder;

    fn find(&self, node: &Node, viewer: Option<&Did>) -> Answer<OnSale> {
        OnSale::find(node, &node.person(&self.owner)?, viewer, &self.listing)
    }

    fn amount(&self, item: &OnSale) -> Answer<Minor> {
        let returns = item.terms.returns;
        if self.returns.is_some_and(|seen| seen != returns) {
            let changed = Problem::conflict(TEXTS.say("returns-changed", args![]));
            return Err(changed.with_member("reason", "changed").with_member("field", "returns"));
        }
        let is_quantity = (1..=QUANTITY_MAX).contains(&self.quantity);
        let rental = self.rental(item);
        if item.rent().is_some() != rental.span().is_some() {
            return Err(Problem::field("to", TEXTS.say("wrong-time", args![])));
        }
        let amount = item.terms.cost(item.rent(), &rental, self.quantity).filter(|_| is_quantity);
        amount.ok_or_else(|| Problem::field("quantity", TEXTS.say("wrong-quantity", args![])))
    }

    fn operation(&self, item: &OnSale, agreed: Agreed) -> PlaceOrder {
        PlaceOrder {
            listing: item.id.clone(),
            seller: item.owner.did.clone(),
            quantity: Int(self.quantity),
            returns: Int(item.terms.returns),
            rental: self.rental(item),
            agreed,
        }
    }

    fn paying(&self) -> &Paying {
        &self.paying
    }
}

imajin_selling::buying_routes!(
    "market", OrderRequest, "The proof of will of `market.order`",
    "There is no such listing for you, or it can't be bought here", "The terms have changed, too few are left, or you have 10 open orders",
    /// Who would get what of the price of some pieces, and what the buyer signs. Anybody may ask.
    quote,
    /// Orders pieces of a listing: paid at once from credit, or promised until the money comes.
    pay
);
