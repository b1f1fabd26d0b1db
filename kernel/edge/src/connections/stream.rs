//! A connection's bytes, plain or out of TLS: one type, so that HTTP is built once for both.

use std::io::{ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio_rustls::TlsAcceptor;

use super::ACME_PROTOCOL;
use super::link::{Link, Side};

/// A connection's bytes, and the link that is told of each byte that moves.
pub(super) struct Stream {
    socket: Box<dyn Socket>,
    link: Link,
}

/// A connection's two directions: a TCP connection, a stream of a tunnel, or TLS on either.
pub trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Socket for S {}

/// The stream for HTTP; `None` if the handshake fails, takes too long, or was all that the client wanted.
pub(super) async fn unwrap(
    stream: impl Socket + 'static,
    tls: Option<TlsAcceptor>,
    patience: Duration,
    link: &Link,
) -> Option<Stream> {
    let around = |socket: Box<dyn Socket>| Stream { socket, link: link.clone() };
    let Some(tls) = tls else {
        return Some(around(Box::new(stream)));
    };
    match tokio::time::timeout(patience, tls.accept(stream)).await {
        Ok(Ok(mut stream)) if stream.get_ref().1.alpn_protocol() == Some(ACME_PROTOCOL) => {
            let _ = stream.shutdown().await;
            None
        }
        Ok(Ok(stream)) => Some(around(Box::new(stream))),
        Ok(Err(error)) => {
            tracing::debug!("handshake: {error}");
            None
        }
        Err(_) => None,
    }
}

impl Stream {
    /// A connection that was cut moves nothing any more.
    fn check(&self) -> Result<()> {
        if self.link.is_cut() { Err(ErrorKind::TimedOut.into()) } else { Ok(()) }
    }

    /// Tells the link the result of a write.
    fn noted(&self, written: Poll<Result<usize>>, context: &Context<'_>) -> Poll<Result<usize>> {
        match &written {
            Poll::Ready(Ok(bytes)) => self.link.wrote(*bytes > 0),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                self.link.wrote(false);
                self.link.waits(Side::Writer, context);
            }
        }
        written
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.link.ended();
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let this = self.get_mut();
        this.check()?;
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.socket).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            this.link.read();
        }
        if read.is_pending() {
            this.link.waits(Side::Reader, cx);
        }
        read
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let this = self.get_mut();
        this.check()?;
        let written = Pin::new(&mut this.socket).poll_write(cx, bytes);
        this.noted(written, cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let this = self.get_mut();
        this.check()?;
        let written = Pin::new(&mut this.socket).poll_write_vectored(cx, pieces);
        this.noted(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let this = self.get_mut();
        this.check()?;
        let flushed = Pin::new(&mut this.socket).poll_flush(cx);
        // TLS keeps what the socket does not take, and says so here.
        if flushed.is_pending() {
            this.link.wrote(false);
            this.link.waits(Side::Writer, cx);
        } else {
            this.link.flushed()
        }
        flushed
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(cx)
    }
}
