//! Random operations in any order: the node's books lose no money and create none.

use crate::prelude::*;

/// A reproducible random sequence.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

#[tokio::test]
async fn nothing_is_lost_and_nothing_is_made() {
    let node = node().await;
    let olga = owner(&node, 1).await;
    let mut people: Vec<Somebody> = Vec::new();
    for seed in 2..7 {
        people.push(somebody(&node, seed).await);
    }
    olga.does(&node, "/pay/api/fees", &json!({"profile": "mjn", "node": 20_000})).await;
    let passed = passes_on(
        &people[1],
        &[(people[1].did(), 333_333), (people[2].did(), 333_333), (people[3].did(), 333_334)],
    );
    people[1].does(&node, "/pay/api/manifests", &json!({"manifest": passed.document()})).await;
    let mut works = Vec::new();
    for (n, seller) in people.iter().enumerate() {
        let other = people[(n + 1) % people.len()].did();
        let work = shares(&format!("work {n}"), &[(seller.did(), 666_667), (other, 333_333)]);
        works.push(work.build().unwrap().sign(seller.key()).unwrap());
    }
    let mut dice = Dice(7);
    let mut put_in = 0;
    let mut sold: Vec<(usize, String, i64)> = Vec::new();
    for _ in 0..60 {
        let who = dice.next(people.len() as u64) as usize;
        match dice.next(4) {
            0 => {
                let amount = dice.next(5_000) as i64 + 1;
                people[who].top_up(&node, &olga, amount).await;
                put_in += amount;
            }
            1 | 2 => {
                let seller = (who + 1 + dice.next(people.len() as u64 - 1) as usize) % people.len();
                let amount = dice.next(700) as i64;
                let paid = people[who]
                    .signed(&node, "/pay/api/settle", &order(&works[seller], amount))
                    .await;
                match paid.status {
                    200 => sold.push((
                        seller,
                        paid.json()["batchId"].as_str().unwrap().to_owned(),
                        amount,
                    )),
                    status => assert_eq!(status, 402, "{}", paid.text()),
                }
            }
            _ if sold.is_empty() => {}
            _ => {
                let at = dice.next(sold.len() as u64) as usize;
                let (seller, payment, left) = sold[at].clone();
                let amount = dice.next(400) as i64 + 1;
                let body = json!({"transactionId": payment, "amount": amount});
                let back = people[seller].signed(&node, "/pay/api/refund", &body).await;
                if amount <= left && back.status == 402 { // It is free: the seller refunds it from what they have.
                } else if amount <= left {
                    assert_eq!(back.status, 200, "{}", back.text());
                    sold[at].2 -= amount;
                } else {
                    assert_eq!(back.status, 409, "never more than was paid: {}", back.text())
                }
            }
        }
        let mut sum = 0;
        for person in &people {
            sum += person.balance(&node).await;
        }
        let books = olga.get(&node, &format!("/pay/api/balance/{}", node.node.did())).await.json();
        let of_node = books["balances"].as_array().unwrap().iter();
        let of_node: i64 = of_node.map(|one| one["amount"].as_i64().unwrap()).sum();
        assert_eq!(sum + of_node, 0, "double entry");
        assert!(sum <= put_in, "what people have was put in, less the fees of the node");
    }
    assert!(sold.len() > 10, "{}", sold.len());
    close(node).await;
}
