//! The two signatures of a manifest: both cover its canonical JSON without signatures, so either may sign first.

use super::{Dialect, FairError, Manifest, given};
use crate::jcs::{self, CanonicalForm};
use crate::json_signature::{has_one_meaning, parse_signature, sign_json, verify_json};
use crate::{Did, DidKind};
use imajin_dfos::jws::verify_signature;
use imajin_dfos::{PublicKey, SigningKey, VerifyingKey, base64, hex};
use serde_json::{Map, Value};

/// The members with the two signatures, which the signed text omits.
pub(super) const SIGNATURES: [&str; 2] = ["signature", "platformSignature"];

/// Maximum number of keys tried for one signature: more than a manifest's people usually have together.
const TRIES_MAX: usize = 256;

/// A signature with the signer that it claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signature {
    bytes: [u8; 64],
    claims: Option<Claim>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Claim {
    Did(Did),
    Key(PublicKey),
}

/// Looks up keys of DIDs.
pub trait Keys {
    /// Returns the keys that may have signed for a DID; empty for an unknown one.
    fn keys_of(&self, did: &Did) -> Vec<VerifyingKey>;
}

/// Takes the key in each DID's name: right as long as its owner never changed keys.
#[derive(Debug, Clone, Copy, Default)]
pub struct SuffixKeys;

impl Keys for SuffixKeys {
    fn keys_of(&self, did: &Did) -> Vec<VerifyingKey> {
        let key = did.key_bytes().map(|bytes| PublicKey::from_bytes(bytes).verifying_key());
        key.and_then(Result::ok).into_iter().collect()
    }
}

/// A manifest signed by one of the people it names.
#[derive(Debug, Clone, PartialEq)]
pub struct Signed {
    manifest: Manifest,
    signer: Did,
    form: CanonicalForm,
}

impl Signed {
    /// Returns a manifest that is assumed to be signed: for checking a division that someone else made, never for
    /// paying.
    pub(crate) fn taken_as_signed(manifest: Manifest) -> Option<Self> {
        let first = manifest.contributors().first().map(|one| &one.did);
        let signer = manifest.distributes().or(manifest.owner()).or(first);
        let signer = signer?.clone();
        Some(Self { manifest, signer, form: CanonicalForm::Jcs })
    }

    /// Returns the manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Returns the signer: a contributor or the owner.
    pub fn signer(&self) -> &Did {
        &self.signer
    }

    /// Returns the canonical form that was signed.
    pub fn form(&self) -> CanonicalForm {
        self.form
    }
}

impl Signature {
    pub(super) fn read(name: &str, value: Option<&Value>) -> Result<Option<Self>, FairError> {
        let wrong = || {
            let want = "128 hexadecimal digits, or an object with an Ed25519 signature";
            FairError::Member(name.to_owned(), want)
        };
        match given(value) {
            None => Ok(None),
            Some(Value::String(text)) => {
                Ok(Some(Self { bytes: parse_signature(text).ok_or_else(wrong)?, claims: None }))
            }
            Some(Value::Object(map)) => Self::read_object(map).ok_or_else(wrong).map(Some),
            Some(_) => Err(wrong()),
        }
    }

    /// Reads `{algorithm,value,publicKeyRef}` or `{signer,alg,value,signedAt}`.
    fn read_object(map: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| map.get(name).and_then(Value::as_str);
        let algorithm = text("algorithm").or_else(|| text("alg"))?;
        if !["ed25519", "eddsa"].contains(&algorithm.to_ascii_lowercase().as_str()) {
            return None;
        }
        let value = text("value")?;
        let from_base64 = || {
            let value = value.trim_end_matches('=');
            let bytes = base64::decode_url(value).or_else(|_| base64::decode_std(value));
            bytes.ok()?.try_into().ok()
        };
        let claims = match text("publicKeyRef").or_else(|| text("signer")) {
            None => None,
            Some(text) => Some(Claim::read(text)?),
        };
        Some(Self { bytes: parse_signature(value).or_else(from_base64)?, claims })
    }
}

impl Claim {
    /// Reads a DID, a DID with a key's name, a multikey, or a key in hex.
    fn read(text: &str) -> Option<Self> {
        if text.starts_with("did:") {
            let did = text.split('#').next().unwrap_or(text);
            return Did::parse(did).ok().map(Self::Did);
        }
        let key = PublicKey::from_hex(text).or_else(|_| PublicKey::from_multikey(text));
        key.ok().map(Self::Key)
    }

