//! The lists of the index: filters joined by AND, and pages by key or by time.
//!
//! Always: text from a request is a parameter, never part of the statement.

use imajin_dfos::order::Order as _;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::EARLY_MAX;
use super::columns::{count, json, kind, size};
use super::select::{Select, column};
use crate::page::{
    ArtifactQuery, ContentQuery, CountersignQuery, CredentialQuery, CreditQuery, IdentityQuery,
    ListedContent, ListedCountersign, ListedCredential, ListedCredit, ListedIdentity,
    ListedOperation, ListedProfile, OperationQuery, OrderBy, Page,
};
use crate::store::{Answer, ArtifactRow, Kind, kind_code};

/// Whether a chain's head is open to everybody: by a grant for it, or by one for all of its creator's.
const OPEN: &str = "(COALESCE(c.open_until, 0) > ? OR COALESCE(k.until, 0) > ?)";

pub(super) fn identities(
    connection: &Connection,
    query: &IdentityQuery,
) -> Answer<Vec<ListedIdentity>> {
    let now = || [Value::from(query.now_secs), Value::from(query.now_secs)];
    let mut select = Select::new();
    select.equal("i.did", query.did.as_ref());
    match query.has_public_profile {
        None => {}
        Some(true) => {
            select.add_condition(&format!("(i.profile_anchor IS NOT NULL AND {OPEN})"), now())
        }
        Some(false) => {
            select.add_condition(
                &format!("NOT (i.profile_anchor IS NOT NULL AND {OPEN})"),
                now(),
            );
        }
    }
    if let Some(part) = query.name_contains.as_ref().filter(|part| !part.is_empty()) {
        select.add_condition(OPEN, now());
        let part = Value::from(part.to_lowercase());
        select.add_condition("instr(c.name_lower, ?) > 0", [part]);
    }
    select.page(&query.page, "i.did", "i.");
    let from = "i.did, i.head_cid, i.op_count, i.genesis_at, i.head_at, i.is_deleted, \
                i.profile_anchor, MAX(COALESCE(c.open_until, 0), COALESCE(k.until, 0)), \
                c.schema, c.name \
                FROM identities i LEFT JOIN content c ON c.content_id = i.profile_anchor \
                LEFT JOIN open_creators k ON k.did = c.creator";
    select.rows(connection, from, query.limit, |row| {
        let anchor: Option<String> = row.get(6)?;
        let public_read = row.get::<_, i64>(7)? > query.now_secs;
        let schema = row.get(8)?;
        let name: Option<String> = row.get(9)?;
        Ok(ListedIdentity {
            did: row.get(0)?,
            head_cid: row.get(1)?,
            op_count: count(row.get(2)?),
            genesis_at: row.get(3)?,
            head_at: row.get(4)?,
            is_deleted: row.get(5)?,
            profile: anchor.map(|anchor| ListedProfile {
                anchor,
                public_read,
                schema,
                name: name.filter(|_| public_read),
            }),
        })
    })
}

