//! Writes a release file, and reads it again as a node would.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use imajin_dfos::Timestamp;
use imajin_ledger::durable;
use imajin_log::format::tar::TarWriter;
use imajin_protocol::{Keypair, SignedMessage, jcs};
use serde_json::{Map, Value, json};

use super::statement::RELEASE;
use super::{PROGRAM, Release, STATEMENT, copy};

/// A release to be signed and written.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The version.
    pub version: String,
    /// The release date, for people.
    pub date: String,
    /// The version below which no program should run any more.
    pub minimum: Option<String>,
    /// Release notes.
    pub notes: Option<String>,
    /// Whether the version before does not open any more what this one wrote in.
    pub is_one_way: bool,
    /// The program of each architecture.
    pub programs: BTreeMap<String, PathBuf>,
}

/// Signs the release and writes it to `to`, which is replaced as a whole; gives the statement for registries.
pub fn write(draft: &Draft, key: &Keypair, at: Timestamp, to: &Path) -> Result<Value, String> {
    let mut hashes = Vec::new();
    for (arch, path) in &draft.programs {
        let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let mut file = File::open(path).map_err(|error| wrong(&error))?;
        let bytes = file.metadata().map_err(|error| wrong(&error))?.len();
        let hash = copy(&mut file, &mut io::sink(), &mut |_| {}).map_err(|error| wrong(&error))?;
        hashes.push(json!({ "arch": arch, "hash": hash, "bytes": bytes }));
    }
    let message =
        SignedMessage::sign(key.signing_key(), key.did(), RELEASE, at, payload(draft, hashes))
            .to_value();
    let name = to.file_name().ok_or("a release needs a file's name")?;
    let partial = to.with_file_name(format!(".{}.partial", name.display()));
    let done = fill(draft, &message, &partial).and_then(|()| {
        let release = Release::open(File::open(&partial)?, &[key.did()])?;
        release.unpack("", &mut io::sink(), &mut |_, _| {})?;
        std::fs::rename(&partial, to)?;
        Ok(durable::sync_folder(to.parent().unwrap_or(to))?)
    });
    if done.is_err() {
        // The error is reported already; the next attempt replaces a file that stays.
        let _ = std::fs::remove_file(&partial);
    }
    done.map_err(|error| format!("{}: {error}", to.display()))?;
    Ok(message)
}

fn payload(draft: &Draft, hashes: Vec<Value>) -> Value {
    let mut payload = Map::new();
    payload.insert("version".into(), json!(draft.version));
    payload.insert("releaseDate".into(), json!(draft.date));
    payload.insert("buildHashes".into(), Value::Array(hashes));
    if let Some(minimum) = &draft.minimum {
        payload.insert("minVersion".into(), json!(minimum));
    }
    if let Some(notes) = &draft.notes {
        payload.insert("notes".into(), json!(notes));
    }
    if draft.is_one_way {
        payload.insert("rollsBack".into(), json!(false));
    }
    Value::Object(payload)
}

fn fill(draft: &Draft, message: &Value, to: &Path) -> Result<(), Box<dyn Error>> {
    let mut tar = TarWriter::new(BufWriter::new(File::create(to)?));
    let text = jcs::to_string(message);
    tar.add(STATEMENT, text.len() as u64, text.as_bytes(), &mut |_| {})?;
    for (arch, path) in &draft.programs {
        let program = File::open(path)?;
        let bytes = program.metadata()?.len();
        tar.add(&format!("{arch}/{PROGRAM}"), bytes, program, &mut |_| {})?;
    }
    let mut file = tar.finish()?;
    file.flush()?;
    Ok(file.into_inner()?.sync_all()?)
}
