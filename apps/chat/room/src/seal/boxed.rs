//! A sealed message: encrypted under a key derived for it alone, bound to its author and place, with a commitment that
//! excludes a second matching key.

use imajin_dfos::Value;
use imajin_protocol::{Did, IdText};

use super::{Keys, Secret, int, list, pad, same, unpad};

const INFO: &str = "mjn:chat:message:1";
const AAD: &str = "mjn:chat:ad:1";
const TAG_BYTES: usize = 16;
/// Bytes of a box at most.
pub const BOX_BYTES_MAX: usize = super::pad::MOST + TAG_BYTES;

/// The place of a message: a box with another place cannot be opened.
#[derive(Debug, Clone, Copy)]
pub struct MessagePlace<'a> {
    /// The conversation's name.
    pub name: &'a Did,
    /// The conversation's log.
    pub log: &'a Did,
    /// The epoch under which it is sealed.
    pub epoch: u64,
    /// The author.
    pub sender: &'a Did,
    /// The message's id.
    pub id: &'a IdText,
    /// The message that it answers, edits or reacts to.
    pub re: Option<&'a IdText>,
}

impl MessagePlace<'_> {
    fn aad(&self) -> Vec<u8> {
        list([
            Value::from(AAD),
            Value::from(self.name.as_str()),
            Value::from(self.log.as_str()),
            int(self.epoch),
            Value::from(self.sender.as_str()),
            Value::from(self.id.as_str()),
            self.re.map_or(Value::Null, |re| Value::from(re.as_str())),
        ])
    }
}

/// The sealed part of a message's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// 32 random bytes, used for this message alone.
    pub nonce: [u8; 32],
    /// The commitment of the key.
    pub commit: [u8; 32],
    /// The ciphertext.
    pub sealed: Vec<u8>,
}

/// Seals a text. `None` if it is too long.
pub fn seal(
    secret: &Secret,
    nonce: [u8; 32],
    place: &MessagePlace<'_>,
    text: &[u8],
) -> Option<Sealed> {
    let keys = Keys::derive(secret, &nonce, INFO);
    let sealed = keys.seal(&pad(text)?, &place.aad())?;
    Some(Sealed { nonce, commit: keys.commit, sealed })
}

/// The text of a box; `None` if the commitment is another, it is for another place, or its padding is another.
pub fn open(secret: &Secret, place: &MessagePlace<'_>, message: &Sealed) -> Option<Vec<u8>> {
    if message.sealed.len() > BOX_BYTES_MAX {
        return None;
    }
    let keys = Keys::derive(secret, &message.nonce, INFO);
    if !same(&keys.commit, &message.commit) {
        return None;
    }
    let plain = keys.open(&message.sealed, &place.aad())?;
    unpad(&plain).map(<[u8]>::to_vec)
}
