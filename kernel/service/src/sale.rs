//! Selling: how an app has its sales paid by the service that moves money (pay), and how it is told of those that are
//! paid later. Both sides are here, since neither app knows the other.
//!
//! Always: who gets what is pinned before anybody agrees (`follows`), and a sale from credit, or of what is free, is one
//! operation with what is sold: both or neither.
//!
//! | when | the seller's app | what happens |
//! |---|---|---|
//! | somebody looks | `node.cashier()?.quote(node, &Offer)`, its `quoted` from [`quoted_by`] | who would get what; the fact's `seller`, `fair`, `follows`; whom a proof names in `to` |
//! | before submitting | `cashier.prepare(node, &Sale)` in [`crate::Service::prepare`]; into `args` | the node signs what it will attest |
//! | in `decide` | [`Sale::ask`] | `ledger`: all of the payment, in this operation. Else: it is waited for |
//! | after it | `cashier.open(node, payment, …)` where the rail wants it | the address of the page where the buyer pays |
//! | what is sold lasts longer | [`hold_longer`] in `decide` | its parts that are still held stay so until then |
//! | what is sold is void | [`give_back`] in `decide` | from the parts that are held; once they are free, from the seller's balance, or 402 |
//! | given up | `cashier.give_all_back(node, payment)` | what is left of it goes back, once; [`Back`] says how far that is |
//! | paid later | [`Fulfilment::fulfil`] | told at least once; what it does has its effect once |
//!
//! An operation that sells lists [`SALE`] in its derivations, one that gives money back [`REFUND`], one that moves the end
//! of what is sold [`LATER`].
//!
//! Parts of a sale are *held* until what was sold is delivered ([`Release`]): they show as coming, cannot be spent, and pay
//! for giving back. Once free they are final.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use axum::http::HeaderMap;
use imajin_dfos::{Timestamp, Value};
use imajin_ledger::{Decide, Derivation, Place, Refusal, RefusalKind, TypedCommand, ops};
use imajin_protocol::fact::FactError;
use imajin_protocol::fair::{Digest, Manifest};
use imajin_protocol::{Currency, Did, Fact, FactValue, IdText, Minor, Ppm, Proof};
use serde_json::Value as Json;

use crate::node::Node;
use crate::problem::Problem;

/// The service that decides what is asked here.
const PAY: &str = "pay";
/// Pays from credit on this node, or nothing for what is free.
pub const SETTLE: &str = "pay.settle";
/// Begins a payment that comes from outside.
pub const CHECKOUT: &str = "pay.checkout";
/// Gives a payment back.
pub const GIVE_BACK: &str = "pay.refund";

const fn follows(op: &'static str, place: Place, at_most: u32) -> Derivation {
    Derivation {
        op,
        place,
        at_most,
        equal: &[],
    }
}

/// A payment's receipt, in the logs of payer and seller.
pub const RECEIPT: Derivation = follows("pay.receipt", Place::Parties, 1);
/// Credit on the node that changed.
pub const CREDIT: Derivation = follows("pay.credit", Place::Parties, 1);
/// The node's books.
pub const POSTED: Derivation = follows("pay.posted", Place::Node, 1);
/// What the node attests of a payment: `transaction.settled` of both, `customer` of the payer.
pub const ATTESTED: Derivation = follows(ops::ATTESTATION_RECEIVED, Place::Parties, 2);
/// The payer's payment is awaited.
pub const PENDING: Derivation = follows("pay.pending", Place::Parties, 1);
/// A payment to the seller is awaited.
pub const EXPECTED: Derivation = follows("pay.expected", Place::Parties, 1);
/// The node's books: a payment is waited for.
pub const HELD: Derivation = follows("pay.held", Place::Node, 1);
/// The payer gets it back.
pub const REFUNDED: Derivation = follows("pay.refunded", Place::Parties, 1);
/// What somebody owes another for a payment that never passed through the node changed.
pub const OWED: Derivation = follows("pay.owed", Place::Parties, 1);
/// The node's books: what is sold ends later than its buyers were told.
pub const LATER: Derivation = follows("pay.later", Place::Node, 1);

