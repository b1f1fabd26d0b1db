//! Events through the real program: a launch party from its creation to its door, and a rush for the last seats during
//! power cuts.

use imajin_e2e::Strike;
use imajin_e2e::payments::manifest;
use imajin_e2e::prelude::*;
use imajin_protocol::fair::{Contributor, DISTRIBUTION, Draft, Manifest};
use imajin_protocol::money::Ppm;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};

/// Buyers in an ordinary run; the part `rounds` asks for two hundred with `IMAJIN_BUYERS`.
const BUYERS: usize = 50;
const SEATS: i64 = 30;
const PRICE: i64 = 1_000;

/// The seller, the recipients of shares, and the node's owner.
struct Cast {
    organiser: Person,
    band: Person,
    label: Person,
    studio: Person,
    owner: Person,
}

impl Cast {
    /// Registers everyone; the owner last, since a node with an owner admits people by invite only.
    fn new(node: &Node, folder: &Path) -> Self {
        let person = || Person::new(&node.url);
        let (organiser, band, label, studio) = (person(), person(), person(), person());
        let owner = Person::claim(node, folder);
        Self { organiser, band, label, studio, owner }
    }

    fn all(&self) -> [&Person; 5] {
        [&self.organiser, &self.band, &self.label, &self.studio, &self.owner]
    }

    /// The band passes 20 % on to its label, which passes half of that on to the studio: three levels.
    fn pass_on(&self) {
        let whole = 1_000_000;
        self.band.publish(&passes_on(&self.band, &self.label, 200_000, whole)).unwrap();
        self.label.publish(&passes_on(&self.label, &self.studio, 500_000, whole)).unwrap();
    }

    /// Creates a published party: virtual tickets without limit, and physical ones; 70/30 with the band.
    fn party(&self) -> String {
        let made = self.organiser.event_key();
        let event = made["event"].as_str().unwrap().to_owned();
        let shares = [(self.organiser.key.did(), 700_000), (self.band.key.did(), 300_000)];
        let shared =
            manifest(&self.organiser, made["id"].as_str().unwrap(), &shares, Some("music"));
        let words = json!({
            "title": "Launch party", "startsAt": "2099-12-31T20:00:00.000Z", "locationType": "hybrid", "venue": "The Box",
            "virtualUrl": "https://stream.example/party", "tickets": [{ "name": "Stream" }, { "name": "Floor" }],
        });
        let types = [(100, -1), (PRICE, SEATS)];
        self.organiser.put_event("events.create", &event, &words, &shared, &types).unwrap();
        self.organiser.event_status(&event, "published").unwrap();
        event
    }

    /// Tops up a person's credit.
    fn fund(&self, person: &Person, amount: i64) {
        self.owner.fund(person, amount);
    }
}

fn passes_on(from: &Person, to: &Person, part: u32, whole: u32) -> Manifest {
    let contributor = |did: &Did, weight| Contributor {
        did: did.clone(),
        role: None,
        weight: Ppm::new(weight).unwrap(),
    };
    let draft = Draft {
        id: from.did().to_owned(),
        kind: DISTRIBUTION.to_owned(),
        owner: Some(from.key.did().clone()),
        contributors: vec![
            contributor(from.key.did(), whole - part),
            contributor(to.key.did(), part),
        ],
        derives_from: Vec::new(),
        terms: serde_json::Map::new(),
    };
    draft.build().unwrap().sign(&from.key.signing_key()).unwrap()
}

fn sold(node: &Node, event: &str) -> (i64, i64) {
    let (status, seen) = imajin_e2e::get(&format!("{}/events/api/events/{event}", node.url));
    assert_eq!(status, 200);
    let floor = seen["tickets"].as_array().unwrap().iter().find(|one| one["id"] == 2).unwrap();
    (floor["sold"].as_i64().unwrap(), floor["available"].as_i64().unwrap())
}

