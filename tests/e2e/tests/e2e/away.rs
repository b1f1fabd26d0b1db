//! People on other boxes: found by handle and by DID, with pins that never go back, and boxes that lie.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use imajin_dfos::cid::{dag_cbor_cid, parse_cid};
use imajin_dfos::identity::{Key, Keys, sign_create};
use imajin_dfos::{PublicKey, SigningKey, Value};
use imajin_e2e::prelude::*;
use imajin_log::home::{HomeNode, HomeProof, ProvenEntry, head_payload};
use imajin_log::rules::Home;
use imajin_protocol::entry::{Header, ProofPart, Sealed, Will, encode_body};
use imajin_protocol::proof::ProofPayload;
use imajin_protocol::{Head, Kid, Proof};
use parking_lot::Mutex;

fn start(data: &Path) -> Node {
    Node::start_with(data, &NodeOptions::among_neighbours())
}

fn claim_handle(person: &Person, handle: &str) {
    let body = json!({ "handle": handle });
    person.put("profile", "profile.handle.claim", &body).unwrap();
}

/// The host of a node, as it is in handles.
fn host(node: &Node) -> &str {
    node.url.strip_prefix("http://").unwrap()
}

fn webfinger(node: &Node, query: &str) -> reqwest::blocking::Response {
    node.get(&format!("/.well-known/webfinger?{query}"))
}

fn proof_of(node: &Node, did: &str) -> (u16, Json) {
    imajin_e2e::get(&format!("{}/away/api/home/{did}", node.url))
}

/// Searches on the page.
fn find(who: &Owner, name: &str) -> String {
    let name = name.replace('@', "%40");
    who.page(&format!("/away/find?who={name}"))
}

/// Two nodes: Ada's, who looks, and that of Maya, whose handle is `maya`.
struct World {
    folder: tempfile::TempDir,
    here: Node,
    there: Node,
    ada: Owner,
    maya: Person,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [here, there] = ["here", "there"].map(|name| start(&folder.path().join(name)));
        let ada = Owner::sign_in(Person::new(&here.url));
        let maya = Person::new(&there.url);
        claim_handle(&maya, "maya");
        let name = json!({ "displayName": "Maya Deren" });
        maya.put("profile", "profile.update", &name).unwrap();
        Self { folder, here, there, ada, maya }
    }

    /// Restarts Ada's node at its address. `change` may change its pins meanwhile.
    fn restart(self, change: impl FnOnce(&rusqlite::Connection)) -> Self {
        let address = host(&self.here).to_owned();
        self.here.stop_gracefully();
        let data = self.folder.path().join("here");
        let pins = rusqlite::Connection::open(data.join("secrets.sqlite")).unwrap();
        change(&pins);
        drop(pins);
        let options = NodeOptions::among_neighbours().flags(["--listen", &address]);
        let here = Node::start_with(&data, &options);
        let ada = self.ada.at(&here);
        Self { here, ada, ..self }
    }
}

#[test]
fn somebody_at_another_box_is_found_by_handle_and_the_pin_survives_a_restart() {
    let world = World::new();
    let name = format!("@maya@{}", host(&world.there));
    assert_has!(world.ada.page("/search"), "@maya@box.example");
    // The search leads there.
    let search = format!("/search?q={}", name.replace('@', "%40"));
    let page = world.ada.page_after(Method::GET, &search);
    assert!(page.contains("Maya Deren") && page.contains(&name), "{page}");
    let theirs = format!("{}/profile/{}", world.there.url, world.maya.did());
    assert!(page.contains(&theirs));
    assert!(page.contains(world.maya.did()) && page.contains(&world.there.did));
    // Somebody on this very box has their page here.
    claim_handle(&world.ada.person, "ada");
    let own = format!("/away/find?who=%40ada%40{}", host(&world.here));
    let own = world.ada.page_after(Method::GET, &own);
    assert!(!own.contains("id=\"person\"") && own.contains("@ada"), "{own}");

    let world = world.restart(|_| {});
    let (url, did) = (world.there.url.clone(), world.maya.did().to_owned());
    world.there.stop_gracefully();
    let page = find(&world.ada, &name);
    assert!(page.contains("Maya Deren") && page.contains(&url), "{page}");
    let page = find(&world.ada, &did);
    assert!(page.contains("Maya Deren"), "{page}");
}

