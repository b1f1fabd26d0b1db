//! The part of ingestion that needs no lock: parsing tokens and verifying signatures on all cores.
//!
//! Always: a result is only a cache. The keys are a guess from the current state; admission uses the result for exactly
//! the key that the rules name, and verifies again if that is another key.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use imajin_dfos::batch::{Batch, Check, Verdicts};
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::credential::{Credential, DELEGATION_MAX};
use imajin_dfos::identity::{Action, Keys};
use imajin_dfos::jws::Jws;
use imajin_dfos::operation::{self, Body, Operation, OperationError};
use imajin_dfos::statement::{self, Unverified};
use imajin_dfos::{PublicKey, VerifyingKey, base64, cbor, json};
use rayon::prelude::*;

use super::knowledge::{Keyring, Recent};
use super::order::order;
use super::store::{Answer, Store};

/// Tokens below which a second core is not worth waking.
const PER_CORE_MIN: usize = 8;

/// A submission, read.
pub(super) struct Prepared<'a> {
    /// Items in the order of submission.
    pub(super) items: Vec<Item<'a>>,
    /// The order in which to ingest the parsed operations.
    pub(super) order: Vec<usize>,
    pub(super) verdicts: Verdicts,
    /// Identities that had to be looked up; may be out of date when the turn comes.
    pub(super) looked_up: Vec<Arc<Keyring>>,
}

/// A token, read or refused.
pub(super) enum Item<'a> {
    Read(Box<Operation<'a>>),
    Refused { cid: String, error: String },
}

/// Reads tokens and checks the signatures that can be checked now.
pub(super) fn prepare<'a>(
    tokens: &'a [String],
    store: &Store,
    recent: &Recent,
) -> Answer<Prepared<'a>> {
    let read = |token: &'a String| match operation::read(token) {
        Ok(operation) => Item::Read(Box::new(operation)),
        Err(error) => refused(token, &error),
    };
    let items: Vec<Item<'a>> = tokens.par_iter().with_min_len(PER_CORE_MIN).map(read).collect();
    let readable: Vec<_> = items.iter().map(Item::operation).collect();
    let order = order(&readable);
    let (verdicts, looked_up) = check(&items, store, recent)?;
    Ok(Prepared { items, order, verdicts, looked_up })
}

impl<'a> Item<'a> {
    fn operation(&self) -> Option<&Operation<'a>> {
        match self {
            Self::Read(operation) => Some(operation),
            Self::Refused { .. } => None,
        }
    }
}

fn refused<'a>(token: &str, error: &OperationError) -> Item<'a> {
    Item::Refused { cid: payload_cid(token).unwrap_or_default(), error: error.to_string() }
}

/// The CID of whatever the token carries, however wrong the rest of it is, so that a refusal can name it.
fn payload_cid(token: &str) -> Option<String> {
    let payload = base64::decode_url(token.split('.').nth(1)?).ok()?;
    let payload = json::parse(&payload).ok()?;
    Some(dag_cbor_cid(&cbor::encode(&payload)).to_string())
}

/// Signers by their DIDs, and those of them that had to be looked up.
type Signers<'a> = (HashMap<String, Signer<'a>>, Vec<Arc<Keyring>>);

/// Source of a signer's keys.
enum Signer<'a> {
    Known(Arc<Keyring>),
    /// Comes into being in the same submission.
    Born(&'a Keys),
}

impl Signer<'_> {
    fn key(&self, key_id: &str) -> Option<PublicKey> {
        match self {
            Self::Known(keyring) => keyring.any_key(key_id),
            Self::Born(keys) => {
                let mut keys = keys.iter();
                keys.find(|key| key.id() == key_id)?.public_key().ok()
            }
        }
    }
}

/// A signature to verify ahead, with its claimed signer.
struct Claim<'a> {
    did: &'a str,
    key_id: &'a str,
    jws: &'a Jws<'a>,
}

fn check(
    items: &[Item<'_>],
    store: &Store,
    recent: &Recent,
) -> Answer<(Verdicts, Vec<Arc<Keyring>>)> {
    let credentials = credentials(items);
    let credentials: Vec<Unverified<'_, Credential>> =
        credentials.iter().filter_map(|token| statement::read(token).ok()).collect();
    let operations = items.iter().filter_map(Item::operation);
    let claims: Vec<Claim<'_>> = operations
        .map(|operation| Claim {
            did: operation.signer().as_str(),
            key_id: operation.key_id(),
            jws: operation.jws(),
        })
        .chain(credentials.iter().map(|read| Claim {
            did: read.statement().issuer.as_str(),
            key_id: read.key_id(),
            jws: read.jws(),
        }))
        .collect();
    let (by_did, looked_up) = signers(items, &claims, store, recent)?;
    let key = |claim: &Claim<'_>| -> Option<VerifyingKey> {
        let signer = by_did.get(claim.did)?;
        recent.keys.get(&signer.key(claim.key_id)?).ok()
    };
    let mut batch = Batch::new();
    for claim in &claims {
        if let Some(key) = key(claim) {
            batch.push(&key, claim.jws);
        }
    }
    let outcomes: Vec<_> =
        batch.checks().par_iter().with_min_len(PER_CORE_MIN / 2).map(Check::run).collect();
    Ok((batch.verdicts(outcomes), looked_up))
}

/// The credentials under which content is written, up to their roots; each once, however many writes carry it.
fn credentials(items: &[Item<'_>]) -> BTreeSet<String> {
    let mut tokens = BTreeSet::new();
    for operation in items.iter().filter_map(Item::operation) {
        let Body::Content(read) = operation.body() else {
            continue;
        };
        let mut next = read.statement().action.authorization().map(str::to_owned);
        let mut depth = 0;
        while let Some(token) =
            next.filter(|token| depth < DELEGATION_MAX && !tokens.contains(token))
        {
            let Ok(read) = statement::read::<Credential>(&token) else {
                break;
            };
            next = read.statement().parent.clone();
            depth += 1;
            tokens.insert(token);
        }
    }
    tokens
}

fn signers<'a>(
    items: &'a [Item<'_>],
    claims: &[Claim<'_>],
    store: &Store,
    recent: &Recent,
) -> Answer<Signers<'a>> {
    let mut signers = HashMap::new();
    for operation in items.iter().filter_map(Item::operation) {
        if let Body::Identity(read) = operation.body()
            && let Action::Create { keys, .. } = &read.operation().action
        {
            let did = operation.signer().as_str();
            signers.insert(did.to_owned(), Signer::Born(keys));
        }
    }
    let mut unknown = HashSet::new();
    for claim in claims {
        let did = claim.did;
        if !signers.contains_key(did) && !unknown.contains(did) {
            match recent.keyring(did) {
                Some(keyring) => {
                    signers.insert(did.to_owned(), Signer::Known(keyring));
                }
                None => {
                    unknown.insert(did.to_owned());
                }
            }
        }
    }
    let mut looked_up = Vec::new();
    if !unknown.is_empty() {
        store.read(|reads| {
            for did in &unknown {
                if let Some(row) = reads.identity(did)? {
                    let keyring = Arc::new(Keyring::from_chain(&row.chain));
                    signers.insert(did.clone(), Signer::Known(Arc::clone(&keyring)));
                    looked_up.push(keyring);
                }
            }
            Ok(())
        })?;
    }
    Ok((signers, looked_up))
}