pub(super) fn content(connection: &Connection, query: &ContentQuery) -> Answer<Vec<ListedContent>> {
    let now = || [Value::from(query.now_secs), Value::from(query.now_secs)];
    let mut select = Select::new();
    select.equal("c.content_id", query.content_id.as_ref());
    select.equal("c.creator", query.creator.as_ref());
    select.equal("c.schema", query.schema.as_ref());
    select.equal("c.document", query.document.as_ref());
    if let Some(signer) = &query.signer {
        let signer = Value::from(signer.clone());
        let sql =
            "(c.creator = ? OR c.content_id IN (SELECT content_id FROM signers WHERE did = ?))";
        select.add_condition(sql, [signer.clone(), signer]);
    }
    match query.public_read {
        None => {}
        Some(true) => select.add_condition(OPEN, now()),
        Some(false) => select.add_condition(&format!("NOT {OPEN}"), now()),
    }
    if let Some(deleted) = query.is_deleted {
        select.add_condition("c.is_deleted = ?", [Value::from(deleted)]);
    }
    if let Some(part) = query
        .title_contains
        .as_ref()
        .filter(|part| !part.is_empty())
    {
        let part = Value::from(part.to_lowercase());
        select.add_condition("instr(c.title_lower, ?) > 0", [part]);
    }
    select.page(&query.page, "c.content_id", "c.");
    let from = "c.content_id, c.genesis_cid, c.head_cid, c.creator, c.is_deleted, c.op_count, \
                c.genesis_at, c.head_at, c.document, MAX(c.open_until, COALESCE(k.until, 0)), \
                c.schema, c.title \
                FROM content c LEFT JOIN open_creators k ON k.did = c.creator";
    select.rows(connection, from, query.limit, |row| {
        let public_read = row.get::<_, i64>(9)? > query.now_secs;
        let title: Option<String> = row.get(11)?;
        Ok(ListedContent {
            content_id: row.get(0)?,
            genesis_cid: row.get(1)?,
            head_cid: row.get(2)?,
            creator: row.get(3)?,
            is_deleted: row.get(4)?,
            op_count: count(row.get(5)?),
            genesis_at: row.get(6)?,
            head_at: row.get(7)?,
            document: row.get(8)?,
            public_read,
            schema: row.get(10)?,
            title: title.filter(|_| public_read),
        })
    })
}

pub(super) fn credits(connection: &Connection, query: &CreditQuery) -> Answer<Vec<ListedCredit>> {
    let mut select = Select::new();
    let now = Value::from(query.now_secs);
    select.add_condition(OPEN, [now.clone(), now]);
    select.add_condition("c.is_deleted = 0", []);
    select.equal("r.did", query.did.as_ref());
    select.equal("r.content_id", query.content_id.as_ref());
    select.equal("r.role", query.role.as_ref());
    if let Some((content_id, position)) = &query.after {
        let after = [Value::from(content_id.clone()), Value::from(*position)];
        select.add_condition("(r.content_id, r.position) > (?, ?)", after);
    }
    select.order("r.content_id, r.position");
    let from = "r.content_id, r.did, r.role, r.position, r.has_claim FROM credits r \
                CROSS JOIN content c ON c.content_id = r.content_id \
                LEFT JOIN open_creators k ON k.did = c.creator";
    select.rows(connection, from, query.limit, |row| {
        Ok(ListedCredit {
            content_id: row.get(0)?,
            did: row.get(1)?,
            role: row.get(2)?,
            position: row.get(3)?,
            has_claim: row.get(4)?,
        })
    })
}

pub(super) fn artifacts(
    connection: &Connection,
    query: &ArtifactQuery,
) -> Answer<Vec<ArtifactRow>> {
    let mut select = Select::new();
    select.equal("cid", query.cid.as_ref());
    select.equal("signer", query.signer.as_ref());
    select.equal("schema", query.schema.as_ref());
    select.page(&query.page, "cid", "");
    let from = "cid, signer, created_at, ingested_at, schema FROM artifacts";
    select.rows(connection, from, query.limit, |row| {
        Ok(ArtifactRow {
            cid: row.get(0)?,
            signer: row.get(1)?,
            created_at: row.get(2)?,
            ingested_at: row.get(3)?,
            schema: row.get(4)?,
        })
    })
}

pub(super) fn countersigns(
    connection: &Connection,
    query: &CountersignQuery,
) -> Answer<Vec<ListedCountersign>> {
    let mut select = Select::new();
    select.equal("c.witness", Some(&query.witness));
    select.equal("c.relation", query.relation.as_ref());
    select.page(&query.page, "c.cid", "c.");
    let from = "c.cid, c.target, c.relation, c.created_at, c.ingested_at, o.token \
                FROM countersigns c JOIN operations o ON o.cid = c.cid";
    select.rows(connection, from, query.limit, |row| {
        Ok(ListedCountersign {
            cid: row.get(0)?,
            target: row.get(1)?,
            relation: row.get(2)?,
            created_at: row.get(3)?,
            ingested_at: row.get(4)?,
            token: row.get(5)?,
        })
    })
}

