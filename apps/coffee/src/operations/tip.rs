//! Tips: the operation that a tipper signs, and the entries of a tip once it is paid.
//!
//! Always: a tip that is paid at once is entered by the tipper's own operation. One that is paid later is promised
//! first, and becomes a tip when its payment has arrived, once for each payment.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, FieldError, Int, ItemId, Never, Operation, Reasons,
    Request,
};
use imajin_app::words::Money;
use imajin_app::{Answer, Node, refuse_if};
use imajin_dfos::Timestamp;
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::{
    self as selling, Agreed, BackRefusal, PaidRefusal, PreparedSale, Release, Sells, parties,
};

use crate::manifest::MANIFEST;
use crate::queries::{self, GivenTip};
use crate::{Coffee, jars};

impl Sells for Coffee {
    const SERVICE: &'static str = MANIFEST.name;
    const KIND: &'static str = "tip";
    type Paid = PaidTip;
    type RefundOperation = ReturnedTip;

    fn title(node: &Node, payment: &str, seller: &Did) -> Answer<Option<String>> {
        let sql = "SELECT title FROM items JOIN tips USING (owner_did) WHERE owner_did = ?1 AND payment = ?2 AND id = jar";
        queries::read(node, |db| db.row(sql, [seller.as_str(), payment], |row| row.get(0)))
    }

    fn paid(payment: IdText) -> PaidTip {
        PaidTip { payment }
    }

    fn back(payment: IdText) -> ReturnedTip {
        ReturnedTip { payment }
    }
}

/// The fields of a tip that the home chooses.
const TIP: &[&str] = &["ref", "jar", "seller", "from", "amount", "currency", "shown"];
const PROMISE: &[&str] = &["ref", "jar", "seller", "from", "amount", "currency", "shown", "until"];

/// Gives a tip. The fact is what the tipper agreed to, as `POST /coffee/api/quote` says it.
#[derive(Debug, Operation)]
#[operation(
    name = "coffee.tip",
    authority = OwnKey,
    facts,
    undo = Money,
    derives = selling::sale(parties(Tipped::NAME).own(TIP), parties(Promised::NAME).own(PROMISE)),
    refusal = TipRefusal,
    prepared = PreparedSale,
    check
)]
pub(crate) struct Tip {
    /// The jar.
    #[reference]
    pub(crate) jar: ItemId,
    /// The jar's owner.
    pub(crate) seller: Did,
    #[group]
    pub(crate) agreed: Agreed,
    /// 1: the tipper's name may be shown with the tip.
    pub(crate) shown: Int<0, 1>,
}

#[derive(Debug, Reasons)]
pub(crate) enum TipRefusal {
    /// There is no such jar, or it takes no tips now.
    #[refused(NotFound, field = "ref")]
    NoJar,
    /// This is your own jar: somebody else has to tip you.
    #[refused(BadRequest, field = "seller")]
    Own,
    /// The shares have changed since you looked: look again and agree to the new ones.
    #[refused(Conflict, reason = "changed", field = "fair")]
    FairChanged,
    /// This jar takes tips in {}.
    #[refused(BadRequest, field = "currency")]
    Currency(Currency),
    /// A tip for this jar is at least {}.
    #[refused(BadRequest, field = "amount")]
    TooSmall(Money),
}

impl Tip {
    fn check(&self) -> Result<(), FieldError> {
        if self.agreed.amount.get() > 0 {
            Ok(())
        } else {
            Err(FieldError::new("amount", "amount must be more than 0."))
        }
    }
}

impl BeforeSubmit for Tip {
    fn before_submit(&self, request: &Request<'_>) -> Answer<PreparedSale> {
        let (node, tipper) = (request.node, request.owner);
        // A jar that isn't shown to a person takes no tips from them either.
        jars::open(node, &self.seller, Some(tipper), self.jar.as_str())?;
        let release = Release::default();
        self.agreed.prepare::<Coffee>(request, &self.seller, release)?.ok_or_else(jars::no_offer)
    }
}

