//! A person's tier on this node, and their progress towards the next (docs/standing.md, "Tiers").
//!
//! Always: computed for each request from the person's own log, with warnings from any log that has them; nothing is
//! stored. Imported attestations count only if their issuer verifiably signed them, and days count only from the
//! import.

use imajin_app::{Node, Problem};
use imajin_dfos::Timestamp;
use imajin_dfos::order;
use imajin_host::prelude::*;
use imajin_identity::admission::invites;
use imajin_identity::guests::keys;
use imajin_identity::{NAME, people, queries};
use imajin_ledger::Reader;
use imajin_protocol::Did;
use imajin_protocol::attestation::kind::{
    CONNECTION_ACCEPTED, EVENT_ATTENDANCE, FLAG_CLEARED, FLAG_YELLOW, TRANSACTION_SETTLED,
};
use imajin_protocol::identity::Tier;
use imajin_protocol::tier::{Capability, Record};
use rusqlite::Connection;
use std::collections::BTreeSet;

use super::lookup::{self, AttestationRow};
use super::standing;

const DAY_MS: i64 = 24 * 3_600_000;

/// Returns the record that a person's tier is computed from.
pub(crate) fn record(node: &Node, did: &Did) -> Result<Record, Problem> {
    let now = node.now();
    let uninvited = invites::uninvited(node)?;
    let record = node.read(NAME, |db| {
        Counting { db, node, uninvited: &uninvited, now, warned: true }.record(did)
    })?;
    Ok(Record { is_invited_key: !record.has_chain && is_invited_key(node, did)?, ..record })
}

/// Whether the DID is a bare key that its owner holds, let in with an invitation. The keys that the node keeps for people with an e-mail address
/// don't count.
fn is_invited_key(node: &Node, did: &Did) -> Result<bool, Problem> {
    Ok(invites::is_invited(node, did)?
        && people::find(node, did)?.is_some_and(|identity| identity.bare && !identity.deleted)
        && !keys::has(node, did)?)
}

/// Returns a person's tier.
pub fn tier_of(node: &Node, did: &Did) -> Result<Tier, Problem> {
    Ok(record(node, did)?.tier(&node.config().tiers))
}

/// Refuses who may not.
pub fn require(node: &Node, did: &Did, capability: Capability) -> Result<(), Problem> {
    if capability.is_for(Tier::Soft) {
        // Every person has at least this tier, and computing a tier reads all attestations about the person.
        return Ok(());
    }
    let record = record(node, did)?;
    let thresholds = &node.config().tiers;
    let tier = record.tier(thresholds);
    if capability.is_for(tier) {
        return Ok(());
    }
    let lacking: Vec<String> = match (tier, capability.tier()) {
        (Tier::Soft, _) => vec!["a key of your own, and an invite".to_owned()],
        _ if record.is_invited_key => {
            vec!["an identity chain of your own: you have a bare key".to_owned()]
        }
        _ => record
            .steps(thresholds)
            .iter()
            .filter(|step| !step.enough)
            .map(|step| words(step.name, step.wanted, step.there))
            .collect(),
    };
    Err(Problem::forbidden(format!(
        "Only people who are {} here may {}. What is missing: {}.",
        capability.tier(),
        capability.words(),
        lacking.join("; ")
    ))
    .slug("tier")
    .with_member("tier", tier.as_str())
    .with_member("needed", capability.tier().as_str()))
}

fn words(step: &str, wanted: u32, there: u32) -> String {
    match step {
        "connections" => format!("{wanted} confirmed connections (you have {there})"),
        "occasions" => format!("{wanted} event attended or payment settled (you have {there})"),
        "historyDays" => format!("{wanted} days here (you have {there})"),
        _ => format!("no more than {wanted} open warnings (you have {there})"),
    }
}

struct Counting<'a> {
    db: &'a Connection,
    node: &'a Node,
    /// A key without an invite has soft rights (docs/api.md, "Tiers").
    uninvited: &'a BTreeSet<String>,
    now: Timestamp,
    /// Whether to look at warnings: not at those of the person who warns, or two who warn of each other never end.
    warned: bool,
}