#[test]
fn a_launch_party_from_making_to_door() {
    let (folder, node) = Node::fresh();
    let (friend, fan) = (Person::new(&node.url), Person::new(&node.url));
    let cast = Cast::new(&node, folder.path());
    cast.pass_on();
    let event = cast.party();
    cast.fund(&friend, 2_000);
    cast.fund(&fan, 100);
    friend.buy_tickets(&event, 2, 1).unwrap();
    fan.buy_tickets(&event, 1, 1).unwrap();
    assert!(fan.buy_tickets(&event, 2, 1).is_err(), "the floor costs more than is left");
    // 1 100 in all: 770 to the organiser; 330 to the band, which keeps 264 and passes 66 on, half of it further. Not
    // spendable before the event is over.
    let sellers = [&cast.organiser, &cast.band, &cast.label, &cast.studio];
    assert_eq!(sellers.map(|person| person.coming()), [770, 264, 33, 33]);
    assert_eq!(sellers.map(|person| person.credit()), [0; 4]);
    let ticket = friend.tickets()[0].clone();
    let named = ticket["id"].as_str().unwrap();
    cast.organiser.check_in(&event, &[named], 1, &[friend.did()]).unwrap();
    cast.organiser.check_in(&event, &[named], 2, &[friend.did()]).unwrap();
    assert_eq!(
        (&friend.tickets()[0]["status"], sold(&node, &event)),
        (&json!("used"), (1, SEATS - 1))
    );

    // Each person's copy verifies offline and contains their share, in both languages.
    let people = [&[&friend, &fan][..], &cast.all()].concat();
    for person in &people {
        let bundle = folder.path().join(person.did().replace(':', "_"));
        let (bundle, key) = (bundle.to_str().unwrap(), person.key_file(folder.path()));
        imajin_as(&node.url, &key, ["export", "--to", bundle]).ok();
        imajin(["verify", bundle]).ok();
        python_verifier([bundle]).ok();
    }
    let view = folder.path().join(friend.did().replace(':', "_")).join("bundle.json");
    let view: Json = serde_json::from_slice(&std::fs::read(view).unwrap()).unwrap();
    assert_eq!(view["sections"]["events"]["tickets"][0]["ticket"], ticket["text"]);
    // The organiser's copy contains the event's own log with every ticket.
    let organiser = folder
        .path()
        .join(cast.organiser.did().replace(':', "_"))
        .join("owned")
        .join(event.replace(':', "_"))
        .join("log.sqlite");
    imajin(["verify", organiser.to_str().unwrap(), "--did", &event]).ok();
    python_verifier([organiser.to_str().unwrap()]).ok();
    node.check_records(&[&event]);
}

#[test]
fn an_invitation_is_a_message_about_an_event_and_your_own_come_first() {
    let (_folder, node) = Node::fresh();
    let [organiser, neighbour, ada] = [(); 3].map(|()| Person::new(&node.url));
    let create = |by: &Person, title: &str, starts: &str| {
        let made = by.event_key();
        let event = made["event"].as_str().unwrap().to_owned();
        let shares = [(by.key.did(), 1_000_000)];
        let shared = manifest(by, made["id"].as_str().unwrap(), &shares, None);
        let words = json!({ "title": title, "startsAt": starts, "locationType": "physical", "venue": "The Box", "tickets": [{ "name": "Seat" }] });
        by.put_event("events.create", &event, &words, &shared, &[(0, -1)]).unwrap();
        event
    };
    let concert = create(&neighbour, "Concert next door", "2099-12-01T20:00:00.000Z");
    neighbour.event_status(&concert, "published").unwrap();
    let party = create(&organiser, "Launch party", "2099-12-31T20:00:00.000Z");
    organiser.event_status(&party, "published").unwrap();
    create(&organiser, "Birthday surprise", "2099-12-30T20:00:00.000Z");
    let name = json!({ "displayName": "Ada" });
    ada.put("profile", "profile.update", &name).unwrap();

    let path = format!("/events/invite?with={}", ada.did());
    let organiser = Owner::sign_in(organiser);
    let page = organiser.page(&path);
    assert_has!(page, "Invite Ada</a>", "#say=", "Concert next door");
    assert_lacks!(page, "Birthday surprise");
    let first = organiser.page(&format!("{path}&limit=1"));
    assert_has!(first, "Launch party", "offset=1");
    assert_lacks!(first, "Concert next door");
    let last = organiser.page(&format!("{path}&limit=1&offset=1"));
    assert_has!(last, "Concert next door");
    assert_lacks!(last, "Launch party", "offset=");
}

