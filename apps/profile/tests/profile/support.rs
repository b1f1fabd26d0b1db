//! A node with identities and profiles, and people on it.

use std::sync::Arc;

use imajin_app::Service;
use imajin_dfos::Value;
use imajin_dfos::cbor::from_dag_json;
use imajin_edge::testing::{Ask, Person, Reply, TestNode, Write, open_config};
use imajin_host::Config;
use imajin_host::room::DiskConfig;
use imajin_identity::begin_node_identity;
use serde_json::Value as Json;

pub(crate) async fn node() -> TestNode {
    node_with(DiskConfig::default()).await
}

pub(crate) async fn node_with(disk: DiskConfig) -> TestNode {
    let config = Config { disk, ..open_config() };
    start(Vec::new(), config).await
}

/// Returns a node with these apps, too.
pub(crate) async fn node_of(apps: Vec<Arc<dyn Service>>) -> TestNode {
    start(apps, open_config()).await
}

async fn start(apps: Vec<Arc<dyn Service>>, config: Config) -> TestNode {
    let mut services: Vec<Arc<dyn Service>> =
        vec![Arc::new(imajin_auth::Auth::new()), Arc::new(imajin_profile::Profile)];
    services.extend(apps);
    let node = TestNode::start(services, config, 200).await.unwrap();
    begin_node_identity(&node.node).await.unwrap();
    node
}

/// A person with a key, a chain and a session.
pub(crate) struct Somebody {
    pub(crate) person: Person,
    pub(crate) token: String,
}

pub(crate) async fn somebody(node: &TestNode, seed: u8) -> Somebody {
    let (person, token) = Person::enter(node, seed, None).await;
    Somebody { person, token }
}

impl Somebody {
    pub(crate) fn did(&self) -> &str {
        self.person.did.as_str()
    }

    /// Signs and sends an operation in the person's own log.
    pub(crate) async fn sign(
        &self,
        node: &TestNode,
        op: &'static str,
        body: Option<Json>,
    ) -> Reply {
        let mut write = Write::new(&self.person.did, op);
        write.body = body.map(|json| from_dag_json(&json).unwrap());
        self.person.write(node, &write).await
    }

    pub(crate) fn get(&self, path: &str) -> Ask {
        Ask::get(path).bearer(&self.token)
    }

    pub(crate) fn ask(&self, method: &'static str, path: &str, body: &Json) -> Ask {
        Ask::new(method, path)
            .header("content-type", "application/json")
            .body(body.to_string())
            .bearer(&self.token)
    }
}

pub(crate) async fn send(node: &TestNode, ask: Ask) -> Reply {
    node.send(ask).await
}

/// Returns the profile as a stranger sees it.
pub(crate) async fn seen(node: &TestNode, id: &str) -> Reply {
    node.get(format!("/profile/api/profile/{id}")).await
}

pub(crate) fn text(value: &str) -> Value {
    Value::from(value)
}
