//! The directory's tables in SQL: the statements are those of both databases.
//!
//! Always: text from a request is a parameter, never part of a statement.

use imajin_relay::storage::{Answer, StoreError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::rows::{
    Counts, Filter, Fork, KeyRow, NameRow, NodeRow, PageStart, Release, Tag, TagKind,
};
use super::status::Status;
use super::store::{Reads, Writes};

/// A value of a statement, as each database takes it.
#[cfg(feature = "server")]
pub(super) trait Param: rusqlite::ToSql + tokio_postgres::types::ToSql + Sync {}
#[cfg(feature = "server")]
impl<T: rusqlite::ToSql + tokio_postgres::types::ToSql + Sync> Param for T {}

/// A value of a statement.
#[cfg(not(feature = "server"))]
pub(super) trait Param: rusqlite::ToSql {}
#[cfg(not(feature = "server"))]
impl<T: rusqlite::ToSql> Param for T {}

/// The values of a statement, in which `?1` is the first.
pub(super) type Params<'a> = &'a [&'a dyn Param];

/// A connection to a database with the tables.
pub(super) trait Tables {
    /// The end of a query whose rows no other transaction gets meanwhile.
    const ALONE: &'static str;

    /// The texts in the first column of the rows.
    fn texts(&self, sql: &str, params: Params<'_>) -> Answer<Vec<String>>;

    /// The numbers in the first columns of the rows.
    fn numbers<const N: usize>(&self, sql: &str, params: Params<'_>) -> Answer<Vec<[i64; N]>>;

    /// Executes a statement without rows.
    fn execute(&self, sql: &str, params: Params<'_>) -> Answer<()>;

    /// The rows whose JSON is the first column. Only this program writes it; unreadable JSON is damage.
    fn bodies<T: DeserializeOwned>(&self, sql: &str, params: Params<'_>) -> Answer<Vec<T>> {
        let damaged = |error: serde_json::Error| {
            StoreError::Failed(format!("a stored row is damaged: {error}"))
        };
        let texts = self.texts(sql, params)?;
        let rows = texts.iter().map(|text| serde_json::from_str(text));
        rows.collect::<Result<_, _>>().map_err(damaged)
    }

    /// The first of these rows.
    fn body<T: DeserializeOwned>(&self, sql: &str, params: Params<'_>) -> Answer<Option<T>> {
        Ok(self.bodies(sql, params)?.into_iter().next())
    }
}

fn print<T: Serialize + ?Sized>(value: &T) -> Answer<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Failed(error.to_string()))
}

fn size(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// A statement that grows with its values.
struct Sql<'a> {
    text: String,
    params: Vec<Box<dyn Param + 'a>>,
}

impl<'a> Sql<'a> {
    /// The condition of a filter over `tags t`: the first tag drives the query, the others must exist, too.
    fn condition(filter: &'a Filter) -> Self {
        let mut sql = Self { text: String::new(), params: Vec::new() };
        sql.text = match filter.tags.first() {
            // Written out, since an empty text that is bound has no address, and some processors stumble over that with
            // every row that is passed over.
            None => format!("t.kind = {} AND t.value = ''", TagKind::Any.code()),
            Some(tag) => {
                let (kind, value) = sql.tag(tag);
                format!("t.kind = {kind} AND t.value = {value}")
            }
        };
        if let Some(status) = filter.status {
            let status = sql.param(status.code());
            sql.text.push_str(&format!(" AND t.status = {status}"));
        }
        for tag in filter.tags.iter().skip(1) {
            let (kind, value) = sql.tag(tag);
            sql.text.push_str(&format!(
                " AND EXISTS (SELECT 1 FROM tags o WHERE o.kind = {kind} AND o.value = {value} \
                 AND o.status = t.status AND o.id = t.id)"
            ));
        }
        sql
    }

    fn tag(&mut self, (kind, value): &'a Tag) -> (String, String) {
        (self.param(kind.code()), self.param(value.as_str()))
    }

    /// The place of one more value.
    fn param(&mut self, value: impl Param + 'a) -> String {
        self.params.push(Box::new(value));
        format!("?{}", self.params.len())
    }

    fn params(&self) -> Vec<&dyn Param> {
        self.params.iter().map(AsRef::as_ref).collect()
    }
}

impl<D: Tables> Reads for D {
    fn node(&self, id: &str) -> Answer<Option<NodeRow>> {
        self.body("SELECT body FROM nodes WHERE id = ?1", &[&id])
    }

    fn key(&self, id: &str) -> Answer<Option<String>> {
        let row: Option<KeyRow> = self.body("SELECT body FROM nodes WHERE id = ?1", &[&id])?;
        Ok(row.map(|row| row.public_key))
    }

    fn node_named(&self, hostname: &str) -> Answer<Option<NodeRow>> {
        self.body("SELECT body FROM nodes WHERE hostname = ?1", &[&hostname])
    }

    fn chain(&self, id: &str) -> Answer<Vec<String>> {
        Ok(self.body("SELECT log FROM chains WHERE id = ?1", &[&id])?.unwrap_or_default())
    }

    fn list(&self, filter: &Filter, limit: usize, from: &PageStart) -> Answer<Vec<NodeRow>> {
        let mut sql = Sql::condition(filter);
        let (order, limit, offset) = match from {
            PageStart::Start(offset) => ("t.status, t.id", limit, *offset),
            // From the other end: what is far from the beginning is near it.
            PageStart::End(left) => {
                ("t.status DESC, t.id DESC", limit.min(*left), left.saturating_sub(limit))
            }
            PageStart::Behind(status, id) => {
                let (status, id) = (sql.param(status.code()), sql.param(id.as_str()));
                sql.text.push_str(&format!(" AND (t.status, t.id) > ({status}, {id})"));
                ("t.status, t.id", limit, 0)
            }
        };
        let (limit, offset) = (sql.param(size(limit)), sql.param(size(offset)));
        let text = format!(
            "SELECT n.body FROM (SELECT t.status, t.id FROM tags t WHERE {} ORDER BY {order} \
             LIMIT {limit} OFFSET {offset}) p CROSS JOIN nodes n WHERE n.id = p.id ORDER BY p.status, p.id",
            sql.text
        );
        self.bodies(&text, &sql.params())
    }

    fn counts(&self, filter: &Filter) -> Answer<Counts> {
        let sql = Sql::condition(filter);
        let condition = &sql.text;
        // One tag is counted already.
        let text = match filter.tags.len() {
            0 | 1 => format!("SELECT t.status, t.number FROM tag_counts t WHERE {condition}"),
            _ => {
                format!("SELECT t.status, COUNT(*) FROM tags t WHERE {condition} GROUP BY t.status")
            }
        };
        let mut counts = Counts::default();
        for [code, number] in self.numbers(&text, &sql.params())? {
            let place = Status::from_code(code).map(|status| status as usize);
            if let Some(slot) = place.and_then(|place| counts.get_mut(place)) {
                *slot = count(number);
            }
        }
        Ok(counts)
    }

    fn is_due(&self, now_ms: i64) -> Answer<bool> {
        let sql = "SELECT next_ms FROM nodes WHERE next_ms <= ?1 LIMIT 1";
        Ok(!self.numbers::<1>(sql, &[&now_ms])?.is_empty())
    }

    fn release(&self, fork: &str, version: &str) -> Answer<Option<Release>> {
        self.body("SELECT body FROM releases WHERE fork = ?1 AND version = ?2", &[&fork, &version])
    }

    fn release_of(&self, hash: &str) -> Answer<Option<Release>> {
        let sql = "SELECT r.body FROM build_hashes h JOIN releases r \
                   ON r.fork = h.fork AND r.version = h.version WHERE h.hash = ?1";
        self.body(sql, &[&hash])
    }

    fn releases(&self, limit: usize, offset: usize) -> Answer<Vec<Release>> {
        let sql = "SELECT body FROM releases ORDER BY seq DESC LIMIT ?1 OFFSET ?2";
        self.bodies(sql, &[&size(limit), &size(offset)])
    }

    fn release_count(&self) -> Answer<u64> {
        let numbers = self.numbers("SELECT COUNT(*) FROM releases", &[])?;
        Ok(numbers.first().map_or(0, |[number]| count(*number)))
    }

    fn fork(&self, name: &str) -> Answer<Option<Fork>> {
        self.body("SELECT body FROM forks WHERE name = ?1", &[&name])
    }

    fn forks(&self) -> Answer<Vec<Fork>> {
        self.bodies("SELECT body FROM forks ORDER BY name", &[])
    }

    fn number(&self, name: &str) -> Answer<Option<i64>> {
        let numbers = self.numbers("SELECT number FROM numbers WHERE name = ?1", &[&name])?;
        Ok(numbers.first().map(|[number]| *number))
    }

    fn dns_name(&self, name: &str) -> Answer<Option<NameRow>> {
        self.body("SELECT body FROM dns_names WHERE name = ?1", &[&name])
    }
}

/// Puts or removes all tags of a node, and counts them.
fn tag(tables: &impl Tables, node: &NodeRow, step: i64) -> Answer<()> {
    let status = node.status.code();
    let change = if step > 0 {
        "INSERT INTO tags (kind, value, status, id) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM tags WHERE kind = ?1 AND value = ?2 AND status = ?3 AND id = ?4"
    };
    let count = "INSERT INTO tag_counts AS c (kind, value, status, number) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (kind, value, status) DO UPDATE SET number = c.number + excluded.number";
    let empty =
        "DELETE FROM tag_counts WHERE kind = ?1 AND value = ?2 AND status = ?3 AND number = 0";
    for (kind, value) in node.tags() {
        let kind = kind.code();
        tables.execute(change, &[&kind, &value, &status, &node.id])?;
        tables.execute(count, &[&kind, &value, &status, &step])?;
        if step < 0 {
            tables.execute(empty, &[&kind, &value, &status])?;
        }
    }
    Ok(())
}

impl<D: Tables> Writes for D {
    fn put_node(&mut self, before: Option<&NodeRow>, after: &NodeRow) -> Answer<()> {
        let (id, next_ms, body) = (&after.id, &after.next_ms, print(after)?);
        // SQLite rewrites the index of a column that is set, even if its value stays.
        if before.is_some_and(|before| before.hostname == after.hostname) {
            let sql = "UPDATE nodes SET next_ms = ?2, body = ?3 WHERE id = ?1";
            self.execute(sql, &[id, next_ms, &body])?;
        } else {
            let sql = "INSERT INTO nodes (id, hostname, next_ms, body) VALUES (?1, ?2, ?3, ?4) \
                       ON CONFLICT (id) DO UPDATE SET hostname = excluded.hostname, \
                       next_ms = excluded.next_ms, body = excluded.body";
            self.execute(sql, &[id, &after.hostname, next_ms, &body])?;
        }
        let is_same =
            before.is_some_and(|before| before.status == after.status && before.has_tags_of(after));
        if !is_same {
            if let Some(before) = before {
                tag(self, before, -1)?;
            }
            tag(self, after, 1)?;
        }
        Ok(())
    }

    fn forget_node(&mut self, node: &NodeRow) -> Answer<()> {
        tag(self, node, -1)?;
        self.execute("DELETE FROM chains WHERE id = ?1", &[&node.id])?;
        self.execute("DELETE FROM nodes WHERE id = ?1", &[&node.id])
    }

    fn due(&mut self, now_ms: i64, limit: usize) -> Answer<Vec<NodeRow>> {
        let sql = "SELECT body FROM nodes WHERE next_ms <= ?1 ORDER BY next_ms LIMIT ?2";
        self.bodies(&format!("{sql}{}", D::ALONE), &[&now_ms, &size(limit)])
    }

    fn put_chain(&mut self, id: &str, chain: &[String]) -> Answer<()> {
        let sql = "INSERT INTO chains (id, log) VALUES (?1, ?2) \
                   ON CONFLICT (id) DO UPDATE SET log = excluded.log";
        self.execute(sql, &[&id, &print(chain)?])
    }

    fn put_release(&mut self, release: &Release) -> Answer<()> {
        let (fork, version) = (&release.fork, &release.version);
        let sql = "INSERT INTO releases (fork, version, body) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (fork, version) DO UPDATE SET body = excluded.body";
        self.execute(sql, &[fork, version, &print(release)?])?;
        let sql = "DELETE FROM build_hashes WHERE fork = ?1 AND version = ?2";
        self.execute(sql, &[fork, version])?;
        for hash in &release.hashes {
            let sql = "INSERT INTO build_hashes (hash, fork, version) VALUES (?1, ?2, ?3) \
                       ON CONFLICT (hash) DO UPDATE SET fork = excluded.fork, version = excluded.version";
            self.execute(sql, &[hash, fork, version])?;
        }
        Ok(())
    }

    fn put_fork(&mut self, fork: &Fork) -> Answer<()> {
        let sql = "INSERT INTO forks (name, body) VALUES (?1, ?2) \
                   ON CONFLICT (name) DO UPDATE SET body = excluded.body";
        self.execute(sql, &[&fork.name, &print(fork)?])
    }

    fn put_number(&mut self, name: &str, number: i64, until_ms: Option<i64>) -> Answer<()> {
        let sql = "INSERT INTO numbers (name, number, until_ms) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (name) DO UPDATE SET number = excluded.number, until_ms = excluded.until_ms";
        self.execute(sql, &[&name, &number, &until_ms])
    }

    fn forget_numbers(&mut self, now_ms: i64) -> Answer<()> {
        self.execute("DELETE FROM numbers WHERE until_ms <= ?1", &[&now_ms])
    }

    fn put_dns_name(&mut self, row: &NameRow) -> Answer<()> {
        let sql = "INSERT INTO dns_names (name, due_ms, body) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (name) DO UPDATE SET due_ms = excluded.due_ms, body = excluded.body";
        self.execute(sql, &[&row.name, &row.due_ms, &print(row)?])
    }

    fn due_dns_names(&mut self, now_ms: i64, limit: usize) -> Answer<Vec<NameRow>> {
        let sql = "SELECT body FROM dns_names WHERE due_ms <= ?1 ORDER BY due_ms LIMIT ?2";
        self.bodies(&format!("{sql}{}", D::ALONE), &[&now_ms, &size(limit)])
    }

    fn forget_dns_name(&mut self, name: &str) -> Answer<()> {
        self.execute("DELETE FROM dns_names WHERE name = ?1", &[&name])
    }
}
