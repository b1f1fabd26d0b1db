//! The requirements and effects of the kernel's own operations (docs/format.md §4, §5, §6, §9).

use std::sync::Arc;

use imajin_dfos::Cid;
use imajin_protocol::Head;

use super::admission::Effect;
use super::delegation::Delegation;
use super::fault::fail;
use super::will::genesis;
use super::{Body, Code, Evidence, Fault, Home, LogState, Owner, Result, SignatureCheck, shape};
use crate::entry::Header;
use crate::ops;

impl LogState {
    /// Returns the effect of an entry on the state, if the rules allow it.
    pub(super) fn effect_of(
        &self,
        header: &Header,
        cid: &Cid,
        body: Body<'_>,
        evidence: &dyn Evidence,
        checks: &mut Vec<SignatureCheck>,
    ) -> Result<Effect> {
        if !header.op.starts_with("auth.") {
            return Ok(Effect::None);
        }
        if header.op == ops::HOME {
            let home = self.new_home(header, body, evidence, checks)?;
            return Ok(Effect::Home(home));
        }
        Ok(self.local_effect(header, cid, body)?)
    }

    /// Returns the effects that depend on this log alone.
    fn local_effect(&self, header: &Header, cid: &Cid, body: Body<'_>) -> Result<Effect, Fault> {
        let here = || body.value().ok_or_else(|| Fault::new(Code::Body, "the body is missing"));
        Ok(match header.op.as_str() {
            ops::IDENTITY_CREATE => self.create(header, here()?)?,
            ops::IDENTITY_REGISTER => self.register(header, here()?)?,
            ops::IDENTITY_UPDATE => {
                let token = shape::update(header, here()?)?;
                let Owner::Chain(chain) = &self.owner else {
                    return fail(Code::Identity, "there is no identity chain to update");
                };
                let mut next = (**chain).clone();
                next.push(token).map_err(|error| Fault::new(Code::Identity, error.to_string()))?;
                Effect::Owner(Owner::Chain(Arc::new(next)))
            }
            ops::DELEGATION_CREATE => {
                let delegate = shape::delegate(header, here()?)?;
                Effect::Delegate(Delegation {
                    cid: *cid,
                    seq: header.seq,
                    point: delegate.key.verifying_key().ok().map(Arc::new),
                    key: delegate.key,
                    scope: delegate.scope,
                    until: delegate.until,
                    uses: delegate.uses,
                    used: 0,
                    ended: false,
                })
            }
            ops::DELEGATION_END => {
                let ended = shape::named_cid(header, "a delegation entry")?;
                if !self.delegations.iter().any(|d| d.cid == ended) {
                    return fail(Code::Delegation, "ref names no delegation of this log");
                }
                Effect::EndDelegation(ended)
            }
            ops::SETTINGS_UPDATE => Effect::RequireSigned(shape::settings(header)?),
            ops::SIDE_ADOPT => {
                shape::named_cid(header, "an entry")?;
                Effect::None
            }
            ops::DELETE => {
                shape::delete(header, here()?)?;
                Effect::Delete
            }
            op if op.starts_with("auth.attestation.") && self.ops.get(op).is_some() => {
                shape::named_cid(header, "an attestation")?;
                Effect::None
            }
            _ => Effect::None,
        })
    }

    fn create(&self, header: &Header, body: &imajin_dfos::Value) -> Result<Effect, Fault> {
        if matches!(self.owner, Owner::Chain(_)) {
            return fail(Code::Identity, "the log already has its identity");
        }
        let create = shape::create(header, body)?;
        let owner = Owner::Chain(Arc::new(genesis(&self.did, create.token)?));
        if header.seq > 0 {
            return Ok(Effect::Owner(owner));
        }
        first_home(&create.home)?;
        Ok(Effect::Begin { owner, home: create.home })
    }

    fn register(&self, header: &Header, body: &imajin_dfos::Value) -> Result<Effect, Fault> {
        let (key, home) = shape::register(header, body)?;
        if Some(*key.as_bytes()) != self.did.key_bytes() {
            return fail(Code::Identity, "the registered key is not the one that the DID carries");
        }
        first_home(&home)?;
        Ok(Effect::Begin { owner: Owner::BareKey(key), home })
    }

