//! The state that the rules need of all entries so far, and what an admitted entry does to it.
//!
//! Always: cheap to clone, since the writer works on a copy until a batch is durable; what is large or rare is shared.

use std::collections::HashMap;
use std::sync::Arc;

use imajin_dfos::{Cid, PublicKey, Timestamp, Value, VerifyingKey};
use imajin_protocol::proof::Seen;
use imajin_protocol::{Did, Kid};

use super::admission::{Admission, Effect};
use super::operation::Operation;
use super::replay::Replay;
use super::{Chain, EvidenceError, Fault};
use crate::entry::Sealed;
use crate::ops::OpTable;

/// Keys that the writer's copy of a state remembers; of others the log is asked.
const KIDS_MAX: usize = 64;
/// Authors of whom the writer's copy remembers how far their chain was.
const AUTHORS_MAX: usize = 256;

/// Where a log is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The node.
    pub node: Did,
    /// Where it answers.
    pub url: Arc<str>,
    /// Counts up from 1 with every move.
    pub epoch: u64,
}

/// From which entry on a home was in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeSpan {
    /// The entry that named it.
    pub from_seq: u64,
    /// The home.
    pub home: Home,
}

/// Who a log belongs to.
#[derive(Debug, Clone)]
pub enum Owner {
    /// Before the first entry.
    Nobody,
    /// Somebody with a key and no chain: all is the node's word.
    BareKey(PublicKey),
    /// Somebody with an identity chain.
    Chain(Arc<Chain>),
}

impl Owner {
    /// The identity chain, if there is one.
    pub fn chain(&self) -> Option<&Arc<Chain>> {
        match self {
            Self::Chain(chain) => Some(chain),
            _ => None,
        }
    }
}

/// A delegation, in force or past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// The CID of the delegation entry.
    pub cid: Cid,
    /// Its place.
    pub seq: u64,
    /// Whose key may act.
    pub key: PublicKey,
    /// The same, read once and for all its entries; none where it is no point on the curve.
    pub(super) point: Option<Arc<VerifyingKey>>,
    /// For which ops: an op, or `service.*`.
    pub scope: Arc<[String]>,
    /// Until when.
    pub until: Timestamp,
    /// How often in all; none for any number.
    pub uses: Option<u64>,
    /// How often already; counted only where there is a limit.
    pub used: u64,
    /// Whether an `auth.delegation.end` stands in the log.
    pub ended: bool,
}

impl Delegation {
    /// Whether an op is in scope.
    pub fn covers(&self, op: &str) -> bool {
        covers(&self.scope, op)
    }
}

pub(super) fn covers(scope: &[String], op: &str) -> bool {
    let service = |item: &String| {
        item.strip_suffix(".*")
            .is_some_and(|s| s == imajin_protocol::naming::service_of(op))
    };
    scope.iter().any(|item| item == op || service(item))
}

/// The body of an entry, as the one who checks has it.
#[derive(Debug, Clone, Copy)]
pub enum Body<'a> {
    /// The entry names none.
    None,
    /// Here it is; its bytes have the CID that the header names.
    Here(&'a Value),
    /// The header names one that is not there: erased later, or a fault.
    Gone,
}

impl<'a> Body<'a> {
    /// The body, where it is there.
    pub fn value(self) -> Option<&'a Value> {
        match self {
            Self::Here(value) => Some(value),
            _ => None,
        }
    }
}

/// Why an entry was not admitted.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// It breaks a rule.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// What it depends on could not be read.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
}

/// What is remembered of a key that signed in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KidState {
    /// The place of its last entry.
    pub seq: u64,
    /// The raw CID of that entry's proof payload.
    pub payload: Cid,
    /// What that entry's proof had seen: it stands in this log.
    pub seen: Option<Seen>,
}

/// What a decision may know of a log.
#[derive(Debug, Clone)]
pub struct LogView {
    /// Where it is kept.
    pub home: Home,
    /// Whose it is.
    pub owner: Owner,
    /// The place of its newest entry.
    pub seq: u64,
    /// The delegations that were ever given.
    pub delegations: Arc<Vec<Delegation>>,
    /// Whether custodial entries are forbidden.
    pub require_signed: bool,
    /// Whether an `auth.delete` stands in it.
    pub deleted: bool,
    /// Why this node may not write to it, if so.
    pub read_only: Option<String>,
}

/// The newest entry of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Newest {
    /// Its place.
    pub seq: u64,
    /// The CID of its header.
    pub cid: Cid,
    /// Its time.
    pub at: Timestamp,
}

