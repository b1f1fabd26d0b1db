//! A file that a computer reads.
//!
//! Always: each piece is one short job, which asks first whether the computer still has a right to it; an answer that can't be
//! finished is cut off.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use ::bytes::{Buf, Bytes};
use dav_server::fs::{DavFile, DavMetaData, FsError, FsFuture, FsResult};
use imajin_app::{Problem, Right, blocking};

use super::super::tree::Meta;
use super::Drive;
use crate::bytes::Transfer;

pub(super) struct Reader {
    pub(super) drive: Drive,
    pub(super) meta: Meta,
    /// With the computer's right to it; but for the moments in which a job has them.
    pub(super) file: Option<(File, Right)>,
    pub(super) at: u64,
    pub(super) bytes: u64,
    pub(super) _place: Option<Transfer>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a file at {} of {}", self.at, self.bytes)
    }
}

impl Reader {
    async fn run<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut File) -> std::io::Result<T> + Send + 'static,
    ) -> FsResult<T> {
        let file = self.file.take();
        let done = blocking::run(move || {
            let (mut file, mut right) =
                file.ok_or_else(|| Problem::internal("a file that a job has"))?;
            right.now()?;
            let done = work(&mut file)?;
            Ok::<_, Problem>(((file, right), done))
        });
        match done.await.flatten() {
            Ok((file, done)) => {
                self.file = Some(file);
                Ok(done)
            }
            Err(problem) => Err(self.cut(&problem)),
        }
    }

    /// An answer that can't be finished is cut off, never filled up.
    fn cut(&self, problem: &Problem) -> FsError {
        self.drive.breaks(problem);
        FsError::GeneralFailure
    }
}

impl DavFile for Reader {
    fn metadata(&mut self) -> FsFuture<'_, Box<dyn DavMetaData>> {
        let meta: Box<dyn DavMetaData> = Box::new(self.meta.clone());
        Box::pin(std::future::ready(Ok(meta)))
    }

    fn write_buf(&mut self, _: Box<dyn Buf + Send>) -> FsFuture<'_, ()> {
        Box::pin(std::future::ready(Err(FsError::Forbidden)))
    }

    fn write_bytes(&mut self, _: Bytes) -> FsFuture<'_, ()> {
        Box::pin(std::future::ready(Err(FsError::Forbidden)))
    }

    fn read_bytes(&mut self, count: usize) -> FsFuture<'_, Bytes> {
        Box::pin(async move {
            let piece = self.run(move |file| {
                let mut piece = Vec::with_capacity(count);
                file.take(count as u64).read_to_end(&mut piece)?;
                Ok(piece)
            });
            let piece = piece.await?;
            self.at = self.at.saturating_add(piece.len() as u64);
            if piece.is_empty() && self.at < self.bytes {
                Err(self.cut(&Problem::internal("a file is shorter than it was")))
            } else {
                Ok(piece.into())
            }
        })
    }

    fn seek(&mut self, to: SeekFrom) -> FsFuture<'_, u64> {
        Box::pin(async move {
            self.at = self.run(move |file| file.seek(to)).await?;
            Ok(self.at)
        })
    }

    fn flush(&mut self) -> FsFuture<'_, ()> {
        Box::pin(std::future::ready(Ok(())))
    }
}
