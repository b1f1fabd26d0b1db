//! International bank account numbers (ISO 13616-1:2020), and the references that banks carry with them.
//!
//! Always: an [`Iban`] has the length of its country and check digits that fit (mod 97-10, ISO/IEC 7064).

use imajin_app::impl_field;
use imajin_app::operation::Invalid;
use serde_json::json;

/// Shortest and longest number that ISO 13616 allows, in characters.
const LENGTHS: std::ops::RangeInclusive<usize> = 15..=34;

/// IBAN lengths by country (SWIFT IBAN registry, release 99).
const COUNTRIES: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 \
FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 \
MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 \
SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

/// Countries that credit transfers in euros reach (EPC409-09, the SEPA area).
const SEPA: &str = "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM VA";

/// Identification numbers of banks that only take payments with a QR reference (SIX, Swiss QR bill 2.3, §4.2.1).
const QR_BANKS: std::ops::RangeInclusive<u32> = 30_000..=31_999;

/// An account number, without spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Iban(String);

impl Iban {
    /// Reads a number as people write it: spaces and lower case are fine.
    /// Errors: a sentence that tells the person who typed the number what is wrong.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let plain = text.chars().filter(|c| !c.is_whitespace());
        let iban: String = plain.map(|c| c.to_ascii_uppercase()).collect();
        let starts = iban.bytes().take(4).enumerate().all(|(at, byte)| match at {
            0 | 1 => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_digit(),
        });
        if iban.is_empty() || !starts || !iban.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err("An IBAN starts with two letters and two digits, for example CH93 0076 2011 6238 5295 7. This isn't one.".to_owned());
        }
        let country = iban.get(..2).unwrap_or_default();
        match length_of(country) {
            Some(length) if length != iban.len() => {
                return Err(format!(
                    "An IBAN from {country} has {length} characters, and this one has {}. Check it against your bank's.",
                    iban.len()
                ));
            }
            None if !LENGTHS.contains(&iban.len()) => {
                return Err(format!(
                    "No IBAN has {} characters. Check it against your bank's.",
                    iban.len()
                ));
            }
            _ => {}
        }
        match mod_97(&iban) {
            1 => Ok(Self(iban)),
            _ => Err(
                "There's a typo in this IBAN: its check digits don't match. Copy it again from your bank."
                    .to_owned(),
            ),
        }
    }

    /// Returns the number without spaces.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the number in groups of four, as banks print it.
    pub(crate) fn grouped(&self) -> String {
        self.0.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
    }

    fn country(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }

    /// Whether a Swiss QR bill can name the account.
    pub(crate) fn is_swiss(&self) -> bool {
        matches!(self.country(), "CH" | "LI")
    }

    /// Whether the account takes payments with a QR reference only.
    pub(crate) fn is_qr(&self) -> bool {
        let bank = self.0.get(4..9).and_then(|bank| bank.parse().ok());
        self.is_swiss() && bank.is_some_and(|bank| QR_BANKS.contains(&bank))
    }

    /// Whether credit transfers in euros reach the account.
    pub(crate) fn is_sepa(&self) -> bool {
        SEPA.split(' ').any(|country| country == self.country()) && !self.is_qr()
    }
}

impl_field!(
    Iban,
    |value| {
        let text = value.as_str().unwrap_or_default();
        Self::parse(text).map_err(|wrong| Invalid::new(format!("must be an IBAN: {wrong}")))
    },
    |field| field.as_str(),
    json!({ "type": "string", "minLength": LENGTHS.start(), "maxLength": LENGTHS.end(), "pattern": "^[A-Z]{2}[0-9]{2}[A-Z0-9]+$" }),
    |_| "CH9300762011623852957"
);

fn length_of(country: &str) -> Option<usize> {
    let mut all = COUNTRIES.split(' ');
    all.find_map(|one| one.strip_prefix(country)?.parse().ok())
}

