//! A peer's address, and the requests that it accepts.

use reqwest::Url;

use crate::config::Peer;
use crate::error::RelayError;

/// A kind of chain that peers serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Chain {
    Identity,
    Content,
}

/// A peer with its parsed address.
#[derive(Debug, Clone)]
pub(super) struct PeerAddress {
    pub(super) peer: Peer,
    /// Ends with a slash.
    pub(super) url: Url,
}

impl PeerAddress {
    pub(super) fn parse(peer: &Peer) -> Result<Self, RelayError> {
        let failed = |error: String| RelayError::Peer { url: peer.url.clone(), error };
        let mut url = Url::parse(&peer.url).map_err(|error| failed(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(failed("it must begin with http:// or https://".to_owned()));
        }
        // Without the slash `Url::join` would replace the last part of the path.
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Ok(Self { peer: peer.clone(), url })
    }
}