#[test]
fn somebody_is_found_by_their_did_where_a_relay_has_their_chain() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap().to_string();
    drop(listener);
    let options = NodeOptions::default().env([("IMAJIN_URL", format!("http://{at}"))]);
    let options = options.flags(["--listen", &at]);
    let there = Node::start_with(&folder.path().join("there"), &options);
    let here = start(&folder.path().join("here"));
    let ada = Owner::sign_in(Person::new(&here.url));
    let maya = Person::new(&there.url);
    let page = find(&ada, maya.did());
    assert!(page.contains("id=\"failure\""), "no relay knows her: {page}");
    let (_, chain) =
        imajin_e2e::get(&format!("{}/auth/api/identity/{}/chain", there.url, maya.did()));
    let sent = imajin_e2e::http()
        .post(format!("{}/registry/relay/proof/v1/operations", here.url))
        .json(&json!({ "operations": chain["log"] }))
        .send();
    assert_eq!(sent.unwrap().status(), 200);
    let page = find(&ada, maya.did());
    assert!(page.contains("id=\"person\"") && page.contains(&there.url), "{page}");
}

#[test]
fn webfinger_answers_as_rfc_7033_says() {
    let world = World::new();
    let (node, at) = (&world.there, host(&world.there));
    let answer = webfinger(node, &format!("resource=acct%3Amaya%40{at}"));
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/jrd+json");
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    let answer: Json = answer.json().unwrap();
    let did = world.maya.did();
    assert_eq!(answer["subject"], format!("acct:maya@{at}"));
    assert_eq!(answer["aliases"], json!([did]));
    let links = answer["links"].as_array().unwrap();
    for link in links {
        let href = link["href"].as_str().unwrap();
        assert_eq!(imajin_e2e::http().get(href).send().unwrap().status(), 200, "{href}");
    }
    let home = "rel=https%3A%2F%2Fimajin.ai%2Fns%2Fhome";
    let filtered: Json =
        webfinger(node, &format!("resource=acct:maya@{at}&{home}")).json().unwrap();
    assert_eq!(filtered["links"], json!([links[0]]));
    assert_eq!(links[0]["href"], format!("{}/away/api/home/{did}", node.url));
    for (query, status) in [
        ("", 400),
        ("resource=", 400),
        ("resource=maya", 400),
        ("resource=acct:maya", 400),
        ("resource=acct:@maya@box.example", 400),
        ("resource=acct:maya@other.example", 404),
        (&format!("resource=acct:nobody@{at}"), 404),
        (&format!("resource=mailto:maya@{at}"), 404),
        (&format!("resource=https://{at}/profile/maya"), 404),
    ] {
        let answer = webfinger(node, query);
        assert_eq!(answer.status().as_u16(), status, "{query}");
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    }
}

#[test]
fn a_hidden_profile_is_answered_as_a_handle_that_nobody_has_byte_for_byte() {
    let world = World::new();
    let (node, at) = (&world.there, host(&world.there));
    let hide = json!({ "visibility": "incognito" });
    world.maya.put("profile", "profile.update", &hide).unwrap();
    let answers = ["maya", "nobody", "admin"].map(|handle| {
        let answer = webfinger(node, &format!("resource=acct:{handle}@{at}"));
        let status = answer.status();
        let mut headers: Vec<_> = answer
            .headers()
            .iter()
            .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        headers.sort_by_key(|(name, _)| name.to_string());
        (status, headers, answer.bytes().unwrap())
    });
    assert_eq!(answers[0].0, 404);
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    // The DID is enough to ask for the proof, which shows nothing of her.
    let (status, proof) = proof_of(node, world.maya.did());
    assert_eq!((status, &proof["card"]), (200, &Json::Null), "{proof}");
    let page = find(&world.ada, &format!("@maya@{at}"));
    assert!(page.contains("shows themselves as @maya"), "{page}");
}

#[test]
fn a_proof_of_home_verifies_and_shows_what_strangers_may_see() {
    let world = World::new();
    let node = &world.there;
    world.maya.update_bio("more entries").unwrap();
    let did: Did = world.maya.key.did().clone();
    let (status, json) = proof_of(node, did.as_str());
    assert_eq!(status, 200, "{json}");
    assert_eq!(json["card"]["handle"], "maya");
    let proof: HomeProof = serde_json::from_value(json).unwrap();
    let proven = proof.verify(&did).unwrap();
    assert_eq!((proven.home.node.as_str(), proven.home.epoch), (node.did.as_str(), 1));
    assert_eq!(*proven.home.url, node.url);
    let head = Head::parse(&proof.head).unwrap();
    assert_eq!(head.payload.seq, 0, "the head does not tell the record's length");
    // The node itself has a home here, too.
    assert_eq!(proof_of(node, &node.did).0, 200);
    let stranger = Did::from_key(&[9; 32]);
    for (name, status) in
        [(world.ada.person.did(), 404), (stranger.as_str(), 404), ("nonsense", 400)]
    {
        assert_eq!(proof_of(node, name).0, status, "{name}");
    }
}

