//! Certificates from an ACME directory: a real one (Pebble), which connects to the node's own listener.

use imajin_e2e::hosts::{self, Network, address};
use imajin_e2e::pebble::{Directory, DirectoryOptions, public, wait_for};
use imajin_e2e::prelude::*;
use imajin_node::client::genesis;
use std::net::SocketAddr;

const NAME: &str = "box.example";

/// Starts a directory that refuses this percentage of nonces and issues certificates for this many seconds.
fn start(refused_percent: u32, validity_s: u32) -> Directory {
    Directory::start(&DirectoryOptions {
        refused_percent,
        validity_s,
        ..DirectoryOptions::default()
    })
}

fn options(directory: &Directory) -> NodeOptions {
    let more = [
        ("IMAJIN_TLS_LISTEN", format!("127.0.0.1:{}", directory.tls)),
        ("IMAJIN_TLS_DOMAINS", NAME.to_owned()),
        ("IMAJIN_TLS_CONTACT", "ada@box.example".to_owned()),
    ];
    NodeOptions::default().env(directory.env()).env(more)
}

/// Returns a client that trusts this directory's issuer.
fn browser(directory: &Directory) -> Client {
    Client::builder()
        .tls_certs_only([directory.issuer()])
        .resolve(NAME, SocketAddr::from(([127, 0, 0, 1], directory.tls)))
        .build()
        .unwrap()
}

fn url(directory: &Directory) -> String {
    format!("https://{NAME}:{}/healthz", directory.tls)
}

fn obtain(refused_percent: u32) {
    let directory = start(refused_percent, 86_400 * 90);
    let (_folder, data) = imajin_e2e::data_folder();
    let node = Node::start_with(&data, &options(&directory));
    wait_for("a certificate", || public(&node.data)["expires"].is_string());
    let answer = browser(&directory).get(url(&directory)).send().unwrap();
    assert_eq!(answer.status(), 200);
    assert!(
        answer.headers()["strict-transport-security"].to_str().unwrap().starts_with("max-age=")
    );
    let expires = public(&node.data)["expires"].clone();
    let stored = std::fs::read(data.join("node/acme.json")).unwrap();
    assert_eq!(public(&node.data)["problem"], Json::Null);
    node.stop();

    // A restart needs no directory: account and certificate are stored.
    let browser = browser(&directory);
    let (options, url) = (options(&directory), url(&directory));
    drop(directory);
    let node = Node::start_with(&data, &options);
    assert_eq!(browser.get(url).send().unwrap().status(), 200);
    assert_eq!(public(&node.data)["expires"], expires);
    assert_eq!(std::fs::read(data.join("node/acme.json")).unwrap(), stored);
    let metrics = node.metrics();
    assert_has!(metrics, "imajin_certificate_public_failing 0");
}

#[test]
fn a_certificate_is_obtained_and_kept() {
    obtain(0);
}

#[test]
fn a_directory_that_refuses_nonces_gives_one_too() {
    obtain(30);
}

#[test]
fn one_that_ends_is_renewed_while_the_node_runs() {
    // Due when a third of its lifetime remains: after a minute.
    let directory = start(0, 90);
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start_with(&folder.path().join("data"), &options(&directory));
    wait_for("a certificate", || public(&node.data)["expires"].is_string());
    let first = public(&node.data)["expires"].clone();
    wait_for("a new certificate", || public(&node.data)["expires"] != first);
    assert_eq!(browser(&directory).get(url(&directory)).send().unwrap().status(), 200);
}

#[test]
fn another_directory_is_asked_until_it_signs() {
    let (_folder, data) = imajin_e2e::data_folder();
    let first = start(0, 86_400 * 90);
    let node = Node::start_with(&data, &options(&first));
    wait_for("a certificate", || public(&node.data)["expires"].is_string());
    node.stop();
    drop(first);

    // The second directory refuses once, and the node restarts before it retries: the served certificate is the first
    // directory's.
    let second = start(0, 86_400 * 90);
    second.names_lead_to("127.0.0.99");
    let node = Node::start_with(&data, &options(&second));
    wait_for("a problem", || public(&node.data)["problem"].is_array());
    node.stop();
    second.names_lead_to("127.0.0.1");
    let node = Node::start_with(&data, &options(&second));
    let browser = browser(&second);
    wait_for("a certificate of the second", || browser.get(url(&second)).send().is_ok());
    node.stop();
}

