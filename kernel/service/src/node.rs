//! The handle that every handler gets: the ledger, the services, and what the node knows of itself.
//!
//! Always: cheap to clone. People's data is written through [`crate::commands`] only.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use imajin_dfos::{PublicKey, Timestamp, VerifyingKey};
use imajin_ledger::{Command, Ledger, LogStatus, NodeKey, OpTable, TypedCommand};
use imajin_protocol::endpoints::Endpoints;
use imajin_protocol::identity::Tier;
use imajin_protocol::tier::Capability;
use imajin_protocol::{Did, DidKind, token};

use crate::access::Table;
use crate::budget::{Budgets, Hashed, Spend};
use crate::challenges::Challenges;
use crate::clock::{DateHeader, Time};
use crate::config::{Config, Registration};
use crate::exchange::Nonces;
use crate::health::Pulse;
use crate::jobs::Jobs;
use crate::kept::Keeper;
use crate::limits::Limits;
use crate::mail::Mailer;
use crate::metrics::Metrics;
use crate::names::Names;
use crate::network::Network;
use crate::prefix::Prefix;
use crate::problem::Problem;
use crate::random::RandomError;
use crate::rate::Buckets;
use crate::role::Roles;
use crate::room::{For, Room};
use crate::secrets::{Secrets, SecretsError, Vault};
use crate::service::{Card, Graph, HandleState, Invitation, Owner, Services};
use crate::sessions::{Session, Sessions};
use crate::upkeep::{Sales, Upkeep};

/// A node, as its services see it.
#[derive(Clone)]
pub struct Node(Arc<Inner>);

/// What a node is put together from.
pub struct NodeOptions {
    /// The data folder; `secrets.sqlite` stands in it.
    pub data: PathBuf,
    /// The ledger, opened with a [`crate::Machine`] of the same services.
    pub ledger: Ledger,
    /// The services.
    pub services: Services,
    /// The node's own identity.
    pub key: NodeKey,
    /// Whether that is sealed on the disk, and so are its secrets.
    pub sealed: bool,
    /// The clocks, the same that the ledger has.
    pub clock: Arc<dyn Time>,
    /// The owner's decisions.
    pub config: Config,
    /// The node's address where the configuration names none, e.g. `http://127.0.0.1:7000`.
    pub url: String,
}

/// Why a node cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// `secrets.sqlite`.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// Letters that wait.
    #[error("the letters that wait cannot be read: {0}")]
    Mail(String),
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
}

struct Inner {
    data: PathBuf,
    ledger: Ledger,
    services: Services,
    key: NodeKey,
    clock: Arc<dyn Time>,
    config: Config,
    url: String,
    names: Names,
    network: Arc<Network>,
    secrets: Secrets,
    keeper: Keeper,
    mail: Mailer,
    sessions: Sessions,
    challenges: Challenges,
    nonces: Nonces,
    metrics: Metrics,
    rates: Rates,
    access: Table,
    roles: Roles,
    budgets: Budgets,
    room: Room,
    pulse: Pulse,
    jobs: Arc<Jobs>,
    date: DateHeader,
    /// Names this run in request ids.
    run: String,
    started: Duration,
    claim: Claim,
    ops: OpTable,
    stopping: AtomicBool,
    sales: Sales,
    upkeep: Arc<OnceLock<Arc<dyn Upkeep>>>,
}

pub(crate) struct Rates {
    /// Requests without a session.
    pub(crate) address: Buckets<Prefix>,
    /// Requests of who is signed in.
    pub(crate) account: Buckets<Did>,
    /// Writes.
    pub(crate) did: Buckets<Did>,
    /// Attempts at what guesses or costs.
    pub(crate) attempt: Buckets<Hashed>,
    /// The same of somebody who is signed in.
    pub(crate) account_attempt: Buckets<Did>,
    /// Attempts to sign in as one identity, from an address that has used up its own.
    pub(crate) identity: Buckets<(Prefix, String)>,
}

/// Whether the node has an owner, and the code that makes one.
struct Claim {
    claimed: AtomicBool,
    code: Mutex<Option<String>>,
}

