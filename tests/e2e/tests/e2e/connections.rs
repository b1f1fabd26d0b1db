//! Connections through the real program: by invitation, along a line of friends, ended by either; what each person
//! exports, and its verification by a verifier in another language.

use imajin_e2e::payments::manifest;
use imajin_e2e::prelude::*;
use imajin_protocol::fair::SuffixKeys;
use imajin_protocol::settlement::Receipt;

#[test]
fn connected_parted_and_proved() {
    let (folder, node) = Node::fresh();
    let people: Vec<Person> = (0..4).map(|_| Person::new(&node.url)).collect();
    let id = |n: usize| format!("inv_{n:024x}");
    let code = |n: usize| format!("AAAA-BBBB-CC{n:02}");
    // Ada – Ben – Cleo – Dan.
    for n in 0..3 {
        people[n].invite(&id(n), &code(n), 1).unwrap();
        people[n + 1].accept(&people[n], &id(n), &code(n)).unwrap();
        people[n].confirm_connection(&people[n + 1], &["connection.invited"]).unwrap();
    }
    let [ada, ben, cleo, dan] = &people[..] else { unreachable!("four people") };
    assert_eq!(
        [ada.distance(ada), ada.distance(ben), ada.distance(cleo), dan.distance(ada)],
        [Some(0), Some(1), Some(2), Some(3)]
    );
    let refused = dan.accept(ada, &id(0), &code(0)).unwrap_err();
    assert!(refused.to_string().contains("used up"), "{refused}");
    let link = ben.connection(ada).unwrap();
    let attestation =
        ben.read(&format!("/auth/api/attestations/{}", link["attestation"].as_str().unwrap()));
    assert_eq!(attestation["attestationStatus"], "bilateral");
    ada.nickname(ben, "Benny").unwrap();
    cleo.disconnect(ben).unwrap();
    assert_eq!((ada.distance(cleo), ben.connection(cleo)), (None, None));

    // Each person's copy verifies offline and contains their part; two copies agree on what both did together.
    let mut bundles = Vec::new();
    for person in [ada, ben] {
        let bundle = folder.path().join(person.did().replace(':', "_"));
        let bundle = bundle.to_str().unwrap().to_owned();
        let key = person.key_file(folder.path());
        let key = key.to_str().unwrap();
        imajin(["export", "--to", &bundle, "--node", &node.url, "--key", key]).ok();
        imajin(["verify", &bundle]).ok();
        python_verifier([&bundle]).ok();
        let view = std::fs::read_to_string(format!("{bundle}/bundle.json")).unwrap();
        assert!(view.contains("\"connections\":{\"graph\":[{"), "{view}");
        bundles.push(bundle);
    }
    imajin(["verify", &bundles[0], &bundles[1]]).ok();
    both_say_of_two(&bundles, &json!({"valid": true, "a": "valid", "b": "valid"}), 0);
    let index = format!("{}/index.html", bundles[1]);
    std::fs::write(&index, "another page").unwrap();
    both_say_of_two(&bundles, &json!({"valid": false, "a": "valid", "b": "not valid"}), 1);
    let view = std::fs::read_to_string(format!("{}/bundle.json", bundles[0])).unwrap();
    assert!(view.contains("Benny"), "{view}");
    let dids: Vec<_> = people.iter().map(Person::did).collect();
    node.check_records(&dids);
}

/// Asserts both verifiers' verdicts on two bundles, as JSON.
fn both_say_of_two(bundles: &[String], expected: &Json, code: i32) {
    let arguments = ["--json", &bundles[0], &bundles[1]];
    let ours = imajin(["verify"].iter().chain(&arguments));
    for outcome in [ours, python_verifier(arguments)] {
        assert_eq!(outcome.code, code, "{}{}", outcome.stdout, outcome.stderr);
        let report: Json = serde_json::from_str(&outcome.stdout).unwrap();
        let verdicts = json!({
            "valid": report["valid"],
            "a": report["a"]["verdict"],
            "b": report["b"]["verdict"],
        });
        assert_eq!(verdicts, *expected);
        assert_eq!(report["equivocations"], json!([]));
    }
}