/// The whole response of a false box, by path.
type Answers = HashMap<String, Vec<u8>>;

/// A box that answers what a test wants.
struct Liar {
    address: String,
    answers: Arc<Mutex<Answers>>,
    connections: Arc<AtomicUsize>,
}

/// Marks of responses that never end.
const ENDLESS: &[u8] = b"endless";
const SILENT: &[u8] = b"silent";

impl Liar {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let liar = Self {
            address: listener.local_addr().unwrap().to_string(),
            answers: Arc::default(),
            connections: Arc::default(),
        };
        let (answers, connections) = (Arc::clone(&liar.answers), Arc::clone(&liar.connections));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                connections.fetch_add(1, Ordering::Relaxed);
                let answers = Arc::clone(&answers);
                std::thread::spawn(move || serve(stream, &answers));
            }
        });
        liar
    }

    fn answer(&self, path: &str, answer: impl Into<Vec<u8>>) {
        self.answers.lock().insert(path.to_owned(), answer.into());
    }

    fn answer_json(&self, path: &str, json: &Json) {
        self.answer(path, response("200 OK", "", &json.to_string()));
    }

    /// Says that `liar` is this DID, whose home is at `home`.
    fn names(&self, did: &str, home: &str) {
        let href = format!("{home}/away/api/home/{did}");
        let link = json!({ "rel": "https://imajin.ai/ns/home", "href": href });
        let descriptor = json!({ "subject": "acct:liar@box", "aliases": [did], "links": [link] });
        self.answer_json("/.well-known/webfinger", &descriptor);
    }

    fn shows(&self, did: &str, proof: &Json) {
        self.names(did, &format!("http://{}", self.address));
        self.answer_json(&format!("/away/api/home/{did}"), proof);
    }

    fn name(&self) -> String {
        format!("@liar@{}", self.address)
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

fn response(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
    )
    .into_bytes()
}

fn serve(mut stream: TcpStream, answers: &Mutex<Answers>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let Some(Ok(first)) = lines.next() else {
        return;
    };
    let path = first.split([' ', '?']).nth(1).unwrap_or_default().to_owned();
    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    let answer = answers.lock().get(&path).cloned();
    let answer = answer.unwrap_or_else(|| response("404 Not Found", "", ""));
    if answer == ENDLESS {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n");
        while stream.write_all(&[b' '; 65_536]).is_ok() {}
    } else if answer == SILENT {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n ");
        // Until the client gives up.
        while lines.next().is_some_and(|line| line.is_ok()) {}
    } else {
        let _ = stream.write_all(&answer);
    }
}

#[test]
fn a_liar_is_not_believed_whatever_it_answers() {
    let world = World::new();
    let (maya, liar) = (world.maya.did(), Liar::start());
    let home = format!("/away/api/home/{maya}");
    let says = |sentence: &str| {
        let page = find(&world.ada, &liar.name());
        assert!(page.contains("id=\"failure\"") && page.contains(sentence), "{sentence}: {page}");
        assert!(!page.contains("id=\"person\""), "{page}");
    };
    let no_box = "is not one of an Imajin box";
    says("shows themselves as @liar");
    for garbage in ["", "{", "[]", "{\"subject\":1}", "{\"aliases\":[\"x\"],\"subject\":\"\"}"] {
        liar.answer("/.well-known/webfinger", response("200 OK", "", garbage));
        says(no_box);
    }
    let elsewhere = format!("location: {}\r\n", world.there.url);
    for redirect in ["302 Found", "308 Permanent Redirect"] {
        liar.answer("/.well-known/webfinger", response(redirect, &elsewhere, ""));
        says(no_box);
    }
    liar.answer("/.well-known/webfinger", ENDLESS);
    says(no_box);
    // The handle is fine, and the proof is not.
    liar.names(maya, &format!("http://{}", liar.address));
    liar.answer(&home, response("308 Permanent Redirect", &elsewhere, ""));
    says(no_box);
    liar.answer(&home, ENDLESS);
    says(no_box);
    let (_, mut proof) = proof_of(&world.there, maya);
    proof["node"]["url"] = json!(format!("http://{}", liar.address));
    liar.shows(maya, &proof);
    says("url: ");
    let (_, of_node) = proof_of(&world.there, &world.there.did);
    liar.shows(maya, &of_node);
    says("chain: ");
}

