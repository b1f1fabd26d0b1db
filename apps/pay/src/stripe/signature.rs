//! Webhook signatures: `Stripe-Signature: t=<seconds>,v1=<hex>[,v1=…]`, each `v1` an HMAC-SHA256 over `<t>.<body>`.

use imajin_dfos::{Timestamp, hex};
use ring::hmac;

use crate::provider::HeardError;

/// Maximum difference between a signature's time and now, in seconds.
const TOLERANCE_S: i64 = 300;
/// Maximum number of signatures that are checked: two secrets are in use while one is replaced.
const SIGNATURES_MAX: usize = 8;

/// Checks a signature over the exact bytes of the message.
pub(super) fn check(
    header: &str,
    body: &[u8],
    secret: &[u8],
    now: Timestamp,
) -> Result<(), HeardError> {
    let (time, signatures) = parse(header).ok_or(HeardError::Header)?;
    let mut signed = time.as_bytes().to_vec();
    signed.push(b'.');
    signed.extend_from_slice(body);
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let fits = |signature: &Vec<u8>| hmac::verify(&key, &signed, signature).is_ok();
    if !signatures.iter().any(fits) {
        return Err(HeardError::Signature);
    }
    // Only a signed time counts.
    let seconds: i64 = time.parse().map_err(|_| HeardError::Header)?;
    if now.as_secs().abs_diff(seconds) <= TOLERANCE_S.unsigned_abs() {
        Ok(())
    } else {
        Err(HeardError::Time)
    }
}

/// Returns the time as it was signed, and the signatures. Unknown schemes are skipped.
fn parse(header: &str) -> Option<(&str, Vec<Vec<u8>>)> {
    let mut time = None;
    let mut signatures = Vec::new();
    for member in header.split(',') {
        match member.trim().split_once('=')? {
            ("t", text) if time.is_none() => {
                let is_number =
                    (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
                time = is_number.then_some(text);
                time?;
            }
            ("t", _) => return None,
            ("v1", text) if signatures.len() < SIGNATURES_MAX => {
                signatures.push(hex::decode(text)?);
            }
            _ => {}
        }
    }
    Some((time?, signatures)).filter(|(_, signatures)| !signatures.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &[u8] = b"whsec_test";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000).unwrap()
    }

    fn sign(time: i64, body: &[u8], secret: &[u8]) -> String {
        let mut signed = format!("{time}.").into_bytes();
        signed.extend_from_slice(body);
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        hex::encode(hmac::sign(&key, &signed).as_ref())
    }

    #[test]
    fn what_counts_and_what_does_not() {
        let body = br#"{"id":"evt_1"}"#;
        let good = sign(1_000, body, SECRET);
        let header = format!("t=1000,v1={good}");
        let ask = |header: &str, body: &[u8], now| check(header, body, SECRET, at(now));
        for now in [700, 1_000, 1_300] {
            assert_eq!(ask(&header, body, now), Ok(()));
        }
        for now in [699, 1_301] {
            assert_eq!(ask(&header, body, now), Err(HeardError::Time));
        }
        // While a secret is replaced, one signature of two is enough; other schemes are ignored.
        let other = sign(1_000, body, b"whsec_other");
        assert_eq!(ask(&format!("t=1000,v1={other},v1={good},v0=zz"), body, 1_000), Ok(()));
        let wrong = HeardError::Signature;
        assert_eq!(ask(&format!("t=1000,v1={other}"), body, 1_000), Err(wrong));
        assert_eq!(ask(&format!("t=1001,v1={good}"), body, 1_000), Err(wrong));
        for header in [
            "",
            "t=1000",
            &format!("v1={good}"),
            &format!("t=x,v1={good}"),
            &format!("t=1000,t=1000,v1={good}"),
            "t=1000,v1=zz",
            &format!("t=1000,v0={good}"),
        ] {
            assert_eq!(ask(header, body, 1_000), Err(HeardError::Header), "{header}");
        }
    }

    proptest! {
        /// A body that differs in a byte, or in its length, is not signed.
        #[test]
        fn a_body_one_byte_off(mut body in prop::collection::vec(any::<u8>(), 1..200), at_byte in any::<prop::sample::Index>(), xor in 1..=255u8, kind in 0..3) {
            let header = format!("t=1000,v1={}", sign(1_000, &body, SECRET));
            prop_assert_eq!(check(&header, &body, SECRET, at(1_000)), Ok(()));
            let index = at_byte.index(body.len());
            match kind {
                0 => body[index] ^= xor,
                1 => drop(body.remove(index)),
                _ => body.insert(index, xor),
            }
            prop_assert_eq!(check(&header, &body, SECRET, at(1_000)), Err(HeardError::Signature));
        }
    }
}
