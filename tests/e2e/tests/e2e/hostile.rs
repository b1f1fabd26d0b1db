//! Malicious input: a clear 4xx, never a 5xx, and the node continues.

use imajin_e2e::prelude::*;
use std::io::{Read, Write};

/// Sends raw bytes. Returns the status code.
fn raw(url: &str, bytes: &[u8]) -> u16 {
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(15))).unwrap();
    // A server may answer and close before it has read everything.
    let _ = stream.write_all(bytes);
    let mut answer = [0; 64];
    let read = stream.read(&mut answer).unwrap_or(0);
    let text = String::from_utf8_lossy(&answer[..read]);
    text.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
}

fn request(path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{headers}\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn assert_refused(node: &Node, what: &str, bytes: &[u8]) {
    let status = raw(&node.url, bytes);
    assert!((400..500).contains(&status), "{what}: {status}\n{}", node.log());
}

#[test]
fn requests_that_are_hardly_http() {
    let (_folder, node) = Node::fresh();
    let get = |head: &str| format!("GET / HTTP/1.1\r\n{head}\r\n").into_bytes();
    assert_refused(&node, "a name that is not ours", &get("host: evil.example\r\n"));
    assert_refused(&node, "two hosts", &get("host: localhost\r\nhost: localhost\r\n"));
    assert_refused(&node, "no host", &get(""));
    assert_refused(
        &node,
        "a header of 200 kB",
        &get(&format!("host: localhost\r\nx: {}\r\n", "y".repeat(200_000))),
    );
    assert_refused(&node, "not HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n");
    for path in [
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/profile/%00",
        "/auth/api/log/did:imajin:x",
        "/auth/api/log/%ff",
    ] {
        let status = raw(
            &node.url,
            format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
                .as_bytes(),
        );
        assert!((300..500).contains(&status), "{path}: {status}");
    }
    assert_eq!(imajin_e2e::get(&format!("{}/healthz", node.url)).0, 200);
}

#[test]
fn every_answer_to_nonsense_is_a_problem_with_a_sentence() {
    let (_folder, node) = Node::fresh();
    let client = imajin_e2e::http();
    for path in [
        "/auth/api/nothing",
        "/profile/api/profile/did:imajin:nobody",
        "/nowhere/api/x",
        "/docs/%ff",
        "/docs/..%2f..%2fREADME.md",
        "/assets/%ff",
    ] {
        let answer = client.get(format!("{}{path}", node.url)).send().unwrap();
        assert!(answer.status().is_client_error(), "{path}: {}", answer.status());
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        assert!(kind.starts_with("application/problem+json"), "{path}: {kind}");
        let problem: Json = serde_json::from_str(&answer.text().unwrap()).unwrap();
        for member in ["type", "title", "status", "detail", "error"] {
            assert!(!problem[member].is_null(), "{path}: {problem}");
        }
    }
}

/// Builds a tar of one file.
fn tar(name: &str, kind: u8, size: u64, content: &[u8]) -> Vec<u8> {
    let mut header = [0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..107].copy_from_slice(b"0000644");
    for field in [108, 116, 329, 337] {
        header[field..field + 7].copy_from_slice(b"0000000");
    }
    header[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    header[136..147].copy_from_slice(b"00000000000");
    header[156] = kind;
    if kind != b'0' {
        header[157..161].copy_from_slice(b"/etc");
    }
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[148..156].fill(b' ');
    let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let padding = vec![0; content.len().next_multiple_of(512) - content.len()];
    [&header[..], content, &padding, &[0; 1024]].concat()
}

#[test]
fn copies_that_nobody_means_well() {
    let (folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let ada = Person::new(&node.url);
    let session = Session::begin(&ada.client, &ada.key).unwrap();
    let session = format!("authorization: Bearer {}\r\n", session.token());
    let copy = folder.path().join("copy.tar");
    let outside = folder.path().join("escaped");
    let tars = [
        ("a path out of the folder", tar("../escaped", b'0', 1, b"x")),
        ("another", tar("media/../../../escaped", b'0', 1, b"x")),
        ("an absolute path", tar(outside.to_str().unwrap(), b'0', 1, b"x")),
        ("a link", tar("log.sqlite", b'2', 0, b"")),
        ("a hard link", tar("log.sqlite", b'1', 0, b"")),
        ("a folder", tar("media/", b'5', 0, b"")),
        ("more than there is", tar("log.sqlite", b'0', 0o77777777777, b"x")),
        ("no log", tar("log.sqlite", b'0', 3, b"abc")),
        ("nothing", vec![0; 1024]),
        ("no tar", b"abc".to_vec()),
    ];
    for (what, bytes) in tars {
        let path = "/auth/api/import?as=backup";
        assert_refused(&node, what, &request(path, &session, &bytes));
        std::fs::write(&copy, &bytes).unwrap();
        let ours = imajin(["verify", copy.to_str().unwrap()]);
        let theirs = python_verifier([copy.to_str().unwrap()]);
        assert!(
            ours.code == theirs.code && ours.code != 0,
            "{what}: {}{} {}{}",
            ours.stdout,
            ours.stderr,
            theirs.stdout,
            theirs.stderr
        );
        assert!(!outside.exists(), "{what}");
    }
    assert!(ada.update_bio("still well").is_ok());
    let left = std::fs::read_dir(data.join("import")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "nothing of them is left");
}

#[test]
fn nobody_makes_a_node_look_around_in_its_house() {
    let folder = tempfile::tempdir().unwrap();
    let options = NodeOptions::default().flags(["--listen", "0.0.0.0:0"]);
    let node = Node::start_with(&folder.path().join("data"), &options);
    let port = node.url.rsplit(':').next().unwrap();
    let url = format!("http://127.0.0.1:{port}");
    let ada = Person::new(&url);
    let session = Session::begin(&ada.client, &ada.key).unwrap();
    // A local server exists, which the answer must not reveal.
    for host in ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "0x7f000001"] {
        let path = format!("/auth/api/transfer?to=http://{host}:{port}");
        let refused = session.get(&ada.client, &path);
        let refusal = refused.expect_err("a house is nobody's business").to_string();
        assert!(refusal.contains("is not an address on the open internet"), "{host}: {refusal}");
    }
    let place = ada.client.place(&ada.signer).unwrap();
    assert_eq!((place.node.as_str(), place.epoch), (node.did.as_str(), 1));
}

/// A node that listens on its own machine only, behind a proxy for all clients.
#[test]
fn a_node_behind_a_proxy_tells_nobody_what_its_machine_listens_on() {
    let folder = tempfile::tempdir().unwrap();
    let hosts = ("IMAJIN_HOSTS", "box.example");
    for env in [vec![], vec![hosts]] {
        let data = folder.path().join(format!("data{}", env.len()));
        let options = NodeOptions::default().env(env);
        let node = Node::start_with(&data, &options);
        let ada = Person::new(&node.url);
        let session = Session::begin(&ada.client, &ada.key).unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap().port();
        let closed = {
            let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            gone.local_addr().unwrap().port()
        };
        let refusal = |host: &str, port: u16| {
            let path = format!("/auth/api/transfer?to=http://{host}:{port}");
            let refused = session.get(&ada.client, &path).expect_err("it looks");
            refused.to_string()
        };
        for host in ["127.0.0.1", "localhost", "[::1]"] {
            let (open, closed) = (refusal(host, open), refusal(host, closed));
            assert_eq!(open, closed);
            let reason = "is not an address on the open internet";
            assert!(open.contains(reason), "{open}");
        }
        listener.set_nonblocking(true).unwrap();
        assert!(listener.accept().is_err(), "it was connected to");
    }
}
