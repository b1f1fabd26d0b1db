//! The market through the real program: who sees a listing, the list that everybody gets, contacts, and copies.

use imajin_e2e::{Node, Person, binary, http, imajin_as, until};
use imajin_node::client::{ClientError, Receipt, Session};
use serde_json::{Value as Json, json};

use crate::canary::assert_exported;

fn id(number: usize) -> String {
    format!("itm_{number:024x}")
}

/// Returns the status and the field of a refusal.
fn refusal(outcome: Result<Receipt, ClientError>) -> (u16, String) {
    match outcome {
        Err(ClientError::Refused {
            status, problem, ..
        }) => {
            let field = problem["field"].as_str().unwrap_or_default();
            (status, field.to_owned())
        }
        other => panic!("it was not refused: {other:?}"),
    }
}

/// Returns the status and the answer of a path, for a person or for a stranger.
fn get(node: &Node, session: Option<&Session>, path: &str) -> (u16, Json) {
    let request = http().get(format!("{}{path}", node.url));
    let request = match session {
        Some(session) => request.bearer_auth(session.token()),
        None => request,
    };
    let answer = request.send().unwrap();
    (answer.status().as_u16(), answer.json().unwrap_or_default())
}

fn titles(answer: &Json) -> Vec<&str> {
    let listings = answer["listings"].as_array().unwrap().iter();
    listings.map(|one| one["title"].as_str().unwrap()).collect()
}

fn session(person: &Person) -> Session {
    Session::begin(&person.client, &person.key).unwrap()
}

