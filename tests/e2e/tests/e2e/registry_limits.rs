//! The limits of the program `imajin-registry` for each address, on separate hosts; and its answers while its database
//! is unavailable.

use imajin_e2e::hosts::{self, Network, address};
use imajin_e2e::postgres::Cluster;
use imajin_e2e::prelude::*;

const REGISTRY: usize = 1;
const GREEDY: usize = 2;
const OTHER: usize = 3;
/// Idle clients are not disconnected during the test.
const SETTINGS: &str = "[edge]\nconnections-per-address = 4\nheader-timeout-secs = 600\nidle-timeout-secs = 600\n\
    [daily]\nrelay-writes-address = 3\n";

/// Opens eight connections, sends nothing, waits until four of them have ended, and prints how many of the others are
/// answered.
const HOLD: &str = r"
import select, socket, sys
sockets = {socket.create_connection((sys.argv[1], 4444)) for _ in range(8)}
open_, ended = set(sockets), set()
while len(ended) < 4:
    found = set(select.select(list(open_), [], [], 60)[0])
    if not found:
        break
    ended |= found
    open_ -= found

def is_answered(s):
    try:
        s.settimeout(60)
        s.sendall(b'GET /healthz HTTP/1.1\r\nhost: ' + sys.argv[1].encode() + b'\r\n\r\n')
        return s.recv(12, socket.MSG_WAITALL) == b'HTTP/1.1 200'
    except OSError:
        return False

print(sum(map(is_answered, open_)), flush=True)
sys.stdin.read()
";

fn options(network: &Network) -> RegistryOptions {
    RegistryOptions {
        wrapper: network.on(REGISTRY),
        config: SETTINGS.to_owned(),
        listen: Some(format!("{}:4444", address(REGISTRY))),
        ..RegistryOptions::default()
    }
}

/// Writes to the relay. Returns the status and the retry delay in seconds.
fn write(network: &Network, host: usize, registry: &Registry) -> (u16, String) {
    let url = format!("{}/relay/proof/v1/operations", registry.url);
    let json = ["-H", "content-type: application/json", "-d", "{\"operations\":[\"a.b.c\"]}"];
    let after = ["-o", "/dev/null", "-w", "%header{retry-after}\n%{http_code}"];
    let arguments = [&json[..], &after[..], &[url.as_str()]].concat();
    hosts::curl(&network.on(host), &arguments)
}

#[test]
fn a_registry_limits_each_address_and_another_one_is_served() {
    require_tool("python3", "python3");
    let network = Network::new(OTHER);
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::start(&folder.path().join("registry"), &options(&network));

    // Four of eight idle connections of an address remain, and other addresses are not affected.
    let on = network.on(GREEDY);
    let mut holding = Command::new(&on[0])
        .args(&on[1..])
        .args(["python3", "-c", HOLD, &address(REGISTRY)])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let stdout = holding.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).unwrap();
    assert_eq!(line.trim(), "4", "of eight connections of one address");
    let healthz = format!("{}/healthz", registry.url);
    let (status, said) = hosts::curl(&network.on(OTHER), &[&healthz]);
    assert_eq!((status, said.as_str()), (200, "ok"));
    drop(holding.stdin.take());
    holding.wait().unwrap();

    // Writes: three a day per address, also after a restart; reading is free.
    for _ in 0..3 {
        assert_eq!(write(&network, GREEDY, &registry).0, 200);
    }
    let (status, after) = write(&network, GREEDY, &registry);
    assert_eq!(status, 429);
    let after: u32 = after.trim().parse().unwrap();
    assert!((1..=86_400).contains(&after), "{after}");
    assert_eq!(write(&network, OTHER, &registry).0, 200, "another address");
    let data = registry.data.clone();
    registry.stop();
    let registry = Registry::start(&data, &options(&network));
    assert_eq!(write(&network, GREEDY, &registry).0, 429, "after a restart");
    assert_eq!(write(&network, OTHER, &registry).0, 200);
    let about = format!("{}/relay/.well-known/dfos-relay", registry.url);
    assert_eq!(hosts::curl(&network.on(GREEDY), &[&about]).0, 200, "reading");
}

/// Sends a GET request. Returns the status, the seconds in `Retry-After`, and the body.
fn ask(url: &str) -> (u16, Option<u64>, String) {
    let answer = http().get(url).send().unwrap();
    let after = answer.headers().get("retry-after");
    let after = after.and_then(|after| after.to_str().ok()?.parse().ok());
    (answer.status().as_u16(), after, answer.text().unwrap())
}

#[test]
fn a_registry_whose_database_is_away_says_so_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let database = Cluster::start();
    let options = RegistryOptions {
        env: vec![("DATABASE_URL".to_owned(), database.url())],
        ..RegistryOptions::default()
    };
    let registry = Registry::start(&folder.path().join("registry"), &options);
    let healthz = format!("{}/healthz", registry.url);
    let nodes = format!("{}/api/node/list", registry.url);
    assert_eq!((ask(&healthz).0, ask(&nodes).0), (200, 200));
    let database = database.away();
    let (status, after, said) = ask(&healthz);
    assert_eq!((status, after), (503, Some(5)), "{said}");
    assert!(said.contains("\"failing\":\"database\""), "{said}");
    let (status, after, said) = ask(&nodes);
    assert_eq!((status, after), (503, Some(5)), "{said}");
    assert_has!(said, "database", "try again");
    assert_lacks!(said, "PostgreSQL:");
    // Requests during the outage must not use up the connection pool, however many there are.
    for _ in 0..20 {
        assert_eq!(ask(&nodes).0, 503);
    }
    let _database = database.back();
    until("it to come back", || (ask(&healthz).0, ask(&nodes).0) == (200, 200));
}

/// A log file contains no colour codes.
#[test]
fn a_registry_logs_into_a_file_without_colours() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let mut registry = Command::new(imajin_e2e::registry::program());
    let registry = registry
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path().join("registry"))
        .env("IMAJIN_LOG", "debug")
        .stdout(std::process::Stdio::piped())
        .stderr(std::fs::File::create(&log).unwrap());
    let mut registry = registry.spawn().unwrap();
    let mut line = String::new();
    let stdout = registry.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).unwrap();
    let url = line.trim().strip_prefix("listening on ").unwrap();
    assert_eq!(ask(&format!("{url}/healthz")).0, 200);
    registry.kill().unwrap();
    registry.wait().unwrap();
    let bytes = std::fs::read(&log).unwrap();
    assert!(!bytes.is_empty() && !bytes.contains(&0x1b));
}

/// A registry that is started with room for few open files, as from a shell, has as many as the system lets it have.
#[test]
fn a_registry_raises_its_limit_of_open_files() {
    let folder = tempfile::tempdir().unwrap();
    let few = ["sh", "-c", "ulimit -S -n 100 && exec \"$0\" \"$@\""].map(str::to_owned).to_vec();
    let options = RegistryOptions { wrapper: few, ..RegistryOptions::default() };
    let registry = Registry::start(folder.path(), &options);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", registry.pid())).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let [soft, hard] = [3, 4].map(|column| line.split_whitespace().nth(column).unwrap());
    assert_eq!(soft, hard, "{line}");
}
