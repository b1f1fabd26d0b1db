//! The zone at Cloudflare, by its API (version 4: zones/:zone/dns_records).
//!
//! Always: the registry changes and removes only records with its own comment. It leaves foreign records at a name
//! alone and reports them.

use std::time::Duration;

use imajin_host::outgoing::{AddressSource, Allowed, AnswerError, Outgoing};
use reqwest::{Method, StatusCode, Url};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Provider, ProviderFuture, Record};

const API: &str = "https://api.cloudflare.com/client/v4";
/// Marks what is ours.
const COMMENT: &str = "imajin-registry";
/// Seconds that others may remember a record: a box at home may get another address.
const TTL_S: u32 = 60;
const TIMEOUT: Duration = Duration::from_secs(20);
/// Longest answer that is read.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// A zone at Cloudflare.
pub struct Cloudflare {
    client: Outgoing,
    records: String,
    token: String,
}

/// A record as the API has it.
#[derive(Debug, Deserialize)]
struct DnsRecord {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    content: String,
    comment: Option<String>,
}

impl Cloudflare {
    /// Reads the environment: `CLOUDFLARE_API_TOKEN` and `CLOUDFLARE_ZONE_ID`, and optionally `CLOUDFLARE_API_URL` for
    /// another address of the API. `None` if none of them is set.
    pub fn from_env() -> Result<Option<Self>, String> {
        let read_env = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
        match (read_env("CLOUDFLARE_API_TOKEN"), read_env("CLOUDFLARE_ZONE_ID")) {
            (None, None) => Ok(None),
            (Some(token), Some(zone)) => {
                let api = read_env("CLOUDFLARE_API_URL").unwrap_or_else(|| API.to_owned());
                Self::new(&api, &zone, &token).map(Some)
            }
            (Some(_), None) => {
                Err("CLOUDFLARE_ZONE_ID is missing beside CLOUDFLARE_API_TOKEN".to_owned())
            }
            (None, Some(_)) => {
                Err("CLOUDFLARE_API_TOKEN is missing beside CLOUDFLARE_ZONE_ID".to_owned())
            }
        }
    }

    /// A zone, and a token that may edit its records.
    pub fn new(api: &str, zone: &str, token: &str) -> Result<Self, String> {
        if zone.is_empty() || !zone.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(
                "CLOUDFLARE_ZONE_ID must be the zone's number: letters and digits".to_owned()
            );
        }
        // The operator chose this address, so it may be private.
        let client = Outgoing::within(Allowed::default(), AddressSource::InSettings, |client| {
            client.timeout(TIMEOUT)
        });
        Ok(Self {
            client: client.map_err(|error| error.to_string())?,
            records: format!("{}/zones/{zone}/dns_records", api.trim_end_matches('/')),
            token: token.to_owned(),
        })
    }

    async fn make(&self, name: &str, records: &[Record]) -> Result<(), String> {
        let held = self.ask(Method::GET, &format!("?name={name}&per_page=100"), None).await?;
        let held: Vec<DnsRecord> =
            serde_json::from_value(held).map_err(|error| format!("Cloudflare's list: {error}"))?;
        let mut missing: Vec<(&str, String)> = records.iter().map(form).collect();
        if let Some(other) = held.iter().find(|one| !is_ours(one) && !missing.is_empty()) {
            return Err(format!("{name} has a record {} that somebody else made", other.kind));
        }
        for one in held.iter().filter(|one| is_ours(one)) {
            let place = missing
                .iter()
                .position(|(kind, content)| *kind == one.kind && same(content, &one.content));
            match place {
                Some(place) => drop(missing.swap_remove(place)),
                None => drop(self.ask(Method::DELETE, &format!("/{}", one.id), None).await?),
            }
        }
        for (kind, content) in missing {
            let record = json!({
                "type": kind, "name": name, "content": content, "ttl": TTL_S, "proxied": false, "comment": COMMENT,
            });
            self.ask(Method::POST, "", Some(record)).await?;
        }
        Ok(())
    }

    /// The `result` of a successful answer.
    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, String> {
        let url = Url::parse(&format!("{}{path}", self.records));
        let url = url.map_err(|error| format!("the address of Cloudflare's API: {error}"))?;
        let request = self.client.request(method, url);
        let mut request = request.map_err(|error| error.to_string())?.bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send(ANSWER_BYTES_MAX).await.map_err(|error| plainly(&error))?;
        let status = answer.status;
        let mut json: Value = serde_json::from_slice(&answer.bytes).unwrap_or_default();
        if json["success"] == true && status.is_success() {
            Ok(json["result"].take())
        } else {
            Err(refusal(status, &json))
        }
    }
}

fn is_ours(one: &DnsRecord) -> bool {
    one.comment.as_deref() == Some(COMMENT)
}

fn form(record: &Record) -> (&'static str, String) {
    match record {
        Record::Address(address) if address.is_ipv4() => ("A", address.to_string()),
        Record::Address(address) => ("AAAA", address.to_string()),
        Record::Text(text) => ("TXT", format!("\"{text}\"")),
    }
}

/// Cloudflare returns a text with or without its quotes.
fn same(ours: &str, theirs: &str) -> bool {
    ours.trim_matches('"') == theirs.trim_matches('"')
}

fn refusal(status: StatusCode, json: &Value) -> String {
    let errors = json["errors"].as_array().into_iter().flatten();
    let errors: Vec<&str> = errors.filter_map(|error| error["message"].as_str()).collect();
    format!("Cloudflare answers {}: {}", status.as_u16(), errors.join("; "))
}

/// Describes the error without the address, which doesn't help the reader.
fn plainly(error: &AnswerError) -> String {
    if let Some(why) = error.not_reached() {
        return why.to_string();
    }
    match error {
        AnswerError::Long(_) => "Cloudflare's answer has no end",
        AnswerError::Slow(_) => "Cloudflare does not answer in time",
        AnswerError::Http(error) if error.is_timeout() => "Cloudflare does not answer in time",
        AnswerError::Http(error) if error.is_connect() => "Cloudflare cannot be reached",
        _ => "the connection to Cloudflare failed",
    }
    .to_owned()
}

impl Provider for Cloudflare {
    fn put<'a>(&'a self, name: &'a str, records: &'a [Record]) -> ProviderFuture<'a> {
        Box::pin(self.make(name, records))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_without_end_is_given_up() {
        use imajin_edge::testing::{EndlessServer, Flood};
        let server = EndlessServer::start(Flood::HTTP[2]);
        let zone = Cloudflare::new(&server.url(), "zone", "token").unwrap();
        let why = zone.make("a.example", &[]).await.unwrap_err();
        assert!(why.contains("no end"), "{why}");
        let given_up = move || server.check_given_up(ANSWER_BYTES_MAX as u64);
        tokio::task::spawn_blocking(given_up).await.unwrap();
    }

    #[tokio::test]
    async fn the_zone_is_asked_through_the_door_of_all_requests() {
        // An unroutable address: no test can reach a real machine.
        let zone = Cloudflare::new("http://0.0.0.0:1", "zone", "token").unwrap();
        let why = zone.make("a.example", &[]).await.unwrap_err();
        assert!(why.contains("not an address on the open internet"), "{why}");
    }
}
