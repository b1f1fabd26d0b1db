//! Attacks by an uninvited person: taking everything that is free, with keys and mailboxes that cost nothing.

use imajin_e2e::payments::manifest;
use imajin_e2e::prelude::*;
use imajin_e2e::smtp::MailServer;
use imajin_protocol::fair::Digest;

/// Capacity of the hall.
const PLACES: i64 = 200;

/// Creates a published event with free tickets, at most `most` for one person. `free`: the policy for free tickets.
fn hall(organiser: &Person, most: i64, free: Option<&str>) -> String {
    hall_with(organiser, PLACES, most, free)
}

fn hall_with(organiser: &Person, places: i64, most: i64, free: Option<&str>) -> String {
    let event = organiser.event_key()["event"].as_str().unwrap().to_owned();
    let shares = [(organiser.key.did(), 1_000_000)];
    let shared = manifest(organiser, "event", &shares, None);
    let words = json!({
        "title": "Concert", "startsAt": "2099-12-31T20:00:00.000Z", "locationType": "physical",
        "tickets": [{ "name": "Seat" }],
    });
    let mut more = json!({ "most": [most] });
    if let Some(free) = free {
        more["free"] = free.into();
    }
    let types = [(0, places)];
    organiser.put_event_with("events.create", &event, &words, &shared, &types, &more).unwrap();
    organiser.event_status(&event, "published").unwrap();
    event
}

/// Returns what a session sees.
fn look(node: &Node, token: &str, path: &str) -> Json {
    let url = format!("{}{path}", node.url);
    let answer = http().get(url).bearer_auth(token).send();
    answer.expect("an answer").json().expect("JSON")
}

fn sold(node: &Node, event: &str) -> i64 {
    let (status, event) = imajin_e2e::get(&format!("{}/events/api/events/{event}", node.url));
    assert_eq!(status, 200, "{event}");
    event["tickets"][0]["sold"].as_i64().expect("a number")
}

/// Returns the session of a bare key that registered and is otherwise unknown to the node.
fn bare_key(node: &Node) -> String {
    let person = Person::stranger(&node.url);
    let register = json!({ "publicKey": person.key.public().to_hex() });
    let (status, answer) = node.post(None, "/auth/api/register", &register);
    assert_eq!(status, 201, "{answer}");
    person.session().token().to_owned()
}

/// Orders tickets with a session. Returns the HTTP status.
fn buy(node: &Node, session: &str, event: &str, quantity: i64) -> u16 {
    let path = format!("/events/api/events/{event}/buy");
    let order = json!({ "type": 1, "quantity": quantity });
    node.post(Some(session), &path, &order).0
}

/// Signs a guest in by mail. Returns the session.
fn guest(node: &Node, server: &mut MailServer, email: &str) -> String {
    let ask = json!({ "email": email });
    assert_eq!(node.post(None, "/auth/api/onboard", &ask).0, 202);
    // Letters with tickets arrive, too.
    let mut letters = std::iter::repeat_with(|| server.letter());
    let letter = letters.find(|letter| letter["to"] == json!([email]));
    let letter = letter.expect("a letter to them");
    let text = letter["text"].as_str().unwrap();
    let (_, token) = text.split_once("/mail#token=").expect("a link");
    let follow = json!({ "token": token.split_whitespace().next() });
    let (status, session) = node.post(None, "/auth/api/onboard/verify", &follow);
    assert_eq!(status, 200, "{session}");
    session["token"].as_str().unwrap().to_owned()
}

