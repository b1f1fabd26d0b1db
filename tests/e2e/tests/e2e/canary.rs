//! People can always leave: a random text is put into every text field of every operation of every service. Export
//! finds it, count counts it, and after deletion no file contains it.
//!
//! Generated over what the program mounts: an operation without a canary here fails the test by name.

use imajin_app::operation::{Declaration, Words};
use imajin_dfos::cid::raw_cid;
use imajin_e2e::chats::Talk;
use imajin_e2e::market_orders::PIECE;
use imajin_e2e::payments::{manifest, manifest_with_terms};
use imajin_e2e::prelude::*;
use imajin_e2e::works::PRICE;
use imajin_e2e::{files_with_any, run};
use imajin_log::RequiredAuthority;
use imajin_protocol::attestation::{Attestation, Kind};

/// The content of each operation's text fields. Every text has its own letters and digits, so that each field is found
/// separately.
enum Canary {
    /// These bodies, each sent as a separate command.
    Bodies(Vec<Json>),
    /// An attestation with this payload, and one more canary in each of its contexts.
    Attestation(Json),
    /// This body, about the sender's own key.
    OwnKey(Json),
    /// Filled in by [`put_connections`], since the operation involves other people.
    Connected,
    /// The reason why the operation has no field for a person's text.
    NoWords(&'static str),
}

fn canary(op: &str) -> Canary {
    use Canary::{Attestation, Bodies, Connected, NoWords, OwnKey};
    match op {
        op if CONNECTED.contains(&op) => Connected,
        "auth.identity.create" | "auth.identity.update" | "auth.identity.register" => {
            NoWords("keys and a home, kept as the root of every proof")
        }
        "auth.identity.chain" => NoWords("operations of an identity chain, public, kept"),
        "auth.email.set" => NoWords("an address, entered by a mailed link only: see soft.rs"),
        "auth.app.describe" => Bodies(vec![json!({
            "name": "canaryD1",
            "url": "https://canaryd2.example/canaryD3",
            "returns": ["https://canaryd4.example/canaryD5"],
            "scope": ["profile.update"],
        })]),
        "auth.home" => NoWords("a node and its address, kept"),
        "auth.delegation.create" => NoWords("a key and a scope of known operations, kept"),
        "auth.delegation.end"
        | "auth.settings.update"
        | "auth.side.adopt"
        | "auth.node.claim"
        | "auth.node.give"
        | "auth.node.take"
        | "auth.readmitted" => NoWords("no body"),
        "auth.key.name" => OwnKey(json!({ "name": "canaryK1", "sheet": 0 })),
        "auth.anchor" => NoWords("hashes and CIDs"),
        "auth.body.erased" | "auth.delete" => NoWords("CIDs and numbers"),
        // About the issuer: an attestation about another person belongs to that person as well and stays with them.
        "auth.attestation.issue" => Attestation(json!({
            "canaryT1": ["canaryT2", { "note": "canaryT3" }],
        })),
        "auth.attestation.received" => NoWords("what somebody else signed for"),
        "auth.attestation.countersign" | "auth.attestation.countersigned" => {
            NoWords("a signature over a CID")
        }
        "auth.attestation.decline"
        | "auth.attestation.declined"
        | "auth.attestation.revoke"
        | "auth.attestation.revoked" => NoWords("no body"),
        other => panic!("{other} has no canary: say which of its fields take words"),
    }
}

/// Collects every text that [`canary`] uses.
fn words(value: &Json, texts: &mut Vec<String>) {
    match value {
        Json::String(text) => texts.extend(
            text.split(['/', '.', ':'])
                .filter(|word| word.starts_with("canary"))
                .map(str::to_owned),
        ),
        Json::Array(items) => items.iter().for_each(|item| words(item, texts)),
        Json::Object(members) => {
            for (key, item) in members {
                words(&json!(key), texts);
                words(item, texts);
            }
        }
        _ => {}
    }
}

/// Builds a self-attestation of a type that everyone with a chain may issue.
fn attestation(person: &Person, payload: &Json) -> Attestation {
    Attestation {
        issuer: person.key.did().clone(),
        subject: person.key.did().clone(),
        kind: Kind::parse("connection.invited").unwrap(),
        context_id: Some("canaryT4".to_owned()),
        context_type: Some("canaryT5".to_owned()),
        payload: payload.as_object().cloned(),
        issued_at: person.client.node().unwrap().time,
    }
}

/// Submits a declared operation with random text in every text field. Returns whether it has any.
pub fn put_declared(person: &Person, declaration: &Declaration, all: &mut Vec<String>) -> bool {
    let random: [u8; 4] = imajin_host::random::bytes().unwrap();
    let stem = format!("canary{}z{:08x}", all.len(), u32::from_be_bytes(random));
    let mut words = Words::new(stem);
    let sample = declaration.sample(&mut words);
    if words.taken.is_empty() || !declaration.is_willed() {
        println!("{}: no field that takes words, or nobody asks for it", declaration.spec.op);
        return false;
    }
    let op = declaration.spec.op;
    let (about, fact, body) = (sample.reference, sample.fact, sample.body);
    let sent = person.enter(&json!({ "op": op, "ref": about, "fact": fact, "body": body }));
    let _: Receipt = sent.unwrap_or_else(|error| panic!("{op}: {error}"));
    all.extend(words.taken.iter().cloned());
    true
}

/// Uploads the file that samples refer to, which operations about files need.
fn put_file(person: &Person, url: &str) {
    let uploader = Uploader::sign_in(url, &person.key).unwrap();
    let file = b"a file";
    let at = uploader.begin("sample", file.len()).unwrap();
    uploader.part(&at, 0, file.to_vec()).unwrap();
}

/// Submits all operations. Returns the texts, and the services that took some.
fn put_all(person: &Person) -> (Vec<String>, BTreeSet<&'static str>) {
    let (mut all, mut services) = (Vec::new(), BTreeSet::new());
    for service in imajin_node::open::all_services() {
        for spec in service.specs() {
            // A sample of an identity operation is not a valid identity: [`canary`] fills these or gives the reason.
            let is_declared = service.name() != imajin_log::ops::SERVICE;
            let declaration = service.declaration(spec.op).filter(|_| is_declared);
            if let Some(declaration) = declaration {
                // Operations that involve other people have their own functions.
                if [
                    &PAID[..],
                    &CONNECTED,
                    &EVENT,
                    &[SAID],
                    &[REVIEWED],
                    &[WRITTEN],
                    &ANSWER,
                    &[QUIZ],
                    &FILES,
                ]
                .concat()
                .contains(&spec.op)
                {
                    services.insert(service.name());
                } else if spec.op == NEEDS_CREDIT {
                    println!("{}: Ada has no credit; erased like any body of her own", spec.op);
                } else if put_declared(person, declaration, &mut all) {
                    services.insert(service.name());
                }
                continue;
            }
            match canary(spec.op) {
                Canary::NoWords(reason) => println!("{}: {reason}", spec.op),
                Canary::Attestation(payload) => {
                    let statement = attestation(person, &payload);
                    words(&statement.document(), &mut all);
                    person.attest(statement).unwrap();
                    services.insert(service.name());
                }
                Canary::Connected => {
                    assert!(CONNECTED.contains(&spec.op), "{} is not put", spec.op);
                    services.insert(service.name());
                }
                Canary::OwnKey(body) => {
                    let (op, key) = (spec.op, person.key.key_id());
                    person
                        .enter(&json!({ "op": op, "ref": key, "body": body }))
                        .unwrap_or_else(|error| panic!("{op}: {error}"));
                    words(&body, &mut all);
                    services.insert(service.name());
                }
                Canary::Bodies(bodies) => {
                    assert!(
                        !matches!(spec.by, RequiredAuthority::Derived | RequiredAuthority::Node),
                        "{} cannot be asked for",
                        spec.op
                    );
                    for body in bodies {
                        let _: Receipt = person
                            .put(service.name(), spec.op, &body)
                            .unwrap_or_else(|error| panic!("{}: {error}", spec.op));
                        words(&body, &mut all);
                        services.insert(service.name());
                    }
                }
            }
        }
    }
    assert!(all.len() >= 7, "{all:?}");
    (all, services)
}

/// The operation whose example is refused to people without free credit.
const NEEDS_CREDIT: &str = "pay.payout.ask";

/// Operations that [`put_payments`] fills, since other people have to pay or be paid.
const PAID: [&str; 4] = ["pay.fair.publish", "pay.settle", "pay.checkout", "pay.refund"];

/// Ada publishes, buys something free, orders, and refunds Bob's payment: each with her own text.
fn put_payments(ada: &Person, bob: &Person) -> Vec<String> {
    let words = ["canaryP1", "canaryP2", "canaryP3", "canaryP4", "canaryP5"];
    let whole =
        |person: &Person, role| manifest(person, "work", &[(person.key.did(), 1_000_000)], role);
    ada.publish(&whole(ada, Some(words[0]))).unwrap();
    let with_terms = manifest_with_terms(ada, "other", json!({ "note": words[1] }));
    ada.publish(&with_terms).unwrap();
    let of_bob = whole(bob, None);
    ada.pay("pay.settle", &of_bob, bob.did(), 0, words[2]).unwrap();
    ada.pay("pay.checkout", &of_bob, bob.did(), 500, words[3]).unwrap();
    let of_ada = whole(ada, None);
    bob.pay_for("stall", "pay.checkout", &of_ada, (ada.did(), 500), "bob").unwrap();
    let sold = ada.newest_payment("pay.expected");
    ada.confirm(&sold, 500, &[bob.did()]).unwrap();
    ada.refund(&sold, 500, words[4], &[bob.did()]).unwrap();
    words.map(str::to_owned).to_vec()
}

/// The operation that [`put_tip`] fills.
const SAID: &str = "coffee.say";

/// Ada tips Bob with a message. Returns her texts and the tip's payment.
fn put_tip(ada: &Person, bob: &Person) -> (Vec<String>, String) {
    let words = ["canaryW1", "canaryW2"];
    let payment = ada.give(bob, bob.make_jar());
    let message = json!({ "text": words[0], "name": words[1] });
    ada.say_with(bob, &payment, &message).unwrap();
    (words.map(str::to_owned).to_vec(), payment)
}

/// The operation that [`put_review`] fills, since it needs another person's listing.
const REVIEWED: &str = "market.review";

/// Ada buys something of Bob's and reviews it. Returns her words and the order's payment.
fn put_review(ada: &Person, bob: &Person) -> (Vec<String>, String) {
    let fair = bob.sell_listing(&json!({}));
    ada.order_as(bob, fair, &json!({ "rail": "emt" })).unwrap();
    let payment = ada.newest_order();
    bob.confirm(&payment, PIECE, &[ada.did()]).unwrap();
    until("the order is paid", || ada.order_by(&payment)["state"] == "paid");
    ada.hand_order(bob, &payment, None).unwrap();
    ada.review_order(bob, &payment, 5, Some("canaryV1")).unwrap();
    (vec!["canaryV1".to_owned()], payment)
}

/// The operations that [`put_connections`] fills.
const CONNECTED: [&str; 6] = [
    "connections.invite",
    "connections.nickname",
    "connections.group.create",
    "connections.group.update",
    "connections.group.take",
    "connections.group.invite",
];

/// Ada invites with her own codes, connects with Bob, and gives him a nickname.
fn put_connections(ada: &Person, bob: &Person) -> Vec<String> {
    let words = ["CANA-RY00-0001", "CANA-RY00-0002", "canaryN1"];
    ada.invite("inv_000000000000000000000001", words[0], 2).unwrap();
    bob.accept(ada, "inv_000000000000000000000001", words[0]).unwrap();
    ada.confirm_connection(bob, &["connection.invited"]).unwrap();
    bob.invite("inv_000000000000000000000002", "BBBB-BBBB-BBBB", 1).unwrap();
    ada.invite("inv_000000000000000000000003", words[1], 1).unwrap();
    ada.nickname(bob, words[2]).unwrap();
    words.map(str::to_owned).to_vec()
}

/// Ada creates a group, renames it, lets Bob in, transfers it to him, takes it back, and dissolves it.
fn put_group(ada: &Person, bob: &Person) -> Vec<String> {
    let words =
        ["canaryG1", "canaryG2", "canaryG3", "canaryG4", "CANA-RY00-0003", "canaryG5", "canaryG6"];
    let first = json!({ "name": words[0], "about": words[1] });
    let group = ada.make_group(&first, "private", None).unwrap();
    let second = json!({ "name": words[2], "about": words[3] });
    ada.change_group(&group, &second, "private").unwrap();
    let invite = "inv_000000000000000000000004";
    ada.invite_into(&group, invite, words[4], "member").unwrap();
    bob.join(&group, invite, words[4], "member").unwrap();
    let bobs = json!({ "name": "Bob says so" });
    ada.hand_group(&group, bob, &bobs).unwrap();
    let again = json!({ "name": words[5], "about": words[6] });
    bob.hand_group(&group, ada, &again).unwrap();
    ada.dissolve(&group).unwrap();
    words.map(str::to_owned).to_vec()
}

/// The operations that [`put_event`] fills, since they need an event.
const EVENT: [&str; 4] = ["events.create", "events.update", "events.picture", "events.refund"];

/// Ada creates an event, changes it, lets Bob in, refunds his ticket, and erases her text in the event's log.
fn put_event(ada: &Person, bob: &Person) -> Vec<String> {
    let made = ada.event_key();
    let event = made["event"].as_str().unwrap();
    let words = |n: u32| (1..=13).map(|at| format!("canaryE{n}x{at}")).collect::<Vec<_>>();
    let (first, second) = (words(1), words(2));
    let whole = manifest(ada, "event", &[(ada.key.did(), 1_000_000)], None);
    ada.put_event("events.create", event, &worded(&first), &whole, &[(0, 5)]).unwrap();
    ada.event_status(event, "published").unwrap();
    // A ticket keeps the title that it was issued with, which is Bob's from then on.
    let last: Vec<String> = (1..=13).map(|n| format!("ada{n}")).collect();
    for words in [&second, &last] {
        ada.put_event("events.update", event, &worded(words), &whole, &[(0, 5)]).unwrap();
    }
    bob.buy_tickets(event, 1, 1).unwrap();
    let ticket = bob.tickets()[0]["id"].as_str().unwrap().to_owned();
    ada.check_in(event, &[&ticket], 2, &[bob.did()]).unwrap();
    ada.refund_ticket(event, &ticket, 0, "canaryE3x1", &[bob.did()]).unwrap();
    ada.event_status(event, "completed").unwrap();
    ada.erase_event(event).unwrap();
    ada.show_event_by(event, "canaryE4x1", &[]).unwrap();
    let last = ["canaryE3x1", "canaryE4x1"].map(str::to_owned);
    first.into_iter().chain(second).chain(last).collect()
}

/// The operation that [`put_answer`] fills, since it needs another person's survey.
const ANSWER: [&str; 1] = ["dykil.answer"];

/// Bob opens a survey, and Ada answers with her name.
fn put_answer(ada: &Person, bob: &Person) -> Vec<String> {
    bob.open_survey();
    ada.say_in_survey(bob, "canaryQ1").unwrap();
    vec!["canaryQ1".to_owned()]
}

/// Builds an event with a different word in each field.
fn worded(words: &[String]) -> Json {
    json!({
        "title": words[0], "description": words[1], "timezone": "Europe/Zurich", "venue": words[3],
        "address": words[4], "city": words[5], "country": words[6], "tags": [words[2], words[7], words[8]],
        "virtualUrl": format!("https://example.org/{}", words[9]),
        "startsAt": "2099-12-31T20:00:00.000Z", "locationType": "hybrid",
        "tickets": [{ "name": words[10], "description": words[11], "perks": [words[12]] }],
    })
}

/// Exports with a program and finds every word in the copy, including its readable pages. Both verifiers accept the
/// copy, the one in Python with these arguments.
pub fn assert_exported(
    program: &Path,
    at: &[&str],
    bundle: &Path,
    words: &[String],
    python: &[&str],
) {
    let to = bundle.to_str().unwrap();
    run(program, [&["export", "--to", to][..], at].concat()).ok();
    let readable = fs::read_to_string(bundle.join("bundle.json")).unwrap();
    let readable = readable.to_lowercase();
    for word in words {
        assert!(readable.contains(&word.to_lowercase()), "{word} is not in bundle.json");
    }
    // The copy's list of operations matches its logs.
    run(program, ["verify", to]).ok();
    python_verifier([&[to][..], python].concat()).ok();
}

/// Exports a person's record as [`assert_exported`] does. Returns the text of bundle.json.
pub fn exported(person: &Person, node: &Node, words: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (key, bundle) = (person.key_file(folder.path()), folder.path().join("bundle"));
    let at = ["--node", &node.url, "--key", key.to_str().unwrap()];
    let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
    assert_exported(binary(), &at, &bundle, &words, &[]);
    fs::read_to_string(bundle.join("bundle.json")).unwrap()
}

/// Finds messages, courses and manifests in the lists for readers who don't know operations.
fn assert_listed(bundle: &Path, bob: &Person) {
    let view = fs::read(bundle.join("bundle.json")).unwrap();
    let view: Json = serde_json::from_slice(&view).unwrap();
    let rows = |section: &str, list: &str| view["sections"][section][list].as_array().unwrap();
    let message = &rows("chat", "messages")[0];
    assert_members!(message, "type": "media", "text": "canaryC1", "sealed": false);
    let course = &rows("learn", "enrollments")[0];
    assert_members!(course, "teacher": bob.did(), "until": null);
    let manifests = rows("fair", "manifests");
    for op in ["media.fair", "pay.fair.publish", "events.create"] {
        let entered = manifests.iter().find(|row| row["op"] == op);
        let text = entered.and_then(|row| row["manifest"].as_str());
        let manifest: Json = serde_json::from_str(text.unwrap()).unwrap();
        assert!(manifest["contributors"].is_array(), "{op}: {manifest}");
    }
}

/// The operation that [`put_quiz`] fills, since it needs another person's course.
const QUIZ: &str = "learn.answer";

/// Bob teaches, and Ada answers his quiz.
fn put_quiz(ada: &Person, bob: &Person) -> Vec<String> {
    bob.make_course();
    bob.make_quiz();
    ada.enroll(bob).unwrap();
    ada.answer_quiz(bob, "canaryZ1").unwrap();
    vec!["canaryZ1".to_owned()]
}

/// The operation that [`put_message`] fills, since it needs a conversation.
const WRITTEN: &str = "chat.send";

/// Bob opens his event's room, and Ada, who has a ticket, writes there. Returns her texts and the room.
fn put_message(ada: &Person, bob: &Person) -> (Vec<String>, Talk) {
    let made = bob.event_key();
    let event = made["event"].as_str().unwrap();
    let whole = manifest(bob, "event", &[(bob.key.did(), 1_000_000)], None);
    let about: Vec<String> = (1..=13).map(|n| format!("bob{n}")).collect();
    bob.put_event("events.create", event, &worded(&about), &whole, &[(0, 5)]).unwrap();
    bob.event_status(event, "published").unwrap();
    ada.buy_tickets(event, 1, 1).unwrap();
    let room = bob.open_room(event);
    let words = ["canaryC1", "canaryC2"];
    let file = json!({ "cid": raw_cid(b"a file").to_string(), "name": words[1] });
    let body = json!({ "type": "media", "text": words[0], "media": file });
    ada.write_in(&room, "msg_0000000000000000000000c1", &body).unwrap();
    (words.map(str::to_owned).to_vec(), room)
}

/// The operations that [`put_files`] fills, since they are about files and each other.
const FILES: [&str; 7] = [
    "media.add",
    "media.change",
    "media.folder",
    "media.album",
    "media.link",
    "media.fair",
    "media.refund",
];

/// Ada sells Bob a work, whose name and contributors are his from then on, and refunds him: the reason is hers.
fn put_refund(ada: &Person, bob: &Person, why: &str) {
    let (asset, manifest) = ada.sell_work(b"a work for Bob");
    bob.buy_work(ada, (&asset, &manifest), Some("emt")).unwrap();
    let payment = ada.newest_payment("pay.expected");
    ada.confirm(&payment, PRICE, &[bob.did()]).unwrap();
    until("Bob has the work", || bob.licence(&asset)["state"] == "sold");
    ada.refund_work(bob, (&payment, &manifest), why).unwrap();
}

/// Ada adds a picture in a folder, describes it, puts it in an album, creates a link to it, and names its author.
fn put_files(ada: &Person, bob: &Person) -> Vec<String> {
    let words: Vec<String> = (1..=15).map(|n| format!("canaryH{n}x")).collect();
    put_refund(ada, bob, &words[14]);
    ada.make_folder(&words[0]).unwrap();
    let context = json!({ "app": &words[1], "feature": &words[2], "entity": &words[3] });
    let more = json!({ "context": context });
    let asset = ada.add_file(&words[4], b"a canary's file", more);
    let mut about = json!({ "title": &words[5], "alt": &words[6], "text": &words[7] });
    about["props"] = words[13].as_str().into();
    ada.describe_file(&asset, &about).unwrap();
    let album = json!({ "title": &words[8], "text": &words[9] });
    ada.make_album(&album, &[&asset]).unwrap();
    ada.link_to(&asset, &words[10]).unwrap();
    ada.describe_file(&asset, &json!({ "title": &words[11] })).unwrap();
    let bytes = b"\x89PNG\r\n\x1a\na canary's file";
    let manifest = ada.work(bytes, &[(ada.key.did(), 1_000_000)], (&words[12], json!({})));
    ada.say_who_made(&asset, &manifest).unwrap();
    words
}

/// Asserts that no file of a data folder contains any of these words.
pub fn assert_gone(data: &Path, words: &[String]) {
    let left = files_with_any(data, words);
    assert!(left.is_empty(), "still there: {left:?}");
}

#[test]
fn every_word_is_exported_counted_and_erased() {
    let (folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    put_file(&ada, &node.url);
    let (mut all, services) = put_all(&ada);
    all.extend(put_payments(&ada, &bob));
    all.extend(put_connections(&ada, &bob));
    all.extend(put_group(&ada, &bob));
    all.extend(put_event(&ada, &bob));
    all.extend(put_answer(&ada, &bob));
    all.extend(put_quiz(&ada, &bob));
    all.extend(put_files(&ada, &bob));
    let (said, tip) = put_tip(&ada, &bob);
    all.extend(said);
    let (reviewed, order) = put_review(&ada, &bob);
    all.extend(reviewed);
    let (written, room) = put_message(&ada, &bob);
    all.extend(written);
    // A picture is data as well.
    ada.show_picture(b"canaryM1 as a picture");
    bob.follow(&[ada.did()]).unwrap();

    let key = ada.key_file(folder.path());
    let at = ["--node", &node.url, "--key", key.to_str().unwrap()];
    let bundle = folder.path().join("bundle");
    assert_exported(binary(), &at, &bundle, &all, &[]);
    assert_listed(&bundle, &bob);
    assert!(!files_with(&bundle, "canaryM1").is_empty(), "canaryM1 is not in the bundle");

    let counted = imajin([&["count", "--json"][..], &at].concat()).json();
    // `auth` counts everyone with an identity; every service that took words counts them.
    for service in services.into_iter().chain([imajin_log::ops::SERVICE]) {
        let kinds = counted["counts"][service]
            .as_object()
            .unwrap_or_else(|| panic!("{service} counts nothing: {counted}"));
        assert!(kinds.values().any(|number| number.as_u64() > Some(0)), "{service}: {counted}");
    }

    // Ada withdraws her answer to Bob's survey before she leaves.
    ada.withdraw_answer(&bob).unwrap();
    // Text that other people keep is withdrawn first, as the page does it.
    ada.unsay(&bob, &tip).unwrap();
    ada.unreview_order(&bob, &order).unwrap();
    ada.forget_talk(&room).unwrap();
    imajin([&["delete", "--yes", "--json"][..], &at].concat()).ok();
    let (status, _) = node.stop();
    assert!(status.success());
    all.push("canaryM1".to_owned());
    assert_gone(&data, &all);
    // The remaining logs still verify, the owner's and other people's.
    for did in [ada.did(), bob.did()] {
        imajin(["verify", imajin_e2e::newest_log(&data, did).to_str().unwrap()]).ok();
    }
    imajin(["rebuild", "--check", "--data", data.to_str().unwrap()]).ok();
}
