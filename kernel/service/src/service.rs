//! What an app of a node is: names, operations, a projection, routes, and the four things that anybody may ask of the
//! keeper of their data (take it away, count it, delete it, move it). An app that lacks one does not compile.
//!
//! Always: `decide` and `apply` are deterministic: no clock, no randomness, no keys, no network. No app reads another
//! app's tables: it asks through [`Directory`] and typed commands, or subscribes to entries.

use std::fmt;
use std::sync::Arc;

use crate::routing::OpenApiRouter;
use imajin_dfos::{Timestamp, VerifyingKey};
use imajin_ledger::{
    Applied, Command, Decide, OpSpec, ProjectionSpec, Receipt, Refusal, SubmitError,
};
use imajin_protocol::Did;
use imajin_protocol::identity::Tier;
use imajin_protocol::tier::Capability;
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Access;
use crate::node::Node;
use crate::problem::Problem;
use crate::role::Known;
use crate::sale::{Cashier, Fulfilment};

/// The network's conventional ports of a service (WIRE.md §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    /// While developing.
    pub dev: u16,
    /// In production.
    pub prod: u16,
}

/// One service of a node.
pub trait Service: Send + Sync + 'static {
    /// `[a-z][a-z0-9]{0,15}`: the path it is mounted at and the first part of its operations' names.
    fn name(&self) -> &'static str;
    /// Where it listens with `--ports`.
    fn ports(&self) -> Ports;
    /// Its operations, as data (docs/format.md §8).
    fn ops(&self) -> &'static [OpSpec];
    /// Its tables. Every one has a column `owner_did`.
    fn projection(&self) -> ProjectionSpec;

    /// Decides a command: emits the intent and what derives from it, or refuses.
    fn decide(&self, ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal>;
    /// Brings an entry into the tables. Never refuses; an erased body is `None`.
    fn apply(&self, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()>;
    /// Operations of other services that `apply` wants to see too.
    fn subscribes(&self) -> &'static [&'static str] {
        &[]
    }

    /// Its routes, relative to `/<name>`: the API below `/api`, pages elsewhere.
    fn routes(&self, node: Node) -> OpenApiRouter;
    /// Routes at the root of the node (`/.well-known/…`; the pages of `www`).
    fn root(&self, node: Node) -> Option<axum::Router> {
        let _ = node;
        None
    }
    /// A protocol of the network at a path below `/<name>`, with rules of its own: it answers pages of other origins
    /// itself, and nobody whom its paths name is sent on to another home.
    fn protocol(&self, node: Node) -> Option<(&'static str, axum::Router)> {
        let _ = node;
        None
    }
    /// The same protocol at the node's root as well, where clients of the network look: the prefixes of its paths, and its
    /// routes. None of them may be a page's; at the service's own name (`<service>.<host>`) they stand at the root, too.
    fn protocol_at_root(&self, node: Node) -> Option<(&'static [&'static str], axum::Router)> {
        let _ = node;
        None
    }
    /// Whether its pages stand at the node's root and not below its name.
    fn pages_at_root(&self) -> bool {
        false
    }

    /// Its section of `bundle.json`, from tables that hold this one log and nothing else: so a pure function of the log.
    /// `None` where the kernel makes the section (`identity`, `media`).
    fn export(&self, db: &Connection, did: &Did) -> rusqlite::Result<Option<serde_json::Value>>;
    /// What it holds of a DID, in numbers.
    fn count(&self, db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>>;
    /// What a deletion takes away, and what stays and why.
    fn delete(&self, db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan>;
    /// What moves along to another node, and what cannot.
    fn transfer(&self, db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan>;

    /// Tables of its own in `secrets.sqlite`: what must not travel in a bundle and is nobody's data.
    fn secrets(&self) -> &'static str {
        ""
    }
    /// Its rows of the table of who may do what; what has none is for guests and up.
    fn access(&self) -> &'static [Access] {
        &[]
    }
    /// What people are called, if this is the service that knows it.
    fn directory(&self) -> Option<&dyn Directory> {
        None
    }
    /// Who is who, if this is the service that knows it.
    fn authority(&self) -> Option<&dyn Authority> {
        None
    }
    /// Who is connected with whom, if this is the service that knows it.
    fn graph(&self) -> Option<&dyn Graph> {
        None
    }
    /// How others have their sales paid, if this is the service that moves money.
    fn cashier(&self) -> Option<&dyn Cashier> {
        None
    }
    /// How it does what was paid for, if it sells things that are paid later (see [`crate::sale`]).
    fn fulfilment(&self) -> Option<&dyn Fulfilment> {
        None
    }
    /// Answers a question about somebody, which who asks may ask of them (`POST /connections/api/query`), as far as it is
    /// for who asks. `None` where this service answers no questions.
    fn respond(
        &self,
        node: &Node,
        asked: &Asked<'_>,
    ) -> Result<Option<serde_json::Value>, Problem> {
        let _ = (node, asked);
        Ok(None)
    }
    /// Sees a command of its own before it is submitted, outside the writer: may refuse it, or put typed extras into
    /// `args` (a claim that was checked, an invite that was taken).
    fn prepare(
        &self,
        node: &Node,
        headers: &axum::http::HeaderMap,
        command: &mut Command,
    ) -> Result<(), Problem> {
        let _ = (node, headers, command);
        Ok(())
    }
    /// Sees what became of a command that [`Service::prepare`] saw: to give back what it took, or to act on what is done.
    fn settled(&self, node: &Node, done: &Done<'_>) {
        let _ = (node, done);
    }
    /// A line for the node's owner on the first page: how something stands that only they decide about.
    fn notice(&self, node: &Node) -> Option<Notice> {
        let _ = node;
        None
    }
    /// Called once when the node has been put together, before the first request.
    fn started(&self, node: &Node) {
        let _ = node;
    }
}