    fn allows(&self, did: &Did, key: &VerifyingKey) -> bool {
        match self {
            Self::Did(claimed) => claimed == did,
            Self::Key(claimed) => claimed.as_bytes() == key.as_bytes(),
        }
    }
}

impl Manifest {
    /// Returns the document that both signatures cover.
    pub fn signed_document(&self) -> Value {
        let mut document = self.0.document.clone();
        if let Some(map) = document.as_object_mut() {
            map.retain(|name, _| !SIGNATURES.contains(&name.as_str()));
        }
        document
    }

    /// Finds which of its contributors and its owner signed it. No one may be paid by a manifest that none of them
    /// signed.
    ///
    /// # Errors
    /// [`FairError::Unsigned`], or that the signature is someone else's.
    pub fn verify(self, keys: &dyn Keys) -> Result<Signed, FairError> {
        let signature = self.0.signature.as_ref().ok_or(FairError::Unsigned)?;
        let mut people: Vec<&Did> = Vec::new();
        for did in self.owner().into_iter().chain(self.contributors().iter().map(|one| &one.did)) {
            if !people.contains(&did) {
                people.push(did);
            }
        }
        let mut tries: Vec<(&Did, VerifyingKey)> = Vec::new();
        for did in people {
            let allowed =
                |key: &VerifyingKey| signature.claims.as_ref().is_none_or(|c| c.allows(did, key));
            let candidates = keys.keys_of(did).into_iter().filter(allowed);
            tries.extend(candidates.map(|key| (did, key)));
        }
        tries.truncate(TRIES_MAX);
        if let Some((by, form)) = self.0.found.get()
            && let Some((did, _)) = tries.iter().find(|(_, key)| key.as_bytes() == by)
        {
            let (signer, form) = ((*did).clone(), *form);
            return Ok(Signed { manifest: self, signer, form });
        }
        let document = self.signed_document();
        if !has_one_meaning(&document) {
            return Err(FairError::Signature);
        }
        let canonical = jcs::to_string(&document);
        let by_locale = jcs::icu_en_us_order(&document).filter(|text| *text != canonical);
        let forms = [(CanonicalForm::Jcs, Some(canonical)), (CanonicalForm::IcuEnUs, by_locale)];
        for (form, text) in &forms {
            let Some(text) = text else { continue };
            for (did, key) in &tries {
                if verify_signature(key, text.as_bytes(), &signature.bytes).is_ok() {
                    // Another thread may have found it meanwhile; the result is the same.
                    let _ = self.0.found.set((key.to_bytes(), *form));
                    let (signer, form) = ((*did).clone(), *form);
                    return Ok(Signed { manifest: self, signer, form });
                }
            }
        }
        Err(FairError::Signature)
    }

    /// Returns the form in which a platform's key signed it; `None` if it did not.
    pub fn verify_platform(&self, key: &VerifyingKey) -> Option<CanonicalForm> {
        let signature = self.0.platform_signature.as_ref()?;
        verify_json(key, &self.signed_document(), &signature.bytes)
    }

    /// Adds the signature of a contributor or the owner. Only for an unsigned manifest in the dialect that this module
    /// writes.
    pub fn sign(self, key: &SigningKey) -> Result<Self, FairError> {
        let free = self.0.signature.is_none();
        self.with_signature(SIGNATURES[0], free, key)
    }

    /// Adds the signature of a platform, with the same restriction.
    pub fn sign_as_platform(self, key: &SigningKey) -> Result<Self, FairError> {
        let free = self.0.platform_signature.is_none();
        self.with_signature(SIGNATURES[1], free, key)
    }

    fn with_signature(
        self,
        name: &str,
        is_free: bool,
        key: &SigningKey,
    ) -> Result<Self, FairError> {
        if self.dialect() != Dialect::V0_3_0 || !is_free {
            return Err(FairError::NotOurs);
        }
        let signature = hex::encode(&sign_json(key, &self.signed_document()));
        let mut document = self.0.document.clone();
        if let Some(map) = document.as_object_mut() {
            map.insert(name.to_owned(), Value::from(signature));
        }
        Self::from_value(document)
    }
}

/// Returns whether a DID can be paid: its name is a key's, not an alias or a conversation.
pub(super) fn is_payable(did: &Did) -> bool {
    did.kind() == DidKind::Key
}
