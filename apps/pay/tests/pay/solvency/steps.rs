//! The steps of a history: everything that touches money.

use imajin_protocol::IdText;
use imajin_selling::{Rail, Release};

use super::{Card, History, StallSale, manifest};
use crate::prelude::*;
use crate::stall;

/// The subject under which the stall reports when its sales end.
const ABOUT: &str = "party";
const DAY_MS: i64 = 24 * 3_600_000;

impl History {
    /// Makes a step. Returns its description.
    pub(super) async fn step(&mut self) -> String {
        let what = self.dice.next(31);
        let status = match what {
            0 | 1 => self.top_up_by_transfer().await,
            2 => self.top_up_by_card().await,
            3 | 4 => self.settle().await,
            5 | 6 => self.card_sale().await,
            7 => self.transfer_sale().await,
            8 | 9 => self.stall_sale(Rail::Ledger).await,
            10 | 11 => self.stall_sale(Rail::Stripe).await,
            12 => self.stall_sale(Rail::Emt).await,
            13 => self.void().await,
            14 => self.all_back().await,
            15 => self.longer().await,
            16 | 17 => self.refund().await,
            18 => self.dispute_begins().await,
            19 | 20 => self.dispute_ends().await,
            21 => self.by_hand().await,
            22 => self.refund_fails().await,
            23 => self.reversed().await,
            24 => self.payout().await,
            25 => self.debt().await,
            26 => self.limit().await,
            27 => self.connects().await,
            28 => self.transfers_fail(),
            29 => self.transfer_reversed().await,
            _ => {
                let days = self.dice.next(4) as u32 + 1;
                self.later(days).await;
                200
            }
        };
        assert!([200, 201, 400, 402, 404, 409].contains(&status), "{what}: {status}");
        format!("operation {what}, answered {status}")
    }

    fn amount(&mut self) -> i64 {
        self.dice.next(900) as i64 + 100
    }

    fn anybody(&mut self) -> usize {
        self.dice.next(3) as usize
    }

    /// Picks a person who buys from the band.
    fn a_buyer(&mut self) -> usize {
        self.dice.next(2) as usize * 2
    }

    fn sells(&mut self, payment: &Json, by_stall: bool) -> String {
        let payment = payment.as_str().unwrap().to_owned();
        self.sold.push(StallSale { payment: payment.clone(), by_stall });
        payment
    }

    /// A person pays on a page of the provider's; its event is sometimes lost, or sent twice.
    async fn pays(&mut self, page: &Json, payment: &Json, is_sale: bool) {
        let session = self.world.stripe.pay(page.as_str().unwrap());
        for _ in 0..self.dice.next(2) + 1 {
            self.world.send_event("checkout.session.completed", &session).await;
        }
        self.cards.push(Card {
            amount: session["amount_total"].as_i64().unwrap(),
            session,
            payment: payment.as_str().unwrap().to_owned(),
            is_sale,
            disputes: Vec::new(),
        });
    }

    async fn top_up_by_transfer(&mut self) -> u16 {
        let (who, amount) = (self.anybody(), self.amount());
        let (world, one) = (&self.world, self.person(who));
        let ask = json!({"amount": amount, "currency": "CHF"});
        let hold = one.does(&world.node, "/pay/api/topup/emt", &ask).await;
        let id = json!({"id": hold["id"]});
        world.olga.does(&world.node, "/pay/api/confirm-payment", &id).await;
        self.came += amount;
        self.topups.push(hold["id"].as_str().unwrap().to_owned());
        200
    }

    async fn top_up_by_card(&mut self) -> u16 {
        let (who, amount) = (self.anybody(), self.amount());
        self.world.ready().await;
        let page = json!({"amount": amount, "currency": "CHF", "successUrl": "https://a.example/", "cancelUrl": "https://a.example/"});
        let checkout = self.person(who).does(&self.world.node, "/pay/api/topup/card", &page).await;
        if self.dice.next(5) == 0 {
            let page = self.world.stripe.expire(checkout["id"].as_str().unwrap());
            self.world.send_event("checkout.session.expired", &page).await;
            return 200;
        }
        self.pays(&checkout["id"], &checkout["transactionId"], false).await;
        200
    }

    async fn settle(&mut self) -> u16 {
        let (buyer, amount) = (self.a_buyer(), self.amount());
        let order = order(&self.world.event, amount);
        let reply = self.person(buyer).signed(&self.world.node, "/pay/api/settle", &order).await;
        if reply.status == 200 {
            self.sells(&reply.json()["batchId"], false);
        }
        reply.status
    }

    async fn card_sale(&mut self) -> u16 {
        let checkout = self.world.checkout().await;
        self.sells(&checkout["transactionId"], false);
        self.pays(&checkout["id"], &checkout["transactionId"], true).await;
        200
    }

    async fn transfer_sale(&mut self) -> u16 {
        let amount = self.amount();
        let path = "/pay/api/checkout/etransfer";
        let order = order(&self.world.event, amount);
        let world = &self.world;
        let hold = world.buyer.does(&world.node, path, &order).await;
        self.confirmed(&hold["id"], false).await
    }

