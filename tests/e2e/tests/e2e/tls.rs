//! HTTPS with the box's own authority: which pages are served to whom, where plain HTTP still answers, and how
//! certificates are kept and renewed.

use imajin_dfos::VerifyingKey;
use imajin_e2e::prelude::*;
use imajin_host::pinned;
use reqwest::Certificate;
use reqwest::blocking::{ClientBuilder, Response};
use reqwest::redirect::Policy;
use std::io::Read;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;

const ALWAYS: (&str, &str) = ("IMAJIN_CLOCK", "always");

fn options(env: &[(&str, &str)]) -> NodeOptions {
    NodeOptions::default().flags(["--tls-listen", "127.0.0.1:0"]).env(env.iter().copied())
}

fn start(data: &Path, env: &[(&str, &str)]) -> Node {
    Node::start_with(data, &options(env))
}

/// Returns a client that trusts only this box, like a phone.
fn trusting(node: &Node) -> Client {
    trust(node).build().unwrap()
}

fn trust(node: &Node) -> ClientBuilder {
    let pem = node.get("/certificate/imajin-box.crt");
    assert_eq!(pem.headers()["content-type"], "application/x-x509-ca-cert");
    let root = Certificate::from_pem(&pem.bytes().unwrap()).unwrap();
    Client::builder().tls_certs_only([root]).redirect(Policy::none())
}

fn https(node: &Node) -> &str {
    node.https.as_deref().expect("an address behind TLS")
}

fn leaf(data: &Path) -> String {
    std::fs::read_to_string(data.join("node/device-certificate.json")).unwrap()
}

#[test]
fn a_phone_that_trusts_the_box_is_served_and_nobody_else_is_fooled() {
    let (folder, data) = imajin_e2e::data_folder();
    let node = start(&data, &[]);
    let phone = trusting(&node);
    let answer = phone.get(format!("{}/healthz", https(&node))).send().unwrap();
    assert_eq!(answer.status(), 200);
    // Since the certificate may change, a browser never gets HSTS, which would forbid it to accept a warning.
    assert!(!answer.headers().contains_key("strict-transport-security"));
    let stranger = imajin_e2e::http().get(https(&node)).send().unwrap_err();
    assert!(stranger.is_connect(), "{stranger}");

    // The printed fingerprint is that of the downloaded certificate.
    let pem = node.get("/certificate/imajin-box.crt");
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, pem.bytes().unwrap()).unwrap();
    let fingerprint =
        openssl(&["x509", "-noout", "-fingerprint", "-sha256", "-in", file.to_str().unwrap()]);
    assert_eq!(fingerprint.trim().rsplit_once('=').unwrap().1, node.sha256.as_deref().unwrap());
    for name in ["device-ca.json", "device-certificate.json"] {
        let mode = std::fs::metadata(data.join("node").join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }

    // Unchanged after a restart: people need not trust the certificate again.
    let (before, sha256) = (leaf(&data), node.sha256.clone());
    node.stop();
    let node = start(&data, &[]);
    assert_eq!((leaf(&data), &node.sha256), (before, &sha256));
}

#[test]
fn every_name_that_the_box_answers_to_is_in_its_certificate() {
    let (_folder, data) = imajin_e2e::data_folder();
    let node = start(&data, &[("IMAJIN_HOSTS", "home.local")]);
    let address: SocketAddr = https(&node).trim_start_matches("https://").parse().unwrap();
    let ask = |name: &str, path: &str| {
        let phone = trust(&node).resolve(name, address).build().unwrap();
        let url = format!("https://{name}:{}{path}", address.port());
        phone.get(url).send()
    };
    for (name, path) in [
        ("localhost", "/auth/api/health"),
        ("auth.localhost", "/api/health"),
        ("home.local", "/auth/api/health"),
        ("auth.home.local", "/api/health"),
        ("chat.home.local", "/api/health"),
    ] {
        assert_eq!(ask(name, path).unwrap().status(), 200, "{name}");
    }
    for name in ["mail.home.local", "auth.away.local"] {
        let refused = ask(name, "/healthz").unwrap_err();
        assert!(refused.is_connect(), "{name}: {refused}");
    }
    // People see the hosts only.
    let status = imajin(["status", "--json", "--data", data.to_str().unwrap()]).json();
    let shown = status["network"]["own"]["names"].to_string();
    assert_has!(shown, "home.local");
    assert_lacks!(shown, "auth.");
}

