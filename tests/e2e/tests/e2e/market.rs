//! The market through the real program: who sees a listing, the list that everybody gets, contacts, and copies.

use imajin_e2e::prelude::*;
use imajin_node::client::escape;

use crate::canary::exported;
use crate::market_orders::{refusal, refused};

fn id(number: usize) -> String {
    format!("itm_{number:024x}")
}

/// Returns the status and the answer of a path, for a person or for a stranger.
fn get(node: &Node, person: Option<&Person>, path: &str) -> (u16, Json) {
    let Some(person) = person else {
        return imajin_e2e::get(&format!("{}{path}", node.url));
    };
    let (status, text) = person.ask(Method::GET, path, None);
    (status, serde_json::from_str(&text).unwrap_or_default())
}

fn titles(answer: &Json) -> Vec<&str> {
    let listings = answer["listings"].as_array().unwrap().iter();
    listings.map(|one| one["title"].as_str().unwrap()).collect()
}

/// Connects two people.
fn connect(ada: &Person, bob: &Person) {
    let (id, code) = ("inv_000000000000000000000001", "AAAA-AAAA-AAAA");
    ada.invite(id, code, 1).unwrap();
    bob.accept(ada, id, code).unwrap();
}

#[test]
fn a_listing_is_seen_by_those_for_whom_it_is() {
    let (folder, node) = Node::fresh();
    let [ada, bob, eve] = [(); 3].map(|()| Person::new(&node.url));
    connect(&ada, &bob);
    let facts = [
        ("everybody", json!({})),
        ("connections", json!({ "visibility": "connections" })),
        ("address", json!({ "visibility": "link" })),
        ("nobody", json!({ "visibility": "private" })),
        ("off", json!({ "on": 0 })),
        ("later", json!({ "from": 4_070_908_800_000_i64 })),
        ("over", json!({ "until": 1_577_836_800_000_i64 })),
        ("wish", json!({ "kind": "wanted", "category": "books" })),
    ];
    for (number, (title, fact)) in facts.iter().enumerate() {
        let body = json!({ "title": title, "contact": { "phone": "+41 44 123 45 67" }, "area": "Altstadt" });
        ada.put_listing(&id(number), &body, fact).unwrap();
    }
    let seen = |who: Option<&Person>, query: &str| {
        let (status, answer) = get(&node, who, &format!("/market/api/listings{query}"));
        assert_eq!(status, 200, "{answer}");
        // A contact is in no list.
        assert!(!answer.to_string().contains("+41"), "{answer}");
        let mut titles: Vec<String> = titles(&answer).into_iter().map(str::to_owned).collect();
        titles.sort();
        titles
    };
    let query = format!("?seller_did={}", ada.did());
    let of_connections = ["connections", "everybody", "wish"];
    for query in ["", &query] {
        assert_eq!(seen(None, query), ["everybody", "wish"]);
        assert_eq!(seen(Some(&eve), query), ["everybody", "wish"]);
        assert_eq!(seen(Some(&bob), query), of_connections);
    }
    assert_eq!(seen(Some(&ada), ""), of_connections);
    assert_eq!(seen(Some(&ada), &query).len(), facts.len());
    let paused = format!("{query}&status=paused");
    assert_eq!(seen(Some(&ada), &paused), ["off"]);
    let gated = seen(Some(&bob), "?seller_tier=trust_gated");
    assert_eq!(gated, ["connections"]);
    assert_eq!(seen(None, "?category=books"), ["wish"]);
    assert!(seen(None, "?currency=CHF").is_empty());

    // The list that everybody gets has what is public for each reader, and neither a contact nor an area.
    let (_, near) = get(&node, None, "/market/api/near");
    let rows = near["rows"].as_array().unwrap().iter();
    let mut public: Vec<_> = rows.map(|row| row[7].as_str().unwrap()).collect();
    public.sort_unstable();
    assert_eq!(public, ["everybody", "wish"]);
    assert!(!near.to_string().contains("+41") && !near.to_string().contains("Altstadt"), "{near}");
    for reader in [&ada, &bob, &eve] {
        assert_eq!(get(&node, Some(reader), "/market/api/near").1, near);
    }

    let show = |who: Option<&Person>, number: usize| {
        let path = format!("/market/api/listings/{}/{}", ada.did(), id(number));
        get(&node, who, &path)
    };
    // An address with the id is enough for `link`.
    assert_eq!(show(None, 2).0, 200);
    let [by_stranger, by_bob] = [None, Some(&bob)].map(|who| show(who, 1).0);
    assert_eq!((by_stranger, by_bob, show(None, 3).0), (404, 200, 404));
    assert!(show(Some(&bob), 0).1["contact"].is_null());
    let (_, own) = show(Some(&ada), 0);
    assert_eq!(own["contact"]["phone"], "+41 44 123 45 67");
    ada.remove_listing(&id(0)).unwrap();
    assert_eq!(show(None, 0).0, 410);
    assert_eq!(show(None, 99).0, 404);
    for path in [
        "/market".to_owned(),
        format!("/market/{}", ada.did()),
        format!("/market/{}/{}", ada.did(), id(7)),
    ] {
        let page = node.get(&path);
        assert_eq!(page.status(), 200, "{path}");
        assert!(!page.text().unwrap().contains("+41"), "{path}");
    }
    // Nothing is left of a seller who deletes their data.
    let key = ada.key_file(folder.path());
    imajin_as(&node.url, &key, ["delete", "--yes"]).ok();
    until("her listings are gone", || get(&node, None, "/market/api/near").1["rows"] == json!([]));
    assert_eq!(show(None, 7).0, 410);
    assert!(seen(Some(&bob), "").is_empty());
}

