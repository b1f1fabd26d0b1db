//! Batches of signatures: collected first, checked in any order on any number of threads, and then looked up while the
//! operations are processed one after the other.
//!
//! Always: each signature is checked individually and strictly, with [`crate::jws::verify_signature`]; the cofactored
//! equations of batch verification accept signatures that other implementations refuse. A verdict counts only for
//! exactly the key, the text and the signature that it was found for, so a wrongly guessed key costs time and never
//! correctness.

use std::collections::HashMap;

use ed25519_dalek::VerifyingKey;

use crate::jws::{Jws, JwsError, verify_signature};

/// Tells a verifier whether a key made a signature.
pub trait Signatures {
    /// Whether `key` made `signature` over `input`, in the sense of [`verify_signature`].
    fn check(&self, key: &VerifyingKey, input: &[u8], signature: &[u8; 64])
    -> Result<(), JwsError>;
}

/// Checks every signature when the verifier needs it.
#[derive(Debug, Clone, Copy, Default)]
pub struct AtOnce;

impl Signatures for AtOnce {
    fn check(
        &self,
        key: &VerifyingKey,
        input: &[u8],
        signature: &[u8; 64],
    ) -> Result<(), JwsError> {
        verify_signature(key, input, signature)
    }
}

/// One signature to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    key: VerifyingKey,
    input: Box<[u8]>,
    signature: [u8; 64],
}

impl Check {
    /// The check of a token's signature with `key`.
    pub fn new(key: &VerifyingKey, jws: &Jws<'_>) -> Self {
        Self {
            key: *key,
            input: jws.signing_input().as_bytes().into(),
            signature: *jws.signature(),
        }
    }

    /// Checks the signature. This takes most of the time of any verification here.
    pub fn run(&self) -> Result<(), JwsError> {
        verify_signature(&self.key, &self.input, &self.signature)
    }
}

/// Independent signatures to check. Split [`Batch::checks`] among as many threads as you like, and pass their results
/// to [`Batch::verdicts`]; or let [`Batch::run`] do it on this thread.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    checks: Vec<Check>,
}

impl Batch {
    /// An empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a token's signature, to be checked with `key`; returns its index in the batch.
    pub fn push(&mut self, key: &VerifyingKey, jws: &Jws<'_>) -> usize {
        self.checks.push(Check::new(key, jws));
        self.checks.len() - 1
    }

    /// The checks in the order of pushing.
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// The number of signatures.
    pub fn len(&self) -> usize {
        self.checks.len()
    }

    /// Whether the batch is empty.
    pub fn is_empty(&self) -> bool {
        self.checks.is_empty()
    }

    /// Checks all signatures on this thread.
    pub fn run(self) -> Verdicts {
        let results: Vec<_> = self.checks.iter().map(Check::run).collect();
        self.verdicts(results)
    }

    /// Records the result of each check, in the order of [`Batch::checks`]; a check without a result runs when the
    /// verifier needs it.
    pub fn verdicts(self, results: impl IntoIterator<Item = Result<(), JwsError>>) -> Verdicts {
        let pairs = self.checks.into_iter().zip(results);
        Verdicts {
            known: pairs.map(|(check, result)| (check.signature, (check, result))).collect(),
        }
    }
}

/// The results of a batch. Signatures that were not in it are checked when the verifier needs them.
#[derive(Debug, Clone, Default)]
pub struct Verdicts {
    known: HashMap<[u8; 64], (Check, Result<(), JwsError>)>,
}

impl Signatures for Verdicts {
    fn check(
        &self,
        key: &VerifyingKey,
        input: &[u8],
        signature: &[u8; 64],
    ) -> Result<(), JwsError> {
        match self.known.get(signature) {
            Some((check, found)) if check.key == *key && *check.input == *input => found.clone(),
            _ => verify_signature(key, input, signature),
        }
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;
    use crate::jws;

    #[test]
    fn a_verdict_counts_for_its_own_key_and_text_only() {
        let key = |seed: u8| SigningKey::from_bytes(&[seed; 32]);
        let public = |seed: u8| key(seed).verifying_key();
        let tokens: Vec<String> =
            (0u8..8).map(|n| jws::sign(&[("typ", "t"), ("kid", "k")], &[n], &key(n % 2))).collect();
        let parsed: Vec<_> = tokens.iter().map(|t| jws::parse(t, "t").unwrap()).collect();
        // Every token is checked with key 0, though key 1 made half of them.
        let mut batch = Batch::new();
        for jws in &parsed {
            batch.push(&public(0), jws);
        }
        assert_eq!((batch.len(), batch.is_empty()), (8, false));
        let verdicts = batch.run();
        for (n, jws) in parsed.iter().enumerate() {
            for seed in 0..2 {
                let input = jws.signing_input().as_bytes();
                let answer = verdicts.check(&public(seed), input, jws.signature());
                let strict = verify_signature(&public(seed), input, jws.signature());
                assert_eq!(answer, strict, "token {n}, key {seed}");
                assert!(verdicts.check(&public(seed), b"another", jws.signature()).is_err());
            }
        }
    }

    #[test]
    fn what_was_not_found_is_checked_later() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let token = jws::sign(&[("typ", "t"), ("kid", "k")], b"x", &key);
        let jws = jws::parse(&token, "t").unwrap();
        let mut batch = Batch::new();
        batch.push(&key.verifying_key(), &jws);
        let verdicts = batch.verdicts([]);
        let input = jws.signing_input().as_bytes();
        assert_eq!(verdicts.check(&key.verifying_key(), input, jws.signature()), Ok(()));
    }
}
