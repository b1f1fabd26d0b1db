//! A release as one file: a canonical tar (docs/format.md §12) of `RELEASE.json`, the very message `build.release` by which a
//! registry hears of it, and for each architecture `<architecture>/imajin`.
//!
//! Always: verifies the trusted signature before it reads anything but `RELEASE.json`. A file with one changed byte is
//! refused. Programs stream and are never in memory as a whole.

mod statement;
#[cfg(test)]
mod tests;
#[cfg(feature = "server")]
mod write;

use std::collections::BTreeSet;
use std::io::{self, Read, Write};

use imajin_dfos::hex;
use imajin_log::format::tar::{TarError, TarLimits, TarReader};
use imajin_protocol::Did;
use sha2::{Digest, Sha256};

pub use statement::{Program, RELEASE, Statement};
#[cfg(feature = "server")]
pub use write::{Draft, write};

/// The statement's name. Capitals sort before all other names, so a reader gets it first.
const STATEMENT: &str = "RELEASE.json";
/// Name of a program in the folder of its architecture.
const PROGRAM: &str = "imajin";
/// A statement with notes and every architecture is some kilobytes.
const STATEMENT_BYTES_MAX: u64 = 64 << 10;
/// Maximum size of a program in bytes; a released one has 12 MB.
const PROGRAM_BYTES_MAX: u64 = 256 << 20;
/// Architectures of one release, at most.
const PROGRAMS_MAX: usize = 16;
/// Room to copy in.
const COPY_BYTES: usize = 64 << 10;

/// Why a file is not a trusted release.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum ReleaseError {
    #[error("this is not a release of imajin, or it is damaged: {0}")]
    Form(String),
    #[error(
        "the release is signed by {signer}, which is none of the release keys of this machine ({trusted})"
    )]
    Untrusted {
        signer: Did,
        /// The DIDs of the trusted keys, separated by commas.
        trusted: String,
    },
    #[error("the release's signature is not that of {0}: it is forged or damaged")]
    Signature(Did),
    #[error("the release's statement: {0}")]
    Statement(String),
    #[error("the program for {0} is not the one that was released: the file is damaged or forged")]
    Program(String),
    #[error("the program cannot be written: {0}")]
    Write(io::Error),
}

impl ReleaseError {
    fn form(error: TarError) -> Self {
        Self::Form(error.to_string())
    }

    fn statement(error: impl std::fmt::Display) -> Self {
        Self::Statement(error.to_string())
    }
}

/// Parses a trusted key: `did:imajin:…`, or the public key as 64 hexadecimal digits.
pub fn parse_key(text: &str) -> Result<Did, String> {
    let key = hex::decode(text).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let did = match key {
        Some(key) => Some(Did::from_key(&key)),
        None => Did::parse(text).ok(),
    };
    did.filter(|did| did.key_bytes().is_some()).ok_or_else(|| {
        format!("{text:?} is not a release key: did:imajin:… or 64 hexadecimal digits")
    })
}

/// A release that is being read. Its statement is verified; its programs are not yet.
pub struct Release<R: Read> {
    /// The signed statement.
    pub statement: Statement,
    tar: TarReader<R>,
}

impl<R: Read> Release<R> {
    /// Reads the statement and checks that one of `trusted` signed it.
    pub fn open(input: R, trusted: &[Did]) -> Result<Self, ReleaseError> {
        let limits = TarLimits {
            files_max: 1 + PROGRAMS_MAX as u64,
            bytes_max: STATEMENT_BYTES_MAX + PROGRAMS_MAX as u64 * PROGRAM_BYTES_MAX,
        };
        let mut tar = TarReader::new(input, limits, is_name);
        let missing = || ReleaseError::Form(format!("it does not begin with {STATEMENT}"));
        let (name, bytes) = tar.next_file().map_err(ReleaseError::form)?.ok_or_else(missing)?;
        if name != STATEMENT || bytes > STATEMENT_BYTES_MAX {
            return Err(missing());
        }
        let mut text = Vec::new();
        let read = tar.file().read_to_end(&mut text);
        read.map_err(|error| ReleaseError::Form(error.to_string()))?;
        let statement = Statement::read(&text, trusted)?;
        Ok(Self { statement, tar })
    }

    /// Reads all of the file and checks every program; that of `arch` is written to `to`. Until this returns without an
    /// error, what was written there is worth nothing.
    pub fn unpack(
        mut self,
        arch: &str,
        to: &mut dyn Write,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(), ReleaseError> {
        let total = self.statement.programs.iter().map(|one| one.bytes).sum();
        let mut missing: BTreeSet<&str> = self.statement.architectures().collect();
        let mut done = 0;
        while let Some((name, bytes)) = self.tar.next_file().map_err(ReleaseError::form)? {
            let of = name.split('/').next().unwrap_or_default();
            let wrong = || ReleaseError::Program(of.to_owned());
            let program = self.statement.program(of).ok_or_else(wrong)?;
            if program.bytes != bytes || !missing.remove(of) {
                return Err(wrong());
            }
            let mut nowhere = io::sink();
            let to: &mut dyn Write = if of == arch { to } else { &mut nowhere };
            let hash = copy(&mut self.tar.file(), to, &mut |count| {
                done += count;
                progress(done, total);
            })?;
            if hash != program.hash {
                return Err(wrong());
            }
        }
        match missing.first() {
            None => Ok(()),
            Some(of) => Err(ReleaseError::Form(format!("the program for {of} is missing"))),
        }
    }
}

/// Copies to the end; the SHA-256 of what was copied, as hexadecimal digits.
fn copy(
    from: &mut dyn Read,
    to: &mut dyn Write,
    progress: &mut dyn FnMut(u64),
) -> Result<String, ReleaseError> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; COPY_BYTES];
    loop {
        let count = match from.read(&mut buffer) {
            Ok(0) => return Ok(hex::encode(&digest.finalize())),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(ReleaseError::Form(error.to_string())),
        };
        digest.update(&buffer[..count]);
        to.write_all(&buffer[..count]).map_err(ReleaseError::Write)?;
        progress(count as u64);
    }
}

fn is_name(name: &str) -> bool {
    match name.split_once('/') {
        None => name == STATEMENT,
        Some((arch, program)) => is_architecture(arch) && program == PROGRAM,
    }
}

/// Whether a text is a possible name of an architecture, as Rust and the kernel use it: `aarch64`, `x86_64`.
fn is_architecture(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    text.len() <= 20
        && text.bytes().all(allowed)
        && text.starts_with(|first: char| first.is_ascii_lowercase())
}
