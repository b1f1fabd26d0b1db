//! .fair manifests: who made a work, and how what it earns is shared (WIRE.md §4).
//!
//! Every dialect is read, one is written. What was read keeps its text as it came, since somebody signed it; it is
//! never signed again. Whose keys count is asked of the caller.
//!
//! **Shares.** The contributors' weights are the whole of what is left when the sources' shares are taken off the top:
//! with `derivesFrom: [{id, weight: 0.2}]` a fifth goes on to the work that this one derives from, and the contributors
//! share the rest. A source without a weight is named and gets nothing.
//!
//! **A distribution manifest** is what somebody publishes of themselves: `type` is `distribution`, `id` is their DID, and
//! what they earn anywhere goes on as it says. They may keep a part by naming themselves.

mod chain;
mod read;
mod signature;
mod write;

pub use chain::{
    ChainError, DEPTH_MAX, LINES_MAX, Library, Line, Payee, follow, followed, recipients,
};
pub use signature::{Keys, Signed, SuffixKeys};
pub use write::Draft;

use crate::jcs::{self, CanonicalForm, ParseError};
use crate::money::{Ppm, PpmError, SplitError, split};
use crate::{Did, Minor};
use imajin_dfos::hex;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use signature::Signature;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Longest manifest: one with all the contributors that there may be has half of that.
pub const MANIFEST_BYTES_MAX: usize = 64 * 1024;
/// Most contributors, and most sources.
pub const SHARES_MAX: usize = 64;
/// Longest id, type or role.
pub const TEXT_BYTES_MAX: usize = 256;

/// The `type` of a manifest that shares what a DID earns.
pub const DISTRIBUTION: &str = "distribution";

/// In which words a manifest is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `version: "0.3.0"`, contributors with `id` and `weight`: what we write.
    V0_3_0,
    /// `version: "1.0"`, contributors with `did` and `share`.
    Shares1_0,
    /// `fair: "1.0"` and `attribution` with `did` and `share`.
    Attribution1_0,
    /// `fair: "1.1"`, else as before.
    Attribution1_1,
}

/// SHA-256 over the canonical JSON of a manifest, signatures included: `sha256:<hex>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// Somebody who made the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contributor {
    /// Who, in canonical form.
    pub did: Did,
    /// As what.
    pub role: Option<String>,
    /// The share of what the contributors get; all of them together are the whole.
    pub weight: Ppm,
}

/// Something that the work was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The `id` of its manifest, or a DID.
    pub id: String,
    /// The share of what this work earns that goes on to it.
    pub weight: Ppm,
    /// Which text of that manifest, if it is fixed.
    pub fair: Option<Digest>,
}

/// A manifest, as it says itself; whether anybody signed it is [`Manifest::verify`]'s answer. Cheap to clone.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest(Arc<Content>);

/// What was read, once for all clones.
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
    /// By which key and in which form `signature` was found to be: true for ever, whoever asks.
    found: OnceLock<([u8; 32], CanonicalForm)>,
}

/// All else follows from the text.
impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// A line of the table that people read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// A DID, or the id of a source.
    pub who: String,
    /// As what; none for a source.
    pub role: Option<String>,
    /// Whether this is a source and not a contributor.
    pub source: bool,
    /// The share of all that the work earns.
    pub share: Ppm,
}

/// Why a document is no manifest, or not a signed one.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FairError {
    /// Not JSON that everybody reads alike.
    #[error(transparent)]
    Json(#[from] ParseError),
    /// Too long.
    #[error("a manifest has at most {MANIFEST_BYTES_MAX} bytes")]
    TooLong,
    /// No dialect that is known.
    #[error(
        "a manifest says its version: \"version\" \"0.3.0\" or \"1.0\" with contributors, or \"fair\" \"1.0\" or \"1.1\" with attribution"
    )]
    Version,
    /// A member is missing or of another form.
    #[error("the manifest's {0} must be {1}")]
    Member(String, &'static str),
    /// The contributors' shares.
    #[error("the contributors' shares: {0}")]
    Shares(PpmError),
    /// The sources' shares.
    #[error("what goes on to the sources is more than the whole, or no share: {0}")]
    Sources(PpmError),
    /// Not signed.
    #[error("the manifest is not signed: a contributor or the owner must sign it")]
    Unsigned,
    /// Signed by somebody else, or changed since.
    #[error(
        "the manifest's signature is not of a contributor or the owner, or the manifest was changed after it was signed"
    )]
    Signature,
    /// It is signed already, or in a dialect that we do not write.
    #[error("only a manifest of version 0.3.0 that has no such signature yet can be signed")]
    NotOurs,
    /// A link that no header can carry.
    #[error("the manifest's address is no address that a Link header can carry")]
    Link,
}

