//! Random histories of everything that touches money, through the real service, with a provider that refuses, disputes and
//! takes back. After every step the node owes nobody more than came in.

use rusqlite::params;
use serde_json::{Value as Json, json};

use crate::cards::World;
use crate::support::{Somebody, days, order, until};

/// A sequence that is the same each time.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// What happened outside, as the test saw it.
#[derive(Default)]
struct Outside {
    came: i64,
    taken: i64,
    paid_out: i64,
    /// Sessions that were paid by card, with what their payment is called here and who sold.
    cards: Vec<(Json, String, i64)>,
    disputed: Vec<(usize, bool)>,
    sold: Vec<(bool, String)>,
    topups: Vec<String>,
    payouts: Vec<(String, i64)>,
    debts: Vec<String>,
    limit: i64,
}

impl World {
    fn one(&self, n: u64) -> &Somebody {
        [&self.buyer, &self.band, &self.venue][n as usize]
    }

    /// Each person's free money and what is held for them.
    fn accounts(&self) -> Vec<(i64, i64)> {
        let now = self.node.node.now().as_millis();
        let of = |did: &str| {
            let sql = "SELECT coalesce((SELECT balance FROM accounts WHERE did = ?1 AND currency = 'CHF'), 0),
                coalesce((SELECT sum(amount) FROM held WHERE did = ?1 AND free_at > ?2), 0)";
            let read = |db: &rusqlite::Connection| {
                db.query_row(sql, params![did, now], |row| {
                    let (all, held): (i64, i64) = (row.get(0)?, row.get(1)?);
                    Ok((all - held, held))
                })
            };
            self.node.node.read("pay", read).unwrap()
        };
        (0..3).map(|n| of(self.one(n).did().as_str())).collect()
    }

    fn number(&self, sql: &'static str) -> i64 {
        let read = |db: &rusqlite::Connection| db.query_row(sql, [], |row| row.get(0));
        self.node.node.read("pay", read).unwrap()
    }

    fn check(&self, outside: &Outside, said: &str) {
        let accounts = self.accounts();
        let sent =
            self.number("SELECT coalesce(sum(amount), 0) FROM returns WHERE status = 'succeeded'");
        let on_the_way = self.number("SELECT coalesce(sum(amount - ended), 0) FROM returns WHERE status IN ('due', 'pending', 'refused')");
        let aside =
            self.number("SELECT coalesce(sum(amount), 0) FROM withdrawals WHERE status = 'asked'");
        let owed: i64 = accounts
            .iter()
            .map(|(free, held)| free.max(&0) + held)
            .sum();
        let lacking: i64 = accounts.iter().map(|(free, _)| (-free).max(0)).sum();
        let has = outside.came - outside.taken - outside.paid_out - sent;
        assert!(
            owed + on_the_way + aside <= has + lacking,
            "{said}: {accounts:?}, {on_the_way} on the way, {aside} aside, {has} there"
        );
        if outside.taken == 0 {
            let least = -outside.limit;
            assert!(
                accounts.iter().all(|(free, _)| *free >= least),
                "{said}: {accounts:?}"
            );
        }
        let twice = "SELECT count(*) FROM payments WHERE refunded > gross";
        let beyond = "SELECT count(*) FROM legs WHERE n > 0 AND (back < 0 OR back > amount)";
        let credit = "SELECT count(*) FROM returns WHERE ended > amount";
        for sql in [twice, beyond, credit] {
            assert_eq!(self.number(sql), 0, "{said}: {sql}");
        }
    }

    async fn step(&mut self, dice: &mut Dice, outside: &mut Outside) -> String {
        let (who, amount) = (dice.next(3), dice.next(900) as i64 + 100);
        let what = dice.next(16);
        let event = self.event.clone();
        let node = &self.node;
        let reply = match what {
            0 | 1 => {
                let ask = json!({"amount": amount, "currency": "CHF"});
                let hold = self.one(who).does(node, "/pay/api/topup/emt", &ask).await;
                let id = json!({"id": hold["id"]});
                self.olga.does(node, "/pay/api/confirm-payment", &id).await;
                outside.came += amount;
                outside.topups.push(hold["id"].as_str().unwrap().to_owned());
                200
            }
            2 | 3 => {
                let buyer = if who == 1 { &self.venue } else { self.one(who) };
                let reply = buyer
                    .signed(node, "/pay/api/settle", &order(&event, amount))
                    .await;
                if reply.status == 200 {
                    let id = reply.json()["batchId"].as_str().unwrap().to_owned();
                    outside.sold.push((true, id));
                }
                reply.status
            }
            4..=6 => {
                let opened = self.checkout().await;
                let session = self.stripe.pay(opened["id"].as_str().unwrap());
                self.told("checkout.session.completed", &session).await;
                let id = opened["transactionId"].as_str().unwrap().to_owned();
                outside.came += 1_001;
                outside.sold.push((true, id.clone()));
                outside.cards.push((session, id, 1_001));
                200
            }
            7 | 8 => {
                let path = "/pay/api/checkout/etransfer";
                let hold = self.buyer.does(node, path, &order(&event, amount)).await;
                let id = hold["id"].as_str().unwrap().to_owned();
                let confirm = json!({"id": id});
                self.band
                    .does(node, "/pay/api/confirm-payment", &confirm)
                    .await;
                outside.sold.push((false, id.clone()));
                outside.debts.push(id);
                200
            }
            9 | 10 if !outside.sold.is_empty() => {
                let (_, id) = &outside.sold[dice.next(outside.sold.len() as u64) as usize];
                let body = json!({"transactionId": id, "amount": dice.next(700) as i64 + 1});
                self.band
                    .signed(node, "/pay/api/refund", &body)
                    .await
                    .status
            }
            11 if !outside.cards.is_empty() => self.bank(dice, outside).await,
            12 if !outside.topups.is_empty() => {
                let at = dice.next(outside.topups.len() as u64) as usize;
                let body = json!({"id": outside.topups.remove(at)});
                let reply = self.olga.does(node, "/pay/api/topup/reversed", &body).await;
                outside.taken += reply["reversed"].as_i64().unwrap();
                200
            }
            13 => self.payout(dice, outside, who, amount).await,
            14 if !outside.debts.is_empty() => {
                let id = &outside.debts[dice.next(outside.debts.len() as u64) as usize];
                let path = format!("/pay/api/debts/{id}/");
                let (who, with, verb) = match dice.next(2) {
                    0 => (&self.band, &self.venue, "pay"),
                    _ => (&self.venue, &self.band, "forgive"),
                };
                let body = json!({"with": with.did()});
                who.signed(node, &format!("{path}{verb}"), &body)
                    .await
                    .status
            }
            15 => {
                outside.limit = 400;
                let body = json!({"account": self.one(who).did(), "currency": "CHF", "limit": dice.next(400), "until": "2028-01-01T00:00:00.000Z"});
                self.olga.does(node, "/pay/api/limits", &body).await;
                200
            }
            _ => {
                self.later(dice.next(3) as u32 + 1).await;
                200
            }
        };
        assert!(
            [200, 400, 402, 404, 409].contains(&reply),
            "{what}: {reply}"
        );
        format!("operation {what}, answered {reply}")
    }

