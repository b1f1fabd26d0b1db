//! The two capabilities of selling: [`Cashier`] of the app that moves money, [`Fulfilment`] of each app that sells.

use std::future::Future;
use std::pin::Pin;

use imajin_app::{Answer, Node, Problem, Zone};
use imajin_dfos::Timestamp;
use imajin_ledger::Receipt;
use imajin_protocol::fair::{Digest, Manifest};
use imajin_protocol::{Currency, Did, IdText, Minor, Ppm};
use serde_json::Value as Json;

use crate::{Offer, Quote, Rail, Sale, StartedPayment};

/// A future returned by a trait object.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The progress of a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundProgress {
    /// The payer, who gets the refund.
    pub payer: Did,
    /// The seller.
    pub seller: Did,
    /// The way of the payment and of its refund: a rail's name, or `free`.
    pub rail: String,
    /// The currency.
    pub currency: Currency,
    /// The amount paid.
    pub gross: Minor,
    /// The amount refunded, by the books.
    pub back: Minor,
    /// The part of an e-transfer's refund that the seller states to have sent.
    pub sent: Minor,
    /// The part of the refund that the payment provider has not made yet.
    pub waiting: Minor,
    /// The part that the provider could not refund: it is the payer's credit on this node.
    pub kept: Minor,
    /// Time when the payment's parts become free; `None` if they are free, or the time is unknown (`is_held` tells
    /// which).
    pub free_at: Option<Timestamp>,
    /// Whether the payment's parts are held, so that they fund a refund and no other balance is needed.
    pub is_held: bool,
}

/// The app that notifies the payer of a refund, so that they get one notice for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Teller {
    /// The app that moves money.
    Cashier,
    /// The selling app, in its notice of what became void.
    Seller,
}

/// Texts and addresses for a provider's payment page.
#[derive(Debug, Clone)]
pub struct Counter {
    /// A short description of the goods.
    pub title: String,
    /// The address to which the page sends the buyer after paying.
    pub success_url: String,
    /// The address to which the page sends a buyer who does not pay.
    pub cancel_url: String,
    /// The address for the provider's e-mail.
    pub email: Option<String>,
}

/// A provider's payment page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentPage {
    /// The provider's id for the page.
    pub session: String,
    /// The page's address.
    pub url: String,
    /// Time when the page expires.
    pub until: Timestamp,
}

/// The fees on this node, as shares of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fees {
    /// The network's fee.
    pub network: Ppm,
    /// The node's fee.
    pub node: Ppm,
    /// The share that returns to the buyer as credit.
    pub buyer_credit: Ppm,
}

/// The app that moves money, as selling apps see it.
pub trait Cashier: Send + Sync {
    /// Returns the path of the page that shows people their money.
    fn page(&self) -> &'static str;
    /// Returns the path of the page where a seller states how buyers can pay them.
    fn details_page(&self) -> &'static str;
    /// Returns the path of the page that tells a buyer how to make a pending payment, and by when.
    fn payment_page(&self, payment: &str) -> String;
    /// Returns the rails by which this node can take a payment for a seller now: no card without a provider, and no
    /// transfer without payment details.
    fn rails(&self, node: &Node, seller: &Did) -> Answer<Vec<Rail>>;
    /// Refuses a price that this node's card provider can't charge.
    fn check_price(&self, amount: Minor, currency: Currency) -> Answer<()>;
    /// Returns a manifest that is published on this node, by its digest.
    fn manifest(&self, node: &Node, digest: &Digest) -> Answer<Option<Manifest>>;
    /// Returns the path at which a published manifest is, exactly as it was signed.
    fn manifest_path(&self, digest: &Digest) -> String;
    /// Returns the current fees, and the announced ones with their time.
    fn fees(&self, node: &Node) -> Answer<(Fees, Option<(Fees, Timestamp)>)>;
    /// Returns the division of an offer as of now.
    fn quote(&self, node: &Node, offer: &Offer) -> Answer<Quote>;
    /// Prepares the arguments that `decide` needs for this sale and cannot make: the payment's id, and the node's
    /// signatures. Refuses (503) while this node may not sell.
    fn prepare(&self, node: &Node, sale: &Sale) -> Answer<Json>;
    /// Returns the payment that an operation began, as it is now; `None` if it began none. So the answer to a proof that
    /// is sent again is that to the first.
    fn begun(&self, node: &Node, receipt: &Receipt) -> Answer<Option<StartedPayment>>;
    /// Opens the page for paying a pending payment. A repeated call returns the same page.
    fn open<'a>(
        &'a self,
        node: &'a Node,
        payment: &'a IdText,
        counter: &'a Counter,
    ) -> Later<'a, Answer<PaymentPage>>;
    /// Refunds a payment, the way it came, until `total` of it went back in all, at most what was paid: the node's own
    /// entry, for what is void by the signed will of the seller or of the node's owner, or due to the payer of a seller
    /// who left. The held parts fund it; 402 if they are free already and the seller's balance is too small. A repeated
    /// call has no further effect.
    fn give_back_up_to<'a>(
        &'a self,
        node: &'a Node,
        payment: &'a IdText,
        total: Minor,
        teller: Teller,
    ) -> Later<'a, Answer<()>>;
    /// Refunds all that is left of a payment, as [`Cashier::give_back_up_to`] does.
    fn give_all_back<'a>(
        &'a self,
        node: &'a Node,
        payment: &'a IdText,
        teller: Teller,
    ) -> Later<'a, Answer<()>> {
        self.give_back_up_to(node, payment, Minor::MAX, teller)
    }
    /// Returns the progress of a payment's refund; `None` for an unknown payment.
    fn back(&self, node: &Node, payment: &str) -> Answer<Option<RefundProgress>>;
}

