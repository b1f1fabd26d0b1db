//! Checks whose will an entry is, and whether it is allowed: proofs, sessions, the home's word (docs/format.md §3, §4,
//! §6).

use std::sync::Arc;

use imajin_dfos::identity::Role;
use imajin_dfos::{Cid, VerifyingKey};
use imajin_protocol::Kid;
use imajin_protocol::proof::EntryPosition;

use super::delegation::check_delegate;
use super::fault::fail;
use super::model::KidState;
use super::{
    Body, Chain, CheckError, Code, Evidence, Fault, Home, LogState, Owner, Result, SignatureCheck,
    shape,
};
use crate::entry::{Header, ProofPart, Will};
use crate::ops::{self, OpSpec, RequiredAuthority};

/// The message for a proof that was signed before the owner's keys changed.
pub const NOT_NEWEST: &str = "chain is not the owner's newest identity operation";

/// Milliseconds by which `iat` may differ from `at`.
pub(crate) const IAT_SLACK_MS: i64 = 300_000;

/// Returns whether an entry may be dated before the previous one (docs/format.md §5): the owner's `auth.home`, signed
/// when the previous date still lay ahead, corrects a wrong clock.
pub fn sets_clock_right(op: &str, iat: i64, before: imajin_dfos::Timestamp) -> bool {
    let latest = iat.saturating_mul(1000).saturating_add(IAT_SLACK_MS);
    op == ops::HOME && latest < before.as_millis()
}

/// The key that must have signed an entry.
struct Signer {
    key: Arc<VerifyingKey>,
    /// Another author, with the position of their chain.
    author: Option<(imajin_protocol::Did, usize)>,
    /// The delegation, if its uses are counted.
    used: Option<Cid>,
}

impl Signer {
    fn alone(key: Arc<VerifyingKey>) -> Self {
        Self { key, author: None, used: None }
    }
}

/// The result of checking a signed entry.
pub(super) struct Signed {
    pub(super) kid: (Kid, KidState),
    pub(super) author: Option<(imajin_protocol::Did, usize)>,
    pub(super) used: Option<Cid>,
}

/// Returns whether the operation's proof must have seen the entry right before.
fn sees_the_last(op: &str) -> bool {
    matches!(op, ops::IDENTITY_CREATE | ops::IDENTITY_UPDATE | ops::HOME)
}

/// Returns whether the operation needs a signature even in a log without a chain.
pub(super) fn is_always_signed(op: &str) -> bool {
    matches!(op, ops::IDENTITY_CREATE | ops::IDENTITY_UPDATE)
}

pub(super) fn role_of(spec: Option<&OpSpec>) -> Role {
    match spec {
        Some(spec) if spec.by == RequiredAuthority::Controller => Role::Controller,
        _ => Role::Auth,
    }
}

impl LogState {
    /// Checks which wills an operation may have, and which fields a will may have.
    pub(super) fn check_fields(&self, header: &Header, spec: Option<&OpSpec>) -> Result<(), Fault> {
        let op = header.op.as_str();
        if header.seq == 0 && !matches!(op, ops::IDENTITY_CREATE | ops::IDENTITY_REGISTER) {
            return fail(
                Code::Identity,
                "a log begins with auth.identity.create or auth.identity.register",
            );
        }
        // A verifier reports an operation that it does not know; a node does not enter one for another person.
        if is_anothers(header) && (spec.is_some() || self.replay.is_none()) {
            return fail(
                Code::Will,
                format!("{op} is only for the log's owner: no one else may write it there"),
            );
        }
        let Some(spec) = spec else {
            return self.check_custodial(header);
        };
        if op == ops::ANCHOR && header.author != header.did {
            return fail(Code::Will, format!("{op} belongs in the node's own log"));
        }
        if spec.by == RequiredAuthority::CustodialAtStart && header.seq > 0 {
            return fail(Code::Will, format!("{op} may only begin a log"));
        }
        let has_chain = matches!(self.owner, Owner::Chain(_));
        let may = match &header.will {
            Will::Derived => return self.check_may_derive(op, spec),
            Will::Signed(_) => !matches!(
                spec.by,
                RequiredAuthority::CustodialAtStart
                    | RequiredAuthority::Node
                    | RequiredAuthority::Derived
            ),
            Will::Custodial => match spec.by {
                RequiredAuthority::Any | RequiredAuthority::CustodialAtStart => true,
                RequiredAuthority::Controller | RequiredAuthority::OwnKey => {
                    !has_chain && !is_always_signed(op)
                }
                RequiredAuthority::Node | RequiredAuthority::Derived => false,
            },
            Will::Node => spec.by == RequiredAuthority::Node,
        };
        if !may {
            return fail(Code::Will, format!("{op} may not be {} here", header.will_kind()));
        }
        self.check_custodial(header)
    }

