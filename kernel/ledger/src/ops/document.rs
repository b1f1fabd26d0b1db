//! The table of operations as a document: `docs/operations.json`, from which other verifiers read it, and which
//! `imajin verify --operations` reads where somebody has a newer one.
//!
//! Always: what is written reads back as the same table. A document never changes what the kernel's own operations are.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::{Bound, By, Class, Derivation, Equal, KERNEL_OPS, OpSpec, OpTable, Place};

/// The only version of the document that there is.
const VERSION: u64 = 1;
/// The operations of every service of this repository.
const PUBLISHED: &str = include_str!("../../../../docs/operations.json");

/// Why a document is no table of operations.
#[derive(Debug, thiserror::Error)]
pub enum OpTableError {
    /// It is no JSON of this form.
    #[error("not a table of operations: {0}")]
    Form(#[from] serde_json::Error),
    /// Another version.
    #[error("version {0} of the table of operations; this program reads {VERSION}")]
    Version(u64),
    /// The program's own does not read.
    #[error(transparent)]
    Unpublished(Unpublished),
    /// A row that no table can have.
    #[error("operation {op:?}: {what}")]
    Row {
        /// Which.
        op: String,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// The table that the program was built with does not read: what it knows is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the table of operations in this program cannot be read ({0}): the program is damaged or was built wrong; install it again"
)]
pub struct Unpublished(String);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<R> {
    v: u64,
    operations: Vec<R>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    op: String,
    by: By,
    /// The class of its body; none where it has no body.
    body: Option<Class>,
    bound: Bound,
    derives: Vec<Follows>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Follows {
    op: String,
    place: Place,
    at_most: u32,
    equal: Vec<Equal>,
}

impl OpTable {
    /// The table that this repository publishes: the kernel's operations and those of every service.
    ///
    /// # Errors
    /// Where the document in this program does not read. No smaller table stands in for it: with one, what is known
    /// would be refused as unknown.
    pub fn published() -> Result<&'static Self, Unpublished> {
        static TABLE: OnceLock<Result<OpTable, Unpublished>> = OnceLock::new();
        let read = TABLE.get_or_init(|| Self::from_program(PUBLISHED));
        read.as_ref().map_err(Clone::clone)
    }

    fn from_program(text: &str) -> Result<Self, Unpublished> {
        Self::from_json(text).map_err(|error| Unpublished(error.to_string()))
    }

    /// This table and the published one, which has the operations of services that are not mounted, too.
    ///
    /// # Errors
    /// As [`OpTable::published`].
    pub fn with_published(&self) -> Result<Self, Unpublished> {
        let mut all = Self::published()?.0.clone();
        all.extend(&self.0);
        Ok(Self(all))
    }

    /// Reads a document. Its rows live as long as the program: a program reads one or two.
    pub fn from_json(text: &str) -> Result<Self, OpTableError> {
        let document: Document<Row> = serde_json::from_str(text)?;
        if document.v != VERSION {
            return Err(OpTableError::Version(document.v));
        }
        let mut rows = HashMap::new();
        for row in document.operations {
            let spec: &'static OpSpec = Box::leak(Box::new(row.into_spec()?));
            if rows.insert(spec.op, spec).is_some() {
                return Err(wrong(spec.op, "it has two rows"));
            }
        }
        let known: HashSet<&str> = rows.keys().copied().collect();
        for spec in rows.values() {
            if let Some(unknown) = spec.derives.iter().find(|d| !known.contains(d.op)) {
                return Err(wrong(unknown.op, "it follows from another and has no row"));
            }
        }
        for ours in KERNEL_OPS {
            let same = |spec: &&OpSpec| {
                (spec.by, spec.body, spec.class, spec.bound)
                    == (ours.by, ours.body, ours.class, ours.bound)
            };
            if !rows.get(ours.op).is_some_and(same) {
                return Err(wrong(
                    ours.op,
                    "the row differs from what this program does",
                ));
            }
        }
        Ok(Self(rows))
    }

    /// Reads somebody's newer document. What this program knows it may not say otherwise: a table adds.
    ///
    /// # Errors
    /// As [`OpTable::from_json`]; where a row differs in `by`, `body` or `bound` from the published one, lacks what derives
    /// from it there, or lets more of `auth` follow; or where the published table does not read.
    pub fn newer(text: &str) -> Result<Self, OpTableError> {
        let table = Self::from_json(text)?;
        let published = Self::published().map_err(OpTableError::Unpublished)?;
        for ours in published.iter() {
            // An operation that a table lacks is unknown by it.
            let Some(theirs) = table.get(ours.op) else {
                continue;
            };
            let what = |spec: &OpSpec| (spec.by, spec.body, spec.class, spec.bound);
            if what(ours) != what(theirs) {
                return Err(wrong(ours.op, "the row says otherwise than this program"));
            }
            if !ours.derives.iter().all(|d| theirs.derives.contains(d)) {
                return Err(wrong(
                    ours.op,
                    "what follows is not what this program knows",
                ));
            }
            let is_more = |d: &Derivation| d.op.starts_with("auth.") && !ours.derives.contains(d);
            if theirs.derives.iter().any(is_more) {
                return Err(wrong(
                    ours.op,
                    "more of auth follows than this program knows",
                ));
            }
        }
        Ok(table)
    }

