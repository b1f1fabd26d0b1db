//! The table of operations as a document: `docs/operations.json`, from which other verifiers read it. `imajin verify
//! --operations` reads a newer one.
//!
//! Always: a written table reads back as the same table. A document never changes the kernel's own operations.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::{
    BODY_ERASED, Bound, Derivation, EntryField, Equal, ErasableBy, ErasureScope, KERNEL_OPS,
    MemberSource, OpSpec, OpTable, RequiredAuthority, Source, TargetLog, leak,
};

/// The document's only version so far.
const VERSION: u64 = 1;
/// The operations of every service of this repository.
const PUBLISHED: &str = include_str!("../../../../docs/operations.json");

/// Why a document is not a table of operations.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum OpTableError {
    #[error("not a table of operations: {0}")]
    Form(#[from] serde_json::Error),
    #[error("version {0} of the table of operations; this program reads {VERSION}")]
    Version(u64),
    #[error(transparent)]
    Unpublished(Unpublished),
    #[error("operation {op:?}: {what}")]
    Row { op: String, what: &'static str },
}

/// The table that the program was built with is unreadable, so the program knows no operations.
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
    by: RequiredAuthority,
    /// The people who may erase its body; `None` if it has no body.
    body: Option<ErasableBy>,
    bound: Bound,
    derives: Vec<Follows>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Follows {
    op: String,
    #[serde(rename = "place")]
    target: TargetLog,
    at_most: u32,
    equal: Vec<Equal>,
    /// Members of its fact, and their sources.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    members: BTreeMap<String, String>,
    /// The fields that the home chooses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    own: Vec<String>,
    /// The bodies that an erasure may name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    erases: Vec<Scope>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scope {
    ops: Vec<String>,
    /// Fields of an entry, and the fields of the intent that they equal.
    equal: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    below: Option<String>,
}

impl OpTable {
    /// Returns the table that this repository publishes: the kernel's operations and those of every service.
    ///
    /// # Errors
    /// The document in this program is unreadable. A smaller table does not replace it: known operations would be
    /// refused as unknown.
    pub fn published() -> Result<&'static Self, Unpublished> {
        static TABLE: OnceLock<Result<OpTable, Unpublished>> = OnceLock::new();
        let read = TABLE.get_or_init(|| Self::from_program(PUBLISHED));
        read.as_ref().map_err(Clone::clone)
    }

    fn from_program(text: &str) -> Result<Self, Unpublished> {
        Self::from_json(text).map_err(|error| Unpublished(error.to_string()))
    }

    /// Returns this table and the published one, which also has the operations of services that are not mounted.
    pub fn with_published(&self) -> Result<Self, Unpublished> {
        let mut all = Self::published()?.0.clone();
        all.extend(&self.0);
        Ok(Self(all))
    }

    /// Reads a document. Its rows live as long as the program, which reads one or two.
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
        let op_names: HashSet<&str> = rows.keys().copied().collect();
        for spec in rows.values() {
            if let Some(unknown) = spec.derives.iter().find(|d| !op_names.contains(d.op)) {
                return Err(wrong(unknown.op, "it follows from another and has no row"));
            }
        }
        let derived = rows.values().flat_map(|spec| spec.derives);
        for spec in derived.filter_map(|derivation| rows.get(derivation.op)) {
            if spec.body && spec.bound == Bound::Nothing {
                return Err(wrong(spec.op, "it follows from another, and nothing binds its body"));
            }
        }
        for ours in KERNEL_OPS {
            let same = |spec: &&OpSpec| {
                (spec.by, spec.body, spec.erasable_by, spec.bound)
                    == (ours.by, ours.body, ours.erasable_by, ours.bound)
            };
            if !rows.get(ours.op).is_some_and(same) {
                return Err(wrong(ours.op, "the row differs from what this program does"));
            }
        }
        Ok(Self(rows))
    }

    /// Reads a newer document. The document may add operations, and may not contradict this program's.
    ///
    /// # Errors
    /// The errors of [`OpTable::from_json`]; also if a row differs in `by`, `body` or `bound` from the published one,
    /// lacks a derivation that it has there, or lets more of `auth` follow, or if the published table is unreadable.
    pub fn newer(text: &str) -> Result<Self, OpTableError> {
        let table = Self::from_json(text)?;
        let published = Self::published().map_err(OpTableError::Unpublished)?;
        for ours in published.iter() {
            // A table may lack an operation, which it then does not know.
            let Some(theirs) = table.get(ours.op) else {
                continue;
            };
            let what = |spec: &OpSpec| (spec.by, spec.body, spec.erasable_by, spec.bound);
            if what(ours) != what(theirs) {
                return Err(wrong(ours.op, "the row contradicts this program"));
            }
            if !ours.derives.iter().all(|d| theirs.derives.contains(d)) {
                return Err(wrong(ours.op, "what follows is not what this program knows"));
            }
            let is_more = |d: &Derivation| d.op.starts_with("auth.") && !ours.derives.contains(d);
            if theirs.derives.iter().any(is_more) {
                return Err(wrong(ours.op, "more of auth follows than this program knows"));
            }
        }
        Ok(table)
    }

    /// Writes the document: a row a line, by name.
    pub fn to_json(&self) -> Result<String, OpTableError> {
        let mut specs: Vec<&OpSpec> = self.iter().collect();
        specs.sort_by_key(|spec| spec.op);
        let rows: Result<Vec<String>, _> =
            specs.into_iter().map(|spec| serde_json::to_string(&Row::from_spec(spec))).collect();
        Ok(format!("{{\"v\":{VERSION},\"operations\":[\n{}\n]}}\n", rows?.join(",\n")))
    }
}