impl Node {
    /// Puts a node together. The services learn of it when a [`crate::Site`] is made.
    pub fn new(options: NodeOptions) -> Result<Self, NodeError> {
        let NodeOptions {
            data,
            ledger,
            services,
            key,
            sealed,
            clock,
            config,
            url,
        } = options;
        let schemas: Vec<&str> = services.iter().map(|service| service.secrets()).collect();
        let secrets = Secrets::open(
            &data.join("secrets.sqlite"),
            &schemas,
            Vault::of(&key.key),
            sealed,
        )?;
        let limits = &config.limits;
        let ops = OpTable::new(services.iter().flat_map(|service| service.ops()));
        let names = Names::new(
            config.hosts.iter().cloned(),
            services.iter().map(|service| service.name()),
        );
        let sessions = Sessions::new(
            secrets.clone(),
            Arc::clone(&clock),
            config.session_ttl(),
            limits.sessions_per_did,
        )?;
        let mail = Mailer::new(secrets.clone(), Arc::clone(&clock), config.mail.clone())
            .map_err(|problem| NodeError::Mail(problem.to_string()))?;
        let challenges =
            Challenges::new(key.did.clone(), limits.challenges, config.challenge_ttl());
        let rates = Rates {
            address: Buckets::new(
                limits.address_rate,
                limits.address_burst,
                limits.rate_entries,
            ),
            account: Buckets::new(
                limits.address_rate,
                limits.address_burst,
                limits.rate_entries,
            ),
            account_attempt: Buckets::new(
                limits.attempt_rate,
                limits.attempt_burst,
                limits.rate_entries,
            ),
            identity: Buckets::new(
                limits.identity_rate,
                limits.identity_burst,
                limits.rate_entries,
            ),
            did: Buckets::new(limits.did_rate, limits.did_burst, limits.rate_entries),
            attempt: Buckets::new(
                limits.attempt_rate,
                limits.attempt_burst,
                limits.rate_entries,
            ),
        };
        let budgets = Budgets::open(
            &data.join("node"),
            limits.daily.clone(),
            limits.rate_entries,
            &rates.attempt,
            clock.now(),
            clock.monotonic(),
        )?;
        let metrics = Metrics::new();
        let network = Arc::new(Network::default());
        let upkeep = Arc::default();
        metrics.watch(
            ledger.clone(),
            Arc::clone(&network),
            Arc::clone(&upkeep),
            data.clone(),
        );
        let url = config
            .url
            .clone()
            .unwrap_or(url)
            .trim_end_matches('/')
            .to_owned();
        Ok(Self(Arc::new(Inner {
            sales: Sales::open(&data),
            room: Room::new(&data, config.disk.clone()),
            upkeep,
            data,
            ledger,
            access: Table::new(&services, &config.budgets),
            roles: Roles::new(),
            services,
            started: clock.monotonic(),
            clock,
            url,
            names,
            network,
            mail,
            secrets,
            keeper: Keeper::new(&key.key),
            key,
            sessions,
            challenges,
            nonces: Nonces::default(),
            metrics,
            rates,
            budgets,
            pulse: Pulse::default(),
            jobs: Jobs::new(),
            date: DateHeader::new(),
            run: crate::random::hex::<4>()?,
            claim: Claim {
                claimed: AtomicBool::new(false),
                code: Mutex::new(None),
            },
            ops,
            stopping: AtomicBool::new(false),
            config,
        })))
    }

    /// People's logs.
    pub fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    /// The mounted services.
    pub fn services(&self) -> &Services {
        &self.0.services
    }

    /// The node's DID.
    pub fn did(&self) -> &Did {
        &self.0.key.did
    }

    /// The node's own identity: heads, sessions and receipts are signed with it.
    pub fn key(&self) -> &NodeKey {
        &self.0.key
    }

    /// What the node calls itself.
    pub fn name(&self) -> &str {
        self.0
            .config
            .name
            .as_deref()
            .or_else(|| self.0.names.first())
            .unwrap_or("Imajin node")
    }

    /// The address that stands in home entries.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Where others find this node's people; none where the node has no address that others can reach, and its owner gave it none.
    pub fn endpoints(&self) -> Option<Endpoints> {
        let url = self.url();
        if self.config().url.is_none() && !crate::outgoing::is_public_url(url) {
            return None;
        }
        let mut services = self.services().iter();
        let relay = services.any(|service| service.protocol_at_root(self.clone()).is_some());
        Some(Endpoints {
            home: url.to_owned(),
            node: self.did().clone(),
            relay: relay.then(|| url.to_owned()),
        })
    }