    async fn confirmed(&mut self, payment: &Json, by_stall: bool) -> u16 {
        let (world, confirm) = (&self.world, json!({"id": payment}));
        world.band.does(&world.node, "/pay/api/confirm-payment", &confirm).await;
        let payment = self.sells(payment, by_stall);
        self.debts.push(payment);
        200
    }

    async fn stall_sale(&mut self, rail: Rail) -> u16 {
        let (buyer, amount) = (self.a_buyer(), self.amount());
        let now = self.world.node.node.now();
        let ends = now.checked_add_millis(self.dice.next(20) as i64 * DAY_MS);
        let release = Release { free_at: ends, about: Some(IdText::parse(ABOUT).unwrap()) };
        let (node, who) = (&self.world.node, self.person(buyer));
        let reply = stall::buy(node, &manifest(), who, amount, rail, release).await;
        if reply.status != 200 {
            return reply.status;
        }
        let bought = reply.json();
        match rail {
            Rail::Ledger => drop(self.sells(&bought["payment"], true)),
            Rail::Stripe => {
                self.sells(&bought["payment"], true);
                self.pays(&bought["session"], &bought["payment"], true).await;
            }
            Rail::Emt => drop(self.confirmed(&bought["payment"], true).await),
        }
        200
    }

    fn some_sale(&mut self, by_stall: bool) -> Option<String> {
        let all = self.sold.iter().filter(|sold| !by_stall || sold.by_stall);
        let all: Vec<String> = all.map(|sold| sold.payment.clone()).collect();
        Some(all[self.dice.index(all.len())?].clone())
    }

    /// Voids a part of the stall's sale.
    async fn void(&mut self) -> u16 {
        let (Some(payment), amount) = (self.some_sale(true), self.amount()) else {
            return 200;
        };
        let world = &self.world;
        let to = [world.buyer.did(), world.venue.did(), world.node.node.did()];
        stall::back(&world.node, &world.band, &payment, amount, &to).await.status
    }

    /// The node itself enters that all of the sale is void.
    async fn all_back(&mut self) -> u16 {
        let Some(payment) = self.some_sale(true) else {
            return 200;
        };
        let node = &self.world.node.node;
        let cashier = imajin_selling::cashier(node).unwrap();
        let payment = IdText::parse(&payment).unwrap();
        let refund = cashier.give_all_back(node, &payment, imajin_selling::Teller::Cashier).await;
        refund.map_or_else(|problem| problem.status().as_u16(), |()| 200)
    }

    async fn longer(&mut self) -> u16 {
        let days = self.dice.next(10) as i64;
        let at = self.world.node.node.now().as_millis() + days * DAY_MS;
        let world = &self.world;
        stall::later(&world.node, &world.band, ABOUT, at).await.status
    }

