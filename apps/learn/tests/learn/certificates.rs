//! Finishing a course, and its certificate.

use imajin_protocol::certificate::Certificate;
use serde_json::{Value as Json, json};

use crate::quizzes::{answer, grade};
use crate::support::{COURSE, FIRST, SECOND, Somebody, World, somebody, world};

async fn complete(world: &World, of: &Somebody, public: i64) -> (u16, Json) {
    let fact = json!({"teacher": world.bea.did(), "public": public});
    let reply = of.says(&world.node, "learn.complete", Some(COURSE), Json::Null, fact).await;
    (reply.status, reply.json())
}

#[tokio::test]
async fn who_has_done_everything_gets_one_certificate_that_verifies_by_itself() {
    let world = world().await;
    let node = &world.node;
    grade(&world, Some(50)).await;
    let ada = somebody(node, 5).await;
    assert_eq!(complete(&world, &ada, 0).await.0, 403);
    assert_eq!(ada.places(&world, "learn.enroll").await.status, 201);
    let now = node.node.now().as_millis();
    ada.studies(&world, &[(FIRST, now), (SECOND, now)]).await.check(201);
    let (status, early) = complete(&world, &ada, 0).await;
    assert_eq!(status, 409, "the quiz isn't passed: {early}");
    let course = format!("/{COURSE}");
    assert_lacks!(world.page(Some(&ada), &course).await.text(), "id=\"finish\"");
    assert_eq!(answer(&world, &ada, ("bread", "sugar")).await.0, 201);
    assert_has!(world.page(Some(&ada), &course).await.text(), "id=\"finish\"");

    let (status, done) = complete(&world, &ada, 0).await;
    assert_eq!(status, 201, "{done}");
    let (status, again) = complete(&world, &ada, 0).await;
    assert_eq!((status, &again["reason"]), (409, &json!("done")));
    assert!(world.cards(&ada).contains(&"certificate"));
    assert!(world.cards(&world.bea).contains(&"course-finished"));
    assert_has!(ada.get(node, "/learn/mine").await.text(), "<strong>Bread</strong>");

    let cid = done["value"]["certificate"].as_str().unwrap();
    let path = format!("/learn/api/certificates/{cid}");
    node.get(path.as_str()).await.check(404);
    assert_eq!(world.owner.get(node, &path).await.status, 404);
    assert_eq!(world.bea.get(node, &path).await.status, 200);
    let page = format!("/learn/check/{cid}");
    let hidden = node.get(page.as_str()).await.check(404);
    assert_has!(hidden.text(), "href=\"/learn/check\"");
    assert_lacks!(hidden.text(), "Bread");
    assert_eq!(world.owner.get(node, &page).await.status, 404);
    let proof = format!("data-file=\"{path}\"");
    for party in [&ada, &world.bea] {
        let shown = party.get(node, &page).await.check(200).text();
        assert_has!(shown, "Bread", "Only the student", &proof);
    }
    let file = ada.get(node, &path).await.check(200);
    let certificate = Certificate::read(file.text().as_bytes()).unwrap();
    let attestation = certificate.signed.attestation();
    assert_eq!(attestation.cid().unwrap().to_string(), cid);
    assert_eq!((&attestation.issuer, &attestation.subject), (node.node.did(), ada.did()));
    let payload = json!(attestation.payload);
    assert_members!(payload, "course": "Bread", "lessons": 2, "score": 50);
    assert_eq!(payload["teacher"], json!(world.bea.did()));

    // A certificate with any part changed is invalid.
    let file = file.json();
    let chain = file["chain"].as_array().unwrap();
    assert!(!chain.is_empty());
    let text = file["attestation"].as_str().unwrap();
    let other = format!("{}0", file["signature"].as_str().unwrap().split_at(127).0);
    let signature = if file["signature"].as_str() == Some(other.as_str()) {
        format!("{}1", other.split_at(127).0)
    } else {
        other
    };
    for (name, value) in [
        ("v", json!(2)),
        ("attestation", json!(text.replace("Bread", "Cakes"))),
        ("attestation", json!(format!(" {text}"))),
        ("signature", json!(signature)),
        ("issuer", json!(world.bea.did())),
        ("chain", json!([chain[0], chain[0]])),
        ("chain", json!(["x"])),
        ("more", json!(1)),
    ] {
        let mut changed = file.clone();
        changed[name] = value;
        let read = Certificate::read(changed.to_string().as_bytes());
        assert!(read.is_err(), "{name} is changed");
    }
    world.close().await;
}

#[tokio::test]
async fn a_public_certificate_is_for_everybody_and_a_stranger_word_is_none() {
    let world = world().await;
    let node = &world.node;
    let ada = somebody(node, 5).await;
    assert_eq!(ada.places(&world, "learn.enroll").await.status, 201);
    let now = node.node.now().as_millis();
    let (status, early) = complete(&world, &ada, 1).await;
    assert_eq!(status, 409);
    assert!(early["detail"].as_str().unwrap().contains("Wheat"), "{early}");
    ada.studies(&world, &[(FIRST, now), (SECOND, now)]).await.check(201);
    let (status, done) = complete(&world, &ada, 1).await;
    assert_eq!(status, 201, "{done}");
    let cid = done["value"]["certificate"].as_str().unwrap();
    let file = node.get(format!("/learn/api/certificates/{cid}")).await.check(200);
    let certificate = Certificate::read(file.text().as_bytes()).unwrap();
    assert_eq!(certificate.signed.attestation().payload.as_ref().unwrap()["score"], Json::Null);
    let page = node.get(format!("/learn/check/{cid}")).await.check(200).text();
    let (student, teacher) = (ada.did().as_str(), world.bea.did().as_str());
    assert_has!(page, "Bread", student, teacher);
    assert_lacks!(page, "Only the student");
    assert_eq!(node.get("/learn/check").await.status, 200);
    world.close().await;
}
