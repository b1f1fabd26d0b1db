//! A search of a public log of certificates (Certificate Transparency, RFC 9162), by the JSON of crt.sh.
//!
//! Always: the answer is untrusted: its bytes and its entries are bounded, and an entry of another form is passed over.

use crate::tls::x509::plain_serial;
use imajin_app::Node;
use imajin_dfos::Timestamp;
use imajin_dfos::order::Order as _;
use imajin_host::network::ForeignCertificate;
use imajin_host::outgoing::{Outgoing, named_by};
use reqwest::{Method, Url};
use serde::Deserialize;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(60);
/// Longest answer that is read: about 4000 entries.
const ANSWER_BYTES_MAX: usize = 2 << 20;
/// Certificates of a name that are kept, the newest.
const ENTRIES_MAX: usize = 50;
/// Longest name of an authority that is kept.
const ISSUER_CHARS_MAX: usize = 200;

/// An entry of the answer. Times are in UTC, without a zone.
#[derive(Deserialize)]
struct LogEntry {
    serial_number: String,
    not_before: String,
    not_after: String,
    issuer_name: String,
    /// The names of the certificate, one a line.
    name_value: String,
}

/// The certificates for a name in the log at this address, each once; the error is a short sentence.
pub(super) async fn search(
    node: &Node,
    log: &str,
    name: &str,
) -> Result<Vec<ForeignCertificate>, String> {
    let mut url = Url::parse(log).map_err(|_| "its address cannot be used".to_owned())?;
    url.query_pairs_mut().append_pair("q", name).append_pair("output", "json");
    let client = Outgoing::new(node, named_by(log), |client| client.timeout(TIMEOUT))
        .map_err(|error| error.to_string())?;
    let request = client.request(Method::GET, url).map_err(|error| error.to_string())?;
    let answer = request.send(ANSWER_BYTES_MAX).await.map_err(|error| error.without_url())?;
    if !answer.status.is_success() {
        return Err(format!("it answers {}", answer.status.as_u16()));
    }
    read(&answer.bytes, name).ok_or_else(|| "its answer is not one of such a log".to_owned())
}

fn read(json: &[u8], name: &str) -> Option<Vec<ForeignCertificate>> {
    let entries: Vec<serde_json::Value> = serde_json::from_slice(json).ok()?;
    let read = |entry| certificate(serde_json::from_value(entry).ok()?, name);
    let mut certificates: Vec<_> = entries.into_iter().filter_map(read).collect();
    // The newest first, whatever the order of the log: the box's own of some years must not crowd them out.
    certificates.order_by(|a, b| (b.since, &b.serial).cmp(&(a.since, &a.serial)));
    // A certificate and its announcement (RFC 6962 §3.1) have one serial number.
    certificates.dedup_by(|a, b| a.serial == b.serial);
    certificates.truncate(ENTRIES_MAX);
    Some(certificates)
}

/// The certificate of an entry, if it is one for this name.
fn certificate(entry: LogEntry, name: &str) -> Option<ForeignCertificate> {
    entry.name_value.lines().any(|other| covers(other.trim(), name)).then_some(())?;
    let issuer = entry.issuer_name.chars().take(ISSUER_CHARS_MAX).collect();
    Some(ForeignCertificate {
        name: name.to_owned(),
        address: None,
        serial: plain_serial(&entry.serial_number)?,
        issuer: Some(issuer),
        since: time(&entry.not_before)?,
        until: Some(time(&entry.not_after)?),
        seen_by: None,
    })
}

/// Whether a certificate for `certified` is one for `name` (RFC 9525 §6.3).
fn covers(certified: &str, name: &str) -> bool {
    let above = name.split_once('.').map(|(_, above)| above);
    certified.eq_ignore_ascii_case(name)
        || certified
            .strip_prefix("*.")
            .is_some_and(|domain| above.is_some_and(|above| domain.eq_ignore_ascii_case(above)))
}

fn time(text: &str) -> Option<Timestamp> {
    Timestamp::parse(&format!("{}.000Z", text.get(..19)?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entry(serial: &str, names: &str) -> serde_json::Value {
        json!({
            "serial_number": serial,
            "not_before": "2026-11-20T10:00:00",
            "not_after": "2027-02-18T09:59:59",
            "issuer_name": "C=US, O=Let's Encrypt, CN=E7",
            "name_value": names,
            "id": 7,
        })
    }

    #[test]
    fn each_certificate_for_the_name_is_read_once() {
        let mut old = entry("02", "ada.example");
        old["not_before"] = "2025-11-20T10:00:00".into();
        let json = json!([
            old,
            entry("00ABcd", "ada.example\nwww.ada.example"),
            entry("abcd", "ada.example"),
            entry("03ef", "*.example"),
            entry("04", "evil-ada.example"),
            entry("05", "*.ada.example"),
            entry("not hex", "ada.example"),
            { "serial_number": 7 },
            "odd",
        ]);
        let read = |json: &serde_json::Value| read(json.to_string().as_bytes(), "ada.example");
        let certificates = read(&json).unwrap();
        let serials = certificates.iter().map(|one| one.serial.as_str());
        assert_eq!(serials.collect::<Vec<_>>(), ["abcd", "3ef", "2"]);
        assert_eq!(certificates[0].since.to_string(), "2026-11-20T10:00:00.000Z");
        assert_eq!(read(&json!({"error": "busy"})), None);
        let many = (0..1000).map(|n| entry(&format!("{n:x}1"), "ada.example"));
        assert_eq!(read(&many.collect::<Vec<_>>().into()).unwrap().len(), ENTRIES_MAX);
    }
}