#[test]
fn what_no_listing_has_is_refused() {
    let (_folder, _node, ada) = Person::fresh();
    let put = |body: Json, fact: Json| refused(ada.put_listing(&id(1), &body, &fact));
    let ladder = || json!({ "title": "Ladder" });
    for category in ["health", "religion", "politics", "Tools"] {
        let outcome = put(ladder(), json!({ "category": category }));
        assert_eq!(outcome, "400 category", "{category}");
    }
    for (body, fact, field) in [
        (json!({ "lat": 4_737 }), json!({}), "lon"),
        (json!({ "lat": 9_001, "lon": 0 }), json!({}), "lat"),
        (json!({ "title": " " }), json!({}), "title"),
        (json!({}), json!({ "in": id(2) }), "in"),
        (json!({}), json!({ "kind": "wanted", "rent": "day" }), "rent"),
    ] {
        let mut whole = ladder();
        merge(&mut whole, &body);
        assert_eq!(put(whole, fact), format!("400 {field}"));
    }

    ada.put_listing(&id(1), &ladder(), &json!({})).unwrap();
    let wish = json!({ "kind": "wanted" });
    ada.put_listing(&id(2), &ladder(), &wish).unwrap();
    let offer = |number: usize, terms: Json| refused(ada.offer_listing(&id(number), 500, &terms));
    assert_eq!(offer(1, json!({ "returns": 31 })), "400 returns");
    assert_eq!(offer(1, json!({ "quantity": 0 })), "400 quantity");
    assert_eq!(offer(1, json!({ "deposit": 100 })), "400 deposit");
    assert_eq!(offer(2, json!({})), "404 ref");
    assert_eq!(offer(3, json!({})), "404 ref");
    let unpublished = format!("sha256:{}", "0".repeat(64));
    assert_eq!(offer(1, json!({ "fair": unpublished })), "400 fair");
    ada.offer_listing(&id(1), 0, &json!({ "quantity": -1 })).unwrap();
}

#[test]
fn a_seller_speaks_for_a_group_that_they_lead() {
    let (_folder, node) = Node::fresh();
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    let make = |name: &str, visibility: &str| {
        let words = json!({ "name": name });
        ada.make_group(&words, visibility, None).unwrap()
    };
    let (bakery, hidden) = (make("Bakery", "public"), make("Burrow", "private"));
    let bread = json!({ "title": "Bread" });
    let others = bob.put_listing(&id(1), &bread, &json!({ "for": bakery }));
    assert_eq!(refused(others), "400 for");
    for (number, group) in [(1, &bakery), (2, &hidden)] {
        let fact = json!({ "for": group });
        ada.put_listing(&id(number), &bread, &fact).unwrap();
    }
    let page = |number: usize| {
        let page = node.get(&format!("/market/{}/{}", ada.did(), id(number)));
        page.text().unwrap()
    };
    assert_has!(page(1), "Bakery");
    assert_lacks!(page(2), "Burrow");
    let path = format!("/market/api/listings/{}/{}", ada.did(), id(1));
    assert_eq!(get(&node, None, &path).1["for"], json!(bakery));
}

