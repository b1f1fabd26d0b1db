//! Agreement: contributors sign the same bytes that a manifest's `signature` is over, and their signatures stand next to the
//! manifest, so that readers who know nothing of them still verify it.
//!
//! Always: an [`Agreed`] names each DID once, and only [`Signed::check`] says that its signatures are good.

use super::{FairError, Keys, SHARES_MAX, Signed};
use crate::jcs::{self, CanonicalForm};
use crate::json_signature::parse_signature;
use crate::{Did, Ppm};
use ed25519_dalek::Signer;
use imajin_dfos::jws::verify_signature;
use imajin_dfos::{SigningKey, hex};
use serde_json::{Value, json};

/// Maximum number of signatures: one of each contributor, and one of an owner who isn't among them.
pub const AGREED_MAX: usize = SHARES_MAX + 1;

/// One person's signature next to a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    did: Did,
    signature: [u8; 64],
}

/// The signatures next to a manifest, each of another DID. None of them is verified yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgreementList(Vec<Agreement>);

/// The result of checking the signatures next to a manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consent {
    /// DIDs of the list whose signature is by one of their keys, in the list's order.
    pub agreed: Vec<Did>,
    /// DIDs of the list whose signature is by none of the keys that the caller knows of them.
    pub wrong: Vec<Did>,
    /// Contributors with a weight above 0 who neither signed the manifest nor agreed to it.
    pub missing: Vec<Did>,
}

impl Agreement {
    /// Returns the DID that claims the signature.
    pub fn did(&self) -> &Did {
        &self.did
    }
}

impl AgreementList {
    /// Reads `[{did, signature}]`.
    ///
    /// # Errors
    /// [`FairError::Member`], which names the element and the member.
    pub fn read(value: &Value) -> Result<Self, FairError> {
        let items = value.as_array().filter(|items| items.len() <= AGREED_MAX);
        let items = items.ok_or_else(|| {
            FairError::Member("agreed".into(), "a list of at most 65 {did, signature}")
        })?;
        let mut all = Self::default();
        for (at, item) in items.iter().enumerate() {
            let wrong =
                |member: &str, want| FairError::Member(format!("agreed[{at}]{member}"), want);
            let text = |name: &str| item.get(name).and_then(Value::as_str);
            if item.as_object().is_none_or(|map| map.len() != 2) {
                return Err(wrong("", "an object with did and signature alone"));
            }
            let did = text("did").and_then(|text| Did::parse(text).ok());
            let did = did.ok_or_else(|| wrong(".did", "a DID"))?;
            let signature = text("signature").and_then(parse_signature);
            let signature =
                signature.ok_or_else(|| wrong(".signature", "128 hexadecimal digits"))?;
            if all.has(&did) {
                return Err(wrong(".did", "in the list once"));
            }
            all.0.push(Agreement { did, signature });
        }
        Ok(all)
    }

    /// Returns the list as JSON.
    pub fn to_value(&self) -> Value {
        let item =
            |one: &Agreement| json!({ "did": one.did, "signature": hex::encode(&one.signature) });
        Value::Array(self.0.iter().map(item).collect())
    }

    /// Adds a signature, in place of an earlier one of the same DID.
    pub fn put(&mut self, one: Agreement) {
        self.0.retain(|other| other.did != one.did);
        self.0.push(one);
    }

    /// Returns whether a signature of this DID is in the list.
    pub fn has(&self, did: &Did) -> bool {
        self.0.iter().any(|one| one.did == *did)
    }

    /// Returns whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the signatures.
    pub fn iter(&self) -> impl Iterator<Item = &Agreement> {
        self.0.iter()
    }
}

impl Signed {
    /// Agrees to the manifest with a contributor's or the owner's key.
    ///
    /// # Errors
    /// [`FairError::Stranger`] if the manifest names the DID as neither.
    pub fn agree(&self, did: &Did, key: &SigningKey) -> Result<Agreement, FairError> {
        if !self.manifest().names(did) {
            return Err(FairError::Stranger(did.clone()));
        }
        let text = self.signed_text().ok_or(FairError::Signature)?;
        Ok(Agreement { did: did.clone(), signature: key.sign(text.as_bytes()).to_bytes() })
    }

    /// Checks the signatures next to the manifest.
    ///
    /// # Errors
    /// [`FairError::Stranger`] if the list has a DID that is neither a contributor nor the owner.
    pub fn check(&self, agreed: &AgreementList, keys: &dyn Keys) -> Result<Consent, FairError> {
        let text = self.signed_text().ok_or(FairError::Signature)?;
        let mut consent = Consent::default();
        for one in agreed.iter() {
            if !self.manifest().names(&one.did) {
                return Err(FairError::Stranger(one.did.clone()));
            }
            let is_good = |key: &_| verify_signature(key, text.as_bytes(), &one.signature).is_ok();
            if keys.keys_of(&one.did).iter().any(is_good) {
                consent.agreed.push(one.did.clone())
            } else {
                consent.wrong.push(one.did.clone())
            }
        }
        for one in self.manifest().contributors() {
            let has_signed = one.did == *self.signer() || consent.agreed.contains(&one.did);
            if one.weight > Ppm::ZERO && !has_signed && !consent.missing.contains(&one.did) {
                consent.missing.push(one.did.clone());
            }
        }
        Ok(consent)
    }

    /// Returns the text that `signature` is over, in the form that its signer used.
    fn signed_text(&self) -> Option<String> {
        let document = self.manifest().signed_document();
        match self.form() {
            CanonicalForm::Jcs => Some(jcs::to_string(&document)),
            CanonicalForm::IcuEnUs => jcs::icu_en_us_order(&document),
        }
    }
}

#[cfg(test)]
mod tests;
