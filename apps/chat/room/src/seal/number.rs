//! The number that two people read aloud to each other: it depends on both identities as their devices know them.

use imajin_dfos::{Cid, Value};
use imajin_protocol::Did;
use sha2::{Digest, Sha512};

use super::list;

const TAG: &str = "mjn:chat:compare:1";
const GROUPS: usize = 12;
const GROUP_BYTES: usize = 5;

/// Returns twelve groups of five digits, from both people's DIDs and newest identity operations. The number is the same
/// on both sides.
pub fn number(one: (&Did, &Cid), other: (&Did, &Cid)) -> [String; GROUPS] {
    let mut both = [one, other];
    both.sort_by_key(|(did, _)| *did);
    let both =
        both.map(|(did, chain)| Value::List(vec![Value::from(did.as_str()), Value::Link(*chain)]));
    let mut hash = Sha512::new();
    hash.update(TAG);
    hash.update(list(both));
    let hash = hash.finalize();
    std::array::from_fn(|group| {
        let bytes = hash.iter().skip(group * GROUP_BYTES).take(GROUP_BYTES);
        let number = bytes.fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        format!("{:05}", number % 100_000)
    })
}
