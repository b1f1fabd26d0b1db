//! Payment codes that banking apps scan: the Swiss QR code (SIX, Swiss Implementation Guidelines QR-bill 2.3) and the
//! code of European credit transfers (EPC069-12, version 002).
//!
//! Always: a code asks for exactly the awaited payment. Where the account, the currency or a name can't be encoded,
//! no code is drawn, and the page shows the same details as text.

use imajin_app::Problem;
use imajin_protocol::{Currency, Minor};
use qrcode::{Color, EcLevel, QrCode};

use crate::iban::{creditor_reference, qr_reference};
use crate::operations::SetDetails;

/// The largest amount that either code can hold, in cents: 999 999 999.99.
const AMOUNT_MAX: i64 = 99_999_999_999;
/// Maximum size of the Swiss code, in bytes (§4.2.1), and of the European one (EPC069-12, §3.2).
const SWISS_BYTES_MAX: usize = 997;
const EPC_BYTES_MAX: usize = 331;
/// Width of the white margin around a code, in modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// The standard that a code follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// The Swiss QR code.
    Swiss,
    /// The code of European credit transfers.
    Epc,
}

/// The amount due.
pub(crate) struct Due<'a> {
    pub(crate) amount: Minor,
    pub(crate) currency: Currency,
    /// The payment's memo: `IMJ-` and hexadecimal digits.
    pub(crate) memo: &'a str,
}

/// A code, as text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bill {
    pub(crate) scheme: Scheme,
    pub(crate) text: String,
    /// The structured reference in the code, if any.
    pub(crate) reference: Option<String>,
}

impl Bill {
    /// Returns the code for a payment, if its payee's account has one.
    pub(crate) fn new(details: &SetDetails, due: &Due<'_>) -> Option<Self> {
        let units = due.amount.get();
        if !(1..=AMOUNT_MAX).contains(&units) || due.currency.digits() != 2 {
            return None;
        }
        let amount = format!("{}.{:02}", units / 100, units % 100);
        Self::swiss(details, due, &amount).or_else(|| Self::epc(details, due, &amount))
    }

    fn swiss(details: &SetDetails, due: &Due<'_>, amount: &str) -> Option<Self> {
        let iban = details.iban.as_ref().filter(|iban| iban.is_swiss())?;
        let currency = due.currency.code();
        // Since version 2.3 only structured addresses are allowed, and these parts are mandatory.
        let name = details.name.as_ref()?.as_str();
        let postcode = details.postcode.as_ref()?.as_str();
        let town = details.town.as_ref()?.as_str();
        let country = details.country.as_ref()?.as_str();
        let street = details.street.as_ref().map_or("", |line| line.as_str());
        let building = details.building.as_ref().map_or("", |line| line.as_str());
        let (kind, reference) = if iban.is_qr() {
            ("QRR", Some(qr_reference(number(due.memo)?)))
        } else {
            match creditor_reference(&due.memo.replace('-', "")) {
                Some(reference) => ("SCOR", Some(reference)),
                None => ("NON", None),
            }
        };
        let creditor = [name, street, building, postcode, town, country];
        let mut lines = vec!["SPC", "0200", "1", iban.as_str(), "S"];
        lines.extend(creditor);
        // The ultimate creditor is for future use, and stays empty.
        lines.extend([""; 7]);
        lines.extend([amount, currency]);
        // The payer fills in their own name.
        lines.extend([""; 7]);
        lines.extend([kind, reference.as_deref().unwrap_or(""), due.memo, "EPD"]);
        let text = lines.join("\n");
        let can = matches!(currency, "CHF" | "EUR")
            && text.len() <= SWISS_BYTES_MAX
            && text.chars().all(is_swiss_letter);
        can.then_some(Self { scheme: Scheme::Swiss, text, reference })
    }

    fn epc(details: &SetDetails, due: &Due<'_>, amount: &str) -> Option<Self> {
        let iban = details.iban.as_ref().filter(|iban| iban.is_sepa())?;
        let name = details.name.as_ref()?.as_str();
        let amount = format!("EUR{amount}");
        // Version 002, UTF-8, no BIC within the area; no purpose, no structured reference, and the memo as text.
        let lines = ["BCD", "002", "1", "SCT", "", name, iban.as_str(), &amount, "", "", due.memo];
        let text = lines.join("\n");
        let can = due.currency.code() == "EUR" && text.len() <= EPC_BYTES_MAX;
        can.then_some(Self { scheme: Scheme::Epc, text, reference: None })
    }

    /// Draws the code as SVG, black on white; the Swiss one with its cross in the middle.
    /// Errors: 500 if the text doesn't fit into a code; its length was checked before.
    pub(crate) fn svg(&self) -> Result<String, Problem> {
        // Both standards ask for level M.
        let code = QrCode::with_error_correction_level(self.text.as_bytes(), EcLevel::M)
            .map_err(Problem::internal)?;
        let width = code.width();
        let mut path = String::new();
        for (at, color) in code.to_colors().iter().enumerate() {
            if *color == Color::Dark {
                let (x, y) = (at % width + QUIET, at / width + QUIET);
                path.push_str(&format!("M{x} {y}h1v1h-1z"));
            }
        }
        let side = width + 2 * QUIET;
        let cross = match self.scheme {
            Scheme::Swiss => cross(width),
            Scheme::Epc => String::new(),
        };
        Ok(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/>{cross}</svg>"
        ))
    }
}

