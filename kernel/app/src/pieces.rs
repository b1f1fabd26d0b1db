//! A body for handlers that write it somewhere as it comes, however long it is.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

/// Bytes that are passed on together: one short job for the disk.
pub const PIECE_BYTES: usize = 64 * 1024;

/// A lease on the memory of a body. The edge attaches a [`HeldRoom`] to every request that has a body.
pub trait BodyRoom: Send + Sync {
    /// Returns `bytes` that are no longer in memory.
    fn give_back(&self, bytes: usize);
}

/// The room of one body.
pub type HeldRoom = Arc<dyn BodyRoom>;

/// The memory that a body takes of the budget, for a handler that doesn't read it through [`Pieces`].
pub struct Room(Option<HeldRoom>);

impl Room {
    /// The memory of this request's body.
    pub fn for_request(request: &Request) -> Self {
        Self(request.extensions().get::<HeldRoom>().cloned())
    }

    /// Returns `bytes` that are written and no longer count against the budget.
    pub fn give_back(&self, bytes: usize) {
        if let Some(held) = &self.0 {
            held.give_back(bytes);
        }
    }
}

/// The pieces of a body. Asking for the next one says that the one before the last is done with, so it no longer counts
/// against the budget: the last may still be on its way to the disk.
pub struct Pieces {
    body: Body,
    room: Room,
    /// Bytes of the one before the last, and of the last.
    given: (usize, usize),
    error: Option<axum::Error>,
}

impl Pieces {
    /// The pieces of this request's body.
    pub fn new(request: Request) -> Self {
        Self {
            room: Room::for_request(&request),
            body: request.into_body(),
            given: (0, 0),
            error: None,
        }
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// The client disconnected or was too slow, or the budget has no room. Earlier pieces were returned.
    pub async fn next(&mut self) -> Result<Option<Bytes>, axum::Error> {
        let (done, last) = std::mem::take(&mut self.given);
        self.given = (last, 0);
        self.room.give_back(done);
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
        self.given.1 = piece.len();
        Ok((!piece.is_empty()).then(|| piece.freeze()))
    }
}
