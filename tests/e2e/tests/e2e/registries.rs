//! A node and the registries that it reports to, all of them real processes. Intervals are short by configuration.

use imajin_e2e::get;
use imajin_e2e::prelude::*;

/// Heartbeats every second, stale after two, unreachable after five.
const QUICK: &str = "[directory]\ndomain = \"nodes.example\"\n[directory.times]\nheartbeat-secs = 1\nstale-after = 2\nunreachable-after = 5\n\
    [directory.limits]\nnode-registrations-an-hour = 100000\nheartbeats-an-hour = 100000\nsweep-every-secs = 1\n";

/// A registry in which a silent node stays stale for the duration of a test.
fn patient() -> String {
    QUICK.replace("unreachable-after = 5", "unreachable-after = 100000")
}

fn registry(folder: &Path) -> Registry {
    registry_of(folder, QUICK)
}

fn registry_of(folder: &Path, config: &str) -> Registry {
    let options = RegistryOptions { config: config.to_owned(), ..RegistryOptions::default() };
    Registry::start(folder, &options)
}

/// Restarts a registry on the same port.
fn again(before: Registry, config: &str) -> Registry {
    let options = RegistryOptions {
        config: config.to_owned(),
        listen: Some(before.listens_at()),
        ..RegistryOptions::default()
    };
    let data = before.data.clone();
    before.kill();
    Registry::start(&data, &options)
}

fn options(urls: &[&str], name: &str) -> NodeOptions {
    let pairs = [
        ("IMAJIN_REGISTRIES_URLS", urls.join(",")),
        ("IMAJIN_REGISTRIES_NAME", name.to_owned()),
        ("IMAJIN_REGISTRIES_SCOPES", "family".to_owned()),
        ("IMAJIN_REGISTRIES_HEARTBEAT_S", "1".to_owned()),
        ("IMAJIN_REGISTRIES_RETRY_S", "1".to_owned()),
    ];
    NodeOptions::default().env(pairs)
}

/// Returns the state of a registry in the node's status.
fn stands(data: &Path, url: &str) -> Json {
    let text = std::fs::read(data.join("node/registrations.json")).unwrap_or_default();
    let all: Json = serde_json::from_slice(&text).unwrap_or_default();
    let mut all = all.as_array().cloned().unwrap_or_default().into_iter();
    all.find(|one| one["url"] == url).unwrap_or_default()
}

#[test]
fn registered_heard_looked_up_stale_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry_of(&folder.path().join("registry"), &patient());
    let data = folder.path().join("data");
    let options = options(&[&registry.url], "adas-box");
    let node = Node::start_with(&data, &options);
    let did = node.did.clone();
    let heard = |known: &Json| known["lastHeartbeat"].is_string();
    let listing = registry.until(&did, "heard", heard);
    assert_eq!(listing["subdomain"], "adas-box.nodes.example", "{listing}");
    assert_eq!(listing["chainVerified"], true, "the node's own chain speaks for its key");
    assert_eq!(listing["scopes"], json!(["family"]));
    assert_eq!(listing["buildHash"], sha256(imajin_e2e::binary()));
    assert_eq!(listing["health"]["status"], "healthy");
    for id in ["adas-box", "adas-box.nodes.example"] {
        assert_eq!(registry.node(id).unwrap()["id"], did.as_str());
    }
    let (status, resolved) = registry.get(&format!("node/resolve/{did}"));
    assert_eq!((status, &resolved["did"]), (200, &json!(did)));
    // The result proves itself: the included chain contains the named key.
    let chain: Vec<String> = serde_json::from_value(resolved["chainLog"].clone()).unwrap();
    let chain = imajin_protocol::identity::verify_chain(
        &imajin_protocol::Did::parse(&did).unwrap(),
        &chain,
    )
    .unwrap();
    let mut keys = chain.state().keys.iter().filter_map(|key| key.public_key().ok());
    assert!(keys.any(|key| key.to_hex() == resolved["publicKey"]));

    let first = listing["lastHeartbeat"].clone();
    registry.until(&did, "heard again", |known| known["lastHeartbeat"] != first);
    let metrics = node.metrics();
    assert_has!(metrics, "imajin_registries 1", "imajin_registries_reached 1");

    node.kill();
    registry.until_status(&did, "stale");
    let node = Node::start_with(&data, &options);
    registry.until_status(&did, "active");
    // A restarted node keeps its registration.
    let now = registry.node(&did).unwrap();
    assert_eq!(now["registeredAt"], listing["registeredAt"]);
    assert_eq!(now["expiresAt"], listing["expiresAt"]);

    // The registry is killed and restarted: its data persists, and reports continue.
    let registry = again(registry, &patient());
    let then = registry.node(&did).unwrap();
    assert_eq!(then["registeredAt"], listing["registeredAt"]);
    registry.until(&did, "heard after the restart", |known| {
        known["lastHeartbeat"] != then["lastHeartbeat"]
    });
    node.stop();
}

