//! Selling: how an app has its sales paid by the app that moves money, and how it learns of later payments. Both sides share this
//! crate, because neither app knows the other: the app that moves money offers a [`Cashier`], a selling app a [`Fulfilment`].
//!
//! Always: the division is fixed before anyone agrees to it (`follows`), and a sale from credit, or at no charge, is one
//! operation with the delivery: both happen or neither does.
//!
//! | when | the seller's app | what happens |
//! |---|---|---|
//! | a person looks | `cashier(node)?.quote(node, &Offer)`, its `quoted` from [`quoted_by`] | the division; the fact's `seller`, `fair`, `follows`; the owners that a proof names in `to` |
//! | before submitting | `cashier.prepare(node, &Sale)` in [`imajin_app::Service::before_submit`]; into `args` | the node signs what it will attest |
//! | in `decide` | [`Sale::ask`] | `ledger`: the whole payment, in this operation. Other rails: the payment is pending |
//! | after it | `cashier.open(node, payment, …)` if the rail has a payment page | the address of the page where the buyer pays |
//! | the goods end later | [`hold_longer`] in `decide` | held parts stay held until then |
//! | the goods are void | [`give_back`] in `decide` | funded by the held parts; once they are free, by the seller's balance, or 402. |
//! | the sale is cancelled | `cashier.give_all_back(node, payment, teller)` | the rest of it is refunded, once; [`RefundProgress`] has the progress |
//! | a part is due to the payer of a seller who left | `cashier.give_back_up_to(node, payment, total, teller)` | no more of it is refunded than this, in all |
//! | paid later | [`Fulfilment::fulfil`] | pay calls it at least once; its effect happens once |
//!
//! A selling operation lists [`SALE`] in its derivations, a refunding one [`REFUND`], one that postpones the end
//! of the goods [`LATER`].
//!
//! Apps that sell items have all of this from [`Sells`], [`ForSale`] and [`Wish`].
//!
//! Parts of a sale are *held* until the goods are delivered ([`Release`]): people see them as coming, cannot spend them, and they fund
//! refunds. Once free they are final.

#![forbid(unsafe_code)]
#![allow(
    clippy::result_large_err,
    reason = "the ledger defines the size of a refusal, and refusals are rare"
)]

mod agreed;
mod answers;
mod asking;
mod buying;
mod cashier;
mod fulfilling;
mod mount;
mod offered;
pub mod pages;

use std::collections::BTreeSet;

use axum::http::HeaderMap;
use imajin_dfos::Timestamp;
use imajin_ledger::{Refusal, RefusalKind};
use imajin_log::{Derivation, TargetLog, ops};
use imajin_protocol::fact::FactError;
use imajin_protocol::fair::{Agreements, Digest, Manifest};
use imajin_protocol::{Currency, Did, Fact, FactValue, IdText, Minor, Proof};
use serde_json::Value as Json;

use imajin_app::Node;
use imajin_app::operation::Choice;

pub use agreed::{Agreed, Goods, PreparedSale, word};
pub use answers::{Part, QuoteAnswer, SaleAnswer};
pub use asking::{give_back, hold_longer};
pub use buying::{ForSale, Paying, Wish, pay, quote};
pub use cashier::{
    Cashier, Counter, Fees, Fulfilled, Fulfilment, Later, Paid, PaymentPage, RefundProgress,
    Teller, cashier,
};
pub use fulfilling::{BackRefusal, PaidRefusal, Sells, enter_paid};
pub use offered::{Offered, check_offer, check_terms};

/// The service that decides the operations below.
const PAY: &str = "pay";
/// The operation that pays from credit on this node, or a price of zero.
pub const SETTLE: &str = "pay.settle";
/// The operation that starts a payment from outside.
pub const CHECKOUT: &str = "pay.checkout";
/// The operation that refunds a payment.
pub const GIVE_BACK: &str = "pay.refund";

