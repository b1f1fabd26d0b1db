//! A person with an address, and an app that sends them notices.

use std::sync::Arc;
use std::time::Duration;

use imajin_app::notices::{About, Notice, Tells};
use imajin_app::operation::{Context, Decide, Decision, Declaration, Int, Operation};
use imajin_app::routing::OpenApiRouter;
use imajin_app::{HoldsNothing, Manifest, Ports, Service};
use imajin_edge::testing::{Ask, TestNode, open_config};
use imajin_host::Config;
use imajin_host::mail::{MailConfig, MailSecurity};
use imajin_identity::begin_node_identity;
use imajin_log::Applied;
use serde_json::json;

use super::*;
use crate::Notify;
use crate::operations::Choose;

static POKES: Manifest = Manifest::new("poke", Ports::new(1, 2));

/// Tells its author of itself.
#[derive(Debug, Operation)]
#[operation(name = "poke.make", authority = Any)]
struct Poke {
    /// Any number.
    #[fact]
    n: Int<0, 9>,
}

impl Decide for Poke {
    fn decide(&self, _: &mut Context<'_, Self>) -> Decision<Self::Refusal> {
        Ok(())
    }
}

struct Pokes;

impl HoldsNothing for Pokes {}

impl Service for Pokes {
    fn manifest(&self) -> &'static Manifest {
        &POKES
    }

    fn operations(&self) -> &'static [Declaration] {
        &[Poke::DECLARATION]
    }

    fn tells(&self) -> &'static [Tells] {
        const TELLS: &[Tells] = &[Tells::new(Poke::NAME, "told", &[])];
        TELLS
    }

    fn notices(&self, entry: &Applied<'_>) -> Vec<Notice> {
        vec![Notice::for_owner(entry, About::Security)]
    }

    fn routes(&self, _: Node) -> OpenApiRouter {
        OpenApiRouter::new()
    }
}

struct World {
    node: TestNode,
    token: String,
    person: Did,
    writing: Writing,
}

impl World {
    /// A node that sends letters, though the server never answers, and a guest who came in by one.
    async fn new() -> Self {
        let mail = MailConfig {
            server: "127.0.0.1".to_owned(),
            port: 1,
            security: MailSecurity::None,
            from: "box@example.org".to_owned(),
            ..MailConfig::default()
        };
        let config = Config { url: Some("https://box.example".to_owned()), mail, ..open_config() };
        let services: Vec<Arc<dyn Service>> =
            vec![Arc::new(imajin_auth::Auth::new()), Arc::new(Notify::new()), Arc::new(Pokes)];
        let node = TestNode::start(services, config, 215).await.unwrap();
        begin_node_identity(&node.node).await.unwrap();
        let ask = Ask::post("/auth/api/onboard", &json!({ "email": "bob@example.com" }));
        node.send(ask).await.check(202);
        let letter = node.node.mail().waiting().unwrap().remove(0);
        let (_, rest) = letter.text.split_once("#token=").unwrap();
        let link = rest.split(['&', '\n']).next().unwrap();
        let ask = Ask::post("/auth/api/onboard/verify", &json!({ "token": link }));
        let session = node.send(ask).await.json();
        let token = session["token"].as_str().unwrap().to_owned();
        let person = Did::parse(session["identity"]["did"].as_str().unwrap()).unwrap();
        node.clock.pass(Duration::from_secs(60));
        Self { node, token, person, writing: Writing::default() }
    }

    async fn enter<O: Operation>(&self, operation: &O) {
        let session = self.node.node.session(&self.token).unwrap().unwrap();
        let request =
            imajin_app::CommandRequest::from_operation(self.person.clone(), operation).unwrap();
        let entered = self.node.node.submit_custodial(&session, request).await;
        assert!(entered.is_ok(), "{:?}", entered.err().map(|problem| problem.to_string()));
    }

    async fn poke(&self) {
        self.enter(&Poke { n: Int(1) }).await;
    }

    /// The letters about what is new, the newest first, once it was time for some. A letter that was dropped has no words.
    async fn letters(&mut self) -> Vec<String> {
        self.writing.round(&self.node.node).await.unwrap();
        self.column("text")
    }

    /// This column of the letters about what is new, the newest first.
    fn column(&self, name: &str) -> Vec<String> {
        let sql = format!("SELECT {name} FROM mail WHERE once LIKE 'notify %' ORDER BY id DESC");
        let read = |db: &Connection| {
            let mut statement = db.prepare(&sql)?;
            statement.query_map([], |row| row.get(0))?.collect()
        };
        self.node.node.secrets().read(read).unwrap()
    }

    fn pass(&self, hours: u64) {
        self.node.clock.pass(Duration::from_secs(hours * 3_600));
    }
}

fn choose(mail: Mail) -> Choose {
    let (kind, page, push, zone) = (None, None, None, None);
    Choose { kind, page, push, mail: Some(mail), quiet_from: None, quiet_to: None, zone }
}