#[test]
fn what_goes_wrong_is_told_and_tried_again() {
    let directory = start(0, 86_400 * 90);
    directory.names_lead_to("127.0.0.99");
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start_with(&folder.path().join("data"), &options(&directory));
    wait_for("a problem", || public(&node.data)["problem"].is_array());
    let why = public(&node.data)["problem"][1].as_str().unwrap().to_owned();
    assert!(why.contains(NAME) && why.contains("refused"), "{why}");
    let report = imajin(["doctor", "--data", node.data.to_str().unwrap()]).fails_with(1);
    assert!(report.contains("BAD  certificate") && report.contains(NAME), "{report}");
    let metrics = node.metrics();
    assert_has!(metrics, "imajin_certificate_public_failing 1");
    assert_has!(metrics, "imajin_certificate_public_failures_total 1");

    // The problem is on the owner's page only.
    let (owner, guest) = (Person::stranger(&node.url), Person::new(&node.url));
    let about = owner.client.node().unwrap();
    let genesis = genesis(&owner.key, &about, true).unwrap();
    let code = [("x-imajin-claim", node.code.as_deref().unwrap())];
    owner.client.send_signed(&genesis.signed, &code).unwrap();
    assert!(owner.page("/network").contains("The last attempt to get one failed"));
    assert!(!guest.page("/network").contains("Certificates"));

    directory.names_lead_to("127.0.0.1");
    wait_for("a certificate", || public(&node.data)["expires"].is_string());
    assert_eq!(public(&node.data)["problem"], Json::Null);
    assert_eq!(browser(&directory).get(url(&directory)).send().unwrap().status(), 200);
}

#[test]
fn an_owner_gives_the_box_a_name_on_a_page() {
    let directory = start(0, 86_400 * 90);
    let mut options = options(&directory);
    options.env.retain(|(name, _)| name != "IMAJIN_TLS_DOMAINS");
    let (_folder, data) = imajin_e2e::data_folder();
    let node = Node::start_with(&data, &options);
    let owner = Owner::claim(&node);
    assert!(owner.page("/network").contains("A name of its own"));
    let (status, page) = owner.send_form("/network", "name=imajin.local");
    assert_eq!(status, 400);
    assert_has!(page, "isn’t a name on the internet", "value=\"imajin.local\"");
    let (status, _) = owner.send_form("/network", "name=https%3A%2F%2FBox.example%2F");
    assert_eq!(status, 303);
    assert!(owner.page("/network?saved").contains("Saved."));
    wait_for("a certificate", || public(&node.data)["expires"].is_string());
    let browser = browser(&directory);
    assert_eq!(browser.get(url(&directory)).send().unwrap().status(), 200);
    let page = owner.page("/network");
    assert_has!(page, "Every browser trusts its certificate");
    assert!(!page.contains("data-waiting"), "{page}");
    node.stop();

    // The name is the box's address from the next start on.
    let node = Node::start_with(&data, &options);
    let about: Json = browser
        .get(format!("https://{NAME}:{}/auth/api/node", directory.tls))
        .send()
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(about["url"], format!("https://{NAME}:{}", directory.tls));
    node.stop();

    // After damage to the file of the choice the box still works, and the owner can choose again.
    std::fs::write(data.join("node/own-name.json"), "{").unwrap();
    let node = Node::start_with(&data, &options);
    assert_eq!(browser.get(url(&directory)).send().unwrap().status(), 200);
    wait_for("a word in the log", || {
        node.log().contains("the name that the owner chose cannot be read")
    });
    let owner = owner.at(&node);
    assert!(owner.page("/network").contains("can’t be read"));
    assert_eq!(owner.send_form("/network", "name=").0, 303);
    assert!(!owner.page("/network").contains("Stop using it"));
    wait_for("no name", || public(&node.data).is_null());
}

#[test]
fn names_of_the_settings_are_not_changed_on_a_page() {
    let directory = start(0, 86_400 * 90);
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start_with(&folder.path().join("data"), &options(&directory));
    let page = Owner::claim(&node).page("/network");
    assert_has!(page, "settings file of your box gives it this name: box.example");
    assert!(!page.contains("name=\"name\""), "{page}");
}

/// A box and a directory on separate hosts, with a DNS that resolves every name to the box.
struct World {
    directory: Directory,
    network: Network,
    folder: tempfile::TempDir,
}

const OUTSIDE: usize = 1;
const BOX: usize = 2;

impl World {
    /// Creates a world in which the directory uses the same DNS as the box.
    fn new() -> Self {
        Self::with_dns(Some(53))
    }

    /// Creates a world in which every name leads to the box, and the directory uses a separate DNS.
    fn with_two_dns() -> Self {
        let mut world = Self::with_dns(None);
        world.directory.serve_other_names(&address(BOX));
        world
    }