    /// The names that the node answers to.
    pub fn names(&self) -> &Names {
        &self.0.names
    }

    /// Whether this host ([`imajin_protocol::presence::host`]) is a name, or an address of this very machine.
    pub(crate) fn has_host(&self, host: &str) -> bool {
        let name = crate::names::normal(host);
        let address = name.trim_start_matches('[').trim_end_matches(']');
        let Ok(address) = address.parse::<std::net::IpAddr>() else {
            // The edge let it in, so it is one of the node's names.
            return true;
        };
        let own = self.network().now();
        let shown = own.own.as_ref().map_or(&[][..], |own| &own.names);
        let url = imajin_protocol::presence::host_of_url(self.url());
        address.is_loopback()
            || url.is_some_and(|url| crate::names::normal(&url) == name)
            || self.names().hosts().contains(&name)
            || shown.contains(&address.to_string())
    }

    /// Its place in the network.
    pub fn network(&self) -> &Arc<Network> {
        &self.0.network
    }

    /// The owner's decisions.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Limits.
    pub fn limits(&self) -> &Limits {
        &self.0.config.limits
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.0.data
    }

    /// What must not travel in a bundle.
    pub fn secrets(&self) -> &Secrets {
        &self.0.secrets
    }

    /// Letters that the node sends.
    pub fn mail(&self) -> &Mailer {
        &self.0.mail
    }

    /// Who is signed in.
    pub fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    /// Challenges that wait for a signature.
    pub fn challenges(&self) -> &Challenges {
        &self.0.challenges
    }

    /// What the node counts about itself.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// How much room the disk of the data folder has.
    pub fn room(&self) -> &Room {
        &self.0.room
    }

    /// Refuses (507) what the disk has no room for (see [`crate::room`]).
    pub fn need_room(&self, bytes: u64, whose: For) -> Result<(), Problem> {
        Ok(self.0.room.need_now(self.monotonic(), bytes, whose)?)
    }

    pub(crate) fn keeper(&self) -> &Keeper {
        &self.0.keeper
    }

    pub(crate) fn nonces(&self) -> &Nonces {
        &self.0.nonces
    }

    pub(crate) fn rates(&self) -> &Rates {
        &self.0.rates
    }

    pub(crate) fn access(&self) -> &Table {
        &self.0.access
    }

    pub(crate) fn roles(&self) -> &Roles {
        &self.0.roles
    }

    /// Takes one from what strangers at an address may use up today, or refuses with 429. The node's own machine is not
    /// counted.
    pub fn spend(&self, spend: Spend, from: std::net::IpAddr) -> Result<(), Problem> {
        if from.is_loopback() {
            return Ok(());
        }
        let taken = self.0.budgets.take(spend, Prefix::of(from), self.now());
        self.keep_limits();
        self.within(taken)
    }

    /// Whether there is one left to take.
    pub fn may_spend(&self, spend: Spend, from: std::net::IpAddr) -> Result<(), Problem> {
        if from.is_loopback() {
            return Ok(());
        }
        self.within(self.0.budgets.look(spend, Prefix::of(from), self.now()))
    }

    /// Counts an attempt at what guesses or costs, of an address that is not the node's own machine.
    pub(crate) fn attempt(&self, from: std::net::IpAddr) -> Result<(), u32> {
        let hashed = self.0.budgets.hashed(Prefix::of(from));
        let taken = self.0.rates.attempt.take(&hashed, self.monotonic());
        self.0.budgets.changed();
        self.keep_limits();
        taken
    }

    /// What a rate or budget says, as an answer.
    pub(crate) fn within(&self, taken: Result<(), u32>) -> Result<(), Problem> {
        taken.map_err(|seconds| {
            self.metrics().limited.inc();
            Problem::too_many(seconds)
        })
    }

    pub(crate) fn keep_limits(&self) {
        let (now, monotonic) = (self.now(), self.monotonic());
        self.0.budgets.keep(&self.0.rates.attempt, now, monotonic);
    }

    pub(crate) fn budgets(&self) -> &Budgets {
        &self.0.budgets
    }

    pub(crate) fn pulse(&self) -> &Pulse {
        &self.0.pulse
    }

    /// Whose turn it is with what takes long.
    pub fn jobs(&self) -> &Arc<Jobs> {
        &self.0.jobs
    }

