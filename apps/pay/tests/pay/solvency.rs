//! Random histories of everything that touches money, through the real service, with a provider that refuses, disputes,
//! loses its answers and takes money back. After every step the node owes exactly the money that came in and is still
//! there. `IMAJIN_PAY_SEEDS` is the number of histories (2), `IMAJIN_SEED` the seed of the first (1).

mod steps;

use rusqlite::{Connection, params};

use crate::cards::{World, pay, world_with};
use crate::prelude::*;
use crate::stall::Stall;
use crate::support::close_with;

/// A reproducible random sequence.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    /// Returns one of `many` indices; `None` if there are none.
    fn index(&mut self, many: usize) -> Option<usize> {
        (many > 0).then(|| self.next(many as u64) as usize)
    }
}

/// A payment by card at the provider.
struct Card {
    session: Json,
    payment: String,
    amount: i64,
    is_sale: bool,
    /// The payment's disputes (id, amount), and whether they are open.
    disputes: Vec<(String, i64, bool)>,
}

struct StallSale {
    payment: String,
    /// Whether the stall sold it, which can make it void.
    by_stall: bool,
}

/// The events so far, as the test saw them.
struct History {
    world: World,
    dice: Dice,
    /// Amounts that the owner's bank received, reversed and sent.
    came: i64,
    reversed: i64,
    paid_out: i64,
    cards: Vec<Card>,
    sold: Vec<StallSale>,
    topups: Vec<String>,
    payouts: Vec<(String, i64)>,
    debts: Vec<String>,
    limits: [i64; 3],
    /// Accounts that were opened at the provider.
    accounts: Vec<String>,
    number: u32,
}

/// The sums in the node's books at one moment.
#[derive(Debug, PartialEq, Eq)]
struct Books {
    /// Balances of all people but the node, including held parts.
    people: i64,
    /// The node's own fees.
    fees: i64,
    on_the_way: i64,
    aside: i64,
    /// The free balance of each person.
    free: Vec<i64>,
    /// Number of entries about amounts that a bank or the provider took.
    by_banks: i64,
}

fn number(db: &Connection, sql: &str) -> rusqlite::Result<i64> {
    db.query_row(sql, [], |row| row.get(0))
}

impl History {
    fn person(&self, n: usize) -> &Somebody {
        [&self.world.buyer, &self.world.band, &self.world.venue][n]
    }

    fn books(&self) -> Books {
        let node = &self.world.node.node;
        let now = node.now().as_millis();
        let me = node.did().as_str();
        let people: Vec<&str> = (0..3).map(|n| self.person(n).did().as_str()).collect();
        let read = |db: &Connection| {
            let sum = |sql: &str| db.query_row(sql, [me], |row| row.get(0));
            let free = |did: &&str| {
                let sql = "SELECT coalesce((SELECT balance FROM accounts WHERE did = ?1 AND currency = 'CHF'), 0)
                    - coalesce((SELECT sum(amount) FROM held WHERE did = ?1 AND free_at > ?2), 0)";
                db.query_row(sql, params![did, now], |row| row.get(0))
            };
            Ok(Books {
                people: sum("SELECT coalesce(sum(balance), 0) FROM accounts WHERE did <> ?1")?,
                fees: sum(
                    "SELECT coalesce(sum(l.amount - l.back), 0) FROM legs l WHERE l.n > 0 AND l.did = ?1",
                )?,
                on_the_way: number(
                    db,
                    "SELECT coalesce(sum(amount - ended), 0) FROM returns WHERE status IN ('due', 'pending', 'refused')",
                )?,
                aside: number(
                    db,
                    "SELECT (SELECT coalesce(sum(amount), 0) FROM withdrawals WHERE status = 'asked') + (SELECT coalesce(sum(amount), 0) FROM transfers WHERE status = 'due')",
                )?,
                free: people.iter().map(free).collect::<Result<_, _>>()?,
                by_banks: number(
                    db,
                    "SELECT count(*) FROM entries WHERE op = 'pay.posted' AND fact ->> 'kind' IN ('lost', 'twice')",
                )?,
            })
        };
        node.read("pay", read).unwrap()
    }

    /// Returns the money at the provider and in the owner's bank.
    fn there(&self) -> i64 {
        self.world.stripe.balance() + self.came - self.reversed - self.paid_out
    }

    /// Checks that the node owes exactly that money, to the cent, once pending work is done, and that nothing else
    /// changed wrongly.
    async fn check(&self, before: &Books, said: &str) {
        let books = self.books();
        // Only a bank can take an account below its limit; no operation does.
        if books.by_banks == before.by_banks {
            for (n, (now, then)) in books.free.iter().zip(&before.free).enumerate() {
                let is_fine = now >= then || *now >= -self.limits[n];
                assert!(is_fine, "{said}: {before:?}, {books:?}");
            }
        }
        let wrong = [
            "SELECT count(*) FROM payments WHERE refunded > gross OR voided > gross",
            "SELECT count(*) FROM legs WHERE n > 0 AND (back < 0 OR back > amount)",
            "SELECT count(*) FROM returns WHERE ended > amount OR ended < 0",
            "SELECT count(*) FROM debts WHERE remaining < 0 OR voided > amount",
        ];
        for sql in wrong {
            let read = |db: &Connection| number(db, sql);
            assert_eq!(self.world.node.node.read("pay", read).unwrap(), 0, "{said}: {sql}");
        }
        let mut tries = 0;
        loop {
            let books = self.books();
            let owed = books.people + books.fees + books.on_the_way + books.aside;
            if owed == self.there() {
                break;
            }
            assert!(
                self.may_look_again(&mut tries).await,
                "{said}: {books:?} and {} there",
                self.there()
            );
        }
        self.check_payers(said).await;
    }