/// Returns the remainder by 97 of a number with its first four characters moved to the end and its letters as 10 to 35.
fn mod_97(text: &str) -> u32 {
    let (head, tail) = text.split_at_checked(4).unwrap_or((text, ""));
    tail.chars().chain(head.chars()).fold(0, |rest, c| match c.to_digit(36) {
        Some(digit) if digit < 10 => (rest * 10 + digit) % 97,
        Some(letter) => (rest * 100 + letter) % 97,
        None => rest,
    })
}

/// Returns a creditor reference (ISO 11649) of up to 21 letters and digits; `None` if the text has other characters.
pub(crate) fn creditor_reference(text: &str) -> Option<String> {
    let is_body = (1..=21).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    let text = text.to_ascii_uppercase();
    let check = 98 - mod_97(&format!("RF00{text}"));
    is_body.then(|| format!("RF{check:02}{text}"))
}

/// Returns a QR reference: 26 digits and a check digit (modulo 10, recursive: SIX, Swiss QR bill 2.3, annex B).
pub(crate) fn qr_reference(number: u128) -> String {
    const TABLE: [usize; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];
    let digits = format!("{number:026}");
    let carry =
        digits.bytes().fold(0, |carry, digit| TABLE[(carry + usize::from(digit - b'0')) % 10]);
    format!("{digits}{}", (10 - carry) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_registry_are_read_as_people_write_them() {
        // Examples of the SWIFT registry.
        for text in [
            "CH93 0076 2011 6238 5295 7",
            "de89370400440532013000",
            "GB29 NWBK 6016 1331 9268 19",
            "NO93 8601 1117 947",
            "MT84MALT011000012345MTLCAST001S",
        ] {
            let iban = Iban::parse(text).unwrap();
            assert_eq!(iban.grouped().replace(' ', ""), iban.as_str());
        }
        let iban = Iban::parse("ch9300762011623852957").unwrap();
        assert_eq!(iban.grouped(), "CH93 0076 2011 6238 5295 7");
    }

    #[test]
    fn a_wrong_number_says_what_is_wrong() {
        for (text, why) in [
            ("CH93 0076 2011 6238 5295 8", "check digits"),
            ("CH39 0076 2011 6238 5295 7", "check digits"),
            ("CH93 0076 2011 6238 5295", "has 21 characters"),
            ("ZZ93 0076", "No IBAN has 8"),
            ("1234567890", "two letters"),
            ("", "two letters"),
            ("CH93 0076-2011-6238-5295-7", "two letters"),
            ("CH\u{e9}3", "two letters"),
        ] {
            let wrong = Iban::parse(text).unwrap_err();
            assert!(wrong.contains(why), "{text}: {wrong}");
        }
    }

    #[test]
    fn every_single_wrong_digit_is_found() {
        let right = "DE89370400440532013000";
        for at in 2..right.len() {
            for digit in b'0'..=b'9' {
                let mut bytes = right.as_bytes().to_vec();
                let is_same = std::mem::replace(&mut bytes[at], digit) == digit;
                let text = String::from_utf8(bytes).unwrap();
                assert_eq!(Iban::parse(&text).is_ok(), is_same, "{text}");
            }
        }
    }

    #[test]
    fn references_are_those_of_the_standards() {
        // ISO 11649's own example, and that of the Swiss implementation guidelines.
        assert_eq!(creditor_reference("539007547034").as_deref(), Some("RF18539007547034"));
        assert_eq!(creditor_reference("IMJ-1"), None);
        assert_eq!(creditor_reference(""), None);
        assert_eq!(qr_reference(21_000_000_000_313_947_143_000_901), "210000000003139471430009017");
        let iban = Iban::parse("CH44 3199 9123 0008 8901 2").unwrap();
        assert!(iban.is_qr() && !iban.is_sepa());
        assert!(!Iban::parse("CH9300762011623852957").unwrap().is_qr());
    }
}
