//! Relays that were apart, restarted, and told things in another order end up with the same.

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::crash::Process;
use crate::support::{Person, document};

/// A port that nobody uses at the moment.
fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

struct Site {
    folder: TempDir,
    port: u16,
    config: String,
    process: Option<Process>,
}

impl Site {
    fn new(port: u16, peers: &[u16]) -> Self {
        let mut config = "limits = { sync-every-secs = 1, peer-timeout-secs = 2 }\n".to_owned();
        for peer in peers {
            config.push_str(&format!("[[peers]]\nurl = \"http://127.0.0.1:{peer}\"\n"));
        }
        Self {
            folder: TempDir::new().unwrap(),
            port,
            config,
            process: None,
        }
    }

    fn up(&mut self) {
        let folder: &Path = self.folder.path();
        let listen = format!("127.0.0.1:{}", self.port);
        self.process = Some(Process::start(folder, &listen, Some(&self.config)));
    }

    fn down(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill();
        }
    }

    fn process(&self) -> &Process {
        self.process.as_ref().unwrap()
    }

    /// Everything about every chain, as it is served: the operations as a set, since each relay has its own
    /// order of arrival, and for identities, which have one order, the log itself.
    async fn view(&self, dids: &[String], chains: &[String]) -> Value {
        let mut view = Vec::new();
        for did in dids {
            let path = format!("/proof/v1/identities/{did}");
            view.push(self.process().get(&path).await);
            view.push(self.process().get(&format!("{path}/log?limit=1000")).await);
        }
        for chain in chains {
            let path = format!("/proof/v1/content/{chain}");
            view.push(self.process().get(&path).await);
            let log = self.process().get(&format!("{path}/log?limit=1000")).await;
            let entries = log.map(|log| log["entries"].as_array().cloned().unwrap_or_default());
            let mut entries = entries.unwrap_or_default();
            entries.sort_by_key(|entry| entry["cid"].to_string());
            view.push(Some(json!(entries)));
        }
        json!(view)
    }
}

/// Chains with forks and a rotation, cut in pieces that are sent here and there in a bad order.
struct Story {
    dids: Vec<String>,
    chains: Vec<String>,
    pieces: Vec<Vec<String>>,
}

fn story(people: usize) -> Story {
    let mut story = Story {
        dids: vec![],
        chains: vec![],
        pieces: vec![vec![]; 6],
    };
    for _ in 0..people {
        let (mut ada, bob) = (Person::new(), Person::new());
        let first = ada.create(&document("a").1, -90_000);
        let grant = ada.grant(Some(&bob), &format!("chain:{}", first.id()), "write");
        let left = ada.write(&first, Some(&document("b").1), -80_000);
        let right = bob.write_for(&[&ada], &first, &document("c").1, -70_000, &grant);
        let left_end = ada.end(&left, -60_000);
        let right_next = bob.write_for(&[&ada], &right, &document("d").1, -65_000, &grant);
        let witness = bob.countersign(&left.cid, None);
        let rotate = ada.touch();
        story.dids.push(ada.did().as_str().to_owned());
        story.dids.push(bob.did().as_str().to_owned());
        story.chains.push(first.id().to_owned());
        // Children before parents, content before its people.
        for (piece, token) in [
            (0, right_next.token),
            (1, left_end.token),
            (1, witness),
            (2, right.token),
            (2, rotate),
            (3, left.token),
            (4, first.token),
            (4, bob.genesis.clone()),
            (5, ada.genesis.clone()),
        ] {
            story.pieces[piece].push(token);
        }
    }
    story
}

async fn same(sites: &[Site], story: &Story) {
    let mut views = Vec::new();
    for _ in 0..200 {
        views.clear();
        for site in sites {
            views.push(site.view(&story.dids, &story.chains).await);
        }
        let complete = views[0]
            .as_array()
            .unwrap()
            .iter()
            .all(|part| part["error"].is_null());
        let counts: Vec<_> = views[0]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_array)
            .map(Vec::len)
            .collect();
        if complete
            && counts.iter().all(|count| *count == 5)
            && views.iter().all(|view| *view == views[0])
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("they do not agree: {views:#?}");
}

#[tokio::test]
async fn two_that_were_apart() {
    let (a, b) = (port(), port());
    let mut sites = [Site::new(a, &[b]), Site::new(b, &[a])];
    let story = story(3);
    // Each hears half of it, alone.
    sites[0].up();
    for piece in story.pieces.iter().step_by(2) {
        sites[0].process().post(piece).await;
    }
    sites[0].down();
    sites[1].up();
    for piece in story.pieces.iter().skip(1).step_by(2).rev() {
        sites[1].process().post(piece).await;
    }
    sites[0].up();
    // What waits is known to nobody else yet, so its author says it again, as authors do.
    for piece in &story.pieces {
        sites[0].process().post(piece).await;
    }
    same(&sites, &story).await;
}

#[tokio::test]
async fn a_chain_of_three_with_the_middle_gone() {
    let (a, b, c) = (port(), port(), port());
    let mut sites = [
        Site::new(a, &[b]),
        Site::new(b, &[a, c]),
        Site::new(c, &[b]),
    ];
    let story = story(3);
    sites[0].up();
    sites[2].up();
    for piece in story.pieces.iter().rev() {
        sites[0].process().post(piece).await;
    }
    for piece in story.pieces.iter().take(3) {
        sites[2].process().post(piece).await;
    }
    sites[1].up();
    tokio::time::sleep(Duration::from_millis(700)).await;
    // Killed while it passes things on, and one of the ends, too.
    sites[1].down();
    sites[2].down();
    sites[2].up();
    sites[1].up();
    same(&sites, &story).await;
}
