//! Follows money along manifests: to the contributors of a work, on to what the work derives from, and on to what each
//! of them distributes.
//!
//! Always: every unit that goes in comes out, at every level. A work's own manifests that form a cycle or are too long
//! are refused as a whole. What a person passes on and cannot be followed (a cycle, too deep, too many lines, an
//! unknown work) stays with that person: only the seller can make a sale unpayable.

use super::signature::is_payable;
use super::{Digest, Manifest, Signed, Source};
use crate::money::{AmountError, Minor, SplitError};
use crate::{Did, Ppm};
use serde::{Deserialize, Serialize};

/// Maximum number of manifests that money follows, one after the other (docs/api.md, "Manifests").
pub const DEPTH_MAX: usize = 8;
/// Maximum number of lines of one payment: a person can still read them, and one commit writes them.
pub const LINES_MAX: usize = 512;

/// The known manifests.
pub trait Library {
    /// Returns the manifest of a work: the one with this digest, or the current one.
    fn work(&self, id: &str, digest: Option<Digest>) -> Option<&Signed>;
    /// Returns the distribution manifest of a DID.
    fn distribution(&self, did: &Did) -> Option<&Signed>;
    /// Returns whether a person deleted their record, so that their share goes to the others.
    fn is_gone(&self, _: &Did) -> bool {
        false
    }
}

/// The recipient of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Payee {
    /// A DID.
    Did(Did),
    /// The manifest of a work with this id.
    Work(String),
}

/// One line of a division. Lines come after the line that they divide, in depth-first order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// The level: 1 for the sold work's own manifest.
    pub level: u8,
    /// The manifest that the line follows.
    pub manifest: Digest,
    /// The recipient.
    pub to: Payee,
    /// The recipient's role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The weight that the manifest gives the recipient.
    pub weight: Ppm,
    /// The amount.
    pub amount: Minor,
    /// The manifest by which it is passed on; `None` if it stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passed_on: Option<Digest>,
}

/// Why money cannot follow the manifests.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum ChainError {
    #[error("the shares form a cycle: {0} passes on to a manifest that passes on to it")]
    Cycle(String),
    #[error("the shares pass through more than {DEPTH_MAX} manifests, at {0}")]
    TooDeep(String),
    #[error("the shares come to more than {LINES_MAX} lines")]
    TooMany,
    #[error("a share goes to {0}, whose manifest this node does not know")]
    Unknown(String),
    #[error("a share goes to {0}, who can only be paid by a did:imajin of a key")]
    Unpayable(Did),
    #[error("what {0} distributes is not signed by {0}")]
    NotTheirs(Did),
    #[error(transparent)]
    Split(#[from] SplitError),
}

/// Follows a work's manifest and everything that it leads to.
///
/// # Errors
/// [`ChainError`] if the work's own manifests cannot be followed.
pub fn follow(
    amount: Minor,
    root: &Signed,
    library: &dyn Library,
) -> Result<Vec<Line>, ChainError> {
    let mut walk = Walk::new(library, true);
    match walk.divide(amount, root.manifest()) {
        Ok(()) => Ok(walk.lines),
        // The distributions are too intricate to follow: then no one passes anything on.
        Err(_) if walk.tried > TRIED_MAX => {
            let mut plain = Walk::new(library, false);
            plain.divide(amount, root.manifest())?;
            Ok(plain.lines)
        }
        Err(error) => Err(error),
    }
}

/// Returns whether all who made a work, and what it derives from, are gone. `looks` bounds how many manifests are read.
fn is_deserted(manifest: &Manifest, library: &dyn Library, looks: &mut usize) -> bool {
    *looks += 1;
    if *looks > LINES_MAX {
        return false;
    }
    let mut people = manifest.contributors().iter();
    if people.any(|one| !one.weight.is_zero() && !library.is_gone(&one.did)) {
        return false;
    }
    let mut sources = manifest.sources().iter();
    sources.all(|one| one.weight.is_zero() || is_source_gone(one, library, looks))
}

fn is_source_gone(source: &Source, library: &dyn Library, looks: &mut usize) -> bool {
    match library.work(&source.id, source.fair) {
        Some(work) => is_deserted(work.manifest(), library, looks),
        None => {
            let did = Did::parse(&source.id).ok();
            source.fair.is_none() && did.is_some_and(|did| library.is_gone(&did))
        }
    }
}

/// Returns the total for each recipient, in the order of their first line.
pub fn recipients(lines: &[Line]) -> Result<Vec<(Did, Minor)>, AmountError> {
    let mut all: Vec<(Did, Minor)> = Vec::new();
    for line in lines.iter().filter(|line| line.passed_on.is_none()) {
        let Payee::Did(did) = &line.to else { continue };
        match all.iter_mut().find(|(other, _)| other == did) {
            Some((_, sum)) => *sum = sum.plus(line.amount)?,
            None => all.push((did.clone(), line.amount)),
        }
    }
    Ok(all)
}

