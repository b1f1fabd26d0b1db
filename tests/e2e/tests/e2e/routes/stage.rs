//! A node with open registration, whose owner gives credit: people perform real operations with each other.

use imajin_dfos::{base64, cbor};
use imajin_e2e::payments::manifest;
use imajin_e2e::prelude::*;
use std::cell::Cell;
use tempfile::TempDir;

/// Price of a ticket, in cents.
pub const PRICE: i64 = 1_000;

pub struct Stage {
    node: Node,
    owner: Person,
    /// Counter for names and codes of invitations.
    count: Cell<u32>,
    _folder: TempDir,
}

impl Stage {
    pub fn new() -> Self {
        let (folder, data) = imajin_e2e::data_folder();
        fs::create_dir_all(&data).unwrap();
        fs::write(data.join("imajin.toml"), "registration = \"open\"\n").unwrap();
        let node = Node::start(&data);
        let owner = Person::claim(&node, folder.path());
        Self { node, owner, count: Cell::new(0), _folder: folder }
    }

    /// Registers a new person.
    pub fn person(&self) -> Person {
        Person::new(&self.node.url)
    }

    /// Registers a new person with credit.
    pub fn rich(&self) -> Person {
        let person = self.person();
        self.owner.fund(&person, 2 * PRICE);
        person
    }

    /// Returns the name and the code of a new invitation.
    pub fn invitation(&self) -> (String, String) {
        let n = self.count.get() + 1;
        self.count.set(n);
        (format!("inv_{n:024x}"), format!("AAAA-BBBB-{n:04}"))
    }

    /// Connects two people by an invitation.
    pub fn connect(&self, inviter: &Person, other: &Person) {
        let (id, code) = self.invitation();
        inviter.invite(&id, &code, 1).unwrap();
        other.accept(inviter, &id, &code).unwrap();
    }

    /// Creates a group with these members.
    pub fn group(&self, owner: &Person, members: &[(&Person, &str)]) -> String {
        let group = owner.make_group(&words("Choir"), "private", None).unwrap();
        for (member, role) in members {
            let (id, code) = self.invitation();
            owner.invite_into(&group, &id, &code, role).unwrap();
            member.join(&group, &id, &code, role).unwrap();
        }
        group
    }

    /// Returns the DID of an event that its organiser has not created yet.
    pub fn event_key(&self, organiser: &Person) -> String {
        let key = organiser.event_key();
        key["event"].as_str().expect("a DID").to_owned()
    }

    /// Creates or updates an event with this title, free and paid tickets.
    pub fn say_event(&self, op: &str, organiser: &Person, event: &str, title: &str) -> Receipt {
        let shares = [(organiser.key.did(), 1_000_000)];
        let shared = manifest(organiser, "event", &shares, None);
        let words = json!({
            "title": title, "startsAt": "2099-12-31T20:00:00.000Z", "locationType": "virtual",
            "tickets": [{ "name": "Free" }, { "name": "Seat" }],
        });
        let types = [(0, -1), (PRICE, 10)];
        let made = organiser.put_event(op, event, &words, &shared, &types);
        made.unwrap()
    }

    /// Creates an event whose organiser approves requests for free tickets.
    pub fn event_that_approves(&self, organiser: &Person) -> String {
        let event = self.event_key(organiser);
        let shares = [(organiser.key.did(), 1_000_000)];
        let shared = manifest(organiser, "event", &shares, None);
        let words = json!({
            "title": "Party", "startsAt": "2099-12-31T20:00:00.000Z", "locationType": "virtual",
            "tickets": [{ "name": "Free" }],
        });
        let (types, approves) = ([(0, -1)], json!({ "free": "approval" }));
        let made =
            organiser.put_event_with("events.create", &event, &words, &shared, &types, &approves);
        made.unwrap();
        organiser.event_status(&event, "published").unwrap();
        event
    }

    /// Creates an event with paid tickets.
    pub fn event(&self, organiser: &Person) -> String {
        let event = self.event_key(organiser);
        self.say_event("events.create", organiser, &event, "Party");
        organiser.event_status(&event, "published").unwrap();
        event
    }

    /// Returns the number of entries in the log of a person, an event or a group.
    pub fn entries(&self, reader: &Person, did: &str) -> u64 {
        let did = imajin_protocol::Did::parse(did).expect("a DID");
        let place = reader.client.place_in(&did, &reader.signer);
        place.expect("a place").seen.map_or(0, |seen| seen.seq)
    }
}

/// Builds the profile of a group.
pub fn words(name: &str) -> Json {
    json!({ "name": name })
}

/// Returns the operation of an entry in the person's own log.
pub fn op_of(person: &Person, receipt: &Receipt) -> String {
    assert_eq!(receipt.did, person.did());
    let after = receipt.seq - 1;
    let path = format!("/auth/api/log/{}?after={after}&limit=1", person.did());
    let page = person.read(&path);
    let header = page["entries"][0]["header"].as_str().expect("an entry");
    let header = base64::decode_url(header).expect("base64url");
    let header = cbor::decode(&header).expect("dag-cbor");
    header.get_str("op").expect("an op").to_owned()
}