#[test]
fn a_dead_registry_is_in_nobodys_way() {
    let folder = tempfile::tempdir().unwrap();
    let living = registry(&folder.path().join("living"));
    // A port without a listener, and one that accepts connections and never answers.
    let dead = "http://127.0.0.1:9";
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_url = format!("http://{}", silent.local_addr().unwrap());
    let data = folder.path().join("data");
    let node = Node::start_with(&data, &options(&[dead, &silent_url, &living.url], "calm"));
    living.until_status(&node.did, "active");
    until("the dead one is noticed", || stands(&data, dead)["failures"].as_u64() > Some(1));
    let person = Person::new(&node.url);
    let (status, _) = get(&format!("{}/auth/api/identity/{}", node.url, person.did()));
    assert_eq!(status, 200, "everything works");
    let env = [("IMAJIN_REGISTRIES_URLS", format!("{dead},{}", living.url))];
    let env: Vec<(&str, &str)> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let arguments = ["status", "--data", data.to_str().unwrap()];
    let status = imajin_with(arguments, &env).ok();
    assert_has!(status, "Everything here works without it", "registered as calm.nodes.example");
    // The doctor does not treat it as a fault either.
    let doctor = imajin_with(["doctor", "--data", data.to_str().unwrap()], &env).ok();
    assert!(doctor.contains("ok   registries"), "{doctor}");
    // Stopping does not wait for a registry that never answers.
    let (_, took) = node.stop();
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn the_owner_chooses_at_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(&folder.path().join("registry"));
    let data = folder.path().join("data");
    let at = data.to_str().unwrap();
    let node = Node::start_with(&data, &options(&[], "chosen"));
    let output = imajin(["register-node", "--data", at]).ok();
    assert!(output.contains("needs none"), "{output}");
    let output = imajin(["register-node", &registry.url, "--data", at]).ok();
    assert_has!(output, "registered as chosen.nodes.example");
    assert_eq!(registry.node("chosen").unwrap()["id"], node.did.as_str());
    let all = imajin(["register-node", "--data", at, "--json"]).json();
    assert_eq!(all["registries"][0]["url"], registry.url.as_str());
    imajin(["register-node", &registry.url, "--leave", "--data", at]).ok();
    // The node checks its registries every two seconds. A late heartbeat already makes it stale, so the test waits until
    // it is unreachable.
    until("the choice is seen", || stands(&data, &registry.url) == Json::Null);
    registry.until_status(&node.did, "unreachable");
    imajin(["register-node", "registry.example", "--data", at]).fails_with(2);
    let refusal = imajin(["register-node", "http://127.0.0.1:9", "--data", at]).fails_with(1);
    assert!(refusal.contains("cannot be reached"), "{refusal}");
    // Another node has the name: the registry refuses, and the node reports why and continues.
    let other =
        Node::start_with(&folder.path().join("other"), &options(&[&registry.url], "chosen"));
    until("the refusal is noted", || {
        let failure = stands(&other.data, &registry.url)["failure"].clone();
        failure.as_str().is_some_and(|why| why.contains("taken"))
    });
}