#[test]
fn two_hundred_free_places_are_not_for_ten_keys_or_one_guest() {
    let (folder, data) = imajin_e2e::data_folder();
    let mut server = MailServer::start(folder.path(), 0);
    let node = Node::start_with(&data, &server.options());
    let owner = Owner::claim(&node).person;
    let (ten, one) = (hall(&owner, 10, None), hall(&owner, 1, None));

    // A guest gets ten seats of one hall and one of the other; further orders are refused.
    let bob = guest(&node, &mut server, "bob@example.com");
    let statuses: Vec<u16> = (0..20).map(|_| buy(&node, &bob, &ten, 10)).collect();
    assert_eq!((statuses[0], &statuses[1..]), (201, &[409; 19][..]));
    let statuses: Vec<u16> = (0..20).map(|_| buy(&node, &bob, &one, 1)).collect();
    assert_eq!((statuses[0], &statuses[1..]), (201, &[409; 19][..]));
    assert_eq!((sold(&node, &ten), sold(&node, &one)), (10, 1));

    // Ten keys: each may have two seats, so that orders of ten and of a third one are refused.
    for _ in 0..10 {
        let key = bare_key(&node);
        let statuses = [10, 2, 1].map(|quantity| buy(&node, &key, &ten, quantity));
        assert_eq!(statuses, [429, 201, 429]);
    }
    assert_eq!(sold(&node, &ten), 30);
    // One address gets forty free tickets for all uninvited people, including the guest's eleven.
    for _ in 0..4 {
        assert_eq!(buy(&node, &bare_key(&node), &ten, 2), 201);
    }
    let last = bare_key(&node);
    assert_eq!(buy(&node, &last, &ten, 2), 429);
    let eve = guest(&node, &mut server, "eve@example.com");
    assert_eq!(buy(&node, &eve, &ten, 2), 429);
    assert_eq!(sold(&node, &ten), 38);

    // Only a guest may open a conversation, so only their pages lead to the recipients of a link.
    let page = |session: &str| {
        let ask = http().get(format!("{}/events", node.url));
        let answer = ask.bearer_auth(session).send().expect("an answer");
        answer.text().expect("a page")
    };
    let leads = |session: &str| page(session).contains("data-send");
    assert_eq!([leads(&bob), leads(&last)], [true, false]);

    node.check_records(&[]);
}

#[test]
fn an_organiser_asks_for_a_link_by_mail_or_approves_who_comes() {
    let (folder, data) = imajin_e2e::data_folder();
    let mut server = MailServer::start(folder.path(), 0);
    let node = Node::start_with(&data, &server.options());
    let owner = Owner::claim(&node);
    let organiser = &owner.person;
    let mail = hall(organiser, 2, Some("mail"));
    let approval = hall(organiser, 2, Some("approval"));
    let bob = guest(&node, &mut server, "bob@example.com");
    let path = |event: &str, what: &str| format!("/events/api/events/{event}/{what}");
    let two = json!({ "type": 1, "quantity": 2 });

    // A bare key gets no ticket; the page says so in words.
    assert_eq!(buy(&node, &bare_key(&node), &mail, 1), 403);
    assert_eq!(node.post(Some(&bob), &path(&mail, "buy"), &two).0, 201);

    // The guest asks for approval, which holds no ticket; the organiser sees the queue and approves on the page.
    let (status, refused) = node.post(Some(&bob), &path(&approval, "buy"), &two);
    assert_eq!((status, &refused["reason"]), (409, &json!("approval")), "{refused}");
    let (status, asked) = node.post(Some(&bob), &path(&approval, "holds"), &two);
    assert_eq!((status, &asked["asked"]), (201, &json!(true)), "{asked}");
    let places = || {
        let (_, event) = imajin_e2e::get(&format!("{}/events/api/events/{approval}", node.url));
        event["tickets"][0]["available"].as_i64()
    };
    assert_eq!(places(), Some(PLACES));
    let page = owner.page(&format!("/events/{approval}"));
    assert!(page.contains("Waiting for your answer"), "{page}");
    let open = owner.get(&path(&approval, "holds"));
    let ask = open["open"][0]["hold"].as_str().expect("an ask");
    organiser.approve_places(&approval, ask).unwrap();
    assert_eq!(places(), Some(PLACES - 2));
    let open = look(&node, &bob, &path(&approval, "holds"));
    let order = json!({ "type": 1, "quantity": 2, "hold": open["open"][0]["hold"] });
    let (status, bought) = node.post(Some(&bob), &path(&approval, "buy"), &order);
    assert_eq!(status, 201, "{bought}");
    assert_eq!((sold(&node, &approval), places()), (2, Some(PLACES - 2)));

    node.check_records(&[&approval]);
}

