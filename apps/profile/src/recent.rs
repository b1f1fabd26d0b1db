//! A cache of profiles, for those that many people look at.
//!
//! Always: each cached profile remembers the generation of the tables that it comes from, and is read again when that
//! changes. The size is bounded.

use std::sync::{Arc, Mutex, PoisonError};

use hashlink::LruCache;
use imajin_service::{Node, Problem};

use crate::lookup;
use crate::projection::PROJECTION;
use crate::queries::ProfileRow;

/// Cached profiles, at most.
const PROFILES_MAX: usize = 256;
/// Bytes of a cached profile, at most; larger ones are read each time.
const TEXT_BYTES_MAX: usize = 8 * 1024;

/// The profiles by the requested DID or handle, with the tables' generation.
#[derive(Debug)]
pub(crate) struct Recent(Mutex<LruCache<String, (u64, Arc<ProfileRow>)>>);

impl Default for Recent {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(PROFILES_MAX)))
    }
}

impl Recent {
    /// As [`lookup::find_or_404`].
    pub(crate) fn find_or_404(&self, node: &Node, id: &str) -> Result<Arc<ProfileRow>, Problem> {
        // Read before the tables: a change in between makes the cached profile stale, never wrong.
        let now = node.ledger().generation(PROJECTION.name)?;
        if let Some(found) = self.get(id, now) {
            return Ok(found);
        }
        let found = Arc::new(lookup::find_or_404(node, id)?);
        // A DID that resolves to another through other tables is not cached.
        let names = id == found.did || found.handle.as_deref() == Some(id);
        let bytes = found.public.len() + found.hidden.as_ref().map_or(0, String::len);
        if names && bytes <= TEXT_BYTES_MAX {
            self.put(id, now, found.clone());
        }
        Ok(found)
    }

    fn get(&self, id: &str, now: u64) -> Option<Arc<ProfileRow>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (then, found) = kept.get(id)?;
        (*then == now).then(|| found.clone())
    }

    fn put(&self, id: &str, now: u64, found: Arc<ProfileRow>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(id.to_owned(), (now, found));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(did: &str) -> Arc<ProfileRow> {
        Arc::new(ProfileRow {
            did: did.to_owned(),
            handle: None,
            public: "{}".to_owned(),
            hidden: None,
            created_at: 0,
            updated_at: 0,
            deleted: false,
        })
    }

    #[test]
    fn what_changed_since_is_not_shown() {
        let recent = Recent::default();
        recent.put("ada", 7, found("ada"));
        assert!(recent.get("ada", 7).is_some());
        assert!(recent.get("ada", 8).is_none());
        assert!(recent.get("ben", 7).is_none());
    }

    #[test]
    fn only_so_many_are_kept() {
        let recent = Recent::default();
        for n in 0..=PROFILES_MAX {
            recent.put(&n.to_string(), 1, found("x"));
        }
        assert!(recent.get("0", 1).is_none());
        assert!(recent.get(&PROFILES_MAX.to_string(), 1).is_some());
    }
}