/// What an operation that sells may derive, on whichever rail.
pub const SALE: [Derivation; 7] = [RECEIPT, CREDIT, POSTED, ATTESTED, PENDING, EXPECTED, HELD];
/// What one that gives a payment back may derive.
pub const REFUND: [Derivation; 4] = [REFUNDED, CREDIT, POSTED, OWED];

/// A future that a trait object gives.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// By which way the money comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rail {
    /// Credit on this node; nothing, where it is free.
    Ledger,
    /// An e-transfer from bank to bank, confirmed by the seller.
    Emt,
    /// A card, by way of Stripe.
    Stripe,
}

impl Rail {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ledger => "ledger",
            Self::Emt => "emt",
            Self::Stripe => "stripe",
        }
    }

    /// The rail of this name; `free` is the ledger's.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "ledger" | "free" => Some(Self::Ledger),
            "emt" => Some(Self::Emt),
            "stripe" => Some(Self::Stripe),
            _ => None,
        }
    }
}

/// The longest that parts of a sale are held after it was paid, whatever its seller says: 400 days.
pub const HELD_MS_MAX: i64 = 400 * 24 * 3600 * 1000;

/// When the parts of a sale become free to spend. The default: as soon as the selling app says that it is fulfilled.
/// Payments by card are held for the owner's `card_hold_days` besides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Release {
    /// Not before this time; at most [`HELD_MS_MAX`] after the payment.
    pub free_at: Option<Timestamp>,
    /// What the time depends on, such as an event's DID: the name under which [`hold_longer`] reports a later one.
    pub about: Option<IdText>,
}

/// What somebody might buy: before it is known who gets what.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Who would pay.
    pub payer: Did,
    /// How much in all, in minor units.
    pub amount: Minor,
    /// Of which currency.
    pub currency: Currency,
    /// Which service sells; the one whose [`Fulfilment`] is asked.
    pub service: IdText,
    /// What is sold: `ticket`.
    pub kind: IdText,
    /// The seller's signed .fair manifest.
    pub manifest: Manifest,
    /// How it would be paid.
    pub rail: Rail,
    /// When the payer was shown who gets what, as [`quoted_by`] reads it from their request; none: now.
    pub quoted: Option<Timestamp>,
}

/// What an offer comes to.
#[derive(Debug, Clone)]
pub struct Quote {
    /// Who sells: whose signature is under the manifest.
    pub seller: Did,
    /// All manifests that the money follows.
    pub follows: Digest,
    /// What each gets.
    pub recipients: Vec<(Did, Minor)>,
    /// Every level of every manifest, as a receipt shows it.
    pub division: Json,
    /// In whose logs the payment writes, besides the payer's: a proof names them all in `to`.
    pub to: BTreeSet<Did>,
}

/// What a payer agrees to. All of it stands in the fact of what they sign.
#[derive(Debug, Clone)]
pub struct Terms {
    /// How much in all.
    pub amount: Minor,
    /// Of which currency.
    pub currency: Currency,
    /// Who sells.
    pub seller: Did,
    /// Which service sells.
    pub service: IdText,
    /// What is sold.
    pub kind: IdText,
    /// The seller's signed manifest.
    pub manifest: Manifest,
    /// All manifests that the money follows.
    pub follows: Digest,
    /// How it is paid.
    pub rail: Rail,
    /// When its parts become free.
    pub release: Release,
    /// When its payer was shown who gets what: manifests count as they were then, for an hour. None: as they are now.
    pub quoted: Option<Timestamp>,
}

/// A sale: what its payer agreed to.
#[derive(Debug, Clone)]
pub struct Sale {
    /// Who pays: the author of the operation that sells.
    pub payer: Did,
    /// For what.
    pub terms: Terms,
}

