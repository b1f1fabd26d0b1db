//! The parts of a certificate that the node reads: its two dates (RFC 5280 §4.1.2.5), its serial number and its key.

use imajin_dfos::{Timestamp, hex};
use rustls::pki_types::CertificateDer;
use rustls::server::ParsedCertificate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

const INTEGER: u8 = 0x02;

/// The identity of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CertificateId {
    /// The serial number, as [`plain_serial`] writes it.
    pub(super) serial: String,
    /// SHA-256 of the public key (SubjectPublicKeyInfo), in hex.
    pub(super) key: String,
}

impl CertificateId {
    pub(super) fn read(certificate: &CertificateDer<'_>) -> Option<Self> {
        let parsed = ParsedCertificate::try_from(certificate).ok()?;
        let key = parsed.subject_public_key_info();
        Some(Self {
            serial: plain_serial(&hex::encode(serial(certificate)?))?,
            key: hex::encode(&Sha256::digest(&key)),
        })
    }
}

/// A serial number in lower-case hex without zeros at its beginning; `None` for other texts.
pub(super) fn plain_serial(text: &str) -> Option<String> {
    let is_hex = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| text.trim_start_matches('0').to_ascii_lowercase())
}

fn serial(der: &[u8]) -> Option<&[u8]> {
    let (serial, _) = expect(signed_part(der)?, INTEGER)?;
    Some(serial)
}

/// The signed part of a certificate, from its serial number on.
fn signed_part(der: &[u8]) -> Option<&[u8]> {
    let (certificate, _) = expect(der, SEQUENCE)?;
    let (signed, _) = expect(certificate, SEQUENCE)?;
    if signed.first() == Some(&VERSION) { Some(element(signed)?.2) } else { Some(signed) }
}

/// Parses a certificate's validity: its beginning and its end.
pub(super) fn validity(der: &[u8]) -> Option<(Timestamp, Timestamp)> {
    let mut signed = signed_part(der)?;
    // Serial number, algorithm, issuer.
    for _ in 0..3 {
        signed = element(signed)?.2;
    }
    let (dates, _) = expect(signed, SEQUENCE)?;
    let (tag, from, rest) = element(dates)?;
    let from = time(tag, from)?;
    let (tag, until, _) = element(rest)?;
    Some((from, time(tag, until)?))
}

fn expect(der: &[u8], wanted: u8) -> Option<(&[u8], &[u8])> {
    element(der).and_then(|(tag, content, rest)| (tag == wanted).then_some((content, rest)))
}

/// Tag, content, and what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], rest) = der.split_first_chunk::<2>()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        // A certificate longer than 64 kB is not a real one.
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => {
            let (bytes, rest) = rest.split_first_chunk::<2>()?;
            (usize::from(u16::from_be_bytes(*bytes)), rest)
        }
        _ => return None,
    };
    Some((tag, rest.get(..length)?, rest.get(length..)?))
}

fn time(tag: u8, text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?;
    let text = match tag {
        // Two digits of a year mean 1950 to 2049.
        UTC_TIME if text.get(..2)? < "50" => format!("20{text}"),
        UTC_TIME => format!("19{text}"),
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    let part = |from: usize, to: usize| text.get(from..to);
    let (date, clock) = ((part(0, 4)?, part(4, 6)?, part(6, 8)?), (part(8, 10)?, part(10, 12)?));
    let seconds = part(12, 14)?;
    if text.get(14..)? != "Z" {
        return None;
    }
    let written =
        format!("{}-{}-{}T{}:{}:{seconds}.000Z", date.0, date.1, date.2, clock.0, clock.1);
    Timestamp::parse(&written).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_known_by_its_serial_number_and_its_key() {
        let key = rcgen::KeyPair::generate().unwrap();
        let read = |serial: &[u8]| {
            let mut params = rcgen::CertificateParams::default();
            params.serial_number = Some(rcgen::SerialNumber::from_slice(serial));
            CertificateId::read(params.self_signed(&key).unwrap().der()).unwrap()
        };
        let (first, second) = (read(&[0x0a, 0xbc]), read(&[0xfe, 1]));
        // A number whose first bit is set has a zero before it (X.690 §8.3).
        assert_eq!((first.serial.as_str(), second.serial.as_str()), ("abc", "fe01"));
        assert_eq!(first.key, second.key);
        assert_eq!(first.key.len(), 64);
        assert_eq!(plain_serial("0x1"), None);
    }

    #[test]
    fn dates_are_those_that_were_written() {
        let key = rcgen::KeyPair::generate().unwrap();
        for (until, written) in
            [(2049, "2049-03-02T00:00:00.000Z"), (2051, "2051-03-02T00:00:00.000Z")]
        {
            let mut params = rcgen::CertificateParams::default();
            params.not_before = rcgen::date_time_ymd(1999, 12, 31);
            params.not_after = rcgen::date_time_ymd(until, 3, 2);
            let made = params.self_signed(&key).unwrap();
            let (from, to) = validity(made.der()).unwrap();
            assert_eq!(from.to_string(), "1999-12-31T00:00:00.000Z");
            assert_eq!(to.to_string(), written);
            for length in 0..made.der().len() {
                // A certificate that is cut off is refused, and never a panic.
                assert!(validity(&made.der()[..length]).is_none());
            }
        }
    }
}
