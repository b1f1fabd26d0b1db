//! Releases: which programs the registry and the forks that it approves have made.
//!
//! Always: every release carries the signed message that made it one, for others to check.

use serde_json::Value;

use super::Core;
use super::attestation::Attestation;
use super::config::Config;
use super::message::{hash, key};
use super::refusal::{Refusal, field, forbidden};
use super::rows::{Fork, Release};
use super::store::{Reads, Writes};
use super::word::Word;
use crate::version::Version;

/// The `type` of a message that releases.
pub const RELEASE: &str = "build.release";
/// The `type` of a message that takes a release back.
pub const WITHDRAW: &str = "build.withdraw";
/// Programs of one release, at most.
const HASHES_MAX: usize = 64;

/// What is known of a program.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Known {
    /// Its release, if it has one.
    pub release: Option<Release>,
    /// Whether it may register.
    pub is_approved: bool,
    /// Below which version its kind is asked to upgrade.
    pub minimum: Option<String>,
}

impl Core {
    /// Puts a release, and the fork that it is of if the registry says so.
    pub(super) fn release(&self, text: &Value) -> Result<Release, Refusal> {
        let word = self.word(text, RELEASE)?;
        let (release, fork) = read(&word)?;
        self.write(|tx| {
            word.take(tx)?;
            let mut owner = match (&fork, tx.fork(&release.fork)?) {
                (Some(fork), known) if word.is_registry => Fork {
                    minimum: known.and_then(|known| known.minimum),
                    ..fork.clone()
                },
                (_, Some(known)) if word.is_registry || known.key == word.key => known,
                (None, None) if word.is_registry && release.fork.is_empty() => own(&word),
                _ => {
                    let message =
                        "a release is signed by the registry's key, or by that of an approved fork";
                    return Err(forbidden("not-the-registry", message));
                }
            };
            for hash in &release.hashes {
                let other = tx.release_of(hash)?;
                if other.is_some_and(|other| {
                    (&other.fork, &other.version) != (&release.fork, &release.version)
                }) {
                    return Err(Refusal::Conflict(format!(
                        "{hash} belongs to another release"
                    )));
                }
            }
            owner.minimum = higher(owner.minimum, release.minimum.clone());
            tx.put_fork(&owner)?;
            tx.put_release(&release)?;
            Ok(release.clone())
        })
    }

    /// Takes a release back.
    pub(super) fn withdraw(&self, text: &Value) -> Result<Release, Refusal> {
        let word = self.word(text, WITHDRAW)?;
        let fork = word.optional("fork")?.unwrap_or_default().to_owned();
        let (version, reason) = (word.text("version")?, word.text("reason")?);
        self.write(|tx| {
            let owner = tx.fork(&fork)?;
            if !word.is_registry && owner.is_none_or(|owner| owner.key != word.key) {
                let message =
                    "a release is withdrawn by the registry's key, or by that of its fork";
                return Err(forbidden("not-the-registry", message));
            }
            let release = tx.release(&fork, version)?;
            let mut release = release.ok_or(Refusal::NotFound("there is no such release"))?;
            word.take(tx)?;
            release.withdrawn = Some(reason.to_owned());
            tx.put_release(&release)?;
            Ok(release)
        })
    }

    /// What is known of a program.
    pub(super) fn known(&self, text: &str) -> Result<Known, Refusal> {
        let hash = hash(text)
            .ok_or_else(|| field("buildHash", "buildHash must be 64 hexadecimal digits"))?;
        self.read(|reads| {
            let release = reads.release_of(&hash)?;
            Ok(Known {
                is_approved: release
                    .as_ref()
                    .is_some_and(|release| release.withdrawn.is_none()),
                minimum: minimum(reads, &self.config, &hash)?.map(|minimum| minimum.to_string()),
                release,
            })
        })
    }
}

/// Below which version programs of the same kind as this one are asked to upgrade.
pub(super) fn minimum(
    reads: &(impl Reads + ?Sized),
    config: &Config,
    hash: &str,
) -> Result<Option<Version>, Refusal> {
    let fork = reads
        .release_of(hash)?
        .map(|release| release.fork)
        .unwrap_or_default();
    let released = reads.fork(&fork)?.and_then(|fork| fork.minimum);
    let configured = config.minimum_version.clone().filter(|_| fork.is_empty());
    Ok(higher(released, configured).and_then(|text| text.parse().ok()))
}

