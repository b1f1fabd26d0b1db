//! A sealed node that was started without its passphrase or key: its page, its limits, and its start after it is
//! unlocked.

use imajin_e2e::prelude::*;
use reqwest::blocking::Response;
use reqwest::redirect::Policy;
use std::os::unix::net::UnixDatagram;

const RIGHT: &str = "correct horse";

fn sealed(folder: &Path) -> std::path::PathBuf {
    let data = folder.join("data");
    let path = data.to_str().unwrap();
    imajin_with(["init", "--seal", "--data", path], &[("IMAJIN_PASSPHRASE", RIGHT)]).ok();
    data
}

fn options(env: &[(&str, &str)]) -> NodeOptions {
    let proxies = ("IMAJIN_LIMITS_TRUSTED_PROXIES", "127.0.0.1");
    NodeOptions::default()
        .flags(["--tls-listen", "127.0.0.1:0"])
        .env(env.iter().chain([&proxies]).copied())
}

fn start(data: &Path) -> Node {
    let node = Node::start_with(data, &options(&[]));
    assert!(node.is_locked);
    node
}

/// Returns a client like a browser, without checking the certificate.
fn browser() -> Client {
    // Installs the default cryptography provider.
    drop(imajin_e2e::http());
    Client::builder()
        .tls_danger_accept_invalid_certs(true)
        .redirect(Policy::none())
        .build()
        .unwrap()
}

fn page(url: &str) -> Response {
    browser().get(url).header("accept", "text/html").send().unwrap()
}

fn problem(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let json: serde_json::Value = answer.json().unwrap();
    (status, json["type"].as_str().unwrap_or_default().to_owned())
}

/// Sends a passphrase with the form, from behind a proxy that uses this scheme.
fn unlock(node: &Node, passphrase: &str, from: &str, scheme: &str) -> Response {
    let host = node.url.strip_prefix("http://").unwrap();
    browser()
        .post(format!("{}/unlock", node.url))
        .header("origin", format!("{scheme}://{host}"))
        .header("x-forwarded-for", from)
        .header("x-forwarded-proto", scheme)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("next=%2Fsignin&passphrase={}", passphrase.replace(' ', "+")))
        .send()
        .unwrap()
}

#[test]
fn a_locked_box_asks_for_its_passphrase_and_starts_fully_in_the_same_process() {
    let folder = tempfile::tempdir().unwrap();
    let data = sealed(folder.path());
    let mut node = start(&data);
    let pid = node.pid();
    for url in [
        format!("{}/", node.url),
        format!("{}/pay?x=1", node.url),
        format!("{}/", node.https.as_deref().unwrap()),
    ] {
        let answer = page(&url);
        assert_eq!(answer.status(), 503, "{url}");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self'"));
        let text = answer.text().unwrap();
        assert_has!(text, "This box is locked", "<form");
        assert!(!text.contains("<script"), "{text}");
    }
    assert_eq!(page(&format!("{}/assets/site.css", node.url)).status(), 200);
    let api = browser().get(format!("{}/auth/api/node", node.url)).send().unwrap();
    assert_eq!(problem(api), (503, "urn:imajin:problem:sealed".to_owned()));
    let health = browser().get(format!("{}/healthz", node.url)).send().unwrap();
    assert_eq!(health.status(), 503);
    assert_eq!(health.json::<serde_json::Value>().unwrap()["failing"], "sealed");
    let status = imajin(["status", "--data", data.to_str().unwrap()]).ok();
    assert!(status.contains("locked"), "{status}");
    let doctor = imajin(["doctor", "--data", data.to_str().unwrap()]).fails_with(1);
    assert!(doctor.contains("BAD  sealed"), "{doctor}");
    let misled = browser().get(&node.url).header("host", "evil.example").send().unwrap();
    assert_eq!(misled.status(), 421);

    let wrong = unlock(&node, "correct house", "192.0.2.1", "https");
    assert_eq!(wrong.status(), 403);
    assert!(wrong.text().unwrap().contains("That is not the passphrase"));
    let foreign = browser()
        .post(format!("{}/unlock", node.url))
        .header("origin", "http://evil.example")
        .body(format!("passphrase={RIGHT}"))
        .send()
        .unwrap();
    assert_eq!(foreign.status(), 403);

    let right = unlock(&node, RIGHT, "192.0.2.1", "https");
    assert_eq!(right.status(), 303);
    assert_eq!(right.headers()["location"], "/signin");
    node.wait_until_open();
    assert_eq!(node.pid(), pid);
    assert_eq!(page(&format!("{}/signin", node.url)).status(), 200);
    let ada = Person::new(&node.url);
    ada.update_bio("in a box that was locked").unwrap();
    assert!(!data.join("node/unlock.json").exists());
    node.stop();
}

