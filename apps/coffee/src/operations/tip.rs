//! Tips: what somebody signs, and what stays of it once it is paid.
//!
//! Always: a tip that is paid at once is entered by the tipper's own operation. One that is paid later is promised first, and becomes a tip
//! when its payment has come, once for each payment.

use imajin_dfos::Timestamp;
use imajin_ledger::{Derivation, Refusal, RefusalKind, TargetLog};
use imajin_protocol::fair::{Digest, Manifest};
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::{self as selling, LaterRail, Rail, Release, Sale, Terms};
use imajin_service::Problem;
use imajin_service::operation::{
    BeforeSubmit, Context, Decide, Decision, FieldError, Int, ItemId, Never, Operation, Reasons,
    Request,
};
use serde_json::{Value as Json, json};

use crate::jars;
use crate::manifest::MANIFEST;
use crate::queries::{self, GivenTip};

/// The kind of goods, as the cashier's books and receipts name it.
pub(crate) const KIND: &str = "tip";

/// An entry in the logs of tipper and seller.
const fn parties(op: &'static str) -> Derivation {
    Derivation::of(op, TargetLog::Parties)
}

/// Gives a tip. The fact is what the tipper agreed to, as `POST /coffee/api/quote` says it.
#[derive(Debug, Operation)]
#[operation(
    name = "coffee.tip",
    authority = OwnKey,
    derives = [
        selling::RECEIPT,
        selling::CREDIT,
        selling::POSTED,
        selling::ATTESTED,
        selling::PENDING,
        selling::EXPECTED,
        selling::HELD,
        parties(Tipped::NAME),
        parties(Promised::NAME)
    ],
    refusal = TipRefusal,
    prepared = PreparedTip,
    check
)]
pub(crate) struct Tip {
    /// The jar.
    #[reference]
    pub(crate) jar: ItemId,
    /// How much, in minor units.
    #[fact]
    pub(crate) amount: Minor,
    /// In which currency: the jar's.
    #[fact]
    pub(crate) currency: Currency,
    /// The jar's owner.
    #[fact]
    pub(crate) seller: Did,
    /// The digest of the manifest by which the jar's tips are shared.
    #[fact]
    pub(crate) fair: Digest,
    /// The digest of all manifests that the money follows.
    #[fact]
    pub(crate) follows: Digest,
    /// How it is paid, unless from credit on the node.
    #[fact]
    pub(crate) rail: Option<LaterRail>,
    /// When the tipper saw the shares, in milliseconds.
    #[fact]
    pub(crate) quoted: Option<Timestamp>,
    /// 1: the tipper's name may be shown with the tip.
    #[fact]
    pub(crate) shown: Int<0, 1>,
}

/// What was found out about a tip before its decision.
pub(crate) struct PreparedTip {
    manifest: Manifest,
    /// What the cashier's part of the decision needs.
    cashier: Json,
}

/// Why a tip is not taken.
#[derive(Debug, Reasons)]
pub(crate) enum TipRefusal {
    /// The jar takes no tips.
    #[refused(
        NotFound,
        field = "ref",
        message = "There is no such jar, or it takes no tips now."
    )]
    NoJar,
    /// It is the tipper's own.
    #[refused(
        BadRequest,
        field = "seller",
        message = "This is your own jar: somebody else has to tip you."
    )]
    Own,
    /// The shares are others now.
    #[refused(
        Conflict,
        reason = "changed",
        field = "fair",
        message = "The shares have changed since you looked: look again and agree to the new ones."
    )]
    FairChanged,
    /// The jar has another currency.
    #[refused(BadRequest, field = "currency", message = "This jar takes tips in {}.")]
    Currency(Currency),
    /// It is less than the jar takes.
    #[refused(
        BadRequest,
        field = "amount",
        message = "A tip for this jar is at least {} in minor units."
    )]
    TooSmall(i64),
}

impl Tip {
    fn check(&self) -> Result<(), FieldError> {
        match self.amount.get() > 0 {
            true => Ok(()),
            false => Err(FieldError::new("amount", "amount must be more than 0.")),
        }
    }

