//! Payments by card through the real program: Stripe's own package signs and checks, and a power cut in the middle
//! neither loses nor doubles a payment.

use imajin_e2e::payments::manifest;
use imajin_e2e::prelude::*;
use imajin_e2e::stripe::{KEY, SECRET, Stripe, signature};
use imajin_e2e::{Strike, get};
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

/// Returns the time in seconds since 1970.
pub fn now_s() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
    since.as_secs().try_into().expect("a time")
}

/// Runs Stripe's own package; `None` if it refuses.
fn official(words: &[&str], body: &str) -> Option<String> {
    require_tool("node", "nodejs");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../stripe");
    assert!(
        folder.join("node_modules/stripe").exists(),
        "npm ci in tests/stripe installs Stripe's package"
    );
    let mut node = Command::new("node")
        .arg("stripe.mjs")
        .args(words)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("node runs");
    let mut stdin = node.stdin.take().expect("a pipe");
    stdin.write_all(body.as_bytes()).expect("a body");
    drop(stdin);
    let output = node.wait_with_output().expect("an end");
    let text = String::from_utf8(output.stdout).expect("text");
    output.status.success().then(|| text.trim().to_owned())
}

/// Returns the options of a node that takes cards at the stand-in.
pub fn options(stripe: &Stripe) -> NodeOptions {
    let env = [
        ("IMAJIN_PAY_STRIPE_KEY", KEY.to_owned()),
        ("IMAJIN_PAY_STRIPE_WEBHOOK_SECRET", SECRET.to_owned()),
        ("IMAJIN_PAY_STRIPE_URL", stripe.url()),
    ];
    NodeOptions::default().env(env)
}

/// Sends a webhook. Returns the status, or `None` without an answer.
pub fn tell(url: &str, body: &str, header: &str) -> Option<u16> {
    let request = http()
        .post(format!("{url}/pay/api/webhook"))
        .header("stripe-signature", header)
        .body(body.to_owned());
    request.send().ok().map(|answer| answer.status().as_u16())
}

/// Opens a card top-up, and retries while the node still checks its earlier sales (503).
fn card(buyer: &Person, amount: i64) -> Json {
    let page = json!({"amount": amount, "currency": "CHF", "successUrl": "https://a.example/", "cancelUrl": "https://a.example/"});
    until_some("a page of the provider", || {
        match buyer.sign_and_ask("/pay/api/topup/card", &page) {
            (200, opened) => Some(opened),
            (503, _) => None,
            other => panic!("{other:?}"),
        }
    })
}

#[test]
fn stripes_own_package_agrees() {
    let stripe = Stripe::start(now_s());
    let now = now_s().to_string();
    // The stand-in is as strict as the documentation and accepts the official client's requests.
    let output =
        official(&["client", &stripe.url(), KEY, &now], "").expect("the stand-in takes it");
    let report: Json = serde_json::from_str(&output).unwrap();
    assert_members!(report, "total": 1_001, "refused": "resource_missing");
    assert_eq!(report["listed"], json!([report["session"]]));
    // The package accepts the stand-in's signatures, except late ones, those with another secret, and changed bodies.
    let body = stripe.event("checkout.session.completed", &stripe.newest());
    let header = stripe.signature(&body);
    let check = |secret: &str, seconds: i64, header: &str, body: &str| {
        official(&["check", secret, &seconds.to_string(), header], body)
    };
    assert!(check(SECRET, now_s(), &header, &body).is_some_and(|id| id.starts_with("evt_")));
    assert_eq!(check("whsec_other", now_s(), &header, &body), None);
    assert_eq!(check(SECRET, now_s() + 400, &header, &body), None);
    assert_eq!(check(SECRET, now_s(), &header, &format!("{body} ")), None);

    // The node accepts the package's signatures.
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start_with(&folder.path().join("data"), &options(&stripe));
    let buyer = Person::new(&node.url);
    let opened = card(&buyer, 700);
    let session = stripe.pay(opened["id"].as_str().unwrap());
    let body = stripe.event("checkout.session.completed", &session);
    let sign = |secret: &str, seconds: i64| {
        official(&["sign", secret, &seconds.to_string()], &body).unwrap()
    };
    assert_eq!(tell(&node.url, &body, &sign("whsec_other", now_s())), Some(400));
    assert_eq!(tell(&node.url, &body, &sign(SECRET, now_s() - 400)), Some(400));
    assert_eq!((buyer.credit(), buyer.coming()), (0, 0));
    assert_eq!(tell(&node.url, &body, &sign(SECRET, now_s())), Some(200));
    // Card payments cannot be spent for `card_hold_days`.
    assert_eq!((buyer.credit(), buyer.coming()), (0, 700));
    // The node's log contains neither key nor secret.
    let log = node.log();
    assert!(node.stop().0.success());
    assert!(!log.contains(KEY) && !log.contains(SECRET), "{log}");
}

