//! The people of the walk: Sue, whose data everyone requests, and what only she may read.

use imajin_dfos::Cid;
use imajin_dfos::cid::parse_cid;
use imajin_e2e::payments::manifest;
use imajin_e2e::prelude::*;
use imajin_protocol::attestation::{Attestation, Kind};
use imajin_protocol::identity::Tier;
use std::cell::RefCell;
use std::collections::HashMap;

use crate::routes::With;

/// The roles that send requests. `stranger` has a key and no invite; `guest` signed in by mail; `member` has no
/// connections; `friend` is connected with Sue; `organiser` sold her a ticket; `owner` owns the node; `self` is Sue.
/// Sue authorizes `delegate` for everything that can be delegated, and `app` for her profile; both act on her behalf.
/// Another node has no session and counts as `anonymous`.
pub const ACTORS: [&str; 10] = [
    "anonymous",
    "stranger",
    "guest",
    "member",
    "friend",
    "organiser",
    "owner",
    "self",
    "app",
    "delegate",
];

/// Returns the delegate's scope: every service that has operations.
fn whole_scope() -> Vec<String> {
    let services = imajin_node::open::all_services();
    let with_operations = services.iter().filter(|service| service.specs().next().is_some());
    with_operations.map(|service| format!("{}.*", service.name())).collect()
}

/// The service whose operations the app may use.
pub const APP_SCOPE: &str = "profile";

/// Sue's texts that are not public.
const SECRETS: [&str; 15] = [
    "secretOfTheProfile",
    "secretOfTheAttestation",
    "secretOfThePayment",
    "secretNickname",
    "SECR-ETC0-DE00",
    // The URL of a stream that the ticket is for.
    "secretOfTheEvent",
    // The group of Sue and her friend.
    "secretOfTheGroup",
    // A private link.
    "secretOfTheLink",
    "secretOfTheJar",
    // A survey that isn't open yet.
    "secretOfTheSurvey",
    "secretOfTheCourse",
    "secretOfThePicture",
    // Sue's message in the room of the organiser's event.
    "secretOfTheRoom",
    "secretOfTheListing",
    "secretOfTheEssay",
];

/// Sue's link.
const ITEM: &str = "itm_000000000000000000000001";

/// Sue's message in the room.
const MESSAGE: &str = "msg_000000000000000000000001";

/// The node's people.
pub struct World {
    url: String,
    client: reqwest::blocking::Client,
    sue: Person,
    /// A key that was registered without an invite.
    stranger: Person,
    member: Person,
    friend: Person,
    organiser: Person,
    owner: Person,
    app: Person,
    delegate: Person,
    /// Sue's delegations to the delegate and the app.
    delegations: HashMap<Did, Cid>,
    attestation: String,
    payment: String,
    /// Sue's private picture, in an album.
    asset: String,
    /// The organiser's event and Sue's ticket to it.
    event: String,
    ticket: String,
    /// The log of the event's room.
    room: String,
    /// Sue's private group.
    group: String,
    /// Sessions, renewed after each write, which may have ended one.
    sessions: RefCell<Vec<(&'static str, String)>>,
}

/// An answer to a request.
pub struct RouteAnswer {
    pub status: u16,
    pub text: String,
}

impl World {
    pub fn new(node: &Node, folder: &Path) -> Self {
        Self::with_operations(node, folder, &[])
    }

    /// Creates a world in which Sue's delegate may use more operations than this program's.
    pub fn with_operations(node: &Node, folder: &Path, more: &[&str]) -> Self {
        let person = || Person::new(&node.url);
        let (sue, member, friend, organiser) = (person(), person(), person(), person());
        let (app, delegate) = (person(), person());
        // Last, since a node with an owner admits people by invite only.
        let owner = Person::claim(node, folder);
        let stranger = Person::stranger(&node.url);
        let register = json!({ "publicKey": stranger.key.public().to_hex() });
        let registered = http().post(format!("{}/auth/api/register", node.url)).json(&register);
        assert_eq!(registered.send().expect("an answer").status(), 201);
        let mut world = Self {
            url: node.url.clone(),
            client: http(),
            attestation: attest(&sue),
            payment: String::new(),
            asset: String::new(),
            event: String::new(),
            ticket: String::new(),
            room: String::new(),
            group: String::new(),
            sue,
            stranger,
            member,
            friend,
            organiser,
            owner,
            app,
            delegate,
            delegations: HashMap::new(),
            sessions: RefCell::default(),
        };
        world.let_act(more);
        world.befriend();
        world.fill();
        world
    }

