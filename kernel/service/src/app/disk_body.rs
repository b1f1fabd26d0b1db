//! A body that is read from the disk while it is sent.
//!
//! Always: each piece is one short job; no thread waits for the client, who may read as slowly as the connection's
//! deadline lets them. An answer that can't be finished is cut off, never ended as if it were whole.

use std::future::Future;
use std::io::{self, Read};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::app::blocking;

/// Bytes of one piece: what a client that stops reading keeps in memory.
const PIECE_BYTES: u64 = 32 * 1024;

type Source = Box<dyn Read + Send>;
type Reading = Pin<Box<dyn Future<Output = Option<(Source, io::Result<Bytes>)>> + Send>>;

/// The next bytes of a source, as the body of an answer or of a request to another node.
pub struct DiskBody {
    /// Locked by nobody: it makes the body one that threads may share, as clients want theirs.
    state: Mutex<State>,
    left: u64,
}

enum State {
    Waiting(Source),
    Reading(Reading),
    Ended,
}

impl DiskBody {
    /// A body of exactly `bytes` bytes. Where the source has fewer, or fails, the body ends with an error.
    pub fn new(source: impl Read + Send + 'static, bytes: u64) -> Self {
        Self {
            state: Mutex::new(State::Waiting(Box::new(source))),
            left: bytes,
        }
    }
}

/// One piece, and the source for the next.
fn read(source: Source, bytes: u64) -> Reading {
    Box::pin(async move {
        let read = blocking::run(move || {
            let mut source = source;
            let mut piece = Vec::new();
            let read = (&mut source).take(bytes).read_to_end(&mut piece);
            (source, read.map(|_| Bytes::from(piece)))
        });
        read.await.ok()
    })
}

impl http_body::Body for DiskBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        loop {
            match self.swap(State::Ended) {
                State::Ended => return Poll::Ready(None),
                State::Waiting(source) if self.left == 0 => {
                    let_go(source);
                    return Poll::Ready(None);
                }
                State::Waiting(source) => {
                    let bytes = self.left.min(PIECE_BYTES);
                    self.swap(State::Reading(read(source, bytes)));
                }
                State::Reading(mut reading) => {
                    let Poll::Ready(read) = reading.as_mut().poll(context) else {
                        self.swap(State::Reading(reading));
                        return Poll::Pending;
                    };
                    return Poll::Ready(Some(self.take(read)));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

impl DiskBody {
    /// Takes on a state; gives the one before.
    fn swap(&mut self, state: State) -> State {
        let now = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(now, state)
    }

    fn take(
        &mut self,
        read: Option<(Source, io::Result<Bytes>)>,
    ) -> Result<Frame<Bytes>, io::Error> {
        let (source, piece) = read.ok_or_else(|| io::Error::other("the node is stopping"))?;
        let piece = piece.and_then(|piece| match piece.is_empty() {
            true => Err(io::ErrorKind::UnexpectedEof.into()),
            false => Ok(piece),
        });
        match piece {
            Ok(piece) => {
                self.left = self.left.saturating_sub(piece.len() as u64);
                self.swap(State::Waiting(source));
                Ok(Frame::data(piece))
            }
            Err(error) => {
                let_go(source);
                Err(error)
            }
        }
    }
}

/// What goes with a source (a folder that is removed) is work for the disk as well.
fn let_go(source: Source) {
    match tokio::runtime::Handle::try_current() {
        Ok(_) => blocking::detach(move || drop(source)),
        Err(_) => drop(source),
    }
}

impl Drop for DiskBody {
    fn drop(&mut self) {
        if let State::Waiting(source) = self.swap(State::Ended) {
            let_go(source);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    #[tokio::test]
    async fn what_is_cut_off_is_no_end() {
        let whole = DiskBody::new(&b"12345"[..], 5);
        assert_eq!(whole.collect().await.unwrap().to_bytes(), "12345");
        assert!(DiskBody::new(&b"12345"[..], 10).collect().await.is_err());
        let part = DiskBody::new(&b"12345"[..], 3);
        assert_eq!(part.collect().await.unwrap().to_bytes(), "123");
    }

    #[tokio::test]
    async fn a_long_file_travels_in_pieces() {
        let long = vec![7u8; 100_000];
        let mut body = DiskBody::new(io::Cursor::new(long), 100_000);
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(first.len() as u64, PIECE_BYTES);
        assert_eq!(
            body.collect().await.unwrap().to_bytes().len(),
            100_000 - first.len()
        );
    }
}