#[test]
fn two_thousand_listings_are_one_small_list_for_everybody() {
    const NUMBER: usize = 2_000;
    let (_folder, node, ada) = Person::fresh();
    let (lat, lon) = (4_737, 854);
    // A session writes in one request: to sign, a client first asks for the place of each proof.
    let session = Session::begin(&ada.client, &ada.key).unwrap();
    for number in 0..NUMBER {
        let body = json!({
            "title": format!("A ladder of {number} cm, hardly used"), "lat": lat, "lon": lon,
        });
        let mut fact = json!({ "kind": "listing", "category": "tools" });
        match number {
            7 => merge(&mut fact, &json!({ "rent": "day" })),
            8 => merge(&mut fact, &json!({ "kind": "wanted" })),
            _ => {}
        }
        let (id, fact) = (id(number), escape(&fact.to_string()));
        let path = format!("/market/api/commands/market.put?ref={id}&fact={fact}");
        let put = session.request(&ada.client, Method::POST, &path);
        assert_eq!(put.json(&body).send().unwrap().status(), 201);
    }
    ada.offer_listing(&id(0), 1_500, &json!({ "returns": 14 })).unwrap();
    let answer = node.get("/market/api/near");
    assert_eq!(answer.status(), 200);
    let tag = answer.headers()["etag"].clone();
    let bytes = answer.bytes().unwrap();
    assert!(bytes.len() <= 250_000, "{}", bytes.len());
    let list: Json = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(list["owners"], json!([ada.did()]));
    let rows = list["rows"].as_array().unwrap();
    assert_eq!(rows.len(), NUMBER);
    let row = |number: usize| {
        let mut rows = rows.iter();
        rows.find(|row| row[1] == id(number).as_str()).unwrap()
    };
    let title = |number: usize| format!("A ladder of {number} cm, hardly used");
    let plain = json!([0, id(1_999), lat, lon, null, null, "tools", title(1_999), 0]);
    assert_eq!(*row(1_999), plain);
    let offered = json!([0, id(0), lat, lon, 1_500, "CHF", "tools", title(0), 0]);
    assert_eq!(*row(0), offered);
    // Lent by the day, and a wish.
    assert_eq!([&row(7)[8], &row(8)[8]], [3, 1]);
    let again = http().get(format!("{}/market/api/near", node.url));
    let again = again.header("if-none-match", tag).send();
    assert_eq!(again.unwrap().status(), 304);
    // No room for one more.
    let body = json!({ "title": "One more" });
    let full = refusal(ada.put_listing(&id(NUMBER), &body, &json!({})));
    assert_eq!(full.0, 409);
    // A hidden listing leaves the list at once.
    let hidden = json!({ "on": 0 });
    ada.put_listing(&id(5), &body, &hidden).unwrap();
    let (_, list) = get(&node, None, "/market/api/near");
    assert_eq!(list["rows"].as_array().unwrap().len(), NUMBER - 1);
    assert!(!list.to_string().contains(&id(5)));
}