#[test]
fn a_guest_who_waits_for_a_place_is_written_once_it_is_given_back() {
    let (folder, data) = imajin_e2e::data_folder();
    let mut server = MailServer::start(folder.path(), 0);
    let node = Node::start_with(&data, &server.options());
    let organiser = Owner::claim(&node).person;
    let event = hall_with(&organiser, 1, 1, None);
    let bob = guest(&node, &mut server, "bob@example.com");
    let eve = guest(&node, &mut server, "eve@example.com");
    assert_eq!(buy(&node, &bob, &event, 1), 201);
    let holds = format!("/events/api/events/{event}/holds");
    let wait = json!({ "type": 1, "quantity": 1, "wait": true });
    let (status, waits) = node.post(Some(&eve), &holds, &wait);
    assert_eq!((status, &waits["asked"]), (201, &json!(true)), "{waits}");

    let mine = look(&node, &bob, "/events/api/mine");
    let held = &mine["tickets"][0];
    let (ticket, holder) = (held["id"].as_str().unwrap(), held["holder"].as_str().unwrap());
    organiser.refund_ticket(&event, ticket, 0, "a cold", &[holder]).unwrap();
    let mut letters = std::iter::repeat_with(|| server.letter());
    let is_offer = |letter: &Json| {
        let text = letter["text"].as_str().unwrap_or_default();
        letter["to"] == json!(["eve@example.com"]) && text.contains("kept for you for a day")
    };
    assert!(letters.any(|letter| is_offer(&letter)));
    assert_eq!(buy(&node, &bob, &event, 1), 409);
    let open = look(&node, &eve, &holds);
    let order = json!({ "type": 1, "quantity": 1, "hold": open["open"][0]["hold"] });
    let path = format!("/events/api/events/{event}/buy");
    let (status, bought) = node.post(Some(&eve), &path, &order);
    assert_eq!(status, 201, "{bought}");

    node.check_records(&[&event]);
}

/// Returns a person's standing, in millionths, and the number of their payment attestations that are not revoked.
fn standing(person: &Person) -> (i64, usize) {
    let standing = person.read(&format!("/auth/api/standing/{}", person.did()));
    let path = format!("/auth/api/attestations?subject_did={}&limit=100", person.did());
    let reply = person.read(&path);
    let attestations = reply["attestations"].as_array().expect("a list").iter();
    let counts = attestations.filter(|one| {
        let is_of_payment = one["type"] == "transaction.settled" || one["type"] == "customer";
        is_of_payment && one["revokedAt"].is_null()
    });
    (standing["standingPpm"].as_i64().expect("a number"), counts.count())
}

