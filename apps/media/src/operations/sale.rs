//! Selling a work, and giving its price back.
//!
//! Always: a buyer has each use of a work once, and their file is in their folder before the entry that names it. What was bought
//! stays with its buyer, whatever the seller does later; giving the money back ends the licence, and nothing else.

mod parts;
mod refund;

use imajin_app::operation::{
    AfterSubmit, BeforeSubmit, Context, Decide, Decision, Int, Operation, Reasons, Request,
    Submitted,
};
use imajin_app::{Problem, refuse_if};
use imajin_ledger::SubmitError;
use imajin_log::Derivation;
use imajin_protocol::fair::Digest;
use imajin_protocol::{Currency, Did, Minor};
use imajin_selling::{
    self as selling, Agreed, Goods, Offered, PreparedSale, Release, parties, word,
};

use crate::delivery::Ready;
use crate::fair;
use crate::fields::Use;
use crate::ids::AssetId;
use crate::manifest::MANIFEST;
use crate::queries::{self, BuyersUse, State};
use crate::sale;
use crate::sight::{self, Sight, Viewer};

pub(crate) use parts::{AssetSnapshot, Licence, Promised, WorkPurchase, WorkSale, deliver};
pub(crate) use refund::{Paid, Refund, Returned, Withdrawn};

/// The dearest work, in minor units.
const PRICE_MAX: i64 = 99_999_900;

/// An entry in the logs of buyer and seller.
/// The fields of a sale that the home chooses: all.
const BOUGHT: &[&str] = &["ref", "media", "n", "of", "seller", "payment", "use", "fair"];
const PROMISED: &[&str] = &["ref", "seller", "buyer", "payment", "use", "fair", "until"];
const SOLD: &[&str] = &["ref", "buyer", "payment", "use", "fair"];
const RETURNED: &[&str] = &["ref", "asset"];

/// The entries that a purchase can derive: a payment, and the goods or the promise for it.
const fn bought() -> [Derivation; 10] {
    let [a, b, c, d, e, f, g, h, i] = selling::sale(
        parties(WorkPurchase::NAME).own(BOUGHT),
        parties(Promised::NAME).own(PROMISED),
    );
    [a, b, c, d, e, f, g, h, i, parties(WorkSale::NAME).own(SOLD)]
}

/// Says what a copy of a work costs, or that it isn't for sale any more. While it is, others see only pictures of it.
#[derive(Debug, Operation)]
#[operation(
    name = "media.offer",
    authority = OwnKey,
    facts,
    refusal = OfferRefusal,
    prepared = Result<(), OfferRefusal>
)]
pub(crate) struct Offer {
    /// The asset's id.
    #[reference]
    pub(crate) asset: AssetId,
    /// The price, in minor units.
    pub(crate) price: Int<1, PRICE_MAX>,
    /// In which currency.
    pub(crate) currency: Currency,
    /// The digest of the file's manifest (`media.fair`), by which the price is shared. Everybody with a share has signed it.
    pub(crate) fair: Digest,
    /// 1 if it is for sale, 0 if not any more.
    pub(crate) open: Int<0, 1>,
}

#[derive(Debug, Clone, Reasons)]
pub(crate) enum OfferRefusal {
    /// You have no file with this id.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// fair must be the digest of the manifest that you entered for this file (media.fair). Say first who made it, and
    /// offer it by that.
    #[refused(Conflict, reason = "changed", field = "fair")]
    Changed,
    /// This can be sold once everybody who made it has signed, and {} has not yet: ask them to agree.
    #[refused(Conflict, reason = "unsigned", field = "fair")]
    Unsigned(String),
    /// The seller is the one who signed the manifest: sign it yourself, and have the others agree.
    #[refused(Conflict, reason = "seller", field = "fair")]
    NotSeller,
    /// You bought this file: those who made it sell it, and you keep your copy.
    #[refused(Forbidden)]
    NotYours,
}

