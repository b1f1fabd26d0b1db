//! A guest signs in with an e-mail address, by a letter through a real mail server, and takes over the identity: same
//! DID, same record, and both verifiers agree.

use ed25519_dalek::Signer as _;
use imajin_dfos::identity::{Key, Keys, sign_create};
use imajin_e2e::payments::manifest;
use imajin_e2e::prelude::*;
use imajin_e2e::smtp::MailServer;
use imajin_node::client::{Client, Signer};
use imajin_protocol::encryption::EncryptionService;
use imajin_protocol::{EncryptionKey, multikey};

fn token_in(letter: &Json) -> String {
    let text = letter["text"].as_str().unwrap();
    let (_, token) = text.split_once("/mail#token=").expect("a link");
    token.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn by_a_letter_to_a_key_of_ones_own() {
    let (folder, data) = imajin_e2e::data_folder();
    let mut server = MailServer::start(folder.path(), 1);
    let node = Node::start_with(&data, &server.options());
    Owner::claim(&node);
    let ask = json!({ "email": "canary.bob@example.com", "name": "Bob canaryN" });
    let (status, answer) = node.post(None, "/auth/api/onboard", &ask);
    assert_eq!((status, &answer["mailed"]), (202, &json!(true)), "{answer}");

    // The server failed at first, and gets the same letter again, encrypted and authenticated.
    let (failed, letter) = (server.letter(), server.letter());
    assert_eq!((&failed["failed"], &failed["id"]), (&json!(true), &letter["id"]));
    assert_eq!(
        (&letter["tls"], &letter["to"], &letter["from"]),
        (&json!(true), &json!(["canary.bob@example.com"]), &json!("box@example.org"))
    );
    let follow = json!({ "token": token_in(&letter) });
    let (status, session) = node.post(None, "/auth/api/onboard/verify", &follow);
    assert_eq!((status, &session["identity"]["tier"]), (200, &json!("soft")), "{session}");
    assert_eq!(node.post(None, "/auth/api/onboard/verify", &follow).0, 400, "once");
    let token = session["token"].as_str().unwrap().to_owned();
    let did = Did::parse(session["identity"]["did"].as_str().unwrap()).unwrap();

    // The guest writes with the session, and exports the record: the node signs it, and it contains the address.
    let change = json!({ "bio": "I came with a letter" });
    assert_eq!(node.post(Some(&token), "/profile/api/commands/profile.update", &change).0, 201);

    // Any member may describe an app; the description is in the readable view of both verifiers.
    let about = json!({ "name": "canaryN shop", "url": "https://shop.example", "returns": [], "scope": ["profile.*"] });
    assert_eq!(node.post(Some(&token), "/auth/api/apps", &about).0, 201);

    // The guest's own keys: the chain that a client creates for anyone.
    let key = PersonKey::generate().unwrap();
    let own = Key::new(&key.public());
    let at = Client::new(&node.url).unwrap().node().unwrap().time;
    let encryption = EncryptionService {
        key: EncryptionKey::from_bytes(key.encryption_public()),
        of: key.key_id(),
        is_sheet: true,
    };
    let chain = sign_create(
        Keys::single(own),
        vec![encryption.service().unwrap()],
        at,
        &key.key_id(),
        &key.signing_key(),
    )
    .unwrap();
    let info = Client::new(&node.url).unwrap().node().unwrap();
    let proof = imajin_protocol::presence::upgrade(&info.did, &did, &chain.cid);
    let proof = key.signing_key().sign(proof.as_bytes()).to_bytes();
    let upgrade = json!({
        "log": [chain.token],
        "signatures": { key.public().to_multikey(): imajin_dfos::hex::encode(&proof) },
        "encryptionKey": imajin_dfos::hex::encode(&key.encryption_public()),
    });
    let (status, answer) = node.post(Some(&token), "/auth/api/upgrade", &upgrade);
    assert_eq!((status, &answer["did"]), (200, &json!(did)), "{answer}");

    // The DID document contains the encryption key of the client's chain.
    let document = Client::new(&node.url).unwrap();
    let document = document.get(&format!("/auth/api/identity/{did}/did.json"));
    let shown = multikey::x25519(&encryption.key);
    assert_eq!(document.unwrap()["keyAgreement"], json!([format!("{did}#{shown}")]));

    // The same DID, signed by its own key from now on; the earlier entries are still there.
    let key =
        PersonKey::from_parts(did.clone(), key.signing_key().to_bytes(), *key.encryption_secret());
    let client = Client::new(&node.url).unwrap();
    Session::begin(&client, &key).expect("the new key signs in");
    let draft =
        Draft::new("profile", "profile.update").body(&json!({ "bio": "and signed this" })).unwrap();
    client.submit(&Signer::new(&key).unwrap(), &draft).unwrap();
    assert_eq!(node.post(None, "/auth/api/onboard", &ask).0, 202);
    let refused = node.post(
        None,
        "/auth/api/onboard/verify",
        &json!({ "token": token_in(&server.letter()) }),
    );
    assert_eq!(refused.0, 409, "no letter lets in any more: {}", refused.1);

    let file = folder.path().join("bob.json");
    key.write_new(&file).unwrap();
    let (file, bundle) = (file.to_str().unwrap(), folder.path().join("bundle"));
    let bundle = bundle.to_str().unwrap();
    imajin(["export", "--to", bundle, "--node", &node.url, "--key", file]).ok();
    imajin(["verify", bundle]).ok();
    python_verifier([bundle]).ok();
    let view: Json =
        serde_json::from_slice(&std::fs::read(format!("{bundle}/bundle.json")).unwrap()).unwrap();
    let identity = &view["sections"]["identity"];
    assert_members!(identity, "email": "canary.bob@example.com", "tier": "preliminary");
    assert_eq!(view["sections"]["profile"]["display_name"], "Bob canaryN");
    assert_eq!(identity["app"], about);

    // After deletion the address is gone as well.
    imajin_as(&node.url, Path::new(file), ["delete", "--yes", "--json"]).ok();
    node.check_records(&[did.as_str()]);
    for word in ["canary.bob", "canaryN"] {
        let left = files_with(&data, word);
        assert!(left.is_empty(), "{word} is still in {left:?}");
    }
}

/// Returns options for a node whose mail server does not answer.
fn no_mail_server() -> NodeOptions {
    let env = [
        ("IMAJIN_MAIL_SERVER", "127.0.0.1"),
        ("IMAJIN_MAIL_PORT", "1"),
        ("IMAJIN_MAIL_SECURITY", "none"),
        ("IMAJIN_MAIL_FROM", "box@example.org"),
    ];
    NodeOptions::default().env(env)
}

fn ask_link(node: &Node, email: &str) {
    let ask = json!({ "email": email });
    assert_eq!(node.post(None, "/auth/api/onboard", &ask).0, 202);
}

/// Follows the link of a letter. Returns the session.
fn follow(node: &Node, letter: &Json) -> String {
    let follow = json!({ "token": token_in(letter) });
    let (status, session) = node.post(None, "/auth/api/onboard/verify", &follow);
    assert_eq!(status, 200, "{session}");
    session["token"].as_str().unwrap().to_owned()
}

fn free_event(organiser: &Person) -> String {
    let event = organiser.event_key()["event"].as_str().unwrap().to_owned();
    let shares = [(organiser.key.did(), 1_000_000)];
    let shared = manifest(organiser, "event", &shares, None);
    let words = json!({
        "title": "Party", "startsAt": "2099-12-31T20:00:00.000Z", "locationType": "virtual",
        "virtualUrl": "https://example.org/stream", "tickets": [{ "name": "Stream" }],
    });
    organiser.put_event("events.create", &event, &words, &shared, &[(0, -1)]).unwrap();
    organiser.event_status(&event, "published").unwrap();
    event
}

#[test]
fn a_letter_waits_for_a_server_that_is_away_also_over_a_restart_and_a_link_only_until_then() {
    let (folder, data) = imajin_e2e::data_folder();
    let mut server = MailServer::start(folder.path(), 0);
    let node = Node::start_with(&data, &server.options());
    let event = free_event(&Owner::claim(&node).person);
    ask_link(&node, "bob@example.com");
    let bob = follow(&node, &server.letter());
    node.stop();

    // A letter with tickets and one with a sign-in link, and no mail server.
    let node = Node::start_with(&data, &no_mail_server());
    let buy = format!("/events/api/events/{event}/buy");
    let (status, bought) = node.post(Some(&bob), &buy, &json!({ "type": 1 }));
    assert_eq!(status, 201, "{bought}");
    ask_link(&node, "eve@example.com");
    node.kill();

    // The letter with the link was never on disk: the guest has to request another.
    let node = Node::start_with(&data, &server.options());
    let tickets = server.letter();
    assert_eq!(tickets["to"], json!(["bob@example.com"]), "{tickets}");
    assert!(tickets["text"].as_str().unwrap().contains("Party"), "{tickets}");
    for email in ["eve@example.com", "dan@example.com"] {
        ask_link(&node, email);
        let letter = server.letter();
        assert_eq!(letter["to"], json!([email]), "{letter}");
        follow(&node, &letter);
    }
}
