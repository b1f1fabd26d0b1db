//! Names of a box's own: through tunnels to two registries, the records that its owner enters, and the watch over certificates for
//! the box's names. The zone and the log of certificates are servers of the tests.

use imajin_e2e::certificate_log::{CertificateLog, entry};
use imajin_e2e::pebble::{Directory, DirectoryOptions, public, wait_for};
use imajin_e2e::prelude::*;
use imajin_edge::testing::NameServer;
use imajin_edge::tunnel::holder_text;
use std::net::SocketAddr;

use super::friends::offer;

const OWN: &str = "ada.example";
const NAME: &str = "adas-box.nodes.example";
/// Heartbeats, and looks at zones, every second.
const CONFIG: &str = "[directory]\ndomain = \"nodes.example\"\n[directory.times]\nheartbeat-secs = 1\nstale-after = 100000\nunreachable-after = 100000\n\
    [directory.limits]\nnode-registrations-an-hour = 100000\nheartbeats-an-hour = 100000\n\
    [tunnel]\ncarried-name-secs = 1\nmissing-name-secs = 1\naddresses = [\"192.0.2.1\"]\n";

/// A box with a zone, registries that ask it, and a log of certificates.
struct World {
    zone: NameServer,
    log: CertificateLog,
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        Self {
            zone: NameServer::start(),
            log: CertificateLog::start(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn registry(&self, name: &str, listen: Option<String>) -> Registry {
        self.registry_at(name, listen, "127.0.0.1:0")
    }

    /// Starts a registry whose visitors come to this address.
    fn registry_at(&self, name: &str, listen: Option<String>, visitors: &str) -> Registry {
        let resolver = self.zone.address();
        let config = format!("{CONFIG}listen = \"{visitors}\"\nresolver = \"{resolver}\"\n");
        let options = RegistryOptions { config, listen, ..RegistryOptions::default() };
        Registry::start(&self.folder.path().join(name), &options)
    }

    /// Starts the box, with tunnels to these registries.
    fn node(&self, registries: &[&Registry], tls: &str, more: &[(&str, String)]) -> Node {
        let urls: Vec<&str> = registries.iter().map(|one| one.url.as_str()).collect();
        let pairs = [
            ("IMAJIN_REGISTRIES_TUNNELS", urls.join(",")),
            ("IMAJIN_REGISTRIES_NAME", "adas-box".to_owned()),
            ("IMAJIN_REGISTRIES_HEARTBEAT_S", "1".to_owned()),
            ("IMAJIN_REGISTRIES_RETRY_S", "1".to_owned()),
            ("IMAJIN_HOSTS", format!("{NAME},{OWN}")),
            ("IMAJIN_PRIVATE_ADDRESSES", "true".to_owned()),
            ("IMAJIN_TLS_RESOLVER", self.zone.address().to_string()),
            ("IMAJIN_TLS_CT", self.log.url()),
            ("IMAJIN_TLS_WATCH_S", "1".to_owned()),
            ("IMAJIN_TLS_SEARCH_S", "1".to_owned()),
            // Nobody listens there.
            ("IMAJIN_TLS_DIRECTORY", "https://127.0.0.1:9/directory".to_owned()),
        ];
        let pairs = pairs.iter().chain(more);
        let options = NodeOptions::default()
            .flags(["--tls-listen", tls])
            .env(pairs.map(|(name, value)| (*name, value)));
        Node::start_with(&self.data(), &options)
    }

    /// Enters the box's DID into the zone of the own name.
    fn enter_holder(&self, node: &Node) {
        let record = format!("_imajin.{OWN}");
        self.zone.set(&record, "TXT", &[&holder_text(&node.did)]);
    }
}

/// The tunnels that carry a name.
fn carriers(data: &Path, name: &str) -> usize {
    let status = imajin(["status", "--json", "--data", data.to_str().unwrap()]).json();
    let tunnels = status["network"]["tunnels"].as_array();
    let carries = |tunnel: &&Json| {
        let carried = tunnel["carried"].as_array();
        carried.is_some_and(|carried| carried.iter().any(|other| other == name))
    };
    tunnels.map_or(0, |tunnels| tunnels.iter().filter(carries).count())
}

/// Whether the box answers at its own name to a browser whose DNS leads to this address.
fn answers_at(address: SocketAddr) -> bool {
    // Installs the provider of TLS.
    drop(imajin_e2e::http());
    let client = Client::builder()
        .tls_danger_accept_invalid_certs(true)
        .timeout(Duration::from_secs(10))
        .resolve(OWN, address);
    let url = format!("https://{OWN}:{}/healthz", address.port());
    let answer = client.build().unwrap().get(url).header("host", OWN).send();
    answer.is_ok_and(|answer| answer.status() == 200)
}

#[test]
fn an_own_name_survives_either_of_two_registries() {
    let world = World::new();
    let (first, second) = (world.registry("first", None), world.registry("second", None));
    let domains = [("IMAJIN_TLS_DOMAINS", OWN.to_owned())];
    let node = world.node(&[&first, &second], "127.0.0.1:0", &domains);
    let data = world.data();
    until("both tunnels", || carriers(&data, NAME) == 2);
    assert_eq!(carriers(&data, OWN), 0, "no zone says so");
    let status = imajin(["status", "--data", data.to_str().unwrap()]).ok();
    assert_has!(status, "not carried yet: ada.example");
    world.enter_holder(&node);
    until("both registries carry it", || carriers(&data, OWN) == 2);
    for registry in [&first, &second] {
        assert!(answers_at(registry.carries_at()));
    }
    let (listen, visitors) = (first.listens_at(), first.carries_at());
    first.kill();
    assert!(answers_at(second.carries_at()));
    let first = world.registry_at("first", Some(listen), &visitors.to_string());
    until("both registries carry it again", || carriers(&data, OWN) == 2);
    second.kill();
    assert!(answers_at(first.carries_at()));
    // The registry asks the zone again, and the box stays connected.
    world.zone.set(&format!("_imajin.{OWN}"), "TXT", &[]);
    until("nobody carries it", || carriers(&data, OWN) == 0);
    assert!(!answers_at(first.carries_at()));
    assert_eq!(carriers(&data, NAME), 1);
    node.stop();
}

#[test]
fn the_page_ticks_each_record_as_the_zone_gets_it() {
    let world = World::new();
    let registry = world.registry("registry", None);
    let node = world.node(&[&registry], "127.0.0.1:0", &[]);
    let owner = Owner::claim(&node);
    until("a tunnel", || carriers(&world.data(), NAME) == 1);
    assert!(!owner.page("/network").contains("_imajin."));
    let (status, _) = owner.send_form("/network", &format!("name={OWN}"));
    assert_eq!(status, 303);
    let ticks = || owner.page("/network").matches('✓').count();
    let text = holder_text(&node.did);
    until("the records", || {
        let page = owner.page("/network");
        let parts = ["data-copy=\"192.0.2.1\"", &format!("data-copy=\"{text}\"")];
        parts.iter().all(|part| page.contains(part))
    });
    assert_eq!(ticks(), 0);
    world.zone.set(OWN, "A", &["192.0.2.1"]);
    until("the address", || ticks() == 1);
    world.enter_holder(&node);
    until("the box's DID", || ticks() == 2);
    until("the registry", || owner.page("/network").contains(&format!("carries {OWN}, {NAME}")));
}

fn has_alarm(owner: &Owner) -> bool {
    owner.alarms().contains(&"name-taken".to_owned())
}

fn doctor(data: &Path) -> String {
    imajin(["doctor", "--data", data.to_str().unwrap()]).stdout
}

#[test]
fn a_name_that_leads_to_another_key_is_an_alarm_until_it_leads_home() {
    let world = World::new();
    let registry = world.registry("registry", None);
    // The standard port is free at addresses of this machine that no other process uses.
    let node = world.node(&[&registry], "127.0.77.2:443", &[]);
    let owner = Owner::claim(&node);
    until("a tunnel", || carriers(&world.data(), NAME) == 1);
    let options = NodeOptions::default().flags(["--tls-listen", "127.0.77.1:443"]);
    let other = Node::start_with(&world.folder.path().join("other"), &options);
    // A silent name raises no alarm.
    world.zone.set(NAME, "A", &["127.0.77.3"]);
    assert!(!has_alarm(&owner));
    world.zone.set(NAME, "A", &["127.0.77.1"]);
    until("an alarm", || has_alarm(&owner));
    assert_has!(owner.page("/"), "Somebody may pose as your box", "127.0.77.1");
    assert_has!(doctor(&world.data()), "BAD  name taken", NAME);
    drop(other);
    world.zone.set(NAME, "A", &["127.0.77.2"]);
    until("no alarm", || !has_alarm(&owner));
}

#[test]
fn a_friends_box_that_is_led_to_another_key_raises_the_alarm() {
    let world = World::new();
    let registry = world.registry("registry", None);
    let node = world.node(&[&registry], "127.0.77.12:443", &[]);
    let owner = Owner::claim(&node);
    until("a tunnel", || carriers(&world.data(), NAME) == 1);
    let start = |name: &str, flags: &[&str], env: &[(&str, String)]| {
        let pairs = env.iter();
        let pairs = pairs.map(|(name, value)| ((*name).to_owned(), value.clone()));
        let options = NodeOptions {
            flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
            env: pairs.collect(),
            ..NodeOptions::default()
        };
        Node::start_with(&world.folder.path().join(name), &options)
    };
    let _other = start("other", &["--tls-listen", "127.0.77.11:443"], &[]);
    // The friend's box asks another name server.
    let zone = NameServer::start();
    let resolver = zone.address().to_string();
    let bob = start(
        "bob",
        &[],
        &[("IMAJIN_TLS_RESOLVER", resolver), ("IMAJIN_PRIVATE_ADDRESSES", "true".to_owned())],
    );
    let code = offer(&Owner::claim(&bob));
    let wish = json!({ "friend": bob.url, "code": code, "every_h": 0 });
    let (status, answer) = owner.ask(Method::PUT, "/www/api/box/backups", Some(&wish));
    assert_eq!(status, 204, "{answer}");
    world.zone.set(NAME, "A", &["127.0.77.12"]);
    zone.set(NAME, "A", &["127.0.77.11"]);
    until("an alarm", || has_alarm(&owner));
    assert_has!(doctor(&world.data()), "BAD  name taken", "seen from 127.0.0.1:", "(127.0.77.11)");
    zone.set(NAME, "A", &["127.0.77.12"]);
    until("no alarm", || !has_alarm(&owner));
}

#[test]
fn a_certificate_that_the_box_did_not_order_is_an_alarm() {
    let world = World::new();
    let registry = world.registry("registry", None);
    let node = world.node(&[&registry], "127.0.0.1:0", &[]);
    let owner = Owner::claim(&node);
    until("a failed search", || doctor(&world.data()).contains("could not be searched"));
    // A certificate from before the box used the name raises no alarm.
    world.log.set(Some(vec![entry(NAME, "01ab", 2020)]));
    world.log.until_searched();
    until("a search", || doctor(&world.data()).contains("for certificates of this box's names"));
    assert!(!has_alarm(&owner));
    let searches = world.log.asked();
    assert!(searches.contains(&format!("/?q={NAME}&output=json")), "{searches:?}");
    let entries = vec![entry(NAME, "01ab", 2020), entry(NAME, "0BADcafe", 2090)];
    world.log.set(Some(entries));
    until("an alarm", || has_alarm(&owner));
    let text = doctor(&world.data());
    assert_has!(text, "BAD  name taken", "badcafe", "Other Authority");
    // The alarm outlasts a restart, also while the log does not answer.
    world.log.set(None);
    node.stop();
    let node = world.node(&[&registry], "127.0.0.1:0", &[]);
    let owner = owner.at(&node);
    until("the alarm again", || has_alarm(&owner));
    // The owner got it elsewhere.
    node.stop();
    let settings = [("IMAJIN_TLS_KNOWN_SERIALS", "0badcafe".to_owned())];
    let entries = vec![entry(NAME, "0badcafe", 2090)];
    world.log.set(Some(entries));
    let node = world.node(&[&registry], "127.0.0.1:0", &settings);
    let owner = owner.at(&node);
    until("no alarm", || !has_alarm(&owner));
    node.stop();
}

#[test]
fn a_log_that_fails_for_one_name_is_believed_of_another() {
    let world = World::new();
    let registry = world.registry("registry", None);
    world.log.fail(OWN);
    world.log.set(Some(Vec::new()));
    let domains = [("IMAJIN_TLS_DOMAINS", OWN.to_owned())];
    let node = world.node(&[&registry], "127.0.0.1:0", &domains);
    let owner = Owner::claim(&node);
    until("a failed search", || doctor(&world.data()).contains("could not be searched"));
    assert!(!has_alarm(&owner));
    world.log.set(Some(vec![entry(NAME, "0badcafe", 2090)]));
    until("an alarm", || has_alarm(&owner));
    assert_has!(doctor(&world.data()), "badcafe", "could not be searched");
    node.stop();
}

#[test]
fn an_own_name_gets_its_certificate_through_the_tunnel() {
    let world = World::new();
    let directory = Directory::start(&DirectoryOptions::default());
    // The directory looks for the name at the registry.
    let visitors = SocketAddr::from(([127, 0, 0, 1], directory.tls));
    let registry = world.registry_at("registry", None, &visitors.to_string());
    let mut more = vec![("IMAJIN_TLS_DOMAINS", OWN.to_owned())];
    let env = directory.env();
    more.extend(env.iter().map(|(name, value)| (name.as_str(), value.clone())));
    let node = world.node(&[&registry], "127.0.0.1:0", &more);
    world.enter_holder(&node);
    let data = world.data();
    wait_for("a certificate", || public(&data)["expires"].is_string());
    let browser = Client::builder().tls_certs_only([directory.issuer()]).resolve(OWN, visitors);
    let url = format!("https://{OWN}:{}/healthz", visitors.port());
    let answer = browser.build().unwrap().get(url).header("host", OWN).send();
    assert_eq!(answer.unwrap().status(), 200);
    // The log has it, and the box knows it.
    let stored = std::fs::read(data.join("node/acme.json")).unwrap();
    let stored: Json = serde_json::from_slice(&stored).unwrap();
    let serial = stored["ordered"][0]["serial"].as_str().unwrap();
    assert!(stored["account_url"].as_str().unwrap().starts_with("https"));
    let owner = Owner::claim(&node);
    world.log.set(Some(vec![entry(OWN, serial, 2090)]));
    world.log.until_searched();
    world.log.until_searched();
    assert!(!has_alarm(&owner));
    assert!(!doctor(&data).contains("name taken"));
}