    /// What the tipper agrees to.
    fn sale(&self, tipper: &Did, manifest: Manifest) -> Result<Sale, Refusal> {
        let id = |text: &str| {
            IdText::parse(text)
                .map_err(|error| Refusal::new(RefusalKind::Stored, error.to_string()))
        };
        Ok(Sale {
            payer: tipper.clone(),
            terms: Terms {
                amount: self.amount,
                currency: self.currency,
                seller: self.seller.clone(),
                service: id(MANIFEST.name)?,
                kind: id(KIND)?,
                manifest,
                follows: self.follows,
                rail: self.rail.map_or(Rail::Ledger, LaterRail::rail),
                release: Release::default(),
                quoted: self.quoted,
            },
        })
    }
}

impl BeforeSubmit for Tip {
    fn before_submit(&self, request: &Request<'_>) -> Result<PreparedTip, Problem> {
        let (node, tipper) = (request.node, request.owner);
        // A jar that isn't shown to somebody takes nothing from them either.
        jars::open(node, &self.seller, Some(tipper), self.jar.as_str())?;
        let cashier = selling::cashier(node)?;
        let manifest = cashier.manifest(node, &self.fair)?;
        let manifest = manifest.ok_or_else(jars::no_offer)?;
        let sale = self.sale(tipper, manifest.clone())?;
        Ok(PreparedTip {
            cashier: cashier.prepare(node, &sale)?,
            manifest,
        })
    }
}

impl Decide for Tip {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<TipRefusal> {
        let tipper = ctx.owner().clone();
        if tipper == self.seller {
            return Err(TipRefusal::Own.into());
        }
        let seller = self.seller.as_str();
        let offer = queries::offer(ctx.reader(), seller, self.jar.as_str())?;
        let offer = offer.ok_or(TipRefusal::NoJar)?;
        if offer.fair != self.fair.to_string() {
            return Err(TipRefusal::FairChanged.into());
        }
        if offer.currency != self.currency {
            return Err(TipRefusal::Currency(offer.currency).into());
        }
        if self.amount.get() < offer.price {
            return Err(TipRefusal::TooSmall(offer.price).into());
        }
        let PreparedTip { manifest, cashier } = ctx.prepared();
        let (manifest, cashier) = (manifest.clone(), cashier.clone());
        let begun = self.sale(&tipper, manifest)?.ask(ctx, cashier)?;
        let mut reply = json!({ "payment": begun.payment.as_str(), "paid": begun.paid });
        let given = GivenTip {
            jar: self.jar.clone(),
            seller: self.seller.clone(),
            from: tipper,
            amount: self.amount,
            currency: self.currency,
            shown: self.shown,
        };
        match begun.until {
            None => given.enter(ctx, &begun.payment)?,
            Some(until) => {
                reply["until"] = json!(until.as_millis());
                given.promise(ctx, &begun.payment, until)?;
            }
        }
        ctx.reply(reply);
        Ok(())
    }
}

impl GivenTip {
    /// Enters the tip with both, as far as they still have a record here.
    fn enter<O: Operation>(
        self,
        ctx: &mut Context<'_, O>,
        payment: &IdText,
    ) -> Result<(), FieldError> {
        let tipped = Tipped {
            payment: payment.clone(),
            jar: self.jar,
            seller: self.seller.clone(),
            from: self.from.clone(),
            amount: self.amount,
            currency: self.currency,
            shown: self.shown,
        };
        for did in [self.seller, self.from] {
            if ctx.takes_entries(&did) {
                ctx.derive(did, &tipped)?;
            }
        }
        Ok(())
    }

    fn promise<O: Operation>(
        self,
        ctx: &mut Context<'_, O>,
        payment: &IdText,
        until: Timestamp,
    ) -> Result<(), FieldError> {
        let promised = Promised {
            payment: payment.clone(),
            jar: self.jar,
            seller: self.seller.clone(),
            from: self.from.clone(),
            amount: self.amount,
            currency: self.currency,
            shown: self.shown,
            until,
        };
        ctx.derive(self.seller, &promised)?;
        ctx.derive(self.from, &promised)
    }
}

