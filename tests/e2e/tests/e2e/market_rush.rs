//! Ten times as many orders as pieces, by many people at once, on a node that is killed again and again.

use std::sync::atomic::{AtomicUsize, Ordering};

use imajin_e2e::data_folder;
use imajin_e2e::market_orders::PIECE;
use imajin_e2e::prelude::*;
use imajin_e2e::stripe::{SECRET, Stripe, signature};
use imajin_protocol::fair::Digest;
use parking_lot::Mutex;

use crate::cards::{now_s, options, tell};

/// Number of orders that each of several people tries at the same time as the others.
const TRIES: usize = 20;
/// Number of people: a quarter of `IMAJIN_BUYERS` where that is set.
const BUYERS: usize = 5;

/// A seller of a few pieces, and people who all want them.
struct Rush {
    ada: Person,
    fair: Digest,
    buyers: Vec<Person>,
    /// The number of answered orders of each buyer.
    tries: Vec<AtomicUsize>,
}

impl Rush {
    fn new(node: &Node) -> Self {
        let buyers = std::env::var("IMAJIN_BUYERS");
        let count = buyers.map_or(BUYERS, |number| number.parse::<usize>().unwrap() / 4);
        let ada = Person::new(&node.url);
        let pieces = count * TRIES / 10;
        Self {
            fair: ada.sell_listing(&json!({ "returns": 0, "quantity": pieces })),
            ada,
            buyers: (0..count).map(|_| Person::new(&node.url)).collect(),
            tries: (0..count).map(|_| AtomicUsize::new(0)).collect(),
        }
    }

    fn pieces(&self) -> usize {
        self.buyers.len() * TRIES / 10
    }

    fn price(&self) -> i64 {
        i64::try_from(self.pieces()).unwrap() * PIECE
    }

    fn answered(&self) -> usize {
        let tries = self.tries.iter();
        tries.map(|one| one.load(Ordering::Relaxed)).sum()
    }

    /// Has all buyers order until they tried often enough, or the node dies.
    fn order_all(&self, url: &str, order: &(impl Fn(&Person) -> Outcome<()> + Sync)) {
        std::thread::scope(|scope| {
            for (buyer, tries) in self.buyers.iter().zip(&self.tries) {
                let buyer = buyer.at(url);
                scope.spawn(move || {
                    while tries.load(Ordering::Relaxed) < TRIES {
                        match order(&buyer) {
                            Ok(()) | Err(ClientError::Refused { status: 409, .. }) => {
                                tries.fetch_add(1, Ordering::Relaxed);
                            }
                            // The outcome is unknown, and the node is gone.
                            Err(_) => return,
                        }
                    }
                });
            }
        });
    }

    /// Has all buyers order, and kills the node meanwhile: once for each five pieces. Returns the last one.
    fn survive(
        &self,
        mut node: Node,
        options: &NodeOptions,
        order: &(impl Fn(&Person) -> Outcome<()> + Sync),
    ) -> Node {
        let data = node.data.clone();
        for kill in 0..u64::try_from(self.pieces() / 5).unwrap() {
            let (url, before) = (node.url.clone(), self.answered());
            std::thread::scope(|scope| {
                let orders = scope.spawn(|| self.order_all(&url, order));
                until("an order is answered", || self.answered() > before || orders.is_finished());
                // At varying times: in the middle of an order, of a journal, of a batch.
                std::thread::sleep(Duration::from_millis(kill * 37 % 200));
                node.kill();
                orders.join().expect("the buyers");
            });
            node = Node::start_with(&data, options);
        }
        self.order_all(&node.url, order);
        node
    }

    /// Returns the number of paid orders of all buyers.
    fn paid(&self, node: &Node) -> usize {
        let buyers = self.buyers.iter();
        let orders = buyers.flat_map(|buyer| buyer.at(&node.url).orders("buyer"));
        orders.filter(|order| order["state"] == "paid").count()
    }
}