    /// Makes the checks of §5, and returns the new home.
    fn new_home(
        &self,
        header: &Header,
        body: Body<'_>,
        evidence: &dyn Evidence,
        checks: &mut Vec<SignatureCheck>,
    ) -> Result<Home> {
        let Some(body) = body.value() else {
            return fail(Code::Body, "the body is missing");
        };
        let (Some(old), Some(newest)) = (self.home(), self.newest) else {
            return fail(Code::Home, "the log has no home to move from");
        };
        let moved = shape::home(header, body)?;
        let mut epoch = old.epoch;
        if let Some(text) = moved.abandons {
            let head = self.abandoned(text)?;
            epoch = epoch.max(head.payload.epoch);
            checks.push(self.head_check(&head, evidence, Code::Home)?);
        }
        if moved.home.epoch != epoch.saturating_add(1) {
            let text = format!("the epoch of the new home must be {}", epoch.saturating_add(1));
            return fail(Code::Home, text);
        }
        if let Some(part) = header.proof_part()
            && part.seen.map(|seen| seen.cid) != Some(newest.cid)
        {
            return fail(Code::Home, "seen is not the entry right before");
        }
        let head = evidence.head(old.epoch, &old.node)?;
        let fits = |head: &Head| {
            head.payload.did == self.did
                && head.payload.epoch == old.epoch
                && *head.node() == old.node
                && head.payload.seq == newest.seq
                && head.payload.cid == newest.cid
        };
        match head.filter(fits) {
            // A verifier checks all heads at the end, when it knows every entry.
            Some(_) if self.replay.is_some() => {}
            Some(head) => checks.push(self.head_check(&head, evidence, Code::Head)?),
            None => {
                let text = "the table heads lacks the old home's head of the entry right before";
                return fail(Code::Home, text);
            }
        }
        Ok(moved.home)
    }

    /// Returns the check of a head's signature, by a key that its node ever named. A node's own log contains its chain.
    fn head_check(
        &self,
        head: &Head,
        evidence: &dyn Evidence,
        code: Code,
    ) -> Result<SignatureCheck> {
        let chain = if *head.node() == self.did {
            self.owner().chain().cloned()
        } else {
            evidence.chain(head.node())?
        };
        let Some(key) = chain.and_then(|chain| chain.ever_auth_key(head.kid.key_id())) else {
            let text = format!("the head's key {} was never an auth key of that node", head.kid);
            return fail(code, text);
        };
        Ok(SignatureCheck {
            key,
            others: Vec::new(),
            signing_input: head.signing_input(),
            signature: head.signature,
            code,
        })
    }

    fn abandoned(&self, text: &str) -> Result<Head, Fault> {
        let head = Head::parse(text)
            .map_err(|error| Fault::new(Code::Home, format!("abandons: {error}")))?;
        if head.payload.did != self.did {
            return fail(Code::Home, "abandons is not a head of this log");
        }
        Ok(head)
    }

    /// Applies the effect of an entry in one of this node's own files, which was checked when it was entered. Entries
    /// come in order; those without an effect may be left out.
    pub fn recall(&mut self, entry: &crate::entry::Sealed, body: Body<'_>) -> Result<(), Fault> {
        let header = &*entry.header;
        let effect = match (header.op.as_str(), body.value()) {
            (ops::HOME, Some(body)) => Effect::Home(shape::home(header, body)?.home),
            _ => self.local_effect(header, &entry.cid, body)?,
        };
        if let Some(via) = header.via {
            let delegations = Arc::make_mut(&mut self.delegations);
            delegations
                .iter_mut()
                .filter(|d| d.cid == via && d.uses.is_some())
                .for_each(|d| d.used += 1);
        }
        let newest = super::model::Newest { seq: header.seq, cid: entry.cid, at: header.at };
        self.take_effect(effect, &newest);
        self.newest = Some(newest);
        Ok(())
    }
}

fn first_home(home: &Home) -> Result<(), Fault> {
    if home.epoch == 1 { Ok(()) } else { fail(Code::Home, "the first home has epoch 1") }
}