/// Somebody gave a tip, and it is paid.
#[derive(Debug, Operation)]
#[operation(name = "coffee.tipped", authority = Derived)]
pub(crate) struct Tipped {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The jar.
    #[fact]
    pub(crate) jar: ItemId,
    /// The jar's owner.
    #[fact]
    pub(crate) seller: Did,
    /// Who gave it.
    #[fact]
    pub(crate) from: Did,
    /// How much, in minor units.
    #[fact]
    pub(crate) amount: Minor,
    /// In which currency.
    #[fact]
    pub(crate) currency: Currency,
    /// 1: the tipper's name may be shown with it.
    #[fact]
    pub(crate) shown: Int<0, 1>,
}

/// Somebody agreed to a tip whose payment is on its way.
#[derive(Debug, Operation)]
#[operation(name = "coffee.promised", authority = Derived)]
pub(crate) struct Promised {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The jar.
    #[fact]
    pub(crate) jar: ItemId,
    /// The jar's owner.
    #[fact]
    pub(crate) seller: Did,
    /// Who gives it.
    #[fact]
    pub(crate) from: Did,
    /// How much, in minor units.
    #[fact]
    pub(crate) amount: Minor,
    /// In which currency.
    #[fact]
    pub(crate) currency: Currency,
    /// 1: the tipper's name may be shown with it.
    #[fact]
    pub(crate) shown: Int<0, 1>,
    /// Until when the payment can come, in milliseconds.
    #[fact]
    pub(crate) until: Timestamp,
}

/// The payment of a promised tip has come: the node's word, in the log of the jar's owner.
#[derive(Debug, Operation)]
#[operation(
    name = "coffee.paid",
    authority = Node,
    derives = [parties(Tipped::NAME)],
    refusal = PaidRefusal
)]
pub(crate) struct PaidTip {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
}

/// Why a payment does not become a tip.
#[derive(Debug, Reasons)]
pub(crate) enum PaidRefusal {
    /// It became one before.
    #[refused(Conflict, reason = "done", message = "This was done before.")]
    Done,
    /// Nobody promised a tip with it.
    #[refused(NotFound, message = "Nobody promised a tip with this payment.")]
    Unknown,
}

impl Decide for PaidTip {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<PaidRefusal> {
        let (seller, payment) = (ctx.owner().as_str(), self.payment.as_str());
        if queries::tip(ctx.reader(), seller, payment)?.is_some() {
            return Err(PaidRefusal::Done.into());
        }
        let promised = queries::promised(ctx.reader(), seller, payment)?;
        let given = promised.ok_or(PaidRefusal::Unknown)?;
        Ok(given.enter(ctx, &self.payment)?)
    }
}

/// All of a tip went back, and not by its receiver's own refund: the node's word, in the log of the jar's owner.
#[derive(Debug, Operation)]
#[operation(name = "coffee.returned", authority = Node, refusal = ReturnedRefusal)]
pub(crate) struct ReturnedTip {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
}

/// Why nothing is said of a tip that went back.
#[derive(Debug, Reasons)]
pub(crate) enum ReturnedRefusal {
    /// It is known, or there is no such tip.
    #[refused(Conflict, reason = "done", message = "This is known already.")]
    Done,
}

impl Decide for ReturnedTip {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<ReturnedRefusal> {
        let tip = queries::tip(ctx.reader(), ctx.owner().as_str(), self.payment.as_str())?;
        match tip.is_some_and(|tip| tip.back < tip.amount) {
            true => Ok(()),
            false => Err(ReturnedRefusal::Done.into()),
        }
    }
}

/// Reminds its author of a jar on a day of each month. It never pays anything.
#[derive(Debug, Operation)]
#[operation(name = "coffee.remind", authority = Any, refusal = Never)]
pub(crate) struct Remind {
    /// The jar.
    #[reference]
    pub(crate) jar: ItemId,
    /// Its owner.
    #[fact]
    pub(crate) seller: Did,
    /// The day of the month, 1 to 28; 0 ends the reminder.
    #[fact]
    pub(crate) day: Int<0, 28>,
    /// How much they mean to give, in minor units.
    #[fact]
    pub(crate) amount: Minor,
    /// In which currency.
    #[fact]
    pub(crate) currency: Currency,
}

impl Decide for Remind {
    fn decide(&self, _: &mut Context<'_, Self>) -> Decision<Never> {
        Ok(())
    }
}