    /// Sue authorizes an app and a delegate.
    fn let_act(&mut self, more: &[&str]) {
        let about = json!({
            "name": "App", "url": "https://app.example", "returns": ["https://app.example/back"], "scope": ["profile.update"],
        });
        self.app.put("auth", "auth.app.describe", &about).unwrap();
        let now = self.sue.client.node().unwrap().time;
        let until = now.checked_add_millis(3_600_000).unwrap().to_string();
        let app = format!("{APP_SCOPE}.*");
        let whole = whole_scope();
        let whole = whole.iter().map(String::as_str);
        let all: Vec<&str> = whole.chain(more.iter().copied()).collect();
        for (other, scope) in [(&self.app, &[app.as_str()][..]), (&self.delegate, &all[..])] {
            let key = other.key.public().to_multikey();
            let body = json!({ "key": key, "scope": scope, "until": until });
            let delegation = self.sue.put("auth", "auth.delegation.create", &body);
            let cid = parse_cid(&delegation.unwrap().cid).expect("a CID");
            self.delegations.insert(other.key.did().clone(), cid);
        }
    }

    /// Returns Sue's delegation to a person.
    pub fn delegation_to(&self, delegate: &Person) -> Option<Cid> {
        self.delegations.get(delegate.key.did()).copied()
    }

    /// Sue and her friend are connected.
    fn befriend(&self) {
        self.sue.follow(&[self.friend.did()]).unwrap();
        self.friend.follow(&[self.sue.did()]).unwrap();
        let id = "inv_000000000000000000000001";
        self.sue.invite(id, "AAAA-AAAA-AAAA", 1).unwrap();
        self.friend.accept(&self.sue, id, "AAAA-AAAA-AAAA").unwrap();
        self.sue.nickname(&self.friend, SECRETS[3]).unwrap();
        self.sue.invite("inv_000000000000000000000002", SECRETS[4], 1).unwrap();
    }

    /// Sue creates a group, and her friend joins it.
    fn gather(&mut self) {
        let words = json!({ "name": SECRETS[6] });
        let group = self.sue.make_group(&words, "private", None).unwrap();
        let (id, code) = ("inv_000000000000000000000003", "CCCC-CCCC-CCCC");
        self.sue.invite_into(&group, id, code, "member").unwrap();
        self.friend.join(&group, id, code, "member").unwrap();
        self.group = group;
    }

    /// Fills Sue's record.
    fn fill(&mut self) {
        let profile = json!({ "displayName": "Sue", "bio": SECRETS[0], "fieldVisibility": { "bio": "connections" } });
        self.sue.put("profile", "profile.update", &profile).unwrap();
        self.sue.put("profile", "profile.handle.claim", &json!({ "handle": "sue_here" })).unwrap();
        let shares = [(self.organiser.key.did(), 1_000_000)];
        let sold = manifest(&self.organiser, "party", &shares, None);
        self.sue.pay("pay.settle", &sold, self.organiser.did(), 0, SECRETS[2]).unwrap();
        self.payment = self.sue.newest_payment("pay.receipt");
        self.sell_ticket();
        self.gather();
        let link = json!({ "title": SECRETS[7], "url": "https://example.org/" });
        let put = |op: &str, body: &Json, fact: &Json| {
            self.sue.enter(&json!({ "op": op, "ref": ITEM, "fact": fact, "body": body })).unwrap();
        };
        put("links.put", &link, &json!({ "visibility": "private" }));
        let jar = json!({ "title": SECRETS[8] });
        put("coffee.put", &jar, &json!({ "visibility": "private" }));
        let course = json!({ "title": SECRETS[10] });
        put("learn.put", &course, &json!({ "kind": "course", "visibility": "private" }));
        let listing = json!({ "title": SECRETS[13], "contact": { "phone": SECRETS[13] } });
        let fact = json!({ "visibility": "private" });
        self.sue.put_listing(ITEM, &listing, &fact).unwrap();
        let essay = json!({ "title": SECRETS[14], "text": SECRETS[14] });
        let fact = json!({ "kind": "essay", "visibility": "private" });
        self.sue.put_essay(ITEM, &essay, &fact).unwrap();
        self.sue.make_folder("pictures").unwrap();
        let about = json!({ "title": SECRETS[11] });
        self.asset = self.sue.add_file("kitchen.png", b"Sue's kitchen", about.clone());
        let album = self.sue.make_album(&about, &[&self.asset]);
        let _: Receipt = album.unwrap();
        let form = json!({ "elements": [{ "type": "boolean", "name": "q1" }] }).to_string();
        let survey = json!({ "title": SECRETS[9], "form": form });
        put("dykil.put", &survey, &json!({ "mode": "open", "each": "any", "show": "owner" }));
    }

