//! The rows of docs/threats.md on the bodies of derived entries: words that a home swapped around a true intent.

mod division;
mod fields;
mod orders;
mod same;
mod transfers;

use imajin_dfos::countersign::{self, Countersign};
use imajin_log::entry::encode_body;
use imajin_protocol::attestation::{Attestation, Kind};
use imajin_protocol::jcs;

use crate::threats::prelude::*;

/// Makes an intent signed by Ann, and the consequence that her home derives in Bob's log.
pub(crate) fn across(intent: Make, derived: &Make, to: &Did) -> (Log, Operation) {
    across_by(&ann(), intent, derived, to)
}

/// Makes the same as `across`, by any person.
pub(crate) fn across_by(by: &Party, intent: Make, derived: &Make, to: &Did) -> (Log, Operation) {
    let mut log = begin(by, &first_box());
    let encoded = |make: &Make| make.body.as_ref().map(|body| encode_body(body).unwrap());
    let cid = |make: &Make| encoded(make).as_deref().map(dag_cbor_cid);
    let openings = vec![
        opening(&log.owner.did, intent.op, cid(&intent), 1),
        opening(to, derived.op, cid(derived), 2),
    ];
    let txn = dag_cbor_cid(&list_of(&openings));
    let body = encoded(&intent);
    let (hand, seen) = (owner(&log), seen_last(&log));
    enter_in(&mut log, intent.to(std::slice::from_ref(to)), &hand, seen, Some(txn));
    log.head();
    let operation = operation(&mut log, openings, body);
    (log, operation)
}

/// Returns Bob's log with the consequence.
fn received(operation: &Operation, make: Make, shown: bool) -> Log {
    let mut log = begin(&bob(), &first_box());
    let mut operation = operation.clone();
    if !shown {
        operation.body = None;
    }
    take_evidence(&mut log, &operation);
    open_own(&mut log, &operation);
    derive(&mut log, &operation, make);
    log.head();
    log
}

/// Returns both logs of one operation whose consequence says `derived`.
pub(crate) fn derived_log(intent: Make, derived: Make) -> Log {
    let (log, operation) = across(intent, &derived, &bob().did);
    valid(&log);
    received(&operation, derived, true)
}

