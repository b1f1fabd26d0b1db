//! A body for handlers that write it somewhere as it comes, however long it is.

use axum::body::Body;
use axum::extract::Request;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

use super::budget::Lease;

/// Bytes that are handed on together: one short job for the disk.
pub const PIECE_BYTES: usize = 64 * 1024;

/// What a body takes of the budget, for a handler that doesn't read it through [`Pieces`].
pub struct Room(Option<Lease>);

impl Room {
    /// Of this request.
    pub fn of(request: &Request) -> Self {
        Self(request.extensions().get().cloned())
    }

    /// So many bytes were dealt with: they count against the budget no more.
    pub fn written(&self, bytes: usize) {
        if let Some(lease) = &self.0 {
            lease.give_back(bytes);
        }
    }
}

/// The pieces of a body. Asking for the next says that the last was dealt with: it counts against the budget no more.
pub struct Pieces {
    body: Body,
    room: Room,
    given: usize,
    error: Option<axum::Error>,
}

impl Pieces {
    /// Of this request.
    pub fn of(request: Request) -> Self {
        Self {
            room: Room::of(&request),
            body: request.into_body(),
            given: 0,
            error: None,
        }
    }

    /// The next piece; none at the end.
    ///
    /// # Errors
    /// The client went away or was too slow, or there is no room. What came before has been handed out.
    pub async fn next(&mut self) -> Result<Option<Bytes>, axum::Error> {
        self.room.written(std::mem::take(&mut self.given));
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        let mut piece = BytesMut::new();
        while piece.len() < PIECE_BYTES {
            let bytes = match self.body.frame().await {
                Some(Ok(frame)) => frame.into_data().unwrap_or_default(),
                Some(Err(error)) if piece.is_empty() => return Err(error),
                Some(Err(error)) => {
                    self.error = Some(error);
                    break;
                }
                None => break,
            };
            piece.extend_from_slice(&bytes);
        }
        self.given = piece.len();
        Ok((!piece.is_empty()).then(|| piece.freeze()))
    }
}