#[test]
fn a_box_that_falls_silent_is_given_up_and_then_left_alone() {
    let world = World::new();
    let liar = Liar::start();
    liar.answer("/.well-known/webfinger", SILENT);
    let page = find(&world.ada, &liar.name());
    assert!(page.contains("does not answer"), "{page}");
    liar.answer("/.well-known/webfinger", response("502 Bad Gateway", "", ""));
    for _ in 0..4 {
        assert!(find(&world.ada, &liar.name()).contains("does not answer"));
    }
    assert_eq!(liar.connections(), 3, "three failures in a row");
    // A dead box that was never there.
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let page = find(&world.ada, &format!("@maya@{dead}"));
    assert!(page.contains(&format!("{dead} does not answer")), "{page}");
    // A person asks for so many and no more.
    let refused = (0..40).find(|n| {
        let page = find(&world.ada, &format!("@n{n}@{}", host(&world.there)));
        page.contains("many people in a short time")
    });
    assert!(refused.is_some_and(|n| n > 4), "{refused:?}");
}

#[test]
fn a_certificate_that_is_not_trusted_has_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let here = start(&folder.path().join("here"));
    let options = NodeOptions::default().flags(["--tls-listen", "127.0.0.1:0"]);
    let there = Node::start_with(&folder.path().join("there"), &options);
    let (ada, liar) = (Owner::sign_in(Person::new(&here.url)), Liar::start());
    let https = there.https.as_deref().unwrap();
    liar.names(Person::new(&there.url).did(), https);
    let page = find(&ada, &liar.name());
    let host = https.strip_prefix("https://").unwrap();
    assert!(page.contains(&format!("The certificate of {host} is not trusted")), "{page}");
}

#[test]
fn nobody_makes_a_node_look_for_boxes_in_its_house() {
    let (_folder, node) = Node::fresh();
    let ada = Owner::sign_in(Person::new(&node.url));
    let liar = Liar::start();
    for name in
        [liar.name(), liar.name().replace("127.0.0.1", "localhost"), "@x@10.0.0.1".to_owned()]
    {
        let page = find(&ada, &name);
        assert!(page.contains("private_addresses"), "{name}: {page}");
    }
    assert_eq!(liar.connections(), 0);
}

#[test]
fn an_older_chain_and_a_lower_epoch_are_refused_and_a_move_is_followed() {
    let world = World::new();
    let (maya, liar) = (world.maya.did().to_owned(), Liar::start());
    let name = format!("@maya@{}", host(&world.there));
    let (_, older) = proof_of(&world.there, &maya);
    let new = PersonKey::generate().unwrap();
    world.maya.replace_key(&new).unwrap();
    assert!(find(&world.ada, &name).contains("id=\"person\""));

    // Bob never changed a key, and moves.
    let bob = Person::new(&world.there.url);
    claim_handle(&bob, "bob");
    let (_, first) = proof_of(&world.there, bob.did());
    let next = start(&world.folder.path().join("next"));
    moves(&bob, &next);
    let page = find(&world.ada, &format!("@bob@{}", host(&world.there)));
    assert!(page.contains("id=\"person\"") && page.contains(&next.did), "{page}");
    // Where the true home answers, it counts whatever another box says; where it does not, no box is believed.
    liar.shows(&maya, &older);
    let page = find(&world.ada, &liar.name());
    assert!(page.contains(&world.there.did), "{page}");
    for (did, proof, home, fault) in
        [(&*maya, &older, world.there, "chain: shorter"), (bob.did(), &first, next, "epoch: lower")]
    {
        home.stop_gracefully();
        let liar = Liar::start();
        liar.shows(did, proof);
        let page = find(&world.ada, &liar.name());
        assert!(page.contains("id=\"failure\"") && page.contains(fault), "{page}");
    }
}

pub(crate) fn moves(person: &Person, to: &Node) {
    let request = person.client.request(Method::POST, "/auth/api/transfer");
    person.client.json(request.json(&person.sign_transfer(&to.url))).unwrap();
}

