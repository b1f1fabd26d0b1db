//! The page for the Wi-Fi of a box: who may choose it, the request to the machine, and its effect.

use imajin_e2e::command;
use imajin_e2e::prelude::*;
use std::os::unix::fs::PermissionsExt as _;

/// A machine that manages the Wi-Fi, and its node.
struct Box {
    folder: tempfile::TempDir,
    node: Node,
}

impl Box {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("run");
        for name in ["sticks", "requests", "facts", "wifi"] {
            std::fs::create_dir_all(run.join(name)).unwrap();
        }
        let runtime = folder.path().join("told");
        std::fs::create_dir(&runtime).unwrap();
        let options = NodeOptions::default().env([
            ("IMAJIN_USB_FOLDER", run.display().to_string()),
            ("RUNTIME_DIRECTORY", runtime.display().to_string()),
        ]);
        let node = Node::start_with(&folder.path().join("data"), &options);
        Self { folder, node }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Sends the form without a session.
    fn send(&self, form: &[(&str, &str)]) -> (u16, String) {
        let client = imajin_e2e::http();
        let url = format!("{}/wifi", self.node.url);
        let request = client.post(url).header("origin", &self.node.url);
        request.body(body(form)).text_answer()
    }

    fn get(&self, path: &str) -> (u16, String) {
        let client = imajin_e2e::http();
        let request = client.get(format!("{}{path}", self.node.url));
        request.header("accept", "text/html").text_answer()
    }

    /// Runs root's part, which processes the request.
    fn take(&self, card: &str) -> std::process::Output {
        let (from, to) = (self.path("card"), self.path("box"));
        std::fs::create_dir_all(&from).unwrap();
        std::fs::write(from.join("imajin.toml"), card).unwrap();
        command()
            .arg("box-settings")
            .args(["--from".as_ref(), from.as_os_str()])
            .args(["--to".as_ref(), to.as_os_str()])
            .args(["--wifi".as_ref(), self.path("wifi.json").as_os_str()])
            .args(["--take".as_ref(), self.path("run/wifi/wish").as_os_str()])
            .output()
            .unwrap()
    }
}

