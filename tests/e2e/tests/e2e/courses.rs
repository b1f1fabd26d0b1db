//! A certificate is exported from its node as a file, and two programs that share no code verify it.

use imajin_e2e::{Node, Person, imajin, python_verifier};
use imajin_protocol::certificate::Certificate;

#[test]
fn a_certificate_verifies_without_its_node_and_a_changed_one_does_not() {
    let (folder, node) = Node::fresh();
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    let file = ada.earn_certificate(&bob);
    let (status, _) = node.stop();
    assert!(status.success());

    let good = folder.path().join("good.json");
    std::fs::write(&good, &file).unwrap();
    let bad = folder.path().join("bad.json");
    std::fs::write(&bad, file.replace("Bread", "Cakes")).unwrap();
    let report = imajin(["verify", "--json", good.to_str().unwrap()]).json();
    assert_members!(report, "valid": true, "subject": ada.did());
    imajin(["verify", bad.to_str().unwrap()]).fails_with(1);
    let path = good.to_str().unwrap();
    assert!(python_verifier([path]).ok().contains("learn.completed"));
    python_verifier([bad.to_str().unwrap()]).fails_with(1);
}

#[test]
fn a_stranger_who_scans_a_private_certificate_is_asked_for_its_file() {
    let (_folder, node) = Node::fresh();
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    let file = ada.earn_certificate(&bob);
    let certificate = Certificate::read(file.as_bytes()).unwrap();
    let cid = certificate.signed.attestation().cid().unwrap();
    let page = node.get(&format!("/learn/check/{cid}"));
    assert_eq!(page.status(), 404);
    let text = page.text().unwrap();
    assert!(text.contains("href=\"/learn/check\""), "{text}");
    assert!(!text.contains("Bread") && !text.contains(ada.did()), "{text}");
    let lesson = format!("/learn/{}/{}", bob.did(), Person::QUIZ);
    let text = node.get(&lesson).text().unwrap();
    assert!(text.contains("Back to the course"), "{text}");
    node.stop_gracefully();
}
