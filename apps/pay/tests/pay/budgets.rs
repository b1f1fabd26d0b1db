//! Budgets of entries that a person may leave in others' records and in the node's books.

use imajin_app::Reach;
use imajin_edge::testing::open_config;
use imajin_host::Config;
use imajin_host::prelude::*;
use imajin_identity::begin_node_identity;

use crate::prelude::*;
use crate::support::{CLAIM, services};

/// A top-up that is requested and never paid leaves an entry in the node's books: 30 a day by each person. A person who
/// requests more learns when the next day begins; others are not affected.
#[tokio::test]
async fn top_ups_that_are_never_paid_fill_nobodys_books() {
    let (node, olga, [eager, other]) = node_with_people([2, 3]).await;
    let path = "/pay/api/topup/emt";
    let body = |amount: i64| json!({"amount": amount, "currency": "CHF"});
    for n in 0..30 {
        eager.does(&node, path, &body(100 + n)).await;
    }
    let refused = eager.signed(&node, path, &body(200)).await.check(429);
    let after: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    let left = 86_400 - node.node.now().as_secs().rem_euclid(86_400);
    assert!((1..=left).contains(&after), "{after} of {left}");
    other.top_up(&node, &olga, 500).await;
    olga.top_up(&node, &olga, 500).await;
    node.clock.pass(Duration::from_secs(after as u64));
    eager.again(&node).await.does(&node, path, &body(200)).await;
    close(node).await;
}

/// The owner's limits replace the program's.
#[tokio::test]
async fn the_owner_may_set_a_budget() {
    // An order leaves an entry with its seller, and one in the node's books; a top-up is an order, too.
    let top_ups = Reach { author: 3, target: 3 };
    let orders = Reach { author: 8, target: 2 };
    let config = Config {
        budgets: [("pay.topup".to_owned(), top_ups), ("pay.checkout".to_owned(), orders)].into(),
        ..open_config()
    };
    let node = TestNode::start(services(), config, 200).await.unwrap();
    begin_node_identity(&node.node).await.unwrap();
    node.node.set_claim_code(CLAIM.to_owned());
    owner(&node, 1).await;
    let (buyer, band) = (somebody(&node, 2).await, somebody(&node, 3).await);
    let event = band.signs_shares("event", &[(band.did(), 1_000_000)]);
    let mut statuses = Vec::new();
    for n in 0..4 {
        let top_up = json!({"amount": 100 + n, "currency": "CHF"});
        let top_up = buyer.signed(&node, "/pay/api/topup/emt", &top_up).await;
        let order = order(&event, 100 + n);
        let path = "/pay/api/checkout/etransfer";
        statuses.push((top_up.status, buyer.signed(&node, path, &order).await.status));
    }
    assert_eq!(statuses, [(200, 200), (200, 200), (200, 429), (429, 429)]);
    close(node).await;
}
