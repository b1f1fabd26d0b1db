//! Discovery on the local network: two hosts with a cable between them, as network namespaces. Needs root, or sudo.

use imajin_e2e::copy_folder;
use imajin_e2e::hosts::unique;
use imajin_e2e::prelude::*;
use std::process::Output;

/// Two hosts, 10.77.0.1 and 10.77.0.2. Deleted when dropped.
struct Cable {
    /// A name that no other test uses for its hosts.
    id: String,
    hosts: [String; 2],
}

impl Cable {
    fn new() -> Self {
        require_tool("ip", "iproute2");
        let id = unique();
        let this =
            Self { hosts: [format!("imajin-a{id}"), format!("imajin-b{id}")], id: id.clone() };
        let ends = [format!("va{id}"), format!("vb{id}")];
        for host in &this.hosts {
            ip(&["netns", "add", host]);
        }
        ip(&[
            "link",
            "add",
            &ends[0],
            "netns",
            &this.hosts[0],
            "type",
            "veth",
            "peer",
            "name",
            &ends[1],
            "netns",
            &this.hosts[1],
        ]);
        for (n, (host, end)) in this.hosts.iter().zip(&ends).enumerate() {
            ip(&["-n", host, "addr", "add", &format!("10.77.0.{}/24", n + 1), "dev", end]);
            ip(&["-n", host, "link", "set", end, "up"]);
            ip(&["-n", host, "link", "set", "lo", "up"]);
        }
        this
    }

    /// Runs a command on a host.
    fn on(&self, host: usize, words: &[&str]) -> Output {
        let all = [&["ip", "netns", "exec", &self.hosts[host]], words].concat();
        as_root(&all).output().unwrap()
    }

    fn start(&self, host: usize, data: &Path, more: &[&str]) -> Node {
        let wrapper = ["ip", "netns", "exec", &self.hosts[host]];
        let flags = ["--listen", "0.0.0.0:7000", "--tls-listen", "0.0.0.0:7443"];
        let options = NodeOptions::default()
            .wrapper(root_words().iter().chain(&wrapper).copied())
            .flags(flags.iter().chain(more).copied());
        Node::start_with(data, &options)
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        for host in &self.hosts {
            let _ = as_root(&["ip", "netns", "delete", host]).output();
        }
    }
}

fn root_words() -> &'static [&'static str] {
    let id = Command::new("id").arg("-u").output().unwrap();
    if id.stdout == b"0\n" { &[] } else { &["sudo", "-n"] }
}

fn as_root(words: &[&str]) -> Command {
    let all = [root_words(), words].concat();
    let mut command = Command::new(all[0]);
    command.args(&all[1..]);
    command
}

fn ip(words: &[&str]) {
    let output = as_root(&[&["ip"], words].concat()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "ip {words:?} needs root, or sudo without a password: {errors}"
    );
}

/// Returns the network status of a node, read over the socket in its folder.
fn network(data: &Path) -> Json {
    imajin(["status", "--json", "--data", data.to_str().unwrap()]).json()["network"].take()
}

/// Asks the local network for a name's address like any device (RFC 6762 §5.1), and prints the answers.
const ASK: &str = r"
import socket, struct, sys
name, own = sys.argv[1:]
question = b''.join(bytes([len(part)]) + part.encode() for part in name.split('.')) + b'\0' + struct.pack('>HH', 1, 1)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(own))
udp.bind((own, 0))
udp.settimeout(1)
for _ in range(10):
    udp.sendto(struct.pack('>6H', 1, 0, 1, 0, 0, 0) + question, ('224.0.0.251', 5353))
    try:
        answer, sender = udp.recvfrom(9000)
    except socket.timeout:
        continue
    at = answer.find(socket.inet_aton('10.77.0.1'))
    if answer[2] & 0x80 and at > 0:
        print(sender[0], '10.77.0.1')
        break
";

