//! A client that only knows register, challenge and authenticate, with a bare key.

use ed25519_dalek::Signer as _;
use imajin_e2e::{Node, Person, http, imajin, imajin_with, newest_log};
use reqwest::blocking::Client;
use serde_json::{Value as Json, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

fn post(client: &Client, url: String, body: &Json) -> (u16, Json) {
    let answer = client
        .post(url)
        .header("content-type", "application/json")
        .body(body.to_string())
        .send()
        .unwrap();
    let status = answer.status().as_u16();
    (
        status,
        serde_json::from_str(&answer.text().unwrap()).unwrap_or(Json::Null),
    )
}

#[test]
fn a_bare_key_registers_signs_in_and_writes() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let node = Node::start(&data);
    let (client, person) = (imajin_e2e::http(), Person::stranger(&node.url));
    let api = |call: &str| format!("{}/auth/api/{call}", node.url);

    let register = json!({ "publicKey": person.key.public().to_hex(), "type": "human" });
    let (status, registered) = post(&client, api("register"), &register);
    assert_eq!(
        (status, &registered["created"]),
        (201, &json!(true)),
        "{registered}"
    );
    assert_eq!(registered["did"], person.did());
    let (status, again) = post(&client, api("register"), &register);
    assert_eq!((status, &again["created"]), (200, &json!(false)), "{again}");

    let (status, challenge) = post(&client, api("challenge"), &json!({ "id": person.did() }));
    assert_eq!(status, 200, "{challenge}");
    let text = challenge["challenge"].as_str().unwrap();
    let known = person.client.did().unwrap();
    imajin_protocol::presence::check(text, &known, &person.client.host().unwrap()).unwrap();
    let sign = |text: &str| {
        imajin_dfos::hex::encode(&person.key.signing_key().sign(text.as_bytes()).to_bytes())
    };
    let answer = |signature: String| json!({ "id": person.did(), "challengeId": challenge["challengeId"], "signature": signature });
    let (status, refused) = post(
        &client,
        api("authenticate"),
        &answer(sign("something else")),
    );
    assert_eq!(status, 401, "{refused}");

    let (_, challenge) = post(&client, api("challenge"), &json!({ "id": person.did() }));
    let text = challenge["challenge"].as_str().unwrap();
    let answer = json!({ "id": person.did(), "challengeId": challenge["challengeId"], "signature": sign(text) });
    let (status, session) = post(&client, api("authenticate"), &answer);
    assert_eq!(status, 200, "{session}");
    let (status, used) = post(&client, api("authenticate"), &answer);
    assert_eq!(status, 400, "a challenge is good once: {used}");

    // With the session it writes; the entry says that the node asked no key.
    let written = client
        .post(format!("{}/profile/api/commands/profile.update", node.url))
        .bearer_auth(session["token"].as_str().unwrap())
        .header("content-type", "application/json")
        .body(r#"{"displayName":"Old client"}"#)
        .send()
        .unwrap();
    assert_eq!(written.status(), 201, "{}", written.text().unwrap());
    node.stop();
    let log = newest_log(&data, person.did());
    let report = imajin(["verify", "--json", log.to_str().unwrap()]).json();
    assert_eq!(report["node_word_only"], true);
    assert_eq!(report["by_will"]["signed"], 0);
}

#[test]
fn a_stranger_has_no_challenge() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(&folder.path().join("data"));
    let stranger = Person::stranger(&node.url);
    let (status, answer) = post(
        &imajin_e2e::http(),
        format!("{}/auth/api/challenge", node.url),
        &json!({ "id": stranger.did() }),
    );
    assert_eq!(status, 404, "{answer}");
}

#[test]
fn the_command_line_stops_when_another_node_answers() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(&folder.path().join("data"));
    let ada = Person::new(&node.url);
    let (key, known) = (ada.key_file(folder.path()), folder.path().join("known"));
    let (key, file) = (key.to_str().unwrap(), known.to_str().unwrap());
    let count = |more: &[&str]| {
        let usual = ["count", "--node", &node.url, "--key", key];
        imajin_with(usual.iter().chain(more), &[("IMAJIN_KNOWN_NODES", file)])
    };
    let did = ada.client.did().unwrap();
    let first = count(&[]);
    assert!(
        first.stderr.contains("first use") && first.stderr.contains(did.as_str()),
        "{}",
        first.stderr
    );
    first.ok();
    let again = count(&[]);
    assert!(!again.stderr.contains("first use"), "{}", again.stderr);
    again.ok();
    // Another node was here before.
    std::fs::write(&known, format!("{} {}\n", node.url, ada.did())).unwrap();
    let said = count(&[]).fails_with(2);
    for part in [did.as_str(), ada.did(), "--accept-new-node"] {
        assert!(said.contains(part), "{said}");
    }
    count(&[]).fails_with(2);
    count(&["--accept-new-node"]).ok();
    count(&[]).ok();
}

