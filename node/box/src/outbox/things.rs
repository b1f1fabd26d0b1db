//! The chains of things: events, groups, conversations. A relay has those of the things that everyone may know of; the node's own
//! relay loses a chain when that ends.
//!
//! Always: compared with what the services say now, so that nothing depends on when a thing became public or private.

use std::collections::BTreeMap;

use imajin_app::capabilities::Existence;
use imajin_app::{Node, blocking};
use imajin_auth::outbox::{self, ThingChain};
use imajin_dfos::order;
use imajin_protocol::Did;

use super::relay::Relay;
use super::{SendError, TOKENS_MAX, note};

/// The things whose chains a relay was given since the program started.
#[derive(Default)]
pub(super) struct PublishedThings {
    /// Their DFOS DIDs.
    dids: BTreeMap<Did, String>,
    is_swept: bool,
}

impl PublishedThings {
    /// Sends the chains of newly public things to the relay, and withdraws those that are no longer public.
    pub(super) async fn update(&mut self, node: &Node, relay: &Relay) -> Result<(), SendError> {
        if !self.is_swept {
            sweep(node, relay).await?;
            self.is_swept = true;
        }
        let public = node.public_things()?;
        let private: Vec<Did> = self.dids.keys().cloned().collect();
        for did in private.into_iter().filter(|did| !public.contains(did)) {
            if let Some(dfos_did) = self.dids.get(&did) {
                relay.withdraw(vec![dfos_did.clone()]).await?;
            }
            self.dids.remove(&did);
        }
        let mut chains = Vec::new();
        for did in public {
            if !self.dids.contains_key(&did) {
                chains.extend(outbox::thing_chain(node, did)?);
            }
        }
        self.submit(chains, relay).await
    }

    async fn submit(&mut self, chains: Vec<ThingChain>, relay: &Relay) -> Result<(), SendError> {
        let mut tokens = Vec::new();
        let mut sent = Vec::new();
        let mut chains = chains.into_iter().peekable();
        while let Some(chain) = chains.next() {
            tokens.extend(chain.tokens);
            sent.push((chain.did, chain.dfos_did));
            let next = chains.peek().map_or(0, |next| next.tokens.len());
            if next > 0 && tokens.len() + next <= TOKENS_MAX {
                continue;
            }
            for part in tokens.chunks(TOKENS_MAX) {
                for result in relay.submit(part).await? {
                    note(relay, &result);
                }
            }
            tokens.clear();
            self.dids.extend(sent.drain(..));
        }
        Ok(())
    }
}

/// Withdraws what the node's own relay has of private things: earlier versions gave it every chain, and a node may have stopped
/// before it withdrew one.
async fn sweep(node: &Node, relay: &Relay) -> Result<(), SendError> {
    let reader = node.clone();
    let things = blocking::run(move || outbox::possible_things(&reader)).await??;
    let things = order::map(things.into_iter().map(|(did, dfos_did)| (dfos_did, did)));
    let mut private = Vec::new();
    for dfos_did in relay.present(things.keys().cloned().collect()).await? {
        let thing = things.get(&dfos_did);
        if let Some(thing) = thing
            && node.existence(thing)? == Existence::Private
        {
            private.push(dfos_did);
        }
    }
    if private.is_empty() {
        return Ok(());
    }
    let count = private.len();
    relay.withdraw(private).await?;
    tracing::info!("{count} private records were withdrawn from this node's relay");
    Ok(())
}