/// Returns the manifests that money followed, the sold work's own first, each once.
pub fn followed(root: &Signed, lines: &[Line]) -> Vec<Digest> {
    let mut all = vec![root.manifest().digest()];
    for digest in lines.iter().filter_map(|line| line.passed_on) {
        if !all.contains(&digest) {
            all.push(digest);
        }
    }
    all
}

/// Lines that are written or tried in total, including those that are undone.
const TRIED_MAX: usize = 8 * LINES_MAX;

struct Walk<'a> {
    library: &'a dyn Library,
    /// The manifests from the root to here.
    path: Vec<Digest>,
    lines: Vec<Line>,
    /// Whether the walk follows distributions.
    passes: bool,
    tried: usize,
}

impl<'a> Walk<'a> {
    fn new(library: &'a dyn Library, passes: bool) -> Self {
        Self { library, path: Vec::new(), lines: Vec::new(), passes, tried: 0 }
    }

    fn divide(&mut self, amount: Minor, manifest: &Manifest) -> Result<(), ChainError> {
        self.path.push(manifest.digest());
        let library = self.library;
        let is_source_gone = |one: &Source| is_source_gone(one, library, &mut 0);
        let parts =
            manifest.divide_without(amount, |one| library.is_gone(&one.did), is_source_gone)?;
        let (people, sources) = parts.split_at(manifest.contributors().len());
        for (one, part) in manifest.contributors().iter().zip(people) {
            // A share of zero has no line, and nothing is passed on.
            if part.is_zero() {
                continue;
            }
            // The part that a person keeps of their distribution is not distributed again.
            let kept = manifest.distributes() == Some(&one.did);
            self.person(&one.did, one.role.as_deref(), one.weight, *part, manifest, kept)?;
        }
        for (one, part) in manifest.sources().iter().zip(sources) {
            if !part.is_zero() {
                self.source(one, *part, manifest)?;
            }
        }
        self.path.pop();
        Ok(())
    }

    fn person(
        &mut self,
        did: &Did,
        role: Option<&str>,
        weight: Ppm,
        amount: Minor,
        by: &Manifest,
        kept: bool,
    ) -> Result<(), ChainError> {
        if !is_payable(did) {
            return Err(ChainError::Unpayable(did.clone()));
        }
        let library = self.library;
        let next = library.distribution(did).filter(|_| !kept && self.passes);
        if let Some(signed) = next
            && (signed.signer() != did || signed.manifest().distributes() != Some(did))
        {
            return Err(ChainError::NotTheirs(did.clone()));
        }
        let line = self.line(by, Payee::Did(did.clone()), role, weight, amount);
        if next.is_none() {
            return self.pass_on(line, None, did.as_str());
        }
        let (path, lines) = (self.path.len(), self.lines.len());
        match self.pass_on(line.clone(), next, did.as_str()) {
            Err(_) if self.tried <= TRIED_MAX => {
                self.path.truncate(path);
                self.lines.truncate(lines);
                self.pass_on(line, None, did.as_str())
            }
            other => other,
        }
    }

    fn source(&mut self, source: &Source, amount: Minor, by: &Manifest) -> Result<(), ChainError> {
        let unknown = || ChainError::Unknown(source.id.clone());
        let library = self.library;
        if let Some(next) = library.work(&source.id, source.fair) {
            let fits = next.manifest().id() == Some(source.id.as_str())
                && source.fair.is_none_or(|fair| fair == next.manifest().digest());
            if !fits {
                return Err(unknown());
            }
            let to = Payee::Work(source.id.clone());
            let line = self.line(by, to, None, source.weight, amount);
            return self.pass_on(line, Some(next), &source.id);
        }
        // A source may be a DID rather than a work, unless its manifest is fixed.
        match Did::parse(&source.id) {
            Ok(did) if source.fair.is_none() => {
                self.person(&did, None, source.weight, amount, by, false)
            }
            _ => Err(unknown()),
        }
    }

    fn line(
        &self,
        by: &Manifest,
        to: Payee,
        role: Option<&str>,
        weight: Ppm,
        amount: Minor,
    ) -> Line {
        Line {
            // At most DEPTH_MAX.
            level: self.path.len() as u8,
            manifest: by.digest(),
            to,
            role: role.map(str::to_owned),
            weight,
            amount,
            passed_on: None,
        }
    }

    fn pass_on(
        &mut self,
        mut line: Line,
        next: Option<&Signed>,
        name: &str,
    ) -> Result<(), ChainError> {
        self.tried += 1;
        if self.lines.len() >= LINES_MAX || self.tried > TRIED_MAX {
            return Err(ChainError::TooMany);
        }
        let amount = line.amount;
        line.passed_on = next.map(|signed| signed.manifest().digest());
        self.lines.push(line);
        let Some(next) = next.map(Signed::manifest) else {
            return Ok(());
        };
        if self.path.contains(&next.digest()) {
            return Err(ChainError::Cycle(name.to_owned()));
        }
        if self.path.len() >= DEPTH_MAX {
            return Err(ChainError::TooDeep(name.to_owned()));
        }
        self.divide(amount, next)
    }
}