#[test]
fn a_person_reads_twenty_contacts_a_day() {
    let (_folder, node) = Node::fresh();
    let [ada, bob, eve] = [(); 3].map(|()| Person::new(&node.url));
    let contact = json!({ "phone": "+41 44 123 45 67", "email": "ada@example.org" });
    let ladder = json!({ "title": "Ladder", "contact": contact });
    ada.put_listing(&id(1), &ladder, &json!({})).unwrap();
    let bare = json!({ "title": "Saw", "contact": { "phone": " " } });
    ada.put_listing(&id(2), &json!({ "title": "Saw" }), &json!({})).unwrap();
    // A number that shows nothing.
    let blank = refusal(ada.put_listing(&id(3), &bare, &json!({})));
    assert_eq!(blank.0, 400);
    let hidden = json!({ "visibility": "private" });
    ada.put_listing(&id(4), &ladder, &hidden).unwrap();
    assert_eq!(bob.ask_contact(&ada, &id(2)).0, 404);
    assert_eq!(bob.ask_contact(&ada, &id(4)).0, 404);
    for _ in 0..20 {
        let answer = bob.ask_contact(&ada, &id(1));
        assert_eq!(answer, (200, contact.clone()));
    }
    let (status, problem) = bob.ask_contact(&ada, &id(1));
    assert_eq!(status, 429, "{problem}");
    assert!(problem["retryAfter"].as_u64().unwrap() > 60, "{problem}");
    assert_eq!(eve.ask_contact(&ada, &id(1)).0, 200);
    ada.block(&eve);
    assert_eq!(eve.ask_contact(&ada, &id(1)).0, 403, "blocked");
    for _ in 0..25 {
        assert_eq!(ada.ask_contact(&ada, &id(1)).0, 200, "her own");
    }
    let path = format!("/market/api/listings/{}/{}/contact", ada.did(), id(1));
    assert_eq!(node.post(None, &path, &json!({})).0, 401);
}

#[test]
fn a_listing_is_in_a_copy_for_both_verifiers() {
    let (_folder, node) = Node::fresh();
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    let words = ["titleWord", "noteWord", "areaWord", "phoneWord", "mailWord"];
    let contact = json!({ "phone": words[3], "email": words[4] });
    let body = json!({
        "title": words[0], "note": words[1], "area": words[2], "contact": contact, "lat": 0, "lon": -18_000,
    });
    ada.put_listing(&id(1), &body, &json!({ "rent": "day" })).unwrap();
    let terms = json!({ "quantity": -1, "returns": 30, "deposit": 5_000 });
    ada.offer_listing(&id(1), 1_500, &terms).unwrap();
    let wish = json!({ "kind": "wanted" });
    ada.put_listing(&id(2), &json!({ "title": "wishWord" }), &wish).unwrap();
    ada.put_listing(&id(3), &json!({ "title": "goneWord" }), &json!({})).unwrap();
    ada.remove_listing(&id(3)).unwrap();
    let path = format!("/market/api/listings/{}/{}", ada.did(), id(1));
    let shown = bob.read(&path);
    assert_members!(shown, "lat": 0, "lon": -18_000, "rent": "day", "sellerTier": "public_onplatform", "status": "active");
    assert_members!(shown["offer"], "price": 1_500, "currency": "CHF", "quantity": -1, "returns": 30, "deposit": 5_000);

    let copy = exported(&ada, &node, &words);
    assert!(copy.contains("wishWord") && !copy.contains("goneWord"));
}

#[test]
fn a_persons_page_has_what_strangers_see_of_the_apps_that_they_chose() {
    let (_folder, node) = Node::fresh();
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    let audiences = ["public", "connections", "link", "private"];
    for (number, audience) in audiences.iter().enumerate() {
        let body = json!({ "title": format!("A ladder for {audience}") });
        let fact = json!({ "visibility": audience });
        ada.put_listing(&id(number), &body, &fact).unwrap();
    }
    let put = |op: &str, body: Json| ada.put("profile", op, &body).unwrap();
    put("profile.handle.claim", json!({ "handle": "ada" }));
    let seen = |who: Option<&Person>| {
        let page = match who {
            Some(person) => person.page("/@ada"),
            None => node.get("/@ada").text().unwrap(),
        };
        audiences.map(|audience| page.contains(&format!("A ladder for {audience}")))
    };
    assert_eq!(seen(None), [false; 4], "she chose no app yet");
    let toggles = json!({ "page.01.market": true, "page.02.market": true });
    put("profile.update", json!({ "featureToggles": toggles }));
    let public = [true, false, false, false];
    // She sees her page as strangers do.
    assert_eq!([seen(None), seen(Some(&ada))], [public; 2]);
    connect(&ada, &bob);
    assert_eq!(seen(Some(&bob)), [true, true, false, false]);
    ada.block(&bob);
    assert_eq!(seen(Some(&bob)), public);
}