    fn check_may_derive(&self, op: &str, spec: &OpSpec) -> Result<(), Fault> {
        let derived = spec.by == RequiredAuthority::Derived
            || self.ops.iter().any(|spec| spec.derivation(op).is_some());
        if derived { Ok(()) } else { fail(Code::Cause, format!("{op} is never derived")) }
    }

    fn check_custodial(&self, header: &Header) -> Result<(), Fault> {
        if matches!(header.will, Will::Custodial) && self.require_signed {
            return fail(Code::Will, "the owner has forbidden custodial entries");
        }
        Ok(())
    }

    /// Checks a signed entry: `aud`, key, proof, order, `iat`.
    pub(super) fn check_signed(
        &self,
        header: &Header,
        body: Body<'_>,
        home: &Home,
        evidence: &dyn Evidence,
        payload: Option<Cid>,
        checks: &mut Vec<SignatureCheck>,
    ) -> Result<Signed> {
        let Some(part) = header.proof_part() else {
            return fail(Code::Will, "a signed entry has a proof");
        };
        let deleted = self.owner.chain().is_some_and(|chain| chain.is_deleted());
        if deleted && header.op != ops::IDENTITY_UPDATE {
            return fail(Code::Key, "the identity is deleted, which ends the signed entries");
        }
        if part.aud != home.node {
            let text =
                format!("the proof is addressed to {}, but the home is {}", part.aud, home.node);
            return fail(Code::Aud, text);
        }
        let Signer { key, author, used } = self.key_of(header, part, body, evidence)?;
        let payload = match payload {
            Some(payload) => payload,
            None => rebuild(header, key, checks)?,
        };
        self.check_order(header, part, evidence)?;
        if (part.iat.saturating_mul(1000) - header.at.as_millis()).abs() > IAT_SLACK_MS {
            return fail(Code::Iat, "iat is more than 300 s from at");
        }
        let state = KidState { seq: header.seq, payload, seen: part.seen };
        Ok(Signed { kid: (part.kid.clone(), state), author, used })
    }

    /// Returns the key that must have made the proof.
    fn key_of(
        &self,
        header: &Header,
        part: &ProofPart,
        body: Body<'_>,
        evidence: &dyn Evidence,
    ) -> Result<Signer> {
        let spec = self.ops.get(&header.op);
        if let Some(via) = &header.via {
            let (key, used) = self.delegate_key(header, part, via, spec)?;
            return Ok(Signer { key, author: None, used });
        }
        if *part.kid.did() != header.author {
            return fail(Code::Key, "kid is not a key of the author");
        }
        if header.op == ops::IDENTITY_CREATE {
            return Ok(Signer::alone(self.creation_key(header, part, body)?));
        }
        if header.author != self.did {
            let chain = evidence.chain(&header.author)?;
            let last = self.last_position(&header.author, chain.as_deref(), evidence)?;
            let named = part.chain.as_ref();
            let (position, key) = key_at(chain.as_deref(), &part.kid, named, role_of(spec), last)?;
            return Ok(Signer { key, author: Some((header.author.clone(), position)), used: None });
        }
        let Owner::Chain(chain) = &self.owner else {
            return fail(Code::Key, "the owner has a bare key, which signs no entries");
        };
        if part.chain.as_ref() != Some(chain.head_cid()) {
            return fail(Code::Key, NOT_NEWEST);
        }
        let role = role_of(spec);
        let key = chain.newest_key(role, part.kid.key_id());
        let key = key.ok_or_else(|| not_in_force(part, role))?;
        Ok(Signer::alone(key))
    }