    pub(crate) fn date(&self) -> axum::http::HeaderValue {
        self.0.date.at(self.now())
    }

    pub(crate) fn run(&self) -> &str {
        &self.0.run
    }

    /// The node's time.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The monotonic clock.
    pub fn monotonic(&self) -> Duration {
        self.0.clock.monotonic()
    }

    /// The clocks.
    pub fn clock(&self) -> &Arc<dyn Time> {
        &self.0.clock
    }

    /// How long the node has been running.
    pub fn uptime(&self) -> Duration {
        self.monotonic().saturating_sub(self.0.started)
    }

    /// Reads a service's projection.
    pub fn read<T>(
        &self,
        service: &str,
        f: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Problem> {
        self.0.ledger.read(service, f).map_err(Problem::from)
    }

    /// What is known of a log.
    pub fn status(&self, did: &Did) -> Result<Option<LogStatus>, Problem> {
        self.0.ledger.status(did).map_err(Problem::from)
    }

    /// Whether the node has an owner.
    pub fn is_claimed(&self) -> bool {
        self.0.claim.claimed.load(Ordering::Acquire)
    }

    /// Notes that the node has an owner: its claim code is void.
    pub fn set_claimed(&self) {
        self.0.claim.claimed.store(true, Ordering::Release);
        *self
            .0
            .claim
            .code
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Sets the code that makes an identity the owner. The node prints it.
    pub fn set_claim_code(&self, code: String) {
        *self
            .0
            .claim
            .code
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(code);
    }

    /// Whether this is the claim code, in any case and with or without dashes. Takes the same time for every wrong one.
    pub fn is_claim_code(&self, code: &str) -> bool {
        let ours = self
            .0
            .claim
            .code
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(ours) = ours.as_deref().filter(|_| !self.is_claimed()) else {
            return false;
        };
        let plain =
            |text: &str| -> String { text.chars().filter(char::is_ascii_alphanumeric).collect() };
        let digest =
            |text: &str| imajin_dfos::cid::sha256(plain(text).to_ascii_uppercase().as_bytes());
        digest(ours) == digest(code)
    }

    /// Who may begin an identity here.
    pub fn registration(&self) -> Registration {
        self.0.config.registration(self.is_claimed())
    }

    /// How a DID is called in public.
    pub fn card(&self, did: &Did) -> Result<Option<Card>, Problem> {
        match self.0.services.directory() {
            Some((service, directory)) => self.read(service, |db| directory.card(db, did)),
            None => Ok(None),
        }
    }

    /// Whether a handle can be had; `None` where no service knows handles.
    pub fn handle(&self, handle: &str) -> Result<Option<HandleState>, Problem> {
        match self.0.services.directory() {
            Some((service, directory)) => self
                .read(service, |db| directory.handle(db, handle))
                .map(Some),
            None => Ok(None),
        }
    }

    /// Public cards that match words.
    pub fn search(&self, words: &str, limit: usize, offset: usize) -> Result<Vec<Card>, Problem> {
        match self.0.services.directory() {
            Some((service, directory)) => {
                self.read(service, |db| directory.search(db, words, limit, offset))
            }
            None => Ok(Vec::new()),
        }
    }

    /// The DID that a text names: a DID in any form, or an alias of one. `None` for an alias that nobody here has, and for
    /// every e-mail address, which is not even looked up: nobody finds out whose it is, or whether somebody has it.
    pub fn resolve(&self, text: &str) -> Result<Option<Did>, Problem> {
        let did = Did::parse(text).map_err(|error| Problem::field("did", format!("{error}.")))?;
        match did.kind() {
            DidKind::Email => Ok(None),
            DidKind::Dfos => self.resolve_alias(&did),
            _ => Ok(Some(did)),
        }
    }

    /// [`Node::resolve`] for somebody with a session, who may name themselves by their e-mail address.
    pub fn resolve_for(&self, text: &str, who: &Did) -> Result<Option<Did>, Problem> {
        let alias = Did::parse(text).ok();
        let Some(alias) = alias.filter(|did| did.kind() == DidKind::Email) else {
            return self.resolve(text);
        };
        // Compared with their own alone: nothing else is looked up.
        let own = self.address(who)?;
        let own = own.and_then(|address| Did::from_email(&address).ok());
        Ok((own == Some(alias)).then(|| who.clone()))
    }

    /// The DID behind an alias of any kind. For whom it was proved that the address is theirs, and for nobody else's eyes.
    pub fn resolve_alias(&self, alias: &Did) -> Result<Option<Did>, Problem> {
        match self.0.services.authority() {
            Some((service, authority)) => {
                self.read(service, |db| authority.resolve(db, self.did(), alias))
            }
            None => Ok(None),
        }
    }

    /// Whether `delegate` may do `op` for `owner`, under a delegation that is in force.
    pub fn may_act(&self, delegate: &Did, owner: &Did, op: &str) -> Result<bool, Problem> {
        match self.0.services.authority() {
            Some((_, authority)) => authority.may_act(self, delegate, owner, op),
            None => Ok(false),
        }
    }

    /// How far somebody is known here (WIRE.md §2, "Tiers"): soft, where no service knows identities.
    pub fn tier(&self, did: &Did) -> Result<Tier, Problem> {
        match self.0.services.authority() {
            Some((_, authority)) => authority.tier(self, did),
            None => Ok(Tier::Soft),
        }
    }

    /// The e-mail address that somebody gave this node, if any: for letters to them, and for nobody else's eyes.
    pub fn address(&self, did: &Did) -> Result<Option<String>, Problem> {
        match self.0.services.authority() {
            Some((_, authority)) => authority.address(self, did),
            None => Ok(None),
        }
    }

    /// The CID of the record that somebody and this node have met (WIRE.md §3), if there is one: what is attested later
    /// names it as `root` in its payload.
    pub fn root_record(&self, did: &Did) -> Result<Option<String>, Problem> {
        match self.0.services.authority() {
            Some((_, authority)) => authority.root_record(self, did),
            None => Ok(None),
        }
    }

    /// The service that moves money.
    pub fn cashier(&self) -> Result<&dyn crate::sale::Cashier, Problem> {
        self.0.services.cashier().ok_or_else(|| {
            Problem::unavailable("This box moves no money: it runs without the service pay.")
        })
    }

    /// Refuses (403) who may not do this with their tier, and says what is missing. What gates is asked here and nowhere else.
    pub fn require(&self, did: &Did, capability: Capability) -> Result<(), Problem> {
        match self.0.services.authority() {
            Some((_, authority)) => authority.require(self, did, capability),
            None => Err(Problem::unavailable(
                "This node does not know identities: it runs without auth.",
            )),
        }
    }

    /// Who owns this node, and the key that is encrypted to for them; none as long as nobody does.
    pub fn owner(&self) -> Result<Option<Owner>, Problem> {
        match self.0.services.authority() {
            Some((_, authority)) => authority.owner(self),
            None => Ok(None),
        }
    }

    /// Whether nothing may be sold, since an older copy was put in place and the provider has not told yet what was sold.
    pub fn sales_are_closed(&self) -> bool {
        self.0.sales.are_closed()
    }

    /// Nothing that was sold is unknown here any more.
    pub fn open_sales(&self) -> Result<(), Problem> {
        self.0.sales.reopen().map_err(Problem::internal)
    }

    /// Who looks after the box: the program says so once, at its start.
    pub fn set_upkeep(&self, upkeep: Arc<dyn Upkeep>) {
        let _ = self.0.upkeep.set(upkeep);
    }

    /// Who looks after the box, where the program does.
    pub fn upkeep(&self) -> Option<&Arc<dyn Upkeep>> {
        self.0.upkeep.get()
    }

    /// Whether somebody owns this node.
    pub fn is_owner(&self, did: &Did) -> Result<bool, Problem> {
        match self.0.services.authority() {
            Some((_, authority)) => authority.is_owner(self, did),
            None => Ok(false),
        }
    }

    /// The keys of somebody that are in force; none for who is not known here.
    pub fn keys(&self, did: &Did) -> Result<Vec<VerifyingKey>, Problem> {
        match self.0.services.authority() {
            Some((_, authority)) => authority.keys(self, did),
            None => Ok(Vec::new()),
        }
    }

    /// Whether two are connected; `None` where no service knows.
    pub fn connected(&self, one: &Did, other: &Did) -> Result<Option<bool>, Problem> {
        self.ask_graph(|graph, db| graph.connected(db, one, other))
    }

    /// How many connections lie between two, at most 6; `None` beyond, and where no service knows.
    pub fn distance(&self, from: &Did, to: &Did) -> Result<Option<u8>, Problem> {
        let found = self.ask_graph(|graph, db| graph.distance(db, from, to))?;
        Ok(found.flatten())
    }

    /// The invitation to connect that a code stands for, if it can be accepted now.
    pub fn invitation(&self, code: &str) -> Result<Option<Invitation>, Problem> {
        let found = self.ask_graph(|graph, db| graph.invitation(db, code, self.now()))?;
        Ok(found.flatten())
    }

    /// As what somebody belongs to a group: `owner`, `admin`, `member`.
    pub fn group_role(&self, group: &Did, member: &Did) -> Result<Option<&'static str>, Problem> {
        let found = self.ask_graph(|graph, db| graph.role(db, group, member))?;
        Ok(found.flatten())
    }

    pub(crate) fn ask_graph<T>(
        &self,
        f: impl FnOnce(&dyn Graph, &rusqlite::Connection) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Problem> {
        match self.0.services.graph() {
            Some((service, graph)) => self.read(service, |db| f(graph, db)).map(Some),
            None => Ok(None),
        }
    }

    /// Lets another service look, outside the writer, at what `command` will ask of it ([`imajin_ledger::Decide::ask`]):
    /// it may refuse, or put typed extras into `args`.
    pub fn prepare_asked(
        &self,
        headers: &axum::http::HeaderMap,
        command: &Command,
        asked: &TypedCommand,
    ) -> Result<serde_json::Value, Problem> {
        let name = imajin_protocol::naming::service_of(&asked.op);
        let service = self.0.services.get(name).ok_or_else(|| {
            Problem::unavailable(format!("This node does not run the service {name:?}."))
        })?;
        let mut inner = Command {
            did: asked.did.clone(),
            service: name.to_owned(),
            op: asked.op.clone(),
            reference: asked.reference.clone(),
            body: asked.body.clone(),
            fact: asked.fact.clone(),
            args: asked.args.clone(),
            ..command.clone()
        };
        service.prepare(self, headers, &mut inner)?;
        Ok(inner.args)
    }

    /// All operations of the node.
    pub fn ops(&self) -> &OpTable {
        &self.0.ops
    }

    /// The session that a token stands for, if it is in force.
    pub fn session(&self, text: &str) -> Result<Option<Session>, Problem> {
        if let Some(session) = self.0.sessions.recall(text) {
            return Ok(Some(session));
        }
        let generation = self.0.sessions.generation();
        let Ok(claims) = self.claims(text, self.did().as_str()) else {
            return Ok(None);
        };
        let Some(session) = self.0.sessions.find(&claims.sub, &claims.jti)? else {
            return Ok(None);
        };
        self.0.sessions.remember(text, session.clone(), generation);
        Ok(Some(session))
    }

    /// What a token of this node says; its end by the wall clock is not looked at, since sessions end by the monotonic one.
    pub fn claims(&self, text: &str, audience: &str) -> Result<token::Claims, token::TokenError> {
        // At the token's own time: what is left to fail is signature, issuer, audience and form.
        let now = payload_iat(text).unwrap_or(Timestamp::MIN);
        let expected = token::Expected {
            issuer: self.did(),
            audience,
            now,
        };
        let key = self.0.key.key.verifying_key();
        token::verify(
            text,
            |kid| (*kid == self.0.key.kid).then_some(key),
            &expected,
        )
    }

    /// The node's public key.
    pub fn public_key(&self) -> PublicKey {
        PublicKey::from(&self.0.key.key)
    }

    /// From now on the node refuses new work: it is going to stop.
    pub fn stop(&self) {
        self.0.stopping.store(true, Ordering::Release);
        self.0.sessions.flush();
        let (now, monotonic) = (self.now(), self.monotonic());
        self.0.budgets.flush(&self.0.rates.attempt, now, monotonic);
    }

    /// Whether the node is going to stop.
    pub fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Acquire)
    }
}

fn payload_iat(text: &str) -> Option<Timestamp> {
    let payload = imajin_dfos::base64::decode_url(text.split('.').nth(1)?).ok()?;
    let payload: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    Timestamp::from_millis(payload.get("iat")?.as_i64()?.checked_mul(1000)?).ok()
}