#[test]
fn a_listing_is_seen_by_those_for_whom_it_is() {
    let (folder, node) = Node::fresh();
    let (ada, bob, eve) = (
        Person::new(&node.url),
        Person::new(&node.url),
        Person::new(&node.url),
    );
    ada.invite("inv_000000000000000000000001", "AAAA-AAAA-AAAA", 1)
        .unwrap();
    bob.accept(&ada, "inv_000000000000000000000001", "AAAA-AAAA-AAAA")
        .unwrap();
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
    let (of_ada, of_bob, of_eve) = (session(&ada), session(&bob), session(&eve));
    let seen = |who: Option<&Session>, query: &str| {
        let (status, answer) = get(&node, who, &format!("/market/api/listings{query}"));
        assert_eq!(status, 200, "{answer}");
        // A contact is in no list.
        assert!(!answer.to_string().contains("+41"), "{answer}");
        let mut titles: Vec<String> = titles(&answer).into_iter().map(str::to_owned).collect();
        titles.sort();
        titles
    };
    let query = format!("?seller_did={}", ada.did());
    for query in ["", &query] {
        assert_eq!(seen(None, query), ["everybody", "wish"]);
        assert_eq!(seen(Some(&of_eve), query), ["everybody", "wish"]);
        let all = ["connections", "everybody", "wish"];
        assert_eq!(seen(Some(&of_bob), query), all);
    }
    assert_eq!(
        seen(Some(&of_ada), ""),
        ["connections", "everybody", "wish"]
    );
    assert_eq!(seen(Some(&of_ada), &query).len(), facts.len());
    let paused = format!("{query}&status=paused");
    assert_eq!(seen(Some(&of_ada), &paused), ["off"]);
    assert_eq!(
        seen(Some(&of_bob), "?seller_tier=trust_gated"),
        ["connections"]
    );
    assert_eq!(seen(None, "?category=books"), ["wish"]);
    assert!(seen(None, "?currency=CHF").is_empty());

    // The list that everybody gets has what is public for each reader, and neither a contact nor an area.
    let (_, near) = get(&node, None, "/market/api/near");
    let public: Vec<_> = near["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row[7])
        .collect();
    assert_eq!(public.len(), 2);
    assert!(public.contains(&&json!("everybody")) && public.contains(&&json!("wish")));
    assert!(
        !near.to_string().contains("+41") && !near.to_string().contains("Altstadt"),
        "{near}"
    );
    for reader in [&of_ada, &of_bob, &of_eve] {
        assert_eq!(get(&node, Some(reader), "/market/api/near").1, near);
    }

    let show = |who: Option<&Session>, number: usize| {
        let path = format!("/market/api/listings/{}/{}", ada.did(), id(number));
        get(&node, who, &path)
    };
    // An address with the id is enough for `link`.
    assert_eq!(show(None, 2).0, 200);
    assert_eq!(
        (show(None, 1).0, show(Some(&of_bob), 1).0, show(None, 3).0),
        (404, 200, 404)
    );
    assert!(show(Some(&of_bob), 0).1["contact"].is_null());
    assert_eq!(
        show(Some(&of_ada), 0).1["contact"]["phone"],
        "+41 44 123 45 67"
    );
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
    until("her listings are gone", || {
        get(&node, None, "/market/api/near").1["rows"] == json!([])
    });
    assert_eq!(show(None, 7).0, 410);
    assert!(seen(Some(&of_bob), "").is_empty());
}

#[test]
fn what_no_listing_has_is_refused() {
    let (_folder, node) = Node::fresh();
    let ada = Person::new(&node.url);
    let put = |body: Json, fact: Json| refusal(ada.put_listing(&id(1), &body, &fact));
    let ladder = || json!({ "title": "Ladder" });
    let refused = |status: u16, field: &str| (status, field.to_owned());
    for category in ["health", "religion", "politics", "Tools"] {
        let outcome = put(ladder(), json!({ "category": category }));
        assert_eq!(outcome, refused(400, "category"), "{category}");
    }
    let with = |more: Json| {
        let mut body = ladder();
        let members = body.as_object_mut().unwrap();
        members.extend(more.as_object().cloned().unwrap());
        body
    };
    assert_eq!(
        put(with(json!({ "lat": 4_737 })), json!({})),
        refused(400, "lon")
    );
    assert_eq!(
        put(with(json!({ "lat": 9_001, "lon": 0 })), json!({})),
        refused(400, "lat")
    );
    assert_eq!(
        put(json!({ "title": " " }), json!({})),
        refused(400, "title")
    );
    assert_eq!(put(ladder(), json!({ "in": id(2) })), refused(400, "in"));
    let rented_wish = json!({ "kind": "wanted", "rent": "day" });
    assert_eq!(put(ladder(), rented_wish), refused(400, "rent"));

    ada.put_listing(&id(1), &ladder(), &json!({})).unwrap();
    let wish = json!({ "kind": "wanted" });
    ada.put_listing(&id(2), &ladder(), &wish).unwrap();
    let offer = |number: usize, terms: Json| refusal(ada.offer_listing(&id(number), 500, &terms));
    assert_eq!(offer(1, json!({ "returns": 31 })), refused(400, "returns"));
    assert_eq!(offer(1, json!({ "quantity": 0 })), refused(400, "quantity"));
    assert_eq!(offer(1, json!({ "deposit": 100 })), refused(400, "deposit"));
    assert_eq!(offer(2, json!({})), refused(404, "ref"));
    assert_eq!(offer(3, json!({})), refused(404, "ref"));
    let unpublished = format!("sha256:{}", "0".repeat(64));
    assert_eq!(
        offer(1, json!({ "fair": unpublished })),
        refused(400, "fair")
    );
    ada.offer_listing(&id(1), 0, &json!({ "quantity": -1 }))
        .unwrap();
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
    let refused = refusal(bob.put_listing(&id(1), &bread, &json!({ "for": bakery })));
    assert_eq!(refused, (400, "for".to_owned()));
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
    let (_folder, node) = Node::fresh();
    let ada = Person::new(&node.url);
    let (lat, lon) = (4_737, 854);
    for number in 0..NUMBER {
        let body = json!({
            "title": format!("A ladder of {number} cm, hardly used"), "lat": lat, "lon": lon,
        });
        let fact = match number {
            7 => json!({ "rent": "day" }),
            8 => json!({ "kind": "wanted" }),
            _ => json!({}),
        };
        ada.put_listing(&id(number), &body, &fact).unwrap();
    }
    ada.offer_listing(&id(0), 1_500, &json!({ "returns": 14 }))
        .unwrap();
    let url = format!("{}/market/api/near", node.url);
    let answer = http().get(&url).send().unwrap();
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
    assert_eq!(
        [&row(7)[8], &row(8)[8]],
        [3, 1],
        "lent by the day, and a wish"
    );
    let again = http().get(&url).header("if-none-match", tag).send();
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
    let (ada, bob, eve) = (
        Person::new(&node.url),
        Person::new(&node.url),
        Person::new(&node.url),
    );
    let contact = json!({ "phone": "+41 44 123 45 67", "email": "ada@example.org" });
    let ladder = json!({ "title": "Ladder", "contact": contact });
    ada.put_listing(&id(1), &ladder, &json!({})).unwrap();
    let bare = json!({ "title": "Saw", "contact": { "phone": " " } });
    ada.put_listing(&id(2), &json!({ "title": "Saw" }), &json!({}))
        .unwrap();
    assert_eq!(
        refusal(ada.put_listing(&id(3), &bare, &json!({}))).0,
        400,
        "a number that shows nothing"
    );
    let hidden = json!({ "visibility": "private" });
    ada.put_listing(&id(4), &ladder, &hidden).unwrap();
    let (of_ada, of_bob, of_eve) = (session(&ada), session(&bob), session(&eve));
    assert_eq!(bob.ask_contact(&of_bob, &ada, &id(2)).0, 404);
    assert_eq!(bob.ask_contact(&of_bob, &ada, &id(4)).0, 404);
    for _ in 0..20 {
        let answer = bob.ask_contact(&of_bob, &ada, &id(1));
        assert_eq!(answer, (200, contact.clone()));
    }
    let (status, problem) = bob.ask_contact(&of_bob, &ada, &id(1));
    assert_eq!(status, 429, "{problem}");
    assert!(problem["retryAfter"].as_u64().unwrap() > 60, "{problem}");
    assert_eq!(eve.ask_contact(&of_eve, &ada, &id(1)).0, 200);
    ada.block(&eve);
    assert_eq!(eve.ask_contact(&of_eve, &ada, &id(1)).0, 403, "blocked");
    for _ in 0..25 {
        assert_eq!(ada.ask_contact(&of_ada, &ada, &id(1)).0, 200, "her own");
    }
    let url = format!(
        "{}/market/api/listings/{}/{}/contact",
        node.url,
        ada.did(),
        id(1)
    );
    assert_eq!(http().post(url).send().unwrap().status(), 401);
}

#[test]
fn a_listing_is_in_a_copy_for_both_verifiers() {
    let (folder, node) = Node::fresh();
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    let words = ["titleWord", "noteWord", "areaWord", "phoneWord", "mailWord"];
    let contact = json!({ "phone": words[3], "email": words[4] });
    let body = json!({
        "title": words[0], "note": words[1], "area": words[2], "contact": contact, "lat": 0, "lon": -18_000,
    });
    ada.put_listing(&id(1), &body, &json!({ "rent": "day" }))
        .unwrap();
    let terms = json!({ "quantity": -1, "returns": 30, "deposit": 5_000 });
    ada.offer_listing(&id(1), 1_500, &terms).unwrap();
    let wish = json!({ "kind": "wanted" });
    ada.put_listing(&id(2), &json!({ "title": "wishWord" }), &wish)
        .unwrap();
    ada.put_listing(&id(3), &json!({ "title": "goneWord" }), &json!({}))
        .unwrap();
    ada.remove_listing(&id(3)).unwrap();
    let path = format!("/market/api/listings/{}/{}", ada.did(), id(1));
    let (status, shown) = get(&node, Some(&session(&bob)), &path);
    assert_eq!(status, 200);
    assert_members!(shown, "lat": 0, "lon": -18_000, "rent": "day", "sellerTier": "public_onplatform", "status": "active");
    assert_members!(shown["offer"], "price": 1_500, "currency": "CHF", "quantity": -1, "returns": 30, "deposit": 5_000);

    let key = ada.key_file(folder.path());
    let at = ["--node", &node.url, "--key", key.to_str().unwrap()];
    let bundle = folder.path().join("bundle");
    let canaries = words.map(str::to_owned);
    assert_exported(binary(), &at, &bundle, &canaries, &[]);
    let copy = std::fs::read_to_string(bundle.join("bundle.json")).unwrap();
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
    let (of_ada, of_bob) = (session(&ada), session(&bob));
    let seen = |who: Option<&Session>| {
        let request = http().get(format!("{}/@ada", node.url));
        let request = match who {
            Some(session) => request.bearer_auth(session.token()),
            None => request,
        };
        let page = request.send().unwrap().text().unwrap();
        audiences.map(|audience| page.contains(&format!("A ladder for {audience}")))
    };
    assert_eq!(seen(None), [false; 4], "she chose no app yet");
    let toggles = json!({ "page.01.market": true, "page.02.market": true });
    put("profile.update", json!({ "featureToggles": toggles }));
    let public = [true, false, false, false];
    // She sees her page as strangers do.
    assert_eq!([seen(None), seen(Some(&of_ada))], [public; 2]);
    ada.invite("inv_000000000000000000000001", "AAAA-AAAA-AAAA", 1)
        .unwrap();
    bob.accept(&ada, "inv_000000000000000000000001", "AAAA-AAAA-AAAA")
        .unwrap();
    assert_eq!(seen(Some(&of_bob)), [true, true, false, false]);
    ada.block(&bob);
    assert_eq!(seen(Some(&of_bob)), public);
}