    /// Makes the checks of §6.
    fn delegate_key(
        &self,
        header: &Header,
        part: &ProofPart,
        via: &Cid,
        spec: Option<&OpSpec>,
    ) -> Result<(Arc<VerifyingKey>, Option<Cid>), Fault> {
        let Some(delegation) = self.delegations.iter().find(|d| d.cid == *via) else {
            return fail(Code::Delegation, "via names no delegation of this log before this entry");
        };
        if header.author != self.did {
            return fail(Code::Delegation, "an entry under a delegation is not by the log's owner");
        }
        if delegation.ended {
            return fail(Code::Delegation, "the delegation was ended");
        }
        check_delegate(
            header,
            spec,
            &delegation.scope,
            delegation.until,
            delegation.key.as_bytes(),
            &part.kid,
        )?;
        if delegation.uses.is_some_and(|uses| delegation.used >= uses) {
            return fail(Code::Delegation, "the delegation is used up");
        }
        if part.chain.is_some() {
            return fail(Code::Key, "chain must be null under a delegation");
        }
        let Some(key) = &delegation.point else {
            return fail(
                Code::Proof,
                "the delegation names no key on the curve, so nothing verifies by it",
            );
        };
        Ok((key.clone(), delegation.uses.map(|_| delegation.cid)))
    }

    /// Returns the key of the genesis in the body, which must verify with it (§4).
    fn creation_key(
        &self,
        header: &Header,
        part: &ProofPart,
        body: Body<'_>,
    ) -> Result<Arc<VerifyingKey>, Fault> {
        if matches!(self.owner, Owner::Chain(_)) {
            return fail(Code::Identity, "the log already has its identity");
        }
        let Some(body) = body.value() else {
            return fail(Code::Body, "the body is missing");
        };
        let create = shape::create(header, body)?;
        let chain = genesis(&self.did, create.token)?;
        if part.chain.as_ref() != Some(chain.head_cid()) {
            return fail(Code::Key, "chain is not the genesis' own operation");
        }
        let key = chain.newest_key(Role::Controller, part.kid.key_id());
        let key = key.ok_or_else(|| not_in_force(part, Role::Controller))?;
        if header.seq > 0 {
            if Some(key.to_bytes()) != self.did.key_bytes() {
                return fail(Code::Key, "a bare key's chain is not begun by that very key");
            }
            if Some(&create.home) != self.home() {
                return fail(Code::Home, "the home is not the one in force");
            }
        }
        Ok(key)
    }

    /// Returns the position that another author's chain had reached before.
    fn last_position(
        &self,
        author: &imajin_protocol::Did,
        chain: Option<&Chain>,
        evidence: &dyn Evidence,
    ) -> Result<Option<usize>> {
        if let Some(position) = self.authors.get(author) {
            return Ok(Some(*position));
        }
        if self.authors_complete {
            return Ok(None);
        }
        let last = evidence.last_chain(author)?;
        Ok(last.and_then(|cid| chain?.position(&cid)))
    }

    /// Checks `after` and `seen` (§3).
    fn check_order(
        &self,
        header: &Header,
        part: &ProofPart,
        evidence: &dyn Evidence,
    ) -> Result<()> {
        let order = |text: &str| Err(CheckError::from(Fault::new(Code::Order, text)));
        let stored_kid;
        let kid_state = match self.kids.get(&part.kid) {
            None if !self.kids_complete => {
                stored_kid = evidence.last_by(&part.kid)?;
                stored_kid.as_ref()
            }
            kid_state => kid_state,
        };
        match part.seen {
            None if header.seq > 0 && header.author == self.did => {
                return order("seen may be null only in entry 0");
            }
            None => {}
            Some(position) => {
                if !self.stands(&position, kid_state, evidence)? {
                    return order("seen is not an entry of this log before this one");
                }
                if self.replay.is_none() && self.was_signed_before_home(header, position) {
                    return order("seen is older than the home in force: sign again");
                }
                if sees_the_last(&header.op)
                    && self.newest.map(|newest| newest.cid) != Some(position.cid)
                {
                    return order("seen is not the entry right before, as this operation needs it");
                }
            }
        }
        if part.after.as_ref() != kid_state.map(|known| &known.payload) {
            return order(
                "after is not the proof before by this key: something is missing, repeated or out of order",
            );
        }
        Ok(())
    }

