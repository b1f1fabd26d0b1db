//! A file that a computer sends.
//!
//! Always: a piece of it is in memory, the rest on the disk. It is there whole, or as if it never came.

use ::bytes::{Buf, Bytes, BytesMut};
use dav_server::davpath::DavPath;
use dav_server::fs::{DavFile, DavMetaData, FsError, FsFuture, FsResult, OpenOptions};
use imajin_app::Problem;
use imajin_app::pieces::PIECE_BYTES;
use imajin_ledger::media::MediaWriter;

use super::super::files::Drive;
use super::super::tree::{DriveLocation, Meta, Spot};
use super::{DrivePath, name_of};
use crate::bytes::scratch::{self, Draft};
use crate::bytes::{self, Reserved};

impl Drive {
    /// Begins a file that comes, or makes the empty one of a lock.
    pub(in crate::dav) async fn begin(
        &self,
        path: &DavPath,
        options: OpenOptions,
    ) -> FsResult<Box<dyn DavFile>> {
        let location = self.find(path).await?;
        let exists = !matches!(location.spot, Spot::Nothing);
        match location.spot {
            Spot::Root | Spot::Folder(_) => return Err(FsError::Exists),
            _ if exists && options.create_new => return Err(FsError::Exists),
            _ if !exists && !options.create => return Err(FsError::NotFound),
            _ => {}
        }
        let length = options.size.unwrap_or_default();
        let begun = self.run(move |drive| drive.sink(location, length)).await;
        let mut writing = self.told_by(begun)?;
        if !options.truncate {
            // A lock on what isn't there makes it, empty.
            writing.close().await?;
        }
        Ok(Box::new(writing))
    }

    fn sink(&self, location: DriveLocation, length: u64) -> Result<Writing, Problem> {
        let (node, owner) = (self.node(), self.owner());
        bytes::check_record(node, owner)?;
        name_of(&location.name)?;
        let is_file = matches!(location.spot, Spot::File(_));
        let is_scratch = length == 0 || (!is_file && scratch::is_for_programs(&location.name));
        let (reserved, sink) = bytes::reserve(node, owner, length, || {
            if is_scratch {
                let draft = self.shelf().begin(location.parent.as_deref(), &location.name, length);
                draft.map(Sink::Scratch)
            } else {
                let writer = node.ledger().media().writer(owner);
                writer.map(Sink::File).map_err(bytes::problem)
            }
        })?;
        Ok(Writing {
            drive: self.clone(),
            place: (location.parent, location.name),
            length,
            came: 0,
            piece: BytesMut::new(),
            sink: Some(sink),
            meta: None,
            _reserved: reserved,
        })
    }
}

/// The destination of the bytes.
enum Sink {
    File(MediaWriter),
    Scratch(Draft),
}

/// A file that comes.
struct Writing {
    drive: Drive,
    place: DrivePath,
    length: u64,
    came: u64,
    /// Bytes that arrived and are not on the disk yet.
    piece: BytesMut,
    /// `None` while a job uses it.
    sink: Option<Sink>,
    /// The metadata, once the file is stored.
    meta: Option<Meta>,
    _reserved: Reserved,
}

impl std::fmt::Debug for Writing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a file of which {} of {} came", self.came, self.length)
    }
}

impl Writing {
    async fn take(&mut self, bytes: &[u8]) -> FsResult<()> {
        self.came = self.came.saturating_add(bytes.len() as u64);
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE_BYTES { self.write().await } else { Ok(()) }
    }

    async fn write(&mut self) -> FsResult<()> {
        let piece = self.piece.split().freeze();
        let count = piece.len();
        let sink = self.sink.take();
        let written = self.drive.run(move |_| {
            let mut sink = sink.ok_or_else(|| Problem::internal("a file lost its writer"))?;
            match &mut sink {
                Sink::File(writer) => writer.write(&piece).map_err(bytes::problem)?,
                Sink::Scratch(draft) => draft.write(&piece)?,
            }
            Ok(sink)
        });
        let written = written.await;
        self.drive.request().room.give_back(count);
        self.sink = Some(self.drive.told_by(written)?);
        Ok(())
    }

    /// All came: gives the file its name, and enters it.
    async fn close(&mut self) -> FsResult<()> {
        if self.came != self.length {
            let early =
                Problem::bad_request("The number of bytes is not the one that was announced.");
            return Err(self.drive.fails(early));
        }
        if !self.piece.is_empty() {
            self.write().await?;
        }
        let place = self.place.clone();
        let done = match self.sink.take() {
            Some(Sink::File(writer)) => {
                let stored = self.drive.run(move |drive| {
                    let stored = writer.finish().map_err(bytes::problem)?;
                    Ok(bytes::counted(drive.node(), drive.owner(), stored))
                });
                match stored.await {
                    Ok(stored) => self.drive.add(stored, place, None).await,
                    Err(problem) => Err(problem),
                }
                .map(|asset| Meta::of_file(&asset))
            }
            Some(Sink::Scratch(draft)) => {
                let finish = move |drive: &Drive| {
                    draft.finish()?;
                    let file = drive.shelf().find(place.0.as_deref(), &place.1);
                    file.ok_or_else(|| Problem::internal("a file isn't there"))
                };
                let scratch = self.drive.run(finish).await;
                scratch.map(|scratch| Meta::of_scratch(&scratch))
            }
            None => return Ok(()),
        };
        self.meta = Some(self.drive.told_by(done)?);
        Ok(())
    }
}

impl DavFile for Writing {
    fn metadata(&mut self) -> FsFuture<'_, Box<dyn DavMetaData>> {
        let meta = self.meta.clone().ok_or(FsError::NotFound);
        let meta = meta.map(|meta| -> Box<dyn DavMetaData> { Box::new(meta) });
        Box::pin(std::future::ready(meta))
    }

    fn write_buf(&mut self, mut bytes: Box<dyn Buf + Send>) -> FsFuture<'_, ()> {
        let bytes = bytes.copy_to_bytes(bytes.remaining());
        self.write_bytes(bytes)
    }

    fn write_bytes(&mut self, bytes: Bytes) -> FsFuture<'_, ()> {
        Box::pin(async move { self.take(&bytes).await })
    }

    fn read_bytes(&mut self, _: usize) -> FsFuture<'_, Bytes> {
        Box::pin(std::future::ready(Err(FsError::Forbidden)))
    }

    fn seek(&mut self, _: std::io::SeekFrom) -> FsFuture<'_, u64> {
        Box::pin(std::future::ready(Err(FsError::Forbidden)))
    }

    fn flush(&mut self) -> FsFuture<'_, ()> {
        Box::pin(async move { self.close().await })
    }
}
