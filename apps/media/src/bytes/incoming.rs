//! An upload that a request writes to.
//!
//! Always: each write is one short job off the runtime's threads, so that none waits for a client. When the request goes
//! away, the outcome is noted next to it.

use bytes::Bytes;
use imajin_app::{Node, Problem, blocking};
use imajin_ledger::media::{MediaObject, UploadError, UploadId, UploadWriter};
use imajin_protocol::Did;

use super::tus::Checksum;
use super::upload_problem;

/// The writer, but for the moments in which a job has it.
pub(crate) struct Incoming(Option<Writing>);

struct Writing {
    writer: UploadWriter,
    checksum: Option<Checksum>,
}

impl Writing {
    fn write(&mut self, piece: &[u8]) -> Result<(), Problem> {
        if let Some(checksum) = &mut self.checksum {
            checksum.update(piece);
        }
        self.writer.write(piece).map_err(upload_problem)
    }

    /// The writer of bytes that count.
    fn proven(mut self) -> Result<UploadWriter, Problem> {
        let Some(checksum) = self.checksum else {
            return Ok(self.writer);
        };
        if checksum.comes_true() {
            self.writer.keep();
            return Ok(self.writer);
        }
        self.writer.pause().map_err(upload_problem)?;
        Err(Problem::checksum_mismatch(
            "The bytes that came have another checksum than was announced: none of them was kept, send them again.",
        ))
    }
}

impl Incoming {
    /// Lets an upload continue.
    /// Errors: 404, 409 or 423.
    pub(crate) async fn begin(
        node: &Node,
        owner: &Did,
        id: &UploadId,
        offset: u64,
    ) -> Result<Self, Problem> {
        let store = node.ledger().media().clone();
        let (owner, id) = (owner.clone(), id.clone());
        let begun = blocking::run(move || store.append(&owner, &id, offset)).await?;
        let writing = Writing { writer: begun.map_err(upload_problem)?, checksum: None };
        let mut incoming = Self(Some(writing));
        incoming.catch_up().await?;
        Ok(incoming)
    }

    /// Hashes what an earlier run of the program received.
    async fn catch_up(&mut self) -> Result<(), Problem> {
        let step = |writing: &mut Writing| writing.writer.catch_up().map_err(upload_problem);
        while !self.run(step).await? {}
        Ok(())
    }

    /// Announces the checksum of all that comes.
    pub(crate) fn expect(&mut self, checksum: Checksum) {
        if let Some(writing) = &mut self.0 {
            writing.writer.hold();
            writing.checksum = Some(checksum);
        }
    }

    /// Writes the next piece.
    /// Errors: 413, 507, or the upload ended meanwhile.
    pub(crate) async fn write(&mut self, piece: Bytes) -> Result<(), Problem> {
        self.run(move |writing| writing.write(&piece)).await
    }

    /// Returns the offset of the next byte.
    pub(crate) fn offset(&self) -> u64 {
        let writing = self.0.as_ref();
        writing.map_or(0, |writing| writing.writer.offset())
    }

    /// Ends this part; returns where the next begins.
    /// Errors: 460, 507.
    pub(crate) async fn pause(self) -> Result<u64, Problem> {
        self.last(UploadWriter::pause).await
    }

    /// Names the whole file.
    /// Errors: 460, 507, or bytes are missing.
    pub(crate) async fn finish(mut self) -> Result<MediaObject, Problem> {
        self.catch_up().await?;
        self.last(UploadWriter::finish).await
    }

    async fn run<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Writing) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let mut writing = self.0.take().ok_or_else(none)?;
        let (writing, done) = blocking::run(move || {
            let done = work(&mut writing);
            (writing, done)
        })
        .await?;
        self.0 = Some(writing);
        done
    }

    async fn last<T: Send + 'static>(
        mut self,
        work: impl FnOnce(UploadWriter) -> Result<T, UploadError> + Send + 'static,
    ) -> Result<T, Problem> {
        let writing = self.0.take().ok_or_else(none)?;
        let last = move || work(writing.proven()?).map_err(upload_problem);
        blocking::run(last).await?
    }
}

/// A job that failed took the writer along.
fn none() -> Problem {
    Problem::internal("an upload lost its writer")
}

impl Drop for Incoming {
    fn drop(&mut self) {
        let Some(writing) = self.0.take() else {
            return;
        };
        // Its own end waits for the disk.
        if tokio::runtime::Handle::try_current().is_ok() {
            blocking::detach(move || drop(writing));
        }
    }
}
