//! The wire of a tunnel (docs/registry.md, "Tunnels"): HTTP/2 on a connection that the box opened, with the roles reversed. The
//! registry sends `CONNECT name:443` for each visitor and the box answers 200; DATA carries the visitor's bytes.
//!
//! Always: each stream has its own window, and the windows of all streams fit into that of the connection, so that a slow visitor
//! holds up no other. What waits to be read or sent is bounded by the constants below. Nothing here knows what the bytes mean.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::http::HeaderMap;
use bytes::Bytes;
use h2::client::SendRequest;
use h2::{Ping, PingPong, RecvStream, SendStream, client, server};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::server::Socket;

/// The protocol in the header `Upgrade`.
pub const PROTOCOL: &str = "mjn-tunnel";
/// The header with the node's signed request for a tunnel, as base64url.
pub const NODE_HEADER: &str = "mjn-node";
/// The header of the answer that says how much the registry carries in a day.
pub const DAY_HEADER: &str = "mjn-tunnel-day";
/// The header of the answer with the registry's addresses, to which the names of boxes with a tunnel lead, in a list.
pub const ADDRESSES_HEADER: &str = "mjn-tunnel-addresses";
/// The header of a registry's message with the names that it carries, in a list.
pub const NAMES_HEADER: &str = "mjn-tunnel-names";
/// The path of a registry's message with the names that it carries.
pub const NAMES_PATH: &str = "/names";
/// Most names of a box's own that a tunnel carries, besides the registry's name for it.
pub const OWNED_NAMES_MAX: usize = 4;
/// The label of the TXT record with the DID of the box that a name belongs to.
pub const HOLDER_LABEL: &str = "_imajin";
/// The port that visitors ask for.
pub const PORT: u16 = 443;
/// Interval between two PINGs. An end that has not answered one when the next is due is gone.
pub const PING_EVERY: Duration = Duration::from_secs(30);
/// Most visitors of a tunnel at once.
pub const STREAMS_MAX: u32 = 64;
/// Longest piece that is moved at once, in bytes.
pub const PIECE_BYTES_MAX: usize = 16 * 1024;

/// Bytes that one visitor may have on the way in one direction.
const STREAM_BYTES: u32 = 128 * 1024;
/// Bytes that all visitors may have on the way in one direction.
const TUNNEL_BYTES: u32 = STREAM_BYTES * STREAMS_MAX;
/// Bytes of a stream that wait for the connection to take them.
const SEND_BYTES_MAX: usize = 64 * 1024;
/// Items of a list in a header that are read.
const LIST_MAX: usize = 16;
/// Headers of a request or an answer: some names, or a name and an address.
const HEADER_BYTES_MAX: u32 = 4 * 1024;

/// The registry's side of a connection: the requests, and the connection to poll. It closes with GOAWAY once the requests and all
/// streams are dropped.
pub async fn registry_side<S: Socket>(
    socket: S,
) -> Result<(SendRequest<Bytes>, client::Connection<S, Bytes>), h2::Error> {
    client::Builder::new()
        .initial_window_size(STREAM_BYTES)
        .initial_connection_window_size(TUNNEL_BYTES)
        .max_header_list_size(HEADER_BYTES_MAX)
        .max_send_buffer_size(SEND_BYTES_MAX)
        .initial_max_send_streams(STREAMS_MAX as usize)
        .enable_push(false)
        .handshake(socket)
        .await
}

/// The box's side of a connection.
pub async fn box_side<S: Socket>(socket: S) -> Result<server::Connection<S, Bytes>, h2::Error> {
    server::Builder::new()
        .initial_window_size(STREAM_BYTES)
        .initial_connection_window_size(TUNNEL_BYTES)
        .max_header_list_size(HEADER_BYTES_MAX)
        .max_send_buffer_size(SEND_BYTES_MAX)
        .max_concurrent_streams(STREAMS_MAX)
        .handshake(socket)
        .await
}

/// Resolves when the other end does not answer a PING before the next one is due.
pub async fn silence(mut pings: PingPong, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        let answered = tokio::time::timeout(every, pings.ping(Ping::opaque())).await;
        if !matches!(answered, Ok(Ok(_))) {
            return;
        }
    }
}

/// The value of the header `forwarded` (RFC 7239) for a visitor's address.
pub fn forwarded(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("for={address}"),
        IpAddr::V6(address) => format!("for=\"[{address}]\""),
    }
}

/// Reads the address in a header as [`forwarded`] writes it; `None` if it has any other form.
pub fn forwarded_address(value: &str) -> Option<IpAddr> {
    let node = value.strip_prefix("for=")?;
    let address: IpAddr = match node.strip_prefix("\"[") {
        Some(rest) => rest.strip_suffix("]\"")?.parse::<Ipv6Addr>().ok()?.into(),
        None => node.parse::<Ipv4Addr>().ok()?.into(),
    };
    Some(address.to_canonical())
}

/// The text of the TXT record `_imajin.<name>` by which a name belongs to the box with this DID.
pub fn holder_text(did: &str) -> String {
    format!("did={did}")
}

/// The DID in a text of the form of [`holder_text`].
pub fn holder(text: &str) -> Option<&str> {
    Some(text.trim().strip_prefix("did=")?.trim_start())
}

