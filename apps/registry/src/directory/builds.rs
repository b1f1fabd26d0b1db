//! Releases: which programs the registry and the forks that it approves have made.
//!
//! Always: every release carries the signed message that made it one, for others to check.

use serde_json::Value;

use super::Core;
use super::attestation::Attestation;
use super::config::Config;
use super::config::key;
use super::directive::Directive;
use super::message::hash;
use super::refusal::{Refusal, conflict, field, forbidden};
use super::rows::{Fork, Release};
use super::store::{Reads, Writes};
use crate::release::RELEASE;
use crate::version::Version;

/// The `type` of a message that takes a release back.
pub const WITHDRAW: &str = "build.withdraw";
/// Programs of one release, at most.
const HASHES_MAX: usize = 64;

impl Core {
    /// Stores a release, and its fork if the registry signed the message.
    pub(super) fn release(&self, text: &Value) -> Result<Release, Refusal> {
        let directive = self.directive(text, RELEASE)?;
        let (release, fork) = read(&directive)?;
        self.write(|tx| {
            directive.take(tx)?;
            let mut owner = match (&fork, tx.fork(&release.fork)?) {
                (Some(fork), known) if directive.is_registry => {
                    Fork { minimum: known.and_then(|known| known.minimum), ..fork.clone() }
                }
                (_, Some(known)) if directive.is_registry || known.key == directive.key => known,
                (None, None) if directive.is_registry && release.fork.is_empty() => own(&directive),
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
                    return Err(conflict(format!("{hash} belongs to another release")));
                }
            }
            owner.minimum = higher(owner.minimum, release.minimum.clone());
            tx.put_fork(&owner)?;
            tx.put_release(&release)?;
            Ok(release.clone())
        })
    }

    pub(super) fn withdraw(&self, text: &Value) -> Result<Release, Refusal> {
        let directive = self.directive(text, WITHDRAW)?;
        let fork = directive.optional("fork")?.unwrap_or_default().to_owned();
        let (version, reason) = (directive.text("version")?, directive.text("reason")?);
        self.write(|tx| {
            let owner = tx.fork(&fork)?;
            if !directive.is_registry && owner.is_none_or(|owner| owner.key != directive.key) {
                let message =
                    "a release is withdrawn by the registry's key, or by that of its fork";
                return Err(forbidden("not-the-registry", message));
            }
            let release = tx.release(&fork, version)?;
            let mut release = release.ok_or(Refusal::NotFound("there is no such release"))?;
            directive.take(tx)?;
            release.withdrawn = Some(reason.to_owned());
            tx.put_release(&release)?;
            Ok(release)
        })
    }
}

/// The version below which programs of the same fork are asked to upgrade.
pub(super) fn minimum(
    reads: &(impl Reads + ?Sized),
    config: &Config,
    hash: &str,
) -> Result<Option<Version>, Refusal> {
    let fork = reads.release_of(hash)?.map(|release| release.fork).unwrap_or_default();
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
    let attested = &attestation.fields;
    let Some(release) = tx.release_of(&attested.build_hash)? else {
        let message = "this build is not among the approved ones of this registry";
        return Err(forbidden("build-not-approved", message));
    };
    if let Some(reason) = &release.withdrawn {
        let message = format!("this build was withdrawn: {reason}");
        return Err(forbidden("build-withdrawn", message));
    }
    if release.version != attested.version {
        let message =
            format!("this build is version {}, not {}", release.version, attested.version);
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

fn own(directive: &Directive) -> Fork {
    Fork {
        name: String::new(),
        source: String::new(),
        key: directive.key.clone(),
        minimum: None,
        message: directive.text.clone(),
    }
}

/// Reads a release, and its fork if the message has all of the fork's members.
fn read(directive: &Directive) -> Result<(Release, Option<Fork>), Refusal> {
    let payload = directive.message.payload();
    let version = directive.text("version")?;
    check_version("version", version)?;
    let minimum = directive.optional("minVersion")?;
    if let Some(minimum) = minimum {
        check_version("minVersion", minimum)?;
    }
    let fork = match payload.get("fork") {
        None | Some(Value::Null) => None,
        Some(fork) => Some(read_fork(fork, directive)?),
    };
    let name = fork.as_ref().map(|(name, _)| name.clone()).unwrap_or_default();
    let release = Release {
        fork: name,
        version: version.to_owned(),
        hashes: hashes(payload.get("buildHashes"))?,
        date: directive.text("releaseDate")?.to_owned(),
        minimum: minimum.map(str::to_owned),
        notes: directive.optional("notes")?.map(str::to_owned),
        withdrawn: None,
        message: directive.text.clone(),
    };
    Ok((release, fork.and_then(|(_, fork)| fork)))
}

fn check_version(name: &'static str, text: &str) -> Result<(), Refusal> {
    text.parse::<Version>().map(|_| ()).map_err(|error| field(name, error.to_string()))
}

/// A fork with only a name must be known already; with source and key, this message approves it.
fn read_fork(value: &Value, directive: &Directive) -> Result<(String, Option<Fork>), Refusal> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let name = text("name").unwrap_or_default();
    super::name::check(name, &[]).map_err(|error| field("fork", format!("fork.name: {error}")))?;
    let (Some(source), Some(key_text)) = (text("source"), text("key")) else {
        return Ok((name.to_owned(), None));
    };
    let public_key =
        key(key_text).ok_or_else(|| field("fork", "fork.key must be 64 hexadecimal digits"))?;
    let fork = Fork {
        name: name.to_owned(),
        source: source.to_owned(),
        key: imajin_dfos::hex::encode(&public_key),
        minimum: None,
        message: directive.text.clone(),
    };
    Ok((name.to_owned(), Some(fork)))
}

/// Hashes as plain texts, or as objects with an architecture.
fn hashes(value: Option<&Value>) -> Result<Vec<String>, Refusal> {
    let refused = || {
        let message = format!("buildHashes must be 1 to {HASHES_MAX} SHA-256 hashes");
        field("buildHashes", message)
    };
    let items = value.and_then(Value::as_array).ok_or_else(refused)?;
    if !(1..=HASHES_MAX).contains(&items.len()) {
        return Err(refused());
    }
    let read_hash = |item: &Value| {
        item.as_str().or_else(|| item.get("hash")?.as_str()).and_then(hash).ok_or_else(refused)
    };
    items.iter().map(read_hash).collect()
}