/// Encodes a form like a browser.
fn body(form: &[(&str, &str)]) -> String {
    let pairs = form.iter().map(|(name, value)| {
        let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        format!("{name}={value}")
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn is_private(path: &Path) -> bool {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o77 == 0
}

#[test]
fn while_a_box_has_no_owner_its_claim_code_chooses_the_wifi_and_root_takes_it() {
    let boxed = Box::start();
    let code = boxed.node.code.clone().unwrap();
    let claim_file = boxed.path("told/claim");
    imajin_e2e::until("root to be told the code", || claim_file.exists());
    assert_eq!(std::fs::read_to_string(&claim_file).unwrap().trim(), code);
    assert!(is_private(&claim_file));
    let (status, page) = boxed.get("/wifi");
    assert!(status == 200 && page.contains("name=\"code\"") && !page.contains(&code), "{page}");
    assert!(boxed.get("/").1.contains("href=\"/wifi\""));

    let house = [("network", "a \"house\""), ("password", "a long password"), ("country", "ca")];
    let wish = boxed.path("run/wifi/wish");
    for wrong in ["", "0000-0000-0000-0000"] {
        let (status, page) = boxed.send(&[&house[..], &[("code", wrong)]].concat());
        assert_eq!(status, 403);
        assert_has!(page, "not the claim code");
        assert!(!page.contains("a long password") && !wish.exists());
    }
    let short = [("network", "n"), ("password", "short"), ("code", &code)];
    let (status, page) = boxed.send(&short);
    assert!(status == 400 && page.contains("wifi.password"), "{page}");
    assert_eq!(boxed.send(&[("network", ""), ("code", &code)]).0, 400);
    assert_eq!(boxed.send(&[("network", "n"), ("more", "x")]).0, 400);
    assert!(!wish.exists());

    let (status, page) = boxed.send(&[&house[..], &[("code", &code)]].concat());
    assert_eq!(status, 202);
    assert_has!(page, "a &quot;house&quot;");
    assert!(is_private(&wish));
    assert!(boxed.get("/wifi").1.contains("is trying to join"));
    // No one can replace a pending request.
    assert_eq!(boxed.send(&[&house[..], &[("code", &code)]].concat()).0, 409);

    let taken = boxed.take("[lan]\nname = \"ada\"\n");
    assert!(taken.status.success(), "{taken:?}");
    assert!(!wish.exists() && is_private(&boxed.path("wifi.json")));
    let wifi = std::fs::read_to_string(boxed.path("box/wifi.conf")).unwrap();
    assert!(wifi.contains("country=CA") && wifi.contains("psk=\"a long password\""));
    assert!(!boxed.node.log().contains("a long password"));
    // Root reports the result, and the page shows it.
    for (said, shown) in
        [("failed", "could not join"), ("joined", "is in the Wi-Fi"), ("own", "a Wi-Fi of its own")]
    {
        std::fs::write(boxed.path("run/wifi-state"), said).unwrap();
        assert!(boxed.get("/wifi").1.contains(shown), "{said}");
    }
    std::fs::write(boxed.path("run/wifi-state"), "card\n").unwrap();
    let (status, page) = boxed.send(&[&house[..], &[("code", &code)]].concat());
    assert!(status == 409 && page.contains("imajin.toml"), "{page}");
}

#[test]
fn once_a_box_has_an_owner_the_wifi_is_theirs_to_choose_and_root_is_told() {
    let boxed = Box::start();
    let code = boxed.node.code.clone().unwrap();
    let ben = Person::new(&boxed.node.url);
    let ada = Owner::claim(&boxed.node);
    imajin_e2e::until("root to be told of the claim", || !boxed.path("told/claim").exists());
    let screen = boxed.path("told/screen");
    imajin_e2e::until("root to be given the screen", || screen.exists());
    assert!(ada.page("/wifi").contains("Join a Wi-Fi"));
    assert!(!ada.page("/wifi").contains("name=\"code\""));
    assert!(ada.page("/network").contains("href=\"/wifi\""));
    assert!(!boxed.get("/wifi").1.contains("Join a Wi-Fi"), "sign in first");
    let form = [("network", "n"), ("password", ""), ("code", &code)];
    assert_eq!(boxed.send(&form).0, 401, "the code is void");
    let other = imajin_node::client::Session::begin(&ben.client, &ben.key).unwrap();
    let sent = |session: &imajin_node::client::Session, person: &Person| {
        let request = session.request(&person.client, reqwest::Method::POST, "/wifi");
        request.body(body(&form)).send().unwrap().status().as_u16()
    };
    assert_eq!(sent(&other, &ben), 403);
    let wish = boxed.path("run/wifi/wish");
    assert!(!wish.exists());
    let own = imajin_node::client::Session::begin(&ada.person.client, &ada.person.key).unwrap();
    assert_eq!(sent(&own, &ada.person), 202);
    assert!(wish.exists());
    // The settings on the card take precedence.
    let taken = boxed.take("[wifi]\nnetwork = \"card\"\n");
    assert!(taken.status.success(), "{taken:?}");
    let wifi = std::fs::read_to_string(boxed.path("box/wifi.conf")).unwrap();
    assert!(wifi.contains("ssid=63617264") && boxed.path("box/wifi-of-card").exists());
}

#[test]
fn root_takes_no_wish_that_the_page_would_refuse() {
    let boxed = Box::start();
    let wish = boxed.path("run/wifi/wish");
    let text = r#"{"network":"n","password":"x\"\n}network={","country":""}"#;
    std::fs::write(&wish, text).unwrap();
    let taken = boxed.take("");
    assert_eq!(taken.status.code(), Some(2), "{taken:?}");
    assert!(!wish.exists() && !boxed.path("wifi.json").exists() && !boxed.path("box").exists());
}

#[test]
fn a_node_without_the_image_has_no_such_page() {
    let (_folder, node) = Node::fresh();
    let answer = node.get("/wifi");
    assert_eq!(answer.status().as_u16(), 404);
    let first = node.get("").text().unwrap();
    assert!(!first.contains("/wifi"));
}

#[test]
fn guessing_the_claim_code_on_the_page_is_slowed_down() {
    let network = imajin_e2e::hosts::Network::new(2);
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    std::fs::create_dir_all(run.join("wifi")).unwrap();
    let options = NodeOptions::default()
        .wrapper(network.on(1))
        .env([("IMAJIN_USB_FOLDER", run.display().to_string())])
        .flags(["--listen", "0.0.0.0:7000"]);
    let _node = Node::start_with(&folder.path().join("data"), &options);
    let url = format!("http://{}:7000/wifi", imajin_e2e::hosts::address(1));
    let words = ["-d", "network=n&code=0000-0000-0000-0000", &url];
    let answers: Vec<u16> =
        (0..60).map(|_| imajin_e2e::hosts::curl(&network.on(2), &words).0).collect();
    // Over plain HTTP from another machine the code is not checked, but the attempt counts.
    assert!(answers.iter().all(|status| matches!(status, 403 | 429)), "{answers:?}");
    assert!(answers.contains(&429), "{answers:?}");
    assert!(!run.join("wifi/wish").exists());
}