impl Decide for Tip {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<TipRefusal> {
        let tipper = ctx.owner().clone();
        refuse_if!(tipper == self.seller, TipRefusal::Own);
        let (jar, agreed) = (self.jar.as_str(), &self.agreed);
        let offer = queries::offer(ctx.reader(), self.seller.as_str(), jar)?;
        let offer = offer.ok_or(TipRefusal::NoJar)?;
        refuse_if!(offer.digest() != Some(agreed.fair), TipRefusal::FairChanged);
        refuse_if!(offer.currency != agreed.currency, TipRefusal::Currency(offer.currency));
        if agreed.amount.get() < offer.price {
            return Err(TipRefusal::TooSmall(Money::new(offer.price, offer.currency)).into());
        }
        let begun = ctx.prepared().clone().ask(ctx)?;
        ctx.reply(begun.reply());
        let tip = GivenTip {
            jar: self.jar.clone(),
            seller: self.seller.clone(),
            from: tipper,
            amount: agreed.amount,
            currency: agreed.currency,
            shown: self.shown,
        };
        let (payment, parties) = (begun.payment, tip.parties());
        match begun.until {
            None => Ok(ctx.derive_in(&parties, &Tipped { payment, tip })?),
            Some(until) => {
                let promised = Promised { payment, tip, until };
                Ok(ctx.derive_in(&parties, &promised)?)
            }
        }
    }
}

/// Somebody gave a tip, and it is paid.
#[derive(Debug, Operation)]
#[operation(name = "coffee.tipped", authority = Derived)]
pub(crate) struct Tipped {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    #[group]
    pub(crate) tip: GivenTip,
}

/// Somebody agreed to a tip whose payment is on its way.
#[derive(Debug, Operation)]
#[operation(name = "coffee.promised", authority = Derived, facts)]
pub(crate) struct Promised {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    #[group]
    pub(crate) tip: GivenTip,
    /// Until when the payment can come, in milliseconds.
    pub(crate) until: Timestamp,
}

/// The payment of a promised tip has come: the node's word, in the log of the jar's owner.
#[derive(Debug, Operation)]
#[operation(
    name = "coffee.paid",
    authority = Node,
    undo = Money,
    derives = [parties(Tipped::NAME).own(TIP)],
    refusal = PaidRefusal
)]
pub struct PaidTip {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
}

impl Decide for PaidTip {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<PaidRefusal> {
        let (seller, payment) = (ctx.owner().as_str(), self.payment.as_str());
        refuse_if!(queries::tip(ctx.reader(), seller, payment)?.is_some(), PaidRefusal::Done);
        let promised = queries::promised(ctx.reader(), seller, payment)?;
        let tip = promised.ok_or(PaidRefusal::Unknown)?;
        let (payment, parties) = (self.payment.clone(), tip.parties());
        Ok(ctx.derive_in(&parties, &Tipped { payment, tip })?)
    }
}

/// All of a tip went back, and not by its receiver's own refund: the node's word, in the log of the jar's owner.
#[derive(Debug, Operation)]
#[operation(name = "coffee.returned", authority = Node, refusal = BackRefusal)]
pub struct ReturnedTip {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
}

impl Decide for ReturnedTip {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<BackRefusal> {
        let tip = queries::tip(ctx.reader(), ctx.owner().as_str(), self.payment.as_str())?;
        refuse_if!(tip.is_none_or(|tip| tip.back >= tip.amount), BackRefusal::Done);
        Ok(())
    }
}

/// Reminds its author of a jar on a day of each month. It never pays anything.
#[derive(Debug, Operation)]
#[operation(name = "coffee.remind", authority = Any, facts, refusal = Never)]
pub(crate) struct Remind {
    /// The jar.
    #[reference]
    pub(crate) jar: ItemId,
    /// Its owner.
    pub(crate) seller: Did,
    /// The day of the month, 1 to 28; 0 ends the reminder.
    pub(crate) day: Int<0, 28>,
    /// How much they mean to give, in minor units.
    pub(crate) amount: Minor,
    /// In which currency.
    pub(crate) currency: Currency,
}

impl Decide for Remind {}
