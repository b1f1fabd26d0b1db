//! A client that only knows register, challenge and authenticate, with a bare key.

use ed25519_dalek::Signer as _;
use imajin_e2e::prelude::*;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

fn post(client: &Client, url: String, body: &Json) -> (u16, Json) {
    client.post(url).header("content-type", "application/json").body(body.to_string()).json_answer()
}

#[test]
fn a_bare_key_registers_signs_in_and_writes() {
    let (_folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let (client, person) = (imajin_e2e::http(), Person::stranger(&node.url));
    let api = |call: &str| format!("{}/auth/api/{call}", node.url);

    let register = json!({ "publicKey": person.key.public().to_hex(), "type": "human" });
    let (status, registered) = post(&client, api("register"), &register);
    assert_eq!((status, &registered["created"]), (201, &json!(true)), "{registered}");
    assert_eq!(registered["did"], person.did());
    let (status, again) = post(&client, api("register"), &register);
    assert_eq!((status, &again["created"]), (200, &json!(false)), "{again}");

    let (status, challenge) = post(&client, api("challenge"), &json!({ "id": person.did() }));
    assert_eq!(status, 200, "{challenge}");
    let text = challenge["challenge"].as_str().unwrap();
    let node_did = person.client.did().unwrap();
    imajin_protocol::presence::check(text, &node_did, &person.client.host().unwrap()).unwrap();
    let sign = |text: &str| {
        imajin_dfos::hex::encode(&person.key.signing_key().sign(text.as_bytes()).to_bytes())
    };
    let answer = |signature: String| json!({ "id": person.did(), "challengeId": challenge["challengeId"], "signature": signature });
    let (status, refused) = post(&client, api("authenticate"), &answer(sign("something else")));
    assert_eq!(status, 401, "{refused}");

    let (_, challenge) = post(&client, api("challenge"), &json!({ "id": person.did() }));
    let text = challenge["challenge"].as_str().unwrap();
    let answer = json!({ "id": person.did(), "challengeId": challenge["challengeId"], "signature": sign(text) });
    let (status, session) = post(&client, api("authenticate"), &answer);
    assert_eq!(status, 200, "{session}");
    let (status, used) = post(&client, api("authenticate"), &answer);
    assert_eq!(status, 400, "a challenge is good once: {used}");

    // The session may write; the entry says that the node required no key.
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
    let (_folder, node) = Node::fresh();
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
    let options = NodeOptions::default().flags(["--tls-listen", "127.0.0.1:0"]);
    let node = Node::start_with(&folder.path().join("data"), &options);
    let ada = Person::new(&node.url);
    let key = ada.key_file(folder.path());
    let key = key.to_str().unwrap();
    // The known nodes of every command in this test.
    let known_nodes =
        std::env::temp_dir().join(format!("imajin-e2e-known-nodes-{}", std::process::id()));
    // The machine's own name, as others have it: it resolves to this machine, and the command trusts the box's own authority.
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let name = name.trim().to_ascii_lowercase();
    let port = node.https.as_deref().unwrap().rsplit_once(':').unwrap().1;
    let at = format!("https://{name}:{}", port.trim_end_matches('/'));
    let (names, roots) = (folder.path().join("hosts"), folder.path().join("roots.pem"));
    std::fs::write(&names, format!("127.0.0.1 {name} localhost\n")).unwrap();
    let authority = std::fs::read(node.data.join("node/device-ca.json")).unwrap();
    let authority: Json = serde_json::from_slice(&authority).unwrap();
    let pem = authority["certificate"].as_str().unwrap();
    std::fs::write(&roots, pem).unwrap();
    let script =
        "mount --bind \"$0\" /etc/hosts && export SSL_CERT_FILE=\"$1\" && shift && exec \"$@\"";
    let (names, roots) = (names.to_str().unwrap(), roots.to_str().unwrap());
    let program = imajin_e2e::binary().to_str().unwrap();
    let count = |more: &[&str]| {
        let unshare = ["-m", "sh", "-c", script, names, roots, program];
        let usual = ["count", "--node", &at, "--key", key];
        let words = unshare.iter().chain(&usual).chain(more);
        imajin_e2e::run(Path::new("unshare"), words)
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
    // Another node had this address before.
    std::fs::write(&known_nodes, format!("{at} {}\n", ada.did())).unwrap();
    let refusal = count(&[]).fails_with(2);
    assert_has!(refusal, did.as_str(), ada.did(), "--accept-new-node");
    count(&[]).fails_with(2);
    count(&["--accept-new-node"]).ok();
    count(&[]).ok();
}

/// As with SSH, a node's key at an address of this machine is not remembered.
#[test]
fn the_command_line_takes_one_node_after_the_other_on_its_own_machine() {
    let folder = tempfile::tempdir().unwrap();
    let first = Node::start(&folder.path().join("first"));
    let (url, did) = (first.url.clone(), first.did.clone());
    let count = |person: &Person| {
        let key = person.key_file(folder.path());
        imajin(["count", "--node", &url, "--key", key.to_str().unwrap()])
    };
    let output = count(&Person::new(&url));
    assert!(!output.stderr.contains("first use"), "{}", output.stderr);
    output.ok();
    first.stop();
    let options = NodeOptions::default().flags(["--listen", &url.replace("http://", "")]);
    let second = Node::start_with(&folder.path().join("second"), &options);
    assert!(second.url == url && second.did != did);
    count(&Person::new(&url)).ok();
}

/// Starts a relay on another port of the node's machine, which forwards everything unchanged.
fn relay_to(node: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let node = node.replace("http://", "");
    // The thread ends with the test's process.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut client, mut server) = (stream.unwrap(), TcpStream::connect(&node).unwrap());
            let (mut there, mut back) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut there, &mut server));
            std::thread::spawn(move || std::io::copy(&mut back, &mut client));
        }
    });
    url
}

