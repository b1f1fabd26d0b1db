//! Push messages through the real program, to an independent push service over HTTPS (tests/push/server.py), which
//! verifies the node's signature and decrypts the messages like a browser.

use std::io::{BufRead, BufReader};
use std::process::Child;
use std::sync::mpsc;

use imajin_e2e::prelude::*;

/// Upper bound for any step on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The push service. Stopped when dropped.
struct PushService {
    child: Child,
    said: mpsc::Receiver<Json>,
    browsers: Json,
    trust: String,
}

impl PushService {
    fn start(folder: &Path) -> Self {
        let python = std::env::var_os("IMAJIN_PYTHON").map_or("python3".into(), PathBuf::from);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../push/server.py");
        let mut child = Command::new(python)
            .args([script.as_os_str(), folder.as_os_str()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python runs");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let (sender, said) = mpsc::channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // The receiver is gone once the test has ended.
                let _ = sender.send(serde_json::from_str(&line).expect("JSON"));
            }
        });
        let first: Json = said
            .recv_timeout(PATIENCE)
            .expect("a push service (cryptography, trustme: tests/requirements.txt)");
        Self {
            child,
            said,
            browsers: first["browsers"].clone(),
            trust: first["trust"].as_str().expect("a file").to_owned(),
        }
    }

    /// Returns options for a node that trusts the service.
    fn options(&self) -> NodeOptions {
        let mut options = NodeOptions::among_neighbours();
        let trust = ("SSL_CERT_FILE".to_owned(), self.trust.clone());
        options.env.push(trust);
        options
    }

    fn message(&self) -> Json {
        self.said.recv_timeout(PATIENCE).expect("a message")
    }
}

impl Drop for PushService {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A person with a session.
struct Guest {
    person: Person,
    session: Session,
}

impl Guest {
    fn new(node: &Node) -> Self {
        let person = Person::new(&node.url);
        let session = Session::begin(&person.client, &person.key).expect("a session");
        Self { person, session }
    }

    fn ask(&self, method: &str, path: &str, body: &Json) -> (u16, Json) {
        let url = format!("{}{path}", self.person.client.address());
        let method = method.parse().expect("a method");
        let mut request = http().request(method, url).bearer_auth(self.session.token());
        if !body.is_null() {
            request = request.json(body);
        }
        request.json_answer()
    }

    fn allow(&self, browser: &Json) {
        let (status, said) = self.ask("POST", "/notify/api/subscriptions", browser);
        assert_eq!(status, 201, "{said}");
    }

    fn choose(&self, fact: &Json) {
        let choice = json!({ "op": "notify.settings", "fact": fact });
        self.person.enter(&choice).expect("a choice");
    }

    /// Allows a key to act for the person. Returns the message about it.
    fn lets_somebody_act(&self, node: &Node, service: &PushService) -> Json {
        let other = Person::stranger(&node.url);
        let month_ms = 30 * 24 * 3_600_000;
        let until = self.person.client.node().expect("a node").time.checked_add_millis(month_ms);
        let grant = json!({
            "key": other.key.public().to_multikey(),
            "scope": ["profile.update"],
            "until": until.expect("a time").to_string(),
        });
        let granted = self.person.put("auth", "auth.delegation.create", &grant);
        granted.expect("a delegation");
        let message = service.message();
        assert_eq!(message["message"]["kind"], "security");
        message
    }

    /// Lets a new person accept this person's invitation.
    fn is_accepted(&self, node: &Node, n: u32) -> Person {
        let (id, code) = (format!("inv_{n:024x}"), format!("AAAA-BBBB-CC{n:02}"));
        self.person.invite(&id, &code, 1).expect("an invitation");
        let other = Person::new(&node.url);
        other.accept(&self.person, &id, &code).expect("a connection");
        other
    }
}

#[test]
fn a_browser_is_told_what_is_new_and_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let service = PushService::start(folder.path());
    let data = folder.path().join("data");
    let node = Node::start_with(&data, &service.options());
    let ada = Guest::new(&node);
    ada.allow(&service.browsers["take"]);
    let ben = ada.is_accepted(&node, 1);
    let notification = service.message();
    assert_eq!(
        notification["message"],
        json!({ "v": 1, "kind": "connection", "conversation": null, "seq": notification["message"]["seq"], "count": 1 })
    );
    let (_, key) = ada.ask("GET", "/notify/api/key", &Json::Null);
    assert_eq!(notification["sender"], key["key"], "the key that the browser allowed");
    assert_eq!(
        (&notification["ttl"], &notification["urgency"], &notification["content-encoding"]),
        (&json!("86400"), &json!("normal"), &json!("aes128gcm"))
    );
    assert_eq!(
        (notification["padded"].as_u64(), notification["topic"].as_str().map(str::len)),
        (Some(1_024), Some(24))
    );
    for word in [ben.did(), ada.person.did()] {
        assert!(!notification.to_string().contains(word), "{notification}");
    }

    // Security messages are urgent, and also sent about the receiver's own actions.
    let urgent = ada.lets_somebody_act(&node, &service);
    assert_eq!((&urgent["urgency"], &urgent["message"]["count"]), (&json!("high"), &json!(2)));
    assert_ne!(urgent["topic"], notification["topic"]);

