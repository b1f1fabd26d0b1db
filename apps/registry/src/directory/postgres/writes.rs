//! Writing.

use super::{Session, print};
use crate::directory::rows::NameRow;
use crate::directory::rows::{Fork, NodeRow, Release};
use crate::directory::store::Writes;
use imajin_relay::storage::Answer;

impl Session {
    /// Puts or removes all tags of a node, and counts them.
    fn tag(&self, node: &NodeRow, step: i64) -> Answer<()> {
        let status = node.status.code();
        let change = if step > 0 {
            "INSERT INTO tags (kind, value, status, id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
        } else {
            "DELETE FROM tags WHERE kind = $1 AND value = $2 AND status = $3 AND id = $4"
        };
        let count = "INSERT INTO tag_counts AS c (kind, value, status, number) VALUES ($1, $2, $3, $4) \
                     ON CONFLICT (kind, value, status) DO UPDATE SET number = c.number + excluded.number";
        let empty =
            "DELETE FROM tag_counts WHERE kind = $1 AND value = $2 AND status = $3 AND number = 0";
        for (kind, value) in node.tags() {
            let kind = kind.code();
            self.run(change, &[&kind, &value, &status, &node.id])?;
            self.run(count, &[&kind, &value, &status, &step])?;
            if step < 0 {
                self.run(empty, &[&kind, &value, &status])?;
            }
        }
        Ok(())
    }
}

impl Writes for Session {
    fn put_node(&mut self, before: Option<&NodeRow>, after: &NodeRow) -> Answer<()> {
        let sql = "INSERT INTO nodes (id, hostname, next_ms, body) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (id) DO UPDATE SET hostname = excluded.hostname, \
                   next_ms = excluded.next_ms, body = excluded.body";
        let body = print(after)?;
        self.run(sql, &[&after.id, &after.hostname, &after.next_ms, &body])?;
        let is_same =
            before.is_some_and(|before| before.status == after.status && before.has_tags_of(after));
        if !is_same {
            if let Some(before) = before {
                self.tag(before, -1)?;
            }
            self.tag(after, 1)?;
        }
        Ok(())
    }

    fn forget_node(&mut self, node: &NodeRow) -> Answer<()> {
        self.tag(node, -1)?;
        self.run("DELETE FROM chains WHERE id = $1", &[&node.id])?;
        self.run("DELETE FROM nodes WHERE id = $1", &[&node.id])
    }

    fn due(&mut self, now_ms: i64, limit: usize) -> Answer<Vec<NodeRow>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        // SKIP LOCKED leaves out the rows that another registry process is updating.
        let sql = "SELECT body FROM nodes WHERE next_ms <= $1 ORDER BY next_ms LIMIT $2 FOR UPDATE SKIP LOCKED";
        self.bodies(sql, &[&now_ms, &limit])
    }

    fn put_chain(&mut self, id: &str, chain: &[String]) -> Answer<()> {
        let sql = "INSERT INTO chains (id, log) VALUES ($1, $2) \
                   ON CONFLICT (id) DO UPDATE SET log = excluded.log";
        self.run(sql, &[&id, &print(&chain)?])
    }

    fn put_release(&mut self, release: &Release) -> Answer<()> {
        let (fork, version) = (&release.fork, &release.version);
        let sql = "INSERT INTO releases (fork, version, body) VALUES ($1, $2, $3) \
                   ON CONFLICT (fork, version) DO UPDATE SET body = excluded.body";
        self.run(sql, &[fork, version, &print(release)?])?;
        let sql = "DELETE FROM build_hashes WHERE fork = $1 AND version = $2";
        self.run(sql, &[fork, version])?;
        for hash in &release.hashes {
            let sql = "INSERT INTO build_hashes (hash, fork, version) VALUES ($1, $2, $3) \
                       ON CONFLICT (hash) DO UPDATE SET fork = excluded.fork, version = excluded.version";
            self.run(sql, &[hash, fork, version])?;
        }
        Ok(())
    }

    fn put_fork(&mut self, fork: &Fork) -> Answer<()> {
        let sql = "INSERT INTO forks (name, body) VALUES ($1, $2) \
                   ON CONFLICT (name) DO UPDATE SET body = excluded.body";
        self.run(sql, &[&fork.name, &print(fork)?])
    }

    fn put_number(&mut self, name: &str, number: i64, until_ms: Option<i64>) -> Answer<()> {
        let sql = "INSERT INTO numbers (name, number, until_ms) VALUES ($1, $2, $3) \
                   ON CONFLICT (name) DO UPDATE SET number = excluded.number, until_ms = excluded.until_ms";
        self.run(sql, &[&name, &number, &until_ms])
    }

    fn forget_numbers(&mut self, now_ms: i64) -> Answer<()> {
        self.run("DELETE FROM numbers WHERE until_ms <= $1", &[&now_ms])
    }

    fn put_dns_name(&mut self, row: &NameRow) -> Answer<()> {
        let sql = "INSERT INTO dns_names (name, due_ms, body) VALUES ($1, $2, $3) \
                   ON CONFLICT (name) DO UPDATE SET due_ms = excluded.due_ms, body = excluded.body";
        self.run(sql, &[&row.name, &row.due_ms, &print(row)?])
    }

    fn due_dns_names(&mut self, now_ms: i64, limit: usize) -> Answer<Vec<NameRow>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = "SELECT body FROM dns_names WHERE due_ms <= $1 ORDER BY due_ms LIMIT $2 FOR UPDATE SKIP LOCKED";
        self.bodies(sql, &[&now_ms, &limit])
    }

    fn forget_dns_name(&mut self, name: &str) -> Answer<()> {
        self.run("DELETE FROM dns_names WHERE name = $1", &[&name])
    }
}
