//! A node with identities, payments and events, people on it, and their signed requests.

use std::sync::Arc;

use imajin_app::Service;
use imajin_edge::testing::{Ask, Reply, TestNode, Write, draft, open_config, populated};
use imajin_host::Config;
use imajin_protocol::Did;
use imajin_protocol::fair::Manifest;
use serde_json::{Value as Json, json};

imajin_edge::people!();

pub(crate) fn services() -> Vec<Arc<dyn Service>> {
    vec![
        Arc::new(imajin_auth::Auth::new()),
        Arc::new(imajin_pay::Pay::new()),
        Arc::new(imajin_connections::Connections),
        Arc::new(imajin_events::Events),
    ]
}

/// A node, its owner (seed 1) and an organiser (seed 2).
pub(crate) struct World {
    pub(crate) node: TestNode,
    pub(crate) owner: Somebody,
    pub(crate) organiser: Somebody,
}

pub(crate) async fn world() -> World {
    world_with(services()).await
}

/// Starts a node with these services, its owner and an organiser.
pub(crate) async fn world_with(services: Vec<Arc<dyn Service>>) -> World {
    let (node, [owner]) = populated(start(services, open_config()), [1], owner).await;
    let organiser = somebody(&node, 2).await;
    World { node, owner, organiser }
}

impl World {
    /// Restarts the node with these settings, and signs owner and organiser in again.
    pub(crate) async fn restarted(self, config: Config) -> Self {
        let node = self.node.restarted(services(), config).await.unwrap();
        Self {
            owner: self.owner.again(&node).await,
            organiser: self.organiser.again(&node).await,
            node,
        }
    }
}

/// Comes in with a link by email. Returns the session.
pub(crate) async fn by_mail(world: &World, email: &str) -> String {
    let node = &world.node;
    assert!(node.send(Ask::post("/auth/api/onboard", &json!({"email": email}))).await.status < 300);
    let letters = world.owner.get(node, "/auth/api/mail").await.json()["letters"].clone();
    let text = letters[0]["text"].as_str().unwrap();
    let (_, token) = text.split_once("#token=").unwrap();
    let token = token.split_whitespace().next().unwrap();
    let ask = Ask::post("/auth/api/onboard/verify", &json!({"token": token}));
    let session = node.send(ask).await.json();
    session["token"].as_str().unwrap().to_owned()
}

impl Somebody {
    /// Does [`Self::signed`] with another method.
    pub(crate) async fn sends(
        &self,
        node: &TestNode,
        method: &'static str,
        path: &str,
        body: &Json,
    ) -> Reply {
        self.person.ask_signed(node, &self.token, (method, path), body).await
    }

    /// Does [`Self::signed`], and fails unless the request succeeds. Returns the response.
    pub(crate) async fn does(&self, node: &TestNode, path: &str, body: &Json) -> Json {
        let reply = self.signed(node, path, body).await;
        assert!((200..300).contains(&reply.status), "{path}: {}", reply.text());
        reply.json()
    }

    /// Signs a command and sends it.
    pub(crate) async fn commands(&self, node: &TestNode, write: &Write) -> Reply {
        self.person.write(node, write).await
    }

    /// Returns the person's pending income in CHF, each with its release time.
    pub(crate) async fn coming(&self, node: &TestNode) -> Vec<(i64, String)> {
        let path = format!("/pay/api/balance/{}", self.did());
        let all = self.get(node, &path).await.check(200).json()["coming"].clone();
        let all = all.as_array().unwrap().iter();
        let amount_at = |one: &Json| {
            let when = one["freeAt"].as_str().unwrap_or_default().to_owned();
            (one["amount"].as_i64().unwrap(), when)
        };
        all.map(amount_at).collect()
    }

    /// Tops up credit; the owner confirms the transfer.
    pub(crate) async fn top_up(&self, world: &World, amount: i64) {
        let body = json!({"amount": amount, "currency": "CHF"});
        let hold = self.does(&world.node, "/pay/api/topup/emt", &body).await;
        let id = json!({"id": hold["id"]});
        let confirmed = world.owner.does(&world.node, "/pay/api/confirm-payment", &id).await;
        assert_eq!(confirmed["status"], "confirmed");
    }