pub(super) fn credentials(
    connection: &Connection,
    query: &CredentialQuery,
) -> Answer<Vec<ListedCredential>> {
    let mut select = Select::new();
    select.equal("g.issuer", query.issuer.as_ref());
    if let Some(resource) = &query.resource {
        let any = if resource.starts_with("chain:") {
            "chain:*"
        } else {
            resource.as_str()
        };
        select.add_condition(
            "EXISTS (SELECT 1 FROM json_each(g.scope) s WHERE s.value ->> 0 IN (?, ?))",
            [Value::from(resource.clone()), Value::from(any.to_owned())],
        );
    }
    if let Some(action) = &query.action {
        select.add_condition(
            "EXISTS (SELECT 1 FROM json_each(g.scope) s WHERE s.value ->> 1 = ?)",
            [Value::from(action.clone())],
        );
    }
    select.page(&Page::Key(query.after.clone()), "g.cid", "g.");
    let from = "g.cid, g.issuer, g.scope, g.expires_at, o.token \
                FROM grants g JOIN operations o ON o.cid = g.cid";
    select.rows(connection, from, query.limit, |row| {
        Ok(ListedCredential {
            cid: row.get(0)?,
            issuer: row.get(1)?,
            scope: json(row, 2)?,
            expires_at_secs: row.get(3)?,
            token: row.get(4)?,
        })
    })
}

/// A list of all kinds is merged from one list of each, and that of a chain from its early and its late operations,
/// so that few indexes serve all orders.
pub(super) fn operations(
    connection: &Connection,
    query: &OperationQuery,
) -> Answer<Vec<ListedOperation>> {
    let time = column(query.by);
    let kinds: Vec<Kind> = match query.kind {
        Some(kind) => vec![kind],
        None => Kind::ALL.to_vec(),
    };
    let mut rows = Vec::new();
    for wanted in kinds {
        for part in Part::parts(query) {
            let select = part.select(query, size(kind_code(wanted)), time);
            rows.extend(listed(connection, &select, query.limit)?);
        }
    }
    let at = |row: &ListedOperation| match query.by {
        OrderBy::Created => row.created_at.clone(),
        _ => row.ingested_at.clone(),
    };
    rows.order_by(|a, b| at(b).cmp(&at(a)).then_with(|| a.cid.cmp(&b.cid)));
    rows.truncate(query.limit);
    Ok(rows)
}

/// Subsets of the operations of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    All,
    /// The first operations of chains: few, and sorted by the query.
    Early,
    /// The later operations of chains, which have their own indexes.
    Late,
}

impl Part {
    fn parts(query: &OperationQuery) -> &'static [Self] {
        match query.chain_id {
            Some(_) => &[Self::Early, Self::Late],
            None => &[Self::All],
        }
    }

    pub(super) fn select(self, query: &OperationQuery, kind: i64, time: &str) -> Select {
        let chain = query.chain_id.iter().cloned().map(Value::from);
        let mut select = Select::new();
        let params = chain.chain([Value::from(kind)]);
        match self {
            Self::All => select.add_condition("kind = ?", params),
            Self::Early => {
                let sql = "seq IN (SELECT seq FROM operations WHERE chain_id = ? AND kind = ? ORDER BY seq LIMIT ?)";
                select.add_condition(sql, params.chain([Value::from(EARLY_MAX)]));
            }
            Self::Late => select.add_condition("chain_id = ? AND kind = ? AND is_late = 1", params),
        }
        select.before(time, "cid", query.after.as_ref());
        select
    }
}

fn listed(connection: &Connection, select: &Select, limit: usize) -> Answer<Vec<ListedOperation>> {
    let from = "cid, kind, chain_id, created_at, ingested_at FROM operations";
    select.rows(connection, from, limit, |row| {
        Ok(ListedOperation {
            cid: row.get(0)?,
            kind: kind(row.get(1)?)?,
            chain_id: row.get(2)?,
            created_at: row.get(3)?,
            ingested_at: row.get(4)?,
        })
    })
}
