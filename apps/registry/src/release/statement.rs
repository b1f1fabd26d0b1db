//! The signed statement of a release: the message `build.release` (docs/registry.md), as its signer wrote it.
//!
//! Always: it is in its one canonical form, byte for byte, and a trusted key signed it.

use imajin_dfos::{VerifyingKey, hex};
use imajin_protocol::{Did, SignedMessage, jcs};
use serde_json::Value;

use super::{PROGRAM_BYTES_MAX, PROGRAMS_MAX, ReleaseError, is_architecture};
use crate::version::Version;

/// The `type` of the message that releases a build.
pub const RELEASE: &str = "build.release";
/// Characters of notes, at most; the registry has the same limit.
const NOTES_CHARS_MAX: usize = 2_000;
const DATE_CHARS_MAX: usize = 40;

/// A statement signed by a release key.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Statement {
    /// The signer's DID.
    pub signer: Did,
    /// The release's version.
    pub version: Version,
    /// The version below which no program should run any more.
    pub minimum: Option<Version>,
    /// The release date as the maker wrote it.
    pub date: String,
    /// The maker's notes.
    pub notes: Option<String>,
    /// Whether the version before it still opens a data folder that this one wrote in.
    pub rolls_back: bool,
    /// Its programs.
    pub programs: Vec<Program>,
}

/// A program of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Architecture: `aarch64` or `x86_64`.
    pub arch: String,
    /// SHA-256, 64 hexadecimal digits.
    pub hash: String,
    /// Its size.
    pub bytes: u64,
}

impl Statement {
    /// Verifies the signature, then parses the statement.
    pub(super) fn read(text: &[u8], trusted: &[Did]) -> Result<Self, ReleaseError> {
        let damaged = |error: &dyn std::fmt::Display| ReleaseError::Form(error.to_string());
        let message = SignedMessage::parse(text).map_err(|error| damaged(&error))?;
        let signer = message.from().clone();
        if !trusted.contains(&signer) {
            let names: Vec<&str> = trusted.iter().map(Did::as_str).collect();
            let trusted = names.join(", ");
            return Err(ReleaseError::Untrusted { signer, trusted });
        }
        let key = signer.key_bytes().and_then(|key| VerifyingKey::from_bytes(&key).ok());
        let verified = key.and_then(|key| message.verify_signature(&key).ok());
        // Only the canonical bytes are valid; otherwise an attacker could choose them.
        if verified.is_none() || jcs::to_string(&message.to_value()).as_bytes() != text {
            return Err(ReleaseError::Signature(signer));
        }
        if message.kind() != RELEASE {
            let kind = message.kind();
            return Err(ReleaseError::Statement(format!("it is a {kind:?}, and no {RELEASE:?}")));
        }
        Self::from_payload(signer, message.payload())
    }

    fn from_payload(signer: Did, payload: &Value) -> Result<Self, ReleaseError> {
        let version = version(payload, "version")?
            .ok_or_else(|| ReleaseError::statement("version is missing"))?;
        let minimum = self::version(payload, "minVersion")?;
        if let Some(minimum) = minimum.as_ref().filter(|minimum| version.is_before(minimum)) {
            let text = format!("minVersion {minimum} is after its own version {version}");
            return Err(ReleaseError::Statement(text));
        }
        let rolls_back = payload.get("rollsBack").map_or(Some(true), Value::as_bool);
        let rolls_back =
            rolls_back.ok_or_else(|| ReleaseError::statement("rollsBack must be true or false"))?;
        let date = text(payload, "releaseDate", DATE_CHARS_MAX)?
            .ok_or_else(|| ReleaseError::statement("releaseDate is missing"))?;
        Ok(Self {
            notes: text(payload, "notes", NOTES_CHARS_MAX)?,
            programs: programs(payload)?,
            signer,
            version,
            minimum,
            date,
            rolls_back,
        })
    }

    /// The program for a machine.
    pub fn program(&self, arch: &str) -> Option<&Program> {
        self.programs.iter().find(|program| program.arch == arch)
    }

    /// Returns the architectures of the programs.
    pub fn architectures(&self) -> impl Iterator<Item = &str> {
        self.programs.iter().map(|program| program.arch.as_str())
    }
}

fn text(payload: &Value, name: &str, chars_max: usize) -> Result<Option<String>, ReleaseError> {
    let Some(value) = payload.get(name).filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    // The text is shown on a terminal.
    let is_shown = |text: &&str| {
        text.chars().count() <= chars_max
            && !text.chars().any(|one| one.is_control() && one != '\n')
    };
    let content = value.as_str().filter(is_shown);
    let content = content.ok_or_else(|| {
        ReleaseError::statement(format!("{name} must be a text of up to {chars_max} characters"))
    })?;
    Ok(Some(content.to_owned()))
}

fn version(payload: &Value, name: &str) -> Result<Option<Version>, ReleaseError> {
    let text = text(payload, name, NOTES_CHARS_MAX)?;
    let parsed = text.map(|text| text.parse::<Version>()).transpose();
    parsed.map_err(|error| ReleaseError::statement(format!("{name}: {error}")))
}

fn programs(payload: &Value) -> Result<Vec<Program>, ReleaseError> {
    let refused = || {
        ReleaseError::statement(format!(
            "buildHashes must be 1 to {PROGRAMS_MAX} programs, each of an architecture of its own: {{arch, hash, bytes}}"
        ))
    };
    let items = payload.get("buildHashes").and_then(Value::as_array).ok_or_else(refused)?;
    let mut programs: Vec<Program> = Vec::new();
    for item in items {
        let member = |name: &str| item.get(name).and_then(Value::as_str);
        let arch = member("arch").filter(|arch| is_architecture(arch));
        let hash = member("hash").and_then(hex::decode);
        let bytes = item.get("bytes").and_then(Value::as_u64);
        match (arch, hash, bytes) {
            (Some(arch), Some(hash), Some(bytes @ 1..=PROGRAM_BYTES_MAX))
                if hash.len() == 32 && programs.iter().all(|one| one.arch != arch) =>
            {
                programs.push(Program { arch: arch.to_owned(), hash: hex::encode(&hash), bytes });
            }
            _ => return Err(refused()),
        }
    }
    match programs.len() {
        1..=PROGRAMS_MAX => Ok(programs),
        _ => Err(refused()),
    }
}
