//! Port mappings on the router, if the owner enables them: two hosts with a cable between them, one of which is the
//! router. Needs root, or sudo.

use imajin_e2e::hosts::Network;
use imajin_e2e::prelude::*;
use std::io::{BufRead, BufReader};
use std::process::Child;

const ROUTER: &str = "10.77.0.1";
const BOX: &str = "10.77.0.2";
/// The router's public address.
const PUBLIC: &str = "93.184.216.34";

/// The router's program. Killed when dropped.
struct Router {
    child: Child,
    file: PathBuf,
}

impl Router {
    fn start(network: &Network, speaks: &str, folder: &Path, lifetime_s: u32) -> Self {
        let file = folder.join(format!("{speaks}.json"));
        let python = std::env::var("IMAJIN_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/gateway.py");
        let lifetime_s = lifetime_s.to_string();
        let words = network.on(1);
        let mut child = Command::new(&words[0])
            .args(&words[1..])
            .args([&python, script, speaks, ROUTER, file.to_str().unwrap(), &lifetime_s])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        reader.read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "ready", "the router does not start");
        Self { child, file }
    }

    fn read_state(&self) -> Json {
        serde_json::from_slice(&std::fs::read(&self.file).unwrap()).unwrap()
    }

    /// Returns the open ports with their targets.
    fn ports(&self) -> Json {
        let mut ports = self.read_state()["ports"].take();
        for to in ports.as_object_mut().unwrap().values_mut() {
            *to = to["inside"].take();
        }
        ports
    }

    fn asked(&self) -> u64 {
        self.read_state()["asked"].as_u64().unwrap()
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        // With sudo the program is a child of the sudo process.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Creates a network whose box uses the router as its gateway.
fn house() -> Network {
    let network = Network::new(2);
    let words = network.on(2);
    let added = Command::new(&words[0])
        .args(&words[1..])
        .args(["ip", "route", "add", "default", "via", ROUTER])
        .status()
        .unwrap();
    assert!(added.success());
    network
}

fn node(network: &Network, data: &Path) -> Node {
    let flags = ["--listen", "0.0.0.0:7000", "--tls-listen", "0.0.0.0:7443", "--no-lan"];
    let options = NodeOptions::default().wrapper(network.on(2));
    Node::start_with(data, &options.flags(flags))
}

fn turn(data: &Path, word: &str) -> String {
    imajin(["port-mapping", word, "--data", data.to_str().unwrap()]).ok()
}

fn mapping(data: &Path) -> Json {
    imajin(["port-mapping", "--json", "--data", data.to_str().unwrap()]).json()
}

fn wait_for(what: &str, node: &Node, is_so: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < until, "{what}: never\n{}", node.log());
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_port_is_opened_only_when_wanted_renewed_and_given_back() {
    let network = house();
    let (folder, data) = imajin_e2e::data_folder();
    for (speaks, by, port) in [
        ("pcp", "PCP", "443"),
        ("nat-pmp", "NAT-PMP", "4443"),
        ("upnp", "UPnP", "443"),
        ("upnp-endless", "UPnP", "443"),
        ("upnp-taken", "UPnP", "7443"),
    ] {
        let router = Router::start(&network, speaks, folder.path(), 2);
        let node = node(&network, &data);
        // Off until the owner enables it.
        std::thread::sleep(Duration::from_secs(2));
        assert_eq!(
            (router.ports(), mapping(&data)),
            (json!({}), json!({ "on": false, "mapping": null })),
            "{speaks}"
        );

        turn(&data, "on");
        let open = json!({ port: format!("{BOX}:7443") });
        wait_for("the port is open", &node, || router.ports() == open);
        let number: Option<u64> = port.parse().ok();
        let is_shown = || mapping(&data)["mapping"]["open"]["port"].as_u64() == number;
        wait_for("it is shown", &node, is_shown);
        let shown = mapping(&data)["mapping"]["open"].take();
        assert_members!(shown, "by": by, "address": PUBLIC);
        assert_members!(shown, "inside": BOX, "inside_port": 7443);
        let doctor = imajin(["doctor", "--data", data.to_str().unwrap()]).stdout;
        assert!(doctor.contains(&format!("{PUBLIC}:{port}")), "{doctor}");
        // Leases are renewed long before they expire.
        if ["pcp", "nat-pmp"].contains(&speaks) {
            let before = router.asked();
            wait_for("it is renewed", &node, || router.asked() > before + 1);
            assert_eq!(router.ports(), open);
        }

        turn(&data, "off");
        wait_for("it is closed", &node, || router.ports() == json!({}));
        turn(&data, "on");
        wait_for("it is open again", &node, || router.ports() == open);
        assert!(node.stop().0.success());
        assert_eq!(router.ports(), json!({}), "{speaks}: a node that stops closes it");
        turn(&data, "off");
    }
}

#[test]
fn a_router_that_refuses_or_says_nothing_is_told_in_a_sentence() {
    let network = house();
    let (folder, data) = imajin_e2e::data_folder();
    let node = node(&network, &data);
    turn(&data, "on");
    let failed = || mapping(&data)["mapping"]["failed"].as_str().unwrap_or_default().to_owned();
    wait_for("silence is told", &node, || {
        failed().contains("does not answer to PCP, NAT-PMP or UPnP")
    });
    let doctor = imajin(["doctor", "--data", data.to_str().unwrap()]).stdout;
    assert!(doctor.contains("forward TCP port 443 by hand"), "{doctor}");
    turn(&data, "off");
    wait_for("it is forgotten", &node, || mapping(&data)["mapping"].is_null());
    let _router = Router::start(&network, "refuse", folder.path(), 2);
    turn(&data, "on");
    wait_for("the refusal is told", &node, || failed().contains("it does not allow it"));
}

#[test]
fn only_the_owner_turns_it_on_and_the_page_says_what_it_means() {
    let (_folder, data) = imajin_e2e::data_folder();
    let options = NodeOptions::default().flags(["--tls-listen", "127.0.0.1:0"]);
    let node = Node::start_with(&data, &options);
    let owner = Owner::claim(&node);
    let page = owner.page("/network");
    assert_has!(page, "Open a port of your router", "value=\"on\"");
    let post = |cookie: Option<&str>, origin: &str| {
        let request = http()
            .post(format!("{}/network", node.url))
            .header("origin", origin)
            .header("content-type", "application/x-www-form-urlencoded")
            .body("port-mapping=on");
        let request = match cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        };
        request.send().unwrap().status().as_u16()
    };
    let cookie = format!("imajin_session={}", owner.person.session().token());
    assert!(post(None, &node.url) >= 400);
    assert_eq!(post(Some(&cookie), "https://evil.example"), 403);
    assert_eq!(mapping(&data)["on"], false);
    assert!(post(Some(&cookie), &node.url) < 400);
    assert_eq!(mapping(&data)["on"], true);
    // The node listens on this machine only: it sends no request to any router.
    wait_for("it says why", &node, || {
        owner.page("/network").contains("only this machine reaches the box")
    });
    assert!(owner.page("/network").contains("value=\"off\""));
}