#[test]
fn two_boxes_find_each_other_and_share_no_name() {
    let cable = Cable::new();
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let first = cable.start(0, &one, &[]);
    assert_eq!(network(&one)["lan"]["name"], "imajin.local");
    assert_eq!(first.https.as_deref(), Some("https://imajin.local:7443"));
    let python = std::env::var("IMAJIN_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let lookup = cable.on(1, &[&python, "-c", ASK, "imajin.local", "10.77.0.2"]);
    assert_eq!(String::from_utf8_lossy(&lookup.stdout).trim(), "10.77.0.1 10.77.0.1", "{lookup:?}");

    // The second node finds the name taken and chooses another before it is ready; its certificate has the new name.
    let second = cable.start(1, &two, &[]);
    assert_eq!(second.https.as_deref(), Some("https://imajin-2.local:7443"), "{}", second.log());
    until("a certificate for the new name", || {
        network(&two)["own"]["names"]
            .as_array()
            .is_some_and(|names| names.contains(&"imajin-2.local".into()))
    });
    for (data, other, host) in [(&one, &second, "imajin-2.local"), (&two, &first, "imajin.local")] {
        until("the other node, with a proof of its key", || {
            let seen = network(data)["lan"]["neighbours"].take();
            seen.as_array().is_some_and(|seen| {
                matches!(seen.as_slice(), [one] if one["did"] == other.did && one["host"] == host && one["proved"] == true)
            })
        });
    }
    let report = imajin(["doctor", "--data", two.to_str().unwrap()]).ok();
    assert_has!(report, "this box is imajin-2.local; 1 other nodes are there");

    // A stopped node is forgotten at once; the other keeps its name, also after a restart on its own.
    first.stop();
    until("the other node's end", || network(&two)["lan"]["neighbours"] == serde_json::json!([]));
    second.stop();
    let second = cable.start(1, &two, &[]);
    assert_eq!(second.https.as_deref(), Some("https://imajin-2.local:7443"));
}

#[test]
fn a_box_that_hears_itself_keeps_its_name() {
    // Ethernet and Wi-Fi of one house: the box receives on one interface what it sends on the other.
    let cable = Cable::new();
    let id = &cable.id;
    let (box_, house) = (&cable.hosts[0], &cable.hosts[1]);
    let second = format!("vc{id}");
    let plug = format!("vd{id}");
    let first = format!("vb{id}");
    ip(&[
        "link", "add", &second, "netns", box_, "type", "veth", "peer", "name", &plug, "netns",
        house,
    ]);
    ip(&["-n", house, "link", "add", "house", "type", "bridge"]);
    ip(&["-n", house, "addr", "del", "10.77.0.2/24", "dev", &first]);
    ip(&["-n", house, "addr", "add", "10.77.0.2/24", "dev", "house"]);
    for end in [&first, &plug] {
        ip(&["-n", house, "link", "set", end, "master", "house"]);
        ip(&["-n", house, "link", "set", end, "up"]);
    }
    ip(&["-n", house, "link", "set", "house", "up"]);
    ip(&["-n", box_, "addr", "add", "10.77.0.9/24", "dev", &second]);
    ip(&["-n", box_, "link", "set", &second, "up"]);
    let (_folder, data) = imajin_e2e::data_folder();
    let node = cable.start(0, &data, &[]);
    assert_eq!(node.https.as_deref(), Some("https://imajin.local:7443"), "{}", node.log());

    // Addresses that a router assigns later.
    for address in ["169.254.3.4/16", "fd77::9/64", "10.99.0.9/24"] {
        ip(&["-n", box_, "addr", "add", address, "dev", &second]);
        std::thread::sleep(Duration::from_secs(8));
        assert_eq!(
            network(&data)["lan"]["name"],
            "imajin.local",
            "after {address}: {}",
            node.log()
        );
    }
    let python = std::env::var("IMAJIN_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let lookup = cable.on(1, &[&python, "-c", ASK, "imajin.local", "10.77.0.2"]);
    let addresses = String::from_utf8_lossy(&lookup.stdout);
    assert!(addresses.contains("10.77.0.1"), "{lookup:?}");
}

#[test]
fn a_new_address_keeps_the_certificate_that_browsers_have_accepted() {
    let cable = Cable::new();
    let (_folder, data) = imajin_e2e::data_folder();
    let device = format!("va{}", cable.id);
    let address = |verb: &str, address: &str| {
        ip(&["-n", &cable.hosts[0], "addr", verb, address, "dev", &device]);
    };
    let own = || network(&data)["own"].clone();
    // Plugged in before the router answers: a certificate without an address is reissued with the first one, without a restart.
    address("del", "10.77.0.1/24");
    let node = cable.start(0, &data, &["--no-lan"]);
    assert_eq!(network(&data)["lan"], Json::Null);
    assert!(!own()["names"].to_string().contains("10."), "{}", own());
    address("add", "10.77.0.1/24");
    until("a certificate for the first address", || {
        own()["names"].to_string().contains("\"10.77.0.1\"")
    });

    // The displayed fingerprint is that of the served certificate, for remote visitors.
    let root = node.data.join("ca.pem");
    let fetch =
        |words: &[&str]| cable.on(1, &[&["curl", "-sS", "--max-time", "20"], words].concat());
    require_tool("curl", "curl");
    let saved =
        fetch(&["-o", root.to_str().unwrap(), "http://10.77.0.1:7000/certificate/imajin-box.crt"]);
    assert!(saved.status.success(), "{saved:?}");
    let is_trusted = |url: &str| {
        let answer = fetch(&["--cacert", root.to_str().unwrap(), url]);
        String::from_utf8_lossy(&answer.stdout).contains("\"ok\"")
    };
    assert!(is_trusted("https://10.77.0.1:7443/healthz"));
    // Plain HTTP redirects there.
    let followed =
        fetch(&["-L", "--cacert", root.to_str().unwrap(), "http://10.77.0.1:7000/auth/api/node"]);
    assert!(String::from_utf8_lossy(&followed.stdout).contains(&node.did), "{followed:?}");

    // The router assigns another address: browsers that accepted the certificate aren't asked again.
    let shown = || {
        let words = "openssl s_client -connect 10.77.0.1:7443 </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256";
        let output = cable.on(1, &["sh", "-c", words]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let before = (shown(), own());
    assert!(before.0.contains("ingerprint="), "{}", before.0);
    address("add", "10.88.0.5/24");
    std::thread::sleep(2 * imajin_box::tls::LOOK);
    assert_eq!((shown(), own()), before, "{}", node.log());
    assert!(is_trusted("https://10.77.0.1:7443/healthz"));
}

#[test]
fn a_box_that_only_this_machine_reaches_is_announced_nowhere() {
    let (_folder, node) = Node::fresh();
    assert_eq!(network(&node.data)["lan"], Json::Null);
}

/// Returns the answer of a host's own node to `/healthz`.
fn health(cable: &Cable, host: usize) -> Json {
    let output = cable.on(host, &["curl", "-s", "http://127.0.0.1:7000/healthz"]);
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// Returns the names of the failing checks of `imajin doctor`.
fn wrong(data: &Path) -> Vec<String> {
    let output = imajin(["doctor", "--json", "--data", data.to_str().unwrap()]);
    let report: Json = serde_json::from_str(&output.stdout).expect("JSON");
    let checks = report["checks"].as_array().unwrap().clone();
    let wrong = checks.iter().filter(|check| check["ok"] == false);
    wrong.map(|check| check["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn two_boxes_with_one_key_notice_each_other_and_the_older_state_stops_writing() {
    let folder = tempfile::tempdir().unwrap();
    let (newer, older) = (folder.path().join("newer"), folder.path().join("older"));
    let node = Node::start(&newer);
    let (ada, bob) = (Person::new(&node.url), Person::new(&node.url));
    bob.update_bio("the same on both cards").unwrap();
    node.stop();
    copy_folder(&newer, &older);
    let node = Node::start(&newer);
    let after = ada.at(&node.url);
    after.update_bio("on one of the cards only").unwrap();
    node.stop();

    let cable = Cable::new();
    let _one = cable.start(0, &newer, &[]);
    let _two = cable.start(1, &older, &[]);
    for host in [0, 1] {
        until("they do not notice each other", || health(&cable, host)["warning"] == "twin");
    }
    until("the older one does not stop", || wrong(&older).contains(&"older copy".to_owned()));
    let report = imajin(["doctor", "--data", older.to_str().unwrap()]).stdout;
    assert!(report.contains(ada.did()) && !report.contains(bob.did()), "{report}");
    assert_has!(report, "switch the box with the older state off");
    let newest = wrong(&newer);
    assert!(newest.contains(&"twin".to_owned()), "{newest:?}");
    assert!(!newest.contains(&"older copy".to_owned()), "{newest:?}");
    // The older state stays read-only, also once the twin is gone and after a restart.
    drop((_one, _two));
    let node = Node::start(&older);
    let late = ada.at(&node.url);
    let refused = late.update_bio("a second history").unwrap_err();
    assert_eq!(refused.status(), Some(409), "{refused}");
    let other = bob.at(&node.url);
    other.update_bio("goes on").unwrap();
}

/// Anchors a person's record, so that the node's own log grows.
fn anchor(node: &Node, ada: &Person, folder: &Path) {
    let key = ada.key_file(folder);
    let at = ["--node", &node.url, "--key", key.to_str().unwrap()];
    imajin(["anchor", "--json"].iter().chain(&at)).ok();
}

#[test]
fn an_old_card_that_is_put_back_learns_it_from_a_neighbour() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (newer, older, neighbour) = (path("newer"), path("older"), path("neighbour"));
    let node = Node::start(&newer);
    let (did, ada) = (node.did.clone(), Person::new(&node.url));
    anchor(&node, &ada, folder.path());
    node.stop();
    copy_folder(&newer, &older);
    let node = Node::start(&newer);
    let ada = ada.at(&node.url);
    ada.update_bio("on the newer card").unwrap();
    anchor(&node, &ada, folder.path());
    node.stop();

    let cable = Cable::new();
    let newest = cable.start(0, &newer, &[]);
    let other = cable.start(1, &neighbour, &[]);
    let memory = neighbour.join("node/met-heads.json");
    until("the neighbour does not remember the newer state", || {
        std::fs::read_to_string(&memory).is_ok_and(|text| text.contains(&did))
    });
    // The newer card is taken out. The neighbour remembers despite a power cut.
    drop((newest, other));
    let _other = cable.start(1, &neighbour, &[]);
    let old = cable.start(0, &older, &[]);
    until("the old card does not stop", || health(&cable, 0)["warning"] == "older copy");
    // The old card stays read-only later, without that neighbour. The neighbour has no reason to stop.
    assert_eq!(health(&cable, 1)["warning"], Json::Null);
    drop(old);
    let node = Node::start(&older);
    let late = ada.at(&node.url);
    let refused = late.update_bio("a second history").unwrap_err();
    assert_eq!(refused.status(), Some(409), "{refused}");
    assert!(refused.to_string().contains("old copy"), "{refused}");
}