impl BeforeSubmit for Offer {
    fn before_submit(&self, request: &Request<'_>) -> Result<Result<(), OfferRefusal>, Problem> {
        let (node, owner) = (request.node, request.owner);
        if self.open.0 == 0 {
            return Ok(Ok(()));
        }
        let asset = queries::read(node, |db| queries::asset(db, owner.as_str(), &self.asset))?;
        let Some(asset) = asset.filter(|asset| asset.state == State::Kept) else {
            return Ok(Err(OfferRefusal::Unknown));
        };
        let attribution = fair::read_attribution(node, &asset)?;
        let Some(said) = attribution.filter(|said| said.fair.manifest.digest() == self.fair) else {
            return Ok(Err(OfferRefusal::Changed));
        };
        if let Some(who) = said.consent.missing.first() {
            let name = node.called(who)?;
            let who = name.unwrap_or_else(|| who.to_string());
            return Ok(Err(OfferRefusal::Unsigned(who)));
        }
        if said.signer != *owner {
            return Ok(Err(OfferRefusal::NotSeller));
        }
        let price = Minor::new(self.price.0).map_err(Problem::internal)?;
        selling::cashier(node)?.check_price(price, self.currency)?;
        // The manifests that it derives from are followed and looked at, too.
        let offered =
            Offered { price: self.price.0, currency: self.currency, fair: self.fair.to_string() };
        sale::quote(node, node.did(), (&offered, &said))?;
        Ok(Ok(()))
    }
}

impl Decide for Offer {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<OfferRefusal> {
        ctx.prepared().clone()?;
        let (db, owner) = (ctx.reader(), ctx.owner().as_str());
        let asset = queries::asset(db, owner, &self.asset)?.ok_or(OfferRefusal::Unknown)?;
        refuse_if!(asset.state == State::Erased, OfferRefusal::Unknown);
        if self.open.0 == 0 {
            return Ok(());
        }
        refuse_if!(asset.state != State::Kept || asset.words.sealed, OfferRefusal::Unknown);
        let entered = queries::fair(db, owner, self.asset.as_str())?;
        let entered = entered.filter(|fair| fair.digest == self.fair.to_string());
        let entered = entered.ok_or(OfferRefusal::Changed)?;
        let files = [Some(asset.cid.as_str()), entered.work.as_deref()];
        for file in files.into_iter().flatten() {
            refuse_if!(queries::is_bought(db, owner, file)?, OfferRefusal::NotYours);
        }
        Ok(())
    }
}

/// Buys one use of a work. The fact also has what the buyer agrees to, as `GET /media/api/assets/{id}/quote` says it.
#[derive(Debug, Operation)]
#[operation(
    name = "media.buy",
    authority = OwnKey,
    facts,
    undo = Money,
    derives = bought(),
    refusal = BuyRefusal,
    prepared = Result<Order, BuyRefusal>,
    after_submit
)]
pub(crate) struct Buy {
    /// The seller's asset.
    #[reference]
    pub(crate) asset: AssetId,
    /// For what: `keep`, a copy for yourself; `train`, a copy to train programs with.
    #[field(name = "use")]
    pub(crate) used: Use,
    /// The seller.
    pub(crate) seller: Did,
    #[group]
    pub(crate) agreed: Agreed,
}

#[derive(Debug, Clone, Reasons)]
pub(crate) enum BuyRefusal {
    /// There is no such work for sale here, or it isn’t shown to you.
    #[refused(NotFound, field = "ref")]
    NoWork,
    /// This is your own file.
    #[refused(BadRequest, field = "seller")]
    Own,
    /// You bought this work for this use already.
    #[refused(Conflict, reason = "bought", field = "use")]
    Bought,
    #[refused(
        Conflict,
        reason = "changed",
        field = "amount",
        message = "It is not offered at this price and on these terms: look again and agree to the current ones."
    )]
    Changed,
    /// This file is on its way to you by another order: look again in a moment.
    #[refused(Conflict, reason = "busy")]
    Busy,
    /// The seller’s record isn’t kept on this box any more.
    #[refused(Conflict, reason = "away", field = "seller")]
    Away,
}

/// A prepared purchase: the payment, the goods, and the file if it is paid at once.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    sale: PreparedSale,
    given: AssetSnapshot,
    ready: Option<Ready>,
}

impl Buy {
    /// Whether it is this that the buyer agrees to.
    fn is_at(&self, offered: &Offered) -> bool {
        let agreed = &self.agreed;
        (offered.price, offered.currency, offered.digest())
            == (agreed.amount.get(), agreed.currency, Some(agreed.fair))
    }

