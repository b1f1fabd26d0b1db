//! A session: a person proved their key, and may make requests until the session ends. This module must not know how
//! sessions begin or where they are kept.

use std::time::Duration;

use imajin_dfos::{Cid, Timestamp, cid};
use imajin_protocol::Did;
use sha2::{Digest, Sha256};

/// A session in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub did: Did,
    /// The session's id, the `jti` of its token: random digits, and the id of the key that it rests on. The token cannot be made
    /// from it.
    pub id: String,
    /// When it ends, by the node's wall clock.
    pub expires: Timestamp,
    /// When it ends, by the monotonic clock of this run.
    pub ends: Duration,
}

impl Session {
    /// The `via` of an entry that this session authorised: the raw CID of the session's id.
    pub fn via(&self) -> Cid {
        cid::raw_cid(self.id.as_bytes())
    }

    /// The id of the key that it rests on; `None` for a session that names none.
    pub fn key_id(&self) -> Option<&str> {
        self.id.split_once('.').map(|(_, key_id)| key_id)
    }

    /// The session's id in a list of sessions.
    pub fn public_id(&self) -> String {
        public_id(&id_hash(&self.id))
    }
}

/// The hash of a session's id, as `secrets.sqlite` stores it.
pub fn id_hash(id: &str) -> [u8; 32] {
    Sha256::digest(id).into()
}

/// The id in a list of sessions of the session whose id has this hash.
pub fn public_id(hash: &[u8; 32]) -> String {
    imajin_dfos::hex::encode(&hash[..8])
}
