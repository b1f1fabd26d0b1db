//! Answers of the routes of selling apps: the quote of an offer, and how to pay an order.

use imajin_app::{Answer, CommandRequest, Node, Problem};
use imajin_dfos::Timestamp;
use imajin_protocol::{Did, IdText, Minor};
use serde::Serialize;
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

use crate::{Counter, Offer, Quote, Rail, cashier, memo};

/// Somebody's part.
#[derive(Debug, Serialize, ToSchema)]
pub struct Part {
    did: String,
    /// How everybody may call them, where they have a name here.
    pub name: Option<String>,
    /// In minor units.
    pub amount: i64,
    /// Whether they deleted their record, so that their share is in the others' parts.
    pub gone: bool,
}

impl Quote {
    /// Returns the part of each recipient; people who deleted their records come last, with a part of 0.
    pub fn parts(&self, node: &Node) -> Answer<Vec<Part>> {
        let part = |(did, amount): &(Did, Minor)| {
            Ok(Part {
                did: did.to_string(),
                name: node.called(did)?,
                amount: amount.get(),
                gone: false,
            })
        };
        let gone = self.gone.iter().map(ToString::to_string);
        let gone = gone.map(|did| Ok(Part { did, name: None, amount: 0, gone: true }));
        self.recipients.iter().map(part).chain(gone).collect()
    }
}

/// The price of an order, and how it would be divided.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteAnswer {
    /// In minor units, in all.
    amount: i64,
    currency: String,
    /// The parts of the recipients.
    recipients: Vec<Part>,
    /// Every level of every manifest.
    #[schema(value_type = Object)]
    division: Json,
    /// The command that the buyer signs: op, did, ref, fact, body, to.
    #[schema(value_type = Object)]
    sign: Json,
}

impl QuoteAnswer {
    /// Returns the answer for an offer, which its payer accepts by a command without a body. `to` names the owners of
    /// the logs that the command leaves entries in.
    pub fn new(
        node: &Node,
        (offer, quote): (&Offer, &Quote),
        command: &CommandRequest,
        to: &[&Did],
    ) -> Answer<Self> {
        let fact = command.fact.as_ref().map(|fact| fact.to_json());
        Ok(Self {
            amount: offer.amount.get(),
            currency: offer.currency.to_string(),
            recipients: quote.parts(node)?,
            division: quote.division.clone(),
            sign: json!({
                "op": command.op, "did": command.did, "ref": command.reference, "fact": fact, "body": null, "to": to,
            }),
        })
    }
}

/// The state of an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct SaleAnswer {
    payment: String,
    /// Whether it is paid.
    paid: bool,
    /// Until when its payment can come.
    until: Option<String>,
    #[serde(flatten)]
    how: HowToPay,
}

impl SaleAnswer {
    /// Returns the answer for the reply of a selling operation ([`StartedPayment::reply`]).
    ///
    /// # Errors
    /// The provider's, if it doesn't open its page.
    pub async fn from_reply(
        node: &Node,
        reply: &Json,
        (rail, counter): (Rail, &Counter),
    ) -> Answer<Self> {
        let payment = reply["payment"].as_str().unwrap_or_default();
        let paid = reply["paid"] == true;
        let how = if paid {
            HowToPay::default()
        } else {
            let id = IdText::parse(payment).map_err(Problem::internal)?;
            HowToPay::load(node, rail, &id, counter).await?
        };
        let until = reply["until"].as_i64().map(Timestamp::from_millis);
        Ok(Self {
            payment: payment.to_owned(),
            paid,
            until: until.and_then(Result::ok).map(|at| at.to_string()),
            how,
        })
    }
}

/// How a buyer pays what they ordered; nothing of it where it is paid already.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct HowToPay {
    /// The provider's page where the buyer pays.
    url: Option<String>,
    /// The text that the buyer writes into the e-transfer.
    #[schema(example = "IMJ-0F3C91AB7E")]
    memo: Option<String>,
    /// The page that tells the buyer where to send the e-transfer, and by when.
    payment_page: Option<String>,
}

impl HowToPay {
    /// Returns the instructions for a pending payment.
    /// Errors: the provider's, if it doesn't open its page.
    async fn load(node: &Node, rail: Rail, payment: &IdText, counter: &Counter) -> Answer<Self> {
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
