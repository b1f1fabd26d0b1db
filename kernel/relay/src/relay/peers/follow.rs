//! Fetching the documents of chains that are open to everybody.
//!
//! Always: only what a standing grant opens now, and only bytes that are the document that the chain commits to,
//! wherever they come from.

use std::time::Duration;

use imajin_dfos::Did;

use super::client::PeerError;
use crate::Relay;
use crate::grants;
use crate::store::{Answer, BlobKey};

/// Delay between a change and the attempt to fetch.
const PAUSE: Duration = Duration::from_secs(1);
/// Pauses between full rounds over all chains.
const SWEEP_EVERY: u32 = 600;
/// Chains of one round, at most.
const PAGE: usize = 200;

pub(super) async fn run(relay: Relay) {
    let peers = &relay.inner.peers;
    let mut pauses = 0;
    loop {
        let changed = {
            let mut changed = peers.changed.lock();
            std::mem::take(&mut *changed)
        };
        let work = async {
            if pauses % SWEEP_EVERY == 0 {
                sweep(&relay).await?;
            }
            for content_id in changed {
                fetch(&relay, content_id).await?;
            }
            Answer::Ok(())
        };
        let Some(done) = peers.stop.run_until_cancelled(work).await else {
            return;
        };
        if let Err(error) = done {
            tracing::error!(%error, "relay: documents of others could not be stored");
        }
        pauses = pauses.wrapping_add(1);
        if !peers.rest(PAUSE).await {
            return;
        }
    }
}

async fn sweep(relay: &Relay) -> Answer<()> {
    let mut after: Option<String> = None;
    loop {
        let page = relay
            .read(move |core, reads| {
                let now_secs = core.clock.now().as_secs();
                reads.public_content(after.as_deref(), now_secs, PAGE)
            })
            .await?;
        after = page.last().cloned();
        let is_last = page.len() < PAGE;
        for content_id in page {
            fetch(relay, content_id).await?;
        }
        if is_last {
            return Ok(());
        }
    }
}

/// Fetches the document at a chain's head, if it is open to everybody and not here.
async fn fetch(relay: &Relay, content_id: String) -> Answer<()> {
    let id = content_id.clone();
    let key = relay
        .read(move |core, reads| {
            let Some(chain) = reads.content(&id)? else {
                return Ok(None);
            };
            let (Some(document), Ok(creator)) = (chain.head.document, Did::parse(&chain.creator))
            else {
                return Ok(None);
            };
            let key = BlobKey { creator: chain.creator, document };
            let now_secs = core.clock.now().as_secs();
            let knowledge = core.knowledge(reads);
            let is_open = !reads.has_blob(&key)?
                && grants::is_open(reads, &knowledge, &id, &creator, now_secs)?;
            Ok(is_open.then_some(key))
        })
        .await?;
    let Some(key) = key else {
        return Ok(());
    };
    for known in &relay.inner.peers.known {
        match relay.inner.peers.client.blob(&known.url, &content_id).await {
            Ok(bytes) if relay.has_room(bytes.len()).await?.is_err() => return Ok(()),
            Ok(bytes) => {
                if relay.keep_blob(key.clone(), bytes).await?.is_some() {
                    return Ok(());
                }
                tracing::warn!(peer = %known.url, content_id, "relay: a peer sent another document");
            }
            Err(PeerError::Missing) => {}
            Err(error) => {
                tracing::info!(peer = %known.url, content_id, %error, "relay: no document from a peer");
            }
        }
    }
    Ok(())
}