    /// The organiser creates an event, and Sue gets a ticket.
    fn sell_ticket(&mut self) {
        let event = self.organiser.event_key()["event"].as_str().expect("a DID").to_owned();
        let shares = [(self.organiser.key.did(), 1_000_000)];
        let shared = manifest(&self.organiser, "event", &shares, None);
        let words = json!({
            "title": "Party", "startsAt": "2099-12-31T20:00:00.000Z", "locationType": "virtual",
            "virtualUrl": format!("https://example.org/{}", SECRETS[5]), "tickets": [{ "name": "Stream" }],
        });
        let types = [(0, -1)];
        self.organiser.put_event("events.create", &event, &words, &shared, &types).unwrap();
        self.organiser.event_status(&event, "published").unwrap();
        self.sue.buy_tickets(&event, 1, 1).unwrap();
        self.ticket = self.sue.tickets()[0]["id"].as_str().expect("an id").to_owned();
        let room = self.organiser.open_room(&event);
        let message = json!({ "type": "text", "text": SECRETS[12] });
        self.sue.write_in(&room, MESSAGE, &message).unwrap();
        (self.event, self.room) = (event, room.log);
    }

    pub fn is_ready(&self) -> bool {
        !self.attestation.is_empty()
            && !self.payment.is_empty()
            && !self.ticket.is_empty()
            && !self.group.is_empty()
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sue.
    pub fn sue(&self) -> &Person {
        &self.sue
    }

    /// Returns the person of a role that has its own key.
    pub fn person(&self, who: &str) -> Option<&Person> {
        Some(match who {
            "stranger" => &self.stranger,
            "member" => &self.member,
            "friend" => &self.friend,
            "organiser" => &self.organiser,
            "owner" => &self.owner,
            "self" => &self.sue,
            "app" => &self.app,
            "delegate" => &self.delegate,
            _ => return None,
        })
    }

    pub fn secrets(&self) -> [&'static str; 15] {
        SECRETS
    }

    pub fn tier(&self, who: &str) -> Tier {
        match who {
            "anonymous" | "stranger" | "guest" => Tier::Soft,
            "owner" => Tier::Established,
            _ => Tier::Preliminary,
        }
    }

    /// Sends a request about Sue.
    pub fn ask(&self, who: &'static str, method: &str, path: &str, with: &With) -> RouteAnswer {
        let sue = self.sue.did();
        let target = self.filled(path);
        let more = with.query.as_ref().map(|query| format!("&{}", self.filled(query)));
        let url =
            format!("{}{target}?did={sue}&subject_did={sue}{}", self.url, more.unwrap_or_default());
        let request = self.client.request(method.parse().expect("a method"), url);
        let request = match self.token(who) {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let request = match who {
            "app" | "delegate" => request.header("x-acting-for", sue),
            _ => request,
        };
        let request = match method {
            "GET" | "HEAD" => request,
            _ => request
                .header("content-type", "application/json")
                .body(self.filled(with.body.as_deref().unwrap_or("{}"))),
        };
        let answer = request.send().expect("an answer");
        let status = answer.status().as_u16();
        if method != "GET" && status < 300 {
            self.sessions.borrow_mut().clear();
        }
        let bytes = answer.bytes().unwrap_or_default();
        RouteAnswer { status, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Replaces placeholders in a path or a body with Sue's values.
    fn filled(&self, text: &str) -> String {
        let op = match text {
            _ if text.starts_with("/profile/") => "profile.update",
            _ if text.starts_with("/pay/") => "pay.settle",
            _ if text.starts_with("/connections/") => "connections.accept",
            _ if text.starts_with("/events/") => "events.buy",
            _ if text.starts_with("/dykil/") => "dykil.sort",
            _ if text.starts_with("/links/") => "links.sort",
            _ if text.starts_with("/coffee/") => "coffee.sort",
            _ if text.starts_with("/essays/") => "essays.sort",
            _ if text.starts_with("/learn/") => "learn.sort",
            _ if text.starts_with("/market/") => "market.sort",
            _ if text.starts_with("/media/") => "media.folder",
            _ if text.starts_with("/chat/") => "chat.settings",
            _ if text.starts_with("/notify/") => "notify.settings",
            _ => "auth.app.describe",
        };
        let id = match text {
            _ if text.starts_with("/pay/") => self.payment.as_str(),
            _ if text.starts_with("/events/api/tickets/") => self.ticket.as_str(),
            _ if text.starts_with("/events/") => self.event.as_str(),
            _ if text.starts_with("/connections/api/groups/") => self.group.as_str(),
            _ if text.starts_with("/media/api/assets/") => self.asset.as_str(),
            _ if text.starts_with("/media/api/albums/") => Person::ALBUM,
            _ if text.starts_with("/chat/") => MESSAGE,
            _ => self.sue.did(),
        };
        let did = match text {
            _ if text.starts_with("/chat/") => self.room.as_str(),
            _ => self.sue.did(),
        };
        let mut text = text.to_owned();
        for (name, value) in [
            ("{did}", did),
            ("{cid}", &self.attestation),
            ("{op}", op),
            ("{id}", id),
            ("{payment}", &self.payment),
            ("{item}", ITEM),
            ("{owner}", self.sue.did()),
            ("{survey}", ITEM),
            ("{course}", ITEM),
            ("{handle}", "sue_here"),
            ("{node}", "did:imajin:6ASf5EcmmEHTgDJ4X4ZT5vT6iHVJBXPg5AN5YoTCpGWt"),
        ] {
            text = text.replace(name, value);
        }
        // An unknown placeholder becomes a name that does not exist.
        while let (true, Some(from), Some(to)) =
            (text.starts_with('/'), text.find('{'), text.find('}'))
        {
            text.replace_range(from..=to, "unknown");
        }
        text
    }

    pub fn token(&self, who: &'static str) -> Option<String> {
        if let Some((_, token)) = self.sessions.borrow().iter().find(|(name, _)| *name == who) {
            return Some(token.clone());
        }
        let token = match who {
            "anonymous" => return None,
            "guest" => self.by_mail(),
            _ => sign_in(self.person(who).unwrap_or(&self.sue)),
        };
        self.sessions.borrow_mut().push((who, token.clone()));
        Some(token)
    }

    /// The owner passes the link on, since this node sends no letters.
    fn by_mail(&self) -> String {
        let post = |path: &str, body: Json| -> Json {
            let request = self.client.post(format!("{}{path}", self.url)).json(&body);
            request.send().expect("an answer").json().expect("JSON")
        };
        post("/auth/api/onboard", json!({ "email": "soft@example.com" }));
        let letters = self
            .client
            .get(format!("{}/auth/api/mail", self.url))
            .bearer_auth(sign_in(&self.owner));
        let letters: Json = letters.send().expect("an answer").json().expect("JSON");
        // Letters about tickets may be in the queue, too.
        let all = letters["letters"].as_array().expect("a list").iter();
        let mut tokens = all.filter_map(|letter| letter["text"].as_str()?.split_once("#token="));
        let (_, token) = tokens.next().expect("a letter with a link");
        let token = token.split_whitespace().next();
        let session = post("/auth/api/onboard/verify", json!({ "token": token }));
        session["token"].as_str().expect("a session").to_owned()
    }
}

fn sign_in(person: &Person) -> String {
    person.session().token().to_owned()
}

/// Issues Sue's attestation about herself. Returns its CID.
fn attest(sue: &Person) -> String {
    let attestation = Attestation {
        issuer: sue.key.did().clone(),
        subject: sue.key.did().clone(),
        kind: Kind::parse("connection.invited").unwrap(),
        context_id: None,
        context_type: None,
        payload: json!({ "note": SECRETS[1] }).as_object().cloned(),
        issued_at: sue.client.node().unwrap().time,
    };
    let cid = attestation.cid().unwrap().to_string();
    let signed = attestation.sign(&sue.key.signing_key()).unwrap();
    let body = json!({
        "attestation": signed.text(), "issuer": sue.did(), "signature": signed.signature(), "audience": "parties",
    });
    let (op, fact) = ("auth.attestation.issue", json!({ "dids": [sue.did()] }));
    sue.enter(&json!({ "op": op, "ref": cid, "fact": fact, "body": body })).unwrap();
    cid
}