#[test]
fn many_want_the_last_seats_and_the_plug_is_pulled() {
    let count = std::env::var("IMAJIN_BUYERS").map_or(BUYERS, |number| number.parse().unwrap());
    let (folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let mut buyers: Vec<Person> = (0..count).map(|_| Person::new(&node.url)).collect();
    let cast = Cast::new(&node, folder.path());
    cast.pass_on();
    let event = cast.party();
    for buyer in &buyers {
        cast.fund(buyer, PRICE);
    }
    // All at once; when some have their tickets, the node is killed.
    let (start, bought) = (Barrier::new(count + 1), AtomicUsize::new(0));
    let node = Mutex::new(Some(node));
    std::thread::scope(|scope| {
        for buyer in &buyers {
            let (start, bought, event) = (&start, &bought, &event);
            scope.spawn(move || {
                // A buyer without a quote waits at the barrier as well, because the others wait for all.
                let quote = buyer.quote_tickets(event, 2, 1);
                start.wait();
                let order = Person::order_of(&quote.expect("a quote")).expect("an order");
                if buyer.client.submit(&buyer.signer, &order).is_ok() {
                    bought.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        start.wait();
        // No pause: the others buy meanwhile.
        let end = Instant::now() + Duration::from_secs(60);
        while bought.load(Ordering::SeqCst) < 10 {
            assert!(Instant::now() < end, "ten never have tickets");
            std::thread::yield_now();
        }
        node.lock().unwrap().take().expect("the node").kill();
    });
    let acknowledged = bought.load(Ordering::SeqCst);
    let node = Node::start(&data);
    for buyer in &mut buyers {
        *buyer = buyer.at(&node.url);
    }
    let have = |buyer: &Person| buyer.tickets().as_array().unwrap().len();
    let before: usize = buyers.iter().map(have).sum();
    assert!(before >= acknowledged && before <= SEATS as usize, "{acknowledged} {before}");
    // Buyers without a ticket try again.
    std::thread::scope(|scope| {
        for chunk in buyers.chunks(count.div_ceil(20)) {
            let event = &event;
            scope.spawn(move || {
                for buyer in chunk.iter().filter(|buyer| have(buyer) == 0) {
                    let _ = buyer.buy_tickets(event, 2, 1);
                }
            });
        }
    });
    assert_eq!(sold(&node, &event), (SEATS, 0));
    // Paid exactly where there is a ticket, and every cent is accounted for.
    let (mut tickets, mut left) = (0, 0);
    for buyer in &buyers {
        let (has, credit) = (have(buyer) as i64, buyer.credit());
        assert_eq!(credit, PRICE * (1 - has), "{}", buyer.did());
        tickets += has;
        left += credit;
    }
    let sellers = [&cast.organiser, &cast.band, &cast.label, &cast.studio];
    let got = sellers.map(|person| person.at(&node.url).coming());
    assert_eq!((tickets, left + got.iter().sum::<i64>()), (SEATS, PRICE * count as i64));
    assert_eq!(got, [SEATS * 700, SEATS * 240, SEATS * 30, SEATS * 30]);
    node.check_records(&[&event]);
}

/// An event is cancelled, and the node is killed repeatedly during the refunds: in the end each payment is fully
/// refunded, once.
#[test]
fn a_cancelled_event_gives_everything_back_although_the_plug_is_pulled() {
    const HAVE: usize = 12;
    let (folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let buyers: Vec<Person> = (0..HAVE).map(|_| Person::new(&node.url)).collect();
    let cast = Cast::new(&node, folder.path());
    cast.pass_on();
    let event = cast.party();
    for buyer in &buyers {
        cast.fund(buyer, 2 * PRICE);
        buyer.buy_tickets(&event, 2, 2).unwrap();
    }
    // One payment was partly refunded before.
    let payment = buyers[0].newest_payment("pay.receipt");
    let others = [&cast.band, &cast.label, &cast.studio, &buyers[0]].map(Person::did);
    cast.organiser.refund(&payment, 333, "the bar was closed", &others).unwrap();
    let own = node.did.clone();
    let mut node = Some(node);
    for strike in [2, 5, 9, 14] {
        let mut here = node.take().unwrap();
        let organiser = cast.organiser.at(&here.url);
        let held = Strike::at(here.pid(), strike);
        // The organiser cancels in the first round; later the node continues on its own.
        let _ = organiser.event_status(&event, "cancelled");
        let _ = here.wait(Duration::from_secs(10));
        drop(held);
        here.kill();
        node = Some(Node::start(&data));
    }
    let node = node.unwrap();
    let organiser = cast.organiser.at(&node.url);
    let _ = organiser.event_status(&event, "cancelled");
    until("all money to be given back", || organiser.refunds(&event)["open"] == 0);
    assert_eq!(organiser.refunds(&event)["done"], HAVE);
    for buyer in &buyers {
        let buyer = buyer.at(&node.url);
        assert_eq!(buyer.credit(), 2 * PRICE, "{}", buyer.did());
        let tickets = buyer.tickets();
        let mut tickets = tickets.as_array().unwrap().iter();
        assert!(tickets.all(|one| one["status"] == "void"));
    }
    let sellers = [&cast.organiser, &cast.band, &cast.label, &cast.studio];
    assert_eq!(sellers.map(|person| person.at(&node.url).credit()), [0; 4]);
    assert_eq!(sellers.map(|person| person.at(&node.url).coming()), [0; 4]);
    assert_eq!(sold(&node, &event), (0, SEATS));
    node.check_records(&[&event, &own, buyers[0].did(), buyers[1].did()]);
    let books = newest_log(&data, &own);
    let log = imajin(["log", books.to_str().unwrap(), "--json"]).ok();
    let returns = log.lines().filter(|line| line.contains("\"pay.return\""));
    assert_eq!(returns.count(), HAVE, "each payment is given back once");
}
