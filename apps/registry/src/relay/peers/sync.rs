//! Following a peer's log.
//!
//! Always: only cursors that the peer gave are kept, in the same transaction as what came with them. A cursor
//! that the peer refuses is tried again from the beginning once a round, and only given up when that works.

use std::time::Duration;

use super::Known;
use super::client::{PeerError, PeerPage};
use crate::relay::Relay;
use crate::relay::ingest::Mark;
use crate::relay::store::{Answer, Origin};

/// Rounds that a failing peer is left alone for, at most.
const PATIENCE_MAX: u32 = 16;

pub(super) async fn run(relay: Relay, known: Known) {
    let peers = &relay.inner.peers;
    let mut failures = 0;
    loop {
        let round = tokio::select! {
            round = round(&relay, &known) => round,
            () = peers.stopped() => return,
        };
        let pause = match round {
            // There is more: no reason to wait, but others first.
            Ok(Round::More) => {
                failures = 0;
                Duration::ZERO
            }
            Ok(Round::CaughtUp) => {
                failures = 0;
                peers.sync_every
            }
            Ok(Round::Failed(error)) => {
                tracing::info!(peer = %known.url, %error, "relay: a peer's log could not be read");
                failures = (failures + 1).min(PATIENCE_MAX);
                peers.sync_every.saturating_mul(failures)
            }
            Err(error) => {
                tracing::error!(%error, "relay: what came from a peer could not be stored");
                peers.sync_every
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = peers.stopped() => return,
        }
    }
}

enum Round {
    /// The peer has more than was read.
    More,
    CaughtUp,
    Failed(PeerError),
}

async fn round(relay: &Relay, known: &Known) -> Answer<Round> {
    let peers = &relay.inner.peers;
    let peer = known.peer.url.clone();
    let wanted = peer.clone();
    let mut cursor = relay
        .read(move |_, reads| reads.peer_cursor(&wanted))
        .await?;
    let (mut operations, mut reset) = (0, Reset::No);
    while operations < peers.sync_operations_max {
        let page = peers.client.log(&known.url, cursor.as_deref()).await;
        let PeerPage { tokens, next } = match page {
            Ok(page) => page,
            Err(PeerError::Cursor) if reset == Reset::No => {
                reset = Reset::Pending;
                cursor = None;
                continue;
            }
            Err(error) => return Ok(Round::Failed(error)),
        };
        // The end of the log is read again next time, unless the cursor that was kept turned out to be none.
        let kept = match (&next, reset) {
            (Some(next), _) => Some(Some(next.clone())),
            (None, Reset::Pending) => Some(None),
            (None, _) => None,
        };
        let is_end = next.is_none() || tokens.is_empty();
        operations += tokens.len();
        let mark = kept.map(|cursor| Mark {
            peer: peer.clone(),
            cursor,
        });
        if !tokens.is_empty() || mark.is_some() {
            relay.take_in(tokens, Origin::Peer, mark).await?;
        }
        if reset == Reset::Pending {
            reset = Reset::Done;
        }
        if is_end || next == cursor {
            return Ok(Round::CaughtUp);
        }
        cursor = next;
    }
    Ok(Round::More)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reset {
    No,
    /// Asked for from the beginning, not answered yet.
    Pending,
    Done,
}