impl Counting<'_> {
    fn record(&self, did: &Did) -> rusqlite::Result<Record> {
        let sql = "SELECT bare = 0, home_at FROM identities WHERE owner_did = ?1 AND deleted = 0";
        let identity = Reader::from(self.db)
            .row(sql, [did.as_str()], |row| Ok((row.get::<_, bool>(0)?, row.get::<_, i64>(1)?)));
        let Some((has_chain, home_at)) = identity? else {
            return Ok(Record::default());
        };
        let is_root = self.is_root(did.as_str())?;
        let has_chain = has_chain && !self.uninvited.contains(did.as_str());
        // A soft identity and a root stay so whatever they did.
        if is_root || !has_chain {
            return Ok(Record { has_chain, is_root, ..Record::default() });
        }
        let mut evidence = standing::Evidence::new(self.node);
        let rows: Vec<AttestationRow> = lookup::of_log(self.db, did)?
            .into_iter()
            .filter(|found| found.is_in_force(self.now) && evidence.counts(found))
            .collect();
        let days = (self.now.as_millis() - home_at).max(0) / DAY_MS;
        Ok(Record {
            has_chain,
            is_invited_key: false,
            is_root,
            connections: self.connections(did, &rows)?,
            occasions: self.occasions(did, &rows),
            history_days: u32::try_from(days).unwrap_or(u32::MAX),
            warnings: if self.warned { self.warnings(did)? } else { 0 },
        })
    }

    fn is_root(&self, did: &str) -> rusqlite::Result<bool> {
        Ok(did == self.node.did().as_str()
            || queries::owner_of(self.db, self.node.did())?.as_deref() == Some(did))
    }

    /// Different people of this node with a chain, each countersigned by one and issued by the other, who did not part since.
    fn connections(&self, did: &Did, rows: &[AttestationRow]) -> rusqlite::Result<u32> {
        let others = rows
            .iter()
            .filter(|row| {
                row.kind == CONNECTION_ACCEPTED && standing::is_bilateral(row, self.node.did())
            })
            .map(|row| if row.issuer == did.as_str() { &*row.subject } else { &*row.issuer })
            .filter(|other| *other != did.as_str() && !self.uninvited.contains(*other));
        let others = order::set(others);
        let sql = "SELECT 1 FROM identities WHERE owner_did = ?1 AND bare = 0 AND deleted = 0";
        let mut count = 0;
        for other in others {
            let is_known = Reader::from(self.db).exists(sql, [other])?;
            count += u32::from(is_known && !self.parted(did, other));
        }
        Ok(count)
    }

    /// Whether the service that knows connections says that these two have none. Where it cannot be asked, what they
    /// signed counts.
    fn parted(&self, did: &Did, other: &str) -> bool {
        let connected = |other: &Did| self.node.connected(did, other).ok().flatten();
        Did::parse(other).ok().and_then(|other| connected(&other)) == Some(false)
    }

    /// Counts the attendances and settled transactions that this node attested.
    fn occasions(&self, did: &Did, rows: &[AttestationRow]) -> u32 {
        let counts = |row: &&AttestationRow| {
            matches!(&*row.kind, EVENT_ATTENDANCE | TRANSACTION_SETTLED)
                && row.subject == did.as_str()
                && row.issuer == self.node.did().as_str()
        };
        u32::try_from(rows.iter().filter(counts).count()).unwrap_or(u32::MAX)
    }

    /// Open warnings by people who may warn, from any log that has them.
    fn warnings(&self, did: &Did) -> rusqlite::Result<u32> {
        let mut evidence = standing::Evidence::new(self.node);
        let rows: Vec<AttestationRow> = lookup::by_subject(self.db, did)?
            .into_iter()
            .filter(|found| found.is_in_force(self.now) && evidence.counts(found))
            .collect();
        let mut count = 0;
        for flag in rows.iter().filter(|row| row.kind == FLAG_YELLOW && row.subject == did.as_str())
        {
            let mut cleared = false;
            for row in rows.iter().filter(|row| {
                row.kind == FLAG_CLEARED && row.context_id.as_ref() == Some(&flag.cid)
            }) {
                cleared |= row.issuer == flag.issuer || self.is_root(&row.issuer)?;
            }
            count += u32::from(!cleared && self.may_warn(&flag.issuer)?);
        }
        Ok(count)
    }

    fn may_warn(&self, issuer: &str) -> rusqlite::Result<bool> {
        let Ok(issuer) = Did::parse(issuer) else {
            return Ok(false);
        };
        // The issuer's own warnings are ignored: their tier was checked when they warned.
        let record = Counting { warned: false, ..*self }.record(&issuer)?;
        Ok(record.is_root || record.has_chain)
    }
}
