//! Operations outside of chains: artifacts, countersignatures, revocations and public credentials.

use imajin_dfos::artifact::Artifact;
use imajin_dfos::countersign::Countersign;
use imajin_dfos::credential::{self, Credential, CredentialError, DELEGATION_MAX};
use imajin_dfos::operation::{self, Body};
use imajin_dfos::resolve::{KeyScope, ResolveError};
use imajin_dfos::revocation::Revocation;
use imajin_dfos::statement::{self, Attested, Statement, StatementError, Unverified};

use super::{Arrival, Outcome, RevokedGrant, Session, rejected, unresolved, waits};
use crate::store::{Answer, GrantRow, Kind, OperationRow};

impl Session<'_> {
    pub(super) fn artifact(
        &mut self,
        read: Unverified<'_, Artifact>,
        arrival: &Arrival<'_, '_>,
    ) -> Answer<Outcome> {
        let artifact = match self.attest(read, arrival, None)? {
            Ok(artifact) => artifact,
            Err(outcome) => return Ok(outcome),
        };
        let signer = artifact.did.as_str();
        if self.knowledge().is_deleted(signer)? {
            return Ok(rejected("identity is deleted"));
        }
        self.tx.put_artifact(&arrival.cid, &artifact, &self.ingested_at)?;
        self.accept(arrival, Kind::Artifact, signer, None)
    }

    pub(super) fn countersign(
        &mut self,
        read: Unverified<'_, Countersign>,
        arrival: &Arrival<'_, '_>,
    ) -> Answer<Outcome> {
        let countersign = match self.attest(read, arrival, None)? {
            Ok(countersign) => countersign,
            Err(outcome) => return Ok(outcome),
        };
        let (witness, target) = (countersign.did.as_str(), countersign.target.as_str());
        let Some(operation) = self.tx.operation(target)? else {
            return Ok(waits(format!("unknown target operation: {target}"), target));
        };
        if author(&operation).as_deref() == Some(witness) {
            return Ok(rejected("witness DID must differ from target author DID"));
        }
        if self.knowledge().is_deleted(witness)? {
            return Ok(rejected("witness identity is deleted"));
        }
        if self.tx.has_countersigned(target, witness)? {
            return Ok(Outcome::Duplicate { kind: Kind::Countersign, chain_id: target.to_owned() });
        }
        self.tx.put_countersign(&arrival.cid, &countersign, &self.ingested_at)?;
        self.accept(arrival, Kind::Countersign, target, None)
    }

    pub(super) fn revocation(
        &mut self,
        read: Unverified<'_, Revocation>,
        arrival: &Arrival<'_, '_>,
    ) -> Answer<Outcome> {
        let revocation = match self.attest(read, arrival, Some(KeyScope::Historical))? {
            Ok(revocation) => revocation,
            Err(outcome) => return Ok(outcome),
        };
        let issuer = revocation.did.as_str();
        if self.knowledge().is_deleted(issuer)? {
            return Ok(rejected("identity is deleted"));
        }
        // Everything that was passed on from the revoked one falls with it.
        self.dirty.grants_through(&self.tx, issuer)?;
        self.tx.put_revocation(&arrival.cid, &revocation)?;
        let grant = self.tx.grant(&revocation.credential)?;
        if let Some(grant) = grant.filter(|grant| grant.issuer == issuer) {
            self.tx.drop_grant(&revocation.credential)?;
            self.revoked = Some(RevokedGrant::from_scope(&grant.scope));
        }
        self.accept(arrival, Kind::Revocation, issuer, None)
    }

    pub(super) fn credential(
        &mut self,
        read: &Unverified<'_, Credential>,
        arrival: &Arrival<'_, '_>,
    ) -> Answer<Outcome> {
        let verified = {
            let knowledge = self.knowledge();
            let verifier = arrival.verifier(&knowledge);
            let verified = credential::verify(arrival.token, self.now.as_secs(), &verifier);
            knowledge.check()?;
            verified
        };
        let issuer = read.statement().issuer.as_str();
        if let Err(error) = verified {
            let cause = match &error {
                CredentialError::Statement(StatementError::Resolve(cause)) => Some(cause),
                _ => None,
            };
            return Ok(unresolved(&error, cause));
        }
        if self.tx.revoked_at(issuer, &arrival.cid)?.is_some() {
            return Ok(rejected("credential is revoked"));
        }
        let outcome = self.accept(arrival, Kind::Credential, issuer, None)?;
        let grant = grant(read.statement(), arrival);
        self.tx.put_grant(&grant)?;
        self.dirty.grant(&grant);
        Ok(outcome)
    }

    /// The statement, if its signature holds; else the outcome.
    fn attest<S: Statement>(
        &self,
        read: Unverified<'_, S>,
        arrival: &Arrival<'_, '_>,
        scope: Option<KeyScope>,
    ) -> Answer<Result<Attested<S>, Outcome>> {
        let knowledge = self.knowledge();
        let verifier = arrival.verifier(&knowledge);
        let scope = scope.unwrap_or(verifier.key_scope());
        let attested = read.attest(&verifier, scope);
        knowledge.check()?;
        Ok(attested.map_err(|error| {
            let cause: Option<&ResolveError> = match &error {
                StatementError::Resolve(cause) => Some(cause),
                _ => None,
            };
            unresolved(&error, cause)
        }))
    }
}

/// The author of an operation for the rules of countersigning. A credential has none.
fn author(operation: &OperationRow) -> Option<String> {
    if let Some(authored) = &operation.authored {
        return Some(authored.signer.clone());
    }
    match operation.kind {
        Kind::Credential => None,
        Kind::Countersign => match operation::read(&operation.token).ok()?.body() {
            Body::Countersign(read) => Some(read.statement().did.as_str().to_owned()),
            _ => None,
        },
        _ => Some(operation.chain_id.clone()),
    }
}

/// The row of a credential: the claimed root of its delegation, and the DIDs in it.
fn grant(leaf: &Credential, arrival: &Arrival<'_, '_>) -> GrantRow {
    let mut through = vec![leaf.issuer.as_str().to_owned()];
    let mut parent = leaf.parent.clone();
    while let Some(token) = parent.filter(|_| through.len() < DELEGATION_MAX) {
        let Ok(read) = statement::read::<Credential>(&token) else {
            break;
        };
        through.push(read.statement().issuer.as_str().to_owned());
        parent = read.statement().parent.clone();
    }
    let scope = leaf.scope.iter();
    GrantRow {
        cid: arrival.cid.clone(),
        token: arrival.token.to_owned(),
        issuer: leaf.issuer.as_str().to_owned(),
        root: through.last().cloned().unwrap_or_default(),
        expires_at_secs: leaf.expires_at_secs,
        scope: scope.map(|entry| (entry.resource.clone(), entry.action.clone())).collect(),
        through,
    }
}
