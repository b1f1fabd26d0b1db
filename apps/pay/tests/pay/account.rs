//! The owner chooses the account by which the box takes cards on a page, and removes it.

use std::path::Path;

use imajin_app::{Inherits, Lang};
use imajin_edge::testing::open_config;
use imajin_host::prelude::*;
use imajin_identity::begin_node_identity;
use imajin_pay::{Pay, Settings};

use crate::cards::world;
use crate::prelude::*;
use crate::stripe::{KEY, SECRET, Stripe};
use crate::support::CLAIM;

fn services(stripe: &Stripe) -> Vec<Arc<dyn Service>> {
    let settings = Settings { stripe_url: stripe.url(), ..Settings::default() };
    vec![Arc::new(imajin_auth::Auth::new()), Arc::new(Pay::from_settings(&settings).unwrap())]
}

/// Returns a box whose settings name no account, a provider, and the box's owner.
async fn box_without_cards() -> (TestNode, Stripe, Somebody) {
    let stripe = Stripe::start(1_795_168_800);
    let node = TestNode::start(services(&stripe), open_config(), 200).await.unwrap();
    stripe.at(node.node.now().as_secs());
    begin_node_identity(&node.node).await.unwrap();
    node.node.set_claim_code(CLAIM.to_owned());
    let olga = owner(&node, 1).await;
    (node, stripe, olga)
}

async fn is_taken(node: &TestNode, who: &Somebody) -> bool {
    let rails = who.get(node, "/pay/api/rails").await.json();
    let mut rails = rails.as_array().unwrap().iter();
    rails.any(|rail| rail["name"] == "stripe" && rail["available"] == true)
}

/// Whether a file in a folder contains this text.
fn is_anywhere(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            is_anywhere(&path, text)
        } else {
            let bytes = std::fs::read(&path).unwrap_or_default();
            bytes.windows(text.len()).any(|part| part == text.as_bytes())
        }
    })
}

#[tokio::test]
async fn the_owner_names_the_account_signs_and_forgets_it() {
    let (node, stripe, olga) = box_without_cards().await;
    let eve = somebody(&node, 2).await;
    let path = "/pay/api/cards";
    let keys = json!({ "key": KEY, "webhookSecret": SECRET });

    let answer = olga.get(&node, path).await.json();
    assert_members!(answer, "setBy": null, "account": null);
    assert!(answer["webhook"].as_str().unwrap().ends_with("/pay/api/webhook"));
    for page in [path, "/pay/cards"] {
        assert_eq!(eve.get(&node, page).await.status, 403, "{page}");
    }
    assert_eq!(eve.signed(&node, path, &keys).await.status, 403);

    // Invalid keys are refused before anything is signed; the provider's refusal counts, too.
    for (change, field, said) in [
        (json!({ "key": "pk_test_x" }), "key", "sk_"),
        (json!({ "key": "" }), "key", "sk_"),
        (json!({ "webhookSecret": "x" }), "webhookSecret", "whsec_"),
        (json!({ "key": "sk_test_other" }), "key", "Invalid API Key"),
    ] {
        let mut body = keys.clone();
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let refused = olga.signed(&node, path, &body).await.check(400);
        assert_eq!(refused.json()["field"], field);
        assert!(refused.text().contains(said), "{}", refused.text());
    }
    stripe.goes_away(1);
    assert_eq!(olga.signed(&node, path, &keys).await.status, 503);
    // A session alone moves no money.
    let unsigned = olga.ask(&node, path, &keys).await.check(403);
    assert_eq!(unsigned.json()["sign"]["fact"]["account"], "acct_own");
    assert_eq!(olga.get(&node, path).await.json()["setBy"], Json::Null);
    assert!(!is_taken(&node, &eve).await);

    let response = olga.does(&node, path, &keys).await;
    assert_members!(response, "setBy": "page", "account": "acct_own", "trial": true);
    until(async || is_taken(&node, &eve).await).await;
    let page = olga.get(&node, "/pay/cards").await.text();
    assert_has!(page, "Olga’s café", "no real money");
    assert!(!page.contains(KEY) && !page.contains(SECRET), "{page}");
    let top_up = json!({ "amount": 500, "currency": "CHF", "successUrl": "https://a.example/", "cancelUrl": "https://a.example/" });
    let begun = eve.does(&node, "/pay/api/topup/card", &top_up).await;
    assert!(begun["url"].as_str().is_some(), "{begun}");

    // The choice survives a restart, and members left empty keep their values.
    let (clock, config) = (Arc::clone(&node.clock), node.node.config().clone());
    let folder = node.stop().await.unwrap();
    for secret in [KEY, SECRET] {
        assert!(!is_anywhere(folder.path(), secret), "{secret} is on the card");
    }
    let node = TestNode::start_in(folder, services(&stripe), config, 200, clock).await;
    let node = node.unwrap();
    let (olga, eve) = (olga.again(&node).await, eve.again(&node).await);
    until(async || is_taken(&node, &eve).await).await;
    let again = olga.does(&node, path, &json!({ "webhookSecret": SECRET })).await;
    assert_eq!(again["account"], "acct_own");

    // The next owner of the box is asked about the account, until they keep it or choose again.
    let is_asked = || {
        let is_owners = node.node.is_owners_choice("cards").unwrap();
        let mut apps = node.node.services().offers().all::<dyn Inherits>();
        let inheritance = apps.find_map(|(_, app)| app.inherited(&node.node, Lang::En));
        let is_named = inheritance.is_some_and(|one| one.question.contains("Olga’s café"));
        !is_owners && is_named
    };
    assert!(!is_asked());
    let hand = async |from: &Somebody, to: &Somebody| {
        let write = Write::new(from.did(), "auth.node.give")
            .reference(to.did().as_str())
            .to(&[node.node.did()]);
        from.person.write(&node, &write).await.check(201);
    };
    hand(&olga, &eve).await;
    assert!(is_asked());
    node.node.keep_choice("cards").unwrap();
    assert!(!is_asked());
    hand(&eve, &olga).await;
    assert!(is_asked());
    assert_eq!(olga.does(&node, path, &json!({ "forget": true })).await["setBy"], Json::Null);
    assert!(!is_taken(&node, &eve).await && !is_asked());
    let event = Ask::new("POST", "/pay/api/webhook").body("{}".to_owned());
    assert_eq!(node.send(event).await.status, 404);
    node.stop().await.unwrap();
}