fn openssl(arguments: &[&str]) -> String {
    require_tool("openssl", "openssl");
    let output = std::process::Command::new("openssl").args(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_authority_can_speak_for_no_site_of_the_web() {
    let (folder, data) = imajin_e2e::data_folder();
    start(&data, &[]).stop();
    let stored = std::fs::read_to_string(data.join("node/device-ca.json")).unwrap();
    let stored: serde_json::Value = serde_json::from_str(&stored).unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let ca = write("ca.pem", stored["certificate"].as_str().unwrap());
    let ca_key = write("ca.key", stored["key"].as_str().unwrap());
    // A stolen authority key can sign two names; only the local one is accepted.
    for (name, accepted) in [("somebody.local", true), ("bank.example", false)] {
        let (request, key, out) = (write("r", ""), write("k", ""), write("c", ""));
        let extensions = write("e", &format!("subjectAltName=DNS:{name}\n"));
        openssl(&[
            "req",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-subj",
            "/O=x",
            "-keyout",
            &key,
            "-out",
            &request,
        ]);
        openssl(&[
            "x509",
            "-req",
            "-in",
            &request,
            "-CA",
            &ca,
            "-CAkey",
            &ca_key,
            "-days",
            "10",
            "-extfile",
            &extensions,
            "-out",
            &out,
        ]);
        let verified = std::process::Command::new("openssl")
            .args(["verify", "-CAfile", &ca, &out])
            .output()
            .unwrap();
        assert_eq!(verified.status.success(), accepted, "{name}: {verified:?}");
    }
}

#[test]
fn who_comes_from_elsewhere_without_tls_is_sent_to_it() {
    let folder = tempfile::tempdir().unwrap();
    imajin_e2e::http();
    // Behind a trusted proxy, this machine's own requests count as remote.
    let node =
        start(&folder.path().join("data"), &[("IMAJIN_LIMITS_TRUSTED_PROXIES", "127.0.0.1")]);
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let ask = |method: Method, path: &str, headers: &[(&str, &str)]| -> Response {
        let mut request = client.request(method, format!("{}{path}", node.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().unwrap()
    };
    let elsewhere = ("x-forwarded-for", "192.168.1.9");
    let page = ("accept", "text/html,*/*");
    let location = |answer: &Response| answer.headers()["location"].to_str().unwrap().to_owned();

    for method in [Method::GET, Method::POST] {
        let answer = ask(method, "/auth/api/node?x=1", &[elsewhere]);
        assert_eq!(answer.status(), 307);
        assert_eq!(location(&answer), format!("{}/auth/api/node?x=1", https(&node)));
    }
    // A person first sees how to trust the box instead of a warning.
    let answer = ask(Method::GET, "/claim?a=b", &[elsewhere, page]);
    assert_eq!(
        (answer.status().as_u16(), location(&answer)),
        (307, "/certificate?next=/claim%3Fa%3Db".to_owned())
    );
    for path in [
        "/healthz",
        "/certificate",
        "/certificate/imajin-box.crt",
        "/certificate/imajin-box.mobileconfig",
        "/assets/site.css",
        "/auth/api/health",
    ] {
        assert_eq!(ask(Method::GET, path, &[elsewhere]).status(), 200, "{path}");
    }
    // Requests from this machine, and those that a trusted proxy received over TLS.
    assert_eq!(ask(Method::GET, "/", &[page]).status(), 200);
    assert_eq!(
        ask(Method::GET, "/", &[elsewhere, page, ("x-forwarded-proto", "https")]).status(),
        200
    );

    let text = ask(Method::GET, "/certificate?next=//evil.example/", &[elsewhere]).text().unwrap();
    // Optional line breaks for narrow screens.
    let text = text.replace("<wbr>", "");
    assert!(text.contains(node.sha256.as_deref().unwrap()) && text.contains("<svg"), "{text}");
    assert!(!text.contains("evil.example"), "{text}");
    let answer = ask(Method::GET, "/certificate/imajin-box.mobileconfig", &[elsewhere]);
    assert_eq!(answer.headers()["content-type"], "application/x-apple-aspen-config");
    assert!(answer.text().unwrap().contains("com.apple.security.root"));
}

#[test]
fn a_session_behind_tls_never_travels_without_it() {
    use ed25519_dalek::Signer as _;
    use imajin_protocol::presence;
    let folder = tempfile::tempdir().unwrap();
    let node = start(&folder.path().join("data"), &[]);
    let ada = Person::new(&node.url);
    let phone = trusting(&node);
    for (client, url, secure) in
        [(&phone, https(&node), true), (&imajin_e2e::http(), &node.url, false)]
    {
        let post = |path: &str, body: &serde_json::Value| {
            client.post(format!("{url}{path}")).json(body).send().unwrap()
        };
        let challenge: serde_json::Value =
            post("/auth/api/challenge", &json!({ "id": ada.did() })).json().unwrap();
        let text = challenge["challenge"].as_str().unwrap();
        let host = presence::host_of_url(url).unwrap();
        presence::check(text, &ada.client.did().unwrap(), &host).unwrap();
        let signature = ada.key.signing_key().sign(text.as_bytes());
        let answer = post(
            "/auth/api/authenticate",
            &json!({
                "id": ada.did(), "challengeId": challenge["challengeId"],
                "signature": imajin_dfos::hex::encode(&signature.to_bytes()),
            }),
        );
        assert_eq!(answer.status(), 200);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        assert_eq!(cookie.contains("; Secure"), secure, "{cookie}");
        assert_has!(cookie, "; HttpOnly", "; SameSite=Lax");
    }
}

#[test]
fn another_node_knows_it_by_its_key_alone() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(&folder.path().join("data"), &[]);
    let key = |did: &str| {
        VerifyingKey::from_bytes(&Did::parse(did).unwrap().key_bytes().unwrap()).unwrap()
    };
    let ask = |keys: Vec<VerifyingKey>| {
        let client = Client::builder()
            .tls_backend_preconfigured(pinned::tls(keys).unwrap())
            .build()
            .unwrap();
        client.get(format!("{}/healthz", https(&node))).send()
    };
    let stranger = Person::stranger(&node.url);
    assert_eq!(ask(vec![key(&node.did)]).unwrap().status(), 200);
    assert_eq!(ask(vec![key(stranger.did()), key(&node.did)]).unwrap().status(), 200);
    let refused = ask(vec![key(stranger.did())]).unwrap_err();
    assert!(format!("{refused:?}").contains("ApplicationVerificationFailure"), "{refused:?}");
    assert!(ask(Vec::new()).is_err());
}

/// Returns the environment of a node whose clock is set by a file.
fn with_clock(file: &Path) -> Vec<(String, String)> {
    require_tool("faketime", "faketime");
    let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"];
    let mut libraries =
        folders.iter().map(|folder| Path::new(folder).join("faketime/libfaketimeMT.so.1"));
    let library = libraries.find(|path| path.exists()).expect("libfaketime is installed");
    let text = |value: &Path| value.to_str().unwrap().to_owned();
    [
        ("LD_PRELOAD", text(&library)),
        ("FAKETIME_TIMESTAMP_FILE", text(file)),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ("DONT_FAKE_MONOTONIC", "1".to_owned()),
        ("NO_FAKE_STAT", "1".to_owned()),
        (ALWAYS.0, ALWAYS.1.to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

#[test]
fn no_certificate_is_made_before_the_clock_is_plausible_and_one_is_renewed_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let (data, clock) = (folder.path().join("data"), folder.path().join("clock"));
    std::fs::write(&clock, "@2020-01-01 00:00:00").unwrap();
    let mut options = options(&[]);
    options.env = with_clock(&clock);
    let node = Node::start_with(&data, &options);
    // The node still serves plain HTTP.
    assert_eq!(imajin_e2e::get(&format!("{}/healthz", node.url)).0, 200);
    assert!(node.https.is_none() && node.sha256.is_none());
    assert!(!data.join("node/device-ca.json").exists());
    let page = node.get("/certificate");
    assert!(page.text().unwrap().contains("may not know the time yet"));

    // The clock is corrected while the node runs.
    std::fs::write(&clock, "+0").unwrap();
    until("a certificate", || data.join("node/device-certificate.json").exists());
    let first = leaf(&data);
    let authority = std::fs::read(data.join("node/device-ca.json")).unwrap();

    // Four months and a week later the certificate has less than two months left: the same authority issues a new one,
    // without a restart.
    std::fs::write(&clock, "+127d").unwrap();
    until("a new certificate", || leaf(&data) != first);
    assert_eq!(std::fs::read(data.join("node/device-ca.json")).unwrap(), authority);
}

#[test]
fn it_stops_in_time_with_connections_that_say_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(&folder.path().join("data"), &[]);
    let phone = trusting(&node);
    // An idle connection after an answer, and one that never began its handshake.
    phone.get(format!("{}/healthz", https(&node))).send().unwrap().text().unwrap();
    let silent = TcpStream::connect(https(&node).trim_start_matches("https://")).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    node.stop_gracefully();
    assert_eq!((&silent).read(&mut [0; 8]).unwrap_or(0), 0);
}

/// Opens two sockets like a service manager, and executes the given program.
const ACTIVATE: &str = "\
import os, socket, sys
sockets = [socket.create_server(('127.0.0.1', 0)) for _ in range(2)]
copies = [os.dup(s.fileno()) for s in sockets for _ in range(4)]
os.dup2(copies[4], 3); os.dup2(copies[0], 4)
for fd in (3, 4): os.set_inheritable(fd, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='2', LISTEN_FDNAMES='https:http')
os.execv(sys.argv[1], sys.argv[1:])
";

#[test]
fn sockets_of_the_service_manager_are_used() {
    let folder = tempfile::tempdir().unwrap();
    let python = std::env::var("IMAJIN_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let options = NodeOptions::default()
        .wrapper([&*python, "-c", ACTIVATE])
        // An address that cannot be bound: the sockets are already open.
        .flags(["--listen", "192.0.2.1:1"]);
    let node = Node::start_with(&folder.path().join("data"), &options);
    let answer = trusting(&node).get(format!("{}/healthz", https(&node))).send().unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(imajin_e2e::get(&format!("{}/healthz", node.url)).0, 200);
}

#[test]
fn a_record_moves_to_a_box_at_home_that_proves_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let neighbours = NodeOptions::among_neighbours();
    let source = Node::start_with(&folder.path().join("one"), &neighbours);
    let target = start(&folder.path().join("two"), &[]);
    let ada = Person::new(&source.url);
    ada.update_bio("moves along").unwrap();
    // The authority of its certificate is unknown: the node proves that it holds the key of its DID.
    let to = https(&target);
    let wish = ada.sign_transfer(to);
    assert_members!(wish["body"], "node": target.did, "url": to);
    let request = ada.client.request(Method::POST, "/auth/api/transfer").json(&wish);
    assert_eq!(ada.client.json(request).unwrap()["node"], target.did);
    let there = ada.at(&target.url);
    let place = there.client.place(&there.signer).unwrap();
    assert_eq!((place.node.as_str(), place.epoch), (target.did.as_str(), 2));
}
