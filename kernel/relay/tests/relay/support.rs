//! A relay on its own port, and people who sign operations.

// Also for tests of other crates that include this file by its path.
#[path = "support/people.rs"]
mod people;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use imajin_dfos::Timestamp;
use imajin_dfos::auth::{self, Claims};
use imajin_relay::{Clock, Config, Relay};
use reqwest::header::AUTHORIZATION;
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) use people::{ContentOperation, Person, cid_of, document, document_of};

/// A clock that does not move until the test moves it.
pub(crate) struct Manual(AtomicI64);

impl Manual {
    pub(crate) fn add_secs(&self, secs: i64) {
        self.0.fetch_add(secs * 1000, Ordering::SeqCst);
    }
}

impl Clock for Manual {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// When every test begins.
pub(crate) const START_MS: i64 = 1_767_225_600_000;

pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(START_MS + ms).unwrap()
}

pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) relay: Relay,
    pub(crate) clock: Arc<Manual>,
    pub(crate) folder: Option<TempDir>,
    pub(crate) client: reqwest::Client,
    serving: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts a relay that knows one person.
    pub(crate) async fn with_person() -> (Self, Person) {
        let server = Self::start().await;
        let person = Person::on(&server).await;
        (server, person)
    }

    pub(crate) async fn start_with(set: impl FnOnce(&mut Config)) -> Self {
        Self::start_in(TempDir::new().unwrap(), set).await
    }

    pub(crate) async fn start_in(folder: TempDir, set: impl FnOnce(&mut Config)) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut config = Config::new(folder.path());
        config.limits.sync_every_secs = 1;
        config.limits.peer_timeout_secs = 2;
        set(&mut config);
        let clock = Arc::new(Manual(AtomicI64::new(START_MS)));
        let host = crate::host::open(&config);
        let relay = Relay::open(config, Arc::clone(&clock) as Arc<dyn Clock>, host).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = relay.router();
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, relay, clock, folder: Some(folder), client: reqwest::Client::new(), serving }
    }

    /// Stops it; what it kept stays.
    pub(crate) async fn stop(mut self) -> TempDir {
        self.serving.abort();
        self.relay.shutdown().await;
        self.folder.take().unwrap()
    }

    pub(crate) async fn post(&self, tokens: &[&str]) -> Vec<Json> {
        let (status, answer) = self.post_raw(json!({ "operations": tokens }).to_string()).await;
        assert_eq!(status, 200, "{answer}");
        answer["results"].as_array().unwrap().clone()
    }

    pub(crate) async fn post_raw(&self, body: String) -> (u16, Json) {
        let url = format!("{}/proof/v1/operations", self.url);
        answer(self.client.post(url).body(body)).await
    }

    /// Everything is new.
    pub(crate) async fn accept(&self, tokens: &[&str]) {
        for result in self.post(tokens).await {
            assert_eq!(result["status"], "new", "{result}");
        }
    }

    /// The one result.
    pub(crate) async fn post_one(&self, token: &str) -> Json {
        self.post(&[token]).await.remove(0)
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Json) {
        answer(self.client.get(format!("{}{path}", self.url))).await
    }

    /// The answer at a path that exists.
    pub(crate) async fn ok(&self, path: &str) -> Json {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    pub(crate) async fn status(&self, path: &str) -> u16 {
        self.get(path).await.0
    }

    pub(crate) fn token_of(&self, person: &Person) -> String {
        self.token_for(person, 0, 600)
    }

    pub(crate) fn token_for(&self, person: &Person, from_secs: i64, to_secs: i64) -> String {
        let now = self.clock.now().as_secs();
        let claims = Claims {
            issuer: person.did().clone(),
            audience: self.relay.did().to_owned(),
            issued_at_secs: now + from_secs,
            expires_at_secs: now + to_secs,
        };
        auth::sign(&claims, &person.key_id, &person.key).unwrap()
    }

    pub(crate) async fn put_blob(
        &self,
        person: &Person,
        chain: &str,
        cid: &str,
        bytes: &str,
    ) -> (u16, Json) {
        let url = format!("{}/content/{chain}/blob/{cid}", self.url);
        let token = format!("Bearer {}", self.token_of(person));
        answer(self.client.put(url).header(AUTHORIZATION, token).body(bytes.to_owned())).await
    }

    /// Who reads what: the status of the answer.
    pub(crate) async fn blob(
        &self,
        path: &str,
        person: Option<&Person>,
        credential: Option<&str>,
    ) -> u16 {
        let mut request = self.client.get(format!("{}/content/{path}", self.url));
        if let Some(person) = person {
            let token = format!("Bearer {}", self.token_of(person));
            request = request.header(AUTHORIZATION, token);
        }
        if let Some(credential) = credential {
            request = request.header("x-credential", credential);
        }
        request.send().await.unwrap().status().as_u16()
    }
}

async fn answer(request: reqwest::RequestBuilder) -> (u16, Json) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Json::Null))
}

/// Waits until something is so.
pub(crate) async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..300 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("never: {what}");
}
