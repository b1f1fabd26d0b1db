//! DIDs whose keys the node keeps for an app: what they say of themselves from their first operation on, and how one goes that
//! was never used.

use std::process::Command;

use imajin_app::CommandRequest;
use imajin_dfos::identity::Service;
use imajin_host::custodial_keys::{Beginning, Nature, kept_before, let_go_of_kept};
use imajin_host::prelude::*;
use imajin_log::entry::decode_body;
use imajin_log::verify::{VerifyOptions, verify_log};
use imajin_log::{Header, OpTable};
use imajin_protocol::identity::verify_chain;
use imajin_protocol::{Fact, FactValue};

use crate::prelude::*;

const WHAT: &str = "room";

fn beginning_for(name: &Did) -> Beginning {
    let service = Service::new(Value::map([
        ("id", Value::from("conversation")),
        ("type", Value::from("ImajinConversation")),
        ("name", Value::from(name.as_str())),
    ]));
    Beginning {
        nature: Nature::Thing("conversation"),
        controllers: Vec::new(),
        services: vec![service.unwrap()],
    }
}

/// Both verifiers, of the logs of a stopped node.
async fn verifies(node: TestNode, dids: &[&Did]) {
    let folder = node.stop().await.unwrap();
    for did in dids {
        let log = folder.path().join("users").join(did.folder_name());
        let log = log.join("log.sqlite");
        let ops = std::sync::Arc::new(OpTable::published().unwrap().clone());
        let report = verify_log(&log, &ops, &VerifyOptions::default()).unwrap();
        assert!(report.valid, "{report:?}");
        let python = std::env::var_os("IMAJIN_PYTHON").unwrap_or_else(|| "python3".into());
        let verifier = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/verifier");
        let ran = Command::new(python).arg(verifier).arg(&log).output();
        let ran = ran
            .unwrap_or_else(|error| panic!("Python 3 with PyNaCl (Debian: python3-nacl): {error}"));
        let stderr = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{did}: {stderr}");
    }
}

#[tokio::test]
async fn a_thing_names_itself_in_its_first_operation() {
    let (node, [anna, bert]) = populated(node(), [1, 2], person).await;
    let name = Did::direct(&anna.did, &bert.did);
    let did = node.node.keep_new_key(WHAT, &anna.did).await.unwrap();
    node.node.begin_kept(&did, beginning_for(&name)).await.unwrap();
    let entries = node.node.ledger().entries(&did, None, 10).unwrap();
    assert_eq!(entries.len(), 1);
    let body = decode_body(entries[0].body.as_deref().unwrap()).unwrap();
    assert_eq!(body.get_str("scope"), Some("conversation"));
    assert_eq!(body.get("subtype"), None);
    let token = body.get_str("token").unwrap();
    let chain = verify_chain(&did, &[token]).unwrap();
    let services = chain.state().services.iter();
    let services: Vec<_> = services.filter(|it| it.id() == "conversation").collect();
    assert_eq!(services.len(), 1);
    assert_eq!(services[0].get_str("name"), Some(name.as_str()));
    // Who controls it later, and where its home is, changes nothing about what it is.
    node.node.hand_over_kept(&did, &bert.did).await.unwrap();
    let view = node.node.ledger().view(&did).unwrap().unwrap();
    let chain = view.owner.chain().unwrap().tokens();
    assert_eq!(chain.len(), 2);
    let chain = verify_chain(&did, &chain).unwrap();
    assert!(chain.state().services.contains(services[0]));
    verifies(node, &[&did]).await;
}

#[tokio::test]
async fn what_was_never_used_can_be_let_go_of_and_nothing_else() {
    let (node, [anna]) = populated(node(), [1], person).await;
    let box_ = &node.node;
    let mut all = Vec::new();
    for n in 0..3u8 {
        let did = box_.keep_new_key(WHAT, &anna.did).await.unwrap();
        if n > 0 {
            box_.begin_kept(&did, beginning_for(&did)).await.unwrap();
        }
        all.push(did);
        node.clock.pass(Duration::from_secs(1));
    }
    let [bare, begun, used] = &all[..] else { panic!("{all:?}") };
    let fact = Fact::new([("require_signed", FactValue::Int(1))]).unwrap();
    let wish = CommandRequest::new(used.clone(), "auth.settings.update").fact(fact);
    box_.perform_kept(wish, Vec::new()).await.unwrap();

    let kept = |before| {
        let kept = kept_before(box_, WHAT, before).unwrap();
        kept.into_iter().map(|(did, _)| did).collect::<Vec<_>>()
    };
    let now = box_.now();
    assert_eq!(kept(now), all);
    let earlier = now.checked_add_millis(-1_500).unwrap();
    assert_eq!(kept(earlier), [bare.clone(), begun.clone()]);
    assert!(kept_before(box_, "event", now).unwrap().is_empty());

    for did in [bare, begun] {
        let_go_of_kept(box_, did).await.unwrap();
        assert!(box_.kept_key(did).unwrap().is_none());
        assert_eq!(let_go_of_kept(box_, did).await.unwrap_err().status().as_u16(), 404);
    }
    assert!(box_.status(bare).unwrap().is_none());
    assert!(box_.status(begun).unwrap().unwrap().deleted);
    let refused = let_go_of_kept(box_, used).await.unwrap_err();
    assert_eq!(refused.status().as_u16(), 409, "{refused:?}");
    assert!(!box_.status(used).unwrap().unwrap().deleted);
    assert_eq!(kept(now), std::slice::from_ref(used));
    let newest = box_.ledger().entries(begun, None, 10).unwrap();
    assert_eq!(Header::decode(&newest.last().unwrap().header).unwrap().op, "auth.delete");
    verifies(node, &[begun, used]).await;
}