    /// Returns whether the signer didn't know the home in force. A log that lost its end continues with a home entry;
    /// consequences of what was signed before it may be in other logs, and must not come again.
    fn was_signed_before_home(&self, header: &Header, seen: EntryPosition) -> bool {
        let home = self.homes.last();
        header.op != ops::HOME && home.is_some_and(|home| seen.seq < home.from_seq)
    }

    /// Returns whether `seen` is an entry of this log.
    fn stands(
        &self,
        seen: &EntryPosition,
        known: Option<&KidState>,
        evidence: &dyn Evidence,
    ) -> Result<bool> {
        match &self.newest {
            Some(newest) if seen.seq == newest.seq => Ok(seen.cid == newest.cid),
            Some(newest) if seen.seq < newest.seq => {
                // People sign many entries against one that they saw once.
                if known.is_some_and(|known| known.seen.as_ref() == Some(seen)) {
                    return Ok(true);
                }
                Ok(evidence.entry_cid(seen.seq)? == Some(seen.cid))
            }
            _ => Ok(false),
        }
    }
}

/// Returns whether someone enters an operation whom [`ops::WRITERS`] does not name for it (§8). The erasure itself
/// checks that erased bodies belong to their author.
pub(super) fn is_anothers(header: &Header) -> bool {
    matches!(header.will, Will::Signed(_) | Will::Custodial)
        && header.author != header.did
        && ops::writers(&header.op) == ops::Writers::Owner
}

/// Returns the proof as it was signed: the signature to check, and the CID of its payload.
fn rebuild(
    header: &Header,
    key: Arc<VerifyingKey>,
    checks: &mut Vec<SignatureCheck>,
) -> Result<Cid, Fault> {
    let Some(proof) = header.proof() else {
        return fail(Code::Proof, "a signed entry has a proof");
    };
    let (signing_input, payload) = proof.signing_input_and_cid();
    checks.push(SignatureCheck::of_proof(key, &proof, signing_input));
    Ok(payload)
}

pub(super) fn genesis(did: &imajin_protocol::Did, token: &str) -> Result<Chain, Fault> {
    Chain::genesis(did, token).map_err(|error| Fault::new(Code::Identity, error.to_string()))
}

fn not_in_force(part: &ProofPart, role: Role) -> Fault {
    Fault::new(Code::Key, format!("{} is not among the {} in force", part.kid, role.member()))
}

/// Returns the key of another author in the state that `named` names, and the position of that operation.
pub(super) fn key_at(
    chain: Option<&Chain>,
    kid: &Kid,
    named: Option<&Cid>,
    role: Role,
    last: Option<usize>,
) -> Result<(usize, Arc<VerifyingKey>), Fault> {
    let author = kid.did();
    let Some(chain) = chain else {
        return fail(Code::Key, format!("there is no identity chain of {author}"));
    };
    let Some(position) = named.and_then(|cid| chain.position(cid)) else {
        return fail(Code::Key, format!("chain names no operation of the identity of {author}"));
    };
    if last.is_some_and(|last| position < last) {
        return fail(Code::Key, format!("chain goes back to an older operation of {author}"));
    }
    if chain.is_deleted_at(position) {
        return fail(Code::Key, format!("the identity of {author} is deleted there"));
    }
    match chain.key(position, role, kid.key_id()) {
        Some(key) => Ok((position, key)),
        None => fail(Code::Key, format!("{kid} is not among the {} there", role.member())),
    }
}
