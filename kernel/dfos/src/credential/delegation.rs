//! From a credential up to the identity whose resource it is.
//!
//! Always: one parent a level. With several, one of them could add what the root never gave.

use super::{Audience, Credential, CredentialError, covers, is_attenuated, verify};
use crate::Did;
use crate::resolve::Verifier;
use crate::statement::{Attested, StatementError};

/// Credentials from leaf to root, both counted, at most (DFOS v1 "Bounds").
pub const DELEGATION_MAX: usize = 16;

/// What somebody wants to do on the strength of a credential.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Whose resource it is: where the delegation must begin.
    pub root: &'a Did,
    /// Who wants it; nobody in particular needs a credential for anybody.
    pub audience: Option<&'a Did>,
    /// What it is about, for instance `chain:` and an id.
    pub resource: &'a str,
    /// What is to be done.
    pub action: &'a str,
    /// When, in seconds since 1970: for an operation its own `createdAt`, rounded down.
    pub now_secs: i64,
}

/// A credential that holds, with all that it is derived from.
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

/// Whether `token` allows what is asked for: verifies the credential and all that it is derived from, their
/// revocations, its audience and its scope.
pub fn authorize(
    token: &str,
    request: &Request<'_>,
    verifier: &Verifier<'_>,
) -> Result<Grant, CredentialError> {
    let leaf = verify(token, request.now_secs, verifier)?;
    check_revocation(&leaf, request.now_secs, verifier)?;
    let grant = verify_delegation(leaf, request.root, request.now_secs, verifier)?;
    let Some(leaf) = grant.chain.first() else {
        return Err(CredentialError::TooDeep(DELEGATION_MAX));
    };
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

/// Walks from a verified credential to its root. Whether the leaf itself is revoked is for the caller.
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
    if revoked {
        return Err(CredentialError::Revoked(credential.cid().to_string()));
    }
    Ok(())
}

/// CREDENTIALS "Delegation": given to the one who passed it on, and no more than was held.
fn check_step(parent: &Credential, child: &Credential) -> Result<(), CredentialError> {
    if !parent.audience.includes(&child.issuer) {
        return Err(CredentialError::Gap(child.issuer.clone()));
    }
    if child.expires_at_secs > parent.expires_at_secs {
        return Err(CredentialError::OutlivesParent);
    }
    if !is_attenuated(&parent.scope, &child.scope) {
        return Err(CredentialError::Widens);
    }
    Ok(())
}
