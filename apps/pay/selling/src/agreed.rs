//! Terms that a buyer agrees to: the fields of a selling operation's fact that state them, and the sale that they make.

use imajin_app::Answer;
use imajin_app::operation::{CallService, Group, Request};
use imajin_dfos::Timestamp;
use imajin_ledger::{Refusal, RefusalKind};
use imajin_protocol::fair::{Agreements, Digest, Manifest};
use imajin_protocol::{Currency, Did, IdText, Minor};
use serde_json::{Value as Json, json};

use crate::{LaterRail, Rail, Release, Sale, Sells, StartedPayment, Terms, cashier};

/// The terms that a buyer agrees to, as the seller's quote has them.
#[derive(Debug, Clone, Group)]
#[group(facts)]
pub struct Agreed {
    /// How much the buyer pays, in minor units.
    pub amount: Minor,
    /// In which currency.
    pub currency: Currency,
    /// The digest of the seller's manifest, by which the amount is shared.
    pub fair: Digest,
    /// The digest of all manifests that the money follows.
    pub follows: Digest,
    /// How it is paid, unless from credit on the node.
    pub rail: Option<LaterRail>,
    /// When the buyer saw the shares, in milliseconds.
    pub quoted: Option<Timestamp>,
}

/// The goods of a sale, as their seller describes them.
#[derive(Debug)]
pub struct Goods {
    /// The seller.
    pub seller: Did,
    /// The selling service.
    pub service: IdText,
    /// The kind of goods.
    pub kind: IdText,
    /// The seller's signed manifest.
    pub manifest: Manifest,
    /// The signatures of the makers of a work.
    pub agreed: Option<Agreements>,
    /// The release of the sale's parts.
    pub release: Release,
}

impl Agreed {
    /// Returns the buyer's agreement to these terms.
    pub fn to(terms: &Terms) -> Self {
        Self {
            amount: terms.amount,
            currency: terms.currency,
            fair: terms.manifest.digest(),
            follows: terms.follows,
            rail: terms.later_rail(),
            quoted: terms.quoted,
        }
    }

    /// Returns the sale of these goods to a payer who agrees.
    pub fn sale(&self, payer: Did, goods: Goods) -> Sale {
        Sale {
            payer,
            terms: Terms {
                amount: self.amount,
                currency: self.currency,
                seller: goods.seller,
                service: goods.service,
                kind: goods.kind,
                manifest: goods.manifest,
                agreed: goods.agreed,
                follows: self.follows,
                rail: self.rail.map_or(Rail::Ledger, LaterRail::rail),
                release: goods.release,
                quoted: self.quoted,
            },
        }
    }

    /// Has the cashier prepare a sale by this seller, whose parts become free then, before the operation is submitted. `None`
    /// if the manifest is not published here.
    ///
    /// # Errors
    /// 503 while this node may not sell.
    pub fn prepare<S: Sells>(
        &self,
        request: &Request<'_>,
        seller: &Did,
        release: Release,
    ) -> Answer<Option<PreparedSale>> {
        let cashier = cashier(request.node)?;
        let Some(manifest) = cashier.manifest(request.node, &self.fair)? else {
            return Ok(None);
        };
        let goods = Goods {
            seller: seller.clone(),
            service: word(S::SERVICE)?,
            kind: word(S::KIND)?,
            manifest,
            agreed: None,
            release,
        };
        self.prepare_goods(request, goods).map(Some)
    }

    /// Has the cashier prepare the sale of goods that the app knows, such as a work whose manifest is the app's own.
    ///
    /// # Errors
    /// 503 while this node may not sell.
    pub fn prepare_goods(&self, request: &Request<'_>, goods: Goods) -> Answer<PreparedSale> {
        let sale = self.sale(request.owner.clone(), goods);
        let args = cashier(request.node)?.prepare(request.node, &sale)?;
        Ok(PreparedSale { sale, args })
    }
}

/// Returns a service's or a kind's name as an id for terms.
pub fn word(name: &str) -> Result<IdText, Refusal> {
    IdText::parse(name).map_err(|error| Refusal::new(RefusalKind::Stored, error.to_string()))
}

/// A sale that the cashier has prepared.
#[derive(Debug, Clone)]
pub struct PreparedSale {
    sale: Sale,
    args: Json,
}

impl PreparedSale {
    /// Pays the sale, or starts waiting for its payment, within the current operation.
    pub fn ask(self, ctx: &mut impl CallService) -> Result<StartedPayment, Refusal> {
        self.sale.ask(ctx, self.args)
    }
}

impl StartedPayment {
    /// Returns the reply of a selling operation.
    pub fn reply(&self) -> Json {
        let mut reply = json!({ "payment": self.payment.as_str(), "paid": self.paid });
        if let Some(until) = self.until {
            reply["until"] = until.as_millis().into();
        }
        reply
    }
}
