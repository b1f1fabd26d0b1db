//! Other relays: what comes from them, what goes to them, and what the bad ones can do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use imajin_relay::Peer;
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::crash::Process;
use crate::support::{Person, Server, document, eventually};

fn only(url: &str, gossip: bool, read_through: bool, sync: bool) -> Peer {
    Peer { url: url.to_owned(), gossip, read_through, sync }
}

#[tokio::test]
async fn gossip() {
    let hears = Server::start().await;
    let url = hears.url.clone();
    let tells =
        Server::start_with(|config| config.peers.push(only(&url, true, false, false))).await;
    let ada = Person::new();
    let first = ada.create(&document("a").1, 0);
    // An operation that waited is passed on once it is accepted.
    tells.post(&[&first.token]).await;
    tells.accept(&[&ada.genesis]).await;
    let path = format!("/proof/v1/content/{}", first.id());
    eventually("it was told", async || hears.status(&path).await == 200).await;
    let info = tells.ok("/.well-known/dfos-relay").await;
    assert_eq!(info["peers"], json!([{ "endpoint": hears.url }]));
}

#[tokio::test]
async fn reading_through() {
    let home = Server::start().await;
    let mut ada = Person::on(&home).await;
    home.accept(&[&ada.touch()]).await;
    let first = ada.create(&document("a").1, 0);
    home.accept(&[&first.token]).await;
    let url = home.url.clone();
    let other =
        Server::start_with(|config| config.peers.push(only(&url, false, true, false))).await;
    let chain = format!("/proof/v1/content/{}", first.id());
    // This relay does not know yet whose content it is; then it does.
    assert_eq!(other.status(&chain).await, 404);
    assert_eq!(other.status(&format!("/proof/v1/identities/{}/log", ada.did())).await, 404);
    let resolved = other.ok(&format!("/1.0/identifiers/{}", ada.did())).await;
    assert_eq!(resolved["didDocumentMetadata"]["operationCount"], 2);
    assert_eq!(other.status(&chain).await, 200);
    // No peer has the chain, and the peers are not asked again within the period.
    let none = Person::new();
    assert_eq!(other.status(&format!("/proof/v1/identities/{}", none.did())).await, 404);
    home.accept(&[&none.genesis]).await;
    assert_eq!(other.status(&format!("/proof/v1/identities/{}", none.did())).await, 404);
    other.clock.add_secs(10);
    assert_eq!(other.status(&format!("/proof/v1/identities/{}", none.did())).await, 200);
}

#[tokio::test]
async fn following_goes_on_where_it_was() {
    let home = Server::start().await;
    let people: Vec<Person> = (0..25).map(|_| Person::new()).collect();
    let tokens: Vec<&str> = people.iter().map(|person| person.genesis.as_str()).collect();
    home.accept(&tokens).await;
    let url = home.url.clone();
    let set = |config: &mut imajin_relay::Config| {
        config.peers.push(only(&url, false, false, true));
        config.capabilities.write = false;
    };
    let lite = Server::start_with(set).await;
    let count = async |server: &Server| {
        let info = server.ok("/.well-known/dfos-relay").await;
        info["stats"]["countsByKind"]["identity"].as_u64().unwrap()
    };
    // Theirs and both relays' own.
    eventually("all are here", async || count(&lite).await == 27).await;
    let folder = lite.stop().await;
    let mut ada = Person::on(&home).await;
    home.accept(&[&ada.delete()]).await;
    let lite = Server::start_in(folder, set).await;
    eventually("the rest is here", async || count(&lite).await == 29).await;
}

/// A relay that does as it likes: `act` is asked with the number of the request.
async fn rogue(
    act: impl Fn(usize, &str) -> Response + Send + Sync + 'static,
) -> (String, Arc<AtomicUsize>) {
    type Act = Arc<dyn Fn(usize, &str) -> Response + Send + Sync>;
    let requests = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let handle = async |State((asked, act)): State<(Arc<AtomicUsize>, Act)>, request: Request| {
        act(asked.fetch_add(1, Ordering::SeqCst), &request.uri().to_string())
    };
    let state: (_, Act) = (Arc::clone(&requests), Arc::new(act));
    let router = Router::new().fallback(handle).with_state(state);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, requests)
}

/// Longer than a busy machine takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// The relay serves its own while it has such a peer.
async fn stays_well(url: &str) -> Server {
    let server = Server::start_with(|config| config.peers.push(Peer::new(url))).await;
    Person::on(&server).await;
    let nobody = format!("/proof/v1/identities/{}", Person::new().did());
    assert_eq!(timeout(PATIENCE, server.status(&nobody)).await.unwrap(), 404);
    server
}