#[test]
fn a_handle_that_changes_its_did_warns_until_somebody_accepts_it() {
    let world = World::new();
    let eve = Person::new(&world.there.url);
    let (maya, liar) = (world.maya.did().to_owned(), Liar::start());
    liar.names(&maya, &world.there.url);
    let page = find(&world.ada, &liar.name());
    assert!(page.contains("Maya Deren") && !page.contains("id=\"changed\""), "{page}");
    liar.names(eve.did(), &world.there.url);
    // A day later.
    let world = world.restart(|pins| {
        pins.execute_batch("UPDATE away_handles SET seen_at = 0").unwrap();
    });
    for _ in 0..2 {
        let page = find(&world.ada, &liar.name());
        assert!(page.contains("id=\"changed\""), "{page}");
        assert!(page.contains(&maya) && page.contains(eve.did()), "{page}");
    }
    let accept = |did: &str| {
        let name = liar.name().replace('@', "%40");
        let path = format!("/away/accept?who={name}&did={did}");
        world.ada.page_after(Method::POST, &path)
    };
    let stranger = Did::from_key(&[9; 32]);
    assert!(accept(stranger.as_str()).contains("id=\"changed\""), "nobody named that DID");
    let page = accept(eve.did());
    assert!(page.contains("id=\"person\"") && !page.contains("id=\"changed\""), "{page}");
    liar.names(&maya, &world.there.url);
    let world = world.restart(|pins| {
        pins.execute_batch("UPDATE away_handles SET seen_at = 0").unwrap();
    });
    let page = find(&world.ada, &liar.name());
    assert!(page.contains("id=\"changed\""), "back again: {page}");
}

#[test]
fn of_two_homes_with_one_epoch_neither_is_believed_and_both_proofs_are_shown() {
    let world = World::new();
    let name = format!("@maya@{}", host(&world.there));
    assert!(find(&world.ada, &name).contains("id=\"person\""));
    let (_, first) = proof_of(&world.there, world.maya.did());
    let liar = Liar::start();
    let url = format!("http://{}", liar.address);
    let second = another_home(&world.maya.key, &first, &url);
    liar.shows(world.maya.did(), &serde_json::to_value(&second).unwrap());
    for name in [liar.name(), name, world.maya.did().to_owned()] {
        let page = find(&world.ada, &name);
        assert!(page.contains("Two boxes each prove"), "{name}: {page}");
        assert!(page.contains(&world.there.did) && page.contains(&second.node.did), "{page}");
        assert!(!page.contains("id=\"person\""), "{page}");
    }
}

/// A second home in the first epoch, which the owner signed.
fn another_home(owner: &PersonKey, first: &Json, url: &str) -> HomeProof {
    let chain: Vec<String> = serde_json::from_value(first["chain"].clone()).unwrap();
    let key = SigningKey::from_bytes(&[7; 32]);
    let public = PublicKey::from(&key);
    let at = Timestamp::parse("2026-05-01T00:00:00.000Z").unwrap();
    let keys = Keys::single(Key::new(&public));
    let genesis = sign_create(keys, vec![], at, &public.key_id(), &key).unwrap();
    let node = Did::from_key(public.as_bytes());
    let home = Home { node: node.clone(), url: url.into(), epoch: 1 };
    let body = Value::map([
        ("token", Value::from(chain[0].as_str())),
        (
            "home",
            Value::map([
                ("node", Value::from(node.as_str())),
                ("url", Value::from(url)),
                ("epoch", Value::from(1_i64)),
            ]),
        ),
        ("scope", Value::from("actor")),
        ("salt", Value::Bytes(vec![0; 16])),
    ]);
    let body = encode_body(&body).unwrap();
    let did = owner.did().clone();
    let genesis_cid = imajin_protocol::identity::verify_chain(&did, &chain).unwrap();
    let payload = ProofPayload {
        aud: node.clone(),
        did: did.clone(),
        service: "auth".to_owned(),
        op: "auth.identity.create".to_owned(),
        reference: None,
        body: Some(dag_cbor_cid(&body)),
        fact: None,
        to: vec![],
        seen: None,
        after: None,
        chain: Some(parse_cid(&genesis_cid.head_cid().to_string()).unwrap()),
        iat: at.as_millis() / 1_000,
        via: None,
    };
    let kid = Kid::new(did.clone(), owner.key_id()).unwrap();
    let proof = Proof::sign(&owner.signing_key(), kid, payload).unwrap();
    let header = Header {
        did: did.clone(),
        seq: 0,
        prev: None,
        at,
        op: "auth.identity.create".to_owned(),
        reference: None,
        body: Some(dag_cbor_cid(&body)),
        fact: None,
        author: did,
        will: Will::Signed(Box::new(ProofPart::from_proof(&proof))),
        via: None,
        cause: None,
        txn: None,
    };
    let entry = Sealed::seal(header, Some(body.into()));
    let kid = Kid::new(node.clone(), public.key_id()).unwrap();
    let head = Head::sign(&key, kid, head_payload(&entry.header, entry.cid, &home)).unwrap();
    HomeProof {
        chain,
        entry: ProvenEntry::new(&entry.header_bytes, entry.body_bytes.as_deref().unwrap()),
        head: head.to_compact(),
        node: HomeNode { did: node.to_string(), chain: vec![genesis.token], url: url.to_owned() },
        card: None,
    }
}
