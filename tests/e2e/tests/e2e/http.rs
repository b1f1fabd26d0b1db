//! The addresses of a node: paths, names, ports, and the routes for monitoring.

use imajin_e2e::prelude::*;
use reqwest::header::HOST;
use std::io::Read;

fn status(client: &Client, url: &str, host: Option<&str>) -> u16 {
    let mut request = client.get(url);
    if let Some(host) = host {
        request = request.header(HOST, host);
    }
    request.send().unwrap().status().as_u16()
}

fn flags(words: &[&str]) -> NodeOptions {
    NodeOptions::default().flags(words.iter().copied())
}

#[test]
fn every_service_answers_by_path_and_by_name() {
    let (_folder, node) = Node::fresh();
    let client = imajin_e2e::http();
    for service in imajin_node::open::all_services() {
        let service = service.name();
        for path in ["health", "spec"] {
            let url = format!("{}/{service}/api/{path}", node.url);
            assert_eq!(status(&client, &url, None), 200, "{url}");
            let bare = format!("{}/api/{path}", node.url);
            assert_eq!(
                status(&client, &bare, Some(&format!("{service}.localhost"))),
                200,
                "{service} {bare}"
            );
        }
    }
    assert_eq!(status(&client, &format!("{}/api/health", node.url), Some("evil.example")), 421);
    assert_eq!(status(&client, &format!("{}/", node.url), None), 200);
    assert_eq!(status(&client, &format!("{}/healthz", node.url), None), 200);
    assert_eq!(status(&client, &format!("{}/.well-known/jwks.json", node.url), None), 200);
}

#[test]
fn metrics_are_open_metrics() {
    let (_folder, node) = Node::fresh();
    Person::new(&node.url).update_bio("counted").unwrap();
    let answer = node.get("/metrics");
    assert_eq!(answer.status(), 200);
    let text = answer.text().unwrap();
    assert_has!(
        text,
        "imajin_http_requests_total",
        "imajin_uptime_seconds",
        "imajin_command_seconds"
    );
    assert!(text.trim_end().ends_with("# EOF"), "{text}");
    assert!(!text.contains("did:"), "no DID is a label: {text}");
}

#[test]
fn a_subset_of_services_runs_alone() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start_with(&folder.path().join("data"), &flags(&["--services", "auth"]));
    let client = imajin_e2e::http();
    assert_eq!(status(&client, &format!("{}/auth/api/health", node.url), None), 200);
    assert_eq!(status(&client, &format!("{}/profile/api/health", node.url), None), 404);
    let ada = Person::new(&node.url);
    let refused =
        ada.update_bio("nobody here knows profiles").expect_err("there is no profile service");
    assert_eq!(refused.status(), Some(404), "{refused}");
}

#[test]
fn conventional_ports_lead_to_their_service() {
    let folder = tempfile::tempdir().unwrap();
    // The ports are fixed by the network; if another program uses one of them, the test fails.
    let Ok(node) = Node::try_start(&folder.path().join("data"), &flags(&["--ports", "dev"])) else {
        panic!("a port of 3000 to 3017 is taken on this machine");
    };
    let client = imajin_e2e::http();
    for service in imajin_node::open::all_services() {
        let (service, port) = (service.name(), service.manifest().ports.dev);
        let answer = client.get(format!("http://127.0.0.1:{port}/api/health")).send().unwrap();
        let health: Json = serde_json::from_str(&answer.text().unwrap()).unwrap();
        assert_eq!(health["service"], service);
    }
    drop(node);
}

#[test]
fn an_open_connection_does_not_keep_the_node_from_stopping() {
    let folder = tempfile::tempdir().unwrap();
    // No request times out during the test.
    let names = ["HEADER_TIMEOUT_S", "IDLE_TIMEOUT_S", "BODY_TIMEOUT_S", "BODY_IDLE_S"];
    let options =
        NodeOptions::default().env(names.map(|name| (format!("IMAJIN_LIMITS_{name}"), "600")));
    let node = Node::start_with(&folder.path().join("data"), &options);
    let address = node.url.strip_prefix("http://").unwrap().to_owned();
    let idle = std::net::TcpStream::connect(&address).unwrap();
    let mut half = std::net::TcpStream::connect(&address).unwrap();
    let begin = format!(
        "POST /auth/api/challenge HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
            expect: 100-continue\r\ncontent-length: 100\r\n\r\n"
    );
    std::io::Write::write_all(&mut half, begin.as_bytes()).unwrap();
    // The request is in progress once the server asks for its body.
    let mut interim = [0; 12];
    half.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100");
    std::io::Write::write_all(&mut half, b"{").unwrap();
    let log = node.log_path();
    let (status, _) = node.stop();
    let log_text = std::fs::read_to_string(&log).unwrap();
    std::fs::remove_file(log).unwrap();
    assert!(status.success(), "{status}");
    assert_has!(log_text, "requests were still under way after 3 s and were cut off");
    drop((idle, half));
}
