//! Artifacts, countersignatures and revocations.

use crate::support::{Person, Server, cid_of, document};
use serde_json::json;

#[tokio::test]
async fn countersignatures() {
    let server = Server::start().await;
    let (ada, mut bob) = (Person::on(&server).await, Person::on(&server).await);
    let first = ada.create(&document("a").1, 0);
    server.accept(&[&first.token]).await;
    let once = bob.countersign(&first.cid, Some("endorses"));
    let again = bob.countersign(&first.cid, Some("another"));
    assert_eq!(server.post_one(&once).await["chainId"], first.cid);
    // One of each witness for each target, whatever it says.
    assert_eq!(server.post_one(&again).await["status"], "duplicate");
    let own = server.post_one(&ada.countersign(&first.cid, None)).await;
    assert_eq!(own["error"], "witness DID must differ from target author DID");
    let path = format!("/proof/v1/countersignatures/{}", first.cid);
    let list = server.ok(&path).await;
    assert_eq!(list["countersignatures"][0]["jwsToken"], once);
    assert_eq!(list["countersignatures"].as_array().unwrap().len(), 1);
    // A countersignature can be countersigned, and its author is its witness.
    let of_it = ada.countersign(&cid_of(&once), None);
    server.accept(&[&of_it]).await;
    let own = server.post_one(&bob.countersign(&cid_of(&once), None)).await;
    assert_eq!(own["error"], "witness DID must differ from target author DID");
    // A countersignature of an unknown target waits; the target's route does not exist until then.
    let unknown = document("nothing").1;
    assert_eq!(server.post_one(&bob.countersign(&unknown, None)).await["dependencyMissing"], true);
    let none = format!("/proof/v1/countersignatures/{unknown}");
    assert_eq!(server.status(&none).await, 404);
    // A deleted author's work can still be witnessed, but not by the deleted.
    server.accept(&[&bob.delete()]).await;
    let refused = server.post_one(&bob.countersign(&cid_of(&of_it), None)).await;
    assert_eq!(refused["status"], "rejected");
    let eve = Person::on(&server).await;
    server.accept(&[&eve.countersign(&cid_of(&bob.genesis), None)]).await;
}

#[tokio::test]
async fn artifacts_and_revocations_stand_by_themselves() {
    let (server, ada) = Server::with_person().await;
    let (artifact, grant) = (ada.artifact("x"), ada.grant(None, "chain:*", "read"));
    let revocation = ada.revoke(&grant, 0);
    let results = server.post(&[&artifact, &revocation]).await;
    for result in &results {
        assert_eq!(
            (&result["status"], &result["chainId"]),
            (&"new".into(), &ada.did().as_str().into())
        );
    }
    // The grant was revoked before it arrived.
    assert_eq!(server.post_one(&grant).await["error"], "credential is revoked");
    let status = server.ok(&format!("/revocations/v1/credential/{}", cid_of(&grant))).await;
    assert_eq!(
        (&status["revoked"], &status["revocation"]),
        (&true.into(), &revocation.clone().into())
    );
    let other = server.ok(&format!("/revocations/v1/credential/{}", cid_of(&artifact))).await;
    assert_eq!(other["revoked"], false);
    assert!(other["revocation"].is_null());
    assert_eq!(server.status("/revocations/v1/credential/x").await, 400);
    assert_eq!(server.status("/revocations/v1/issuer/x").await, 400);
    let of = server.ok(&format!("/revocations/v1/issuer/{}", ada.did())).await;
    assert_eq!(of["revocations"][0]["revocation"], revocation);
}

#[tokio::test]
async fn only_the_issuer_revokes() {
    let server = Server::start().await;
    let (ada, eve) = (Person::on(&server).await, Person::on(&server).await);
    let grant = ada.grant(None, "chain:*", "read");
    server.accept(&[&eve.revoke(&grant, 0)]).await;
    // A revocation by a key that is not the issuer's is logged, but has no effect.
    server.accept(&[&grant]).await;
}

#[tokio::test]
async fn the_result_of_a_revocation_names_the_grant_that_it_ends() {
    let (server, ada) = Server::with_person().await;
    let (all, one) = (
        ada.grant(None, "chain:*", "read"),
        ada.grant(None, "chain:2346789acdefhknrtvz2346789acdef", "read"),
    );
    server.accept(&[&all, &one]).await;
    let wildcard = server.post_one(&ada.revoke(&all, 0)).await;
    let expected = json!({ "wildcard": true, "contentIds": [] });
    assert_eq!(wildcard["revokedGrant"], expected);
    let single = server.post_one(&ada.revoke(&one, 0)).await;
    let expected = json!({ "wildcard": false, "contentIds": ["2346789acdefhknrtvz2346789acdef"] });
    assert_eq!(single["revokedGrant"], expected);
    // The result does not describe a grant that the relay does not have.
    let unseen = ada.grant(None, "chain:*", "write");
    let unseen = server.post_one(&ada.revoke(&unseen, 0)).await;
    assert_eq!(unseen["status"], "new");
    assert!(unseen["revokedGrant"].is_null());
}
