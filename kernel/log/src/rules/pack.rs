//! Parts of a state as bytes, one after the other.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use imajin_dfos::{Cid, PublicKey, Timestamp, cid};
use imajin_protocol::{Did, Kid};

/// A part of a state, as bytes.
pub(super) trait Pack: Sized {
    fn pack(&self, bytes: &mut Vec<u8>);
    fn unpack(bytes: &mut &[u8]) -> Option<Self>;
}

/// Packs a struct field by field. Fields after `but` are computed from the others.
macro_rules! packed {
    ($name:ty { $($field:ident),+ } $(but $rest:ident: $value:expr)?) => {
        impl $crate::rules::pack::Pack for $name {
            fn pack(&self, bytes: &mut Vec<u8>) {
                $($crate::rules::pack::Pack::pack(&self.$field, bytes);)+
            }

            fn unpack(bytes: &mut &[u8]) -> Option<Self> {
                $(let $field = $crate::rules::pack::Pack::unpack(bytes)?;)+
                $(let $rest = $value;)?
                Some(Self { $($field,)+ $($rest)? })
            }
        }
    };
}
pub(super) use packed;

/// Seven bits a byte, the lowest first; the eighth says that more follow.
impl Pack for u64 {
    fn pack(&self, bytes: &mut Vec<u8>) {
        let mut rest = *self;
        while rest >= 0x80 {
            bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        bytes.push(rest as u8);
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = take(bytes)?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

impl Pack for usize {
    fn pack(&self, bytes: &mut Vec<u8>) {
        (*self as u64).pack(bytes);
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        u64::unpack(bytes)?.try_into().ok()
    }
}

impl<const N: usize> Pack for [bool; N] {
    fn pack(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.iter().map(|flag| u8::from(*flag)));
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        Some(take(bytes)?.map(|byte: u8| byte != 0))
    }
}

impl Pack for bool {
    fn pack(&self, bytes: &mut Vec<u8>) {
        [*self].pack(bytes);
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        <[bool; 1]>::unpack(bytes).map(|[flag]| flag)
    }
}

impl Pack for Timestamp {
    fn pack(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.as_millis().to_le_bytes());
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        Self::from_millis(i64::from_le_bytes(take(bytes)?)).ok()
    }
}

impl Pack for PublicKey {
    fn pack(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.as_bytes());
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        take(bytes).map(Self::from_bytes)
    }
}

impl Pack for Cid {
    fn pack(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_bytes());
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        cid::from_bytes(&take::<{ cid::CID_BYTES }>(bytes)?).ok()
    }
}

/// Base64url takes a third more than the bytes that it stands for: most of a state is a signed operation.
impl Pack for Arc<str> {
    fn pack(&self, bytes: &mut Vec<u8>) {
        let parts: Option<Vec<_>> =
            self.split('.').map(|part| BASE64URL_NOPAD.decode(part.as_bytes()).ok()).collect();
        let jws = parts.filter(|parts| parts.len() == 3);
        jws.is_some().pack(bytes);
        match jws {
            Some(parts) => parts.iter().for_each(|part| put(part, bytes)),
            None => put(self.as_bytes(), bytes),
        }
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        if !bool::unpack(bytes)? {
            return Some(std::str::from_utf8(get(bytes)?).ok()?.into());
        }
        let parts = [get(bytes)?, get(bytes)?, get(bytes)?];
        Some(parts.map(|part| BASE64URL_NOPAD.encode(part)).join(".").into())
    }
}

impl Pack for String {
    fn pack(&self, bytes: &mut Vec<u8>) {
        put(self.as_bytes(), bytes);
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        String::from_utf8(get(bytes)?.to_vec()).ok()
    }
}

impl Pack for Box<str> {
    fn pack(&self, bytes: &mut Vec<u8>) {
        put(self.as_bytes(), bytes);
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        String::unpack(bytes).map(Self::from)
    }
}

impl Pack for Did {
    fn pack(&self, bytes: &mut Vec<u8>) {
        // Most DIDs are a key, whose bytes are shorter than the text.
        let key = self.key_bytes().map(PublicKey::from_bytes);
        let key = key.filter(|key| Self::from_key(key.as_bytes()) == *self);
        key.pack(bytes);
        if key.is_none() {
            put(self.as_str().as_bytes(), bytes);
        }
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        match Option::<PublicKey>::unpack(bytes)? {
            Some(key) => Some(Self::from_key(key.as_bytes())),
            None => Self::parse(std::str::from_utf8(get(bytes)?).ok()?).ok(),
        }
    }
}

impl Pack for Kid {
    fn pack(&self, bytes: &mut Vec<u8>) {
        self.did().pack(bytes);
        put(self.key_id().as_bytes(), bytes);
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        Self::new(Did::unpack(bytes)?, String::unpack(bytes)?).ok()
    }
}

impl<T: Pack> Pack for Option<T> {
    fn pack(&self, bytes: &mut Vec<u8>) {
        self.is_some().pack(bytes);
        if let Some(some) = self {
            some.pack(bytes);
        }
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        if bool::unpack(bytes)? { T::unpack(bytes).map(Some) } else { Some(None) }
    }
}

impl<T: Pack> Pack for Vec<T> {
    fn pack(&self, bytes: &mut Vec<u8>) {
        self.len().pack(bytes);
        self.iter().for_each(|one| one.pack(bytes));
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        (0..usize::unpack(bytes)?).map(|_| T::unpack(bytes)).collect()
    }
}

impl<K: Pack + Eq + Hash, V: Pack> Pack for HashMap<K, V> {
    fn pack(&self, bytes: &mut Vec<u8>) {
        self.len().pack(bytes);
        for (key, value) in self {
            key.pack(bytes);
            value.pack(bytes);
        }
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        (0..usize::unpack(bytes)?).map(|_| Some((K::unpack(bytes)?, V::unpack(bytes)?))).collect()
    }
}

impl<T: Pack> Pack for Arc<T> {
    fn pack(&self, bytes: &mut Vec<u8>) {
        T::pack(self, bytes);
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        T::unpack(bytes).map(Self::new)
    }
}

impl<T: Pack> Pack for Arc<[T]> {
    fn pack(&self, bytes: &mut Vec<u8>) {
        self.len().pack(bytes);
        self.iter().for_each(|one| one.pack(bytes));
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        Vec::unpack(bytes).map(Self::from)
    }
}

fn put(part: &[u8], bytes: &mut Vec<u8>) {
    part.len().pack(bytes);
    bytes.extend(part);
}

fn get<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::unpack(bytes)?;
    bytes.split_off(..length)
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    bytes.split_off(..N)?.try_into().ok()
}