#[test]
fn ten_times_as_many_orders_as_pieces_sell_each_once_whatever_is_killed() {
    let (folder, node) = Node::fresh();
    let rush = Rush::new(&node);
    let owner = Person::claim(&node, folder.path());
    let funded = i64::try_from(TRIES).unwrap() * PIECE;
    for buyer in &rush.buyers {
        owner.fund(buyer, funded);
    }
    let cash = json!({ "returns": 0 });
    let node = rush.survive(node, &NodeOptions::default(), &|buyer: &Person| {
        buyer.order_as(&rush.ada, rush.fair, &cash).map(drop)
    });
    let credit = |person: &Person| person.at(&node.url).credit();
    let total = i64::try_from(rush.buyers.len()).unwrap() * funded;
    let left: i64 = rush.buyers.iter().map(credit).sum();
    let price = credit(&rush.ada);
    assert_eq!(price, rush.price(), "all were sold, each once");
    assert_eq!(left + price, total, "nothing was lost or made");
    assert_eq!(rush.paid(&node), rush.pieces());
    node.check_records(&[rush.ada.did(), rush.buyers[0].did()]);
}

/// A payment on the provider's page, and what the provider tells the node of it.
struct CardPayment {
    buyer: Person,
    id: String,
    event: String,
}

impl CardPayment {
    fn tell(&self, url: &str) -> Option<u16> {
        tell(url, &self.event, &signature(now_s(), &self.event, SECRET))
    }

    /// Tells the node until it knows of the payment, and waits for the order.
    fn settle(&self, url: &str) {
        until("the node takes what it is told", || self.tell(url) == Some(200));
        let buyer = self.buyer.at(url);
        until("the order is paid", || buyer.order_by(&self.id)["state"] == "paid");
    }
}

/// Cards at a stand-in for the provider.
struct Cards {
    stripe: Stripe,
    payments: Mutex<Vec<CardPayment>>,
}

impl Cards {
    /// Orders a piece and pays it. The provider tells the node once, which may be gone by then.
    fn order(&self, rush: &Rush, buyer: &Person) -> Outcome<()> {
        let order = || match buyer.order_by_card(&rush.ada, rush.fair) {
            // A node that just started asks its provider first what was sold meanwhile.
            Err(ClientError::Refused { status: 503, .. }) => None,
            outcome => Some(outcome),
        };
        let opened = until_some("the node takes cards", order)?;
        let text = |name: &str| opened[name].as_str().expect("a text").to_owned();
        let page = text("url");
        let (_, session) = page.rsplit_once('/').expect("an address");
        let session = self.stripe.pay(session);
        let payment = CardPayment {
            buyer: buyer.clone(),
            id: text("payment"),
            event: self.stripe.event("checkout.session.completed", &session),
        };
        let _ = payment.tell(buyer.client.address());
        self.payments.lock().push(payment);
        Ok(())
    }
}

/// Calls off the orders that a buyer never saw a page of, so that others get their pieces.
fn call_off_promises(buyer: &Person, ada: &Person) {
    let orders = buyer.orders("buyer").into_iter();
    for order in orders.filter(|order| order["state"] == "promised") {
        let payment = order["payment"].as_str().expect("an id");
        buyer.cancel_order(payment, (ada, buyer)).unwrap();
    }
}

#[test]
fn ten_times_as_many_cards_as_pieces_pay_each_once_whatever_is_killed() {
    let stripe = Stripe::start(now_s());
    let (_folder, data) = data_folder();
    let options = options(&stripe);
    let node = Node::start_with(&data, &options);
    let rush = Rush::new(&node);
    let cards = Cards { stripe, payments: Mutex::default() };
    let order = |buyer: &Person| cards.order(&rush, buyer);
    let node = rush.survive(node, &options, &order);
    for payment in cards.payments.lock().iter() {
        payment.settle(&node.url);
    }
    for buyer in &rush.buyers {
        call_off_promises(&buyer.at(&node.url), &rush.ada);
    }
    let mut buyers = rush.buyers.iter().cycle();
    let refusal = loop {
        let buyer = buyers.next().expect("a buyer").at(&node.url);
        match cards.order(&rush, &buyer) {
            Ok(()) => cards.payments.lock().last().unwrap().settle(&node.url),
            Err(refusal) => break refusal,
        }
    };
    assert!(
        matches!(&refusal, ClientError::Refused { problem, .. } if problem["reason"] == "sold"),
        "{refusal:?}"
    );
    assert_eq!(rush.paid(&node), rush.pieces(), "all were sold, each once");
    assert_eq!(cards.payments.lock().len(), rush.pieces());
    // The provider has the money of these orders and no other, and the seller is to get all of it.
    assert_eq!(cards.stripe.balance(), rush.price());
    assert_eq!(rush.ada.at(&node.url).coming(), rush.price());
    let own = node.did.clone();
    node.check_records(&[rush.ada.did(), rush.buyers[0].did(), &own]);
}