/// On another node people see what their tickets are for and whom they know, although neither is there.
#[test]
fn tickets_and_connections_are_still_known_after_a_move() {
    let (folder, node) = Node::fresh();
    let [ada, bob, cleo] = [(); 3].map(|()| Person::new(&node.url));
    let (invite, code) = ("inv_000000000000000000000001", "AAAA-AAAA-AAAA");
    bob.invite(invite, code, 2).unwrap();
    for (other, name) in [(&ada, "Aunt Ada"), (&cleo, "Cousin Cleo")] {
        other.accept(&bob, invite, code).unwrap();
        bob.confirm_connection(other, &["connection.invited"]).unwrap();
        bob.nickname(other, name).unwrap();
    }
    let made = ada.event_key();
    let event = made["event"].as_str().unwrap();
    let fair = [(ada.key.did(), 1_000_000)];
    let fair = manifest(&ada, made["id"].as_str().unwrap(), &fair, None);
    let words = json!({
        "title": "Lantern walk", "startsAt": "2099-12-31T20:00:00.000Z", "locationType": "physical", "venue": "The Hill",
        "tickets": [{ "name": "With a lantern" }],
    });
    ada.put_event("events.create", event, &words, &fair, &[(0, 10)]).unwrap();
    ada.event_status(event, "published").unwrap();
    bob.buy_tickets(event, 1, 1).unwrap();

    let copy = folder.path().join("copy").to_str().unwrap().to_owned();
    let key = bob.key_file(folder.path());
    let key = key.to_str().unwrap();
    imajin(["export", "--to", &copy, "--node", &node.url, "--key", key]).ok();
    python_verifier([&copy]).ok();
    let second = Node::start(&folder.path().join("second"));
    imajin(["import", &copy, "--node", &second.url, "--key", key]).ok();

    let there = bob.at(&second.url);
    let tickets = there.tickets();
    let details = ["title", "startsAt", "typeName", "eventId"].map(|name| tickets[0][name].clone());
    let walk = json!(["Lantern walk", "2099-12-31T20:00:00.000Z", "With a lantern", null]);
    assert_eq!(json!(details), walk, "{tickets}");
    let mine = there.page("/events/mine");
    assert!(mine.contains("<h2>Lantern walk</h2>"), "{mine}");
    let list = there.page("/connections");
    let (_, elsewhere) = list.split_once("id=\"elsewhere\"").expect("a section");
    assert!(elsewhere.contains("Aunt Ada") && elsewhere.contains(ada.did()), "{list}");
    // Each page links to the next one, and the API has the same.
    let part = there.page("/connections?limit=1");
    assert_has!(part, "Cousin Cleo");
    assert_lacks!(part, "Aunt Ada");
    assert!(part.contains("href=\"?elsewhere=1\""), "{part}");
    let part = there.page("/connections?limit=1&elsewhere=1");
    assert_has!(part, "Aunt Ada", "href=\"?elsewhere=0\"");
    for (offset, name) in [(0, "Cousin Cleo"), (1, "Aunt Ada")] {
        let path = format!("/connections/api/connections/elsewhere?limit=1&offset={offset}");
        let answer: Json = serde_json::from_str(&there.page(&path)).unwrap();
        assert_eq!(
            (&answer["total"], &answer["connections"][0]["nickname"]),
            (&json!(2), &json!(name)),
            "{answer}"
        );
    }
    there.disconnect(&ada).unwrap();
    assert!(!there.page("/connections").contains("Aunt Ada"));
}

