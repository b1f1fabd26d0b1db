//! What the routes of selling apps answer: what an offer comes to, and how to pay what was ordered.

use imajin_protocol::{Did, IdText};
use imajin_service::{CommandRequest, Node, Problem};
use serde::Serialize;
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

use crate::{Counter, Offer, Quote, Rail, cashier, memo};

/// Somebody's part.
#[derive(Debug, Serialize, ToSchema)]
pub struct Part {
    did: String,
    /// How everybody may call them, where they have a name here.
    name: Option<String>,
    /// In minor units.
    amount: i64,
}

/// What an order would come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteAnswer {
    /// In minor units, in all.
    amount: i64,
    currency: String,
    /// What each would get.
    recipients: Vec<Part>,
    /// Every level of every manifest.
    #[schema(value_type = Object)]
    division: Json,
    /// What the buyer signs: op, did, ref, fact, body, to.
    #[schema(value_type = Object)]
    sign: Json,
}

impl QuoteAnswer {
    /// That of an offer, which its payer takes by a command without a body. `to` names the owners of the logs that it leaves
    /// entries in.
    ///
    /// # Errors
    /// Where names can't be read.
    pub fn of(
        node: &Node,
        (offer, quote): (&Offer, &Quote),
        command: &CommandRequest,
        to: &[&Did],
    ) -> Result<Self, Problem> {
        let part = |(did, amount): &(Did, imajin_protocol::Minor)| {
            let name = match did == node.did() {
                true => Some(node.name()),
                false => {
                    let card = node.card(did)?;
                    card.and_then(|card| card.display_name.or(card.handle))
                }
            };
            Ok(Part {
                did: did.to_string(),
                name,
                amount: amount.get(),
            })
        };
        let fact = command.fact.as_ref().map(|fact| fact.to_json());
        Ok(Self {
            amount: offer.amount.get(),
            currency: offer.currency.to_string(),
            recipients: quote
                .recipients
                .iter()
                .map(part)
                .collect::<Result<_, Problem>>()?,
            division: quote.division.clone(),
            sign: json!({
                "op": command.op, "did": command.did, "ref": command.reference, "fact": fact, "body": null, "to": to,
            }),
        })
    }
}

/// How a buyer pays what they ordered; nothing of it where it is paid already.
#[derive(Debug, Default)]
pub struct HowToPay {
    /// The provider's page where they pay.
    pub url: Option<String>,
    /// What they write into an e-transfer.
    pub memo: Option<String>,
    /// The page that tells where to send the e-transfer, and by when.
    pub payment_page: Option<String>,
}

impl HowToPay {
    /// That of a payment that is pending.
    ///
    /// # Errors
    /// Where the provider doesn't open its page.
    pub async fn of(
        node: &Node,
        rail: Rail,
        payment: &IdText,
        counter: &Counter,
    ) -> Result<Self, Problem> {
        let cashier = cashier(node)?;
        Ok(match rail {
            Rail::Ledger => Self::default(),
            Rail::Emt => Self {
                memo: Some(memo(payment.as_str())),
                payment_page: Some(cashier.payment_page(payment.as_str())),
                url: None,
            },
            Rail::Stripe => Self {
                url: Some(cashier.open(node, payment, counter).await?.url),
                ..Self::default()
            },
        })
    }
}