    /// Checks that nothing is returned twice: the amounts that a payer got back from the provider or a bank, with their
    /// credit for it, never exceed what they paid.
    async fn check_payers(&self, said: &str) {
        for card in self.cards.iter().filter(|card| card.is_sale) {
            let stripe = &self.world.stripe;
            let sql = "SELECT coalesce(sum(r.value ->> 'amount'), 0) FROM entries e, json_each(e.body, '$.rows') r, payments p
                WHERE e.op = 'pay.posted' AND e.ref = ?1 AND p.payment = ?1 AND e.fact ->> 'kind' IN ('kept', 'twice', 'lost')
                    AND r.value ->> 'did' = p.payer AND r.value ->> 'leg' IS NULL";
            let read =
                |db: &Connection| db.query_row(sql, [&card.payment], |row| row.get::<_, i64>(0));
            let mut tries = 0;
            loop {
                let credit = self.world.node.node.read("pay", read).unwrap();
                let back = stripe.refunded(&card.session) + stripe.taken(&card.session);
                if back + credit <= card.amount {
                    break;
                }
                assert!(
                    self.may_look_again(&mut tries).await,
                    "{said}: {back} went back of {} and {credit} is credit",
                    card.amount
                );
            }
        }
    }

    /// Waits a moment for the node's worker, which pauses after a provider that did not answer. Returns false after a
    /// minute.
    async fn may_look_again(&self, tries: &mut u32) -> bool {
        *tries += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
        // After 100 tries, time has to pass for the worker to continue.
        if *tries > 100 {
            self.world.node.clock.pass(Duration::from_secs(1));
            let now = self.world.node.node.now();
            self.world.stripe.at(now.as_secs());
        }
        *tries < 3_000
    }

    /// Lets days pass; everyone signs in again.
    async fn later(&mut self, how_many: u32) {
        let world = &mut self.world;
        days(&world.node, &world.olga, how_many).await;
        world.stripe.at(world.node.node.now().as_secs());
        for one in [&mut world.olga, &mut world.buyer, &mut world.band, &mut world.venue] {
            one.token = one.person.sign_in(&world.node).await;
        }
    }

    /// Checks that no money is locked up permanently: once banks have decided, all of it is free after the days of a
    /// card and the events.
    async fn end(&mut self) {
        for at in 0..self.cards.len() {
            for dispute in std::mem::take(&mut self.cards[at].disputes) {
                if let (id, amount, true) = dispute {
                    let session = &self.cards[at].session;
                    let won = self.world.stripe.dispute(session, &id, amount, "won");
                    self.world.send_event("charge.dispute.closed", &won).await;
                }
            }
        }
        self.later(30).await;
        let waiting = "SELECT (SELECT count(*) FROM returns WHERE status IN ('due', 'pending', 'refused') AND amount > ended)
            + (SELECT count(*) FROM held WHERE free_at > ?1) + (SELECT count(*) FROM transfers WHERE status = 'due')";
        let now = self.world.node.node.now().as_millis();
        let read = |db: &Connection| db.query_row(waiting, [now], |row| row.get::<_, i64>(0));
        let mut tries = 0;
        while self.world.node.node.read("pay", read).unwrap() > 0 {
            assert!(
                self.may_look_again(&mut tries).await,
                "something is held, or on its way, for good"
            );
        }
    }
}

/// The manifest of the band's sales, shared with the venue.
fn manifest() -> Manifest {
    let band = imajin_edge::testing::Person::new(3);
    let venue = imajin_edge::testing::Person::new(4);
    let stall = shares("stall", &[(&band.did, 600_001), (&venue.did, 399_999)]);
    stall.build().unwrap().sign(&band.key).unwrap()
}

/// Seats at the stall: some payers come too late, and get a refund.
const SEATS: i64 = 8;

async fn history(seed: u64, steps: u32) {
    let stall = Arc::new(Stall::new(&manifest(), SEATS));
    let world = world_with(vec![stall]).await;
    let fees = json!({"profile": "mjn", "node": 20_000});
    world.olga.does(&world.node, "/pay/api/fees", &fees).await;
    let mut history = History {
        world,
        dice: Dice(seed),
        came: 0,
        reversed: 0,
        paid_out: 0,
        cards: Vec::new(),
        sold: Vec::new(),
        topups: Vec::new(),
        payouts: Vec::new(),
        debts: Vec::new(),
        limits: [0; 3],
        accounts: Vec::new(),
        number: 0,
    };
    for step in 0..steps {
        let before = history.books();
        let label = history.step().await;
        history.check(&before, &format!("seed {seed}, step {step}, {label}")).await;
    }
    let before = history.books();
    history.end().await;
    history.check(&before, &format!("seed {seed}, in the end")).await;
    let World { node, stripe, .. } = history.world;
    let services: Vec<Arc<dyn Service>> = vec![
        Arc::new(imajin_auth::Auth::new()),
        pay(&stripe),
        Arc::new(Stall::new(&manifest(), SEATS)),
    ];
    close_with(node, services).await;
}

#[tokio::test]
async fn the_node_never_owes_more_than_came_in() {
    let number = |name: &str, other: u64| {
        let set = std::env::var(name).ok().and_then(|text| text.parse().ok());
        set.unwrap_or(other)
    };
    let (first, many) = (number("IMAJIN_SEED", 1), number("IMAJIN_PAY_SEEDS", 2));
    for seed in first..first + many {
        history(seed, 90).await;
    }
}
