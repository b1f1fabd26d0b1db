//! A device with random operations. It waits while the node is down, and retries operations with an unknown outcome.

use std::sync::Mutex;

use imajin_dfos::cid::sha256;
use imajin_dfos::identity::{Key, Keys, Service, sign_update};
use imajin_e2e::chats::Talk;
use imajin_e2e::page::Page;
use imajin_e2e::prelude::*;
use imajin_protocol::EncryptionKey;
use imajin_protocol::encryption::{EncryptionService, SERVICE_TYPE};
use imajin_protocol::identity::verify_chain;
use imajin_room::seal::EncryptionSecret;

use super::lie;

/// Polling interval of a removed member.
const OUTSIDE: Duration = Duration::from_millis(50);
/// Refusals that a concurrent operation of another member or device explains.
const CROSSED: [u16; 6] = [400, 403, 404, 409, 410, 429];

/// A seeded random number generator.
pub(super) struct Draws(u64, u64);

impl Draws {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed, 0)
    }

    fn next(&mut self) -> u64 {
        self.1 += 1;
        let hash = sha256(&[self.0.to_be_bytes(), self.1.to_be_bytes()].concat());
        let [a, b, c, d, e, f, g, h, ..] = hash;
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// Returns an independent generator.
    pub(super) fn fork(&mut self) -> Self {
        Self::new(self.next())
    }
}

/// The shared state of all devices.
pub(super) struct Group {
    name: String,
    pub(super) talk: Talk,
    pub(super) people: [Person; 3],
    /// Invitations of removed members.
    invited: Mutex<BTreeMap<String, (String, String)>>,
}

impl Group {
    pub(super) fn new(name: String, talk: Talk, people: [Person; 3]) -> Self {
        Self { name, talk, people, invited: Mutex::default() }
    }
}

/// Adds a second device, whose keys are added to the person's chain.
pub(super) fn second(person: &Person) -> Person {
    let fresh = PersonKey::generate().unwrap();
    let did = person.key.did().clone();
    let seed = fresh.signing_key().to_bytes();
    let key = PersonKey::from_parts(did, seed, *fresh.encryption_secret());
    let device = Person::with_key(person.client.address(), key);
    let path = format!("/auth/api/identity/{}/chain", person.did());
    let tokens: Vec<String> =
        serde_json::from_value(person.client.get(&path).unwrap()["log"].take()).unwrap();
    let chain = verify_chain(person.key.did(), &tokens).unwrap();
    let state = chain.state();
    let mut keys = state.keys.clone();
    for role in [&mut keys.auth, &mut keys.assert, &mut keys.controller] {
        role.push(Key::new(&device.key.public()));
    }
    let mut services = state.services.clone();
    services.push(encryption(&device, device.key.encryption_public()));
    let token = update(person, &tokens, keys, services);
    person.put("auth", "auth.identity.update", &json!({ "token": token })).unwrap();
    device
}

/// Returns the service of a device's encryption key in the chain.
fn encryption(device: &Person, key: [u8; 32]) -> Service {
    let service = EncryptionService {
        key: EncryptionKey::from_bytes(key),
        of: device.key.key_id(),
        is_sheet: false,
    };
    service.service().unwrap()
}

/// Signs the next operation of a chain on a device.
fn update(on: &Person, tokens: &[String], keys: Keys, services: Vec<Service>) -> String {
    let chain = verify_chain(on.key.did(), tokens).unwrap();
    let at = chain.updated_at().checked_add_millis(1_000).unwrap();
    let (name, key) = (on.key.key_id(), on.key.signing_key());
    let signed = sign_update(&chain, keys, services, at, &name, &key);
    signed.unwrap().token
}

/// A device and its results.
pub(super) struct Device {
    pub(super) page: Page,
    /// Acknowledged messages.
    pub(super) said: Vec<String>,
    /// Number of false answers that it received.
    pub(super) lies: usize,
    draws: Draws,
    is_ada: bool,
}

impl Device {
    pub(super) fn open(person: &Person, group: &Group, draws: Draws) -> Self {
        let people = group.people.each_ref();
        Self {
            page: Page::open(person, &group.talk, &people).unwrap(),
            said: Vec::new(),
            lies: 0,
            draws,
            is_ada: person.did() == group.people[0].did(),
        }
    }

    /// Does the minimum of each device.
    pub(super) fn begin(&mut self) {
        self.say();
        if self.look() {
            self.hear_a_lie();
        }
    }

