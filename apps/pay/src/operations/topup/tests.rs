//! Tests of a top-up's memo, with payment ids that would have equal memos.

use std::collections::BTreeSet;
use std::sync::Arc;

use imajin_app::Service;
use imajin_app::operation::{Operation, Parts, prepared};
use imajin_edge::testing::{Person, TestNode, Write, open_config};
use imajin_identity::begin_node_identity;
use imajin_ledger::{Command, CommandWill};
use imajin_protocol::{Fact, IdText};
use serde_json::json;

use super::TopUp;
use crate::Pay;
use crate::attest::Prepared;

#[tokio::test]
async fn two_open_payments_never_have_the_same_memo() {
    let services: Vec<Arc<dyn Service>> =
        vec![Arc::new(imajin_auth::Auth::new()), Arc::new(Pay::new())];
    let node = TestNode::start(services, open_config(), 200).await.unwrap();
    begin_node_identity(&node.node).await.unwrap();
    let mut buyer = Person::new(2);
    buyer.create(&node, None).await.check(201);
    let mut memos = Vec::new();
    for n in 0..4 {
        let fact = json!({"amount": 500 + n, "currency": "CHF", "rail": "emt"});
        let write = Write::new(&buyer.did, TopUp::DECLARATION.spec.op)
            .fact(fact.clone())
            .to(&[node.node.did()]);
        let (proof, _) = buyer.sign(&node, &write).await.unwrap();
        // The id differs in its time and has the same 48 random bits.
        let id = format!("pay_{:012x}{}", 0x1_9dd0_0000_0000_u64 + n, "ab".repeat(6));
        let id = IdText::parse(&id).unwrap();
        let fact = Fact::from_json(&fact).unwrap();
        let top_up = TopUp::read(&Parts::new(None, Some(&fact), None)).unwrap();
        let command = Command {
            did: buyer.did.clone(),
            service: "pay".to_owned(),
            op: TopUp::DECLARATION.spec.op.to_owned(),
            reference: None,
            body: None,
            fact: Some(fact),
            will: CommandWill::Signed(Arc::new(proof)),
            now: node.node.now(),
            fresh: [u8::try_from(n).unwrap() + 1; 32],
            args: json!({}),
            prepared: prepared(top_up, Prepared::new(&id)),
        };
        let receipt = node.node.ledger().submit(command).await.unwrap();
        let payment = receipt.value.unwrap()["payment"].as_str().unwrap().to_owned();
        let sql = "SELECT memo FROM holds WHERE payment = ?1";
        let read = |db: &rusqlite::Connection| db.query_row(sql, [&payment], |row| row.get(0));
        let memo: String = node.node.read("pay", read).unwrap();
        assert_eq!(memo, imajin_selling::memo(&payment));
        memos.push(memo);
    }
    assert_eq!(memos[0], "IMJ-ABABABABAB");
    let different: BTreeSet<_> = memos.iter().collect();
    assert_eq!(different.len(), 4, "{memos:?}");
    node.stop().await.unwrap();
}
