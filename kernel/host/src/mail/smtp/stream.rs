//! Connections to mail servers that end when the server has said too much.
//!
//! Always: the whole conversation has a bound, and so has each reply. The library reads a reply afresh from its beginning at each
//! line, without a pause in which a time-out could end it: a reply of thousands of lines would hold up a thread of the pool.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::outgoing::{AddressSource, lookup};
use crate::trust;

/// Bytes that a server says for one letter: some replies of a few lines each, and its certificates.
pub(super) const HEARD_BYTES_MAX: u64 = 256 * 1024;
/// Bytes that a server says before the node speaks again: the lines of one reply, or the certificates of one handshake.
const REPLY_BYTES_MAX: u64 = 16 * 1024;

/// Connects without TLS, or before it.
pub(super) async fn connect(server: &str, port: u16) -> io::Result<Box<dyn AsyncTokioStream>> {
    Ok(Box::new(MailStream::connect(server, port).await?))
}

/// Connects with TLS from the first byte, to a server with a certificate that this machine knows.
pub(super) async fn connect_tls(server: &str, port: u16) -> io::Result<Box<dyn AsyncTokioStream>> {
    let name = ServerName::try_from(server.to_owned()).map_err(io::Error::other)?;
    let config = trust::tls().map_err(io::Error::other)?;
    let stream = MailStream::connect(server, port).await?;
    let address = stream.address;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream);
    Ok(Box::new(MailStream::new(stream.await?, address)))
}

/// A connection with a limit on the bytes from the other side.
#[derive(Debug)]
struct MailStream<S> {
    inner: S,
    address: SocketAddr,
    /// Bytes that may still come.
    left: u64,
    /// Bytes that may still come before the node speaks again.
    reply_left: u64,
}

impl<S> MailStream<S> {
    fn new(inner: S, address: SocketAddr) -> Self {
        Self { inner, address, left: HEARD_BYTES_MAX, reply_left: REPLY_BYTES_MAX }
    }
}

impl MailStream<TcpStream> {
    async fn connect(server: &str, port: u16) -> io::Result<Self> {
        let mut addresses = lookup(server, AddressSource::InSettings).await?;
        for address in &mut addresses {
            address.set_port(port);
        }
        let inner = TcpStream::connect(&*addresses).await?;
        let address = inner.peer_addr()?;
        Ok(Self::new(inner, address))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for MailStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
        let heard = (buffer.filled().len() - before) as u64;
        let left = self.left.checked_sub(heard);
        let reply_left = self.reply_left.checked_sub(heard);
        let bytes_max = match (left, reply_left) {
            (Some(left), Some(reply_left)) => {
                (self.left, self.reply_left) = (left, reply_left);
                return Poll::Ready(Ok(()));
            }
            (None, _) => HEARD_BYTES_MAX,
            (_, None) => REPLY_BYTES_MAX,
        };
        let why = format!("the server says more than {bytes_max} bytes");
        Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, why)))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for MailStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.reply_left = REPLY_BYTES_MAX;
        Pin::new(&mut self.inner).poll_write(context, buffer)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

impl<S> AsyncTokioStream for MailStream<S>
where
    S: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug,
{
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
