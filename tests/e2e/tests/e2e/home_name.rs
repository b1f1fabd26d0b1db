//! A registry's name for a box, at home and behind a tunnel: a certificate that every browser trusts, without an open port. Outside are a
//! registry with its zone, the DNS and an ACME directory (Pebble); inside are the box and a phone.

use imajin_e2e::hosts::{self, Network, address};
use imajin_e2e::pebble::{Directory, DirectoryOptions, public, wait_for};
use imajin_e2e::prelude::*;
use std::process::Child;

const OUTSIDE: usize = 1;
const BOX: usize = 2;
const PHONE: usize = 3;
const NAME: &str = "adas-box.nodes.example";
const ZONE: &str = "0123456789abcdef0123456789abcdef";
const TOKEN: &str = "a-token-of-the-zone";
/// Heartbeats every second.
const QUICK: &str = "[directory]\ndomain = \"nodes.example\"\n[directory.times]\nheartbeat-secs = 1\n\
    [directory.limits]\nnode-registrations-an-hour = 100000\nheartbeats-an-hour = 100000\n";

/// Cloudflare's API over a zone in the tests' DNS server. Undocumented requests are refused. `/zone` is for the test.
const CLOUDFLARE: &str = r#"
import http.server, json, sys, urllib.parse, urllib.request
address, port, names, zone, token = sys.argv[1:]
base, records, taken = f'/client/v4/zones/{zone}/dns_records', [], [0]

def enter(call, **what):
    urllib.request.urlopen(f'http://{names}/{call}', json.dumps(what).encode()).read()

def publish(name):
    host = name + '.'
    here = [one for one in records if one['name'] == name]
    enter('clear-a', host=host)
    enter('clear-txt', host=host)
    addresses = [one['content'] for one in here if one['type'] == 'A']
    if addresses:
        enter('add-a', host=host, addresses=addresses)
    for one in here:
        if one['type'] == 'TXT':
            enter('set-txt', host=host, value=one['content'].strip('"'))