/// The state of a log after its newest entry.
#[derive(Debug, Clone)]
pub struct LogState {
    pub(super) did: Did,
    pub(super) ops: Arc<OpTable>,
    pub(super) newest: Option<Newest>,
    pub(super) homes: Arc<Vec<HomeSpan>>,
    pub(super) owner: Owner,
    pub(super) delegations: Arc<Vec<Delegation>>,
    pub(super) require_signed: bool,
    pub(super) deleted: bool,
    pub(super) kids: Arc<HashMap<Kid, KidState>>,
    /// Whether `kids` has every key that ever signed here, so that no log need be asked.
    pub(super) kids_complete: bool,
    /// How far the chain of another author was, by its position.
    pub(super) authors: Arc<HashMap<Did, usize>>,
    pub(super) authors_complete: bool,
    /// The operation that the newest entry belongs to.
    pub(super) operation: Option<Operation>,
    /// Whether bodies that are not *keep* may be missing: what a person may see of a shared log.
    pub(super) may_withhold: bool,
    /// What only a whole replay remembers; the writer's copy has none.
    pub(super) replay: Option<Box<Replay>>,
}

impl LogState {
    /// The state before the first entry, for a replay: it remembers all that a verifier must.
    pub fn new(did: Did, ops: Arc<OpTable>) -> Self {
        let mut state = Self::for_writer(did, ops);
        state.replay = Some(Box::default());
        state
    }

    /// The state before the first entry, for the writer: of what is long past it asks the log.
    pub(crate) fn for_writer(did: Did, ops: Arc<OpTable>) -> Self {
        Self {
            did,
            ops,
            newest: None,
            homes: Arc::default(),
            owner: Owner::Nobody,
            delegations: Arc::default(),
            require_signed: false,
            deleted: false,
            kids: Arc::default(),
            kids_complete: true,
            authors: Arc::default(),
            authors_complete: true,
            operation: None,
            may_withhold: false,
            replay: None,
        }
    }

    /// For what a person may see of a shared log: bodies that are not *keep* may be missing.
    #[must_use]
    pub fn withholding(mut self) -> Self {
        self.may_withhold = true;
        self
    }

    /// What can only be told at the end of a replay, and the place of the entry that it is about.
    pub fn finish(&self) -> Result<(), (u64, Fault)> {
        self.replay
            .as_ref()
            .map_or(Ok(()), |replay| replay.finish())
    }

    /// Whose log.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// The newest entry.
    pub fn newest(&self) -> Option<&Newest> {
        self.newest.as_ref()
    }

    /// The place of the next entry.
    pub fn next_seq(&self) -> u64 {
        self.newest.map_or(0, |newest| newest.seq + 1)
    }

    /// The home in force.
    pub fn home(&self) -> Option<&Home> {
        self.homes.last().map(|span| &span.home)
    }

    /// All homes, oldest first.
    pub fn homes(&self) -> &[HomeSpan] {
        &self.homes
    }

    /// The home that was in force at the entry `seq`.
    pub fn home_at(&self, seq: u64) -> Option<&Home> {
        self.homes
            .iter()
            .rev()
            .find(|span| span.from_seq <= seq)
            .map(|span| &span.home)
    }

    /// Whose it is.
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// All delegations that were ever given.
    pub fn delegations(&self) -> &[Delegation] {
        &self.delegations
    }

    /// Whether custodial entries are forbidden.
    pub fn require_signed(&self) -> bool {
        self.require_signed
    }

    /// Whether an `auth.delete` stands in the log.
    pub fn deleted(&self) -> bool {
        self.deleted
    }

    /// What is remembered of a key; none where it never signed, or where it is forgotten and the log must be asked.
    pub fn kid(&self, kid: &Kid) -> Option<&KidState> {
        self.kids.get(kid)
    }

    /// Whether [`LogState::kid`] knows every key that ever signed here.
    pub fn knows_all_kids(&self) -> bool {
        self.kids_complete
    }

    /// What a decision may know.
    pub fn view(&self, read_only: Option<String>) -> Option<LogView> {
        Some(LogView {
            home: self.home()?.clone(),
            owner: self.owner.clone(),
            seq: self.newest?.seq,
            delegations: self.delegations.clone(),
            require_signed: self.require_signed,
            deleted: self.deleted,
            read_only,
        })
    }