/// Returns the derivation of a payment's consequence, of which `own` lists the members that its home sets.
const fn booked(op: &'static str, target: TargetLog, own: &'static [&'static str]) -> Derivation {
    Derivation::new(op, target).own(own)
}

/// Derivation of a payment's receipt, in the logs of payer and seller.
pub const RECEIPT: Derivation =
    booked("pay.receipt", TargetLog::Parties, &["ref", "amount", "currency", "payer", "seller"]);
/// Derivation of a change of credit on the node.
pub const CREDIT: Derivation = booked(
    "pay.credit",
    TargetLog::Parties,
    &["ref", "amount", "currency", "node", "free_at", "sold", "told"],
);
/// Derivation of an entry in the node's books.
pub const POSTED: Derivation = booked(
    "pay.posted",
    TargetLog::Node,
    &[
        "ref", "kind", "amount", "currency", "payer", "seller", "service", "sold", "free_at",
        "about", "voided", "back", "ended", "sent",
    ],
);
/// Derivation of the node's attestations of a payment: `transaction.settled` for both, `customer` for the payer.
pub const ATTESTED: Derivation =
    Derivation::new(ops::ATTESTATION_RECEIVED, TargetLog::Parties).at_most(2);
/// Derivation of the payer's pending payment.
pub const PENDING: Derivation =
    booked("pay.pending", TargetLog::Parties, &["ref", "amount", "currency", "payee"]);
/// Derivation of a pending payment to the seller.
pub const EXPECTED: Derivation =
    booked("pay.expected", TargetLog::Parties, &["ref", "amount", "currency", "payer"]);
/// Derivation of a pending payment in the node's books.
pub const HELD: Derivation = booked(
    "pay.held",
    TargetLog::Node,
    &[
        "ref", "amount", "currency", "payer", "payee", "follows", "rail", "service", "kind",
        "until", "memo", "free_at", "about",
    ],
);
/// Derivation of a refund to the payer.
pub const REFUNDED: Derivation = booked(
    "pay.refunded",
    TargetLog::Parties,
    &["ref", "amount", "currency", "rail", "seller", "told"],
);
/// Derivation of a change in a debt for a payment that did not pass through the node.
pub const OWED: Derivation =
    booked("pay.owed", TargetLog::Parties, &["ref", "amount", "currency", "debtor"]);
/// Derivation of a later end of the goods, in the node's books.
pub const LATER: Derivation = booked("pay.later", TargetLog::Node, &["ref", "free_at"]);

/// The derivations of a selling operation, on any rail.
pub const SALE: [Derivation; 7] = [RECEIPT, CREDIT, POSTED, ATTESTED, PENDING, EXPECTED, HELD];
/// Returns the derivations of [`SALE`] with the selling app's own: its entry once a sale is paid, and its entry before.
pub const fn sale(paid: Derivation, promised: Derivation) -> [Derivation; 9] {
    let [a, b, c, d, e, f, g] = SALE;
    [a, b, c, d, e, f, g, paid, promised]
}

/// The derivations of a refunding operation.
pub const REFUND: [Derivation; 4] = [REFUNDED, CREDIT, POSTED, OWED];
/// Returns the derivations of [`REFUND`] with the selling app's own.
pub const fn refund(own: Derivation) -> [Derivation; 5] {
    let [a, b, c, d] = REFUND;
    [a, b, c, d, own]
}

/// Returns the derivation of a selling app's entry in the logs of seller and buyer.
pub const fn parties(op: &'static str) -> Derivation {
    Derivation::new(op, TargetLog::Parties)
}

/// The way of payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Choice)]
pub enum Rail {
    /// Credit on this node; also for a price of zero.
    Ledger,
    /// An e-transfer from bank to bank, confirmed by the seller.
    Emt,
    /// A card, through Stripe.
    Stripe,
}

impl Rail {
    /// Returns the rail's name on the wire.
    pub fn as_str(self) -> &'static str {
        self.name()
    }

    /// Returns the rail with this name; `free` is the ledger's.
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_name(if text == "free" { "ledger" } else { text })
    }
}