/// Power is cut during a sale from credit while webhooks arrive twice. The sales are paid from the owner's top-up,
/// since card payments are on hold.
#[test]
fn killed_in_the_middle_of_sales() {
    let stripe = Stripe::start(now_s());
    let (folder, data) = imajin_e2e::data_folder();
    let node = Node::start_with(&data, &options(&stripe));
    let [buyer, band, venue] = [(); 3].map(|()| Person::new(&node.url));
    let funded = 1_000;
    fund(&buyer, &node, folder.path(), funded);
    let event =
        manifest(&band, "party", &[(band.key.did(), 700_000), (venue.key.did(), 300_000)], None);
    let mut by_card = 0;
    let own = node.did.clone();
    let mut node = Some(node);
    for strike in [1, 2, 3, 4, 6, 9, 13, 20] {
        let here = node.take().unwrap();
        let opened = card(&buyer_at(&buyer, &here), 1_000);
        let session = stripe.pay(opened["id"].as_str().unwrap());
        let body = stripe.event("checkout.session.completed", &session);
        let header = signature(now_s(), &body, SECRET);
        let held = Strike::at(here.pid(), strike);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| tell(&here.url, &body, &header));
            }
            // A sale from credit at the same time; without an answer its outcome is unknown.
            let buyer = buyer_at(&buyer, &here);
            let _ = buyer.pay("pay.settle", &event, band.did(), 101, "now");
        });
        drop(held);
        here.kill();
        by_card += 1_000;
        let back = Node::start_with(&data, &options(&stripe));
        // Delivered again, twice: the event is already known, or entered now.
        for _ in 0..2 {
            let header = signature(now_s(), &body, SECRET);
            assert_eq!(tell(&back.url, &body, &header), Some(200));
        }
        let buyer = buyer_at(&buyer, &back);
        let path = format!("payments/{}", opened["transactionId"].as_str().unwrap());
        assert_eq!(buyer.money(&path)["status"], json!("paid"), "strike {strike}");
        let (band, venue) = (buyer_at(&band, &back), buyer_at(&venue, &back));
        assert_eq!(buyer.coming(), by_card, "strike {strike}: entered once");
        let (left, to_band, to_venue) = (buyer.credit(), band.credit(), venue.credit());
        assert_eq!(left + to_band + to_venue, funded, "strike {strike}");
        let sales = to_band + to_venue;
        assert_eq!(
            (sales % 101, to_band),
            (0, 71 * (sales / 101)),
            "strike {strike}: whole sales, split to the cent"
        );
        assert_eq!(get(&format!("{}/healthz", back.url)).0, 200);
        node = Some(back);
    }
    let node = node.take().unwrap();
    node.check_records(&[buyer.did(), band.did(), venue.did(), &own]);
}