#[tokio::test]
async fn a_letter_a_day_says_what_was_not_seen_and_never_says_it_again() {
    // A minute past ten in the morning.
    let mut world = World::new().await;
    world.poke().await;
    world.poke().await;
    assert!(world.letters().await.is_empty(), "the day is not over");
    world.pass(22);
    let letters = world.letters().await;
    assert_eq!(letters.len(), 1);
    for text in
        ["Security: poke.make", "Sicherheit: poke.make", "https://box.example/notifications"]
    {
        assert!(letters[0].contains(text), "{}", letters[0]);
    }
    assert_eq!(letters[0].matches("Security: ").count(), 2);
    // Neither again by this run, nor by one that remembers nothing.
    assert_eq!(world.letters().await.len(), 1);
    world.writing = Writing::default();
    assert_eq!(world.letters().await.len(), 1);
    // Notices that were seen need no letter.
    world.poke().await;
    let session = world.node.node.session(&world.token).unwrap().unwrap();
    let now = world.node.node.now();
    crate::marks::see(&world.node.node, &session, now).await.unwrap();
    world.pass(24);
    assert_eq!(world.letters().await.len(), 1);
}

#[tokio::test]
async fn letters_come_as_often_as_was_chosen_and_a_link_ends_them() {
    let mut world = World::new().await;
    world.enter(&choose(Mail::Hourly)).await;
    world.poke().await;
    world.pass(1);
    let letters = world.letters().await;
    assert_eq!(letters.len(), 1);
    world.enter(&choose(Mail::Off)).await;
    world.poke().await;
    world.pass(1);
    assert_eq!(world.letters().await.len(), 1);
    world.enter(&choose(Mail::Hourly)).await;

    // The link in the letter asks; the button, or a mail program, ends them.
    let (_, link) = letters[0].split_once("https://box.example/notify/stop").unwrap();
    let path = format!("/notify/stop{}", link.split_whitespace().next().unwrap());
    let forged = format!("{path}00");
    let get = |path: &str| Ask::get(path);
    assert_eq!(world.node.send(get(&path)).await.status, 200);
    assert_eq!(world.node.send(get(&forged)).await.status, 404);
    world.poke().await;
    assert!(!is_stopped(&world.node.node, &world.person).unwrap());
    let one_click = |path: &str| {
        let ask = Ask::new("POST", path).body("List-Unsubscribe=One-Click");
        ask.header("content-type", "application/x-www-form-urlencoded")
    };
    assert_eq!(world.node.send(one_click(&forged)).await.status, 404);
    assert_eq!(world.node.send(one_click(&path)).await.status, 200);
    world.pass(1);
    assert_eq!(world.letters().await.len(), 1, "they are ended");
    // A choice begins them again.
    world.enter(&choose(Mail::Hourly)).await;
    world.poke().await;
    world.pass(1);
    assert_eq!(world.letters().await.len(), 2);
}

#[tokio::test]
async fn a_letter_that_waits_is_dropped_once_there_is_nothing_in_it_for_its_reader() {
    let mut world = World::new().await;
    world.poke().await;
    world.pass(22);
    assert_eq!(world.letters().await.len(), 1);
    let once = world.column("once").remove(0);
    let state = |world: &World, to: &str| letter_state(&world.node.node, &once, to).unwrap();
    let to = "bob@example.com";
    assert_eq!(state(&world, to), LetterState::Due);
    assert_eq!(state(&world, "eve@example.com"), LetterState::Void);
    let tickets = letter_state(&world.node.node, "tickets abc", to).unwrap();
    assert_eq!(tickets, LetterState::Unknown);
    world.enter(&choose(Mail::Off)).await;
    assert_eq!(state(&world, to), LetterState::Void);
    world.enter(&choose(Mail::Hourly)).await;
    assert_eq!(state(&world, to), LetterState::Due);
    crate::stopped::stop(&world.node.node, world.person.clone()).await.unwrap();
    assert_eq!(state(&world, to), LetterState::Void);

    // A try that ends after the time has passed would put off the next one.
    imajin_edge::testing::until("the first try", async || {
        world.column("text") == [""] || world.column("CAST(tries AS TEXT)") != ["0"]
    })
    .await;
    // The next try drops it, and nothing writes it again.
    world.pass(2);
    let another = Letter {
        to: "eve@example.com".to_owned(),
        subject: "Hello".to_owned(),
        text: "Hello".to_owned(),
        attachments: Vec::new(),
        unsubscribe: None,
        once: None,
        expires: Timestamp::MAX,
    };
    world.node.node.mail().queue(another).await.unwrap();
    imajin_edge::testing::until("the letter to be dropped", async || world.column("text") == [""])
        .await;
    world.writing = Writing::default();
    assert_eq!(world.letters().await, [""]);
}
