//! The common parts of all signed documents except identity operations: a payload of one type, whose CID is in the
//! header, signed by a key of the DID that the payload names.
//!
//! Always: an [`Unverified`] has the right form, schema, size and CID, and proves nothing; an [`Attested`] exists only
//! for a statement with a verified signature. Unknown members stay in the token and are part of the CID, but not of the
//! typed statement.
//!
//! Rules: DFOS v1 PROTOCOL "Signing", "Signature Verification Profile", "Forward compatibility".

mod error;
pub(crate) mod members;

use std::ops::Deref;

use ed25519_dalek::SigningKey;

pub use error::{Result, StatementError};

use crate::cid::dag_cbor_cid;
use crate::jws::{Jws, JwsError};
use crate::resolve::{KeyScope, Verifier};
use crate::{Cid, Did, Value, cbor, json, jws};

/// The version of every payload (DFOS v1).
pub const VERSION: i64 = 1;

/// A kind of signed document.
pub trait Statement: Sized {
    /// The `typ` of its tokens.
    const TYP: &'static str;
    /// Bytes of a token, at most; longer ones are refused before anything is decoded.
    const TOKEN_BYTES_MAX: usize = usize::MAX;
    /// Bytes of the payload as dag-cbor, at most.
    const PAYLOAD_BYTES_MAX: usize = usize::MAX;

    /// Parses a payload, ignoring unknown members.
    fn from_value(payload: &Value) -> Result<Self>;

    /// The payload to sign.
    fn to_value(&self) -> Value;

    /// The signer: the DID in front of the `#` of the token's `kid`.
    fn signer(&self) -> &Did;

    /// Checks the size of a payload whose dag-cbor is `form`.
    fn check_size(payload: &Value, form: &[u8]) -> Result<()> {
        let _ = payload;
        check_bytes("the payload", form.len(), Self::PAYLOAD_BYTES_MAX)
    }
}

pub(crate) fn check_bytes(what: &'static str, bytes: usize, bytes_max: usize) -> Result<()> {
    if bytes > bytes_max {
        return Err(StatementError::TooLarge { what, bytes, bytes_max });
    }
    Ok(())
}

/// A statement whose token is well formed. Nothing is proved yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unverified<'a, S> {
    jws: Jws<'a>,
    statement: S,
    cid: Cid,
    /// The offset of the key id in the `kid`.
    key_id_at: usize,
}

/// Reads a token without checking its signature: for sorting, and for collecting signatures in a
/// [`crate::batch::Batch`].
pub fn read<S: Statement>(token: &str) -> Result<Unverified<'_, S>> {
    check_bytes("the token", token.len(), S::TOKEN_BYTES_MAX)?;
    Unverified::from_jws(jws::parse(token, S::TYP)?)
}

impl<'a, S: Statement> Unverified<'a, S> {
    pub(crate) fn from_jws(jws: Jws<'a>) -> Result<Self> {
        let payload = jws.payload_value()?;
        let statement = S::from_value(&payload)?;
        let form = cbor::encode(&payload);
        S::check_size(&payload, &form)?;
        let cid = dag_cbor_cid(&form);
        if jws.cid() != Some(cid.to_string().as_str()) {
            return Err(StatementError::Cid);
        }
        let did = jws.kid().split_once('#').map(|(did, _)| did);
        if did != Some(statement.signer().as_str()) {
            return Err(StatementError::KeyId);
        }
        let key_id_at = statement.signer().as_str().len() + 1;
        Ok(Self { jws, statement, cid, key_id_at })
    }

    /// The token.
    pub fn jws(&self) -> &Jws<'a> {
        &self.jws
    }

    /// The statement.
    pub fn statement(&self) -> &S {
        &self.statement
    }

    /// The CID of its payload.
    pub fn cid(&self) -> &Cid {
        &self.cid
    }

    /// The id of the claimed key.
    pub fn key_id(&self) -> &str {
        self.jws.kid().get(self.key_id_at..).unwrap_or_default()
    }

    /// Checks the signature with the signer's key in that scope.
    pub fn attest(self, verifier: &Verifier<'_>, scope: KeyScope) -> Result<Attested<S>> {
        let signer = self.statement.signer();
        verifier.check_signature(&self.jws, signer, self.key_id(), scope)?;
        Ok(Attested { key_id: self.key_id().to_owned(), cid: self.cid, statement: self.statement })
    }
}

/// A statement with a verified signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attested<S> {
    cid: Cid,
    key_id: String,
    statement: S,
}

impl<S> Attested<S> {
    /// The CID of its payload.
    pub fn cid(&self) -> &Cid {
        &self.cid
    }

    /// The id of the key that signed.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The statement without its proof.
    pub fn into_statement(self) -> S {
        self.statement
    }
}

impl<S> Deref for Attested<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.statement
    }
}

/// A new statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedToken {
    /// The statement as compact JWS.
    pub token: String,
    /// Its CID.
    pub cid: Cid,
}

/// Signs a statement with a key of its signer.
///
/// # Errors
/// The statement has a form that others would refuse.
pub fn sign<S: Statement>(statement: &S, key_id: &str, key: &SigningKey) -> Result<SignedToken> {
    let payload = statement.to_value();
    let cid = dag_cbor_cid(&cbor::encode(&payload));
    let text = json::to_jcs(&payload).map_err(JwsError::Payload)?;
    let kid = statement.signer().key_url(key_id);
    let header = [("typ", S::TYP), ("kid", kid.as_str()), ("cid", &cid.to_string())];
    let token = jws::sign(&header, text.as_bytes(), key);
    read::<S>(&token)?;
    Ok(SignedToken { token, cid })
}