/// What became of a sale in `decide`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// The payment's id, the same for ever.
    pub payment: IdText,
    /// Whether it is paid, by this very operation.
    pub paid: bool,
    /// Until when it is waited for; none where it is paid.
    pub until: Option<Timestamp>,
}

impl Offer {
    /// The terms, once it is known who gets what.
    pub fn terms(&self, quote: &Quote) -> Terms {
        Terms {
            amount: self.amount,
            currency: self.currency,
            seller: quote.seller.clone(),
            service: self.service.clone(),
            kind: self.kind.clone(),
            manifest: self.manifest.clone(),
            follows: quote.follows,
            rail: self.rail,
            release: Release::default(),
            quoted: self.quoted,
        }
    }
}

impl Terms {
    /// Whether it is paid at once, within the operation that sells. What is free always is.
    pub fn is_immediate(&self) -> bool {
        self.rail == Rail::Ledger || self.amount.is_zero()
    }

    /// The operation of pay that this is.
    pub fn op(&self) -> &'static str {
        match self.is_immediate() {
            true => SETTLE,
            false => CHECKOUT,
        }
    }

    /// The fact of that operation: `amount`, `currency`, `seller`, `service`, `kind`, `fair` (the manifest), `follows`, of
    /// a checkout `rail`, and where they are known `quoted`, `free_at` (milliseconds) and `about`.
    pub fn fact(&self) -> Result<Fact, FactError> {
        let id = |text: &str| IdText::parse(text).map(FactValue::from).ok();
        let mut members = vec![
            ("amount", Some(FactValue::from(self.amount.get()))),
            ("currency", id(self.currency.code())),
            ("seller", id(self.seller.as_str())),
            ("service", Some(self.service.clone().into())),
            ("kind", Some(self.kind.clone().into())),
            (
                "fair",
                Some(IdText::from_digest(&self.manifest.digest()).into()),
            ),
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
        // Currencies and DIDs are ids; one that were not would be missed by whoever reads the fact.
        Fact::new(
            members
                .into_iter()
                .filter_map(|(key, value)| Some((key, value?))),
        )
    }
}

/// The time of the quote that a request goes by: what its proof pins, or, where nothing is signed yet, now. A malformed
/// proof pins none; entering it says what is wrong.
pub fn quoted_by(node: &Node, headers: &HeaderMap) -> Option<Timestamp> {
    let Some(proof) = headers.get(crate::commands::PROOF) else {
        return Some(node.now());
    };
    let proof = Proof::parse(proof.to_str().ok()?).ok()?;
    quoted(proof.payload.fact.as_ref()?).ok()?
}

/// The time of the quote that a fact pins ([`Terms::quoted`]), where it does.
pub fn quoted(fact: &Fact) -> Result<Option<Timestamp>, Refusal> {
    let at = fact.int("quoted").map(Timestamp::from_millis).transpose();
    at.map_err(|error| Refusal::new(RefusalKind::BadRequest, format!("{error}.")).field("quoted"))
}

impl Sale {
    /// Has it paid, or waited for, within the operation that is being decided. `args` are what
    /// [`Cashier::prepare`] gave for this very sale.
    pub fn ask(&self, ctx: &mut Decide<'_>, args: Json) -> Result<Begun, Refusal> {
        let manifest = Value::from(self.terms.manifest.text());
        let stored = |error: FactError| Refusal::new(RefusalKind::Stored, error.to_string());
        let command = TypedCommand {
            did: self.payer.clone(),
            op: self.terms.op().to_owned(),
            reference: None,
            body: Some(Value::map([("manifest", manifest)])),
            fact: Some(self.terms.fact().map_err(stored)?),
            args,
        };
        Begun::of(&ctx.ask(PAY, command)?)
    }
}

