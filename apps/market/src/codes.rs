//! The six digits by which a buyer says at the door that they got an order, and the wrong entries of its seller.
//!
//! Always: the digits belong to the payment and to both people, so that a forged record about the same payment shows other ones. A
//! code takes five wrong entries. One counts before it is compared, so that no two requests share it, and no longer where
//! nothing was compared or the digits were right.

use imajin_app::{Answer, Node};
use imajin_dfos::hex;
use imajin_host::prelude::*;
use imajin_protocol::{Did, IdText};
use ring::hmac;
use rusqlite::params;

use crate::orders::OrderTerms;

pub(crate) const CODE_MAX: i64 = 999_999;
const CODES: u64 = 1_000_000;
/// Wrong entries that a code takes.
const TRIES: i64 = 5;

/// The table of wrong entries. It belongs to no person.
pub(crate) const SECRETS: &str = "
CREATE TABLE IF NOT EXISTS market_codes (counter TEXT PRIMARY KEY, tries INTEGER NOT NULL) STRICT, WITHOUT ROWID;
";

pub(crate) fn key(node: &Node) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, &node.key().key.to_bytes())
}

pub(crate) fn code(key: &hmac::Key, payment: &IdText, terms: &OrderTerms) -> i64 {
    let (seller, buyer) = (&terms.seller, &terms.buyer);
    let text = format!("mjn:market:code:1\n{payment}\n{seller}\n{buyer}");
    digits(hmac::sign(key, text.as_bytes()).as_ref())
}

/// Returns the name under which the entries of a seller for a payment are counted. It names neither.
fn counter(node: &Node, payment: &IdText, seller: &Did) -> String {
    let text = format!("mjn:market:tries:1\n{payment}\n{seller}");
    hex::encode(hmac::sign(&key(node), text.as_bytes()).as_ref())
}

/// Returns six digits of a tag, as a number.
fn digits(tag: &[u8]) -> i64 {
    let number = tag.first_chunk().copied().map_or(0, u64::from_be_bytes);
    i64::try_from(number % CODES).unwrap_or_default()
}

/// Counts an entry before its digits are compared. Returns whether the code still takes one.
pub(crate) fn count_entry(node: &Node, payment: &IdText, seller: &Did) -> Answer<bool> {
    let sql = "INSERT INTO market_codes (counter, tries) VALUES (?1, 1)
        ON CONFLICT (counter) DO UPDATE SET tries = tries + 1 WHERE tries < ?2";
    let changed = node.secrets().execute(sql, params![counter(node, payment, seller), TRIES])?;
    Ok(changed > 0)
}

/// Takes back the count of an entry that wasn't wrong.
pub(crate) fn uncount_entry(node: &Node, payment: &IdText, seller: &Did) -> Answer<()> {
    let sql = "UPDATE market_codes SET tries = tries - 1 WHERE counter = ?1 AND tries > 0";
    let counter = counter(node, payment, seller);
    node.secrets().execute(sql, [counter]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::Order;

    #[test]
    fn a_record_about_the_same_payment_has_other_digits() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]);
        let Order { payment, terms, .. } = Order::sample();
        let other = Did::from_key(&[3; 32]);
        let forged = [
            OrderTerms { buyer: other.clone(), ..terms.clone() },
            OrderTerms { seller: other, ..terms.clone() },
        ];
        let right = code(&key, &payment, &terms);
        for terms in &forged {
            assert_ne!(code(&key, &payment, terms), right);
        }
    }

    #[test]
    fn every_tag_has_six_digits() {
        assert_eq!(digits(&[0; 32]), 0);
        assert_eq!(digits(&[0xff; 32]), 551_615);
        assert_eq!(digits(&[0, 0, 0, 0, 0, 0x0f, 0x42, 0x3f]), CODE_MAX);
    }
}
