//! Finds the key for a proof and checks the signature, in the caller's task, many in parallel.

use std::sync::Arc;

use imajin_dfos::identity::Role;
use imajin_dfos::{Cid, PublicKey, VerifyingKey};
use imajin_log::ops::{self, RequiredAuthority};
use imajin_log::rules::{Chain, LogState, Owner};
use imajin_protocol::{Did, Proof};

use crate::errors::{KeyError, ReadError};
use crate::machine::{Command, Refusal, RefusalKind, SubmitError};
use crate::shared::Shared;

impl Shared {
    /// Returns the key in force for a proof. `auth.identity.create` brings its own: see [`Shared::check_will`].
    pub(crate) fn key_for(&self, proof: &Proof) -> Result<Arc<VerifyingKey>, KeyError> {
        let did = &proof.payload.did;
        let state = self.state(did)?;
        let spec = self.ops.get(&proof.payload.op);
        let is_controller = spec.is_some_and(|spec| spec.by == RequiredAuthority::Controller);
        let role = if is_controller { Role::Controller } else { Role::Auth };
        if let Some(via) = &proof.payload.via {
            return self.delegate_key(state.as_deref(), proof, Some(via));
        }
        if proof.kid.did() == did {
            let state = state.ok_or_else(|| KeyError::Unknown(did.clone()))?;
            return owner_key(&state, proof, role);
        }
        if proof.payload.chain.is_none() {
            return self.delegate_key(state.as_deref(), proof, None);
        }
        let author = proof.kid.did();
        let chain = self.chain_in(did, author)?.ok_or_else(|| KeyError::Unknown(author.clone()))?;
        if proof.payload.chain.as_ref() != Some(chain.head_cid()) {
            return Err(KeyError::Chain);
        }
        in_chain(&chain, proof, role)
    }

    /// Returns a delegate's key: the `kid` is the key itself. Whether the delegation that the proof names covers the
    /// operation now is checked before any service decides, because a decision could tell a delegate about things
    /// outside its scope; the rules check again with the entry. Older proofs did not name a delegation: none is entered
    /// now, since the home would choose it.
    fn delegate_key(
        &self,
        state: Option<&LogState>,
        proof: &Proof,
        via: Option<&Cid>,
    ) -> Result<Arc<VerifyingKey>, KeyError> {
        let not_in_force = || KeyError::NotInForce(proof.kid.clone());
        let bytes = proof.kid.did().key_bytes().ok_or_else(not_in_force)?;
        let state = state.ok_or_else(not_in_force)?;
        let is_delegate =
            state.delegations().iter().any(|d| *d.key.as_bytes() == bytes && !d.ended);
        if !is_delegate {
            return Err(not_in_force());
        }
        let (op, now) = (&proof.payload.op, self.clock.now());
        let is_covered = match via {
            Some(via) => {
                state.delegations().iter().any(|d| d.cid == *via && d.is_usable(&bytes, op, now))
            }
            None => state.delegation_for(&bytes, op, now).is_some(),
        };
        if !is_covered {
            return Err(KeyError::NotDelegated(op.clone()));
        }
        if via.is_none() {
            return Err(KeyError::DelegationUnnamed);
        }
        let key = self.keys.get(&PublicKey::from_bytes(bytes)).map_err(|_| not_in_force())?;
        Ok(Arc::new(key))
    }

    /// Checks a command's proof: its signature, with the key in force for it. Returns the CID of its payload.
    pub(crate) fn check_will(&self, command: &Command, proof: &Proof) -> Result<Cid, KeyError> {
        let key = if command.op == ops::IDENTITY_CREATE {
            creation_key(command, proof)?
        } else {
            self.key_for(proof)?
        };
        proof.verify(&key).map_err(|_| KeyError::Signature(proof.kid.clone()))
    }
}

fn owner_key(state: &LogState, proof: &Proof, role: Role) -> Result<Arc<VerifyingKey>, KeyError> {
    match state.owner() {
        Owner::Chain(chain) if proof.payload.chain.as_ref() != Some(chain.head_cid()) => {
            Err(KeyError::Chain)
        }
        Owner::Chain(chain) => in_chain(chain, proof, role),
        _ => Err(KeyError::NotInForce(proof.kid.clone())),
    }
}

fn in_chain(chain: &Chain, proof: &Proof, role: Role) -> Result<Arc<VerifyingKey>, KeyError> {
    let key = chain.newest_key(role, proof.kid.key_id());
    key.ok_or_else(|| KeyError::NotInForce(proof.kid.clone()))
}

/// Returns the key of the genesis in the body, which must verify with it (docs/format.md §4).
fn creation_key(command: &Command, proof: &Proof) -> Result<Arc<VerifyingKey>, KeyError> {
    let token = command.body.as_ref().and_then(|body| body.get_str("token"));
    let token = token.ok_or_else(|| KeyError::Genesis("the token is missing".to_owned()))?;
    let chain = Chain::genesis(&command.did, token)
        .map_err(|error| KeyError::Genesis(error.to_string()))?;
    if proof.payload.chain.as_ref() != Some(chain.head_cid()) {
        return Err(KeyError::Chain);
    }
    in_chain(&chain, proof, Role::Controller)
}

impl From<KeyError> for SubmitError {
    fn from(error: KeyError) -> Self {
        let text = error.to_string();
        let (kind, field) = match error {
            KeyError::Read(error) => return error.into(),
            KeyError::Genesis(_) => (RefusalKind::BadRequest, Some("token")),
            KeyError::Unknown(_) => (RefusalKind::NotFound, None),
            KeyError::Chain => (RefusalKind::Conflict, Some("chain")),
            KeyError::NotDelegated(_) => (RefusalKind::Forbidden, Some("via")),
            KeyError::DelegationUnnamed => (RefusalKind::BadRequest, Some("via")),
            KeyError::NotInForce(_) | KeyError::Signature(_) => (RefusalKind::Unauthorized, None),
        };
        let refusal = Refusal::new(kind, text);
        match field {
            Some(field) => refusal.field(field).into(),
            None => refusal.into(),
        }
    }
}

impl From<ReadError> for SubmitError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Quarantined { did, reason } => Self::Quarantined { did, reason },
            ReadError::Busy => Self::Busy,
            ReadError::NoService(_) => {
                Refusal::new(RefusalKind::Unavailable, error.to_string()).into()
            }
            ReadError::Database(_) | ReadError::Io(_) => {
                Refusal::new(RefusalKind::Stored, error.to_string()).into()
            }
        }
    }
}

/// Returns the author of a signed command, and the delegation that the proof names: with one, the log's owner is the
/// author.
pub(crate) fn author_of(proof: &Proof) -> (Did, Option<Cid>) {
    let via = proof.payload.via;
    let author = if via.is_some() { &proof.payload.did } else { proof.kid.did() };
    (author.clone(), via)
}