/// Draws the Swiss cross: 7 of the code's 46 millimetres, black with a white edge (§6.4.2).
fn cross(width: usize) -> String {
    let middle = width as f64 / 2.0 + QUIET as f64;
    let millimetre = width as f64 / 46.0;
    let square = |side: f64, high: f64, color: &str| {
        let (w, h) = (side * millimetre, high * millimetre);
        let (x, y) = (middle - w / 2.0, middle - h / 2.0);
        format!(
            "<rect fill=\"{color}\" x=\"{x:.3}\" y=\"{y:.3}\" width=\"{w:.3}\" height=\"{h:.3}\"/>"
        )
    };
    [
        square(7.0, 7.0, "#fff"),
        square(6.0, 6.0, "#000"),
        square(3.9, 1.17, "#fff"),
        square(1.17, 3.9, "#fff"),
    ]
    .concat()
}

/// Whether a Swiss code may have a character: Latin-1, Latin Extended-A, and five more (§4.1.1).
fn is_swiss_letter(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{17f}' | 'Ș'..='ț' | '€')
}

fn number(memo: &str) -> Option<u128> {
    u128::from_str_radix(memo.strip_prefix("IMJ-")?, 16).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MEMO: &str = "IMJ-0F3C91AB7E";

    fn details(more: serde_json::Value) -> SetDetails {
        let mut body = json!({
            "iban": "CH9300762011623852957", "name": "Ada Lovelace", "street": "Rue du Lac",
            "building": "12a", "postcode": "2501", "town": "Biel", "country": "CH",
        });
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        body.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        SetDetails::kept(&body.to_string()).unwrap()
    }

    fn bill(details: &SetDetails, units: i64, currency: &str) -> Option<Bill> {
        Bill::new(
            details,
            &Due {
                amount: Minor::new(units).unwrap(),
                currency: Currency::parse(currency).unwrap(),
                memo: MEMO,
            },
        )
    }

    #[test]
    fn a_swiss_code_has_every_line_of_the_guidelines() {
        let code = bill(&details(json!({})), 2_505, "CHF").unwrap();
        let expected = "SPC\n0200\n1\nCH9300762011623852957\nS\nAda Lovelace\nRue du Lac\n12a\n2501\nBiel\nCH\n\n\n\n\n\n\n\n25.05\nCHF\n\n\n\n\n\n\n\nSCOR\nRF47IMJ0F3C91AB7E\nIMJ-0F3C91AB7E\nEPD";
        assert_eq!(code.text, expected);
        assert_eq!(code.scheme, Scheme::Swiss);
        assert_eq!(code.text.lines().count(), 31);
    }

    #[test]
    fn an_account_for_qr_bills_gets_a_qr_reference() {
        let details = details(json!({ "iban": "CH4431999123000889012" }));
        let code = bill(&details, 100, "CHF").unwrap();
        let reference = code.reference.unwrap();
        assert_eq!(reference.len(), 27);
        assert!(code.text.contains(&format!("\nQRR\n{reference}\n")));
        assert!(reference.bytes().all(|byte| byte.is_ascii_digit()));
        // European transfers don't reach the account either.
        let nowhere =
            super::tests::details(json!({ "iban": "CH4431999123000889012", "town": null }));
        assert_eq!(bill(&nowhere, 100, "EUR"), None);
    }

    #[test]
    fn euros_go_by_the_european_code() {
        let german = details(json!({ "iban": "DE89370400440532013000", "town": null }));
        let code = bill(&german, 1, "EUR").unwrap();
        let expected = format!(
            "BCD\n002\n1\nSCT\n\nAda Lovelace\nDE89370400440532013000\nEUR0.01\n\n\n{MEMO}"
        );
        assert_eq!((code.scheme, code.text), (Scheme::Epc, expected));
        // A Swiss account without a whole address takes euros by this code, too.
        assert_eq!(bill(&details(json!({ "town": null })), 1, "EUR").unwrap().scheme, Scheme::Epc);
    }

    #[test]
    fn what_a_code_cannot_say_has_none() {
        let whole = details(json!({}));
        assert_eq!(bill(&whole, 0, "CHF"), None, "nothing to pay");
        assert_eq!(bill(&whole, AMOUNT_MAX + 1, "CHF"), None, "too much");
        assert_eq!(bill(&whole, 500, "USD"), None, "another currency");
        assert_eq!(bill(&details(json!({ "town": null })), 500, "CHF"), None);
        assert_eq!(bill(&details(json!({ "name": "Ада" })), 500, "CHF"), None);
        assert_eq!(bill(&details(json!({ "iban": null, "note": "By cheque." })), 500, "EUR"), None);
    }

    #[test]
    fn a_code_is_drawn_with_its_cross() {
        let code = bill(&details(json!({})), 2_505, "CHF").unwrap();
        let svg = code.svg().unwrap();
        assert!(svg.starts_with("<svg") && svg.matches("<rect").count() == 4);
        let euros = details(json!({ "iban": "DE89370400440532013000" }));
        assert_eq!(bill(&euros, 2_505, "EUR").unwrap().svg().unwrap().matches("<rect").count(), 0);
    }

    #[test]
    fn a_line_break_cannot_be_smuggled_in() {
        let body = json!({ "iban": "CH9300762011623852957", "name": "Ada\nCH4431999123000889012" });
        assert!(SetDetails::kept(&body.to_string()).is_none());
    }
}