    /// Returns the use that the buyer wants.
    fn use_of<'a>(&'a self, buyer: &'a Did) -> BuyersUse<'a> {
        BuyersUse { asset: self.asset.as_str(), buyer: buyer.as_str(), used: self.used }
    }
}

impl BeforeSubmit for Buy {
    fn before_submit(&self, request: &Request<'_>) -> Result<Result<Order, BuyRefusal>, Problem> {
        let (node, buyer) = (request.node, request.owner);
        let viewer = Viewer::new(Some(buyer.clone()));
        let (asset, sight) = sight::seen(node, &viewer, &self.asset)?;
        if asset.owner != self.seller.as_str() || sight == Sight::No {
            return Ok(Err(BuyRefusal::NoWork));
        }
        if viewer.is(&asset.owner) {
            return Ok(Err(BuyRefusal::Own));
        }
        let of = self.use_of(buyer);
        let has_it = queries::read(node, |db| queries::has_bought(db, &asset.owner, of))?;
        if has_it {
            return Ok(Err(BuyRefusal::Bought));
        }
        let Some(work) = sale::work(node, asset, self.used)? else {
            return Ok(Err(BuyRefusal::NoWork));
        };
        if !self.is_at(&work.offered) {
            return Ok(Err(BuyRefusal::Changed));
        }
        let snapshot = AssetSnapshot::new(&work.asset, &work.said)?;
        let agreed = sale::quote(node, buyer, (&work.offered, &work.said))?.0.agreed;
        let goods = Goods {
            seller: self.seller.clone(),
            service: word(MANIFEST.name)?,
            kind: word(sale::KIND)?,
            manifest: work.said.fair.manifest.clone(),
            agreed,
            release: Release::default(),
        };
        let sale = self.agreed.prepare_goods(request, goods)?;
        let mut order = Order { sale, given: snapshot, ready: None };
        // The last thing, after all that may refuse.
        if self.agreed.rail.is_none() {
            match Ready::make(node, (&self.seller, buyer), &work.asset)? {
                Some(ready) => order.ready = Some(ready),
                None => return Ok(Err(BuyRefusal::Busy)),
            }
        }
        Ok(Ok(order))
    }
}

impl Decide for Buy {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<BuyRefusal> {
        let order = ctx.prepared().clone()?;
        let (buyer, seller) = (ctx.owner().clone(), self.seller.clone());
        refuse_if!(!ctx.takes_entries(&seller), BuyRefusal::Away);
        let (db, of) = (ctx.reader(), seller.as_str());
        let asset = queries::asset(db, of, &self.asset)?;
        let is_it = |asset: &queries::Asset| {
            asset.state == State::Kept && asset.cid == order.given.file.as_str()
        };
        refuse_if!(!asset.as_ref().is_some_and(is_it), BuyRefusal::NoWork);
        refuse_if!(queries::has_bought(db, of, self.use_of(&buyer))?, BuyRefusal::Bought);
        let offered = sale::offered(db, of, (&self.asset, self.used))?;
        refuse_if!(!offered.is_some_and(|offered| self.is_at(&offered)), BuyRefusal::Changed);
        let begun = order.sale.ask(ctx)?;
        ctx.reply(begun.reply());
        let licence = Licence { payment: begun.payment, used: self.used, fair: self.agreed.fair };
        let Some(until) = begun.until else {
            return deliver(ctx, (&seller, &buyer), (&self.asset, order.given), licence);
        };
        let promised = Promised {
            asset: self.asset.clone(),
            seller: seller.clone(),
            buyer: buyer.clone(),
            licence,
            until,
        };
        Ok(ctx.derive_in([&seller, &buyer], &promised)?)
    }
}

impl AfterSubmit for Buy {
    /// A file that came for an order goes again if the order was refused.
    fn after_submit(&self, done: &Submitted<'_, Self>) {
        let ready = done.prepared.as_ref().ok();
        let Some(ready) = ready.and_then(|order| order.ready.as_ref()) else {
            return;
        };
        match done.outcome {
            Ok(_) => ready.delivered(),
            // The purchase may have been entered.
            Err(SubmitError::OutcomeUnknown) => {}
            Err(_) => ready.take_back(),
        }
    }
}
