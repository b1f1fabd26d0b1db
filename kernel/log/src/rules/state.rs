//! The state that the rules need of all entries so far, and how an admitted entry changes it.
//!
//! Always: cheap to clone, because the writer works on a copy until a batch is durable; large or rare parts are shared.

use std::collections::HashMap;
use std::sync::Arc;

use imajin_dfos::Timestamp;
use imajin_protocol::{Did, Kid};

use super::admission::{Admission, Effect};
use super::delegation::Delegation;
use super::model::{Home, HomeSpan, KidState, LogView, Newest, Operation, Owner};
use super::replay::Replay;
use super::{Chain, Fault};
use crate::entry::Sealed;
use crate::ops::OpTable;

/// Keys that the writer's copy of a state remembers; others are looked up in the log.
const KIDS_MAX: usize = 64;
/// Authors whose chain position the writer's copy remembers.
const AUTHORS_MAX: usize = 256;

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
    /// Whether `kids` has every key that ever signed here, so that no look-up is needed.
    pub(super) kids_complete: bool,
    /// The position of other authors' chains.
    pub(super) authors: Arc<HashMap<Did, usize>>,
    pub(super) authors_complete: bool,
    /// The operation that the newest entry belongs to.
    pub(super) operation: Option<Operation>,
    /// Whether bodies whose class is not *keep* may be missing: in the visible part of a shared log.
    pub(super) may_withhold: bool,
    /// The memory of a whole replay; `None` in the writer's copy.
    pub(super) replay: Option<Box<Replay>>,
}

impl LogState {
    /// Returns the state before the first entry, for a replay: it remembers everything that a verifier needs.
    pub fn new(did: Did, ops: Arc<OpTable>) -> Self {
        let mut state = Self::for_writer(did, ops);
        state.replay = Some(Box::default());
        state
    }

    /// Returns the state before the first entry, for the writer: it looks up old facts in the log.
    pub fn for_writer(did: Did, ops: Arc<OpTable>) -> Self {
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

    /// Allows missing bodies, except those of the class *keep*: for the visible part of a shared log.
    #[must_use]
    pub fn withholding(mut self) -> Self {
        self.may_withhold = true;
        self
    }

    /// Makes the checks that need the end of a replay.
    ///
    /// # Errors
    /// The fault, with the number of the entry that it is about.
    pub fn finish(&self) -> Result<(), (u64, Fault)> {
        self.replay.as_ref().map_or(Ok(()), |replay| replay.finish())
    }

    /// Returns the log's owner.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// Returns the newest entry.
    pub fn newest(&self) -> Option<&Newest> {
        self.newest.as_ref()
    }

    /// Returns the number of the next entry.
    pub fn next_seq(&self) -> u64 {
        self.newest.map_or(0, |newest| newest.seq + 1)
    }

    /// Returns the home in force.
    pub fn home(&self) -> Option<&Home> {
        self.homes.last().map(|span| &span.home)
    }

    /// Returns all homes, oldest first.
    pub fn homes(&self) -> &[HomeSpan] {
        &self.homes
    }

    /// Returns the home that was in force at the entry `seq`.
    pub fn home_at(&self, seq: u64) -> Option<&Home> {
        self.homes.iter().rev().find(|span| span.from_seq <= seq).map(|span| &span.home)
    }

    /// Returns the log's owner.
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// Returns all delegations that were ever made.
    pub fn delegations(&self) -> &[Delegation] {
        &self.delegations
    }

    /// Returns whether custodial entries are forbidden.
    pub fn require_signed(&self) -> bool {
        self.require_signed
    }

    /// Returns whether an `auth.delete` is in the log.
    pub fn deleted(&self) -> bool {
        self.deleted
    }

    /// Returns the state of a key; `None` if it never signed, or if the log must be asked.
    pub fn kid(&self, kid: &Kid) -> Option<&KidState> {
        self.kids.get(kid)
    }

    /// Returns whether [`LogState::kid`] knows every key that ever signed here.
    pub fn knows_all_kids(&self) -> bool {
        self.kids_complete
    }

    /// Returns the log as a decision sees it.
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

    /// Returns the newest delegation of a key that covers an operation at a time.
    pub fn delegation_for(&self, key: &[u8; 32], op: &str, at: Timestamp) -> Option<&Delegation> {
        let mut newest_first = self.delegations.iter().rev();
        newest_first.find(|delegation| delegation.is_usable(key, op, at))
    }

    /// Drops what can be computed again, and what only the operation that just ended needed, before the state is kept
    /// for long.
    pub fn forget_details(&mut self) {
        self.operation = None;
        if let Owner::Chain(chain) = &mut self.owner
            && chain.has_details()
        {
            Arc::make_mut(chain).forget_details();
        }
    }

    /// Applies an entry that [`LogState::check`] admitted against this very state.
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

    /// Applies the signer of an entry in one of this node's own files.
    pub fn recall_signer(
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
        let state =
            KidState { seq: entry.header.seq, payload: proof.payload.cid(), seen: part.seen };
        self.remember_kid(part.kid.clone(), state);
    }

    /// Applies the newest entry of one of this node's own files; `complete` says whether all keys were applied.
    pub fn recall_newest(&mut self, entry: &Sealed, complete: bool) {
        self.newest = Some(Newest { seq: entry.header.seq, cid: entry.cid, at: entry.header.at });
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
            let oldest = kids.iter().min_by_key(|(_, state)| state.seq).map(|(kid, _)| kid.clone());
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
                delegations.iter_mut().filter(|d| d.cid == cid).for_each(|d| d.ended = true);
            }
            Effect::RequireSigned(required) => self.require_signed = required,
            Effect::Delete => self.deleted = true,
        }
    }

    fn enter_home(&mut self, from_seq: u64, home: Home) {
        Arc::make_mut(&mut self.homes).push(HomeSpan { from_seq, home });
    }
}
