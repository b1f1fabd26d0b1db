//! The lists of the index: filters joined by AND, and pages by key or by time.
//!
//! Always: text from a request is a parameter, never part of the statement.

use imajin_dfos::order::Order as _;
use rusqlite::types::Value;
use serde_json::{Value as Json, json};

use super::EARLY_MAX;
use super::columns::{count, json as column_json, kind, size};
use super::select::{Select, column};
use crate::page::{
    ArtifactQuery, ContentQuery, CountersignQuery, CredentialQuery, CreditQuery, IdentityQuery,
    OperationQuery, OrderBy, Page, credit_cursor, time_cursor,
};
use crate::store::{Answer, Kind, Snapshot, kind_code};

/// Whether a chain's head is open to everybody: by a grant for it, or by one for all of its creator's.
const OPEN: &str = "(COALESCE(c.open_until, 0) > ? OR COALESCE(k.until, 0) > ?)";

pub(crate) struct Line {
    /// The line as it is shown.
    pub(crate) entry: Json,
    /// The cursor after it.
    pub(crate) cursor: String,
}

/// The cursor after a chain.
fn chain_cursor(page: &Page, genesis_at: &str, head_at: &str, key: &str) -> String {
    let at = |by| match by {
        OrderBy::Genesis => genesis_at.to_owned(),
        _ => head_at.to_owned(),
    };
    page.cursor(at, key)
}

/// The cursor after an operation.
fn recency_cursor(page: &Page, created_at: &str, ingested_at: &str, cid: &str) -> String {
    let at = |by| match by {
        OrderBy::Created => created_at.to_owned(),
        _ => ingested_at.to_owned(),
    };
    page.cursor(at, cid)
}

