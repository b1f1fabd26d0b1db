//! Places for connections, limited in all and by address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use imajin_host::prefix::Prefix;
use parking_lot::Mutex;

/// Why an address gets no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// All places are taken.
    Everywhere,
    /// This address (IPv4, or the /64 of IPv6) has as many as it may have.
    Address,
}

/// A number of places.
pub(super) struct Places {
    most: usize,
    per_address: usize,
    taken: Mutex<HashMap<Prefix, usize>>,
}

/// A place, as long as it is kept.
pub(super) struct VisitorPlace {
    places: Arc<Places>,
    prefix: Prefix,
}

impl Places {
    pub(super) fn new(most: usize, per_address: usize) -> Arc<Self> {
        Arc::new(Self { most, per_address, taken: Mutex::default() })
    }

    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Result<VisitorPlace, Full> {
        let prefix = Prefix::from_address(address);
        let taken = &mut *self.taken.lock();
        if taken.values().sum::<usize>() >= self.most {
            return Err(Full::Everywhere);
        }
        let own = taken.get(&prefix).copied().unwrap_or(0);
        if own >= self.per_address {
            return Err(Full::Address);
        }
        taken.insert(prefix, own + 1);
        Ok(VisitorPlace { places: Arc::clone(self), prefix })
    }
}

impl Drop for VisitorPlace {
    fn drop(&mut self) {
        let taken = &mut *self.places.taken.lock();
        match taken.get_mut(&self.prefix) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(taken.remove(&self.prefix)),
        }
    }
}
