//! Following a peer's log.
//!
//! Always: the relay stores only cursors from the peer, in the same transaction as their page. If the peer refuses a
//! cursor, the relay tries from the beginning once a round, and drops the cursor only when that works. It asks a peer
//! that always has more but never anything new less and less often.

use std::time::Duration;

use super::address::PeerAddress;
use super::client::{PeerError, PeerPage};
use crate::Relay;
use crate::ingest::PeerProgress;
use crate::store::{Answer, Origin};

/// Rounds that a failing peer is left alone for, at most.
const PATIENCE_MAX: u32 = 16;
/// Growth of the pause for each consecutive round without news.
const IN_VAIN: Duration = Duration::from_secs(1);

pub(super) async fn run(relay: Relay, known: PeerAddress) {
    let peers = &relay.inner.peers;
    let (mut failures, mut in_vain) = (0, 0);
    loop {
        let Some(round) = peers.stop.run_until_cancelled(round(&relay, &known)).await else {
            return;
        };
        let pause = match round {
            // There is more: yields to other tasks, without a pause.
            Ok(Round::More { is_news: true }) => {
                (failures, in_vain) = (0, 0);
                Duration::ZERO
            }
            Ok(Round::More { is_news: false }) => {
                in_vain += 1;
                IN_VAIN.saturating_mul(in_vain).min(peers.sync_every * PATIENCE_MAX)
            }
            Ok(Round::CaughtUp) => {
                (failures, in_vain) = (0, 0);
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
        if !peers.rest(pause).await {
            return;
        }
    }
}

enum Round {
    /// The peer has more than was read; whether anything of that was new.
    More {
        is_news: bool,
    },
    CaughtUp,
    Failed(PeerError),
}

async fn round(relay: &Relay, known: &PeerAddress) -> Answer<Round> {
    let peers = &relay.inner.peers;
    let peer = known.peer.url.clone();
    let url = peer.clone();
    let mut cursor = relay.read(move |_, reads| reads.peer_cursor(&url)).await?;
    let (mut operations, mut reset, mut is_news) = (0, Reset::No, false);
    while operations < peers.sync_operations_max {
        if let Err(full) = relay.has_room(0).await? {
            return Ok(Round::Failed(PeerError::Failed(full.to_string())));
        }
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
        let mark = kept.map(|cursor| PeerProgress { peer: peer.clone(), cursor });
        if !tokens.is_empty() || mark.is_some() {
            let results = relay.take_in(tokens, Origin::Peer, mark).await?;
            is_news |= results.iter().any(|result| result.status == "new");
        }
        if reset == Reset::Pending {
            reset = Reset::Done;
        }
        if is_end || next == cursor {
            return Ok(Round::CaughtUp);
        }
        cursor = next;
    }
    Ok(Round::More { is_news })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reset {
    No,
    /// Asked for from the beginning, not answered yet.
    Pending,
    Done,
}
