//! A node with identities and payments, people on it, and signed operations.

use std::sync::Arc;

use imajin_app::Service;
use imajin_dfos::SigningKey;
use imajin_edge::testing::{Ask, Reply, TestNode, draft, each, open_config, populated};
use imajin_protocol::Did;
use imajin_protocol::fair::{DISTRIBUTION, Draft, Manifest, Source};
use imajin_protocol::money::Ppm;
use serde_json::{Value as Json, json};

imajin_edge::people!();

pub(crate) fn services() -> Vec<Arc<dyn Service>> {
    vec![Arc::new(imajin_auth::Auth::new()), Arc::new(imajin_pay::Pay::new())]
}

pub(crate) async fn node() -> TestNode {
    node_of(services()).await
}

/// Returns a node, its owner, and these people on it.
pub(crate) async fn node_with_people<const N: usize>(
    seeds: [u8; N],
) -> (TestNode, Somebody, [Somebody; N]) {
    let (node, [olga]) = populated(node(), [1], owner).await;
    let people = each(seeds, |seed| somebody(&node, seed)).await;
    (node, olga, people)
}

/// Returns a node where people have names.
pub(crate) async fn node_with_names() -> TestNode {
    node_of(services_with_names()).await
}

pub(crate) fn services_with_names() -> Vec<Arc<dyn Service>> {
    let mut services = services();
    services.push(Arc::new(imajin_profile::Profile));
    services
}

pub(crate) async fn node_of(services: Vec<Arc<dyn Service>>) -> TestNode {
    start(services, open_config()).await
}

impl Somebody {
    pub(crate) fn key(&self) -> &SigningKey {
        &self.person.key
    }

    /// Signs a manifest with these shares in millionths.
    pub(crate) fn signs_shares(&self, id: &str, all: &[(&Did, u32)]) -> Manifest {
        let draft = shares(id, all);
        draft.build().unwrap().sign(self.key()).unwrap()
    }

    /// Calls a route with the session alone.
    pub(crate) async fn ask(&self, node: &TestNode, path: &str, body: &Json) -> Reply {
        let ask = Ask::post(path, body).bearer(&self.token);
        node.send(ask).await
    }

    /// Returns the write that a route wants signed.
    pub(crate) async fn to_sign(&self, node: &TestNode, path: &str, body: &Json) -> Json {
        let reply = self.ask(node, path, body).await;
        let problem = reply.check_member(403, "type", "urn:imajin:problem:signature-required");
        problem.json()["sign"].clone()
    }

    /// Does [`Self::signed`], and fails unless it succeeds.
    pub(crate) async fn does(&self, node: &TestNode, path: &str, body: &Json) -> Json {
        let reply = self.signed(node, path, body).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        reply.json()
    }

    /// Pays an amount from credit by a manifest of [`order`].
    pub(crate) async fn settles(&self, node: &TestNode, by: &Manifest, amount: i64) -> Json {
        self.does(node, "/pay/api/settle", &order(by, amount)).await
    }

    /// Sums the coming amounts in CHF.
    pub(crate) async fn coming(&self, node: &TestNode) -> i64 {
        let path = format!("/pay/api/balance/{}", self.did());
        let all = self.get(node, &path).await.json()["coming"].clone();
        all.as_array().unwrap().iter().map(|one| one["amount"].as_i64().unwrap()).sum()
    }

    /// Sums the person's debts and claims in CHF.
    pub(crate) async fn debts(&self, node: &TestNode) -> (i64, i64) {
        let path = format!("/pay/api/balance/{}", self.did());
        let all = self.get(node, &path).await.json();
        let sum = |side: &str| {
            all[side].as_array().unwrap().iter().map(|one| one["amount"].as_i64().unwrap()).sum()
        };
        (sum("owing"), sum("owedBy"))
    }

    /// Tops up credit, confirmed by the owner.
    pub(crate) async fn top_up(&self, node: &TestNode, owner: &Somebody, amount: i64) {
        let body = json!({"amount": amount, "currency": "CHF"});
        let hold = self.does(node, "/pay/api/topup/emt", &body).await;
        let id = json!({"id": hold["id"]});
        let confirmed = owner.does(node, "/pay/api/confirm-payment", &id).await;
        assert_eq!(confirmed["status"], "confirmed");
    }
}

/// Returns the credit of these people in CHF.
pub(crate) async fn balances<const N: usize>(node: &TestNode, of: [&Somebody; N]) -> [i64; N] {
    each(of, async |one: &Somebody| one.balance(node).await).await
}

/// Returns an unsigned manifest with these shares in millionths.
pub(crate) fn shares(id: &str, shares: &[(&Did, u32)]) -> Draft {
    draft("event", id, shares)
}

/// Returns a signed manifest by which a person passes on earnings.
pub(crate) fn passes_on(who: &Somebody, to: &[(&Did, u32)]) -> Manifest {
    let draft = Draft {
        kind: DISTRIBUTION.to_owned(),
        owner: Some(who.did().clone()),
        ..shares(who.did().as_str(), to)
    };
    draft.build().unwrap().sign(who.key()).unwrap()
}

/// Adds a share of a published work to a draft.
pub(crate) fn derived(mut draft: Draft, from: &Manifest, weight: u32) -> Draft {
    draft.derives_from.push(Source {
        id: from.id().unwrap().to_owned(),
        weight: Ppm::new(weight).unwrap(),
        fair: Some(from.digest()),
    });
    draft
}

/// Returns a payment of this many cents.
pub(crate) fn order(manifest: &Manifest, amount: i64) -> Json {
    json!({
        "total_amount": amount, "currency": "CHF", "service": "events", "type": "ticket",
        "fair_manifest": manifest.document(), "memo": "for the launch party",
    })
}

/// Lets days pass in steps of less than a day, so that the node accepts the clock.
pub(crate) async fn days(node: &TestNode, who: &Somebody, days: u32) {
    for _ in 0..2 * days {
        node.clock.pass(std::time::Duration::from_secs(12 * 3600));
        who.person.sign_in(node).await;
    }
}

/// Waits for the worker until `is_so`, a minute and a half at most.
pub(crate) async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    until_some(async || is_so().await.then_some(())).await;
}

/// Waits like [`until`] for a value.
pub(crate) async fn until_some<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let waiting = async {
        loop {
            if let Some(value) = look().await {
                return value;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(std::time::Duration::from_secs(90), waiting).await;
    waited.expect("what the test waits for does not come")
}

/// Waits like [`until`], while the node's clock advances, so that it retries failed steps.
pub(crate) async fn until_tried_again(node: &TestNode, mut is_so: impl AsyncFnMut() -> bool) {
    until(async || {
        let is_done = is_so().await;
        if !is_done {
            node.clock.pass(std::time::Duration::from_secs(1));
        }
        is_done
    })
    .await;
}

/// Checks that every log verifies and that rebuilt projections are equal.
pub(crate) async fn close(node: TestNode) {
    close_with(node, services()).await;
}

/// Does the same as `close`, for a node with other services.
pub(crate) async fn close_with(node: TestNode, services: Vec<Arc<dyn Service>>) {
    node.check_records(services).await;
}
