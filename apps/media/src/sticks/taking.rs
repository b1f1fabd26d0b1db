//! One file of a stick: read, checked, and stored as its person's.
//!
//! Always: the first bytes decide the kind. The file is read once to know whether it is stored already, and again to be stored; it
//! counts only if both reads agree. Nothing is written for a file that is stored already or does not fit.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use imajin_app::pieces::PIECE_BYTES;
use imajin_app::{Node, Problem};
use imajin_dfos::cid::{Cid, raw_cid_from_sha256};
use imajin_host::prelude::*;
use imajin_log::format::regular;
use imajin_pictures::Sort;
use imajin_protocol::Did;
use ring::digest::{Context, SHA256};

use super::import::{Ready, Waits};
use super::rules::Why;
use super::walk::FoundFile;
use crate::bytes::{self, tus};
use crate::files;
use crate::ids::AssetId;

pub(super) enum FileOutcome {
    /// The file is stored and waits for its owner's signature.
    Ready(Ready),
    /// The person has the file already.
    Here,
    LeftOut(Why),
    /// The file could not be read this time.
    Again(Why),
    /// The file waits for the disk or for room.
    Waits(Waits),
    /// The program ends.
    Stopped,
}

/// Passes the bytes of a file on, from its beginning.
/// Errors: what becomes of the file whose bytes did not come.
fn pass(
    source: &mut File,
    is_stopped: &dyn Fn() -> bool,
    mut to: impl FnMut(&[u8]) -> Result<(), Problem>,
) -> Result<(), Result<FileOutcome, Problem>> {
    let unreadable = |_: io::Error| Ok::<_, Problem>(FileOutcome::Again(Why::Unreadable));
    let mut piece = vec![0; PIECE_BYTES];
    source.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    loop {
        if is_stopped() {
            return Err(Ok(FileOutcome::Stopped));
        }
        let count = match source.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(unreadable(error)),
        };
        to(piece.get(..count).unwrap_or_default()).map_err(waiting)?;
    }
}

/// A problem of storing, if it passes.
fn waiting(problem: Problem) -> Result<FileOutcome, Problem> {
    match problem.status().as_u16() {
        413 => Ok(FileOutcome::LeftOut(Why::TooLarge)),
        503 => Ok(FileOutcome::Waits(Waits::Disk)),
        507 => Ok(FileOutcome::Waits(Waits::Room)),
        _ => Err(problem),
    }
}

/// Takes a file in. Blocks.
/// Errors: the node fails, and not the stick.
pub(super) fn take(
    node: &Node,
    owner: &Did,
    (root, found): (&Path, &FoundFile),
    is_stopped: &dyn Fn() -> bool,
) -> Result<FileOutcome, Problem> {
    let mut source = match regular::open_below(root, &found.path) {
        Ok(source) => source,
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            return Ok(FileOutcome::LeftOut(Why::Link));
        }
        Err(_) => return Ok(FileOutcome::Again(Why::Unreadable)),
    };
    let Ok(kind) = files::first_kind(&mut source) else {
        return Ok(FileOutcome::Again(Why::Unreadable));
    };
    if !matches!(kind.sort(), Sort::Photo | Sort::Video) {
        return Ok(FileOutcome::LeftOut(Why::Kind));
    }
    let mut hash = Context::new(&SHA256);
    let mut length = 0_u64;
    let hashed = pass(&mut source, is_stopped, |piece| {
        hash.update(piece);
        length = length.saturating_add(piece.len() as u64);
        Ok(())
    });
    if let Err(outcome) = hashed {
        return outcome;
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(hash.finish().as_ref());
    let cid = raw_cid_from_sha256(digest);
    if bytes::kept(node, owner, &AssetId::derive(owner, &cid.to_string(), 0))?.is_some() {
        return Ok(FileOutcome::Here);
    }
    store(node, owner, (&mut source, found), (cid, length), is_stopped)
}

/// Stores a file whose bytes are known.
fn store(
    node: &Node,
    owner: &Did,
    (source, found): (&mut File, &FoundFile),
    (cid, length): (Cid, u64),
    is_stopped: &dyn Fn() -> bool,
) -> Result<FileOutcome, Problem> {
    let begin = || node.ledger().media().writer(owner).map_err(bytes::problem);
    let (_reserved, mut writer) = match bytes::reserve(node, owner, length, begin) {
        Ok(begun) => begun,
        Err(problem) => return waiting(problem),
    };
    let mut left = length;
    let passed = pass(source, is_stopped, |piece| {
        // A file that grows takes no more room than was reserved.
        left = match left.checked_sub(piece.len() as u64) {
            Some(left) => left,
            None => return Ok(()),
        };
        writer.write(piece).map_err(bytes::problem)
    });
    if let Err(outcome) = passed {
        return outcome;
    }
    let stored = match writer.finish() {
        Ok(stored) => bytes::counted(node, owner, stored),
        Err(error) => return waiting(bytes::problem(error)),
    };
    if stored.cid != cid {
        // No entry names what came, so the sweep takes it.
        return Ok(FileOutcome::Again(Why::Changed));
    }
    // A separate thread reads the files of a stick, so it may block.
    let client = node.client(Some(owner), None)?;
    let looking = bytes::look(node, &client, owner, &cid);
    let (kind, about) = tokio::runtime::Handle::current().block_on(looking)?;
    Ok(FileOutcome::Ready(Ready {
        path: found.path.clone(),
        cid: cid.to_string(),
        bytes: stored.bytes,
        changed: found.changed,
        facts: tus::facts(kind, &about),
    }))
}