/// A payment that arrived.
#[derive(Debug, Clone)]
pub struct Paid {
    /// The payment's id, from [`StartedPayment`].
    pub payment: IdText,
    /// The payer.
    pub payer: Did,
    /// The seller.
    pub seller: Did,
    /// The amount.
    pub amount: Minor,
    /// The currency.
    pub currency: Currency,
    /// The kind of goods.
    pub kind: IdText,
}

/// The result of fulfilling a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fulfilled {
    /// The goods are delivered, now or before.
    Done,
    /// The goods cannot be delivered any more: pay refunds the whole payment, the way it came.
    Impossible,
}

/// The delivery of sales that are paid later.
pub trait Fulfilment: Send + Sync {
    /// Delivers paid goods. pay calls this at least once for each payment that arrives after its operation, even after
    /// a restart: the app enters its own entry with the payment's id, and finds there whether it delivered before.
    fn fulfil<'a>(&'a self, node: &'a Node, paid: &'a Paid) -> Later<'a, Answer<Fulfilled>>;
    /// Handles a refund of all of a payment that this app did not make: by the seller at the cashier's, or by the
    /// payer's bank after a dispute. Called at least once, like [`Fulfilment::fulfil`].
    fn given_back<'a>(&'a self, node: &'a Node, paid: &'a Paid) -> Later<'a, Answer<()>> {
        let _ = (node, paid);
        Box::pin(async { Ok(()) })
    }
    /// Whether this app notifies the payer when the seller refunds a payment completely elsewhere, through the entries
    /// that [`Fulfilment::given_back`] makes. The cashier then doesn't notify them of the money.
    fn tells_payer(
        &self,
        node: &Node,
        payment: &str,
        (payer, seller): (&Did, &Did),
    ) -> Answer<bool> {
        let _ = (node, payment, payer, seller);
        Ok(false)
    }
    /// Returns the time zone of the goods, in which the payment's deadline is shown: an event's. Most goods have none.
    fn zone(
        &self,
        node: &Node,
        payment: &str,
        (payer, seller): (&Did, &Did),
    ) -> Answer<Option<Zone>> {
        let _ = (node, payment, payer, seller);
        Ok(None)
    }
    /// Returns the current title of the goods: an event's, a course's. `None` if they have none any more.
    fn title(&self, node: &Node, payment: &str, seller: &Did) -> Answer<Option<String>> {
        let _ = (node, payment, seller);
        Ok(None)
    }
}

/// Returns the app that moves money.
///
/// # Errors
/// 503 if this node does not run one.
pub fn cashier(node: &Node) -> Answer<&dyn Cashier> {
    node.get::<dyn Cashier>().ok_or_else(|| {
        Problem::unavailable("This box moves no money: it runs without the service pay.")
    })
}