    /// The document: a row a line, by name.
    pub fn to_json(&self) -> Result<String, OpTableError> {
        let mut specs: Vec<&OpSpec> = self.iter().collect();
        specs.sort_by_key(|spec| spec.op);
        let rows: Result<Vec<String>, _> = specs
            .into_iter()
            .map(|spec| serde_json::to_string(&Row::of(spec)))
            .collect();
        Ok(format!(
            "{{\"v\":{VERSION},\"operations\":[\n{}\n]}}\n",
            rows?.join(",\n")
        ))
    }
}

impl Row {
    fn of(spec: &OpSpec) -> Self {
        let follows = |derivation: &Derivation| Follows {
            op: derivation.op.to_owned(),
            place: derivation.place,
            at_most: derivation.at_most,
            equal: derivation.equal.to_vec(),
        };
        let mut derives: Vec<Follows> = spec.derives.iter().map(follows).collect();
        derives.sort_by(|a, b| a.op.cmp(&b.op));
        Self {
            op: spec.op.to_owned(),
            by: spec.by,
            body: spec.body.then_some(spec.class),
            bound: spec.bound,
            derives,
        }
    }

    fn into_spec(self) -> Result<OpSpec, OpTableError> {
        if !imajin_protocol::naming::is_op(&self.op) {
            return Err(wrong(&self.op, "this is no name of an operation"));
        }
        if self.body.is_none() && self.bound != Bound::Nothing {
            return Err(wrong(&self.op, "it has no body that could be bound"));
        }
        if self.body.is_some() && self.by == By::Derived && self.bound == Bound::Nothing {
            return Err(wrong(&self.op, "it is derived, and nothing binds its body"));
        }
        let mut names = HashSet::new();
        for follows in &self.derives {
            if follows.at_most == 0 || follows.equal.len() > 1 || !names.insert(&*follows.op) {
                return Err(wrong(&self.op, "what follows from it is of another form"));
            }
        }
        let derives = self.derives.into_iter().map(|follows| Derivation {
            op: leak(follows.op),
            place: follows.place,
            at_most: follows.at_most,
            equal: Vec::leak(follows.equal),
        });
        Ok(OpSpec {
            op: leak(self.op),
            by: self.by,
            body: self.body.is_some(),
            class: self.body.unwrap_or(Class::Keep),
            bound: self.bound,
            derives: Vec::leak(derives.collect()),
        })
    }
}

fn leak(text: String) -> &'static str {
    String::leak(text)
}

fn wrong(op: &str, what: &'static str) -> OpTableError {
    OpTableError::Row {
        op: op.to_owned(),
        what,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_table_reads_back_as_it_was_written() {
        let text = OpTable::new([]).to_json().unwrap();
        let again = OpTable::from_json(&text).unwrap();
        assert_eq!(again.to_json().unwrap(), text);
        for spec in KERNEL_OPS {
            assert_eq!(again.get(spec.op), Some(spec));
        }
    }

    #[test]
    fn the_published_table_reads_and_binds_every_derived_body() {
        let table = OpTable::from_json(PUBLISHED).unwrap();
        for spec in table.iter() {
            for derived in spec.derives.iter().filter_map(|d| table.get(d.op)) {
                assert_eq!(
                    derived.body,
                    derived.bound != Bound::Nothing,
                    "{}",
                    derived.op
                );
            }
        }
    }

    #[test]
    fn a_table_in_the_program_that_does_not_read_is_an_error_and_no_smaller_table() {
        let shorter = PUBLISHED.get(..PUBLISHED.len() / 2).unwrap();
        for text in ["", "{}", shorter, r#"{"v":1,"operations":[]}"#] {
            let error = OpTable::from_program(text).unwrap_err();
            let said = error.to_string();
            assert!(said.contains("table of operations"), "{said}");
            assert!(said.contains("install it again"), "{said}");
        }
        let whole = OpTable::new([]).with_published().unwrap();
        assert!(whole.get("profile.update").is_some());
    }

    #[test]
    fn a_table_cannot_change_what_the_kernel_does() {
        let text = OpTable::new([]).to_json().unwrap();
        let row = r#""op":"auth.body.erased","by":"own_key""#;
        assert!(text.contains(row));
        let other = text.replace(row, r#""op":"auth.body.erased","by":"any""#);
        assert!(matches!(
            OpTable::from_json(&other),
            Err(OpTableError::Row { .. })
        ));
        assert!(OpTable::from_json(r#"{"v":1,"operations":[]}"#).is_err());
        assert!(OpTable::from_json(r#"{"v":2,"operations":[]}"#).is_err());
    }
}