/// Makes an attestation of Bob by another person: its CID and body.
fn attest_bob(by: &Party, word: &str) -> (String, Vec<(&'static str, Value)>) {
    attest(&bob(), by, word)
}

/// Makes an attestation of one person by another: its CID and body.
fn attest(subject: &Party, by: &Party, word: &str) -> (String, Vec<(&'static str, Value)>) {
    let attestation = Attestation {
        issuer: by.did.clone(),
        subject: subject.did.clone(),
        kind: Kind::parse("skill.verified").unwrap(),
        context_id: None,
        context_type: None,
        payload: json!({ "says": word }).as_object().cloned(),
        issued_at: crate::support::at(0),
    };
    let cid = attestation.cid().unwrap().to_string();
    let signed = attestation.sign(&by.key).unwrap();
    let body = vec![
        ("attestation", signed.text().into()),
        ("issuer", by.did.as_str().into()),
        ("signature", signed.signature().as_str().into()),
        ("audience", "public".into()),
    ];
    (cid, body)
}

fn signed_in(body: &[(&'static str, Value)]) -> String {
    let signature = body.iter().find(|(name, _)| *name == "signature");
    signature.and_then(|(_, text)| text.as_str()).unwrap().to_owned()
}

fn with_member(
    mut body: Vec<(&'static str, Value)>,
    name: &str,
    value: &str,
) -> Vec<(&'static str, Value)> {
    body.iter_mut().filter(|(n, _)| *n == name).for_each(|(_, v)| *v = value.into());
    body
}

#[test]
fn swapped_words_of_an_attestation() {
    let to_bob = |op| Make::op(op).fact_ids("dids", &[bob().did.to_string()]);
    let (cid, body) = attest_bob(&ann(), "plants trees");
    let issue = || to_bob("auth.attestation.issue").reference(&cid).body(body.clone());
    let derived = |body| Make::op("auth.attestation.received").reference(&cid).body(body);
    valid(&derived_log(issue(), derived(body.clone())));
    // Hexadecimal of a signature may be upper-case.
    let upper = signed_in(&body).to_uppercase();
    let upper = with_member(body.clone(), "signature", &upper);
    valid(&derived_log(issue(), derived(upper)));
    let (_, other) = attest_bob(&ann(), "fells trees");
    let (_, by_bob) = attest_bob(&bob(), "plants trees");
    for swapped in [
        other.clone(),
        by_bob,
        with_member(body.clone(), "signature", &"00".repeat(64)),
        with_member(body.clone(), "signature", "none"),
        with_member(body.clone(), "issuer", bob().did.as_str()),
        with_member(body.clone(), "attestation", "{}"),
        with_member(body.clone(), "attestation", "says what it likes"),
        with_member(other, "attestation", body[0].1.as_str().unwrap()),
    ] {
        caught(&derived_log(issue(), derived(swapped)), 1, "cause");
    }
    // An attestation of Carol, which Ann signed and addressed to Bob.
    let (cid_of_carol, of_carol) = attest(&Party::new(5), &ann(), "plants trees");
    let about_carol = |op| Make::op(op).reference(&cid_of_carol).body(of_carol.clone());
    let ids = [bob().did.to_string()];
    let issue_of_carol = about_carol("auth.attestation.issue").fact_ids("dids", &ids);
    let received = about_carol("auth.attestation.received");
    caught(&derived_log(issue_of_carol, received), 1, "cause");
    // A person's own proof binds what they sign.
    let (mut log, hand) = (begin(&ann(), &first_box()), with_member(body, "signature", "none"));
    will(&mut log, to_bob("auth.attestation.issue").reference(&cid).body(hand).to(&[bob().did]));
    log.head();
    valid(&log);
}

#[test]
fn swapped_words_of_a_countersignature() {
    let name = attest_bob(&bob(), "plants trees").0;
    let made = |by: &Party, target: &str, hand: &Party| {
        let chain = imajin_protocol::identity::verify_chain(&by.did, &[&by.genesis.token]).unwrap();
        let statement = Countersign {
            did: chain.did().clone(),
            target: target.to_owned(),
            relation: None,
            created_at: crate::support::at(0),
        };
        countersign::sign(&statement, &by.key_id, &hand.key).unwrap().token
    };
    let token = |by: &Party, target: &str| made(by, target, by);
    let body = |token: &str| vec![("witness_jws", Value::from(token))];
    let intent = |token: &str| {
        let make = Make::op("auth.attestation.countersign").reference(&name).body(body(token));
        make.fact_ids("dids", &[bob().did.to_string()])
    };
    let derived =
        |token: &str| Make::op("auth.attestation.countersigned").reference(&name).body(body(token));
    let anns = token(&ann(), &name);
    valid(&derived_log(intent(&anns), derived(&anns)));
    let elsewhere = token(&ann(), &dag_cbor_cid(b"another").to_string());
    for swapped in [&elsewhere, &token(&bob(), &name), "no token"] {
        caught(&derived_log(intent(&anns), derived(swapped)), 1, "cause");
    }
    // If the intent's body is withheld, the signature still holds; its subject is the home's word unless the text names
    // it.
    for (token, words) in [(&anns, 0), (&elsewhere, 1)] {
        let (_, operation) = across(intent(token), &derived(token), &bob().did);
        let report = valid(&received(&operation, derived(token), false));
        assert_eq!(report.home_words.values().sum::<u64>(), words);
    }
    // Another signer's attestation, or another person's countersignature, is at fault there too.
    for wrong in [&made(&ann(), &name, &bob()), &token(&bob(), &name)] {
        let (_, operation) = across(intent(wrong), &derived(wrong), &bob().did);
        caught(&received(&operation, derived(wrong), false), 1, "cause");
    }
}

fn facts(members: &[(&str, FactValue)]) -> Option<imajin_protocol::Fact> {
    let members = members.iter().map(|(name, value)| (*name, value.clone()));
    Some(imajin_protocol::Fact::new(members).unwrap())
}

fn id(text: &str) -> FactValue {
    FactValue::Id(IdText::parse(text).unwrap())
}

/// Makes a ticket of an event for Bob: the text, and its entry's fact.
fn ticket(event: &Party, seat: &str) -> (String, Vec<(&'static str, FactValue)>) {
    let (event, holder) = (event.did.to_string(), bob().did.to_string());
    let text = jcs::to_string(&json!({
        "event": event, "holder": holder, "issue": 1, "issuedAt": "2026-01-01T00:00:00.000Z",
        "seat": seat, "ticket": TICKET, "type": 1, "v": 1,
    }));
    let fact = vec![
        ("event", id(&event)),
        ("holder", id(&holder)),
        ("issue", FactValue::Int(1)),
        ("seat", id(seat)),
        ("type", FactValue::Int(1)),
    ];
    (text, fact)
}

const TICKET: &str = "tkt_0102030405060708090a0b0c";

#[test]
fn swapped_words_of_a_ticket() {
    let event = Party::new(40);
    let (text, fact) = ticket(&event, "0000000000000001");
    let body = |text: &str, by: &Party| {
        let signature = hex::encode(&by.sign(text));
        vec![("ticket", Value::from(text)), ("signature", signature.as_str().into())]
    };
    let buy = || Make {
        fact: facts(&[
            ("type", FactValue::Int(1)),
            ("quantity", FactValue::Int(2)),
            ("amount", FactValue::Int(1_000)),
            ("currency", id("CHF")),
        ]),
        ..Make::op("events.buy")
    };
    let fact: Vec<_> =
        fact.into_iter().chain([("price", FactValue::Int(500)), ("currency", id("CHF"))]).collect();
    let derived = |body| Make {
        fact: facts(&fact),
        ..Make::op("events.ticket").reference(TICKET).body(body)
    };
    valid(&derived_log(buy(), derived(body(&text, &event))));
    let (better, _) = ticket(&event, "0000000000000002");
    let (others, _) = ticket(&Party::new(41), "0000000000000001");
    for swapped in [
        body(&better, &event),
        body(&others, &Party::new(41)),
        body(&text, &Party::new(41)),
        body("{}", &event),
        body(&(text.clone() + " "), &Party::new(41)),
    ] {
        caught(&derived_log(buy(), derived(swapped)), 1, "cause");
    }
    let dearer = Make { fact: facts(&[("type", FactValue::Int(2))]), ..Make::op("events.buy") };
    let cheap = derived(body(&text, &event));
    caught(&derived_log(dearer, cheap), 1, "cause");
}

#[test]
fn swapped_manifests_and_receipts() {
    // Bob's work comes from a song of Carol's and Dora's, to whom a fifth goes.
    let (carol, dora) = (Party::new(5).did, Party::new(6).did);
    let half = |did: &Did| json!({ "id": did.as_str(), "weight": 0.5 });
    let song =
        json!({ "version": "0.3.0", "id": "song", "contributors": [half(&carol), half(&dora)] });
    let song = jcs::to_string(&song);
    let manifest = |weight: f64| {
        let people = json!([{ "id": bob().did.as_str(), "weight": 1 }]);
        let from = json!([{ "id": "song", "weight": weight }]);
        jcs::to_string(
            &json!({ "version": "0.3.0", "id": "work", "contributors": people, "derivesFrom": from }),
        )
    };
    let digest = |document: &Json| {
        format!(
            "sha256:{}",
            hex::encode(&imajin_dfos::cid::sha256(jcs::to_string(document).as_bytes()))
        )
    };
    let texts = [manifest(0.2), song];
    let each: Vec<String> =
        texts.iter().map(|text| digest(&serde_json::from_str(text).unwrap())).collect();
    let pins = [
        ("amount", FactValue::Int(1250)),
        ("currency", id("CHF")),
        ("seller", id(bob().did.as_str())),
        ("fair", id(&each[0])),
        ("follows", id(&digest(&json!(each)))),
    ];
    let list =
        |texts: &[String]| Value::List(texts.iter().map(|text| text.as_str().into()).collect());
    let checkout = || Make {
        fact: facts(&pins),
        ..Make::op("pay.checkout").body(vec![("manifest", "x".into())])
    };
    let expected =
        |texts: &[String]| Make::op("pay.expected").body(vec![("manifests", list(texts))]);
    valid(&derived_log(checkout(), expected(&texts)));
    for swapped in [vec![manifest(0.5), texts[1].clone()], vec![texts[0].clone()], Vec::new()] {
        caught(&derived_log(checkout(), expected(&swapped)), 1, "cause");
    }
    let (payer, seller) = (ann().did.to_string(), bob().did.to_string());
    // Done by hand: 12.50 less 1 %, 0.5 % and 0.25 %, the odd one to the largest remainder at each level.
    let (network, home) = (Party::new(7).did, first_box().did);
    let line = |level: u8, to: Json, weight: u32, amount: i64, passed_on: Option<&String>| {
        let by = &each[usize::from(level) - 1];
        let mut line =
            json!({ "level": level, "manifest": by, "to": to, "weight": weight, "amount": amount });
        if let Some(digest) = passed_on {
            line["passedOn"] = digest.as_str().into();
        }
        line
    };
    let fee = |kind: &str, to: &str, share: u32, amount: i64| json!({ "kind": kind, "to": to, "share": share, "amount": amount });
    let division = json!({
        "fees": [
            fee("protocol", network.as_str(), 10_000, 13),
            fee("node", home.as_str(), 5_000, 6),
            fee("buyerCredit", &payer, 2_500, 3),
        ],
        "lines": [
            line(1, json!({ "did": seller }), 1_000_000, 982, None),
            line(1, json!({ "work": "song" }), 200_000, 246, Some(&each[1])),
            line(2, json!({ "did": carol.as_str() }), 500_000, 123, None),
            line(2, json!({ "did": dora.as_str() }), 500_000, 123, None),
        ],
        "recipients": [
            [seller, 982], [carol.as_str(), 123], [dora.as_str(), 123],
            [network.as_str(), 13], [home.as_str(), 6], [payer, 3],
        ],
    });
    let receipt_with = |amount: i64, id: &str, texts: &[String], edit: &dyn Fn(&mut Json)| {
        let order = json!({
            "id": id, "gross": amount, "currency": "CHF", "payer": payer, "seller": seller,
            "service": "events", "kind": "ticket", "rail": "ledger",
        });
        let mut receipt = json!({
            "v": 1, "type": "mjn:receipt", "at": "2026-01-01T00:00:00.000Z", "order": order,
            "profile": { "protocol": 10_000, "node": 5_000, "buyerCredit": 2_500 },
            "parties": { "protocol": network.as_str(), "node": home.as_str() },
            "manifests": texts, "division": division,
        });
        edit(&mut receipt);
        jcs::to_string(&receipt)
    };
    let receipt =
        |amount: i64, id: &str, texts: &[String]| receipt_with(amount, id, texts, &|_| ());
    let entry = |amount: i64, text: &str| Make {
        fact: facts(&[
            ("amount", FactValue::Int(amount)),
            ("currency", id("CHF")),
            ("payer", self::id(&payer)),
            ("seller", self::id(&seller)),
        ]),
        ..Make::op("pay.receipt").reference("pay_1").body(vec![("receipt", text.into())])
    };
    let settle = || Make {
        fact: facts(&pins),
        ..Make::op("pay.settle").body(vec![("manifest", "x".into())])
    };
    // A receipt includes the seller's debts.
    let owes = |amount: i64| json!({ "amount": amount, "creditor": payer, "debtor": seller });
    let with = |debts: serde_json::Value| {
        let mut document: serde_json::Value =
            serde_json::from_str(&receipt(1250, "pay_1", &texts)).unwrap();
        document["debts"] = debts;
        jcs::to_string(&document)
    };
    valid(&derived_log(settle(), entry(1250, &with(json!([owes(1250)])))));
    let report = valid(&derived_log(settle(), entry(1250, &receipt(1250, "pay_1", &texts))));
    assert_eq!(report.home_words["pay.receipt"], 1, "that it was paid is the node's word");
    assert_eq!(report.home_divisions, 0, "who gets what is not");
    // The division is the home's word if the intent does not say which manifests the money follows, as for payments
    // outside the node.
    let unpinned = |names: &[&str]| Make {
        fact: facts(&Vec::from_iter(
            (pins.iter()).filter(|&(name, _)| !names.contains(name)).cloned(),
        )),
        ..settle()
    };
    for names in [&["follows"][..], &["fair", "follows"]] {
        let own = receipt(1250, "pay_1", &texts);
        let report = valid(&derived_log(unpinned(names), entry(1250, &own)));
        assert_eq!(report.home_divisions, 1, "{names:?}");
        let more = |receipt: &mut Json| receipt["division"]["recipients"][1][1] = 124.into();
        let more = receipt_with(1250, "pay_1", &texts, &more);
        caught(&derived_log(unpinned(names), entry(1250, &more)), 1, "cause");
    }
    // The division is also the home's word if a line follows a manifest that the receipt lacks: the verifier cannot
    // compute it.
    let elsewhere = |receipt: &mut Json| {
        receipt["division"]["lines"][0]["passedOn"] = digest(&json!({})).into();
        receipt["division"]["recipients"] = json!([[payer, 1250]]);
    };
    let elsewhere = receipt_with(1250, "pay_1", &texts, &elsewhere);
    assert_eq!(valid(&derived_log(settle(), entry(1250, &elsewhere))).home_divisions, 1);
    for (amount, text) in [
        (1250, receipt(12, "pay_1", &texts)),
        (1250, receipt(1250, "pay_2", &texts)),
        (1250, receipt(1250, "pay_1", &texts[..1])),
        (12, receipt(12, "pay_1", &texts)),
        (1250, "no receipt".into()),
        (1250, with(json!([]))),
        (1250, with(json!([owes(0)]))),
        (1250, with(json!([owes(1251)]))),
        (1250, with(json!([owes(600), owes(600)]))),
        (1250, with(json!([{ "amount": 1, "creditor": payer, "debtor": payer }]))),
        (1250, with(json!([{ "amount": 1, "creditor": seller, "debtor": seller }]))),
        (1250, with(json!([{ "amount": 1, "creditor": "Ann", "debtor": seller }]))),
        (1250, with(json!([{ "amount": 1, "debtor": seller }]))),
    ] {
        caught(&derived_log(settle(), entry(amount, &text)), 1, "cause");
    }
    // The fees and the manifests in a receipt determine each share, whatever the node says.
    let edits: [&dyn Fn(&mut Json); 9] = [
        &|receipt| receipt["division"]["recipients"][1][1] = 124.into(),
        &|receipt| {
            receipt["division"]["recipients"][1][0] =
                receipt["division"]["recipients"][0][0].clone()
        },
        &|receipt| receipt["division"]["lines"][2]["amount"] = 124.into(),
        &|receipt| receipt["division"]["fees"][1]["amount"] = 7.into(),
        &|receipt| receipt["division"]["more"] = 1.into(),
        &|receipt| receipt["profile"]["node"] = 20_000.into(),
        &|receipt| receipt["parties"]["node"] = bob().did.as_str().into(),
        &|receipt| drop(receipt.as_object_mut().unwrap().remove("division")),
        &|receipt| receipt["v"] = 2.into(),
    ];
    for edit in edits {
        let text = receipt_with(1250, "pay_1", &texts, edit);
        caught(&derived_log(settle(), entry(1250, &text)), 1, "cause");
    }
    // A receipt may have members that the computation does not need.
    let more = |receipt: &mut Json| receipt["more"] = "words".into();
    let text = receipt_with(1250, "pay_1", &texts, &more);
    valid(&derived_log(settle(), entry(1250, &text)));
}

#[test]
fn words_of_another_body_than_the_intents() {
    let words = |title: &str| vec![("title", Value::from(title))];
    let create = || Make::op("events.create").body(words("A concert"));
    let opened = |title: &str, salt: u8| {
        let mut make = Make::op("events.opened").reference(ann().did).body(words(title));
        if let Some(Value::Map(members)) = &mut make.body {
            members.insert("salt".into(), Value::Bytes(vec![salt; 16]));
        }
        make
    };
    // The intent's body, and the body of older nodes with its own salt.
    let same = || Make { op: "events.opened", ..create().reference(ann().did) };
    assert!(valid(&derived_log(create(), same())).home_words.is_empty());
    assert!(valid(&derived_log(create(), opened("A concert", 7))).home_words.is_empty());
    caught(&derived_log(create(), opened("A lecture", 7)), 1, "cause");
    // If the intent's body is withheld, its CID still proves the words; with another salt it is the home's word.
    let withheld = |derived: Make| {
        let (_, operation) = across(create(), &derived, &bob().did);
        valid(&received(&operation, derived, false)).home_words
    };
    assert!(withheld(same()).is_empty());
    assert_eq!(withheld(opened("A lecture", 7))["events.opened"], 1);
}
