//! Relays that were apart, restarted, and told things in another order end up with the same bytes in every chain's log.
//! The relays are separate programs; each connects to its peers through proxies that can be cut, go silent, and heal.

use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::crash::Process;
use crate::support::{Person, document};

/// An address of this process alone: a site that is down keeps its port, which no other program can take meanwhile.
fn host() -> IpAddr {
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    Ipv4Addr::new(127, high | 0x80, middle, low).into()
}

fn port() -> u16 {
    TcpListener::bind((host(), 0)).unwrap().local_addr().unwrap().port()
}

/// Numbers that a seed determines, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Open,
    /// Connections break, and new ones fail.
    Cut,
    /// Connections are accepted, but no data passes.
    Silent,
}

/// A proxy from one relay to another.
struct Link {
    port: u16,
    line: watch::Sender<Line>,
}

impl Link {
    async fn to(target: u16) -> Self {
        let listener = tokio::net::TcpListener::bind((host(), 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let line = watch::Sender::new(Line::Open);
        let state = line.subscribe();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(pass(stream, target, state.clone()));
            }
        });
        Self { port, line }
    }
}

async fn pass(mut from: TcpStream, target: u16, mut line: watch::Receiver<Line>) {
    let Ok(state) = line.wait_for(|line| *line != Line::Silent).await.map(|line| *line) else {
        return;
    };
    if state == Line::Cut {
        return;
    }
    let Ok(mut to) = TcpStream::connect((host(), target)).await else {
        return;
    };
    tokio::select! {
        // However it ended, both ends are closed here.
        _ = tokio::io::copy_bidirectional(&mut from, &mut to) => {}
        _ = line.wait_for(|line| *line != Line::Open) => {}
    }
}

struct Site {
    folder: TempDir,
    port: u16,
    config: String,
    process: Option<Process>,
}

impl Site {
    fn new(port: u16, peers: &[u16]) -> Self {
        let mut config = "limits = { sync-every-secs = 1, peer-timeout-secs = 1 }\n".to_owned();
        for peer in peers {
            config.push_str(&format!("[[peers]]\nurl = \"http://{}:{peer}\"\n", host()));
        }
        Self { folder: TempDir::new().unwrap(), port, config, process: None }
    }

    fn up(&mut self) {
        if self.process.is_none() {
            let folder: &Path = self.folder.path();
            let listen = format!("{}:{}", host(), self.port);
            self.process = Some(Process::start(folder, &listen, Some(&self.config)));
        }
    }

    fn down(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill();
        }
    }

    fn process(&self) -> &Process {
        self.process.as_ref().unwrap()
    }

    /// Posts operations once. The relay keeps those with missing dependencies, so they are not posted again.
    async fn say(&self, tokens: &[String]) {
        let url = format!("{}/proof/v1/operations", self.process().url);
        let body = json!({ "operations": tokens }).to_string();
        let response = self.process().client.post(url).body(body).send().await;
        let answer: Value = response.unwrap().json().await.unwrap();
        for result in answer["results"].as_array().unwrap() {
            let is_kept = result["status"] != "rejected" || result["dependencyMissing"] == true;
            assert!(is_kept, "{result}");
        }
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

/// Relays and the lines between them.
struct World {
    sites: Vec<Site>,
    links: Vec<Link>,
}

impl World {
    /// `pairs` know each other.
    async fn new(count: usize, pairs: &[(usize, usize)]) -> Self {
        let ports: Vec<u16> = (0..count).map(|_| port()).collect();
        let mut peers = vec![vec![]; count];
        let mut links = Vec::new();
        for (a, b) in pairs.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]) {
            let link = Link::to(ports[b]).await;
            peers[a].push(link.port);
            links.push(link);
        }
        let sites = ports.iter().zip(&peers);
        Self { sites: sites.map(|(port, peers)| Site::new(*port, peers)).collect(), links }
    }

    /// Something goes wrong, or is put right.
    fn disturb(&mut self, dice: &mut Dice) {
        let link = dice.below(self.links.len());
        let line = [Line::Open, Line::Cut, Line::Silent][dice.below(3)];
        self.links[link].line.send_replace(line);
        let site = dice.below(self.sites.len());
        match dice.below(3) {
            0 => self.sites[site].down(),
            _ => self.sites[site].up(),
        }
    }

    fn heal(&mut self) {
        for link in &self.links {
            link.line.send_replace(Line::Open);
        }
        for site in &mut self.sites {
            site.up();
        }
    }

    /// One that is up.
    fn somebody(&mut self, dice: &mut Dice) -> &Site {
        let site = dice.below(self.sites.len());
        self.sites[site].up();
        &self.sites[site]
    }

    async fn same(&self, story: &Story) {
        let mut views = Vec::new();
        for _ in 0..600 {
            views.clear();
            for site in &self.sites {
                views.push(site.view(&story.dids, &story.chains).await);
            }
            let parts = views[0].as_array().unwrap();
            let is_complete = parts.iter().all(|part| part["error"].is_null());
            let mut logs = parts.iter().filter_map(Value::as_array);
            if is_complete
                && logs.all(|log| log.len() == OPERATIONS)
                && views.iter().all(|view| *view == views[0])
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("they do not agree: {views:#?}");
    }
}

/// Chains with forks and a rotation.
struct Story {
    dids: Vec<String>,
    chains: Vec<String>,
    tokens: Vec<String>,
}

/// Operations of each content chain in a story.
const OPERATIONS: usize = 5;

fn story(people: usize) -> Story {
    let mut story = Story { dids: vec![], chains: vec![], tokens: vec![] };
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
        story.tokens.extend([right_next.token, left_end.token, witness]);
        story.tokens.extend([right.token, rotate, left.token, first.token]);
        story.tokens.extend([bob.genesis.clone(), ada.genesis.clone()]);
    }
    story
}

/// Posts every operation once, in any order and to any relay, while connections break and programs are killed.
async fn apart(count: usize, pairs: &[(usize, usize)], seed: u64) {
    let mut dice = Dice(seed);
    let mut world = World::new(count, pairs).await;
    let mut story = story(3);
    dice.shuffle(&mut story.tokens);
    let mut rest = &story.tokens[..];
    while !rest.is_empty() {
        let (batch, more) = rest.split_at(rest.len().min(1 + dice.below(4)));
        rest = more;
        world.disturb(&mut dice);
        world.somebody(&mut dice).say(batch).await;
        tokio::time::sleep(Duration::from_millis(dice.below(300) as u64)).await;
    }
    world.heal();
    world.same(&story).await;
}

#[tokio::test]
async fn two_that_were_apart() {
    for seed in [3, 17] {
        apart(2, &[(0, 1)], seed).await;
    }
}

#[tokio::test]
async fn a_chain_of_three() {
    for seed in [5, 29] {
        apart(3, &[(0, 1), (1, 2)], seed).await;
    }
}

/// The worst order: each half of everything is known to one alone, the last first, until the middle comes up.
#[tokio::test]
async fn a_chain_of_three_whose_middle_comes_late() {
    let mut world = World::new(3, &[(0, 1), (1, 2)]).await;
    let story = story(3);
    let (one, other) = story.tokens.split_at(story.tokens.len() / 2);
    for (site, tokens) in [(0, one), (2, other)] {
        world.sites[site].up();
        for token in tokens {
            world.sites[site].say(std::slice::from_ref(token)).await;
        }
    }
    world.sites[1].up();
    tokio::time::sleep(Duration::from_millis(700)).await;
    // Killed while it passes things on, and one of the ends, too.
    world.sites[1].down();
    world.sites[2].down();
    world.heal();
    world.same(&story).await;
}