/// The value of a header with a list.
pub fn list<T: ToString>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(T::to_string).collect();
    items.join(",")
}

/// Reads the items of a list as [`list`] writes it that have the right form.
pub fn read_list<T: FromStr>(headers: &HeaderMap, name: &str) -> Vec<T> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    let items = value.unwrap_or_default().split(',').take(LIST_MAX);
    items.filter_map(|item| item.trim().parse().ok()).collect()
}

/// Bytes that moved, in both directions. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<AtomicU64>);

impl Meter {
    /// The number of bytes so far.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

/// A visitor's bytes from the other end.
pub struct Receiver {
    stream: RecvStream,
    meter: Meter,
}

impl Receiver {
    /// Reads a stream, and counts its bytes.
    pub fn new(stream: RecvStream, meter: Meter) -> Self {
        Self { stream, meter }
    }

    /// The next piece; `None` at the end. The other end may send as much again once the piece was [released](Self::release).
    pub async fn next(&mut self) -> Option<io::Result<Bytes>> {
        poll_fn(|context| self.poll_next(context)).await
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let piece = ready!(self.stream.poll_data(context));
        Poll::Ready(piece.map(|piece| {
            let piece = piece.map_err(to_io)?;
            self.meter.add(piece.len());
            Ok(piece)
        }))
    }

    /// Makes room for as many bytes from the other end.
    pub fn release(&mut self, bytes: usize) -> io::Result<()> {
        self.stream.flow_control().release_capacity(bytes).map_err(to_io)
    }
}

/// A visitor's bytes to the other end.
pub struct Sender {
    stream: SendStream<Bytes>,
    meter: Meter,
}

impl Sender {
    /// Writes to a stream, and counts its bytes.
    pub fn new(stream: SendStream<Bytes>, meter: Meter) -> Self {
        Self { stream, meter }
    }

    /// Sends all of these bytes. Returns when the connection has room for them, which is when the other end reads.
    pub async fn send(&mut self, mut bytes: Bytes) -> io::Result<()> {
        while !bytes.is_empty() {
            let room = poll_fn(|context| self.poll_room(context, bytes.len())).await?;
            let piece = bytes.split_to(room);
            self.send_piece(piece)?;
        }
        Ok(())
    }

    /// Sends the end of the bytes.
    pub fn end(&mut self) -> io::Result<()> {
        self.stream.send_data(Bytes::new(), true).map_err(to_io)
    }

    /// How many of `wanted` bytes may be sent now: at least one.
    fn poll_room(&mut self, context: &mut Context<'_>, wanted: usize) -> Poll<io::Result<usize>> {
        let length = wanted.min(PIECE_BYTES_MAX);
        self.stream.reserve_capacity(length);
        loop {
            // `poll_capacity` speaks of new room only.
            let room = self.stream.capacity().min(length);
            if room > 0 {
                return Poll::Ready(Ok(room));
            }
            match ready!(self.stream.poll_capacity(context)) {
                Some(Ok(_)) => {}
                Some(Err(error)) => return Poll::Ready(Err(to_io(error))),
                None => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            }
        }
    }

    fn send_piece(&mut self, piece: Bytes) -> io::Result<()> {
        let length = piece.len();
        self.stream.send_data(piece, false).map_err(to_io)?;
        self.meter.add(length);
        Ok(())
    }
}

impl Drop for Sender {
    /// Ends the bytes, if that has not happened: a stream that is dropped without an end loses those that wait to be sent.
    fn drop(&mut self) {
        // After an end this is an error, and has no effect.
        let _ = self.end();
    }
}

/// A visitor's connection at the box, as a socket.
pub struct TunnelStream {
    receiver: Receiver,
    sender: Sender,
    unread: Bytes,
}

impl TunnelStream {
    /// Joins the two directions of a stream.
    pub fn new(receiver: Receiver, sender: Sender) -> Self {
        Self { receiver, sender, unread: Bytes::new() }
    }
}

impl AsyncRead for TunnelStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.unread.is_empty() {
            match ready!(this.receiver.poll_next(context)) {
                Some(piece) => this.unread = piece?,
                None => return Poll::Ready(Ok(())),
            }
        }
        let length = this.unread.len().min(buffer.remaining());
        buffer.put_slice(&this.unread.split_to(length));
        Poll::Ready(this.receiver.release(length))
    }
}

impl AsyncWrite for TunnelStream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let sender = &mut self.get_mut().sender;
        let room = ready!(sender.poll_room(context, bytes.len()))?;
        let piece = Bytes::copy_from_slice(bytes.get(..room).unwrap_or(bytes));
        Poll::Ready(sender.send_piece(piece).map(|()| room))
    }

    /// The connection flushes for all streams.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.get_mut().sender.end())
    }
}

fn to_io(error: h2::Error) -> io::Error {
    if error.is_io() {
        return error.into_io().unwrap_or_else(|| io::ErrorKind::BrokenPipe.into());
    }
    let kind =
        if error.is_reset() { io::ErrorKind::ConnectionReset } else { io::ErrorKind::BrokenPipe };
    io::Error::new(kind, error)
}

#[cfg(test)]
mod tests;
