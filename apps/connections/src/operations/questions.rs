//! Questions about a person: which askers get an answer, what it costs, and what the person's record keeps of each question.
//!
//! Always: the answer is found before the operation, and told after it. The seller's signed manifest says who gets what;
//! pay settles it in this very operation, or the operation does not happen. The documents of the exchange come from the
//! route that checked them, and from nowhere else.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, FieldError, Int, Operation, Reasons, Request,
};
use imajin_app::{Problem, refuse_if};
use imajin_dfos::Timestamp;
use imajin_log::{Derivation, TargetLog};
use imajin_protocol::fair::{Digest, Manifest};
use imajin_protocol::{Currency, Did, IdText, Minor, SAFE_INTEGER_MAX};
use imajin_selling::{self as sale, Offer, Quote, Rail, Release, Sale, Terms};
use serde_json::{Value as Json, json};

use super::{AwayRefusal, here};
use crate::asking;
use crate::fields::{OneDid, RequestLine, SignedText};
use crate::queries::{self, Policy};

/// Chooses which askers get an answer, and what it costs.
#[derive(Debug, Operation)]
#[operation(name = "connections.policy", authority = Any, facts, prepared = (), check)]
pub(crate) struct SetPolicy {
    /// How many connections may lie between: 0 for only the owner, 1 for connections.
    pub(crate) reach: Int<0, 6>,
    /// The price of an answer, in minor units; 0 for nothing.
    pub(crate) price: Int<0, SAFE_INTEGER_MAX>,
    /// The currency: ISO 4217, MJN or MJNX.
    pub(crate) currency: Currency,
    /// With a price: the digest of a .fair manifest that the owner signed and published, by which it is shared.
    pub(crate) fair: Option<Digest>,
}

/// The refusal of a price without a manifest, which shares the payment: without one nothing is settled (docs/api.md,
/// "Manifests").
const FAIR: &str = "An answer that costs something names who gets the money: fair is the digest of a .fair manifest that you signed and published (pay.fair.publish).";

impl SetPolicy {
    fn check(&self) -> Result<(), FieldError> {
        refuse_if!(self.price.0 > 0 && self.fair.is_none(), FieldError::new("fair", FAIR));
        Ok(())
    }
}

impl BeforeSubmit for SetPolicy {
    fn before_submit(&self, request: &Request<'_>) -> Result<(), Problem> {
        let Some(fair) = self.fair.as_ref().filter(|_| self.price.0 > 0) else {
            return Ok(());
        };
        let wrong = || Problem::field("fair", FAIR);
        let node = request.node;
        let cashier = imajin_selling::cashier(node)?;
        let manifest = cashier.manifest(node, fair)?.ok_or_else(wrong)?;
        let policy = Policy {
            reach: self.reach.0,
            price: self.price.0,
            currency: self.currency.code().to_owned(),
            fair: Some(fair.to_string()),
        };
        let offer = asking::offer(node.did(), &policy, manifest)?;
        if cashier.quote(node, &offer)?.seller == *request.owner { Ok(()) } else { Err(wrong()) }
    }
}

impl Decide for SetPolicy {}

/// Somebody was given an answer or other data of the owner's, for nothing: what they declared to use it for.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.queried",
    authority = Node,
    undo = Told,
    erasable_by = Author,
    refusal = QueriedRefusal
)]
pub(crate) struct Queried {
    /// The question's name: `qry_` and 24 hexadecimal digits.
    #[reference]
    pub(crate) question: IdText,
    /// The asker.
    #[fact]
    pub(crate) dids: OneDid,
    /// The declaration, as the asker signed it.
    pub(crate) consent: SignedText,
    /// The instruction of a payment that was not asked for, if the asker sent one.
    pub(crate) settlement: Option<SignedText>,
    /// The request that was allowed: its method and path. Earlier nodes left it out.
    pub(crate) request: Option<RequestLine>,
}

#[derive(Debug, Reasons)]
pub(crate) enum QueriedRefusal {
    /// This declaration of use is kept already.
    #[refused(Conflict, reason = "kept")]
    Kept,
    #[refused(all)]
    Away(AwayRefusal),
}

impl Decide for Queried {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<QueriedRefusal> {
        let is_kept = queries::is_kept(ctx.reader(), ctx.owner(), self.question.as_str())?;
        refuse_if!(is_kept, QueriedRefusal::Kept);
        here(ctx, ctx.owner())
    }
}