impl Manifest {
    /// In which words it is written.
    pub fn dialect(&self) -> Dialect {
        self.0.dialect
    }

    /// The text as it came.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// What it is of.
    pub fn id(&self) -> Option<&str> {
        self.0.id.as_deref()
    }

    /// What sort of work.
    pub fn kind(&self) -> Option<&str> {
        self.0.kind.as_deref()
    }

    /// Whose the work is, if it says so.
    pub fn owner(&self) -> Option<&Did> {
        self.0.owner.as_ref()
    }

    /// Who made it.
    pub fn contributors(&self) -> &[Contributor] {
        &self.0.contributors
    }

    /// What it was made from.
    pub fn sources(&self) -> &[Source] {
        &self.0.sources
    }

    /// Under which conditions, as it says.
    pub fn terms(&self) -> Option<&Value> {
        self.0.document.get("terms")
    }

    /// The whole document.
    pub fn document(&self) -> &Value {
        &self.0.document
    }

    /// SHA-256 over its canonical JSON, signatures included.
    pub fn digest(&self) -> Digest {
        self.0.digest
    }

    /// The DID whose earnings this distributes, if it is such a manifest.
    pub fn distributes(&self) -> Option<&Did> {
        self.0
            .owner
            .as_ref()
            .filter(|owner| self.kind() == Some(DISTRIBUTION) && self.id() == Some(owner.as_str()))
    }

    /// Everybody with a share, as people read it: contributors first, then sources; together the whole.
    pub fn table(&self) -> Vec<Row> {
        let whole = Minor::new(i64::from(Ppm::WHOLE.get())).unwrap_or(Minor::ZERO);
        let parts = self.divide(whole).unwrap_or_default();
        let people = self
            .0
            .contributors
            .iter()
            .map(|one| (one.did.to_string(), one.role.clone(), false));
        let sources = self
            .0
            .sources
            .iter()
            .map(|one| (one.id.clone(), None, true));
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

    /// What each gets of an amount, contributors first, then sources.
    pub fn divide(&self, amount: Minor) -> Result<Vec<Minor>, SplitError> {
        split(amount, &self.weights())
    }

    /// Shares of all that the work earns, in parts of 10^12: contributors have their weights of what the sources leave.
    fn weights(&self) -> Vec<u64> {
        let to_sources: u32 = self.0.sources.iter().map(|one| one.weight.get()).sum();
        let rest = u64::from(Ppm::WHOLE.get().saturating_sub(to_sources));
        let whole = u64::from(Ppm::WHOLE.get());
        let people = self
            .0
            .contributors
            .iter()
            .map(|one| u64::from(one.weight.get()) * rest);
        let sources = self
            .0
            .sources
            .iter()
            .map(|one| u64::from(one.weight.get()) * whole);
        people.chain(sources).collect()
    }

    /// The headers that a work is served with: its manifest's digest and address.
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
    /// Of a document.
    pub(crate) fn of(document: &Value) -> Self {
        Self(Sha256::digest(jcs::to_string(document)).into())
    }

    /// Of several manifests in an order: what pins a whole chain of them.
    pub fn of_all(digests: &[Self]) -> Self {
        let texts = digests.iter().map(|digest| Value::from(digest.to_string()));
        Self::of(&Value::Array(texts.collect()))
    }

    /// Reads `sha256:<64 hex>`, lower case.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = hex::decode(text.strip_prefix("sha256:")?)?
            .try_into()
            .ok()?;
        Some(Self(bytes)).filter(|digest| digest.to_string() == text)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", hex::encode(&self.0))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a digest is sha256:<64 hex>"))
    }
}

#[cfg(test)]
pub(crate) mod tests;