/// The relay ends although such a peer may take an hour for its answer.
async fn ends_beside(url: &str) {
    let server = Server::start_with(|config| {
        config.peers.push(Peer::new(url));
        config.limits.peer_timeout_secs = 3_600;
    })
    .await;
    Person::on(&server).await;
    // The relay has asked the peer after this time.
    tokio::time::sleep(Duration::from_millis(300)).await;
    timeout(PATIENCE, server.stop()).await.unwrap();
}

#[tokio::test]
async fn pages_without_end() {
    // Always a full page of nonsense, and always another one after it.
    let (url, asked) = rogue(|number, _| nonsense(number)).await;
    let server =
        Server::start_with(|config| config.peers.push(only(&url, false, true, false))).await;
    assert_eq!(server.status(&format!("/proof/v1/identities/{}", Person::new().did())).await, 404);
    assert!(asked.load(Ordering::SeqCst) <= 21);
    let info = server.ok("/.well-known/dfos-relay").await;
    assert_members!(info["stats"], "opCount": 2, "pendingOps": 0);
}

/// A page of nonsense that says that there is another one.
fn nonsense(number: usize) -> Response {
    let entries: Vec<_> = (0..1000)
        .map(|entry| json!({ "cid": "x", "jwsToken": format!("{number}.{entry}.x") }))
        .collect();
    axum::Json(json!({ "entries": entries, "next": number.to_string() })).into_response()
}

#[tokio::test]
async fn a_log_without_end() {
    let (url, asked) = rogue(|number, _| nonsense(number)).await;
    let server = Server::start_with(|config| {
        config.peers.push(only(&url, false, false, true));
        config.limits.sync_operations_max = 1;
    })
    .await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    // After a round in vain a second, then two, then three: four rounds at most have begun.
    assert!((1..=4).contains(&asked.load(Ordering::SeqCst)));
    // And nothing is wrong with the rest.
    Person::on(&server).await;
}

/// Bytes that come one after the other, for ever.
async fn drop_by_drop(head: &'static str, byte: &'static [u8], pause: Duration) -> String {
    use tokio::io::AsyncWriteExt;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut sent = socket.write_all(head.as_bytes()).await;
                while sent.is_ok() {
                    sent = socket.write_all(byte).await;
                    tokio::time::sleep(pause).await;
                }
            });
        }
    });
    url
}

#[tokio::test]
async fn answers_drop_by_drop() {
    let pause = Duration::from_millis(100);
    for head in ["", "HTTP/1.1 200 OK\r\n\r\n"] {
        let url = drop_by_drop(head, b"x", pause).await;
        stays_well(&url).await;
        ends_beside(&url).await;
    }
}

/// The most memory that a process ever had, in bytes.
fn peak(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let text = line.unwrap().trim().trim_end_matches("kB").trim();
    text.parse::<u64>().unwrap() * 1024
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn bad_peers_cost_little_memory() {
    static FLOOD: [u8; 65536] = [b' '; 65536];
    // One whose answer never ends, one whose log never ends, and one that is all too large.
    let flood = drop_by_drop("HTTP/1.1 200 OK\r\n\r\n", &FLOOD, Duration::ZERO).await;
    let (endless, asked) = rogue(|number, _| nonsense(number)).await;
    let (large, asked_large) = rogue(|_, _| {
        let token = "x".repeat(30 << 20);
        axum::Json(json!({ "entries": [{ "jwsToken": token }], "next": "more" })).into_response()
    })
    .await;
    let mut config = "limits = { sync-every-secs = 1, peer-timeout-secs = 5 }\n".to_owned();
    for url in [&flood, &endless, &large] {
        config.push_str(&format!("[[peers]]\nurl = \"{url}\"\n"));
    }
    let folder = TempDir::new().unwrap();
    let relay = Process::start(folder.path(), "127.0.0.1:0", Some(&config));
    let before = peak(relay.child.id());
    for _ in 0..3 {
        relay.get(&format!("/proof/v1/identities/{}", Person::new().did())).await.unwrap();
    }
    eventually("all were asked", async || {
        asked.load(Ordering::SeqCst) > 10 && asked_large.load(Ordering::SeqCst) > 3
    })
    .await;
    assert_eq!(relay.post(&[Person::new().genesis]).await.len(), 1);
    let more = peak(relay.child.id()) - before;
    assert!(more < 256 << 20, "{more} bytes");
}

#[tokio::test]
async fn the_same_page_for_ever() {
    let (url, asked) = rogue(|_, _| {
        axum::Json(json!({ "entries": [{ "cid": "x", "jwsToken": "x" }], "next": "here" }))
            .into_response()
    })
    .await;
    stays_well(&url).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(asked.load(Ordering::SeqCst) < 20);
}

#[tokio::test]
async fn answers_without_end_or_sense() {
    for body in
        ["x".repeat(40 << 20), "{".to_owned(), "[]".to_owned(), json!({ "entries": 1 }).to_string()]
    {
        let (url, _) = rogue(move |_, _| body.clone().into_response()).await;
        stays_well(&url).await;
    }
    let many: Vec<_> = (0..1001).map(|_| json!({ "jwsToken": "x" })).collect();
    let many = json!({ "entries": many }).to_string();
    let (url, _) = rogue(move |_, _| many.clone().into_response()).await;
    stays_well(&url).await;
    for status in [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::BAD_REQUEST, StatusCode::FOUND] {
        let (url, _) = rogue(move |_, _| (status, [("location", "/")]).into_response()).await;
        stays_well(&url).await;
    }
}

#[tokio::test]
async fn never_answers() {
    // Takes the connection and says nothing.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut connections = Vec::new();
        while let Ok((socket, _)) = listener.accept().await {
            connections.push(socket);
        }
    });
    stays_well(&url).await;
    ends_beside(&url).await;
}