    /// A payer's bank asks, and wins or loses; or the provider could not give something back.
    async fn bank(&self, dice: &mut Dice, outside: &mut Outside) -> u16 {
        let at = dice.next(outside.cards.len() as u64) as usize;
        let (session, payment, amount) = &outside.cards[at];
        if dice.next(3) == 0 {
            let n = (dice.next(2) + 1).to_string();
            let refund = json!({"id": format!("re_{payment}_{n}"), "status": "failed", "metadata": {"payment": payment, "n": n}});
            let known =
                format!("SELECT count(*) FROM returns WHERE payment = '{payment}' AND n = {n}");
            let read =
                |db: &rusqlite::Connection| db.query_row(&known, [], |row| row.get::<_, i64>(0));
            if self.node.node.read("pay", read).unwrap() > 0 {
                self.told("refund.failed", &refund).await;
            }
            return 200;
        }
        let mut dispute = json!({"id": format!("dp_{at}"), "payment_intent": session["payment_intent"], "amount": amount, "currency": "chf", "status": "needs_response"});
        match outside.disputed.iter().position(|(card, _)| *card == at) {
            None => {
                self.told("charge.dispute.created", &dispute).await;
                outside.disputed.push((at, true));
            }
            Some(place) if outside.disputed[place].1 => {
                let is_lost = dice.next(2) == 0;
                dispute["status"] = json!(if is_lost { "lost" } else { "won" });
                self.told("charge.dispute.closed", &dispute).await;
                outside.disputed[place].1 = false;
                outside.taken += if is_lost { *amount } else { 0 };
            }
            Some(_) => {}
        }
        200
    }

    async fn payout(&self, dice: &mut Dice, outside: &mut Outside, who: u64, amount: i64) -> u16 {
        if outside.payouts.is_empty() || dice.next(2) == 0 {
            let body = json!({"amount": amount, "currency": "CHF"});
            let reply = self
                .one(who)
                .signed(&self.node, "/pay/api/payouts", &body)
                .await;
            if reply.status == 200 {
                let id = reply.json()["id"].as_str().unwrap().to_owned();
                outside.payouts.push((id, amount));
            }
            return reply.status;
        }
        let (id, amount) = outside.payouts.remove(0);
        let paid = dice.next(2) == 0;
        let path = format!("/pay/api/payouts/{id}");
        self.olga
            .does(&self.node, &path, &json!({"paid": paid}))
            .await;
        outside.paid_out += if paid { amount } else { 0 };
        200
    }

    /// Days pass, and everybody signs in again.
    async fn later(&mut self, how_many: u32) {
        days(&self.node, &self.olga, how_many).await;
        self.stripe.at(self.node.node.now().as_secs());
        for one in [
            &mut self.olga,
            &mut self.buyer,
            &mut self.band,
            &mut self.venue,
        ] {
            one.token = one.person.sign_in(&self.node).await.unwrap();
        }
    }
}

#[tokio::test]
async fn the_node_never_owes_more_than_came_in() {
    for seed in 1..=3 {
        let mut world = crate::cards::world().await;
        let (mut dice, mut outside) = (Dice(seed), Outside::default());
        for step in 0..60 {
            let said = world.step(&mut dice, &mut outside).await;
            world.check(&outside, &format!("seed {seed}, step {step}, {said}"));
        }
        // Nothing is locked up for good: once banks have decided, all of it is free after the days of a card.
        for (at, is_open) in std::mem::take(&mut outside.disputed) {
            if is_open {
                let (session, _, amount) = &outside.cards[at];
                let dispute = json!({"id": format!("dp_{at}"), "payment_intent": session["payment_intent"], "amount": amount, "currency": "chf", "status": "won"});
                world.told("charge.dispute.closed", &dispute).await;
            }
        }
        world.later(15).await;
        until(async || (world.accounts().iter().all(|(_, held)| *held == 0)).then_some(())).await;
        until(async || {
            let waiting = world.number("SELECT count(*) FROM returns WHERE status IN ('due', 'refused') AND amount > ended");
            (waiting == 0).then_some(())
        })
        .await;
        world.check(&outside, &format!("seed {seed}, in the end"));
        crate::support::close(world.node).await;
    }
}