#[tokio::test]
async fn an_account_of_the_settings_outweighs_the_page() {
    let world = world().await;
    let (node, olga) = (&world.node, &world.olga);
    let path = "/pay/api/cards";
    assert_eq!(olga.get(node, path).await.json()["setBy"], "settings");
    for asked in [json!({ "key": KEY, "webhookSecret": SECRET }), json!({ "forget": true })] {
        assert_eq!(olga.signed(node, path, &asked).await.status, 409);
    }
    let page = olga.get(node, "/pay/cards").await.text();
    assert_has!(page, "settings file");
    assert_lacks!(page, "id=\"key\"");
    world.node.stop().await.unwrap();
}

/// Stops the node, changes the tables of its secrets, and starts it again.
async fn with_secrets(node: TestNode, stripe: &Stripe, sql: &str) -> TestNode {
    let (clock, config) = (Arc::clone(&node.clock), node.node.config().clone());
    let folder = node.stop().await.unwrap();
    let secrets = rusqlite::Connection::open(folder.path().join("secrets.sqlite")).unwrap();
    secrets.execute_batch(sql).unwrap();
    drop(secrets);
    let node = TestNode::start_in(folder, services(stripe), config, 200, clock).await;
    node.unwrap()
}

/// Counts the choices that were entered.
fn choices(node: &TestNode) -> i64 {
    let sql = "SELECT count(*) FROM entries WHERE op = 'pay.cards'";
    let count = |db: &rusqlite::Connection| db.query_row(sql, [], |row| row.get(0));
    node.node.read("pay", count).unwrap()
}

/// Counts the sealed choices.
fn kept(node: &TestNode) -> usize {
    let kept = node.node.kept_setting("card provider").unwrap();
    kept.map_or(0, |kept| {
        let kept: Json = serde_json::from_slice(&kept).unwrap();
        let both = [&kept["in_force"], &kept["wish"]];
        both.iter().filter(|one| !one.is_null()).count()
    })
}

/// The disk is full for secrets, before the entry and after it.
#[tokio::test]
async fn an_account_is_entered_with_its_key_or_not_at_all() {
    let (node, stripe, olga) = box_without_cards().await;
    let path = "/pay/api/cards";
    let keys = json!({ "key": KEY, "webhookSecret": SECRET });
    let full =
        "CREATE TRIGGER full BEFORE INSERT ON kept_settings BEGIN SELECT RAISE(ABORT, 'full'); END";
    let node = with_secrets(node, &stripe, full).await;
    let olga = olga.again(&node).await;
    olga.signed(&node, path, &keys).await.check(500);
    assert_eq!((choices(&node), kept(&node)), (0, 0));
    assert!(!is_taken(&node, &olga).await);

    // The new choice still fits, but not the update that puts it in force.
    let full = "DROP TRIGGER full; CREATE TRIGGER full BEFORE INSERT ON kept_settings
        WHEN EXISTS (SELECT 1 FROM kept_settings) BEGIN SELECT RAISE(ABORT, 'full'); END";
    let node = with_secrets(node, &stripe, full).await;
    let olga = olga.again(&node).await;
    assert_eq!(olga.does(&node, path, &keys).await["account"], "acct_own");
    assert_eq!((choices(&node), kept(&node)), (1, 1));
    // A restart finds the choice with its entry; once the disk has room, only that choice is stored.
    let node = with_secrets(node, &stripe, "").await;
    let olga = olga.again(&node).await;
    until(async || is_taken(&node, &olga).await).await;
    let node = with_secrets(node, &stripe, "DROP TRIGGER full").await;
    let olga = olga.again(&node).await;
    assert_eq!(olga.get(&node, path).await.json()["account"], "acct_own");
    // A choice that is not signed changes nothing, even if it was sealed.
    assert_eq!(olga.ask(&node, path, &json!({ "webhookSecret": "whsec_other" })).await.status, 403);
    assert_eq!((choices(&node), kept(&node)), (1, 1));
    let full =
        "CREATE TRIGGER full BEFORE DELETE ON kept_settings BEGIN SELECT RAISE(ABORT, 'full'); END";
    let node = with_secrets(node, &stripe, full).await;
    let olga = olga.again(&node).await;
    let none = olga.does(&node, path, &json!({ "forget": true })).await;
    assert_eq!((&none["setBy"], choices(&node)), (&Json::Null, 2));
    let node = with_secrets(node, &stripe, "DROP TRIGGER full").await;
    assert_eq!(olga.again(&node).await.get(&node, path).await.json()["setBy"], Json::Null);
    assert_eq!(kept(&node), 0, "what is over is forgotten at a start");
    node.stop().await.unwrap();
}
