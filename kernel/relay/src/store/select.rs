//! A builder of statements: conditions joined by AND, and pages by key or by time.
//!
//! Always: text from a request is a parameter, never part of the statement.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use crate::page::{OrderBy, Page};
use crate::store::Answer;

/// A statement in the making.
pub(super) struct Select {
    conditions: Vec<String>,
    params: Vec<Value>,
    order: String,
}

impl Select {
    pub(super) fn new() -> Self {
        Self { conditions: Vec::new(), params: Vec::new(), order: String::new() }
    }

    /// Adds a condition in which each `?` is the next parameter.
    pub(super) fn add_condition(
        &mut self,
        condition: &str,
        params: impl IntoIterator<Item = Value>,
    ) {
        let mut numbered = String::new();
        let mut params = params.into_iter();
        for part in condition.split_inclusive('?') {
            match part.strip_suffix('?') {
                None => numbered.push_str(part),
                Some(text) => {
                    self.params.extend(params.next());
                    numbered.push_str(&format!("{text}?{}", self.params.len()));
                }
            }
        }
        self.conditions.push(numbered);
    }

    pub(super) fn equal(&mut self, column: &str, value: Option<&String>) {
        if let Some(value) = value {
            self.add_condition(&format!("{column} = ?"), [Value::from(value.clone())]);
        }
    }

    /// Orders by key ascending, or by time descending and then by key.
    pub(super) fn page(&mut self, page: &Page, key: &str, table: &str) {
        match page {
            Page::Key(after) => {
                if let Some(after) = after {
                    self.add_condition(&format!("{key} > ?"), [Value::from(after.clone())]);
                }
                self.order = key.to_owned();
            }
            Page::Time(by, after) => {
                let time = format!("{table}{}", column(*by));
                self.before(&time, key, after.as_ref());
            }
        }
    }

    pub(super) fn before(&mut self, time: &str, key: &str, after: Option<&(String, String)>) {
        if let Some((at, after)) = after {
            // The first part lets the index begin at the cursor, the second leaves out what was shown.
            let (at, after) = (Value::from(at.clone()), Value::from(after.clone()));
            self.add_condition(&format!("{time} <= ?"), [at.clone()]);
            self.add_condition(&format!("({time} < ? OR {key} > ?)"), [at, after]);
        }
        self.order = format!("{time} DESC, {key}");
    }

    pub(super) fn order(&mut self, order: &str) {
        self.order = order.to_owned();
    }

    fn finish(&self, from: &str, limit: usize) -> String {
        let conditions =
            if self.conditions.is_empty() { "1".to_owned() } else { self.conditions.join(" AND ") };
        let order = &self.order;
        format!("SELECT {from} WHERE {conditions} ORDER BY {order} LIMIT {limit}")
    }

    pub(super) fn rows<T>(
        &self,
        connection: &Connection,
        from: &str,
        limit: usize,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Answer<Vec<T>> {
        let mut statement = connection.prepare_cached(&self.finish(from, limit))?;
        let rows = statement.query_map(params_from_iter(&self.params), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// The column that a list is ordered by.
pub(super) fn column(by: OrderBy) -> &'static str {
    match by {
        OrderBy::Genesis => "genesis_at",
        OrderBy::Head => "head_at",
        OrderBy::Created => "created_at",
        OrderBy::Ingested => "ingested_at",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::OperationQuery;
    use crate::store::SCHEMA;
    use crate::store::lists::Part;

    /// The plan of a page of operations after a cursor.
    fn plan(part: Part, by: OrderBy) -> String {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(SCHEMA.sql).unwrap();
        let query = OperationQuery {
            kind: None,
            chain_id: Some("x".to_owned()).filter(|_| part != Part::All),
            by,
            after: Some(("2026-01-01T00:00:00.000Z".to_owned(), "b".to_owned())),
            limit: 10,
        };
        let select = part.select(&query, 1, column(by));
        let sql = select.finish("cid, kind, chain_id, created_at, ingested_at FROM operations", 10);
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let rows = statement.query_map(params_from_iter(&select.params), |row| row.get(3));
        let lines: Vec<String> = rows.unwrap().collect::<Result<_, _>>().unwrap();
        lines.join("\n")
    }

    #[test]
    fn pages_by_time_begin_at_the_cursor_and_are_not_sorted() {
        for (part, by, index) in [
            (Part::All, OrderBy::Created, "operations_created"),
            (Part::All, OrderBy::Ingested, "operations_ingested"),
            (Part::Late, OrderBy::Created, "operations_late_created"),
            (Part::Late, OrderBy::Ingested, "operations_late_ingested"),
        ] {
            let plan = plan(part, by);
            assert!(plan.contains(&format!("INDEX {index} ")), "{plan}");
            assert!(plan.contains(&format!("{}<?", column(by))), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
    }

    #[test]
    fn of_a_chain_only_the_early_ones_are_sorted() {
        let plan = plan(Part::Early, OrderBy::Created);
        assert!(plan.contains("USING INTEGER PRIMARY KEY (rowid=?)"), "{plan}");
        assert!(plan.contains("INDEX operations_chain ("), "{plan}");
    }

    #[test]
    fn a_chain_in_the_order_of_arrival_is_not_sorted() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(SCHEMA.sql).unwrap();
        let sql = "EXPLAIN QUERY PLAN SELECT cid, token, kind, chain_id FROM operations \
                   WHERE chain_id = 'x' AND kind = 1 AND seq > 3 ORDER BY seq LIMIT 10";
        let plan: String = connection.query_row(sql, [], |row| row.get(3)).unwrap();
        assert!(plan.contains("INDEX operations_chain (") && plan.contains("seq>?"), "{plan}");
    }
}
