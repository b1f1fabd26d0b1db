use imajin_dfos::base64;
use imajin_host::prelude::*;
use imajin_log::Header;

use crate::prelude::*;

#[tokio::test]
async fn a_log_is_its_owners_to_read() {
    let (node, [anna, bert]) = populated(node(), [1, 2], person).await;
    for n in 0..3 {
        anna.write(&node, &bio(&anna, &format!("bio {n}"))).await.check(201);
    }
    let mine = anna.sign_in(&node).await;
    let theirs = bert.sign_in(&node).await;
    let get = |query: &str| Ask::get(format!("/auth/api/log/{}{query}", anna.did));
    assert_eq!(send(&node, get("")).await.status, 401);
    assert_eq!(send(&node, get("").bearer(&theirs)).await.status, 403);
    let all = send(&node, get("").bearer(&mine)).await.json();
    let entries = all["entries"].as_array().unwrap();
    let header = |at: usize| {
        Header::decode(&base64::decode_url(entries[at]["header"].as_str().unwrap()).unwrap())
            .unwrap()
    };
    assert_eq!(entries.len(), 4);
    assert_eq!([&*header(0).op, &*header(3).op], ["auth.identity.create", "profile.update"]);
    assert_eq!(header(3).seq, 3);
    assert!(entries[3]["body"].is_string() && all["head"].is_string() && all["hasMore"] == false);
    let part = send(&node, get("?after=0&limit=2").bearer(&mine)).await.json();
    assert_eq!(part["entries"].as_array().unwrap().len(), 2);
    assert_eq!((&part["hasMore"], &part["entries"][0]), (&json!(true), &all["entries"][1]));
}

#[tokio::test]
async fn the_head_has_what_the_next_proof_needs() {
    let node = node().await;
    let anna = Person::new(1);
    let before = send(&node, Ask::get(format!("/auth/api/head/{}", anna.did))).await.json();
    assert_eq!(
        before,
        json!({"node": node.node.did(), "url": node.node.url(), "epoch": 1, "seq": null, "seen": null, "after": null, "chain": null, "head": null, "time": node.node.now().to_string()})
    );
    let anna = person(&node, 1).await;
    let kid = anna.kid.to_string().replace('#', "%23");
    let ask = || Ask::get(format!("/auth/api/head/{}?kid={kid}", anna.did));
    let chain = json!(anna.chain.as_ref().unwrap().head_cid().to_string());
    let signed = |by: &Person| ask().signed_by(&node, by);
    let session = ask().bearer(&anna.sign_in(&node).await);
    for own in [signed(&anna), session] {
        let head = send(&node, own).await.json();
        assert_eq!((&head["seq"], &head["chain"]), (&json!(0), &chain));
        assert!(head["after"].is_string() && head["seen"]["cid"].is_string());
    }
    let odd = Ask::get(format!("/auth/api/head/{}?kid=x", anna.did));
    let odd = odd.signed_by(&node, &anna);
    assert_eq!(send(&node, odd).await.status, 400);

    // No one else learns when Anna writes.
    let bert = person(&node, 2).await;
    let session = ask().bearer(&bert.sign_in(&node).await);
    let nobody = Person::new(3);
    for other in [ask(), signed(&bert), session, signed(&nobody)] {
        let head = send(&node, other).await.json();
        assert_eq!(
            head,
            json!({"node": node.node.did(), "url": node.node.url(), "epoch": 1, "seq": null, "seen": null, "after": null, "chain": chain, "head": null, "time": node.node.now().to_string()})
        );
    }
    let forged = Person { did: anna.did.clone(), ..Person::new(3) };
    assert_eq!(send(&node, signed(&forged)).await.status, 401);
}
