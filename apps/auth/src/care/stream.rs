//! Bytes out of blocking code into an answer, and out of a file, whole or in part.
//!
//! Always: bounded: a slow reader makes the writer wait, a reader that went away makes it stop; an answer that could not
//! be finished is cut off, never ended as if it were whole.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use imajin_service::Problem;
use tokio::sync::mpsc;

/// Bytes that travel together.
const CHUNK_BYTES: usize = 64 * 1024;
/// Chunks on their way: some hundred kilobytes for each download.
const CHUNKS: usize = 4;

type Chunk = Result<Bytes, io::Error>;

/// The reading end: the body of an answer or of a request.
pub(super) struct Pipe {
    chunks: mpsc::Receiver<Chunk>,
    left: u64,
}

/// The writing end, for a blocking thread.
pub(super) struct PipeWriter {
    chunks: mpsc::Sender<Chunk>,
    buffer: BytesMut,
}

/// Both ends of a body of this many bytes.
pub(super) fn pipe(bytes: u64) -> (PipeWriter, Pipe) {
    let (sender, receiver) = mpsc::channel(CHUNKS);
    (
        PipeWriter {
            chunks: sender,
            buffer: BytesMut::new(),
        },
        Pipe {
            chunks: receiver,
            left: bytes,
        },
    )
}

impl PipeWriter {
    /// Says that no more can come, and that what came is not all.
    pub(super) fn fail(self, error: impl std::fmt::Display) {
        // Who reads may be gone already.
        let _ = self
            .chunks
            .blocking_send(Err(io::Error::other(error.to_string())));
    }

    fn send(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let chunk = self.buffer.split().freeze();
        self.chunks
            .blocking_send(Ok(chunk))
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Write for PipeWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK_BYTES {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send()
    }
}

impl http_body::Body for Pipe {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let Some(chunk) = ready!(self.chunks.poll_recv(context)) else {
            // The writer ended; that it ended early must not look like an end.
            return Poll::Ready((self.left > 0).then(|| {
                self.left = 0;
                Err(io::ErrorKind::UnexpectedEof.into())
            }));
        };
        if let Ok(bytes) = &chunk {
            self.left = self.left.saturating_sub(bytes.len() as u64);
        }
        Poll::Ready(Some(chunk.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// A part of a file, as a body.
pub(super) fn part(mut file: File, from: u64, bytes: u64) -> Pipe {
    let (mut writer, pipe) = pipe(bytes);
    imajin_service::blocking::detach(move || {
        let copied = file
            .seek(SeekFrom::Start(from))
            .and_then(|_| io::copy(&mut file.take(bytes), &mut writer))
            .and_then(|_| writer.flush());
        if let Err(error) = copied
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            writer.fail(error);
        }
    });
    pipe
}

/// Hands out a file under a name; a `Range` of one part is answered with that part, so that a download can go on.
pub(super) fn download(
    file: File,
    name: &str,
    kind: &'static str,
    asked: &HeaderMap,
) -> Result<Response, Problem> {
    let whole = file.metadata()?.len();
    let range = asked
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok());
    let (status, from, bytes) = match range.map(|range| parse_range(range, whole)) {
        None | Some(Range::Whole) => (StatusCode::OK, 0, whole),
        Some(Range::Part(from, bytes)) => (StatusCode::PARTIAL_CONTENT, from, bytes),
        Some(Range::Outside) => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            set(
                response.headers_mut(),
                header::CONTENT_RANGE,
                &format!("bytes */{whole}"),
            )?;
            return Ok(response);
        }
    };
    let mut response = (status, Body::new(part(file, from, bytes))).into_response();
    let headers = response.headers_mut();
    attachment(headers, name, kind)?;
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if status == StatusCode::PARTIAL_CONTENT {
        set(
            headers,
            header::CONTENT_RANGE,
            &format!("bytes {from}-{}/{whole}", from + bytes - 1),
        )?;
    }
    Ok(response)
}

/// Marks an answer as a file to keep, that no cache may.
pub(super) fn attachment(
    headers: &mut HeaderMap,
    name: &str,
    kind: &'static str,
) -> Result<(), Problem> {
    set(
        headers,
        header::CONTENT_DISPOSITION,
        &format!("attachment; filename=\"{name}\""),
    )?;
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    Ok(())
}

fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &str) -> Result<(), Problem> {
    headers.insert(
        name,
        HeaderValue::from_str(value).map_err(Problem::internal)?,
    );
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
enum Range {
    /// None that we answer: RFC 9110 §14.2 lets a server ignore what it does not do.
    Whole,
    Part(u64, u64),
    Outside,
}

/// `bytes=from-`, `bytes=from-to` and `bytes=-last`.
fn parse_range(text: &str, whole: u64) -> Range {
    let Some((first, last)) = text
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Range::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    let (from, to) = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(from), Ok(to)) if to >= from => (from, to.min(whole.saturating_sub(1))),
        (Ok(from), Err(_)) if last.is_empty() => (from, whole.saturating_sub(1)),
        (Err(_), Ok(count)) if first.is_empty() && count > 0 => {
            (whole.saturating_sub(count), whole.saturating_sub(1))
        }
        (Err(_), Ok(0)) if first.is_empty() => return Range::Outside,
        _ => return Range::Whole,
    };
    match from < whole {
        true => Range::Part(from, to - from + 1),
        false => Range::Outside,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    #[test]
    fn ranges() {
        for (text, range) in [
            ("bytes=0-", Range::Part(0, 100)),
            ("bytes=10-19", Range::Part(10, 10)),
            ("bytes=90-500", Range::Part(90, 10)),
            ("bytes=-10", Range::Part(90, 10)),
            ("bytes=-500", Range::Part(0, 100)),
            ("bytes=100-", Range::Outside),
            ("bytes=-0", Range::Outside),
            ("bytes=5-4", Range::Whole),
            ("bytes=0-1,5-6", Range::Whole),
            ("lines=1-2", Range::Whole),
        ] {
            assert_eq!(parse_range(text, 100), range, "{text}");
        }
        assert_eq!(parse_range("bytes=0-", 0), Range::Outside);
    }

    #[tokio::test]
    async fn what_is_cut_off_is_no_end() {
        let (mut writer, pipe) = pipe(10);
        let written = tokio::task::spawn_blocking(move || {
            writer.write_all(b"12345").and_then(|()| writer.flush())
        });
        assert!(pipe.collect().await.is_err());
        written.await.unwrap().unwrap();
        let (mut writer, pipe) = super::pipe(5);
        let written = tokio::task::spawn_blocking(move || {
            writer.write_all(b"12345").and_then(|()| writer.flush())
        });
        assert_eq!(pipe.collect().await.unwrap().to_bytes(), "12345");
        written.await.unwrap().unwrap();
    }
}