impl Row {
    fn from_spec(spec: &OpSpec) -> Self {
        let follows = |derivation: &Derivation| Follows {
            op: derivation.op.to_owned(),
            target: derivation.target,
            at_most: derivation.at_most,
            equal: derivation.equal.to_vec(),
            members: derivation
                .members
                .iter()
                .map(|row| (row.member.to_owned(), row.from.name()))
                .collect(),
            own: derivation.own.iter().copied().map(str::to_owned).collect(),
            erases: derivation.erases.iter().map(Scope::from).collect(),
        };
        let mut derives: Vec<Follows> = spec.derives.iter().map(follows).collect();
        derives.sort_by(|a, b| a.op.cmp(&b.op));
        Self {
            op: spec.op.to_owned(),
            by: spec.by,
            body: spec.body.then_some(spec.erasable_by),
            bound: spec.bound,
            derives,
        }
    }

    fn into_spec(self) -> Result<OpSpec, OpTableError> {
        if !imajin_protocol::naming::is_op(&self.op) {
            return Err(wrong(&self.op, "this is not the name of an operation"));
        }
        if self.body.is_none() && self.bound != Bound::Nothing {
            return Err(wrong(&self.op, "it has no body to bind"));
        }
        if self.body.is_some()
            && self.by == RequiredAuthority::Derived
            && self.bound == Bound::Nothing
        {
            return Err(wrong(&self.op, "it is derived, and nothing binds its body"));
        }
        let mut names = HashSet::new();
        for follows in &self.derives {
            // One rule for `ref`, then the one for the fact.
            let is_equal_sound = match follows.equal[..] {
                [] | [_] => true,
                [first, second] => !first.is_of_fact() && second.is_of_fact(),
                _ => false,
            };
            let has_whole_fact = follows.equal.iter().any(|equal| equal.is_of_fact());
            let are_members_sound = follows.members.is_empty() || !has_whole_fact;
            let says_what_it_erases = follows.erases.is_empty() != (follows.op == BODY_ERASED);
            let is_sound =
                is_equal_sound && are_members_sound && says_what_it_erases && follows.at_most > 0;
            if !is_sound || !names.insert(&*follows.op) {
                return Err(wrong(&self.op, "its derivations contradict this program"));
            }
        }
        let mut derives = Vec::new();
        for follows in self.derives {
            let members = follows.members.into_iter().map(|(member, from)| {
                Some(MemberSource { from: Source::parse(&from)?, member: leak(member) })
            });
            let Some(members) = members.collect::<Option<Vec<_>>>() else {
                return Err(wrong(&self.op, "a member comes from where nothing is"));
            };
            let erases = follows.erases.into_iter().map(Scope::into_scope);
            let Some(erases) = erases.collect::<Option<Vec<_>>>() else {
                return Err(wrong(&self.op, "it erases what no entry is"));
            };
            derives.push(Derivation {
                op: leak(follows.op),
                target: follows.target,
                at_most: follows.at_most,
                equal: Vec::leak(follows.equal),
                members: Vec::leak(members),
                own: Vec::leak(follows.own.into_iter().map(leak).collect()),
                erases: Vec::leak(erases),
            });
        }
        Ok(OpSpec {
            op: leak(self.op),
            by: self.by,
            body: self.body.is_some(),
            erasable_by: self.body.unwrap_or(ErasableBy::Nobody),
            bound: self.bound,
            derives: Vec::leak(derives),
        })
    }
}

