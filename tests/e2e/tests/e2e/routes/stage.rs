//! A node that takes everybody in, whose owner gives credit: where people do real things to each other.

use imajin_dfos::{base64, cbor};
use imajin_e2e::payments::manifest;
use imajin_e2e::{Node, Person, imajin};
use imajin_node::client::Receipt;
use serde_json::{Value as Json, json};
use std::cell::Cell;
use std::fs;
use tempfile::TempDir;

/// What a ticket costs.
pub const PRICE: i64 = 1_000;

pub struct Stage {
    node: Node,
    owner: Person,
    /// Of names and codes of invitations.
    count: Cell<u32>,
    _folder: TempDir,
}

impl Stage {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir_all(&data).unwrap();
        fs::write(data.join("imajin.toml"), "registration = \"open\"\n").unwrap();
        let node = Node::start(&data);
        let owner = Person::stranger(&node.url);
        let key = owner.key_file(folder.path());
        let claim = node.code.clone().expect("a claim code");
        let at = ["--node", &node.url, "--key", key.to_str().unwrap()];
        imajin([&["register", "--claim", &claim][..], &at].concat()).ok();
        Self {
            node,
            owner,
            count: Cell::new(0),
            _folder: folder,
        }
    }

    /// Somebody new.
    pub fn person(&self) -> Person {
        Person::new(&self.node.url)
    }

    /// Somebody new with credit.
    pub fn rich(&self) -> Person {
        let person = self.person();
        self.owner.fund(&person, 2 * PRICE);
        person
    }

    /// The name and the code of a new invitation.
    pub fn invitation(&self) -> (String, String) {
        let n = self.count.get() + 1;
        self.count.set(n);
        (format!("inv_{n:024x}"), format!("AAAA-BBBB-{n:04}"))
    }

    /// One invites the other, who accepts.
    pub fn connect(&self, inviter: &Person, other: &Person) {
        let (id, code) = self.invitation();
        inviter.invite(&id, &code, 1).unwrap();
        other.accept(inviter, &id, &code).unwrap();
    }

    /// A group of somebody's, and others in it.
    pub fn group(&self, owner: &Person, members: &[(&Person, &str)]) -> String {
        let group = owner.make_group(&words("Choir"), "private", None).unwrap();
        for (member, role) in members {
            let (id, code) = self.invitation();
            owner.invite_into(&group, &id, &code, role).unwrap();
            member.join(&group, &id, &code, role).unwrap();
        }
        group
    }

    /// The address of an event of somebody's, which is not made yet.
    pub fn event_key(&self, organiser: &Person) -> String {
        let key = organiser.event_key();
        key["event"].as_str().expect("a DID").to_owned()
    }

    /// Makes an event or says it again: this title, tickets for nothing and for money.
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

    /// An event whose organiser approves who gets a free place.
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

    /// An event that tickets are sold for.
    pub fn event(&self, organiser: &Person) -> String {
        let event = self.event_key(organiser);
        self.say_event("events.create", organiser, &event, "Party");
        organiser.event_status(&event, "published").unwrap();
        event
    }

    /// How long somebody's log is, a person's, an event's or a group's.
    pub fn entries(&self, reader: &Person, did: &str) -> u64 {
        let did = imajin_protocol::Did::parse(did).expect("a DID");
        let place = reader.client.place_in(&did, &reader.signer);
        place.expect("a place").seen.map_or(0, |seen| seen.seq)
    }
}

/// The words of a group.
pub fn words(name: &str) -> Json {
    json!({ "name": name })
}

/// The operation of an entry in one's own log.
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