    // Unwanted kinds and messages in quiet hours are not sent. Notices are delivered in order, so the last message proves it.
    ada.choose(&json!({ "quiet_from": 0, "quiet_to": 1439, "zone": "UTC" }));
    ada.is_accepted(&node, 2);
    ada.lets_somebody_act(&node, &service);
    ada.choose(&json!({ "mail": "daily" }));
    ada.choose(&json!({ "kind": "connection", "push": 0 }));
    ada.is_accepted(&node, 3);
    ada.lets_somebody_act(&node, &service);
    ada.choose(&json!({ "kind": "connection", "push": 1 }));
    ada.is_accepted(&node, 4);
    let last = service.message();
    assert_members!(last["message"], "kind": "connection", "count": 7);

    // An unsubscribed browser is removed, and leaves nothing in any file.
    ada.allow(&service.browsers["gone"]);
    ada.is_accepted(&node, 5);
    let mut paths: Vec<_> = (0..2).map(|_| service.message()["path"].clone()).collect();
    paths.sort_by_key(Json::to_string);
    assert_eq!(paths, ["/gone", "/take"]);
    until("the browser to be forgotten", || {
        let (_, counts) = ada.ask("GET", "/auth/api/count", &Json::Null);
        let expected = r#""devices for push messages":1"#;
        counts.to_string().contains(expected)
    });
    // A redirect is not followed.
    let end = json!({ "endpoint": service.browsers["take"]["endpoint"] });
    assert_eq!(ada.ask("DELETE", "/notify/api/subscriptions", &end).0, 204);
    ada.allow(&service.browsers["away"]);
    let away = ada.lets_somebody_act(&node, &service);
    assert_eq!(away["path"], "/away");
    node.stop_gracefully();
    assert!(service.said.try_recv().is_err());
    imajin(["rebuild", "--check", "--data", data.to_str().unwrap()]).ok();
}

#[test]
fn what_was_new_when_the_box_was_killed_is_told_once_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let service = PushService::start(folder.path());
    let data = folder.path().join("data");
    let node = Node::start_with(&data, &service.options());
    let ada = Guest::new(&node);
    // The service is busy: the message stays in the queue.
    ada.allow(&service.browsers["busy"]);
    ada.is_accepted(&node, 1);
    let first = service.message();
    assert_eq!(first["status"], 503);
    node.kill();
    // The node retries a minute later by the wall clock.
    let mut later = service.options();
    later.wrapper = ["faketime", "-f", "+5m"].map(str::to_owned).to_vec();
    let node = Node::start_with(&data, &later);
    let again = service.message();
    assert_eq!((&again["status"], &again["message"]), (&json!(201), &first["message"]));
    node.stop_gracefully();
    assert!(service.said.try_recv().is_err(), "once");
}

/// Returns a person's badges: the sum, and that of one app.
fn badges(of: &Guest, app: &str) -> (u64, u64) {
    let (status, said) = of.ask("GET", "/notify/api/badges", &Json::Null);
    assert_eq!(status, 200, "{said}");
    let all = said["badges"].as_array().expect("badges");
    let own = all.iter().find(|badge| badge["service"] == app);
    let count = |json: &Json| json["count"].as_u64().unwrap_or(0);
    (count(&said), own.map_or(0, count))
}

#[test]
fn one_thing_is_one_badge_by_name_until_a_look_at_its_page() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(folder.path());
    let ada = Guest::new(&node);
    let ben = ada.is_accepted(&node, 1);
    let named = ben.put("profile", "profile.handle.claim", &json!({ "handle": "ben" }));
    named.expect("a handle");
    // The accompanying attestation adds no badge.
    assert_eq!(badges(&ada, "connections"), (1, 1));
    let texts = |language: &str| {
        let url = format!("{}/notify/api/feed", ada.person.client.address());
        let request = http().get(url).bearer_auth(ada.session.token());
        let answer = request.header("accept-language", language).send();
        let feed: Json = answer.expect("an answer").json().expect("JSON");
        let notices = feed["notices"].as_array().expect("notices").iter();
        notices.map(|one| one["text"].as_str().expect("a text").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(texts("en"), ["ben accepted your invitation"]);
    assert_eq!(texts("de"), ["ben hat deine Einladung angenommen"]);

    let zoe = Person::new(&node.url);
    let named = zoe.put("profile", "profile.handle.claim", &json!({ "handle": "zoe" }));
    named.expect("a handle");
    let talk = zoe.talk(&json!({ "with": ada.person.did() }));
    zoe.open_talk(&talk, &ada.person).expect("a request");
    assert_eq!(badges(&ada, "chat"), (2, 1));
    assert_eq!(texts("en")[0], "zoe asks to write to you");

    let (status, left) = ada.ask("POST", "/notifications/read?at=/connections", &Json::Null);
    assert_eq!(status, 200, "{left}");
    assert_eq!(left["places"], json!({ "chat": { "count": 1, "says": ", 1 new" } }));
    assert_eq!(left["bell"]["says"], "Notifications", "{left}");
    let now = ada.ask("GET", "/notifications/badges", &Json::Null);
    assert_eq!(now, (200, left));
    assert_eq!(badges(&ada, "connections"), (1, 0));
    assert_eq!(badges(&ada, "chat"), (1, 1));
    let (status, refused) = ada.ask("POST", "/notifications/read?at=/nowhere", &Json::Null);
    assert_eq!((status, &refused["field"]), (400, &json!("at")));
}