/// Tickets by card: each payment yields its ticket once, although webhooks arrive twice and power is cut meanwhile; the
/// organiser's refunds go to the card.
#[test]
fn tickets_by_card_are_handed_out_once() {
    let stripe = Stripe::start(now_s());
    let (_folder, data) = imajin_e2e::data_folder();
    let node = Node::start_with(&data, &options(&stripe));
    let [organiser, one, two, late] = [(); 4].map(|()| Person::new(&node.url));
    let made = organiser.event_key();
    let event = made["event"].as_str().unwrap().to_owned();
    let shared = manifest(
        &organiser,
        made["id"].as_str().unwrap(),
        &[(organiser.key.did(), 1_000_000)],
        None,
    );
    let words = json!({
        "title": "Launch party", "startsAt": "2099-12-31T20:00:00.000Z", "locationType": "physical", "venue": "The Box",
        "tickets": [{ "name": "Floor" }],
    });
    organiser.put_event("events.create", &event, &words, &shared, &[(1_000, 2)]).unwrap();
    organiser.event_status(&event, "published").unwrap();
    let path = format!("/events/api/events/{event}");
    let order = json!({ "type": 1, "rail": "stripe" });
    let buy = |buyer: &Person| {
        until_some("a page of the provider", || {
            let (status, quote) = buyer.sign_and_ask(&format!("{path}/quote"), &order);
            // Sold-out tickets are not quoted.
            if status != 200 {
                return Some((status, quote));
            }
            let answer = buyer.ask_signed(&format!("{path}/buy"), &order, &quote["sign"]);
            (answer.0 != 503).then_some(answer)
        })
    };
    let mut deliveries = Vec::new();
    for buyer in [&one, &two] {
        let (status, bought) = buy(buyer);
        assert_eq!((status, &bought["paid"]), (201, &json!(false)), "{bought}");
        let session = stripe.pay(stripe.newest()["id"].as_str().unwrap());
        deliveries.push((stripe.event("checkout.session.completed", &session), session, bought));
    }
    let (status, refused) = buy(&late);
    assert_eq!(status, 409, "both places are kept for who pays: {refused}");
    let held = Strike::at(node.pid(), 3);
    std::thread::scope(|scope| {
        for (body, _, _) in &deliveries {
            scope.spawn(|| tell(&node.url, body, &signature(now_s(), body, SECRET)));
        }
    });
    drop(held);
    node.kill();
    let node = Node::start_with(&data, &options(&stripe));
    for (body, _, _) in deliveries.iter().chain(&deliveries) {
        until("the node to take what it is told", || {
            tell(&node.url, body, &signature(now_s(), body, SECRET)) == Some(200)
        });
    }
    let (one, two, organiser) =
        (buyer_at(&one, &node), buyer_at(&two, &node), buyer_at(&organiser, &node));
    let tickets = |person: &Person| person.tickets().as_array().map_or(0, Vec::len);
    until("a ticket each", || tickets(&one) == 1 && tickets(&two) == 1);
    // Not spendable before the event is over; available for refunds.
    assert_eq!((organiser.coming(), organiser.credit()), (2_000, 0));
    let ticket = one.tickets()[0]["id"].as_str().expect("an id").to_owned();
    organiser.refund_ticket(&event, &ticket, 1_000, "ill", &[one.did()]).unwrap();
    until("the refund", || stripe.refunded(&deliveries[0].1) == 1_000);
    assert_eq!((organiser.coming(), one.credit()), (1_000, 0));
    // Cancelled: the rest is refunded to the card, while the provider is unavailable for a while.
    stripe.goes_away(2);
    organiser.event_status(&event, "cancelled").unwrap();
    until("what is left to go back", || {
        let refunds = organiser.refunds(&event);
        refunds["open"] == 0 && refunds["waiting"] == 0
    });
    assert_eq!((stripe.refunded(&deliveries[1].1), organiser.coming()), (1_000, 0));
    // Later the bank rejects the refund: the organiser is told, and nothing is lost.
    let failed = json!({"id": "re_x", "status": "failed", "metadata": {"payment": deliveries[1].2["payment"], "n": "1"}});
    let body = stripe.event("refund.failed", &failed);
    for _ in 0..2 {
        assert_eq!(tell(&node.url, &body, &signature(now_s(), &body, SECRET)), Some(200));
    }
    let refunds = organiser.refunds(&event);
    let looked = &refunds["attention"][0];
    assert_eq!(
        (&refunds["done"], &looked["state"], &looked["payer"]["did"]),
        (&json!(2), &json!("kept"), &json!(two.did()))
    );
    assert!(looked["todo"].as_str().unwrap().contains("10.00"), "{looked}");
    assert_eq!((two.credit(), one.credit(), organiser.credit()), (1_000, 0, 0));
    assert_eq!((two.coming(), one.coming(), organiser.coming()), (0, 0, 0));
    assert_eq!(stripe.refunded(&deliveries[1].1), 1_000, "asked for once");
    node.check_records(&[]);
}

/// Claims the node for an owner, who confirms a person's e-transfer.
fn fund(person: &Person, node: &Node, folder: &Path, amount: i64) {
    let owner = Person::claim(node, folder);
    owner.fund(person, amount);
    assert_eq!(person.credit(), amount);
}

/// Returns the same person at the node's current address.
fn buyer_at(person: &Person, node: &Node) -> Person {
    person.at(&node.url)
}