    fn with_dns(dns: Option<u16>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let network = Network::new(2);
        let resolv = format!("nameserver {}\noptions timeout:2\n", address(OUTSIDE));
        std::fs::write(folder.path().join("resolv.conf"), resolv).unwrap();
        let directory = Directory::start(&DirectoryOptions {
            wrapper: network.on(OUTSIDE),
            address: address(OUTSIDE),
            dns,
            ..DirectoryOptions::default()
        });
        directory.names_lead_to(&address(BOX));
        Self { directory, network, folder }
    }

    fn node(&self) -> Node {
        let mut options = options(&self.directory);
        let resolv = self.folder.path().join("resolv.conf");
        options.wrapper = self.network.on_with_names(BOX, &resolv);
        let tls = format!("0.0.0.0:{}", self.directory.tls);
        let flags = ["--listen", "0.0.0.0:80", "--tls-listen", &tls, "--no-lan"];
        options.flags = flags.map(str::to_owned).into();
        Node::start_with(&self.folder.path().join("data"), &options)
    }

    /// Returns the status that a browser gets at a name; 0 if it doesn't trust the certificate.
    fn ask(&self, name: &str, path: &str) -> u16 {
        let issuer = self.folder.path().join("issuer.pem");
        std::fs::write(&issuer, self.directory.issuer_pem()).unwrap();
        let port = self.directory.tls;
        let resolve = format!("{name}:{port}:{}", address(BOX));
        let url = format!("https://{name}:{port}{path}");
        let issuer = issuer.to_str().unwrap();
        let arguments = ["--cacert", issuer, "--resolve", &resolve, &url];
        hosts::curl(&self.network.on(OUTSIDE), &arguments).0
    }
}

#[test]
fn a_services_name_that_leads_to_the_box_is_in_its_certificate() {
    let world = World::new();
    let node = world.node();
    wait_for("a certificate", || public(&node.data)["expires"].is_string());
    for (name, path) in [
        (NAME, "/auth/api/health"),
        ("auth.box.example", "/api/health"),
        ("chat.box.example", "/api/health"),
    ] {
        assert_eq!(world.ask(name, path), 200, "{name}");
    }
    assert_eq!(world.ask("mail.box.example", "/healthz"), 0);
    assert_eq!(public(&node.data)["names"], serde_json::json!([NAME]));
}

/// The directory resolves a service's name to another address than the box does and refuses the order for all names.
/// The box's own name still gets its certificate.
#[test]
fn a_services_name_that_the_directory_refuses_costs_the_box_nothing() {
    let world = World::with_two_dns();
    // No server listens at this address.
    let elsewhere = address(OUTSIDE);
    world.directory.name_leads_to("auth.box.example", &elsewhere);
    let node = world.node();
    wait_for("a certificate", || public(&node.data)["expires"].is_string());
    let log = node.log();
    let refused = "the directory refused auth.box.example: ";
    let order = log.lines().find(|line| line.contains(refused));
    let order = order.unwrap_or_else(|| panic!("no order for the service's name: {log}"));
    assert_has!(order, "no certificate for ", "chat.box.example");
    assert_eq!(public(&node.data)["problem"], Json::Null);
    assert_eq!(world.ask(NAME, "/auth/api/health"), 200);
    for name in ["auth.box.example", "chat.box.example"] {
        assert_eq!(world.ask(name, "/api/health"), 0, "{name}");
    }
}

/// A locked box waits for its owner indefinitely, with a valid certificate that is renewed meanwhile.
#[test]
fn a_locked_box_renews_its_certificate() {
    const VALIDITY_S: u32 = 90;
    let directory = start(0, VALIDITY_S);
    let (_folder, data) = imajin_e2e::data_folder();
    imajin_e2e::imajin_with(
        ["init", "--seal", "--data", data.to_str().unwrap()],
        &[("IMAJIN_PASSPHRASE", "correct horse")],
    )
    .ok();
    let node = Node::start_with(&data, &options(&directory));
    assert!(node.is_locked);
    let names = || {
        let text = std::fs::read(data.join("node/acme.json")).unwrap_or_default();
        let stored: Json = serde_json::from_slice(&text).unwrap_or_default();
        stored["pair"]["certificate"].clone()
    };
    wait_for("a certificate", || names().is_string());
    let begun = Instant::now();
    let first = names();
    let answer = browser(&directory).get(url(&directory)).send().unwrap();
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.json::<Json>().unwrap()["failing"], "sealed");
    wait_for("a new certificate", || names() != first);
    assert!(begun.elapsed() < Duration::from_secs(VALIDITY_S.into()), "before the first one ended");
    let answer = browser(&directory).get(url(&directory)).send().unwrap();
    assert_eq!(answer.status(), 503, "by a certificate that is valid");
    let log = node.log();
    assert_lacks!(log, "no certificate from the ACME directory");
}