/// `/index/v0/identities`.
pub(crate) fn identities(reads: &Snapshot<'_>, query: &IdentityQuery) -> Answer<Vec<Line>> {
    let now = || [Value::from(query.now_secs), Value::from(query.now_secs)];
    let mut select = Select::new();
    select.equal("i.did", query.did.as_ref());
    match query.has_public_profile {
        None => {}
        Some(true) => {
            select.add_condition(&format!("(i.profile_anchor IS NOT NULL AND {OPEN})"), now())
        }
        Some(false) => {
            select.add_condition(&format!("NOT (i.profile_anchor IS NOT NULL AND {OPEN})"), now());
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
    select.rows(reads.0, from, query.limit, |row| {
        let anchor: Option<String> = row.get(6)?;
        let public_read = row.get::<_, i64>(7)? > query.now_secs;
        let schema: Option<String> = row.get(8)?;
        let name: Option<String> = row.get(9)?;
        let profile = anchor.map(|anchor| {
            json!({
                "anchor": anchor,
                "publicRead": public_read,
                "docSchema": schema,
                "name": name.filter(|_| public_read),
            })
        });
        let text = |at| row.get::<_, String>(at);
        let (did, genesis_at, head_at) = (text(0)?, text(3)?, text(4)?);
        Ok(Line {
            cursor: chain_cursor(&query.page, &genesis_at, &head_at, &did),
            entry: json!({
                "did": did,
                "headCID": text(1)?,
                "opCount": count(row.get(2)?),
                "genesisAt": genesis_at,
                "headAt": head_at,
                "isDeleted": row.get::<_, bool>(5)?,
                "profile": profile,
            }),
        })
    })
}

/// `/index/v0/content`.
pub(crate) fn content(reads: &Snapshot<'_>, query: &ContentQuery) -> Answer<Vec<Line>> {
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
    if let Some(part) = query.title_contains.as_ref().filter(|part| !part.is_empty()) {
        let part = Value::from(part.to_lowercase());
        select.add_condition("instr(c.title_lower, ?) > 0", [part]);
    }
    select.page(&query.page, "c.content_id", "c.");
    let from = "c.content_id, c.genesis_cid, c.head_cid, c.creator, c.is_deleted, c.op_count, \
                c.genesis_at, c.head_at, c.document, MAX(c.open_until, COALESCE(k.until, 0)), \
                c.schema, c.title \
                FROM content c LEFT JOIN open_creators k ON k.did = c.creator";
    select.rows(reads.0, from, query.limit, |row| {
        let public_read = row.get::<_, i64>(9)? > query.now_secs;
        let title: Option<String> = row.get(11)?;
        let text = |at| row.get::<_, String>(at);
        let (content_id, genesis_at, head_at) = (text(0)?, text(6)?, text(7)?);
        Ok(Line {
            cursor: chain_cursor(&query.page, &genesis_at, &head_at, &content_id),
            entry: json!({
                "contentId": content_id,
                "genesisCID": text(1)?,
                "headCID": text(2)?,
                "creatorDID": text(3)?,
                "isDeleted": row.get::<_, bool>(4)?,
                "opCount": count(row.get(5)?),
                "genesisAt": genesis_at,
                "headAt": head_at,
                "currentDocumentCID": row.get::<_, Option<String>>(8)?,
                "publicRead": public_read,
                "docSchema": row.get::<_, Option<String>>(10)?,
                "title": title.filter(|_| public_read),
            }),
        })
    })
}

/// `/index/v0/credits`.
pub(crate) fn credits(reads: &Snapshot<'_>, query: &CreditQuery) -> Answer<Vec<Line>> {
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
    select.rows(reads.0, from, query.limit, |row| {
        let (content_id, position): (String, i64) = (row.get(0)?, row.get(3)?);
        Ok(Line {
            cursor: credit_cursor(&content_id, position),
            entry: json!({
                "contentId": content_id,
                "did": row.get::<_, String>(1)?,
                "role": row.get::<_, Option<String>>(2)?,
                "position": position,
                "hasClaim": row.get::<_, bool>(4)?,
            }),
        })
    })
}

/// `/index/v0/artifacts`.
pub(crate) fn artifacts(reads: &Snapshot<'_>, query: &ArtifactQuery) -> Answer<Vec<Line>> {
    let mut select = Select::new();
    select.equal("cid", query.cid.as_ref());
    select.equal("signer", query.signer.as_ref());
    select.equal("schema", query.schema.as_ref());
    select.page(&query.page, "cid", "");
    let from = "cid, signer, created_at, ingested_at, schema FROM artifacts";
    select.rows(reads.0, from, query.limit, |row| {
        let text = |at| row.get::<_, String>(at);
        let (cid, created_at, ingested_at) = (text(0)?, text(2)?, text(3)?);
        Ok(Line {
            cursor: recency_cursor(&query.page, &created_at, &ingested_at, &cid),
            entry: json!({
                "cid": cid,
                "signerDID": text(1)?,
                "createdAt": created_at,
                "ingestedAt": ingested_at,
                "docSchema": row.get::<_, Option<String>>(4)?,
            }),
        })
    })
}

/// `/index/v0/countersignatures`.
pub(crate) fn countersigns(reads: &Snapshot<'_>, query: &CountersignQuery) -> Answer<Vec<Line>> {
    let mut select = Select::new();
    select.equal("c.witness", Some(&query.witness));
    select.equal("c.relation", query.relation.as_ref());
    select.page(&query.page, "c.cid", "c.");
    let from = "c.cid, c.target, c.relation, c.created_at, c.ingested_at, o.token \
                FROM countersigns c JOIN operations o ON o.cid = c.cid";
    select.rows(reads.0, from, query.limit, |row| {
        let text = |at| row.get::<_, String>(at);
        let cid = text(0)?;
        Ok(Line {
            cursor: recency_cursor(&query.page, &text(3)?, &text(4)?, &cid),
            entry: json!({
                "cid": cid,
                "targetCID": text(1)?,
                "relation": row.get::<_, Option<String>>(2)?,
                "jwsToken": text(5)?,
            }),
        })
    })
}

/// `/index/v0/credentials`.
pub(crate) fn credentials(reads: &Snapshot<'_>, query: &CredentialQuery) -> Answer<Vec<Line>> {
    let mut select = Select::new();
    select.equal("g.issuer", query.issuer.as_ref());
    if let Some(resource) = &query.resource {
        let any = if resource.starts_with("chain:") { "chain:*" } else { resource.as_str() };
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
    select.rows(reads.0, from, query.limit, |row| {
        let text = |at| row.get::<_, String>(at);
        let scope: Vec<(String, String)> = column_json(row, 2)?;
        let scope = scope.iter();
        let scope =
            scope.map(|(resource, action)| json!({ "resource": resource, "action": action }));
        Ok(Line {
            cursor: text(0)?,
            entry: json!({
                "cid": text(0)?,
                "issuerDID": text(1)?,
                "aud": "*",
                "att": scope.collect::<Vec<Json>>(),
                "exp": row.get::<_, i64>(3)?,
                "jwsToken": text(4)?,
            }),
        })
    })
}

/// `/index/v0/operations`. A list of all kinds is merged from one list of each, and that of a chain from its early and its late operations,
/// so that few indexes serve all orders.
pub(crate) fn operations(reads: &Snapshot<'_>, query: &OperationQuery) -> Answer<Vec<Line>> {
    let time = column(query.by);
    let kinds: Vec<Kind> = match query.kind {
        Some(kind) => vec![kind],
        None => Kind::ALL.to_vec(),
    };
    let mut rows = Vec::new();
    for wanted in kinds {
        for part in Part::parts(query) {
            let select = part.select(query, size(kind_code(wanted)), time);
            rows.extend(listed(reads, &select, query)?);
        }
    }
    rows.order_by(|(a, a_cid, _), (b, b_cid, _)| b.cmp(a).then_with(|| a_cid.cmp(b_cid)));
    rows.truncate(query.limit);
    let line =
        |(at, cid, entry): (String, String, Json)| Line { cursor: time_cursor(&at, &cid), entry };
    Ok(rows.into_iter().map(line).collect())
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

/// Operations, each with the time that it is listed by and its CID.
fn listed(
    reads: &Snapshot<'_>,
    select: &Select,
    query: &OperationQuery,
) -> Answer<Vec<(String, String, Json)>> {
    let from = "cid, kind, chain_id, created_at, ingested_at FROM operations";
    select.rows(reads.0, from, query.limit, |row| {
        let text = |at| row.get::<_, String>(at);
        let (cid, created_at, ingested_at) = (text(0)?, text(3)?, text(4)?);
        let entry = json!({
            "cid": cid,
            "kind": kind(row.get(1)?)?.name(),
            "chainId": text(2)?,
            "createdAt": created_at,
            "ingestedAt": ingested_at,
        });
        let at = match query.by {
            OrderBy::Created => created_at,
            _ => ingested_at,
        };
        Ok((at, cid, entry))
    })
}
