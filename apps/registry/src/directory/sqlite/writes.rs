//! Writing.

use imajin_relay::storage::Answer;
use rusqlite::types::ToSql;
use rusqlite::{Connection, params};

use super::reads::bodies;
use super::{print, size};
use crate::directory::rows::NameRow;
use crate::directory::rows::{Fork, NodeRow, Release};
use crate::directory::store::Writes;

fn run(connection: &Connection, sql: &str, params: &[&dyn ToSql]) -> Answer<()> {
    connection.prepare_cached(sql)?.execute(params)?;
    Ok(())
}

/// Puts or removes all tags of a node, and counts them.
fn tag(connection: &Connection, node: &NodeRow, step: i64) -> Answer<()> {
    let status = node.status.code();
    let change = if step > 0 {
        "INSERT OR REPLACE INTO tags (kind, value, status, id) VALUES (?1, ?2, ?3, ?4)"
    } else {
        "DELETE FROM tags WHERE kind = ?1 AND value = ?2 AND status = ?3 AND id = ?4"
    };
    let count = "INSERT INTO tag_counts (kind, value, status, number) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT DO UPDATE SET number = number + excluded.number";
    let empty =
        "DELETE FROM tag_counts WHERE kind = ?1 AND value = ?2 AND status = ?3 AND number = 0";
    for (kind, value) in node.tags() {
        run(
            connection,
            change,
            params![kind.code(), value, status, node.id],
        )?;
        run(connection, count, params![kind.code(), value, status, step])?;
        if step < 0 {
            run(connection, empty, params![kind.code(), value, status])?;
        }
    }
    Ok(())
}

impl Writes for Connection {
    fn put_node(&mut self, before: Option<&NodeRow>, after: &NodeRow) -> Answer<()> {
        let (id, body) = (&after.id, print(after)?);
        // SQLite rewrites the index of a column that is set, even if its value stays.
        if before.is_some_and(|before| before.hostname == after.hostname) {
            let sql = "UPDATE nodes SET next_ms = ?2, body = ?3 WHERE id = ?1";
            run(self, sql, params![id, after.next_ms, body])?;
        } else {
            let sql = "INSERT INTO nodes (id, hostname, next_ms, body) VALUES (?1, ?2, ?3, ?4) \
                       ON CONFLICT (id) DO UPDATE SET hostname = excluded.hostname, \
                       next_ms = excluded.next_ms, body = excluded.body";
            run(self, sql, params![id, after.hostname, after.next_ms, body])?;
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
        run(self, "DELETE FROM chains WHERE id = ?1", params![node.id])?;
        run(self, "DELETE FROM nodes WHERE id = ?1", params![node.id])
    }

    fn due(&mut self, now_ms: i64, limit: usize) -> Answer<Vec<NodeRow>> {
        let sql = "SELECT body FROM nodes WHERE next_ms <= ?1 ORDER BY next_ms LIMIT ?2";
        bodies(self, sql, params![now_ms, size(limit)])
    }

    fn put_chain(&mut self, id: &str, chain: &[String]) -> Answer<()> {
        let sql = "INSERT INTO chains (id, log) VALUES (?1, ?2) \
                   ON CONFLICT DO UPDATE SET log = excluded.log";
        run(self, sql, params![id, print(&chain)?])
    }

    fn put_release(&mut self, release: &Release) -> Answer<()> {
        let (fork, version) = (&release.fork, &release.version);
        let sql = "INSERT INTO releases (fork, version, body) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (fork, version) DO UPDATE SET body = excluded.body";
        run(self, sql, params![fork, version, print(release)?])?;
        let sql = "DELETE FROM build_hashes WHERE fork = ?1 AND version = ?2";
        run(self, sql, params![fork, version])?;
        for hash in &release.hashes {
            let sql = "INSERT INTO build_hashes (hash, fork, version) VALUES (?1, ?2, ?3) \
                       ON CONFLICT DO UPDATE SET fork = excluded.fork, version = excluded.version";
            run(self, sql, params![hash, fork, version])?;
        }
        Ok(())
    }

    fn put_fork(&mut self, fork: &Fork) -> Answer<()> {
        let sql = "INSERT INTO forks (name, body) VALUES (?1, ?2) \
                   ON CONFLICT DO UPDATE SET body = excluded.body";
        run(self, sql, params![fork.name, print(fork)?])
    }

    fn put_number(&mut self, name: &str, number: i64, until_ms: Option<i64>) -> Answer<()> {
        let sql = "INSERT INTO numbers (name, number, until_ms) VALUES (?1, ?2, ?3) \
                   ON CONFLICT DO UPDATE SET number = excluded.number, until_ms = excluded.until_ms";
        run(self, sql, params![name, number, until_ms])
    }

    fn forget_numbers(&mut self, now_ms: i64) -> Answer<()> {
        run(
            self,
            "DELETE FROM numbers WHERE until_ms <= ?1",
            params![now_ms],
        )
    }
    fn put_dns_name(&mut self, row: &NameRow) -> Answer<()> {
        let sql = "INSERT INTO dns_names (name, due_ms, body) VALUES (?1, ?2, ?3) \
                   ON CONFLICT DO UPDATE SET due_ms = excluded.due_ms, body = excluded.body";
        run(self, sql, params![row.name, row.due_ms, print(row)?])
    }

    fn due_dns_names(&mut self, now_ms: i64, limit: usize) -> Answer<Vec<NameRow>> {
        let sql = "SELECT body FROM dns_names WHERE due_ms <= ?1 ORDER BY due_ms LIMIT ?2";
        bodies(self, sql, params![now_ms, size(limit)])
    }

    fn forget_dns_name(&mut self, name: &str) -> Answer<()> {
        run(self, "DELETE FROM dns_names WHERE name = ?1", params![name])
    }
}
