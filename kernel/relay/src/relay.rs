//! The relay itself: its parts put together, and what its owner calls.

mod budget;
mod http;
mod peers;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use imajin_dfos::Timestamp;
use imajin_dfos::identity::Verified;
use imajin_protocol::Did;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use self::budget::Budget;
use self::peers::Peers;
use crate::clock::Clock;
use crate::config::{Capabilities, Config};
use crate::core::Core;
use crate::error::RelayError;
use crate::host::Host;
use crate::identity;
use crate::ingest::{Ingested, PeerProgress};
use crate::storage::StoreError;
use crate::store::{Answer, FILE, Origin, Snapshot};

/// The relay. Cheap to clone.
#[derive(Clone)]
pub struct Relay {
    inner: Arc<Inner>,
}

struct Inner {
    core: Arc<Core>,
    did: String,
    profile: String,
    version: String,
    capabilities: Capabilities,
    budget: Arc<Budget>,
    /// The addresses of all peers, as they were configured.
    peer_urls: Vec<String>,
    peers: Peers,
}

impl Relay {
    /// Opens the relay in its folder and begins to follow its peers. Blocks while it opens its store; must be
    /// called inside a tokio runtime.
    pub fn open(
        config: Config,
        clock: Arc<dyn Clock>,
        host: Arc<dyn Host>,
    ) -> Result<Self, RelayError> {
        make_folder(&config.folder)?;
        let runtime = Handle::try_current()?;
        let file = config.folder.join(FILE);
        let core = Core::new(&file, Arc::clone(&clock), host, config.limits.clone())?;
        let (did, profile) = own_identity(&config, &core, clock.now())?;
        let core = Arc::new(core);
        let peers = Peers::open(&config, &core.host)?;
        let budget = Budget::new(config.limits.store_bytes_max, &did);
        let version = match config.version.as_str() {
            "" => env!("CARGO_PKG_VERSION").to_owned(),
            version => version.to_owned(),
        };
        let relay = Self {
            inner: Arc::new(Inner {
                core,
                budget: Arc::new(budget),
                did,
                profile,
                version,
                capabilities: config.capabilities,
                peer_urls: config.peers.iter().map(|peer| peer.url.clone()).collect(),
                peers,
            }),
        };
        relay.inner.peers.start(&relay, &runtime);
        Ok(relay)
    }

    /// All routes, relative to where they are mounted.
    pub fn router(&self) -> axum::Router {
        http::router(self.clone())
    }

    /// The relay's DID.
    pub fn did(&self) -> &str {
        &self.inner.did
    }

    /// Stops following peers and waits for their tasks. Durable data stays, whether this is called or not.
    pub async fn shutdown(&self) {
        self.inner.peers.shutdown().await;
    }

    /// Submits operations of the node's own people. Works even if the relay accepts nothing from others, or has no room
    /// for their data. The answers are those of `POST /proof/v1/operations`, as JSON.
    pub async fn submit(&self, tokens: Vec<String>) -> Result<serde_json::Value, StoreError> {
        let results = self.take_in(tokens, Origin::Own, None).await?;
        serde_json::to_value(&results).map_err(|error| StoreError::Failed(error.to_string()))
    }

    /// Returns the identities (DFOS DIDs) among these that the relay has.
    pub async fn present(&self, dids: Vec<String>) -> Result<Vec<String>, StoreError> {
        self.work(move |core| core.present(dids)).await
    }

    /// The chain of the identity that began with the key of a `did:imajin`, if the relay has it.
    pub async fn identity_of_key(&self, did: &Did) -> Result<Option<Verified>, StoreError> {
        let did = did.to_string();
        self.read(move |_, reads| {
            let Some(dfos) = reads.identity_of_key(&did)? else {
                return Ok(None);
            };
            Ok(reads.identity(&dfos)?.map(|row| row.chain))
        })
        .await
    }

    /// Withdraws the identities (DFOS DIDs) among these that the relay has, with all that they signed. No answer names them any
    /// more, and the relay takes them again from its node alone. Returns the number of removed operations.
    pub async fn withdraw(&self, dids: Vec<String>) -> Result<u64, StoreError> {
        self.work(move |core| core.withdraw(dids)).await
    }

    /// Stores the document of a content operation of the node's own people, likewise. Returns whether the document
    /// belongs to that operation.
    pub async fn put_document(
        &self,
        content_id: &str,
        operation: &str,
        bytes: Vec<u8>,
    ) -> Result<bool, StoreError> {
        if !self.inner.capabilities.content {
            return Ok(true);
        }
        let (id, cid) = (content_id.to_owned(), operation.to_owned());
        let key = self.read(move |_, reads| http::document_key(&id, &cid, reads)).await?;
        match key {
            Some(key) => Ok(self.keep_blob(key, bytes).await?.is_some()),
            None => Ok(false),
        }
    }

    /// Ingests operations, and passes the new ones to the peers' tasks.
    async fn take_in(
        &self,
        tokens: Vec<String>,
        origin: Origin,
        mark: Option<PeerProgress>,
    ) -> Answer<Vec<Ingested>> {
        let taken = self.work(move |core| core.take_in(&tokens, origin, mark.as_ref())).await?;
        self.inner.peers.tell(taken.news);
        Ok(taken.results)
    }

    /// Reads from the store as of one moment.
    async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Core, &Snapshot<'_>) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        self.work(move |core| core.read(|reads| f(core, reads))).await
    }

    /// Runs `f`, which may block, on a thread for blocking work.
    async fn work<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Core) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let core = Arc::clone(&self.inner.core);
        let host = Arc::clone(&core.host);
        let (done, outcome) = oneshot::channel();
        host.spawn(Box::new(move || {
            // The caller may have gone.
            let _ = done.send(f(&core));
        }));
        let panicked = |_| StoreError::Failed("work on the store panicked".to_owned());
        outcome.await.map_err(panicked)?
    }

    fn now(&self) -> Timestamp {
        self.inner.core.clock.now()
    }
}

fn make_folder(folder: &Path) -> Result<(), RelayError> {
    fs::create_dir_all(folder)
        .map_err(|error| RelayError::Folder { folder: folder.display().to_string(), error })
}

/// The relay's own DID and profile. Its own operations are ordinary ones in the log.
fn own_identity(
    config: &Config,
    core: &Core,
    now: Timestamp,
) -> Result<(String, String), RelayError> {
    if let Some(given) = &config.identity {
        return Ok((given.did.clone(), given.profile.clone()));
    }
    let own = identity::open(&config.folder, &config.name, now)?;
    // Ingests them as history, because a clock that went back may be older than the genesis.
    let tokens = [own.genesis.clone(), own.profile.clone()];
    let taken = core.take_in(&tokens, Origin::Peer, None)?;
    for result in taken.results {
        if result.status == "rejected" {
            return Err(RelayError::Refused(format!("{result:?}")));
        }
    }
    Ok((own.did, own.profile))
}
