//! The documentation's example app, in another language, with the real program: it signs a person in and takes a payment.

use imajin_e2e::prelude::*;
use imajin_protocol::fair::Manifest;
use std::io::{BufRead, BufReader};

const EXAMPLE: &str = "../../docs/example-app.py";

#[test]
fn the_example_app_signs_in_and_is_paid() {
    signs_in_and_is_paid(false);
}

#[test]
fn the_example_app_signs_in_and_is_paid_once_the_owner_said_yes() {
    signs_in_and_is_paid(true);
}

fn signs_in_and_is_paid(is_owned: bool) {
    let (folder, node, buyer) = Person::fresh();
    let before = is_owned.then(|| Person::claim(&node, folder.path()));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(EXAMPLE);
    let lines = std::fs::read_to_string(&script).unwrap().lines().count();
    // The page promises a little over 100; eight of them check the payload that the app is asked to sign.
    assert!(lines <= 116, "{lines} lines");
    let python = std::env::var_os("IMAJIN_PYTHON").map_or("python3".into(), PathBuf::from);
    let mut app = Command::new(python)
        .arg(script.canonicalize().unwrap())
        .arg(&node.url)
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python runs");
    let mut output = BufReader::new(app.stdout.take().unwrap()).lines();
    let mut next = |word: &str| {
        let line = output.next().expect("the app says something").unwrap();
        let rest = line.strip_prefix(word);
        rest.unwrap_or_else(|| panic!("{line}")).trim().to_owned()
    };
    if let Some(owner) = &before {
        assert!(next("waiting ").ends_with("/apps/requests"));
        assert_has!(owner.page("/"), "The app Example asks");
        let list = owner.read("/auth/api/app-requests");
        let asks = &list["requests"][0]["app"];
        assert_members!(asks, "name": "Example", "waiting": true, "scope": ["profile.update"]);
        let path = format!("/auth/api/app-requests/{}", asks["did"].as_str().unwrap());
        // Only the owner allows apps.
        let yes = json!({ "allow": true });
        assert_eq!(buyer.ask(Method::POST, &path, Some(&yes)).0, 403);
        assert_eq!(owner.ask(Method::POST, &path, Some(&yes)).0, 204);
    }
    let address = reqwest::Url::parse(&next("open ")).unwrap();
    let params: BTreeMap<String, String> = address.query_pairs().into_owned().collect();
    assert!(address.path() == "/apps/authorize" && address.as_str().starts_with(&node.url));

    // Refused with a wrong state, and before the owner allows the app.
    let back = |state: &str| {
        let query = [("did", buyer.did()), ("state", state)];
        let url = reqwest::Url::parse_with_params(&params["return"], query).unwrap();
        http().get(url).send().expect("an answer")
    };
    assert_eq!(back("guessed").status(), 403);
    assert_eq!(back(&params["state"]).status(), 403);

    // The page's steps: the app's description, the entry, and the way back.
    let (_, about) = imajin_e2e::get(&format!("{}/auth/api/apps/{}", node.url, params["app"]));
    assert_members!(about, "name": "Example", "returns": [params["return"]]);
    let until = buyer.client.node().unwrap().time.checked_add_millis(86_400_000).unwrap();
    let body = json!({ "key": about["key"], "scope": about["scope"], "until": until.to_string() });
    buyer.put("auth", "auth.delegation.create", &body).unwrap();
    let order: Json = back(&params["state"]).json().expect("an order");
    assert_eq!(next("signed in "), buyer.did());

    // Paid from credit, which the owner tops up.
    let owner = before.unwrap_or_else(|| Person::claim(&node, folder.path()));
    buyer.ask_for_credit(1_000).unwrap();
    owner.confirm(&buyer.newest_payment("pay.pending"), 1_000, &[buyer.did()]).unwrap();
    let manifest = Manifest::parse(&order["fairManifest"].to_string()).expect("a manifest");
    let seller = order["seller"].as_str().unwrap();
    let amount = order["amount"].as_i64().unwrap();
    buyer.pay("pay.settle", &manifest, seller, amount, "the example").unwrap();
    assert_eq!(next("paid "), "500 CHF");
    assert!(app.wait().unwrap().success());
    assert_eq!(buyer.credit(), 500);
}

/// The example app is a template for others: it signs no false challenge of another node, or of another program at its
/// address.
#[test]
fn the_example_app_signs_only_a_challenge_of_its_node_at_its_host() {
    // The app without its last line, which begins to talk to the node.
    const ASKED: &str = "import sys\n\
        sys.argv, names = sys.argv[1:], {}\n\
        exec(open(sys.argv[0]).read().removesuffix('main()\\n'), names)\n\
        for text in sys.argv[2:]:\n\
        \x20   try: print('signed', len(names['checked_challenge'](text)))\n\
        \x20   except AssertionError as error: print(error)\n";
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(EXAMPLE);
    let node = imajin_protocol::Did::from_key(&[4; 32]);
    // The app has stored the node since its first use.
    std::fs::write(folder.path().join("example-app.node"), node.as_str()).unwrap();
    let nonce = "0f".repeat(32);
    let of = |node, host| imajin_protocol::presence::challenge(node, host, &nonce);
    let good = of(&node, "box.example:7000");
    let other = imajin_protocol::Did::from_key(&[5; 32]);
    let wrong = [
        nonce.clone(),
        format!("{good}0"),
        good.replacen(":1:", ":2:", 1),
        of(&other, "box.example:7000"),
        of(&node, "box.example"),
        of(&node, "evil.example"),
        "eyJhbGciOiJFZERTQSJ9.eyJ2IjoxfQ".to_owned(),
    ];
    let python = std::env::var_os("IMAJIN_PYTHON").map_or("python3".into(), PathBuf::from);
    let ran = Command::new(python)
        .args(["-c", ASKED])
        .arg(script.canonicalize().unwrap())
        .arg("http://box.example:7000")
        .arg(&good)
        .args(&wrong)
        .current_dir(folder.path())
        .output()
        .expect("Python runs");
    let report = String::from_utf8_lossy(&ran.stdout).into_owned();
    let lines: Vec<&str> = report.lines().collect();
    assert_eq!(lines.len(), 1 + wrong.len(), "{ran:?}");
    assert_eq!(lines[0], format!("signed {}", good.len()));
    for (line, text) in lines[1..].iter().zip(&wrong) {
        assert_eq!(*line, format!("not signed: {text}"));
    }
}