    async fn refund(&mut self) -> u16 {
        let (Some(payment), amount) = (self.some_sale(false), self.amount()) else {
            return 200;
        };
        // Sometimes the provider makes the refund and its answer is lost, or it refuses.
        let trouble = self.dice.next(4);
        let stripe = &self.world.stripe;
        match trouble {
            0 => stripe.loses_answers_of("POST /v1/refunds"),
            1 => stripe.refuses("refunds", "charge_disputed", 1),
            _ => {}
        }
        let body = json!({"transactionId": payment, "amount": amount});
        let world = &self.world;
        let reply = world.band.signed(&world.node, "/pay/api/refund", &body).await;
        if trouble == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(700)).await;
            self.world.stripe.loses_answers(false);
        }
        reply.status
    }

    /// A payer's bank disputes some of a payment.
    async fn dispute_begins(&mut self) -> u16 {
        let Some(at) = self.dice.index(self.cards.len()) else {
            return 200;
        };
        self.number += 1;
        let id = format!("dp_{}", self.number);
        let amount = match self.dice.next(2) {
            0 => self.cards[at].amount,
            _ => self.dice.next(self.cards[at].amount as u64) as i64 + 1,
        };
        let total: i64 = self.cards[at].disputes.iter().map(|one| one.1).sum();
        // A bank disputes no more than was paid.
        let amount = amount.min(self.cards[at].amount - total);
        if amount > 0 {
            let session = &self.cards[at].session;
            let dispute = self.world.stripe.dispute(session, &id, amount, "needs_response");
            self.world.send_event("charge.dispute.created", &dispute).await;
            self.cards[at].disputes.push((id, amount, true));
        }
        200
    }

    async fn dispute_ends(&mut self) -> u16 {
        let open = |card: &Card| card.disputes.iter().any(|one| one.2);
        let with: Vec<usize> = (0..self.cards.len()).filter(|at| open(&self.cards[*at])).collect();
        let Some(at) = self.dice.index(with.len()).map(|at| with[at]) else {
            return 200;
        };
        let status = ["lost", "lost", "won"][self.dice.next(3) as usize];
        let card = &mut self.cards[at];
        let dispute = card.disputes.iter_mut().find(|one| one.2).unwrap();
        dispute.2 = false;
        let (id, amount) = (dispute.0.clone(), dispute.1);
        if status == "won" {
            dispute.1 = 0;
        }
        let session = &self.cards[at].session;
        let closed = self.world.stripe.dispute(session, &id, amount, status);
        self.world.send_event("charge.dispute.closed", &closed).await;
        200
    }

    /// The owner refunds something on the provider's own pages.
    async fn by_hand(&mut self) -> u16 {
        let Some(at) = self.dice.index(self.cards.len()) else {
            return 200;
        };
        let amount = self.dice.next(self.cards[at].amount as u64) as i64 + 1;
        let session = &self.cards[at].session;
        if let Some(refund) = self.world.stripe.refund_by_hand(session, amount) {
            self.world.send_event("refund.created", &refund).await;
        }
        200
    }

    /// A payer's bank rejects a refund that was made.
    async fn refund_fails(&mut self) -> u16 {
        let Some(at) = self.dice.index(self.cards.len()) else {
            return 200;
        };
        let all = self.world.stripe.refunds(&self.cards[at].session);
        if let Some(one) = self.dice.index(all.len()) {
            let id = all[one]["id"].as_str().unwrap();
            let failed = self.world.stripe.refund_fails(id);
            self.world.send_event("refund.failed", &failed).await;
        }
        200
    }

    /// The owner's bank reverses a top-up.
    async fn reversed(&mut self) -> u16 {
        let Some(at) = self.dice.index(self.topups.len()) else {
            return 200;
        };
        let body = json!({"id": self.topups.remove(at)});
        let world = &self.world;
        let reply = world.olga.does(&world.node, "/pay/api/topup/reversed", &body).await;
        self.reversed += reply["reversed"].as_i64().unwrap();
        200
    }

    async fn payout(&mut self) -> u16 {
        let (who, amount) = (self.anybody(), self.amount());
        let world = &self.world;
        if self.payouts.is_empty() {
            let body = json!({"amount": amount, "currency": "CHF"});
            let reply = self.person(who).signed(&world.node, "/pay/api/payouts", &body).await;
            if reply.status == 200 {
                let id = reply.json()["id"].as_str().unwrap().to_owned();
                self.payouts.push((id, amount));
            }
            return reply.status;
        }
        let (id, amount) = self.payouts.remove(0);
        let paid = self.dice.next(2) == 0;
        let path = format!("/pay/api/payouts/{id}");
        let world = &self.world;
        world.olga.does(&world.node, &path, &json!({"paid": paid})).await;
        self.paid_out += if paid { amount } else { 0 };
        200
    }

    async fn debt(&mut self) -> u16 {
        let Some(at) = self.dice.index(self.debts.len()) else {
            return 200;
        };
        let path = format!("/pay/api/debts/{}/", self.debts[at]);
        let (band, venue) = (&self.world.band, &self.world.venue);
        let (who, with, verb) = match self.dice.0 % 2 {
            0 => (band, venue, "pay"),
            _ => (venue, band, "forgive"),
        };
        let body = json!({"with": with.did()});
        let path = format!("{path}{verb}");
        who.signed(&self.world.node, &path, &body).await.status
    }

    /// A person opens their account with the provider, or the account becomes payable, or stops being so.
    async fn connects(&mut self) -> u16 {
        let who = self.anybody();
        let (world, one) = (&self.world, self.person(who));
        world.ready().await;
        let begun = one.ask(&world.node, "/pay/api/connect/onboard", &json!({})).await.check(200);
        let account = begun.json()["accountId"].as_str().unwrap().to_owned();
        let mut ready = world.stripe.is_ready(&account);
        if self.dice.next(4) == 0 {
            ready = self.world.stripe.stops_payouts_of(&account);
        }
        self.world.send_event("account.updated", &ready).await;
        if !self.accounts.contains(&account) {
            self.accounts.push(account);
        }
        200
    }

    /// The provider refuses one or two transfers.
    fn transfers_fail(&mut self) -> u16 {
        let times = self.dice.next(3) as u32;
        let stripe = &self.world.stripe;
        stripe.refuses("transfers", "balance_insufficient", times);
        200
    }

    /// The owner takes back a part of a transfer on the provider's own pages.
    async fn transfer_reversed(&mut self) -> u16 {
        let Some(at) = self.dice.index(self.accounts.len()) else {
            return 200;
        };
        let all = self.world.stripe.transfers(&self.accounts[at]);
        let Some(one) = self.dice.index(all.len()) else {
            return 200;
        };
        let left = all[one]["amount"].as_i64().unwrap() - all[one]["reversed"].as_i64().unwrap();
        if left > 0 {
            let back = self.dice.next(left as u64) as i64 + 1;
            let id = all[one]["id"].as_str().unwrap();
            let reversed = self.world.stripe.reverse_by_hand(id, back);
            self.world.send_event("transfer.reversed", &reversed).await;
        }
        200
    }

    async fn limit(&mut self) -> u16 {
        let (who, limit) = (self.anybody(), self.dice.next(400) as i64);
        let body = json!({"account": self.person(who).did(), "currency": "CHF", "limit": limit, "until": "2028-01-01T00:00:00.000Z"});
        let world = &self.world;
        world.olga.does(&world.node, "/pay/api/limits", &body).await;
        self.limits[who] = limit;
        200
    }
}
