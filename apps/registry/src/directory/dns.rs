//! Names in the DNS: the wanted records of each, and their publication at the provider of the zone.
//!
//! Always: the transaction that decides on a record also stores it. Publication follows at least once and repeats with
//! growing pauses until it succeeds. One of several registries publishes at a time, by a lease. A node can register
//! while the provider is unreachable. This module does not know which provider it is.

#[cfg(feature = "server")]
pub mod cloudflare;

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use imajin_host::backoff::Backoff;
use imajin_host::stop::Stop;
use imajin_relay::storage::Answer;
use serde_json::Value;

use super::message::Document;
use super::rate::Rate;
use super::refusal::{Refusal, field, forbidden};
use super::rows::{Challenge, NameRow, NodeRow};
use super::status::Status;
use super::store::Writes;
use super::{Core, NO_NODE, take};

/// Milliseconds of a lease: longer than publishing takes.
const LEASE_MS: i64 = 120_000;
/// Pauses after failures.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(5), Duration::from_secs(3_600));
/// Interval between two checks for changes to publish.
const LOOK: Duration = Duration::from_secs(2);
/// Names that are published in one round, at most.
const TOLD_MAX: usize = 20;
/// Lifetime of a challenge: a certificate is issued within minutes.
const CHALLENGE_MS: i64 = 3_600_000;
/// Characters of an answer to a challenge: a SHA-256 in base64url (RFC 8555 §8.4).
const CHALLENGE_CHARS: usize = 43;
/// Challenges of one node.
const CHALLENGES_AN_HOUR: u32 = 60;

/// A record of a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Record {
    /// `A` or `AAAA`.
    Address(IpAddr),
    /// `TXT`.
    Text(String),
}

/// The future of a provider's call.
pub type ProviderFuture<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;

/// The DNS provider of the zone.
pub trait Provider: Send + Sync + 'static {
    /// Makes these the records that the registry has at a name, and no others. Doing it again changes nothing.
    fn put<'a>(&'a self, name: &'a str, records: &'a [Record]) -> ProviderFuture<'a>;
}

impl Core {
    /// Replaces the node `before`, and updates its name in the DNS.
    pub(super) fn put(
        &self,
        tx: &mut dyn Writes,
        before: Option<&NodeRow>,
        after: &NodeRow,
    ) -> Answer<()> {
        tx.put_node(before, after)?;
        self.follow(tx, before, Some(after))
    }

    /// Forgets a node, and its name.
    pub(super) fn forget(&self, tx: &mut dyn Writes, node: &NodeRow) -> Answer<()> {
        tx.forget_node(node)?;
        self.follow(tx, Some(node), None)
    }

    /// The addresses that a node's name leads to: those of the tunnels, or its own.
    fn addresses<'a>(&'a self, node: &'a NodeRow) -> &'a [IpAddr] {
        let tunnels = &self.config.tunnel_addresses;
        if node.attested.tunnel && !tunnels.is_empty() { tunnels } else { &node.addresses }
    }