/// A line for the node's owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How it stands, in a sentence.
    pub text: String,
    /// What the page is called that has more of it.
    pub label: &'static str,
    /// That page.
    pub href: &'static str,
}

/// A question about somebody.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// About whom.
    pub about: &'a Did,
    /// By whom; found to be them, and near enough.
    pub by: &'a Did,
    /// How many connections lie between the two.
    pub distance: u8,
    /// What is asked, in the service's own words.
    pub query: &'a serde_json::Value,
}

/// A command and its outcome.
pub struct Done<'a> {
    /// Whose log.
    pub did: &'a Did,
    /// What was asked for.
    pub op: &'a str,
    /// What [`Service::prepare`] put there.
    pub args: &'a serde_json::Value,
    /// What became of it.
    pub outcome: Result<&'a Receipt, &'a SubmitError>,
}

/// Who owns a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Their DID.
    pub did: Did,
    /// The X25519 key that is encrypted to for them; none where their record names none.
    pub encryption_key: Option<[u8; 32]>,
}

/// "47 assets": a kind of thing and how many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Count {
    /// What, in the plural and for people: `followers`.
    #[schema(example = "followers")]
    pub kind: String,
    /// How many.
    pub number: u64,
}

impl Count {
    /// So many of these.
    pub fn new(kind: impl Into<String>, number: u64) -> Self {
        Self {
            kind: kind.into(),
            number,
        }
    }

    /// The kind as it is said of this many: `identity` of `identities` where there is one.
    pub fn named(&self) -> String {
        if self.number != 1 {
            return self.kind.clone();
        }
        match self.kind.strip_suffix("ies") {
            Some(stem) => format!("{stem}y"),
            None => self.kind.strip_suffix('s').unwrap_or(&self.kind).to_owned(),
        }
    }
}

/// "47 assets", "1 identity".
impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, self.named())
    }
}

/// Something that stays when a person goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Stays {
    /// What.
    #[schema(example = "signed headers of your entries")]
    pub kind: String,
    /// How many.
    pub number: u64,
    /// Why, for people.
    pub why: String,
}

/// What a deletion does in one service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeletePlan {
    /// What is erased.
    pub goes: Vec<Count>,
    /// What stays, and why.
    pub stays: Vec<Stays>,
}

/// What a move to another node does in one service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct TransferPlan {
    /// What moves along.
    pub moves: Vec<Count>,
    /// What cannot, and why.
    pub cannot: Vec<Stays>,
}

/// How a DID is called in public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// The DID.
    #[schema(value_type = String)]
    pub did: Did,
    /// The handle, without `@`.
    pub handle: Option<String>,
    /// The name they gave themselves, if everybody may see it.
    pub display_name: Option<String>,
    /// Their picture, if everybody may see it.
    pub avatar: Option<String>,
}

/// Whether a handle can be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandleState {
    /// Nobody has it.
    Free,
    /// Somebody has it.
    Taken(Did),
    /// Nobody can have it, for this reason.
    Refused(String),
}

/// What apps may ask of the one that knows names (profile). `db` is that service's projection.
pub trait Directory {
    /// Whether a handle can be had; the handle in any case, with or without `@`.
    fn handle(&self, db: &Connection, handle: &str) -> rusqlite::Result<HandleState>;
    /// How a DID is called, as far as everybody may see it.
    fn card(&self, db: &Connection, did: &Did) -> rusqlite::Result<Option<Card>>;
    /// Public cards whose handle or name matches, best first.
    fn search(
        &self,
        db: &Connection,
        words: &str,
        limit: usize,
        offset: usize,
    ) -> rusqlite::Result<Vec<Card>>;
}