#[tokio::test]
async fn a_peer_that_says_nothing_is_soon_left_alone() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let (accepted, mut connections) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok(connection) = silent.accept().await {
            accepted.send(connection).unwrap();
        }
    });
    let server = Server::start_with(|config| {
        config.peers.push(only(&url, false, true, false));
        config.limits.peer_timeout_secs = 1;
    })
    .await;
    for _ in 0..7 {
        let unknown = format!("/proof/v1/identities/{}", Person::new().did());
        assert_eq!(server.status(&unknown).await, 404);
    }
    let mut count = 0;
    while connections.try_recv().is_ok() {
        count += 1;
    }
    assert_eq!(count, 3);
}

#[tokio::test]
async fn a_cursor_that_the_peer_forgot() {
    let ada = Person::new();
    let genesis = ada.genesis.clone();
    // First one page with a cursor; later no cursor is known; from the beginning all is well.
    let (url, _) = rogue(move |number, uri| {
        if !uri.contains("/log") || uri.contains("identities") {
            return StatusCode::NOT_FOUND.into_response();
        }
        match (number, uri.contains("after=")) {
            (_, true) => StatusCode::BAD_REQUEST.into_response(),
            (0, false) => {
                let entries = [json!({ "jwsToken": "nonsense" })];
                axum::Json(json!({ "entries": entries, "next": "gone" })).into_response()
            }
            (_, false) => {
                let entries = [json!({ "jwsToken": genesis })];
                axum::Json(json!({ "entries": entries, "next": null })).into_response()
            }
        }
    })
    .await;
    let server =
        Server::start_with(|config| config.peers.push(only(&url, false, false, true))).await;
    let path = format!("/proof/v1/identities/{}", ada.did());
    eventually("read from the beginning", async || server.status(&path).await == 200).await;
}

#[tokio::test]
async fn a_document_that_is_another() {
    let home = Server::start().await;
    let ada = Person::on(&home).await;
    let (_, cid) = document("true");
    let first = ada.create(&cid, 0);
    let grant = ada.grant(None, "chain:*", "read");
    let (url, asked) = rogue(|_, _| document("false").0.into_response()).await;
    let server = Server::start_with(|config| {
        config.peers.push(only(&url, false, false, false));
        config.follow = true;
    })
    .await;
    server.accept(&[&ada.genesis, &first.token, &grant]).await;
    eventually("it was asked", async || asked.load(Ordering::SeqCst) > 0).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(server.blob(&format!("{}/blob", first.id()), None, None).await, 404);
}

#[tokio::test]
async fn mounted_below_a_path() {
    let home = Server::start().await;
    let router = Router::new().nest("/registry/relay", home.relay.router());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/registry/relay", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let path = |path: &str| home.client.get(format!("{url}{path}")).send();
    assert_eq!(path("/.well-known/dfos-relay").await.unwrap().status(), 200);
    let nowhere = path("/nowhere").await.unwrap();
    assert_eq!(nowhere.status(), 404);
    assert_eq!(nowhere.headers()["access-control-allow-origin"], "*");
    // Another relay finds everything there, in both directions.
    let other = Server::start_with(|config| config.peers.push(Peer::new(&url))).await;
    let (ada, bob) = (Person::on(&home).await, Person::on(&other).await);
    let has_log = async |server: &Server, person: &Person| {
        server.status(&format!("/proof/v1/identities/{}/log", person.did())).await == 200
    };
    eventually("told", async || has_log(&home, &bob).await).await;
    eventually("followed", async || has_log(&other, &ada).await).await;
}