    /// Does a random operation.
    pub(super) fn act(&mut self, group: &Group) {
        if !self.look() {
            self.come_back(group);
            std::thread::sleep(OUTSIDE);
            return;
        }
        match self.draws.below(10) {
            0 | 1 if self.is_ada => self.lead(group),
            0 => self.change_keys(),
            1 => crossed(self.page.mark_read()),
            2 | 3 => self.hear_a_lie(),
            _ => self.say(),
        }
    }

    /// Loads the conversation. Returns whether it is visible.
    pub(super) fn look(&mut self) -> bool {
        match self.page.look() {
            Err(error) if error.status() == Some(404) => false,
            other => {
                other.unwrap();
                true
            }
        }
    }

    fn say(&mut self) {
        let n = self.said.len();
        match self.page.say(&format!("{n} by {}", self.page.person.did())) {
            Ok(id) => self.said.push(id),
            Err(error) => crossed(Err(error)),
        }
    }

    fn hear_a_lie(&mut self) {
        lie::tell_random(&self.page, &mut self.draws);
        self.lies += 1;
    }

    /// Removes another member, or invites a removed one again.
    fn lead(&mut self, group: &Group) {
        let other = &group.people[1 + usize::try_from(self.draws.below(2)).unwrap()];
        if self.page.report.members.contains_key(other.key.did()) {
            group.invited.lock().unwrap().remove(other.did());
            return crossed(self.page.put_out(&group.name, other));
        }
        let mut invited = group.invited.lock().unwrap();
        if invited.contains_key(other.did()) {
            drop(invited);
            return crossed(self.page.admit(&[other]));
        }
        let draw = || imajin_host::random::hex::<12>().unwrap().to_uppercase();
        let (id, code) = (format!("inv_{}", draw().to_lowercase()), draw());
        let code = format!("{}-{}-{}", &code[..4], &code[4..8], &code[8..12]);
        let invite = draft_of(&json!({
            "op": "connections.group.invite", "ref": id, "body": { "code": code }, "to": [group.name],
            "fact": { "group": group.name, "role": "member", "uses": 1 },
        }));
        let made = self.page.enter(&invite.unwrap());
        if made.is_ok() {
            invited.insert(other.did().to_owned(), (id, code));
        }
        crossed(made.map(drop));
    }

    /// Joins the group again, if there is an invitation.
    fn come_back(&mut self, group: &Group) {
        let invited = group.invited.lock().unwrap();
        let Some((id, code)) = invited.get(self.page.person.did()).cloned() else {
            return;
        };
        drop(invited);
        let join = draft_of(&json!({
            "op": "connections.group.join", "ref": group.name, "to": [group.name],
            "fact": { "invite": id, "role": "member" },
        }));
        let headers = [("x-imajin-invite", code.as_str())];
        crossed(self.page.enter_with(&join.unwrap(), &headers).map(drop));
    }

    /// Replaces this device's encryption key.
    fn change_keys(&mut self) {
        let me = self.page.known.me.clone();
        let tokens = self.page.shown.chains[&me].clone();
        let chain = verify_chain(&me, &tokens).unwrap();
        let state = chain.state();
        let fresh = PersonKey::generate().unwrap();
        let mine = self.page.person.key.key_id();
        let is_mine = |service: &Service| {
            let read = EncryptionService::read(service);
            service.kind() == SERVICE_TYPE && read.is_some_and(|one| one.of == mine)
        };
        let others = state.services.iter().filter(|one| !is_mine(one));
        let new = encryption(&self.page.person, fresh.encryption_public());
        let services = others.cloned().chain([new]).collect();
        let token = update(&self.page.person, &tokens, state.keys.clone(), services);
        let change = Draft::new("auth", "auth.identity.update").body(&json!({ "token": token }));
        let changed = self.page.enter(&change.unwrap());
        if changed.is_ok() {
            let secret = EncryptionSecret::from_bytes(fresh.encryption_secret());
            self.page.add_secret(secret.unwrap());
        }
        crossed(changed.map(drop));
    }
}

/// Allows refusals that a concurrent operation explains; panics on any other error.
#[track_caller]
fn crossed(done: Outcome<()>) {
    match done {
        Err(error) if error.status().is_some_and(|status| CROSSED.contains(&status)) => {}
        other => other.unwrap(),
    }
}
