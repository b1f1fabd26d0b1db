//! From a credential up to the identity that owns the resource.
//!
//! Always: one parent at each level. With several, one of them could add what the root never granted.

use super::{Audience, Credential, CredentialError, covers, is_attenuated, verify};
use crate::Did;
use crate::resolve::Verifier;
use crate::statement::{Attested, StatementError};

/// Credentials from leaf to root, both counted, at most (DFOS v1 "Bounds").
pub const DELEGATION_MAX: usize = 16;

/// A request that a credential must permit.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The owner of the resource, where the delegation must begin.
    pub root: &'a Did,
    /// The requester; `None` needs a credential for everyone.
    pub audience: Option<&'a Did>,
    /// The resource, for instance `chain:` and an id.
    pub resource: &'a str,
    /// The action.
    pub action: &'a str,
    /// The time, in seconds since 1970: for an operation its own `createdAt`, rounded down.
    pub now_secs: i64,
}

/// A valid credential, with all its parents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    chain: Vec<Attested<Credential>>,
}

impl Grant {
    /// The credentials from the leaf to the root.
    pub fn chain(&self) -> &[Attested<Credential>] {
        &self.chain
    }
}

/// Checks whether `token` permits the request: verifies the credential and all its parents, their revocations, its
/// audience and its scope.
pub fn authorize(
    token: &str,
    request: &Request<'_>,
    verifier: &Verifier<'_>,
) -> Result<Grant, CredentialError> {
    let leaf = verify(token, request.now_secs, verifier)?;
    check_revocation(&leaf, request.now_secs, verifier)?;
    let grant = verify_delegation(leaf, request.root, request.now_secs, verifier)?;
    let leaf = grant.chain.first().ok_or(CredentialError::TooDeep(DELEGATION_MAX))?;
    let for_them = match request.audience {
        Some(did) => leaf.audience.includes(did),
        None => leaf.audience == Audience::Anyone,
    };
    if !for_them {
        return Err(CredentialError::Audience(leaf.audience.as_str().to_owned()));
    }
    if !covers(&leaf.scope, request.resource, request.action) {
        return Err(CredentialError::Scope {
            resource: request.resource.to_owned(),
            action: request.action.to_owned(),
        });
    }
    Ok(grant)
}

/// Walks from a verified credential to its root. The caller checks whether the leaf itself is revoked.
pub fn verify_delegation(
    leaf: Attested<Credential>,
    root: &Did,
    now_secs: i64,
    verifier: &Verifier<'_>,
) -> Result<Grant, CredentialError> {
    let mut chain = Vec::new();
    let mut child = leaf;
    loop {
        let Some(token) = &child.parent else {
            if child.issuer != *root {
                return Err(CredentialError::Root {
                    expected: root.clone(),
                    found: child.issuer.clone(),
                });
            }
            chain.push(child);
            return Ok(Grant { chain });
        };
        if chain.len() + 1 >= DELEGATION_MAX {
            return Err(CredentialError::TooDeep(DELEGATION_MAX));
        }
        let parent = verify(token, now_secs, verifier)?;
        check_revocation(&parent, now_secs, verifier)?;
        check_step(&parent, &child)?;
        chain.push(std::mem::replace(&mut child, parent));
    }
}

fn check_revocation(
    credential: &Attested<Credential>,
    now_secs: i64,
    verifier: &Verifier<'_>,
) -> Result<(), CredentialError> {
    let revoked = verifier
        .is_revoked(&credential.issuer, credential.cid(), now_secs)
        .map_err(StatementError::from)?;
    if revoked { Err(CredentialError::Revoked(credential.cid().to_string())) } else { Ok(()) }
}

/// CREDENTIALS "Delegation": issued to the identity that passed it on, and no more than that identity had.
fn check_step(parent: &Credential, child: &Credential) -> Result<(), CredentialError> {
    if !parent.audience.includes(&child.issuer) {
        return Err(CredentialError::Gap(child.issuer.clone()));
    }
    if child.expires_at_secs > parent.expires_at_secs {
        return Err(CredentialError::OutlivesParent);
    }
    if !is_attenuated(&parent.scope, &child.scope) { Err(CredentialError::Widens) } else { Ok(()) }
}