    /// The delegation of a key that covers an op at a time; of several the newest.
    pub fn delegation_for(&self, key: &[u8; 32], op: &str, at: Timestamp) -> Option<&Delegation> {
        let fits = |d: &&Delegation| {
            d.key.as_bytes() == key
                && !d.ended
                && d.covers(op)
                && at < d.until
                && d.uses.is_none_or(|uses| d.used < uses)
        };
        self.delegations.iter().rev().find(fits)
    }

    /// Forgets what can be found out again, and what only the operation that just ended needed: for keeping it long.
    pub(crate) fn forget_details(&mut self) {
        self.operation = None;
        if let Owner::Chain(chain) = &mut self.owner
            && chain.has_details()
        {
            Arc::make_mut(chain).forget_details();
        }
    }

    /// Takes in an entry that [`LogState::check`] admitted against this very state.
    pub fn advance(&mut self, admission: Admission) {
        let step = admission.step;
        if let Some((kid, state)) = step.kid {
            self.remember_kid(kid, state);
        }
        if let Some((author, position)) = step.author {
            self.remember_author(author, position);
        }
        if let Some(via) = step.used {
            let delegations = Arc::make_mut(&mut self.delegations);
            if let Some(delegation) = delegations.iter_mut().find(|d| d.cid == via) {
                delegation.used += 1;
            }
        }
        if let Some(replay) = &mut self.replay {
            replay.take_in(step.replay);
        }
        self.take_effect(step.effect, &step.newest);
        self.operation = step.operation;
        self.newest = Some(step.newest);
    }

    /// Takes in who signed an entry of one's own file.
    pub(crate) fn recall_signer(
        &mut self,
        entry: &Sealed,
        chain: impl FnOnce(&Did) -> Option<Arc<Chain>>,
    ) {
        let (Some(part), Some(proof)) = (entry.header.proof_part(), entry.header.proof()) else {
            return;
        };
        let author = &entry.header.author;
        if *author != self.did
            && let Some(position) = part.chain.and_then(|cid| chain(author)?.position(&cid))
        {
            self.remember_author(author.clone(), position);
        }
        let state = KidState {
            seq: entry.header.seq,
            payload: proof.payload.cid(),
            seen: part.seen,
        };
        self.remember_kid(part.kid.clone(), state);
    }

    /// Takes in the newest entry of one's own file; `complete` says whether all keys were taken in.
    pub(crate) fn recall_newest(&mut self, entry: &Sealed, complete: bool) {
        self.newest = Some(Newest {
            seq: entry.header.seq,
            cid: entry.cid,
            at: entry.header.at,
        });
        self.kids_complete &= complete;
        self.authors_complete &= complete;
    }

    pub(super) fn remember_kid(&mut self, kid: Kid, state: KidState) {
        let kids = Arc::make_mut(&mut self.kids);
        if let Some(known) = kids.get_mut(&kid) {
            *known = state;
            return;
        }
        if self.replay.is_none() && kids.len() >= KIDS_MAX {
            let oldest = kids
                .iter()
                .min_by_key(|(_, state)| state.seq)
                .map(|(kid, _)| kid.clone());
            if let Some(oldest) = oldest {
                kids.remove(&oldest);
                self.kids_complete = false;
            }
        }
        kids.insert(kid, state);
    }

    pub(super) fn remember_author(&mut self, author: Did, position: usize) {
        if self.authors.get(&author) == Some(&position) {
            return;
        }
        let authors = Arc::make_mut(&mut self.authors);
        if self.replay.is_none() && authors.len() >= AUTHORS_MAX {
            authors.clear();
            self.authors_complete = false;
        }
        authors.insert(author, position);
    }

    pub(super) fn take_effect(&mut self, effect: Effect, newest: &Newest) {
        match effect {
            Effect::None => {}
            Effect::Begin { owner, home } => {
                self.owner = owner;
                self.enter_home(newest.seq, home);
            }
            Effect::Owner(owner) => self.owner = owner,
            Effect::Home(home) => self.enter_home(newest.seq, home),
            Effect::Delegate(delegation) => Arc::make_mut(&mut self.delegations).push(delegation),
            Effect::EndDelegation(cid) => {
                let delegations = Arc::make_mut(&mut self.delegations);
                delegations
                    .iter_mut()
                    .filter(|d| d.cid == cid)
                    .for_each(|d| d.ended = true);
            }
            Effect::RequireSigned(required) => self.require_signed = required,
            Effect::Delete => self.deleted = true,
        }
    }

    fn enter_home(&mut self, from_seq: u64, home: Home) {
        Arc::make_mut(&mut self.homes).push(HomeSpan { from_seq, home });
    }
}