/// What is said to be a challenge, made of the liar's own address and of the node's challenge.
type Lie = fn(&str, &str) -> String;

/// A program between the command line and a node: it passes every request on and gives the node's answer, but for the
/// challenge.
struct Between {
    url: String,
    /// The paths that it was asked for.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Between {
    fn start(node: &str, lie: Lie) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (host, node) = (listener.local_addr().unwrap().to_string(), node.to_owned());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let between = Self {
            url: format!("http://{host}"),
            asked: Arc::clone(&asked),
        };
        // It ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                let (mut head, mut length) = (String::new(), 0);
                while stream.read_line(&mut head).unwrap() > 2 {
                    let line = head.lines().last().unwrap().to_ascii_lowercase();
                    if let Some(value) = line.strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                }
                let mut body = vec![0; length];
                stream.read_exact(&mut body).unwrap();
                let mut words = head.split(' ');
                let (Some(method), Some(path)) = (words.next(), words.next()) else {
                    continue;
                };
                asked.lock().unwrap().push(path.to_owned());
                let url = format!("{node}{path}");
                let request = http().request(method.parse().unwrap(), url).body(body);
                let request = request.header("content-type", "application/json");
                let answer = request.send().unwrap();
                let status = answer.status();
                let date = answer.headers()["date"].to_str().unwrap().to_owned();
                let mut text = answer.text().unwrap();
                if path.ends_with("/challenge") {
                    let mut json: Json = serde_json::from_str(&text).unwrap();
                    json["challenge"] = lie(&host, json["challenge"].as_str().unwrap()).into();
                    text = json.to_string();
                }
                let answer = format!(
                    "HTTP/1.1 {status}\r\ndate: {date}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
                    text.len()
                );
                stream.get_mut().write_all(answer.as_bytes()).unwrap();
            }
        });
        between
    }
}

/// Whoever stands between passes the node's own challenge on, or makes one up: the command line signs none of them.
#[test]
fn the_command_line_signs_no_challenge_but_its_nodes_for_the_address_that_it_reached() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(&folder.path().join("data"));
    let ada = Person::new(&node.url);
    let key = ada.key_file(folder.path());
    let lies: [(&str, Lie); 4] = [
        ("for another address", |_, text| text.to_owned()),
        ("that is not a sign-in challenge", |_, text| {
            text.rsplit(':').next().unwrap().to_owned()
        }),
        ("that is not a sign-in challenge", |_, _| {
            "eyJ0eXAiOiJtam46cHJvb2YifQ.eyJvcCI6ImF1dGguZGVsZWdhdGlvbi5jcmVhdGUifQ".to_owned()
        }),
        ("of another node", |host, text| {
            let did = imajin_protocol::Did::from_key(&[5; 32]);
            let nonce = text.rsplit(':').next().unwrap();
            imajin_protocol::presence::challenge(&did, host, nonce)
        }),
    ];
    for (n, (what, lie)) in lies.into_iter().enumerate() {
        let between = Between::start(&node.url, lie);
        let known = folder.path().join(format!("known-{n}"));
        let count = [
            "count",
            "--node",
            &between.url,
            "--key",
            key.to_str().unwrap(),
        ];
        let known = [("IMAJIN_KNOWN_NODES", known.to_str().unwrap())];
        let ran = imajin_with(count, &known);
        assert!(
            ran.code != 0 && ran.stderr.contains(what) && ran.stderr.contains("nothing was signed"),
            "{what}: {} {}",
            ran.code,
            ran.stderr
        );
        let asked = between.asked.lock().unwrap().clone();
        assert!(asked.iter().any(|path| path.ends_with("/challenge")));
        assert!(
            !asked.iter().any(|path| path.ends_with("/authenticate")),
            "{what}: {asked:?}"
        );
    }
}
