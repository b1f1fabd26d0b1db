//! .fair manifests: who made a work, and how its earnings are shared (docs/api.md, "Manifests").
//!
//! This module reads every dialect and writes one. A manifest keeps its text as received, because someone signed it,
//! and is never signed again. The caller supplies the signers' keys.
//!
//! **Shares.** The contributors' weights divide the rest after the sources' shares: with `derivesFrom: [{id,
//! weight: 0.2}]` a fifth goes to the work that this one derives from, and the contributors share the rest. A source
//! without a weight is only named.
//!
//! **A distribution manifest** says how a DID passes on what it earns: `type` is `distribution` and `id` is the DID.
//! The DID keeps a part by naming itself.
//!
//! **A work** is a file that the signed member `work` names. **Agreement** is more contributors' signatures, next to the
//! manifest (docs/works.md).

mod agreement;
mod agreements;
mod chain;
mod parser;
mod signature;
mod terms;
mod work;
mod write;

pub use agreement::{AGREED_MAX, Agreement, AgreementList, Consent};
pub use agreements::Agreements;
pub use chain::{
    ChainError, DEPTH_MAX, LINES_MAX, Library, Line, Payee, follow, followed, recipients,
};
pub use signature::{Keys, Signed, SuffixKeys};
pub use terms::Training;
pub use work::Work;
pub use write::Draft;

use crate::jcs::{self, CanonicalForm, ParseError};
use crate::json_form::json_form;
use crate::money::{Ppm, PpmError, SplitError, split};
use crate::{Did, Minor};
use imajin_dfos::hex;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use signature::Signature;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Maximum bytes of a manifest: one with the maximum of contributors has half of that.
pub const MANIFEST_BYTES_MAX: usize = 64 * 1024;
/// Maximum number of contributors, and of sources.
pub const SHARES_MAX: usize = 64;
/// Maximum bytes of an id, a type or a role.
pub const TEXT_BYTES_MAX: usize = 256;

/// The `type` of a manifest that distributes a DID's earnings.
pub const DISTRIBUTION: &str = "distribution";

/// The dialect that a manifest is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `version: "0.3.0"`, contributors with `id` and `weight`: the dialect that this module writes.
    V0_3_0,
    /// `version: "1.0"`, contributors with `did` and `share`.
    Shares1_0,
    /// `fair: "1.0"` and `attribution` with `did` and `share`.
    Attribution1_0,
    /// `version: "1.1"`, contributors with `did` and `share`.
    Shares1_1,
    /// `fair: "1.1"`, or `version: "1.1"` alone, and `attribution` with `did` and `share`.
    Attribution1_1,
}

/// SHA-256 over the canonical JSON of a manifest, signatures included: `sha256:<hex>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// A person who contributed to the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contributor {
    /// The contributor, in canonical form.
    pub did: Did,
    /// The contributor's role.
    pub role: Option<String>,
    /// The share of what the contributors get; all of them add up to the whole.
    pub weight: Ppm,
}

/// Something that the work derives from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The `id` of its manifest, or a DID.
    pub id: String,
    /// The share of this work's earnings that it gets.
    pub weight: Ppm,
    /// The digest of that manifest, if it is fixed.
    pub fair: Option<Digest>,
}

/// A parsed manifest; [`Manifest::verify`] says whether anyone signed it. Cheap to clone.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest(Arc<Content>);

/// The parsed content, shared by all clones.
#[derive(Debug)]
struct Content {
    text: String,
    document: Value,
    dialect: Dialect,
    digest: Digest,
    id: Option<String>,
    kind: Option<String>,
    owner: Option<Did>,
    contributors: Vec<Contributor>,
    sources: Vec<Source>,
    signature: Option<Signature>,
    platform_signature: Option<Signature>,
    /// The key and the form that `signature` verified with: never changes, for any caller.
    found: OnceLock<([u8; 32], CanonicalForm)>,
}

