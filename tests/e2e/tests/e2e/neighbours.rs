//! A hostile neighbourhood: connections with seven kinds of misbehaviour, from three hosts with an IPv4 address and an
//! IPv6 network each, while a member signs in, writes and exports over HTTPS from a fourth. The node keeps answering
//! the member, and never with 5xx.
//!
//! A host is a network namespace that runs this test program. `IMAJIN_NEIGHBOURS` is the number of connections (300;
//! scripts/torture uses 1 000), `IMAJIN_ROUNDS` the number of the member's rounds.

mod manners;
mod member;

use imajin_e2e::hosts::{Network, address, curl};
use imajin_e2e::prelude::*;
use std::io::{BufRead, BufReader, Write};
use std::process::Child;

const NODE: usize = 1;
const MEMBER: usize = 2;
const NEIGHBOURS: [usize; 3] = [3, 4, 5];
/// Maximum ratio of the median answer times with and without neighbours …
const RATIO: f64 = 10.0;
/// … or this many seconds, whichever is longer: quiet answers take milliseconds, and another build on the machine is
/// not the neighbours' fault.
const FLOOR_S: f64 = 2.0;
/// How long the neighbours are active before the member's round.
const BEFORE: Duration = Duration::from_secs(2);

fn number(name: &str, otherwise: usize) -> usize {
    let setting = std::env::var(name).ok().and_then(|text| text.parse().ok());
    setting.unwrap_or(otherwise)
}

/// A program on another host: this one, as one of the ignored tests below. Killed when dropped.
struct There {
    child: Child,
    lines: Box<dyn Iterator<Item = String>>,
}

impl There {
    fn start(network: &Network, host: usize, role: &str, env: &[(&str, String)]) -> Self {
        let wrapper = network.on(host);
        let mut child = Command::new(&wrapper[0])
            .args(&wrapper[1..])
            .arg(std::env::current_exe().expect("this program"))
            .arg(format!("neighbours::{role}"))
            .args(["--exact", "--ignored", "--nocapture"])
            .envs(env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a program on another host");
        let stdout = child.stdout.take().expect("standard output is a pipe");
        let lines = BufReader::new(stdout).lines().map_while(Result::ok);
        Self { child, lines: Box::new(lines) }
    }

    /// Returns the JSON after this word in the program's output.
    fn heard(&mut self, word: &str) -> Json {
        let mut replies = self.lines.by_ref().filter_map(|line| {
            let (_, rest) = line.split_once(word)?;
            Some(rest.to_owned())
        });
        let reply = replies.next().unwrap_or_else(|| panic!("never: {word}"));
        serde_json::from_str(&reply).expect("JSON")
    }

    fn tell(&mut self, word: &str) {
        let stdin = self.child.stdin.as_mut().expect("standard input is a pipe");
        writeln!(stdin, "{word}").expect("it listens");
    }
}

impl Drop for There {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the median in seconds. The longest of ten says more about the machine than about the node.
fn median(report: &Json, what: &str) -> f64 {
    let times = report[what].as_array().expect("times").iter();
    let mut times: Vec<f64> = times.filter_map(Json::as_f64).collect();
    assert!(!times.is_empty(), "no {what}: {report}");
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Starts a node that every host reaches, over IPv4 and IPv6, plain and over TLS.
fn start(network: &Network, data: &Path) -> Node {
    let ports = ["--listen", "[::]:7000", "--tls-listen", "[::]:7443"];
    let options = NodeOptions::default().wrapper(network.on(NODE));
    let options = options.env([("IMAJIN_REGISTRATION", "open")]);
    Node::start_with(data, &options.flags(ports).flags(["--no-lan"]))
}

#[test]
fn a_member_is_answered_whatever_the_neighbours_do() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::new(5);
    for host in NEIGHBOURS {
        network.add_ipv6(host);
    }
    let node = start(&network, &folder.path().join("data"));
    let at = address(NODE);
    let authority = format!("http://{at}:7000/certificate/imajin-box.crt");
    let (status, pem) = curl(&network.on(MEMBER), &[&authority]);
    assert_eq!(status, 200, "{pem}");
    let root = folder.path().join("ca.pem");
    std::fs::write(&root, pem).unwrap();
    let root = root.to_str().unwrap().to_owned();

    let claim = node.code.clone().expect("a claim code");
    let env = [
        ("IMAJIN_AT", format!("https://{at}:7443")),
        ("IMAJIN_CLAIM", claim),
        ("SSL_CERT_FILE", root.clone()),
    ];
    let mut member = There::start(&network, MEMBER, "a_member", &env);
    let quiet = member.heard("quiet ");
    assert_eq!(quiet["failed"], json!([]));

    let each = number("IMAJIN_NEIGHBOURS", 300) / NEIGHBOURS.len();
    let mut neighbours = NEIGHBOURS.map(|host| {
        let env = [
            ("IMAJIN_AT", format!("{at} {}", network.ipv6_of_first(host))),
            ("IMAJIN_NEIGHBOURS", each.to_string()),
            ("SSL_CERT_FILE", root.clone()),
        ];
        There::start(&network, host, "a_neighbour", &env)
    });
    for neighbour in &mut neighbours {
        neighbour.heard("there ");
    }
    std::thread::sleep(BEFORE);
    member.tell("go on");
    let noisy = member.heard("noisy ");
    println!("quiet {quiet}\nnoisy {noisy}");
    for neighbour in &mut neighbours {
        neighbour.tell("enough");
        let did = neighbour.heard("did ");
        println!("neighbour {did}");
        // Without active neighbours the test would always pass.
        for (manner, opened) in did["opened"].as_object().expect("counts") {
            let least = each / manners::ALL.len();
            assert!(opened.as_u64() >= Some(least as u64), "{manner}: {did}");
        }
        assert!(did["answered"].as_u64() > Some(0), "{did}");
    }
    assert_eq!(noisy["failed"], json!([]), "{}", node.log());
    for what in ["sign-in", "write", "export"] {
        let bound = (median(&quiet, what) * RATIO).max(FLOOR_S);
        let took = median(&noisy, what);
        assert!(took <= bound, "{what}: {took} s, and at most {bound} s");
    }
    assert_eq!(noisy["healthz"], 200);
}

/// Runs as the member, on the member's host; not a separate test.
#[test]
#[ignore = "part of another test"]
fn a_member() {
    if let (Ok(url), Ok(claim)) = (std::env::var("IMAJIN_AT"), std::env::var("IMAJIN_CLAIM")) {
        member::come(&url, &claim, number("IMAJIN_ROUNDS", 10));
    }
}

/// Runs as a neighbour, on the neighbour's host; not a separate test.
#[test]
#[ignore = "part of another test"]
fn a_neighbour() {
    if let Ok(at) = std::env::var("IMAJIN_AT") {
        manners::misbehave(&at, number("IMAJIN_NEIGHBOURS", 0));
    }
}
