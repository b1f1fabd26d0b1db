//! Certificates from an ACME directory: a real one (Pebble) that looks at the node's own listener.

use imajin_e2e::{Node, NodeOptions, Person, imajin, require_tool};
use imajin_node::client::{Session, genesis};
use reqwest::Certificate;
use reqwest::blocking::Client;
use serde_json::{Value as Json, json};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const NAME: &str = "box.example";

/// A directory and the DNS that it asks.
struct Directory {
    folder: tempfile::TempDir,
    children: Vec<Child>,
    directory: u16,
    management: u16,
    dns_management: u16,
    /// Where it looks for the node.
    tls: u16,
}

impl Directory {
    /// Starts one that refuses so many of a hundred nonces and gives certificates for so many seconds.
    fn start(refused_percent: u32, validity_s: u32) -> Self {
        require_tool("pebble", "pebble");
        require_tool("pebble-challtestsrv", "pebble");
        imajin_e2e::http();
        let folder = tempfile::tempdir().unwrap();
        certify(folder.path());
        let [directory, management, dns, dns_management, tls] = ports();
        let path = |name: &str| folder.path().join(name);
        let config = json!({ "pebble": {
            "listenAddress": format!("127.0.0.1:{directory}"),
            "managementListenAddress": format!("127.0.0.1:{management}"),
            "certificate": path("localhost.pem"), "privateKey": path("localhost.key"),
            "httpPort": 5002, "tlsPort": tls, "ocspResponderURL": "",
            "externalAccountBindingRequired": false, "certificateValidityPeriod": validity_s,
        }});
        std::fs::write(path("config.json"), config.to_string()).unwrap();
        let dns_address = format!("127.0.0.1:{dns}");
        let names = Command::new("pebble-challtestsrv")
            .args([
                "-defaultIPv4",
                "127.0.0.1",
                "-defaultIPv6",
                "",
                "-http01",
                "",
                "-https01",
                "",
                "-tlsalpn01",
                "",
            ])
            .args([
                "-dns01",
                &dns_address,
                "-management",
                &format!("127.0.0.1:{dns_management}"),
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let pebble = Command::new("pebble")
            .arg("-config")
            .arg(path("config.json"))
            .args(["-dnsserver", &dns_address])
            .env("PEBBLE_VA_NOSLEEP", "1")
            .env("PEBBLE_WFE_NONCEREJECT", refused_percent.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let this = Self {
            folder,
            children: vec![names, pebble],
            directory,
            management,
            dns_management,
            tls,
        };
        wait_for("the directory", || {
            let asked = this
                .client()
                .get(format!("https://localhost:{directory}/dir"))
                .send();
            asked.is_ok_and(|answer| answer.status() == 200)
        });
        this
    }

    fn root_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    fn client(&self) -> Client {
        let pem = std::fs::read(self.root_file()).unwrap();
        let root = Certificate::from_pem(&pem).unwrap();
        Client::builder().tls_certs_only([root]).build().unwrap()
    }

    /// The authority that its certificates lead to.
    fn issuer(&self) -> Certificate {
        let url = format!("https://localhost:{}/roots/0", self.management);
        Certificate::from_pem(&self.client().get(url).send().unwrap().bytes().unwrap()).unwrap()
    }

    /// Lets all names lead to an address.
    fn names_lead_to(&self, address: &str) {
        let url = format!("http://127.0.0.1:{}/set-default-ipv4", self.dns_management);
        let answer = imajin_e2e::http()
            .post(url)
            .body(json!({ "ip": address }).to_string())
            .send()
            .unwrap();
        assert_eq!(answer.status(), 200);
    }

    fn options(&self) -> NodeOptions {
        let listen = format!("127.0.0.1:{}", self.tls);
        let directory = format!("https://localhost:{}/dir", self.directory);
        let env = [
            ("IMAJIN_TLS_LISTEN", listen.as_str()),
            ("IMAJIN_TLS_DOMAINS", NAME),
            ("IMAJIN_TLS_DIRECTORY", &directory),
            ("IMAJIN_TLS_ROOT", self.root_file().to_str().unwrap()),
            ("IMAJIN_TLS_CONTACT", "ada@box.example"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        NodeOptions {
            env: env.to_vec(),
            ..NodeOptions::default()
        }
    }

    /// As a browser that knows this directory's authority.
    fn browser(&self) -> Client {
        Client::builder()
            .tls_certs_only([self.issuer()])
            .resolve(NAME, SocketAddr::from(([127, 0, 0, 1], self.tls)))
            .build()
            .unwrap()
    }

    fn url(&self) -> String {
        format!("https://{NAME}:{}/healthz", self.tls)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// An authority of our own, and a certificate for the directory's own address.
fn certify(folder: &Path) {
    require_tool("openssl", "openssl");
    std::fs::write(
        folder.join("names"),
        "subjectAltName=DNS:localhost,IP:127.0.0.1\n",
    )
    .unwrap();
    let new = [
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
    ];
    for arguments in [
        [
            &new[..],
            &[
                "-x509", "-subj", "/CN=test", "-days", "2", "-keyout", "ca.key", "-out", "ca.pem",
            ],
        ]
        .concat(),
        [
            &new[..],
            &[
                "-subj",
                "/CN=localhost",
                "-keyout",
                "localhost.key",
                "-out",
                "request",
            ],
        ]
        .concat(),
        vec![
            "x509",
            "-req",
            "-in",
            "request",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-days",
            "2",
            "-extfile",
            "names",
            "-out",
            "localhost.pem",
        ],
    ] {
        let output = Command::new("openssl")
            .args(arguments)
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// Ports that nobody has at the moment.
fn ports<const N: usize>() -> [u16; N] {
    let listeners = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(120);
    while !is_so() {
        assert!(Instant::now() < until, "{what}: never");
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn public(node: &Node) -> Json {
    imajin(["status", "--json", "--data", node.data.to_str().unwrap()]).json()["network"]["public"]
        .take()
}

fn obtain(refused_percent: u32) {
    let directory = Directory::start(refused_percent, 86_400 * 90);
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let node = Node::start_with(&data, &directory.options());
    wait_for("a certificate", || public(&node)["expires"].is_string());
    let answer = directory.browser().get(directory.url()).send().unwrap();
    assert_eq!(answer.status(), 200);
    assert!(
        answer.headers()["strict-transport-security"]
            .to_str()
            .unwrap()
            .starts_with("max-age=")
    );
    let (expires, stored) = (
        public(&node)["expires"].clone(),
        std::fs::read(data.join("node/acme.json")).unwrap(),
    );
    assert_eq!(public(&node)["problem"], Json::Null);
    node.stop();

    // A restart needs no directory: account and certificate are kept.
    let browser = directory.browser();
    let (options, url) = (directory.options(), directory.url());
    drop(directory);
    let node = Node::start_with(&data, &options);
    assert_eq!(browser.get(url).send().unwrap().status(), 200);
    assert_eq!(public(&node)["expires"], expires);
    assert_eq!(std::fs::read(data.join("node/acme.json")).unwrap(), stored);
    let metrics = imajin_e2e::http()
        .get(format!("{}/metrics", node.url))
        .send()
        .unwrap()
        .text()
        .unwrap();
    assert!(
        metrics.contains("imajin_certificate_public_failing 0"),
        "{metrics}"
    );
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
    // A third of its life before its end: after a minute.
    let directory = Directory::start(0, 90);
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start_with(&folder.path().join("data"), &directory.options());
    wait_for("a certificate", || public(&node)["expires"].is_string());
    let first = public(&node)["expires"].clone();
    wait_for("a new certificate", || public(&node)["expires"] != first);
    assert_eq!(
        directory
            .browser()
            .get(directory.url())
            .send()
            .unwrap()
            .status(),
        200
    );
}

#[test]
fn what_goes_wrong_is_told_and_tried_again() {
    let directory = Directory::start(0, 86_400 * 90);
    directory.names_lead_to("127.0.0.99");
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start_with(&folder.path().join("data"), &directory.options());
    wait_for("a problem", || public(&node)["problem"].is_array());
    let why = public(&node)["problem"][1].as_str().unwrap().to_owned();
    assert!(why.contains(NAME) && why.contains("refused"), "{why}");
    let said = imajin(["doctor", "--data", node.data.to_str().unwrap()]).fails_with(1);
    assert!(
        said.contains("BAD  certificate") && said.contains(NAME),
        "{said}"
    );
    let metrics = imajin_e2e::http()
        .get(format!("{}/metrics", node.url))
        .send()
        .unwrap()
        .text()
        .unwrap();
    assert!(
        metrics.contains("imajin_certificate_public_failing 1"),
        "{metrics}"
    );
    assert!(
        metrics.contains("imajin_certificate_public_failures_total 1"),
        "{metrics}"
    );

    // On the owner's page, and on nobody else's.
    let page = |person: &Person| {
        let session = Session::begin(&person.client, &person.key).unwrap();
        let request = session.request(&person.client, reqwest::Method::GET, "/network");
        person.client.send(request).unwrap().text().unwrap()
    };
    let (owner, guest) = (Person::stranger(&node.url), Person::new(&node.url));
    let about = owner.client.node().unwrap();
    let genesis = genesis(&owner.key, &about.did, &about.url, about.time, true).unwrap();
    let code = [("x-imajin-claim", node.code.as_deref().unwrap())];
    owner.client.send_signed(&genesis.signed, &code).unwrap();
    assert!(page(&owner).contains("The last attempt to get one failed"));
    assert!(!page(&guest).contains("Certificates"));

    directory.names_lead_to("127.0.0.1");
    wait_for("a certificate", || public(&node)["expires"].is_string());
    assert_eq!(public(&node)["problem"], Json::Null);
    assert_eq!(
        directory
            .browser()
            .get(directory.url())
            .send()
            .unwrap()
            .status(),
        200
    );
}
