//! Reading.

use imajin_relay::storage::Answer;
use rusqlite::types::{ToSql, Value};
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use super::{parse, size};
use crate::directory::rows::NameRow;
use crate::directory::rows::{Counts, Filter, Fork, KeyRow, NodeRow, PageStart, Release, TagKind};
use crate::directory::status::Status;
use crate::directory::store::Reads;

/// The first column of the first row.
fn text(connection: &Connection, sql: &str, params: &[&dyn ToSql]) -> Answer<Option<String>> {
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row(params, |row| row.get(0)).optional()?)
}

/// The row whose JSON is the first column.
fn body<T: serde::de::DeserializeOwned>(
    connection: &Connection,
    sql: &str,
    params: &[&dyn ToSql],
) -> Answer<Option<T>> {
    let text = text(connection, sql, params)?;
    text.as_deref().map(parse).transpose()
}

/// The bodies of all rows.
pub(super) fn bodies<T: serde::de::DeserializeOwned>(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
) -> Answer<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params, |row| row.get::<_, String>(0))?;
    let texts: Vec<String> = rows.collect::<Result<_, _>>()?;
    texts.iter().map(|text| parse(text)).collect()
}

/// The condition of a filter over `tags t`, and its parameters: the first tag drives the query, the others must exist,
/// too.
fn condition(filter: &Filter) -> (String, Vec<Value>) {
    let (mut sql, mut params) = match filter.tags.first() {
        // Written out, since an empty text that is bound has no address, and some processors stumble over that with every
        // row that is passed over.
        None => (
            format!("t.kind = {} AND t.value = ''", TagKind::Any.code()),
            Vec::new(),
        ),
        Some((kind, value)) => (
            "t.kind = ? AND t.value = ?".to_owned(),
            vec![Value::from(kind.code()), Value::from(value.clone())],
        ),
    };
    if let Some(status) = filter.status {
        sql.push_str(" AND t.status = ?");
        params.push(Value::from(status.code()));
    }
    for (kind, value) in filter.tags.iter().skip(1) {
        sql.push_str(
            " AND EXISTS (SELECT 1 FROM tags o WHERE o.kind = ? AND o.value = ? \
             AND o.status = t.status AND o.id = t.id)",
        );
        params.extend([Value::from(kind.code()), Value::from(value.clone())]);
    }
    (sql, params)
}

impl Reads for Connection {
    fn node(&self, id: &str) -> Answer<Option<NodeRow>> {
        body(self, "SELECT body FROM nodes WHERE id = ?1", &[&id])
    }

    fn key(&self, id: &str) -> Answer<Option<String>> {
        let row: Option<KeyRow> = body(self, "SELECT body FROM nodes WHERE id = ?1", &[&id])?;
        Ok(row.map(|row| row.public_key))
    }

    fn node_named(&self, hostname: &str) -> Answer<Option<NodeRow>> {
        body(
            self,
            "SELECT body FROM nodes WHERE hostname = ?1",
            &[&hostname],
        )
    }

    fn chain(&self, id: &str) -> Answer<Vec<String>> {
        let chain = body(self, "SELECT log FROM chains WHERE id = ?1", &[&id])?;
        Ok(chain.unwrap_or_default())
    }

    fn list(&self, filter: &Filter, limit: usize, from: &PageStart) -> Answer<Vec<NodeRow>> {
        let (mut condition, mut params) = condition(filter);
        let (order, limit, offset) = match from {
            PageStart::Start(offset) => ("t.status, t.id", limit, *offset),
            // From the other end: what is far from the beginning is near it.
            PageStart::End(left) => (
                "t.status DESC, t.id DESC",
                limit.min(*left),
                left.saturating_sub(limit),
            ),
            PageStart::Behind(status, id) => {
                condition.push_str(" AND (t.status, t.id) > (?, ?)");
                params.extend([Value::from(status.code()), Value::from(id.clone())]);
                ("t.status, t.id", limit, 0)
            }
        };
        params.extend([Value::from(size(limit)), Value::from(size(offset))]);
        let sql = format!(
            "SELECT n.body FROM (SELECT t.status, t.id FROM tags t WHERE {condition} \
             ORDER BY {order} LIMIT ? OFFSET ?) p CROSS JOIN nodes n ON n.id = p.id \
             ORDER BY p.status, p.id"
        );
        bodies(self, &sql, params_from_iter(params))
    }

    fn counts(&self, filter: &Filter) -> Answer<Counts> {
        let (condition, params) = condition(filter);
        // One tag is counted already.
        let sql = match filter.tags.len() {
            0 | 1 => format!("SELECT t.status, t.number FROM tag_counts t WHERE {condition}"),
            _ => {
                format!("SELECT t.status, COUNT(*) FROM tags t WHERE {condition} GROUP BY t.status")
            }
        };
        let mut statement = self.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(params), |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })?;
        let mut counts = Counts::default();
        for row in rows {
            let (code, number) = row?;
            let place = Status::from_code(code).map(|status| status as usize);
            if let Some(slot) = place.and_then(|place| counts.get_mut(place)) {
                *slot = u64::try_from(number).unwrap_or_default();
            }
        }
        Ok(counts)
    }

    fn is_due(&self, now_ms: i64) -> Answer<bool> {
        let sql = "SELECT 1 FROM nodes WHERE next_ms <= ?1 LIMIT 1";
        Ok(self.prepare_cached(sql)?.exists([now_ms])?)
    }

    fn release(&self, fork: &str, version: &str) -> Answer<Option<Release>> {
        let sql = "SELECT body FROM releases WHERE fork = ?1 AND version = ?2";
        body(self, sql, &[&fork, &version])
    }

    fn release_of(&self, hash: &str) -> Answer<Option<Release>> {
        let sql = "SELECT r.body FROM build_hashes h JOIN releases r \
                   ON r.fork = h.fork AND r.version = h.version WHERE h.hash = ?1";
        body(self, sql, &[&hash])
    }

    fn releases(&self, limit: usize, offset: usize) -> Answer<Vec<Release>> {
        let sql = "SELECT body FROM releases ORDER BY seq DESC LIMIT ?1 OFFSET ?2";
        bodies(self, sql, params![size(limit), size(offset)])
    }

    fn release_count(&self) -> Answer<u64> {
        let sql = "SELECT COUNT(*) FROM releases";
        let number: i64 = self.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(u64::try_from(number).unwrap_or_default())
    }

    fn fork(&self, name: &str) -> Answer<Option<Fork>> {
        body(self, "SELECT body FROM forks WHERE name = ?1", &[&name])
    }

    fn forks(&self) -> Answer<Vec<Fork>> {
        bodies(self, "SELECT body FROM forks ORDER BY name", [])
    }

    fn number(&self, name: &str) -> Answer<Option<i64>> {
        let mut statement = self.prepare_cached("SELECT number FROM numbers WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    fn dns_name(&self, name: &str) -> Answer<Option<NameRow>> {
        body(self, "SELECT body FROM dns_names WHERE name = ?1", &[&name])
    }
}
