//! The measurements of the project's table, one file for each kind. Each creates its own node on a fresh folder.

mod actor;
mod chat;
mod crowd;
mod directory;
mod disk;
mod distance;
mod links;
mod listings;
mod log;
mod manners;
mod media;
mod mixed;
mod prelude;
mod reads;
mod registry;
mod relay;
mod resident;
mod stall;
mod tickets;
mod tunnel;
mod write;

use crate::Outcome;
use crate::load::{self, Load};
use crate::people::{Person, registration};
use crate::process::{Node, Watch};
use crate::report::Report;
use imajin_box::key::PersonKey;
use imajin_dfos::Timestamp;
use imajin_node::client::Client;
use std::path::Path;
use tempfile::TempDir;

/// Sizes of the large measurements.
pub struct Sizes {
    /// Number of entries in the largest log.
    pub entries: usize,
    /// Number of people on the largest node.
    pub people: usize,
    /// Number of writes before memory is measured.
    pub writes: usize,
}

type Measure = fn(&Path, &Sizes, &mut Report) -> Outcome;

/// How long a measurement takes, which decides how often it is repeated.
#[derive(Clone, Copy)]
pub enum Length {
    /// Seconds.
    Short,
    /// Minutes, or it is a count that hardly varies.
    Long,
}

impl Length {
    /// Returns the number of runs, unless a flag says another.
    pub fn runs(self) -> u8 {
        match self {
            Self::Short => 5,
            Self::Long => 1,
        }
    }
}

/// Every measurement with its name for `--only`; several may share a name.
pub const ALL: [(&str, Length, Measure); 31] = [
    ("write", Length::Short, write::many),
    ("single", Length::Short, write::single),
    ("tickets", Length::Short, tickets::measure),
    ("disk", Length::Long, disk::measure),
    ("crowd", Length::Long, crowd::measure),
    ("read", Length::Short, reads::measure),
    ("links", Length::Short, links::measure),
    ("market", Length::Short, listings::measure),
    ("mixed", Length::Short, mixed::measure),
    ("memory", Length::Long, resident::memory),
    ("burst", Length::Long, resident::burst),
    ("stall-erasure", Length::Short, stall::erasure),
    ("stall-import", Length::Short, stall::import),
    ("stall-move", Length::Short, media::moving),
    ("bad-manners", Length::Short, manners::measure),
    ("start", Length::Long, resident::start),
    ("log", Length::Long, log::measure),
    ("media", Length::Short, media::upload),
    ("media", Length::Short, media::serving),
    ("media", Length::Short, media::previews),
    ("media", Length::Long, media::timeline),
    ("chat", Length::Short, chat::sockets),
    ("chat", Length::Long, chat::history),
    ("chat", Length::Long, chat::bytes),
    ("relay", Length::Long, relay::ingest),
    ("relay-growth", Length::Long, relay::growth),
    ("directory", Length::Long, directory::measure),
    ("tunnel", Length::Short, tunnel::measure),
    ("tunnel", Length::Long, tunnel::idle),
    ("distance", Length::Long, distance::measure),
    ("size", Length::Long, resident::size),
];

/// Whether `--only` accepts a name.
pub fn is_known(name: &str) -> bool {
    ALL.iter().any(|(known, ..)| *known == name)
}

/// A node on a temporary folder, which is deleted when dropped.
struct Bench {
    node: Option<Node>,
    client: Client,
    folder: TempDir,
}

impl Bench {
    fn new(folder: &Path, watch: Watch) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("imajin-bench-").tempdir_in(folder)?;
        Self::on(folder, watch)
    }

    /// Starts a node on a folder that may have content.
    fn on(folder: TempDir, watch: Watch) -> Outcome<Self> {
        let node = Node::start(&folder.path().join("data"), watch)?;
        Self::from_node(folder, node)
    }

    /// Wraps a running node on a folder.
    fn from_node(folder: TempDir, node: Node) -> Outcome<Self> {
        let client = Client::new(&format!("http://{}", node.address))?;
        Ok(Self { node: Some(node), client, folder })
    }

    fn node(&self) -> Outcome<&Node> {
        self.node.as_ref().ok_or_else(|| "the node was stopped".into())
    }

    fn take_node(&mut self) -> Outcome<Node> {
        self.node.take().ok_or_else(|| "the node was stopped".into())
    }

    /// Restarts a stopped node on the same folder.
    fn start_again(&mut self) -> Outcome {
        let node = Node::start(&self.folder.path().join("data"), Watch::No)?;
        self.client = Client::new(&format!("http://{}", node.address))?;
        self.node = Some(node);
        Ok(())
    }

    fn host(&self) -> Outcome<String> {
        Ok(self.node()?.address.to_string())
    }

    fn now(&self) -> Outcome<Timestamp> {
        Ok(self.client.node()?.time)
    }

    /// Returns the time for dating proofs in a person's log. A log's time advances by at least 1 ms per entry: one with
    /// more than a thousand entries a second runs ahead of the clock, and proofs are compared with that time.
    fn time_of(&self, person: &Person) -> Outcome<Timestamp> {
        Ok(self.now()?.max(person.log_time(&self.client)?))
    }

    /// Registers this many identities, sixteen at a time.
    fn register(&self, count: usize) -> Outcome<Vec<PersonKey>> {
        let (info, host) = (self.client.node()?, self.host()?);
        let mut keys = Vec::with_capacity(count);
        let mut requests = vec![Vec::new(); 16.min(count)];
        for n in 0..count {
            let (key, request) = registration(&info.did, &info.url, &host, info.time)?;
            keys.push(key);
            let lane = n % requests.len();
            requests[lane].push(request);
        }
        load::run(Load::each(self.node()?.address, requests))?;
        Ok(keys)
    }

    /// Registers this many people who can write.
    fn people(&self, count: usize) -> Outcome<Vec<Person>> {
        self.register(count)?.into_iter().map(|key| Person::known(&self.client, key)).collect()
    }

    /// Writes this many updates to one person's log, by all of its delegates at once.
    fn write_as_delegates(&self, person: &mut Person, count: usize) -> Outcome<load::Measurement> {
        let lanes = person.delegates.len().max(1);
        let (each, more) = (count / lanes, count % lanes);
        let (now, host) = (self.time_of(person)?, self.host()?);
        let mut requests = Vec::with_capacity(lanes);
        for (n, delegate) in person.delegates.iter_mut().enumerate() {
            requests.push(delegate.updates(each + usize::from(n < more), &host, now)?);
        }
        load::run(Load::each(self.node()?.address, requests))
    }

    /// Writes this many updates per person: signed first, then sent on one connection each.
    fn write(&self, people: &mut [Person], each: usize) -> Outcome<load::Measurement> {
        let (now, host) = (self.now()?, self.host()?);
        let requests = people
            .iter_mut()
            .map(|person| person.updates(each, &host, now))
            .collect::<Result<_, _>>()?;
        load::run(Load::each(self.node()?.address, requests))
    }
}

/// Waits until the node has drained its writes into the logs, which depends on their age, and the disk is idle.
fn settle() {
    std::thread::sleep(std::time::Duration::from_secs(5));
}