#[test]
fn a_relay_at_another_port_of_the_same_machine_gets_no_session() {
    let (folder, node, ada) = Person::fresh();
    let key = ada.key_file(folder.path());
    let count = |at: &str| imajin(["count", "--node", at, "--key", key.to_str().unwrap()]);
    count(&node.url).ok();
    let relay = relay_to(&node.url);
    for at in [relay.clone(), relay.replace("127.0.0.1", "localhost")] {
        let output = count(&at);
        assert!(
            output.code != 0 && output.stderr.contains("an address of its own"),
            "{} {}",
            output.code,
            output.stderr
        );
    }
}

/// Builds a false challenge from the attacker's own address and the node's challenge.
type Lie = fn(&str, &str) -> String;

/// An attacker between the command line and a node: forwards every request and answer except the challenge.
struct Between {
    url: String,
    /// The paths of all requests.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Between {
    fn start(node: &str, lie: Lie) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (host, node) = (listener.local_addr().unwrap().to_string(), node.to_owned());
        let paths = Arc::new(Mutex::new(Vec::new()));
        let between = Self { url: format!("http://{host}"), asked: Arc::clone(&paths) };
        // The thread ends with the test's process.
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
                paths.lock().unwrap().push(path.to_owned());
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

/// An attacker forwards the node's own challenge, or makes one up: the command line signs none of them.
#[test]
fn the_command_line_signs_no_challenge_but_its_nodes_for_the_address_that_it_reached() {
    let (folder, node, ada) = Person::fresh();
    let key = ada.key_file(folder.path());
    let lies: [(&str, Lie); 4] = [
        ("for another address", |_, text| text.to_owned()),
        ("that is not a sign-in challenge", |_, text| text.rsplit(':').next().unwrap().to_owned()),
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
        let file = folder.path().join(format!("known-{n}"));
        let count = ["count", "--node", &between.url, "--key", key.to_str().unwrap()];
        let env = [("IMAJIN_KNOWN_NODES", file.to_str().unwrap())];
        let ran = imajin_with(count, &env);
        assert!(
            ran.code != 0 && ran.stderr.contains(what) && ran.stderr.contains("nothing was signed"),
            "{what}: {} {}",
            ran.code,
            ran.stderr
        );
        let paths = between.asked.lock().unwrap().clone();
        assert!(paths.iter().any(|path| path.ends_with("/challenge")));
        assert!(!paths.iter().any(|path| path.ends_with("/authenticate")), "{what}: {paths:?}");
    }
}