/// Whether a program may register where builds must be approved.
pub(super) fn check_approved(
    tx: &mut dyn Writes,
    attestation: &Attestation,
    minimum: Option<&Version>,
) -> Result<(), Refusal> {
    let said = &attestation.said;
    let Some(release) = tx.release_of(&said.build_hash)? else {
        let message = "this build is not among the approved ones of this registry";
        return Err(forbidden("build-not-approved", message));
    };
    if let Some(reason) = &release.withdrawn {
        let message = format!("this build was withdrawn: {reason}");
        return Err(forbidden("build-withdrawn", message));
    }
    if release.version != said.version {
        let message = format!(
            "this build is version {}, not {}",
            release.version, said.version
        );
        return Err(forbidden("build-not-approved", message));
    }
    match minimum.filter(|minimum| attestation.version.is_before(minimum)) {
        Some(minimum) => {
            let message = format!("version {minimum} or newer is needed here");
            Err(forbidden("build-too-old", message))
        }
        None => Ok(()),
    }
}

/// The higher of two versions.
fn higher(one: Option<String>, other: Option<String>) -> Option<String> {
    let parsed =
        |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<Version>().ok());
    match (parsed(&one), parsed(&other)) {
        (Some(first), Some(second)) if first.is_before(&second) => other,
        (None, _) => other,
        _ => one,
    }
}

fn own(word: &Word) -> Fork {
    Fork {
        name: String::new(),
        source: String::new(),
        key: word.key.clone(),
        minimum: None,
        word: word.text.clone(),
    }
}

/// A release, and its fork if the message says all of it.
fn read(word: &Word) -> Result<(Release, Option<Fork>), Refusal> {
    let payload = word.message.payload();
    let version = word.text("version")?;
    check_version("version", version)?;
    let minimum = word.optional("minVersion")?;
    if let Some(minimum) = minimum {
        check_version("minVersion", minimum)?;
    }
    let fork = match payload.get("fork") {
        None | Some(Value::Null) => None,
        Some(fork) => Some(read_fork(fork, word)?),
    };
    let name = fork
        .as_ref()
        .map(|(name, _)| name.clone())
        .unwrap_or_default();
    let release = Release {
        fork: name,
        version: version.to_owned(),
        hashes: hashes(payload.get("buildHashes"))?,
        date: word.text("releaseDate")?.to_owned(),
        minimum: minimum.map(str::to_owned),
        notes: word.optional("notes")?.map(str::to_owned),
        withdrawn: None,
        word: word.text.clone(),
    };
    Ok((release, fork.and_then(|(_, fork)| fork)))
}

fn check_version(name: &'static str, text: &str) -> Result<(), Refusal> {
    let parsed = text.parse::<Version>();
    parsed
        .map(|_| ())
        .map_err(|error| field(name, error.to_string()))
}

/// A fork by its name alone is one that is known; with source and key it is approved with this message.
fn read_fork(value: &Value, word: &Word) -> Result<(String, Option<Fork>), Refusal> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let name = text("name").unwrap_or_default();
    super::name::check(name, &[]).map_err(|error| field("fork", format!("fork.name: {error}")))?;
    let (Some(source), Some(given)) = (text("source"), text("key")) else {
        return Ok((name.to_owned(), None));
    };
    let given =
        key(given).ok_or_else(|| field("fork", "fork.key must be 64 hexadecimal digits"))?;
    let fork = Fork {
        name: name.to_owned(),
        source: source.to_owned(),
        key: imajin_dfos::hex::encode(&given),
        minimum: None,
        word: word.text.clone(),
    };
    Ok((name.to_owned(), Some(fork)))
}

/// Hashes as they stand, or with the architecture beside them.
fn hashes(value: Option<&Value>) -> Result<Vec<String>, Refusal> {
    let refused = || {
        let message = format!("buildHashes must be 1 to {HASHES_MAX} SHA-256 hashes");
        field("buildHashes", message)
    };
    let items = value.and_then(Value::as_array).ok_or_else(refused)?;
    if !(1..=HASHES_MAX).contains(&items.len()) {
        return Err(refused());
    }
    let one = |item: &Value| {
        let text = item.as_str().or_else(|| item.get("hash")?.as_str());
        text.and_then(hash).ok_or_else(refused)
    };
    items.iter().map(one).collect()
}