/// What the rest asks of the one that knows identities (auth).
pub trait Authority {
    /// The DID behind an alias (`did:dfos:…`, `did:email:…`) on this node. `db` is the service's projection.
    fn resolve(&self, db: &Connection, node: &Did, alias: &Did) -> rusqlite::Result<Option<Did>>;
    /// How far somebody is known here, computed.
    fn tier(&self, node: &Node, did: &Did) -> Result<Tier, Problem>;
    /// Refuses (403) who may not, and says what is missing.
    fn require(&self, node: &Node, did: &Did, capability: Capability) -> Result<(), Problem>;
    /// What decides what somebody is on this node.
    fn known(&self, node: &Node, did: &Did) -> Result<Known, Problem>;
    /// Whether somebody owns this node.
    fn is_owner(&self, node: &Node, did: &Did) -> Result<bool, Problem>;
    /// Who owns this node, if somebody does.
    fn owner(&self, node: &Node) -> Result<Option<Owner>, Problem> {
        let _ = node;
        Ok(None)
    }
    /// The keys of somebody that are in force, in whichever role; none for who is not known here.
    fn keys(&self, node: &Node, did: &Did) -> Result<Vec<VerifyingKey>, Problem>;
    /// Whether `delegate` may do `op` for `owner` now, under a delegation that is in force.
    fn may_act(&self, node: &Node, delegate: &Did, owner: &Did, op: &str) -> Result<bool, Problem>;
    /// The e-mail address that somebody gave this node, if any: for letters to them, and for nobody else's eyes.
    fn address(&self, node: &Node, did: &Did) -> Result<Option<String>, Problem> {
        let _ = (node, did);
        Ok(None)
    }
    /// The CID of the record that somebody and this node have met, if there is one: what is attested later names it.
    fn root_record(&self, node: &Node, did: &Did) -> Result<Option<String>, Problem> {
        let _ = (node, did);
        Ok(None)
    }
    /// The address of the new home of somebody who moved away from this node for good.
    fn new_home(&self, did: &Did) -> Option<String> {
        let _ = did;
        None
    }

    /// Where a request goes on that names (in its path, or in the query as `did`) somebody who moved away for good.
    fn moved(&self, uri: &axum::http::Uri) -> Option<String> {
        let _ = uri;
        None
    }
}

/// An invitation to connect that can be accepted now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Who invites.
    pub inviter: Did,
    /// Its name in their log.
    pub id: String,
    /// How many may accept it.
    pub max_uses: u32,
    /// How many did.
    pub uses: u32,
    /// When it ends.
    pub expires: Timestamp,
    /// Whether the inviter will vouch for who accepts.
    pub vouches: bool,
}

/// What the rest asks of the one that knows who is connected (connections). `db` is that service's projection.
pub trait Graph {
    /// Whether two are connected, by both their records.
    fn connected(&self, db: &Connection, one: &Did, other: &Did) -> rusqlite::Result<bool>;
    /// How many connections lie between two: 0 is oneself. `None` beyond 6.
    fn distance(&self, db: &Connection, from: &Did, to: &Did) -> rusqlite::Result<Option<u8>>;
    /// The invitation of a code, if it can be accepted now.
    fn invitation(
        &self,
        db: &Connection,
        code: &str,
        now: Timestamp,
    ) -> rusqlite::Result<Option<Invitation>>;
    /// Whether one blocked another.
    fn blocks(&self, db: &Connection, owner: &Did, other: &Did) -> rusqlite::Result<bool>;
    /// Everybody who blocked somebody.
    fn blockers(&self, db: &Connection, of: &Did) -> rusqlite::Result<Vec<Did>>;
    /// As what somebody belongs to a group: `owner`, `admin`, `member`.
    fn role(
        &self,
        db: &Connection,
        group: &Did,
        member: &Did,
    ) -> rusqlite::Result<Option<&'static str>>;
}

/// The services of a node, in the order in which they are mounted.
#[derive(Clone)]
pub struct Services(Arc<[Arc<dyn Service>]>);

impl Services {
    /// A node's services.
    pub fn new(services: impl IntoIterator<Item = Arc<dyn Service>>) -> Self {
        Self(services.into_iter().collect())
    }

    /// The one of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Service>> {
        self.0.iter().find(|service| service.name() == name)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Service>> {
        self.0.iter()
    }

    /// The one that knows names, with its own name.
    pub fn directory(&self) -> Option<(&'static str, &dyn Directory)> {
        self.0
            .iter()
            .find_map(|service| Some((service.name(), service.directory()?)))
    }

    /// The one that knows who is connected, with its own name.
    pub fn graph(&self) -> Option<(&'static str, &dyn Graph)> {
        self.0
            .iter()
            .find_map(|service| Some((service.name(), service.graph()?)))
    }

    /// The one that moves money.
    pub fn cashier(&self) -> Option<&dyn Cashier> {
        self.0.iter().find_map(|service| service.cashier())
    }

    /// The one that knows identities, with its own name.
    pub fn authority(&self) -> Option<(&'static str, &dyn Authority)> {
        self.0
            .iter()
            .find_map(|service| Some((service.name(), service.authority()?)))
    }
}