/// A way of payment that takes time: what a selling operation's fact names as `rail`. Without one the sale is paid from credit, at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum LaterRail {
    /// An e-transfer.
    Emt,
    /// A card.
    Stripe,
}

impl LaterRail {
    /// Returns this rail as a [`Rail`].
    pub fn rail(self) -> Rail {
        match self {
            Self::Emt => Rail::Emt,
            Self::Stripe => Rail::Stripe,
        }
    }
}

/// Maximum time that parts of a sale are held after the payment, in milliseconds, whatever the seller says: 400 days.
pub const HELD_MS_MAX: i64 = 400 * 24 * 3600 * 1000;

/// The time when the parts of a sale become free to spend. The default: as soon as the selling app reports delivery.
/// Card payments are also held for the owner's `card_hold_days`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Release {
    /// The earliest time; at most [`HELD_MS_MAX`] after the payment.
    pub free_at: Option<Timestamp>,
    /// The subject that the time depends on, such as an event's DID: the name under which [`hold_longer`] reports a
    /// later time.
    pub about: Option<IdText>,
}

/// A possible purchase, before its division is known.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The payer.
    pub payer: Did,
    /// The total in minor units.
    pub amount: Minor,
    /// The currency.
    pub currency: Currency,
    /// The selling service, whose [`Fulfilment`] is called.
    pub service: IdText,
    /// The kind of goods, e.g. `ticket`.
    pub kind: IdText,
    /// The seller's signed .fair manifest.
    pub manifest: Manifest,
    /// The signatures of the makers of works that the money follows. All of them must have signed. `None`: the seller's
    /// signature is enough.
    pub agreed: Option<Agreements>,
    /// The way of payment.
    pub rail: Rail,
    /// Time when the payer saw the division, as [`quoted_by`] reads it from their request; `None` means now.
    pub quoted: Option<Timestamp>,
}

/// The division of an offer.
#[derive(Debug, Clone)]
pub struct Quote {
    /// The seller: the signer of the manifest.
    pub seller: Did,
    /// The digest of all manifests that the money follows.
    pub follows: Digest,
    /// All manifests: the seller's, then those that follow.
    pub manifests: Vec<Digest>,
    /// The total of each recipient.
    pub recipients: Vec<(Did, Minor)>,
    /// The people with a share who deleted their records: their shares go to the others.
    pub gone: Vec<Did>,
    /// Every level of every manifest, as in a receipt.
    pub division: Json,
    /// The owners of the logs that the payment writes to, besides the payer's: a proof names them all in `to`.
    pub to: BTreeSet<Did>,
}

/// The terms that a payer agrees to. The fact that the payer signs contains all of them.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The total in minor units.
    pub amount: Minor,
    /// The currency.
    pub currency: Currency,
    /// The seller.
    pub seller: Did,
    /// The selling service.
    pub service: IdText,
    /// The kind of goods.
    pub kind: IdText,
    /// The seller's signed manifest.
    pub manifest: Manifest,
    /// The signatures of the makers of works that the money follows. `None`: the seller's is enough.
    pub agreed: Option<Agreements>,
    /// The digest of all manifests that the money follows.
    pub follows: Digest,
    /// The way of payment.
    pub rail: Rail,
    /// The release of the sale's parts.
    pub release: Release,
    /// Time when the payer saw the division: for an hour, manifests count as they were then. `None`: as they are now.
    pub quoted: Option<Timestamp>,
}

/// A sale, as its payer agreed to it.
#[derive(Debug, Clone)]
pub struct Sale {
    /// The payer: the author of the selling operation.
    pub payer: Did,
    /// The terms.
    pub terms: Terms,
}

/// The result of a sale in `decide`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartedPayment {
    /// The payment's id, which never changes.
    pub payment: IdText,
    /// Whether this operation paid the sale.
    pub paid: bool,
    /// Time until which the payment is pending; `None` if it is paid.
    pub until: Option<Timestamp>,
}

