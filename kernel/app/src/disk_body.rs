//! A body that is read from the disk while it is sent.
//!
//! Always: each piece is one short job, and the next one is read while the last is sent; no thread waits for the client,
//! who may read as slowly as the connection's deadline lets them. An answer that can't be finished is cut off, never ended
//! as if it were whole. No piece is handed out that its reader has no right to at that moment.

use std::future::Future as _;
use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use parking_lot::Mutex;

use crate::blocking::{self, BlockingTask};
use crate::right::Right;

/// Bytes of one piece: a client that stops reading keeps one in memory, besides those that HTTP waits to send.
const PIECE_BYTES: u64 = 32 * 1024;

/// A file that is read, with the reader's right to it.
struct Source {
    inner: Box<dyn Read + Send>,
    right: Right,
    /// Whether the right to the piece was asked about since the reader wanted it: asking once for each ends even while others write
    /// all the time.
    was_asked: bool,
}

type Piece = (Source, io::Result<Bytes>);

/// The next bytes of a source, as the body of an answer or of a request to another node.
pub struct DiskBody {
    /// Never locked: the mutex only makes the body `Sync`, as HTTP clients require.
    state: Mutex<State>,
    left: u64,
}

enum State {
    /// Before the first read.
    Waiting(Source),
    Reading(BlockingTask<Piece>),
    Ended,
}

impl DiskBody {
    /// Makes a body of exactly `bytes` bytes for the holder of a right. Where the source has fewer or fails, or the right ends, the body
    /// ends with an error.
    pub fn new(source: impl Read + Send + 'static, bytes: u64, right: Right) -> Self {
        let inner = Box::new(source);
        Self {
            state: Mutex::new(State::Waiting(Source { inner, right, was_asked: false })),
            left: bytes,
        }
    }
}

/// Reads one piece, if there is still a right to it; returns the source for the next, too.
fn read(mut source: Source, bytes: u64) -> BlockingTask<Piece> {
    blocking::begin(move || {
        let bytes = usize::try_from(bytes).unwrap_or_default();
        source.was_asked = false;
        let read = ask(&mut source.right).and_then(|()| fill(&mut source.inner, bytes));
        (source, read.map(Bytes::from))
    })
}

/// Asks again about the right to a piece that was read before something changed.
fn ask_again(mut source: Source, piece: Bytes) -> BlockingTask<Piece> {
    blocking::begin(move || {
        source.was_asked = true;
        let answer = ask(&mut source.right).map(|()| piece);
        (source, answer)
    })
}

fn ask(right: &mut Right) -> io::Result<()> {
    let answer = right.now().copied();
    answer.map_err(|problem| io::Error::new(io::ErrorKind::PermissionDenied, problem.to_string()))
}

/// Reads `bytes` bytes, or the rest if there are fewer; a file with one read, instead of many growing ones.
fn fill(source: &mut impl Read, bytes: usize) -> io::Result<Vec<u8>> {
    let (mut piece, mut filled) = (vec![0; bytes], 0);
    while filled < bytes {
        match source.read(piece.get_mut(filled..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    piece.truncate(filled);
    Ok(piece)
}

impl http_body::Body for DiskBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let mut reading = match self.swap(State::Ended) {
            State::Ended => return Poll::Ready(None),
            State::Waiting(source) if self.left == 0 => {
                let_go(source);
                return Poll::Ready(None);
            }
            State::Waiting(source) => read(source, self.left.min(PIECE_BYTES)),
            State::Reading(reading) => reading,
        };
        loop {
            reading = match Pin::new(&mut reading).poll(context) {
                Poll::Pending => {
                    self.swap(State::Reading(reading));
                    return Poll::Pending;
                }
                Poll::Ready(Ok((source, Ok(piece))))
                    if !source.was_asked && !source.right.is_fresh() =>
                {
                    ask_again(source, piece)
                }
                Poll::Ready(read) => return Poll::Ready(Some(self.take(read.ok()))),
            };
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
        let now = self.state.get_mut();
        std::mem::replace(now, state)
    }

    /// Returns a piece, and starts to read the next one.
    fn take(&mut self, piece: Option<Piece>) -> Result<Frame<Bytes>, io::Error> {
        let (source, piece) = piece.ok_or_else(|| io::Error::other("the node is stopping"))?;
        let piece = piece.and_then(|piece| {
            if piece.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(piece) }
        });
        match piece {
            Ok(piece) => {
                self.left = self.left.saturating_sub(piece.len() as u64);
                match self.left {
                    0 => self.swap(State::Waiting(source)),
                    left => self.swap(State::Reading(read(source, left.min(PIECE_BYTES)))),
                };
                Ok(Frame::data(piece))
            }
            Err(error) => {
                let_go(source);
                Err(error)
            }
        }
    }
}

/// Drops a source on a thread for the disk, since dropping may remove a folder.
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

    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn what_is_cut_off_is_no_end() {
        let whole = DiskBody::new(&b"12345"[..], 5, Right::unending());
        assert_eq!(whole.collect().await.unwrap().to_bytes(), "12345");
        assert!({
            let short = DiskBody::new(&b"12345"[..], 10, Right::unending());
            short.collect().await.is_err()
        });
        let part = DiskBody::new(&b"12345"[..], 3, Right::unending());
        assert_eq!(part.collect().await.unwrap().to_bytes(), "123");
    }

    #[tokio::test]
    async fn a_long_file_travels_in_pieces() {
        let long = vec![7u8; 100_000];
        let mut body = DiskBody::new(io::Cursor::new(long), 100_000, Right::unending());
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(first.len() as u64, PIECE_BYTES);
        assert_eq!(body.collect().await.unwrap().to_bytes().len(), 100_000 - first.len());
    }

    /// Says how much of it was asked for.
    struct ReadReporter(std::sync::mpsc::Sender<usize>);

    impl Read for ReadReporter {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.0.send(out.len()).map_err(io::Error::other)?;
            Ok(out.len())
        }
    }

    #[tokio::test]
    async fn the_next_piece_is_read_while_the_last_one_is_sent_and_no_more() {
        let (told, asked) = std::sync::mpsc::channel();
        let piece = usize::try_from(PIECE_BYTES).unwrap();
        let mut body = DiskBody::new(ReadReporter(told), 4 * PIECE_BYTES, Right::unending());
        assert!(asked.try_recv().is_err(), "nobody asked for it yet");
        for _ in 0..2 {
            assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap().len(), piece);
            assert_eq!(asked.recv().unwrap(), piece, "in one read");
        }
        assert_eq!(asked.recv().unwrap(), piece, "nobody asked for the third");
        drop(body);
        assert!(asked.recv().is_err(), "it went with the body");
    }
}
