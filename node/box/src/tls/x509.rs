//! The two dates of a certificate (RFC 5280 §4.1.2.5), which is all that the node needs to read of one.

use imajin_dfos::Timestamp;

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// Parses a certificate's validity: its beginning and its end.
pub(super) fn validity(der: &[u8]) -> Option<(Timestamp, Timestamp)> {
    let (certificate, _) = expect(der, SEQUENCE)?;
    let (mut signed, _) = expect(certificate, SEQUENCE)?;
    if signed.first() == Some(&VERSION) {
        signed = element(signed)?.2;
    }
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
    let (date, clock) = (
        (part(0, 4)?, part(4, 6)?, part(6, 8)?),
        (part(8, 10)?, part(10, 12)?),
    );
    let seconds = part(12, 14)?;
    if text.get(14..)? != "Z" {
        return None;
    }
    let written = format!(
        "{}-{}-{}T{}:{}:{seconds}.000Z",
        date.0, date.1, date.2, clock.0, clock.1
    );
    Timestamp::parse(&written).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_that_were_written() {
        let key = rcgen::KeyPair::generate().unwrap();
        for (until, written) in [
            (2049, "2049-03-02T00:00:00.000Z"),
            (2051, "2051-03-02T00:00:00.000Z"),
        ] {
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