/// Before the owner's phone trusts the box, plain HTTP is the only way to the certificate.
#[test]
fn a_locked_box_shows_how_a_device_comes_to_trust_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = sealed(folder.path());
    let node = start(&data);
    let get = |path: &str| {
        browser()
            .get(format!("{}{path}", node.url))
            .header("accept", "text/html")
            .header("x-forwarded-for", "192.0.2.1")
            .send()
            .unwrap()
    };
    let until = Instant::now() + Duration::from_secs(30);
    while get("/certificate/imajin-box.crt").status() != 200 {
        assert!(Instant::now() < until, "{}", node.log());
        std::thread::sleep(Duration::from_millis(200));
    }
    let guide = get("/certificate?next=/");
    assert_eq!(guide.status(), 200);
    let guide = guide.text().unwrap();
    assert!(guide.contains("Let this device trust your box"), "{guide}");
    let certificate = get("/certificate/imajin-box.crt").bytes().unwrap();
    let device = Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(&certificate).unwrap()])
        .redirect(Policy::none())
        .build()
        .unwrap();
    let port = node.https.as_deref().unwrap().rsplit_once(':').unwrap().1;
    let trusted = device
        .get(format!("https://localhost:{}/", port.trim_end_matches('/')))
        .header("accept", "text/html")
        .send()
        .unwrap();
    assert_eq!(trusted.status(), 503);
    let page = trusted.text().unwrap();
    assert_has!(page, "This box is locked", "href=\"/certificate\"");
    assert_eq!(get("/certificate/imajin-box.mobileconfig").status(), 200);
}

#[test]
fn a_passphrase_is_not_taken_over_plain_http_from_another_machine() {
    let folder = tempfile::tempdir().unwrap();
    let data = sealed(folder.path());
    let node = start(&data);
    let answer = unlock(&node, RIGHT, "192.0.2.1", "http");
    assert_eq!(problem(answer), (403, "urn:imajin:problem:plain-http".to_owned()));
    // Page requests without TLS are redirected to HTTPS.
    let answer = browser()
        .get(format!("{}/pay", node.url))
        .header("accept", "text/html")
        .header("x-forwarded-for", "192.0.2.1")
        .send()
        .unwrap();
    assert_eq!(answer.status(), 307);
    let location = answer.headers()["location"].to_str().unwrap();
    assert!(location.starts_with("https://") && location.ends_with("/pay"), "{location}");
    assert!(!node.log().contains("a wrong passphrase"));
}

#[test]
fn wrong_passphrases_at_a_locked_box_are_limited_and_a_restart_does_not_help() {
    let folder = tempfile::tempdir().unwrap();
    let data = sealed(folder.path());
    let node = start(&data);
    for _ in 0..3 {
        assert_eq!(unlock(&node, "guess", "192.0.2.1", "https").status(), 403);
    }
    // The correct passphrase is not even checked.
    let late = unlock(&node, RIGHT, "192.0.2.1", "https");
    assert_eq!(late.status(), 429);
    assert!(late.headers().contains_key("retry-after"));
    assert!(late.text().unwrap().contains("too many wrong tries"));
    assert_eq!(unlock(&node, "guess", "2001:db8::1", "https").status(), 403);
    let until = Instant::now() + Duration::from_secs(20);
    while unlock(&node, "guess", "192.0.2.1", "https").status() != 403 {
        assert!(Instant::now() < until);
        std::thread::sleep(Duration::from_millis(300));
    }
    node.kill();
    let mut node = start(&data);
    assert_eq!(unlock(&node, RIGHT, "192.0.2.1", "https").status(), 429);
    assert_eq!(unlock(&node, RIGHT, "192.0.2.9", "https").status(), 303);
    node.wait_until_open();
}

#[test]
fn the_service_manager_hears_that_a_locked_box_is_ready_and_well() {
    let folder = tempfile::tempdir().unwrap();
    let data = sealed(folder.path());
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    let (sender, messages) = std::sync::mpsc::channel();
    // Reads everything at once, like a service manager.
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length) = socket.recv(&mut buffer) {
            let _ = sender.send(String::from_utf8_lossy(&buffer[..length]).into_owned());
        }
    });
    let heard = |word: &str| loop {
        let message = messages.recv_timeout(Duration::from_secs(20));
        let message = message.unwrap_or_else(|_| panic!("no {word}"));
        if message.lines().any(|line| line == word) {
            return message;
        }
    };
    let options =
        options(&[("NOTIFY_SOCKET", path.to_str().unwrap()), ("WATCHDOG_USEC", "200000")]);
    let node = Node::start_with(&data, &options);
    assert!(heard("READY=1").contains("locked"));
    for _ in 0..3 {
        heard("WATCHDOG=1");
    }
    node.stop_gracefully();
    heard("STOPPING=1");

    let mut node = Node::start_with(&data, &options);
    heard("READY=1");
    assert_eq!(unlock(&node, RIGHT, "192.0.2.1", "https").status(), 303);
    node.wait_until_open();
    assert!(heard("READY=1").contains("answering"));
    heard("WATCHDOG=1");
    node.stop();
    heard("STOPPING=1");
}

#[test]
fn a_waiting_box_opens_when_the_stick_with_its_key_file_comes() {
    let folder = tempfile::tempdir().unwrap();
    let (data, stick) = (folder.path().join("data"), folder.path().join("box.key"));
    let (path, key) = (data.to_str().unwrap(), stick.to_str().unwrap());
    std::fs::write(&stick, [7; 32]).unwrap();
    imajin(["init", "--seal", "--seal-key-file", key, "--data", path]).ok();
    std::fs::remove_file(&stick).unwrap();
    let mut node = Node::start_with(&data, &options(&[("IMAJIN_SEAL_KEY_FILE", key)]));
    assert!(node.is_locked);
    let text = page(&node.url).text().unwrap();
    assert!(text.contains("plug in the stick"), "{text}");
    std::fs::write(&stick, [7; 32]).unwrap();
    node.wait_until_open();
    assert_eq!(page(&format!("{}/signin", node.url)).status(), 200);
}
