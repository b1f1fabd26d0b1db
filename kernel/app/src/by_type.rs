//! Values found by their type, a few of them on every request.

use std::any::TypeId;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Values by the ids of types. The compiler makes an id by hashing, so it is not hashed again.
pub(crate) type ByType<V> = HashMap<TypeId, V, BuildHasherDefault<AlreadyHashed>>;

/// Takes a hash as it is.
#[derive(Default)]
pub(crate) struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