impl Begun {
    fn of(reply: &Json) -> Result<Self, Refusal> {
        let stored = || Refusal::new(RefusalKind::Stored, "pay did not say which payment it is");
        let payment = reply["payment"].as_str().ok_or_else(stored)?;
        Ok(Self {
            payment: IdText::parse(payment).map_err(|_| stored())?,
            paid: reply["paid"] == true,
            until: reply["until"]
                .as_i64()
                .and_then(|millis| Timestamp::from_millis(millis).ok()),
        })
    }
}

/// Gives a payment back, in part or whole, within the operation that is being decided, since what was sold for it is void.
/// Its seller is the operation's author. While the payment's parts are held they pay for it; once they are free the
/// seller's own balance does, and a balance that does not cover it is refused (402). Of an e-transfer, which goes back
/// from bank to bank, the others' held parts return to the seller and debts for it end.
pub fn give_back(
    ctx: &mut Decide<'_>,
    seller: &Did,
    payment: &IdText,
    amount: Minor,
    currency: Currency,
) -> Result<(), Refusal> {
    let stored = |error: String| Refusal::new(RefusalKind::Stored, error);
    let code = IdText::parse(currency.code()).map_err(|error| stored(error.to_string()))?;
    let members = [
        ("amount", FactValue::from(amount.get())),
        ("currency", code.into()),
    ];
    let command = TypedCommand {
        did: seller.clone(),
        op: GIVE_BACK.to_owned(),
        reference: Some(payment.clone()),
        body: Some(Value::Map(Default::default())),
        fact: Some(Fact::new(members).map_err(|error| stored(error.to_string()))?),
        args: Json::Null,
    };
    ctx.ask(PAY, command).map(drop)
}

/// Reports, within the operation that is being decided, that what was sold under a name ([`Release::about`]) ends later:
/// parts that are still held stay so until `free_at`, at most [`HELD_MS_MAX`] after each payment, also those of later
/// sales. An earlier time changes nothing. The operation lists [`LATER`]; a proof of it names the node in `to`.
pub fn hold_longer(
    ctx: &mut Decide<'_>,
    author: &Did,
    about: &IdText,
    free_at: Timestamp,
) -> Result<(), Refusal> {
    let members = [("free_at", FactValue::from(free_at.as_millis()))];
    let fact =
        Fact::new(members).map_err(|error| Refusal::new(RefusalKind::Stored, error.to_string()))?;
    let command = TypedCommand {
        did: author.clone(),
        op: LATER.op.to_owned(),
        reference: Some(about.clone()),
        body: None,
        fact: Some(fact),
        args: Json::Null,
    };
    ctx.ask(PAY, command).map(drop)
}

/// What a payer writes into an e-transfer, so that the payee knows which payment it is: the last 40 bits of its id, which
/// are random. Two payments that are waited for never have the same.
pub fn memo(payment: &str) -> String {
    let random = payment.split('_').nth(1).unwrap_or(payment);
    let from = random.len().saturating_sub(MEMO_DIGITS);
    let short = random.get(from..).unwrap_or(random);
    format!("IMJ-{}", short.to_ascii_uppercase())
}

/// Hexadecimal digits of a memo.
const MEMO_DIGITS: usize = 10;

/// How far the giving back of a payment is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Back {
    /// Who paid, and gets it back.
    pub payer: Did,
    /// The way it came, and goes back: a rail's name, or `free`.
    pub rail: String,
    /// Of which currency.
    pub currency: Currency,
    /// What was paid.
    pub gross: Minor,
    /// What of it is given back, by the books.
    pub back: Minor,
    /// What of that the provider has not done yet.
    pub waiting: Minor,
    /// What the provider could not give back: it is the payer's credit on this node.
    pub kept: Minor,
    /// When its parts become free; none where they are, or where nobody can say yet (`is_held` tells which).
    pub free_at: Option<Timestamp>,
    /// Whether its parts are held, so that giving back needs nobody's balance.
    pub is_held: bool,
}