/// Everything else follows from the text.
impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// A row of the table for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// A DID, or the id of a source.
    pub who: String,
    /// The contributor's role; `None` for a source.
    pub role: Option<String>,
    /// Whether this is a source rather than a contributor.
    pub source: bool,
    /// The share of all that the work earns.
    pub share: Ppm,
}

/// Why a document is not a manifest, or not a signed one.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum FairError {
    #[error(transparent)]
    Json(#[from] ParseError),
    #[error("a manifest has at most {MANIFEST_BYTES_MAX} bytes")]
    TooLong,
    #[error(
        "a manifest says its version: \"version\" \"0.3.0\", \"1.0\" or \"1.1\" with contributors, or \"fair\" \"1.0\" or \"1.1\" with attribution"
    )]
    Version,
    #[error("the manifest's {0} must be {1}")]
    Member(String, &'static str),
    #[error("the contributors' shares: {0}")]
    Shares(PpmError),
    #[error("the sources' shares: {0}")]
    Sources(PpmError),
    #[error("the manifest is not signed: a contributor or the owner must sign it")]
    Unsigned,
    #[error(
        "the manifest's signature is not by a contributor or the owner, or the manifest was changed after it was signed"
    )]
    Signature,
    #[error(
        "{0} is neither a contributor nor the owner of the manifest, so their agreement means nothing: take it out of \"agreed\""
    )]
    Stranger(Did),
    #[error("only a manifest of version 0.3.0 that has no such signature yet can be signed")]
    NotOurs,
    #[error("a Link header cannot carry the manifest's address")]
    Link,
}

impl Manifest {
    /// Returns the dialect that it is written in.
    pub fn dialect(&self) -> Dialect {
        self.0.dialect
    }

    /// Returns the text as received.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Returns the id of the work.
    pub fn id(&self) -> Option<&str> {
        self.0.id.as_deref()
    }

    /// Returns the type of the work.
    pub fn kind(&self) -> Option<&str> {
        self.0.kind.as_deref()
    }

    /// Returns the work's owner, if the manifest names one.
    pub fn owner(&self) -> Option<&Did> {
        self.0.owner.as_ref()
    }

    /// Returns the contributors.
    pub fn contributors(&self) -> &[Contributor] {
        &self.0.contributors
    }

    /// Returns whether a DID is a contributor or the owner.
    fn names(&self, did: &Did) -> bool {
        let mut people = self.contributors().iter().map(|one| &one.did);
        self.owner() == Some(did) || people.any(|one| one == did)
    }

    /// Returns the sources.
    pub fn sources(&self) -> &[Source] {
        &self.0.sources
    }

    /// Returns the terms of use.
    pub fn terms(&self) -> Option<&Value> {
        self.0.document.get("terms")
    }

    /// Returns the whole document as JSON.
    pub fn document(&self) -> &Value {
        &self.0.document
    }

    /// Returns the SHA-256 over its canonical JSON, signatures included.
    pub fn digest(&self) -> Digest {
        self.0.digest
    }

    /// Returns the DID whose earnings this distributes, if it is a distribution manifest.
    pub fn distributes(&self) -> Option<&Did> {
        self.0
            .owner
            .as_ref()
            .filter(|owner| self.kind() == Some(DISTRIBUTION) && self.id() == Some(owner.as_str()))
    }

    /// Returns everyone with a share, as a table for people: contributors first, then sources; the shares add up to the
    /// whole.
    pub fn table(&self) -> Vec<Row> {
        let whole = Minor::new(i64::from(Ppm::WHOLE.get())).unwrap_or(Minor::ZERO);
        let parts = self.divide(whole).unwrap_or_default();
        let people =
            self.0.contributors.iter().map(|one| (one.did.to_string(), one.role.clone(), false));
        let sources = self.0.sources.iter().map(|one| (one.id.clone(), None, true));
        people
            .chain(sources)
            .zip(parts)
            .map(|((who, role, source), part)| Row {
                who,
                role,
                source,
                share: u32::try_from(part.get())
                    .ok()
                    .and_then(|ppm| Ppm::new(ppm).ok())
                    .unwrap_or_default(),
            })
            .collect()
    }