#[test]
fn a_node_whose_name_was_taken_gets_another_at_its_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry_of(&folder.path().join("registry"), &patient());
    let options = |name| options(&[&registry.url], name);
    let other = Node::start_with(&folder.path().join("other"), &options("taken"));
    registry.until_status(&other.did, "active");
    // A refused node rests for a day.
    let day = [("HEARTBEAT_S", "86400"), ("RETRY_S", "86400")];
    let day = day.map(|(name, seconds)| (format!("IMAJIN_REGISTRIES_{name}"), seconds));
    let data = folder.path().join("data");
    let node = Node::start_with(&data, &options("taken").env(day.clone()));
    until("the refusal", || stands(&data, &registry.url)["failure"].is_string());
    node.stop();
    let node = Node::start_with(&data, &options("free").env(day));
    until("the other name", || {
        registry.node("free").is_some_and(|known| known["id"] == node.did.as_str())
    });
}

#[test]
fn the_owner_chooses_on_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(&folder.path().join("registry"));
    let data = folder.path().join("data");
    let node = Node::start_with(&data, &options(&[], "paged"));
    let owner = Person::claim(&node, folder.path());
    let at = node.url.as_str();
    let guest = Person::stranger(&node.url);
    let guest_key = guest.key_file(folder.path());
    let invite = Session::begin(&owner.client, &owner.key).unwrap();
    let invitation = invite.request(&owner.client, Method::POST, "/auth/api/invites");
    let code = owner.client.json(invitation.json(&json!({}))).unwrap()["code"]
        .as_str()
        .unwrap()
        .to_owned();
    imajin_as(at, &guest_key, ["register", "--invite", &code]).ok();

    let browser = |person: &Person| format!("imajin_session={}", person.session().token());
    let web = reqwest::blocking::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let page = |cookie: &str, path: &str| {
        web.get(format!("{at}{path}"))
            .header("cookie", cookie)
            .header("accept", "text/html")
            .text_answer()
    };
    let post = |cookie: &str, origin: &str, form: String| {
        let request =
            web.post(format!("{at}/registry")).header("cookie", cookie).header("origin", origin);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(form).send().unwrap().status().as_u16()
    };
    let (mine, theirs) = (browser(&owner), browser(&guest));
    assert!(page(&mine, "/").1.contains("listed publicly"));
    assert!(!page(&theirs, "/").1.contains("makes itself known"));
    assert_eq!(page(&theirs, "/registry").0, 403);
    assert_eq!(page("", "/registry").0, 303, "who is not signed in signs in first");
    let join = format!("url={}", registry.url.replace(':', "%3A").replace('/', "%2F"));
    assert_eq!(post(&theirs, at, join.clone()), 403);
    assert_eq!(post(&mine, "https://evil.example", join.clone()), 403);
    assert_eq!(post(&mine, at, "url=no+address".to_owned()), 400);
    assert_eq!(post(&mine, at, join.clone()), 303);
    registry.until_status("paged", "active");
    until("the page says so", || {
        page(&mine, "/registry").1.contains("registered as paged.nodes.example")
    });
    assert!(page(&mine, "/").1.contains("known to a registry"));
    assert_eq!(post(&mine, at, join + "&leave=yes"), 303);
    // Silent permanently, unlike a late heartbeat.
    registry.until_status("paged", "unreachable");
    assert!(!page(&mine, "/registry").1.contains("paged"));
}

#[test]
fn a_node_keeps_a_directory_for_others() {
    let folder = tempfile::tempdir().unwrap();
    let mut keeper = options(&[], "keeper");
    keeper.env.push(("IMAJIN_REGISTRY_DIRECTORY_ENABLED".to_owned(), "true".to_owned()));
    let keeper = Node::start_with(&folder.path().join("keeper"), &keeper);
    let url = format!("{}/registry", keeper.url);
    let node = Node::start_with(&folder.path().join("data"), &options(&[&url], "guest"));
    let lookup = format!("{url}/api/node/lookup/guest");
    until("it is registered", || get(&lookup).1["id"] == node.did.as_str());
    // A node without a directory says so, and has no file for it.
    let (status, answer) = get(&format!("{}/registry/api/node/list", node.url));
    assert_eq!(status, 404, "{answer}");
    assert!(answer["type"].as_str().unwrap().ends_with("no-directory"), "{answer}");
    assert!(!node.data.join("node/registry.sqlite").exists());
    assert!(keeper.data.join("node/registry.sqlite").exists());
}

fn sha256(path: &Path) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, &std::fs::read(path).unwrap());
    imajin_dfos::hex::encode(digest.as_ref())
}