impl From<&ErasureScope> for Scope {
    fn from(scope: &ErasureScope) -> Self {
        let mut ops: Vec<String> = scope.ops.iter().copied().map(str::to_owned).collect();
        ops.sort_unstable();
        let equal = scope.equal.iter();
        Self {
            ops,
            equal: equal.map(|(field, of_intent)| (field.name(), of_intent.name())).collect(),
            below: scope.below.map(str::to_owned),
        }
    }
}

impl Scope {
    /// Returns the scope; `None` if it names no operation or field, or only some of what it needs.
    fn into_scope(self) -> Option<ErasureScope> {
        let is_whole_log = self.ops.is_empty() && self.equal.is_empty() && self.below.is_none();
        let is_limited = !self.ops.is_empty() && !self.equal.is_empty();
        let mut ops = self.ops.iter().chain(&self.below);
        if !(is_whole_log || is_limited) || !ops.all(|op| imajin_protocol::naming::is_op(op)) {
            return None;
        }
        let equal = self.equal.into_iter().map(|(field, of_intent)| {
            Some((EntryField::parse(field)?, EntryField::parse(of_intent)?))
        });
        Some(ErasureScope {
            ops: Vec::leak(self.ops.into_iter().map(leak).collect()),
            equal: Vec::leak(equal.collect::<Option<_>>()?),
            below: self.below.map(leak),
        })
    }
}