    /// Divides an amount: contributors first, then sources. The parts add up to the amount.
    pub fn divide(&self, amount: Minor) -> Result<Vec<Minor>, SplitError> {
        split(amount, &self.weights(|_| false, |_| false))
    }

    /// Divides an amount without those who are gone: a contributor's part goes to the other contributors in proportion, a source's part to
    /// all contributors. If no contributor is left, the sources get all.
    ///
    /// # Errors
    /// [`SplitError`], also if no one is left.
    pub fn divide_without(
        &self,
        amount: Minor,
        is_gone: impl Fn(&Contributor) -> bool,
        is_source_gone: impl Fn(&Source) -> bool,
    ) -> Result<Vec<Minor>, SplitError> {
        split(amount, &self.weights(is_gone, is_source_gone))
    }

    /// Returns the shares of all earnings in parts of 10^12 if no one is gone: contributors share what the sources
    /// leave.
    fn weights(
        &self,
        is_gone: impl Fn(&Contributor) -> bool,
        is_source_gone: impl Fn(&Source) -> bool,
    ) -> Vec<u64> {
        let weight = |is_gone: bool, weight: Ppm| if is_gone { 0 } else { u64::from(weight.get()) };
        let source = |one: &Source| weight(is_source_gone(one), one.weight);
        let person = |one: &Contributor| weight(is_gone(one), one.weight);
        let to_sources: u64 = self.0.sources.iter().map(source).sum();
        let rest = u64::from(Ppm::WHOLE.get()).saturating_sub(to_sources);
        // The sources keep their part of the whole if some contributors are gone.
        let left: u64 = self.0.contributors.iter().map(person).sum();
        let people = self.0.contributors.iter().map(|one| person(one) * rest);
        let sources = self.0.sources.iter().map(|one| source(one) * left.max(1));
        people.chain(sources).collect()
    }

    /// Returns the headers of a response with the work: its manifest's digest and address.
    pub fn headers(&self, address: &str) -> Result<[(&'static str, String); 2], FairError> {
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"<>\"\\^`{|}".contains(&byte);
        if address.is_empty() || !address.bytes().all(plain) {
            return Err(FairError::Link);
        }
        Ok([
            ("x-fair-digest", self.0.digest.to_string()),
            ("link", format!("<{address}>; rel=\"fair\"")),
        ])
    }
}

impl Digest {
    pub(crate) fn from_document(document: &Value) -> Self {
        Self(Sha256::digest(jcs::to_string(document)).into())
    }

    /// Returns the digest of several manifests in order, which pins a whole chain of them.
    pub fn of_all(digests: &[Self]) -> Self {
        Self::of_division(digests, &[])
    }

    /// Returns the digest of several manifests in order and of the people whose shares go to the others, which pins a
    /// whole division.
    pub fn of_division(digests: &[Self], gone: &[Did]) -> Self {
        let texts = digests.iter().map(|digest| Value::from(digest.to_string()));
        let people = || Value::from(gone.iter().map(Did::as_str).collect::<Vec<_>>());
        let gone = (!gone.is_empty()).then(people);
        Self::from_document(&Value::Array(texts.chain(gone).collect()))
    }

    /// Parses `sha256:<64 hex>`, lower case.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = hex::decode(text.strip_prefix("sha256:")?)?.try_into().ok()?;
        Some(Self(bytes)).filter(|digest| digest.to_string() == text)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", hex::encode(&self.0))
    }
}

json_form! { Digest as String, |digest| digest.to_string(), |text|
    Digest::parse(text).ok_or("a digest is sha256:<64 hex>")
}

/// Returns the value of a member; none for null, which means the same as no member.
fn given(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| !value.is_null())
}

#[cfg(test)]
pub(crate) mod tests;
