//! Routes of tipping: the quote of a tip, and the tip itself.

use imajin_app::operation::Int;
use imajin_app::{Answer, Node, Problem};
use imajin_protocol::{Did, Minor};
use imajin_selling::{Agreed, Paying, QuoteAnswer, SaleAnswer, Wish};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::jars::{self, Jar};
use crate::operations::Tip;

/// A tip that a person considers.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct TipRequest {
    /// The jar's owner: a DID or a short name.
    owner: String,
    /// The jar's id.
    #[schema(example = "itm_000000000000000000000001")]
    jar: String,
    /// In minor units of the jar's currency.
    amount: i64,
    /// Whether the tipper's name may be shown with it.
    #[serde(default)]
    shown: bool,
    #[serde(flatten)]
    paying: Paying,
}

impl Wish for TipRequest {
    type Item = Jar;
    type Operation = Tip;

    fn find(&self, node: &Node, viewer: Option<&Did>) -> Answer<Jar> {
        jars::open(node, &node.person(&self.owner)?, viewer, &self.jar)
    }

    fn amount(&self, _: &Jar) -> Answer<Minor> {
        let amount = Minor::new(self.amount).ok().filter(|some| some.get() > 0);
        amount.ok_or_else(|| {
            Problem::field("amount", "amount must be a number of cents, more than 0.")
        })
    }

    fn operation(&self, jar: &Jar, agreed: Agreed) -> Tip {
        Tip {
            jar: jar.id.clone(),
            seller: jar.owner.did.clone(),
            agreed,
            shown: Int(self.shown.into()),
        }
    }

    fn paying(&self) -> &Paying {
        &self.paying
    }
}

imajin_selling::buying_routes!(
    "coffee", TipRequest, "The proof of will of `coffee.tip`",
    "There is no such jar for you, or it takes no tips", "The shares have changed",
    /// Who would get what of a tip, and what the tipper signs. Anybody may ask.
    quote,
    /// Gives a tip: paid at once from credit, or promised until the money comes.
    pay
);
