//! Currencies: the codes of ISO 4217 that people pay with, and the network's own two.

use crate::json_form::json_form;
use std::fmt;

/// A currency, identified by its code in capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: &'static str,
    digits: u8,
}

/// An unknown currency code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a currency: use an ISO 4217 code (such as CHF or CAD), MJN or MJNX")]
pub struct CurrencyError(String);

/// ISO 4217 (amendment 179), grouped by "minor unit"; without funds codes, metals and test codes, which no one pays
/// with.
pub(super) const ISO: &[(u8, &str)] = &[
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"),
    (
        2,
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP \
         CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES \
         KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK \
         NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB \
         TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
];

/// The network's own: credit (MJN) and its stable unit (MJNX), in hundredths like most money.
const NETWORK: &[&str] = &["MJN", "MJNX"];
const NETWORK_DIGITS: u8 = 2;

impl Currency {
    /// Parses a code in any case; payment providers write them in lower case.
    ///
    /// # Errors
    /// The code is unknown.
    pub fn parse(text: &str) -> Result<Self, CurrencyError> {
        let is = |code: &&'static str| code.eq_ignore_ascii_case(text);
        let iso = ISO.iter().find_map(|(digits, codes)| {
            let code = codes.split_ascii_whitespace().find(is)?;
            Some(Self { code, digits: *digits })
        });
        let network =
            || NETWORK.iter().copied().find(is).map(|code| Self { code, digits: NETWORK_DIGITS });
        // The code may have any length: the error shows its beginning.
        iso.or_else(network).ok_or_else(|| CurrencyError(text.chars().take(8).collect()))
    }

    /// Returns the code, in capitals.
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// Returns the number of decimal digits of its minor unit.
    pub const fn digits(self) -> u8 {
        self.digits
    }

    /// Returns whether it is one of the network's own, which no payment provider knows.
    pub fn is_of_the_network(self) -> bool {
        NETWORK.contains(&self.code)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

json_form! { Currency as String, |currency| currency.code, |text| Currency::parse(text) }
