//! The speed limits of this machine: writing a file to the disk, and serving one with bare hyper.

use super::MEASURE;
use crate::Outcome;
use crate::stream::bytes_per_second;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use imajin_ledger::durable;
use std::fs::File;
use std::future::Future;
use std::io::{self, Read, Write};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;
use tokio::task::JoinHandle;

/// Bytes per read of a file, as in the node.
const PIECE_BYTES: u64 = 32 * 1024;

/// Files that are synced after each piece.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Synced {
    /// The file.
    Data,
    /// The file, and a small one that is replaced, like a stored offset.
    DataAndNote,
}

/// Returns the seconds for writing `piece` this many times to a new file on the disk of `folder`, with a sync each.
pub fn write_seconds(folder: &Path, piece: &[u8], pieces: u64, synced: Synced) -> Outcome<f64> {
    let folder = tempfile::tempdir_in(folder)?;
    let note = folder.path().join("note");
    let begun = Instant::now();
    let mut file = File::create(folder.path().join("bytes"))?;
    for n in 0..pieces {
        file.write_all(piece)?;
        file.sync_data()?;
        if synced == Synced::DataAndNote {
            durable::replace(&note, n.to_string().as_bytes())?;
        }
    }
    Ok(begun.elapsed().as_secs_f64())
}

/// Returns the bytes per second of a file that hyper serves on two threads like the node: in pieces, each read by a
/// short job while the one before is sent.
pub fn hyper_bytes_per_second(path: &Path, request: &[u8]) -> Outcome<f64> {
    let (path, bytes) = (path.to_owned(), std::fs::metadata(path)?.len());
    let (runtime, address) = super::serve(move || FileBody {
        file: File::open(&path).ok(),
        reading: None,
        left: bytes,
    })?;
    let rate = bytes_per_second(address, request, bytes, MEASURE)?;
    runtime.shutdown_background();
    Ok(rate)
}

type Piece = io::Result<(File, Bytes)>;

/// A body that reads a file while it is sent.
struct FileBody {
    file: Option<File>,
    reading: Option<JoinHandle<Piece>>,
    left: u64,
}

fn read(mut file: File, bytes: u64) -> Piece {
    let mut piece = Vec::new();
    (&mut file).take(bytes).read_to_end(&mut piece)?;
    if piece.is_empty() {
        Err(io::ErrorKind::UnexpectedEof.into())
    } else {
        Ok((file, piece.into()))
    }
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let body = &mut *self;
        if body.left == 0 {
            return Poll::Ready(None);
        }
        if let Some(file) = body.file.take() {
            let bytes = body.left.min(PIECE_BYTES);
            body.reading = Some(tokio::task::spawn_blocking(move || read(file, bytes)));
        }
        let Some(reading) = &mut body.reading else {
            return Poll::Ready(Some(Err(io::ErrorKind::NotFound.into())));
        };
        let Poll::Ready(read) = Pin::new(reading).poll(context) else {
            return Poll::Pending;
        };
        body.reading = None;
        let piece = read.map_err(io::Error::other).flatten();
        Poll::Ready(Some(piece.map(|(file, piece)| {
            body.left -= piece.len() as u64;
            body.file = Some(file);
            Frame::data(piece)
        })))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