/// The price of an answer is paid with the question, in one operation, by the manifest that the answering person
/// signed; otherwise nothing happens.
#[test]
fn an_answer_that_costs_something_is_paid_with_the_question() {
    let (folder, node) = Node::fresh();
    let [ada, ben, eve] = [(); 3].map(|()| Person::new(&node.url));
    let owner = Person::claim(&node, folder.path());
    let (invite, code) = ("inv_000000000000000000000001", "AAAA-AAAA-AAAA");
    ada.invite(invite, code, 1).unwrap();
    eve.accept(&ada, invite, code).unwrap();
    ada.put("profile", "profile.update", &json!({ "displayName": "Ada" })).unwrap();
    let root = eve.sign_and_ask("/auth/api/attestations/root", &json!({})).1;

    // Ada asks for half a franc, of which Ben gets 30 %.
    let shares = [(ada.key.did(), 700_000), (ben.key.did(), 300_000)];
    let fair = manifest(&ada, "answers", &shares, None);
    let draft = |fair: &str| json!({ "reach": 1, "price": 50, "currency": "CHF", "fair": fair });
    let digest = fair.digest().to_string();
    // A manifest that is unpublished or signed by another person is refused.
    assert_eq!(ada.set_policy(&draft(&digest)), 400);
    let of_ben = manifest(&ben, "bens", &[(ben.key.did(), 1_000_000)], None);
    ben.publish(&of_ben).unwrap();
    assert_eq!(ada.set_policy(&draft(&of_ben.digest().to_string())), 400);
    ada.publish(&fair).unwrap();
    assert_eq!(ada.set_policy(&draft(&digest)), 204);

    // Instructed exactly, signed, and covered by credit: otherwise 402, and nothing has happened.
    assert_eq!(eve.ask_about(&ada, None, None).status, 402);
    assert_eq!(eve.ask_about(&ada, Some(49), None).status, 402);
    assert_eq!(eve.ask_about(&ada, Some(51), None).status, 402);
    let quote = eve.ask_about(&ada, Some(50), None);
    assert_eq!((quote.status, quote.fair), (402, None));
    let signed = eve.signed(&quote.json["sign"]);
    let poor = eve.ask_about(&ada, Some(50), Some(&*signed.token));
    assert_eq!((poor.status, &poor.json["needed"]), (402, &json!(50)), "{}", poor.json);
    assert!(poor.json["answer"].is_null());

    eve.ask_for_credit(120).unwrap();
    let credit = eve.newest_payment("pay.pending");
    owner.confirm(&credit, 120, &[eve.did()]).unwrap();
    let quote = eve.ask_about(&ada, Some(50), None);
    let signed = eve.signed(&quote.json["sign"]);
    let answered = eve.ask_about(&ada, Some(50), Some(&*signed.token));
    assert_eq!(answered.status, 200, "{}", answered.json);
    assert_eq!(answered.json["answer"]["displayName"], "Ada");
    assert_eq!(answered.fair.as_deref(), Some(&*digest));
    assert_eq!(answered.json["fair"]["contributors"][1]["id"], json!(ben.did()));
    let sums = || [eve.credit(), ada.credit(), ben.credit()];
    assert_eq!(sums(), [70, 35, 15]);
    // The answer was lost: the same signature is the same payment.
    let again = eve.ask_about(&ada, Some(50), Some(&*signed.token));
    assert_eq!((again.status, sums()), (200, [70, 35, 15]));
    // Each question is paid; the third exceeds the credit.
    for (status, left) in [(200, [20, 70, 30]), (402, [20, 70, 30])] {
        let quote = eve.ask_about(&ada, Some(50), None);
        let signed = eve.signed(&quote.json["sign"]);
        let reply = eve.ask_about(&ada, Some(50), Some(&*signed.token));
        assert_eq!((reply.status, sums()), (status, left), "{}", reply.json);
    }
    // A question about the caller's own profile is free.
    assert_eq!(ada.ask_about(&ada, None, None).status, 200);

    let payment = answered.json["payment"].as_str().unwrap();
    let receipt = eve.money(&format!("receipts/{payment}")).to_string();
    let held = Receipt::verify(&receipt, &SuffixKeys).unwrap();
    assert_eq!(held.receipt.order.gross.get(), 50);
    // The node's attestation names the record in which Eve and the node met, and is valid on other nodes, too.
    let path = format!("/auth/api/attestations?subject_did={}&type=transaction.settled", eve.did());
    let attestations = eve.read(&path);
    assert_eq!(attestations["attestations"][0]["payload"]["root"], root["cid"], "{attestations}");
    let path = format!("/auth/api/standing/{}?mode=cross-node", eve.did());
    let standing = eve.read(&path);
    assert!(standing["standingPpm"].as_u64() > Some(0), "{standing}");

    for person in [&ada, &ben, &eve] {
        let bundle = folder.path().join(person.did().replace(':', "_"));
        let (bundle, key) = (bundle.to_str().unwrap(), person.key_file(folder.path()));
        let key = key.to_str().unwrap();
        imajin(["export", "--to", bundle, "--node", &node.url, "--key", key]).ok();
        imajin(["verify", bundle]).ok();
        python_verifier([bundle]).ok();
        if person.did() == ada.did() {
            let view = std::fs::read_to_string(format!("{bundle}/bundle.json")).unwrap();
            assert!(view.contains("to write to them"), "{view}");
        }
    }
    node.check_records(&[]);
}