impl Offer {
    /// Returns the terms for a quote, which has the division.
    pub fn terms(&self, quote: &Quote) -> Terms {
        Terms {
            amount: self.amount,
            currency: self.currency,
            seller: quote.seller.clone(),
            service: self.service.clone(),
            kind: self.kind.clone(),
            manifest: self.manifest.clone(),
            agreed: self.agreed.clone(),
            follows: quote.follows,
            rail: self.rail,
            release: Release::default(),
            quoted: self.quoted,
        }
    }
}

impl Terms {
    /// Whether the sale is paid at once, within the selling operation. A price of zero always is.
    pub fn is_immediate(&self) -> bool {
        self.rail == Rail::Ledger || self.amount.is_zero()
    }

    /// Returns the rail of a later payment; `None` if the sale is paid at once.
    pub fn later_rail(&self) -> Option<LaterRail> {
        LaterRail::from_name(self.rail.name()).filter(|_| !self.is_immediate())
    }

    /// Returns pay's operation for this sale.
    pub fn op(&self) -> &'static str {
        if self.is_immediate() { SETTLE } else { CHECKOUT }
    }

    /// Returns the fact of pay's operation: `amount`, `currency`, `seller`, `service`, `kind`, `fair` (the manifest),
    /// `follows`, for a checkout `rail`, and, if known, `quoted`, `free_at` (milliseconds since 1970) and `about`.
    pub fn fact(&self) -> Result<Fact, FactError> {
        let id = |text: &str| IdText::parse(text).map(FactValue::from).ok();
        let mut members = vec![
            ("amount", Some(FactValue::from(self.amount.get()))),
            ("currency", id(self.currency.code())),
            ("seller", id(self.seller.as_str())),
            ("service", Some(self.service.clone().into())),
            ("kind", Some(self.kind.clone().into())),
            ("fair", Some(IdText::from_digest(&self.manifest.digest()).into())),
            ("follows", Some(IdText::from_digest(&self.follows).into())),
        ];
        if !self.is_immediate() {
            members.push(("rail", id(self.rail.as_str())));
        }
        let time = |at: Timestamp| FactValue::from(at.as_millis());
        let terms = [
            ("quoted", self.quoted.map(time)),
            ("free_at", self.release.free_at.map(time)),
            ("about", self.release.about.clone().map(FactValue::from)),
        ];
        members.extend(terms.into_iter().filter(|(_, value)| value.is_some()));
        // Currencies and DIDs are ids; a reader of the fact would miss one that is not.
        Fact::new(members.into_iter().filter_map(|(key, value)| Some((key, value?))))
    }
}

/// Returns the time of the quote for a request: the one in its proof or, if nothing is signed yet, now. A malformed
/// proof has none; entering it reports the mistake.
pub fn quoted_by(node: &Node, headers: &HeaderMap) -> Option<Timestamp> {
    let Some(proof) = headers.get(imajin_app::command_request::PROOF) else {
        return Some(node.now());
    };
    let proof = Proof::parse(proof.to_str().ok()?).ok()?;
    quoted(proof.payload.fact.as_ref()?).ok()?
}

/// Returns the time of the quote in a fact ([`Terms::quoted`]), if it has one.
pub fn quoted(fact: &Fact) -> Result<Option<Timestamp>, Refusal> {
    let at = fact.int("quoted").map(Timestamp::from_millis).transpose();
    at.map_err(|error| Refusal::new(RefusalKind::BadRequest, format!("{error}.")).field("quoted"))
}

/// Returns the memo that a payer writes into an e-transfer, so that the payee can identify the payment: the last 40
/// bits of its id, which are random. Two pending payments never have the same memo.
pub fn memo(payment: &str) -> String {
    let random = payment.split('_').nth(1).unwrap_or(payment);
    let from = random.len().saturating_sub(MEMO_DIGITS);
    let short = random.get(from..).unwrap_or(random);
    format!("IMJ-{}", short.to_ascii_uppercase())
}

/// Number of hexadecimal digits of a memo.
const MEMO_DIGITS: usize = 10;