    /// Deletes the person's record.
    pub(crate) async fn leaves(&self, node: &TestNode) {
        let plan = self.get(node, "/auth/api/delete").await.json();
        let counts = imajin_dfos::cbor::from_dag_json(&plan["body"]).unwrap();
        let write = Write::new(self.did(), "auth.delete").body(counts);
        let (proof, body) = self.person.sign(node, &write).await.unwrap();
        let body = imajin_dfos::cbor::to_dag_json(&body.unwrap()).unwrap();
        let ask = Ask::post("/auth/api/delete", &body).header("mjn-proof", proof.to_compact());
        node.send(ask).await.check(201);
    }

    /// Orders tickets. Returns the response.
    pub(crate) async fn buys(
        &self,
        node: &TestNode,
        event: &str,
        kind: i64,
        quantity: i64,
    ) -> Reply {
        let order = json!({"type": kind, "quantity": quantity});
        self.signed(node, &format!("/events/api/events/{event}/buy"), &order).await
    }
}

/// Builds a manifest with these shares in millionths, signed by this person.
pub(crate) fn manifest(by: &Somebody, id: &str, shares: &[(&Did, u32)]) -> Manifest {
    let draft = draft("event", id, shares);
    draft.build().unwrap().sign(&by.person.key).unwrap()
}

/// Builds the launch party: unlimited virtual tickets and `seats` physical ones.
pub(crate) fn party(event: &Json, manifest: &Manifest, seats: i64) -> Json {
    json!({
        "event": event["event"],
        "title": "Launch party",
        "description": "Music; cake, and a box that is yours.",
        "startsAt": "2026-12-01T19:00:00.000Z",
        "endsAt": "2026-12-01T23:00:00.000Z",
        "timezone": "Europe/Zurich",
        "locationType": "hybrid",
        "virtualUrl": "https://stream.example/party",
        "venue": "The Box",
        "city": "Zürich",
        "tags": ["music", "launch"],
        "tickets": [
            {"name": "Stream", "price": 100, "currency": "CHF"},
            {"name": "Floor", "price": 1000, "currency": "CHF", "quantity": seats, "maxPerOrder": 4, "perks": ["cake"]},
        ],
        "fairManifest": manifest.document(),
    })
}

/// Publishes a party of the organiser, shared 70/30 with another person. Returns its short id and its DID.
pub(crate) async fn published(world: &World, other: &Did, seats: i64) -> (String, Did) {
    published_as(world, other, |made, manifest| party(made, manifest, seats)).await
}

/// Publishes an event that `describe` builds from the response for its key and its manifest.
pub(crate) async fn published_as(
    world: &World,
    other: &Did,
    describe: impl FnOnce(&Json, &Manifest) -> Json,
) -> (String, Did) {
    let node = &world.node;
    let made = world.organiser.does(node, "/events/api/events/key", &json!({})).await;
    let shares = [(world.organiser.did(), 700_000), (other, 300_000)];
    let manifest = manifest(&world.organiser, made["id"].as_str().unwrap(), &shares);
    let event = describe(&made, &manifest);
    let reply = world.organiser.signed(node, "/events/api/events", &event).await.check(201);
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/events/api/events/{id}/status");
    let body = json!({"status": "published"});
    assert_eq!(world.organiser.does(node, &path, &body).await["status"], "published");
    (id, Did::parse(made["event"].as_str().unwrap()).unwrap())
}

/// Returns the ticket type with this number, as everyone sees it.
pub(crate) async fn kind(node: &TestNode, event: &str, n: i64) -> Json {
    let all = node.get(format!("/events/api/events/{event}")).await.json()["tickets"].clone();
    all.as_array().unwrap().iter().find(|one| one["id"] == n).unwrap().clone()
}

/// Stops the node, verifies every log, and checks that rebuilt projections are equal.
pub(crate) async fn close(node: TestNode) {
    node.check_records(services()).await;
}
