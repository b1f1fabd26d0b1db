//! WebSockets (RFC 6455) of an app's routes: a handler takes a [`SocketRequest`] and [opens](SocketRequest::open) it.
//!
//! Always: incoming messages and their frames are bounded in size; a ping is answered automatically; when the node
//! stops, the client hears 1001 ("going away") at once, in every app. The app decides how long a socket may stay, and
//! how many a person may have; the edge counts each among the connections of its address.

use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::extract::ws::{CloseFrame, WebSocket, WebSocketUpgrade};
use axum::http::request::Parts;
use axum::response::Response;
use tokio::sync::watch;
use tungstenite::Error as WireError;

use crate::browser;
use crate::problem::Problem;
use crate::right::Right;

pub use axum::extract::ws::Message;

/// Maximum size of an incoming message, and of each of its frames, in bytes.
pub const MESSAGE_BYTES_MAX: usize = 16 * 1024;
/// Size of a socket's buffer in each direction. The library's own 128 KiB would be 100 MB for 400 sockets.
const BUFFER_BYTES: usize = 4 * 1024;
/// How long a client may take to say goodbye, too. Less than the edge lets a socket live once the node stops.
const FAREWELL: Duration = Duration::from_millis(500);

/// Close code: the node stops.
pub const GOING_AWAY: u16 = 1001;
/// Close code: a frame violated RFC 6455.
pub const PROTOCOL_ERROR: u16 = 1002;
/// Close code: a text message was not UTF-8.
pub const NO_TEXT: u16 = 1007;
/// Close code: a message was too large.
pub const TOO_LARGE: u16 = 1009;

/// Hears that the listener of a connection stops. The edge gives one to each request that asks for another protocol.
#[derive(Clone)]
pub struct Parting(pub watch::Receiver<bool>);

impl Parting {
    /// Ends when the listener stops; at once, if it has.
    pub async fn heard(&mut self) {
        // An error means that the listener, which would say it, is gone.
        let _ = self.0.wait_for(|stops| *stops).await;
    }
}

/// A request to open a WebSocket.
pub struct SocketRequest {
    upgrade: WebSocketUpgrade,
    parting: Parting,
    /// Whether a page of this very origin asks. A session's cookie counts for nothing else: browsers send it with a socket
    /// that any other site opens.
    pub is_own_page: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for SocketRequest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let is_own_page = browser::is_own_page(parts);
        let parting = parts.extensions.get::<Parting>().cloned();
        let upgrade = WebSocketUpgrade::from_request_parts(parts, state).await;
        let (Ok(upgrade), Some(parting)) = (upgrade, parting) else {
            return Err(Problem::bad_request(
                "This address speaks WebSocket (RFC 6455, version 13) only: ask with `Connection: Upgrade` and \
                 `Upgrade: websocket`.",
            ));
        };
        Ok(Self { upgrade, parting, is_own_page })
    }
}

impl SocketRequest {
    /// Answers 101, and talks as soon as the client has it.
    pub fn open<T, F>(self, talk: T) -> Response
    where
        T: FnOnce(Socket) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let Self { upgrade, parting, .. } = self;
        upgrade
            .read_buffer_size(BUFFER_BYTES)
            .write_buffer_size(BUFFER_BYTES)
            .max_frame_size(MESSAGE_BYTES_MAX)
            .max_message_size(MESSAGE_BYTES_MAX)
            .on_upgrade(move |inner| talk(Socket { inner, parting, is_over: false }))
    }
}

/// An open WebSocket. Dropping it ends the connection.
pub struct Socket {
    inner: WebSocket,
    parting: Parting,
    is_over: bool,
}

/// Why something was not said.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum Unsaid {
    #[error("the socket is closed")]
    Closed,
    #[error(transparent)]
    NoRight(#[from] Problem),
}

impl Socket {
    /// The next message; `None` once it is over. May be given up at any time, as in a `select!`.
    pub async fn hear(&mut self) -> Option<Message> {
        if self.is_over {
            return None;
        }
        let heard = tokio::select! {
            biased;
            () = self.parting.heard() => {
                self.end(GOING_AWAY, "the node stops").await;
                return None;
            }
            heard = self.inner.recv() => heard,
        };
        match heard {
            Some(Ok(Message::Close(_))) => {
                self.is_over = true;
                self.drain().await;
                None
            }
            Some(Ok(message)) => Some(message),
            Some(Err(error)) => {
                let (code, reason) = why(error);
                self.end(code, reason).await;
                None
            }
            None => {
                self.is_over = true;
                None
            }
        }
    }

    /// Sends a message to a client that has a right to it, and returns when the system has taken all of it.
    ///
    /// # Errors
    /// [`Unsaid`]. A client that takes nothing for as long as the edge's limit on writing says is one that is gone.
    pub async fn say<T>(&mut self, message: Message, right: &mut Right<T>) -> Result<(), Unsaid> {
        if self.is_over {
            return Err(Unsaid::Closed);
        }
        right.now()?;
        self.inner.send(message).await.map_err(|_| {
            self.is_over = true;
            Unsaid::Closed
        })
    }

    /// Says why it ends, and waits a moment for the client to have heard it.
    pub async fn close(mut self, code: u16, reason: &'static str) {
        self.end(code, reason).await;
    }

    async fn end(&mut self, code: u16, reason: &'static str) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        let frame = CloseFrame { code, reason: reason.into() };
        let farewell = tokio::time::timeout(FAREWELL, self.inner.send(Message::Close(Some(frame))));
        if let Ok(Ok(())) = farewell.await {
            self.drain().await;
        }
    }

    /// Waits for the client's close frame: messages that were sent may be lost if a connection ends while the client
    /// still sends (RFC 6455 §7.1.1).
    async fn drain(&mut self) {
        let rest = async { while let Some(Ok(_)) = self.inner.recv().await {} };
        let _ = tokio::time::timeout(FAREWELL, rest).await;
    }
}

/// The close code and reason for a message that cannot be accepted (RFC 6455 §7.4.1).
fn why(error: axum::Error) -> (u16, &'static str) {
    match error.into_inner().downcast_ref() {
        Some(WireError::Utf8(_)) => (NO_TEXT, "a text that is not UTF-8"),
        Some(WireError::Capacity(_)) => (TOO_LARGE, "too large"),
        _ => (PROTOCOL_ERROR, "not as RFC 6455 says"),
    }
}