#[test]
fn paying_and_refunding_leaves_no_standing() {
    const SELLERS: usize = 12;
    let (_folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let sellers: Vec<Person> = (0..SELLERS).map(|_| Person::new(&node.url)).collect();
    let eve = Person::new(&node.url);
    let owner = Owner::claim(&node).person;
    owner.fund(&eve, 1_000);
    let mut paid = Vec::new();
    for seller in &sellers {
        let song = manifest(seller, "song", &[(seller.key.did(), 1_000_000)], None);
        eve.pay("pay.settle", &song, seller.did(), 1_000, "a song").unwrap();
        let payment = eve.newest_payment("pay.receipt");
        if paid.is_empty() {
            assert!(standing(&eve).0 > 0, "a payment that stays counts");
        }
        let all = if paid.len() % 2 == 0 { 1_000 } else { 999 };
        seller.refund(&payment, all, "never mind", &[eve.did()]).unwrap();
        if all < 1_000 {
            owner.fund(&eve, 1_000 - all);
        }
        paid.push(payment);
    }
    until("nothing to be attested any more", || {
        standing(&eve) == (0, 0) && sellers.iter().all(|one| standing(one) == (0, 0))
    });

    // The node revokes in its own log, once, also after a restart; every log verifies.
    let own = node.did.clone();
    node.stop();
    let node = Node::start(&data);
    let eve = eve.at(&node.url);
    let last = &sellers[0];
    let last = last.at(&node.url);
    let song = manifest(&last, "song", &[(last.key.did(), 1_000_000)], None);
    eve.pay("pay.settle", &song, last.did(), 900, "a song").unwrap();
    let payment = eve.newest_payment("pay.receipt");
    last.refund(&payment, 900, "never mind", &[eve.did()]).unwrap();
    until("the last one to be revoked", || standing(&eve) == (0, 0));
    node.check_records(&[&own, eve.did()]);
    let books = newest_log(&data, &own);
    let log = imajin(["log", books.to_str().unwrap(), "--json"]).ok();
    let revoked = log.lines().filter(|line| line.contains("\"auth.attestation.revoke\""));
    // Three of each seller's first payment, and two of the last.
    assert_eq!(revoked.count(), 3 * SELLERS + 2, "{log}");
}

/// Sells this many songs for e-transfers, half of which the seller promises to `named`, and confirms that all were paid.
fn says_that_they_owe(seller: &Person, buyer: &Person, named: &Person, songs: usize) {
    let shares = [(seller.key.did(), 500_000), (named.key.did(), 500_000)];
    let song = manifest(seller, "song", &shares, None);
    let digest = song.digest();
    // From a service on another node, so that this node does not look for a missing listing.
    let fact = json!({
        "amount": 1_000, "currency": "CHF", "seller": seller.did(), "service": "shop", "kind": "song", "rail": "emt",
        "fair": digest.to_string(), "follows": Digest::of_all(&[digest]).to_string(),
    });
    let body = json!({ "manifest": song.text(), "memo": "a song" });
    let mut to = vec![seller.did().to_owned(), buyer.client.did().unwrap().to_string()];
    to.sort();
    for _ in 0..songs {
        let order = json!({ "op": "pay.checkout", "fact": fact, "body": body, "to": to });
        buyer.enter(&order).unwrap();
        let payment = buyer.newest_payment("pay.pending");
        let others = [buyer.did(), named.did()];
        seller.confirm(&payment, 1_000, &others).unwrap();
    }
}

#[test]
fn debts_by_the_word_of_strangers_are_one_line_and_can_be_declined_for_good() {
    let (_folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let person = || Person::new(&node.url);
    let (vera, buyer, friend, late) = (person(), person(), person(), person());
    let sellers = [person(), person()];
    Owner::claim(&node);
    let (id, code) = (format!("inv_{:024x}", 1), "AAAA-BBBB-0001");
    vera.invite(&id, code, 1).unwrap();
    friend.accept(&vera, &id, code).unwrap();

    for seller in &sellers {
        says_that_they_owe(seller, &buyer, &vera, 20);
    }
    says_that_they_owe(&friend, &buyer, &vera, 1);
    let wallet = vera.page("/pay");
    assert!(wallet.contains("data-count=\"40\""), "{wallet}");
    let (before, folded) = wallet.split_once("id=\"folded\"").expect("one line");
    let lines = |text: &str| text.matches("owed to you by").count();
    assert_eq!((lines(before), lines(folded)), (1, 40), "the friend's own line");

    // The first seller's debts are declined permanently: their lines disappear, and later ones are not shown either.
    let decline = |who: &Person, declined: bool| {
        let wish = json!({ "with": who.did(), "declined": declined });
        let (status, answer) = vera.sign_and_ask("/pay/api/debts/decline", &wish);
        assert_eq!(status, 200, "{answer}");
    };
    decline(&sellers[0], true);
    says_that_they_owe(&sellers[0], &buyer, &vera, 1);
    assert!(vera.page("/pay").contains("data-count=\"20\""));
    decline(&sellers[1], true);
    let wallet = vera.page("/pay");
    assert!(!wallet.contains("id=\"folded\""), "{wallet}");
    let balance = vera.money(&format!("balance/{}", vera.did()));
    let owed = balance["owedBy"].as_array().expect("a list");
    assert_eq!((owed.len(), &balance["owedBySaid"]), (1, &json!(1)));
    assert_eq!(owed[0]["with"], friend.did());
    says_that_they_owe(&late, &buyer, &vera, 1);
    assert!(vera.page("/pay").contains("data-count=\"1\""));

    // After the decline is withdrawn, the debts are shown again, also after a restart and a rebuild of the tables.
    decline(&sellers[1], false);
    assert!(vera.page("/pay").contains("data-count=\"21\""));
    node.stop();
    let node = Node::start(&data);
    let vera = vera.at(&node.url);
    assert!(vera.page("/pay").contains("data-count=\"21\""));
    node.check_records(&[]);
}

#[test]
fn a_code_is_its_owners_alone_and_nobody_takes_it_over_by_bringing_it_first() {
    let folder = tempfile::tempdir().unwrap();
    let (id, code) = (format!("inv_{:024x}", 7), "7KQ2-M9XT-04RB");
    // Three nodes on which three people make an invitation with one name and one code.
    let make = |name: &str| {
        let node = Node::start(&folder.path().join(name));
        let person = Person::new(&node.url);
        person.put("profile", "profile.update", &json!({ "displayName": name })).unwrap();
        person.invite(&id, code, 3).unwrap();
        let key = folder.path().join(format!("{name}.json"));
        let bundle = folder.path().join(format!("{name}-bundle"));
        person.key.write_new(&key).unwrap();
        let key = key.to_str().unwrap().to_owned();
        let bundle = bundle.to_str().unwrap().to_owned();
        imajin_as(&node.url, Path::new(&key), ["export", "--to", &bundle]).ok();
        node.stop();
        (person.did().to_owned(), key, bundle)
    };
    let (mallory, vera, dan) = (make("mallory"), make("vera"), make("dan"));
    let node = Node::start(&folder.path().join("data"));
    let bring = |who: &(String, String, String), role: &str| {
        imajin(["import", &who.2, "--as", role, "--node", &node.url, "--key", &who.1]).ok();
    };
    let reader = Person::new(&node.url);
    let inviter = |code: &str| {
        let path = format!("/connections/api/invites/{code}");
        let reply = reader.session().get(&reader.client, &path);
        reply.map(|found: Json| found["inviter"]["did"].as_str().unwrap_or_default().to_owned())
    };
    // A backup copy claims no code, however early it arrived.
    bring(&mallory, "backup");
    bring(&vera, "home");
    assert_eq!(inviter(code).unwrap(), vera.0);
    // A second home copy takes no code from the first, and is found by its owner's name with the code.
    bring(&dan, "home");
    assert_eq!(inviter(code).unwrap(), vera.0);
    assert_eq!(inviter(&format!("{code}@{}", dan.0)).unwrap(), dan.0);
    assert_eq!(inviter(&format!("{code}@{}", vera.0)).unwrap(), vera.0);
    assert!(inviter(&format!("{code}@{}", mallory.0)).is_err(), "a copy invites nobody");
    let (status, _) = node.stop();
    assert!(status.success());
}

#[test]
fn visitors_see_the_name_of_the_box_and_of_people_only_if_its_owner_wants() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(folder.path());
    let owner = Owner::claim(&node);
    let name = json!({ "displayName": "Ada Byron" });
    owner.person.put("profile", "profile.update", &name).unwrap();
    let page = |path: &str| {
        let request = http().get(format!("{}{path}", node.url));
        let answer = request.header("accept", "text/html").send().unwrap();
        answer.text().unwrap()
    };
    for (fields, is_shown) in [
        ("name=Attic&sentence=Tea", false),
        ("name=Attic&sentence=Tea&people=yes", true),
        ("name=Attic&sentence=", false),
    ] {
        let (status, text) = owner.send_form("/settings/box", fields);
        assert!(status < 400, "{text}");
        assert_eq!(page("/").contains("Ada Byron"), is_shown, "{fields}");
    }
    let slashed = http().get(format!("{}/docs/?a=b", node.url));
    let answer = slashed.header("accept", "text/html").send().unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.url().path(), answer.url().query()),
        (200, "/docs", Some("a=b"))
    );
    // The bare path of each service is one of its pages; if it is for members, a stranger is redirected to the sign-in.
    for service in [
        "agents",
        "away",
        "chat",
        "coffee",
        "connections",
        "dykil",
        "essays",
        "events",
        "learn",
        "links",
        "market",
        "media",
        "notify",
        "pay",
        "profile",
    ] {
        for slash in ["", "/"] {
            let request = http().get(format!("{}/{service}{slash}", node.url));
            let answer = request.header("accept", "text/html").send().unwrap();
            let place = answer.url().clone();
            let is_own = place.path().starts_with(&format!("/{service}"));
            let is_sign_in = place.path() == "/signin";
            assert!(answer.status() == 200 && (is_own || is_sign_in), "{service}: {place}");
        }
    }
    let program = node.get("/learn");
    assert_eq!(program.status(), 404, "a program that asks for no page");
    let (status, health) = imajin_e2e::get(&format!("{}/api/health", node.url));
    assert_eq!((status, &health["service"]), (200, &json!("www")));
    // Static pages and the error page, too.
    for path in ["/", "/docs", "/verify", "/restore", "/no-such-page"] {
        let text = page(path);
        assert!(text.contains(">Attic</a>"), "{path}: {text}");
        assert!(!text.contains("Imajin</title>"), "{path}: {text}");
    }
    node.stop();
}