    /// Returns a node's name and its wanted addresses; `None` without a name, and while the node is suspended or revoked.
    fn wanted<'a>(&'a self, node: &'a NodeRow) -> Option<(&'a str, &'a [IpAddr])> {
        let name = node.hostname.as_deref()?;
        let is_put_aside = matches!(node.status, Status::Revoked | Status::Suspended);
        (!is_put_aside).then_some((name, self.addresses(node)))
    }

    /// Whether the addresses of the tunnels are others than those that a name leads to.
    fn has_moved(&self, tx: &mut dyn Writes, wanted: Option<(&str, &[IpAddr])>) -> Answer<bool> {
        let Some((name, addresses)) = wanted else {
            return Ok(false);
        };
        let row = tx.dns_name(name)?;
        Ok(row.is_none_or(|row| row.addresses != addresses))
    }

    pub(super) fn follow(
        &self,
        tx: &mut dyn Writes,
        before: Option<&NodeRow>,
        after: Option<&NodeRow>,
    ) -> Answer<()> {
        if self.provider.is_none() {
            return Ok(());
        }
        let has_tunnel = after.is_some_and(|node| node.attested.tunnel);
        let before = before.and_then(|node| self.wanted(node));
        let after = after.and_then(|node| self.wanted(node));
        if before == after && !(has_tunnel && self.has_moved(tx, after)?) {
            return Ok(());
        }
        if let Some((name, _)) =
            before.filter(|(name, _)| after.is_none_or(|(now, _)| now != *name))
        {
            self.lead(tx, name, &[])?;
        }
        match after {
            Some((name, addresses)) => self.lead(tx, name, addresses),
            None => Ok(()),
        }
    }

    fn lead(&self, tx: &mut dyn Writes, name: &str, addresses: &[IpAddr]) -> Answer<()> {
        let row = tx.dns_name(name)?;
        let is_kept = !addresses.is_empty();
        tx.put_dns_name(&NameRow {
            name: name.to_owned(),
            addresses: addresses.to_vec(),
            challenge: row.and_then(|known| known.challenge).filter(|_| is_kept),
            due_ms: Some(self.now_ms()),
            failures: 0,
        })
    }

    /// Stores what a certificate authority is to read at a node's name.
    pub(super) fn challenge(&self, text: &Value) -> Result<String, Refusal> {
        let document = Document::read(text)?;
        let now_ms = self.now_ms();
        document.check_time(now_ms)?;
        let challenge = read(&document)?;
        let id = document.id.as_str();
        let node = self.read(|reads| reads.node(id)?.ok_or(Refusal::NotFound(NO_NODE)))?;
        document.verify_stored(&node.public_key)?;
        if self.provider.is_none() {
            return Err(Refusal::NotFound("this registry gives no names in the DNS"));
        }
        self.write(|tx| {
            let node = tx.node(id)?.ok_or(Refusal::NotFound(NO_NODE))?;
            self.check_verdict(&node, now_ms)?;
            let has_name = node.at(&self.config.times, now_ms).status != Status::Expired;
            let name = node.hostname.as_deref().filter(|_| has_name);
            let name = name
                .ok_or_else(|| forbidden("node-expired", "the registration has ended; renew it"))?;
            take(tx, &format!("challenge {id}"), Rate::an_hour(CHALLENGES_AN_HOUR), now_ms)?;
            let message = "this challenge, or a newer one, was accepted already";
            document.take(tx, ("challenge-at", message), (now_ms, CHALLENGE_MS))?;
            let mut row = tx.dns_name(name)?.unwrap_or_else(|| NameRow {
                name: name.to_owned(),
                addresses: self.addresses(&node).to_vec(),
                ..NameRow::default()
            });
            row.challenge =
                challenge.clone().map(|text| Challenge { text, until_ms: now_ms + CHALLENGE_MS });
            row.due_ms = Some(now_ms);
            tx.put_dns_name(&row)?;
            Ok(name.to_owned())
        })
    }

    /// Leases the names that are due; with `only`, that name alone.
    fn lease(&self, only: Option<&str>) -> Result<Vec<NameRow>, Refusal> {
        self.write(|tx| {
            let now_ms = self.now_ms();
            let mut rows = match only {
                Some(name) => tx
                    .dns_name(name)?
                    .into_iter()
                    .filter(|row| row.due_ms.is_some_and(|due| due <= now_ms))
                    .collect(),
                None => tx.due_dns_names(now_ms, TOLD_MAX)?,
            };
            for row in &mut rows {
                if row.challenge.as_ref().is_some_and(|challenge| challenge.until_ms <= now_ms) {
                    row.challenge = None;
                }
                row.due_ms = Some(now_ms + LEASE_MS);
                tx.put_dns_name(row)?;
            }
            Ok(rows)
        })
    }

    /// Stores the outcome of a publication, unless the wanted records have changed meanwhile.
    fn settle_name(&self, row: &NameRow, outcome: &Result<(), String>) -> Result<(), Refusal> {
        self.write(|tx| {
            // A newer decision has its own due time.
            if tx.dns_name(&row.name)?.as_ref() != Some(row) {
                return Ok(());
            }
            let mut after = row.clone();
            match outcome {
                Ok(()) if row.is_empty() => return Ok(tx.forget_dns_name(&row.name)?),
                Ok(()) => {
                    after.failures = 0;
                    after.due_ms = row.challenge.as_ref().map(|challenge| challenge.until_ms);
                }
                Err(_) => {
                    after.failures = row.failures.saturating_add(1);
                    let pause_ms = BACKOFF.pause_ms(after.failures);
                    after.due_ms = Some(self.now_ms() + pause_ms);
                }
            }
            Ok(tx.put_dns_name(&after)?)
        })
    }
}