fn wrong(op: &str, what: &'static str) -> OpTableError {
    OpTableError::Row { op: op.to_owned(), what }
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
                assert_eq!(derived.body, derived.bound != Bound::Nothing, "{}", derived.op);
            }
        }
    }

    #[test]
    fn a_table_in_the_program_that_does_not_read_is_an_error_and_no_smaller_table() {
        let shorter = PUBLISHED.get(..PUBLISHED.len() / 2).unwrap();
        for text in ["", "{}", shorter, r#"{"v":1,"operations":[]}"#] {
            let error = OpTable::from_program(text).unwrap_err();
            let message = error.to_string();
            assert!(message.contains("table of operations"), "{message}");
            assert!(message.contains("install it again"), "{message}");
        }
        let whole = OpTable::new([]).with_published().unwrap();
        assert!(whole.get("profile.update").is_some());
    }

    #[test]
    fn what_must_be_equal_is_one_rule_for_ref_and_one_for_the_fact() {
        let with = |equal: &str| {
            let text = OpTable::new([]).to_json().unwrap();
            let rows = format!(
                r#",
{{"op":"talk.say","by":"any","body":"mine","bound":"nothing","derives":[{{"op":"talk.said","place":"parties","at_most":1,"equal":[{equal}]}}]}},
{{"op":"talk.said","by":"derived","body":"mine","bound":"intent","derives":[]}}
]}}"#
            );
            OpTable::from_json(&text.replace("\n]}", &rows))
        };
        for good in [
            "",
            r#""fact""#,
            r#""ref_is_intent_ref""#,
            r#""ref_is_intent_author","fact""#,
            r#""ref_is_intent_author","same_fact""#,
        ] {
            let table = with(good).unwrap();
            let again = OpTable::from_json(&table.to_json().unwrap()).unwrap();
            assert_eq!(again.get("talk.say"), table.get("talk.say"), "{good}");
            let row = table.get("talk.say").unwrap().derivation("talk.said").unwrap();
            assert_eq!(row.ties_the_fact(), good.contains("fact"));
        }
        for bad in [
            r#""fact","fact""#,
            r#""fact","ref_is_intent_ref""#,
            r#""ref_is_intent_did","ref_is_intent_ref""#,
            r#""ref_is_intent_did","ref_is_intent_ref","fact""#,
            r#""body""#,
        ] {
            assert!(with(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_table_cannot_change_what_the_kernel_does() {
        let text = OpTable::new([]).to_json().unwrap();
        let row = r#""op":"auth.body.erased","by":"own_key""#;
        assert!(text.contains(row));
        let other = text.replace(row, r#""op":"auth.body.erased","by":"any""#);
        assert!(matches!(OpTable::from_json(&other), Err(OpTableError::Row { .. })));
        assert!(OpTable::from_json(r#"{"v":1,"operations":[]}"#).is_err());
        assert!(OpTable::from_json(r#"{"v":2,"operations":[]}"#).is_err());
    }

    /// Returns the cells of the tables of docs/format.md §8, by the first line of each table.
    fn rows_of(page: &str, header: &str) -> Vec<Vec<String>> {
        let table = page.lines().skip_while(|line| *line != header).skip(2);
        table
            .take_while(|line| line.starts_with('|'))
            .map(|line| {
                let cells = line.trim_matches('|').split('|');
                cells.map(|cell| cell.trim().to_owned()).collect()
            })
            .collect()
    }

    fn by_of(spec: &OpSpec, published: &OpTable) -> String {
        let by = match spec.by {
            RequiredAuthority::Controller => "controller",
            RequiredAuthority::OwnKey => "own key",
            RequiredAuthority::Any => "any",
            RequiredAuthority::CustodialAtStart => "custodial, only at seq 0",
            RequiredAuthority::Node => "node",
            RequiredAuthority::Derived => return "derived".to_owned(),
        };
        let derives = |other: &OpSpec| other.derives.iter().any(|derived| derived.op == spec.op);
        if published.iter().any(derives) { format!("{by}, or derived") } else { by.to_owned() }
    }

    #[test]
    fn the_pages_tables_say_of_the_logs_own_operations_what_the_rules_do() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/format.md");
        let page = std::fs::read_to_string(page).unwrap();
        let published = OpTable::from_json(PUBLISHED).unwrap();
        let mut page_rows = Vec::new();
        for row in rows_of(&page, "| op | by | body | class | ref, fact |") {
            let [ops, by, body, class, _] = &row[..] else { panic!("{row:?}") };
            for op in ops.split(", ") {
                let has_body = body != "none";
                page_rows.push((
                    op.trim_matches('`').to_owned(),
                    by.clone(),
                    has_body,
                    class.clone(),
                ));
            }
        }
        let mut rules: Vec<_> = KERNEL_OPS
            .iter()
            .map(|spec| {
                let class = match (spec.body, spec.erasable_by) {
                    (false, _) => "–",
                    (true, ErasableBy::Nobody) => "keep",
                    (true, ErasableBy::Author) => "mine",
                    (true, ErasableBy::LogOwner) => "evidence",
                };
                let by = by_of(spec, &published);
                (spec.op.to_owned(), by, spec.body, class.to_owned())
            })
            .collect();
        page_rows.sort();
        rules.sort();
        assert_eq!(page_rows, rules);
    }

    #[test]
    fn the_pages_table_of_derivations_says_what_may_follow_from_the_logs_own_operations() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/format.md");
        let page = std::fs::read_to_string(page).unwrap();
        let mut page_rows =
            rows_of(&page, "| intent | may derive | in whose log | at most | equal |");
        let mut rules = Vec::new();
        for spec in KERNEL_OPS {
            for derived in spec.derives {
                let (place, each) = match derived.target {
                    TargetLog::Node => ("the node's (`aud`)", ""),
                    TargetLog::SameLog => ("the intent's", ""),
                    TargetLog::FactDids => ("each in `fact.dids`", " each"),
                    TargetLog::Parties => ("the parties'", " each"),
                };
                let most = match derived.at_most {
                    most @ 0..1_000 => most.to_string(),
                    most => format!("{} {:03}", most / 1_000, most % 1_000),
                };
                let equal = match derived.equal {
                    [] => "–",
                    [Equal::RefIsIntentDid] => "`ref` = intent's `did`",
                    [Equal::RefIsIntentAuthor] => "`ref` = intent's `author`",
                    [Equal::RefIsIntentRef] => "`ref` = intent's `ref`",
                    more => panic!("{more:?}"),
                };
                let (intent, op) = (format!("`{}`", spec.op), format!("`{}`", derived.op));
                rules.push(vec![
                    intent,
                    op,
                    place.to_owned(),
                    format!("{most}{each}"),
                    equal.to_owned(),
                ]);
            }
        }
        page_rows.sort();
        rules.sort();
        assert_eq!(page_rows, rules);
    }
}