/// Asks about a person whose answers cost something: asked and paid in one operation.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.ask",
    authority = OwnKey,
    facts,
    undo = Money,
    derives = [
        sale::RECEIPT,
        sale::CREDIT,
        sale::POSTED,
        sale::ATTESTED,
        Derivation::new(QuestionAsked::NAME, TargetLog::Parties).own(&["ref", "dids", "payment"]),
    ],
    refusal = AskRefusal,
    prepared = Asking
)]
pub(crate) struct Ask {
    /// The person.
    #[reference]
    about: Did,
    /// The price of the answer, in minor units.
    amount: Minor,
    /// The currency.
    currency: Currency,
    /// The seller: the signer of the manifest.
    seller: Did,
    /// The manifest by which it is shared.
    fair: Digest,
    /// All manifests that the money follows.
    follows: Digest,
    /// The service that answers.
    kind: IdText,
    /// When the asker was shown the shares, in milliseconds.
    quoted: Option<Timestamp>,
}

/// The documents of the exchange, which the route checked, and the sale with what the cashier prepared for it.
#[derive(Clone)]
pub(crate) struct Asking {
    /// The question's name in the record of the person: `qry_` and 24 hexadecimal digits.
    pub(crate) question: IdText,
    /// The declaration, as the asker signed it.
    pub(crate) consent: SignedText,
    /// The instruction of the payment, as the asker signed it.
    pub(crate) settlement: SignedText,
    pub(crate) sale: Sale,
    /// The cashier's preparation of the sale.
    pub(crate) receipt: Json,
}

#[derive(Debug, Reasons)]
pub(crate) enum AskRefusal {
    #[refused(
        Conflict,
        reason = "changed",
        field = "amount",
        message = "What an answer costs has changed since you looked: ask again."
    )]
    Changed,
    #[refused(all)]
    Away(AwayRefusal),
}

impl Ask {
    /// The question, with all that pins its payment.
    pub(crate) fn new(about: Did, kind: IdText, offer: &Offer, quote: &Quote) -> Self {
        Self {
            about,
            amount: offer.amount,
            currency: offer.currency,
            seller: quote.seller.clone(),
            fair: offer.manifest.digest(),
            follows: quote.follows,
            kind,
            quoted: offer.quoted,
        }
    }

    /// The sale that the question pins.
    /// Errors: Never, as the names of this service and of what it sells are ids.
    pub(crate) fn sale(&self, payer: &Did, manifest: Manifest) -> Result<Sale, Problem> {
        Ok(Sale {
            payer: payer.clone(),
            terms: Terms {
                amount: self.amount,
                currency: self.currency,
                seller: self.seller.clone(),
                service: asking::service()?,
                kind: asking::sold()?,
                manifest,
                agreed: None,
                follows: self.follows,
                rail: Rail::Ledger,
                release: Release::default(),
                quoted: self.quoted,
            },
        })
    }
}

impl BeforeSubmit for Ask {
    /// The route passes its checked input; no other way to ask exists.
    fn before_submit(&self, _: &Request<'_>) -> Result<Asking, Problem> {
        Err(Problem::field(
            "op",
            "A question is asked by a signed exchange: POST /connections/api/query.",
        ))
    }
}

impl Decide for Ask {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AskRefusal> {
        let asking = ctx.prepared().clone();
        let policy = queries::policy(ctx.reader(), &self.about)?;
        let is_same = self.amount.get() == policy.price
            && self.currency.code() == policy.currency
            && policy.fair == Some(self.fair.to_string());
        refuse_if!(!is_same, AskRefusal::Changed);
        here(ctx, &self.about)?;
        let begun = asking.sale.ask(ctx, asking.receipt)?;
        let question = QuestionAsked {
            question: asking.question,
            dids: OneDid(ctx.owner().clone()),
            payment: begun.payment.clone(),
            consent: asking.consent,
            settlement: asking.settlement,
        };
        ctx.derive(self.about.clone(), &question)?;
        ctx.reply(json!({ "payment": begun.payment.as_str() }));
        Ok(())
    }
}

/// Records a paid question in the log of the person who is asked about.
#[derive(Debug, Operation)]
#[operation(name = "connections.asked", authority = Derived, erasable_by = Author, bound = Node)]
pub(crate) struct QuestionAsked {
    /// The question's name: `qry_` and 24 hexadecimal digits.
    #[reference]
    question: IdText,
    /// The asker.
    #[fact]
    dids: OneDid,
    /// The payment.
    #[fact]
    payment: IdText,
    /// The declaration, as the asker signed it.
    consent: SignedText,
    /// The instruction of the payment, as the asker signed it.
    settlement: SignedText,
}