fn read(document: &Document) -> Result<Option<String>, Refusal> {
    const FORM: &str = "challenge must be 43 characters of base64url, or null to take it away";
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    match document.get("challenge") {
        Some(Value::Null) => Ok(None),
        Some(Value::String(text))
            if text.len() == CHALLENGE_CHARS && text.bytes().all(is_letter) =>
        {
            Ok(Some(text.clone()))
        }
        _ => Err(field("challenge", FORM)),
    }
}

/// The DNS name of the answer to a challenge (RFC 8555 §8.4).
fn challenge_name(name: &str, domain: &str) -> String {
    format!("_acme-challenge.{name}.{domain}")
}

/// Publishes one name.
async fn tell(provider: &dyn Provider, domain: &str, row: &NameRow) -> Result<(), String> {
    let mut records: Vec<Record> = row.addresses.iter().copied().map(Record::Address).collect();
    provider.put(&format!("{}.{domain}", row.name), &records).await?;
    records.clear();
    records.extend(row.challenge.iter().map(|challenge| Record::Text(challenge.text.clone())));
    provider.put(&challenge_name(&row.name, domain), &records).await
}

impl super::Directory {
    /// Stores the answer to a challenge, and publishes it at once. Returns its DNS name, and whether the provider has it; otherwise
    /// the directory publishes it soon.
    pub(super) async fn take_challenge(&self, body: Value) -> Result<(String, bool), Refusal> {
        let name = self.work(move |core| core.challenge(&body)).await?;
        let domain = self.core.config.domain.clone().unwrap_or_default();
        let is_set = tell_due(&self.core, Some(name.clone())).await?;
        Ok((challenge_name(&name, &domain), is_set))
    }
}

/// Publishes the names that are due. Returns whether there were any and all succeeded.
async fn tell_due(core: &Arc<Core>, only: Option<String>) -> Result<bool, Refusal> {
    let (Some(provider), Some(domain)) = (&core.provider, &core.config.domain) else {
        return Ok(false);
    };
    let leasing = Arc::clone(core);
    let rows = super::run(move || leasing.lease(only.as_deref())).await?;
    let mut all_told = !rows.is_empty();
    for row in rows {
        let outcome = tell(provider.as_ref(), domain, &row).await;
        if let Err(error) = &outcome {
            all_told = false;
            tracing::warn!(
                name = row.name,
                "a name could not be published in the DNS; the directory tries again: {error}"
            );
        }
        let settling = Arc::clone(core);
        super::run(move || settling.settle_name(&row, &outcome)).await?;
    }
    Ok(all_told)
}

/// Publishes changes until the stop signal.
pub(super) async fn follow(core: Arc<Core>, stop: Stop) {
    loop {
        match tell_due(&core, None).await {
            // More may be due.
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "directory: names cannot be published"),
        }
        if !stop.rest(LOOK).await {
            return;
        }
    }
}
