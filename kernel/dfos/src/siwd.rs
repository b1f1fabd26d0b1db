//! Sign in with DFOS: an identity signs the challenge of a site, and the site then knows the identity.
//!
//! Always: the challenge has one text, and that text is what is signed. Only keys in force for authentication are
//! accepted. The site makes sure that a nonce is used once.
//!
//! Rules: DFOS v1 SIWD.

mod scope;

use ed25519_dalek::SigningKey;

pub use scope::Scope;

use crate::canonical::{self, Members};
use crate::jws;
use crate::resolve::{KeyScope, Verifier};
use crate::statement::{Result, StatementError, members};
use crate::{Did, Timestamp};

/// The `typ` of a signed challenge.
pub const TYP: &str = "did:dfos:siwd";
/// Seconds by which a challenge may lie in the future, because clocks differ.
pub const SKEW_SECS_MAX: i64 = 60;
/// Seconds that a challenge may usually be old when it returns by a redirect.
pub const WINDOW_SECS: i64 = 300;

/// A site's challenge to an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// The site's domain, which the signer must see.
    pub domain: String,
    /// Fresh for every challenge.
    pub nonce: String,
    /// When it was made, in whole seconds.
    pub timestamp: Timestamp,
    /// The site's own statement; to be shown as such.
    pub statement: Option<String>,
    /// The identity that must sign, if the site knows it.
    pub did: Option<Did>,
}

impl Challenge {
    /// Parses a challenge.
    ///
    /// # Errors
    /// Any text other than the canonical one, or an unknown member.
    pub fn parse(text: &[u8]) -> Result<Self> {
        const DID: &str = "did";
        let members = ["domain", "nonce", "timestamp", "statement", DID];
        let value = canonical::parse(text, &members)?;
        let challenge = Self {
            domain: members::filled(&value, "domain")?.to_owned(),
            nonce: members::filled(&value, "nonce")?.to_owned(),
            timestamp: canonical::whole_seconds(&value, "timestamp")?,
            statement: members::optional_text(&value, "statement")?,
            did: value.get(DID).map(|_| members::did(&value, DID)).transpose()?,
        };
        canonical::check(text, &challenge.to_text())?;
        Ok(challenge)
    }

    /// The text to sign.
    pub fn to_text(&self) -> String {
        let mut members = Members::new();
        members.text("domain", &self.domain);
        members.text("nonce", &self.nonce);
        members.text("timestamp", &self.timestamp.to_string());
        if let Some(statement) = &self.statement {
            members.text("statement", statement);
        }
        if let Some(did) = &self.did {
            members.text("did", did.as_str());
        }
        members.finish()
    }
}

/// A site's requirements for a signed challenge.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The site's own domain.
    pub domain: &'a str,
    /// The nonce that the site gave, and that it will not accept again.
    pub nonce: &'a str,
    /// The current time.
    pub now: Timestamp,
    /// The challenge's largest age in seconds.
    pub window_secs: i64,
}

/// An identity that signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The identity.
    pub did: Did,
    /// The key that signed.
    pub key_id: String,
    /// The signed challenge.
    pub challenge: Challenge,
}

/// Why a signed challenge was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum SiwdError {
    #[error(transparent)]
    Statement(#[from] StatementError),
    #[error("the challenge is for another identity")]
    Did,
    #[error("the challenge is for another domain")]
    Domain,
    #[error("the nonce is not the one that the site gave")]
    Nonce,
    #[error("the challenge is outside the time allowed")]
    Time,
}

/// Verifies a signed challenge with the keys in force for authentication.
pub fn verify(
    token: &str,
    expected: &Expected<'_>,
    verifier: &Verifier<'_>,
) -> Result<Session, SiwdError> {
    let jws = jws::parse(token, TYP).map_err(StatementError::from)?;
    let challenge = Challenge::parse(jws.payload())?;
    let (did, key_id) = jws.kid().split_once('#').ok_or(StatementError::KeyId)?;
    let did = Did::parse(did).map_err(|_| StatementError::KeyId)?;
    if challenge.did.as_ref().is_some_and(|named| *named != did) {
        return Err(SiwdError::Did);
    }
    if challenge.domain != expected.domain {
        return Err(SiwdError::Domain);
    }
    if challenge.nonce != expected.nonce {
        return Err(SiwdError::Nonce);
    }
    let age_millis = expected.now.as_millis() - challenge.timestamp.as_millis();
    let allowed = -SKEW_SECS_MAX * 1000..=expected.window_secs.saturating_mul(1000);
    if !allowed.contains(&age_millis) {
        return Err(SiwdError::Time);
    }
    verifier.check_signature(&jws, &did, key_id, KeyScope::CurrentAuth)?;
    Ok(Session { key_id: key_id.to_owned(), did, challenge })
}

/// Signs a challenge. The signer must be the identity that the challenge names, if it names one.
pub fn sign(
    challenge: &Challenge,
    did: &Did,
    key_id: &str,
    key: &SigningKey,
) -> Result<String, SiwdError> {
    let text = challenge.to_text();
    Challenge::parse(text.as_bytes())?;
    if challenge.did.as_ref().is_some_and(|named| named != did) {
        return Err(SiwdError::Did);
    }
    let kid = did.key_url(key_id);
    Ok(jws::sign(&[("typ", TYP), ("kid", &kid)], text.as_bytes(), key))
}