/// Where a provider's page sends the buyer afterwards, and what it says is bought.
#[derive(Debug, Clone)]
pub struct Counter {
    /// In a few words, for the provider's page.
    pub title: String,
    /// Where to when it is paid.
    pub success_url: String,
    /// Where to when not.
    pub cancel_url: String,
    /// Whom the provider writes to.
    pub email: Option<String>,
}

/// The page where the buyer pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The provider's name for it.
    pub session: String,
    /// Its address.
    pub url: String,
    /// Until when.
    pub until: Timestamp,
}

/// What this node takes of a payment, as shares of the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fees {
    /// The network's.
    pub network: Ppm,
    /// The node's own.
    pub node: Ppm,
    /// What goes back to the buyer as credit.
    pub buyer_credit: Ppm,
}

/// What apps ask of the service that moves money.
pub trait Cashier: Send + Sync {
    /// A manifest that somebody published here, by its digest.
    fn manifest(&self, node: &Node, digest: &Digest) -> Result<Option<Manifest>, Problem>;
    /// The fees now, and those that are announced, with their time.
    fn fees(&self, node: &Node) -> Result<(Fees, Option<(Fees, Timestamp)>), Problem>;
    /// What an offer comes to now.
    fn quote(&self, node: &Node, offer: &Offer) -> Result<Quote, Problem>;
    /// What `decide` needs of this sale and cannot make: the payment's id, and what the node signs of it. Refuses (503)
    /// while nothing may be sold here.
    fn prepare(&self, node: &Node, sale: &Sale) -> Result<Json, Problem>;
    /// Opens the page where a payment that is waited for is paid. Asked again, it is the same page.
    fn open<'a>(
        &'a self,
        node: &'a Node,
        payment: &'a IdText,
        counter: &'a Counter,
    ) -> Later<'a, Result<Opened, Problem>>;
    /// Gives back all that is left of a payment, the way it came: the node's own word, for what was sold and is void, by the
    /// signed will of its seller or of the node's owner. It comes from the held parts; 402 where they are free already and
    /// the seller's balance does not cover it. Asked again, nothing more happens.
    fn give_all_back<'a>(
        &'a self,
        node: &'a Node,
        payment: &'a IdText,
    ) -> Later<'a, Result<(), Problem>>;
    /// How far the giving back of a payment is; none for one that is not known.
    fn back(&self, node: &Node, payment: &str) -> Result<Option<Back>, Problem>;
}

/// A payment that came.
#[derive(Debug, Clone)]
pub struct Paid {
    /// Its id, as [`Begun`] said.
    pub payment: IdText,
    /// Who paid.
    pub payer: Did,
    /// Whom.
    pub seller: Did,
    /// How much.
    pub amount: Minor,
    /// Of which currency.
    pub currency: Currency,
    /// What was sold.
    pub kind: IdText,
}

/// What an app did with a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fulfilled {
    /// What was paid for is done, now or before.
    Done,
    /// It cannot be done any more: pay gives the money back, all of it, the way it came.
    Impossible,
}

/// What an app does when something that it sold is paid later.
pub trait Fulfilment: Send + Sync {
    /// Does what was paid for. Called at least once for each payment that came after its operation, also after a
    /// restart: an app has its own entry for it, by the payment's id, and finds there what it did before.
    fn fulfil<'a>(
        &'a self,
        node: &'a Node,
        paid: &'a Paid,
    ) -> Later<'a, Result<Fulfilled, Problem>>;
    /// A payment was given back by somebody else than this app (its seller at the cashier's, or the payer's bank after
    /// a dispute), and nothing of it is left. At least once, like [`Fulfilment::fulfil`].
    fn given_back<'a>(&'a self, node: &'a Node, paid: &'a Paid) -> Later<'a, Result<(), Problem>> {
        let _ = (node, paid);
        Box::pin(async { Ok(()) })
    }
}
