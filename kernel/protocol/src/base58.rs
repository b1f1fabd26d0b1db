//! Base58btc for the two sizes that DIDs need (a raw key, a key behind a multicodec prefix), in 32-bit limbs and five
//! digits at a time, because every proof on the hot path contains several DIDs. Decoding is exact: one text for one
//! array of bytes.

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The digit of each byte; 255 marks a character outside the alphabet.
const DIGITS: [u8; 256] = {
    let mut table = [255u8; 256];
    let mut i = 0;
    while i < 58 {
        table[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    table
};

/// Number of limbs: enough for 36 bytes, and therefore for 32 and 34.
const LIMBS: usize = 9;
/// Digits read at once: 58⁵ is the largest power of 58 below 2³².
const DIGITS_AT_ONCE: usize = 5;

/// Decodes exactly `N` bytes (`N` ≤ 36). A leading `1` means a leading zero byte, no more and no fewer, so that no two
/// texts decode to the same bytes.
pub(crate) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    const { assert!(N <= LIMBS * 4) };
    // N bytes never need more digits than 138 % of N (log 256 / log 58 = 1.366).
    if text.len() > N * 138 / 100 + 1 {
        return None;
    }
    let mut limbs = [0u32; LIMBS];
    for digits in text.as_bytes().chunks(DIGITS_AT_ONCE) {
        let (mut carry, mut base) = (0, 1);
        for byte in digits {
            let digit = DIGITS[usize::from(*byte)];
            if digit == 255 {
                return None;
            }
            carry = carry * 58 + u64::from(digit);
            base *= 58;
        }
        for limb in limbs.iter_mut().rev() {
            let value = u64::from(*limb) * base + carry;
            *limb = value as u32;
            carry = value >> 32;
        }
        if carry != 0 {
            return None;
        }
    }
    let mut wide = [0u8; LIMBS * 4];
    for (chunk, limb) in wide.chunks_exact_mut(4).zip(limbs) {
        chunk.copy_from_slice(&limb.to_be_bytes());
    }
    let (head, tail) = wide.split_at(LIMBS * 4 - N);
    if head.iter().any(|byte| *byte != 0) {
        return None;
    }
    let zeros = tail.iter().take_while(|byte| **byte == 0).count();
    let ones = text.bytes().take_while(|byte| *byte == b'1').count();
    if zeros == ones { tail.try_into().ok() } else { None }
}

/// Encodes `N` bytes (`N` ≤ 36).
pub(crate) fn encode<const N: usize>(bytes: &[u8; N]) -> String {
    const { assert!(N <= LIMBS * 4) };
    let mut wide = [0u8; LIMBS * 4];
    wide[LIMBS * 4 - N..].copy_from_slice(bytes);
    let mut limbs = [0u32; LIMBS];
    for (limb, chunk) in limbs.iter_mut().zip(wide.chunks_exact(4)) {
        *limb = chunk.iter().fold(0, |acc, byte| acc << 8 | u32::from(*byte));
    }
    // Least significant digit first; 50 digits hold 36 bytes.
    let mut digits = Vec::with_capacity(LIMBS * 4 * 138 / 100 + 1);
    while limbs.iter().any(|limb| *limb != 0) {
        let mut rest = 0u64;
        for limb in &mut limbs {
            let value = rest << 32 | u64::from(*limb);
            *limb = (value / 58) as u32;
            rest = value % 58;
        }
        digits.push(ALPHABET[rest as usize]);
    }
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    digits.resize(digits.len() + zeros, b'1');
    digits.iter().rev().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_values() {
        assert_eq!(encode(&[0u8; 32]), "1".repeat(32));
        assert_eq!(encode(&[255u8; 32]), "JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFG");
        // The multikey of RFC 8032's first test key.
        let mut multikey = vec![0xed, 0x01];
        multikey.extend(
            [0xd75a980182b10ab7u64, 0xd54bfed3c964073a, 0x0ee172f3daa62325, 0xaf021a68f707511a]
                .iter()
                .flat_map(|part| part.to_be_bytes()),
        );
        let bytes: [u8; 34] = multikey.try_into().unwrap();
        let text = encode(&bytes);
        assert!(text.starts_with("6Mk"), "{text}");
        assert_eq!(decode::<34>(&text), Some(bytes));
    }

    #[test]
    fn refuses_what_is_not_exactly_32_bytes() {
        assert_eq!(decode::<32>(""), None);
        assert_eq!(decode::<32>(&"1".repeat(31)), None);
        assert_eq!(decode::<32>(&"1".repeat(33)), None);
        assert_eq!(decode::<32>(&"z".repeat(44)), None);
        assert_eq!(decode::<32>(&"z".repeat(400)), None);
        assert_eq!(decode::<32>("0OIl"), None);
        let one_more = format!("1{}", encode(&[7u8; 32]));
        assert_eq!(decode::<32>(&one_more), None);
    }

    proptest! {
        #[test]
        fn round_trip(bytes: [u8; 32], zeros in 0usize..32) {
            let mut bytes = bytes;
            bytes[..zeros].fill(0);
            let text = encode(&bytes);
            prop_assert!((32..=44).contains(&text.len()));
            prop_assert_eq!(decode::<32>(&text), Some(bytes));
        }

        #[test]
        fn one_text_for_one_value(text in "[1-9A-HJ-NP-Za-km-z]{30,46}") {
            if let Some(bytes) = decode::<32>(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
