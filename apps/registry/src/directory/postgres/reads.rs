//! Reading.

use imajin_relay::storage::Answer;
use tokio_postgres::types::ToSql;

use super::{Session, parse};
use crate::directory::rows::NameRow;
use crate::directory::rows::{Counts, Filter, Fork, KeyRow, NodeRow, PageStart, Release, TagKind};
use crate::directory::status::Status;
use crate::directory::store::Reads;

type Param = Box<dyn ToSql + Sync>;

fn size(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

impl Session {
    /// The rows whose JSON is the first column.
    pub(super) fn bodies<T: serde::de::DeserializeOwned>(
        &self,
        sql: &str,
        params: &[&(dyn ToSql + Sync)],
    ) -> Answer<Vec<T>> {
        let rows = self.query(sql, params)?;
        rows.iter()
            .map(|row| parse(row.get::<_, &str>(0)))
            .collect()
    }

    fn body<T: serde::de::DeserializeOwned>(
        &self,
        sql: &str,
        params: &[&(dyn ToSql + Sync)],
    ) -> Answer<Option<T>> {
        Ok(self.bodies(sql, params)?.pop())
    }
}

/// A statement that grows with its parameters.
struct Sql {
    text: String,
    params: Vec<Param>,
}

impl Sql {
    /// The place of one more parameter.
    fn param(&mut self, value: impl ToSql + Sync + 'static) -> String {
        self.params.push(Box::new(value));
        format!("${}", self.params.len())
    }

    fn refs(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.params.iter().map(AsRef::as_ref).collect()
    }
}

/// The condition of a filter over `tags t`: the first tag drives the query, the others must exist, too.
fn condition(filter: &Filter) -> Sql {
    let mut sql = Sql {
        text: String::new(),
        params: Vec::new(),
    };
    let any = (TagKind::Any, String::new());
    let (kind, value) = filter.tags.first().unwrap_or(&any);
    let (kind, value) = (sql.param(kind.code()), sql.param(value.clone()));
    sql.text = format!("t.kind = {kind} AND t.value = {value}");
    if let Some(status) = filter.status {
        let status = sql.param(status.code());
        sql.text.push_str(&format!(" AND t.status = {status}"));
    }
    for (kind, value) in filter.tags.iter().skip(1) {
        let (kind, value) = (sql.param(kind.code()), sql.param(value.clone()));
        sql.text.push_str(&format!(
            " AND EXISTS (SELECT 1 FROM tags o WHERE o.kind = {kind} AND o.value = {value} \
             AND o.status = t.status AND o.id = t.id)"
        ));
    }
    sql
}

impl Reads for Session {
    fn node(&self, id: &str) -> Answer<Option<NodeRow>> {
        self.body("SELECT body FROM nodes WHERE id = $1", &[&id])
    }

    fn key(&self, id: &str) -> Answer<Option<String>> {
        let row: Option<KeyRow> = self.body("SELECT body FROM nodes WHERE id = $1", &[&id])?;
        Ok(row.map(|row| row.public_key))
    }

    fn node_named(&self, hostname: &str) -> Answer<Option<NodeRow>> {
        self.body("SELECT body FROM nodes WHERE hostname = $1", &[&hostname])
    }

    fn chain(&self, id: &str) -> Answer<Vec<String>> {
        let chain = self.body("SELECT log FROM chains WHERE id = $1", &[&id])?;
        Ok(chain.unwrap_or_default())
    }

    fn list(&self, filter: &Filter, limit: usize, from: &PageStart) -> Answer<Vec<NodeRow>> {
        let mut sql = condition(filter);
        let (order, limit, offset) = match from {
            PageStart::Start(offset) => ("t.status, t.id", limit, *offset),
            PageStart::End(left) => (
                "t.status DESC, t.id DESC",
                limit.min(*left),
                left.saturating_sub(limit),
            ),
            PageStart::Behind(status, id) => {
                let (status, id) = (sql.param(status.code()), sql.param(id.clone()));
                sql.text
                    .push_str(&format!(" AND (t.status, t.id) > ({status}, {id})"));
                ("t.status, t.id", limit, 0)
            }
        };
        let (limit, offset) = (sql.param(size(limit)), sql.param(size(offset)));
        let text = format!(
            "SELECT n.body FROM (SELECT t.status, t.id FROM tags t WHERE {} ORDER BY {order} \
             LIMIT {limit} OFFSET {offset}) p JOIN nodes n ON n.id = p.id ORDER BY p.status, p.id",
            sql.text
        );
        self.bodies(&text, &sql.refs())
    }

    fn counts(&self, filter: &Filter) -> Answer<Counts> {
        let sql = condition(filter);
        // One tag is counted already.
        let text = match filter.tags.len() {
            0 | 1 => format!(
                "SELECT t.status, t.number FROM tag_counts t WHERE {}",
                sql.text
            ),
            _ => format!(
                "SELECT t.status, COUNT(*) FROM tags t WHERE {} GROUP BY t.status",
                sql.text
            ),
        };
        let mut counts = Counts::default();
        for row in self.query(&text, &sql.refs())? {
            let place = Status::from_code(row.get(0)).map(|status| status as usize);
            if let Some(slot) = place.and_then(|place| counts.get_mut(place)) {
                *slot = count(row.get(1));
            }
        }
        Ok(counts)
    }

    fn is_due(&self, now_ms: i64) -> Answer<bool> {
        let sql = "SELECT 1 FROM nodes WHERE next_ms <= $1 LIMIT 1";
        Ok(!self.query(sql, &[&now_ms])?.is_empty())
    }

    fn release(&self, fork: &str, version: &str) -> Answer<Option<Release>> {
        let sql = "SELECT body FROM releases WHERE fork = $1 AND version = $2";
        self.body(sql, &[&fork, &version])
    }

    fn release_of(&self, hash: &str) -> Answer<Option<Release>> {
        let sql = "SELECT r.body FROM build_hashes h JOIN releases r \
                   ON r.fork = h.fork AND r.version = h.version WHERE h.hash = $1";
        self.body(sql, &[&hash])
    }

    fn releases(&self, limit: usize, offset: usize) -> Answer<Vec<Release>> {
        let sql = "SELECT body FROM releases ORDER BY seq DESC LIMIT $1 OFFSET $2";
        self.bodies(sql, &[&size(limit), &size(offset)])
    }

    fn release_count(&self) -> Answer<u64> {
        let rows = self.query("SELECT COUNT(*) FROM releases", &[])?;
        Ok(rows.first().map_or(0, |row| count(row.get(0))))
    }

    fn fork(&self, name: &str) -> Answer<Option<Fork>> {
        self.body("SELECT body FROM forks WHERE name = $1", &[&name])
    }

    fn forks(&self) -> Answer<Vec<Fork>> {
        self.bodies("SELECT body FROM forks ORDER BY name", &[])
    }

    fn number(&self, name: &str) -> Answer<Option<i64>> {
        let rows = self.query("SELECT number FROM numbers WHERE name = $1", &[&name])?;
        Ok(rows.first().map(|row| row.get(0)))
    }

    fn dns_name(&self, name: &str) -> Answer<Option<NameRow>> {
        self.body("SELECT body FROM dns_names WHERE name = $1", &[&name])
    }
}