class Api(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def say(self, status, result):
        done = status == 200
        errors = [] if done else [{'code': 1000, 'message': result}]
        body = json.dumps({'success': done, 'errors': errors, 'messages': [], 'result': result if done else None}).encode()
        self.send_response(status)
        self.send_header('content-length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path == '/zone':
            return self.say(200, [f"{one['type']} {one['name']} {one['content']}" for one in records])
        if self.headers['authorization'] != 'Bearer ' + token:
            return self.say(403, 'Authentication error')
        if not url.path.startswith(base):
            return self.say(404, 'no such route')
        rest = url.path[len(base):].strip('/')
        if self.command == 'GET' and not rest:
            wanted = urllib.parse.parse_qs(url.query)['name'][0]
            return self.say(200, [one for one in records if one['name'] == wanted])
        if self.command == 'POST' and not rest:
            body = json.loads(self.rfile.read(int(self.headers['content-length'])))
            if set(body) != {'type', 'name', 'content', 'ttl', 'proxied', 'comment'} or body['proxied'] is not False:
                return self.say(400, 'no record')
            taken[0] += 1
            records.append(dict(body, id=f'{taken[0]:032x}'))
            publish(body['name'])
            return self.say(200, records[-1])
        found = [one for one in records if one['id'] == rest]
        if self.command == 'DELETE' and found:
            records.remove(found[0])
            publish(found[0]['name'])
            return self.say(200, {'id': rest})
        self.say(404, 'Record does not exist.')

    do_GET = do_POST = do_DELETE = answer

http.server.ThreadingHTTPServer((address, int(port)), Api).serve_forever()
"#;

struct World {
    registry: Registry,
    directory: Directory,
    zone: Child,
    network: Network,
    folder: tempfile::TempDir,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = self.zone.kill();
        let _ = self.zone.wait();
    }
}

impl World {
    fn new(refused_percent: u32, validity_s: u32) -> Self {
        require_tool("python3", "python3");
        let folder = tempfile::tempdir().unwrap();
        let network = Network::new(3);
        let outside = network.on(OUTSIDE);
        let resolv = format!("nameserver {}\noptions timeout:2\n", address(OUTSIDE));
        std::fs::write(folder.path().join("resolv.conf"), resolv).unwrap();
        let directory = Directory::start(&DirectoryOptions {
            wrapper: outside.clone(),
            address: address(OUTSIDE),
            dns: Some(53),
            refused_percent,
            validity_s,
        });
        let zone = Command::new(&outside[0])
            .args(&outside[1..])
            .args(["python3", "-c", CLOUDFLARE, &address(OUTSIDE), "8053"])
            .args([&directory.names(), ZONE, TOKEN])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let api = format!("http://{}:8053/client/v4", address(OUTSIDE));
        let env = [
            ("CLOUDFLARE_API_TOKEN", TOKEN.to_owned()),
            ("CLOUDFLARE_ZONE_ID", ZONE.to_owned()),
            ("CLOUDFLARE_API_URL", api),
        ];
        let options = RegistryOptions {
            wrapper: outside,
            config: format!(
                "{QUICK}[tunnel]\nlisten = \"{0}:443\"\naddresses = [\"{0}\"]\n",
                address(OUTSIDE)
            ),
            env: env.map(|(name, value)| (name.to_owned(), value)).into(),
            listen: Some(format!("{}:4444", address(OUTSIDE))),
        };
        let registry = Registry::start(&folder.path().join("registry"), &options);
        let this = Self { registry, directory, zone, network, folder };
        wait_for("the zone", || this.ask(OUTSIDE, &[&this.zone_url()]).0 == 200);
        this
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Starts a node like the appliance: ports 80 and 443 of every address.
    fn node(&self) -> Node {
        let more = [
            ("IMAJIN_REGISTRIES_URLS", self.registry.url.clone()),
            ("IMAJIN_REGISTRIES_NAME", "adas-box".to_owned()),
            ("IMAJIN_REGISTRIES_HEARTBEAT_S", "1".to_owned()),
            ("IMAJIN_REGISTRIES_RETRY_S", "1".to_owned()),
        ];
        let flags = ["--listen", "0.0.0.0:80", "--tls-listen", "0.0.0.0:443", "--no-lan"];
        let options = NodeOptions::default().wrapper(self.on(BOX)).flags(flags);
        let options = options.env(self.directory.env()).env(more);
        Node::start_with(&self.data(), &options)
    }

    fn on(&self, host: usize) -> Vec<String> {
        let resolv = self.folder.path().join("resolv.conf");
        self.network.on_with_names(host, &resolv)
    }

    fn ask(&self, host: usize, arguments: &[&str]) -> (u16, String) {
        hosts::curl(&self.on(host), arguments)
    }

    fn zone_url(&self) -> String {
        format!("http://{}:8053/zone", address(OUTSIDE))
    }

    /// Waits until the zone has exactly these records.
    fn until_zone(&self, expected: &[&str]) {
        wait_for(&format!("{expected:?}"), || {
            let text = self.ask(OUTSIDE, &[&self.zone_url()]).1;
            let zone: Json = serde_json::from_str(&text).unwrap();
            zone["result"] == serde_json::json!(expected)
        });
    }

    /// Returns the status that the phone's browser gets by name.
    fn by_name(&self) -> u16 {
        let issuer = self.folder.path().join("issuer.pem");
        std::fs::write(&issuer, self.directory.issuer_pem()).unwrap();
        let url = format!("https://{NAME}/healthz");
        self.ask(PHONE, &["--cacert", issuer.to_str().unwrap(), &url]).0
    }

    /// Returns the redirect target for a person who types an address of the box.
    fn sent_to(&self, url: &str) -> String {
        let format = ["-o", "/dev/null", "-H", "accept: text/html"];
        let arguments = [&format[..], &["-w", "%{redirect_url}\n0", url]].concat();
        self.ask(PHONE, &arguments).1.trim().to_owned()
    }

    fn register_node(&self, more: &[&str]) -> String {
        let data = self.data();
        let words = ["register-node", &self.registry.url, "--data", data.to_str().unwrap()];
        imajin([&words[..], more].concat()).ok()
    }
}

fn stored(data: &Path) -> Vec<u8> {
    std::fs::read(data.join("node/acme-registry.json")).unwrap()
}

#[test]
fn every_phone_at_home_knows_the_box() {
    let world = World::new(0, 86_400 * 90);
    let (data, node) = (world.data(), world.node());
    let at_home = format!("A {NAME} {}", address(BOX));
    world.until_zone(&[&at_home]);
    // Without a certificate people are told how to trust the box, as without a registry.
    assert_eq!(public(&data), Json::Null);
    let plain = format!("http://{}/policy", address(BOX));
    let trust = format!("http://{}/certificate?next=/policy", address(BOX));
    assert_eq!(world.sent_to(&plain), trust);

    let output = world.register_node(&["--home"]);
    assert!(output.contains(NAME), "{output}");
    wait_for("a certificate", || public(&data)["expires"].is_string());
    assert_eq!(public(&data)["problem"], Json::Null);
    assert_eq!(
        world.by_name(),
        200,
        "the phone looked the name up and was shown a certificate that it knows"
    );
    wait_for("the box sees its name", || public(&data)["leads_here"] == true);
    // People are sent to the trust page, where the phone tries the name before it goes there: their key may be stored
    // under another name.
    assert_eq!(world.sent_to(&plain), trust);
    let (_, page) = world.ask(PHONE, &[&trust]);
    assert_has!(page, &format!("data-known=\"https://{NAME}\""));
    // Requests other than pages are redirected to HTTPS under the name that they used.
    let (status, _) = world.ask(PHONE, &["-o", "/dev/null", &plain]);
    assert_eq!(status, 307);
    // The challenge record is removed.
    world.until_zone(&[&at_home]);
    let doctor = imajin(["doctor", "--data", data.to_str().unwrap()]).stdout;
    assert!(doctor.contains("ok   certificate") && doctor.contains(NAME), "{doctor}");

    // A restart needs neither directory nor registry.
    let before = stored(&data);
    node.stop();
    let node = world.node();
    assert_eq!(node.https.as_deref(), Some(format!("https://{NAME}").as_str()));
    assert_eq!(world.by_name(), 200);
    assert_eq!(stored(&data), before);

    // The router assigns another address: the node tells the registry, and the name follows.
    world.network.move_to(BOX, &address(BOX), "10.77.0.12");
    world.until_zone(&[&format!("A {NAME} 10.77.0.12")]);
    assert_eq!(world.by_name(), 200);

    // People are not redirected to a name that leads elsewhere.
    wait_for("the box sees its name", || public(&data)["leads_here"] == true);
    let text =
        serde_json::json!({ "host": format!("{NAME}."), "addresses": ["10.77.0.99"] }).to_string();
    let (host, names) = (format!("{{\"host\":\"{NAME}.\"}}"), world.directory.names());
    world.ask(OUTSIDE, &["-d", &host, &format!("http://{names}/clear-a")]);
    world.ask(OUTSIDE, &["-d", &text, &format!("http://{names}/add-a")]);
    wait_for("the box misses its name", || public(&data)["leads_here"] == false);
    let trust = "http://10.77.0.12/certificate?next=/policy";
    assert_eq!(world.sent_to("http://10.77.0.12/policy"), trust);

    // The owner turns the name off.
    world.register_node(&["--home", "no"]);
    wait_for("no name", || public(&data).is_null());
    drop(node);
}

#[test]
fn a_phone_elsewhere_knows_the_box_behind_a_tunnel() {
    let world = World::new(0, 86_400 * 90);
    world.network.part(BOX, PHONE);
    let (data, _node) = (world.data(), world.node());
    world.register_node(&["--tunnel"]);
    wait_for("a certificate", || public(&data)["expires"].is_string());
    world.until_zone(&[&format!("A {NAME} {}", address(OUTSIDE))]);
    wait_for("an answer through the registry", || world.by_name() == 200);
    let direct = format!("https://{}/healthz", address(BOX));
    let (status, _) = world.ask(PHONE, &["-k", &direct]);
    assert_eq!(status, 0, "there is a route to the box");
}

#[test]
fn with_nonces_that_are_refused_and_renewed_while_it_runs() {
    // Due when a third of its lifetime remains: after a minute.
    let world = World::new(30, 90);
    let (data, node) = (world.data(), world.node());
    world.register_node(&["--home"]);
    wait_for("a certificate", || public(&data)["expires"].is_string());
    assert_eq!(world.by_name(), 200);
    let first = public(&data)["expires"].clone();
    wait_for("another one", || public(&data)["expires"] != first);
    assert_eq!(world.by_name(), 200);
    // The node retried: no order failed because of a nonce.
    let log = node.log();
    assert_lacks!(log, "no certificate from the ACME directory");
}

#[test]
fn a_registry_that_is_away_is_told_to_the_owner() {
    let world = World::new(0, 86_400 * 90);
    let (data, _node) = (world.data(), world.node());
    world.registry.until_status("adas-box", "active");
    // The registry's zone is unreachable: the name is assigned, and cannot be validated.
    let url = format!("http://{}:8053", address(OUTSIDE));
    assert!(world.ask(OUTSIDE, &[&url]).0 > 0);
    let mut world = world;
    world.zone.kill().unwrap();
    world.register_node(&["--home"]);
    wait_for("a problem", || public(&data)["problem"].is_array());
    let why = public(&data)["problem"][1].as_str().unwrap().to_owned();
    assert!(why.contains(&world.registry.url), "{why}");
    let doctor = imajin(["doctor", "--data", data.to_str().unwrap()]).fails_with(1);
    assert_has!(doctor, "BAD  certificate", "register-node");
}
